//! Call chains as text: `app.Group("/v1").GET("/users", list)` in any language with dots, brackets and quotes.
//!
//! The syntax tree says where an expression begins and ends; this says what it is made of.

use crate::Snapshot;
use crate::paths::is_aside;

/// Longer expressions are not routes that somebody wrote; the report says where there are any.
const LONGEST: usize = 128 << 10;

/// The rules whose matches are taken apart here.
const RULES: &[&str] =
    &["api.go.chain", "api.rust.chain", "api.csharp.map", "api.csharp.group", "api.java.dsl", "api.kotlin.dsl"];

/// Notes the files with chains that are too long to be taken apart.
pub fn tell(repo: &Snapshot) {
    let found = RULES.iter().flat_map(|rule| repo.code().matches(rule));
    for long in found.filter(|found| found.bytes.len() > LONGEST && !is_aside(&found.path)) {
        let why = format!("with a chain of calls of more than {} KiB, so its routes were not read", LONGEST >> 10);
        repo.leave("source file", why, &long.path);
    }
}

/// One link of a chain: a name, and what it was called with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link<'s> {
    /// Name without type arguments: `Group`, `web::scope`, or a whole literal at the head of a chain.
    pub name: &'s str,
    /// Where the name begins in the chain's source.
    pub at: usize,
    /// The arguments; a trailing lambda (`{ ... }`) is the last one.
    pub args: Vec<Argument<'s>>,
    /// Whether it is called at all.
    pub called: bool,
}

/// One argument of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument<'s> {
    /// As in the source, without space around.
    pub text: &'s str,
    /// Where it begins in the chain's source.
    pub at: usize,
}

impl Link<'_> {
    /// The argument at `index`, as in the source; empty if there is none.
    pub fn arg(&self, index: usize) -> &str {
        self.args.get(index).map_or("", |arg| arg.text)
    }
}

/// The links of the chain that `source` begins with; its head is the first.
pub fn chain(source: &str) -> Vec<Link<'_>> {
    if source.len() > LONGEST {
        return Vec::new();
    }
    let start = source.len() - source.trim_start_matches(|c: char| c.is_whitespace() || "&*(".contains(c)).len();
    split(source, start, '.').into_iter().map(|(at, text)| link(at, text)).collect()
}

/// The arguments inside of a bracketed list (without the brackets) that begins at `at`.
pub fn arguments(list: &str, at: usize) -> Vec<Argument<'_>> {
    split(list, 0, ',')
        .into_iter()
        .filter_map(|(offset, text)| {
            let trimmed = text.trim();
            let lead = text.len() - text.trim_start().len();
            (!trimmed.is_empty()).then_some(Argument { text: trimmed, at: at + offset + lead })
        })
        .collect()
}

/// `source` from `start`, split at each `separator` that is in no bracket, string or comment. Ends where a bracket
/// closes that was not opened.
pub fn split(source: &str, start: usize, separator: char) -> Vec<(usize, &str)> {
    let bytes = source.as_bytes();
    let (mut parts, mut begin, mut depth, mut at) = (Vec::new(), start, 0_usize, start);
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth == 0 => break,
            b')' | b']' | b'}' => depth -= 1,
            byte if depth == 0 && byte == separator as u8 => {
                parts.push((begin, &source[begin..at]));
                begin = at + 1;
            }
            _ => {}
        }
        at = skip(bytes, at);
    }
    parts.push((begin, &source[begin..at.min(source.len())]));
    parts
}

/// Where the bracket that opens at `open` is closed (the position of the closing one).
pub fn closing(source: &str, open: usize) -> Option<usize> {
    let bytes = source.as_bytes();
    let (mut depth, mut at) = (0_usize, open);
    while at < bytes.len() {
        match bytes[at] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
        at = skip(bytes, at);
    }
    None
}

/// The last name of a path such as `users::routes::list`, `h.list` or `Handlers.List`.
pub fn last_name(path: &str) -> &str {
    let path = path.trim().trim_end_matches(['(', ')']);
    path.rsplit(['.', ':']).next().unwrap_or(path).trim()
}

/// Whether `text` is one name.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn link(at: usize, text: &str) -> Link<'_> {
    let lead = text.len() - text.trim_start().len();
    let (at, text) = (at + lead, text.trim());
    let bytes = text.as_bytes();
    let mut position = 0;
    while position < bytes.len() && !matches!(bytes[position], b'(' | b'{') {
        position = skip(bytes, position);
    }
    let name = text[..position.min(text.len())].trim();
    let name = if name.starts_with(['"', '\'', '`']) {
        name
    } else {
        // Without type arguments and comments; what follows `::<T>::` is the name.
        let name = name.split("//").next().unwrap_or(name);
        let name = name.rsplit_once(">::").map_or(name, |(_, name)| name);
        name.split('<').next().unwrap_or(name).trim_end_matches([':', '?', '!']).trim()
    };
    let mut args = Vec::new();
    let called = position < bytes.len();
    while position < bytes.len() {
        match bytes[position] {
            b'(' => {
                let end = closing(text, position).unwrap_or(text.len());
                args.extend(arguments(&text[position + 1..end], at + position + 1));
                position = end + 1;
            }
            b'{' => {
                let end = closing(text, position).map_or(text.len(), |end| end + 1);
                args.push(Argument { text: &text[position..end], at: at + position });
                position = end;
            }
            _ => position = skip(bytes, position),
        }
    }
    Link { name, at, args, called }
}

/// The position after the string, comment or character at `at`.
fn skip(bytes: &[u8], at: usize) -> usize {
    match bytes[at] {
        quote @ (b'"' | b'`') => {
            let mut end = at + 1;
            while end < bytes.len() && bytes[end] != quote {
                end += if bytes[end] == b'\\' && quote == b'"' { 2 } else { 1 };
            }
            (end + 1).min(bytes.len())
        }
        // A character; a lone quote is a lifetime.
        b'\'' if bytes.get(at + 1) == Some(&b'\\') && bytes.get(at + 3) == Some(&b'\'') => at + 4,
        b'\'' if bytes.get(at + 1).is_some_and(u8::is_ascii) && bytes.get(at + 2) == Some(&b'\'') => at + 3,
        b'/' if bytes.get(at + 1) == Some(&b'/') => {
            bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length)
        }
        b'/' if bytes.get(at + 1) == Some(&b'*') => {
            bytes[at + 2..].windows(2).position(|pair| pair == b"*/").map_or(bytes.len(), |length| at + 2 + length + 2)
        }
        _ => at + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(source: &str) -> Vec<(&str, Vec<&str>)> {
        chain(source).into_iter().map(|link| (link.name, link.args.iter().map(|arg| arg.text).collect())).collect()
    }

    #[test]
    fn chains_of_many_languages_are_taken_apart() {
        assert_eq!(
            names("r.Group(\"/a.b\", mw(1, 2)).GET(`/x`, func(c *gin.Context) { c.JSON(1, nil) })"),
            [
                ("r", vec![]),
                ("Group", vec!["\"/a.b\"", "mw(1, 2)"]),
                ("GET", vec!["`/x`", "func(c *gin.Context) { c.JSON(1, nil) }"])
            ]
        );
        assert_eq!(
            names("Router::<Vec<u8>>::new()\n  // .route(\"/no\")\n  .route(\"/x\", get(h::<'a'>).post(h))"),
            [("new", vec![]), ("route", vec!["\"/x\"", "get(h::<'a'>).post(h)"])]
        );
        assert_eq!(names("\"/api\".nest { GET(\"/x\") }"), [("\"/api\"", vec![]), ("nest", vec!["{ GET(\"/x\") }"])]);
    }

    #[test]
    fn a_chain_that_is_too_long_to_be_read_is_told() {
        let left = |size: usize| {
            let body = "\t\tlog.Println(1)\n".repeat(size / 17);
            let source = format!(
                "package a\nimport \"github.com/gin-gonic/gin\"\nfunc main() {{\n\tr := gin.Default()\n\tr.GET(\"/orders\", func(c *gin.Context) {{\n{body}\t}})\n}}\n"
            );
            let repo = crate::snapshot::fixture::Fixture::new().file("main.go", &source).snapshot();
            let routes = crate::areas::api::Surface::of(&repo).endpoints.len();
            (routes, repo.left().into_iter().map(|left| left.why).collect::<Vec<_>>())
        };
        assert_eq!(left(1_000), (1, Vec::new()));
        let why = "with a chain of calls of more than 128 KiB, so its routes were not read".to_owned();
        assert_eq!(left(LONGEST + 100), (0, vec![why]));
    }

    #[test]
    fn broken_brackets_end_quietly() {
        assert_eq!(names("a.b(\"x"), [("a", vec![]), ("b", vec!["\"x"])]);
        assert_eq!(names("a)).b()"), [("a", vec![])]);
        assert!(chain("").len() == 1 && closing("(((", 0).is_none());
    }
}
