//! What the password of a connection comes to: by itself, and by the server that it opens.

use super::bytes::{distinct, has};
use super::check::is_random;
use super::context::Context;
use super::hosts::{is_somebodys, is_stand_in};
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
    const USERS: &[&str] = &["user", "username", "usr", "login", "user1", "alice", "bob", "foo"];
    let words = USERS.iter().any(|word| context.user.is_some_and(|user| user.eq_ignore_ascii_case(word.as_bytes())));
    let default = is_local_default(lower, context) || is_weak(lower);
    if words && default {
        return Judgement::Placeholder;
    }
    // A bare name is a neighbour in a compose file or a cluster.
    // The private network of a host (`db.railway.internal`) is in use where a generated password stands before it.
    let is_generated = !name.ends_with(b"docker.internal") && is_generated(lower);
    let local = name.is_empty()
        || !name.contains(&b'.')
        || [&b"127."[..], b"0.0.0.0", b"192.168.", b"10.", b"172."].iter().any(|start| name.starts_with(start))
        || [&b".local"[..], b".localhost"].iter().any(|end| name.ends_with(end))
        || name.ends_with(b".internal") && !is_generated;
    match (local, default) {
        (true, true) => Judgement::LocalDefault,
        (true, false) => Judgement::Development,
        // A poor password, but one that opens a server.
        (false, true) if is_chosen_for(lower, context) && std::str::from_utf8(name).is_ok_and(is_somebodys) => {
            Judgement::Live
        }
        (false, true) => Judgement::Weak,
        (false, false) => Judgement::Live,
    }
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
