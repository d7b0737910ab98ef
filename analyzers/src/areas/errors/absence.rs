//! Is a missing record handled where it is looked up?

use std::collections::BTreeSet;

use super::names::{First, first_use};
use super::{part, places};
use crate::areas::observability::server::Server;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
use crate::{Evidence, Finding, Snapshot};

const SIGNAL: &str = "errors.absence";

/// What functions that answer requests take, in axum, actix and Rocket.
const EXTRACTORS: &[&str] = &[
    "State(",
    "State<",
    "Path(",
    "Path<",
    "Json(",
    "Json<",
    "Query(",
    "Query<",
    "Extension(",
    "web::",
    "HttpRequest",
    "Form<",
];

pub(super) fn finding(repo: &Snapshot, server: &Server<'_>) -> Finding {
    let mut named = server.matches("errors", "lookup");
    named.extend(server.matches("errors", "lookup.row").into_iter().filter(|found| may_be_missing(repo, found)));
    let mut handled = server.matches("errors", "lookup.handled");
    handled.extend(answered_elsewhere(server, &named, &handled));
    let (used, asked): (Vec<_>, Vec<_>) = named.into_iter().partition(|found| is_used_blindly(repo, found));
    let mut blind = used;
    blind.extend(server.matches("errors", "lookup.chained").into_iter().filter(|found| !is_asked_next(repo, found)));
    blind.extend(server.matches("errors", "lookup.raising").into_iter().filter(|found| is_in_handler(repo, found)));
    let looks_up = |found: &&CodeMatch| {
        repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).is_some_and(unwraps_a_lookup)
    };
    blind.extend(server.matches("errors", "unwrap").into_iter().filter(|it| is_in_handler(repo, it)).filter(looks_up));
    // What those raise is answered for every handler that only hands it on.
    let is_raised = |found: &CodeMatch| {
        let class = match found.language {
            Language::Python => "DoesNotExist",
            Language::Java | Language::Kotlin => "NoSuchElementException",
            _ => return false,
        };
        let source = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
        !source.ends_with("!!") && answers_class(repo, server, class)
    };
    let (raised, mut blind): (Vec<_>, Vec<_>) = blind.into_iter().partition(|found| is_raised(found));
    handled.extend(raised);
    blind.sort_by(|a, b| (&a.path, a.bytes.start).cmp(&(&b.path, b.bytes.start)));
    blind.dedup_by(|a, b| a.path == b.path && a.lines.0 == b.lines.0);
    let careful = handled.len() + asked.len();
    let all = careful + blind.len();
    let share = blind.len() as f64 / all.max(1) as f64;
    let thresholds = repo.thresholds();
    let finding = match blind.first() {
        None if all == 0 => {
            return Finding::not_applicable(
                SIGNAL,
                "No place was recognised where the program looks up an entry that may be missing. How it asks its \
                 database may not be known here.",
            );
        }
        None => {
            let summary = format!(
                "The program expects that an entry may be missing: it looks entries up in {}, and always asks whether \
                 anything was found.",
                places(all)
            );
            let at = handled.into_iter().chain(asked);
            Finding::met(SIGNAL, summary, marks::places(repo, at))
        }
        Some(first) => {
            let summary = format!(
                "Who asks for something that is gone may see a crash: {} {} not ask whether anything was found (as in \
                 {}). An entry that must exist needs no question.",
                part(blind.len(), all, "lookup"),
                if blind.len() == 1 { "does" } else { "do" },
                first.path
            );
            let at = Evidence::or_absence(blind.iter().take(10).map(|found| marks::at(repo, found)), repo.head());
            if share <= thresholds.errors_dropped_bad {
                let good = format!(
                    "The program mostly expects that an entry may be missing: {careful} of {all} lookups ask whether \
                     anything was found; the others do not, as in {}. An entry that must exist needs no question.",
                    first.path
                );
                Finding::met(SIGNAL, good, at).indicative()
            } else if share <= thresholds.errors_grave_share {
                Finding::partly(SIGNAL, summary, at).indicative()
            } else {
                Finding::not_met(SIGNAL, summary, at).indicative()
            }
        }
    };
    finding.fact("lookups", all).fact("unchecked", blind.len())
}

/// Where a function answers "not found" for what another looked up: those that look it up themselves are known by that.
fn answered_elsewhere<'a>(server: &Server<'a>, named: &[&CodeMatch], handled: &[&CodeMatch]) -> Vec<&'a CodeMatch> {
    let function = |found: &CodeMatch| (found.path.clone(), found.functions.first().map(|it| it.bytes.start));
    let mut known: BTreeSet<_> = named.iter().chain(handled).map(|found| function(found)).collect();
    let mut answered = server.matches("errors", "lookup.answered");
    answered.retain(|found| known.insert(function(found)));
    answered
}

/// Whether a handler for the whole program answers errors of that class by its name.
fn answers_class(repo: &Snapshot, server: &Server<'_>, class: &str) -> bool {
    let central = server.matches("errors", "central");
    central.iter().any(|found| repo.text(&found.path).is_some_and(|text| text.contains(class)))
}

/// Whether the lookup is what is asked itself: `if (app = App.find_by(id: id))`, `if user := find(id):`.
fn is_condition(text: &str, found: &CodeMatch) -> bool {
    let start = text[..found.bytes.start].rfind('\n').map_or(0, |at| at + 1);
    let before = text[start..found.bytes.start].trim_end_matches(['(', ' ', '!']);
    ["if", "unless", "elsif", "elseif", "while", "until", "&&", "||", "and", "or", "not", "? "]
        .iter()
        .any(|word| before.strip_suffix(word).is_some_and(|rest| !rest.ends_with(char::is_alphanumeric)))
}

/// Whether what was found is used before anybody asks whether there is something.
fn is_used_blindly(repo: &Snapshot, found: &CodeMatch) -> bool {
    let (Some(text), Some(function), Some(name)) = (repo.text(&found.path), found.functions.last(), found.var("NAME"))
    else {
        return false;
    };
    if is_condition(text, found) {
        return false;
    }
    first_use(text, found.bytes.end..function.bytes.end.max(found.bytes.end), name) == First::Used
}

/// Whether the query above `found` asks for what may not be there. A sum is always there, and so is what was just stored.
fn may_be_missing(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let start = found.functions.last().map_or(0, |function| function.bytes.start);
    let before = text.get(start..found.bytes.start).unwrap_or_default().to_ascii_lowercase();
    let query = before.rfind("select").map_or("", |at| &before[at..]);
    let always = ["count(", "sum(", "max(", "min(", "avg(", "exists(", "coalesce(", "insert ", "update ", "returning"];
    query.contains("where") && !always.iter().any(|word| query.contains(word))
}

/// Whether `found` is in a function that answers a request. Django's `get` raises, which is right in a task and a fault in
/// a view; `unwrap` in Rust is right where a program starts.
fn is_in_handler(repo: &Snapshot, found: &CodeMatch) -> bool {
    let parameters = found.functions.iter().filter_map(|function| function.parameters.clone());
    parameters.filter_map(|range| repo.text(&found.path)?.get(range)).any(|parameters| match found.language {
        Language::Rust => EXTRACTORS.iter().any(|extractor| parameters.contains(extractor)),
        _ => parameters.contains("request"),
    })
}

/// Whether the next statement of Go compares what was looked up with nothing: `if user == (User{})`, `return user.ID != 0`.
fn is_asked_next(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path).filter(|_| found.language == Language::Go) else { return false };
    let next = text[found.bytes.end..].trim_start().lines().next().unwrap_or_default();
    // `db.First(&user, id)`, `db.Where("id = ?", id).First(&user)`
    let name = text[found.bytes.clone()].rsplit('&').next().unwrap_or_default();
    let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let asked = next.strip_prefix("if ").or_else(|| next.strip_prefix("return ")).unwrap_or_default();
    let asked = asked.trim_start_matches(['(', '!']);
    let is_name = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    !name.is_empty()
        && asked.strip_prefix(name.as_str()).is_some_and(is_name)
        && ["==", "!=", "> 0"].iter().any(|sign| asked.contains(sign))
}

/// Whether what is unwrapped is what a call gave that looks something up: `users.find(1).await.unwrap()`, neither a field
/// nor the result of storing something.
fn unwraps_a_lookup(source: &str) -> bool {
    const WORDS: &[&str] = &["find", "get", "first", "one", "load", "fetch", "select", "by_", "lookup"];
    let Some((mut call, _)) = source.rsplit_once(".unwrap(").or_else(|| source.rsplit_once(".expect(")) else {
        return false;
    };
    loop {
        call = call.trim_end();
        let without = [".await", "?", ".ok()"].iter().find_map(|end| call.strip_suffix(end));
        // What becomes of an error says nothing of a record that is not there.
        match without.or_else(|| call.ends_with(')').then(|| call.rfind(".map_err(").map(|at| &call[..at])).flatten()) {
            Some(rest) => call = rest,
            None => break,
        }
    }
    let mut depth = 0;
    let opening = call.char_indices().rev().find(|(_, c)| {
        depth += match c {
            ')' => 1,
            '(' => -1,
            _ => 0,
        };
        depth == 0
    });
    let Some((opening, '(')) = opening else { return false };
    let called = &call[..opening];
    let name = if called.ends_with('>') { called.rsplit_once("::<").map_or(called, |(name, _)| name) } else { called };
    let name = name.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
    // A connection of a pool, an answer of another system or a list of all records is no record that may be missing.
    let gives_many = name.ends_with("_all") || name.contains("conn");
    let is_elsewhere = ["reqwest", "client", "pool.get", "http"]
        .iter()
        .any(|other| call[..opening].to_ascii_lowercase().contains(other));
    // What was just stored is there, and so is a sum.
    let lower = source.to_ascii_lowercase();
    let is_always = ["insert into", "returning", "count("].iter().any(|word| lower.contains(word));
    let asks_nothing = is_always || name == "get" && (call[opening..].starts_with("()") || !source.contains(".await"));
    WORDS.iter().any(|word| name.starts_with(word)) && !gives_many && !is_elsewhere && !asks_nothing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{self, Met, NotApplicable, NotMet};
    use crate::snapshot::fixture::Fixture;

    fn says(path: &str, text: &str) -> Outcome {
        let repo =
            Fixture::new().file("package.json", r#"{"dependencies": {"express": "4"}}"#).file(path, text).snapshot();
        finding(&repo, &Server::of(&repo)).outcome()
    }

    #[test]
    fn what_a_lookup_raises_may_be_answered_for_all_handlers() {
        let of = |advice: &str| {
            let controller = "@RestController\nclass A {\n  @GetMapping(\"/a/{id}\") User a(long id) { return users.findById(id).get(); }\n}\n";
            let repo = Fixture::new().file("src/main/java/A.java", controller);
            let repo = repo.file("src/main/java/Failed.java", advice).snapshot();
            finding(&repo, &Server::of(&repo)).outcome()
        };
        let advice = |class: &str| {
            format!(
                "@RestControllerAdvice\nclass Failed {{ @ExceptionHandler({class}.class) ProblemDetail a() {{ return b(); }} }}\n"
            )
        };
        assert_eq!(of(&advice("NoSuchElementException")), Met);
        assert_eq!(of(&advice("MailException")), NotMet);
    }

    #[test]
    fn actions_of_asp_net_that_answer_not_found_expect_that_nothing_is_there() {
        let of = |body: &str| {
            let text = format!(
                "class UsersController : ControllerBase {{\n  public async Task<IActionResult> Get(int id) {{\n    {body}\n  }}\n}}\n"
            );
            let repo = Fixture::new().file("UsersController.cs", &text).snapshot();
            let found = finding(&repo, &Server::of(&repo));
            (found.outcome(), found.facts().get("lookups").and_then(|it| it.as_u64()).unwrap_or(0))
        };
        let ask = |answer: &str| {
            format!("var user = await _users.Get(id); if (user == null) return {answer}; return Ok(user);")
        };
        assert_eq!(of(&ask("NotFound()")), (Met, 1));
        assert_eq!(of(&ask("TypedResults.NotFound()")), (Met, 1));
        assert_eq!(of(&ask("StatusCode(404)")), (Met, 1));
        assert_eq!(of(&ask("(HttpStatusCode.NotFound, null)")), (Met, 1));
        assert_eq!(of(&ask("BadRequest()")).0, NotApplicable);
        assert_eq!(of("return await db.Users.FindAsync(id) is User user ? Ok(user) : NotFound();"), (Met, 1));
        let looked_up =
            "var user = await db.Users.FindAsync(id); if (user == null) return NotFound(); return Ok(user);";
        assert_eq!(of(looked_up), (Met, 1), "counted once");
        assert_eq!(of("var user = await db.Users.FindAsync(id); return Ok(user.Name);").0, NotMet);
    }

    #[test]
    fn a_record_that_is_used_before_it_is_asked_for() {
        let lookup = "def f(name):\n    user = User.query.filter_by(name=name).first()\n";
        assert_eq!(says("app.py", "def f(): pass\n"), NotApplicable);
        assert_eq!(says("app.py", &format!("{lookup}    return user.email\n")), NotMet);
        assert_eq!(
            says("app.py", &format!("{lookup}    if not user:\n        abort(404)\n    return user.email\n")),
            Met
        );
        let lookup = "async function f(name) {\n  const user = await User.findOne({ name });\n";
        assert_eq!(says("app.js", &format!("{lookup}  return user.email;\n}}\n")), NotMet);
        assert_eq!(says("app.js", &format!("{lookup}  return user?.email;\n}}\n")), Met);
    }

    #[test]
    fn a_lookup_that_is_the_condition_is_asked() {
        let of = |head: &str| says("a.rb", &format!("def show\n  {head}\n    app.name\n  end\nend\n"));
        assert_eq!(of("if (app = App.find_by(name: params[:name]))"), Met);
        assert_eq!(of("begin\n    app = App.find_by(name: params[:name])"), NotMet);
    }

    #[test]
    fn the_first_row_may_be_missing_where_a_query_asks_for_one() {
        let of = |sql: &str, use_: &str| {
            let body = format!("  const found = await pool.query('{sql}', [id]);\n  const row = found.rows[0];\n");
            says("app.js", &format!("async function f(id) {{\n{body}  {use_}\n}}\n"))
        };
        assert_eq!(of("SELECT name FROM users WHERE id = $1", "return row.name;"), NotMet);
        assert_eq!(of("SELECT name FROM users WHERE id = $1", "if (!row) return null;\n  return row.name;"), Met);
        assert_eq!(of("SELECT count(*) FROM users WHERE id = $1", "return row.count;"), NotApplicable);
        assert_eq!(of("INSERT INTO users VALUES ($1) RETURNING id", "return row.id;"), NotApplicable);
    }

    #[test]
    fn whoever_says_that_there_is_something_does_not_ask() {
        let kotlin = "fun f(id: Int) {\n  val row = transaction { Users.select { Users.id eq id }.singleOrNull() }\n";
        assert_eq!(says("a.kt", &format!("{kotlin}  print(row!![Users.name])\n}}\n")), NotMet);
        assert_eq!(says("a.kt", &format!("{kotlin}  if (row == null) return\n  print(row[Users.name])\n}}\n")), Met);
        let java = "class A { void f() {\n  User user = users.findById(id).orElse(null);\n";
        assert_eq!(says("A.java", &format!("{java}  print(user.getName());\n}} }}\n")), NotMet);
        assert_eq!(
            says("A.java", &format!("{java}  if (user == null) return;\n  print(user.getName());\n}} }}\n")),
            Met
        );
        let optional = "class A { void f() {\n  Optional<User> user = users.findById(id);\n";
        assert_eq!(says("A.java", &format!("{optional}  user.ifPresent(this::show);\n}} }}\n")), Met);
        assert_eq!(says("A.java", &format!("{optional}  print(user.get().getName());\n}} }}\n")), NotMet);
    }

    #[test]
    fn go_compares_a_record_with_nothing() {
        let says_of =
            |next: &str| says("a.go", &format!("package a\nfunc f() {{\n\tdb.First(&user, id)\n\t{next}\n}}\n"));
        assert_eq!(says_of("return user"), NotMet);
        assert_ne!(says_of("if user == (User{}) { return nil }"), NotMet);
        assert_ne!(says_of("if user.ID != 0 { return user }"), NotMet);
        assert_ne!(says_of("return user.ID != 0"), NotMet);
        assert_eq!(says_of("if other.ID != 0 { return user }"), NotMet);
    }

    #[test]
    fn a_lookup_of_django_that_raises_matters_in_a_view() {
        let get = "Post.objects.get(pk=pk)\n";
        assert_eq!(says("views.py", &format!("def detail(request, pk):\n    post = {get}")), NotMet);
        assert_eq!(says("tasks.py", &format!("def send(pk):\n    post = {get}")), NotApplicable);
        assert_eq!(says("views.py", "def detail(request, pk):\n    post = get_object_or_404(Post, pk=pk)\n"), Met);
    }

    #[test]
    fn unwrap_is_a_fault_where_requests_are_answered_and_none_where_a_program_starts() {
        let body = "{ let user = find(1).await.unwrap(); }\n";
        assert_eq!(says("src/users.rs", &format!("async fn show(State(db): State<Db>) {body}")), NotMet);
        assert_eq!(says("src/users.rs", &format!("async fn start() {body}")), NotApplicable);
        for other in [
            "user.save(&db).await.expect(\"a\")",
            "form.email.unwrap()",
            "decode(first(a)).unwrap()",
            "pool.get().unwrap()",
            "reqwest::get(url).await.unwrap()",
            "query.fetch_all(&db).await.unwrap()",
            "q.get(\"name\").unwrap()",
            "sqlx::query_as::<_, User>(\"INSERT INTO users (name) VALUES ($1) RETURNING *\").fetch_one(&db).await.unwrap()",
        ] {
            let body = format!("{{ let user = {other}; }}\n");
            assert_eq!(says("src/users.rs", &format!("async fn show(State(db): State<Db>) {body}")), NotApplicable);
        }
        for lookup in [
            "sqlx::query_as::<_, User>(sql).bind(id).fetch_optional(&db).await.map_err(failed)?.unwrap()",
            "sqlx::query_as::<_, User>(sql).bind(id).fetch_one(&db).await.unwrap()",
            "users::table.find(id).first::<User>(&mut db).unwrap()",
        ] {
            let body = format!("{{ let user = {lookup}; }}\n");
            let said = says("src/users.rs", &format!("async fn show(State(db): State<Db>) {body}"));
            assert!(matches!(said, NotMet | Outcome::Partly), "{lookup}: {said:?}");
        }
        let test = format!("mod tests {{ async fn show(State(db): State<Db>) {body} }}\n");
        assert_eq!(says("src/users.rs", &test), NotApplicable);
    }
}
