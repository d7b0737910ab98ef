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
    question: "Are the usual ways in closed?",
    signals: &[
        SignalMeta {
            id: "security.sql",
            statement: "What visitors type can not become a command to the database",
            looks_at: "Calls that send SQL. What is put into the text is followed over the local variables of a function, \
                       back to the request or to a parameter. Constants, numbers, values that are compared with a list \
                       first, placeholders, query builders and macros that check SQL while compiling are fine. \
                       In MyBatis' mappers, `${name}` where a value belongs counts as a parameter. \
                       Migrations, seeds, scripts and tests are left out. It does not apply where no SQL is sent.",
            why: "A visitor whose words become part of SQL can read or delete what is in the database.",
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
            looks_at: "Whether there is a route to log in or to sign up, and then: packages and settings that limit requests. \
                       It does not apply without such a route.",
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
            looks_at: "Where signed tokens (JWT) are made and read: an expiry among the claims or the options, and options \
                       that switch off the check of the signature or the expiry. Packages that set and check an expiry by \
                       themselves meet it. It does not apply where no token is made or read.",
            why: "A token that never expires is a password that can't be changed.",
            remedy: "Let each login end after a time: give each token an expiry when it is signed, and leave the \
                     checks of the library on.",
            effort: Effort::Low,
            dispute: "A token that was already verified by a gateway may be read without a second check. Say so beside the \
                      call.",
        },
        SignalMeta {
            id: "security.authorization",
            statement: "It is checked what a user may do, not only who they are",
            looks_at: "In a project that knows its users: checks of roles, permissions or ownership, and routes that change \
                       something without any guard beside guarded ones in the same file. It does not apply without users.",
            why: "Who is logged in must still not read or change what belongs to somebody else.",
            remedy: "Check at each address that changes something whether this user may change this entry: by role, \
                     by permission, or by comparing the owner.",
            effort: Effort::Medium,
            dispute: "A guard for all routes at once, or a gateway in front, may not be recognised; where every user may do \
                      everything, nothing more is needed.",
        },
        SignalMeta {
            id: "security.passwords",
            statement: "Whoever steals the stored passwords can not read them",
            looks_at: "bcrypt, scrypt, Argon2, PBKDF2 and the frameworks' own, against MD5, SHA-1 and SHA-2 of something \
                       called a password; and, where there is a login and no hash, passwords that are compared or looked up \
                       as they were typed. It does not apply where no password is kept.",
            why: "Hashes that are made for files are fast, so a stolen table of them is soon a list of passwords.",
            remedy: "Keep passwords in a form that can't be turned back, hashed with bcrypt or Argon2, and compare \
                     with the library's own function.",
            effort: Effort::Low,
            dispute: "A fast hash in front of a slow one, or one that another system asks for, is fine. Say so beside the \
                      call.",
        },
        SignalMeta {
            id: "security.defaults",
            statement: "Settings are safe where nobody sets them",
            looks_at: "Keys that sign or encrypt (and passwords of administrators) with a value in the source for when the \
                       environment has none, answers to every site with a visitor's cookies (CORS), and debug mode in \
                       settings for production: in the source, in the settings of frameworks and in files of the \
                       deployment. What stands in a branch or a file for development is left out. Whether the value is a \
                       credential at all is asked in the area of credentials. It applies to programs that answer HTTP \
                       requests.",
            why: "Nobody notices a setting that is missing when the program starts all the same.",
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
