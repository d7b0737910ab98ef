//! What the name of a server says: whose it is, and who reaches it.

/// Those that catch mail of tests and deliver none: <https://docs.mailtrap.io/email-sandbox>, <https://ethereal.email>.
const CATCHES_MAIL: &[&str] = &["sandbox.smtp.mailtrap.io", "smtp.mailtrap.io", "smtp.ethereal.email"];

/// Those that answer whoever asks them, for trying clients out, with passwords that their pages print.
const ANSWER_ANYBODY: &[&str] = &[
    "httpbin.org",
    "httpbin.dev",
    "httpbingo.org",
    "postman-echo.com",
    "echo.hoppscotch.io",
    "testbench.usebruno.com",
    "echo.usebruno.com",
    "jigsaw.w3.org",
    "the-internet.herokuapp.com",
    "restful-booker.herokuapp.com",
    "reqres.in",
    "dummyjson.com",
    "jsonplaceholder.typicode.com",
    "authenticationtest.com",
    "petstore.swagger.io",
    "webhook.site",
    "requestbin.com",
    "badssl.com",
];

/// Those whose pages say how something is done, and the names of forms.
const ONLY_READ: &[&str] = &[
    "schema.getpostman.com",
    "json-schema.org",
    "schemas.microsoft.com",
    "www.w3.org",
    "github.com",
    "raw.githubusercontent.com",
    "stackoverflow.com",
    "datatracker.ietf.org",
    "tools.ietf.org",
    "www.rfc-editor.org",
    "en.wikipedia.org",
];

/// Words of a name that stands for another.
const STAND_INS: &[&str] = &[
    "example",
    "domain",
    "mydomain",
    "somedomain",
    "hostname",
    "company",
    "mycompany",
    "acme",
    "placeholder",
    "changeme",
];

/// Names that somebody makes up for the domain of a server.
const DOMAINS: &[&str] = &[
    "host.com",
    "myhost.com",
    "dbhost.com",
    "somehost.com",
    "server.com",
    "myserver.com",
    "dbserver.com",
    "mailserver.com",
    "someserver.com",
];

/// Addresses of documentation (RFC 5737), and those that people make up.
const MADE_UP: &[&str] = &["192.0.2.", "198.51.100.", "203.0.113.", "1.2.3.", "1.1.1.", "8.8.", "255.", "0."];

/// A machine of one's own or in a network of one's own, but for the block of 172 (RFC 1918).
const PRIVATE: &[&str] = &["127.", "0.0.0.0", "192.168.", "10.", "169.254."];

/// Names that no public server has.
const PRIVATE_ENDS: &[&str] = &[".local", ".localhost", ".internal", ".lan", ".svc", ".home", ".intranet"];

/// Whether `host`, in small letters, stands for another that is still to be written.
pub(super) fn is_stand_in(host: &[u8]) -> bool {
    let Ok(host) = std::str::from_utf8(host) else { return false };
    let is_named = |word: &str| STAND_INS.contains(&word) || word.starts_with("your") || word.ends_with("example");
    matches!(host, "host" | "server")
        || host.split(['.', '-', '_']).any(is_named)
        || host.split('.').skip(1).any(|label| matches!(label, "test" | "invalid"))
        || host.split('.').any(|label| label.len() >= 3 && label.bytes().all(|byte| byte == b'x'))
        || DOMAINS
            .iter()
            .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
        || ["xxxx", "abcde", "yourhost", "yourserver", "yourdomain"].iter().any(|part| host.contains(part))
}

/// Whether `host`, in small letters, is an address of this machine or of a network of one's own.
pub(super) fn is_private_address(host: &str) -> bool {
    let mut numbers = host.split('.');
    let is_of_172 = numbers.next() == Some("172")
        && numbers.next().and_then(|number| number.parse().ok()).is_some_and(|number: u8| (16..=31).contains(&number));
    is_of_172 || PRIVATE.iter().any(|start| host.starts_with(start))
}

/// Whether a server at `host` takes mail and delivers none.
pub(super) fn catches_mail(host: &str) -> bool {
    CATCHES_MAIL.contains(&host)
}

/// Whether `host` answers whoever asks, so that what is sent there opens nothing.
pub(super) fn answers_anybody(host: &str) -> bool {
    ANSWER_ANYBODY
        .iter()
        .any(|known| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether people read the pages of `host` and no request of a program goes there.
pub(super) fn is_only_read(host: &str) -> bool {
    ONLY_READ.contains(&host)
        || ["docs.", "developer.", "developers.", "learning."].iter().any(|start| host.starts_with(start))
}

/// Whether nobody reaches `host` from elsewhere: this machine, a neighbour among containers, or what catches mail.
pub(super) fn is_near(host: &str) -> bool {
    let is_neighbour = !host.contains('.') && host.starts_with(|first: char| first.is_ascii_alphabetic());
    is_neighbour
        || host.starts_with("127.")
        || ["0.0.0.0", "host.docker.internal"].contains(&host)
        || catches_mail(host)
}

/// Whether `host`, in small letters, is a server that can be reached from anywhere.
pub(super) fn is_elsewhere(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    let is_name = host.contains('.') && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let numbers = || host.split('.').map(|part| part.parse::<u8>().is_ok());
    let is_address = || numbers().count() == 4 && numbers().all(|is_number| is_number);
    (is_name || is_address() && !MADE_UP.iter().any(|start| host.starts_with(start)))
        && !is_stand_in(host.as_bytes())
        && !is_private_address(host)
        && !PRIVATE_ENDS.iter().any(|end| host.ends_with(end))
}

/// Whether `host`, in small letters, is one customer's at a company that runs servers for many: a part of its name was
/// generated, which no sample has.
pub(super) fn is_somebodys(host: &str) -> bool {
    const SHORTEST: usize = 5;
    let is_generated = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        part.len() >= SHORTEST
            && digits >= 2
            && digits < part.len()
            && !part.starts_with("abc")
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let mut parts = host.rsplit('.').skip(2).flat_map(|part| part.split('-'));
    is_elsewhere(host) && (host.starts_with("ec2-") || parts.any(is_generated))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_apart_by_who_reaches_them() {
        for host in [
            "db.shop.io",
            "shop-1.c7k2m9.eu-west-1.rds.amazonaws.com",
            "sql42.shops.net",
            "54.12.8.9",
            "172.105.44.10",
            "123.57.20.4",
            "files.000webhost.com",
            "db.gameserver.com",
            "server-12.shops.net",
        ] {
            assert!(is_elsewhere(host) && !is_near(host), "{host}");
        }
        for host in [
            "localhost",
            "database",
            "10.0.0.7",
            "172.17.0.2",
            "myserver.com",
            "db.mydomain.com",
            "db.shop.test",
            "192.168.1.9",
            "db.shop.internal",
            "mysql.default.svc",
            "db.example.com",
            "your-shop.rds.amazonaws.com",
            "xxx.xxx.xx",
            "203.0.113.7",
            "1.2.3.4",
            "8.0",
        ] {
            assert!(!is_elsewhere(host), "{host}");
        }
    }

    #[test]
    fn what_answers_anybody_or_is_only_read_is_nobodys_server() {
        assert!(
            answers_anybody("httpbin.org") && answers_anybody("eu.httpbin.org") && !answers_anybody("myhttpbin.org")
        );
        assert!(is_only_read("docs.shop.io") && is_only_read("schema.getpostman.com") && !is_only_read("api.shop.io"));
    }

    #[test]
    fn a_generated_part_says_that_a_server_is_somebodys() {
        for host in [
            "shop.k7m2q9.eu-west-1.rds.amazonaws.com",
            "cluster0.q7w2p.mongodb.net",
            "ec2-54-12-8-9.shop.com",
            "k4711-mysql.shops.eu",
        ] {
            assert!(is_somebodys(host), "{host}");
        }
        for host in ["db.shop.io", "cluster0.mongodb.net", "cluster0.abc12.mongodb.net", "shop.eu-west-1.cloud.io"] {
            assert!(!is_somebodys(host), "{host}");
        }
    }
}
