//! Sources of infrastructure that lie beside the file by which a tool is known: an app of the CDK, roles of Ansible,
//! templates of Terraform.

use std::collections::BTreeSet;

use super::files::{Describes, is_playbook};
use crate::Snapshot;
use crate::areas::tests::is_test_path;
use crate::code::Language;
use crate::paths;

/// How sources name the CDK.
const CDK: &[&str] =
    &["aws-cdk-lib", "@aws-cdk/", "aws_cdk", "software.amazon.awscdk", "Amazon.CDK", "aws/aws-cdk-go", "cdktf"];

/// What Ansible reads where a playbook lies.
#[rustfmt::skip]
const ANSIBLE: &[&str] = &[
    "ansible.cfg", "requirements.yml", "inventory", "inventory.ini", "inventory.yml", "hosts", "hosts.ini", "hosts.yml",
    "hosts.yaml",
];

/// What Heroku's buildpacks read beside a Procfile, and what says that it is theirs.
const BUILDPACKS: &[(&str, &str)] = &[("system.properties", "java.runtime.version"), ("runtime.txt", "python-")];

/// In order of path, without those that are in `found` themselves.
pub(super) fn find<'a>(repo: &'a Snapshot, found: &[(&'a str, Describes)]) -> Vec<&'a str> {
    let mut beside: BTreeSet<&str> = BTreeSet::new();
    // What lies beside one file of Terraform lies beside all of its folder.
    let mut terraform: BTreeSet<&str> = BTreeSet::new();
    for (path, _) in found.iter().filter(|(_, what)| *what == Describes::Host) {
        let folder = paths::folder(path);
        let name = paths::name(path);
        if name == "cdk.json" {
            beside.extend(of_cdk(repo, folder));
        } else if name == "Chart.yaml" {
            let values = |path: &&str| paths::name(path).starts_with("values") && is_yaml(path);
            beside.extend(below(repo, folder, &["values"]).into_iter().filter(values));
            beside.extend(below(repo, folder, &["templates/"]));
        } else if matches!(name, "Procfile" | "app.json") {
            let is_read = |(name, mark): &&(&str, &str)| {
                repo.tree()
                    .get(format!("{folder}/{name}").trim_start_matches('/'))
                    .is_some_and(|file| file.text().is_some_and(|text| text.contains(mark)))
            };
            beside.extend(BUILDPACKS.iter().filter(is_read).flat_map(|(name, _)| below(repo, folder, &[*name])));
        } else if path.ends_with(".tf") {
            if terraform.insert(folder) {
                beside.extend(below(repo, folder, &["templates/"]));
                beside.extend(below(repo, folder, &[""]).into_iter().filter(|path| path.ends_with(".tfvars")));
            }
        } else if name.ends_with(".json") {
            // What is handed to a template of Azure's.
            let is_given = |path: &&str| {
                path.ends_with(".json")
                    && repo.text(path).is_some_and(|text| text.contains("deploymentParameters.json#"))
            };
            beside.extend(below(repo, folder, &[""]).into_iter().filter(is_given));
        } else if matches!(name, "kustomization.yaml" | "kustomization.yml") {
            beside.extend(listed(repo, folder, repo.text(path).unwrap_or_default()));
        } else if is_yaml(name) && is_playbook(path, repo.text(path).unwrap_or_default()) {
            beside.extend(below(repo, folder, &["roles/", "group_vars/", "host_vars/"]));
            beside.extend(below(repo, folder, ANSIBLE).into_iter().filter(|path| ANSIBLE.contains(&paths::name(path))));
        }
    }
    let known: BTreeSet<&str> = found.iter().map(|(path, _)| *path).collect();
    let is_empty_package =
        |path: &str| paths::name(path) == "__init__.py" && has_no_code(repo.text(path).unwrap_or_default());
    let says_nothing = |path: &str| path.ends_with(".md") || path.ends_with(".gitkeep") || is_empty_package(path);
    beside.difference(&known).copied().filter(|path| !says_nothing(path)).collect()
}

/// The files of YAML that a kustomization lists: resources, patches and what is generated.
fn listed<'a>(repo: &'a Snapshot, folder: &str, text: &str) -> Vec<&'a str> {
    let lines = text.lines().map(|line| line.trim().trim_start_matches("- ")).filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_whitespace().last())
        .map(|word| word.trim_matches(['"', '\'', ',', '[', ']']))
        .filter(|word| is_yaml(word))
        .filter_map(|word| repo.tree().get(&paths::join(folder, word)?))
        .filter(|file| file.is_own())
        .map(|file| file.path.as_str())
        .collect()
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yml") || path.ends_with(".yaml")
}

/// Whether a module of Python is there for its folder alone: nothing but comments and a text about it.
fn has_no_code(text: &str) -> bool {
    let rest = text.trim_start();
    let rest = ["\"\"\"", "'''"]
        .iter()
        .find_map(|quote| rest.strip_prefix(quote)?.split_once(quote))
        .map_or(rest, |(_, rest)| rest);
    rest.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'))
}

/// The files of `folder` whose path goes on so.
fn below<'a>(repo: &'a Snapshot, folder: &str, starts: &[&str]) -> Vec<&'a str> {
    let own = repo.tree().below(folder).iter().filter(|file| file.is_own() && file.text().is_some());
    own.map(|file| file.path.as_str())
        .filter(|path| inside(path, folder).is_some_and(|rest| starts.iter().any(|start| rest.starts_with(start))))
        .collect()
}

/// The sources of an app of the CDK, with the policies that it hands out: whatever lies in a folder with one that names
/// the CDK. An app at the root may have the program beside it.
fn of_cdk<'a>(repo: &'a Snapshot, folder: &str) -> Vec<&'a str> {
    let own = || repo.tree().below(folder).iter().filter(|file| file.is_own());
    let files = || own().filter_map(|file| Some((file, inside(&file.path, folder)?, file.text()?)));
    let first = |rest: &str| rest.split_once('/').map(|(first, _)| first.to_owned());
    let is_source = |path: &str| Language::of(path).is_some() && !is_test_path(path);
    let names_cdk = |text: &str| CDK.iter().any(|name| text.contains(name));
    let folders: BTreeSet<String> = files()
        .filter(|(file, _, text)| is_source(&file.path) && names_cdk(text))
        .filter_map(|(_, rest, _)| first(rest))
        .collect();
    files()
        .filter(|(file, rest, text)| {
            let is_of_app = first(rest).map_or_else(|| names_cdk(text), |first| folders.contains(&first));
            let is_policy = !folder.is_empty() && file.path.ends_with(".json") && text.contains("\"Statement\"");
            is_source(&file.path) && is_of_app || is_policy
        })
        .map(|(file, ..)| file.path.as_str())
        .collect()
}

/// What of `path` comes behind `folder`.
fn inside<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    if folder.is_empty() { Some(path) } else { path.strip_prefix(folder)?.strip_prefix('/') }
}

#[cfg(test)]
mod tests {
    use crate::areas::deployment::files;
    use crate::snapshot::fixture::Fixture;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
        files::find(&repo).into_iter().map(|(path, _)| path.to_owned()).collect()
    }

    #[test]
    fn a_chart_has_values_and_templates_and_a_procfile_what_buildpacks_read() {
        let chart = [
            ("ops/Chart.yaml", "name: shop\n"),
            ("ops/values.yaml", "size: 1\n"),
            ("ops/values.local.yaml", "size: 1\n"),
            ("ops/templates/secret.yaml", "kind: ExternalSecret\n"),
            ("ops/notes.txt", "a\n"),
        ];
        assert_eq!(
            found(&chart),
            ["ops/Chart.yaml", "ops/templates/secret.yaml", "ops/values.local.yaml", "ops/values.yaml"]
        );
        let java = ("system.properties", "java.runtime.version=21\n");
        assert_eq!(found(&[("Procfile", "web: java -jar a.jar\n"), java]), ["Procfile", "system.properties"]);
        assert!(found(&[java]).is_empty());
    }

    #[test]
    fn a_playbook_may_lie_in_the_folder_of_gitlab() {
        let playbook = (".gitlab/ansible/deploy.yml", "---\n-   hosts: web\n    tasks:\n        -   name: a\n");
        let hosts = (".gitlab/ansible/hosts.yml", "all:\n  hosts: {}\n");
        assert_eq!(found(&[playbook, hosts]), [playbook.0, hosts.0]);
    }

    #[test]
    fn the_sources_of_an_app_of_the_cdk() {
        let app = "import * as cdk from 'aws-cdk-lib';\nnew cdk.App();\n";
        let files = [
            ("infra/cdk.json", "{\"app\": \"ts-node bin/app.ts\"}\n"),
            ("infra/bin/app.ts", app),
            ("infra/lib/names.ts", "export const name = 'shop';\n"),
            ("infra/lib/stack.ts", app),
            ("infra/lib/stack.test.ts", app),
            ("infra/lib/__init__.py", "\"\"\"Stacks.\"\"\"\n"),
            ("infra/package.json", "{}\n"),
            ("infra/policies/role.json", "{\"Statement\": []}\n"),
            ("server/app.ts", "listen();\n"),
        ];
        let expected = [
            "infra/bin/app.ts",
            "infra/cdk.json",
            "infra/lib/names.ts",
            "infra/lib/stack.ts",
            "infra/policies/role.json",
        ];
        assert_eq!(found(&files), expected);
        assert_eq!(
            found(&[("cdk.json", "{}\n"), ("src/app.ts", "listen();\n"), ("lib/a.ts", app)]),
            ["cdk.json", "lib/a.ts"]
        );
        assert_eq!(found(&files[1..]), [""; 0]);
    }

    #[test]
    fn what_a_kustomization_lists() {
        let files = [
            (
                "k8s/kustomization.yaml",
                "resources:\n- api.yaml\n- ../base\npatches:\n- path: size.yaml\n# - old.yaml\n",
            ),
            ("k8s/api.yaml", "apiVersion: getambassador.io/v3\nkind: Mapping\n"),
            ("k8s/size.yaml", "spec: {}\n"),
            ("k8s/old.yaml", "spec: {}\n"),
        ];
        assert_eq!(found(&files), ["k8s/api.yaml", "k8s/kustomization.yaml", "k8s/size.yaml"]);
        assert_eq!(found(&files[1..]), [""; 0]);
    }

    #[test]
    fn roles_and_templates() {
        let playbook = ("ops/playbook.yml", "- hosts: all\n  roles: [base]\n");
        let role = ("ops/roles/base/tasks/main.yml", "- apt: name=git\n");
        let files = [
            playbook,
            role,
            ("ops/ansible.cfg", "[defaults]\n"),
            ("ops/notes.txt", "a\n"),
            ("roles/admin.yml", "a: b\n"),
        ];
        assert_eq!(found(&files), ["ops/ansible.cfg", "ops/playbook.yml", "ops/roles/base/tasks/main.yml"]);
        assert_eq!(found(&files[1..]), [""; 0]);
        let terraform = ("tf/main.tf", "resource \"a\" \"b\" {\n}\n");
        let template = ("tf/templates/start.sh", "exec app\n");
        assert_eq!(found(&[terraform, template, ("tf/keys/a.pub", "a\n")]), ["tf/main.tf", "tf/templates/start.sh"]);
        assert_eq!(found(&[template]), [""; 0]);
    }
}
