//! Numbered files of SQL that nothing applies.

use super::is_aside;
use crate::Snapshot;
use crate::code::Language;
use crate::paths;

/// What stands on a line that applies a folder of SQL.
const APPLIES: &[&str] = &[
    "up", "psql", "mysql", "sqlite3", "-path", "-dir", "-source", "flyway", "goose", "dbmate", "atlas", "tern",
    "apply", "migrate",
];

/// Whether neither the code reads the folder, nor a script, a pipeline or a document applies it.
pub(super) fn is(repo: &Snapshot, folder: &str) -> bool {
    let name = paths::name(folder);
    let in_code =
        [format!("{name}/"), format!("/{name}\""), format!("\"{name}\""), format!("'{name}'"), format!("embed {name}")];
    repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path) && !file.path.ends_with(".sql")).all(
        |(file, text)| {
            if !text.contains(name) {
                return true;
            }
            let is_code = Language::of(&file.path).is_some();
            !text.lines().filter(|line| line.contains(name) && !is_of_a_start(line)).any(|line| {
                let applies = || {
                    let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '-');
                    words.any(|word| APPLIES.contains(&word)) && !line.contains("create")
                };
                if is_code { in_code.iter().any(|mark| line.contains(mark.as_str())) } else { applies() }
            })
        },
    )
}

/// Whether a container that starts with an empty database fills it with the folder.
pub(super) fn is_mounted(repo: &Snapshot, folder: &str) -> bool {
    let name = paths::name(folder);
    let mut lines = repo.tree().own_texts().flat_map(|(_, text)| text.lines());
    lines.any(|line| !line.trim_start().starts_with('#') && line.contains(name) && is_of_a_start(line))
}

fn is_of_a_start(line: &str) -> bool {
    line.contains("docker-entrypoint-initdb.d")
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, detect};
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn numbered_sql_that_nothing_applies_is_overtaken() {
        let kind = |path: &str, text: &str| {
            let repo = Fixture::new()
                .file("migrations/001_users.sql", "CREATE TABLE users (id int);\n")
                .file("db.go", "package db\nfunc f() { db.AutoMigrate(&User{}) }\n")
                .file(path, text);
            detect(&repo.snapshot()).map(|found| found.kind)
        };
        assert_eq!(kind("a.txt", ""), Some(Kind::OrmAuto));
        assert_eq!(kind("Makefile", "new:\n\tmigrate create -ext sql -dir migrations $(name)\n"), Some(Kind::OrmAuto));
        assert_eq!(kind("Makefile", "up:\n\tpsql -f migrations/001_users.sql\n"), Some(Kind::Tool));
        assert_eq!(kind("run.go", "package db\n//go:embed migrations/*.sql\nvar files embed.FS\n"), Some(Kind::Tool));
        let mount = "services:\n  db:\n    volumes:\n      - ./migrations:/docker-entrypoint-initdb.d\n";
        assert_eq!(kind("compose.yml", mount), Some(Kind::OrmAuto));
    }

    #[test]
    fn numbered_sql_that_a_container_mounts_fills_an_empty_database() {
        let mount = "services:\n  db:\n    image: postgres:16\n    volumes:\n      - ./migrations:/docker-entrypoint-initdb.d\n";
        let repo = Fixture::new().file("migrations/001_users.sql", "CREATE TABLE users (id int);\n");
        assert_eq!(detect(&repo.snapshot()).map(|found| found.kind), Some(Kind::Tool));
        let repo = Fixture::new().file("migrations/001_users.sql", "CREATE TABLE users (id int);\n");
        assert_eq!(detect(&repo.file("compose.yml", mount).snapshot()).map(|found| found.kind), Some(Kind::InitSql));
    }
}
