//! What the terminal can show: width, colour, UTF-8, movement.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;

/// What the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminal {
    /// Columns.
    pub width: usize,
    /// Whether standard output takes colour.
    pub color: bool,
    /// Whether it shows UTF-8.
    pub unicode: bool,
    /// Whether standard error takes progress that moves.
    pub progress: bool,
}

impl Terminal {
    /// Looks at the environment and at the standard streams.
    pub fn detect() -> Self {
        Self::from(
            &variable,
            std::io::stdout().is_terminal(),
            std::io::stderr().is_terminal(),
            terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
        )
    }

    fn from(variable: &dyn Fn(&str) -> Option<String>, stdout: bool, stderr: bool, columns: Option<usize>) -> Self {
        let dumb = variable("TERM").is_some_and(|term| term == "dumb");
        let forced = variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let color = if variable("NO_COLOR").is_some() {
            false
        } else if forced {
            true
        } else {
            stdout && !dumb && variable("CLICOLOR").is_none_or(|value| value != "0")
        };
        // The first that is set decides, as in C; with none of them the locale is C, which has no UTF-8.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name)).unwrap_or_default();
        let locale = locale.to_ascii_lowercase();
        let width = variable("COLUMNS").and_then(|columns| columns.trim().parse().ok()).filter(|width| *width > 0);
        Terminal {
            width: width.or(columns).unwrap_or(80),
            color,
            unicode: locale.contains("utf-8") || locale.contains("utf8") || cfg!(windows),
            progress: stderr && !dumb,
        }
    }
}

/// Where a machine says whose certificates it trusts besides the system's, by the names that OpenSSL gave: those that
/// are set, for the child that clones, which sees no other variable.
pub fn certificates() -> BTreeMap<String, PathBuf> {
    let set = |name: &str| Some((name.to_owned(), PathBuf::from(set(name)?)));
    ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().filter_map(|name| set(name)).collect()
}

/// What is wrong with these, each in a sentence. Without any certificate no GitHub can be asked anything.
pub(super) fn unusable(certificates: &BTreeMap<String, PathBuf>) -> Vec<String> {
    let wrong = |(name, path): (&String, &PathBuf)| match name.as_str() {
        // A list, as OpenSSL has it.
        "SSL_CERT_DIR" => (!std::env::split_paths(path).any(|folder| folder.is_dir()))
            .then(|| format!("{name} names no folder that is there.")),
        _ => match std::fs::read(path) {
            Ok(bytes) if String::from_utf8_lossy(&bytes).contains("-----BEGIN CERTIFICATE-----") => None,
            Ok(_) => Some(format!("{name}: there is no certificate in PEM form in {}.", path.display())),
            Err(error) => Some(format!("{name}: {} can not be read ({error}).", path.display())),
        },
    };
    certificates.iter().filter_map(wrong).collect()
}

/// The variable `name`; `None` if it is unset or empty.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub(super) fn set(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The variable `name` where nothing depends on it; `None` if it is unset, empty, or not text.
pub(super) fn variable(name: &str) -> Option<String> {
    set(name)?.into_string().ok()
}

/// The text of the variable `name`, or a sentence that says that it is none.
pub(super) fn text(name: &str, value: OsString) -> Result<String, String> {
    value.into_string().map_err(|_| format!("{name} is not text: its bytes are not UTF-8."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(set: &[(&str, &str)], tty: bool) -> Terminal {
        let find = |name: &str| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Terminal::from(&find, tty, tty, None)
    }

    #[test]
    fn colour_follows_the_conventions() {
        assert!(with(&[], true).color);
        assert!(!with(&[], false).color);
        assert!(!with(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], true).color);
        assert!(!with(&[("TERM", "dumb")], true).color);
        assert!(!with(&[("CLICOLOR", "0")], true).color);
        assert!(with(&[("CLICOLOR_FORCE", "1")], false).color);
    }

    #[test]
    fn the_first_locale_that_is_set_decides() {
        assert!(!with(&[], true).unicode);
        assert!(with(&[("LANG", "de_DE.UTF-8")], true).unicode);
        assert!(!with(&[("LC_ALL", "C"), ("LANG", "de_DE.UTF-8")], true).unicode);
        assert!(with(&[("LC_CTYPE", "C.utf8")], true).unicode);
    }

    #[test]
    fn certificates_that_are_none_are_said_with_their_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let (good, other) = (folder.path().join("good.pem"), folder.path().join("other"));
        std::fs::write(&good, "# ours\n-----BEGIN CERTIFICATE-----\n").expect("written");
        std::fs::write(&other, "root:x:0:0").expect("written");
        let said = |name: &str, path: PathBuf| unusable(&[(name.to_owned(), path)].into());
        assert_eq!(said("SSL_CERT_FILE", good), Vec::<String>::new());
        let none = said("SSL_CERT_FILE", other.clone());
        assert_eq!(none, [format!("SSL_CERT_FILE: there is no certificate in PEM form in {}.", other.display())]);
        let missing = said("SSL_CERT_FILE", folder.path().join("missing"));
        assert!(missing[0].contains("missing can not be read (No such file"), "{missing:?}");
        let list = std::env::join_paths([other.as_path(), folder.path()]).expect("a list");
        assert_eq!(said("SSL_CERT_DIR", list.into()), Vec::<String>::new());
        assert_eq!(said("SSL_CERT_DIR", other), ["SSL_CERT_DIR names no folder that is there."]);
    }

    #[test]
    fn nothing_moves_where_nobody_looks() {
        assert!(!with(&[], false).progress);
        assert!(!with(&[("TERM", "dumb")], true).progress);
        assert_eq!(with(&[("COLUMNS", "72")], true).width, 72);
    }
}
