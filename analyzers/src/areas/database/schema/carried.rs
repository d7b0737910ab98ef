//! SQL that a migration in another language carries: `$this->execute("...")`, `op.execute(...)`, Liquibase's `<sql>`.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use crate::Snapshot;
use crate::paths::{self, is_aside};
use crate::snapshot::{File, Skipped};

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

/// Of a larger migration the SQL is not read, which the report says: looking for what closes each string and element takes
/// the square of its size.
const LARGEST: usize = 256 * 1024;

/// Whether the file at `path` is a migration in another language than SQL.
pub(in crate::areas::database) fn is_carrier(path: &str) -> bool {
    const ENDS: &[&str] = &[".php", ".py", ".rb", ".ts", ".js", ".cs", ".go", ".xml"];
    let lower = path.to_ascii_lowercase();
    ENDS.iter().any(|end| lower.ends_with(end))
        && ["migrat", "changelog", "alembic", "liquibase"].iter().any(|word| lower.contains(word))
}

/// Those of `repo` that are larger than what is read of one.
pub(crate) fn unread(repo: &Snapshot) -> Option<Skipped> {
    let is_large =
        |(file, text): &(&File, &str)| text.len() > LARGEST && is_carrier(&file.path) && !is_aside(&file.path);
    let count = repo.tree().own_texts().filter(is_large).count() as u64;
    let why = format!("larger than {} KiB, so the SQL in them was not read", LARGEST >> 10);
    (count > 0).then_some(Skipped { what: "migration", why, count, incomplete: true })
}

/// Statements that a program runs itself when it starts, in a file that is no migration: the text of those that make
/// tables or indexes, on the lines on which they stand there.
pub(super) fn of_program(path: &str, text: &str) -> Option<String> {
    const ENDS: &[&str] = &[".go", ".py", ".ts", ".js", ".mjs", ".rs"];
    const MAKES: &[&str] = &["CREATE TABLE IF NOT EXISTS ", "CREATE INDEX ", "CREATE UNIQUE INDEX "];
    if !ENDS.iter().any(|end| path.ends_with(end)) || text.len() > LARGEST || !text.contains(MAKES[0]) {
        return None;
    }
    let starts = MAKES.iter().flat_map(|makes| text.match_indices(makes).map(|(at, _)| at));
    let mut starts: Vec<usize> = starts.collect();
    starts.sort_unstable();
    let (mut sql, mut at) = (String::new(), 0);
    for start in starts.into_iter().filter_map(|start| {
        let before = text[..start].trim_end();
        let quote = ["\"\"\"", "'''", "\"", "'", "`"].into_iter().find(|quote| before.ends_with(quote))?;
        Some(before.len() - quote.len())
    }) {
        let Some(piece) = literal(text, start).filter(|piece| piece.start >= at) else { continue };
        sql.extend(text[at..piece.start].chars().filter(|c| *c == '\n'));
        sql.push_str(&text[piece.clone()]);
        sql.push(';');
        at = piece.end;
    }
    (!sql.is_empty()).then_some(sql)
}

/// The SQL in `text`, on the lines on which it stands there; `None` if there is none.
pub(super) fn sql(path: &str, text: &str) -> Option<String> {
    if text.len() > LARGEST {
        return None;
    }
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
    let first =
        |marks: &[&str], from: usize| marks.iter().filter_map(|mark| Some(from + text[from..].find(mark)?)).min();
    let mut kept = String::new();
    let mut at = 0;
    while let Some(start) = first(WAY_BACK, at) {
        let end = first(WAY_FORTH, start).unwrap_or(text.len());
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
    for start in starts {
        let start = text.len() - text[start..].trim_start().len();
        if found.last().is_none_or(|last| last.end <= start)
            && let Some(literal) = literal(text, start)
        {
            found.push(literal);
        }
    }
    found
}

/// What is within the quotes, or the lines of the heredoc, that begin at `start`.
fn literal(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = &text[start..];
    if let Some(name) = ["<<<", "<<~", "<<-"].iter().find_map(|mark| rest.strip_prefix(mark)) {
        let name: String =
            name.trim_start_matches(['\'', '"']).chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let body = start + rest.find('\n')? + 1;
        let mut at = body;
        for line in text[body..].split_inclusive('\n') {
            if line.trim_start().starts_with(&name) {
                return (!name.is_empty()).then_some(body..at);
            }
            at += line.len();
        }
        return None;
    }
    let rest = rest.trim_start_matches(['$', '@', 'r', 'f']);
    let open = text.len() - rest.len();
    let quote = ["\"\"\"", "'''", "\"", "'", "`"].into_iter().find(|quote| rest.starts_with(quote))?;
    let body = open + quote.len();
    let mut ends = text[body..].match_indices(quote).map(|(at, _)| body + at);
    ends.find(|end| !text[..*end].ends_with('\\')).map(|end| body..end)
}

/// What stands in Liquibase's `<sql>`, where it is not the way back.
fn elements(text: &str) -> Vec<Range<usize>> {
    let element = |(at, _): (usize, &str)| {
        let start = at + text[at..].find('>')? + 1;
        let is_way_back = text[..at].matches("<rollback").count() > text[..at].matches("</rollback").count();
        let end = start + text[start..].find("</sql>")?;
        (!is_way_back).then_some(start..end)
    };
    text.match_indices("<sql").filter(|(at, _)| text[at + 4..].starts_with(['>', ' '])).filter_map(element).collect()
}

/// Liquibase's own indexes, as statements of SQL.
fn indexes(text: &str, sql: &mut String) {
    let value = |element: &str, name: &str| {
        let rest = &element[element.find(&format!("{name}=\""))? + name.len() + 2..];
        let value = rest.split('"').next()?.split(',').next()?.trim();
        value.chars().all(|c| c.is_alphanumeric() || c == '_').then(|| value.to_owned())
    };
    for (at, _) in text.match_indices("<createIndex") {
        let element = text[at..].split("</createIndex").next().unwrap_or_default();
        if let (Some(table), Some(column)) = (value(element, "tableName"), value(element, "<column name")) {
            let unique = if element.contains("unique=\"true\"") { "UNIQUE " } else { "" };
            let _ = write!(sql, "CREATE {unique}INDEX liquibase ON {table} ({column});");
        }
    }
    for (at, _) in text.match_indices("<addUniqueConstraint") {
        let element = text[at..].split('>').next().unwrap_or_default();
        if let (Some(table), Some(column)) = (value(element, "tableName"), value(element, "columnNames")) {
            let _ = write!(sql, "CREATE UNIQUE INDEX liquibase ON {table} ({column});");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rubric::Rubric;
    use crate::run::judge;
    use crate::snapshot::NoWatch;
    use crate::snapshot::fixture::Fixture;

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
    fn a_migration_that_is_too_large_to_be_read_is_said() {
        let text =
            |size: usize| format!("def upgrade():\n    op.execute('CREATE TABLE a (b int)')\n{}", "\n".repeat(size));
        let said = |path: &str, size: usize| {
            let repo = Fixture::new().file(path, &text(size)).snapshot();
            let found = judge(&repo, Rubric::built_in(), &[], &[], &NoWatch);
            (found.complete, found.skipped.into_iter().map(|one| one.why).collect::<Vec<_>>())
        };
        let why = "larger than 256 KiB, so the SQL in them was not read".to_owned();
        assert_eq!(said("migrations/1.py", LARGEST), (false, vec![why]));
        assert_eq!(said("migrations/1.py", 9), (true, Vec::new()));
        assert_eq!(said("src/users.py", LARGEST), (true, Vec::new()));
    }

    #[test]
    fn liquibase_has_sql_and_indexes_of_its_own() {
        let text = "<changeSet>\n<sql>CREATE INDEX i ON a (b);</sql>\n<rollback><sql>DROP TABLE a;</sql></rollback>\n<createIndex indexName=\"j\" tableName=\"a\">\n<column name=\"c\"/>\n</createIndex>\n</changeSet>\n";
        let read = sql("changelog/1.xml", text).unwrap_or_default();
        assert_eq!(read, "\nCREATE INDEX i ON a (b);;CREATE INDEX liquibase ON a (c);");
    }
}
