//! What came of the targets of a job, as it is stored and as it is posted.

use serde::{Deserialize, Serialize};
use url::Url;

use super::words::{fill, words};
use crate::report::{Markdown, Report, comment, fit};
use crate::store::jobs::JobId;
use crate::store::reports::Stored;
use crate::store::{Store, StoreError};

/// What is stored for each target.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// There is a report.
    Reported(Box<Report>),
    /// There is none, and why.
    Failed(String),
}

impl Outcome {
    /// Whether there is a report.
    pub(super) fn is_report(&self) -> bool {
        matches!(self, Outcome::Reported(_))
    }
}

/// What the line takes by which a comment is found again.
const MARKER_ROOM: usize = 100;

/// What is stored of a job, each with its target.
pub(super) async fn outcomes_of(store: &Store, web: &Url, job: JobId) -> Result<Vec<(String, Outcome)>, StoreError> {
    store.reports_of(job).await?.into_iter().map(|stored| outcome(stored, web)).collect()
}

/// What is stored of one target, with the target.
pub(super) fn outcome(stored: Stored, web: &Url) -> Result<(String, Outcome), StoreError> {
    let mut outcome = serde_json::from_str(&stored.report)?;
    if let Outcome::Reported(report) = &mut outcome {
        // What the JSON of a report leaves out.
        report.label.clone_from(&stored.repository);
        report.web = web.join(&stored.repository).ok().map(|web| web.to_string());
    }
    Ok((stored.repository, outcome))
}

/// The reports in one comment, after what is said `first` and a line for each target that has none, and before `closing`.
pub(super) fn text(first: Option<Markdown>, outcomes: &[(String, Outcome)], closing: &Markdown) -> Markdown {
    let mut parts = Vec::from_iter(first);
    let mut reports = Vec::new();
    for (target, outcome) in outcomes {
        match outcome {
            Outcome::Reported(report) => reports.push(Report::clone(report)),
            Outcome::Failed(reason) => {
                parts.push(fill(&words().failed, &[("target", target), ("reason", reason)]));
            }
        }
    }
    if !reports.is_empty() {
        let room = fit::COMMENT.less(MARKER_ROOM).beside(closing.as_str()).less(2);
        let room = parts.iter().fold(room, |room, part| room.beside(part.as_str()).less(2));
        parts.push(comment(&reports, room));
        parts.push(closing.clone());
    }
    Markdown::joined(parts, "\n\n")
}

/// Which commit and configuration the reports are about, for the audit.
pub(super) fn told(outcomes: &[(String, Outcome)]) -> String {
    let hash = |outcome: &Outcome| match outcome {
        Outcome::Reported(report) => format!(" {} {}", report.repository.head, report.config_hash),
        Outcome::Failed(_) => " no report".to_owned(),
    };
    outcomes.iter().map(|(_, outcome)| hash(outcome)).collect()
}
