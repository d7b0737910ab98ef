//! Settings of the server, from the environment alone. All that is wrong is said at once, each in a sentence.

mod read;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZero;
use std::time::Duration;

use http::Uri;
use secrecy::SecretString;
use url::Url;

use self::read::{Read, folder, has_more, is_safe};
use super::terminal;
use crate::github::app_key::AppKey;
use crate::github::identity::is_login;
use crate::github::repositories::Permission;
use crate::sandbox::Strictness;

/// What `serve` and `worker` need to know.
#[derive(Debug)]
pub struct Server {
    /// The app's id and key.
    pub key: AppKey,
    /// What deliveries are signed with.
    pub webhook_secret: SecretString,
    /// The pages of GitHub.
    pub web: Url,
    /// The API of GitHub.
    pub api: Uri,
    /// How long GitHub may take to answer.
    pub patience: Duration,
    /// The app's name in mentions.
    pub slug: String,
    /// The database.
    pub database: SecretString,
    /// Where the webhook listens.
    pub listen: SocketAddr,
    /// Where machines look at health and metrics, of a worker too; if nowhere, a server answers them where it listens.
    pub metrics_listen: Option<SocketAddr>,
    /// Jobs at a time in this process.
    pub workers: usize,
    /// Jobs at a time for one installation.
    pub per_installation_at_once: i64,
    /// How long a job is ours without a heartbeat.
    pub lease: Duration,
    /// How long the end of the process may take.
    pub shutdown: Duration,
    /// Between two looks at what GitHub could not deliver, and at what is too old.
    pub sweep: Duration,
    /// What reviews are allowed to be.
    pub review: crate::review::Settings,
}

/// Everything that is wrong with the settings.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct Wrong(pub Vec<String>);

/// A setting, as `.env.example` has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// The name of the variable.
    pub name: &'static str,
    /// What is taken where it is not set; `None` where it has to be set.
    pub default: Option<&'static str>,
}

macro_rules! variables {
    ($($constant:ident = $name:literal, $default:expr;)*) => {
        $(const $constant: Variable = Variable { name: $name, default: $default };)*
        /// All of them, in the order of `.env.example`.
        pub const VARIABLES: &[Variable] = &[$($constant),*];
    };
}
variables! {
    APP_ID = "FOLIOLENS_APP_ID", None;
    PRIVATE_KEY = "FOLIOLENS_PRIVATE_KEY", Some("");
    PRIVATE_KEY_FILE = "FOLIOLENS_PRIVATE_KEY_FILE", Some("");
    WEBHOOK_SECRET = "FOLIOLENS_WEBHOOK_SECRET", None;
    APP_SLUG = "FOLIOLENS_APP_SLUG", Some("foliolens");
    GITHUB_URL = "FOLIOLENS_GITHUB_URL", Some("https://github.com");
    GITHUB_API_URL = "FOLIOLENS_GITHUB_API_URL", Some("");
    GITHUB_SECONDS = "FOLIOLENS_GITHUB_SECONDS", Some("30");
    DATABASE = "DATABASE_URL", Some("sqlite://foliolens.db");
    LISTEN = "FOLIOLENS_LISTEN", Some("127.0.0.1:8080");
    METRICS_LISTEN = "FOLIOLENS_METRICS_LISTEN", Some("");
    PUBLIC_URL = "FOLIOLENS_PUBLIC_URL", Some("");
    WORKERS = "FOLIOLENS_WORKERS", Some("1");
    INSTALLATION_JOBS = "FOLIOLENS_INSTALLATION_JOBS", Some("2");
    LEASE_SECONDS = "FOLIOLENS_LEASE_SECONDS", Some("30");
    SHUTDOWN_SECONDS = "FOLIOLENS_SHUTDOWN_SECONDS", Some("20");
    RETENTION_DAYS = "FOLIOLENS_RETENTION_DAYS", Some("90");
    ASK_PERMISSION = "FOLIOLENS_ASK_PERMISSION", Some("write");
    PUBLIC_TARGETS = "FOLIOLENS_PUBLIC_TARGETS", Some("yes");
    PORTFOLIO = "FOLIOLENS_PORTFOLIO", Some("5");
    PORTFOLIO_AT_ONCE = "FOLIOLENS_PORTFOLIO_AT_ONCE", Some("2");
    REVIEWS_PER_PERSON = "FOLIOLENS_REVIEWS_PER_PERSON", Some("50");
    REVIEWS_PER_INSTALLATION = "FOLIOLENS_REVIEWS_PER_INSTALLATION", Some("500");
    REVIEW_PUSHES = "FOLIOLENS_REVIEW_PUSHES", Some("no");
    PUSH_SECONDS = "FOLIOLENS_PUSH_SECONDS", Some("20");
    SWEEP_SECONDS = "FOLIOLENS_SWEEP_SECONDS", Some("300");
    REVIEW_CLONE_MIB = "FOLIOLENS_REVIEW_CLONE_MIB", Some("512");
    REVIEW_CLONE_OBJECTS = "FOLIOLENS_REVIEW_CLONE_OBJECTS", Some("5000000");
    REVIEW_CLONE_SECONDS = "FOLIOLENS_REVIEW_CLONE_SECONDS", Some("300");
    REVIEW_SECONDS = "FOLIOLENS_REVIEW_SECONDS", Some("300");
    REVIEW_MEMORY_MIB = "FOLIOLENS_REVIEW_MEMORY_MIB", Some("1024");
    SANDBOX = "FOLIOLENS_SANDBOX", Some("best-effort");
    CGROUP = "FOLIOLENS_CGROUP", Some("");
}

impl Server {
    /// Reads the environment. What is set there, begins as a setting does and is none is wrong, too: whoever wrote it
    /// means something that would not be in force.
    pub fn read() -> Result<Self, Wrong> {
        match (Self::from(terminal::set), super::misspelt::misspelt()) {
            (Ok(settings), misspelt) if misspelt.is_empty() => Ok(settings),
            (read, misspelt) => {
                Err(Wrong(read.err().map(|Wrong(wrong)| wrong).into_iter().flatten().chain(misspelt).collect()))
            }
        }
    }

    /// Reads what `variable` says.
    pub fn from(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, Wrong> {
        let mut read = Read { variable, wrong: Vec::new() };
        let id: Option<NonZero<u64>> = read.parsed(APP_ID, "the number of the app, from its settings page on GitHub");
        // A key is looked at whoever's it is.
        let key = read.pem().and_then(|(pem, variable)| match AppKey::new(id.map_or(0, NonZero::get), &pem) {
            Ok(key) => id.map(|_| key),
            Err(error) => {
                read.wrong.push(format!("{}: {error}.", variable.name));
                None
            }
        });
        let secret = read.webhook_secret();
        let web: Option<Url> = read.parsed(GITHUB_URL, "an address such as https://github.com");
        if web.as_ref().is_some_and(|web| !is_safe(web)) {
            read.wrong
                .push(format!("{} must begin with https://; tokens are never sent in the clear.", GITHUB_URL.name));
        }
        if web.as_ref().is_some_and(has_more) {
            read.wrong.push(format!("{} has to be the address alone, such as https://github.com.", GITHUB_URL.name));
        }
        let web = web.map(folder);
        let api = read.api(web.as_ref());
        let patience = read.within(GITHUB_SECONDS, 1..=300);
        let slug = read.text(APP_SLUG);
        if slug.as_deref().is_some_and(|slug| !is_login(slug)) {
            read.wrong
                .push(format!("{} is the app's name in its address on GitHub, such as foliolens.", APP_SLUG.name));
        }
        let database = read.database();
        let listen: Option<SocketAddr> = read.parsed(LISTEN, "an address and a port, such as 0.0.0.0:8080");
        let metrics_listen = match read.text(METRICS_LISTEN) {
            Some(text) if !text.is_empty() => read.parsed(METRICS_LISTEN, "an address and a port, or nothing"),
            _ => None,
        };
        let public = read.public();
        if listen.is_some() && listen == metrics_listen {
            read.wrong.push(format!("{} has to be another address than {}.", METRICS_LISTEN.name, LISTEN.name));
        }
        let workers = read.within(WORKERS, 0..=64);
        let at_once = read.within(INSTALLATION_JOBS, 1..=64);
        let lease = read.within(LEASE_SECONDS, 5..=600);
        let shutdown = read.within(SHUTDOWN_SECONDS, 1..=600);
        let retention = read.within(RETENTION_DAYS, 1..=3_650);
        let ask = match read.text(ASK_PERMISSION).as_deref() {
            Some("read") => Some(Permission::Read),
            Some("write") => Some(Permission::Write),
            Some("admin") => Some(Permission::Admin),
            Some(_) => {
                read.wrong.push(format!("{} is read, write or admin.", ASK_PERMISSION.name));
                None
            }
            None => None,
        };
        let public_targets = read.yes(PUBLIC_TARGETS);
        let portfolio = read.within(PORTFOLIO, 1..=10);
        let portfolio_at_once = read.within(PORTFOLIO_AT_ONCE, 1..=10);
        let per_person = read.within(REVIEWS_PER_PERSON, 1..=100_000);
        let per_installation = read.within(REVIEWS_PER_INSTALLATION, 1..=1_000_000);
        let review_pushes = read.yes(REVIEW_PUSHES);
        let push_seconds = read.within(PUSH_SECONDS, 0..=600);
        let sweep = read.within(SWEEP_SECONDS, 1..=3_600);
        let clone_mib = read.within(REVIEW_CLONE_MIB, 1..=65_536);
        let clone_objects = read.within(REVIEW_CLONE_OBJECTS, 1..=1_000_000_000);
        let clone_seconds = read.within(REVIEW_CLONE_SECONDS, 1..=3_600);
        let seconds = read.within(REVIEW_SECONDS, 1..=3_600);
        let memory = read.within(REVIEW_MEMORY_MIB, 128..=65_536);
        let sandbox: Option<Strictness> = read.parsed(SANDBOX, "word that is known: require, best-effort or off");
        let cgroup = read.cgroup();
        let certificates = super::certificates();
        read.wrong.extend(terminal::unusable(&certificates));
        let limits = super::limits::read(&read.variable).map_err(|wrong| read.wrong.extend(wrong)).ok();
        let settings = (|| {
            Some(Server {
                key: key?,
                webhook_secret: secret.clone()?,
                web: web.clone()?,
                api: api?,
                patience: Duration::from_secs(patience?),
                slug: slug.clone()?,
                database: database?,
                listen: listen?,
                metrics_listen,
                workers: usize::try_from(workers?).ok()?,
                per_installation_at_once: i64::try_from(at_once?).ok()?,
                lease: Duration::from_secs(lease?),
                shutdown: Duration::from_secs(shutdown?),
                sweep: Duration::from_secs(sweep?),
                review: crate::review::Settings {
                    web: web?,
                    pages: public.zip(secret).map(|(url, secret)| crate::review::Pages { url, secret }),
                    slug: slug?,
                    ask: ask?,
                    public_targets: public_targets?,
                    portfolio: usize::try_from(portfolio?).ok()?,
                    portfolio_at_once: usize::try_from(portfolio_at_once?).ok()?,
                    per_person: per_person?,
                    per_installation: per_installation?,
                    review_pushes: review_pushes?,
                    push_delay: Duration::from_secs(push_seconds?),
                    retention: Duration::from_secs(retention? * 24 * 60 * 60),
                    clone_bytes: clone_mib? << 20,
                    clone_objects: clone_objects?,
                    certificates,
                    clone_time: Duration::from_secs(clone_seconds?),
                    examine_time: Duration::from_secs(seconds?),
                    examine_mib: memory?,
                    sandbox: sandbox?,
                    cgroup,
                    limits: limits?,
                },
            })
        })();
        match settings {
            Some(settings) if read.wrong.is_empty() => Ok(settings),
            _ => Err(Wrong(read.wrong)),
        }
    }
}

/// The database alone, for commands that need nothing else.
pub fn database() -> Result<SecretString, Wrong> {
    let mut read = Read { variable: terminal::set, wrong: Vec::new() };
    read.database().ok_or(Wrong(read.wrong))
}

#[cfg(test)]
mod tests;
