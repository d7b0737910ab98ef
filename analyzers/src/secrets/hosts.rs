//! The server that a password is for, where a setting beside it names one.

use super::bytes::is_word;

/// So many lines before and after a password are looked at.
const NEAR: usize = 8;

/// How the name of a setting ends that holds a password, and one that says for which server.
const PASSWORDS: &[&str] = &["root_password", "password", "passwd", "pwd", "pass"];
const SERVERS: &[&str] =
    &["host", "hostname", "server", "url", "jdbc-url", "jdbcurl", "uri", "address", "addr", "endpoint"];

/// Those that catch mail of tests and deliver none: <https://docs.mailtrap.io/email-sandbox>, <https://ethereal.email>.
const CATCHES_MAIL: &[&str] = &["sandbox.smtp.mailtrap.io", "smtp.mailtrap.io", "smtp.ethereal.email"];

/// Whether the password at `at` is for a server that nobody reaches from elsewhere: this machine, a neighbour in a
/// network of containers, or one that only catches mail. Settings belong together that differ in their last word
/// (`DB_PASSWORD` and `DB_HOST`) or are siblings in a tree.
pub(super) fn is_for_no_server_outside(text: &[u8], at: usize) -> bool {
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
    let line = &text[start..];
    let Some((indent, name, _)) = setting(line.split(|byte| *byte == b'\n').next().unwrap_or_default()) else {
        return false;
    };
    let Some(group) = PASSWORDS.iter().find_map(|word| name.strip_suffix(word)) else { return false };
    let before = text[..start.saturating_sub(1)].rsplit(|byte| *byte == b'\n').take(NEAR);
    let after = line.split(|byte| *byte == b'\n').skip(1).take(NEAR);
    let mut hosts = before
        .chain(after)
        .filter_map(setting)
        .filter(|(other, name, _)| {
            *other == indent && name.strip_prefix(group).is_some_and(|last| SERVERS.contains(&last))
        })
        .filter_map(|(_, _, value)| host(&value))
        .peekable();
    hosts.peek().is_some() && hosts.all(|host| is_near(&host))
}

/// The indentation, the name in small letters and the value of a setting.
fn setting(line: &[u8]) -> Option<(usize, String, String)> {
    const LONGEST: usize = 400;
    let text = std::str::from_utf8(line.get(..line.len().min(LONGEST))?).ok()?;
    let indent = text.len() - text.trim_start().len();
    let text = text.trim_start().trim_start_matches("export ").trim_start_matches(['"', '\'']);
    let name = text.bytes().take_while(|byte| is_word(*byte) || matches!(byte, b'.' | b'-')).count();
    let rest = text[name..].trim_start_matches(['"', '\'']).trim_start();
    let rest = ["=>", ":=", "=", ":"].iter().find_map(|sign| rest.strip_prefix(sign)).filter(|_| name > 0)?;
    let value = rest.trim().trim_end_matches([',', ';']).trim_matches(['"', '\'']);
    Some((indent, text[..name].to_ascii_lowercase(), value.to_ascii_lowercase()))
}

/// The host in an address, with or without a scheme; `None` where it comes from somewhere else.
fn host(value: &str) -> Option<String> {
    let behind_scheme = value.split_once("://").map_or(value, |(_, rest)| rest);
    let authority = behind_scheme.split(['/', '?', ';']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split([':', ',']).next().unwrap_or_default();
    let is_name = !host.is_empty() && host.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'));
    is_name.then(|| host.to_owned())
}

fn is_near(host: &str) -> bool {
    let is_neighbour = !host.contains('.') && host.starts_with(|first: char| first.is_ascii_alphabetic());
    is_neighbour
        || host.starts_with("127.")
        || ["0.0.0.0", "host.docker.internal"].contains(&host)
        || CATCHES_MAIL.contains(&host)
}

#[cfg(test)]
mod tests {
    use super::is_for_no_server_outside;

    fn says(text: &str) -> bool {
        is_for_no_server_outside(text.as_bytes(), text.find("VALUE").expect("the text has one"))
    }

    #[test]
    fn a_setting_beside_it_names_its_own_machine() {
        assert!(says("DB_HOST=127.0.0.1\nDB_PORT=3306\nDB_PASSWORD=VALUE\n"));
        assert!(says("spring.datasource.url=jdbc:mysql://localhost:3306/shop\nspring.datasource.password=VALUE"));
        assert!(says("datasource:\n  url: jdbc:postgresql://localhost/shop\n  password: VALUE\n"));
        assert!(says("'HOST': 'localhost',\n'PASSWORD': 'VALUE',\n"));
    }

    #[test]
    fn a_neighbour_among_containers_and_a_server_that_catches_mail_are_near() {
        assert!(says("MYSQL_ROOT_PASSWORD=VALUE\nMYSQL_HOST=database\n"));
        assert!(says("MAIL_HOST=smtp.mailtrap.io\nMAIL_PASSWORD=VALUE\n"));
    }

    #[test]
    fn another_host_and_a_host_of_something_else_say_nothing() {
        assert!(!says("DB_HOST=db.shop.io\nDB_PASSWORD=VALUE\n"));
        assert!(!says("MAIL_HOST=live.smtp.mailtrap.io\nMAIL_PASSWORD=VALUE\n"));
        assert!(!says("REDIS_HOST=localhost\nDB_PASSWORD=VALUE\n"));
        assert!(!says("DB_HOST=${HOST}\nDB_PASSWORD=VALUE\n"));
        assert!(!says("DB_HOST=localhost\nDB_URL=postgres://db.shop.io/shop\nDB_PASSWORD=VALUE\n"));
        assert!(!says("  host: localhost\npassword: VALUE\n"));
        assert!(!says("API_KEY=VALUE\nAPI_URL=http://localhost\n"));
    }
}
