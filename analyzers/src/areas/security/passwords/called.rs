//! Functions of a program's own that are given passwords: what they call within is what keeps these, whatever they are
//! called and whatever they call what they were given.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::{CodeMatch, Language, pattern};
use regex::Regex;

use super::encoder::SLOW;
use crate::areas::security::marks::is_for_operators;
use crate::paths::{self, is_aside};
use crate::{Place, Snapshot};

/// `PasswordManager.hash(form.password)`, `hash_it(password)`: what it is asked of, if anything, and its name.
static GIVEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?:\b(?P<owner>\w+)(?:\(\))?(?:\.|->|::))?\b(?P<name>\w*(?i:hash|crypt|encod|digest|passw)\w*)\(\s*",
        r"[^(){};\n]*(?i:passw|pwd|senha|contrase|motdepasse|passwort)"
    ))
});

/// Where a function begins, and its name.
static DECLARED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?m)^(?P<indent>[ \t]*)(?:(?:export|default|public|private|protected|internal|static|async|final|override|pub|const|let|var|suspend)\s+)*",
        r"(?:(?:def|function|func|fun|fn)\s+(?:\([^)\n]*\)\s*)?(?:self\.)?(?P<function>\w+)",
        r"|(?P<constant>\w+)\s*[=:]\s*(?:async\s*)?(?:function\b|\([^;\n]*=>)",
        r"|(?:[\w<>\[\]?.]+[ \t]+)?(?P<method>\w+)\s*\([^;\n]*\)[^;\n]*\{?[ \t\r]*$)"
    ))
});

/// Hashes made for files.
static FAST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(?:md5|sha-?(?:1|224|256|384|512))(?:sum|_hex|managed|cryptoserviceprovider)?\s*(?:(?:\.|::)\s*\w+\s*)?\(",
        r"|\bcreateHash\(|\bMessageDigest\s*\.\s*getInstance|\bDigestUtils\s*\.|\bDigest::(?:MD5|SHA)|\bhash\(\s*['\x22](?:md5|sha)"
    ))
});

/// Who repeats a fast hash often enough makes a slow one.
static REPEATED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)iteration|rounds|stretch|hmac"));

/// How many lines of a function are read, and how many calls are followed.
const LONGEST: usize = 60;
const MOST_CALLS: usize = 200;

/// Where such a function hashes as if for files, and nothing in it is made for passwords.
pub(super) fn fast(repo: &Snapshot) -> Option<Place> {
    let given: BTreeSet<(&str, &str)> = sources(repo)
        .flat_map(|(_, text)| GIVEN.captures_iter(text))
        .filter_map(|it| Some((it.name("owner").map_or("", |owner| owner.as_str()), it.name("name")?.as_str())))
        .take(MOST_CALLS)
        .collect();
    if given.is_empty() {
        return None;
    }
    let hashes = sources(repo).filter(|(_, text)| FAST.is_match(text));
    hashes.into_iter().find_map(|(path, text)| {
        let mut declared = DECLARED.captures_iter(text);
        declared.find_map(|it| {
            let name = it.name("function").or(it.name("constant")).or(it.name("method"))?;
            given.iter().find(|(owner, called)| *called == name.as_str() && is_of(owner, path, text))?;
            let start = it.get(0)?.start();
            let body = body(&text[start..], it["indent"].len());
            let at = FAST.find(body).filter(|_| !SLOW.is_match(body) && !REPEATED.is_match(body))?.start();
            let line = text[..start + at].matches('\n').count() as u32 + 1;
            Some(Place::lines(repo.head(), path, line, line))
        })
    })
}

/// Whether the function around `found` is given passwords somewhere.
pub(super) fn is_given(repo: &Snapshot, found: &CodeMatch) -> bool {
    let scope = found.scopes.iter().rev().find(|it| it.kind.contains("function") || it.kind.contains("method"));
    let Some(scope) = scope else { return false };
    let text = repo.text(&found.path).unwrap_or_default();
    sources(repo).filter(|(_, source)| source.contains(&scope.name)).any(|(_, source)| {
        GIVEN.captures_iter(source).any(|it| {
            it["name"] == *scope.name && is_of(it.name("owner").map_or("", |it| it.as_str()), &found.path, text)
        })
    })
}

/// Whether what a call is asked of may be what stands in a file: a class or an instance by its name, or the module itself.
fn is_of(owner: &str, path: &str, text: &str) -> bool {
    let plain = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    let (owner, stem) = (plain(owner), plain(paths::name(path).split('.').next().unwrap_or_default()));
    let is_class = || {
        text.split("class ").skip(1).chain(text.split("type ").skip(1)).chain(text.split("impl ").skip(1)).any(|rest| {
            let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            plain(name) == owner
        })
    };
    // Go asks the package, which is the folder.
    let folder = plain(paths::name(paths::folder(path)));
    matches!(&*owner, "" | "self" | "this" | "cls" | "static") || owner == stem || owner == folder || is_class()
}

/// A function up to the line that stands no deeper than its first.
fn body(text: &str, indent: usize) -> &str {
    let mut end = 0;
    for (at, line) in text.split_inclusive('\n').take(LONGEST).enumerate() {
        let deep = line.len() - line.trim_start().len();
        if at > 0 && !line.trim().is_empty() && deep <= indent && !line.trim_start().starts_with(['{', ')']) {
            break;
        }
        end += line.len();
    }
    &text[..end]
}

fn sources(repo: &Snapshot) -> impl Iterator<Item = (&str, &str)> {
    let own = repo.tree().own_texts().filter(|(file, _)| {
        Language::of(&file.path).is_some_and(|language| language != Language::Tsx)
            && !is_aside(&file.path)
            && !is_for_operators(&file.path)
    });
    own.map(|(file, text)| (file.path.as_str(), text))
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{Met, NotApplicable, NotMet};
    use crate::areas::security::passwords::finding;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_manager_of_passwords_is_judged_by_what_it_calls() {
        let of = |call: &str, within: &str| {
            let register = format!("from hashing import PasswordManager\n\ndef register(form):\n    return {call}\n");
            let manager = format!(
                "class PasswordManager:\n    def hash(value):\n        return {within}\n\n    def other(value):\n        return value\n"
            );
            finding(&Fixture::new().file("accounts.py", &register).file("hashing.py", &manager).snapshot())
        };
        let fast = of("PasswordManager.hash(form.password)", "hashlib.sha256(value.encode()).hexdigest()");
        assert_eq!(fast.outcome(), NotMet);
        assert_eq!((fast.places()[0].path.as_str(), fast.places()[0].lines), ("hashing.py", Some((3, 3))));
        let slow = of("PasswordManager.hash(form.password)", "bcrypt.hashpw(value, bcrypt.gensalt())");
        assert_eq!(slow.outcome(), Met);
        assert!(slow.summary().starts_with("Passwords are stored"), "{}", slow.summary());
        let derived = of("PasswordManager.hash(form.password)", "hashlib.pbkdf2_hmac('sha256', value, salt, 1)");
        assert_ne!(derived.outcome(), NotMet);
        let of_files = of("PasswordManager.hash(form.file)", "hashlib.sha256(value.encode()).hexdigest()");
        assert_eq!(of_files.outcome(), NotApplicable);
        let of_another = of("other.hash(form.password)", "hashlib.sha256(value.encode()).hexdigest()");
        assert_eq!(of_another.outcome(), NotApplicable);
    }

    #[test]
    fn functions_of_other_languages_are_followed() {
        let of = |call: (&str, &str), own: (&str, &str)| {
            finding(&Fixture::new().file(call.0, call.1).file(own.0, own.1).snapshot()).outcome()
        };
        let script = ("users.js", "const { toHash } = require('./crypt');\nuser.secret = toHash(body.password);\n");
        let hash = "exports.x = 1;\nconst toHash = (value) => {\n  return crypto.createHash('sha1').update(value).digest('hex');\n};\n";
        assert_eq!(of(script, ("crypt.js", hash)), NotMet);
        assert_eq!(of(script, ("crypt.js", &hash.replace("toHash", "etag"))), NotApplicable);
        let php = ("users.php", "<?php\n$user->secret = Hasher::make_hash($password);\n");
        let class =
            "<?php\nclass Hasher {\n  public static function make_hash($value) {\n    return md5($value);\n  }\n}\n";
        assert_eq!(of(php, ("Hasher.php", class)), NotMet);
        let java = ("A.java", "class A { void f() { user.setSecret(hasher.encode(form.getPassword())); } }\n");
        let hasher = "class Hasher {\n  String encode(String value) {\n    return hex(MessageDigest.getInstance(\"SHA-256\").digest(value.getBytes()));\n  }\n}\n";
        assert_eq!(of(java, ("Hasher.java", hasher)), NotMet);
        let go = ("main.go", "package main\n\nfunc f() {\n\tuser.Secret = auth.HashOf(in.Password)\n}\n");
        let package = "package auth\n\nfunc HashOf(value string) string {\n\tsum := sha256.Sum256([]byte(value))\n\treturn hex(sum)\n}\n";
        assert_eq!(of(go, ("internal/auth/hash.go", package)), NotMet);
    }
}
