//! From what was found out to the report.

use foliolens_analyzers::code::own::OwnSignal;
use foliolens_analyzers::grade::Grade;
use foliolens_analyzers::own::OwnArea;
use foliolens_analyzers::rubric::Rubric;
use foliolens_analyzers::run::Examination;
use foliolens_analyzers::secrets::MASK;
use foliolens_analyzers::snapshot::LanguageShare;
use foliolens_analyzers::{Effort, Finding, Outcome, run};

use super::brief::Brief;
use super::digest::telling;
use super::model::{
    Area, Dated, FailedTarget, Language, Origin, Place, Remedy, Report, Repository, SCHEMA, Signal, Skipped,
};
use super::questions::question;
use super::words::words;
use super::{Web, Without};
use crate::calendar::date;

impl Report {
    /// The report on `examination`.
    pub fn new(examination: &Examination, origin: &Origin) -> Report {
        let head = examination.head.to_string();
        let link = Link { head: &head, web: origin.web.as_ref() };
        Report {
            schema: SCHEMA.to_owned(),
            foliolens: env!("CARGO_PKG_VERSION").to_owned(),
            ruleset: Rubric::built_in().ruleset.clone(),
            config_hash: origin.config_hash.clone(),
            repository: Repository {
                name: origin.name.clone(),
                folder: None,
                head: head.clone(),
                root: examination.root.map(|root| root.to_string()),
                branch: examination.branch.clone(),
                commits: examination.commits as u64,
                authors: examination.authors as u64,
                dated: dated(examination),
                kinds: examination.kinds.clone(),
                languages: examination
                    .languages
                    .iter()
                    .map(|language| {
                        let share = share(language, &examination.languages);
                        Language { name: language.name.clone(), share }
                    })
                    .collect(),
                frameworks: examination.frameworks.clone(),
            },
            complete: examination.complete,
            skipped: examination
                .skipped
                .iter()
                .map(|skipped| Skipped {
                    what: skipped.what.to_owned(),
                    why: skipped.why.clone(),
                    count: skipped.count,
                })
                .collect(),
            brief: examination.brief.as_ref().map(|brief| Brief::new(brief, &link)),
            areas: areas(examination, &link),
            red_flags: examination.red_flags.iter().map(|&flag| flag.to_owned()).collect(),
            questions: examination
                .prompts
                .iter()
                .filter_map(|prompt| {
                    let places = prompt.places.iter().map(|place| link.place(area_of(prompt.id), place)).collect();
                    question(prompt, places)
                })
                .collect(),
            not_seen: words().not_seen.clone(),
            configuration: examination.counted.iter().cloned().collect(),
            changes: None,
            failed: None,
            label: origin.label.clone(),
            note: origin.note.clone(),
            web: origin.web.as_ref().map(|web| web.base().to_owned()),
        }
    }
}

impl Report {
    /// The entry of a target that could not be reviewed: a report by its form, so that whoever reads lists of reports can
    /// read it, with nothing in it that could be taken for a finding.
    pub(super) fn failed(without: &Without) -> Report {
        let Without { target, reason, .. } = without.clone();
        Report {
            schema: SCHEMA.to_owned(),
            foliolens: env!("CARGO_PKG_VERSION").to_owned(),
            ruleset: Rubric::built_in().ruleset.clone(),
            config_hash: String::new(),
            repository: Repository {
                name: None,
                folder: None,
                head: "0".repeat(40),
                root: None,
                branch: None,
                commits: 0,
                authors: 0,
                dated: None,
                kinds: Vec::new(),
                languages: Vec::new(),
                frameworks: Vec::new(),
            },
            complete: false,
            skipped: vec![Skipped { what: "repository".to_owned(), why: reason.clone(), count: 1 }],
            brief: None,
            areas: Vec::new(),
            red_flags: Vec::new(),
            questions: Vec::new(),
            not_seen: words().not_seen.clone(),
            configuration: Vec::new(),
            changes: None,
            failed: Some(FailedTarget { target, reason }),
            label: String::new(),
            note: None,
            web: None,
        }
    }
}

/// From when to when the commits were written.
fn dated(examination: &Examination) -> Option<Dated> {
    let (first, last) = examination.dated?;
    Some(Dated { first: date(first)?, last: date(last)? })
}

impl Area {
    fn new(area: &run::Area, link: &Link) -> Area {
        let signals: Vec<Signal> =
            area.findings.iter().map(|finding| Signal::new(area.meta.id, finding, area, link)).collect();
        Area {
            id: area.meta.id.to_owned(),
            title: area.meta.title.to_owned(),
            grade: area.grade,
            summary: telling(area.grade == Grade::Strong, &signals),
            signals,
            own: false,
        }
    }

    /// An area that only an organisation's own rules fill.
    fn own(area: &OwnArea, grade: Grade, link: &Link) -> Area {
        let signals: Vec<Signal> = area.findings.iter().map(|found| Signal::own(&area.id, found, link)).collect();
        Area {
            id: area.id.clone(),
            title: own_title(&area.id),
            grade,
            summary: telling(grade == Grade::Strong, &signals),
            signals,
            own: true,
        }
    }
}

/// "acme-services" is shown as "Acme services".
fn own_title(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// Ours, each with what the organisation's own rules add to it, then the organisation's.
fn areas(examination: &Examination, link: &Link) -> Vec<Area> {
    let mut areas: Vec<Area> = examination.areas.iter().map(|area| Area::new(area, link)).collect();
    for own in &examination.own {
        match (own.grade, areas.iter_mut().find(|area| area.id == own.id)) {
            (None, Some(area)) => {
                area.signals.extend(own.findings.iter().map(|found| Signal::own(&own.id, found, link)));
            }
            (Some(grade), _) => areas.push(Area::own(own, grade, link)),
            // Of an area that is not reported on.
            (None, None) => {}
        }
    }
    areas
}

impl Signal {
    /// What a rule of the organisation's own found.
    fn own(area: &str, (signal, finding): &(OwnSignal, Finding), link: &Link) -> Signal {
        let is_bad = matches!(finding.outcome(), Outcome::NotMet | Outcome::Partly);
        let remedy = is_bad.then(|| Remedy { text: signal.remedy.clone(), effort: signal.effort });
        Signal {
            id: signal.id.to_string(),
            outcome: finding.outcome(),
            confidence: finding.confidence(),
            summary: finding.summary().to_owned(),
            facts: finding.facts().clone(),
            places: finding.places().iter().map(|place| link.place(area, place)).collect(),
            remedy,
            suppressed: None,
            own: Some(signal.statement.clone()),
        }
    }

    fn new(area_id: &str, finding: &Finding, area: &run::Area, link: &Link) -> Signal {
        let meta = area.meta.signals.iter().find(|meta| meta.id == finding.signal());
        let is_bad = matches!(finding.outcome(), Outcome::NotMet | Outcome::Partly);
        let remedy = is_bad.then(|| finding.own_remedy().or(meta.map(|meta| meta.remedy))).flatten();
        Signal {
            id: finding.signal().to_owned(),
            outcome: finding.outcome(),
            confidence: finding.confidence(),
            summary: finding.summary().to_owned(),
            facts: finding.facts().clone(),
            places: finding.places().iter().map(|place| link.place(area_id, place)).collect(),
            remedy: remedy
                .filter(|text| !text.is_empty())
                .map(|text| Remedy { text: text.to_owned(), effort: meta.map_or(Effort::Medium, |meta| meta.effort) }),
            suppressed: None,
            own: None,
        }
    }
}

/// The area whose way to link the places of a question are linked in.
fn area_of(question: &str) -> &'static str {
    if question.starts_with("commit.") || question.starts_with("interface.") { "commits" } else { "" }
}

/// In hundredths; a language of which there is less has a share all the same.
fn share(language: &LanguageShare, all: &[LanguageShare]) -> f64 {
    let total: u64 = all.iter().map(|language| language.bytes).sum();
    if language.share > 0.0 || language.bytes == 0 {
        return language.share;
    }
    (language.bytes as f64 / total as f64 * 10_000.0).round().max(1.0) / 10_000.0
}

/// What places are linked against.
pub(super) struct Link<'a> {
    head: &'a str,
    web: Option<&'a Web>,
}

impl Link<'_> {
    pub(super) fn place(&self, area: &str, place: &foliolens_analyzers::Place) -> Place {
        let commit = place.commit.to_string();
        let url = self.web.map(|web| match &*place.path {
            // Absence is shown by the whole tree; commits themselves are what the area `commits` is about.
            "" if commit == self.head && area != "commits" => web.tree(&commit),
            "" => web.commit(&commit),
            // A name with a mask in it is no file's name.
            path if path.contains(MASK) => web.commit(&commit),
            path => web.file(&commit, path, place.lines),
        });
        Place {
            commit,
            path: place.path.clone(),
            start: place.lines.map(|lines| lines.0),
            end: place.lines.map(|lines| lines.1),
            url,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_that_is_there_has_a_share() {
        let of = |bytes, share| LanguageShare { name: String::new(), bytes, share };
        let all = [of(100_000, 1.0), of(300, 0.0), of(2, 0.0), of(0, 0.0)];
        assert_eq!(all.each_ref().map(|language| share(language, &all)), [1.0, 0.003, 0.0001, 0.0]);
    }
}
