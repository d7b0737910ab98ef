//! Whether Terraform makes a place for the program, or only what it keeps its data in.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::paths;

static RESOURCE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?m)^[ \t]*resource[ \t]+"([0-9a-z_]+)""#));
static MODULE: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?m)^[ \t]*module[ \t]+""#));

/// Words in types of resources that keep data, let somebody in, or switch something on, and run nothing.
const RUNS_NOTHING: &[&str] = &[
    "firestore",
    "database",
    "project_service",
    "project",
    "bucket",
    "s3",
    "sql",
    "db",
    "dynamodb",
    "rds",
    "storage",
    "redis",
    "elasticache",
    "mongodbatlas",
    "postgresql",
    "mysql",
    "secret",
    "secretsmanager",
    "iam",
    "account",
    "kms",
    "random",
    "firebase",
    "firebaserules",
    "spanner",
    "bigquery",
    "sqs",
    "sns",
    "pubsub",
    "resource",
];

/// The folders with Terraform, and whether all that it makes there runs nothing.
struct Folders(BTreeMap<String, bool>);

impl Folders {
    fn read(repo: &Snapshot) -> Self {
        let runs_nothing = |kind: &str| kind.split('_').any(|word| RUNS_NOTHING.contains(&word));
        let mut folders = BTreeMap::new();
        for (file, text) in repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".tf")) {
            let types: Vec<&str> = RESOURCE.captures_iter(text).map(|found| found.extract::<1>().1[0]).collect();
            // What a module makes nobody can tell.
            let runs = MODULE.is_match(text) || !types.iter().all(|kind| runs_nothing(kind));
            if runs || !types.is_empty() {
                let only_stores = folders.entry(paths::folder(&file.path).to_owned()).or_insert(true);
                *only_stores &= !runs;
            }
        }
        Folders(folders)
    }
}

/// Whether whatever the Terraform of `folder` makes runs nothing.
pub(super) fn is_storage_only(repo: &Snapshot, folder: &str) -> bool {
    repo.once(Folders::read).0.get(folder).is_some_and(|only_stores| *only_stores)
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{Met, Partly};
    use crate::areas::deployment::reproducible;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_database_alone_runs_no_program() {
        let of = |main: &str| {
            let repo = Fixture::new().file("app.py", "import flask\n").file("infra/main.tf", main);
            let finding = reproducible::finding(&repo.file("infra/variables.tf", "variable \"a\" {}\n").snapshot());
            (finding.outcome(), finding.facts()["files"].as_array().map(Vec::len))
        };
        let data =
            "resource \"google_project_service\" \"a\" {\n}\nresource \"google_firestore_database\" \"b\" {\n}\n";
        assert_eq!(of(data), (Partly, Some(2)));
        assert_eq!(of(&format!("{data}resource \"google_cloud_run_service\" \"c\" {{\n}}\n")).0, Met);
        assert_eq!(of(&format!("{data}module \"app\" {{\n}}\n")).0, Met);
    }
}
