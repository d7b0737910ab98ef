//! Does one commit carry most of the work?

use super::eligible::{self, Reason, Selection};
use super::{percent, plural};
use crate::{Finding, Place, Snapshot};

const SIGNAL: &str = "commits.no-giant";

/// Above this share of all lines the first commit is the project, not its start.
pub(super) const IMPORT_IS_EVERYTHING: f64 = 0.7;

/// Above this share the sentence on what follows says so.
const IMPORT_IS_MOST: f64 = 0.5;

/// Above this share what follows is next to nothing.
const IMPORT_IS_ALL: f64 = 0.9;

/// With fewer commits one of them has a large share by arithmetic alone.
pub(super) const FEWEST_FOR_A_SHARE: usize = 3;

pub(super) fn finding(repo: &Snapshot, selection: &Selection<'_>) -> Finding {
    let thresholds = repo.thresholds();
    let largest = selection.largest();
    let largest_share = selection.largest_share();
    let import_share = selection.import_share();
    let imports = selection.aside.get(&Reason::Import).copied().unwrap_or_default();
    let with_facts = |finding: Finding, largest_share: f64| {
        finding.fact("largest_share", largest_share).fact("import_share", import_share)
    };
    if repo.history().is_shallow() && selection.eligible.len() < thresholds.commits_minimum {
        return Finding::not_assessable(
            SIGNAL,
            "Only the newest part of the history is here, as the clone is shallow.",
        );
    }
    match (&selection.import, largest) {
        // A history squashed into one commit has no history to read.
        (Some(import), _)
            if import_share > IMPORT_IS_EVERYTHING && selection.eligible.len() < thresholds.commits_minimum =>
        {
            let others = match selection.eligible.len() {
                0 => "nothing of substance follows it".to_owned(),
                1 => "1 commit follows it".to_owned(),
                count => format!("{count} commits follow it"),
            };
            with_facts(
                Finding::not_met(
                    SIGNAL,
                    format!(
                        "How the work came about can't be seen: the first commit already holds {} of all lines, and \
                         {others}.",
                        percent(import_share)
                    ),
                    Place::commit(import.commit.id),
                ),
                import_share,
            )
        }
        // Steps beside the program show how nothing of it was made.
        (Some(import), _) if import_share > IMPORT_IS_ALL && !selection.changes_program(repo) => {
            let summary = format!(
                "How the program came about can't be seen: the first commit already holds {} of all lines, and none of the {} \
                 after it changes the program.",
                percent(import_share),
                plural(selection.eligible.len(), "commit")
            );
            with_facts(Finding::partly(SIGNAL, summary, Place::commit(import.commit.id)), import_share)
        }
        (import, Some(largest)) if selection.eligible.len() >= FEWEST_FOR_A_SHARE => {
            let evidence = Place::commit(largest.commit.id);
            let is_giant = largest_share > thresholds.commits_giant_share;
            let mut summary = format!(
                "{} largest of {} adds {} in {}, {} of all lines added{}.",
                if is_giant {
                    "Much of the work came at once: the"
                } else {
                    "No single commit carries most of the work: even the"
                },
                plural(selection.eligible.len(), "commit"),
                plural(largest.added as usize, "line"),
                plural(largest.files as usize, "file"),
                percent(largest_share),
                match import {
                    Some(_) if imports > 1 => " after the initial imports",
                    Some(_) => " after the first commit",
                    None => "",
                }
            );
            if import_share > IMPORT_IS_MOST && imports > 1 {
                let share = percent(import_share);
                summary += &format!(" The initial imports themselves hold {share} of all lines.");
            } else if import_share > IMPORT_IS_MOST {
                summary += &format!(" The first commit itself holds {} of all lines.", percent(import_share));
            }
            with_facts(
                if is_giant {
                    Finding::not_met(SIGNAL, summary, evidence).remedy(
                        "Bring in large work in several steps that each run: a commit, or a pull request, for each.",
                    )
                } else {
                    Finding::met(SIGNAL, summary, evidence)
                },
                largest_share,
            )
        }
        _ => with_facts(
            Finding::not_assessable(
                SIGNAL,
                format!(
                    "Too little to say whether one commit carries most of the work: {} to measure ({}).",
                    plural(selection.eligible.len(), "commit"),
                    selection.set_aside()
                ),
            ),
            largest_share,
        ),
    }
}

impl<'repo> Selection<'repo> {
    /// The share that the largest of the measured commits has of all lines that they add.
    pub(super) fn largest_share(&self) -> f64 {
        self.largest().map_or(0.0, |sized| share(sized.added, self.added()))
    }

    /// The share that the `count` largest of the measured commits have together.
    pub(super) fn share_of_the_largest(&self, count: usize) -> f64 {
        let mut added: Vec<u64> = self.eligible.iter().map(|sized| sized.added).collect();
        added.sort_unstable_by_key(|added| std::cmp::Reverse(*added));
        share(added.iter().take(count).sum(), self.added())
    }

    /// The share that those of over five hundred lines have together.
    pub(super) fn share_of_the_huge(&self) -> f64 {
        let huge = self.eligible.iter().filter(|sized| sized.lines > 500);
        share(huge.map(|sized| sized.added).sum(), self.added())
    }

    /// How many lines the commit added that brought in a line as it is typical: half of all lines came in smaller ones.
    pub(super) fn around_a_typical_line(&self) -> u64 {
        let mut added: Vec<u64> = self.eligible.iter().map(|sized| sized.added).collect();
        added.sort_unstable();
        let mut sum = 0;
        added
            .into_iter()
            .find(|added| {
                sum += added;
                sum * 2 >= self.added()
            })
            .unwrap_or(0)
    }

    /// The share that the initial import has of all lines.
    pub(super) fn import_share(&self) -> f64 {
        let import = self.import.as_ref().map_or(0, |sized| sized.added);
        share(import, self.added() + import)
    }

    fn largest(&self) -> Option<&eligible::Sized<'repo>> {
        self.eligible.iter().max_by_key(|sized| (sized.added, std::cmp::Reverse(sized.commit.id)))
    }

    /// Whether any of the measured commits changes more than prose.
    fn changes_program(&self, repo: &Snapshot) -> bool {
        const PROSE: &[&str] = &[".md", ".mdx", ".txt", ".rst", ".adoc", ".org"];
        let history = repo.history();
        let is_prose = |path: &str| PROSE.iter().any(|end| path.to_ascii_lowercase().ends_with(end));
        let mut changes = self.eligible.iter().flat_map(|sized| &sized.commit.changes);
        changes.any(|change| !is_prose(history.path(change.path)) && !eligible::is_of_no_program(history, change))
    }

    fn added(&self) -> u64 {
        self.eligible.iter().map(|sized| sized.added).sum()
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 1000.0).round() / 1000.0 }
}
