//! What a certificate says about the key that belongs to it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::bytes::has;
use super::hosts::is_private_address;

/// Whether the certificate with this body was made for the machine that it was made on: by mkcert, for `localhost`, which
/// nobody else signs for, or by its own key for nobody who could be reached.
pub(super) fn is_for_own_machine(body: &[u8]) -> bool {
    let text: Vec<u8> = body.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let Ok(certificate) = STANDARD.decode(text) else { return false };
    let names = common_names(&certificate);
    // The issuer's comes before the subject's.
    has(&certificate, "mkcert development")
        || names.last().map_or_else(|| is_for_localhost(&certificate), |name| is_localhost(name))
        || is_for_nobody(&certificate)
}

fn is_localhost(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    name == b"localhost" || name == b"127.0.0.1" || name.ends_with(b".localhost")
}

/// Whether its own key signed it, as a command does whose questions nobody answers, and no name in it leads to a server.
fn is_for_nobody(certificate: &[u8]) -> bool {
    let is_private = |name: &[u8]| {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        is_localhost(name.as_bytes())
            || is_private_address(&name)
            || [".local", ".test", ".lan"].iter().any(|end| name.ends_with(end))
    };
    issuer_and_subject(certificate).is_some_and(|(issuer, subject)| issuer == subject)
        && common_names(certificate).iter().chain(&alternative_names(certificate)).all(|name| is_private(name))
}

/// RFC 5280, 4.1.
fn issuer_and_subject(certificate: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut fields, _) = element(certificate)?;
    let mut next = || {
        let (tag, content, rest) = element(fields)?;
        fields = rest;
        Some((tag, content))
    };
    // The version may be left out; behind it are the serial number and the algorithm.
    if next()?.0 == VERSION {
        next()?;
    }
    next()?;
    let (_, issuer) = next()?;
    let _validity = next()?;
    Some((issuer, next()?.1))
}

/// The names of servers that an extension lists (RFC 5280, 4.2.1.6).
fn alternative_names(certificate: &[u8]) -> Vec<&[u8]> {
    /// The identifier 2.5.29.17 in DER.
    const ALTERNATIVE_NAMES: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x11];
    const NAME_OF_A_SERVER: u8 = 0x82;
    const TEXT_OF_BYTES: u8 = 0x04;
    let listed = || {
        let at = memchr::memmem::find(certificate, ALTERNATIVE_NAMES)?;
        let (tag, content, rest) = element(&certificate[at + ALTERNATIVE_NAMES.len()..])?;
        // Whether it is critical may stand before it.
        let content = if tag == TEXT_OF_BYTES { content } else { element(rest)?.1 };
        Some(element(content)?.1)
    };
    let mut rest = listed().unwrap_or_default();
    let mut names = Vec::new();
    while let Some((tag, name, others)) = element(rest) {
        names.extend((tag == NAME_OF_A_SERVER).then_some(name));
        rest = others;
    }
    names
}

const VERSION: u8 = 0xa0;

/// The tag and the content of the element of DER that `bytes` begin with, and what is behind it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    const LONG: u8 = 0x80;
    let (&tag, rest) = bytes.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = if length < LONG {
        (usize::from(length), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(length - LONG).min(4))?;
        (digits.iter().fold(0, |number, digit| number << 8 | usize::from(*digit)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
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

    /// A certificate as it is built: a serial number, an algorithm, who signed it, when, for whom, and an extension.
    fn built(issuer: &str, subject: &str, server: &str) -> Vec<u8> {
        let part = |tag: u8, content: &[u8]| [&[tag, 0x81, content.len() as u8], content].concat();
        let name = |text: &str| match text {
            "" => part(0x30, b"Internet Widgits Pty Ltd"),
            text => part(0x30, &[&[0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, text.len() as u8], text.as_bytes()].concat()),
        };
        let names = part(0x30, &part(0x82, server.as_bytes()));
        let extension = if server.is_empty() {
            Vec::new()
        } else {
            [&[0x06, 0x03, 0x55, 0x1d, 0x11], &part(0x04, &names)[..]].concat()
        };
        let fields = [
            part(0xa0, &[2, 1, 2]),
            part(0x02, &[7]),
            part(0x30, &[]),
            name(issuer),
            part(0x30, &[]),
            name(subject),
            extension,
        ];
        STANDARD.encode(part(0x30, &part(0x30, &fields.concat()))).into_bytes()
    }

    #[test]
    fn a_certificate_that_its_own_key_signed_for_nobody_is_for_the_own_machine() {
        for (issuer, subject, server) in
            [("", "", ""), ("shop.local", "shop.local", ""), ("192.168.1.7", "192.168.1.7", ""), ("", "", "shop.test")]
        {
            assert!(is_for_own_machine(&built(issuer, subject, server)), "{issuer} {subject} {server}");
        }
        for (issuer, subject, server) in
            [("Shop CA", "shop.local", ""), ("shop.io", "shop.io", ""), ("", "", "shop.io"), ("tokens", "tokens", "")]
        {
            assert!(!is_for_own_machine(&built(issuer, subject, server)), "{issuer} {subject} {server}");
        }
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
