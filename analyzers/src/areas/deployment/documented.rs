//! Does it say how the project is deployed?

mod section;

use std::sync::LazyLock;

use regex::Regex;

use section::{SHORTEST_SECTION, has_content, is_advice, is_only_a_start, is_table, is_unfinished, only_says_where};

use super::not_deployed;
use crate::areas::readme::is_own;
use crate::documents::{Command, Document, Documents, Heading, Purpose, Role, Topic};
use crate::kinds::{self, Kind};
use crate::snapshot::paths;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "deployment.documented";

/// Pages of this little are beginnings.
const SHORTEST_PAGE: usize = 200;

/// Words that stand in headings about other things too, such as the release notes.
static ONLY_RELEASE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?i)\b(release|releases|released|发布)\b").expect("a constant pattern"));
static OTHER_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)deploy|production|hosting|kubernetes|heroku|implanta|publica|produ|desp?l|bereit|ausroll|distribu|wdro",
    )
    .expect("a constant pattern")
});

/// A build for production is a beginning, and not yet a deployment.
static ONLY_BUILD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^[^\w]*(how to |to )?(build|compil|bundl|minif|generat|creat)\w*\b.*\bproduction\b|\bproduction[ -](build|bundle)")
        .expect("a constant pattern")
});
static BUILDS_IMAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(docker|podman)( image| buildx)? build\b.*?\s(-t|--tag)[ =](?P<image>[\w./-]+)")
        .expect("a constant pattern")
});

/// How a heading is about deployment.
#[derive(PartialEq)]
enum About {
    Deployment,
    ProductionBuild,
}

pub(super) fn finding(repo: &Snapshot) -> Finding {
    // A static site needs no deployment section, but one that is there counts.
    if let Some(why) = not_deployed(repo)
        && kinds::detect(repo).first() != Some(&Kind::StaticSite)
    {
        return Finding::not_applicable(SIGNAL, why);
    }
    let documents = Documents::of(repo);
    let section = |about: About| {
        documents.headings().find(|(document, heading)| {
            is_own(document)
                && self::about(document, heading) == Some(&about)
                && has_content(document, heading)
                && !is_advice(document, heading)
                && (about == About::ProductionBuild || !is_only_a_start(document, heading))
        })
    };
    if let Some((document, heading)) = section(About::Deployment)
        .filter(|(document, heading)| is_table(repo, document, heading) || only_says_where(document, heading))
    {
        let summary = format!("{} says what runs where, but not how it gets there.", document.path);
        return Finding::partly(SIGNAL, summary, document.at(repo, heading.line));
    }
    if let Some((document, heading)) =
        section(About::Deployment).filter(|(document, heading)| is_unfinished(document, heading))
    {
        let summary = format!(
            "{} has a section on deployment (\"{}\"), of which a part is yet to be written.",
            document.path,
            heading.text.trim()
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, heading.line));
    }
    if let Some((document, heading)) = section(About::Deployment) {
        let summary = format!(
            "{} has a section on how it is put into service (deployment): \"{}\".",
            document.path,
            heading.text.trim()
        );
        return Finding::met(SIGNAL, summary, document.at(repo, heading.line));
    }
    if let Some(document) = documents.all().iter().find(|document| is_called_so(document)) {
        let summary = format!("{} is about how it is put into service (deployment).", document.path);
        return Finding::met(SIGNAL, summary, document.place(repo));
    }
    if let Some((path, what)) = page(repo) {
        return Finding::met(SIGNAL, format!("{path} {what}."), Place::file(repo.head(), path));
    }
    let mut commands = documents.commands().filter(|(document, _)| is_own(document));
    if let Some((document, command)) = commands.find(|(_, command)| command.is(Purpose::Deploy)) {
        let summary =
            format!("{} gives a command that puts it into service (deploys it): `{}`.", document.path, command.text);
        return Finding::met(SIGNAL, summary, document.at(repo, command.line));
    }
    if let Some((document, command)) = documents.commands().find(|(_, command)| starts_in_production(&command.text)) {
        let summary = format!(
            "{} gives a command that starts it for real visitors (in production): `{}`.",
            document.path, command.text
        );
        return Finding::met(SIGNAL, summary, document.at(repo, command.line));
    }
    if let Some((document, command)) =
        documents.commands().find(|(document, command)| is_for_production(document, command))
    {
        let summary = format!(
            "{} has a command that starts it for real visitors (in production), `{}`, and says no more of it.",
            document.path, command.text
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, command.line));
    }
    if let Some((document, line, image)) = own_image(repo, documents) {
        let summary = format!(
            "{} says how to pack the program together with what it needs, and how to start that (the container image {image}).",
            document.path
        );
        return Finding::met(SIGNAL, summary, document.at(repo, line));
    }
    if let Some((document, heading)) = section(About::ProductionBuild) {
        let summary = format!(
            "{} says how to make it ready for real visitors (\"{}\"), but not where or how it is put into service (deployed).",
            document.path,
            heading.text.trim()
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, heading.line));
    }
    let image = documents.commands().filter(|(document, command)| !is_for_own_machine(document, command.line)).find(
        |(_, command)| {
            ["docker build", "podman build", "docker buildx", "build-image", "bootBuildImage", "jib:"]
                .iter()
                .any(|mark| command.text.contains(mark))
        },
    );
    if let Some((document, command)) = image {
        let summary = format!(
            "{} says how to pack the program together with what it needs (`{}` makes a container image), but not where or how it is put into service (deployed).",
            document.path, command.text
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, command.line));
    }
    if let Some(why) = not_deployed(repo) {
        return Finding::not_applicable(SIGNAL, why);
    }
    let summary = match documents.all() {
        [] => "There is no README or other document that could say how it is put into service (deployed).".to_owned(),
        [only] => format!("{} does not say how it is put into service (deployed).", only.path),
        all => format!("None of {} documents says how it is put into service (deployed).", all.len()),
    };
    let readme = documents.readme();
    let places = readme.map(|readme| readme.place(repo));
    Finding::not_met(SIGNAL, summary, Evidence::or_absence(places, repo.head())).remedy(format!(
        "Add a section on deployment to {}: where it runs, the commands that put a version there, what must be \
         configured first, and how to go back.",
        readme.map_or("the README", |readme| &readme.path)
    ))
}

/// How the section of `heading` is about deployment, if it is.
fn about(document: &Document, heading: &Heading) -> Option<&'static About> {
    // A README's title names the project.
    let is_title = document.role != Role::Linked && heading.level == 1 && document.headings.first() == Some(heading);
    let by_accident = ONLY_RELEASE.is_match(&heading.text) && !OTHER_WORDS.is_match(&heading.text);
    if is_title || by_accident || !heading.topics.contains(&Topic::Deploy) {
        None
    } else if ONLY_BUILD.is_match(&heading.text) && !heading.text.to_lowercase().contains("deploy") {
        Some(&About::ProductionBuild)
    } else {
        Some(&About::Deployment)
    }
}

/// A container image of the project that a document says both how to build and how to run, also through scripts of its
/// packages, with the line of the build.
fn own_image<'r>(repo: &'r Snapshot, documents: &'r Documents) -> Option<(&'r Document, u32, String)> {
    documents.all().iter().find_map(|document| {
        let lines: Vec<(u32, &str)> = document
            .code
            .iter()
            .chain(&document.prose)
            .flat_map(|line| {
                let scripts = repo.stack().scripts().iter();
                let called =
                    scripts.filter(|script| calls(&line.text, &script.name)).map(|script| script.command.as_str());
                called.chain([line.text.as_str()]).map(move |text| (line.line, text))
            })
            .collect();
        lines.iter().find_map(|(line, text)| {
            let image = BUILDS_IMAGE.captures(text)?["image"].to_owned();
            // A database in an image of the project's own is what it needs, not what it is.
            let is_database = image
                .split(|c: char| !c.is_ascii_alphanumeric())
                .any(|word| matches!(word, "db" | "database" | "postgres" | "mysql" | "mongo" | "redis"));
            if is_database {
                return None;
            }
            let runs =
                |text: &str| (text.contains("docker run ") || text.contains("podman run ")) && text.contains(&image);
            let is_run = lines.iter().any(|(_, text)| runs(text));
            (is_run && !is_for_own_machine(document, *line)).then_some((document, *line, image))
        })
    })
}

/// Whether a line stands in a section on installing that goes on to an address of one's own machine, or to containers
/// that are brought up there.
fn is_for_own_machine(document: &Document, line: u32) -> bool {
    let Some(heading) = document.headings.iter().rfind(|heading| heading.line < line) else { return false };
    let above = document.headings.iter().rfind(|other| other.line < heading.line && other.level < heading.level);
    let installs =
        |heading: &Heading| heading.topics.contains(&Topic::Setup) && !heading.topics.contains(&Topic::Deploy);
    let end = document.section_end(heading);
    let within = document.code.iter().chain(&document.prose).filter(|other| other.line >= line && other.line < end);
    let is_local = |text: &str| {
        ["localhost", "127.0.0.1", "0.0.0.0"].iter().any(|host| text.contains(host))
            || text.contains("compose") && text.split_whitespace().any(|word| word == "up")
    };
    (installs(heading) || above.is_some_and(installs)) && within.map(|line| line.text.as_str()).any(is_local)
}

/// Containers that are brought up by a file or a service for production: `docker compose -f compose.prod.yml up`.
fn starts_in_production(command: &str) -> bool {
    let mut words = command.split(|c: char| !c.is_ascii_alphanumeric());
    ["docker compose ", "docker-compose ", "podman compose ", "podman-compose "]
        .iter()
        .any(|tool| command.contains(tool))
        && command.split_whitespace().any(|word| word == "up")
        && words.any(|word| matches!(word, "prod" | "production"))
}

/// Whether the sentence before a command that brings up containers says that it is for production.
fn is_for_production(document: &Document, command: &Command) -> bool {
    let brings_up = command.is(Purpose::StartWhole) && command.text.split_whitespace().any(|word| word == "up");
    let before = document.prose.iter().rfind(|line| line.line < command.line && line.line + 2 >= command.line);
    brings_up
        && before.is_some_and(|line| {
            let text = line.text.to_lowercase();
            text.contains("production") && text.trim_end().ends_with(':') && !text.contains("not ")
        })
}

/// Whether the text holds `run NAME`.
fn calls(text: &str, name: &str) -> bool {
    text.split_once(" run ").is_some_and(|(_, rest)| {
        let word = rest.split_whitespace().next().unwrap_or_default();
        word.trim_matches(|c: char| matches!(c, '`' | '\\' | '"' | '*' | ',' | '.')) == name
    })
}

/// A document without headings of its own that is named after what it is about.
fn is_called_so(document: &Document) -> bool {
    let name = paths::name(&document.path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    let prose: usize = document.prose.iter().map(|line| line.text.trim().chars().count()).sum();
    matches!(stem, "deployment" | "deploy" | "deploying") && document.headings.is_empty() && prose >= SHORTEST_SECTION
}

/// A page of the documentation that is about deployment, or says how to install the program on a server.
fn page(repo: &Snapshot) -> Option<(&str, &'static str)> {
    const SERVERS: &[&str] = &["docker run ", "docker compose up", "docker-compose up", "systemctl ", "kubectl "];
    let pages = repo.tree().own_texts().filter(|(file, _)| paths::is_documentation(&file.path));
    pages.filter(|(_, text)| text.trim().len() >= SHORTEST_PAGE).find_map(|(file, text)| {
        let name = file.name().to_ascii_lowercase().replace('_', "-");
        match name.split('.').next().unwrap_or_default() {
            "deploy" | "deployment" | "deploying" | "self-hosting" | "self-hosted" | "hosting" => {
                Some((file.path.as_str(), "is about how it is put into service (deployment)"))
            }
            "install" | "installation" if SERVERS.iter().any(|command| text.contains(command)) => {
                Some((file.path.as_str(), "says how to install it on a server"))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn with(readme: &str) -> Outcome {
        let repo = Fixture::new().file("app.py", "import flask\n").file("README.md", readme).snapshot();
        finding(&repo).outcome()
    }

    #[test]
    fn a_table_of_hosts_is_half_of_it() {
        let table = "| Service | Platform |\n|---|---|\n| The programming interface | Render |\n| Database | Supabase PostgreSQL |\n";
        assert_eq!(with(&format!("# A\n\n## Deployment\n\n{table}\n## Author\n\nB\n")), Outcome::Partly);
        let said = "A push to main builds an image, and the host takes it from the registry.";
        assert_eq!(with(&format!("# A\n\n## Deployment\n\n{said}\n\n{table}\n")), Outcome::Met);
    }

    #[test]
    fn a_heading_over_other_things_says_nothing_and_a_place_alone_is_half_of_it() {
        let others = "### Documentation of the interface\n\nIt is made by `make docs` and put into the folder public.\n\n### Built with\n\n- Something long enough to count as text\n";
        assert_eq!(with(&format!("# A\n\n## Deployment\n\n{others}")), Outcome::NotMet);
        assert_eq!(with("# A\n\n## Hosting\n\nThe interface is hosted on the cloud of a provider.\n"), Outcome::Partly);
        let later =
            "## Deployment\n\nCopy the binary to the server.\n\n### Hosted\n\nMore details to be provided soon.\n";
        assert_eq!(with(&format!("# A\n\n{later}")), Outcome::Partly);
        let own = "### On a server\n\nCopy the binary to the server and restart the service.\n";
        assert_eq!(with(&format!("# A\n\n## Deployment\n\n{own}\n{others}")), Outcome::Met);
    }

    #[test]
    fn a_section_on_deployment_is_asked_for() {
        let text = "It runs on two machines, and a push to main puts a version there.";
        for heading in ["## Deployment", "## Deploying to Heroku", "## Production mode", "## Implantação"] {
            assert_eq!(with(&format!("# A\n\n{heading}\n\n{text}\n")), Outcome::Met, "{heading}");
        }
        for heading in ["# Zero to production", "## Checking the release state", "## Releases", "## Usage"] {
            assert_eq!(with(&format!("{heading}\n\n{text}\n")), Outcome::NotMet, "{heading}");
        }
        assert_eq!(with("# A\n\n## Deployment\n\nTODO\n"), Outcome::NotMet);
    }

    #[test]
    fn routes_below_a_heading_on_deployment_are_no_deployment() {
        let routes = "### Users\n\n- `GET /api/users` lists them\n- `POST /api/users` adds one\n";
        assert_eq!(with(&format!("# A\n\n## Deployment\n\n{routes}\n## Author\n\nB\n")), Outcome::NotMet);
        let said = "A push to main puts a version onto the server.";
        assert_eq!(with(&format!("# A\n\n## Deployment\n\n{said}\n\n{routes}\n## Author\n\nB\n")), Outcome::Met);
    }

    #[test]
    fn a_build_and_a_start_are_a_deployment_where_a_place_is_named() {
        let node = |heading: &str, text: &str| {
            let repo = Fixture::new()
                .file(
                    "package.json",
                    r#"{"scripts": {"build": "tsc", "start": "node dist"}, "dependencies": {"express": "4"}}"#,
                )
                .file("app.ts", "import express from 'express';\nexpress().listen(1);\n")
                .file("README.md", &format!("# A\n\n## {heading}\n\n{text}\n\n```\nyarn build\nyarn start\n```\n"));
            finding(&repo.snapshot()).outcome()
        };
        assert_eq!(node("Running in production", "For production:"), Outcome::NotMet);
        assert_eq!(node("Running in production", "On the server, behind nginx:"), Outcome::Met);
        assert_eq!(node("Deployment", "For production:"), Outcome::Met);
        let commented = |heading: &str, text: &str| {
            node(
                heading,
                &format!(
                    "```bash\n# Build for production\nyarn build\n\n# Start production server\nyarn start\n```\n\n{text}"
                ),
            )
        };
        assert_eq!(commented("Production environment", "Both are needed:"), Outcome::NotMet);
        assert_eq!(commented("Production environment", "On the server, behind nginx:"), Outcome::Met);
    }

    #[test]
    fn a_version_that_is_counted_up_is_no_deployment() {
        let of = |script: &str| {
            let package = format!(r#"{{"scripts": {{"release": "{script}"}}, "dependencies": {{"express": "4"}}}}"#);
            let repo =
                Fixture::new().file("package.json", &package).file("app.js", "require('express')().listen(1);\n");
            finding(&repo.file("README.md", "# A\n\n```\nnpm run release\n```\n").snapshot()).outcome()
        };
        assert_eq!(of("standard-version && git push --follow-tags"), Outcome::NotMet);
        assert_eq!(of("docker push shop/api"), Outcome::Met);
    }

    #[test]
    fn advice_on_production_is_no_deployment() {
        let advice = "- Use encrypted connections\n- Keep the packages up to date\n- Log without secrets\n";
        assert_eq!(with(&format!("# A\n\n## Production best practices\n\n{advice}\n")), Outcome::NotMet);
        let done = "```\nkubectl apply -f k8s\n```\n";
        assert_eq!(with(&format!("# A\n\n## Production best practices\n\n{advice}\n{done}\n")), Outcome::Met);
    }

    #[test]
    fn a_page_of_the_documentation_counts_where_it_is_about_a_server() {
        let of = |name: &str, command: &str| {
            let text =
                format!("# Shop\n\n{}\n\n    {command}\n", "It takes a machine with a public address. ".repeat(6));
            let repo = Fixture::new().file("app.py", "import flask\n").file("README.md", "# A\n").file(name, &text);
            finding(&repo.snapshot()).outcome()
        };
        assert_eq!(of("site/docs/content/self-hosting.md", "ls"), Outcome::Met);
        assert_eq!(of("docs/content/installation.md", "docker compose up -d"), Outcome::Met);
        assert_eq!(of("docs/content/installation.md", "pip install shop"), Outcome::NotMet);
        assert_eq!(of("docs/content/options.md", "docker compose up -d"), Outcome::NotMet);
    }

    #[test]
    fn a_button_that_deploys_says_enough() {
        let button = "[![Deploy](a.svg)](https://heroku.com/deploy)";
        assert_eq!(with(&format!("# A\n\n## Deploy\n\n{button}\n")), Outcome::Met);
        assert_eq!(with("# A\n\n## Deploy\n\n[![Later](a.svg)](https://example.com)\n"), Outcome::NotMet);
    }

    #[test]
    fn a_document_of_its_own_needs_no_heading() {
        let of = |name: &str| {
            let text = "1 Set the variables.\n2 Fill the database.\n3 Run the deployment on Cloud Run.\n";
            let repo = Fixture::new().file("app.py", "import flask\n").file("README.md", "# A\n").file(name, text);
            finding(&repo.snapshot()).outcome()
        };
        assert_eq!(of("docs/deployment.md"), Outcome::Met);
        assert_eq!(of("docs/development.md"), Outcome::NotMet);
    }

    #[test]
    fn what_a_generator_wrote_about_a_part_is_no_deployment_of_the_whole() {
        let guide = "This project was bootstrapped with Create React App.\n\nYou can find the most recent version of this guide [here](x).\n\n## Deployment\n\n`npm run build` creates a `build` directory with a production build of your app.\n";
        let repo = Fixture::new()
            .file("app.py", "import flask\n")
            .file("README.md", "# A\n")
            .file("web/README.md", guide)
            .snapshot();
        assert_eq!(finding(&repo).outcome(), Outcome::NotMet);
    }

    #[test]
    fn a_build_alone_counts_in_part() {
        assert_eq!(with("# A\n\n## Building for production\n\n```\nmake build\n```\n"), Outcome::Partly);
        assert_eq!(with("# A\n\n```\ndocker build -t shop .\n```\n"), Outcome::Partly);
        assert_eq!(with("# A\n\n```\ndocker build -t shop .\ndocker run -p 80:80 shop\n```\n"), Outcome::Met);
        let local = "## Installation\n\n### With Docker\n\n```\ndocker build -t shop .\ndocker run -p 80:80 shop\n```\n\nOpen http://localhost.\n";
        assert_eq!(with(&format!("# A\n\n{local}")), Outcome::NotMet);
        assert_ne!(with("# A\n\n```\ndocker build -t shop-db db\ndocker run shop-db\n```\n"), Outcome::Met);
    }

    #[test]
    fn containers_for_production_are_a_deployment() {
        for command in ["docker-compose -f docker-compose.prod.yml up -d", "docker compose up -d db api-production"] {
            assert_eq!(with(&format!("# A\n\n```\n{command}\n```\n")), Outcome::Met, "{command}");
        }
        for command in ["docker compose up -d", "docker compose -f compose.prod.yml build", "docker compose up product"]
        {
            assert_ne!(with(&format!("# A\n\n```\n{command}\n```\n")), Outcome::Met, "{command}");
        }
    }

    #[test]
    fn a_sentence_may_say_that_containers_are_for_production() {
        let readme =
            |what: &str| format!("# A\n\nOr build {what}:\n```\ndocker-compose -f docker-compose.yml up -d\n```\n");
        let of = |what: &str| {
            let compose = "services:\n  api:\n    build: .\n";
            let files = Fixture::new().file("app.py", "import flask\n").file("docker-compose.yml", compose);
            finding(&files.file("README.md", &readme(what)).snapshot()).outcome()
        };
        assert_eq!(of("a production ready environment"), Outcome::Partly);
        assert_eq!(of("a local environment"), Outcome::NotMet);
        assert_eq!(of("what is not for production"), Outcome::NotMet);
    }

    #[test]
    fn nothing_is_asked_of_what_is_not_deployed() {
        let repo = Fixture::new().file("README.md", "# Notes\n\n## Deployment\n\nTwo machines and a load balancer.\n");
        assert_eq!(finding(&repo.snapshot()).outcome(), Outcome::NotApplicable);
        let site = Fixture::new().file("package.json", r#"{"dependencies":{"gatsby":"5"}}"#).file("src/a.js", "x()\n");
        assert_eq!(finding(&site.snapshot()).outcome(), Outcome::NotApplicable);
    }
}
