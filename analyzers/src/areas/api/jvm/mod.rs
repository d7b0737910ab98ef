//! Java and Kotlin: Spring (annotations and functional routes), Ktor, JAX-RS, Micronaut.

mod annotations;
mod dsl;
mod properties;
mod resources;

use self::resources::Resources;
use super::endpoint::join;
use super::routing::constants::Constants;
use super::routing::source::Sources;
use super::{Endpoint, VersionCue};
use crate::Snapshot;
use crate::code::Language;

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let java = Sources::of(repo, "api.java");
    let kotlin = Sources::of(repo, "api.kotlin");
    let of_java = Constants::of(&java, "api.java.constant", Language::Java);
    let of_kotlin = Constants::of(&kotlin, "api.kotlin.constant", Language::Kotlin);
    let prefixes = properties::prefixes(repo);
    let mut endpoints = annotations::endpoints(repo, &java, "api.java.annotation", &[&of_java, &of_kotlin]);
    endpoints.extend(annotations::endpoints(repo, &kotlin, "api.kotlin.annotation", &[&of_kotlin, &of_java]));
    let mut applications = annotations::application_paths(&java, "api.java.annotation", &[&of_java, &of_kotlin]);
    applications.extend(annotations::application_paths(&kotlin, "api.kotlin.annotation", &[&of_kotlin, &of_java]));
    let of_resources = properties::prefixes_of_resources(repo, &applications);
    endpoints.extend(dsl::endpoints(&java, "api.java", &of_java, &Resources::default()));
    endpoints.extend(dsl::endpoints(&kotlin, "api.kotlin", &of_kotlin, &Resources::of(repo)));

    if endpoints.iter().any(|endpoint| endpoint.path.contains("${")) {
        let named = properties::named(repo);
        for endpoint in endpoints.iter_mut().filter(|endpoint| endpoint.path.contains("${")) {
            endpoint.path = join("", &properties::filled(&endpoint.path.replace("\\${", "${"), &named));
        }
    }
    for endpoint in &mut endpoints {
        if endpoint.framework.starts_with("Spring") {
            endpoint.path = prefixes.before(&endpoint.file, &endpoint.path);
        } else if endpoint.framework == "JAX-RS" {
            endpoint.path = of_resources.before(&endpoint.file, &endpoint.path);
        }
    }
    endpoints
}

pub(super) fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    let mut cues = properties::version_cues(repo);
    for language in ["api.java", "api.kotlin"] {
        cues.extend(annotations::version_cues(&Sources::of(repo, language), &format!("{language}.annotation")));
    }
    cues
}

#[cfg(test)]
mod tests;
