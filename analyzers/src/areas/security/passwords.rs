//! Are passwords hashed with a password hash?

use super::marks;
use crate::snapshot::stack::Ecosystem::{self, Npm, Php, Python, Ruby};
use crate::{Finding, Snapshot};

const SIGNAL: &str = "security.passwords";

/// Packages that keep the passwords of a program, and hash them well.
const BY_DEFAULT: &[(Ecosystem, &str, &str)] = &[
    (Ruby, "devise", "Devise hashes passwords with bcrypt"),
    (Ruby, "sorcery", "Sorcery hashes passwords with bcrypt"),
    (Python, "django-allauth", "Django hashes passwords with PBKDF2"),
    (Python, "dj-rest-auth", "Django hashes passwords with PBKDF2"),
    (Python, "djoser", "Django hashes passwords with PBKDF2"),
    (Php, "laravel/breeze", "Laravel hashes passwords with bcrypt"),
    (Php, "laravel/jetstream", "Laravel hashes passwords with bcrypt"),
    (Php, "laravel/fortify", "Laravel hashes passwords with bcrypt"),
    (Npm, "better-auth", "Better Auth hashes passwords with scrypt"),
];

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let weak: Vec<_> =
        ["password.weak", "password.weak.function"].iter().flat_map(|topic| marks::all(repo, topic)).collect();
    let strong = marks::all(repo, "password.hash");
    if !weak.is_empty() && strong.is_empty() {
        let summary = format!("A password is hashed with a fast hash, such as MD5 or SHA-256, in {}.", weak[0].path);
        return Finding::not_met(SIGNAL, summary, marks::places(repo, weak));
    }
    if !weak.is_empty() {
        let summary = format!(
            "Some passwords are hashed with a password hash, but in {} a fast hash is used. A fast one in front of a slow \
             one is fine.",
            weak[0].path
        );
        return Finding::partly(SIGNAL, summary, marks::places(repo, weak)).indicative();
    }
    if let Some(first) = strong.first() {
        let summary = format!("Passwords are hashed with a password hash, in {}.", first.path);
        return Finding::met(SIGNAL, summary, marks::places(repo, strong));
    }
    if let Some((dependency, how)) = marks::package(repo, BY_DEFAULT) {
        return Finding::met(SIGNAL, format!("{how} by default."), marks::manifest(repo, dependency));
    }
    Finding::not_applicable(SIGNAL, "No place was found where the program keeps passwords.")
}
