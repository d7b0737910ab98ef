//! `readme.setup`

mod broken;
mod database;
mod examples;
mod folders;
mod gaps;
mod mounted;
mod references;
mod scripts;
mod words;
mod workbench;
mod written;

use serde_json::Value;

use broken::broken;
pub(in crate::areas) use database::driver as database_driver;
use words::{elsewhere, in_words};

use super::{is_own, leading_kind, listed, present, reachable};
use crate::documents::{Command, Document, Documents, Purpose, Role, Topic, built_image};
use crate::kinds::Kind;
use crate::snapshot::stack::Ecosystem;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "readme.setup";

pub(super) fn examine(repo: &Snapshot) -> Finding {
    let kind = leading_kind(repo);
    match kind {
        Kind::Empty => return Finding::not_applicable(SIGNAL, "The repository is empty."),
        Kind::Documentation => return Finding::not_applicable(SIGNAL, "There is no program here to run."),
        Kind::Dotfiles => return Finding::not_applicable(SIGNAL, "Configuration files are not run."),
        _ => {}
    }
    let documents = Documents::of(repo);
    let Some(first) = documents.all().first() else {
        return Finding::not_met(
            SIGNAL,
            "There is no README that could say how to run it.",
            Evidence::absence(repo.head()),
        );
    };
    let reachable = Steps::of(reachable(repo), repo);
    let parts = Steps::of(documents.all().iter().filter(|document| is_own(document)), repo);
    let finding = if reachable.is_whole(repo, kind) {
        reachable.whole(kind)
    } else if let Some(finding) = workbench::finding(&reachable, SIGNAL) {
        finding
    } else if reachable.says_something() {
        reachable.partly(repo)
    } else if parts.is_whole(repo, kind) {
        let place = parts.places();
        Finding::partly(
            SIGNAL,
            format!("Only the README of a part says how to run it ({}).", listed(parts.texts(), 2)),
            Evidence::or_absence(place, repo.head()),
        )
    } else if parts.says_something() {
        parts.partly(repo)
    } else if let Some((document, line)) = in_words(repo) {
        Finding::partly(
            SIGNAL,
            format!("{} says in words how to run it, without a command that can be copied.", document.path),
            document.at(repo, line),
        )
    } else if let Some((document, line, said)) = elsewhere(repo) {
        let summary = format!(
            "{} sends the reader to a page outside of the repository for how to run it: \"{said}\".",
            document.path,
        );
        Finding::partly(SIGNAL, summary, document.at(repo, line))
    } else if let Some((document, command)) = prepares_data(repo) {
        Finding::partly(
            SIGNAL,
            format!("{} says how to prepare the data (`{}`), but not how to start it.", document.path, command.text),
            document.at(repo, command.line),
        )
    } else if matches!(kind, Kind::Notebook) || (kind == Kind::StaticSite && !repo.stack().has(Ecosystem::Npm)) {
        return Finding::not_applicable(SIGNAL, "It is opened, not run, so no command has to start it.");
    } else {
        let auxiliary = documents.commands().find(|(_, command)| command.is(Purpose::Auxiliary));
        let (summary, place) = match auxiliary {
            Some((document, command)) => (
                format!(
                    "{} says how to start something that the project needs (`{}`), but not how to start the project.",
                    document.path, command.text
                ),
                document.at(repo, command.line),
            ),
            None if kind == Kind::Library => {
                (format!("{} does not say how to install or use it.", first.path), first.place(repo))
            }
            None => (format!("{} has no command that installs or starts the project.", first.path), first.place(repo)),
        };
        Finding::not_met(SIGNAL, summary, place).remedy(format!(
            "Add to {} the commands, from a fresh copy to a running project, in the order in which they are typed.",
            first.path
        ))
    };
    let texts = |purpose: fn(&Command) -> bool| -> Vec<Value> {
        let mut texts: Vec<&str> = documents
            .commands()
            .filter(|(_, command)| purpose(command))
            .map(|(_, command)| command.text.as_str())
            .collect();
        texts.sort_unstable();
        texts.dedup();
        texts.into_iter().take(10).map(Value::from).collect()
    };
    finding.fact("install", texts(prepares)).fact("start", texts(Command::starts))
}

/// The commands that prepare the project and those that start it.
struct Steps<'repo> {
    repo: &'repo Snapshot,
    prepare: Vec<(&'repo Document, &'repo Command)>,
    start: Vec<(&'repo Document, &'repo Command)>,
    /// Steps on the way that can't be done, because what they refer to is not there.
    broken: Vec<(&'repo Document, &'repo Command)>,
    /// A section on how to use it, with code in it.
    usage: Option<(&'repo Document, u32)>,
}

fn prepares(command: &Command) -> bool {
    command.is(Purpose::Install) || command.is(Purpose::Build)
}

impl<'repo> Steps<'repo> {
    fn of(documents: impl Iterator<Item = &'repo Document>, repo: &'repo Snapshot) -> Self {
        let mut steps = Steps { repo, prepare: Vec::new(), start: Vec::new(), broken: Vec::new(), usage: None };
        for document in documents {
            for command in &document.commands {
                if command.starts() {
                    steps.start.push((document, command));
                }
                if prepares(command) {
                    steps.prepare.push((document, command));
                }
            }
            steps.broken.extend(broken(document).map(|command| (document, command)));
            let usage = document
                .headings
                .iter()
                .filter(|heading| heading.topics.iter().any(|topic| matches!(topic, Topic::Usage | Topic::Setup)));
            for heading in usage {
                let end = document.section_end(heading);
                let has_code =
                    document.code.iter().any(|line| line.starts && line.line > heading.line && line.line < end);
                if has_code && document.role != Role::Package {
                    steps.usage.get_or_insert((document, heading.line));
                }
            }
        }
        // What works comes before what refers to something that is gone.
        steps.start.sort_by_key(|(_, command)| (command.missing.is_some(), !command.is(Purpose::StartWhole)));
        steps.prepare.sort_by_key(|(_, command)| command.missing.is_some());
        steps
    }

    fn says_something(&self) -> bool {
        !self.start.is_empty() || !self.prepare.is_empty()
    }

    /// From a fresh clone to a running project.
    fn is_whole(&self, repo: &Snapshot, kind: Kind) -> bool {
        let works = |commands: &[(&Document, &Command)]| commands.iter().any(|(_, command)| command.missing.is_none());
        match kind {
            Kind::Library | Kind::CommandLine if works(&self.prepare) || self.usage.is_some() => true,
            Kind::Notebook if works(&self.prepare) => true,
            _ => {
                let whole =
                    self.start.iter().any(|(_, command)| command.missing.is_none() && command.is(Purpose::StartWhole));
                whole || (works(&self.start) && (works(&self.installs()) || !needs_packages(repo)))
            }
        }
    }

    /// The commands that prepare the project, without those that only make an image: what is started outside of a container
    /// finds nothing of what is in it.
    fn installs(&self) -> Vec<(&'repo Document, &'repo Command)> {
        self.prepare.iter().copied().filter(|(_, command)| built_image(&command.text).is_none()).collect()
    }

    /// What is said where install and start are there: met, unless a step is left out without which it can't work.
    fn whole(&self, kind: Kind) -> Finding {
        // A library's or a tool's reader has a program of their own.
        if matches!(kind, Kind::Library | Kind::CommandLine) {
            return self.met("");
        }
        let Some(gap) = gaps::first(self).filter(|_| kind != Kind::Notebook) else { return self.met(&self.missing()) };
        let summary = format!("{} says how to {}, but {}.", self.path(), self.how(), gap.what);
        let places = self.places().into_iter().chain(gap.place);
        Finding::partly(SIGNAL, summary, Evidence::or_absence(places, self.repo.head())).remedy(gap.remedy)
    }

    /// `missing` is a sentence about what commands refer to that is not there. What a library's or a tool's reader is to
    /// make, such as the file of an example, is not missing.
    fn met(&self, missing: &str) -> Finding {
        let summary = format!("{} says how to run it: {}.{missing}", self.path(), self.how());
        Finding::met(SIGNAL, summary, Evidence::or_absence(self.places(), self.repo.head()))
    }

    /// The document that says how to run it.
    fn path(&self) -> String {
        let first = || Documents::of(self.repo).all().first().map_or_else(String::new, |first| first.path.clone());
        self.places().first().map_or_else(first, |place| place.path.clone())
    }

    fn how(&self) -> String {
        match (self.start.first(), self.prepare.first(), self.usage) {
            (Some((_, start)), _, _) if start.is(Purpose::StartWhole) => format!("start it with `{}`", start.text),
            (Some((_, start)), Some((_, prepare)), _) if prepare.text != start.text => {
                format!("prepare it with `{}`, start it with `{}`", prepare.text, start.text)
            }
            (Some((_, start)), _, _) => format!("start it with `{}`", start.text),
            (None, Some((_, prepare)), _) => format!("install it with `{}`", prepare.text),
            (None, None, _) => "it shows how to use it".to_owned(),
        }
    }

    fn partly(&self, repo: &Snapshot) -> Finding {
        let missing = self.missing();
        let works = |commands: &[(&Document, &Command)]| commands.iter().any(|(_, command)| command.missing.is_none());
        let installs = self.installs();
        let prepare = if self.start.is_empty() { self.prepare.first() } else { installs.first() };
        let summary = match (self.start.first(), prepare) {
            (Some((_, start)), _) if !works(&self.start) => {
                format!("`{}` is meant to start it, but can't work as it is written.", start.text)
            }
            (Some((_, start)), None) => {
                format!("`{}` starts it, but nothing says how to install what it needs.", start.text)
            }
            (Some((_, start)), Some(_)) => format!(
                "`{}` starts it, but a step before that can't work as it is \
                written.",
                start.text
            ),
            (None, Some((_, prepare))) => format!("Nothing says how to start it: `{}` only prepares it.", prepare.text),
            (None, None) => "How to run it is said in part.".to_owned(),
        };
        Finding::partly(SIGNAL, format!("{summary}{missing}"), Evidence::or_absence(self.places(), repo.head()))
    }

    /// A sentence about what commands refer to that is not there; empty if there is nothing.
    fn missing(&self) -> String {
        let mut missing: Vec<&str> =
            self.start.iter().chain(&self.prepare).filter_map(|(_, command)| command.missing.as_deref()).collect();
        missing.sort_unstable();
        missing.dedup();
        match missing.as_slice() {
            [] => String::new(),
            [one] => format!(" It refers to a {one}, which does not exist."),
            [one, rest @ ..] => {
                format!(" It refers to a {one}, which does not exist, and {} more of that kind.", rest.len())
            }
        }
    }

    fn texts(&self) -> impl Iterator<Item = &'repo str> {
        self.start.iter().chain(&self.prepare).map(|(_, command)| command.text.as_str())
    }

    /// The first of each kind, then what is missing.
    fn places(&self) -> Vec<crate::Place> {
        let missing = self.start.iter().chain(&self.prepare).filter(|(_, command)| command.missing.is_some());
        let mut places: Vec<crate::Place> = self
            .start
            .iter()
            .take(2)
            .chain(self.prepare.iter().take(1))
            .chain(missing.take(2))
            .map(|(document, command)| document.at(self.repo, command.line))
            .collect();
        if places.is_empty() {
            places.extend(self.usage.map(|(document, line)| document.at(self.repo, line)));
        }
        let mut seen = Vec::new();
        places.retain(|place| {
            !seen.contains(place) && {
                seen.push(place.clone());
                true
            }
        });
        places
    }
}

/// Whether the code needs packages that have to be fetched before an interpreter can start it.
fn needs_packages(repo: &Snapshot) -> bool {
    repo.stack().dependencies().iter().any(|dependency| {
        matches!(dependency.ecosystem, Ecosystem::Npm | Ecosystem::Python | Ecosystem::Ruby | Ecosystem::Php)
            && dependency.name != "php"
            && dependency.name != "python"
    })
}

/// A command that brings the database up to date.
fn prepares_data(repo: &Snapshot) -> Option<(&Document, &Command)> {
    reachable(repo)
        .flat_map(|document| document.commands.iter().map(move |command| (document, command)))
        .find(|(_, command)| command.is(Purpose::Migrate) && command.missing.is_none())
}

#[cfg(test)]
mod tests;
