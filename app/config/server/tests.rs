use std::collections::BTreeSet;

use super::*;
use crate::config::limits;

fn said(values: &[(&str, &str)]) -> Result<Server, Wrong> {
    Server::from(|name| values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into()))
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let Err(Wrong(wrong)) =
        said(&[("FOLIOLENS_LISTEN", "here"), ("FOLIOLENS_WORKERS", "-1"), ("DATABASE_URL", "mysql://a")])
    else {
        panic!("taken")
    };
    for name in ["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET", "LISTEN", "WORKERS", "DATABASE_URL"] {
        assert!(wrong.iter().any(|line| line.contains(name)), "{name}: {wrong:?}");
    }
    assert!(wrong.iter().all(|line| line.ends_with('.')), "{wrong:?}");
}

#[test]
fn addresses_that_lead_nowhere_or_in_the_clear_are_wrong() {
    for (name, value, says) in [
        ("FOLIOLENS_PUBLIC_URL", "javascript:alert(1)", "FOLIOLENS_PUBLIC_URL is not an address"),
        ("FOLIOLENS_PUBLIC_URL", "localhost:8080", "FOLIOLENS_PUBLIC_URL is not an address"),
        ("FOLIOLENS_GITHUB_API_URL", "http://github.example.org/api", "FOLIOLENS_GITHUB_API_URL must begin with https"),
        ("FOLIOLENS_METRICS_LISTEN", "127.0.0.1:8080", "FOLIOLENS_METRICS_LISTEN has to be another address"),
        ("DATABASE_URL", "postgres://ana@host:99999/reviews", "DATABASE_URL is neither"),
        ("FOLIOLENS_APP_SLUG", "@foliolens", "FOLIOLENS_APP_SLUG is the app's name in its address"),
        ("FOLIOLENS_APP_ID", "0", "FOLIOLENS_APP_ID is not the number of the app"),
        ("FOLIOLENS_GITHUB_API_URL", "https://", "FOLIOLENS_GITHUB_API_URL is not an address"),
        ("FOLIOLENS_GITHUB_API_URL", "api.github.com", "FOLIOLENS_GITHUB_API_URL is not an address"),
        ("FOLIOLENS_GITHUB_API_URL", "https://api.github.com/?a=b", "FOLIOLENS_GITHUB_API_URL has to be the address"),
        ("FOLIOLENS_PUBLIC_URL", "http://reports.example.org", "FOLIOLENS_PUBLIC_URL must begin with https"),
        ("FOLIOLENS_PUBLIC_URL", "https://reports.example.org/a?b", "FOLIOLENS_PUBLIC_URL has to be the address alone"),
        ("FOLIOLENS_CGROUP", "/no/such/folder", "FOLIOLENS_CGROUP names no folder"),
        (
            "FOLIOLENS_PRIVATE_KEY_FILE",
            "/no/such/file",
            "FOLIOLENS_PRIVATE_KEY_FILE: the file can not be read (No such",
        ),
    ] {
        let Err(Wrong(wrong)) = said(&[("FOLIOLENS_LISTEN", "127.0.0.1:8080"), (name, value)]) else { panic!("taken") };
        assert!(wrong.iter().any(|line| line.starts_with(says)), "{value}: {wrong:?}");
    }
    for web in [
        "https://user@github.example.org",
        "https://:token@github.example.org",
        "https://github.example.org/?a=b",
        "https://github.example.org/#a",
    ] {
        let Err(Wrong(wrong)) = said(&[("FOLIOLENS_GITHUB_URL", web)]) else { panic!("taken") };
        assert!(
            wrong.iter().any(|line| line.starts_with("FOLIOLENS_GITHUB_URL has to be the address alone")),
            "{wrong:?}"
        );
    }
    let Err(Wrong(wrong)) = said(&[("FOLIOLENS_GITHUB_API_URL", "http://127.0.0.1:9/api")]) else { panic!("taken") };
    assert!(!wrong.iter().any(|line| line.contains("API_URL")), "{wrong:?}");
}

#[test]
fn the_secret_of_the_example_is_nobodys_and_of_two_keys_none_is_chosen() {
    let example = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example")).expect("there");
    let secret = example.lines().find_map(|line| line.strip_prefix("FOLIOLENS_WEBHOOK_SECRET=")).expect("is set");
    let wrong = |values: &[(&str, &str)]| said(values).expect_err("taken").0;
    let refused = wrong(&[("FOLIOLENS_WEBHOOK_SECRET", secret)]);
    assert!(refused.iter().any(|line| line.starts_with("FOLIOLENS_WEBHOOK_SECRET is still that of")), "{refused:?}");
    let own = wrong(&[("FOLIOLENS_WEBHOOK_SECRET", "as random as a password")]);
    assert!(!own.iter().any(|line| line.contains("WEBHOOK_SECRET")), "{own:?}");
    let both = wrong(&[("FOLIOLENS_PRIVATE_KEY", "a key"), ("FOLIOLENS_PRIVATE_KEY_FILE", "/no/such/file")]);
    let said = "FOLIOLENS_PRIVATE_KEY and FOLIOLENS_PRIVATE_KEY_FILE are both set; one of them has to go.";
    assert!(both.iter().any(|line| line == said), "{both:?}");
}

#[test]
fn what_one_setting_lacks_hides_nothing_that_is_wrong_with_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key.pem");
    std::fs::write(&file, "no key").expect("written");
    let file = file.to_str().expect("text");
    // What a key is good for without a number, and an address of the API without that of the pages.
    for (name, value, web) in [
        ("FOLIOLENS_PRIVATE_KEY", "no key", "https://github.com"),
        ("FOLIOLENS_PRIVATE_KEY_FILE", file, "https://github.com"),
        ("FOLIOLENS_GITHUB_API_URL", "nowhere at all", "github"),
        ("FOLIOLENS_GITHUB_API_URL", "http://github.example.org/api", "github"),
    ] {
        let Err(Wrong(wrong)) = said(&[(name, value), ("FOLIOLENS_GITHUB_URL", web)]) else { panic!("taken") };
        let about = |name: &str| wrong.iter().filter(|line| line.split([' ', ':']).next() == Some(name)).count();
        assert_eq!((about("FOLIOLENS_APP_ID"), about(name)), (1, 1), "{name}: {wrong:?}");
        assert_eq!(about("FOLIOLENS_GITHUB_URL"), usize::from(web == "github"), "{wrong:?}");
    }
    let Err(Wrong(wrong)) = said(&[("FOLIOLENS_GITHUB_URL", "file:///srv")]) else { panic!("taken") };
    let about: Vec<&String> = wrong.iter().filter(|line| line.contains("_URL")).collect();
    assert!(about.len() == 1 && about[0].starts_with("FOLIOLENS_GITHUB_URL must begin"), "{wrong:?}");
}

#[test]
fn what_is_no_text_is_wrong_once_and_never_taken_as_unset() {
    use std::os::unix::ffi::OsStringExt;
    let names: Vec<&str> = VARIABLES.iter().map(|variable| variable.name).chain(limits::names()).collect();
    let all = Server::from(|_| Some(OsString::from_vec(vec![0xff])));
    let Err(Wrong(wrong)) = all else { panic!("taken") };
    for name in &names {
        let about = wrong.iter().filter(|line| line.split([' ', ':']).next() == Some(name)).count();
        // Where the key stands is not looked at before the key.
        let expected = usize::from(*name != PRIVATE_KEY_FILE.name);
        assert_eq!(about, expected, "{name}: {wrong:#?}");
    }
    assert!(wrong.iter().all(|line| line.ends_with("is not text: its bytes are not UTF-8.")), "{wrong:#?}");
}

#[test]
fn the_example_names_every_setting_and_no_other() {
    let example = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example")).expect("there");
    let name = |line: &str| {
        let name = line.trim_start_matches("# ").split_once('=')?.0.to_owned();
        (!name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')).then_some(name)
    };
    let named: BTreeSet<String> = example.lines().filter_map(name).collect();
    // What stands above each block of them explains it.
    for pair in example.lines().collect::<Vec<_>>().windows(2) {
        let explains = |line: &str| name(line).is_some() || (line.starts_with("# ") && !line.starts_with("# =="));
        assert!(name(pair[1]).is_none() || explains(pair[0]), "nothing explains {}", pair[1]);
    }
    let command = <crate::cli::Cli as clap::CommandFactory>::command();
    let flags = command.get_subcommands().flat_map(|command| command.get_arguments());
    let flags = flags.filter_map(|argument| argument.get_env()).map(|name| name.to_string_lossy().into_owned());
    let server = VARIABLES.iter().map(|variable| variable.name).chain(limits::names()).map(str::to_owned);
    let machine = ["SSL_CERT_FILE", "SSL_CERT_DIR", "TMPDIR"].map(str::to_owned);
    let known: BTreeSet<String> = flags.chain(server).chain(machine.clone()).collect();
    assert!(known.contains("FOLIOLENS_FORMAT") && known.contains("FOLIOLENS_APP_ID"), "{known:?}");
    for name in &known {
        let is_known = super::super::misspelt::is_known(name) || name == DATABASE.name || machine.contains(name);
        assert!(is_known, "{name} would be called misspelt");
    }
    let missing: Vec<&String> = known.difference(&named).collect();
    assert!(missing.is_empty(), "not in .env.example: {missing:?}");
    let unread: Vec<&String> = named.difference(&known).collect();
    assert!(unread.is_empty(), "nobody reads {unread:?}");
}
