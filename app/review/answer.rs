//! Commands that are answered with a sentence or two.

use super::command::Command;
use super::configuration::Files;
use super::pipeline::Reviewer;
use super::publish::Post;
use super::request::Asked;
use super::words::{fill, words};
use crate::queue::Failure;
use crate::report::explain;

impl Reviewer {
    /// Answers everything that is not a review.
    pub(super) async fn short_answer(&self, asked: &Asked, files: &Files) -> Result<(), Failure> {
        let said = match &asked.command {
            Command::Review(_) => return Ok(()),
            Command::Forget => return self.forget(asked).await,
            Command::Help => fill(&words().help, &[]),
            Command::Explain(signal) => match explain::comment(signal) {
                Some(text) => text,
                None => fill(&words().no_signal, &[("word", signal)]),
            },
            Command::Unknown { word, nearest } => {
                fill(&words().unknown, &[("word", word), ("nearest", &format!("/review {nearest}"))])
            }
            Command::Status => self.status(asked).await?,
            Command::Cancel => {
                let prefix = format!("review {}#{} ", asked.place.id, asked.issue);
                match self.store.cancel(&prefix).await.map_err(|error| Failure::Retry(error.into()))? {
                    0 => fill(&words().nothing_to_cancel, &[]),
                    count => fill(&words().cancel_asked, &[("count", &count.to_string())]),
                }
            }
            Command::Config => files.explained(&self.settings, &asked.place),
        };
        self.answer(asked, &said).await
    }

    /// Says `text` in answer to `asked`, once.
    pub(super) async fn answer(&self, asked: &Asked, text: &str) -> Result<(), Failure> {
        Post::answer(asked).say(&self.github, &self.store, text).await.map(drop).map_err(super::pipeline::posting)
    }

    async fn status(&self, asked: &Asked) -> Result<String, Failure> {
        let prefix = format!("review {}#{} ", asked.place.id, asked.issue);
        let jobs = self.store.list_jobs(None, 500).await.map_err(|error| Failure::Retry(error.into()))?;
        let lines: Vec<String> = jobs
            .iter()
            .filter(|job| {
                job.key.starts_with(&prefix) && matches!(job.state.as_str(), "queued" | "retrying" | "running")
            })
            .map(|job| fill("- {target}: {state}", &[("target", &job.key[prefix.len()..]), ("state", &job.state)]))
            .collect();
        Ok(if lines.is_empty() { fill(&words().status_idle, &[]) } else { lines.join("\n") })
    }
}
