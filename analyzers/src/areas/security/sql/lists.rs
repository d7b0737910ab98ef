//! A text that is made of the entries of a list: what becomes of each, and which list it is.

use super::expression;
use super::names::names;
use super::values::REQUEST;
use crate::code::Language;

/// A list, and what is made of its entries.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entries<'s> {
    pub(super) list: &'s str,
    pub(super) made: Made<'s>,
}

/// What is made of each entry of a list.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Made<'s> {
    /// A placeholder, a number, or something that nobody knows.
    Anew,
    /// It is put in as it is.
    Itself,
    /// What an expression says, in which the entry, or its parts, have these names.
    By(Vec<&'s str>, &'s str),
}

/// The list of which `source` takes each entry: `names.map(n => n + 1).join(',')`, `','.join(str(n) for n in names)`.
pub(super) fn entries(source: &str, language: Language) -> Option<Entries<'_>> {
    let entries = match language {
        language if language.is_script() => mapped(source),
        Language::Python => comprehended(source),
        _ => None,
    }?;
    // Names of what a type declares are nobody's to choose; those of a request's body are.
    let is_of_names = ["Object.keys(", "Object.entries(", ".keys()", ".items()", "model_dump(", ".dict("];
    let is_declared = is_of_names.iter().any(|call| entries.list.contains(call)) && !REQUEST.is_match(entries.list);
    Some(if is_declared { Entries { made: Made::Anew, ..entries } } else { entries })
}

/// `list.map(entry => body)`, and whatever is called of that.
fn mapped(source: &str) -> Option<Entries<'_>> {
    let (list, rest) = source.split_once(".map(")?;
    let function = expression::split(rest, &[")"])[0];
    let behind = rest[function.len()..].strip_prefix(')')?;
    if list.contains(" ? ") || !(behind.is_empty() || behind.trim_start().starts_with('.')) {
        return None;
    }
    let Some((parameters, body)) = function.split_once("=>") else {
        let made = if function.trim() == "String" { Made::Itself } else { Made::Anew };
        return Some(Entries { list, made });
    };
    let entry = expression::arguments(parameters.trim()).first().copied().map(names).unwrap_or_default();
    let body = body.trim();
    let body = match body.strip_prefix('{') {
        None => body,
        Some(block) => expression::split(block.split_once("return ").map_or("", |(_, given)| given), &[";", "}"])[0],
    };
    Some(Entries { list, made: Made::By(entry, body) })
}

/// `[body for entry in list]`, `map(str, list)`, and either within `','.join(…)`.
fn comprehended(source: &str) -> Option<Entries<'_>> {
    let source = source.trim();
    let joined =
        source.split_once(".join(").filter(|_| source.starts_with(['"', '\''])).and_then(|(_, rest)| whole(rest, ')'));
    let inner = joined.unwrap_or(source).trim();
    let given = inner.strip_prefix('[').and_then(|rest| whole(rest, ']'));
    if let Some(given) = inner.strip_prefix("map(").and_then(|rest| whole(rest, ')')) {
        let [function, list] = *expression::arguments(given) else { return None };
        return Some(Entries { list, made: if function == "str" { Made::Itself } else { Made::Anew } });
    }
    // Without brackets it is one only as what a call is given.
    let [body, rest] = *expression::split(given.or(joined)?.trim_matches(['[', ']']), &[" for "]) else { return None };
    let [entry, list] = *expression::split(rest, &[" in "]) else {
        return rest.contains(" if ").then_some(Entries { list: rest, made: Made::Anew });
    };
    match *expression::split(list, &[" if "]) {
        [list] => Some(Entries { list, made: Made::By(names(entry), body) }),
        // Some are left out, by what they are.
        [list, asked] if names(asked).iter().any(|name| asked.trim() != *name) => {
            Some(Entries { list, made: Made::Anew })
        }
        [list, _] => Some(Entries { list, made: Made::By(names(entry), body) }),
        _ => None,
    }
}

/// What stands before the `end` of `source`, if that is the first of its kind and nothing follows.
fn whole(source: &str, end: char) -> Option<&str> {
    let inner = source.trim_end().strip_suffix(end)?;
    (expression::split(inner, &[end.to_string().as_str()]).len() == 1).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_of_each_entry() {
        let script = |source| entries(source, Language::JavaScript);
        let by = |list, entry: &[&'static str], body| Some(Entries { list, made: Made::By(entry.to_vec(), body) });
        assert_eq!(script("ids.map(() => '?').join(',')"), by("ids", &[], "'?'"));
        assert_eq!(script("a.b.map((n, i) => f(n))"), by("a.b", &["n"], "f(n)"));
        assert_eq!(script("a.map(n => { return n; })"), by("a", &["n"], "n"));
        assert_eq!(script("ids.map(Number).join(',')"), Some(Entries { list: "ids", made: Made::Anew }));
        assert_eq!(script("ids.join(',')"), None);
        let python = |source| entries(source, Language::Python);
        assert_eq!(python("','.join(f\"'{i}'\" for i in ids)"), by("ids", &["i"], "f\"'{i}'\""));
        assert_eq!(python("[int(i) for i in ids]"), by("ids", &["i"], "int(i)"));
        assert_eq!(python("', '.join(map(str, ids))"), Some(Entries { list: "ids", made: Made::Itself }));
        assert_eq!(python("[i for i in ids if i in KNOWN]").map(|it| it.made), Some(Made::Anew));
        assert_eq!(python("','.join(['%s'] * len(ids))"), None);
        assert_eq!(python("','.join(ids)"), None);
        assert_eq!(python("a if b in c else d"), None);
    }
}
