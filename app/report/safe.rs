//! Markdown that may be posted: our own words, and what others wrote, escaped, within them. A text from outside is no
//! such thing, and nothing here makes it one but by escaping it.

use std::fmt;

use serde::Serialize;
use url::Url;

use super::escape;
use super::fit::{Limit, fit};

/// Markdown that may be posted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Markdown(String);

/// What is filled into our own words.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// Words of anybody's.
    Text(&'a str),
    /// Words of anybody's, shown as code.
    Code(&'a str),
    /// An address of our own, as the target of a link.
    Address(&'a Url),
    /// What may be posted already.
    Safe(&'a Markdown),
    /// Bytes, as hexadecimal digits.
    Hex(&'a [u8]),
}

impl Markdown {
    /// Our own words. What the program holds from its start on is nobody else's.
    pub fn own(words: &'static str) -> Self {
        Markdown(words.trim_end().to_owned())
    }

    /// Our own words with `values` for the names in braces. What is filled in is not filled in once more.
    pub fn fill(words: &'static str, values: &[(&str, Value)]) -> Self {
        let text = filled(words, |name| {
            let (_, value) = values.iter().find(|(known, _)| *known == name)?;
            Some(match value {
                Value::Text(text) => escape::markdown(text),
                Value::Code(text) => escape::code_span(text),
                Value::Address(address) => address.to_string(),
                Value::Safe(markdown) => markdown.0.clone(),
                Value::Hex(bytes) => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            })
        });
        Markdown(text)
    }

    /// What a template has rendered, which escapes whatever it shows.
    pub(super) fn rendered(text: String) -> Self {
        Markdown(text)
    }

    /// What this app has posted before, as GitHub gives it back: of its own comments and check runs, which nobody else
    /// writes.
    pub fn posted(text: &str) -> Self {
        Markdown(text.to_owned())
    }

    /// As much of it as `limit` takes, in whole lines, and a sentence where that is not all.
    pub fn fitted(self, limit: Limit) -> Self {
        if limit.holds(&self.0) { self } else { Markdown(fit(&self.0, limit)) }
    }

    /// One after the other, with `between` between them.
    pub fn joined(all: impl IntoIterator<Item = Markdown>, between: &'static str) -> Self {
        Markdown(all.into_iter().map(|one| one.0).collect::<Vec<_>>().join(between))
    }

    /// As it is posted.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Markdown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// `words` with what `value` has for each name in braces; names that it does not know stay. Escapes nothing.
pub fn filled(words: &str, value: impl Fn(&str) -> Option<String>) -> String {
    let mut text = String::with_capacity(words.len());
    let mut rest = words.trim_end();
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}').and_then(|(name, after)| Some((value(name)?, after))) {
            Some((value, after)) => {
                text.push_str(&value);
                rest = after;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_is_escaped_and_not_filled_in_again() {
        let values = [("a", Value::Text("{b} @ana <b>")), ("b", Value::Code("`{a}`\u{202E}"))];
        let said = Markdown::fill("{a}: {b} {c} {", &values);
        assert_eq!(said.as_str(), "\\{b\\} @\u{2060}ana &lt;b&gt;: `` `{a}`  `` {c} {");
        assert_eq!(Markdown::fill("{a}", &[("a", Value::Hex(&[0, 171]))]).as_str(), "00ab");
        let lines = Markdown::joined(std::iter::repeat_n(said.clone(), 50), "\n");
        let cut = lines.clone().fitted(Limit::Characters(500));
        assert!(cut.as_str().starts_with(&format!("{said}\n")) && cut.as_str().lines().last() != Some(said.as_str()));
        assert_eq!(lines.clone().fitted(Limit::Characters(50_000)), lines);
        let both = Markdown::joined([Markdown::own("One.\n"), said.clone()], "\n\n");
        assert_eq!(both.as_str(), format!("One.\n\n{said}"));
    }
}
