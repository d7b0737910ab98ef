//! One setting after another, and what is wrong with each.

use std::ffi::OsString;
use std::path::PathBuf;

use http::Uri;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::super::terminal;
use super::{
    CGROUP, DATABASE, GITHUB_API_URL, GITHUB_URL, PRIVATE_KEY, PRIVATE_KEY_FILE, PUBLIC_URL, Variable, WEBHOOK_SECRET,
};

/// The address below which repositories are: what it ends with belongs to theirs.
pub(super) fn folder(mut web: Url) -> Url {
    let path = format!("{}/", web.path().trim_end_matches('/'));
    web.set_path(&path);
    web
}

/// Whether there is more to it than where something is.
pub(super) fn has_more(address: &Url) -> bool {
    !address.username().is_empty() || address.password().or(address.query()).or(address.fragment()).is_some()
}

/// This machine is as good as TLS.
pub(super) fn is_safe(web: &Url) -> bool {
    let is_loopback = match web.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        _ => false,
    };
    web.scheme() == "https" || is_loopback
}

/// What is read, and what was wrong so far.
pub(super) struct Read<F> {
    pub(super) variable: F,
    pub(super) wrong: Vec<String>,
}

/// What `.env.example` has for a secret.
const EXAMPLE_SECRET: &str = "change-this-before-use";

impl<F: Fn(&str) -> Option<OsString>> Read<F> {
    /// What is set, or the default; one that has to be set and is not, is wrong, and so is one that is no text. Nobody's to
    /// see: which of them may be seen is known to whoever asks for its text.
    fn secret(&mut self, variable: Variable) -> Option<SecretString> {
        let value = (self.variable)(variable.name);
        let said = value.map(|value| terminal::text(variable.name, value).map(SecretString::from)).transpose();
        let said = match said {
            Ok(said) => said
                .map(|said| SecretString::from(said.expose_secret().trim()))
                .filter(|said| !said.expose_secret().is_empty()),
            Err(sentence) => {
                self.wrong.push(sentence);
                return None;
            }
        };
        let said = said.or_else(|| variable.default.map(SecretString::from));
        if said.is_none() {
            self.wrong.push(format!("{} is not set; .env.example says what it is.", variable.name));
        }
        said
    }

    /// The same of what anybody may see.
    pub(super) fn text(&mut self, variable: Variable) -> Option<String> {
        self.secret(variable).map(|said| said.expose_secret().to_owned())
    }

    pub(super) fn parsed<T: std::str::FromStr>(&mut self, variable: Variable, what: &str) -> Option<T> {
        let text = self.text(variable)?;
        let parsed = text.parse().ok();
        if parsed.is_none() {
            self.wrong.push(
                format!("{} is no {what}.", variable.name)
                    .replace("is no an ", "is not an ")
                    .replace("is no the ", "is not the "),
            );
        }
        parsed
    }

    pub(super) fn within(&mut self, variable: Variable, range: std::ops::RangeInclusive<u64>) -> Option<u64> {
        let number = self.text(variable)?.parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            self.wrong.push(format!("{} is a number from {} to {}.", variable.name, range.start(), range.end()));
        }
        number
    }

    pub(super) fn yes(&mut self, variable: Variable) -> Option<bool> {
        match self.text(variable)?.to_ascii_lowercase().as_str() {
            "yes" | "true" | "1" => Some(true),
            "no" | "false" | "0" => Some(false),
            _ => {
                self.wrong.push(format!("{} is yes or no.", variable.name));
                None
            }
        }
    }

    pub(super) fn database(&mut self) -> Option<SecretString> {
        let secret = self.secret(DATABASE)?;
        let address = secret.expose_secret();
        let is_postgres = ["postgres:", "postgresql:"].iter().any(|scheme| address.starts_with(scheme));
        let is_known = address.starts_with("sqlite:") || (is_postgres && Url::parse(address).is_ok());
        if !is_known {
            self.wrong.push(format!("{} is neither sqlite://FILE nor postgres://USER@HOST/NAME.", DATABASE.name));
        }
        is_known.then_some(secret)
    }

    /// The key itself (with `\n` for its line ends where a file of settings has one line for each), or a file with it; and
    /// which of them says so.
    pub(super) fn pem(&mut self) -> Option<(SecretString, Variable)> {
        let inline = self.secret(PRIVATE_KEY)?;
        if !inline.expose_secret().is_empty() {
            // Which of two keys is meant is not ours to guess.
            if self.text(PRIVATE_KEY_FILE).is_some_and(|file| !file.is_empty()) {
                self.wrong.push(format!(
                    "{} and {} are both set; one of them has to go.",
                    PRIVATE_KEY.name, PRIVATE_KEY_FILE.name
                ));
            }
            return Some((SecretString::from(inline.expose_secret().replace("\\n", "\n")), PRIVATE_KEY));
        }
        let file = self.text(PRIVATE_KEY_FILE)?;
        if file.is_empty() {
            self.wrong.push(format!("Neither {} nor {} is set.", PRIVATE_KEY.name, PRIVATE_KEY_FILE.name));
            return None;
        }
        match std::fs::read_to_string(PathBuf::from(&file)).map(SecretString::from) {
            Ok(pem) => Some((pem, PRIVATE_KEY_FILE)),
            // Not which file: somebody may have put the key itself here.
            Err(error) => {
                self.wrong.push(format!("{}: the file can not be read ({error}).", PRIVATE_KEY_FILE.name));
                None
            }
        }
    }

    /// As it is set, else where GitHub and GitHub Enterprise Server have it.
    pub(super) fn api(&mut self, web: Option<&Url>) -> Option<Uri> {
        let said = self.text(GITHUB_API_URL)?;
        let address = match (said.as_str(), web) {
            ("", None) => return None,
            ("", Some(web)) if web.host_str() == Some("github.com") => "https://api.github.com".to_owned(),
            ("", Some(web)) => format!("{}/api/v3", web.as_str().trim_end_matches('/')),
            (said, _) => said.trim_end_matches('/').to_owned(),
        };
        let url = Url::parse(&address).ok().filter(Url::has_host);
        let uri: Option<Uri> = url.as_ref().and_then(|url| url.as_str().trim_end_matches('/').parse().ok());
        match said.as_str() {
            _ if uri.is_some() => {}
            "" if web.is_some_and(is_safe) => self.wrong.push(format!("{} is not an address.", GITHUB_URL.name)),
            // That is said already.
            "" => {}
            _ => self.wrong.push(format!("{} is not an address.", GITHUB_API_URL.name)),
        }
        if let Some(api) = url.filter(|_| !said.is_empty()) {
            if !is_safe(&api) {
                let name = GITHUB_API_URL.name;
                self.wrong.push(format!("{name} must begin with https://; tokens are never sent in the clear."));
            }
            if has_more(&api) {
                let name = GITHUB_API_URL.name;
                self.wrong.push(format!("{name} has to be the address alone, such as https://api.github.com."));
            }
        }
        uri
    }

    /// Long, and nobody else's: whoever knows it can speak as GitHub.
    pub(super) fn webhook_secret(&mut self) -> Option<SecretString> {
        let secret = self.secret(WEBHOOK_SECRET)?;
        let name = WEBHOOK_SECRET.name;
        if secret.expose_secret() == EXAMPLE_SECRET {
            self.wrong.push(format!(
                "{name} is still that of .env.example, which everybody knows; make one with `openssl rand -hex 32`."
            ));
            return None;
        }
        if secret.expose_secret().len() < 16 {
            self.wrong.push(format!("{name} must have 16 characters at least."));
            return None;
        }
        Some(secret)
    }

    /// Where others see this server, if they do. Reports stand there for whoever has the address.
    pub(super) fn public(&mut self) -> Option<Url> {
        if self.text(PUBLIC_URL)?.is_empty() {
            return None;
        }
        const EXAMPLE: &str = "https://foliolens.example.org";
        let name = PUBLIC_URL.name;
        let public: Url = self.parsed(PUBLIC_URL, &format!("an address such as {EXAMPLE}"))?;
        if !matches!(public.scheme(), "https" | "http") || !public.has_host() {
            self.wrong.push(format!("{name} is not an address such as {EXAMPLE}."));
        } else if !is_safe(&public) {
            self.wrong.push(format!("{name} must begin with https://; reports are never sent in the clear."));
        } else if has_more(&public) {
            self.wrong.push(format!("{name} has to be the address alone, such as {EXAMPLE}."));
        }
        Some(public)
    }

    /// The folder for cgroups, which has to be there: what was asked for is in force, or the server does not start.
    pub(super) fn cgroup(&mut self) -> Option<PathBuf> {
        let folder = self.text(CGROUP).filter(|folder| !folder.is_empty()).map(PathBuf::from)?;
        if !folder.is_dir() {
            self.wrong.push(format!("{} names no folder that is there.", CGROUP.name));
        }
        Some(folder)
    }
}
