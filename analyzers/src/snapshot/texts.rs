//! What stands in the history and is no file's content: messages, people's names, names of branches and tags.

use gix::ObjectId;
use gix::bstr::ByteSlice;

use super::PathId;
use crate::secrets::{Hit, Scanner};

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
    pub(super) found: Vec<Text>,
}

impl<'scan> Texts<'scan> {
    pub(super) fn new(scanner: &'scan Scanner) -> Self {
        Texts { scanner, found: Vec::new() }
    }

    /// What may be shown of `text`, which stands `at`.
    pub(super) fn read(&mut self, text: &[u8], at: impl FnOnce(&str) -> At) -> String {
        let redacted = self.scanner.redact(text);
        let shown = redacted.shown(text);
        if !redacted.hits.is_empty() {
            self.found.push(Text { at: at(&shown), hits: redacted.hits });
        }
        shown
    }

    /// What may be shown of a name whose finding is told elsewhere.
    pub(super) fn shown(&self, name: &[u8]) -> String {
        self.scanner.redact(name).shown(name)
    }

    /// What a commit says besides its message: who made it, and headers such as a merged tag. Signatures are noise.
    pub(super) fn header(&mut self, id: ObjectId, commit: &gix::objs::CommitRef<'_>) {
        let people = [commit.author.as_bytes(), commit.committer.as_bytes()].join(&b'\n');
        self.read(&people, |_| At::Person(id));
        for (name, value) in &commit.extra_headers {
            if !name.starts_with(b"gpgsig") {
                self.read(value.as_bytes(), |_| At::Message(id));
            }
        }
    }
}
