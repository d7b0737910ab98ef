//! An expression, cut at what lies outside of its strings and brackets: its arguments, its operands, its call.

/// The arguments in `list`, with or without its parentheses.
pub(super) fn arguments(list: &str) -> Vec<&str> {
    let list = list.trim();
    // A block may follow what a call is given: `exec(sql) { rows -> ... }`.
    let given = list.strip_prefix('(').map(|list| split(list, &[")"])[0]);
    let inner = given.unwrap_or(list);
    split(inner, &[","]).into_iter().map(str::trim).filter(|argument| !argument.is_empty()).collect()
}

/// `source` cut at each of `separators` that lies outside of strings and brackets.
pub(super) fn split<'a>(source: &'a str, separators: &[&str]) -> Vec<&'a str> {
    let (mut parts, mut start, mut at, mut depth) = (Vec::new(), 0, 0, 0_i32);
    while at < source.len() {
        let rest = &source[at..];
        if let Some(string) = string_at(rest) {
            at += string.end;
            continue;
        }
        if depth == 0
            && let Some(separator) = separators.iter().find(|separator| rest.starts_with(**separator))
        {
            parts.push(&source[start..at]);
            at += separator.len();
            start = at;
            continue;
        }
        match rest.as_bytes()[0] {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            _ => {}
        }
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    parts.push(&source[start..]);
    parts
}

/// `source` with the content of its strings taken out.
pub(super) fn without_strings(source: &str) -> String {
    let (mut kept, mut at) = (String::new(), 0);
    while at < source.len() {
        let rest = &source[at..];
        match string_at(rest) {
            Some(string) => {
                kept.push_str("''");
                at += string.end;
            }
            None => {
                let next = rest.chars().next().unwrap_or(' ');
                kept.push(next);
                at += next.len_utf8();
            }
        }
    }
    kept
}

/// A call's callee and its list of arguments, if `source` is one call as a whole.
pub(super) fn call(source: &str) -> Option<(&str, &str)> {
    let open = source.find('(')?;
    let callee = source[..open].trim();
    let is_name = callee.chars().all(|c| c.is_alphanumeric() || "_.:!$\\ >?-".contains(c));
    let list = source[open..].trim_end();
    (is_name && list.ends_with(')') && split(&list[1..list.len() - 1], &[")"]).len() == 1).then_some((callee, list))
}

/// What stands in the parentheses that are all of `source`, however many; in `(int) f(a)` they are not. They are looked
/// through once.
pub(super) fn within_parentheses(source: &str) -> &str {
    let is_of = |bracket: char| move |c: char| c == bracket || c.is_whitespace();
    let inner = source.trim_start_matches(is_of('(')).trim_end_matches(is_of(')'));
    let opened = source[..source.len() - source.trim_start_matches(is_of('(')).len()].matches('(').count();
    let closed = source[source.trim_end_matches(is_of(')')).len()..].matches(')').count();
    if inner.is_empty() || opened == 0 || closed == 0 {
        return source;
    }
    // How many of those that were opened before it stay open within it.
    let (mut open, mut fewest, mut at) = (opened, opened, 0);
    while at < inner.len() {
        let rest = &inner[at..];
        if let Some(string) = string_at(rest) {
            at += string.end;
            continue;
        }
        match rest.as_bytes()[0] {
            b'(' => open += 1,
            b')' => open = open.saturating_sub(1),
            _ => {}
        }
        fewest = fewest.min(open);
        at += rest.chars().next().map_or(1, char::len_utf8);
    }
    // Of those behind it, the first close what was opened within it.
    let layers = fewest.min(closed.saturating_sub(open - fewest.min(open)));
    (0..layers).fold(source, |source, _| {
        let inner = source.trim().strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
        inner.unwrap_or(source)
    })
}

/// A string literal at the start of a source.
pub(super) struct Literal {
    /// Where its content begins and ends, and where it ends itself.
    pub(super) content: std::ops::Range<usize>,
    pub(super) end: usize,
    pub(super) quote: &'static str,
}

/// The string literal that `source` begins with.
pub(super) fn string_at(source: &str) -> Option<Literal> {
    let quote = ["\"\"\"", "'''", "\"", "'", "`"].into_iter().find(|quote| source.starts_with(quote))?;
    let mut at = quote.len();
    while at < source.len() {
        let rest = &source[at..];
        // What is put into a template may hold one of its own.
        if quote == "`"
            && let Some(inside) = rest.strip_prefix("${")
        {
            at += "${".len() + closed(inside);
            continue;
        }
        if rest.starts_with(quote) {
            return Some(Literal { content: quote.len()..at, end: at + quote.len(), quote });
        }
        at += match rest.as_bytes()[0] {
            b'\\' if rest.len() > 1 => 1 + rest[1..].chars().next().map_or(1, char::len_utf8),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    None
}

/// Where the brace is closed that was opened before `source`, just behind it.
fn closed(source: &str) -> usize {
    let mut depth = 1;
    let end = source.bytes().position(|byte| {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    end.map_or(source.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_cut_at_their_own_commas() {
        assert_eq!(arguments("(\"a, b\", f(c, d), [e, f])"), ["\"a, b\"", "f(c, d)", "[e, f]"]);
        assert_eq!(arguments("()"), Vec::<&str>::new());
    }
}
