//! Who is let in: each comment that asks gets its reaction, and of several that ask for the same one is followed.

use std::time::Instant;

use super::command::{self, Command};
use super::configuration::Files;
use super::pipeline::{Reviewer, entry, failure, stored};
use super::request::{Asked, Work};
use super::rights;
use crate::github::GitHubError;
use crate::github::comments::Reaction;
use crate::github::repositories::Permission;
use crate::github::tokens::Scope;
use crate::queue::{Failure, step};
use crate::store::audit::Entry;
use crate::store::jobs::Claimed;

impl Reviewer {
    /// Reacts to the comment: to be reviewed or refused. The review itself may have to wait.
    pub(super) async fn acknowledge(&self, job: &Claimed, asked: &Asked) -> Result<(), Failure> {
        let began = Instant::now();
        // Somebody looks at the screen: nothing is asked for that can be done without, and all of it at once. Where there is no
        // token, reacting says so.
        let token = self.github.token(asked.place.installation, Scope::Comment(asked.place.id));
        let held = rights::permission(&self.github, &asked.place, &asked.author);
        let (files, held, _) = tokio::join!(self.files_without_rules(job, &asked.place), held, token);
        let may_ask = self.may_ask(asked, &files?, held).map_err(failure)?;
        self.react(asked, if may_ask { Reaction::Eyes } else { Reaction::ThumbsDown }).await?;
        step!(INFO, job, began, "acknowledged", issue = asked.issue.0, may_ask);
        Ok(())
    }

    /// Whether who has asked may, by what they may do there.
    fn may_ask(
        &self,
        asked: &Asked,
        files: &Files,
        held: Result<Permission, GitHubError>,
    ) -> Result<bool, GitHubError> {
        let review = match &asked.command {
            Command::Review(review) => Some(review),
            _ => None,
        };
        Ok(held? >= files.settle_request(&self.settings, &asked.place, review).ask.value)
    }

    /// What is to be done of all that was asked for under one key: the newest command of somebody who may ask. Where
    /// nobody may ask, or not any more today, that is nothing. Whoever asks for a review has been acknowledged apart.
    pub(super) async fn admitted(
        &self,
        job: &Claimed,
        newest: &Asked,
        files: &Files,
    ) -> Result<Option<Asked>, Failure> {
        let place = &newest.place;
        let earlier = job.earlier::<Work>().into_iter().filter_map(|work| match work {
            // One that came before the repository was given away is followed where it is now.
            Work::Answer(asked) if asked.comment != newest.comment => Some(Asked { place: place.clone(), ..asked }),
            _ => None,
        });
        let mut all: Vec<Asked> = earlier.chain([newest.clone()]).collect();
        all.reverse();
        all.dedup_by_key(|asked| asked.comment);
        let mut let_in = Vec::new();
        for asked in all {
            let began = Instant::now();
            let is_short = !matches!(asked.command, Command::Review(_));
            let held = rights::permission(&self.github, place, &asked.author).await;
            if !self.may_ask(&asked, files, held).map_err(failure)? {
                self.record(place, &asked.author, "refuse", "", "permission").await?;
                if is_short {
                    self.react(&asked, Reaction::ThumbsDown).await?;
                }
                step!(INFO, job, began, "refused", issue = asked.issue.0, why = "permission");
                continue;
            }
            if is_short {
                self.react(&asked, Reaction::Eyes).await?;
            }
            let_in.push(asked);
        }
        // Whoever is counted is noted next; what fails between has them counted no second time by the next attempt.
        for asked in let_in {
            let began = Instant::now();
            if let Command::Review(review) = &asked.command {
                if let Some(area) = files.unknown_area(review) {
                    let command = command::unknown(area.to_owned(), review.targets.is_empty());
                    self.short_answer(job, &Asked { command, ..asked.clone() }, files).await?;
                    continue;
                }
                // Each target is a review, and so is each portfolio, of as many repositories as whoever runs the app allows.
                let mut targets: Vec<String> = review.targets.iter().map(ToString::to_string).collect();
                if targets.is_empty() {
                    targets.push(place.repository.to_string());
                }
                let of_target = |target: &String| entry(place, &asked.author, "review", target, "");
                let reviews: Vec<Entry> = targets.iter().map(of_target).collect();
                let limit = rights::count(&self.store, &self.settings, job.id, &reviews, false).await;
                if let Some(limit) = limit.map_err(stored)? {
                    self.record(place, &asked.author, "refuse", "", "limit").await?;
                    self.answer(job, &asked, &limit.sentence()).await?;
                    step!(INFO, job, began, "refused", issue = asked.issue.0, why = "limit");
                    continue;
                }
            }
            return Ok(Some(asked));
        }
        Ok(None)
    }

    async fn react(&self, asked: &Asked, reaction: Reaction) -> Result<(), Failure> {
        match self.github.react(asked.place.site(), asked.comment, reaction).await {
            // The comment is gone, or the issue is locked: nobody misses the reaction.
            Err(error) if !error.is_passing() => Ok(()),
            answer => answer.map_err(failure),
        }
    }
}
