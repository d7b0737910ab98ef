//! Keys that sign or encrypt, with a value in the source for when the environment has none.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{development, files, line, matches};
use crate::code::{CodeMatch, Language};
use crate::{Place, Snapshot};

/// Where a value stands.
const TOPICS: &[&str] = &["fallback", "fallback.field"];

/// Names of what signs, encrypts or opens everything.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i-u)(secret|pepper|(jwt|sign|signing|encryption|app|private|session|cookie|hmac|token|auth|master)[_.:-]?key",
        r"|(jwt|auth|token)[a-z]*\x22\)?[\[(.:\x22]*[a-z]*\(?\x22?key|(admin|superuser)[_.:-]?password)"
    ))
});

/// What is said of a key, and is none itself: `SECRET_FILE`, `JWT_SECRET_TTL`.
static ABOUT_A_KEY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i-u)(secret|key)s?[_.:-]?(file|path|name|arn|region|ttl|exp\w*|alg\w*|rounds|length|size|version|prefix|header|dir|url|issuer|audience|id|manager|store|backend|provider|enabled|rotation\w*|lifetime\w*)\b",
    )
});

/// Names of passwords of people who may do everything.
static PASSWORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i-u)(admin|superuser|root|seed)\w*[_.:-]?passw"));

/// Names of secrets by which another program is known, or this one to it, and which sign no login.
static SHARED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i-u)(cron|webhook|client|consumer|partner|shared|internal|callback|api|access|aws|s3|stripe|paypal|google|github",
        r"|facebook|twitter|oauth|bot|captcha|mail|smtp|storage|cloud|pusher|service)\w*[_.:-]?secret"
    ))
});

/// Whose secrets those of another service are, and what stands in for one: it opens nothing there.
static OF_SERVICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i-u)(client|google|github|gitlab|facebook|twitter|apple|microsoft|oauth|oidc|aws|s3|stripe|paypal|captcha|pusher|cloud|mail|smtp)\w*[_.:-]?secret",
    )
});
static STAND_IN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i-u)dummy|change|example|placeholder|your|xxx|todo|test|fake|none|not[_-]?set|<"));

/// What a value in the source is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// It signs or encrypts.
    Key,
    /// It opens everything to a person.
    Password,
    /// It opens something to a program.
    Shared,
}

fn what(text: &str) -> What {
    let name = without_value(text);
    // What stands behind the name of a placeholder is its value: `${jwt.secret:dev}`.
    let name = name.split_once("${").map_or(name, |(_, rest)| rest.split([':', '}']).next().unwrap_or(rest));
    if SHARED.is_match(name) {
        What::Shared
    } else if PASSWORD.is_match(name) {
        What::Password
    } else {
        What::Key
    }
}

/// Where they are.
pub(super) fn places(repo: &Snapshot) -> Vec<(Place, What)> {
    let text =
        |found: &CodeMatch| repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let mut places: Vec<(Place, What)> = matches(repo, TOPICS)
        .into_iter()
        .filter(|found| names_a_key(without_value(text(found))) && !stands_in(text(found)))
        .map(|found| (found, what(text(found))))
        // The branch says by itself that it is about a key, further up.
        .chain(branches(repo).into_iter().map(|found| (found, What::Key)))
        .filter(|(found, _)| !is_refused(repo.text(&found.path).unwrap_or_default(), text(found)))
        .map(|(found, what)| (line(repo, &found.path, found.lines.0), what))
        .collect();
    let settings: Vec<_> = files::settings(repo).filter(|it| !development::is_path(it.path)).collect();
    // `secret = "dev"`, and below it `secret = ${?JWT_SECRET}`, which overrules it where there is one.
    let is_overruled = |setting: &files::Setting<'_>| {
        let mut others = settings.iter().filter(|other| other.path == setting.path && other.key == setting.key);
        setting.value.starts_with('"') && others.any(|other| other.value.starts_with("${?"))
    };
    let kept =
        settings.iter().filter(|it| names_a_key(&it.key) && (has_default(&it.key, it.value) || is_overruled(it)));
    places.extend(kept.map(|it| (line(repo, it.path, it.line), what(&it.key))));
    places.sort_by(|a, b| a.0.cmp(&b.0));
    places.dedup_by(|a, b| a.0 == b.0);
    places
}

/// Whether a value only stands in for the secret of another service.
fn stands_in(text: &str) -> bool {
    let name = without_value(text);
    OF_SERVICE.is_match(name) && STAND_IN.is_match(&text[name.len()..])
}

/// What branches set. C# names no setting there, so that the file has to be about signing.
fn branches(repo: &Snapshot) -> Vec<&CodeMatch> {
    let mut found = matches(repo, &["fallback.branch"]);
    found.retain(|found| {
        let text = repo.text(&found.path).unwrap_or_default();
        found.language != Language::CSharp
            || ["SymmetricSecurityKey", "IssuerSigningKey"].iter().any(|it| text.contains(it))
    });
    found
}

/// `text` without the value at its end, whose words name nothing: `"a secret"` of `password: str = "a secret"`. What asks
/// for a setting holds its name, as `"${jwt.secret:dev}"` does, and so does a name of the environment.
fn without_value(text: &str) -> &str {
    let Some(end) = text.rfind(['"', '\'', '`']) else { return text };
    let quote = &text[end..=end];
    let Some(start) = text[..end].rfind(quote) else { return text };
    let value = &text[start + 1..end];
    let is_name = value.len() > 3 && value.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if value.contains("${") || value.contains("#{") || is_name { text } else { &text[..start] }
}

fn names_a_key(text: &str) -> bool {
    KEY.is_match(text) && !ABOUT_A_KEY.is_match(text)
}

/// `${JWT_SECRET:dev}` of Spring, `$JWT_SECRET:dev` of Ktor, and `env(APP_SECRET): dev` of Symfony.
fn has_default(key: &str, value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    // Symfony's own, which signs its forms and links.
    if key == "framework.secret" {
        return !value.is_empty() && !matches!(value, "~" | "null") && !value.contains(['%', '$']);
    }
    if key.ends_with(')') && key.contains("env(") {
        return !value.is_empty() && !matches!(value, "~" | "null") && !value.contains('%');
    }
    let asked = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).or_else(|| value.strip_prefix('$'));
    asked
        .and_then(|asked| asked.split_once(':'))
        .is_some_and(|(_, default)| !matches!(default.trim(), "" | "''" | "\"\"" | "#{null}" | "?"))
}

/// Whether the program compares with the same value elsewhere, as one does that refuses to start with it.
fn is_refused(text: &str, found: &str) -> bool {
    let Some(literal) = found.rsplit(['"', '\'', '`']).nth(1).filter(|literal| !literal.is_empty()) else {
        return false;
    };
    ["\"", "'", "`"].iter().any(|quote| {
        let literal = format!("{quote}{literal}{quote}");
        text.lines().any(|line| {
            line.split_once(&literal).is_some_and(|(before, after)| {
                before.trim_end().ends_with("==") || after.trim_start().starts_with("==") || line.contains(".equals(")
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;
    use super::*;

    #[test]
    fn a_key_with_a_value_in_the_source_is_found_in_every_language() {
        for (path, text) in [
            ("settings.py", "import os\nKEY = os.getenv('SECRET_KEY', default='dev')\n"),
            ("config.py", "class Settings(BaseSettings):\n    secret_key: str = \"dev\"\n"),
            ("config.js", "\nconst { JWT_SECRET = 'dev' } = process.env;\n"),
            ("auth.service.ts", "\nconst key = this.config.get<string>('JWT_SECRET', 'dev');\n"),
            ("config.go", "package a\nvar key = getEnv(\"JWT_SECRET\", \"dev\")\n"),
            ("src/main/java/com/example/Config.java", "class A {\n    @Value(\"${jwt.secret:dev}\") String a;\n}\n"),
            ("App.kt", "fun f() {\n    val a = System.getenv(\"JWT_SECRET\") ?: \"dev\"\n}\n"),
            ("config.rb", "\nkey = ENV.fetch('JWT_SECRET') { 'dev' }\n"),
            ("config.php", "<?php\n$key = getenv('JWT_SECRET') ?: 'dev';\n"),
            ("config.rs", "\nfn f() { env::var(\"JWT_SECRET\").unwrap_or_else(|_| \"dev\".into()); }\n"),
            ("Program.cs", "\nvar key = builder.Configuration[\"Jwt:Key\"] ?? \"dev\";\n"),
            ("src/main/resources/application.yml", "jwt:\n  secret: ${JWT_SECRET:dev}\n"),
            ("src/main/resources/application.properties", "\njwt.secret=${JWT_SECRET:dev}\n"),
            ("src/main/resources/application.conf", "jwt {\n  secret = \"dev\"\n  secret = ${?JWT_SECRET}\n}\n"),
            ("config/packages/framework.yaml", "parameters:\n    env(APP_SECRET): 'dev'\n"),
            ("config/packages/framework.yaml", "framework:\n    secret: 'a-secret-of-ours'\n"),
            ("env.go", "package a\nvar key = keyOr(\"JWT_SECRET\", \"dev\")\n"),
        ] {
            assert_eq!(lines(path, text), [2], "{path}");
        }
    }

    #[test]
    fn words_of_a_value_name_no_key() {
        assert!(
            lines("config.py", "class Settings(BaseSettings):\n    db_password: str = \"mysecretkey\"\n").is_empty()
        );
        assert!(lines("config.php", "<?php\n$a = env('REVERB_APP_KEY') ? 'reverb' : 'null';\n").is_empty());
        assert_eq!(lines("config.php", "<?php\n$a = env('APP_KEY') ? env('APP_KEY') : 'dev';\n"), [2]);
        let hocon = "jwt {\n  secret: \"dev\"\n  secret: ${?JWT_SECRET}\n}\n";
        assert_eq!(lines("src/main/resources/application.conf", hocon), [2]);
    }

    #[test]
    fn what_stands_in_for_a_secret_of_another_service_opens_nothing() {
        assert!(lines("config.js", "const a = process.env.GOOGLE_SECRET || 'dummySecret';\n").is_empty());
        assert_eq!(lines("config.js", "const a = process.env.CRON_SECRET || 'change-me';\n"), [1]);
        assert_eq!(lines("config.js", "const a = process.env.JWT_SECRET || 'change-me';\n"), [1]);
    }

    #[test]
    fn what_a_value_is_for_is_told_apart() {
        for (text, expected) in [
            ("getEnv(\"JWT_SECRET\", \"dev\")", What::Key),
            ("getEnv(\"CRON_SECRET\", \"dev\")", What::Shared),
            ("env('ADMIN_PASSWORD', 'a')", What::Password),
            ("oauth.client-secret", What::Shared),
            ("@Value(\"${jwt.secret:admin-password}\")", What::Key),
        ] {
            assert_eq!(what(text), expected, "{text}");
        }
    }

    #[test]
    fn what_a_branch_sets_is_found() {
        let go = "package a\nfunc f() string {\n\ts := os.Getenv(\"JWT_SECRET\")\n\tif s == \"\" {\n\t\ts = \"dev\"\n\t}\n\treturn s\n}\n";
        assert_eq!(lines("env.go", go), [5]);
        let rust = "fn f() -> String {\n    match std::env::var(\"JWT_SECRET\") {\n        Ok(key) => key,\n        Err(_) => \"dev\".to_owned(),\n    }\n}\n";
        assert_eq!(lines("env.rs", rust), [4]);
        let csharp = "class A {\n  void F() {\n    var key = options.Key ?? \"\";\n    if (string.IsNullOrWhiteSpace(key))\n    {\n      key = \"dev\";\n    }\n    Sign(new SymmetricSecurityKey(key));\n  }\n}\n";
        assert_eq!(lines("A.cs", csharp), [6]);
        assert!(lines("A.cs", &csharp.replace("SymmetricSecurityKey", "Sheet")).is_empty());
    }

    #[test]
    fn what_is_about_a_key_or_refused_is_none() {
        assert!(lines("config.js", "const a = process.env.JWT_SECRET_EXPIRES_IN || '1h';\n").is_empty());
        assert!(lines("config.js", "const a = process.env.SECRET_FILE || '/run/secrets/a';\n").is_empty());
        assert!(lines("config.js", "const a = process.env.API_KEY_HEADER || 'x-key';\n").is_empty());
        let refused =
            "const a = process.env.JWT_SECRET || 'dev';\nif (isProduction && a === 'dev') throw new Error('no key');\n";
        assert!(lines("config.js", refused).is_empty());
        assert!(lines("src/main/resources/application-dev.yml", "jwt:\n  secret: ${JWT_SECRET:dev}\n").is_empty());
        assert!(lines("src/main/resources/application.yml", "jwt:\n  secret: ${JWT_SECRET:}\n").is_empty());
        assert!(lines("config/packages/framework.yaml", "framework:\n    secret: '%env(APP_SECRET)%'\n").is_empty());
    }
}
