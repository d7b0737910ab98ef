//! Markdown (CommonMark with GitHub's tables and strikethrough), with the raw HTML that READMEs are full of.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::topics::topics;
use super::{Document, Heading, Line, Role};

/// Reads `text`; path and role are for the caller to set.
pub(super) fn parse(text: &str) -> Document {
    let mut document = Document {
        path: String::new(),
        role: Role::Linked,
        headings: Vec::new(),
        code: Vec::new(),
        prose: Vec::new(),
        links: Vec::new(),
        commands: Vec::new(),
    };
    let line_starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let line_of = |byte: usize| line_starts.partition_point(|&start| start <= byte) as u32;

    let mut heading: Option<Heading> = None;
    // What the images of the heading stand for.
    let mut images: Vec<String> = Vec::new();
    let mut in_image = false;
    let mut in_code_block = false;
    let mut in_comment = false;
    let mut struck = 0_u32;
    // What is bold, and where it begins.
    let mut bold: Option<(u32, String)> = None;
    let mut starts = true;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        let line = line_of(range.start);
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                images.clear();
                heading = Some(Heading { level: depth(level), text: String::new(), line, topics: Vec::new() });
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(mut done) = heading.take() {
                    done.text = done.text.trim().to_owned();
                    // Several are badges.
                    if let ("", [image]) = (done.text.as_str(), images.as_slice()) {
                        done.text = image.trim().to_owned();
                    }
                    done.topics = topics(&done.text);
                    document.headings.push(done);
                }
            }
            Event::Start(Tag::CodeBlock(_)) => in_code_block = true,
            Event::End(TagEnd::CodeBlock) => in_code_block = false,
            Event::Start(Tag::Strikethrough) => struck += 1,
            Event::End(TagEnd::Strikethrough) => struck = struck.saturating_sub(1),
            // What an image shows is no prose: READMEs that are only badges would have plenty.
            Event::Start(Tag::Image { .. }) => {
                struck += 1;
                in_image = true;
                images.push(String::new());
            }
            Event::End(TagEnd::Image) => {
                struck = struck.saturating_sub(1);
                in_image = false;
            }
            Event::Text(content) if in_image => {
                images.last_mut().into_iter().for_each(|image| image.push_str(&content))
            }
            Event::Start(Tag::Link { dest_url, .. }) => document.links.push(dest_url.into_string()),
            Event::Start(Tag::Paragraph | Tag::Item | Tag::TableCell) => starts = true,
            Event::HardBreak | Event::SoftBreak => {
                if let Some(heading) = &mut heading {
                    heading.text.push(' ');
                }
                starts = true;
            }
            _ if struck > 0 => {}
            Event::Text(content) if in_code_block => {
                document.code.extend(content.lines().enumerate().map(|(index, text)| Line {
                    line: line + index as u32,
                    text: text.to_owned(),
                    starts: true,
                }));
            }
            Event::Start(Tag::Strong) if heading.is_none() => bold = Some((line, String::new())),
            Event::End(TagEnd::Strong) => {
                let command = bold.take().filter(|(_, text)| is_command(text));
                document.code.extend(command.map(|(line, text)| Line { line, text, starts: false }));
            }
            Event::Code(content) => {
                // Code within is code already.
                bold = None;
                if let Some(heading) = &mut heading {
                    heading.text.push_str(&content);
                }
                document.code.push(Line { line, text: content.to_string(), starts: false });
                push(&mut document.prose, line, &content, heading.is_some(), &mut starts);
            }
            Event::Text(content) => match &mut heading {
                Some(heading) => heading.text.push_str(&content),
                None => {
                    bold.iter_mut().for_each(|(_, bold)| bold.push_str(&content));
                    push(&mut document.prose, line, &content, false, &mut starts);
                }
            },
            Event::Html(content) | Event::InlineHtml(content) => {
                let shown = without_comments(&content, &mut in_comment);
                images.extend(heading.as_ref().and_then(|_| alternative(&shown)).map(str::to_owned));
                html(&mut document, line, &shown, &mut starts);
            }
            _ => {}
        }
    }
    document
}

fn depth(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}

/// Whether what is bold is a command line: some people mark them so.
fn is_command(text: &str) -> bool {
    #[rustfmt::skip]
    const PROGRAMS: &[&str] = &[
        "npm", "npx", "yarn", "pnpm", "composer", "docker", "docker-compose", "go", "cargo", "mvn", "./mvnw", "gradle",
        "./gradlew", "dotnet", "bundle", "rails", "php", "python", "python3", "pip", "pip3", "poetry",
    ];
    let mut words = text.split_whitespace();
    words.next().is_some_and(|program| PROGRAMS.contains(&program)) && words.next().is_some()
}

/// Joins text to the line of prose that it goes on.
fn push(prose: &mut Vec<Line>, line: u32, text: &str, in_heading: bool, starts: &mut bool) {
    if in_heading {
        return;
    }
    match prose.last_mut() {
        Some(last) if !*starts && last.line == line => last.text.push_str(text),
        _ => prose.push(Line { line, text: text.to_owned(), starts: *starts }),
    }
    *starts = false;
}

/// Blanks out what nobody sees, lines kept; a block of HTML may come in several pieces.
fn without_comments(content: &str, in_comment: &mut bool) -> String {
    let mut shown = String::new();
    let mut rest = content;
    while !rest.is_empty() {
        let mark = if *in_comment { "-->" } else { "<!--" };
        let (part, after) = rest.split_once(mark).map_or((rest, None), |(part, after)| (part, Some(after)));
        if *in_comment {
            shown.extend(part.chars().filter(|c| *c == '\n'));
        } else {
            shown.push_str(part);
        }
        let Some(after) = after else { break };
        *in_comment = !*in_comment;
        rest = after;
    }
    shown
}

/// Tags are dropped, their text is prose, `href` is a link, `<hN>` a heading.
fn html(document: &mut Document, line: u32, content: &str, starts: &mut bool) {
    for (index, text) in content.lines().enumerate() {
        let line = line + index as u32;
        let mut plain = String::new();
        for part in text.split('<').enumerate().map(|(index, part)| (index > 0, part)) {
            match part {
                (true, part) => {
                    let (tag, rest) = part.split_once('>').unwrap_or((part, ""));
                    if let Some((_, address)) = tag.split_once("href=") {
                        let address = address.trim_start_matches(['"', '\'']);
                        document.links.push(address.split(['"', '\'', ' ']).next().unwrap_or_default().to_owned());
                    }
                    plain.push_str(rest);
                    if let Some(level) = heading_level(tag)
                        && !rest.trim().is_empty()
                    {
                        let text = rest.trim().to_owned();
                        document.headings.push(Heading { level, topics: topics(&text), text, line });
                    }
                }
                (false, text) => plain.push_str(text),
            }
        }
        if !plain.trim().is_empty() {
            push(&mut document.prose, line, plain.trim(), false, starts);
        }
    }
}

/// What an image in HTML stands for: `<img src="a.svg" alt="Hosting">`.
fn alternative(tag: &str) -> Option<&str> {
    let (_, text) = tag.strip_prefix("<img ")?.split_once(" alt=")?;
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    text[1..].split(quote).next()
}

fn heading_level(tag: &str) -> Option<u8> {
    let level = tag.strip_prefix(['h', 'H'])?.bytes().next()?;
    (b'1'..=b'6').contains(&level).then(|| level - b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_not_looked_for_in_code() {
        let document = parse("Title\n=====\n\n## Run it\n\n```sh\n# not a heading\nnpm start\n```\n\n    make run\n");
        let headings: Vec<_> = document.headings.iter().map(|h| (h.level, h.text.as_str(), h.line)).collect();
        assert_eq!(headings, [(1, "Title", 1), (2, "Run it", 4)]);
        let code: Vec<_> = document.code.iter().map(|line| (line.line, line.text.as_str())).collect();
        assert_eq!(code, [(7, "# not a heading"), (8, "npm start"), (11, "make run")]);
    }

    #[test]
    fn struck_out_text_is_not_there() {
        let document = parse("* ~~Start it: `flask run`~~\n* Then `make up`\n");
        assert_eq!(document.code.len(), 1);
        assert_eq!(document.code[0], Line { line: 2, text: "make up".into(), starts: false });
    }

    #[test]
    fn html_gives_headings_links_and_prose() {
        let document = parse("<h1 align=\"center\">Shop</h1>\n<p>See <a href=\"docs/run.md\">how to run</a></p>\n");
        assert_eq!(document.headings[0].text, "Shop");
        assert_eq!(document.links, ["docs/run.md"]);
        assert!(document.prose.iter().any(|line| line.text.contains("how to run")));
    }

    #[test]
    fn a_heading_that_is_an_image_says_what_the_image_does() {
        let headings = |text: &str| parse(text).headings.into_iter().map(|it| it.text).collect::<Vec<_>>();
        for heading in ["## ![Hosting](a.svg)", "## <img src=\"a.svg\" alt=\"Hosting\" id=\"hosting\" />"] {
            assert_eq!(headings(&format!("# A\n\n{heading}\n")), ["A", "Hosting"], "{heading}");
        }
        assert_eq!(headings("# Shop ![Build](a.svg)\n\n## ![Build](a.svg) ![Tests](b.svg)\n"), ["Shop", ""]);
    }

    #[test]
    fn what_is_commented_out_is_not_there() {
        let document = parse("a\n\n<!-- ## Run\n\n```sh\nnpm start\n```\n\nIt runs. -->\n\nb <!-- c --> d\n");
        let prose: Vec<_> = document.prose.iter().map(|line| line.text.trim()).collect();
        assert_eq!((prose, document.code.len()), (vec!["a", "b  d"], 0));
    }

    #[test]
    fn hostile_nesting_ends() {
        let document = parse(&"> ".repeat(20_000));
        assert!(document.headings.is_empty());
    }
}
