//! A comment, read for a command. A closed grammar: what is not in it is not a setting.
//!
//! Read from the markdown, so that what is quoted, shown as code, linked or commented out commands nobody.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde::{Deserialize, Serialize};

use super::elements::Elements;
use crate::config::{Only, nearest};
use crate::github::RepoName;
use crate::github::identity::is_login;
use crate::report::escape;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// A review.
    Review(Review),
    /// What one can ask for.
    Help,
    /// What waits and runs for this issue.
    Status,
    /// Stop it.
    Cancel,
    /// What is configured, and where that comes from.
    Config,
    /// What a signal looks at.
    Explain(String),
    /// Delete what is stored about this repository.
    Forget,
    /// Not understood.
    Unknown {
        /// The word.
        word: String,
        /// What was most likely meant, without `/review`; empty where nothing is like it.
        nearest: String,
    },
}

/// A review of something.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Of what; nothing means the repository of the comment.
    pub targets: Vec<Target>,
    /// Whether more were named than are reviewed.
    #[serde(default)]
    pub is_cut: bool,
    /// Whether as a trial project, where that was said.
    #[serde(default)]
    pub trial: Option<bool>,
    /// Only what came after this commit is the candidate's.
    pub since: Option<String>,
    /// What the candidate began with: nothing of it is theirs.
    #[serde(default)]
    pub template: Option<RepoName>,
    /// The areas to report on; empty for all.
    pub only: Vec<String>,
}

/// What is to be reviewed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// One repository.
    Repository(RepoName),
    /// Somebody's newest public repositories.
    Portfolio(String),
}

impl std::fmt::Display for Target {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Target::Repository(name) => name.fmt(out),
            Target::Portfolio(login) => write!(out, "@{login}"),
        }
    }
}

/// Who reads comments: the app's name, and where its GitHub is.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Without the `@`.
    pub slug: &'a str,
    /// Such as `github.com`, with its port and folder where it has them.
    pub web: &'a str,
}

/// Targets of one command.
pub(super) const MOST_TARGETS: usize = 10;
/// Areas of one command.
const MOST_AREAS: usize = 50;
/// What may have been meant, and how it is written.
const WORDS: [(&str, &str); 12] = [
    ("help", "help"),
    ("status", "status"),
    ("cancel", "cancel"),
    ("config", "config"),
    ("forget", "forget"),
    ("explain", "explain SIGNAL"),
    ("--profile", "OWNER/REPO --profile trial"),
    ("trial", "OWNER/REPO --profile trial"),
    ("backend", "OWNER/REPO --profile backend"),
    ("--since", "OWNER/REPO --since COMMIT"),
    ("--template", "OWNER/REPO --template OWNER/REPO"),
    ("--only", "OWNER/REPO --only AREA"),
];

impl Reader<'_> {
    /// The first command in `comment`, if there is one.
    pub fn read(&self, comment: &str) -> Option<Command> {
        lines(comment).iter().find_map(|line| self.command(line))
    }

    fn command(&self, line: &str) -> Option<Command> {
        let mut words = line.split_whitespace();
        match words.next()? {
            "/review" => {}
            called if called.strip_prefix('@').is_some_and(|name| name.eq_ignore_ascii_case(self.slug)) => {
                if words.next()? != "review" {
                    return None;
                }
            }
            _ => return None,
        }
        let words: Vec<&str> = words.collect();
        Some(match *words.as_slice() {
            ["help"] => Command::Help,
            ["status"] => Command::Status,
            ["cancel"] => Command::Cancel,
            ["config"] => Command::Config,
            ["forget"] => Command::Forget,
            ["explain", signal] => Command::Explain(bounded(signal)),
            // Understood, but for what stands behind it.
            ["help" | "status" | "cancel" | "config" | "forget" | "explain", ..] => unknown(words.join(" "), false),
            _ => self.review(&words).unwrap_or_else(|word| unknown(word, self.is_bare(&words))),
        })
    }

    /// Whether options are given and no repository: that of the comment is meant.
    fn is_bare(&self, words: &[&str]) -> bool {
        words.first().is_some_and(|word| word.starts_with("--"))
            && !words.iter().any(|word| self.target(word).is_some())
    }

    /// A review, or the word that was not understood.
    fn review(&self, words: &[&str]) -> Result<Command, String> {
        let mut review = Review::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (name, mut value) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value)),
                _ => (*word, None),
            };
            let mut value =
                || value.take().or_else(|| words.next().copied()).ok_or_else(|| format!("{word} without a value"));
            match name {
                "--profile" => {
                    review.trial = match value()? {
                        "trial" => Some(true),
                        "backend" => Some(false),
                        other => return Err(other.to_owned()),
                    }
                }
                "--template" => {
                    let word = value()?;
                    match self.target(word) {
                        Some(Target::Repository(name)) => review.template = Some(name),
                        _ => return Err(word.to_owned()),
                    }
                }
                "--since" => review.since = Some(revision(value()?)?),
                "--only" => {
                    for area in value()?.split(',').filter(|area| !area.is_empty()) {
                        // Whether an organisation has an area of that name is not known here.
                        let area: Only = area.parse().map_err(|_| area.to_owned())?;
                        if !review.only.iter().any(|only| only == area.name()) {
                            review.only.push(area.name().to_owned());
                        }
                        // A comment has room for thousands, and nobody has so many.
                        if review.only.len() > MOST_AREAS {
                            return Err(format!("--only with more than {MOST_AREAS} areas"));
                        }
                    }
                }
                _ => {
                    let target = self.target(word).ok_or_else(|| (*word).to_owned())?;
                    // More are not kept: a comment has room for thousands.
                    if !review.targets.contains(&target) {
                        match review.targets.len() < MOST_TARGETS {
                            true => review.targets.push(target),
                            false => review.is_cut = true,
                        }
                    }
                }
            }
        }
        // A template is a trial's.
        if review.template.is_some() && review.trial.is_none() {
            review.trial = Some(true);
        }
        Ok(Command::Review(review))
    }

    fn target(&self, word: &str) -> Option<Target> {
        if let Some(login) = word.strip_prefix('@') {
            return is_login(login).then(|| Target::Portfolio(login.to_owned()));
        }
        // As a browser has it in its address line: in full, or without what goes without saying.
        let address = ["https://", "http://"].iter().find_map(|scheme| without(word, scheme)).unwrap_or(word);
        let address = without(address, "www.").unwrap_or(address);
        let Some(path) = without(address, self.web).and_then(|rest| rest.strip_prefix('/')) else {
            return word.parse().ok().map(Target::Repository);
        };
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        if is_login(path) {
            return Some(Target::Portfolio(path.to_owned()));
        }
        let path = repository_of(path);
        path.strip_suffix(".git").unwrap_or(path).parse().ok().map(Target::Repository)
    }
}

/// The pages of a repository, as their addresses have them.
const PAGES: [&str; 16] = [
    "actions", "activity", "blame", "blob", "branches", "commit", "commits", "compare", "forks", "graphs", "issues",
    "pull", "pulls", "releases", "tags", "tree",
];

/// The repository that the page at `path` belongs to, `ana/shop` of `ana/shop/tree/main`; else all of it.
fn repository_of(path: &str) -> &str {
    let mut slashes = path.match_indices('/').map(|(at, _)| at).skip(1);
    match slashes.next() {
        Some(end) if path[end + 1..].split('/').next().is_some_and(|page| PAGES.contains(&page)) => &path[..end],
        _ => path,
    }
}

/// What follows `start` in `address`: capital letters say the same there.
fn without<'a>(address: &'a str, start: &str) -> Option<&'a str> {
    let (begin, rest) = address.split_at_checked(start.len())?;
    begin.eq_ignore_ascii_case(start).then_some(rest)
}

/// Characters of what somebody wrote and nobody understands, and of the name of a signal.
const LONGEST_WORD: usize = 60;

/// As much of what somebody wrote as is shown to them again, without what is not seen.
fn bounded(word: &str) -> String {
    escape::terminal(word).trim().chars().take(LONGEST_WORD).collect()
}

/// What `word`, which nobody understands, is taken for; without a repository where a review `is_bare` of one.
pub(super) fn unknown(word: String, is_bare: bool) -> Command {
    let word = bounded(&word);
    let first = word.split(' ').next().unwrap_or_default();
    let areas = foliolens_analyzers::registry::areas().map(|area| area.id);
    let known = WORDS.iter().map(|(known, _)| *known).chain(areas);
    let meant = nearest(first, known).first().copied().unwrap_or_default();
    let nearest = match WORDS.iter().find(|(known, _)| *known == meant) {
        Some((_, written)) => (*written).to_owned(),
        None if meant.is_empty() => String::new(),
        None => format!("OWNER/REPO --only {meant}"),
    };
    let nearest = match nearest.strip_prefix("OWNER/REPO ") {
        Some(options) if is_bare => options.to_owned(),
        _ => nearest,
    };
    Command::Unknown { word, nearest }
}

/// A commit, tag or branch by its plain name: nothing that git would calculate with.
fn revision(text: &str) -> Result<String, String> {
    let fits = (1..=200).contains(&text.len())
        && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.' | b'/'))
        && !text.starts_with('-')
        && !text.contains("..");
    if fits { Ok(text.to_owned()) } else { Err(text.to_owned()) }
}

/// What GitHub adds to plain markdown: https://github.github.com/gfm/. A row of a table and a footnote are no paragraphs.
const EXTENSIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

/// The lines of the paragraphs that are nothing but plain text.
fn lines(comment: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut depth, mut line, mut is_plain, mut in_paragraph) = (0usize, String::new(), true, false);
    let mut elements = Elements::default();
    for event in Parser::new_ext(comment, EXTENSIONS) {
        match event {
            Event::Html(html) => elements.line(&html),
            Event::InlineHtml(html) => {
                elements.line(&html);
                is_plain = false;
            }
            Event::Start(Tag::Paragraph) if depth == 0 => {
                (line, is_plain, in_paragraph) = (String::new(), true, true);
            }
            Event::End(TagEnd::Paragraph) if depth == 0 => {
                if is_plain && !elements.is_around() {
                    lines.push(std::mem::take(&mut line));
                }
                in_paragraph = false;
            }
            Event::Start(_) => {
                depth += 1;
                is_plain = false;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Text(text) if depth == 0 && in_paragraph => line.push_str(&text),
            Event::SoftBreak | Event::HardBreak if depth == 0 && in_paragraph => {
                if is_plain && !elements.is_around() {
                    lines.push(std::mem::take(&mut line));
                }
                (line, is_plain) = (String::new(), true);
            }
            _ => is_plain = false,
        }
    }
    lines
}

#[cfg(test)]
mod tests;
