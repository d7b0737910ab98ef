//! Whether a delivery is GitHub's: HMAC-SHA256 over the raw body, compared in constant time.

use hmac::digest::CtOutput;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// Whether `header` (`X-Hub-Signature-256`) signs `body` with `secret`.
/// <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>
pub fn is_signed(secret: &SecretString, body: &[u8], header: Option<&str>) -> bool {
    let Some(signature) = header.and_then(|header| header.strip_prefix("sha256=")).and_then(unhex) else {
        return false;
    };
    signature_of(secret, body) == CtOutput::new(signature.into())
}

/// How GitHub signs `body`. Two of this type can be compared in constant time and in no other way.
fn signature_of(secret: &SecretString, body: &[u8]) -> CtOutput<Hmac<Sha256>> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes());
    mac.expect("a key of any length").chain_update(body).finalize()
}

/// Thirty-two bytes in hexadecimal.
fn unhex(text: &str) -> Option<[u8; 32]> {
    let text = text.as_bytes();
    if text.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(text.chunks(2)) {
        let digit = |c: u8| char::from(c).to_digit(16);
        *byte = u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn githubs_own_example_is_signed() {
        let secret = SecretString::from("It's a Secret to Everybody".to_owned());
        let good = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        assert!(is_signed(&secret, b"Hello, World!", Some(good)));
        assert!(!is_signed(&secret, b"Hello, World?", Some(good)));
        let other = good.replace('7', "8");
        for at in 7..good.len() {
            let mut wrong = good.to_owned();
            wrong.replace_range(at..=at, if &good[at..=at] == "0" { "1" } else { "0" });
            assert!(!is_signed(&secret, b"Hello, World!", Some(&wrong)), "every digit counts: {wrong}");
        }
        for header in [None, Some(""), Some("sha256="), Some("sha1=757107"), Some(&good[7..]), Some(other.as_str())] {
            assert!(!is_signed(&secret, b"Hello, World!", header), "{header:?}");
        }
    }
}
