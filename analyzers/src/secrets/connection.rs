//! What the password of a connection comes to: by itself, and by the server that it opens.

use super::bytes::{distinct, has};
use super::check::is_random;
use super::context::Context;
use super::hosts::{catches_mail, is_private_address, is_somebodys, is_stand_in};
use super::judgement::Judgement;
use super::local_defaults::is_local_default;
use super::weak::is_weak;

/// Whether a password is so long and irregular that a host generated it for one service; some have letters alone.
fn is_generated(lower: &[u8]) -> bool {
    let is_long = lower.len() >= 24 && distinct(lower) >= 12 && lower.iter().all(u8::is_ascii_alphanumeric);
    !is_weak(lower) && (is_long || lower.len() >= 16 && is_random(lower))
}

/// The judgement of the password of a connection, by the server that it is for.
pub(super) fn connection(lower: &[u8], context: &Context<'_>) -> Judgement {
    if context.user == Some(b"mailto") {
        return Judgement::Public;
    }
    let host = context.host.unwrap_or_default().to_ascii_lowercase();
    // `tcp:` before a name says how a server of Microsoft's is reached.
    let host = ["tcp:", "np:", "lpc:"].iter().find_map(|way| host.strip_prefix(way.as_bytes())).unwrap_or(&host);
    let name = host.split(|byte| matches!(byte, b':' | b',')).next().unwrap_or_default();
    if is_stand_in(name) {
        return Judgement::Placeholder;
    }
    let name = std::str::from_utf8(name).unwrap_or_default();
    if catches_mail(name) {
        return Judgement::Near;
    }
    const USERS: &[&str] = &["user", "username", "usr", "login", "user1", "alice", "bob", "foo"];
    let words = USERS.iter().any(|word| context.user.is_some_and(|user| user.eq_ignore_ascii_case(word.as_bytes())));
    let default = is_local_default(lower, context) || is_weak(lower);
    if words && default {
        return Judgement::Placeholder;
    }
    // A bare name is a neighbour in a compose file or a cluster.
    // The private network of a host is in use where a generated password stands before it.
    let is_in_use = is_in_a_hosts_network(name) && is_generated(lower);
    let local = !is_in_use
        && (!name.contains('.')
            || is_private_address(name)
            || [".local", ".localhost", ".internal"].iter().any(|end| name.ends_with(end)));
    match (local, default) {
        (true, true) => Judgement::LocalDefault,
        (true, false) => Judgement::Development,
        // A poor password, but one that opens a server.
        (false, true) if is_chosen_for(lower, context) && is_somebodys(name) => Judgement::Live,
        (false, true) => Judgement::Weak,
        (false, false) => Judgement::Live,
    }
}

/// Whether `name` is one of the private network of a company that runs servers for many: `db.railway.internal`,
/// `shop-db.flycast`, and Render's `dpg-...-a`, which the same password opens from anywhere under a longer name.
fn is_in_a_hosts_network(name: &str) -> bool {
    let is_renders = name.starts_with("dpg-") && name.ends_with("-a");
    is_renders || name.ends_with(".flycast") || name.ends_with(".internal") && !name.ends_with("docker.internal")
}

/// Whether somebody may have chosen it for one server: no default, and no word for a password that is still to come.
fn is_chosen_for(lower: &[u8], context: &Context<'_>) -> bool {
    const TELLING: &[&str] = &[
        "pass",
        "pwd",
        "secret",
        "senha",
        "clave",
        "contrasena",
        "test",
        "demo",
        "user",
        "your",
        "my",
        "admin",
        "root",
    ];
    lower.len() >= 6 && !TELLING.iter().any(|word| has(lower, word)) && !is_local_default(lower, context)
}

#[cfg(test)]
mod tests {
    use super::super::scan;
    use super::*;

    fn judged(password: &str, host: &str) -> Option<Judgement> {
        let address = format!("url: {}://anna:{password}@{host}/shop\n", "mongodb+srv");
        scan(address.as_bytes()).first().map(|hit| hit.judgement)
    }

    #[test]
    fn a_server_is_private_only_where_nobody_else_reaches_it() {
        let password = ["Rk3", "vX9q", "T7mZ", "2wLp", "8sQ"].concat();
        for host in ["172.105.44.10:27017", "123.57.20.4", "db.gameserver.com", "dpg-c7k2m9q1w4x8z3v5b6n0-a"] {
            assert_eq!(judged(&password, host), Some(Judgement::Live), "{host}");
        }
        for host in ["172.20.0.3", "10.1.2.3", "mongo", "db.shop.local"] {
            assert_eq!(judged(&password, host), Some(Judgement::Development), "{host}");
        }
        assert_eq!(judged("shop-login", "dpg-c7k2m9q1w4x8z3v5b6n0-a"), Some(Judgement::Development));
    }

    #[test]
    fn a_password_may_have_the_sign_that_stands_before_the_host() {
        let password = ["P@s", "sX29v", "Q7mZ2", "wLp"].concat();
        assert_eq!(judged(&password, "db.shop.io"), Some(Judgement::Live));
        let of = |text: String| scan(text.as_bytes()).first().map(|hit| hit.value);
        let address = |password: &str| format!("url: {}://anna:{password}@db.shop.io/shop\n", "mongodb");
        assert_ne!(of(address(&password)), of(address("P")), "its fingerprint is not that of its first letter");
    }

    #[test]
    fn a_poor_password_counts_where_the_server_is_somebodys() {
        let host = "cluster0.q7w2p.mongodb.net";
        assert_eq!(judged("harbour77", host), Some(Judgement::Live));
        assert_eq!(judged("harbour77", "cluster0.mongodb.net"), Some(Judgement::Live), "it is no common word");
        assert_eq!(judged("qwerty12", host), Some(Judgement::Live));
        assert_eq!(judged("qwerty12", "cluster0.mongodb.net"), Some(Judgement::Weak));
        for word in ["password12", "anna", "test1234", "admin123"] {
            assert_eq!(judged(word, host), Some(Judgement::Weak), "{word}");
        }
    }
}
