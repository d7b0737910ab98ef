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
    question: "Is the work done in steps that somebody else can follow?",
    signals: &[
        SignalMeta {
            id: "commits.focused",
            statement: "Commits are small and touch few files",
            looks_at: "The candidate's own commits on the default branch: how many files and lines each changes. \
                Merges, bots, the initial import, commits that \
                repeat each other word for word, renames, and changes to generated, vendored, binary and lock files are \
                set aside and counted. A history of squash merges is measured more leniently, since each commit is a \
                whole pull request. With too few commits the size is not assessed.",
            why: "A small commit can be reviewed, understood a year later, and reverted alone. In well-run projects \
                75 to 95 % of commits touch at most five files and 70 to 95 % change at most a hundred lines.",
            remedy: "Save each step that works on its own as one commit, with its tests, rather than several at once; \
                     `git add -p` helps.",
            effort: Effort::Medium,
            dispute: "A mass rename, a formatter run or generated code that was not recognised can make commits look \
                large; name the commit and what wrote it.",
        },
        SignalMeta {
            id: "commits.no-giant",
            statement: "No single commit, the first one apart, carries most of the work",
            looks_at: "The largest share that one of the candidate's commits has of all lines added after the initial \
                import, and whether the whole project arrived in one commit.",
            why: "When most of the work sits in one commit there is no history to read: nobody can see how the solution \
                came about, or find the change that broke something.",
            remedy: "Keep the steps of the work: don't squash a project into one commit before you show it, and next \
                     time commit from the first hour on.",
            effort: Effort::Medium,
            dispute: "If the commit was an import from another repository, name that repository; if it was generated, \
                name what generated it.",
        },
        SignalMeta {
            id: "commits.messages",
            statement: "Commit messages say what changed",
            looks_at: "The first line of each of the candidate's commits: empty, a single word, a version number, \
                \"update\" with the name of the only file that the commit changes, or one of the phrases that say nothing in \
                any of several languages, also with a number behind it. Length limits, prefixes, bodies and the \
                imperative are not judged: even well-run projects differ in them.",
            why: "The first line is what everybody else sees in a log, a blame and a release. Up to 12 % vague ones are \
                found even in good projects, so only a habit counts.",
            remedy: "Write in the first line what the commit does (\"Reject expired tokens\"), and in the body why, where \
                it is not obvious.",
            effort: Effort::Low,
            dispute: "Of a language that the word list does not know, nothing counts as vague but a single word of fewer \
                than twelve letters from A to Z; if one of yours says enough, name it.",
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
            let why = "There is no program here, so its commits can't show how one was made.";
            return META.signals.iter().map(|signal| Finding::not_applicable(signal.id, why)).collect();
        }
        let selection = Selection::of(repo);
        let sizes = [focused(repo, &selection), giant::finding(repo, &selection)].map(|found| unless_unseen(repo, found));
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
                "Too little to say how large the steps are: {} to measure ({aside}), and their size says something \
                 from {} on.",
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
        "{lead}: {} of {} ({aside}) touch at most five files and {} change at most a hundred lines; half of them \
         touch at most {}, and half change at most {}.{}",
        percent(five),
        plural(eligible, "commit"),
        percent(hundred),
        plural(percentile(&sizes.files, 50) as usize, "file"),
        plural(percentile(&sizes.lines, 50) as usize, "line"),
        match (selection.squash_merges, met) {
            (true, true) => " Most are squashed pull requests, so the bar is lower.",
            (true, false) => " Most are squashed pull requests; even the lower bar for those is missed.",
            (false, _) => "",
        }
    );
    let largest = sizes.largest.iter().map(|commit| Place::commit(commit.id));
    let smallest = sizes.typical.iter().map(|commit| Place::commit(commit.id));
    with_facts(if met {
        Finding::met(SIGNAL, summary, Evidence::or_absence(smallest, repo.head()))
    } else if is_huge {
        Finding::not_met(
            SIGNAL,
            format!("{summary} {} change more than five hundred lines.", percent(huge)),
            Evidence::or_absence(largest, repo.head()),
        )
    } else {
        Finding::partly(SIGNAL, summary, Evidence::or_absence(largest, repo.head()))
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
                "Too little to say what the messages are like: {} to read ({}).",
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
        summary.push_str(" They follow a common form, Conventional Commits.");
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
    match phrases.iter().take(2).map(|(phrase, _)| format!("\"{phrase}\"")).collect::<Vec<_>>().as_slice() {
        [] => String::new(),
        [one] => format!(", such as {one}"),
        [one, two, ..] => format!(", such as {one} and {two}"),
    }
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
            return "none set aside".to_owned();
        }
        let reasons: Vec<_> = self.aside.iter().map(|(reason, count)| reason.words(*count)).collect();
        format!("set aside: {}", reasons.join(", "))
    }
}

#[cfg(test)]
mod tests;
