//! The places in which a value can stand: files, and everything of a history that is no file.

use super::opinion::{Opinion, Weight, opinion};
use super::place::Class;
use crate::secrets::{Hit, Tier, rule};

/// What of the repository a value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Within {
    File,
    PathName,
    Message,
    Person,
    Tag,
    RefName,
}

impl Within {
    pub(super) fn word(self) -> &'static str {
        match self {
            Within::File => "file",
            Within::PathName => "path_name",
            Within::Message => "message",
            Within::Person => "author",
            Within::Tag => "tag",
            Within::RefName => "ref_name",
        }
    }
}

/// A place, whatever the commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot<'repo> {
    pub(super) within: Within,
    /// The branch or tag; empty for the rest.
    pub(super) name: &'repo str,
    /// The file; empty where there is none.
    pub(super) path: &'repo str,
}

impl<'repo> Spot<'repo> {
    pub(super) fn file(path: &'repo str) -> Self {
        Spot { within: Within::File, name: "", path }
    }

    pub(super) fn path_name(path: &'repo str) -> Self {
        Spot { within: Within::PathName, name: "", path }
    }

    pub(super) fn of_ref(within: Within, name: &'repo str) -> Self {
        Spot { within, name, path: "" }
    }

    pub(super) fn in_tag(name: &'repo str, path: &'repo str) -> Self {
        Spot { within: Within::Tag, name, path }
    }

    pub(super) fn of_commit(within: Within) -> Self {
        Spot { within, name: "", path: "" }
    }

    /// What value and place come to together.
    pub(super) fn opinion(self, hit: &Hit, is_environment: bool) -> Opinion {
        let there = opinion(hit, self.path, is_environment);
        if !self.path.is_empty() && self.within != Within::PathName {
            return there;
        }
        // Prose and names hold no settings: a word next to a suggestive word says nothing there.
        let tier = rule(hit.rule).map_or(Tier::Generic, |rule| rule.tier);
        match (there.weight, tier) {
            (Weight::Live | Weight::Possible, Tier::Format) => there,
            (Weight::SetAside, _) => there,
            _ => Opinion { weight: Weight::SetAside, class: Class::Documentation, reason: "in a message or a name" },
        }
    }

    /// As it follows "a token": where a person finds it. The lines are those of the hit.
    pub(super) fn describe(self, line: u32) -> String {
        match self.within {
            Within::File => format!("in {} line {line}", self.path),
            Within::PathName => format!("in the name of the file {}", self.path),
            Within::Message => "in a commit message".to_owned(),
            Within::Person => "in the author or committer of a commit".to_owned(),
            Within::Tag if self.path.is_empty() => format!("in the tag {}", short(self.name)),
            Within::Tag => format!("in {} line {line} of the tag {}", self.path, short(self.name)),
            Within::RefName => format!("in the name of {}", self.name),
        }
    }
}

fn short(name: &str) -> &str {
    name.strip_prefix("refs/tags/").unwrap_or(name)
}
