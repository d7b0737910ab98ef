//! Does a file describe how it runs?

use super::container::Container;
use super::files::{self, Describes};
use super::not_deployed;
use crate::areas::in_words;
use crate::areas::tests::pipelines::is_pipeline;
use crate::paths;
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
        let summary = format!("{} a machine how to run it{}", listed(&runs, "tells", "tell"), traits(&containers));
        Finding::met(SIGNAL, summary, evidence(&runs))
            .fact("dockerfiles", containers.len())
            .fact("multi_stage", count(|container| container.stages > 1))
            .fact("non_root", count(|container| container.non_root))
            .fact("pinned_base", count(|container| container.pinned))
            .fact("healthcheck", count(|container| container.healthcheck))
    } else if let Some(why) = not_deployed(repo) {
        Finding::not_applicable(SIGNAL, why)
    } else if found.is_empty() {
        let summary = "Each machine has to be set up by hand: no file, such as a Dockerfile, tells a machine how to \
                       run it.";
        Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head()))
    } else {
        let all: Vec<&str> = found.iter().map(|(path, _)| *path).collect();
        let summary = if let Some(path) = of(Describes::Dependencies).next() {
            format!("{path} starts what the project needs, but no file tells a machine how to run the project itself.")
        } else if let Some(path) = of(Describes::Part).next() {
            format!(
                "{path} tells a machine how to run {}/, but no file tells it how to run the rest.",
                paths::folder(path)
            )
        } else if let Some(path) = of(Describes::Release).next() {
            format!("{path} tells a machine how to publish a version, but no file tells it how to run the project.")
        } else {
            format!(
                "{} has commands for people, but no file, such as a Dockerfile, tells a machine how to run it.",
                all[0]
            )
        };
        Finding::partly(SIGNAL, summary, evidence(&all))
    };
    finding.fact("files", named(&found))
}

/// As many as are listed, by path. What is many files by nature, as Terraform's parts and the templates of a chart, comes
/// behind what is one: containers, services and workflows.
fn named<'repo>(found: &[(&'repo str, Describes)]) -> Vec<&'repo str> {
    let is_first = |(path, what): &(&str, Describes)| {
        is_pipeline(path)
            || matches!(what, Describes::Container | Describes::Services | Describes::Dependencies)
                && !path.ends_with(".tf")
    };
    let (first, rest): (Vec<_>, Vec<_>) = found.iter().copied().partition(is_first);
    let mut paths: Vec<&str> = first.into_iter().chain(rest).take(LISTED).map(|(path, _)| path).collect();
    paths.sort_unstable();
    paths
}

/// Strengths in the sentence itself, then in one of its own what is worth a thought.
fn traits(containers: &[Container]) -> String {
    if containers.is_empty() {
        return ".".to_owned();
    }
    let all = |holds: fn(&Container) -> bool| containers.iter().all(holds);
    let traits = [
        (all(|container| container.stages > 1), "a build in several stages", ""),
        (all(|container| container.non_root), "few rights for it (not root)", runs_as_root(containers)),
        (
            all(|container| container.pinned),
            "fixed versions of what it is built on",
            "what it is built on, the base image, has no fixed version",
        ),
        (all(|container| container.healthcheck), "a health check", ""),
    ];
    let good: Vec<&str> = traits.iter().filter(|(holds, ..)| *holds).map(|(_, good, _)| *good).collect();
    let open: Vec<&str> =
        traits.iter().filter(|(holds, _, bad)| !holds && !bad.is_empty()).map(|(.., bad)| *bad).collect();
    let mut text = String::new();
    if !good.is_empty() {
        text += &format!(", with {}", in_words(&good));
    }
    text += ".";
    if !open.is_empty() {
        let open = open.join(" and ");
        text += &format!(" Could be better: {open}.");
    }
    text
}

fn runs_as_root(containers: &[Container]) -> &'static str {
    match (containers, containers.iter().any(|container| container.non_root)) {
        ([_], _) => "the program runs as root, with all rights",
        (_, false) => "the programs run as root, with all rights",
        (_, true) => "some of the programs run as root, with all rights",
    }
}

fn listed(paths: &[&str], one: &str, many: &str) -> String {
    match paths {
        [path] => format!("{path} {one}"),
        [first, second] => format!("{first} and {second} {many}"),
        _ => format!("{}, {} and {} more {many}", paths[0], paths[1], paths.len() - 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn examine(files: &[(&str, &str)]) -> Finding {
        let fixture = Fixture::new().file("app.py", "import flask\n");
        let repo = files.iter().fold(fixture, |fixture, (path, text)| fixture.file(path, text)).snapshot();
        finding(&repo)
    }

    fn compose(service: &str) -> Outcome {
        examine(&[("compose.yml", &format!("services:\n  db:\n    image: postgres:16\n  a:\n    {service}\n"))])
            .outcome()
    }

    #[test]
    fn a_container_or_a_process_file_describes_how_it_runs() {
        for (path, text) in [
            ("Dockerfile", "FROM python:3.12\n"),
            ("Dockerfile-prebuilt", "FROM python:3.12\n"),
            ("stack.yml", "services:\n  a:\n    image: python:3.12\n"),
            ("Procfile", "web: gunicorn app\n"),
            ("fly.toml", "app = 'a'\n"),
            ("infra/fly.staging.toml", "app = 'a'\n"),
            ("shop.nomad", "job \"shop\" {\n  task \"web\" {\n  }\n}\n"),
            ("k8s/app.yml", "apiVersion: apps/v1\nkind: Deployment\n"),
            ("main.tf", "resource \"aws_instance\" \"a\" {}\n"),
        ] {
            let finding = examine(&[(path, text)]);
            assert_eq!(finding.outcome(), Outcome::Met, "{path}");
            assert_eq!(finding.facts()["files"], serde_json::json!([path]));
        }
        assert_eq!(examine(&[("Dockerfile.go", "FROM golang:1.24\n")]).outcome(), Outcome::Met);
        // However large it is: what is too large to be read at all is said.
        let padded = format!("FROM python:3.12\n{}", "# what a copy of a licence says\n".repeat(9_000));
        assert_eq!(examine(&[("Dockerfile", &padded)]).outcome(), Outcome::Met);
        // Source about such files is none.
        assert_eq!(examine(&[("src/dockerfile.rs", "pub fn read() {}\n")]).outcome(), Outcome::NotMet);
        assert_eq!(examine(&[]).outcome(), Outcome::NotMet);
        assert_eq!(examine(&[]).facts()["files"], serde_json::json!([]));
    }

    #[test]
    fn the_values_of_terraforms_variables_belong_to_it() {
        let parts = [("infra/main.tf", "resource \"aws_instance\" \"a\" {}\n"), ("infra/env/prod.tfvars", "a = 1\n")];
        let listed = serde_json::json!(["infra/env/prod.tfvars", "infra/main.tf"]);
        assert_eq!(examine(&parts).facts()["files"], listed);
        assert_eq!(examine(&parts[1..]).facts()["files"], serde_json::json!([]));
    }

    #[test]
    fn containers_and_workflows_are_listed_before_what_is_many_files() {
        let parts: Vec<String> = (0..LISTED).map(|part| format!("infra/part{part}.tf")).collect();
        let mut files: Vec<(&str, &str)> =
            parts.iter().map(|path| (path.as_str(), "resource \"aws_instance\" \"a\" {}\n")).collect();
        files.push(("web/Dockerfile", "FROM python:3.12\n"));
        let finding = examine(&files);
        let listed = finding.facts()["files"].as_array().expect("a list");
        assert_eq!(listed.len(), LISTED);
        assert!(listed.contains(&serde_json::json!("web/Dockerfile")), "{listed:?}");
    }

    #[test]
    fn what_is_worth_a_thought_stands_in_a_sentence_of_its_own() {
        let said = |text| examine(&[("Dockerfile", text)]).summary().to_owned();
        assert_eq!(
            said("FROM python:3.12\n"),
            "Dockerfile tells a machine how to run it, with fixed versions of what it is built on. Could be better: the program runs as root, with all rights."
        );
        assert_eq!(
            said("FROM python\nUSER app\n"),
            "Dockerfile tells a machine how to run it, with few rights for it (not root). Could be better: what it is built on, the base image, has no fixed version."
        );
    }

    #[test]
    fn a_file_of_comments_only_describes_nothing() {
        for (path, text) in [
            ("fly.toml", "# Later.\n\n"),
            ("Dockerfile", ""),
            ("render.yaml", "\u{feff}---\n  # services: []\n"),
            ("wrangler.jsonc", "// later\n/* and\n{ this }\n*/\n/* too */ // x\n"),
        ] {
            assert_eq!(examine(&[(path, text)]).outcome(), Outcome::NotMet, "{path}");
        }
        assert_eq!(examine(&[("Dockerfile", "# syntax=docker/dockerfile:1\nFROM a:1\n")]).outcome(), Outcome::Met);
        assert_eq!(examine(&[("wrangler.jsonc", "/* a */ /* b */ {}\n")]).outcome(), Outcome::Met);
    }

    #[test]
    fn what_only_tests_start_describes_nothing() {
        let container = "FROM python:3.12\n";
        assert_eq!(examine(&[("tests/inputs/Dockerfile", container)]).outcome(), Outcome::NotMet);
        let stage = ("k8s/overlays/test/api.yaml", "apiVersion: apps/v1\nkind: Deployment\n");
        assert_eq!(examine(&[stage]).outcome(), Outcome::Met);
        let finding = examine(&[("Dockerfile", container), ("tests/Dockerfile", container)]);
        assert_eq!(finding.facts()["files"], serde_json::json!(["Dockerfile"]));
    }

    #[test]
    fn a_compose_file_must_run_the_project() {
        assert_eq!(compose("build: ."), Outcome::Met);
        assert_eq!(compose("image: node:20"), Outcome::Met);
        assert_eq!(compose("image: redis:7"), Outcome::Partly);
        assert_eq!(compose("image: somebody/mock:1"), Outcome::Partly);
        let files = [
            ("compose.yml", "services:\n  a:\n    image: me/shop:1\n"),
            (".gitlab-ci.yml", "a:\n  script:\n    - docker build -t me/shop .\n"),
        ];
        assert_eq!(examine(&files).outcome(), Outcome::Met);
    }

    #[test]
    fn a_container_of_the_database_alone_does_not_run_the_project() {
        let database = ("db/Dockerfile", "FROM postgres:16\nCOPY init.sql /docker-entrypoint-initdb.d/\n");
        assert_eq!(examine(&[database]).outcome(), Outcome::Partly);
        let services = ("docker-compose.yml", "services:\n  db:\n    build: ./db\n");
        assert_eq!(examine(&[database, services]).outcome(), Outcome::Partly);
        let both = ("docker-compose.yml", "services:\n  db:\n    build: ./db\n  api:\n    build:\n      context: .\n");
        assert_eq!(examine(&[database, both]).outcome(), Outcome::Met);
        let program = ("Dockerfile", "FROM redis:7\nCOPY worker /worker\nCMD [\"/worker\"]\n");
        assert_eq!(examine(&[program]).outcome(), Outcome::Met);
    }

    #[test]
    fn what_people_run_by_hand_or_serves_a_part_counts_in_part() {
        assert_eq!(examine(&[("Makefile", "run:\n\tflask run\n")]).outcome(), Outcome::Partly);
        assert_eq!(examine(&[("Makefile", "build:\n\tgo build\ntest:\n\tgo test\n")]).outcome(), Outcome::NotMet);
        assert_eq!(examine(&[(".goreleaser.yml", "builds: []\n")]).outcome(), Outcome::Partly);
        let pipeline = |line: &str| {
            let text = format!("jobs:\n  a:\n    steps:\n      - run: {line}\n");
            examine(&[(".github/workflows/a.yml", &text)]).outcome()
        };
        assert_eq!(pipeline("git push heroku main"), Outcome::Partly);
        assert_eq!(pipeline("dpl --provider=heroku --app=shop"), Outcome::Partly);
        assert_eq!(pipeline("pytest"), Outcome::NotMet);
        assert_eq!(examine(&[("scripts/deploy.sh", "python manage.py migrate\n")]).outcome(), Outcome::Partly);
        assert_eq!(pipeline("true\n      # - run: docker push a/b"), Outcome::NotMet);
        let site = ("site/vercel.json", "{}\n");
        assert_eq!(examine(&[site, ("b.py", "x = 1\n"), ("site/a.js", "x()\n")]).outcome(), Outcome::Partly);
        assert_eq!(examine(&[("vercel.json", "{}\n")]).outcome(), Outcome::Met);
    }

    #[test]
    fn scripts_targets_and_stages_that_deploy_are_listed_and_others_are_not() {
        let listed =
            |path: &str, text: &str| !examine(&[(path, text)]).facts()["files"].as_array().expect("a list").is_empty();
        for (path, text) in [
            ("Makefile", "image:\n\t@docker build -t shop .\n"),
            ("Makefile", "run:\n\tflask run\n"),
            ("Makefile", "ship: test\n\tkubectl apply -f k8s\n"),
            ("fabfile.py", "from fabric import task\n\n@task\ndef deploy(c):\n    c.run('git pull')\n"),
            (
                "Jenkinsfile",
                "pipeline {\n  stages {\n    stage('Deploy to production') {\n      steps { sh './ship' }\n",
            ),
            ("infra/variables.tf", "variable \"region\" {\n  type = string\n}\n"),
            ("infra/outputs.tf", "output \"address\" {\n  value = 1\n}\n"),
            ("scripts/image.sh", "#!/bin/sh\ndocker buildx build --push -t a/b .\n"),
            ("ops/shop.yaml", "- name: Bring it up\n  hosts: web\n  tasks:\n    - shell: up\n"),
            ("infra/app.dev.yaml", "name: shop\nservices:\n- name: api\n  dockerfile_path: Dockerfile\n"),
            ("config/deploy/staging.rb", "server 'shop.example.com', roles: %w[web]\n"),
        ] {
            assert!(listed(path, text), "{path}: {text}");
        }
        for (path, text) in [
            ("Makefile", "release:\n\tgit tag v1\n\tgit push --tags\n"),
            ("fabfile.py", "from fabric import task\n\n@task\ndef test(c):\n    c.run('pytest')\n"),
            ("Jenkinsfile", "pipeline {\n  stages {\n    stage('Test') {\n      steps { sh 'make test' }\n"),
            ("scripts/lint.sh", "#!/bin/sh\n# docker build\nruff check\n"),
            ("ops/hosts.yaml", "- name: shop\n  hosts: web\n"),
            ("docs/parts.yaml", "services:\n- name: api\n"),
            ("config/deploy/staging.rb", "# server 'shop.example.com', roles: %w[web]\n"),
            (".env-dockerfile", "OFFLINE=true\n"),
            ("k8s/watch.yaml", "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\n"),
        ] {
            assert!(!listed(path, text), "{path}: {text}");
        }
    }

    #[test]
    fn nothing_is_asked_of_a_library() {
        let repo = Fixture::new().file("src/lib.rs", "pub fn f() {}").file("Cargo.toml", "[package]\nname = \"a\"\n");
        let finding = finding(&repo.snapshot());
        assert_eq!(finding.outcome(), Outcome::NotApplicable);
        assert_eq!(finding.facts()["files"], serde_json::json!([]));
    }
}
