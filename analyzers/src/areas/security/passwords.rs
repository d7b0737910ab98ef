//! Are passwords hashed with a password hash?

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

mod called;
mod encoder;
mod plain;

use super::{login, marks};
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::snapshot::stack::Ecosystem::{self, Npm, Php, Python, Ruby};
use crate::{Evidence, Finding, Place, Snapshot};

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
    let mut weak: Vec<_> =
        ["password.weak", "password.weak.function"].iter().flat_map(|topic| marks::all(repo, topic)).collect();
    let mut strong = marks::all(repo, "password.hash");
    // Laravel lists its classes there.
    strong.retain(|found| !found.path.ends_with("config/app.php"));
    let said =
        |found: &CodeMatch| repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    if !weak.is_empty() {
        // The name of an interface hashes nothing: what is behind it may be what is weak.
        strong.retain(|found| !matches!(said(found), "PasswordEncoder" | "passwordEncoder"));
    }
    let own = encoder::own(repo);
    if let Some(own) = &own {
        strong.retain(|found| !encoder::is_no_proof(repo, own, found));
    }
    let is_of_django = |found: &CodeMatch| {
        !matches!(said(found), "AbstractUser" | "AbstractBaseUser" | "UserCreationForm")
            || repo.text(&found.path).is_some_and(|text| text.contains("django"))
    };
    strong.retain(|found| is_of_django(found));
    weak.retain(|found| !is_of_something_else(found, said(found)));
    weak.retain(|found| !(said(found) == "NoOpPasswordEncoder" && is_of_clients(repo, found)));
    if let Some(plain) = weak.iter().find(|found| said(found) == "NoOpPasswordEncoder") {
        let summary = format!(
            "Whoever steals the database can read the passwords: they are kept as they are typed (NoOpPasswordEncoder \
             in {}).",
            plain.path
        );
        let finding = if strong.is_empty() {
            Finding::not_met(SIGNAL, summary, marks::places(repo, weak))
        } else {
            Finding::partly(SIGNAL, summary, marks::places(repo, weak)).indicative()
        };
        return finding;
    }
    if !weak.is_empty() && strong.is_empty() {
        let summary = format!(
            "Stolen passwords could be guessed quickly: they are kept in a form that is quick to try out (a fast hash, \
             such as MD5 or SHA-256, in {}).",
            weak[0].path
        );
        return Finding::not_met(SIGNAL, summary, marks::places(repo, weak));
    }
    if !weak.is_empty() {
        let summary = format!(
            "Some stolen passwords could be guessed quickly: {} keeps them in a form that is quick to try out (a fast \
             hash), though others are kept in a slow one made for passwords. A fast one in front of a slow one is \
             fine.",
            weak[0].path
        );
        return Finding::partly(SIGNAL, summary, marks::places(repo, weak)).indicative();
    }
    // The places that speak of passwords come first: keys of an API may be hashed the same way.
    let (mut strong, others): (Vec<_>, Vec<_>) =
        strong.into_iter().partition(|found| is_about_passwords(repo, found) || called::is_given(repo, found));
    let what = if strong.is_empty() { "Secrets" } else { "Passwords" };
    strong.extend(others);
    if let Some(first) = strong.first() {
        let summary = format!(
            "{what} are stored in a form that can't be turned back (a slow hash made for passwords, in {}).",
            first.path
        );
        return Finding::met(SIGNAL, summary, marks::places(repo, strong));
    }
    if let Some(own) = own {
        return of_own(own);
    }
    if let Some(place) = called::fast(repo) {
        let summary = format!(
            "Stolen passwords could be guessed quickly: a function of the project's own that is given them keeps them in \
             a form that is quick to try out (a fast hash, such as MD5 or SHA-256, in {}).",
            place.path
        );
        return Finding::not_met(SIGNAL, summary, place).indicative();
    }
    if let Some(place) = in_sql(repo) {
        return Finding::met(
            SIGNAL,
            "Passwords are stored in a form that can't be turned back, hashed with bcrypt by \
                                     the database.",
            place,
        );
    }
    if let Some((dependency, how)) = marks::package(repo, BY_DEFAULT) {
        return Finding::met(
            SIGNAL,
            format!(
                "Passwords are stored in a form that can't be turned back: {how} by \
                                             default."
            ),
            marks::manifest(repo, dependency),
        )
        .by_default();
    }
    if let Some(place) = login::routes(repo).first().and_then(|_| plain::compared(repo)) {
        let summary = format!(
            "Whoever steals the database could read the passwords: they seem to be kept as they are typed, going by a \
             comparison in {}, and no hash of passwords was found.",
            place.path
        );
        return Finding::not_met(SIGNAL, summary, place).indicative();
    }
    Finding::not_applicable(SIGNAL, "No place was recognised where the program keeps passwords.")
}

/// What is said of a form for passwords that the project has made itself.
fn of_own(own: encoder::Own) -> Finding {
    match own.fast {
        Some(fast) => {
            let summary = format!(
                "Stolen passwords could be guessed quickly: the project keeps them in a form of its own, in {}, and what \
                 seems to make it, in {}, is a fast hash such as MD5 or SHA-256, which is quick to try out.",
                own.place.path, fast.path
            );
            let at = Evidence::of([fast, own.place.clone()]).unwrap_or_else(|| own.place.into());
            Finding::not_met(SIGNAL, summary, at).indicative()
        }
        None => {
            let summary = format!(
                "Whether stolen passwords could be read can't be told: the project keeps them in a form of its own, in \
                 {}, and no hash that is made for passwords was recognised.",
                own.place.path
            );
            Finding::partly(SIGNAL, summary, own.place).indicative()
        }
    }
}

/// Whether what is hashed is no password, but a token to reset one with, which is as long as nobody can guess, or what is
/// asked of a list of known ones.
fn is_of_something_else(found: &CodeMatch, source: &str) -> bool {
    static OF_TOKEN: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)token|pwned|breach|usedforsecurity\s*=\s*False|\botp|_otp|reset_?(code|key|link|hash)|password_?code\b",
        )
    });
    let function =
        found.scopes.iter().rev().find(|scope| scope.kind.contains("function") || scope.kind.contains("method"));
    OF_TOKEN.is_match(source) || function.is_some_and(|function| OF_TOKEN.is_match(&function.name))
}

/// Whether `found` stands in the settings of a login service, where programs are known by secrets of their own: no
/// person types them.
fn is_of_clients(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    has(&["ClientDetailsServiceConfigurer", "AuthorizationServerConfigurer", "RegisteredClientRepository"])
        && !has(&["AuthenticationManagerBuilder", "DaoAuthenticationProvider", "UserDetailsService users"])
}

/// Whether the file's name or the lines of the call speak of passwords.
fn is_about_passwords(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let count = (found.lines.1 - found.lines.0 + 1).min(5) as usize;
    let lines = text.lines().skip(found.lines.0.saturating_sub(1) as usize).take(count);
    let around = found.functions.last().and_then(|function| text.get(function.bytes.clone()));
    // Whoever imports it uses it somewhere below.
    let around = if marks::is_import(repo, found) { Some(text) } else { around };
    // ASP.NET's accounts keep nothing else.
    let is_of_accounts = || {
        let said = text.get(found.bytes.clone()).unwrap_or_default();
        matches!(said, "UserManager" | "SignInManager" | "IdentityUser") || said.starts_with("AddIdentity")
    };
    if found.language == Language::CSharp && is_of_accounts() {
        return true;
    }
    std::iter::once(&*found.path).chain(lines).chain(around).any(|said| {
        let said = said.to_lowercase();
        ["password", "passwd", "senha", "pwd", "passw"].iter().any(|word| said.contains(word))
    })
}

/// Where PostgreSQL's own bcrypt is called.
fn in_sql(repo: &Snapshot) -> Option<Place> {
    let hashes = |line: &str| {
        let line = line.to_lowercase();
        line.contains("crypt(") && line.contains("gen_salt('bf'")
    };
    let texts = repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
    texts.filter(|(_, text)| text.contains("gen_salt(") || text.contains("GEN_SALT(")).find_map(|(file, text)| {
        let line = text.lines().position(hashes)? as u32 + 1;
        Some(Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn places_that_speak_of_passwords_come_first() {
        let key = "const bcrypt = require('bcrypt');\nmodule.exports = (key) => bcrypt.hash(key, 10);\n";
        let register =
            "const bcrypt = require('bcrypt');\nmodule.exports = (user) => bcrypt.hash(user.password, 10);\n";
        let both = Fixture::new().file("a/keys.js", key).file("b/register.js", register).snapshot();
        let said = finding(&both);
        assert!(said.summary().starts_with("Passwords are stored"), "{}", said.summary());
        assert_eq!(said.places()[0].path, "b/register.js");
        let keys = Fixture::new().file("a/keys.js", key).snapshot();
        assert!(finding(&keys).summary().starts_with("Secrets are stored"), "{}", finding(&keys).summary());
    }

    #[test]
    fn what_keeps_passwords_and_nothing_else_is_said_to() {
        let said = |path: &str, text: &str| finding(&Fixture::new().file(path, text).snapshot());
        let accounts = "class A { A(UserManager<User> users) { } }\n";
        assert!(said("A.cs", accounts).summary().starts_with("Passwords are stored"));
        let module = "pub mod bcrypt;\npub mod jwt;\n";
        let hashes = "use bcrypt::{hash, verify};\n\npub fn hash_password(password: &str) -> String {\n    hash(password, 10).expect(\"a hash\")\n}\n";
        let of = |module: &str| Fixture::new().file("src/mod.rs", module).file("src/bcrypt.rs", hashes).snapshot();
        let found = finding(&of(module));
        assert!(found.summary().starts_with("Passwords are stored"), "{}", found.summary());
        assert_eq!(found.places()[0].path, "src/bcrypt.rs");
        assert_eq!(said("src/mod.rs", module).outcome(), crate::Outcome::NotApplicable);
    }

    #[test]
    fn an_encoder_that_does_nothing_is_no_hash() {
        let encoder = "class A { PasswordEncoder passwordEncoder() { return NoOpPasswordEncoder.getInstance(); } }\n";
        let said = |text: &str| finding(&Fixture::new().file("A.java", text).snapshot());
        assert_eq!(said(encoder).outcome(), crate::Outcome::NotMet);
        assert!(said(encoder).summary().contains("as they are typed"), "{}", said(encoder).summary());
        let clients = encoder.replace("class A {", "class A extends AuthorizationServerConfigurerAdapter {");
        assert_eq!(said(&clients).outcome(), crate::Outcome::NotApplicable);
        let both =
            clients.replace("PasswordEncoder p", "void f(AuthenticationManagerBuilder users) {} PasswordEncoder p");
        assert_eq!(said(&both).outcome(), crate::Outcome::NotMet);
        let slow = encoder.replace("NoOpPasswordEncoder.getInstance()", "new BCryptPasswordEncoder()");
        assert_eq!(said(&slow).outcome(), crate::Outcome::Met);
    }

    #[test]
    fn the_hash_of_a_token_is_none_of_a_password() {
        let said = |text: &str| finding(&Fixture::new().file("a.js", text).snapshot()).outcome();
        let hash = |what: &str| {
            format!("function f(a) {{ return crypto.createHash('sha256').update({what}).digest('hex') }}\n")
        };
        assert_eq!(said(&hash("passwordResetToken")), crate::Outcome::NotApplicable);
        assert_eq!(said(&hash("password")), crate::Outcome::NotMet);
        assert_eq!(said(&hash("password").replace("function f", "function isPwned")), crate::Outcome::NotApplicable);
        let argon = "import { hash } from '@node-rs/argon2';\nexport const keep = (user) => hash(user.password);\n";
        assert_eq!(said(argon), crate::Outcome::Met);
    }

    #[test]
    fn a_function_that_makes_a_user_hashes_nothing() {
        let said = |text: &str| finding(&Fixture::new().file("main.py", text).snapshot()).outcome();
        let tutorial = "def create_user(user, db):\n    db.add(User(password=user.password))\n";
        assert_eq!(said(tutorial), crate::Outcome::NotApplicable);
        assert_eq!(said("def f(a):\n    User.objects.create_user(a.name, password=a.password)\n"), crate::Outcome::Met);
        assert_eq!(said("class User(AbstractUser): pass\n"), crate::Outcome::NotApplicable);
        assert_eq!(
            said("from django.contrib.auth.models import AbstractUser\nclass User(AbstractUser): pass\n"),
            crate::Outcome::Met
        );
    }

    #[test]
    fn a_password_that_is_compared_as_it_is_was_not_hashed() {
        let said = |login: &str| {
            let app = format!(
                "const app = require('express')();\napp.post('/login', async (req, res) => {{\n  {login}\n}});\n"
            );
            finding(&Fixture::new().file("app.js", &app).snapshot()).outcome()
        };
        assert_eq!(
            said("if (user.password !== req.body.password) return res.sendStatus(401);"),
            crate::Outcome::NotMet
        );
        assert_eq!(said("const user = await User.findOne({ email, password });"), crate::Outcome::NotMet);
        assert_eq!(said("if (req.body.password !== req.body.confirmPassword) return;"), crate::Outcome::NotApplicable);
        assert_eq!(said("if (!check(user.password, req.body.password)) return;"), crate::Outcome::NotApplicable);
        let hashed = "if (!await bcrypt.compare(req.body.password, user.password)) return;";
        assert_eq!(said(hashed), crate::Outcome::Met);
    }

    #[test]
    fn a_database_may_hash_them() {
        let sql = "UPDATE users SET password = CRYPT($2, GEN_SALT('bf')) WHERE id = $1;\n";
        let repo = Fixture::new().file("queries/users.sql", sql).snapshot();
        assert_eq!(finding(&repo).places()[0].path, "queries/users.sql");
    }
}
