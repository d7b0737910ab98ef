//! Who committed a value first, as far as a history tells: names are claims, so only what they are to this history is
//! said.

use super::traces::Trace;
use crate::snapshot::History;

/// How many commits of the default branch each person wrote; none for a program.
pub(super) struct Writers {
    /// Of each author.
    people: Vec<usize>,
    commits: Vec<usize>,
    has_starter: bool,
}

impl Writers {
    /// Of `history`.
    pub(super) fn of(history: &History) -> Self {
        let people = history.people();
        let mut commits = vec![0; people.len()];
        for commit in history.on_default_branch().filter(|commit| !history.authors()[commit.author].is_bot()) {
            commits[people[commit.author]] += 1;
        }
        Writers { people, commits, has_starter: history.since().is_some() }
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
        match self.people.get(trace.author).map(|person| &self.commits[*person]) {
            Some(commits) if *commits == most && self.commits.iter().filter(|commits| **commits > 0).count() == 1 => {
                "only_author"
            }
            Some(commits) if *commits == most => "main_author",
            _ => "another_author",
        }
    }
}
