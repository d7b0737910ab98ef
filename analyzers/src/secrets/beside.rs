//! The server that a password is for, where a setting beside it names one.

use super::bytes::is_word;
use super::hosts::{is_elsewhere, is_near};

/// So many lines before and after a password are looked at.
const NEAR: usize = 8;

/// How the name of a setting ends that holds a password, and one that says for which server.
const PASSWORDS: &[&str] = &["root_password", "password", "passwd", "pwd", "pass"];
const SERVERS: &[&str] =
    &["host", "hostname", "server", "url", "jdbc-url", "jdbcurl", "uri", "address", "addr", "endpoint"];

/// How it ends where it can be nothing but a server that is connected to; an address may be a picture's.
const HOSTS: &[&str] = &["host", "hostname", "server", "servername", "host_name"];
const ADDRESSES: &[&str] = &["url", "jdbc-url", "jdbcurl", "jdbc_url", "uri", "dsn"];

/// What else a connection has.
const USERS: &[&str] = &["user", "username", "user_name", "usr", "uid", "login"];
const PARTS: &[&str] = &["port", "database", "database_name", "dbname", "db", "name", "schema"];

/// Servers that a project runs for itself so that people can log in.
const LOGIN_SERVERS: &[&str] = &["keycloak", "/realms/", "zitadel", "authentik", "issuer", "authority"];

/// A server that can be reached from anywhere, and who logs in there.
pub(super) struct Server {
    pub(super) host: String,
    pub(super) user: Option<String>,
}

/// The server elsewhere that the password at `at` is for, if the settings beside it say so and make a connection.
pub(super) fn elsewhere(text: &[u8], at: usize) -> Option<Server> {
    if let Some(server) = in_a_call(text, at) {
        return Some(server);
    }
    let (here, group) = (Beside::of(text, at)?, group_of(text, at)?);
    let called = |names: &'static [&str]| {
        here.siblings(&group).filter(move |(last, _)| names.contains(&last.as_str())).map(|(_, value)| value)
    };
    let is_address = |value: &str| value.contains("://") && !value.starts_with("http") || value.starts_with("tcp:");
    let addresses = called(ADDRESSES).filter(|value| is_address(value));
    let mut hosts = called(HOSTS).chain(addresses).filter_map(|value| host(&value));
    let host = hosts.next().filter(|host| is_elsewhere(host) && !is_for_mail(host))?;
    let user = called(USERS).next();
    let is_connection = user.is_some() || called(PARTS).next().is_some();
    (is_connection && hosts.all(|other| other == host)).then_some(Server { host, user })
}

/// A password for a mail server is somebody's for something else as often as not, and has rules of its own.
fn is_for_mail(host: &str) -> bool {
    ["smtp", "imap", "pop3", "mail"].iter().any(|word| host.contains(word))
}

/// The server elsewhere among the arguments by name of the call on whose line the password at `at` stands:
/// `connect(host="db.shop.io", user="ana", password="...")`.
fn in_a_call(text: &[u8], at: usize) -> Option<Server> {
    const FURTHEST: usize = 400;
    let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1).max(at.saturating_sub(FURTHEST));
    let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |newline| at + newline).min(at + FURTHEST);
    let open = memchr::memrchr(b'(', &text[start..at])?;
    let arguments = &text[start + open + 1..end];
    let close = memchr::memchr(b')', &arguments[at - start - open - 1..])
        .map_or(arguments.len(), |close| at - start - open - 1 + close);
    let given: Vec<(String, String)> = arguments[..close]
        .split(|byte| *byte == b',')
        .filter_map(setting)
        .map(|(_, name, value)| (name, value))
        .collect();
    let called = |names: &[&str]| given.iter().find(|(name, _)| names.contains(&name.as_str())).map(|(_, value)| value);
    let host = host(called(HOSTS)?).filter(|host| is_elsewhere(host) && !is_for_mail(host))?;
    Some(Server { host, user: Some(called(USERS)?.clone()) })
}

/// Whether a text of settings says that it is for development, and every server that it names is a neighbour among
/// containers or this machine, so that the password at `at` is for one of them: `PGPASSWORD`.
pub(super) fn is_for_a_neighbour_in_development(text: &[u8], at: usize) -> bool {
    const ENVIRONMENTS: &[&str] = &[
        "environment",
        "env",
        "app_env",
        "node_env",
        "rails_env",
        "flask_env",
        "aspnetcore_environment",
        "dotnet_environment",
    ];
    const LONGEST: usize = 20_000;
    if text.len() > LONGEST || group_of(text, at).is_none() {
        return false;
    }
    let settings: Vec<(String, String)> =
        text.split(|byte| *byte == b'\n').filter_map(setting).map(|(_, name, value)| (name, value)).collect();
    let is_said = |(name, value): &(String, String)| {
        ENVIRONMENTS.contains(&name.as_str()) && matches!(value.as_str(), "development" | "dev" | "local")
    };
    let is_of_a_database = |name: &str, value: &str| {
        ["host", "hostname", "server"].iter().any(|end| name.ends_with(end))
            || value.contains("host=")
            || value.contains("server=")
            || value.contains("://") && !value.starts_with("http")
    };
    let mut hosts =
        settings.iter().filter(|(name, value)| is_of_a_database(name, value)).filter_map(|(_, value)| host(value));
    settings.iter().any(is_said) && hosts.next().is_some_and(|host| is_near(&host)) && hosts.all(|host| is_near(&host))
}

/// Whether the password at `at` is for a server that nobody reaches from elsewhere: this machine, a neighbour in a
/// network of containers, or one that only catches mail; or whether the secret of a client is for a login server there.
/// Settings belong together that differ in their last word (`DB_PASSWORD` and `DB_HOST`) or are siblings in a tree.
pub(super) fn is_for_no_server_outside(text: &[u8], at: usize) -> bool {
    let Some(here) = Beside::of(text, at) else { return false };
    let mut hosts: Vec<String> = Vec::new();
    if here.name.replace('-', "_").ends_with("client_secret") {
        let is_login = |name: &str, value: &str| {
            LOGIN_SERVERS.iter().any(|word| name.contains(word) || value.contains(word)) && value.contains("://")
        };
        hosts.extend(
            here.settings().filter(|(name, value)| is_login(name, value)).filter_map(|(_, value)| host(&value)),
        );
    } else if let Some(group) = group_of(text, at) {
        let servers = here.siblings(&group).filter(|(last, _)| SERVERS.contains(&last.as_str()));
        hosts.extend(servers.filter_map(|(_, value)| host(&value)));
    }
    !hosts.is_empty() && hosts.iter().all(|host| is_near(host))
}

/// Whether the settings beside the key at `at` say that the store of objects that it is for is near.
pub(super) fn is_for_a_store_nearby(text: &[u8], at: usize) -> bool {
    let Some(here) = Beside::of(text, at) else { return false };
    let is_for_objects = |name: &str| {
        ["endpoint", "endpoint_url", "endpointurl"].contains(&name)
            || name.contains("endpoint") && ["aws", "s3", "minio", "storage"].iter().any(|word| name.contains(word))
    };
    let mut hosts = here.settings().filter(|(name, _)| is_for_objects(name)).filter_map(|(_, value)| host(&value));
    hosts.next().is_some_and(|host| is_near(&host)) && hosts.all(|host| is_near(&host))
}

/// What the name of the password at `at` has before the word for it: `DB_` of `DB_PASSWORD`.
fn group_of(text: &[u8], at: usize) -> Option<String> {
    let name = Beside::of(text, at)?.name;
    PASSWORDS.iter().find_map(|word| name.strip_suffix(word)).map(str::to_owned)
}

/// A setting and the lines around it.
struct Beside<'text> {
    text: &'text [u8],
    /// Where its line begins.
    start: usize,
    depth: usize,
    name: String,
}

impl<'text> Beside<'text> {
    fn of(text: &'text [u8], at: usize) -> Option<Self> {
        let start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
        let (depth, name, _) = setting(text[start..].split(|byte| *byte == b'\n').next().unwrap_or_default())?;
        Some(Beside { text, start, depth, name })
    }

    /// Name and value of each that stands as far in, above and below.
    fn settings(&self) -> impl Iterator<Item = (String, String)> {
        let before = self.text[..self.start.saturating_sub(1)].rsplit(|byte| *byte == b'\n').take(NEAR);
        let after = self.text[self.start..].split(|byte| *byte == b'\n').skip(1).take(NEAR);
        let depth = self.depth;
        before
            .chain(after)
            .filter_map(setting)
            .filter(move |(other, ..)| *other == depth)
            .map(|(_, name, value)| (name, value))
    }

    /// The last word of the name, and the value, of each that belongs to `group`.
    fn siblings(&self, group: &str) -> impl Iterator<Item = (String, String)> {
        self.settings().filter_map(move |(name, value)| Some((name.strip_prefix(group)?.to_owned(), value)))
    }
}

/// How far in it stands (behind the sign of a comment, if it is one), the name in small letters, and the value of a
/// setting: of a file of settings, an object, a field of a class, or `define` in PHP.
fn setting(line: &[u8]) -> Option<(usize, String, String)> {
    const LONGEST: usize = 400;
    const COMMENTS: &[&str] = &["//", "#", "*"];
    const BEFORE_A_NAME: &[&str] = &[
        "export ",
        "private ",
        "public ",
        "protected ",
        "static ",
        "final ",
        "const ",
        "let ",
        "var ",
        "val ",
        "string ",
    ];
    let text = std::str::from_utf8(line.get(..line.len().min(LONGEST))?).ok()?;
    let trimmed = text.trim_start();
    let inner = COMMENTS.iter().find_map(|sign| trimmed.strip_prefix(sign)).unwrap_or(trimmed).trim_start();
    let depth = text.len() - inner.len();
    let mut inner = inner;
    while let Some(rest) = BEFORE_A_NAME.iter().find_map(|word| {
        let (start, rest) = inner.split_at_checked(word.len())?;
        start.eq_ignore_ascii_case(word).then_some(rest)
    }) {
        inner = rest.trim_start();
    }
    let call = inner.strip_prefix("define(");
    let inner = call.unwrap_or(inner).trim_start().trim_start_matches(['"', '\'', '$']);
    let name = inner.bytes().take_while(|byte| is_word(*byte) || matches!(byte, b'.' | b'-')).count();
    let rest = inner[name..].trim_start_matches(['"', '\'']).trim_start();
    let signs: &[&str] = if call.is_some() { &[","] } else { &["=>", ":=", "=", ":"] };
    let rest = signs.iter().find_map(|sign| rest.strip_prefix(sign)).filter(|_| name > 0)?;
    let value = rest.trim().trim_end_matches([',', ';', ')']).trim_end();
    Some((depth, inner[..name].to_ascii_lowercase(), literal(value).to_ascii_lowercase()))
}

/// The literal that `value` is, or that it falls back to: `process.env.DB_HOST || 'db.shop.io'`.
fn literal(value: &str) -> &str {
    let quoted = value.chars().next_back().filter(|last| matches!(last, '"' | '\'' | '`')).and_then(|quote| {
        let inner = value.strip_suffix(quote)?;
        inner.rfind(quote).map(|open| &inner[open + 1..])
    });
    quoted.unwrap_or_else(|| value.trim_matches(['"', '\'']))
}

/// The host in an address, with or without a scheme or in a list of what a connection has; `None` where it comes from
/// somewhere else.
fn host(value: &str) -> Option<String> {
    let behind_scheme = value.split_once("://").map_or(value, |(_, rest)| rest);
    let behind_name = behind_scheme.split_once("host=").map_or(behind_scheme, |(_, rest)| rest);
    // How a server of Microsoft's is reached.
    let behind_name =
        ["tcp:", "np:", "lpc:"].iter().find_map(|way| behind_name.strip_prefix(way)).unwrap_or(behind_name);
    let authority = behind_name.split(['/', '?', ';']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split([':', ',']).next().unwrap_or_default();
    let is_name = !host.is_empty() && host.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'));
    is_name.then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{elsewhere, is_for_a_neighbour_in_development, is_for_a_store_nearby, is_for_no_server_outside};

    fn at(text: &str) -> usize {
        text.find("VALUE").expect("the text has one")
    }

    fn says(text: &str) -> bool {
        is_for_no_server_outside(text.as_bytes(), at(text))
    }

    fn server(text: &str) -> Option<String> {
        elsewhere(text.as_bytes(), at(text)).map(|server| server.host)
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
    fn the_secret_of_a_client_of_a_login_server_on_this_machine_is_near() {
        assert!(says("KEYCLOAK_URL=http://localhost:8080\nCLIENT_SECRET=VALUE\n"));
        assert!(says("  issuer-uri: http://keycloak:8080/realms/shop\n  client-secret: VALUE\n"));
        assert!(!says("KEYCLOAK_URL=https://id.shop.io\nCLIENT_SECRET=VALUE\n"));
        assert!(!says("CLIENT_SECRET=VALUE\nREDIRECT_URL=http://localhost:3000/back\n"), "the client, not the server");
    }

    #[test]
    fn a_store_of_objects_on_this_machine_is_near() {
        let says = |text: &str| is_for_a_store_nearby(text.as_bytes(), at(text));
        assert!(says("#aws.secret-key=VALUE\n#aws.endpoint=http://localhost:9000\n"));
        assert!(says("AWS_SECRET_ACCESS_KEY=VALUE\nS3_ENDPOINT=http://minio:9000\n"));
        assert!(!says("AWS_SECRET_ACCESS_KEY=VALUE\nAWS_ENDPOINT=https://s3.shops.io\n"));
        assert!(!says("AWS_SECRET_ACCESS_KEY=VALUE\nAUTH_ENDPOINT=http://localhost\n"));
    }

    #[test]
    fn a_password_in_settings_for_development_whose_servers_are_neighbours_is_near() {
        let says = |text: &str| is_for_a_neighbour_in_development(text.as_bytes(), at(text));
        let hosted =
            "ASPNETCORE_ENVIRONMENT=\"Development\"\nDATABASE=\"Host=pgsql;Database=shop;\"\nPGPASSWORD=VALUE\n";
        assert!(says(hosted));
        assert!(!says(&hosted.replace("Development", "Production")));
        assert!(!says(&hosted.replace("pgsql", "db.shop.io")));
        assert!(!says(&hosted.replace("PGPASSWORD", "TOKEN_SECRET")));
        assert!(!says(&hosted.replace("DATABASE=\"Host=pgsql;Database=shop;\"\n", "")), "no server is named");
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

    #[test]
    fn what_everybody_guesses_is_no_local_default_for_a_server_elsewhere() {
        use super::super::{Judgement, scan};
        let judged = |host: &str| {
            let settings = format!(
                "spring:\n  datasource:\n    url: jdbc:mysql://{host}:3306/shop\n    username: root\n    password: root\n"
            );
            let hits = scan(settings.as_bytes());
            hits.iter().find(|hit| hit.rule == "spring-datasource-password-yaml").map(|hit| hit.judgement)
        };
        assert_eq!(judged("localhost"), Some(Judgement::LocalDefault));
        assert_eq!(judged("db.shop.io"), Some(Judgement::Weak));
    }

    #[test]
    fn a_connection_to_a_server_elsewhere_is_known_in_settings_code_and_comments() {
        for text in [
            "DB_HOST=db.shop.io\nDB_USER=shop\nDB_PASSWORD=VALUE\n",
            "#   export DB_HOST=db.shop.io\n#   export DB_PORT=5432\n#   export DB_PASSWORD=VALUE\n",
            "  host: 'localhost',\n  // host: process.env.H || 'db.shop.io',\n  // user: 'ana',\n  // password: process.env.P || 'VALUE',\n",
            "  private $dbhost = \"mysql:host=db.shop.io;dbname=shop\";\n  private $dbuser = \"ana\";\n  private $dbpass = \"VALUE\";\n",
            "url = URL.create(\n    'mssql+pyodbc',\n    username='ana',\n    password='VALUE',\n    host='tcp:db.shop.io,3342',\n    database='shop')\n",
            "db_url = 'tcp:db.shop.io,3342'\ndb_username = 'ana'\ndb_password= 'VALUE'\n",
            "db = connect(host='db.shop.io', user='ana', password='VALUE', database='shop')\n",
            "engine = create_engine(URL.create('mysql', username='ana', password='VALUE', host='db.shop.io'))\n",
            "define('DB_HOST', 'db.shop.io');\ndefine('DB_USER', 'ana');\ndefine('DB_PASSWORD', 'VALUE');\n",
            "spring.datasource.url=jdbc:mysql://db.shop.io:3306/shop\nspring.datasource.username=ana\nspring.datasource.password=VALUE\n",
        ] {
            assert_eq!(server(text).as_deref(), Some("db.shop.io"), "{text}");
        }
    }

    #[test]
    fn what_is_no_connection_to_one_server_elsewhere_is_none() {
        for text in [
            "  name: 'Ana',\n  url: 'https://pictures.shop.io/ana.png',\n  password: 'VALUE',\n",
            "  host: 'smtp.shop.io',\n  user: 'ana',\n  password: 'VALUE',\n",
            "  host: 'db.example.com',\n  user: 'ana',\n  password: 'VALUE',\n",
            "  host: 'db.shop.io',\n  password: 'VALUE',\n",
            "  host: process.env.DB_HOST,\n  user: 'ana',\n  password: 'VALUE',\n",
            "  host: 'localhost',\n  user: 'ana',\n  password: 'VALUE',\n",
            "# DB_HOST=db.shop.io\n# DB_USER=ana\nDB_PASSWORD=VALUE\n",
            "db = connect(host='localhost', user='ana', password='VALUE')\n",
            "db = connect(host=HOST, user='ana', password='VALUE')\n",
            "login(user='ana', password='VALUE')\nconnect(host='db.shop.io')\n",
            "mail = login(host='smtp.shop.io', user='ana', password='VALUE')\n",
        ] {
            assert_eq!(server(text), None, "{text}");
        }
    }
}
