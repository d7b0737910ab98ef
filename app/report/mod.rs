//! What people and machines read. The `Report` is the contract (JSON, version 1); every other format is made of it.
//!
//! Knows how a report looks, never where it is posted. Nothing here reads the environment, the clock or the network.

mod brief;
pub mod compare;
mod digest;
pub mod escape;
mod examined;
pub mod explain;
pub mod fit;
#[cfg(test)]
mod fixture;
mod glyphs;
mod html;
mod markdown;
pub mod model;
mod page;
pub mod permalink;
mod places;
mod portfolio;
mod prose;
mod questions;
pub mod safe;
mod sarif;
mod schema;
mod svg;
mod terminal;
mod words;

pub use model::{Origin, Report};
pub use permalink::Web;
pub use safe::Markdown;
pub use schema::schema;

/// How a report is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a person at a terminal.
    Terminal,
    /// For a GitHub comment.
    Markdown,
    /// For machines: [`model`], as [`schema`] describes it.
    Json,
    /// One page that holds everything it needs.
    Html,
    /// For code scanning.
    Sarif,
    /// A picture of the terminal report.
    Svg,
}

impl Format {
    /// All of them, in the order of the help.
    pub const ALL: [Format; 6] =
        [Format::Terminal, Format::Markdown, Format::Json, Format::Html, Format::Sarif, Format::Svg];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Terminal => "terminal",
            Format::Markdown => "markdown",
            Format::Json => "json",
            Format::Html => "html",
            Format::Sarif => "sarif",
            Format::Svg => "svg",
        }
    }

    /// Who reads this format when nobody says otherwise: markdown is made to be posted.
    pub fn disclosure(self) -> Disclosure {
        match self {
            Format::Markdown => Disclosure::Public,
            Format::Terminal | Format::Json | Format::Html | Format::Sarif | Format::Svg => Disclosure::Private,
        }
    }
}

/// Who may read the report. A public link to the line of a credential would lead anyone to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disclosure {
    /// Anyone: the places of credentials are cut down to path and commit, without line or link.
    Public,
    /// The owner of the repository or the person at the terminal: full places. Values are never shown to anyone.
    Private,
}

/// How to write for people. Nothing of it is read from the environment here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns; kept between 40 and 100.
    pub width: usize,
    /// Whether to use colour (ANSI sequences).
    pub color: bool,
    /// Whether the terminal shows UTF-8.
    pub unicode: bool,
    /// Whether to show every signal's places and remedies, also of what is met.
    pub verbose: bool,
    /// Who may read it.
    pub disclosure: Disclosure,
}

/// A target of several that has no report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Without {
    /// Where it stands among all that were named, from 0.
    pub position: usize,
    /// As it was named.
    pub target: String,
    /// Why, without a full stop.
    pub reason: String,
    /// Whether it could not be reviewed; else another target is the same repository.
    pub has_failed: bool,
}

/// Writes one or several reports in `format`, with a newline at the end.
pub fn render(reports: &[Report], format: Format, style: &Style) -> String {
    portfolio(reports, &[], format, style)
}

/// The same, naming the targets that have none.
pub fn portfolio(reports: &[Report], without: &[Without], format: Format, style: &Style) -> String {
    let reports: Vec<Report> = reports.iter().map(|report| report.disclosed(style.disclosure)).collect();
    match format {
        Format::Terminal => terminal::page(&reports, without, style).text(style.color),
        Format::Markdown => markdown::render(&reports, without, fit::COMMENT),
        // Whoever asked for several gets a list, however many there are reports of.
        Format::Json if without.is_empty() => json(&reports),
        Format::Json => listed(&with_failed(reports, without)),
        Format::Html => html::render(&reports, without),
        Format::Sarif => sarif::render(&with_failed(reports, without)),
        Format::Svg => svg::render(&terminal::page(&reports, without, style), "A report of foliolens"),
    }
}

/// The reports as markdown for everybody, within `limit` ([`fit::COMMENT`], [`fit::CHECK_RUN`]).
pub fn comment(reports: &[Report], limit: fit::Limit) -> Markdown {
    let reports: Vec<Report> = reports.iter().map(|report| report.disclosed(Disclosure::Public)).collect();
    Markdown::rendered(markdown::render(&reports, &[], limit))
}

/// One report as an object, several as an array of them.
fn json(reports: &[Report]) -> String {
    match reports {
        [report] => serde_json::to_string_pretty(report).expect("a report has string keys only") + "\n",
        several => listed(several),
    }
}

/// The entries in the order in which their targets were named.
fn with_failed(reports: Vec<Report>, without: &[Without]) -> Vec<Report> {
    let named = reports.len() + without.len();
    let mut reports = reports.into_iter();
    let entry = |position| match without.iter().find(|one| one.position == position) {
        Some(one) => one.has_failed.then(|| Report::failed(one)),
        None => reports.next(),
    };
    (0..named).filter_map(entry).collect()
}

fn listed(reports: &[Report]) -> String {
    serde_json::to_string_pretty(reports).expect("a report has string keys only") + "\n"
}
