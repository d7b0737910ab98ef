//! Steps of a set-up that can't be done.

use super::prepares;
use crate::documents::topics::Topic;
use crate::documents::{Command, Document, Heading, Purpose};

/// Commands of `document` that refer to what is not there, on the way from a clone to a running program: in a section
/// that also installs or starts it, or is about that. What is done later (a test, a release, another migration) is no such
/// step, and a second way to start is an offer.
pub(super) fn broken(document: &Document) -> impl Iterator<Item = &Command> {
    const LATER: &[&str] = &[
        "lint",
        "format",
        "fmt",
        "doc",
        "docs",
        "release",
        "commit",
        "create",
        "generate",
        "clean",
        "coverage",
        "watch",
        "debug",
        "stop",
        "down",
        "logs",
        "prod",
        "production",
        "deploy",
        "revert",
        "rollback",
        "test",
        "hooks",
    ];
    // Another project is fetched, and what follows may be about that.
    let fetches =
        document.code.iter().filter(|line| line.text.contains("git clone") || line.text.contains("submodule"));
    let is_one_project = fetches.count() < 2;
    let is_later = |command: &Command| {
        let text = command.text.to_ascii_lowercase();
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
        command.is(Purpose::Test) || command.is(Purpose::Deploy) || words.any(|word| LATER.contains(&word))
    };
    let is_on_the_way = move |command: &Command| {
        let around =
            document.headings.iter().filter(|it| it.line < command.line && document.section_end(it) > command.line);
        let mut around: Vec<&Heading> = around.collect();
        if around.iter().any(|it| it.topics.iter().any(|topic| matches!(topic, Topic::Deploy | Topic::Test))) {
            return false;
        }
        let is_about = around.iter().any(|it| it.topics.contains(&Topic::Setup));
        let (start, end) = around.pop().map_or((0, u32::MAX), |it| (it.line, document.section_end(it)));
        let mut near = document.commands.iter().filter(|it| it.line > start && it.line < end && it.missing.is_none());
        is_about || near.any(|it| it.starts() || prepares(it))
    };
    document.commands.iter().filter(move |command| {
        command.missing.is_some() && !command.starts() && is_one_project && !is_later(command) && is_on_the_way(command)
    })
}
