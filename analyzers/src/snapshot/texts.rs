//! What stands in the history and is no file's content: messages, people's names, names of branches and tags.

use std::collections::HashSet;

use gix::ObjectId;
use gix::bstr::ByteSlice;
use rayon::prelude::*;

use super::PathId;
use crate::secrets::{Cut, Hit, Redacted, Scanner};

/// Most texts are a line; sharing out fewer takes longer than reading them.
const SHARE: usize = 64;

/// A text with something in it that looks like a credential; the text itself is not kept.
#[derive(Debug, Clone)]
pub struct Text {
    /// Where it stands.
    pub at: At,
    /// What looks like a credential in it; without the values.
    pub hits: Vec<Hit>,
}

/// Where a text stands that is no file's content. Names are masked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// In the message of a commit, or in a header that it carries along.
    Message(ObjectId),
    /// In the name or the address of a commit's author or committer.
    Person(ObjectId),
    /// In the message of a tag, or in the name of who made it; with the commit that it points at, if it does.
    Tag(String, Option<ObjectId>),
    /// In the name of a branch or tag; with the commit that it points at, if it does.
    Ref(String, Option<ObjectId>),
    /// In the name of a file or folder.
    Path(PathId),
}

/// Reads texts: keeps what was found, and gives out only what may be shown.
pub(super) struct Texts<'scan> {
    scanner: &'scan Scanner,
    /// Of authors and committers in whom nothing was found: who they are, without when.
    ordinary_people: HashSet<Vec<u8>>,
    pub(super) found: Vec<Text>,
    /// Of those that were not looked into as a whole.
    pub(super) cuts: Vec<Cut>,
}

impl<'scan> Texts<'scan> {
    pub(super) fn new(scanner: &'scan Scanner) -> Self {
        Texts { scanner, ordinary_people: HashSet::new(), found: Vec::new(), cuts: Vec::new() }
    }

    /// What may be shown of `text`, which stands `at`.
    pub(super) fn read(&mut self, text: &[u8], at: impl FnOnce(&str) -> At) -> String {
        let redacted = self.scanner.redact(text);
        let shown = redacted.shown(text);
        self.keep(redacted, || at(&shown));
        shown
    }

    fn keep(&mut self, redacted: Redacted, at: impl FnOnce() -> At) {
        if !redacted.hits.is_empty() {
            self.found.push(Text { at: at(), hits: redacted.hits });
        }
        if redacted.cut != Cut::default() {
            self.cuts.push(redacted.cut);
        }
    }

    /// As [`read`](Self::read) of many, on all cores; `at` is told which one it is of.
    pub(super) fn read_all<T: AsRef<[u8]> + Sync>(&mut self, texts: &[T], at: impl Fn(usize) -> At) -> Vec<String> {
        let scanner = self.scanner;
        let read: Vec<(String, Redacted)> = texts
            .par_iter()
            .with_min_len(SHARE)
            .map(|text| {
                let redacted = scanner.redact(text.as_ref());
                (redacted.shown(text.as_ref()), Redacted { text: None, ..redacted })
            })
            .collect();
        let mut shown = Vec::with_capacity(read.len());
        for (index, (text, redacted)) in read.into_iter().enumerate() {
            self.keep(redacted, || at(index));
            shown.push(text);
        }
        shown
    }

    /// What may be shown of a name whose finding is told elsewhere.
    pub(super) fn shown(&self, name: &[u8]) -> String {
        self.scanner.redact(name).shown(name)
    }

    /// What a commit says besides its message: who made it, and headers such as a merged tag. Signatures are noise.
    pub(super) fn header(&mut self, id: ObjectId, commit: &gix::objs::CommitRef<'_>) {
        let people = [commit.author, commit.committer].map(|person| without_time(person)).join(&b'\n');
        if !self.ordinary_people.contains(&people) {
            let before = self.found.len();
            self.read(&people, |_| At::Person(id));
            if self.found.len() == before {
                self.ordinary_people.insert(people);
            }
        }
        for (name, value) in &commit.extra_headers {
            if !name.starts_with(b"gpgsig") {
                self.read(value.as_bytes(), |_| At::Message(id));
            }
        }
    }
}

/// Who made a commit, if nothing but seconds and a time zone follow; else all of it.
fn without_time(person: &[u8]) -> &[u8] {
    let who = person.rfind_byte(b'>').map_or(0, |end| end + 1);
    let is_time = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b' ');
    if person[who..].iter().all(is_time) { &person[..who] } else { person }
}

#[cfg(test)]
mod tests {
    use super::without_time;

    #[test]
    fn only_a_time_is_left_out_of_who_made_a_commit() {
        assert_eq!(without_time(b"Ana <a@example.com> 1700000000 +0100"), b"Ana <a@example.com>");
        for whole in ["Ana <a@example.com> key 17", "Ana", ""] {
            assert_eq!(without_time(whole.as_bytes()), whole.as_bytes());
        }
    }
}
