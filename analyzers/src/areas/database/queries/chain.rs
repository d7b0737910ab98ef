//! The calls that follow a call: `.sort({ a: 1 }).limit(10)`.

use crate::Snapshot;
use crate::areas::database::schema::{LONGEST as LONGEST_GROUP, group};
use crate::code::{CodeMatch, Language};

/// How far a chain is followed.
const LONGEST: usize = 4_000;

/// The calls at the beginning of `rest`, which stands behind `found`, that are made on what stands before it.
pub(in crate::areas::database) fn chain<'t>(repo: &Snapshot, found: &CodeMatch, rest: &'t str) -> &'t str {
    let (chain, is_cut) = followed(rest, found.language);
    if is_cut {
        let why = format!("with a query that goes on for more than {LONGEST} bytes of calls, so not all was read");
        repo.leave("source file", why, &found.path);
    }
    chain
}

/// Those calls, and whether there are more.
fn followed(rest: &str, language: Language) -> (&str, bool) {
    let has_blocks = matches!(language, Language::Kotlin | Language::Ruby);
    let mut end = 0;
    loop {
        let ahead = &rest[end..];
        let after = ahead.trim_start();
        let at = end + ahead.len() - after.len();
        let next = if ahead.starts_with(['(', '[']) || has_blocks && after.starts_with('{') && !ahead.starts_with('\n')
        {
            let length = group(after);
            if length == 0 && after.len() > LONGEST_GROUP {
                return (&rest[..end], true);
            }
            at + length
        } else if let Some(call) = ["?.", "!.", "!!.", ".", "?->", "->"].iter().find(|call| after.starts_with(**call)) {
            let name = after[call.len()..].trim_start_matches([' ', '\n']);
            let start = rest.len() - name.len();
            let length =
                name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '!' | '?' | '$' | ':' | '<' | '>')));
            start + length.unwrap_or(name.len())
        } else {
            return (&rest[..end], false);
        };
        if next == end || next > LONGEST {
            return (&rest[..end], next > LONGEST);
        }
        end = next;
    }
}

/// The names of the calls of a chain.
pub(super) fn calls(chain: &str) -> impl Iterator<Item = &str> {
    let mut rest = chain;
    std::iter::from_fn(move || {
        let start = rest.find('.').filter(|at| rest[..*at].trim().is_empty())? + 1;
        let name = rest[start..].trim_start();
        let length = name.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '!' | '?'))).unwrap_or(name.len());
        let after = &name[length..];
        let given = if after.trim_start_matches(' ').starts_with(['(', '[', '{']) {
            group(after.trim_start_matches(' '))
        } else {
            0
        };
        rest = &after.trim_start_matches(' ')[given..];
        Some(&name[..length])
    })
}

/// What is left of the arguments of a call that `rest` stands in, with the sign that closes them.
pub(super) fn arguments(rest: &str) -> &str {
    let mut depth = 0_usize;
    for (at, sign) in rest.char_indices().take(LONGEST) {
        match sign {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return &rest[..at + usize::from(sign == ')')],
            ')' | ']' | '}' => depth -= 1,
            ';' if depth == 0 => return &rest[..at],
            _ => {}
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn calls_are_followed_over_brackets_and_lines() {
        for (rest, language, followed) in [
            (".sort({ a: -1 }).limit(5);\nb.c()", Language::JavaScript, ".sort({ a: -1 }).limit(5)"),
            ("\n    .order_by('a)')\n    .all()\nb", Language::Python, "\n    .order_by('a)')\n    .all()"),
            ("[:20]\n", Language::Python, "[:20]"),
            (".map { it.a }.b() }", Language::Kotlin, ".map { it.a }.b()"),
            (" {\n}", Language::Java, ""),
            ("->with(['a'])->get();", Language::Php, "->with(['a'])->get()"),
            (").b()", Language::Java, ""),
        ] {
            assert_eq!(super::followed(rest, language), (followed, false), "{rest}");
        }
        assert_eq!(calls("\n  .a(b.c())\n  .d.e { f }").collect::<Vec<_>>(), ["a", "d", "e"]);
        assert_eq!(arguments(", Order.class).setMaxResults(5)"), ", Order.class)");
    }
    #[test]
    fn a_query_that_goes_on_for_longer_than_it_is_read_is_told() {
        let told = |calls: usize| {
            let repo = Fixture::new().file("a.py", "users = User.query.all()\n").snapshot();
            let found = &repo.code().matches("database.python.list")[0];
            let rest = format!("{}.all()\n", "\n    .filter(a=1)".repeat(calls));
            assert!(rest.starts_with(chain(&repo, found, &rest)));
            repo.left().len()
        };
        assert_eq!((told(9), told(900)), (0, 1));
    }
}
