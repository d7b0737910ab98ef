//! What of the repository around a value says how much it counts: which file reads it, and what stands beside it.

use std::collections::BTreeSet;

use super::opinion::{FOR_DEVELOPMENT, Opinion, Weight};
use super::own_keys::OwnKeys;
use super::place::{self, Class};
use super::replaced;
use super::spot::{Spot, Within};
use crate::Snapshot;
use crate::paths;
use crate::secrets::{Hit, Judgement, Suppression, Tier, rule};

/// Why a key that settings for production give anew is set aside.
const REPLACED: &str = "replaced by the settings for production";

/// Why the key of encrypted credentials counts.
const UNLOCKS: &str = "it unlocks the encrypted credentials that are committed as well";

/// Made once for a repository.
pub(super) struct Surroundings<'repo> {
    repo: &'repo Snapshot,
    pub(super) keys: OwnKeys<'repo>,
    /// The names of the files that Docker is told to take variables from.
    environments: BTreeSet<&'repo str>,
    /// The only compose file, if it starts the project itself.
    compose: Option<&'repo str>,
}

impl<'repo> Surroundings<'repo> {
    pub(super) fn of(repo: &'repo Snapshot) -> Self {
        let texts = || repo.tree().own_texts();
        let environments = texts().flat_map(|(_, text)| environments(text)).collect();
        let mut composes = texts().filter(|(file, _)| is_projects_compose(&file.path));
        let compose = composes.next().filter(|_| composes.next().is_none());
        let compose = compose.filter(|(_, text)| text.lines().any(|line| line.trim_start().starts_with("build:")));
        Surroundings { repo, keys: OwnKeys::of(repo), environments, compose: compose.map(|(file, _)| &*file.path) }
    }

    /// Whether `path` has environment variables, by its name or since Docker takes it for that.
    pub(super) fn is_environment_file(&self, path: &str) -> bool {
        place::is_environment_file(path)
            || self.environments.contains(paths::name(path)) && place::class(path).0 == Class::Production
    }

    /// Who says that the value needs no action, and why.
    pub(super) fn suppressed(&self, hit: &Hit) -> Option<Suppression> {
        self.repo.suppressed(hit.fingerprint)
    }

    /// The opinion on `hit` in the file at `path`, whatever the reviewed tree has.
    pub(super) fn alone(&self, path: &str, hit: &Hit) -> Opinion {
        self.anywhere(Spot::file(path), hit)
    }

    /// The same for any place.
    pub(super) fn anywhere(&self, spot: Spot<'_>, hit: &Hit) -> Opinion {
        let opinion = spot.opinion(hit, self.is_environment_file(spot.path));
        // What Phoenix's generator writes for every machine, and takes from elsewhere in production.
        if hit.rule == "phoenix-secret-key-base"
            && opinion.weight < Weight::SetAside
            && replaced::is_named_in_production(self.repo, spot.path, "secret_key_base")
        {
            return Opinion { weight: Weight::SetAside, class: Class::Test, reason: REPLACED };
        }
        let opinion = match hit.rule {
            "rails-master-key" => self.of_a_master_key(opinion, hit),
            "keystore-password" => self.of_a_keystore(opinion),
            "symfony-jwt-passphrase" => self.of_a_locked_key(opinion, hit),
            _ => opinion,
        };
        let is_key = spot.within == Within::File && matches!(hit.rule, "private-key" | "bare-private-key");
        match self.keys.opens(spot.path).filter(|_| is_key && opinion.weight < Weight::SetAside) {
            Some(opens) => opens.opinion(),
            None => opinion,
        }
    }

    /// Rails has one key for all of its credentials, which are committed in a form that only this key reads.
    fn of_a_master_key(&self, opinion: Opinion, hit: &Hit) -> Opinion {
        let paths = || self.repo.history().paths.iter();
        let has_credentials = || paths().any(|path| path.ends_with("config/credentials.yml.enc"));
        // Then there may be one for development.
        let has_several = || paths().any(|path| path.contains("config/credentials/") && path.ends_with(".yml.enc"));
        let is_of_a_program = opinion.class == Class::Production || opinion.reason == FOR_DEVELOPMENT;
        match hit.judgement == Judgement::Live && is_of_a_program && has_credentials() && !has_several() {
            true => Opinion { weight: Weight::Live, class: Class::Production, reason: UNLOCKS },
            false => opinion,
        }
    }

    /// A passphrase is no longer Symfony's for one machine where the key that it unlocks is committed beside it.
    fn of_a_locked_key(&self, opinion: Opinion, hit: &Hit) -> Opinion {
        let is_key =
            |path: &String| path.ends_with("config/jwt/private.pem") && place::class(path).0 == Class::Production;
        let is_used = opinion.weight == Weight::Possible && opinion.class == Class::Production;
        match is_used && hit.judgement == Judgement::Live && self.repo.history().paths.iter().any(is_key) {
            true => Opinion {
                weight: Weight::Live,
                reason: "it unlocks the private key that is committed as well",
                ..opinion
            },
            false => opinion,
        }
    }

    /// The password of a keystore opens something where the keystore is in the repository as well.
    fn of_a_keystore(&self, opinion: Opinion) -> Opinion {
        let is_keystore = |path: &String| {
            let name = paths::name(path).to_ascii_lowercase();
            [".p12", ".pfx", ".pkcs12", ".jks", ".jceks", ".keystore", ".bks"].iter().any(|end| name.ends_with(end))
                && !name.contains("trust")
                && !name.contains("debug")
                && place::class(path).0 == Class::Production
        };
        match opinion.weight == Weight::Live && !self.repo.history().paths.iter().any(is_keystore) {
            true => {
                let reason = "the password of a keystore that is not in the repository";
                Opinion { weight: Weight::Possible, reason, ..opinion }
            }
            false => opinion,
        }
    }

    /// The opinion on `hit` at a place of the reviewed tree.
    pub(super) fn at_head(&self, spot: Spot<'_>, hit: &Hit) -> Opinion {
        let opinion = self.anywhere(spot, hit);
        let is_text = rule(hit.rule).is_some_and(|rule| matches!(rule.tier, Tier::Named | Tier::Generic));
        if opinion.weight < Weight::SetAside {
            let is_replaced = matches!(hit.rule, "secret-key" | "secret-fallback")
                && replaced::is_replaced(self.repo, spot.path)
                || is_text && replaced::is_given_in_production(self.repo, spot.path, hit.lines.0);
            return if is_replaced {
                Opinion { weight: Weight::SetAside, class: Class::Test, reason: REPLACED }
            } else {
                opinion
            };
        }
        let is_live = opinion.weight == Weight::SetAside && hit.judgement == Judgement::Live && is_text;
        let possible = |reason| Opinion { weight: Weight::Possible, reason, ..opinion };
        if is_live && opinion.reason == FOR_DEVELOPMENT && self.compose == Some(spot.path) && signs(hit.rule) {
            return possible("in the only compose file, which runs the project itself");
        }
        // Lists and headings of a document look like comments.
        let is_shown = opinion.weight == Weight::SetAside
            && opinion.class != Class::Test
            && matches!(hit.judgement, Judgement::Live | Judgement::Commented);
        if is_shown && is_text && self.is_of_a_public_login(spot, hit) {
            return possible("a client's secret beside the address of a public host");
        }
        opinion
    }

    /// Whether an example of settings or the README has the secret of a client, and close by the host that it is for; a
    /// README names many, so there only what runs a project counts.
    fn is_of_a_public_login(&self, spot: Spot<'_>, hit: &Hit) -> bool {
        const CLOSE: usize = 12;
        let is_readme = paths::name(spot.path).to_ascii_lowercase().starts_with("readme");
        if spot.within != Within::File || !is_readme && !is_example_of_configuration(spot.path) {
            return false;
        }
        let Some(text) = self.repo.text(spot.path) else { return false };
        let at = (hit.lines.0 as usize).saturating_sub(1);
        let is_secret = |line: &str| {
            let letters = line.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
            letters.collect::<String>().contains("clientsecret")
        };
        if !text.lines().nth(at).is_some_and(is_secret) {
            return false;
        }
        match is_readme {
            true => hosts(text).any(runs_projects),
            false => text.lines().skip(at.saturating_sub(CLOSE)).take(2 * CLOSE).flat_map(hosts).any(is_public),
        }
    }
}

/// Whether what the rule finds signs sessions or tokens.
fn signs(rule: &str) -> bool {
    rule.starts_with("signing-") || rule.starts_with("jwt-secret-") || matches!(rule, "secret-key" | "laravel-app-key")
}

/// Whether `path` may be what starts the project: a compose file that is not named for tests, examples or development.
fn is_projects_compose(path: &str) -> bool {
    let is_for_something_else = |word: &str| matches!(word, "dev" | "development" | "local" | "ci" | "override");
    place::is_compose(path)
        && place::class(path).0 == Class::Production
        && !paths::name(path).split(['.', '-', '_']).any(is_for_something_else)
}

/// Settings in a file that is named as an example, in whatever format.
fn is_example_of_configuration(path: &str) -> bool {
    place::is_example_of_settings(path) || place::is_example(path) && place::is_in_a_format_of_settings(path)
}

/// The names of the files behind `--env-file` and `env_file:` in `text`.
fn environments(text: &str) -> impl Iterator<Item = &str> {
    let has_any = text.contains("env-file") || text.contains("env_file");
    let lines = if has_any { text } else { "" }.lines();
    lines
        .scan(false, |is_list, line| {
            let line = line.trim();
            let item = line.strip_prefix("- ").filter(|_| *is_list);
            *is_list = item.is_some() || line == "env_file:";
            let item = item.map(|item| item.strip_prefix("path:").unwrap_or(item));
            let given = line.split_once("--env-file").map(|(_, rest)| rest);
            let named = line.strip_prefix("env_file:").map(|rest| rest.trim().trim_start_matches('['));
            Some(given.or(named).or(item).and_then(first_name))
        })
        .flatten()
}

/// The name of the file whose path `text` begins with, unless a variable says which.
fn first_name(text: &str) -> Option<&str> {
    let text = text.trim_start_matches([' ', '=', '\t', '"', '\'']);
    let path = text.split([' ', '"', '\'', '`', '\\', ',', ']']).next()?.trim();
    Some(paths::name(path)).filter(|name| !name.is_empty() && !name.contains(['$', '*', '<']))
}

/// The hosts of the web addresses in `text`, without their ports.
fn hosts(text: &str) -> impl Iterator<Item = &str> {
    text.split("https://").skip(1).map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-').unwrap_or(rest.len());
        &rest[..end]
    })
}

/// Whether a host is somebody's, and none that stands for another.
fn is_public(host: &str) -> bool {
    const STAND_INS: &[&str] = &["example", "your", "localhost", "domain", "company", "tenant", "test", "sample"];
    const ENDS: &[&str] = &[".local", ".internal", ".lan", ".invalid"];
    let host = host.to_ascii_lowercase();
    host.contains('.')
        && host.contains(|c: char| c.is_ascii_alphabetic())
        && !STAND_INS.iter().any(|word| host.contains(word))
        && !ENDS.iter().any(|end| host.ends_with(end))
}

/// Whether a host is where somebody's project runs.
fn runs_projects(host: &str) -> bool {
    const HOSTS: &[&str] = &[
        ".herokuapp.com",
        ".vercel.app",
        ".netlify.app",
        ".onrender.com",
        ".railway.app",
        ".fly.dev",
        ".azurewebsites.net",
        ".appspot.com",
        ".run.app",
        ".web.app",
        ".firebaseapp.com",
        ".amazonaws.com",
        ".pythonanywhere.com",
        ".ondigitalocean.app",
    ];
    HOSTS.iter().any(|end| host.ends_with(end)) && is_public(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_variables_are_known_by_what_reads_them() {
        let names = |text: &str| environments(text).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(names("docker run --env-file config/shop.vars -p 80:80 shop"), ["shop.vars"]);
        assert_eq!(names("`docker run --env-file=shop.vars`"), ["shop.vars"]);
        assert_eq!(names("  api:\n    env_file: ./shop.vars\n"), ["shop.vars"]);
        assert_eq!(names("env_file:\n  - a.vars\n  - path: b.vars\nports:\n  - 80:80\n"), ["a.vars", "b.vars"]);
        assert_eq!(names("docker run --env-file $FILE\nports:\n  - 80:80\n"), [""; 0]);
    }

    #[test]
    fn hosts_are_told_from_stand_ins() {
        assert_eq!(
            hosts("at https://id.shop.io:8443/realms and https://localhost/").collect::<Vec<_>>(),
            ["id.shop.io", "localhost"]
        );
        assert!(is_public("id.shop.io") && runs_projects("shop.herokuapp.com"));
        for host in ["localhost", "127.0.0.1", "your-domain.com", "id.example.com", "shop.internal"] {
            assert!(!is_public(host), "{host}");
        }
        assert!(!runs_projects("id.shop.io") && !runs_projects("your-app.herokuapp.com"));
    }
}
