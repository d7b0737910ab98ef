//! What a check run points at in the files of the commit under review.

use foliolens_analyzers::{Confidence, Outcome};

use crate::github::check_runs::Annotation;
use crate::report::{Disclosure, Report};

/// Nobody reads more.
const MOST: usize = 150;

/// Remarks on lines at the head of `report`, the same each time. Where everybody may read them, none leads to a
/// credential.
pub fn annotations(report: &Report, is_private: bool) -> Vec<Annotation> {
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
                message: match &signal.remedy {
                    Some(remedy) => format!("{}\n\nTo mend it: {}", signal.summary, remedy.text),
                    None => signal.summary.clone(),
                },
            });
        }
    }
    remarks.truncate(MOST);
    remarks
}
