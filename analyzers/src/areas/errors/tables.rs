//! Tables of Python that say who answers which exceptions: `{ShopError: shop, Exception: last}`.

use crate::Snapshot;
use crate::code::Language;

/// So many lines above a call are looked at for the loop that it is in.
const ABOVE: usize = 20;

/// So long may a table be, in bytes.
const LONGEST: usize = 10_000;

/// So many tables of one name are read in a text, and so many texts that name it are asked for one.
const MOST_TABLES: usize = 4;
const MOST_TEXTS: usize = 100;

/// What the loop around `at` takes `variable` from, if there is one.
pub(super) fn looped<'a>(text: &'a str, at: usize, variable: &str) -> Option<&'a str> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let own = indent(text[line_start..].lines().next()?);
    let heads = text[..line_start].lines().rev().take(ABOVE).filter(|line| indent(line) < own);
    let mut loops = heads.filter_map(|line| line.trim().strip_prefix("for ")?.strip_suffix(':')?.split_once(" in "));
    loops.find_map(|(names, from)| {
        let first = names.trim_start_matches('(').split([',', ')']).next()?.trim();
        (first == variable).then(|| from.trim())
    })
}

/// The classes in the table that `expression` is, or that it names; `None` where they can't be told.
pub(super) fn classes(repo: &Snapshot, path: &str, expression: &str) -> Option<Vec<String>> {
    let expression = expression.trim();
    let expression = [".items()", ".keys()"].iter().fold(expression, |it, end| it.strip_suffix(end).unwrap_or(it));
    let read = |path: &str, text: &str| {
        let (classes, is_whole) = listed(text);
        if !is_whole {
            leave(repo, path);
        }
        classes
    };
    if expression.starts_with(['{', '[', '(']) {
        return read(path, expression);
    }
    let name = expression.rsplit('.').next().filter(|name| !name.is_empty())?;
    if !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let declared = |path: &str, text: &str| {
        let starts = text.match_indices(name).filter(|(at, _)| *at == 0 || text[..*at].ends_with('\n'));
        let mut tables = starts.filter_map(|(at, _)| {
            let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end);
            let line = text.get(at + name.len()..line_end)?;
            let (before, _) = line.split_once('=')?;
            let is_assigned = before.trim().is_empty() || before.starts_with(':');
            is_assigned.then(|| text[at + name.len() + before.len() + 1..].trim_start())
        });
        let found = tables.by_ref().take(MOST_TABLES).find_map(|table| read(path, table));
        if found.is_none() && tables.next().is_some() {
            leave(repo, path);
        }
        found
    };
    let in_others = || {
        let sources = repo.tree().own_texts().filter(|(file, _)| Language::of(&file.path) == Some(Language::Python));
        let mut naming = sources.filter(|(_, text)| text.contains(name));
        let found = naming.by_ref().take(MOST_TEXTS).find_map(|(file, text)| declared(&file.path, text));
        if found.is_none() && naming.next().is_some() {
            leave(repo, path);
        }
        found
    };
    repo.text(path).and_then(|text| declared(path, text)).or_else(in_others)
}

/// Notes that a table was not found, or not read to its end, which says what errors are answered.
fn leave(repo: &Snapshot, path: &str) {
    repo.leave("source file", "with larger tables of errors, or more of them, than are read", path);
}

/// The keys of the dictionary that `text` begins with, or the first of each item of a list; and whether all of it was read.
fn listed(text: &str) -> (Option<Vec<String>>, bool) {
    let read = &text[..text.floor_char_boundary(LONGEST)];
    if !read.starts_with(['{', '[', '(']) {
        return (None, true);
    }
    let (items, is_closed) = items(read);
    (keys(&items, read.starts_with('{')), is_closed || read.len() == text.len())
}

/// What the commas of the brackets that `text` begins with tell apart, and whether they are closed.
fn items(text: &str) -> (Vec<String>, bool) {
    let code: String =
        text.lines().map(|line| line.split('#').next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
    let (mut depth, mut items) = (0_usize, vec![String::new()]);
    for c in code.chars() {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth -= 1,
            _ => {}
        }
        match c {
            _ if depth == 0 => return (items, true),
            ',' if depth == 1 => items.push(String::new()),
            _ => items.last_mut().into_iter().for_each(|item| item.push(c)),
        }
    }
    (items, false)
}

fn keys(items: &[String], is_table: bool) -> Option<Vec<String>> {
    let class = |item: &String| {
        let item = item.trim_matches(|c: char| c.is_whitespace() || matches!(c, '{' | '[' | '('));
        let class = item.split(if is_table { ':' } else { ',' }).next().unwrap_or_default().trim();
        class.rsplit('.').next().unwrap_or(class).to_owned()
    };
    let classes: Vec<String> = items.iter().map(class).filter(|class| !class.is_empty()).collect();
    // What is spread into the table can't be seen here.
    let is_name = |class: &String| class.chars().all(|c| c.is_alphanumeric() || c == '_');
    (!classes.is_empty() && classes.iter().all(is_name)).then_some(classes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::errors::narrow::tests::handling;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn tables_that_are_not_read_to_their_end_are_told() {
        let told = |table: &str, others: usize| {
            let repo = (0..others).fold(Fixture::new().file("a.py", table), |repo, at| {
                repo.file(&format!("other{at:03}.py"), "from a import TABLE\n")
            });
            let repo = repo.snapshot();
            classes(&repo, "app.py", "TABLE");
            repo.left().len()
        };
        let entries = "    Missing: missing,\n".repeat(600);
        assert_eq!(told("TABLE = {Missing: missing}\n", 0), 0);
        assert_eq!(told(&format!("TABLE = {{\n{entries}}}\n"), 0), 1);
        assert_eq!(told(&"TABLE = made()\n".repeat(4), 0), 0);
        assert_eq!(told(&"TABLE = made()\n".repeat(5), 0), 1);
        assert_eq!((told("TABLE = made()\n", 99), told("TABLE = made()\n", 100)), (0, 1));
    }

    #[test]
    fn a_table_of_handlers_is_read_wherever_it_is_handed_over() {
        let of = |table: &str, rest: &str| {
            let errors = format!("{table}\n\ndef wire(app):\n    {rest}\n");
            let app = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/a')\ndef a():\n    return b()\n";
            handling(&[("app.py", app), ("errors.py", &errors)])
        };
        let all = "TABLE: dict[type, Answer] = {\n    ShopError: shop,\n    Exception: last,  # whatever is left\n}";
        let some = "TABLE = {ShopError: shop}";
        for wired in [
            "for kind, answer in TABLE.items():\n        app.add_exception_handler(kind, answer)",
            "app = FastAPI(exception_handlers=TABLE)",
        ] {
            assert_eq!(of(all, wired), "central", "{wired}");
            assert_eq!(of(some, wired), "partial", "{wired}");
        }
        let list = "for kind in (ShopError, Exception):\n        app.add_exception_handler(kind, failed)";
        assert_eq!(of("", list), "central");
        assert_eq!(of("", &list.replace(", Exception", ",")), "partial");
        assert_eq!(of("", "app = FastAPI(exception_handlers={errors.ShopError: shop})"), "partial");
        // What can't be read may hold all of them.
        assert_eq!(of("TABLE = made()", "app = FastAPI(exception_handlers=TABLE)"), "central");
    }
}
