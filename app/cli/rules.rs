//! `foliolens rules test DIR`, or a file.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Exit, output};
use crate::config::rules;

/// An organisation's own rules.
#[derive(Debug, Args)]
pub struct Rules {
    /// What to do.
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try each rule on its own positives and negatives; exit with 1 if one disagrees
    Test {
        /// The folder with the rules (.yml or .yaml), or one file
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

impl Rules {
    /// Tries the rules.
    pub fn run(self) -> Exit {
        let Command::Test { folder } = self.command;
        let read = rules::files(&folder).and_then(|files| rules::check(&files).map(|rules| (files.len(), rules)));
        let (files, rules) = match read {
            Ok(read) => read,
            Err(invalid) => {
                output::complain_in_lines(&invalid.to_string());
                return Exit::Usage;
            }
        };
        let tried = rules.test();
        let mut text: String = tried.failed.iter().map(|failed| output::plain(&failed.sentence) + "\n").collect();
        let count = |count: usize, one: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") };
        text.push_str(&format!(
            "{} in {}: {} and {} agree{}.\n",
            count(rules.count(), "rule"),
            count(files, "file"),
            count(tried.positives, "positive"),
            count(tried.negatives, "negative"),
            match tried.failed.len() {
                0 => String::new(),
                1 => ", 1 failure".to_owned(),
                many => format!(", {many} failures"),
            }
        ));
        output::print(&text).max(if tried.failed.is_empty() { Exit::Reviewed } else { Exit::Struck })
    }
}
