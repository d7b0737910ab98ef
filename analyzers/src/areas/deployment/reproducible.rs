//! Does a file describe how it runs?

use super::container::Container;
use super::files::{self, Describes};
use super::not_deployed;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "deployment.reproducible";

/// More files than this are not listed.
const LISTED: usize = 40;

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let found = files::find(repo);
    let runs: Vec<&str> = found.iter().filter(|(_, what)| what.runs_it()).map(|(path, _)| *path).collect();
    let evidence = |paths: &[&str]| {
        Evidence::or_absence(paths.iter().take(5).map(|path| Place::file(repo.head(), *path)), repo.head())
    };
    let of = |what: Describes| found.iter().filter(move |(_, is)| *is == what).map(|(path, _)| *path);
    let finding = if !runs.is_empty() {
        let containers: Vec<Container> =
            of(Describes::Container).filter_map(|path| Container::read(repo.text(path)?)).collect();
        let count = |holds: fn(&Container) -> bool| containers.iter().filter(|container| holds(container)).count();
        let summary = format!("{} how it runs{}.", listed(&runs, "describes", "describe"), traits(&containers));
        Finding::met(SIGNAL, summary, evidence(&runs))
            .fact("dockerfiles", containers.len())
            .fact("multi_stage", count(|container| container.stages > 1))
            .fact("non_root", count(|container| container.non_root))
            .fact("pinned_base", count(|container| container.pinned))
            .fact("healthcheck", count(|container| container.healthcheck))
    } else if let Some(why) = not_deployed(repo) {
        Finding::not_applicable(SIGNAL, why)
    } else if found.is_empty() {
        let summary = "No container, process or infrastructure file describes how it runs.";
        Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head()))
    } else {
        let all: Vec<&str> = found.iter().map(|(path, _)| *path).collect();
        let summary = if let Some(path) = of(Describes::Dependencies).next() {
            format!("{path} starts what the project needs, but no file describes how the project itself runs.")
        } else if let Some(path) = of(Describes::Release).next() {
            format!("{path} describes how it is released, but no file describes how it runs.")
        } else {
            format!("{} has commands for people, but no container or process file describes how it runs.", all[0])
        };
        Finding::partly(SIGNAL, summary, evidence(&all))
    };
    finding.fact("files", found.iter().take(LISTED).map(|(path, _)| *path).collect::<Vec<_>>())
}

/// Strengths first, then what is worth a thought.
fn traits(containers: &[Container]) -> String {
    if containers.is_empty() {
        return String::new();
    }
    let all = |holds: fn(&Container) -> bool| containers.iter().all(holds);
    let traits = [
        (all(|container| container.stages > 1), "several stages", ""),
        (all(|container| container.non_root), "a user other than root", "no user other than root"),
        (all(|container| container.pinned), "pinned base images", "a base image without a version"),
        (all(|container| container.healthcheck), "a health check", ""),
    ];
    let good: Vec<&str> = traits.iter().filter(|(holds, ..)| *holds).map(|(_, good, _)| *good).collect();
    let open: Vec<&str> =
        traits.iter().filter(|(holds, _, bad)| !holds && !bad.is_empty()).map(|(.., bad)| *bad).collect();
    let mut text = String::new();
    if !good.is_empty() {
        text += &format!(", with {}", good.join(", "));
    }
    if !open.is_empty() {
        text += &format!(", {} {}", if good.is_empty() { "with" } else { "but" }, open.join(" and "));
    }
    text
}

fn listed(paths: &[&str], one: &str, many: &str) -> String {
    match paths {
        [path] => format!("{path} {one}"),
        [first, second] => format!("{first} and {second} {many}"),
        _ => format!("{}, {} and {} more {many}", paths[0], paths[1], paths.len() - 2),
    }
}
