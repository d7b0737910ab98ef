//! Does it say how the project is deployed?

mod address;
mod delivery;
mod planned;
mod section;
mod sentence;

use std::sync::LazyLock;

use regex::Regex;

use address::{links_to_it, names_host};
use delivery::tells_of_delivery;
use planned::{is_checklist, is_planned};
use section::{
    SHORTEST_SECTION, button, has_content, is_advice, is_of_own_machine, is_only_a_start, is_table, is_unfinished,
    leads_nowhere, only_names_a_tool, only_says_production, only_says_where,
};
use sentence::{
    hosted_by_oneself, in_production, infrastructure_elsewhere, published_image, pushes_deploy, says_what_to_do,
    says_where, scales_out,
};

use super::files::is_dockerfile;
use super::not_deployed;
use crate::areas::readme::is_own;
use crate::documents::{
    Command, Document, Documents, Heading, Line, PSEUDO_LEVEL, Purpose, Role, Topic, built_image, pattern,
};
use crate::kinds::{self, Kind};
use crate::paths;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "deployment.documented";

/// Pages of this little are beginnings.
const SHORTEST_PAGE: usize = 200;

/// Words that stand in headings about other things too, such as the release notes.
static ONLY_RELEASE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(release|releases|released|发布)\b"));
static OTHER_WORDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)deploy|production|hosting|kubernetes|heroku|implanta|publica|produ|desp?l|bereit|ausroll|distribu|wdro",
    )
});

/// A build for production is a beginning, and not yet a deployment.
static ONLY_BUILD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^[^\w]*(how to |to )?(build|compil|bundl|minif|generat|creat)\w*\b.*\bproduction\b|\bproduction[ -](build|bundle)",
    )
});

/// A word for production, and what turns it into something else.
static PRODUCTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?P<for>for )?production\b"));
static OTHERWISE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)n't\b|\b(not|instead)\b"));

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
    let sections = |about: About| {
        documents.headings().filter(move |(document, heading)| {
            is_own(document)
                && self::about(document, heading) == Some(&about)
                && has_content(document, heading)
                && !is_advice(document, heading)
                && !only_says_production(document, heading)
                && !is_checklist(repo, document, heading)
                && (about == About::ProductionBuild || !is_only_a_start(document, heading))
                && !is_of_own_machine(document, heading)
        })
    };
    let wanting = |(document, heading): &(&Document, &Heading)| {
        if is_planned(document, heading) {
            Some(format!(
                "{} says how it would be put into service (\"{}\"), not that it is.",
                document.path,
                heading.text.trim()
            ))
        } else if is_table(repo, document, heading) || only_says_where(document, heading) {
            Some(format!("{} says what runs where, but not how it gets there.", document.path))
        } else if only_names_a_tool(repo, document, heading) {
            Some(format!(
                "{} names what it is put into service with (\"{}\"), but not how.",
                document.path,
                heading.text.trim()
            ))
        } else if leads_nowhere(repo, document, heading) {
            Some(format!(
                "{} says how it is put into service (\"{}\") by sending the reader to files that are not there.",
                document.path,
                heading.text.trim()
            ))
        } else if is_unfinished(document, heading) {
            Some(format!(
                "{} has a section on how it is put into service (\"{}\"), of which a part is yet to be written.",
                document.path,
                heading.text.trim()
            ))
        } else {
            None
        }
    };
    if let Some((document, heading)) = sections(About::Deployment).find(|section| wanting(section).is_none()) {
        let summary =
            format!("{} has a section on how it is put into service: \"{}\".", document.path, heading.text.trim());
        return Finding::met(SIGNAL, summary, document.at(repo, heading.line));
    }
    if let Some(document) = documents.all().iter().find(|document| is_called_so(document)) {
        let summary = format!("{} is about how it is put into service.", document.path);
        return Finding::met(SIGNAL, summary, document.place(repo));
    }
    if let Some((path, what)) = page(repo) {
        return Finding::met(SIGNAL, format!("{path} {what}."), Place::file(repo.head(), path));
    }
    if let Some((document, heading, summary)) =
        sections(About::Deployment).find_map(|section| Some((section.0, section.1, wanting(&section)?)))
    {
        return Finding::partly(SIGNAL, summary, document.at(repo, heading.line));
    }
    let mut commands = documents.commands().filter(|(document, _)| is_own(document));
    if let Some((document, command)) =
        commands.find(|(_, command)| command.is(Purpose::Deploy) && command.missing.is_none())
    {
        let summary = format!("{} gives a command that puts it into service: `{}`.", document.path, command.text);
        return Finding::met(SIGNAL, summary, document.at(repo, command.line));
    }
    if let Some((document, command)) = documents.commands().find(|(_, command)| starts_in_production(&command.text)) {
        let summary =
            format!("{} gives a command that starts it for real visitors: `{}`.", document.path, command.text);
        return Finding::met(SIGNAL, summary, document.at(repo, command.line));
    }
    if let Some((document, command)) =
        documents.commands().find(|(document, command)| is_for_production(document, command))
    {
        let summary = format!(
            "{} has a command that starts it for real visitors, `{}`, and says no more of it.",
            document.path, command.text
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, command.line));
    }
    let own = || documents.all().iter().filter(|document| is_own(document));
    if let Some((document, line, has_command)) = hosted_by_oneself(own()) {
        let verdict = if has_command { Finding::met } else { Finding::partly };
        let how = if has_command { "and how" } else { "but not how" };
        let summary = format!("{} says that one can run it on a server of one's own, {how}.", document.path);
        return verdict(SIGNAL, summary, document.at(repo, line));
    }
    if let Some((document, line, what)) = own().find_map(|document| infrastructure_elsewhere(repo, document)) {
        let summary =
            format!("{} says where the description of its servers is kept, {what}, and no more.", document.path);
        return Finding::partly(SIGNAL, summary, document.at(repo, line));
    }
    if let Some((document, line)) = own().find_map(in_production) {
        let summary = format!(
            "{} says in one sentence what keeps it running for real visitors, and no more of it.",
            document.path
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, line));
    }
    if let Some((document, heading)) = own().find_map(|document| Some((document, scales_out(document)?))) {
        let summary = format!(
            "{} says what is needed where several copies of it run side by side (\"{}\"), but not how a version gets \
             there.",
            document.path,
            heading.text.trim()
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, heading.line));
    }
    let linked = || own().find_map(|document| Some((document, links_to_it(repo, document)?)));
    if let Some((document, line)) = own().find_map(|document| Some((document, button(repo, document)?))) {
        let button = format!("{} has a button that puts a copy into service with a host", document.path);
        return match linked() {
            Some((linking, at)) => {
                let places = Evidence::or_absence([document.at(repo, line), linking.at(repo, at)], repo.head());
                Finding::met(SIGNAL, format!("{button}, and links to where it runs."), places)
            }
            None => Finding::partly(SIGNAL, format!("{button}, and says no more of it."), document.at(repo, line)),
        };
    }
    let mut headings = documents.headings().filter(|(document, _)| is_own(document));
    if let Some((document, heading)) = headings.find(|(document, heading)| tells_of_delivery(document, heading)) {
        let summary = format!(
            "{} says what puts a version into service, \"{}\", but not where or how that is set up.",
            document.path,
            heading.text.trim()
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, heading.line));
    }
    if let Some((document, line)) = own().find_map(|document| Some((document, pushes_deploy(document)?))) {
        let summary = format!(
            "{} says in a sentence that a push puts a version into service, and where, and no more of it.",
            document.path
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, line));
    }
    if let Some((document, line, image)) = own_image(repo, documents) {
        let summary = format!(
            "{} says how to pack the program together with what it needs (as a container, {image}), and how to start \
             that.",
            document.path
        );
        return Finding::met(SIGNAL, summary, document.at(repo, line));
    }
    if let Some((document, (line, said))) = own().find_map(|document| Some((document, says_where(document)?))) {
        let summary = format!("{} says in one sentence {said}, and no more of it.", document.path);
        return Finding::partly(SIGNAL, summary, document.at(repo, line));
    }
    if let Some((document, line)) = own().find_map(|document| Some((document, says_what_to_do(document)?))) {
        let summary = format!(
            "{} says in a sentence what to do to put it into service, but not where or how it gets there.",
            document.path
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, line));
    }
    if let Some((document, (line, image))) = own().find_map(|document| Some((document, published_image(document)?))) {
        let summary = format!(
            "{} says where the program can be fetched, packed together with what it needs (as a container, {image}), \
             but not where or how it is put into service.",
            document.path
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, line));
    }
    if let Some((document, heading)) = sections(About::ProductionBuild).next() {
        let summary = format!(
            "{} says how to make it ready for real visitors (\"{}\"), but not where or how it is put into service.",
            document.path,
            heading.text.trim()
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, heading.line));
    }
    let image = documents.commands().find(|(document, command)| {
        ["docker build", "podman build", "docker buildx", "build-image", "bootBuildImage", "jib:"]
            .iter()
            .any(|mark| command.text.contains(mark))
            && command.missing.is_none()
            && !is_for_own_machine(document, command.line)
    });
    if let Some((document, command)) = image {
        let summary = format!(
            "{} says how to pack the program together with what it needs (as a container, by `{}`), but not where or \
             how it is put into service.",
            document.path, command.text
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, command.line));
    }
    if let Some((document, line)) = linked() {
        let summary = format!("{} links to where it runs, but does not say how a version gets there.", document.path);
        return Finding::partly(SIGNAL, summary, document.at(repo, line));
    }
    if let Some((document, line)) = own().find_map(|document| Some((document, names_host(repo, document)?))) {
        let summary = format!("{} names what it is put into service with, but not how.", document.path);
        return Finding::partly(SIGNAL, summary, document.at(repo, line));
    }
    if let Some(why) = not_deployed(repo) {
        return Finding::not_applicable(SIGNAL, why);
    }
    let summary = match documents.all() {
        [] => "Nothing says how it is put into service: there is no README or other document.".to_owned(),
        [only] => format!("{} does not say how it is put into service.", only.path),
        all => format!("None of {} documents says how it is put into service.", all.len()),
    };
    let readme = documents.readme();
    let places = readme.map(|readme| readme.place(repo));
    Finding::not_met(SIGNAL, summary, Evidence::or_absence(places, repo.head())).remedy(format!(
        "Write into {} how it is put into service: where it runs, the commands that put a version there, what must be \
         set first, and how to go back.",
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
    let builds = |file: &crate::snapshot::File| is_dockerfile(file.name());
    if !repo.tree().files().iter().any(builds) {
        return None;
    }
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
            let image = built_image(text)?.to_owned();
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

/// Whether a line stands in a section that goes on to an address of one's own machine and is not about deployment, in one
/// on installing that brings containers up there, or in a document that runs containers only for as long as a terminal is
/// open.
fn is_for_own_machine(document: &Document, line: u32) -> bool {
    static READY: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\bproduction[ -](ready|grade)\b.{0,20}\b(docker\w*|images?|containers?)\b|\b(docker\w*|images?|containers?)\b.{0,30}\bfor production\b",
        )
    });
    if is_tried_out(document) {
        return true;
    }
    let Some(heading) = document.headings.iter().rfind(|heading| heading.line < line) else { return false };
    // What it says is for production is only tried out at an address of one's own machine.
    let is_for_production = |line: &Line| READY.is_match(&line.text) && !OTHERWISE.is_match(&line.text);
    if document.section(heading).any(is_for_production) {
        return false;
    }
    let above = document.headings.iter().rfind(|other| other.line < heading.line && other.level < heading.level);
    let installs =
        |heading: &Heading| heading.topics.contains(&Topic::Setup) && !heading.topics.contains(&Topic::Deploy);
    let end = document.section_end(heading);
    let within = document.code.iter().chain(&document.prose).filter(|other| other.line >= line && other.line < end);
    let deploys = |heading: &Heading| heading.topics.contains(&Topic::Deploy);
    let is_set_up = installs(heading) || above.is_some_and(installs);
    let is_elsewhere = deploys(heading) || above.is_some_and(deploys);
    let brings_up = |text: &str| text.contains("compose") && text.split_whitespace().any(|word| word == "up");
    let is_local = |text: &str| {
        let is_here = ["localhost", "127.0.0.1", "0.0.0.0"].iter().any(|host| text.contains(host));
        is_here && (is_set_up || !is_elsewhere) || is_set_up && brings_up(text)
    };
    within.map(|line| line.text.as_str()).any(is_local)
}

/// Whether every container that a document runs is gone with the terminal that it was started in.
fn is_tried_out(document: &Document) -> bool {
    let runs = |text: &str| text.contains("docker run ") || text.contains("podman run ");
    let mut lines = document.code.iter().map(|line| line.text.as_str()).filter(|text| runs(text)).peekable();
    lines.peek().is_some()
        && lines.all(|text| text.contains(" --rm") && (text.contains(" -it") || text.contains(" -ti")))
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

/// Whether the sentence before a command that brings up containers says that it is for production, or one of the sentences
/// before it in its section that they are.
fn is_for_production(document: &Document, command: &Command) -> bool {
    let brings_up = command.is(Purpose::StartWhole) && command.text.split_whitespace().any(|word| word == "up");
    let start = document.headings.iter().rfind(|heading| heading.line < command.line).map_or(0, |heading| heading.line);
    let mut before = document.prose.iter().filter(|line| line.line > start && line.line < command.line);
    let says = |line: &Line| {
        let announces = line.line + 2 >= command.line && line.text.trim_end().ends_with(':');
        let mut found = PRODUCTION.captures_iter(&line.text);
        found.any(|found| announces || found.name("for").is_some()) && !OTHERWISE.is_match(&line.text)
    };
    brings_up && before.any(says)
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
    matches!(stem, "deployment" | "deploy" | "deploying")
        && document.headings.iter().all(|heading| heading.level >= PSEUDO_LEVEL)
        && prose >= SHORTEST_SECTION
}

/// A page of the documentation that is about deployment, or says how to install the program on a server.
fn page(repo: &Snapshot) -> Option<(&str, &'static str)> {
    const SERVERS: &[&str] = &["docker run ", "docker compose up", "docker-compose up", "systemctl ", "kubectl "];
    let is_page = |path: &str| {
        paths::is_documentation(path)
            || matches!(paths::folder(path), "" | "docs" | "doc") && path.to_ascii_lowercase().ends_with(".md")
    };
    let words = |stem: &str, known: &[&str]| stem.split('-').any(|word| known.contains(&word));
    // `gcp-production-setup`, `lightsail-deployment`
    let is_guide = |stem: &str| {
        words(stem, &["deploy", "deployment", "deploying", "deploiement", "despliegue", "implantacao", "hosting"])
            || words(stem, &["production"]) && words(stem, &["setup", "guide", "server", "install", "installation"])
    };
    let is_planned_page = |stem: &str| {
        words(
            stem,
            &["plan", "roadmap", "status", "history", "summary", "checklist", "report", "verification", "notes"],
        )
    };
    let has_commands = |text: &str| text.contains("```") || text.lines().any(|line| line.starts_with("    "));
    let pages = repo.tree().own_texts().filter(|(file, _)| is_page(&file.path));
    pages.filter(|(_, text)| text.trim().len() >= SHORTEST_PAGE).find_map(|(file, text)| {
        let name = file.name().to_ascii_lowercase().replace('_', "-");
        match name.split('.').next().unwrap_or_default() {
            "deploy" | "deployment" | "deploying" | "self-hosting" | "self-hosted" | "hosting" => {
                Some((file.path.as_str(), "is about how it is put into service (deployment)"))
            }
            stem if is_guide(stem) && !is_planned_page(stem) && has_commands(text) => {
                Some((file.path.as_str(), "is about how it is put into service (deployment)"))
            }
            "install" | "installation"
                if paths::is_documentation(&file.path) && SERVERS.iter().any(|command| text.contains(command)) =>
            {
                Some((file.path.as_str(), "says how to install it on a server"))
            }
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests;
