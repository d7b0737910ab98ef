//! What a check run points at in the files of the commit under review.

use foliolens_analyzers::{Confidence, Outcome};

use crate::github::check_runs::Annotation;
use crate::report::{Disclosure, Report, escape};

/// Nobody reads more.
const MOST: usize = 150;

/// Remarks on lines at the head of `report`, the same each time, and how many more there would be. Where everybody may read
/// them, none leads to a credential.
pub fn annotations(report: &Report, is_private: bool) -> (Vec<Annotation>, usize) {
    let report = report.disclosed(if is_private { Disclosure::Private } else { Disclosure::Public });
    let mut remarks = Vec::new();
    for signal in report.areas.iter().flat_map(|area| &area.signals) {
        if !matches!(signal.outcome, Outcome::NotMet | Outcome::Partly) || signal.suppressed.is_some() {
            continue;
        }
        let is_flag = report.red_flags.contains(&signal.id);
        for place in signal.places.iter().filter(|place| place.commit == report.repository.head) {
            let Some(start) = place.start else { continue };
            let certain = is_flag && signal.confidence == Confidence::Observed;
            remarks.push(Annotation {
                path: place.path.clone(),
                start_line: start,
                end_line: place.end.unwrap_or(start),
                annotation_level: if certain { "warning" } else { "notice" },
                title: signal.id.clone(),
                // Plain text to GitHub: nothing in it is a link or a mention, but what reorders a line would do so.
                message: match &signal.remedy {
                    Some(remedy) => {
                        let (summary, remedy) = (escape::terminal(&signal.summary), escape::terminal(&remedy.text));
                        format!("{summary}\n\nTo mend it: {remedy}")
                    }
                    None => escape::terminal(&signal.summary),
                },
            });
        }
    }
    let left = remarks.len().saturating_sub(MOST);
    remarks.truncate(MOST);
    (remarks, left)
}
