//! What a web token says of itself.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;

fn object(part: &[u8]) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// Whether the first of three parts says how it is signed and the second is an object.
pub(super) fn is_signed(token: &[u8]) -> bool {
    let mut parts = token.split(|byte| *byte == b'.').map(object);
    let mut next = || parts.next().flatten();
    next().is_some_and(|header| header.contains_key("alg")) && next().is_some()
}

/// The role that it gives: <https://supabase.com/docs/guides/api/api-keys>.
pub(super) fn role(token: &[u8]) -> Option<String> {
    claim(token, "role")
}

/// Whether every Supabase on somebody's own machine has it.
pub(super) fn is_of_a_local_supabase(token: &[u8]) -> bool {
    claim(token, "iss").as_deref() == Some("supabase-demo")
}

/// Keys that Mercure's recipe for Symfony signs a token with.
const PUBLISHED_KEYS: &[&str] = &["!ChangeMe!", "!ChangeThisMercureHubJWTSecretKey!"];

/// Whether anybody could have made the token, since it is signed with a key that everybody knows.
pub(super) fn is_signed_with_a_published_key(token: &[u8]) -> bool {
    if !token.starts_with(b"eyJ") {
        return false;
    }
    let Some(dot) = token.iter().rposition(|byte| *byte == b'.') else { return false };
    let Ok(signature) = URL_SAFE_NO_PAD.decode(&token[dot + 1..]) else { return false };
    PUBLISHED_KEYS.iter().any(|key| {
        Hmac::<Sha256>::new_from_slice(key.as_bytes())
            .is_ok_and(|mac| mac.chain_update(&token[..dot]).verify_slice(&signature).is_ok())
    })
}

fn claim(token: &[u8], name: &str) -> Option<String> {
    let claims = object(token.split(|byte| *byte == b'.').nth(1)?)?;
    claims.get(name)?.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::{Judgement, scan};
    use super::*;

    #[test]
    fn a_token_that_anybody_can_sign_is_an_example() {
        let signed = |key: &str| {
            let text = format!(
                "{}.{}",
                URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#),
                URL_SAFE_NO_PAD.encode(r#"{"mercure":{"publish":["*"]}}"#)
            );
            let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any length does").chain_update(&text);
            format!("MERCURE_JWT_TOKEN={text}.{}\n", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
        };
        let judged = |key: &str| scan(signed(key).as_bytes()).iter().map(|hit| hit.judgement).min();
        assert_eq!(judged("!ChangeMe!"), Some(Judgement::Example));
        assert_eq!(judged(&["k7Qz9Lw2", "Xv8Rt4Yp"].concat()), Some(Judgement::Live));
    }

    #[test]
    fn the_key_that_supabase_gives_to_browsers_is_public_and_that_of_servers_is_not() {
        let token = |claims: &str| {
            let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
            let signature = ["kvxtabqlmz", "waritjohcn", "eupdgsyfwl"].concat();
            format!("{}.{}.{signature}", part(r#"{"alg":"HS256","typ":"JWT"}"#), part(claims))
        };
        let judged_of = |issuer: &str, role: &str| {
            let claims = format!(r#"{{"iss":"{issuer}","ref":"kvxtabqlmz","role":"{role}"}}"#);
            let text = format!("KEY={}\n", token(&claims));
            scan(text.as_bytes()).first().map(|hit| (hit.rule, hit.judgement))
        };
        let judged = |role: &str| judged_of("supabase", role);
        let local = judged_of("supabase-demo", "service_role");
        assert_eq!(local, Some(("json-web-token", Judgement::LocalDefault)));
        assert_eq!(judged("anon"), Some(("json-web-token", Judgement::Public)));
        assert_eq!(judged("service_role"), Some(("supabase-service-role", Judgement::Live)));
        assert_eq!(judged("ana"), Some(("json-web-token", Judgement::Live)));
    }
}
