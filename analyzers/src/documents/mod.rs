//! What the repository says to people: its READMEs and the documents that they link to, as headings, command lines,
//! prose and links, whatever markup they are written in.
//!
//! ```ignore
//! let documents = Documents::of(repo);
//! let says_how = documents.commands().any(|(_, command)| command.is(Purpose::Deploy));
//! ```

mod classify;
pub mod command;
mod find;
mod images;
mod markdown;
mod markup;
mod outside;
mod pattern;
mod project;
mod pseudo;
mod sentence;
mod shell;
mod tasks;
pub mod topics;

pub use command::{Command, Purpose};
pub(crate) use images::{built_image, is_infrastructure_image, is_language_image};
pub(crate) use pattern::pattern;
pub(crate) use pseudo::LEVEL as PSEUDO_LEVEL;
pub use topics::Topic;

use std::sync::LazyLock;

use regex::Regex;

use crate::paths;
use crate::{Place, Snapshot};

/// The documents for people, the main README first.
#[derive(Debug, Default)]
pub struct Documents {
    documents: Vec<Document>,
}

/// Why a document is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The README that a visitor sees first.
    Readme,
    /// Linked from it, or in a place where everybody looks (`CONTRIBUTING`, `INSTALL`).
    Linked,
    /// The README of one part of the repository.
    Package,
}

/// One document.
#[derive(Debug)]
pub struct Document {
    /// Path from the root.
    pub path: String,
    /// Why it is read.
    pub role: Role,
    /// Headings, in order.
    pub headings: Vec<Heading>,
    /// Code, in order: a line of a block or a span within prose.
    pub code: Vec<Line>,
    /// Prose, in order: a line of a paragraph, of a list item or of a table cell; what is struck through is left out.
    pub prose: Vec<Line>,
    /// Where links lead, as written.
    pub links: Vec<String>,
    /// The command lines in code, and those that begin a line of prose, in order.
    pub commands: Vec<Command>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 for a title, 7 for what only looks like a heading.
    pub level: u8,
    /// Its text, without markup.
    pub text: String,
    /// Line, from 1.
    pub line: u32,
    /// What the section is about, by its heading in any of the languages of [`topics`].
    pub topics: Vec<Topic>,
}

/// Some text and the line that it begins on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Line, from 1.
    pub line: u32,
    /// The text.
    pub text: String,
    /// Code: part of a block. Prose: begins a paragraph, an item or a cell.
    pub starts: bool,
}

impl Document {
    /// Whether lines link to files of the repository, and none of those is there.
    pub(crate) fn leads_nowhere(&self, repo: &Snapshot, lines: std::ops::Range<u32>) -> bool {
        static LINK: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:^|[^!])\[[^\[\]]*\]\(\s*([^)\s?#]+)"));
        let folder = paths::folder(&self.path);
        let is_there = |link: &str| {
            let path = match link.strip_prefix('/') {
                Some(path) => Some(path.to_owned()),
                None => paths::join(folder, link),
            };
            // What is outside of the repository is taken to be there.
            link.contains(':')
                || path.is_none_or(|path| {
                    let inside = format!("{}/", path.trim_end_matches('/'));
                    repo.tree().get(&path).is_some()
                        || repo.tree().files().iter().any(|file| file.path.starts_with(&inside))
                })
        };
        let text = repo.text(&self.path).unwrap_or_default();
        let within = text.lines().skip(lines.start.saturating_sub(1) as usize).take(lines.len());
        let mut links = within
            .filter(|line| line.contains("]("))
            .flat_map(|line| LINK.captures_iter(line))
            .filter_map(|found| found.get(1))
            .map(|link| link.as_str())
            .peekable();
        links.peek().is_some() && !links.any(is_there)
    }
}

impl Documents {
    /// The documents of `repo`; read once.
    pub fn of(repo: &Snapshot) -> &Documents {
        repo.once(Documents::read)
    }

    fn read(repo: &Snapshot) -> Documents {
        let mut documents = find::documents(repo.tree());
        if documents.len() >= find::MOST_DOCUMENTS {
            let why = format!("beyond the first {}: what they say was not looked into", find::MOST_DOCUMENTS);
            repo.bound("document", why, "");
        }
        let project = project::Project::of(repo, &documents);
        for document in &mut documents {
            document.commands = command::commands(document, &project);
        }
        Documents { documents }
    }

    /// Every document, the main README first, then what it links to, then READMEs of parts.
    pub fn all(&self) -> &[Document] {
        &self.documents
    }

    /// The README that a visitor sees first.
    pub fn readme(&self) -> Option<&Document> {
        self.documents.first().filter(|document| document.role == Role::Readme)
    }

    /// The path of a README that is in the tree but whose text can't be had: missing, damaged, or no text.
    pub fn unreadable_readme(repo: &Snapshot) -> Option<&str> {
        find::main_readme(repo.tree()).filter(|file| file.text().is_none()).map(|file| file.path.as_str())
    }

    /// Every heading, with its document.
    pub fn headings(&self) -> impl Iterator<Item = (&Document, &Heading)> {
        self.documents.iter().flat_map(|document| document.headings.iter().map(move |heading| (document, heading)))
    }

    /// Every command line, with its document.
    pub fn commands(&self) -> impl Iterator<Item = (&Document, &Command)> {
        self.documents.iter().flat_map(|document| document.commands.iter().map(move |command| (document, command)))
    }
}

impl Document {
    /// The document as a whole.
    pub fn place(&self, repo: &Snapshot) -> Place {
        Place::file(repo.head(), self.path.clone())
    }

    /// A line of the document.
    pub fn at(&self, repo: &Snapshot, line: u32) -> Place {
        Place::lines(repo.head(), self.path.clone(), line, line)
    }

    /// The prose of the section that `heading` opens, up to the next heading of the same or a higher level.
    pub fn section(&self, heading: &Heading) -> impl Iterator<Item = &Line> {
        let end = self.section_end(heading);
        let start = heading.line;
        self.prose.iter().filter(move |line| line.line > start && line.line < end)
    }

    /// The first line after the section that `heading` opens.
    pub fn section_end(&self, heading: &Heading) -> u32 {
        self.headings
            .iter()
            .find(|other| other.line > heading.line && other.level <= heading.level)
            .map_or(u32::MAX, |next| next.line)
    }

    /// How many characters of prose there are, headings apart.
    pub fn prose_length(&self) -> usize {
        self.prose.iter().map(|line| line.text.trim().chars().count()).sum()
    }
}
