//! Sections on a deployment that is thought out and not done, as an assignment asks for one, and lists of what is done of a
//! plan.

use std::sync::LazyLock;

use regex::Regex;

use crate::Snapshot;
use crate::documents::{Document, Heading, Role, pattern};

/// Whether a section, or one around it, is on what would be done.
pub(super) fn is_planned(document: &Document, heading: &Heading) -> bool {
    static HEADING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(design only|theoretical|hypothetical|proposed|proposal|not (yet )?(deployed|implemented|done)|would|future|planned|next steps",
            r"|s[óo]lo dise[ñn]o|hipot[ée]tic\w+|propuest\w+|propost\w+|futur[oa]s?|desplegar[íi]a|implantaria|planejad\w+)\b"
        ))
    });
    static PROSE: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r"(?i)\b(it|this|project|app|application|api|service) (is|has|was) not (yet |currently |actually )?(been )?deployed\b",
            r"|\b(i|we) would (deploy|host|run it|use|put|choose)\b|\bwould be (deployed|hosted)\b",
            r"|\bno est[áa] desplegad\w+|\b(lo|la) desplegar[íi]a\b|\bnão (está|foi) (implantad|publicad|hospedad)\w+"
        ))
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

/// Whether a section is a list of tasks to tick off, or one of a plan's steps, and has nothing that could be copied.
pub(super) fn is_checklist(repo: &Snapshot, document: &Document, heading: &Heading) -> bool {
    static STEP: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)^\W*(phase|milestone|sprint|fase|hito|meilenstein)\W*\d|\b(roadmap|project status|progress)\b|[✅🚧⏳☑✔]",
        )
    });
    static TASK: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\s*[-*+]\s+(\[[ xX]\]|[✅☑✔❌⬜🔲⏳])"));
    let end = document.section_end(heading);
    let within = |line: u32| line > heading.line && line < end;
    let has_code = document.code.iter().any(|line| line.starts && within(line.line))
        || document.commands.iter().any(|command| within(command.line));
    let text = repo.text(&document.path).unwrap_or_default().lines();
    let lines: Vec<&str> = (1..).zip(text).filter(|(line, _)| within(*line)).map(|(_, line)| line).collect();
    let is_said = |line: &&&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let tasks = lines.iter().filter(|line| TASK.is_match(line)).count();
    !has_code && tasks > 0 && (STEP.is_match(&heading.text) || tasks * 2 > lines.iter().filter(is_said).count())
}
