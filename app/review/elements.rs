//! Which elements of HTML are open at a place of a comment: what stands in a `<blockquote>` is a quotation, although
//! markdown makes paragraphs of it.

/// Elements that go on until they are closed, and show what is in them as theirs. Others are taken away by GitHub, and what
/// is in them stays; a paragraph ends where the next begins.
/// <https://github.com/gjtorikian/html-pipeline/blob/main/lib/html_pipeline/sanitization_filter.rb>
const LASTING: &[&str] = &[
    "a",
    "abbr",
    "b",
    "bdo",
    "blockquote",
    "caption",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "i",
    "iframe",
    "ins",
    "kbd",
    "li",
    "mark",
    "noembed",
    "noframes",
    "ol",
    "plaintext",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "small",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "xmp",
];

/// Bytes of a tag or a comment that goes on after a paragraph. One that has no end by then has none: each look at it takes
/// its time, and somebody may have written thousands of paragraphs behind it.
const LONGEST: usize = 1 << 10;

/// The elements that are open.
#[derive(Debug, Default)]
pub(super) struct Elements {
    open: Vec<String>,
    /// Lines of HTML that are not read yet: a comment or a tag may go on in the next.
    unread: String,
    /// Whether there are some that nobody has looked at.
    is_new: bool,
    /// Whether there is a tag that has no end.
    is_endless: bool,
}

impl Elements {
    /// Takes in a line of HTML.
    pub(super) fn line(&mut self, html: &str) {
        if !self.is_endless {
            self.unread.push_str(html);
            self.is_new = true;
        }
    }

    /// Whether what comes next, which is no HTML, stands in an element.
    pub(super) fn is_around(&mut self) -> bool {
        if std::mem::take(&mut self.is_new) {
            self.read();
        }
        // A tag that has no end takes in what follows.
        !self.open.is_empty() || !self.unread.is_empty() || self.is_endless
    }

    fn read(&mut self) {
        let html = std::mem::take(&mut self.unread);
        let mut rest = html.as_str();
        while let Some(start) = rest.find('<') {
            rest = &rest[start..];
            let Some(end) = end(rest) else {
                self.is_endless = rest.len() > LONGEST;
                self.unread = if self.is_endless { String::new() } else { rest.to_owned() };
                return;
            };
            self.tag(&rest[..end]);
            rest = &rest[end..];
        }
    }

    fn tag(&mut self, tag: &str) {
        let (closes, tag) = match tag[1..].strip_prefix('/') {
            Some(tag) => (true, tag),
            None => (false, &tag[1..]),
        };
        let name: String = tag.chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        match closes {
            // One that closes nothing is nothing.
            true => self.open.truncate(self.open.iter().rposition(|open| *open == name).unwrap_or(self.open.len())),
            false if LASTING.contains(&name.as_str()) => self.open.push(name),
            false => {}
        }
    }
}

/// Where the tag or comment ends that `html` begins with; one byte where it is neither.
fn end(html: &str) -> Option<usize> {
    for short in ["<!-->", "<!--->"] {
        if html.starts_with(short) {
            return Some(short.len());
        }
    }
    if let Some(comment) = html.strip_prefix("<!--") {
        return comment.find("-->").map(|end| "<!--".len() + end + "-->".len());
    }
    if !html[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')) {
        return Some(1);
    }
    let (mut quote, mut last) = (None, b'<');
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') if last == b'=' => quote = Some(byte),
            (None, b'>') => return Some(at + 1),
            (None, _) => {}
        }
        if !byte.is_ascii_whitespace() {
            last = byte;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_stays_open_until_it_is_closed() {
        for (html, is_around) in [
            ("", false),
            ("<blockquote>", true),
            ("<blockquote></blockquote>", false),
            ("<DIV class='a'><b></div>", false),
            ("<blockquote></div></p>", true),
            ("<blockquote title=\"</blockquote>\">", true),
            ("<blockquote title=a\"></blockquote>", false),
            ("<details><summary>a</summary>", true),
            ("<br><hr><img src=a><p>", false),
            ("<!-- put <b> your <name> here -->", false),
            ("<!-- never closed", true),
            ("<!--><b></b>", false),
            ("<T> and <name> are no elements, 1 < 2", false),
            ("<ul><li>a", true),
            ("<div never closed", true),
        ] {
            let mut elements = Elements::default();
            elements.line(html);
            assert_eq!(elements.is_around(), is_around, "{html}");
        }
    }
}
