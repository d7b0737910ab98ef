//! The signs of the report for a terminal.

use foliolens_analyzers::grade::Grade;
use foliolens_analyzers::{Confidence, Outcome};

use super::Style;
use super::page::Ink;

/// The signs, in UTF-8 and for terminals without it. A word stands beside each: none is needed to understand.
#[derive(Debug)]
pub(super) struct Glyphs {
    pub(super) strong: &'static str,
    pub(super) adequate: &'static str,
    pub(super) weak: &'static str,
    pub(super) silent: &'static str,
    pub(super) met: &'static str,
    pub(super) partly: &'static str,
    pub(super) not_met: &'static str,
    pub(super) sign: &'static str,
    pub(super) flag: &'static str,
    pub(super) arrow: &'static str,
    pub(super) bullet: &'static str,
    pub(super) dot: &'static str,
    pub(super) rule: &'static str,
}

static UNICODE: Glyphs = Glyphs {
    strong: "●",
    adequate: "◐",
    weak: "○",
    silent: "–",
    met: "✓",
    partly: "~",
    not_met: "✗",
    sign: "?",
    flag: "▲",
    arrow: "→",
    bullet: "·",
    dot: "·",
    rule: "─",
};

static ASCII: Glyphs = Glyphs {
    strong: "#",
    adequate: "=",
    weak: "o",
    silent: "-",
    met: "+",
    partly: "~",
    not_met: "x",
    sign: "?",
    flag: "!",
    arrow: ">",
    bullet: "-",
    dot: "-",
    rule: "-",
};

impl Glyphs {
    pub(super) fn of(style: &Style) -> &'static Glyphs {
        if style.unicode { &UNICODE } else { &ASCII }
    }

    pub(super) fn grade(&self, grade: Grade) -> (&'static str, Ink) {
        match grade {
            Grade::Strong => (self.strong, Ink::Good),
            Grade::Adequate => (self.adequate, Ink::Fair),
            Grade::Weak => (self.weak, Ink::Bad),
            Grade::NotApplicable | Grade::NotAssessable | Grade::Error => (self.silent, Ink::Faint),
        }
    }

    pub(super) fn outcome(&self, outcome: Outcome, confidence: Confidence) -> (&'static str, Ink) {
        match (outcome, confidence) {
            (Outcome::Met, _) => (self.met, Ink::Good),
            (Outcome::Partly | Outcome::NotMet, Confidence::Indicative) => (self.sign, Ink::Fair),
            (Outcome::Partly, Confidence::Observed) => (self.partly, Ink::Fair),
            (Outcome::NotMet, Confidence::Observed) => (self.not_met, Ink::Bad),
            (Outcome::NotApplicable | Outcome::NotAssessable | Outcome::Error, _) => (self.silent, Ink::Faint),
        }
    }
}
