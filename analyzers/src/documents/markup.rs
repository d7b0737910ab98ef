//! reStructuredText, AsciiDoc, Org and plain text, a line at a time: what the eye takes for a heading or for code.

use super::topics::topics;
use super::{Document, Heading, Line, Role};

/// The markup of a document that is not Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Markup {
    ReStructuredText,
    AsciiDoc,
    Org,
    Plain,
}

/// Reads `text`; path and role are for the caller to set.
pub(super) fn parse(text: &str, markup: Markup) -> Document {
    let lines: Vec<&str> = text.lines().collect();
    let mut document = Document {
        path: String::new(),
        role: Role::Linked,
        headings: Vec::new(),
        code: Vec::new(),
        prose: Vec::new(),
        links: Vec::new(),
        commands: Vec::new(),
    };
    let mut underlines: Vec<char> = Vec::new();
    // The indentation that a literal block has to be deeper than.
    let mut literal: Option<usize> = None;
    // The line that ends a block with a fence.
    let mut fence: Option<String> = None;
    for (index, line) in lines.iter().enumerate() {
        let number = index as u32 + 1;
        let trimmed = line.trim();
        if let Some(end) = &fence {
            if trimmed.eq_ignore_ascii_case(end) {
                fence = None;
            } else {
                document.code.push(Line { line: number, text: (*line).to_owned(), starts: true });
            }
            continue;
        }
        if let Some(depth) = literal {
            if trimmed.is_empty() {
                continue;
            }
            if indentation(line) > depth {
                // `:option: value` under a directive is not part of its content.
                if !(trimmed.starts_with(':') && trimmed[1..].contains(':')) {
                    document.code.push(Line { line: number, text: (*line).to_owned(), starts: true });
                }
                continue;
            }
            literal = None;
        }
        if let Some(end) = opens_fence(trimmed, markup) {
            fence = Some(end);
            continue;
        }
        if let Some((level, text)) = heading(&lines, index, markup, &mut underlines) {
            let topics = topics(&text);
            document.headings.push(Heading { level, text, line: number, topics });
            continue;
        }
        if is_rule(trimmed) {
            continue;
        }
        match markup {
            Markup::ReStructuredText => {
                if trimmed.starts_with(".. code")
                    || trimmed.starts_with(".. sourcecode")
                    || trimmed.starts_with(".. parsed-literal")
                {
                    literal = Some(indentation(line));
                    continue;
                }
                if let Some(target) = trimmed.strip_prefix(".. _").and_then(|rest| rest.split_once(": ")) {
                    document.links.push(target.1.trim().trim_matches('`').to_owned());
                    continue;
                }
                if trimmed.starts_with(".. ") || (trimmed.starts_with(':') && trimmed[1..].contains(':')) {
                    continue;
                }
                if trimmed.ends_with("::") {
                    literal = Some(indentation(line));
                }
            }
            Markup::Org if trimmed.starts_with("#+") => continue,
            Markup::AsciiDoc if trimmed.starts_with(':') && trimmed[1..].contains(':') => continue,
            Markup::AsciiDoc if (trimmed.starts_with('[') && trimmed.ends_with(']')) || trimmed.starts_with("//") => {
                continue;
            }
            Markup::Plain if indentation(line) >= 4 && !trimmed.is_empty() => {
                document.code.push(Line { line: number, text: (*line).to_owned(), starts: true });
            }
            _ => {}
        }
        if !trimmed.is_empty() {
            inline(&mut document, number, trimmed, markup);
        }
    }
    document
}

fn indentation(line: &str) -> usize {
    line.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum()
}

/// The line that ends the block which `line` begins.
fn opens_fence(line: &str, markup: Markup) -> Option<String> {
    let is_run_of = |c: char| line.len() >= 4 && line.chars().all(|other| other == c);
    match markup {
        Markup::AsciiDoc if is_run_of('-') || is_run_of('.') => Some(line.to_owned()),
        Markup::Org if line.to_ascii_lowercase().starts_with("#+begin_src") => Some("#+end_src".into()),
        Markup::Org if line.to_ascii_lowercase().starts_with("#+begin_example") => Some("#+end_example".into()),
        _ if line.starts_with("```") => Some("```".into()),
        _ => None,
    }
}

fn is_rule(line: &str) -> bool {
    let first = line.chars().next();
    line.len() >= 3 && first.is_some_and(|first| !first.is_alphanumeric() && line.chars().all(|c| c == first))
}

fn heading(lines: &[&str], index: usize, markup: Markup, underlines: &mut Vec<char>) -> Option<(u8, String)> {
    let line = lines[index];
    let run = |mark: char| line.chars().take_while(|&c| c == mark).count();
    let marked = |mark: char| {
        let level = run(mark);
        let rest = line[level..].strip_prefix(' ')?;
        (level > 0 && level <= 6 && !rest.trim().is_empty()).then(|| (level as u8, rest.trim().to_owned()))
    };
    let found = match markup {
        Markup::AsciiDoc => marked('='),
        Markup::Org => marked('*'),
        // People write Markdown into files of any name.
        Markup::Plain => marked('#'),
        Markup::ReStructuredText => None,
    };
    if found.is_some() || markup == Markup::Org {
        return found;
    }
    // A line of text with a line of marks of at least its length below.
    let text = line.trim();
    let below = lines.get(index + 1)?.trim_end();
    let mark = below.chars().next()?;
    let is_underline = "=-~^\"'`#*+.:_".contains(mark) && below.chars().all(|c| c == mark) && below.len() >= 3;
    let length = text.chars().count();
    let fits = below.len() + 2 >= length && below.len() <= length * 2 + 10;
    if !is_underline || !fits || text.is_empty() || is_rule(text) || indentation(line) > 3 {
        return None;
    }
    let level = underlines.iter().position(|&known| known == mark).unwrap_or_else(|| {
        underlines.push(mark);
        underlines.len() - 1
    });
    Some((level.min(5) as u8 + 1, text.to_owned()))
}

/// One line of prose, with the code and the links within.
fn inline(document: &mut Document, line: u32, text: &str, markup: Markup) {
    let marks: &[&str] = match markup {
        Markup::ReStructuredText => &["``"],
        Markup::AsciiDoc | Markup::Plain => &["`", "+"],
        Markup::Org => &["~", "="],
    };
    for mark in marks {
        for code in text.split(mark).skip(1).step_by(2).filter(|code| !code.trim().is_empty()) {
            document.code.push(Line { line, text: code.trim_matches('`').to_owned(), starts: false });
        }
    }
    for (open, close) in [("<", ">`"), ("link:", "["), ("xref:", "["), ("[[file:", "]"), ("[[./", "]"), ("](", ")")] {
        for rest in text.split(open).skip(1) {
            if let Some((target, _)) = rest.split_once(close) {
                document.links.push(target.to_owned());
            }
        }
    }
    let item = text.trim_start_matches(['*', '-', '+', '.', '#']).trim_start();
    document.prose.push(Line { line, text: item.replace("``", ""), starts: true });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(document: &Document) -> Vec<(u32, &str)> {
        document.code.iter().map(|line| (line.line, line.text.trim())).collect()
    }

    #[test]
    fn restructured_text() {
        let document = parse(
            "Shop\n====\n\nRun it\n------\n\nFirst: ::\n\n    pip install -r requirements.txt\n\n.. code-block:: bash\n   :linenos:\n\n   flask run\n\nThen ``make test``, see `docs <docs/run.rst>`_.\n",
            Markup::ReStructuredText,
        );
        let headings: Vec<_> = document.headings.iter().map(|h| (h.level, h.text.as_str())).collect();
        assert_eq!(headings, [(1, "Shop"), (2, "Run it")]);
        assert_eq!(code(&document), [(9, "pip install -r requirements.txt"), (14, "flask run"), (16, "make test")]);
        assert_eq!(document.links, ["docs/run.rst"]);
    }

    #[test]
    fn asciidoc() {
        let document = parse(
            "= Shop\n:toc:\n\n== Running\n\n[source,sh]\n----\n./gradlew bootRun\n----\n\nSee link:docs/run.adoc[this].\n",
            Markup::AsciiDoc,
        );
        assert_eq!(document.headings[1].text, "Running");
        assert_eq!(code(&document), [(8, "./gradlew bootRun")]);
        assert_eq!(document.links, ["docs/run.adoc"]);
    }

    #[test]
    fn org_and_plain_text() {
        let document = parse("* Shop\n** Run\n#+BEGIN_SRC sh\nmake run\n#+END_SRC\n", Markup::Org);
        assert_eq!(document.headings.len(), 2);
        assert_eq!(code(&document), [(4, "make run")]);
        let document = parse("INSTALLATION\n============\n\n    npm install\n", Markup::Plain);
        assert_eq!(document.headings[0].topics, [crate::documents::Topic::Setup]);
        assert_eq!(code(&document), [(4, "npm install")]);
    }
}
