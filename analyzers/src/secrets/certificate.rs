//! What a certificate says about the key that belongs to it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::bytes::has;

/// Whether the certificate with this body was made for the machine that it was made on: by mkcert, or for `localhost`,
/// which nobody else signs for.
pub(super) fn is_for_own_machine(body: &[u8]) -> bool {
    let text: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let Ok(certificate) = STANDARD.decode(text) else { return false };
    let names = common_names(&certificate);
    // The issuer's comes before the subject's.
    let is_local = |name: &[u8]| {
        let name = name.to_ascii_lowercase();
        name == b"localhost" || name == b"127.0.0.1" || name.ends_with(b".localhost")
    };
    has(&certificate, "mkcert development")
        || names.last().map_or_else(|| is_for_localhost(&certificate), |name| is_local(name))
}

/// Whether `localhost` is among the names that a certificate without a common one is for.
fn is_for_localhost(certificate: &[u8]) -> bool {
    memchr::memmem::find(certificate, b"\x82\x09localhost").is_some()
}

/// Every common name in a certificate, in order.
fn common_names(certificate: &[u8]) -> Vec<&[u8]> {
    /// The identifier 2.5.4.3 in DER, as it stands before a name.
    const COMMON_NAME: &[u8] = &[0x06, 0x03, 0x55, 0x04, 0x03];
    memchr::memmem::find_iter(certificate, COMMON_NAME)
        .filter_map(|at| {
            // Its type, its length, and the text.
            let rest = certificate.get(at + COMMON_NAME.len()..)?;
            rest.get(2..2 + usize::from(*rest.get(1)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(issuer: &str, subject: &str, rest: &[u8]) -> Vec<u8> {
        let name = |text: &str| [&[0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, text.len() as u8], text.as_bytes()].concat();
        let names = [issuer, subject].map(|text| if text.is_empty() { Vec::new() } else { name(text) });
        STANDARD.encode([&[0x30, 0x82, 2, 0], &names.concat()[..], rest].concat()).into_bytes()
    }

    #[test]
    fn a_certificate_is_for_the_own_machine_where_it_says_so() {
        for (issuer, subject, rest) in [
            ("mkcert ana@laptop", "", &b"mkcert development certificate"[..]),
            ("localhost", "localhost", b""),
            ("Shop CA", "api.localhost", b""),
            ("", "", &b"\x82\x09localhost"[..]),
        ] {
            assert!(is_for_own_machine(&certificate(issuer, subject, rest)), "{issuer} {subject}");
        }
        for (issuer, subject, rest) in
            [("R3", "shop.io", &b"\x82\x09localhost"[..]), ("localhost", "shop.io", b""), ("Shop CA", "", b"")]
        {
            assert!(!is_for_own_machine(&certificate(issuer, subject, rest)), "{issuer} {subject}");
        }
        assert!(!is_for_own_machine(b"no base64"));
    }
}
