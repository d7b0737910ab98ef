//! Do list endpoints paginate, and is no query sent for each turn of a loop?

pub(super) mod chain;
mod pages;
mod relations;
mod repositories;
mod turns;
mod whole;

use super::engine;
use crate::areas::api::Surface;
use crate::areas::security::marks;
use crate::code::CodeMatch;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "database.queries";

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let is_asked = |found: &&CodeMatch| !is_behind_the_scenes(repo, &found.path);
    let of = |topics: &[&str]| -> Vec<&CodeMatch> {
        let matches = topics.iter().flat_map(|topic| marks::of(repo, "database", topic));
        let mut found: Vec<_> = matches.filter(is_asked).collect();
        found.sort_by(|a, b| (&a.path, a.bytes.start).cmp(&(&b.path, b.bytes.start)));
        found
    };
    let is_known = |found: &&CodeMatch| !found.rule.ends_with(".typed") || repositories::is_one(repo, found);
    let mut turns = of(&["loop", "loop.typed"]);
    turns.dedup_by(|a, b| a.path == b.path && a.bytes.start == b.bytes.start);
    turns.retain(is_known);
    turns.retain(|found| turns::is_for_each(repo, found));
    let mut lists = of(&["list", "list.typed", "list.sql", "list.lazy"]);
    lists.retain(is_known);
    lists.retain(|found| whole::is_whole(repo, found));
    lists.retain(|found| !found.rule.ends_with(".lazy") || whole::is_read_here(repo, found));
    lists.dedup_by(|a, b| a.path == b.path && a.lines.0 == b.lines.0);
    let mut pages = of(&["page", "page.sql"]);
    let asked = pages::Asked::of(repo);
    pages.retain(|found| !whole::asks_for_one(repo, found) && asked.is_of_a_list(repo, found));
    let mut loops: Vec<Place> = turns.iter().map(|found| marks::at(repo, found)).collect();
    let relations =
        relations::loaded_one_by_one(repo).into_iter().filter(|place| !is_behind_the_scenes(repo, &place.path));
    loops.extend(relations.filter(|place| {
        !turns.iter().any(|it| *it.path == *place.path && Some(it.lines.0) == place.lines.map(|it| it.0))
    }));
    loops.sort_by(|a, b| (&a.path, a.lines).cmp(&(&b.path, b.lines)));
    let mut views = of(&["list.view"]);
    let pages_by_default = repo.code().matches("database.python.page").iter().any(|found| {
        repo.text(&found.path)
            .and_then(|text| text.get(found.bytes.clone()))
            .is_some_and(|text| text.contains("DEFAULT_PAGINATION"))
    });
    views.retain(|_| !pages_by_default);
    lists.extend(views);
    lists.sort_by(|a, b| (&a.path, a.bytes.start).cmp(&(&b.path, b.bytes.start)));
    let lists: Vec<Place> = lists.iter().map(|found| marks::at(repo, found)).collect();
    let is_paged = !pages.is_empty();
    let finding = if loops.is_empty() && lists.is_empty() {
        if is_paged {
            let summary = format!(
                "Long lists are read page by page in {}, first in {}. No place was recognised where the database is \
                 asked for a whole list, or again for each entry; there may be some of a kind that is not known here.",
                if pages.len() == 1 { "one place".to_owned() } else { format!("{} places", pages.len()) },
                pages[0].path
            );
            Finding::met(SIGNAL, summary, marks::places(repo, pages.iter().copied())).indicative()
        } else if engine::is_used(repo) {
            Finding::not_assessable(
                SIGNAL,
                "No place was recognised where the database is asked for a whole list, or again for each entry; lists \
                 may be read in ways that are not known here.",
            )
        } else {
            Finding::not_applicable(SIGNAL, "No database was found.")
        }
    } else {
        let said = [
            (&loops, "place asks the database again for each entry", "places ask the database again for each entry"),
            (&lists, "place reads a whole table", "places read a whole table"),
        ];
        let said: Vec<String> = said
            .iter()
            .filter_map(|(found, one, many)| {
                let path = &found.first()?.path;
                Some(match found.len() {
                    1 => format!("one {one}, in {path}"),
                    count => format!("{count} {many}, as in {path}"),
                })
            })
            .collect();
        let summary = format!(
            "Lists will get slow as they grow: {}. Where there are only ever a few entries, that is fine.",
            said.join("; and ")
        );
        let shown = loops.iter().take(5).chain(lists.iter().take(5)).cloned();
        let places = Evidence::or_absence(shown, repo.head());
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
pub(super) fn is_behind_the_scenes(repo: &Snapshot, path: &str) -> bool {
    const CERTAIN: &[&str] = &[
        "cron",
        "cronjob",
        "schedule",
        "scheduler",
        "scheduled",
        "scheduling",
        "seed",
        "seeder",
        "migrate",
        "migration",
        "worker",
        "consumer",
        "test",
        "cli",
        "console",
    ];
    // A program may be about these as well.
    const NAMES: &[&str] = &["command", "job", "task", "import", "importer", "export", "exporter", "sync"];
    const FOLDERS: &[&str] = &["assets", "client", "docs", "management", "public", "frontend", "static"];
    let known = |names: &[&str], word: &str| {
        names.contains(&word) || word.strip_suffix('s').is_some_and(|one| names.contains(&one))
    };
    let folders = crate::paths::folder(path).to_ascii_lowercase();
    let in_folders: Vec<&str> = folders.split(['/', '-', '_', '.']).collect();
    let in_name = words(crate::paths::name(path));
    let names =
        |kind: &[&str]| in_folders.iter().any(|word| known(kind, word)) || in_name.iter().any(|word| known(kind, word));
    let is_routed = || folders.split('/').any(|part| matches!(part, "routes" | "routers" | "controllers"));
    // Whoever keeps a list of tasks has addresses for them: `/api/tasks`.
    let is_subject = || {
        let mut paths = Surface::of(repo).endpoints.iter().map(|endpoint| endpoint.path.to_ascii_lowercase());
        paths.any(|path| {
            path.split(['/', '-', '_']).any(|part| known(NAMES, part) && in_name.iter().any(|word| is_same(word, part)))
        })
    };
    let is_folder = || folders.split('/').any(|part| known(FOLDERS, part));
    marks::prepares(path)
        || names(CERTAIN)
        || !marks::answers(path) && !is_routed() && (names(NAMES) && !is_subject() || is_folder())
}

/// Whether two words are the same, but for one being of many.
fn is_same(word: &str, other: &str) -> bool {
    word.strip_suffix('s').unwrap_or(word) == other.strip_suffix('s').unwrap_or(other)
}

/// `ImportOrdersJob.java` and `import_orders.job.ts` as words in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || c.is_uppercase() && was_lower {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    words
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
        let built = "class A { List f(String n) {\n  StringBuilder sql = new StringBuilder(\"SELECT * FROM posts\");\n  sql.append(\" WHERE name = ?\");\n} }\n";
        assert_eq!(whole("A.java", built), 0);
        let java = "interface A {\n  @Query(\"SELECT * FROM posts\")\n  Page<Post> f(Pageable page);\n}\n";
        assert_eq!(whole("A.java", java), 0);
        assert_eq!(whole("A.java", &java.replace("Pageable page", "")), 1);
    }

    #[test]
    fn a_repository_is_known_by_its_type_whatever_its_name() {
        let java = |kind: &str| {
            format!(
                "class A {{\n  private final {kind} users;\n  void f(List<Order> orders) {{\n    for (Order o : orders) {{\n      print(users.findByPlate(o.getPlate()));\n    }}\n  }}\n  List<User> g() {{ return users.findAll(); }}\n}}\n"
            )
        };
        let facts = |path: &str, text: &str| {
            let found = found(path, text);
            ["in_loops", "whole_tables"].map(|fact| found.facts().get(fact).and_then(|it| it.as_u64()).unwrap_or(0))
        };
        assert_eq!(facts("A.java", &java("UserRepository")), [1, 1]);
        assert_eq!(facts("A.java", &java("UserRepository<User>")), [1, 1]);
        assert_eq!(facts("A.java", &format!("{}// UserRepository \n", java("Names"))), [0, 0]);
        let ts = |kind: &str| {
            format!(
                "class A {{\n  constructor(private readonly users: {kind}) {{}}\n  f(orders) {{\n    return orders.map(async (o) => ({{ n: await this.users.count({{ where: {{ id: o.id }} }}) }}));\n  }}\n}}\n// Repository<A>\n"
            )
        };
        assert_eq!(facts("a.ts", &ts("Repository<User>")), [1, 0]);
        assert_eq!(facts("a.ts", &ts("Counter")), [0, 0]);
        let php = "<?php\nclass A {\n  function __construct(private UserRepository $users) {}\n  function f() { return $this->users->findAll(); }\n}\n";
        assert_eq!(facts("A.php", php), [0, 1]);
    }

    #[test]
    fn a_subquery_is_sent_with_the_query_around_it() {
        let text = "def f(request):\n    for tag in tags:\n        items = items.filter(Exists(Tag.objects.filter(name=tag)))\n";
        let in_loops = |text: &str| found("shop/views.py", text).facts()["in_loops"].clone();
        assert_eq!(in_loops(text), 0);
        assert_eq!(in_loops(&text.replace("items.filter(Exists(", "list(list(")), 1);
    }

    #[test]
    fn what_a_program_is_about_is_not_behind_the_scenes() {
        for path in [
            "src/tasks/tasks.service.ts",
            "routes/jobs.js",
            "clients/clients.service.ts",
            "clinic/views.py",
            "contest/models.py",
            "db/async_session.py",
            "hotel-management/rooms/room.js",
        ] {
            assert!(!is_behind_the_scenes(&Fixture::new().snapshot(), path), "{path}");
        }
        for path in [
            "app/jobs/send.rb",
            "shop/management/commands/fix.py",
            "src/main/java/ImportOrdersJob.java",
            "src/cli/run.ts",
            "app/Console/Kernel.php",
            "worker/main.go",
            "cron-jobs/daily.js",
            "orders/orders.scheduler.ts",
            "src/cron/cron.service.ts",
        ] {
            assert!(is_behind_the_scenes(&Fixture::new().snapshot(), path), "{path}");
        }
        let tasks = "const app = require('express')();\napp.get('/tasks', f);\n";
        assert!(!is_behind_the_scenes(&Fixture::new().file("app.js", tasks).snapshot(), "store/task.go"));
        assert!(is_behind_the_scenes(&Fixture::new().file("app.js", tasks).snapshot(), "store/job.go"));
    }

    #[test]
    fn nobody_waits_for_commands() {
        assert_eq!(
            found("shop/management/commands/fix.py", "users = User.query.all()\n").outcome(),
            Outcome::NotApplicable
        );
    }
}
