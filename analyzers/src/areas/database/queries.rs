//! Do list endpoints paginate, and is no query sent for each turn of a loop?

use super::engine;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
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
    let mut loops = of(&["loop"]);
    loops.retain(|found| !is_subquery(repo, found));
    let mut lists = of(&["list", "list.sql"]);
    lists.retain(|found| is_whole(repo, found));
    let mut pages = of(&["page", "page.sql"]);
    pages.retain(|found| !asks_for_one(repo, found));
    let is_paged = !pages.is_empty();
    let at = |found: &mut dyn Iterator<Item = &CodeMatch>| {
        Evidence::or_absence(found.map(|found| marks::at(repo, found)).take(10), repo.head())
    };
    let finding = if loops.is_empty() && lists.is_empty() {
        if is_paged {
            let summary = format!(
                "Lists are read in parts in {} (first in {}). No query in a loop and no list that is read whole was \
                     recognised; there may be some of a kind that is not known here.",
                if pages.len() == 1 { "one place".to_owned() } else { format!("{} places", pages.len()) },
                pages[0].path
            );
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
    !NARROW.iter().any(|word| said.contains(word)) && !is_paged_by_parameter(found, rest) && !is_cut_later(text, found)
}

/// Whether a query asks for one record, which is no page of a list: `... LIMIT 1`.
fn asks_for_one(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    let Some((_, limit)) = lower.rsplit_once("limit ") else { return false };
    limit.trim_start().strip_prefix('1').is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || c == ','))
}

/// Whether the method below a query of Spring Data takes the page to read: `Page<Post> all(Pageable page);`.
fn is_paged_by_parameter(found: &CodeMatch, rest: &str) -> bool {
    let method = rest.split("\n\n").next().unwrap_or_default().split(';').next().unwrap_or_default();
    matches!(found.language, Language::Java | Language::Kotlin)
        && ["Pageable", "PageRequest", "Limit "].iter().any(|parameter| method.contains(parameter))
}

/// Whether what the call gives has a name, and the function takes a page of it further down. Nothing is read before.
fn is_cut_later(text: &str, found: &CodeMatch) -> bool {
    let start = text[..found.bytes.start].rfind('\n').map_or(0, |at| at + 1);
    let name = text[start..found.bytes.start].trim().trim_end_matches(['=', ':', ' ']);
    let name = ["let mut ", "let ", "const ", "var "].iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '@' | '$'));
    let is_lazy = matches!(found.language, Language::Ruby | Language::Python | Language::Php);
    let end = found.functions.last().map_or(found.bytes.end, |function| function.bytes.end.max(found.bytes.end));
    let cuts = |line: &str| {
        line.contains(name)
            && ["paginat", ".page(", "limit(", ".per(", ".first(", "pagy(", "[:"].iter().any(|word| line.contains(word))
    };
    // A condition that is added to the text of a query: `sql += " WHERE a = %s"`.
    let narrows = |line: &str| {
        let line = line.trim_start();
        line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['+', '.', '=']))
            && ["where", "limit"].iter().any(|word| line.to_ascii_lowercase().contains(word))
    };
    is_name && text[found.bytes.end..end].lines().any(|line| is_lazy && cuts(line) || narrows(line))
}

/// Whether the query is a part of another one, as Django's `Exists(…)` and `Subquery(…)` take them.
fn is_subquery(repo: &Snapshot, found: &CodeMatch) -> bool {
    let before = repo.text(&found.path).and_then(|text| text.get(..found.bytes.start)).unwrap_or_default().trim_end();
    found.language == Language::Python && ["Exists(", "Subquery("].iter().any(|call| before.ends_with(call))
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
    fn what_is_cut_before_it_is_read_is_not_read_whole() {
        let whole = |path: &str, text: &str| found(path, text).facts()["whole_tables"].clone();
        let ruby = "class A\n  def index\n    @a = Shop.all\n    @a = @a.paginate(page: 1)\n  end\nend\n";
        assert_eq!(whole("a_controller.rb", ruby), 0);
        assert_eq!(whole("a_controller.rb", &ruby.replace(".paginate(page: 1)", ".order(:a)")), 1);
        let java = "interface A {\n  @Query(\"SELECT * FROM posts\")\n  Page<Post> f(Pageable page);\n}\n";
        assert_eq!(whole("A.java", java), 0);
        assert_eq!(whole("A.java", &java.replace("Pageable page", "")), 1);
    }

    #[test]
    fn a_subquery_is_sent_with_the_query_around_it() {
        let text = "def f(request):\n    for tag in tags:\n        items = items.filter(Exists(Tag.objects.filter(name=tag)))\n";
        let in_loops = |text: &str| found("shop/views.py", text).facts()["in_loops"].clone();
        assert_eq!(in_loops(text), 0);
        assert_eq!(in_loops(&text.replace("items.filter(Exists(", "list(list(")), 1);
    }

    #[test]
    fn nobody_waits_for_commands() {
        assert_eq!(
            found("shop/management/commands/fix.py", "users = User.query.all()\n").outcome(),
            Outcome::NotApplicable
        );
    }
}
