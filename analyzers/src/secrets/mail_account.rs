//! Whether a password of sixteen letters is the app password of the Google account that stands beside it.

use super::bytes::{distinct, has};
use super::check::{is_row, usual_pairs};
use super::context::Context;
use super::weak::is_weak;

/// So far around a password server and account may stand.
const CLOSE: usize = 600;

/// What an address begins with that stands for somebody else's.
const STAND_INS: &[&str] = &[
    "your", "you@", "example", "sample", "user", "email", "mail", "test", "name@", "name.", "my-", "my_", "my.", "mye",
    "mya", "myname", "xxx", "abc", "foo@", "foobar", "johndoe", "john.doe", "john@", "janedoe", "jane.doe", "jane@",
    "someone", "somebody", "demo", "dummy", "account", "sender", "noreply", "no-reply", "seuemail", "seu.", "tucorreo",
];

/// Whether Google's mail server and a real address stand near, and the letters are no words. Such a password is made of
/// letters alone, and among them groups that words have as well are as frequent as others.
pub(super) fn holds(value: &[u8], context: &Context<'_>) -> bool {
    let end = (context.at + value.len() + CLOSE).min(context.text.len());
    let near = &context.text[context.at.saturating_sub(CLOSE)..end];
    let letters: Vec<u8> = value.iter().copied().filter(|byte| *byte != b' ').collect();
    // Libraries know the server by the name of the service.
    let is_googles = ["smtp.gmail.com", "smtp.googlemail.com", "'gmail'", "\"gmail\"", "'Gmail'", "\"Gmail\""];
    is_googles.iter().any(|name| has(near, name))
        && distinct(&letters) >= 7
        && !letters.chunks(4).any(is_row)
        && !is_weak(&letters)
        && usual_pairs(&letters) * 2 < letters.len()
        && addresses(near).any(|address| is_somebodys(&address))
}

/// What stands around each `@`, in small letters.
fn addresses(text: &[u8]) -> impl Iterator<Item = String> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'+');
    memchr::memchr_iter(b'@', text).map(move |at| {
        let before = text[..at].iter().rev().take_while(|byte| is_part(byte)).count();
        let after = text[at + 1..].iter().take_while(|byte| is_part(byte)).count();
        String::from_utf8_lossy(&text[at - before..at + 1 + after]).to_ascii_lowercase()
    })
}

fn is_somebodys(address: &str) -> bool {
    let Some((account, domain)) = address.split_once('@') else { return false };
    account.len() >= 4
        && domain.contains('.')
        && !domain.contains("example")
        && !domain.contains("domain")
        && !domain.starts_with("your")
        && !STAND_INS.iter().any(|word| address.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::super::{Judgement, scan};

    fn is_found(host: &str, account: &str, password: &str) -> bool {
        let text = format!("MAIL_HOST={host}\nMAIL_PORT=465\nMAIL_USERNAME={account}\nMAIL_PASSWORD={password}\n");
        scan(text.as_bytes()).iter().any(|hit| hit.rule == "gmail-account-password" && hit.judgement == Judgement::Live)
    }

    #[test]
    fn letters_are_an_app_password_beside_the_server_and_a_real_account() {
        let (spaced, joined) = (["fena", "dizo", "molu", "gira"].join(" "), ["fena", "qizo", "jolu", "vura"].concat());
        assert!(is_found("smtp.gmail.com", "ana.lopez@gmail.com", &joined));
        assert!(is_found("smtp.gmail.com", "ana.lopez@gmail.com", &["fcab", "nizo", "aolh", "oova"].join(" ")));
        assert!(!is_found("smtp.gmail.com", "your-email@gmail.com", &joined), "nobody's account");
        assert!(!is_found("smtp.shop.io", "ana.lopez@gmail.com", &spaced), "another server");
        assert!(!is_found("smtp.gmail.com", "ana.lopez@gmail.com", "yourmailpassword"));
        assert!(!is_found("smtp.gmail.com", "ana.lopez@gmail.com", "passwordofstores"));
        assert!(!is_found("smtp.gmail.com", "ana.lopez@gmail.com", "abcd efgh ijkl mnop"), "the alphabet");
    }
}
