//! What looks like a credential in bytes. A value that was found never leaves this room: what comes out is a rule,
//! a place, a keyed fingerprint, and a judgement of the value.
//!
//! Rules are data under `rules/secrets/`, one file a provider. A [`Scanner`] looks for all their keywords in one pass and
//! runs a rule's expression only on a window around a keyword of its own.

mod around;
mod beside;
mod bytes;
mod certificate;
mod check;
mod connection;
mod context;
mod cut;
mod decode;
mod engine;
mod examples;
mod fingerprint;
mod hosts;
mod joined;
mod judge;
mod judgement;
mod lines;
mod local_defaults;
mod look;
mod mail_account;
mod names;
mod nats;
mod placeholders;
mod redact;
mod references;
mod request;
mod rule_files;
mod rules;
mod secret;
mod seen;
mod sieve;
mod signing;
mod suppression;
mod test_module;
mod weak;
mod web_token;

pub use cut::Cut;
pub use decode::{Unopened, text_of_two_bytes, unopened};
pub(crate) use engine::Looked;
pub use engine::Scanner;
pub use examples::check_examples;
#[cfg(test)]
pub(crate) use examples::with_checksum;
pub use fingerprint::{Fingerprint, FingerprintKey};
pub use judgement::Judgement;
pub use lines::{Copied, Lines, identity, same};
pub use redact::{MASK, Redacted};
pub use rules::{Rule, Tier, rule, rules};
pub use suppression::{By, Reason, Suppression};
pub(crate) use test_module::holds as is_in_test_module;

/// One place in one blob (or message) that looks like a credential, without its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The rule that matched.
    pub rule: &'static str,
    /// First and last line, counted from 1.
    pub lines: (u32, u32),
    /// The same for the same rule and value, wherever it stands; says nothing about the value.
    pub fingerprint: Fingerprint,
    /// The same for the same value, whichever rule found it.
    pub value: Fingerprint,
    /// What the value itself says about how bad this is.
    pub judgement: Judgement,
}

/// Examines one text by itself; [`Scanner`] is for many.
#[cfg(test)]
pub(crate) fn scan(bytes: &[u8]) -> Vec<Hit> {
    Scanner::for_texts(1, FingerprintKey::default()).scan(bytes)
}

/// A text in which the rule called `id` finds a live value, made up at run time.
#[cfg(test)]
pub(crate) fn example(id: &str) -> String {
    let rule = rule(id).expect("a rule with that id");
    examples::planted(rule).remove(0).text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_public_shows_a_value() {
        for rule in rules() {
            for planted in examples::planted(rule) {
                let hits = scan(planted.text.as_bytes());
                let shown = format!("{hits:?}");
                for value in &planted.generated {
                    assert!(!shown.contains(value.as_str()), "{}", rule.id);
                }
            }
        }
    }

    #[test]
    fn a_fingerprint_depends_on_rule_value_and_key_but_not_on_the_place() {
        let planted =
            |before: &str| format!("{before}{}_{}", "xoxb", "12345678901-12345678901-aB3dE5gH7jK9mN1pQ3sT5vW7");
        let (one, two) = (planted("a = "), planted("\n\n\nsomewhere: "));
        let (one, two) = (one.replace("xoxb_", "xoxb-"), two.replace("xoxb_", "xoxb-"));
        let (first, second) = (scan(one.as_bytes()), scan(two.as_bytes()));
        assert_eq!(first[0].fingerprint, second[0].fingerprint);
        assert_eq!((first[0].lines, second[0].lines), ((1, 1), (4, 4)));
        let other = Scanner::for_texts(1, FingerprintKey::new(b"another key")).scan(one.as_bytes());
        assert_ne!(first[0].fingerprint, other[0].fingerprint);
    }

    #[test]
    fn a_line_of_an_image_is_no_token_though_it_has_the_form_of_one() {
        let token = example("dropbox-legacy-token").trim_matches('"').to_owned();
        let data = "iVBORw0KGgo/AANSUhEUgAAAAUA+AAFCAYAAACNbyblAAAAHElEQVQI12P4";
        let line = format!("{}/{token}+/x9", &data[..8]);
        assert_eq!(scan(format!("{data}=\n{line}=\n{data}=\n").as_bytes()), []);
        assert_eq!(scan(format!("token:\n{line}\n").as_bytes()).len(), 1, "alone it may be one");
        assert_eq!(scan(format!("{data}\n{token}\n").as_bytes()).len(), 1, "it fills its line");
    }

    #[test]
    fn a_private_key_without_armour_is_known_by_its_first_bytes_and_a_public_one_is_none() {
        let rsa = [b"\r\x06\t*\x86H\x86\xf7\r\x01\x01\x01\x05\x00".as_slice()].concat();
        let number: Vec<u8> = (0..600_u32).map(|at| (at * 167 % 251) as u8).collect();
        let private = [b"0\x82\x04\xbd\x02\x01\x000".as_slice(), &rsa, b"\x04\x82\x04\xa7", &number].concat();
        let old = [b"0\x82\x04\xa4\x02\x01\x00\x02\x82\x01\x01\x00".as_slice(), &number].concat();
        let curve = b"\x06\x07*\x86H\xce=\x02\x01\x06\x08*\x86H\xce=\x03\x01\x07\x04m0k\x02\x01\x01\x04 ";
        let curve = [b"0\x81\x87\x02\x01\x000\x13".as_slice(), curve, &number[..100]].concat();
        for key in [&private, &old, &curve] {
            assert_eq!(scan(key).iter().map(|hit| hit.rule).collect::<Vec<_>>(), ["der-private-key"]);
        }
        let public = [b"0\x82\x01\x220".as_slice(), &rsa, b"\x03\x82\x01\x0f\x00", &number].concat();
        assert_eq!(scan(&public), []);
        assert_eq!(scan(&[b"MZ".as_slice(), &private].concat()), [], "part of something else");
    }

    #[test]
    fn a_generated_password_at_a_private_host_is_in_use() {
        let judged = |password: &str, host: &str| {
            let address = format!("url: {}://app:{password}@{host}:5432/shop\n", "postgresql");
            scan(address.as_bytes()).first().map(|hit| hit.judgement)
        };
        let generated = ["Rk3", "vX9q", "T7mZ", "2wLp", "8sQ"].concat();
        assert_eq!(judged(&generated, "db.rail.internal"), Some(Judgement::Live));
        assert_eq!(judged(&generated, "host.docker.internal"), Some(Judgement::Development));
        assert_eq!(judged("shop-login", "db.rail.internal"), Some(Judgement::Development));
    }

    #[test]
    fn examples_of_an_interface_and_hashes_of_passwords_are_set_aside() {
        let judged = |text: String| scan(text.as_bytes()).first().map(|hit| hit.judgement);
        let token = example("json-web-token").split('"').nth(1).unwrap_or_default().to_owned();
        assert_eq!(
            judged(format!("Token string `json:\"token\" example:\"{token}\"`\n")),
            Some(Judgement::Placeholder)
        );
        assert_eq!(judged(format!("@Schema(example = \"{token}\")\n")), Some(Judgement::Placeholder));
        assert_eq!(judged(format!("token: {}...\n", &token)), Some(Judgement::Placeholder));
        assert_eq!(judged(format!("token = \"{token}\"\n")), Some(Judgement::Live));
        let hash = ["100000$k7Qz9", "Lw2Xv8Rt4Yp6", "Nb3Mc1Jh5Gd0=="].concat();
        let set = |name: &str| judged(format!("UPDATE users SET {name}_password='{hash}', salt='1'\n"));
        assert_eq!((set("crypted"), set("login")), (Some(Judgement::Encrypted), Some(Judgement::Live)));
    }

    #[test]
    fn ordinary_code_has_nothing() {
        let code = "fn token(password: &str) -> Token { hash(password, secret()) }\nlet api_key = env(\"API_KEY\");\n";
        assert_eq!(scan(code.as_bytes()), []);
        assert_eq!(scan(b"jwt.private.key=classpath:keys/app.key\n"), []);
        assert_eq!(scan(b"<?php return ['password' => 'required|string|min:6|confirmed'];\n"), []);
        assert_eq!(scan(b""), []);
    }
}
