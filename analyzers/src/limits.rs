//! How much of a repository is looked at. What lies beyond is said in the report, and never counted as bad or good.

use serde::{Deserialize, Serialize};

/// The limits of one review. They change nothing in an ordinary repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Branches, tags and notes.
    pub refs: usize,
    /// Commits of the history.
    pub commits: usize,
    /// Files and folders of one tree, and changes of one commit.
    pub entries: usize,
    /// Changes of the whole history.
    pub changes: usize,
    /// Folders in folders.
    pub depth: usize,
    /// Bytes of a path.
    pub path: usize,
    /// Bytes of a file.
    pub blob: usize,
    /// Texts that are encoded or packed in one file.
    pub views: usize,
    /// Bytes of them together.
    pub unpacked: usize,
    /// What may be a credential in one file or message; ten times as many that are none by their value.
    pub credentials: usize,
    /// How often one rule looks for credentials in one file or message.
    pub looks: u32,
    /// Bytes of all versions of all files.
    pub decoded: u64,
    /// Bytes of a file that is read as text, whatever is in it.
    pub file: u64,
    /// Bytes of all files of a tree that are.
    pub text: u64,
    /// Bytes of a source file that is parsed.
    pub source: usize,
    /// Characters of a line of it. Longer ones are for programs, and no rule is for those.
    pub line: usize,
    /// Levels of nesting in a source file. With the size and the steps this bounds the time that it takes.
    pub nesting: usize,
    /// Steps of parsing a source file, each of [a hundred operations](crate::code::OPERATIONS_OF_A_STEP): a clock
    /// that is the same on every machine.
    pub steps: u64,
    /// Places of one finding.
    pub places: usize,
    /// Bytes of the report, as JSON.
    pub report: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            refs: 200_000,
            commits: 500_000,
            entries: 250_000,
            changes: 5_000_000,
            depth: 512,
            path: 4096,
            blob: 256 << 20,
            views: 1_000,
            unpacked: 32 << 20,
            credentials: 500,
            looks: 50_000,
            decoded: 64 << 30,
            file: 1 << 20,
            text: 96 << 20,
            source: 1 << 20,
            line: 20_000,
            nesting: 500,
            steps: 1_000_000,
            places: 1000,
            report: 8 << 20,
        }
    }
}
