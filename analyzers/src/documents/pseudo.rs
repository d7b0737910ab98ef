//! Lines that the eye takes for headings, although Markdown does not: a paragraph that is bold as a whole, and in a
//! document without headings a line that opens a paragraph and ends in a colon.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern::pattern;
use super::topics::topics;
use super::{Document, Heading};

/// Below every heading of Markdown.
pub(crate) const LEVEL: u8 = 7;

/// Adds such headings of `text` to those that `document` has.
pub(super) fn add(document: &mut Document, text: &str) {
    static BOLD: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"^ {0,3}(?:\*\*|__)(?P<text>[^*_`\[\]]{2,60}?):?(?:\*\*|__):?\s*$"));
    static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^ {0,3}(?P<text>\p{Lu}[^`\[\]:.,!?]{2,40}):\s*$"));
    const MOST_WORDS: usize = 7;
    const MOST_ANNOUNCING: usize = 5;
    let lines: Vec<&str> = text.lines().collect();
    let is_plain = document.headings.iter().all(|heading| heading.level == 1);
    let is_blank = |index: usize| lines.get(index).is_none_or(|line| line.trim().is_empty());
    // A sentence that announces a block ends in a colon as well.
    let goes_on =
        |index: usize| !is_blank(index + 1) && !lines[index + 1].trim_start().starts_with(['`', '~', '-', '*']);
    let named = |index: usize| {
        let line = lines.get(index).filter(|_| index == 0 || is_blank(index - 1))?;
        let announced = || ANNOUNCED.captures(line).filter(|_| is_plain && goes_on(index));
        let (found, most) = match BOLD.captures(line) {
            Some(found) => (found, MOST_WORDS),
            None => (announced()?, MOST_ANNOUNCING),
        };
        let text = found["text"].trim().to_owned();
        let words: Vec<&str> = text.split_whitespace().collect();
        let is_name = words.len() <= most && !text.ends_with(['.', '!', ',']) && !is_command(&words);
        is_name.then_some(text)
    };
    let known: Vec<u32> = document.headings.iter().map(|heading| heading.line).collect();
    let found: Vec<Heading> = document
        .prose
        .iter()
        .filter(|line| line.starts && !known.contains(&line.line))
        .filter_map(|line| {
            let text = named((line.line as usize).checked_sub(1)?)?;
            Some(Heading { level: LEVEL, topics: topics(&text), text, line: line.line })
        })
        .collect();
    if !found.is_empty() {
        document.headings.extend(found);
        document.headings.sort_by_key(|heading| heading.line);
    }
}

/// Whether the words are a command line that is printed bold: `**npm run dev**`.
fn is_command(words: &[&str]) -> bool {
    words.first().is_some_and(|first| {
        first.starts_with(|c: char| c.is_ascii_lowercase() || matches!(c, '$' | '.' | '/'))
            && words.iter().any(|word| word.contains(['-', '/', ':', '.']))
            || matches!(
                *first,
                "npm" | "yarn" | "pnpm" | "make" | "docker" | "mvn" | "go" | "cargo" | "composer" | "php"
            )
    })
}

#[cfg(test)]
mod tests {
    use super::LEVEL;
    use crate::documents::Documents;
    use crate::snapshot::fixture::Fixture;

    fn headings(readme: &str) -> Vec<(String, u8, u32)> {
        let repo = Fixture::new().file("README.md", readme).snapshot();
        let headings = &Documents::of(&repo).all()[0].headings;
        headings.iter().map(|heading| (heading.text.clone(), heading.level, heading.line)).collect()
    }

    #[test]
    fn a_bold_paragraph_is_a_heading() {
        let shop = || ("Shop".to_owned(), 1, 1);
        for bold in ["**How it is deployed:**", "__How it is deployed__", "**How it is deployed**:"] {
            let found = headings(&format!("# Shop\n\n{bold}\n\nBy hand.\n"));
            assert_eq!(found, [shop(), ("How it is deployed".to_owned(), LEVEL, 3)], "{bold}");
        }
        for other in ["**Never** do that.", "**npm run dev**", "- **Deployment**", "**A whole sentence ends here.**"] {
            assert_eq!(headings(&format!("# Shop\n\n{other}\n")), [shop()], "{other}");
        }
    }

    #[test]
    fn a_line_with_a_colon_is_one_where_there_are_no_others() {
        let block = "On the server:\ncomposer install\nphp artisan migrate\n";
        assert_eq!(headings(&format!("A shop.\n\n{block}")), [("On the server".to_owned(), LEVEL, 3)]);
        assert_eq!(headings(&format!("A shop.\n{block}")), []);
        assert_eq!(headings("A shop.\n\nStart it like so:\n```\nmake up\n```\n"), []);
        let marked = headings(&format!("# Shop\n\n## Run\n\n{block}"));
        assert!(marked.iter().all(|(.., level, _)| *level < LEVEL), "{marked:?}");
    }
}
