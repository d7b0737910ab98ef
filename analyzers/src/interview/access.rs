//! Who somebody is, and what they may do.

use super::{Findings, Prompt, files, number};
use crate::code::Language;
use crate::{Outcome, Snapshot};

pub(super) fn prompt(_: &Snapshot, findings: &Findings<'_>) -> Option<Prompt> {
    let generic = Some(Prompt::new("access.generic"));
    let Some(finding) = findings.get("security.authorization") else { return generic };
    // A dependency that is named in a manifest is no code to talk about.
    let in_code = || files(finding).filter(|place| Language::of(&place.path).is_some());
    if in_code().next().is_none() {
        return generic;
    }
    let is = |fact: &str| number(finding, fact) > 0;
    let id = match finding.outcome() {
        _ if is("removed") => "access.removed",
        Outcome::NotMet | Outcome::Partly if is("unguarded") => "access.open",
        Outcome::NotMet | Outcome::Partly if is("by_number") => "access.number",
        Outcome::Met if is("checks") => "access.checks",
        _ => "access.identity",
    };
    // What whoever runs the program types is asked of nobody else.
    let (aside, served): (Vec<_>, Vec<_>) = in_code().partition(|place| place.path.contains("/commands/"));
    Some(Prompt::new(id).at(served.into_iter().chain(aside)))
}
