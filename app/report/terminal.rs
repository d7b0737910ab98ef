//! The report for a person at a terminal: calm, in reading order, no wider than asked.

use foliolens_analyzers::Outcome;
use foliolens_analyzers::grade::Grade;
use textwrap::core::display_width;

use super::digest::{Found, Group};
use super::glyphs::Glyphs;
use super::model::{Area, Report, Signal};
use super::page::{Ink, Page, TIED, span};
use super::portfolio::Habits;
use super::prose::Way;
use super::words::words;
use super::{Style, Without, places, prose};

/// How many places a reader wants to see before asking for more (`verbose`).
const PLACES: usize = 3;

/// The area whose places are all that it is looked at for.
const SECRETS: &str = "secrets";

/// The reports, one after the other.
pub(super) fn page(reports: &[Report], without: &[Without], style: &Style) -> Page {
    let mut writer = Writer {
        page: Page::new(style.width),
        glyphs: Glyphs::of(style),
        verbose: style.verbose,
        is_folded: reports.len() > 1 && !style.verbose,
    };
    if reports.len() > 1 {
        writer.portfolio(reports);
    }
    writer.without(without);
    if reports.len() > 1 {
        writer.habits(reports);
    }
    for (index, report) in reports.iter().enumerate() {
        if index > 0 || reports.len() > 1 {
            writer.page.blank();
            writer.rule();
        }
        writer.report(report);
    }
    if !reports.is_empty() {
        writer.closing();
    }
    writer.page
}

struct Writer {
    page: Page,
    glyphs: &'static Glyphs,
    verbose: bool,
    /// Whether each report is one of several, in short.
    is_folded: bool,
}

impl Writer {
    /// What several repositories come to: each in a line or two, then what recurs.
    fn portfolio(&mut self, reports: &[Report]) {
        let words = &words().habits;
        self.page.blank();
        let brand = span(Ink::Faint, format!("foliolens {} ", self.glyphs.dot));
        self.page.paragraph([span(Ink::Plain, "  "), brand], Ink::Title, &words.repositories(reports.len()));
        self.rule();
        for report in reports {
            let what = prose::what(report);
            self.page.paragraph([span(Ink::Plain, "  ")], Ink::Title, &format!("{}: {what}", report.name()));
            let grades: Vec<String> = report.areas.iter().map(|area| self.graded(area)).collect();
            self.page.paragraph([span(Ink::Plain, "    ")], Ink::Plain, &grades.join("  "));
        }
        let glyphs = self.glyphs;
        let grades = [Grade::Strong, Grade::Adequate, Grade::Weak]
            .map(|grade| format!("{} {}", glyphs.grade(grade).0, super::words::words().grade(grade)));
        let grades = grades.into_iter().chain([format!("{} {}", glyphs.silent, words.silent)]).collect::<Vec<_>>();
        self.page.paragraph([span(Ink::Plain, "    ")], Ink::Faint, &grades.join(", "));
    }

    /// The sign of an area's grade with its title, never one without the other.
    fn graded(&self, area: &Area) -> String {
        format!("{} {}", self.glyphs.grade(area.grade).0, area.title).replace(' ', &TIED.to_string())
    }

    /// The targets that have no report, and why.
    fn without(&mut self, without: &[Without]) {
        for one in without {
            let (glyph, ink) =
                if one.has_failed { (self.glyphs.flag, Ink::Fair) } else { (self.glyphs.bullet, Ink::Faint) };
            self.page.paragraph([span(ink, format!("  {glyph} "))], Ink::Plain, &words().habits.without(one));
        }
    }

    /// What recurs.
    fn habits(&mut self, reports: &[Report]) {
        let (words, glyphs) = (&words().habits, self.glyphs);
        let habits = Habits::of(reports);
        let lists = [
            (&words.strengths_title, &habits.strengths, &words.no_strengths, glyphs.met, Ink::Good),
            (&words.wanting_title, &habits.wanting, &words.no_wanting, glyphs.not_met, Ink::Bad),
        ];
        for (title, list, none, glyph, ink) in lists {
            self.title(title);
            if list.is_empty() {
                self.page.paragraph([span(Ink::Plain, "  ")], Ink::Plain, none);
            }
            for habit in list {
                self.page.paragraph([span(ink, format!("  {glyph} "))], Ink::Plain, habit);
            }
        }
        if self.is_folded {
            self.page.blank();
            self.page.paragraph([span(Ink::Plain, "  ")], Ink::Faint, &words.each);
        }
    }

    fn report(&mut self, report: &Report) {
        let words = words();
        self.header(report);
        self.rule();
        self.brief(report);
        self.table(report);
        if !report.complete {
            self.page.blank();
            self.page.paragraph([span(Ink::Fair, format!("  {} ", self.glyphs.flag))], Ink::Fair, &words.incomplete);
        }
        self.changes(report);
        self.red_flags(report);
        self.first(report);
        self.strengths(report);
        if self.is_folded {
            return;
        }
        self.page.blank();
        let legend = words.legend.line(|outcome, confidence| self.glyphs.outcome(outcome, confidence).0);
        self.page.paragraph([span(Ink::Plain, "  ")], Ink::Faint, &format!("{legend}."));
        for area in &report.areas {
            self.area(report, area);
        }
        self.questions(report);
        self.title(&words.titles.not_looked_at);
        let bullet = self.glyphs.bullet;
        for line in prose::not_looked_at(report) {
            self.page.paragraph([span(Ink::Faint, format!("  {bullet} "))], Ink::Faint, &line);
        }
    }

    /// What stands below everything.
    fn closing(&mut self) {
        let words = words();
        self.title(&words.titles.dispute);
        self.page.paragraph([span(Ink::Plain, "  ")], Ink::Plain, &words.dispute);
        self.page.blank();
        self.page.paragraph([span(Ink::Plain, "  ")], Ink::Faint, &words.reviewed_by);
    }

    fn header(&mut self, report: &Report) {
        self.page.blank();
        let brand = span(Ink::Faint, format!("foliolens {} ", self.glyphs.dot));
        self.page.paragraph([span(Ink::Plain, "  "), brand], Ink::Title, report.name());
        let note = report.note.iter().chain(&report.configuration).map(String::as_str);
        for line in [&*prose::reviewed(report), &*prose::content(report)].into_iter().chain(note) {
            self.page.paragraph([span(Ink::Plain, "  ")], Ink::Faint, line);
        }
    }

    /// What a trial asked for, item by item, with the evidence.
    fn brief(&mut self, report: &Report) {
        let Some(brief) = &report.brief else { return };
        self.page.line([span(Ink::Title, format!("  {}", words().titles.brief))]);
        for item in &brief.items {
            let (glyph, ink) = self.glyphs.outcome(item.outcome, item.confidence);
            let text = format!("{}: {}", item.name, item.word());
            self.page.paragraph([span(ink, format!("  {glyph} "))], Ink::Title, &text);
            for signal in item.signals.iter().filter(|_| !self.is_folded) {
                self.page.paragraph([span(Ink::Plain, "    ")], Ink::Plain, &signal.summary);
                let places = self.places(report, signal, PLACES);
                let dot = if places.is_empty() { "" } else { self.glyphs.dot };
                let source = format!("{}{} {dot} {places}", signal.id, prose::confidence(signal));
                self.page.paragraph([span(Ink::Plain, "    ")], Ink::Faint, source.trim_end());
            }
        }
        self.page.paragraph([span(Ink::Plain, "  ")], Ink::Faint, &brief.counted);
        self.rule();
    }

    fn table(&mut self, report: &Report) {
        let words = words();
        let widest = |texts: &mut dyn Iterator<Item = &str>| texts.map(display_width).max().unwrap_or(0);
        let titles = widest(&mut report.areas.iter().map(|area| &*area.title));
        let grades = widest(&mut report.areas.iter().map(|area| words.grade(area.grade)));
        for area in &report.areas {
            let (glyph, ink) = self.glyphs.grade(area.grade);
            let grade = words.grade(area.grade);
            let lead = [
                span(ink, format!("  {glyph} ")),
                span(Ink::Title, pad(&area.title, titles + 2)),
                span(ink, pad(grade, grades + 2)),
            ];
            self.page.beside(
                lead,
                if ink == Ink::Faint { Ink::Faint } else { Ink::Plain },
                &prose::brief(&area.summary),
            );
        }
    }

    fn changes(&mut self, report: &Report) {
        let sentences = prose::changes(report);
        if sentences.is_empty() {
            return;
        }
        self.title(&words().titles.changes);
        self.page.paragraph([span(Ink::Plain, "  ")], Ink::Faint, &sentences.join(" "));
        for (way, line) in prose::changed(report) {
            let (glyph, ink) = match way {
                Way::Better => (self.glyphs.met, Ink::Good),
                Way::Worse => (self.glyphs.not_met, Ink::Bad),
                Way::Neither => (self.glyphs.partly, Ink::Fair),
            };
            self.page.paragraph([span(ink, format!("  {glyph} "))], Ink::Plain, &line);
        }
    }

    fn red_flags(&mut self, report: &Report) {
        self.title(&words().titles.red_flags);
        let flags = report.found_red_flags();
        if flags.is_empty() {
            let lead = [span(Ink::Good, format!("  {} ", self.glyphs.met))];
            self.page.paragraph(lead, Ink::Plain, &words().no_red_flags);
        }
        for Found { signal, .. } in flags {
            let lead = [span(Ink::Bad, format!("  {} ", self.glyphs.flag))];
            self.page.paragraph(lead, Ink::Title, &signal.red_flag_name());
            self.page.paragraph([span(Ink::Plain, "    ")], Ink::Plain, &signal.summary);
            let places = self.places(report, signal, PLACES);
            if !places.is_empty() {
                self.page.paragraph([span(Ink::Plain, "    ")], Ink::Faint, &places);
            }
        }
    }

    fn first(&mut self, report: &Report) {
        self.title(&words().titles.first);
        let steps = report.first_steps();
        if steps.is_empty() {
            self.page.paragraph([span(Ink::Plain, "  ")], Ink::Plain, &words().nothing_first);
        }
        for (index, step) in steps.iter().enumerate() {
            let text = format!("{} ({})", step.remedy(), words().effort(step.remedy.effort));
            self.page.paragraph([span(Ink::Title, format!("  {} ", index + 1))], Ink::Plain, &text);
            let summary = prose::brief(&step.signal.summary);
            let places: Vec<String> =
                places::of_step(report, step, &summary).into_iter().map(|shown| shown.text).collect();
            let why = format!("{}: {}", step.area.title, prose::see(&summary, &places));
            self.page.paragraph([span(Ink::Plain, "    ")], Ink::Faint, &why);
        }
    }

    fn strengths(&mut self, report: &Report) {
        self.title(&words().titles.strengths);
        let strengths = report.strengths();
        if strengths.is_empty() {
            self.page.paragraph([span(Ink::Plain, "  ")], Ink::Plain, &words().no_strengths);
        }
        for Found { area, signal } in strengths {
            let text = format!("{}: {}", area.title, prose::strength(signal));
            self.page.paragraph([span(Ink::Good, format!("  {} ", self.glyphs.met))], Ink::Plain, &text);
        }
    }

    /// What to ask; what answers tell only when asked for, because a terminal can't fold.
    fn questions(&mut self, report: &Report) {
        let words = words();
        if report.questions.is_empty() {
            return;
        }
        self.title(&words.titles.questions);
        for (index, question) in report.questions.iter().enumerate() {
            let lead = [span(Ink::Title, format!("  {} ", index + 1))];
            self.page.paragraph(lead, Ink::Plain, &format!("{}: {}", question.topic, question.ask));
            let places: Vec<String> =
                places::of(report, &question.places).into_iter().map(|shown| shown.text).collect();
            if !places.is_empty() {
                self.page.paragraph([span(Ink::Plain, "    ")], Ink::Faint, &places.join(", "));
            }
            if self.verbose {
                for (who, what) in [(&words.strong, &question.strong), (&words.weak, &question.weak)] {
                    self.page.paragraph([span(Ink::Plain, "    ")], Ink::Faint, &format!("{who}: {what}"));
                }
            }
        }
        if !self.verbose {
            self.page.paragraph([span(Ink::Plain, "  ")], Ink::Faint, &words.questions_verbose);
        }
    }

    fn area(&mut self, report: &Report, area: &Area) {
        let (_, ink) = self.glyphs.grade(area.grade);
        self.page.blank();
        let grade = span(ink, words().grade(area.grade));
        let title = span(Ink::Title, format!("  {} {} ", area.title, self.glyphs.dot));
        let counts = format!("{} {}", self.glyphs.dot, prose::counts(area));
        self.page.beside([title, grade, span(Ink::Plain, " ")], Ink::Faint, &counts);
        if !area.question().is_empty() {
            self.page.paragraph([span(Ink::Plain, "  ")], Ink::Faint, area.question());
        }
        for group in area.groups() {
            self.signal(report, &group);
        }
    }

    fn signal(&mut self, report: &Report, Group { signal, ids }: &Group<'_>) {
        let (glyph, ink) = self.glyphs.outcome(signal.outcome, signal.confidence);
        let lead = [span(ink, format!("  {glyph} "))];
        if ink == Ink::Faint {
            self.page.paragraph(lead, Ink::Faint, &format!("{} ({ids}){}", signal.summary, prose::confidence(signal)));
        } else {
            self.page.paragraph(lead, Ink::Plain, &signal.summary);
            let most = if signal.outcome == Outcome::Met { 1 } else { PLACES };
            let places = self.places(report, signal, most);
            let dot = if places.is_empty() { "" } else { self.glyphs.dot };
            let source = format!("{ids}{} {dot} {places}", prose::confidence(signal));
            self.page.paragraph([span(Ink::Plain, "    ")], Ink::Faint, &source);
        }
        if let Some(remedy) = &signal.remedy {
            let lead = [span(Ink::Fair, format!("    {} ", self.glyphs.arrow))];
            let text = format!("{} ({})", remedy.text, words().effort(remedy.effort));
            self.page.paragraph(lead, Ink::Plain, &text);
        }
    }

    /// The first `most` places, all of them when verbose or when nothing else was asked for than where credentials are;
    /// nothing for what the whole tree shows.
    fn places(&self, report: &Report, signal: &Signal, most: usize) -> String {
        let is_all = self.verbose || matches!(&*report.areas, [area] if area.id == SECRETS);
        let most = if is_all { usize::MAX } else { most };
        let all = places::shown(report, signal);
        let mut shown: Vec<String> = all
            .iter()
            .take(most)
            .map(|shown| match &shown.place.url {
                Some(url) if self.verbose => format!("{} ({url})", shown.text),
                _ => shown.text.clone(),
            })
            .collect();
        if all.len() > most {
            shown.push(words().more(all.len() - most));
        }
        shown.join(", ")
    }

    fn title(&mut self, title: &str) {
        self.page.blank();
        self.page.line([span(Ink::Title, format!("  {title}"))]);
    }

    fn rule(&mut self) {
        let width = self.page.width() - 2;
        self.page.line([span(Ink::Faint, format!("  {}", self.glyphs.rule.repeat(width - 2)))]);
    }
}

/// `text` with spaces up to `width` columns.
pub(super) fn pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(display_width(text))))
}

#[cfg(test)]
mod tests;
