//! What a TARGET means.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::config::Settings;
use crate::git::{self, Address, Policy, Refused};
use crate::report::Without;
use crate::review::unreadable;

/// What is to be reviewed.
#[derive(Debug, PartialEq, Eq)]
pub enum Target {
    /// A folder.
    Path(PathBuf),
    /// An address.
    Address(Address),
}

impl Target {
    /// What `text` means: an address by its shape, else a folder if there is one, else `OWNER/REPO`.
    pub fn parse(text: &str) -> Result<Self, Refused> {
        if Address::is_like(text) {
            return Address::parse(text, Policy::public()).map(Target::Address);
        }
        let path = PathBuf::from(text);
        if path.exists() {
            return Ok(Target::Path(path));
        }
        Ok(Address::on_github(text).map_or(Target::Path(path), Target::Address))
    }

    /// The same for every spelling of one repository. Each of several work trees is one for itself.
    pub fn identity(&self) -> OsString {
        match self {
            Target::Path(path) => {
                let located = git::locate(path).map(|located| located.folder).ok();
                located.or_else(|| path.canonicalize().ok()).unwrap_or_else(|| path.clone()).into()
            }
            Target::Address(address) => address.identity().into(),
        }
    }
}

/// A target, as it was named among the others.
#[derive(Debug)]
pub struct Named {
    /// Where it stands among them, from 0.
    pub position: usize,
    /// As it was written.
    pub text: String,
    /// What that means.
    pub target: Target,
}

/// Each repository of `targets` once, and what named one of them again.
pub fn once(targets: Vec<Named>) -> (Vec<Named>, Vec<Without>) {
    let (mut first, mut again): (BTreeMap<OsString, String>, Vec<Without>) = Default::default();
    let mut distinct = Vec::new();
    for named in targets {
        let identity = named.target.identity();
        match first.get(&identity) {
            Some(known) => again.push(Without {
                position: named.position,
                reason: if *known == named.text {
                    "it is named twice, and counted once".to_owned()
                } else {
                    format!("it is the same repository as {known}, and counted once")
                },
                target: named.text,
                has_failed: false,
            }),
            None => {
                first.insert(identity, named.text.clone());
                distinct.push(named);
            }
        }
    }
    (distinct, again)
}

/// Why a path can not be reviewed that no report and no message could name.
pub(super) const NOT_TEXT: &str =
    "its path is not text (its bytes are not UTF-8); review a copy in a folder with another name";

/// The same sentence in the words of whoever named the target.
pub(super) fn meant(sentence: String, text: &str, target: &Target, settings: &Settings) -> String {
    if let Some(since) = settings.since.value.as_ref().filter(|_| sentence == unreadable::since()) {
        return sentence.replacen("--since", &format!("{} {since}", settings.since.called("since")), 1);
    }
    match target {
        // A mistyped path looks like one of GitHub's names, too.
        Target::Address(address) if !Address::is_like(text) => {
            format!("there is no such folder here, and {address} could not be reviewed: {sentence}")
        }
        _ => sentence,
    }
}

#[cfg(test)]
mod tests {
    use clap::{Args, FromArgMatches};

    use super::*;
    use crate::config::flags::Flags;

    fn settled(arguments: &[&str]) -> Settings {
        let arguments = std::iter::once(&"review").chain(arguments);
        let matches = Flags::augment_args(clap::Command::new("review")).try_get_matches_from(arguments);
        let matches = matches.expect("understood");
        Settings::settle(&Flags::from_arg_matches(&matches).expect("understood"), &matches).expect("sound")
    }

    #[test]
    fn a_sentence_names_what_was_written_and_where() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("settings.toml");
        std::fs::write(&file, "since = \"strater\"\n").expect("written");
        let path = Target::Path(PathBuf::from("shop"));
        let said = |settings: &Settings| meant(unreadable::since(), "shop", &path, settings);
        assert!(said(&settled(&["--since", "strater"])).starts_with("--since strater names no commit"));
        let in_file = settled(&["--config", file.to_str().expect("text")]);
        assert!(said(&in_file).starts_with("`since` of the file of --config strater names no commit"));
        assert_eq!(meant("it is empty".to_owned(), "shop", &path, &in_file), "it is empty");
    }

    #[test]
    fn what_may_have_been_meant_as_a_path_is_said_to_be_no_folder() {
        let settings = settled(&[]);
        let target = Target::parse("no-such/folder").expect("a target");
        let said = meant("github.com can not be reached".to_owned(), "no-such/folder", &target, &settings);
        let expected = "there is no such folder here, and https://github.com/no-such/folder could not be reviewed: ";
        assert_eq!(said, format!("{expected}github.com can not be reached"));
        let address = "https://github.com/no-such/folder";
        assert_eq!(meant("it is gone".to_owned(), address, &target, &settings), "it is gone");
    }
}
