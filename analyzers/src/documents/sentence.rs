//! Commands that a document names in words: "then run npm start to ...", and lists of a Makefile's targets.

use std::sync::LazyLock;

use regex::Regex;

use super::command::{Command, found};
use super::pattern::pattern;
use super::project::Project;
use super::{Document, Line};

/// Fewer targets in a row are words that happen to be targets.
const FEWEST_TARGETS: usize = 3;

/// The commands within a sentence, where a word says that a command follows.
pub(super) fn commands(line: u32, text: &str, project: &Project<'_>) -> Vec<Command> {
    static INTRODUCED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(?:run|running|execute|executing|type|enter|launch|command|rode|rodar|execute|executar|comando|ejecuta|ejecutar|ejecute|digite|digitar|escriba|escribe|tape|tapez|saisir|saisissez|введите|выполните|exécuter|lancer|führe)",
            // "run it with", "rodar através de"
            r"\b:?\s+(?:(?:it|through|via|with|using|by|com|con|através|usando|mit|avec|de|o)\s+){0,3}[`'\x22]?(?P<command>(?:sudo )?(?:\./)?",
            // Names that are no English words.
            r"(?:npm|npx|pnpm|yarn|bun|node|python3?|pip3?|poetry|pipenv|uv|flask|uvicorn|gunicorn|cargo|mvnw?|gradlew?|dotnet|bundle|rails|rake|php|composer|docker|docker-compose|podman|mise|go run|go test|make|pytest|rspec)",
            r"\b)",
        ))
    });
    // Where the command ends and the sentence goes on.
    static END: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(\s(to|and|or|in|on|from|for|then|will|para|e|y|ou|et|pour|und|um|no|na|en|dans)\s|[.!:]\s|[.!:]$)",
        )
    });
    if text.len() > 2000 {
        return Vec::new();
    }
    let introduced: Vec<Command> = INTRODUCED
        .captures_iter(text)
        .filter_map(|introduced| introduced.name("command"))
        .filter(|start| !is_spoken_of(&text[start.start()..]))
        .flat_map(|start| {
            let command = END.split(&text[start.start()..]).next().unwrap_or_default().trim();
            found(line, command, project)
        })
        .filter(|command| command.missing.is_none())
        .collect();
    if introduced.is_empty() { installers(line, text, project) } else { introduced }
}

/// What nobody says of anything but the command: "have a database running before you bundle install".
fn installers(line: u32, text: &str, project: &Project<'_>) -> Vec<Command> {
    static INSTALLER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"\b(bundle install|npm (install|ci)|yarn install|pnpm install|composer install|poetry install|pip3? install -r [\w./-]+\.txt|go mod download|mix deps\.get|dotnet restore|mvnw? (clean )?(install|package)( -D\w+)*|docker build -t [\w./:-]+)\b( \.)?",
        )
    });
    // It is not to be done, it is done by something else, or a program that is none of the project's is fetched by it.
    static OTHERWISE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)n't\b|\b(not|no|never|without|instead|unlike|automatic\w*|errors?|fails?|failed|problems?|global\w*)\b",
        )
    });
    let named = INSTALLER.find(text).filter(|_| !OTHERWISE.is_match(text));
    let goes_on = |end: usize| {
        let rest = text[end..].trim_start_matches(['`', '"']);
        // `npm install express` fetches one package.
        let goes_on = rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(['-', '@', '<']));
        !goes_on && !rest.starts_with(['/', '-'])
    };
    named
        .filter(|named| goes_on(named.end()))
        .map(|named| found(line, named.as_str(), project))
        .unwrap_or_default()
        .into_iter()
        .filter(|command| command.missing.is_none())
        .collect()
}

/// The command behind the label of an item, "Run the tests: make test", where the command is one of the project's.
pub(super) fn labelled(line: u32, text: &str, project: &Project<'_>) -> Vec<Command> {
    #[rustfmt::skip]
    const PROGRAMS: &[&str] = &[
        "make", "npm", "yarn", "pnpm", "composer", "docker", "docker-compose", "go", "cargo", "mvn", "./mvnw", "gradle",
        "./gradlew", "dotnet", "bundle", "rails", "bin/rails", "php", "python", "python3", "poetry", "sail", "just",
    ];
    let Some((label, command)) = text.split_once(": ") else { return Vec::new() };
    let (label, command) = (label.trim(), command.trim());
    let mut words = command.split_whitespace();
    let is_known = words.next().is_some_and(|first| PROGRAMS.contains(&first));
    // A sentence goes on, a command has no such words.
    let is_sentence = label.split_whitespace().count() > 8
        || command
            .split_whitespace()
            .any(|word| matches!(word, "is" | "are" | "and" | "or" | "with" | "for" | "version"));
    if !is_known || words.next().is_none() || is_sentence {
        return Vec::new();
    }
    found(line, command, project).into_iter().filter(|command| command.missing.is_none()).collect()
}

/// The script of the repository that a sentence says to run: "run the script `start.bat`".
pub(super) fn script(line: u32, text: &str, project: &Project<'_>) -> Vec<Command> {
    static SCRIPT: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(?:run|execute|launch|start|call|executar|execute|ejecutar|ejecuta|rodar|rode|lancer|exécuter)\s+(?:\w+\s+){0,3}?",
            r"[`*'\x22]*(?P<path>(?:[\w.-]+[/\\]){0,3}[\w-]+\.(?:bat|cmd|ps1|sh))\b"
        ))
    });
    // The letters of such an end stand in few lines.
    let path = Some(text)
        .filter(|text| text.len() <= 2000 && [".bat", ".cmd", ".ps1", ".sh"].iter().any(|end| text.contains(end)))
        .and_then(|text| SCRIPT.captures(text)?.name("path"));
    let Some(path) = path.map(|path| path.as_str().replace('\\', "/")) else { return Vec::new() };
    let path = path.trim_start_matches("./");
    if !project.has_file(path) {
        return Vec::new();
    }
    let command = |found: Command| Command { text: path.to_owned(), ..found };
    found(line, &format!("./{path}"), project).into_iter().map(command).collect()
}

/// Whether the sentence goes on about the program instead of calling it: "rspec is the test suite".
pub(super) fn is_spoken_of(text: &str) -> bool {
    matches!(text.split_whitespace().nth(1), Some("is" | "are" | "has" | "was" | "can"))
}

/// The targets of the Makefile that the document lists, if it also says that they are called with `make`, or names the
/// Makefile.
pub(super) fn targets(document: &Document, project: &Project<'_>) -> Vec<Command> {
    let mentions = |line: &Line| {
        let text = line.text.trim().trim_start_matches("$ ");
        text == "make" || text == "make help" || text.starts_with("make <") || text.starts_with("make [")
    };
    let names_it = |text: &str| text.to_lowercase().contains("makefile");
    let is_about_make =
        |text: &str| text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| word == "make");
    let is_named = || {
        document.headings.iter().any(|heading| names_it(&heading.text) || is_about_make(&heading.text))
            || document.prose.iter().any(|line| names_it(&line.text))
    };
    if !document.code.iter().any(mentions) && !is_named() {
        return Vec::new();
    }
    let listed: Vec<(u32, &str)> = document
        .code
        .iter()
        .chain(&document.prose)
        .filter(|line| line.starts)
        .filter_map(|line| {
            let (name, said) = line.text.trim().split_once(char::is_whitespace)?;
            let name = name.trim_matches(['`', ':', '-']);
            (!said.trim().is_empty() && project.target(name).is_some()).then_some((line.line, name))
        })
        .collect();
    if listed.len() < FEWEST_TARGETS {
        return Vec::new();
    }
    listed.iter().flat_map(|(line, name)| found(*line, &format!("make {name}"), project)).collect()
}

#[cfg(test)]
mod tests {
    use crate::documents::{Documents, Purpose};
    use crate::snapshot::fixture::Fixture;

    fn purposes(readme: &str) -> Vec<(String, Vec<Purpose>)> {
        let repo = Fixture::new()
            .file("package.json", r#"{"scripts":{"start":"node app.js"}}"#)
            .file("app.js", "listen()\n")
            .file("Makefile", "up:\n\tgo run .\ntests:\n\tgo test ./...\nimage:\n\tdocker build .\n")
            .file("README.md", readme)
            .snapshot();
        Documents::of(&repo).commands().map(|(_, command)| (command.text.clone(), command.purposes.clone())).collect()
    }

    #[test]
    fn a_sentence_may_hold_a_command() {
        assert_eq!(
            purposes("# A\n\nAfter that, run npm install and then run npm start to see it.\n"),
            [("npm install".to_owned(), vec![Purpose::Install]), ("npm start".to_owned(), vec![Purpose::Start])]
        );
        assert_eq!(purposes("# A\n\nRodar através de npm start\n"), [("npm start".to_owned(), vec![Purpose::Start])]);
        let code = "# A\n\n```\n$ Executar o comando dotnet run\n```\n";
        assert_eq!(purposes(code), [("dotnet run".to_owned(), vec![Purpose::StartWhole])]);
        assert!(purposes("# A\n\nWe run pytest is what they say.\n").is_empty());
        assert_eq!(purposes("# A\n\n```\nshop$ npm start\n```\n"), [("npm start".to_owned(), vec![Purpose::Start])]);
        assert!(purposes("# A\n\nWe run make sure checks, and run the tests of npm.\n").is_empty());
    }

    #[test]
    fn a_sentence_may_name_a_script() {
        let of = |readme: &str| {
            let repo = Fixture::new()
                .file("start.bat", "\u{feff}dotnet run --project .\\Shop\\Shop.csproj\n")
                .file("README.md", &format!("# A\n\n{readme}\n"))
                .snapshot();
            let found: Vec<(String, Vec<Purpose>)> =
                Documents::of(&repo).commands().map(|(_, it)| (it.text.clone(), it.purposes.clone())).collect();
            found
        };
        let starts = [("start.bat".to_owned(), vec![Purpose::StartWhole])];
        assert_eq!(of("- run script `start.bat` from the root directory"), starts);
        assert!(of("- `start.bat` is for Windows").is_empty());
        assert!(of("- run the script `other.bat`").is_empty());
    }

    #[test]
    fn what_is_bold_or_behind_the_prompt_of_root_may_be_a_command() {
        let found = |readme: &str| purposes(readme).into_iter().map(|(text, _)| text).collect::<Vec<_>>();
        assert_eq!(found("# A\n\n1. From the root, run: **go run ./...**\n"), ["go run ./..."]);
        assert_eq!(found("# A\n\nRun tests: `#go test ./...`.\n"), ["go test ./..."]);
        assert!(found("# A\n\n```\n#npm start\n```\n").is_empty());
        assert!(found("# A\n\nIt is made with **Go** and **npm packages**.\n").is_empty());
    }

    #[test]
    fn a_command_may_stand_behind_a_label() {
        let list = "# A\n\n- Bring it up: make up\n- The tests: make tests\n- Enter it: make shell\n";
        let found: Vec<String> = purposes(list).into_iter().map(|(text, _)| text).collect();
        assert_eq!(found, ["make up", "make tests"]);
        for prose in [
            "- Built with: make and npm",
            "- Manager: yarn",
            "- Language: go 1.22",
            "- Needs: docker version 20",
            "- Note: make sure that it runs",
        ] {
            assert!(purposes(&format!("# A\n\n{prose}\n")).is_empty(), "{prose}");
        }
    }

    #[test]
    fn an_installer_is_a_command_wherever_it_stands() {
        assert_eq!(
            purposes("# A\n\nHave a database running before you npm install.\n"),
            [("npm install".to_owned(), vec![Purpose::Install])]
        );
        for prose in [
            "There is no need to npm install anything.",
            "The container does npm install automatically.",
            "Then npm install -g tool.",
        ] {
            assert!(purposes(&format!("# A\n\n{prose}\n")).is_empty(), "{prose}");
        }
    }

    #[test]
    fn a_list_of_targets_is_a_list_of_commands() {
        let list = "# A\n\n    make <target>\n\n- `up`: starts it\n- `tests`: tests it\n- `image`: builds it\n";
        let found: Vec<String> = purposes(list).into_iter().map(|(text, _)| text).collect();
        assert_eq!(found, ["make up", "make tests", "make image"]);
        let named = list.replace("    make <target>", "## Makefile commands");
        assert_eq!(purposes(&named).len(), 3);
        assert!(purposes("# A\n\n- `up`: starts it\n- `tests`: tests it\n- `image`: builds it\n").is_empty());
    }

    #[test]
    fn a_script_does_what_it_is_told() {
        let script = "#!/bin/sh\nup() {\n  docker-compose up -d\n}\ncheck() {\n  bundle exec rspec\n}\ncase $1 in up) up ;; check) check ;; esac\n";
        let repo = |readme: &str| {
            let files =
                Fixture::new().file("dev", script).file("docker-compose.yml", "services:\n  a:\n    build: .\n");
            files.file("README.md", &format!("# A\n\n```\n{readme}\n```\n")).snapshot()
        };
        let purposes = |readme: &str| -> Vec<Purpose> {
            Documents::of(&repo(readme)).commands().flat_map(|(_, command)| command.purposes.clone()).collect()
        };
        assert_eq!(purposes("./dev up"), [Purpose::StartWhole]);
        assert_eq!(purposes("./dev test"), [Purpose::Test]);
        assert!(!purposes("./dev down").contains(&Purpose::StartWhole));
    }

    #[test]
    fn a_service_runs_the_image_that_the_document_builds() {
        let of = |image: &str| {
            let compose = format!("services:\n  api:\n    image: {image}\n");
            let readme = "# A\n\n    docker build -t shop-dev .\n    docker compose -p shop up\n";
            let repo = Fixture::new().file("docker-compose.yml", &compose).file("README.md", readme).snapshot();
            let found: Vec<_> = Documents::of(&repo).commands().flat_map(|(_, it)| it.purposes.clone()).collect();
            found
        };
        assert_eq!(of("shop-dev"), [Purpose::Build, Purpose::StartWhole]);
        assert_eq!(of("postgres"), [Purpose::Build, Purpose::Auxiliary]);
    }

    #[test]
    fn a_list_of_packages_may_be_misspelt() {
        let repo = Fixture::new()
            .file("requirements.txt", "flask\n")
            .file("README.md", "# A\n\n    pip install -r requrements.txt\n    pip install -r requirements.txt\n");
        let repo = repo.snapshot();
        let missing: Vec<_> = Documents::of(&repo).commands().map(|(_, command)| command.missing.is_some()).collect();
        assert_eq!(missing, [true, false]);
    }
}
