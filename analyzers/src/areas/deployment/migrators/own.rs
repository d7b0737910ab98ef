//! Numbered files of SQL in any folder, which a runner of the project's own applies one after another.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Migrator, is_aside, migrator};
use crate::Snapshot;
use crate::code::{Language, pattern};
use crate::paths;
use regex::Regex;

/// So many are a habit, and no script for an empty database.
const SEVERAL: usize = 3;

/// What changes a table that is there.
const CHANGES: &[&str] = &["ALTER TABLE", "CREATE INDEX", "UPDATE ", "DROP "];

/// Calls that read what is in a folder.
const READS: &[&str] = &[
    "ReadDir(",
    "filepath.Glob(",
    "filepath.Walk",
    "embed.FS",
    "readdir",
    "glob(",
    "listdir(",
    "iterdir(",
    "Dir.glob",
    "Dir[",
    "scandir(",
    "read_dir(",
    "include_dir!",
    "GetFiles(",
];

/// The folder with the most of them, if something reads it.
pub(super) fn find(repo: &Snapshot, files: &[(&str, &str)]) -> Option<Migrator> {
    let mut folders: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
    for (path, text) in files.iter().filter(|(path, _)| path.ends_with(".sql")) {
        if paths::name(path).starts_with(|c: char| c.is_ascii_digit()) {
            folders.entry(paths::folder(path)).or_default().push((path, text));
        }
    }
    let changes = |text: &str| {
        let text = text.to_ascii_uppercase();
        CHANGES.iter().any(|word| text.contains(word))
    };
    folders.retain(|_, found| {
        found.len() >= SEVERAL
            && found.iter().any(|(_, text)| changes(text) && !text.to_ascii_uppercase().contains("CREATE TABLE"))
    });
    let (folder, mut found) = folders.into_iter().max_by_key(|(_, found)| found.len())?;
    found.sort_unstable();
    runs(repo, folder).then(|| migrator(repo, "sql", folder, found[0].0, found.len()))
}

/// A list of functions or texts in the program's own code, each of which changes the tables: `var migrations = [...]func(…`.
pub(super) fn in_code(repo: &Snapshot, files: &[(&str, &str)]) -> Option<Migrator> {
    static LIST: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b\w*migrations?\w*\s*(:?=|:\s*[^=\n]{0,60}=)\s*(map\[\w+\]\s*func|\[[\d.]*\]\s*(func|string)|&?\[|vec!\[|\[\s*\n)",
        )
    });
    static CHANGES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i-u)\b(create|alter|drop)\s+table\b"));
    static VERSION: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)schema_?version|user_version|migrations?\b[^\n]*version"));
    let (path, _) = files.iter().find(|(path, text)| {
        !path.ends_with(".sql")
            && Language::of(path).is_some()
            && CHANGES.find_iter(text).take(SEVERAL).count() == SEVERAL
            && LIST.is_match(text)
            && (VERSION.is_match(text) || text.contains("ALTER TABLE"))
    })?;
    Some(migrator(repo, "sql", path, path, 1))
}

/// Whether some code reads a folder of SQL, and speaks of migrations or of the folder itself.
fn runs(repo: &Snapshot, folder: &str) -> bool {
    let name = paths::name(folder);
    let speaks = |path: &str, text: &str| {
        let is_named = !name.is_empty()
            && [format!("{name}/"), format!("{name}\""), format!("{name}'")]
                .iter()
                .any(|it| text.contains(it.as_str()));
        is_named || path.to_ascii_lowercase().contains("migrat") || text.contains("igration")
    };
    crate::areas::deployment::migrations::code(repo).any(|(path, text)| {
        !is_aside(path) && text.contains(".sql") && READS.iter().any(|call| text.contains(call)) && speaks(path, text)
    }) || is_gone_through(repo, name)
}

/// Whether a script for a shell hands a database one file of the folder after another, by which versions it has had.
fn is_gone_through(repo: &Snapshot, folder: &str) -> bool {
    let within = format!("{folder}/");
    let is_runner = |text: &str| {
        text.contains(&within)
            && ["psql ", "mysql ", "sqlite3 "].iter().any(|client| text.contains(client))
            && text.lines().any(|line| ["for ", "while "].iter().any(|word| line.trim_start().starts_with(word)))
            && ["version", "migration"].iter().any(|word| text.to_ascii_lowercase().contains(word))
    };
    let mut scripts = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".sh") && !is_aside(&file.path));
    !folder.is_empty() && scripts.any(|(_, text)| is_runner(text))
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, detect};
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_runner_of_the_projects_own_applies_numbered_files() {
        let kind = |runner: &str, last: &str| {
            let repo = Fixture::new()
                .file("db/scripts/01_users.sql", "CREATE TABLE users (id INT);\n")
                .file("db/scripts/02_posts.sql", "CREATE TABLE posts (id INT);\n")
                .file("db/scripts/03_names.sql", last)
                .file("db/migrate.go", &format!("package db\nfunc RunMigrations(path string) {{\n\tfiles, _ := {runner}\n\tapply(files, \".sql\")\n}}\n"));
            detect(&repo.snapshot()).map(|found| (found.kind, found.path, found.count))
        };
        let own = Some((Kind::Tool, "db/scripts".to_owned(), 3));
        assert_eq!(kind("os.ReadDir(path)", "ALTER TABLE users ADD name TEXT;\n"), own);
        assert_ne!(kind("os.ReadFile(path)", "ALTER TABLE users ADD name TEXT;\n"), own);
        assert_ne!(kind("os.ReadDir(path)", "CREATE TABLE names (id INT);\n"), own);
    }

    #[test]
    fn a_script_may_hand_numbered_files_to_the_database() {
        let kind = |script: &str| {
            let repo = Fixture::new()
                .file("db/scripts/000_init.sql", "CREATE TABLE users (id INT);\n")
                .file("db/scripts/001_names.sql", "ALTER TABLE users ADD name TEXT;\n")
                .file("db/scripts/002_mails.sql", "ALTER TABLE users ADD mail TEXT;\n")
                .file("db/init.sh", script);
            detect(&repo.snapshot()).map(|found| found.kind)
        };
        let loops = "for FILE in $(ls ./scripts/); do\n  has_version $FILE || psql -f ./scripts/$FILE shop\ndone\n";
        assert_eq!(kind(loops), Some(Kind::Tool));
        assert_ne!(kind("psql -f ./scripts/000_init.sql shop # version 1\n"), Some(Kind::Tool));
    }

    #[test]
    fn a_list_in_the_code_may_be_the_migrations() {
        let kind = |head: &str, second: &str| {
            let text = format!(
                "package database\n\nvar {head}{{\n\tfunc(tx *sql.Tx) error {{ return run(tx, `CREATE TABLE schema_version (version text)`) }},\n\tfunc(tx *sql.Tx) error {{ return run(tx, `CREATE TABLE users (id int)`) }},\n\tfunc(tx *sql.Tx) error {{ return run(tx, `{second}`) }},\n}}\n"
            );
            detect(&Fixture::new().file("internal/database/migrations.go", &text).snapshot()).map(|found| found.kind)
        };
        let change = "ALTER TABLE users ADD name text";
        assert_eq!(kind("migrations = [...]func(tx *sql.Tx) error", change), Some(Kind::Tool));
        assert_ne!(kind("tables = [...]func(tx *sql.Tx) error", change), Some(Kind::Tool));
    }
}
