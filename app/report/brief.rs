//! The checklist of a trial, as part of the report's model: what was asked for, and whether it is there.

use foliolens_analyzers::brief::{Answered, Checked, Ground};
use foliolens_analyzers::{Confidence, Outcome};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::examined::Link;
use super::model::Signal;
use super::words::words;

/// Whether what a trial asks for is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Brief {
    /// Sentences on what of the repository was counted.
    pub counted: String,
    /// What was asked for, in the order of the brief.
    pub items: Vec<BriefItem>,
}

/// One thing that was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BriefItem {
    /// As it stands in the brief.
    pub name: String,
    /// What the signals that it rests on come to: `met`, `partly`, `not_met`, or `not_assessable` where nothing could be
    /// seen of it.
    pub outcome: Outcome,
    /// How sure that is.
    pub confidence: Confidence,
    /// Those signals, in what the candidate brought.
    pub signals: Vec<Signal>,
}

impl Brief {
    pub(super) fn new(brief: &Answered, link: &Link) -> Brief {
        Brief {
            counted: brief.counted.clone(),
            items: brief.items.iter().map(|item| BriefItem::new(item, link)).collect(),
        }
    }
}

impl BriefItem {
    fn new(item: &Checked, link: &Link) -> BriefItem {
        BriefItem {
            name: item.name.clone(),
            outcome: item.outcome,
            confidence: item.confidence,
            signals: item.rests_on.iter().map(|ground| signal(ground, link)).collect(),
        }
    }

    /// The word for how it turned out.
    pub(super) fn word(&self) -> &'static str {
        match self.outcome {
            Outcome::Met | Outcome::Partly | Outcome::NotMet => words().outcome(self.outcome),
            Outcome::NotApplicable | Outcome::NotAssessable | Outcome::Error => &words().not_seen_of_item,
        }
    }
}

/// What an item rests on; how it is mended stands in its area.
fn signal(ground: &Ground, link: &Link) -> Signal {
    let Ground { signal, own, finding } = ground;
    let area = signal.split('.').next().unwrap_or_default();
    Signal {
        id: signal.clone(),
        outcome: finding.outcome(),
        confidence: finding.confidence(),
        summary: finding.summary().to_owned(),
        facts: finding.facts().clone(),
        places: finding.places().iter().map(|place| link.place(area, place)).collect(),
        remedy: None,
        suppressed: None,
        own: own.clone(),
    }
}
