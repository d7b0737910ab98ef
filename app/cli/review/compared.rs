//! `--compare OLD.json`: what the reviews are compared with.

use super::Review;
use crate::report::{self, Report};

/// Reports are smaller than that.
const LARGEST_EARLIER: u64 = 256 << 20;

impl Review {
    /// The reports to compare with, or why they are none.
    pub(super) fn earlier(&self) -> Result<Vec<Report>, String> {
        let Some(path) = &self.compare else { return Ok(Vec::new()) };
        let shown = path.display();
        let unreadable = |error: std::io::Error| {
            tracing::info!("What to compare with could not be read: {error}");
            format!(
                "{shown} can not be read; --compare takes a file that `foliolens review --format json` has written."
            )
        };
        let mut text = String::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        std::io::Read::read_to_string(&mut std::io::Read::take(file, LARGEST_EARLIER), &mut text)
            .map_err(unreadable)?;
        report::compare::read(&text).map_err(|wrong| format!("{shown} {wrong}."))
    }

    /// Says in each of `reports` what changed since the one of `earlier` that is about the same repository. Of several
    /// repositories some may be new, but not all.
    pub(super) fn compare(&self, reports: &mut [Report], earlier: &[Report]) -> Result<(), String> {
        let Some(path) = &self.compare else { return Ok(()) };
        let mut compared = 0;
        let pairs = report::compare::pairs(reports, earlier);
        for (report, same) in reports.iter_mut().zip(pairs) {
            if let Some(same) = same {
                report.compare(same);
                compared += 1;
            }
        }
        if compared > 0 || reports.is_empty() {
            return Ok(());
        }
        let is_named = |report: &Report| report.repository.name.is_some();
        let why = match (&*reports, earlier) {
            _ if reports.iter().chain(earlier).all(is_named) => "",
            ([_], [_]) => " (their histories begin with different commits)",
            _ => " (without a remote only a first commit that no other has tells which it is)",
        };
        Err(format!(
            "{} is about another repository than {}{why}; name a report that `foliolens review --format json` has \
             written of the same one.",
            path.display(),
            if let [report] = &*reports { report.name() } else { "any of these" },
        ))
    }
}
