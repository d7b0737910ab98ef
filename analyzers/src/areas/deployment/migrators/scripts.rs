//! Tables that a script fits to the classes before the program starts.

use super::{Kind, Migrator, is_aside};
use crate::{Place, Snapshot};

/// What is said on a line that does so, and what it does.
const LINES: &[(&[&str], Kind)] = &[
    (&["doctrine:schema:update", "--force"], Kind::OrmAuto),
    (&["orm:schema-tool:update", "--force"], Kind::OrmAuto),
    (&["doctrine:schema:create"], Kind::Created),
    (&["orm:schema-tool:create"], Kind::Created),
    (&["prisma db push"], Kind::OrmAuto),
    (&["migrate", "--run-syncdb"], Kind::OrmAuto),
];

/// Commands that fit the tables to the classes, where a person runs them.
const BY_HAND: &[&[&str]] = &[
    &["doctrine:schema:update", "--force"],
    &["orm:schema-tool:update", "--force"],
    &["mikro-orm", "schema:update", "--run"],
    &["mikro-orm", "schema:fresh", "--run"],
    &["typeorm", "schema:sync"],
];

/// Settings that do so when the program starts, as a document tells whoever sets it up to write them.
const SETTINGS: &[&str] = &["ddl-auto=update", "ddl-auto: update"];

/// Where a command or a setting that fits the tables is kept for people: in the targets and scripts of a project, or in
/// what its README says.
pub(super) fn by_hand(repo: &Snapshot) -> Option<Migrator> {
    let is_for_people = |name: &str| {
        matches!(name, "Makefile" | "makefile" | "justfile" | "Taskfile.yml" | "package.json" | "composer.json")
            || is_readme(name)
    };
    let mut files = repo.tree().own_texts().filter(|(file, _)| is_for_people(file.name()));
    files.find_map(|(file, text)| {
        let says = |line: &str| {
            BY_HAND.iter().any(|words| words.iter().all(|word| line.contains(word)))
                || is_readme(file.name()) && SETTINGS.iter().any(|setting| line.trim_end().ends_with(setting))
        };
        let line = text.lines().position(|line| !line.trim_start().starts_with('#') && says(line))? as u32 + 1;
        let kind = Kind::Fitted;
        let place = Place::lines(repo.head(), file.path.as_str(), line, line);
        Some(Migrator { kind, tool: kind.name(), path: file.path.clone(), count: 1, place })
    })
}

/// Whether anything that people read or start brings Prisma's schema into a database.
pub(super) fn pushes_prisma(repo: &Snapshot) -> bool {
    let pushes = |text: &str| ["prisma db push", "prisma migrate", "prisma:push"].iter().any(|way| text.contains(way));
    repo.tree().own_texts().any(|(_, text)| pushes(text))
}

fn is_readme(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with("readme") && lower.ends_with(".md")
}

/// How the tables come to be that the script of a container, or a process, brings up to date.
pub(super) fn fitting(repo: &Snapshot) -> Option<Migrator> {
    repo.tree().own_texts().filter(|(file, text)| !is_aside(&file.path) && starts(file.name(), text)).find_map(
        |(file, text)| {
            let (line, kind) = (1..).zip(text.lines()).find_map(|(number, line)| {
                let code = line.trim_start();
                let says = |words: &[&str]| words.iter().all(|word| code.contains(word));
                let (_, kind) = LINES.iter().find(|(words, _)| says(words)).filter(|_| !code.starts_with('#'))?;
                Some((number, *kind))
            })?;
            let place = Place::lines(repo.head(), file.path.as_str(), line, line);
            Some(Migrator { kind, tool: kind.name(), path: file.path.clone(), count: 1, place })
        },
    )
}

/// Whether a file says how a program starts: by its name, or as a script for a shell that has a name without an ending.
fn starts(name: &str, text: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_for_a_shell = || {
        let first = text.lines().next().unwrap_or_default();
        first.starts_with("#!") && first.trim_end().ends_with("sh")
    };
    lower.ends_with(".sh")
        || !lower.contains('.') && is_for_a_shell()
        || lower.contains("dockerfile")
        || lower.contains("entrypoint")
        || lower == "procfile"
        || (lower.contains("compose") && (lower.ends_with(".yml") || lower.ends_with(".yaml")))
}

#[cfg(test)]
mod tests {
    use super::super::detect;
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_script_fits_the_tables_before_the_program_starts() {
        let kind = |path: &str, line: &str| {
            let repo = Fixture::new().file(path, &format!("set -e\n{line}\n"));
            detect(&repo.snapshot()).map(|found| found.kind)
        };
        let update = "php bin/console doctrine:schema:update --force";
        assert_eq!(kind("docker/entrypoint.sh", update), Some(Kind::OrmAuto));
        assert_eq!(kind("docker/entrypoint.sh", &format!("# {update}")), None);
        assert_eq!(kind("docker/entrypoint.sh", "php bin/console doctrine:schema:update --dump-sql"), None);
        assert_eq!(kind("Dockerfile", "RUN php bin/console doctrine:schema:create"), Some(Kind::Created));
        assert_eq!(kind("notes.txt", update), None);
        assert_eq!(kind("notes", update), None);
        let script = Fixture::new().file("dev", "#!/usr/bin/env bash\nphp bin/console doctrine:schema:create\n");
        assert_eq!(detect(&script.snapshot()).map(|found| found.kind), Some(Kind::Created));
    }

    #[test]
    fn people_are_told_how_the_tables_are_fitted() {
        let kind = |path: &str, text: &str| {
            detect(&Fixture::new().file(path, text).snapshot()).map(|found| (found.kind, found.tool))
        };
        let fitted = Some((Kind::Fitted, "orm_auto"));
        assert_eq!(kind("Makefile", "db:\n\tbin/console doctrine:schema:update --force -n\n"), fitted);
        assert_eq!(kind("Makefile", "db:\n\tbin/console doctrine:schema:validate\n"), None);
        assert_eq!(kind("package.json", "{\"scripts\": {\"db\": \"mikro-orm schema:update --run\"}}"), fitted);
        let readme = "# A\n\n```\nspring.datasource.url=a\nspring.jpa.hibernate.ddl-auto=update\n```\n";
        assert_eq!(kind("README.md", readme), fitted);
        assert_eq!(kind("README.md", "# A\n\nNever use `ddl-auto=update` here.\n"), None);
    }
}
