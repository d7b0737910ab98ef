//! Names of what is no credential, though a word in them or around them says that one belongs there.

use super::bytes::is_word;
use super::context::Context;
use super::joined::parts;
use super::rules::{Rule, Tier};

/// Whether the name that the value is given to says that it is no credential: where the next page of a list begins
/// (`nextToken`), or what stands beside one among the data of a Kubernetes secret (`username`).
pub(super) fn is_named_as_no_credential(rule: &Rule, context: &Context<'_>) -> bool {
    if rule.tier != Tier::Generic {
        return false;
    }
    let words = name(context);
    let last = |word: &[u8], of: &[&str]| of.iter().any(|known| known.as_bytes() == word);
    match words.as_slice() {
        [.., kind, token] if token == b"token" && last(kind, OF_NO_CREDENTIAL) => true,
        [.., client, id] if rule.id == KUBERNETES && client == b"client" && id == b"id" => true,
        [.., word] => rule.id == KUBERNETES && last(word, BESIDE_A_CREDENTIAL),
        [] => false,
    }
}

const KUBERNETES: &str = "kubernetes-secret";

/// Before `token`: where a list goes on, and what code waits or reads with.
const OF_NO_CREDENTIAL: &[&str] =
    &["next", "page", "continuation", "cursor", "sync", "resume", "resumption", "cancellation", "cancel", "lexer"];

const BESIDE_A_CREDENTIAL: &[&str] =
    &["certificate", "cert", "crt", "ca", "user", "username", "email", "host", "hostname", "url", "clientid"];

/// The words of the name that the value is given to, in small letters. A block of text has its name on the line above.
fn name(context: &Context<'_>) -> Vec<Vec<u8>> {
    const CLOSE: usize = 100;
    let before = &context.text[context.at.saturating_sub(CLOSE)..context.at];
    let is_sign = |byte: &u8| !is_word(*byte) && *byte != b'\n';
    let trimmed = |line: &'_ [u8]| line.iter().rposition(|byte| !is_sign(byte)).map_or(0, |last| last + 1);
    let mut end = trimmed(before);
    if before[..end].ends_with(b"\n") {
        end = trimmed(&before[..end - 1]);
    }
    let start = before[..end].iter().rposition(|byte| !is_word(*byte) && *byte != b'-').map_or(0, |at| at + 1);
    let pieces = before[start..end].split(|byte| !byte.is_ascii_alphanumeric()).filter(|piece| !piece.is_empty());
    pieces.flat_map(parts).map(<[u8]>::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::super::scan;

    fn rules(text: &str) -> Vec<&'static str> {
        scan(text.as_bytes()).into_iter().map(|hit| hit.rule).collect()
    }

    #[test]
    fn where_a_list_goes_on_is_no_credential() {
        let value = ["k7Qz9Lw2Xv8R", "t4Yp6Nb3Mc1J"].concat();
        for name in ["nextToken", "\"NextPageToken\"", "next_page_token", "'continuation-token'", "syncToken"] {
            assert!(rules(&format!("  {name}: \"{value}\",\n")).is_empty(), "{name}");
        }
        for name in ["token", "accessToken", "\"auth_token\"", "homepage_api_token"] {
            assert!(!rules(&format!("  {name}: \"{value}\",\n")).is_empty(), "{name}");
        }
    }

    #[test]
    fn who_logs_in_and_what_everybody_may_read_are_no_values_of_a_kubernetes_secret() {
        let value = ["k7Qz9Lw2", "Xv8Rt4Yp"].concat();
        let secret = |data: &str| format!("kind: Secret\nmetadata:\n  name: shop\nstringData:\n{data}");
        for data in
            ["  username: VALUE\n", "  oidc-client-id: VALUE\n", "  tls.crt: |\n    VALUE\n", "  clientId: VALUE\n"]
        {
            assert!(rules(&secret(&data.replace("VALUE", &value))).is_empty(), "{data}");
        }
        for data in ["  pin: VALUE\n", "  tls.key: |\n    VALUE\n", "  username: ana\n  pin: VALUE\n"] {
            assert_eq!(rules(&secret(&data.replace("VALUE", &value))), ["kubernetes-secret"], "{data}");
        }
    }
}
