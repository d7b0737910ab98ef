//! What a value itself says, in a word.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a value says about how bad its place is. Interpolations (`${TOKEN}`) are no hits at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// Well-formed, and nothing speaks against it.
    Live,
    /// Has the form, but not the checksum or structure that the format promises.
    Malformed,
    /// Words or a few characters where a generated value belongs.
    Weak,
    /// A password's hash, or a password encrypted with a key that may be near: to be guessed or unlocked first.
    Locked,
    /// For a server on one's own machine, beside it in a network of containers, or that only catches mail.
    Near,
    /// For a server that nothing beside it names.
    Unplaced,
    /// On a line that is a comment.
    Commented,
    /// In the test module of a source file.
    InTest,
    /// For development by its form, its host or the section that it stands in.
    Development,
    /// What a local service takes when nothing was configured (`postgres:postgres@localhost`).
    LocalDefault,
    /// A stand-in for a value to come.
    Placeholder,
    /// A published example, or a key of a test mode.
    Example,
    /// Encrypted.
    Encrypted,
    /// Meant to be seen by everybody.
    Public,
}

impl Judgement {
    /// Why the value alone is no reason to worry; `None` if it is one.
    pub fn innocent(self) -> Option<&'static str> {
        match self {
            Judgement::Live
            | Judgement::Malformed
            | Judgement::Weak
            | Judgement::Locked
            | Judgement::Near
            | Judgement::Unplaced
            | Judgement::Commented => None,
            Judgement::InTest => Some("in tests"),
            Judgement::Development => Some("for development by its section or host"),
            Judgement::LocalDefault => Some("the default of a local service"),
            Judgement::Placeholder => Some("a placeholder"),
            Judgement::Example => Some("a published example or a test mode's key"),
            Judgement::Encrypted => Some("encrypted"),
            Judgement::Public => Some("public by design"),
        }
    }
}
