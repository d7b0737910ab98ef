//! What is wrong with a rule, and where.

use std::fmt;

/// A place in a file, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The character in it.
    pub column: usize,
}

/// Why a rule is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The file.
    pub file: String,
    /// The place in it; nothing for the file as a whole.
    pub at: Option<Position>,
    /// The line as it stands there.
    line: String,
    /// A sentence without its full stop.
    pub why: String,
}

/// Nobody reads on in a line that is longer.
const WIDEST: usize = 100;

/// What is quoted of a file may hold any character.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}

impl Wrong {
    /// The whole file is of no use.
    pub(super) fn file(file: &str, why: impl Into<String>) -> Self {
        Wrong { file: file.to_owned(), at: None, line: String::new(), why: plain(&why.into()) }
    }

    /// What stands at `at` in `text` is wrong.
    pub(super) fn at(file: &str, text: &str, at: Position, why: impl Into<String>) -> Self {
        let line = text.lines().nth(at.line.saturating_sub(1)).unwrap_or_default().to_owned();
        Wrong { file: file.to_owned(), at: Some(at), line, why: plain(&why.into()) }
    }

    /// One line without the source: file, line and the sentence.
    pub fn sentence(&self) -> String {
        match self.at {
            Some(at) => format!("{}, line {}: {}.", self.file, at.line, self.why),
            None => format!("{}: {}.", self.file, self.why),
        }
    }
}

/// The sentence, then the line as it stands in the file with a caret below what is wrong.
impl fmt::Display for Wrong {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.sentence())?;
        let Some(at) = self.at else { return Ok(()) };
        let shown: String = plain(&self.line).chars().take(WIDEST).collect();
        let before = at.column.saturating_sub(1).min(shown.chars().count());
        let number = at.line.to_string();
        write!(out, "\n  {number} | {shown}\n  {} | {}^", " ".repeat(number.len()), " ".repeat(before))
    }
}
