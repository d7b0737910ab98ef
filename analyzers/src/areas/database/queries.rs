//! Do list endpoints paginate, and is no query sent for each turn of a loop?

use super::engine;
use crate::areas::security::marks;
use crate::code::CodeMatch;
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "database.queries";

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let is_asked = |found: &&CodeMatch| !is_behind_the_scenes(&found.path);
    let of = |topics: &[&str]| -> Vec<&CodeMatch> {
        let matches = topics.iter().flat_map(|topic| marks::of(repo, "database", topic));
        let mut found: Vec<_> = matches.filter(is_asked).collect();
        found.sort_by(|a, b| (&a.path, a.bytes.start).cmp(&(&b.path, b.bytes.start)));
        found
    };
    let loops = of(&["loop"]);
    let mut lists = of(&["list", "list.sql"]);
    lists.retain(|found| is_whole(repo, found));
    let pages = of(&["page", "page.sql"]);
    let is_paged = !pages.is_empty();
    let at = |found: &mut dyn Iterator<Item = &CodeMatch>| {
        Evidence::or_absence(found.map(|found| marks::at(repo, found)).take(10), repo.head())
    };
    let finding = if loops.is_empty() && lists.is_empty() {
        if is_paged {
            let summary =
                format!("Lists are read in parts (first in {}), and no query in a loop was found.", pages[0].path);
            Finding::met(SIGNAL, summary, marks::places(repo, pages.iter().copied())).indicative()
        } else if engine::is_used(repo) {
            Finding::not_assessable(SIGNAL, "Neither a query in a loop nor the reading of a list was recognised.")
        } else {
            Finding::not_applicable(SIGNAL, "No database was found.")
        }
    } else {
        let said = [
            (&loops, "query is sent for each turn of a loop", "queries are sent for each turn of a loop"),
            (&lists, "place reads a whole table", "places read a whole table"),
        ];
        let said: Vec<String> = said
            .iter()
            .filter_map(|(found, one, many)| {
                let path = &found.first()?.path;
                Some(match found.len() {
                    1 => format!("one {one}, in {path}"),
                    count => format!("{count} {many}, such as in {path}"),
                })
            })
            .collect();
        let mut summary = said.join("; and ") + ". Where there are only ever a few records, that is fine.";
        summary[..1].make_ascii_uppercase();
        let places = at(&mut loops.iter().copied().take(5).chain(lists.iter().copied().take(5)));
        if is_paged && loops.len() + lists.len() <= 2 * pages.len() {
            Finding::partly(SIGNAL, summary, places)
        } else {
            Finding::not_met(SIGNAL, summary, places)
        }
        .indicative()
    };
    finding.fact("in_loops", loops.len()).fact("whole_tables", lists.len()).fact("paginated", pages.len())
}

/// Commands, tasks and tests make nobody wait, and a browser asks no database.
fn is_behind_the_scenes(path: &str) -> bool {
    const NAMES: &[&str] = &[
        "assets/",
        "client/",
        "command",
        "job",
        "task",
        "cron",
        "docs/",
        "worker",
        "console",
        "management",
        "public/",
        "import",
        "export",
        "frontend",
        "sync",
        "test",
        "cli",
        "schedul",
        "static/",
        "consumer",
    ];
    let lower = path.to_ascii_lowercase();
    NAMES.iter().any(|name| lower.contains(name))
}

/// Whether nothing around the call narrows what it reads: `User.find().limit(10)`.
fn is_whole(repo: &Snapshot, found: &CodeMatch) -> bool {
    const NARROW: &[&str] = &[
        "limit",
        "skip",
        "take",
        "page",
        "paginate",
        "where",
        "first",
        "slice",
        "cursor",
        "pagy",
        "per(",
        "count",
        "offset",
        "fetch next",
        "fetchone",
        "filter",
        "pluck",
        "find_each",
        "exists",
        "distinct",
    ];
    let Some(text) = repo.text(&found.path) else { return false };
    let (own, rest) = (&text[found.bytes.clone()], &text[found.bytes.end..]);
    let end = rest.find([';', '{', '}']).unwrap_or(rest.len());
    let mut chain = String::new();
    for (index, line) in rest[..end].lines().enumerate() {
        if index > 0 && !line.trim_start().starts_with(['.', '?', '-']) {
            break;
        }
        chain.push_str(line);
    }
    let said = format!("{own}{chain}").to_ascii_lowercase();
    !NARROW.iter().any(|word| said.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn found(path: &str, text: &str) -> Finding {
        finding(&Fixture::new().file(path, text).snapshot())
    }

    #[test]
    fn a_query_in_a_loop_is_found_with_its_line() {
        let text = "def orders(request):\n    for order in page(orders, limit=10):\n        user = User.objects.get(id=order.user_id)\n";
        let found = found("shop/views.py", text);
        assert_eq!((found.outcome(), &found.facts()["in_loops"]), (Outcome::Partly, &1.into()), "{}", found.summary());
        assert_eq!(found.places()[0].lines, Some((3, 3)));
    }

    #[test]
    fn a_whole_table_without_a_limit_is_not_met() {
        assert_eq!(found("users.js", "const users = await User.find({})\n").outcome(), Outcome::NotMet);
        assert_eq!(found("users.js", "const users = await User.find({})\n  .limit(10)\n").outcome(), Outcome::Met);
        assert_eq!(
            found("Users.java", "class A { List<User> f() { return userRepository.findAll(); } }\n").outcome(),
            Outcome::NotMet
        );
        assert_eq!(
            found("users.go", "package a\nfunc f() { rows := db.Query(\"SELECT * FROM users\") }\n").outcome(),
            Outcome::NotMet
        );
    }

    #[test]
    fn nobody_waits_for_commands() {
        assert_eq!(
            found("shop/management/commands/fix.py", "users = User.query.all()\n").outcome(),
            Outcome::NotApplicable
        );
    }
}
