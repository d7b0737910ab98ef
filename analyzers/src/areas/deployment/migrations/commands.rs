//! Commands that bring a schema up to date, told from those that write a migration or take one back.

use std::borrow::Cow;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

/// Commands that bring a schema up to date.
pub(super) static COMMAND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\b(alembic\b.*\bupgrade|flask\b.*\bdb upgrade|\.py\W+db\W+upgrade|aerich upgrade|manage(\.py)?\W+migrate|flyway\S*[ :].*migrate",
        r"|flyway(:m|M)igrate|liquibase\S*[ :].*update|db:(migrate|prepare|setup)|artisan\W+migrate",
        r"|sqlx (migrate|mig|database setup)|diesel (migration run|setup|database (setup|reset))|phinx migrate",
        r"|prisma\W+(migrate|db\W+push)|drizzle-kit\W+(migrate|push)|migrations?:(run|up|migrate)|migrate:latest",
        r"|goose\b.*\bup\b|\bspark migrate\b|\bdb-migrate up\b|migrate\b.* -(path|database|source)|ef database update|dbmate (up|migrate)",
        r"|ecto\.(migrate|setup)|atlas (migrate|schema) apply|yoyo apply|tern migrate|d1 migrations apply",
        r"|(npm|yarn|pnpm|bun)( run)? [\w:-]*migrat[\w:-]*|make [\w-]*migrat[\w-]*|sea-orm-cli migrate",
        r"|(just|task|poe|inv|invoke|fab|mage|mise run|pdm run|composer( run)?) [\w:-]*migrat[\w:-]*|migrate:(up|run|deploy)",
        r"|manage\.py\W+(\S+\s+)?migrate|django-admin\W+migrate|[Uu]pdate-[Dd]atabase\b|d:m:m\b)\S*"
    ))
});

/// What makes such a command write a new migration, or take one back.
pub(super) static OTHER_WAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(creat(e|ion)|generat(e|ion)|new|make:|add|down|revert|rollback|undo|drop|status|diff|revision|info)(\b|_)",
    )
});

/// Whether the command line brings a schema up to date.
pub(super) fn migrates(line: &str) -> bool {
    let line = spelt_out(line);
    COMMAND.find(&line).is_some_and(|found| {
        let rest = line[found.end()..].split(['&', ';', '|']).next().unwrap_or_default();
        !OTHER_WAY.is_match(found.as_str()) && !OTHER_WAY.is_match(rest)
    })
}

/// Whether one of the commands in a line of prose or code does, whatever is said behind it.
pub(in crate::areas::deployment) fn applies(line: &str) -> bool {
    spelt_out(line).split(['&', ';', '|']).any(|part| {
        COMMAND.find(part).is_some_and(|found| {
            let next = part[found.end()..].split_whitespace().next().unwrap_or_default();
            !OTHER_WAY.is_match(found.as_str()) && !OTHER_WAY.is_match(next)
        })
    })
}

/// The line of `text` that does, which is no comment.
pub(super) fn command_line(text: &str) -> Option<u32> {
    let is_command = |line: &str| !line.trim_start().starts_with(['#', '/']) && migrates(line);
    Some(text.lines().position(is_command)? as u32 + 1)
}

/// The tasks that a shell makes of one in braces, as far as they say that tables are made: `db:{drop,create,migrate}`.
fn spelt_out(line: &str) -> Cow<'_, str> {
    static BRACES: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"\bdb:\{[^}\s]*\b(?P<task>migrate|prepare|setup)\b[^}\s]*\}"));
    if line.contains("db:{") { BRACES.replace_all(line, "db:${task}") } else { Cow::Borrowed(line) }
}

#[cfg(test)]
mod tests {
    use crate::Outcome;
    use crate::areas::deployment::migrations::tests::with;

    #[test]
    fn a_command_that_does_something_else_is_no_migration() {
        let readme = |command: &str| with("README.md", &format!("# A\n\n```\n{command}\n```\n"));
        for command in
            ["psql -f init.sql", "sqlx", "alembic revision -m a", "npm run migration:generate", "npm run db:generate"]
        {
            assert_eq!(readme(command), Outcome::NotMet, "{command}");
        }
        for command in ["Update-Database", "php bin/console d:m:m --no-interaction"] {
            assert_eq!(readme(command), Outcome::Met, "{command}");
        }
        for command in [
            "./mvnw flyway:migrate",
            "npx prisma migrate deploy",
            "flask db upgrade",
            "python manage.py db upgrade",
            "make migrate-up",
            "rails db:{drop,create,migrate}",
        ] {
            assert_eq!(readme(command), Outcome::Met, "{command}");
        }
    }
}
