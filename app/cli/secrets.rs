//! `foliolens secrets TARGET...`: the area of credentials alone, which is all that is read for.

use clap::parser::ValueSource;
use clap::{ArgMatches, Args};

use super::review::Review;
use super::{Exit, output};

/// Looks for credentials only.
#[derive(Debug, Args)]
#[command(
    mut_arg("only", |only| only.hide(true)),
    mut_arg("profile", |profile| profile.hide(true)),
)]
pub struct Secrets {
    #[command(flatten)]
    review: Review,
}

impl Secrets {
    /// As a review with `--only secrets`, whatever variables and the file say. Who asks here for something else is told.
    pub fn run(self, verbose: u8, matches: &ArgMatches) -> Exit {
        let is_asked = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
        if let Some(flag) = ["only", "profile"].into_iter().find(|id| is_asked(id)) {
            output::complain(&format!(
                "`foliolens secrets` looks for credentials and nothing else, so --{flag} says nothing here;                  `foliolens review` takes it."
            ));
            return Exit::Usage;
        }
        self.review.of_area("secrets").run(verbose, matches)
    }
}
