//! Who committed a value first, as far as a history tells: names are claims, so only what they are to this history is
//! said.

use super::traces::Trace;
use crate::snapshot::History;

/// How many commits of the default branch each author wrote; none for a program.
pub(super) struct Writers {
    commits: Vec<usize>,
    has_starter: bool,
}

impl Writers {
    /// Of `history`.
    pub(super) fn of(history: &History) -> Self {
        let mut commits = vec![0; history.authors().len()];
        for commit in history.on_default_branch() {
            commits[commit.author] += 1;
        }
        for (author, commits) in history.authors().iter().zip(&mut commits) {
            if author.is_bot() {
                *commits = 0;
            }
        }
        Writers { commits, has_starter: history.since().is_some() }
    }

    /// Whether the history begins with what is not the candidate's.
    pub(super) fn has_starter(&self) -> bool {
        self.has_starter
    }

    /// What who brought `trace` in is to the history.
    pub(super) fn brought_by(&self, trace: &Trace) -> &'static str {
        if self.has_starter && !trace.is_candidates {
            return "template";
        }
        let most = self.commits.iter().copied().max().unwrap_or(0);
        match self.commits.get(trace.author) {
            Some(commits) if *commits == most && self.commits.iter().filter(|commits| **commits > 0).count() == 1 => {
                "only_author"
            }
            Some(commits) if *commits == most => "main_author",
            _ => "another_author",
        }
    }
}
