//! Does it say how the project is deployed?

use super::not_deployed;
use crate::documents::{Document, Documents, Heading, Purpose, Topic};
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "deployment.documented";

/// Sections of this little are headings with a promise.
const SHORTEST_SECTION: usize = 40;

/// What generators write about deployment, which says nothing about this project.
const BOILERPLATE: &[&str] = &[
    "facebook.github.io/create-react-app",
    "the easiest way to deploy your next.js app",
    "mau.nestjs.com",
    "nestjs mau",
    "deployment instructions",
    "your app is ready to be deployed",
    "add additional notes about how to deploy this on a live system",
    "see deployment for notes on how to deploy the project",
];

pub(super) fn finding(repo: &Snapshot) -> Finding {
    if let Some(why) = not_deployed(repo) {
        return Finding::not_applicable(SIGNAL, why);
    }
    let documents = Documents::of(repo);
    let section = documents
        .headings()
        .find(|(document, heading)| heading.topics.contains(&Topic::Deploy) && has_content(document, heading));
    if let Some((document, heading)) = section {
        let summary = format!("{} has a section on deployment: \"{}\".", document.path, heading.text.trim());
        return Finding::met(SIGNAL, summary, document.at(repo, heading.line));
    }
    if let Some((document, command)) = documents.commands().find(|(_, command)| command.is(Purpose::Deploy)) {
        let summary = format!("{} gives a command that deploys: `{}`.", document.path, command.text);
        return Finding::met(SIGNAL, summary, document.at(repo, command.line));
    }
    let image = documents.commands().find(|(_, command)| {
        ["docker build", "podman build", "docker buildx", "build-image", "bootBuildImage", "jib:"]
            .iter()
            .any(|mark| command.text.contains(mark))
    });
    if let Some((document, command)) = image {
        let summary = format!(
            "{} says how to build a container image (`{}`), but not where or how it is deployed.",
            document.path, command.text
        );
        return Finding::partly(SIGNAL, summary, document.at(repo, command.line));
    }
    let summary = match documents.all() {
        [] => "There is no README or other document that could say how it is deployed.".to_owned(),
        [only] => format!("{} does not say how it is deployed.", only.path),
        all => format!("None of {} documents says how it is deployed.", all.len()),
    };
    let places = documents.readme().map(|readme| readme.place(repo));
    Finding::not_met(SIGNAL, summary, Evidence::or_absence(places, repo.head()))
}

fn has_content(document: &Document, heading: &Heading) -> bool {
    let end = document.section_end(heading);
    let prose: String = document.section(heading).map(|line| line.text.to_lowercase() + " ").collect();
    let code = document.code.iter().any(|line| line.line > heading.line && line.line < end && line.starts);
    let own = !BOILERPLATE.iter().any(|text| prose.contains(text));
    own && (code || prose.trim().chars().count() >= SHORTEST_SECTION)
}
