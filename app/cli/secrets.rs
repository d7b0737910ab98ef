//! `foliolens secrets TARGET...`: the area of credentials alone, which is all that is read for.

use clap::{ArgMatches, Args};

use super::Exit;
use super::review::Review;

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
    /// As a review with `--only secrets`, whatever else was asked for.
    pub fn run(self, verbose: u8, matches: &ArgMatches) -> Exit {
        self.review.of_area("secrets").run(verbose, matches)
    }
}
