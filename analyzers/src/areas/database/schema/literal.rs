//! Objects as JavaScript writes them: `{ name: value, other: { … } }`.

/// How far a bracket is followed.
pub(in crate::areas::database) const LONGEST: usize = 200_000;

/// One entry of an object.
#[derive(Debug)]
pub(in crate::areas::database) struct Entry<'a> {
    pub(in crate::areas::database) name: &'a str,
    pub(in crate::areas::database) value: &'a str,
    /// Of the name, in the text that the object is a part of.
    pub(in crate::areas::database) at: usize,
}

impl Entry<'_> {
    /// Its first and last line in `text`, from 1.
    pub(super) fn lines(&self, text: &str) -> (u32, u32) {
        let first = text[..self.at].matches('\n').count() as u32 + 1;
        (first, first + self.value.matches('\n').count() as u32)
    }
}

/// The length of what begins with a bracket or a quote, up to what closes it; 0 if nothing does.
pub(in crate::areas::database) fn group(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut was_escape = false;
    for (at, sign) in text.char_indices().take_while(|(at, _)| *at < LONGEST) {
        match (quote, sign) {
            (Some(_), _) if was_escape => {}
            (Some(open), _) if open == sign => {
                quote = None;
                if depth == 0 {
                    return at + sign.len_utf8();
                }
            }
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(sign),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        was_escape = sign == '\\' && !was_escape;
    }
    0
}

/// The entries of the object that begins at `start` of `text` with `{`. `Shorthand` is its own value.
pub(in crate::areas::database) fn entries(text: &str, start: usize) -> Vec<Entry<'_>> {
    let end = start + group(&text[start..]).max(1) - 1;
    let mut entries = Vec::new();
    let mut at = start + 1;
    while at < end {
        let rest = &text[at..end];
        if let Some(gap) = rest.find(|c: char| !c.is_whitespace() && c != ',').filter(|gap| *gap > 0) {
            at += gap;
            continue;
        }
        if rest.starts_with("//") || rest.starts_with("/*") {
            let close = if rest.starts_with("//") { "\n" } else { "*/" };
            at += rest.find(close).map_or(rest.len(), |end| end + close.len());
            continue;
        }
        let length = item(rest);
        let (name, value) = rest[..length].split_once(':').unwrap_or((&rest[..length], &rest[..length]));
        let name = name.trim().trim_matches(['"', '\'', '`']);
        if !name.is_empty() {
            entries.push(Entry { name, value: value.trim(), at });
        }
        at += length.max(1);
    }
    entries
}

/// What commas part, each as it is written.
pub(in crate::areas::database) fn items(list: &str) -> impl Iterator<Item = &str> {
    let mut rest = list;
    std::iter::from_fn(move || {
        let (first, after) = rest.split_at(item(rest));
        rest = after.strip_prefix(',').unwrap_or(after);
        (!first.is_empty() || !after.is_empty()).then_some(first)
    })
    .filter(|item| !item.trim().is_empty())
}

/// How far it is to the comma that ends an entry.
fn item(rest: &str) -> usize {
    let mut skip = 0;
    for (at, sign) in rest.char_indices() {
        if at < skip {
            continue;
        }
        match sign {
            ',' => return at,
            '(' | '[' | '{' | '"' | '\'' | '`' => skip = at + group(&rest[at..]).max(1),
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_an_object() {
        let text = "define('A', {\n  id: { type: B, a: [1, 2] }, // no, not\n  'name': C.D(10, 2),\n  short,\n})";
        let found: Vec<_> =
            entries(text, 12).into_iter().map(|it| (it.name, it.value, text[..it.at].matches('\n').count())).collect();
        assert_eq!(found, [("id", "{ type: B, a: [1, 2] }", 1), ("name", "C.D(10, 2)", 2), ("short", "short", 3)]);
    }
}
