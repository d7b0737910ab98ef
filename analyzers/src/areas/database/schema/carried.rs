//! SQL that a migration in another language carries: `$this->execute("...")`, `op.execute(...)`, Liquibase's `<sql>`.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use super::ends::{Ends, Next};
use crate::paths;

/// What stands before SQL in code.
const CALLS: &[&str] = &[
    "execute(",
    "execute ",
    "addSql(",
    ".raw(",
    ".query(",
    ".Sql(",
    "text(",
    "runSql(",
    // Go's, with and without what they may be cancelled by.
    ".Exec(",
    ".Exec(ctx, ",
    ".ExecContext(ctx, ",
];

/// Where a migration in code says how to take it back.
const WAY_BACK: &[&str] = &[
    "function down",
    "def downgrade",
    "def down",
    "void Down(",
    "exports.down",
    "async down(",
    "fun down(",
    "func down",
    "func Down",
    // The second of two functions that Go's migrators are given.
    "}, func(ctx ",
    "Rollback: func(",
];

/// Where it says what it does, which may come behind that.
const WAY_FORTH: &[&str] = &[
    "function up",
    "def upgrade",
    "def up",
    "void Up(",
    "exports.up",
    "async up(",
    "fun up(",
    "func up",
    "func Up",
    "Migrate: func(",
    "MustRegister(func(",
];

/// Whether the file at `path` is a migration in another language than SQL.
pub(in crate::areas::database) fn is_carrier(path: &str) -> bool {
    const ENDS: &[&str] = &[".php", ".py", ".rb", ".ts", ".js", ".cs", ".go", ".xml"];
    let lower = path.to_ascii_lowercase();
    ENDS.iter().any(|end| lower.ends_with(end))
        && ["migrat", "changelog", "alembic", "liquibase"].iter().any(|word| lower.contains(word))
}

/// Statements that a program runs itself when it starts, in a file that is no migration: the text of those that make
/// tables or indexes, on the lines on which they stand there.
pub(super) fn of_program(path: &str, text: &str) -> Option<String> {
    const ENDS: &[&str] = &[".go", ".py", ".ts", ".js", ".mjs", ".rs"];
    const MAKES: &[&str] = &["CREATE TABLE IF NOT EXISTS ", "CREATE INDEX ", "CREATE UNIQUE INDEX "];
    /// What a script that sets up an empty database runs, by Python's own interface.
    const SETS_UP: &str = "CREATE TABLE ";
    const RUNS: &[&str] = &[".execute(", ".executescript("];
    let is_script = path.ends_with(".py") && RUNS.iter().any(|call| text.contains(call));
    let makes = if is_script { [&[SETS_UP], &MAKES[1..]].concat() } else { MAKES.to_vec() };
    if !ENDS.iter().any(|end| path.ends_with(end)) || !text.contains(makes[0]) {
        return None;
    }
    let starts = makes.iter().flat_map(|makes| text.match_indices(makes).map(|(at, _)| at));
    let mut starts: Vec<usize> = starts.collect();
    starts.sort_unstable();
    let (mut sql, mut at) = (String::new(), 0);
    let mut ends = Ends::of(text);
    for start in starts.into_iter().filter_map(|start| {
        let before = text[..start].trim_end();
        let quote = ["\"\"\"", "'''", "\"", "'", "`"].into_iter().find(|quote| before.ends_with(quote))?;
        let is_run = || RUNS.iter().any(|call| before.trim_end_matches(quote).trim_end().ends_with(call));
        let is_certain = !text[start..].starts_with(SETS_UP) || text[start..].starts_with(MAKES[0]);
        (is_certain || is_run()).then(|| before.len() - quote.len())
    }) {
        if start < at {
            continue;
        }
        let Some(piece) = ends.literal(start) else { continue };
        sql.extend(text[at..piece.start].chars().filter(|c| *c == '\n'));
        sql.push_str(&text[piece.clone()]);
        sql.push(';');
        at = piece.end;
    }
    (!sql.is_empty()).then_some(sql)
}

/// The SQL in `text`, on the lines on which it stands there; `None` if there is none.
pub(super) fn sql(path: &str, text: &str) -> Option<String> {
    let is_markup = paths::name(path).to_ascii_lowercase().ends_with(".xml");
    let text = &*without_way_back(text);
    let pieces = if is_markup { elements(text) } else { literals(text) };
    let mut sql = String::new();
    let mut at = 0;
    for piece in pieces.into_iter().filter(|piece| declares(&text[piece.clone()])) {
        sql.extend(text[at..piece.start].chars().filter(|c| *c == '\n'));
        let body = text[piece.clone()].replace("\\\"", "\"");
        sql.push_str(&body.replace("<![CDATA[", " ").replace("]]>", " "));
        sql.push(';');
        at = piece.end;
    }
    if is_markup {
        indexes(text, &mut sql);
    }
    (!sql.is_empty()).then_some(sql)
}

/// Whether a piece of SQL says what a table is like.
fn declares(sql: &str) -> bool {
    let upper = sql.to_ascii_uppercase();
    ["CREATE ", "ALTER ", "DROP "].iter().any(|word| upper.contains(word))
}

/// `text` with blanks for how the migration is taken back, wherever that stands: at the end as most write it, or first.
pub(super) fn without_way_back(text: &str) -> Cow<'_, str> {
    let each = |marks: &[&'static str]| marks.iter().map(|mark| Next::of(text, mark)).collect::<Vec<_>>();
    let first = |marks: &mut [Next<'_>], from: usize| marks.iter_mut().filter_map(|mark| mark.behind(from)).min();
    let (mut back, mut forth) = (each(WAY_BACK), each(WAY_FORTH));
    let mut kept = String::new();
    let mut at = 0;
    while let Some(start) = first(&mut back, at) {
        let end = first(&mut forth, start).unwrap_or(text.len());
        kept.push_str(&text[at..start]);
        kept.extend(text[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        at = end;
    }
    if at == 0 { text.into() } else { (kept + &text[at..]).into() }
}

/// The strings that calls are given, in order.
fn literals(text: &str) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> =
        CALLS.iter().flat_map(|call| text.match_indices(call).map(|(at, call)| at + call.len())).collect();
    starts.sort_unstable();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut ends = Ends::of(text);
    for start in starts {
        let start = text.len() - text[start..].trim_start().len();
        if found.last().is_none_or(|last| last.end <= start)
            && let Some(literal) = ends.literal(start)
        {
            found.push(literal);
        }
    }
    found
}

/// What stands in Liquibase's `<sql>`, where it is not the way back.
fn elements(text: &str) -> Vec<Range<usize>> {
    let (mut opened, mut ended) = (Next::of(text, ">"), Next::of(text, "</sql>"));
    let mut back = text.match_indices("<rollback").peekable();
    let mut forth = text.match_indices("</rollback").peekable();
    let mut depth = 0_i64;
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices("<sql").filter(|(at, _)| text[at + 4..].starts_with(['>', ' '])) {
        depth += std::iter::from_fn(|| back.next_if(|mark| mark.0 < at)).count() as i64;
        depth -= std::iter::from_fn(|| forth.next_if(|mark| mark.0 < at)).count() as i64;
        // One within another is a part of it.
        let is_within = found.last().is_some_and(|last| at < last.end);
        if is_within || depth > 0 {
            continue;
        }
        let start = opened.behind(at).map(|open| open + 1);
        found.extend(start.and_then(|start| Some(start..ended.behind(start)?)));
    }
    found
}

/// Liquibase's own indexes, as statements of SQL.
fn indexes(text: &str, sql: &mut String) {
    let value = |element: &str, name: &str| {
        let rest = &element[element.find(&format!("{name}=\""))? + name.len() + 2..];
        let value = rest.split('"').next()?.split(',').next()?.trim();
        value.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| value.to_owned())
    };
    for element in each(text, "<createIndex", "</createIndex") {
        if let (Some(table), Some(column)) = (value(element, "tableName"), value(element, "<column name")) {
            let unique = if element.contains("unique=\"true\"") { "UNIQUE " } else { "" };
            let _ = write!(sql, "CREATE {unique}INDEX liquibase ON {table} ({column});");
        }
    }
    for element in each(text, "<addUniqueConstraint", ">") {
        if let (Some(table), Some(column)) = (value(element, "tableName"), value(element, "columnNames")) {
            let _ = write!(sql, "CREATE UNIQUE INDEX liquibase ON {table} ({column});");
        }
    }
}

/// What begins with `open`, up to `close` or the next that begins so.
fn each<'t>(text: &'t str, open: &str, close: &'static str) -> Vec<&'t str> {
    let starts: Vec<usize> = text.match_indices(open).map(|(at, _)| at).collect();
    let nexts = starts.iter().skip(1).copied().chain([text.len()]);
    let mut ends = Next::of(text, close);
    starts.iter().zip(nexts).map(|(&at, next)| &text[at..ends.behind(at).unwrap_or(next).min(next)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Following each to the end of the text takes minutes.
    const LONGEST: std::time::Duration = std::time::Duration::from_secs(20);

    #[test]
    fn what_calls_are_given_is_sql() {
        for (path, text) in [
            ("db/migrations/1.php", "function up() {\n$this->execute(<<<SQL\nCREATE TABLE a (b int);\nSQL\n);\n}"),
            ("migrations/1.php", "function up() {\n\n$this->addSql('CREATE TABLE a (b int)');\n}"),
            ("alembic/1.py", "def upgrade():\n\n    op.execute(\"\"\"CREATE TABLE a (b int)\"\"\")\n"),
            ("migrations/1.go", "func up() {\n\n\t_, err := db.ExecContext(ctx, `CREATE TABLE a (b int)`)\n"),
            (
                "cmd/migrations/1.go",
                "Migrations.MustRegister(func(ctx context.Context, db *bun.DB) error {\n\n\tdb.Exec(`CREATE TABLE a (b int)`)\n}, func(ctx context.Context, db *bun.DB) error {\n\tdb.Exec(`DROP TABLE a`)\n})",
            ),
            ("migrations/1.ts", "up() {\n\n  await runner.query(`CREATE TABLE a (b int)`);\n"),
        ] {
            assert!(is_carrier(path));
            let read = sql(path, text).unwrap_or_default();
            assert!(read.starts_with("\n\nCREATE TABLE a (b int)"), "{path}: {read}");
            assert!(!read.contains("DROP"), "{path}: {read}");
        }
    }

    #[test]
    fn what_a_program_runs_when_it_starts_is_sql() {
        let text = "package a\nfunc migrate() {\n\tvar users = `\n\tCREATE TABLE IF NOT EXISTS users (\n\t\tid int\n\t);`\n\tdb.Exec(users)\n\tdb.Exec(\"CREATE INDEX a ON users (id)\")\n}\n";
        let read = of_program("db.go", text).unwrap_or_default();
        assert!(read.starts_with("\n\n\n\tCREATE TABLE IF NOT EXISTS users"), "{read}");
        assert!(read.contains("CREATE INDEX a ON users (id);") && !read.contains("Exec"), "{read}");
        assert_eq!(of_program("db.go", "// CREATE TABLE IF NOT EXISTS users (id int)\n"), None);
        assert_eq!(of_program("db.go", "log(\"CREATE TABLE users (id int)\")\n"), None);
        let script = "conn.execute('''\n    CREATE TABLE users (id int, UNIQUE(id));\n''')\n";
        assert!(of_program("setup.py", script).is_some_and(|read| read.contains("UNIQUE(id)")));
        assert_eq!(of_program("setup.py", "conn.execute(sql)\nlog(\"CREATE TABLE users (id int)\")\n"), None);
    }

    #[test]
    fn what_is_no_sql_or_takes_it_back_is_not_read() {
        let down = "function up() {}\nfunction down() { $this->execute('DROP TABLE a'); }";
        assert_eq!(sql("migrations/1.php", down), None);
        assert_eq!(sql("migrations/1.php", "log('CREATE TABLE a (b int)');"), None);
        assert!(!is_carrier("src/users.php"));
    }

    #[test]
    fn a_way_back_that_stands_first_hides_nothing() {
        for (path, text) in [
            (
                "migrations/1.php",
                "function down() {\n$this->execute('DROP TABLE a'); }\nfunction up() { $this->execute('CREATE TABLE b (c int)'); }",
            ),
            (
                "alembic/1.py",
                "def downgrade():\n    op.execute('DROP TABLE a')\ndef upgrade():\n    op.execute('CREATE TABLE b (c int)')\n",
            ),
            (
                "migrations/1.js",
                "exports.down = (knex) => {\n  return knex.raw('DROP TABLE a') };\nexports.up = (knex) => knex.raw('CREATE TABLE b (c int)');\n",
            ),
            (
                "migrations/1.rb",
                "class A\n  def down; execute 'DROP TABLE a'; end\n  def up; execute 'CREATE TABLE b (c int)'; end\nend\n",
            ),
            (
                "migrations/1.go",
                "func downA(tx *sql.Tx) {\n\ttx.Exec(`DROP TABLE a`) }\nfunc upA(tx *sql.Tx) { tx.Exec(`CREATE TABLE b (c int)`) }\n",
            ),
            (
                "Migrations/1.cs",
                "void Down(MigrationBuilder b) {\n b.Sql(\"DROP TABLE a\"); }\nvoid Up(MigrationBuilder b) { b.Sql(\"CREATE TABLE b (c int)\"); }",
            ),
        ] {
            let read = sql(path, text).unwrap_or_default();
            assert_eq!(read.trim_start(), "CREATE TABLE b (c int);", "{path}");
            assert_eq!(
                read.find("CREATE"),
                Some(text[..text.find("CREATE").expect("one")].matches('\n').count()),
                "{path}"
            );
        }
    }

    #[test]
    fn what_is_opened_again_and_again_is_followed_once() {
        let fill = |part: &str| part.repeat((1 << 20) / part.len());
        let heredocs: String = (0..50_000).map(|index| format!("execute(<<<A{index}\n")).collect();
        for (path, text) in [
            ("changelog/1.xml", fill("<sql>CREATE ") + "</sql>"),
            ("changelog/1.xml", fill("<sql ")),
            ("changelog/1.xml", fill("<sql>")),
            ("changelog/1.xml", fill("<rollback><sql>")),
            ("changelog/1.xml", fill("<createIndex a=\"")),
            ("changelog/1.xml", fill("<addUniqueConstraint ")),
            ("migrations/1.php", fill("function down\n")),
            ("migrations/1.php", fill("def down\ndef up\n")),
            ("migrations/1.php", heredocs),
        ] {
            let began = std::time::Instant::now();
            sql(path, &text);
            assert!(began.elapsed() < LONGEST, "{path}: {}", &text[..20]);
        }
        let began = std::time::Instant::now();
        of_program("a.go", &("CREATE TABLE IF NOT EXISTS ".to_owned() + &fill("\\\"CREATE INDEX ")));
        assert!(began.elapsed() < LONGEST);
    }

    #[test]
    fn an_element_within_another_is_a_part_of_it() {
        let text = "<sql>\n<sql>CREATE INDEX i ON a (b);</sql>\n<sql>CREATE INDEX j ON a (c);</sql>\n";
        let read = sql("changelog/1.xml", text).unwrap_or_default();
        assert_eq!(read.matches("CREATE INDEX").count(), 2, "{read}");
    }

    #[test]
    fn liquibase_has_sql_and_indexes_of_its_own() {
        let text = "<changeSet>\n<sql>CREATE INDEX i ON a (b);</sql>\n<rollback><sql>DROP TABLE a;</sql></rollback>\n<createIndex indexName=\"j\" tableName=\"a\">\n<column name=\"c\"/>\n</createIndex>\n</changeSet>\n";
        let read = sql("changelog/1.xml", text).unwrap_or_default();
        assert_eq!(read, "\nCREATE INDEX i ON a (b);;CREATE INDEX liquibase ON a (c);");
    }
}
