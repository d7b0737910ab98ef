//! Commands that are answered with a sentence or two.

use foliolens_analyzers::rubric::Rubric;

use super::command::Command;
use super::configuration::Files;
use super::pipeline::Reviewer;
use super::publish::Post;
use super::request::Asked;
use super::words::{fill, words};
use crate::config::nearest;
use crate::queue::Failure;
use crate::report::explain;
use crate::store::jobs::Claimed;

impl Reviewer {
    /// Answers everything that is not a review.
    pub(super) async fn short_answer(&self, job: &Claimed, asked: &Asked, files: &Files) -> Result<(), Failure> {
        let said = match &asked.command {
            Command::Review(_) => return Ok(()),
            Command::Forget => return self.forget(job, asked).await,
            Command::Help => fill(&words().help, &[]),
            Command::Explain(signal) => match explain::comment(signal, files.own_rules().signals()) {
                Some(text) => text,
                None => no_signal(signal),
            },
            Command::Unknown { word, nearest } if nearest.is_empty() => fill(&words().strange, &[("word", word)]),
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
            .map(|job| {
                let said = match job.state.as_str() {
                    "running" => &words().status_running,
                    "retrying" => &words().status_retrying,
                    _ => &words().status_queued,
                };
                let here = asked.place.repository.to_string();
                let target = Some(&job.key[prefix.len()..]).filter(|target| !target.is_empty()).unwrap_or(&here);
                fill(said, &[("target", target)])
            })
            .collect();
        Ok(if lines.is_empty() { fill(&words().status_idle, &[]) } else { lines.join("\n") })
    }
}

fn no_signal(word: &str) -> String {
    let known: Vec<&str> = Rubric::built_in().weights.keys().map(String::as_str).collect();
    match nearest(word, known).first() {
        Some(nearest) => {
            fill(&words().no_signal, &[("word", word), ("nearest", &format!("/review explain {nearest}"))])
        }
        None => fill(&words().strange_signal, &[("word", word)]),
    }
}
