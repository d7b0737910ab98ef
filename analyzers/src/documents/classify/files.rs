//! Targets of make files, shell scripts and programs that are called by their path; tools that deploy.

use super::super::Purpose::{self, Build, Deploy, Migrate, Start, Test};
use super::super::project::Project;
use super::super::shell;
use super::interpreters::interpreter;
use super::names::{by_name, expand, is_placeholder};
use super::{Answer, one};

pub(super) fn target(program: &str, rest: &[&str], operands: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    // The folder or the file that the targets stand in: `make -C services/shop up`.
    let places: Vec<&str> = rest
        .windows(2)
        .filter(|pair| matches!(pair[0], "-C" | "-f" | "--directory" | "--file" | "--justfile"))
        .map(|pair| pair[1])
        .collect();
    let names: Vec<&str> = operands
        .iter()
        .filter(|name| !places.contains(name))
        .map(|name| name.trim_end_matches([',', '.', ';', ':']))
        .filter(|name| !name.contains('='))
        .collect();
    let Some(first) = names.first() else {
        let runs_default = project.has_targets() && rest.iter().all(|word| word.starts_with('-'));
        let default = || project.default_target().map(|(name, lines)| expand(name, lines, project, depth));
        // Whatever else it does, it makes the program.
        return runs_default.then(|| ([vec![Build], default().unwrap_or_default()].concat(), None));
    };
    let mut found = Vec::new();
    for name in &names {
        found.extend(project.target(name).into_iter().flat_map(|lines| expand(name, lines, project, depth)));
    }
    if project.target(first).is_some() {
        return Some((found, None));
    }
    // "make sure that ..." is a sentence; `make run` without a Makefile is a promise that is not kept.
    let is_said = depth == 0 && !is_placeholder(first) && names.len() == 1;
    let Some(purpose) = by_name(first).filter(|_| is_said) else {
        let is_gone = is_said && rest.len() == 1 && project.has_targets() && !project.has_unread_targets();
        return (is_gone && program == "make").then(|| (Vec::new(), Some(format!("target `{first}` in the Makefile"))));
    };
    if project.has_unread_targets() {
        return one(purpose);
    }
    let file = match program {
        "just" => "justfile",
        "task" => "Taskfile",
        _ => "Makefile",
    };
    let missing = if project.has_targets() { format!("target `{first}` in the {file}") } else { file.to_owned() };
    Some((vec![purpose], Some(missing)))
}

/// What is copied to its place has to be there; what an earlier step makes may have any name but those of examples.
pub(super) fn copied(rest: &[&str], project: &Project<'_>) -> Answer {
    let &[from, to] = rest else { return None };
    let name = from.rsplit(['/', '\\']).next().unwrap_or(from).to_ascii_lowercase();
    let is_example = ["env", "example", "sample", "template", ".dist"].iter().any(|word| name.contains(word));
    let is_elsewhere = from.starts_with(['/', '~', '-']) || from.contains("..") || from.contains(':') || to.is_empty();
    let is_file = name.contains('.') && name != ".env" && !is_placeholder(from);
    let is_gone = is_example && is_file && !is_elsewhere && !project.has_file(from) && !project.has_folder(from);
    is_gone.then(|| (Vec::new(), Some(format!("file `{from}`"))))
}

/// The package or the file that `go run` is given, where there is none: a line of `.gitignore` that is meant for what is
/// built may hide the source as well.
pub(super) fn missing_program(named: &str, project: &Project<'_>, depth: u8) -> Option<String> {
    let named = named.replace('\\', "/");
    let is_path = named.starts_with("./") || named.ends_with(".go");
    let path = named.trim_start_matches("./").trim_end_matches(['/', '.', ',', ';', ':']);
    let is_gone = depth == 0 && is_path && !path.is_empty() && !is_placeholder(&named) && !project.has_file(path);
    is_gone.then(|| format!("{} `{path}`", if path.ends_with(".go") { "file" } else { "folder" }))
}

/// What tools of hosts are asked, and what only takes something away or looks at it first.
#[rustfmt::skip]
const ASKS: &[&str] = &[
    "", "list", "ls", "get", "describe", "info", "show", "status", "logs", "log", "tail", "history", "version", "help",
    "whoami", "auth", "login", "logout", "spec", "validate", "fmt", "plan", "diff", "preview", "template", "lint", "output",
    "outputs", "synth", "graph", "console", "ssh", "exec", "open", "browse", "ps", "delete", "destroy", "remove", "uninstall",
    "down", "terminate",
];

/// What the tools of clouds look after besides programs: who may do what, and where data is kept.
#[rustfmt::skip]
const BESIDE: &[&str] = &[
    "account", "ad", "auth", "components", "config", "iam", "keyvault", "kms", "logging", "login", "projects", "pubsub",
    "role", "secrets", "services", "sql",
];

pub(super) fn deploy(program: &str, operands: &[&str]) -> Answer {
    let word = |at: usize| operands.get(at).copied().unwrap_or_default();
    let (verb, noun) = (word(0), word(1));
    // `heroku logs:tail`, and `doctl apps list`, of which the first word is what it is about.
    let asks = |word: &str| word.split(':').any(|part| ASKS.contains(&part));
    one(match (program, verb) {
        ("heroku", "local") => Start,
        ("heroku", "run") if noun.contains("migrat") => Migrate,
        ("kubectl", "apply" | "create" | "rollout" | "set") => Deploy,
        ("kubectl" | "oc", _) => return None,
        ("gcloud" | "az", _) if BESIDE.contains(&verb) => return None,
        _ if asks(verb) || !noun.is_empty() && asks(noun) => return None,
        _ => Deploy,
    })
}

pub(super) fn shell_script(file: &str, project: &Project<'_>, depth: u8) -> Answer {
    let is_script = file.ends_with(".sh") || file.ends_with(".bash") || file.contains('/');
    if !is_script || file.contains("activate") || is_placeholder(file) {
        return None;
    }
    match project.text(file) {
        Some(text) => {
            let lines = shell::lines(text);
            Some((expand(file, &lines, project, depth), None))
        }
        None if project.has_file(file) => Some((by_name(file).into_iter().collect(), None)),
        None if depth == 0 && file.ends_with(".sh") => {
            Some((by_name(file).into_iter().collect(), Some(format!("file `{file}`"))))
        }
        None => None,
    }
}

/// A program that is called by its path, or the project's own program by its name.
pub(super) fn path(program: &str, rest: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    if project.own_names.contains(program) && !program.contains('/') && program.len() > 2 {
        return (!rest.is_empty()).then(|| (vec![Start], None));
    }
    let path = program.strip_prefix("./").or_else(|| program.strip_prefix(".\\"))?;
    let is_folder = matches!(path.trim_end_matches('/'), "venv" | ".venv" | "env" | "vendor" | "node_modules" | "dist")
        || matches!(path.rsplit('/').next(), Some("docs" | "doc" | "documentation"))
        || project.has_folder(path);
    // `./data:/data` and `./uploads/` are folders of a container.
    if path.is_empty() || is_placeholder(path) || is_folder || path.contains(':') || path.ends_with('/') {
        return None;
    }
    if path.ends_with(".sh") {
        return shell_script(path, project, depth);
    }
    if let Some(text) = project.text(path).filter(|text| text.starts_with("#!")) {
        // `./dev up` and `./dev test` are named after what they are told.
        let told = rest.iter().find(|word| !word.starts_with('-')).map_or_else(String::new, |word| format!(" {word}"));
        let name = format!("{path}{told}");
        let lines = shell::lines(text);
        let mut found = expand(&name, &lines, project, depth);
        // What a branch of the script does is done only by whoever asks for it.
        let is_named = |purpose: &Purpose| by_name(&name) == Some(*purpose);
        found.retain(|purpose| told.is_empty() || !matches!(purpose, Test | Deploy) || is_named(purpose));
        return Some((found, None));
    }
    // A script of Windows has no first line that says so.
    if [".bat", ".cmd", ".ps1"].iter().any(|end| path.ends_with(end)) {
        let text = project.text(path)?.trim_start_matches('\u{feff}');
        return Some((expand(path, &shell::lines(text), project, depth), None));
    }
    if path.ends_with(".py") || path.ends_with(".js") || path.ends_with(".rb") {
        return interpreter(path, rest, project, depth);
    }
    if path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return None;
    }
    // What a build before it left behind.
    let purpose = by_name(path).unwrap_or(Start);
    one(if matches!(purpose, Test | Migrate) { purpose } else { Start })
}

#[cfg(test)]
mod tests {
    use crate::documents::{Command, Documents, Purpose};
    use crate::snapshot::fixture::Fixture;

    fn command(line: &str, files: &[(&str, &str)]) -> Option<Command> {
        let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text));
        let repo = repo.file("README.md", &format!("# A\n\n    {line}\n")).snapshot();
        Documents::of(&repo).commands().next().map(|(_, command)| command.clone())
    }

    #[test]
    fn a_program_of_go_has_to_be_there() {
        let missing = |line: &str, path: &str| {
            command(line, &[(path, "package main\n\nfunc main() {}\n")]).and_then(|command| command.missing)
        };
        for line in ["go run ./cmd/shop/.", "go run ./cmd/shop", "go run -race ./cmd/shop/"] {
            assert_eq!(missing(line, "other/main.go").as_deref(), Some("folder `cmd/shop`"), "{line}");
            assert_eq!(missing(line, "cmd/shop/main.go"), None, "{line}");
            assert_eq!(missing(line, "service/cmd/shop/main.go"), None, "{line}");
        }
        assert_eq!(missing("go run cmd/main.go", "main.go").as_deref(), Some("file `cmd/main.go`"));
        for line in ["go run .", "go run ./...", "go run main.go", "go run ./<name>", "go run example.com/tool@latest"]
        {
            assert_eq!(missing(line, "main.go"), None, "{line}");
        }
    }

    #[test]
    fn what_gradle_leaves_out_it_is_not_asked_for() {
        let tests =
            |line: &str| command(line, &[("build.gradle", "plugins { id 'java' }\n")]).map(|it| it.is(Purpose::Test));
        assert_eq!(tests("./gradlew build -x test"), Some(false));
        assert_eq!(tests("./gradlew clean test"), Some(true));
    }

    #[test]
    fn a_folder_of_documents_is_no_program_wherever_it_is() {
        assert_eq!(command("./shop/docs", &[("Shop/docs/run.md", "a")]), None);
        assert!(command("./shop/server", &[("Shop/docs/run.md", "a")]).is_some_and(|command| command.starts()));
    }

    #[test]
    fn make_without_a_target_takes_the_first_or_the_one_that_is_said() {
        let recipes = "all: build start\nbuild:\n\tgo build\nstart:\n\t./bin/shop\n";
        let of = |makefile: &str| command("make", &[("Makefile", makefile)]).map(|command| command.purposes);
        assert_eq!(of(recipes), Some(vec![Purpose::Build, Purpose::Start]));
        assert_eq!(of(&format!(".DEFAULT_GOAL := build\n{recipes}")), Some(vec![Purpose::Build]));
        assert_eq!(of("help:\n\t@echo targets\n"), Some(vec![Purpose::Build]));
    }

    #[test]
    fn a_target_may_stand_in_another_folder() {
        let compose = ("docker-compose.yml", "services:\n  a:\n    build: .\n");
        let root = "up:\n\t$(MAKE) -C services/shop shop-up\n";
        let shop = ("services/shop/Makefile", "shop-up:\n\tdocker compose -f $(FILE) up -d\n");
        let found = command("make up", &[compose, ("Makefile", root), shop]);
        assert!(found.is_some_and(|command| command.is(Purpose::StartWhole)));
    }

    #[test]
    fn a_target_that_only_compiles_or_starts_a_copy_of_ones_own_deploys_nothing() {
        let deploys = |name: &str, recipe: &str| {
            let makefile = format!("{name}:\n\t{recipe}\n");
            let compose = ("docker-compose.yml", "services:\n  a:\n    build: .\n");
            command(&format!("make {name}"), &[compose, ("Makefile", &makefile)])
                .is_some_and(|command| command.is(Purpose::Deploy))
        };
        assert!(!deploys("release", "cargo build --release"));
        assert!(!deploys("deploy-local", "docker compose up -d"));
        assert!(deploys("deploy", "docker compose up -d"));
        assert!(deploys("release", "docker build -t shop . && docker push shop"));
        assert!(deploys("release", "goreleaser"));
    }

    #[test]
    fn what_a_cloud_keeps_beside_programs_is_no_deployment() {
        let deploys =
            |line: &str| command(line, &[]).is_some_and(|command| command.purposes.contains(&Purpose::Deploy));
        for line in ["gcloud sql generate-login-token", "gcloud iam service-accounts create shop", "az ad sp create"] {
            assert!(!deploys(line), "{line}");
        }
        for line in ["gcloud run deploy shop", "gcloud builds submit", "az webapp up"] {
            assert!(deploys(line), "{line}");
        }
    }

    #[test]
    fn a_command_goes_on_in_the_next_line() {
        let compose = ("deploy/docker-compose.yml", "services:\n  a:\n    build: .\n");
        let up = "NAME=shop docker-compose \\\n  -f deploy/docker-compose.yml \\\n  up -d";
        let script = ("scripts/bring.sh", format!("set -e\n{up}\n"));
        let starts = |line: &str, files: &[(&str, &str)]| {
            command(line, files).is_some_and(|command| command.is(Purpose::StartWhole))
        };
        assert!(starts("bash scripts/bring.sh", &[compose, (script.0, &script.1)]));
        let makefile = format!("it:\n\t{}\n", up.replace('\n', "\n\t"));
        assert!(starts("make it", &[compose, ("Makefile", &makefile)]));
    }

    #[test]
    fn a_target_that_brings_everything_up_starts_it_whatever_its_name() {
        let compose = ("docker-compose.yml", "services:\n  a:\n    build: .\n");
        let starts = |recipe: &str| {
            let file = format!("FILE := docker-compose.yml\n\nbuild:\n\t{recipe}\n");
            command("make build", &[compose, ("Makefile", &file)])
                .is_some_and(|command| command.is(Purpose::StartWhole))
        };
        assert!(starts("docker compose -f $(FILE) up --build"));
        assert!(!starts("docker compose -f $(FILE) build"));
    }
}
