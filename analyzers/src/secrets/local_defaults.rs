//! Passwords that say themselves that they are for a service on one's own machine.

use super::bytes::is_word;
use super::context::Context;

/// A password that every local installation of something has.
pub(super) fn is_local_default(lower: &[u8], context: &Context<'_>) -> bool {
    const DEFAULTS: &[&str] = &[
        "postgres",
        "postgresql",
        "root",
        "admin",
        "password",
        "passwd",
        "pass",
        "mysql",
        "mariadb",
        "guest",
        "test",
        "user",
        "minioadmin",
        "minio",
        "minio123",
        "rabbitmq",
        "redis",
        "mongo",
        "mongodb",
        "example",
        "secret",
        "sa",
        "123",
        "1234",
        "12345",
        "123456",
        "1234567",
        "12345678",
        "123456789",
        "password1",
        "password123",
        "admin123",
        "root123",
        "rootpassword",
        "rootpass",
        "docker",
        "dev",
        "development",
        "local",
        "localhost",
        "app",
        "api",
        "db",
        "database",
        "django",
        "rails",
        "laravel",
        "symfony",
        "spring",
        "sail",
        "elastic",
        "neo4j",
        "changeit",
        "p@ssw0rd",
        "passw0rd",
        "yourstrong!passw0rd",
        "yourstrong(!)password",
        "senha",
        "qwerty",
        "demo",
        "keycloak",
    ];
    DEFAULTS.iter().any(|default| lower == default.as_bytes())
        || context.user.is_some_and(|user| !user.is_empty() && user.eq_ignore_ascii_case(lower))
        || repeats_a_name(lower, context)
}

/// A plain word that also stands close by as a word of its own: the name of the user or of the database.
fn repeats_a_name(lower: &[u8], context: &Context<'_>) -> bool {
    const CLOSE: usize = 300;
    if !(4..=20).contains(&lower.len()) || !lower.iter().all(u8::is_ascii_alphabetic) {
        return false;
    }
    let end = context.at + lower.len();
    let before = &context.text[context.at.saturating_sub(CLOSE)..context.at];
    let after = &context.text[end.min(context.text.len())..(end + CLOSE).min(context.text.len())];
    [before, after].iter().any(|part| {
        let words = part.split(|byte| !is_word(*byte));
        words.into_iter().any(|word| word.eq_ignore_ascii_case(lower))
    })
}
