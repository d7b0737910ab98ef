//! How large the eligible commits are.

use super::eligible::Sized;
use crate::snapshot::Commit;

/// Distributions over the eligible commits.
pub(super) struct Sizes<'repo> {
    /// Files of each commit, ascending.
    pub(super) files: Vec<u64>,
    /// Lines of each commit, ascending.
    pub(super) lines: Vec<u64>,
    pub(super) within_five_files: usize,
    pub(super) within_hundred_lines: usize,
    pub(super) over_five_hundred_lines: usize,
    /// The three largest by lines.
    pub(super) largest: Vec<&'repo Commit>,
    /// Up to two around the median: what the work usually looks like.
    pub(super) typical: Vec<&'repo Commit>,
}

impl<'repo> Sizes<'repo> {
    pub(super) fn of(eligible: &[Sized<'repo>]) -> Self {
        let sorted = |of: fn(&Sized<'_>) -> u64| {
            let mut sizes: Vec<u64> = eligible.iter().map(of).collect();
            sizes.sort_unstable();
            sizes
        };
        let mut by_lines: Vec<&Sized<'repo>> = eligible.iter().collect();
        by_lines.sort_by_key(|sized| (std::cmp::Reverse(sized.lines), sized.commit.id));
        Sizes {
            files: sorted(|sized| sized.files),
            lines: sorted(|sized| sized.lines),
            within_five_files: eligible.iter().filter(|sized| sized.files <= 5).count(),
            within_hundred_lines: eligible.iter().filter(|sized| sized.lines <= 100).count(),
            over_five_hundred_lines: eligible.iter().filter(|sized| sized.lines > 500).count(),
            largest: by_lines.iter().take(3).map(|sized| sized.commit).collect(),
            typical: by_lines.iter().skip(by_lines.len() / 2).take(2).map(|sized| sized.commit).collect(),
        }
    }
}

/// The value below which `percent` of `ascending` lies (nearest rank); 0 if there is none.
pub(super) fn percentile(ascending: &[u64], percent: usize) -> u64 {
    let rank = (ascending.len() * percent).div_ceil(100);
    ascending.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

/// `part` of `whole`, rounded to thousandths.
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 1000.0).round() / 1000.0 }
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn percentiles_are_nearest_rank() {
        assert_eq!(percentile(&[1, 2, 3, 4], 50), 2);
        assert_eq!(percentile(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90), 9);
        assert_eq!(percentile(&[], 50), 0);
    }
}
