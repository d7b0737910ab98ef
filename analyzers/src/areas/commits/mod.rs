//! Commit discipline: small, focused, described. Merges, bots, imports, generated, vendored and lock files are set
//! aside and counted as set aside; so is what was there before the candidate came.

mod eligible;
mod giant;
mod messages;
mod sizes;
mod style;

use serde_json::{Value, json};

use self::eligible::Selection;
use self::messages::Vague;
use self::sizes::{Sizes, percentile, ratio};
use crate::kinds::{self, Kind};
use crate::snapshot::Commit;
use crate::{Analyzer, AreaMeta, Effort, Evidence, Finding, Outcome, Place, SignalMeta, Snapshot};

/// The `commits` area.
pub struct Commits;

static META: AreaMeta = AreaMeta {
    id: "commits",
    title: "Commits",
    question: "Was the work done in steps that somebody else can follow?",
    signals: &[
        SignalMeta {
            id: "commits.focused",
            statement: "Commits are small and touch few files",
            looks_at: "How many files and lines each commit, a saved step of the work, changes on the main line of \
                the history. Set aside and counted are merges, the first import, steps by bots or repeated word for \
                word, and changes to files that were generated, copied in or only renamed. Where a commit stands for \
                a whole pull request, a bundle of steps (squash merges), the bar is lower. With too few commits the \
                size is not assessed.",
            why: "A small step can be checked, understood a year later, and taken back alone. In well-run projects 75 \
                to 95 % of commits touch at most five files and 70 to 95 % change at most a hundred lines.",
            remedy: "Save each step that works on its own as one commit, with its tests, rather than several at once; \
                     `git add -p` helps.",
            effort: Effort::Medium,
            dispute: "A renaming across many files, a run of a formatter, or generated code that was not recognised \
                can make commits look large. Name the commit and what wrote it.",
        },
        SignalMeta {
            id: "commits.no-giant",
            statement: "No single commit, the first one apart, carries most of the work",
            looks_at: "The largest share that one commit, a saved step of the work, has of all lines added after the \
                first one, and whether the whole project arrived in a single commit.",
            why: "When most of the work sits in one commit there is no history to read: nobody can see how the \
                solution came about, or find the change that broke something.",
            remedy: "Keep the steps of the work: don't press a project into one commit before you show it (squash \
                it), and next time commit from the first hour on.",
            effort: Effort::Medium,
            dispute: "If the commit was brought in from another repository, name that repository; if it was \
                generated, name what generated it.",
        },
        SignalMeta {
            id: "commits.messages",
            statement: "Commit messages say what changed",
            looks_at: "The first line of the message of each commit, a saved step of the work. It counts as vague if \
                it is empty, a single word, a version number, \"update\" with the name of the only file that changes, \
                or a phrase that says nothing, in several languages. Its length and form, and what stands below it, \
                are not judged: well-run projects differ in them.",
            why: "The first line is what everybody else reads in the list of changes. Even good projects have up to \
                12 % vague ones, so only a habit counts.",
            remedy: "Say in the first line what the commit does (\"Reject expired tokens\"), and below it why, where \
                that is not obvious.",
            effort: Effort::Low,
            dispute: "In a language that the list of phrases does not know, only a single word of fewer than twelve \
                letters from A to Z counts as vague. If one of yours says enough, name it.",
        },
    ],
};

impl Analyzer for Commits {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        if repo.history().commits().is_empty() {
            return META
                .signals
                .iter()
                .map(|signal| Finding::not_applicable(signal.id, "There are no commits."))
                .collect();
        }
        if let [Kind::Documentation | Kind::Dotfiles | Kind::Empty] = kinds::detect(repo).as_slice() {
            let why = "There is no program here, so the commits can't show how one was made.";
            return META.signals.iter().map(|signal| Finding::not_applicable(signal.id, why)).collect();
        }
        let selection = Selection::of(repo);
        let sizes =
            [focused(repo, &selection), giant::finding(repo, &selection)].map(|found| unless_unseen(repo, found));
        sizes.into_iter().chain([messages(repo, &selection)]).collect()
    }
}

/// How large commits are nobody can tell where it is not known of some what they changed.
fn unless_unseen(repo: &Snapshot, found: Finding) -> Finding {
    let is_unseen = repo.skipped().iter().any(|skipped| skipped.incomplete && skipped.what == "commit");
    if !is_unseen || !matches!(found.outcome(), Outcome::Met | Outcome::Partly | Outcome::NotMet) {
        return found;
    }
    found.unsettled("What some commits changed could not be seen, so how large they are can't be told.")
}

/// The candidate's own commit that changes the most files, and how many: what is generated, vendored or only moved apart.
pub(crate) fn widest(repo: &Snapshot) -> Option<(&Commit, u64)> {
    let eligible = Selection::of(repo).eligible.into_iter();
    let widest = eligible.max_by_key(|sized| (sized.files, std::cmp::Reverse(sized.commit.id)))?;
    Some((widest.commit, widest.files))
}

fn focused(repo: &Snapshot, selection: &Selection<'_>) -> Finding {
    const SIGNAL: &str = "commits.focused";
    let thresholds = repo.thresholds();
    let sizes = Sizes::of(&selection.eligible);
    let eligible = sizes.files.len();
    let aside = selection.set_aside();
    let with_facts = |finding: Finding| {
        finding
            .fact("eligible", eligible)
            .fact("excluded", selection.excluded())
            .fact("excluded_by_reason", selection.excluded_by_reason())
            .fact("squash_merges", selection.squash_merges)
            .fact("files_median", percentile(&sizes.files, 50))
            .fact("files_p90", percentile(&sizes.files, 90))
            .fact("lines_median", percentile(&sizes.lines, 50))
            .fact("lines_p90", percentile(&sizes.lines, 90))
            .fact("share_five_files", ratio(sizes.within_five_files, eligible))
            .fact("share_hundred_lines", ratio(sizes.within_hundred_lines, eligible))
            .fact("share_over_five_hundred_lines", ratio(sizes.over_five_hundred_lines, eligible))
            .fact("style", style::style(repo, selection, &sizes))
    };
    if eligible < thresholds.commits_minimum {
        return with_facts(Finding::not_assessable(
            SIGNAL,
            format!(
                "There are too few commits to say how large the steps are: {} can be measured, and it takes \
                 {}.{aside}",
                plural(eligible, "commit"),
                thresholds.commits_minimum
            ),
        ));
    }
    // Each commit of a squash-merge history is a whole pull request: healthy ones shift by about a fifth.
    let lenience = if selection.squash_merges { 0.8 } else { 1.0 };
    let five = ratio(sizes.within_five_files, eligible);
    let hundred = ratio(sizes.within_hundred_lines, eligible);
    let huge = ratio(sizes.over_five_hundred_lines, eligible);
    let met = five >= thresholds.commits_focused_files * lenience
        && hundred >= thresholds.commits_focused_lines * lenience
        && huge <= thresholds.commits_focused_huge;
    let is_huge = huge > thresholds.commits_focused_huge / lenience;
    let lead = match (met, is_huge) {
        (true, _) => "Commits are small enough to be checked one by one",
        (_, true) => "Many commits are too large to be checked one by one",
        _ => "Some commits are too large to be checked one by one",
    };
    let summary = format!(
        "{lead}: {} of {} touch at most five files and {} change at most a hundred lines. A typical one touches {} and \
         changes {}.{}",
        percent(five),
        plural(eligible, "commit"),
        percent(hundred),
        plural(percentile(&sizes.files, 50) as usize, "file"),
        plural(percentile(&sizes.lines, 50) as usize, "line"),
        match (selection.squash_merges, met) {
            (true, true) => " Most stand for a whole bundle of steps (a squashed pull request), so the bar is lower.",
            (true, false) => {
                " Most stand for a whole bundle of steps (a squashed pull request); even the lower bar for those is missed."
            }
            (false, _) => "",
        }
    );
    let largest = sizes.largest.iter().map(|commit| Place::commit(commit.id));
    let smallest = sizes.typical.iter().map(|commit| Place::commit(commit.id));
    with_facts(if met {
        Finding::met(SIGNAL, summary + &aside, Evidence::or_absence(smallest, repo.head()))
    } else if is_huge {
        Finding::not_met(
            SIGNAL,
            format!("{summary} {} change more than five hundred lines.{aside}", percent(huge)),
            Evidence::or_absence(largest, repo.head()),
        )
    } else {
        Finding::partly(SIGNAL, summary + &aside, Evidence::or_absence(largest, repo.head()))
    })
}

fn messages(repo: &Snapshot, selection: &Selection<'_>) -> Finding {
    const SIGNAL: &str = "commits.messages";
    let thresholds = repo.thresholds();
    let judged: Vec<_> =
        selection.with_messages.iter().map(|commit| (*commit, messages::vague_of(repo.history(), commit))).collect();
    if judged.len() < FEWEST_MESSAGES {
        return Finding::not_assessable(
            SIGNAL,
            format!(
                "There are too few commit messages to say what they are like: {} can be judged.{}",
                plural(judged.len(), "message"),
                selection.set_aside()
            ),
        );
    }
    let vague: Vec<_> = judged.iter().filter_map(|(commit, vague)| Some((*commit, (*vague)?))).collect();
    let vague_share = ratio(vague.len(), judged.len());
    let conventional = judged.iter().filter(|(commit, _)| messages::is_conventional(commit.subject())).count();
    let with_body = judged.iter().filter(|(commit, _)| messages::has_prose_body(commit)).count();
    let mut summary = if vague.is_empty() {
        format!("All {} commit messages say something about the change.", judged.len())
    } else {
        let examples = examples(&vague);
        if vague_share <= thresholds.commits_vague_good {
            let good = judged.len() - vague.len();
            let others = if vague.len() == 1 { "The other one says" } else { "The others say" };
            format!("{good} of {} commit messages say what changed. {others} little{examples}.", judged.len())
        } else {
            format!("{} of {} commit messages say little about the change{examples}.", vague.len(), judged.len())
        }
    };
    if ratio(conventional, judged.len()) >= 0.8 {
        summary.push_str(" They follow a common form (Conventional Commits).");
    }
    let vague_places = vague.iter().take(3).map(|(commit, _)| Place::commit(commit.id));
    let good = judged
        .iter()
        .filter(|(_, vague)| vague.is_none())
        .max_by_key(|(commit, _)| {
            (messages::has_prose_body(commit), messages::words(commit.subject()).min(8), std::cmp::Reverse(commit.id))
        })
        .map(|(commit, _)| Place::commit(commit.id));
    let finding = if vague_share <= thresholds.commits_vague_good {
        Finding::met(SIGNAL, summary, Evidence::or_absence(good, repo.head()))
    } else if vague_share <= thresholds.commits_vague_bad {
        Finding::partly(SIGNAL, summary, Evidence::or_absence(vague_places, repo.head()))
    } else {
        Finding::not_met(SIGNAL, summary, Evidence::or_absence(vague_places, repo.head()))
    };
    finding
        .fact("messages", judged.len())
        .fact("vague", vague.len())
        .fact("vague_share", vague_share)
        .fact("share_conventional", ratio(conventional, judged.len()))
        .fact("share_with_body", ratio(with_body, judged.len()))
}

/// Fewer messages are no habit.
const FEWEST_MESSAGES: usize = 4;

/// The commonest vague phrases, quoted; only phrases from our own list, never free text of the repository.
fn examples(vague: &[(&crate::snapshot::Commit, Vague)]) -> String {
    let mut counts: std::collections::BTreeMap<&'static str, usize> = std::collections::BTreeMap::new();
    for (_, vague) in vague {
        if let Vague::Phrase(phrase) = vague {
            *counts.entry(phrase).or_default() += 1;
        }
    }
    let mut phrases: Vec<_> = counts.into_iter().collect();
    phrases.sort_by_key(|(phrase, count)| (std::cmp::Reverse(*count), *phrase));
    match phrases.iter().take(2).map(|(phrase, _)| quoted(phrase)).collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        [one] => format!(", such as {one}"),
        [one, two, ..] => format!(", such as {one} and {two}"),
    }
}

/// A phrase of our list, which has no dots, as people write it.
fn quoted(phrase: &str) -> String {
    format!("\"{}\"", phrase.replace("readme md", "readme.md"))
}

pub(super) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

impl<'repo> Selection<'repo> {
    fn excluded_by_reason(&self) -> Value {
        self.aside
            .iter()
            .map(|(reason, count)| (reason.id().to_owned(), json!(count)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }

    fn set_aside(&self) -> String {
        if self.aside.is_empty() {
            return String::new();
        }
        let reasons: Vec<_> = self.aside.iter().map(|(reason, count)| reason.words(*count)).collect();
        format!(" Set aside: {}.", reasons.join(", "))
    }
}

#[cfg(test)]
mod tests;
