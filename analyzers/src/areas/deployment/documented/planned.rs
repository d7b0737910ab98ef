//! Sections on a deployment that is thought out and not done, as an assignment asks for one.

use std::sync::LazyLock;

use regex::Regex;

use crate::documents::{Document, Heading, Role};

/// Whether a section, or one around it, is on what would be done.
pub(super) fn is_planned(document: &Document, heading: &Heading) -> bool {
    static HEADING: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\b(design only|theoretical|hypothetical|proposed|proposal|not (yet )?(deployed|implemented|done)|would|future|planned|next steps",
            r"|s[óo]lo dise[ñn]o|hipot[ée]tic\w+|propuest\w+|propost\w+|futur[oa]s?|desplegar[íi]a|implantaria|planejad\w+)\b"
        ))
        .expect("a constant pattern")
    });
    static PROSE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\b(it|this|project|app|application|api|service) (is|has|was) not (yet |currently |actually )?(been )?deployed\b",
            r"|\b(i|we) would (deploy|host|run it|use|put|choose)\b|\bwould be (deployed|hosted)\b",
            r"|\bno est[áa] desplegad\w+|\b(lo|la) desplegar[íi]a\b|\bnão (está|foi) (implantad|publicad|hospedad)\w+"
        ))
        .expect("a constant pattern")
    });
    // A README's title names the project, one of another document its topic.
    let is_topic = |other: &&Heading| other.level > 1 || document.role == Role::Linked;
    let around = document
        .headings
        .iter()
        .filter(|other| other.line <= heading.line && document.section_end(other) > heading.line)
        .filter(is_topic);
    around.map(|other| other.text.as_str()).any(|text| HEADING.is_match(text))
        || document.section(heading).any(|line| PROSE.is_match(&line.text))
}
