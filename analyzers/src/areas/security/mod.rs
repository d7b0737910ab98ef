//! Security: whether the usual ways in are closed.

mod authorization;
mod browser;
mod defaults;
mod guards;
mod login;
pub(in crate::areas) mod marks;
mod method_security;
mod neighbours;
pub(in crate::areas) mod open_routes;
mod passwords;
mod rate_limit;
mod sql;
mod tokens;

pub(in crate::areas) use browser::SERVERS;
pub(crate) use guards::asks_who;
pub(crate) use open_routes::{Region, lost, regions};

use crate::{Analyzer, AreaMeta, Effort, Finding, SignalMeta, Snapshot};

/// The area `security`.
pub struct Security;

static META: AreaMeta = AreaMeta {
    id: "security",
    title: "Security",
    question: "Are the usual ways to break in closed?",
    signals: &[
        SignalMeta {
            id: "security.sql",
            statement: "What visitors type can not become a command to the database",
            looks_at: "Calls that send commands to the database (SQL), and where the values in their text come from: \
                each is followed back within its function, to what a visitor sent or to what other code handed over. \
                Fixed texts, numbers, values out of a list of allowed ones, and values that are kept apart from the \
                command (placeholders, query builders) are fine. In MyBatis' mappers, `${name}` where a value belongs \
                counts as handed over. Migrations, seeds, scripts and tests are left out. It does not apply where no \
                SQL is sent.",
            why: "A visitor whose words become part of a command can read or delete what is in the database.",
            remedy: "Keep what visitors type apart from commands to the database: a placeholder where the value goes, \
                     and the value as an argument of its own. Choose names of columns and directions of sorting from \
                     a list of allowed ones.",
            effort: Effort::Low,
            dispute: "A value that is checked in another function or file can't be told from one that is not. Say where it \
                      is checked.",
        },
        SignalMeta {
            id: "security.rate-limit",
            statement: "Nobody can try passwords without end",
            looks_at: "Whether there is an address to log in or to sign up, and packages and settings that limit how \
                often it may be called. It does not apply without such an address.",
            why: "Without a limit, a machine can try passwords all night.",
            remedy: "Limit how often one visitor may try to log in or sign up, with the framework's own limiter or a \
                     package for it.",
            effort: Effort::Low,
            dispute: "A gateway, a proxy or a content network in front may do it; that is not in the repository. Say so in \
                      the README.",
        },
        SignalMeta {
            id: "security.token-expiry",
            statement: "Being logged in ends by itself",
            looks_at: "Where signed tokens (JWT), by which a visitor stays logged in, are made and read: whether they \
                get a time at which they end, and whether the check of the signature or of that time is switched off. \
                Packages that do both by themselves are fine. It does not apply where no token is made or read.",
            why: "A token that never ends is a password that can't be changed.",
            remedy: "Let each login end after a time: give each token an expiry when it is signed, and leave the \
                     checks of the library on.",
            effort: Effort::Low,
            dispute: "A token that was already verified by a gateway may be read without a second check. Say so beside the \
                      call.",
        },
        SignalMeta {
            id: "security.authorization",
            statement: "It is checked what a user may do, not only who they are",
            looks_at: "In a project that knows its users: checks of roles, permissions or ownership, and addresses \
                that change something without any check, beside others in the same file that have one. It does not \
                apply without users.",
            why: "Who is logged in must still not read or change what belongs to somebody else.",
            remedy: "Check at each address that changes something whether this user may change this entry: by role, \
                     by permission, or by comparing the owner.",
            effort: Effort::Medium,
            dispute: "A check for all addresses at once, or a gateway in front, may not be recognised. Where every \
                user may do everything, nothing more is needed.",
        },
        SignalMeta {
            id: "security.passwords",
            statement: "Whoever steals the stored passwords can not read them",
            looks_at: "How passwords are kept: in a form that can't be turned back (a hash), which is slow if it was \
                made for passwords (bcrypt, scrypt, Argon2, PBKDF2, the frameworks' own) and fast if it was made for \
                files (MD5, SHA-1, SHA-2); or, where there is a login and no hash, as they were typed. It does not \
                apply where no password is kept.",
            why: "A fast hash can be tried out billions of times, so a stolen table of them is soon a list of \
                passwords.",
            remedy: "Keep passwords in a form that can't be turned back, hashed with bcrypt or Argon2, and compare \
                     with the library's own function.",
            effort: Effort::Low,
            dispute: "A fast hash in front of a slow one, or one that another system asks for, is fine. Say so beside the \
                      call.",
        },
        SignalMeta {
            id: "security.defaults",
            statement: "Settings are safe where nobody sets them",
            looks_at: "Three settings: keys that sign or encrypt (and passwords of administrators) with a value in \
                the code for when nobody sets one; leave for every other website to act with a visitor's login \
                (CORS); and debug mode, which shows the inside of the program, where real visitors come. The code, \
                the settings of frameworks and the files of the deployment are read; what is for development only is \
                left out. Whether the value is a real key is asked in the area Passwords and keys. It applies to \
                programs that answer requests over HTTP.",
            why: "A program that starts with a dangerous setting runs with it, and nobody notices.",
            remedy: "Don't let the program start when a key is missing, name the websites that may act with a \
                     visitor's login, and switch debug mode on only where a setting asks for it.",
            effort: Effort::Low,
            dispute: "A default that only a test or a development container uses is harmless. Say so beside it.",
        },
    ],
};

impl Analyzer for Security {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        vec![
            sql::finding(repo),
            rate_limit::finding(repo),
            tokens::finding(repo),
            authorization::finding(repo),
            passwords::finding(repo),
            defaults::finding(repo),
        ]
    }
}
