//! When tokens of Laravel's packages expire: what its settings say, before what the packages do where nobody asks.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::SIGNAL;
use crate::areas::security::marks;
use crate::paths::is_aside;
use crate::snapshot::stack::Ecosystem::{self, Php};
use crate::{Evidence, Finding, Place, Snapshot};

const SANCTUM: &[(Ecosystem, &str, ())] = &[(Php, "laravel/sanctum", ())];
const PASSPORT: &[(Ecosystem, &str, ())] = &[(Php, "laravel/passport", ())];
const JWT: &[(Ecosystem, &str, ())] = &[(Php, "tymon/jwt-auth", ()), (Php, "php-open-source-saver/jwt-auth", ())];

/// Minutes that somebody wrote down, as they are or for where the environment has none.
static MINUTES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"=>\s*(?:\(int\)\s*)?(?:env\(\s*['\x22]\w+['\x22]\s*,\s*)?(?P<minutes>[\d_]+(?:\s*\*\s*\d+)*)")
});

/// A token whose end is given with it: `createToken('a', ['*'], now()->addDay())`.
static WITH_END: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?s)->createToken\([^;]*(?:now\(\)|Carbon::|expiresAt|expires_at|->add(?:Minutes?|Hours?|Days?|Weeks?)\()",
    )
});

/// What is said of them, if the program has one of these packages and uses it.
pub(super) fn finding(repo: &Snapshot) -> Option<Finding> {
    if marks::package(repo, JWT).is_some()
        && let Some(setting) = Setting::of(repo, "config/jwt.php", "ttl")
    {
        return Some(match setting.minutes() {
            Some(_) => ends(setting),
            None if setting.is_nothing() => endless(setting),
            None => return None,
        });
    }
    if marks::package(repo, PASSPORT).is_some()
        && let Some(place) = first(repo, |line| line.contains("tokensExpireIn("))
    {
        let summary = format!("Being logged in ends by itself: {} says when tokens of Passport expire.", place.path);
        return Some(Finding::met(SIGNAL, summary, place));
    }
    marks::package(repo, SANCTUM)?;
    let made = first(repo, |line| line.contains("->createToken("))?;
    if let Some(place) = with_end(repo) {
        let summary = "Being logged in ends by itself: tokens are made with an expiry, and Sanctum checks it.";
        return Some(Finding::met(SIGNAL, summary, place));
    }
    let setting = Setting::of(repo, "config/sanctum.php", "expiration");
    Some(match setting {
        Some(setting) if setting.minutes().is_some() => ends(setting),
        Some(setting) if !setting.is_nothing() => {
            let summary = format!(
                "Whether being logged in ends by itself is left to the environment: {} says no number for when it has \
                 none, and without one Sanctum's tokens never expire.",
                setting.place.path
            );
            Finding::partly(SIGNAL, summary, setting.place).indicative()
        }
        setting => {
            let summary = "A visitor may stay logged in for ever: Sanctum's tokens, by which one stays so, never expire \
                           unless that is set, and no expiry was found.";
            let at = setting.map(|setting| setting.place);
            Finding::not_met(SIGNAL, summary, Evidence::or_absence([made].into_iter().chain(at), repo.head()))
                .indicative()
        }
    })
}

/// A line of a file of settings.
struct Setting<'a> {
    place: Place,
    /// What stands behind the key.
    value: &'a str,
}

impl<'a> Setting<'a> {
    fn of(repo: &'a Snapshot, path: &str, key: &str) -> Option<Self> {
        let (file, text) = repo.tree().own_texts().find(|(file, _)| {
            file.path.strip_suffix(path).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        })?;
        let marks = [format!("'{key}'"), format!("\"{key}\"")];
        (1..).zip(text.lines()).find_map(|(number, line)| {
            let value = marks.iter().find_map(|mark| line.trim_start().strip_prefix(mark.as_str()))?;
            let place = Place::lines(repo.head(), file.path.as_str(), number, number);
            Some(Setting { place, value: value.trim() })
        })
    }

    fn minutes(&self) -> Option<&'a str> {
        let found = MINUTES.captures(self.value)?.name("minutes")?.as_str();
        found.chars().any(|c| c.is_ascii_digit() && c != '0').then_some(found)
    }

    fn is_nothing(&self) -> bool {
        self.value.trim_start_matches(['=', '>', ' ']).starts_with("null")
    }
}

fn ends(setting: Setting<'_>) -> Finding {
    let minutes = setting.minutes().unwrap_or_default();
    let summary = format!(
        "Being logged in ends by itself: tokens expire after {minutes} minutes, as {} says, and the package checks it.",
        setting.place.path
    );
    Finding::met(SIGNAL, summary, setting.place)
}

fn endless(setting: Setting<'_>) -> Finding {
    let summary = format!(
        "A visitor may stay logged in for ever: {} says that tokens, by which one stays so, never expire.",
        setting.place.path
    );
    Finding::not_met(SIGNAL, summary, setting.place)
}

/// The first line of the program's own in PHP of which `is_it` is true.
fn first(repo: &Snapshot, is_it: impl Fn(&str) -> bool) -> Option<Place> {
    sources(repo).find_map(|(path, text)| {
        let line = text.lines().position(|line| is_it(line) && !line.trim_start().starts_with(['/', '*', '#']))?;
        Some(Place::lines(repo.head(), path, line as u32 + 1, line as u32 + 1))
    })
}

/// Where a token is made with its end.
fn with_end(repo: &Snapshot) -> Option<Place> {
    sources(repo).find_map(|(path, text)| {
        let found = WITH_END.find(text)?;
        let line = text[..found.start()].matches('\n').count() as u32 + 1;
        Some(Place::lines(repo.head(), path, line, line))
    })
}

fn sources(repo: &Snapshot) -> impl Iterator<Item = (&str, &str)> {
    let own = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".php") && !is_aside(&file.path));
    own.map(|(file, text)| (file.path.as_str(), text))
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{self, Met, NotApplicable, NotMet, Partly};
    use crate::areas::security::tokens::finding;
    use crate::snapshot::fixture::Fixture;

    fn outcome(package: &str, files: &[(&str, &str)]) -> Outcome {
        let composer = format!(r#"{{"require": {{"laravel/framework": "11", "{package}": "4"}}}}"#);
        let repo =
            files.iter().fold(Fixture::new().file("composer.json", &composer), |it, (path, text)| it.file(path, text));
        finding(&repo.snapshot()).outcome()
    }

    #[test]
    fn tokens_of_sanctum_end_where_a_setting_says_so() {
        let of = |made: &str, expiration: &str| {
            let login =
                format!("<?php\nclass Login {{ function in($user) {{ return $user->{made}->plainTextToken; }} }}\n");
            let settings = format!("<?php\nreturn [\n    'expiration' => {expiration},\n];\n");
            outcome("laravel/sanctum", &[("app/Login.php", &login), ("config/sanctum.php", &settings)])
        };
        let plain = "createToken('login')";
        assert_eq!(of(plain, "60 * 24"), Met);
        assert_eq!(of(plain, "env('SANCTUM_EXPIRATION', 60)"), Met);
        assert_eq!(of(plain, "env('SANCTUM_EXPIRATION')"), Partly);
        assert_eq!(of(plain, "null"), NotMet);
        assert_eq!(of("createToken('login', ['*'], now()->addHours(2))", "null"), Met);
        assert_eq!(of("tokens()", "null"), NotApplicable);
    }

    #[test]
    fn the_settings_of_other_packages_come_before_what_they_do_by_default() {
        let jwt = |ttl: &str| {
            outcome("tymon/jwt-auth", &[("config/jwt.php", &format!("<?php\nreturn [\n    'ttl' => {ttl},\n];\n"))])
        };
        assert_eq!(jwt("env('JWT_TTL', 10000)"), Met);
        assert_eq!(jwt("null"), NotMet);
        let passport =
            "<?php\nclass AuthServiceProvider { function boot() { Passport::tokensExpireIn(now()->addDays(15)); } }\n";
        assert_eq!(outcome("laravel/passport", &[("app/AuthServiceProvider.php", passport)]), Met);
    }
}
