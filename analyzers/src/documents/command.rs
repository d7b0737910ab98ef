//! What a command line in a document does: installs, builds, starts, tests, migrates, deploys.

use std::collections::BTreeSet;

use super::project::Project;
use super::{Document, Line, classify, outside, sentence, shell};

/// What a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Fetches what the project is made of.
    Install,
    /// Installs a program that is not part of the project (`brew install redis`).
    Tool,
    /// Compiles or bundles it.
    Build,
    /// Starts it.
    Start,
    /// Starts it, and needs nothing prepared (`docker compose up`, `cargo run`).
    StartWhole,
    /// Starts something that the project needs, not the project (a database in a container).
    Auxiliary,
    /// Runs the tests.
    Test,
    /// Brings a database's schema or content up to date.
    Migrate,
    /// Puts it into production.
    Deploy,
}

/// A command line in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Line in the document, from 1.
    pub line: u32,
    /// The command, without prompt and comment, at most [`LONGEST`] characters.
    pub text: String,
    /// What it does; sorted. Commands that do none of these are kept only for what is missing.
    pub purposes: Vec<Purpose>,
    /// What it refers to that is not there, as it follows "there is no": "script `dev` in package.json".
    pub missing: Option<String>,
}

/// Longer commands are cut, and end in `…`.
pub const LONGEST: usize = 120;

impl Command {
    /// Whether the command serves `purpose`.
    pub fn is(&self, purpose: Purpose) -> bool {
        self.purposes.contains(&purpose)
    }

    /// Whether the command starts the project.
    pub fn starts(&self) -> bool {
        self.is(Purpose::Start) || self.is(Purpose::StartWhole)
    }
}

/// The commands of `document`, in order.
pub(super) fn commands(document: &Document, project: &Project<'_>) -> Vec<Command> {
    let code = document.code.iter().flat_map(|line| match found(line.line, prompted(line), project) {
        none if none.is_empty() && line.starts => sentence::commands(line.line, &line.text, project),
        found => found,
    });
    // People also write commands into lists without marking them as code.
    let with_code: BTreeSet<u32> = document.code.iter().map(|code| code.line).collect();
    let prose = document.prose.iter().filter(|line| line.starts && !with_code.contains(&line.line)).flat_map(|line| {
        // A sentence may begin with the project's name, which is also that of its program.
        let found = match line.text.split_whitespace().next() {
            Some(first) if project.own_names.contains(first) => Vec::new(),
            _ if sentence::is_spoken_of(&line.text) => Vec::new(),
            _ if is_bare_word(&line.text) && !is_announced(document, line.line) => Vec::new(),
            _ => match found(line.line, &line.text, project) {
                none if none.is_empty() => sentence::labelled(line.line, &line.text, project),
                found => found,
            },
        };
        found.into_iter().filter(|command| command.missing.is_none())
    });
    let within = document
        .prose
        .iter()
        .filter(|line| !with_code.contains(&line.line))
        .flat_map(|line| sentence::commands(line.line, &line.text, project));
    let listed = sentence::targets(document, project);
    let scripts = document.prose.iter().flat_map(|line| sentence::script(line.line, &line.text, project));
    let mut commands: Vec<Command> = code.chain(prose).chain(within).chain(listed).chain(scripts).collect();
    // What another repository has is not looked for here.
    let outside = outside::lines(document, project);
    commands.retain(|command| command.missing.is_none() || !outside.contains(&command.line));
    commands.sort_by_key(|command| command.line);
    commands.dedup();
    commands
}

/// The text of a line of code; within a sentence the sign of root's prompt may stand before the command, as in `#npm test`.
fn prompted(line: &Line) -> &str {
    let bare = line.text.strip_prefix('#').filter(|rest| !line.starts && rest.starts_with(char::is_lowercase));
    bare.unwrap_or(&line.text)
}

/// The name of a program alone, such as an item of a list of what is used or a cell of a table.
fn is_bare_word(text: &str) -> bool {
    text.trim().trim_start_matches(['$', '>']).split_whitespace().nth(1).is_none()
}

/// Whether the prose before a line ends as what announces a command does: "To run the tests:".
fn is_announced(document: &Document, line: u32) -> bool {
    let before = document.prose[..document.prose.partition_point(|other| other.line < line)].last();
    before.is_some_and(|before| before.line + 2 >= line && before.text.trim_end().ends_with([':', '：']))
}

/// `text`, with a sign where it goes on.
fn cut(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
    text
}

pub(super) fn found(line: u32, text: &str, project: &Project<'_>) -> Vec<Command> {
    let commands = shell::commands(text);
    // As it is written, unless the line holds several commands.
    let written = (commands.len() == 1).then(|| {
        let text = shell::without_prompt(text);
        text.split(" #").next().unwrap_or(text).split(" (").next().unwrap_or(text).trim().trim_matches('`').to_owned()
    });
    commands
        .into_iter()
        .filter_map(|words| {
            let (mut purposes, missing) = classify::purposes(&words, project, 0)?;
            purposes.sort_unstable();
            purposes.dedup();
            let text = cut(written.clone().unwrap_or_else(|| words.join(" ")));
            (!purposes.is_empty() || missing.is_some()).then_some(Command { line, text, purposes, missing })
        })
        .collect()
}
