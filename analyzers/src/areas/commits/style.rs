//! How the work is cut, in one word.

use super::eligible::Selection;
use super::giant::{FEWEST_FOR_A_SHARE, IMPORT_IS_EVERYTHING};
use super::sizes::{Sizes, percentile, ratio};
use crate::Snapshot;

/// From so many commits on, one large one leaves enough small ones to follow.
const LONG_HISTORY: usize = 50;

/// A short history whose typical commit is larger than this, with a third in one, came in a few heaps.
const LARGE_MEDIAN: u64 = 300;

/// More than one in seven over five hundred lines: well-run projects have one in fourteen at most.
const MANY_HUGE: f64 = 0.143;

/// In so long a history of mostly small steps, one in five may be.
const VERY_LONG_HISTORY: usize = 100;
const HUGE_BESIDE_SMALL: f64 = 0.2;
const MOSTLY_SMALL: f64 = 0.5;

/// Where half of all lines of a history that is not long came in commits that add more, the many small ones beside them
/// are not how the work was done.
const LINES_IN_HEAPS: u64 = 300;

/// Where a few commits of over five hundred lines carry so much of a short history, the rest is little besides.
const A_FEW: usize = 3;

/// Where one commit carries most of a history that is not long, and the import and it together so much, there is little
/// besides.
const NEARLY_EVERYTHING: f64 = 0.9;
const SHORT_HISTORY: usize = 20;

/// Where the first commit holds this much of everything, and one of those after it most of the rest, the steps are few,
/// however many commits there are.
const TWO_THIRDS: f64 = 2.0 / 3.0;

/// Where the typical commit of a history of so few is over five hundred lines, the work came in heaps, too.
const HEAP: u64 = 500;

/// Where nine of ten are over five hundred lines, the work came in heaps, however many.
const NEARLY_ALL_HUGE: f64 = 0.9;

/// Where four of five commits are small, one large one is the exception.
const NEARLY_ALL: f64 = 0.8;

/// Where nine of ten touch five files at most, they may be this long: each is about one thing.
const NEARLY_ALL_FOCUSED: f64 = 0.9;
const FOCUSED_MEDIAN: u64 = 150;

/// Where none carries more than this, they may be longer still: the work was divided.
const SMALL_SHARE: f64 = 0.15;
const DIVIDED_MEDIAN: u64 = 175;

/// `granular` (half of the commits change at most a hundred lines, or a few more in a few files or where none stands
/// out, few are huge, and in a history that is not long most lines came in small ones, and none carries more than a third
/// of the work unless nearly all others are small), `giant` (one commit or a few huge ones are most of a short history, or
/// its commits are each hundreds of lines), else `mixed`.
pub(super) fn style(repo: &Snapshot, selection: &Selection<'_>, sizes: &Sizes<'_>) -> &'static str {
    let thresholds = repo.thresholds();
    let few = selection.eligible.len() < thresholds.commits_minimum;
    let eligible = selection.eligible.len();
    let median = percentile(&sizes.lines, 50);
    let huge = ratio(sizes.over_five_hundred_lines, eligible);
    let small = ratio(sizes.within_hundred_lines, eligible);
    let focused = ratio(sizes.within_five_files, eligible) >= NEARLY_ALL_FOCUSED;
    // Many steps of which few are huge can be followed, whatever was there before the first.
    let is_stepwise = !few && huge <= MANY_HUGE;
    let import_is_most = eligible < LONG_HISTORY && selection.import_share() > IMPORT_IS_EVERYTHING;
    let one_is_most = (import_is_most && !is_stepwise)
        || ((few || eligible < SHORT_HISTORY && median > LARGE_MEDIAN)
            && selection.largest_share() > thresholds.commits_giant_share);
    let largest = selection.largest_share();
    let is_giant = (FEWEST_FOR_A_SHARE..LONG_HISTORY).contains(&eligible) && largest > thresholds.commits_giant_share;
    let import = selection.import_share();
    let is_in_two = is_giant && import + (1.0 - import) * largest > NEARLY_EVERYTHING;
    let is_both = eligible >= FEWEST_FOR_A_SHARE && import > TWO_THIRDS && largest > thresholds.commits_giant_share;
    let is_in_a_few = (FEWEST_FOR_A_SHARE..SHORT_HISTORY).contains(&eligible)
        && selection.share_of_the_largest(A_FEW) > TWO_THIRDS
        && selection.share_of_the_huge() >= NEARLY_ALL;
    let is_in_heaps = eligible < LONG_HISTORY && selection.around_a_typical_line() > LINES_IN_HEAPS;
    let longest_median = if largest <= SMALL_SHARE {
        DIVIDED_MEDIAN
    } else if focused {
        FOCUSED_MEDIAN
    } else {
        100
    };
    if one_is_most
        || is_in_two
        || is_both
        || is_in_a_few
        || (!few && huge >= NEARLY_ALL_HUGE)
        || (eligible > 0 && eligible < SHORT_HISTORY && median > HEAP)
        || (eligible > 0
            && eligible <= thresholds.commits_minimum
            && median > LARGE_MEDIAN
            && selection.largest_share() > 1.0 / 3.0)
    {
        "giant"
    } else if !few
        && !is_giant
        && !import_is_most
        && !is_in_heaps
        && median <= longest_median
        && huge <= if eligible >= VERY_LONG_HISTORY && small >= MOSTLY_SMALL { HUGE_BESIDE_SMALL } else { MANY_HUGE }
        && (largest <= 0.35 || eligible >= LONG_HISTORY || small >= NEARLY_ALL)
    {
        "granular"
    } else {
        "mixed"
    }
}

#[cfg(test)]
mod tests {
    use super::super::Commits;
    use crate::Analyzer;
    use crate::snapshot::fixture::Fixture;

    /// The style of a history whose commits add so many lines each.
    fn style(sizes: &[u32]) -> String {
        let fixture = sizes.iter().enumerate().fold(
            Fixture::new().file("src/p0.rs", "fn main() {}\n"),
            |fixture, (index, lines)| {
                let path = format!("src/p{index}.rs");
                fixture.commit("a@example.com", "Add a part of the shop", &[(path.as_str(), *lines, 0)])
            },
        );
        Commits.examine(&fixture.snapshot())[0].facts()["style"].as_str().unwrap_or_default().to_owned()
    }

    #[test]
    fn small_steps_are_granular() {
        assert_eq!(style(&[30; 14]), "granular");
        assert_eq!(style(&[30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 280]), "granular");
    }

    #[test]
    fn steps_in_one_file_may_be_longer() {
        assert_eq!(style(&[140; 14]), "granular");
        assert_eq!(style(&[180; 14]), "mixed");
    }

    #[test]
    fn steps_may_be_longer_where_none_stands_out() {
        assert_eq!(style(&[160; 14]), "granular");
        assert_eq!(style(&[160, 160, 160, 160, 160, 160, 160, 160, 160, 160, 160, 160, 400]), "mixed");
    }

    #[test]
    fn many_small_steps_beside_the_heaps_in_which_most_came_are_not_granular() {
        let of = |heap: u32| style(&[[10; 7].as_slice(), &[heap]].concat().repeat(5));
        assert_eq!(of(480), "mixed");
        assert_eq!(of(280), "granular");
    }

    #[test]
    fn a_few_huge_ones_that_carry_a_short_history_are_giant() {
        assert_eq!(style(&[90, 80, 3000, 120, 2400, 60, 90, 1200, 110, 90, 120, 80]), "giant");
        assert_eq!(style(&[90, 450, 3000, 420, 2400, 460, 490, 480, 410, 490, 420, 480]), "mixed");
    }

    #[test]
    fn what_rewrites_as_many_lines_as_it_adds_carries_little_and_more_in_one_file_is_work() {
        let style = |files: usize| {
            let lines = 2000 / u32::try_from(files).unwrap_or(1);
            let paths: Vec<String> = (0..files).map(|index| format!("src/p{index}.rs")).collect();
            let rewritten: Vec<(&str, u32, u32)> = paths.iter().map(|path| (&**path, lines, lines)).collect();
            let fixture = [[40; 30].as_slice(), &[130; 9]]
                .concat()
                .into_iter()
                .fold(Fixture::new().file("src/p0.rs", "fn main() {}\n"), |fixture, lines| {
                    fixture.commit("a@example.com", "Add a part of the shop", &[("src/p0.rs", lines, 0)])
                });
            let fixture = fixture.commit("a@example.com", "Format the shop", &rewritten);
            Commits.examine(&fixture.snapshot())[0].facts()["style"].as_str().unwrap_or_default().to_owned()
        };
        assert_eq!(style(15), "granular");
        assert_eq!(style(3), "mixed");
    }

    #[test]
    fn a_very_long_history_of_small_steps_may_have_some_huge_ones() {
        let of = |times: usize| style(&[30, 30, 30, 30, 30, 600].repeat(times));
        assert_eq!(of(20), "granular");
        assert_eq!(of(10), "mixed");
    }

    #[test]
    fn many_huge_ones_are_not() {
        assert_eq!(style(&[30, 30, 30, 30, 30, 30, 30, 30, 600, 600, 600, 30].repeat(2)), "mixed");
    }

    #[test]
    fn one_commit_that_carries_most_is_not_granular() {
        assert_eq!(style(&[20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 450]), "mixed");
        assert_eq!(style(&[10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 3000]), "giant");
    }

    #[test]
    fn an_import_and_one_commit_that_hold_nearly_all_are_giant_however_many_steps_follow() {
        let style = |import: u32, largest: u32| {
            let start = Fixture::new().file("src/a.rs", "fn main() {}\n");
            let start = start.commit("a@example.com", "Import the shop", &[("src/a.rs", import, 0)]);
            let fixture = (0..52).fold(start, |fixture, index| {
                let lines = if index == 20 { largest } else { 5 };
                fixture.commit("a@example.com", "Add a part of the shop", &[("src/a.rs", lines, 0)])
            });
            Commits.examine(&fixture.snapshot())[0].facts()["style"].as_str().unwrap_or_default().to_owned()
        };
        assert_eq!(style(4000, 900), "giant");
        assert_eq!(style(4000, 5), "granular");
    }

    #[test]
    fn a_few_heaps_are_giant() {
        assert_eq!(style(&[900, 700, 400, 2600, 900]), "giant");
        assert_eq!(style(&[700, 900, 600, 800, 700, 900, 600, 800, 700, 900, 600, 800]), "giant");
        assert_eq!(style(&[400, 400, 400, 400, 400, 400, 400, 400]), "mixed");
        assert_eq!(style(&[700, 90, 900, 60, 800, 700, 80, 600, 700, 90, 600, 800]), "giant");
    }
}
