//! `readme.tests`

use std::sync::LazyLock;

use regex::Regex;

use super::{builds, is_own, leading_kind, present, reachable};
use crate::areas::tests::commands::runs_tests;
use crate::areas::tests::{has_no_own, has_none};
use crate::documents::{Command, Document, Documents, Heading, Line, Purpose, Role, Topic, pattern};
use crate::kinds::Kind;
use crate::paths;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "readme.tests";

/// What is said where nobody could be told how to run them.
const NO_TESTS: &str = "There are no tests to run.";

pub(super) fn examine(repo: &Snapshot) -> Finding {
    let kind = leading_kind(repo);
    let nothing_to_test = matches!(kind, Kind::Empty | Kind::Documentation | Kind::Dotfiles);
    if nothing_to_test || repo.languages().is_empty() {
        return Finding::not_applicable(SIGNAL, "There is no code that could be tested.");
    }
    let documents = Documents::of(repo);
    let Some(first) = documents.all().first() else {
        if has_none(repo) {
            return Finding::not_applicable(SIGNAL, NO_TESTS);
        }
        return Finding::not_met(
            SIGNAL,
            "There is no README that could say how to run the tests.",
            Evidence::absence(repo.head()),
        );
    };
    let mut commands: Vec<_> =
        documents.commands().filter(|(document, command)| command.is(Purpose::Test) && is_own(document)).collect();
    commands.sort_by_key(|(document, command)| {
        (runs_placeholder(repo, command), command.missing.is_some(), document.role == Role::Package)
    });
    if let Some((document, command)) = commands.first() {
        if runs_placeholder(repo, command) {
            let summary = format!(
                "{} says `{}`, but the script behind it is the one that `npm init` writes, which runs no test.",
                document.path, command.text
            );
            return Finding::not_met(SIGNAL, summary, document.at(repo, command.line))
                .fact("command", command.text.clone());
        }
        let places = commands.iter().take(3).map(|(document, command)| document.at(repo, command.line));
        let evidence = Evidence::or_absence(places, repo.head());
        let finding = match &command.missing {
            Some(missing) => Finding::partly(
                SIGNAL,
                format!("{} says `{}`, but there is no {missing}.", document.path, command.text),
                evidence,
            ),
            None if present::boilerplate(document).is_some() && has_no_own(repo) => Finding::not_met(
                SIGNAL,
                format!(
                    "{} says `{}`, as its generator does in every project, and there is no test of this one.",
                    document.path, command.text
                ),
                evidence,
            )
            .remedy("Write the tests that the command is to run, and a README of the project's own."),
            None if has_none(repo) => Finding::partly(
                SIGNAL,
                format!("{} says `{}`, but there is no test that it could run.", document.path, command.text),
                evidence,
            )
            .remedy("Write the tests that the command is to run, or take it out."),
            None => Finding::met(
                SIGNAL,
                format!("{} says how to run the tests: `{}`.", document.path, command.text),
                evidence,
            ),
        };
        return finding.fact("command", command.text.clone());
    }
    if kind == Kind::StaticSite {
        return Finding::not_applicable(SIGNAL, "A static site has no server code to test.");
    }
    if let Some((document, line)) = script(repo) {
        let summary =
            format!("{} says how to run the tests: `{}`, a script that runs them.", document.path, line.text.trim());
        return Finding::met(SIGNAL, summary, document.at(repo, line.line))
            .fact("command", line.text.trim().to_owned());
    }
    if let Some((document, command)) = builds::testing(repo).filter(|_| !has_none(repo)) {
        let summary =
            format!("{} says how to run the tests: `{}`, which builds it as well.", document.path, command.text);
        return Finding::met(SIGNAL, summary, document.at(repo, command.line)).fact("command", command.text.clone());
    }
    match in_words(repo) {
        None if has_none(repo) => Finding::not_applicable(SIGNAL, NO_TESTS),
        Some((path, place)) => {
            Finding::partly(SIGNAL, format!("{path} has a section about tests, but no command that runs them."), place)
        }
        None if has_none(repo) => {
            let summary = format!("{} does not say how to run tests, and there are none.", first.path);
            Finding::not_met(SIGNAL, summary, first.place(repo))
                .remedy(format!("Write tests, and add the one command that runs them to {}.", first.path))
        }
        None => {
            Finding::not_met(SIGNAL, format!("{} does not say how to run the tests.", first.path), first.place(repo))
                .remedy(format!("Add the one command that runs the tests to {}.", first.path))
        }
    }
}

/// Whether a command runs the script that `npm init` writes where there is no test.
fn runs_placeholder(repo: &Snapshot, command: &Command) -> bool {
    let words: Vec<&str> = command.text.split_whitespace().filter(|word| !word.starts_with('-')).collect();
    let is_called = matches!(
        words.as_slice(),
        ["npm" | "yarn" | "pnpm", "test" | "t" | "tst"] | ["npm" | "yarn" | "pnpm", "run", "test"]
    );
    let scripts = repo.stack().scripts().iter();
    let mut tests =
        scripts.filter(|script| script.name == "test" && paths::name(&script.path) == "package.json").peekable();
    is_called && tests.peek().is_some() && tests.all(|script| script.command.contains("no test specified"))
}

/// A script of the repository that a section about tests calls, and that runs them among other things.
fn script(repo: &Snapshot) -> Option<(&Document, &Line)> {
    reachable(repo).filter(|document| !present::is_assignment(document)).find_map(|document| {
        let about = document.headings.iter().filter(|heading| heading.topics.contains(&Topic::Test));
        let mut sections = about.map(|heading| heading.line..document.section_end(heading));
        let is_script = |text: &str| {
            // A service that runs them: `docker compose run test`.
            if ["docker compose run ", "docker compose up ", "docker-compose run ", "docker-compose up "]
                .iter()
                .any(|it| text.contains(it))
            {
                return true;
            }
            let mut words = text.split_whitespace().filter(|word| !matches!(*word, "$" | ">" | "sh" | "bash" | "pwsh"));
            let path = words.next().unwrap_or_default().replace('\\', "/");
            repo.tree().get(path.trim_start_matches("./")).is_some()
        };
        let lines = sections.find_map(|section| {
            let mut lines = document.code.iter().filter(|line| section.contains(&line.line) && is_script(&line.text));
            lines.find(|line| runs_tests(repo, line.text.trim().trim_start_matches(['$', '>', ' '])))
        });
        lines.map(|line| (document, line))
    })
}

/// A section about tests, in a document that is not the assignment.
fn in_words(repo: &Snapshot) -> Option<(String, crate::Place)> {
    static TESTS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(tests|unit test|integration test|test suite|test cases?|testes|pruebas|testy|testler|jest|pytest|junit|xunit|phpunit|rspec|testcontainers)\b|тест|测试|測試|テスト|테스트",
        )
    });
    static HEADING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(tests|testing|unit test|how to test|run(ning)? (the )?tests?|testes|testando|pruebas|testen|testy|testler)\b|^\W*test\W*$|тест|测试|測試|テスト|테스트",
        )
    });
    // What an employer set is a test of the candidate.
    static OTHERS_TEST: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)тестовое задание|\b(test (task|assignment|project)|(technical|coding|programming|backend|back-end) (test|challenge)|teste (técnico|tecnico|prático|de backend)|prueba (técnica|tecnica)|test technique)\b",
        )
    });
    let is_written =
        |document: &&Document| !present::is_assignment(document) && present::boilerplate(document).is_none();
    reachable(repo).filter(is_written).find_map(|document| {
        let heading = document
            .headings
            .iter()
            .filter(|heading| heading.topics.contains(&Topic::Test) && HEADING.is_match(&heading.text))
            .filter(|heading| !OTHERS_TEST.is_match(&heading.text) && !is_of_what_is_used(document, heading))
            .find(|heading| document.section(heading).any(|line| TESTS.is_match(&line.text)))?;
        Some((document.path.clone(), document.at(repo, heading.line)))
    })
}

/// Whether the section is one of those that list what the project is made with, or what it can do.
fn is_of_what_is_used(document: &Document, heading: &Heading) -> bool {
    static USED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(tech(nical|nology)? ?stack|stack|technolog\w+|built with|tools|tooling|libraries|dependencies|frameworks|features|highlights|tecnologias|tecnologías|ferramentas|herramientas|funcionalidades|características)\b|технологии|стек|技术栈",
        )
    });
    let above = document.headings.iter().rfind(|other| other.line < heading.line && other.level < heading.level);
    above.is_some_and(|above| USED.is_match(&above.text))
}

#[cfg(test)]
mod behaviour {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn outcome(readme: &str) -> Outcome {
        examine(
            &Fixture::new()
                .file("app.py", "print('x' * 3)\n")
                .file(TEST.0, TEST.1)
                .file("README.md", readme)
                .snapshot(),
        )
        .outcome()
    }

    const TEST: (&str, &str) = ("tests/test_app.py", "def test_sum():\n    assert 1 + 1 == 2\n");

    #[test]
    fn a_command_is_needed() {
        assert_eq!(outcome("# A\n\nRun `pytest -q`.\n"), Outcome::Met);
        assert_eq!(outcome("# A\n\n    docker compose exec web python -m pytest\n"), Outcome::Met);
        assert_eq!(outcome("# A\n\n## Tests\n\nThere are unit tests for the handlers.\n"), Outcome::Partly);
        assert_eq!(outcome("# A\n\n## Testing account\n\nuser / password\n"), Outcome::NotMet);
        assert_eq!(outcome("# A\n\nTo run the tests:\n\npytest\n"), Outcome::Met);
    }

    #[test]
    fn what_the_tests_are_made_with_does_not_run_them() {
        assert_eq!(outcome("# A\n\n## Used\n\n- flask\n- coverage\n"), Outcome::NotMet);
        assert_eq!(outcome("# A\n\n| Address | What |\n|---|---|\n| http://localhost:1 | vitest |\n"), Outcome::NotMet);
        assert_eq!(outcome("# A\n\n## Tech Stack\n\n### Testing\n\n- xUnit\n- JUnit\n"), Outcome::NotMet);
        assert_eq!(outcome("# A\n\n## Key Features\n\n### Testing\n\n- There are unit tests.\n"), Outcome::NotMet);
        assert_eq!(outcome("# Тестовое задание\n\nPytest покрывает обработчики.\n"), Outcome::NotMet);
    }

    #[test]
    fn a_command_without_a_test_is_half_of_it() {
        let repo = Fixture::new().file("app.py", "print('x' * 3)\n").file("README.md", "# A\n\nRun `pytest -q`.\n");
        assert_eq!(examine(&repo.snapshot()).outcome(), Outcome::Partly);
    }

    #[test]
    fn a_generators_command_with_a_generators_test_says_nothing_of_this_project() {
        let scaffold = "describe('AppController (e2e)', () => {\n  it('/ (GET)', () => {\n    return request(app.getHttpServer()).get('/').expect(200).expect('Hello World!');\n  });\n});\n";
        let with = |readme: &str, test: &str| {
            let repo = Fixture::new()
                .file("src/main.ts", "bootstrap();\n")
                .file("package.json", r#"{"scripts": {"test": "jest"}, "devDependencies": {"jest": "29"}}"#)
                .file("test/app.e2e-spec.ts", test)
                .file("README.md", readme);
            examine(&repo.snapshot()).outcome()
        };
        let generated =
            "# A\n\n[Nest](https://nestjs.com) framework TypeScript starter repository.\n\n```\nnpm run test\n```\n";
        assert_eq!(with(generated, scaffold), Outcome::NotMet);
        assert_eq!(with(generated, "it('adds', () => {\n  expect(add(1, 1)).toBe(2);\n});\n"), Outcome::Met);
        assert_eq!(with("# A\n\nRun `npm run test`.\n", scaffold), Outcome::Met);
    }

    #[test]
    fn a_service_may_run_the_tests() {
        let with = |command: &str| {
            let compose = format!(
                "services:\n  test:\n    build: .\n    command: >\n      sh -c \"python clear.py &&\n      {command}\"\n"
            );
            let repo = Fixture::new()
                .file("app.py", "print('x' * 3)\n")
                .file(TEST.0, TEST.1)
                .file("docker-compose.yml", &compose)
                .file("README.md", "# A\n\n## Testing\n\n    docker compose run --rm test\n");
            examine(&repo.snapshot()).outcome()
        };
        assert_eq!(with("pytest -q"), Outcome::Met);
        assert_ne!(with("python app.py"), Outcome::Met);
    }

    #[test]
    fn a_collection_of_postman_is_no_test_that_another_command_runs() {
        let with = |makefile: &str| {
            let repo = Fixture::new()
                .file("main.go", "package main\n\nfunc main() {}\n")
                .file("shop.json", r#"{"info": {"schema": "https://schema.getpostman.com/json/collection/v2.1.0"}}"#)
                .file("Makefile", makefile)
                .file("README.md", "# A\n\nRun `make test`.\n");
            examine(&repo.snapshot()).outcome()
        };
        assert_eq!(with("test:\n\tgo test ./...\n"), Outcome::Partly);
        assert_eq!(with("test:\n\tnewman run shop.json\n"), Outcome::Met);
    }

    #[test]
    fn the_script_of_npm_that_runs_nothing_does_not_say_how() {
        let with = |script: &str, command: &str| {
            let package = format!(r#"{{"scripts": {{"test": "{script}"}}, "dependencies": {{"express": "4"}}}}"#);
            let repo = Fixture::new()
                .file("app.js", "require('express')().listen(1);\n")
                .file("app.test.js", "test('sum', () => { expect(1 + 1).toBe(2); });\n")
                .file("package.json", &package)
                .file("README.md", &format!("# A\n\n## Tests\n\nRun the tests:\n\n    {command}\n"));
            examine(&repo.snapshot()).outcome()
        };
        let placeholder = r#"echo \"Error: no test specified\" && exit 1"#;
        for command in ["npm test", "npm run test", "yarn test"] {
            assert_eq!(with(placeholder, command), Outcome::NotMet, "{command}");
            assert_eq!(with("jest", command), Outcome::Met, "{command}");
        }
        assert_eq!(with(placeholder, "npx jest"), Outcome::Met);
    }

    #[test]
    fn a_compose_file_for_tests_runs_them_unless_it_stays_in_the_background() {
        let of = |up: &str| {
            let repo = Fixture::new()
                .file("app.py", "print('x' * 3)\n")
                .file(TEST.0, TEST.1)
                .file("docker-compose.test.yml", "services:\n  app:\n    build: .\n")
                .file("README.md", &format!("# A\n\n    docker compose -f docker-compose.test.yml {up}\n"));
            examine(&repo.snapshot()).outcome()
        };
        assert_eq!(of("up"), Outcome::Met);
        assert_eq!(of("up -d"), Outcome::NotMet);
    }

    #[test]
    fn what_a_generator_wrote_about_one_part_says_nothing_about_the_whole() {
        let generated = "# Getting Started with Create React App\n\nThis project was bootstrapped with Create React App.\n\n### `yarn test`\n";
        let repo = |readme: &str| {
            Fixture::new()
                .file("app.py", "print('x' * 3)\n")
                .file("README.md", "# A\n")
                .file(TEST.0, TEST.1)
                .file("web/package.json", r#"{"scripts": {"test": "jest"}}"#)
                .file("web/README.md", readme)
                .snapshot()
        };
        assert_eq!(examine(&repo(generated)).outcome(), Outcome::NotMet);
        assert_eq!(examine(&repo("# The shop's pages\n\nRun `yarn test`.\n")).outcome(), Outcome::Met);
    }

    #[test]
    fn a_script_of_a_section_about_tests_is_looked_into() {
        let with = |heading: &str, script: &str| {
            let repo = Fixture::new()
                .file("app.py", "print('x' * 3)\n")
                .file(TEST.0, TEST.1)
                .file("build.sh", script)
                .file("README.md", &format!("# A\n\n## {heading}\n\nThe tests run, too.\n\n```\n./build.sh\n```\n"));
            examine(&repo.snapshot()).outcome()
        };
        assert_eq!(with("Building and Testing", "pip install .\npytest\n"), Outcome::Met);
        assert_eq!(with("Building and Testing", "pip install .\n"), Outcome::Partly);
        assert_eq!(with("Authors", "pip install .\npytest\n"), Outcome::NotMet);
    }

    #[test]
    fn where_there_are_no_tests_nobody_has_to_say_how_to_run_them() {
        let app = || Fixture::new().file("app.py", "print('x' * 3)\n");
        assert_eq!(examine(&app().file("README.md", "# A\n").snapshot()).outcome(), Outcome::NotApplicable);
        assert_eq!(examine(&app().snapshot()).outcome(), Outcome::NotApplicable);
        let tested = || app().file(TEST.0, TEST.1);
        assert_eq!(examine(&tested().file("README.md", "# A\n").snapshot()).outcome(), Outcome::NotMet);
        assert_eq!(examine(&tested().snapshot()).outcome(), Outcome::NotMet);
    }

    #[test]
    fn a_build_of_the_jvm_in_a_section_about_tests_runs_them() {
        let with = |section: &str| {
            let repo = Fixture::new()
                .file("pom.xml", "<project></project>\n")
                .file("src/main/java/A.java", "class A { int a() { return 1; } }\n")
                .file("src/test/java/ATest.java", "class ATest { @Test void a() { assertEquals(1, new A().a()); } }\n")
                .file("README.md", &format!("# A\n\n{section}\n"));
            examine(&repo.snapshot()).outcome()
        };
        assert_eq!(with("## Tests\n\nThe tests run with **mvn clean install -DskipSlow**."), Outcome::Met);
        assert_eq!(with("## Tests\n\nThe tests are many.\n\n    mvn install -DskipTests\n"), Outcome::Partly);
        assert_eq!(with("## Set-up\n\n    mvn clean install\n"), Outcome::NotMet);
    }

    #[test]
    fn a_list_below_the_word_make_names_targets() {
        let repo = Fixture::new()
            .file("app.py", "print('x' * 3)\n")
            .file(TEST.0, TEST.1)
            .file("Makefile", "install:\n\tpip install .\nrun:\n\tpython app.py\ntest:\n\tpytest\n")
            .file(
                "README.md",
                "# A\n\n## Make\n\nCommands:\n\n- install: Installs it\n- run: Runs it\n- test: Runs pytest\n",
            );
        assert_eq!(examine(&repo.snapshot()).outcome(), Outcome::Met);
    }

    #[test]
    fn a_static_site_is_not_asked_for_tests() {
        let repo = Fixture::new()
            .file("_config.yml", "title: A\n")
            .file("index.html", "<p>a</p>\n")
            .file("site.gemspec", "Gem::Specification.new { |it| it.name = 'a' }\n")
            .file("README.md", "# A site\n")
            .snapshot();
        assert_eq!(examine(&repo).outcome(), Outcome::NotApplicable);
    }

    #[test]
    fn without_code_there_is_nothing_to_test() {
        let repo = Fixture::new().file("README.md", "# Notes\n").snapshot();
        assert_eq!(examine(&repo).outcome(), Outcome::NotApplicable);
    }
}
