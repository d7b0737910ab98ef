//! Commands that write a new migration: what a developer does later, and no step on the way to a running program.

/// Whether the command of these words writes a migration: `ef migrations add`, `manage.py makemigrations`,
/// `npm run migration:generate`, `alembic revision`, `prisma migrate dev --create-only`.
pub(super) fn writes_one(words: &[&str]) -> bool {
    const WRITERS: &[(&str, &[&str])] =
        &[("alembic", &["revision"]), ("flask", &["revision"]), ("goose", &["create"]), ("dbmate", &["new"])];
    let names_one = |word: &str| {
        let parts: Vec<&str> = word.split([':', '-', '_', '.']).collect();
        parts.windows(2).any(|pair| {
            is_migration(pair[0]) && is_making(pair[1])
                || is_making(pair[0]) && matches!(pair[1], "migration" | "migrations")
        })
    };
    let program = words.first().copied().unwrap_or_default();
    let is_told = |verb: &&str| WRITERS.iter().any(|(writer, verbs)| *writer == program && verbs.contains(verb));
    words.iter().any(|word| matches!(*word, "makemigrations" | "--create-only") || names_one(word))
        || words.windows(2).any(|pair| is_migration(pair[0]) && is_making(pair[1]))
        || words.iter().any(is_told)
}

fn is_migration(word: &str) -> bool {
    matches!(word, "migration" | "migrations" | "migrate")
}

fn is_making(word: &str) -> bool {
    matches!(word, "add" | "create" | "generate" | "new" | "make" | "diff")
}

#[cfg(test)]
mod tests {
    use super::writes_one;

    #[test]
    fn a_new_migration_is_told_from_bringing_a_database_up_to_date() {
        let writes = |line: &str| writes_one(&line.split_whitespace().collect::<Vec<_>>());
        for line in [
            "dotnet ef migrations add Orders",
            "python manage.py makemigrations",
            "npm run migration:generate",
            "php artisan make:migration orders",
            "alembic revision --autogenerate",
            "prisma migrate dev --create-only",
            "sqlx migrate add orders",
            "knex migrate:make orders",
        ] {
            assert!(writes(line), "{line}");
        }
        for line in [
            "dotnet ef database update",
            "python manage.py migrate",
            "npm run migration:run",
            "rails db:create db:migrate",
            "alembic upgrade head",
            "prisma migrate dev",
            "php bin/console doctrine:database:create",
        ] {
            assert!(!writes(line), "{line}");
        }
    }
}
