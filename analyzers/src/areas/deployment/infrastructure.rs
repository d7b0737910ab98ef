//! Whether Terraform, or a template of a cloud, makes a place for the program, or only what it keeps its data in.

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

/// Whether what a template of AWS' CloudFormation or of Azure's Resource Manager makes runs something; `None` for a file
/// that is neither.
pub(super) fn template(text: &str) -> Option<bool> {
    static OF_AWS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"(?m)^\s*(?:- )?"?Type"?:\s*["']?AWS::(?P<service>\w+)::\w+"#));
    const RUNS_OF_AWS: &[&str] = &[
        "ECS",
        "EKS",
        "EC2",
        "Lambda",
        "Serverless",
        "ElasticBeanstalk",
        "AppRunner",
        "AutoScaling",
        "Batch",
        "Lightsail",
    ];
    const RUNS_OF_AZURE: &[&str] = &[
        "Microsoft.Web/",
        "Microsoft.App/",
        "Microsoft.ContainerInstance/",
        "Microsoft.ContainerService/",
        "Microsoft.Compute/",
        // Another template.
        "Microsoft.Resources/deployments",
    ];
    if text.contains("AWSTemplateFormatVersion") || text.contains("Resources") && text.contains("AWS::") {
        let mut services = OF_AWS.captures_iter(text).filter_map(|found| found.name("service")).peekable();
        services.peek()?;
        return Some(services.any(|service| RUNS_OF_AWS.contains(&service.as_str())));
    }
    let is_of_azure = text.contains("deploymentTemplate.json#") && text.contains("\"resources\"");
    is_of_azure.then(|| RUNS_OF_AZURE.iter().any(|kind| text.contains(kind)))
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

    #[test]
    fn a_template_of_a_cloud_is_known_by_what_it_makes() {
        let of = |path: &str, text: &str| {
            let repo = Fixture::new().file("app.py", "import flask\n").file(path, text).snapshot();
            let finding = reproducible::finding(&repo);
            (finding.outcome(), finding.facts()["files"].as_array().map(Vec::len))
        };
        let aws = |kind: &str| {
            format!(
                "AWSTemplateFormatVersion: 2010-09-09\nResources:\n  Shop:\n    Type: {kind}\n    Properties: {{}}\n"
            )
        };
        assert_eq!(of("cloud/shop.yaml", &aws("AWS::ECS::Service")), (Met, Some(1)));
        assert_eq!(of("cloud/shop.yaml", &aws("AWS::S3::Bucket")), (Partly, Some(1)));
        let azure = |kind: &str| {
            format!(
                "{{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"resources\": [{{\"type\": \"{kind}\"}}]}}\n"
            )
        };
        assert_eq!(of("arm/shop.json", &azure("Microsoft.Web/sites")), (Met, Some(1)));
        let parameters =
            "{\"$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#\"}\n";
        let repo = Fixture::new()
            .file("app.py", "import flask\n")
            .file("arm/shop.json", &azure("Microsoft.Web/sites"))
            .file("arm/shop.parameters.json", parameters);
        let files = reproducible::finding(&repo.snapshot()).facts()["files"].clone();
        assert_eq!(files, serde_json::json!(["arm/shop.json", "arm/shop.parameters.json"]));
        assert_eq!(of("arm/shop.json", &azure("Microsoft.DocumentDB/databaseAccounts")), (Partly, Some(1)));
        assert_eq!(of("data/shop.json", "{\"resources\": [{\"type\": \"Microsoft.Web/sites\"}]}\n").1, Some(0));
    }
}
