//! The user and password that a request is sent with, in collections of requests, recordings and code: what they come to
//! by the server that an address beside them names.

use super::bytes::has;
use super::check::decode;
use super::connection::connection;
use super::context::Context;
use super::hosts::{answers_anybody, is_only_read};
use super::judgement::Judgement;
use super::local_defaults::is_local_default;
use super::placeholders::{is_placeholder, is_published};
use super::rules::Rule;
use super::weak::is_weak;

/// So far before and after a password the address that it is sent to may stand.
const CLOSE: usize = 1_500;

/// So many addresses of a text are looked at.
const MOST: usize = 100;

/// User and password in base64, as a header has them; the address stands close by.
/// <https://www.rfc-editor.org/rfc/rfc7617>
pub(super) fn pair(rule: &Rule, value: &[u8], context: &Context<'_>) -> Option<Judgement> {
    let pair = decode(value).filter(|pair| pair.iter().all(|byte| (b' '..=b'~').contains(byte)))?;
    let colon = pair.iter().position(|byte| *byte == b':')?;
    let (user, password) = (&pair[..colon], &pair[colon + 1..]);
    if user.is_empty() || password.is_empty() || has(&pair, "${") || has(&pair, "{{") {
        return None;
    }
    Some(judged(rule, user, password, &close(context), context))
}

/// The password as it is. Where none stands close by, whatever address the collection has is the one: what holds for all
/// of its requests is written at its end.
pub(super) fn login(rule: &Rule, password: &[u8], context: &Context<'_>) -> Judgement {
    let mut hosts = close(context);
    if hosts.is_empty() {
        hosts = hosts_in(context.text, context.text);
    }
    judged(rule, context.user.unwrap_or_default(), password, &hosts, context)
}

fn judged(rule: &Rule, user: &[u8], password: &[u8], hosts: &[String], context: &Context<'_>) -> Judgement {
    let lower = password.to_ascii_lowercase();
    let user = user.to_ascii_lowercase();
    if is_placeholder(&lower, rule) || !user.is_empty() && is_placeholder(&user, rule) {
        return Judgement::Placeholder;
    }
    // The pair of the standard.
    if is_published(&lower) || user == b"aladdin" {
        return Judgement::Example;
    }
    if hosts.iter().any(|host| answers_anybody(host)) {
        return Judgement::Public;
    }
    let by_server =
        |host: &String| connection(&lower, &Context { user: Some(&user), host: Some(host.as_bytes()), ..*context });
    let mut judgements = hosts.iter().map(by_server);
    let is_default = is_weak(&lower) || is_local_default(&lower, &Context { user: Some(&user), ..*context });
    match judgements.next() {
        Some(first) if judgements.all(|other| other == first) => first,
        _ if is_default => Judgement::LocalDefault,
        _ => Judgement::Unplaced,
    }
}

/// The hosts of the requests around the value; a line of `###` stands between two of a file of them.
fn close(context: &Context<'_>) -> Vec<String> {
    const BETWEEN: &[u8] = b"\n###";
    let (before, after) = context.text.split_at(context.at);
    let before = &before[before.len().saturating_sub(CLOSE)..];
    let after = &after[..after.len().min(CLOSE)];
    let from = memchr::memmem::rfind(before, BETWEEN).unwrap_or_default();
    let to = memchr::memmem::find(after, BETWEEN).unwrap_or(after.len());
    hosts_in(&context.text[context.at - (before.len() - from)..context.at + to], context.text)
}

/// The hosts of the addresses in `part`, each once, with what its variables stand for in `whole`.
fn hosts_in(part: &[u8], whole: &[u8]) -> Vec<String> {
    let mut hosts: Vec<String> = Vec::new();
    let addresses = memchr::memmem::find_iter(part, b"://").map(|at| host(&part[at + 3..], whole));
    // `{{base}}/orders`: the variable may hold the whole address.
    let variables = memchr::memmem::find_iter(part, b"{{").map(|at| host(&part[at..], whole));
    for host in addresses.take(MOST).chain(variables.take(MOST)).flatten() {
        if !is_only_read(&host) && !hosts.contains(&host) {
            hosts.push(host);
        }
    }
    hosts
}

/// The host that `text` begins with, in small letters, behind the name of a user.
fn host(text: &[u8], whole: &[u8]) -> Option<String> {
    const LONGEST: usize = 200;
    let text = &text[..text.len().min(LONGEST)];
    if let Some(rest) = text.strip_prefix(b"{{") {
        let end = memchr::memmem::find(rest, b"}}")?;
        return definition(rest[..end].trim_ascii(), whole);
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let host = text.iter().take_while(|byte| is_part(byte)).count();
    let host = std::str::from_utf8(&text[..host]).ok()?.to_ascii_lowercase();
    (host.len() > 2).then_some(host)
}

/// The host that a variable stands for: `@base = https://...` of a file of requests, `"key": "base", "value": "https://..."`
/// of Postman, and `base: https://...` of others.
fn definition(name: &[u8], whole: &[u8]) -> Option<String> {
    const USES: usize = 50;
    if name.is_empty() {
        return None;
    }
    memchr::memmem::find_iter(whole, name).take(USES).find_map(|at| {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'{');
        if at.checked_sub(1).is_some_and(|before| is_name(whole[before])) {
            return None;
        }
        let mut rest = &whole[at + name.len()..];
        let mut is_given = false;
        while let Some((first, behind)) = rest.split_first() {
            match first {
                b':' | b'=' => is_given = true,
                b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n' | b',' => {}
                b'v' if rest.starts_with(b"value\"") => {
                    rest = &rest[5..];
                    continue;
                }
                _ => break,
            }
            rest = behind;
        }
        let rest =
            ["https://", "http://"].iter().find_map(|scheme| rest.strip_prefix(scheme.as_bytes())).unwrap_or(rest);
        let host = host(rest, b"").filter(|host| host.contains('.') || host == "localhost");
        host.filter(|_| is_given)
    })
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::super::{Judgement, scan};

    fn password() -> String {
        ["Rk3", "vX9q", "T7m"].concat()
    }

    fn header(pair: &str) -> String {
        format!("Authorization: Basic {}", STANDARD.encode(pair))
    }

    fn judged(text: &str) -> Option<Judgement> {
        let hits = scan(text.as_bytes());
        hits.iter().find(|hit| hit.rule.starts_with("request-")).map(|hit| hit.judgement)
    }

    #[test]
    fn a_pair_counts_by_the_server_that_its_request_goes_to() {
        let header = header(&format!("ana:{}", password()));
        let to = |address: &str| judged(&format!("GET {address}/orders\n{header}\n"));
        assert_eq!(to("https://api.shop.io"), Some(Judgement::Live));
        assert_eq!(to("http://localhost:8080"), Some(Judgement::Development));
        assert_eq!(to("https://api.example.com"), Some(Judgement::Placeholder));
        assert_eq!(to("https://httpbin.org"), Some(Judgement::Public));
        assert_eq!(to("{{base}}"), Some(Judgement::Unplaced));
        assert_eq!(judged(&header), Some(Judgement::Unplaced));
        let others = format!("GET https://api.shop.io/a\n\n###\nGET http://localhost/a\n{header}\n");
        assert_eq!(judged(&others), Some(Judgement::Development), "another request's address");
    }

    #[test]
    fn a_variable_stands_for_what_the_file_says() {
        let header = header(&format!("ana:{}", password()));
        for (base, judgement) in [
            ("@base = https://api.shop.io/v1\n", Judgement::Live),
            ("@base = http://localhost:8080\n", Judgement::Development),
            ("\"variable\": [{ \"key\": \"base\", \"value\": \"https://api.shop.io\" }]\n", Judgement::Live),
            ("\"base\": \"http://127.0.0.1\"\n", Judgement::Development),
            ("based on nothing\n", Judgement::Unplaced),
        ] {
            assert_eq!(judged(&format!("{base}\nGET {{{{base}}}}/orders\n{header}\n")), Some(judgement), "{base}");
        }
    }

    #[test]
    fn pairs_of_words_and_what_is_no_pair_are_none() {
        let of = |pair: &str| judged(&header(pair));
        assert_eq!(of("user:password"), Some(Judgement::LocalDefault));
        assert_eq!(of("your_user:your_password"), Some(Judgement::Placeholder));
        assert_eq!(of(&["Aladdin:open", " sesame"].concat()), Some(Judgement::Example));
        assert_eq!(judged("Basic authentication is on, and Basic functionality with it"), None);
    }

    #[test]
    fn the_login_of_a_collection_is_for_the_server_that_it_names() {
        let block = format!(
            "\"auth\": {{ \"type\": \"basic\", \"basic\": [ {{ \"key\": \"password\", \"value\": \"{}\" }} ] }}",
            password()
        );
        let with =
            |address: &str| judged(&format!("{{ \"url\": \"{address}/orders\"{},\n{block} }}", " ".repeat(4_000)));
        assert_eq!(with("https://api.shop.io"), Some(Judgement::Live));
        assert_eq!(with("http://localhost:8080"), Some(Judgement::Development));
        assert_eq!(judged(&block.replace(&password(), "{{password}}")), None);
    }
}
