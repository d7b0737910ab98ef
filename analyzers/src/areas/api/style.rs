//! In which way a server is spoken to.

use std::collections::{BTreeMap, BTreeSet};

use super::grpc;
use super::surface::Surface;
use crate::Snapshot;
use crate::kinds::served;
use crate::paths;
use crate::snapshot::stack::Dependency;

/// Fewer endpoints are too few to say that a version is missing for certain.
pub(super) const ENOUGH: usize = 3;

/// More projects side by side than this are a collection, not one system.
const PROJECTS: usize = 8;

/// `rest`, `graphql`, `grpc`, `rendered`, or nothing that can be told.
pub(super) fn style(repo: &Snapshot, surface: &Surface) -> Option<&'static str> {
    let data = surface.data().filter(|it| !it.path.to_ascii_lowercase().contains("graphql")).count();
    let speaks_graphql = |dependency: &&Dependency| {
        [
            "apollo-server",
            "@apollo/server",
            "@nestjs/graphql",
            "graphql-yoga",
            "express-graphql",
            "mercurius",
            "graphene",
            "strawberry-graphql",
            "ariadne",
            "99designs/gqlgen",
            "graphql-go",
            "async-graphql",
            "juniper",
            "hotchocolate",
            "lighthouse",
            "graphql-java",
            "spring-boot-starter-graphql",
        ]
        .iter()
        .any(|name| dependency.name.contains(name))
            || dependency.name == "graphql" && dependency.path.ends_with("Gemfile")
    };
    let speakers: BTreeSet<&str> =
        repo.stack().dependencies().iter().filter(speaks_graphql).map(|it| paths::folder(&it.path)).collect();
    if !speakers.is_empty() && data < ENOUGH && !is_collection(repo, &speakers) {
        return Some("graphql");
    }
    let calls = grpc::services(repo).calls;
    if calls > surface.data().count() && calls >= ENOUGH && served::grpc(repo).is_some() {
        return Some("grpc");
    }
    if surface.is_http_api() {
        return Some("rest");
    }
    if surface.pages() > 0 {
        return Some("rendered");
    }
    let serves_grpc = repo.tree().own_texts().any(|(file, text)| {
        file.path.ends_with(".proto") && text.lines().any(|line| line.trim_start().starts_with("service "))
    });
    (serves_grpc || served::grpc(repo).is_some()).then_some("grpc")
}

/// Whether the repository holds many small projects side by side, such as a collection of examples, of which only a
/// few depend on GraphQL.
fn is_collection(repo: &Snapshot, speakers: &BTreeSet<&str>) -> bool {
    let mut siblings: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for manifest in repo.stack().manifests() {
        let folder = paths::folder(&manifest.path);
        siblings.entry(paths::folder(folder)).or_default().insert(folder);
    }
    siblings.values().any(|projects| projects.len() > PROJECTS && speakers.len() * 2 < projects.len())
}
