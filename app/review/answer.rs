//! Commands that are answered with a sentence or two.

use foliolens_analyzers::code::own::OwnSignal;
use foliolens_analyzers::rubric::Rubric;

use super::command::Command;
use super::configuration::Files;
use super::pipeline::{Progress, Reviewer, stored};
use super::publish::{Post, Posted};
use super::request::Asked;
use super::words::{fill, words};
use crate::config::nearest;
use crate::queue::Failure;
use crate::report::safe::Value;
use crate::report::{Markdown, explain};
use crate::store::jobs::Claimed;

impl Reviewer {
    /// Answers everything that is not a review.
    pub(super) async fn short_answer(&self, job: &Claimed, asked: &Asked, files: &Files) -> Result<(), Failure> {
        let here = format!("review {}#{} ", asked.place.id, asked.issue);
        let said = match &asked.command {
            Command::Forget => return self.forget(job, asked).await,
            Command::Status => self.status(asked, &here).await?,
            Command::Cancel => match self.stop(job, asked, &here).await? {
                0 => fill(&words().nothing_to_cancel, &[]),
                count => fill(&words().cancel_asked, &[("count", &count.to_string())]),
            },
            Command::Config => files.explained(&self.settings, &asked.place),
            command => match by_heart(command, files.own()) {
                Some(said) => said,
                None => return Ok(()),
            },
        };
        self.answer(job, asked, &said).await
    }

    /// Says `text` in answer to `asked`, once.
    pub(super) async fn answer(&self, job: &Claimed, asked: &Asked, text: &Markdown) -> Result<(), Failure> {
        let posted = Post::answer(job, asked).say(&self.github, &self.store, text).await?;
        if posted == Posted::Nowhere {
            self.begin_anew_if_moved(job, &asked.place).await?;
        }
        let here = asked.place.repository.to_string();
        self.record(&asked.place, &asked.author, "answer", &here, &posted.to_string()).await
    }

    /// Asks the jobs whose key begins so to stop, once; how many there were.
    async fn stop(&self, job: &Claimed, asked: &Asked, key_prefix: &str) -> Result<u64, Failure> {
        let mut progress: Progress = job.progress().map_err(stored)?;
        if let Some(count) = progress.stopped {
            return Ok(count);
        }
        let count = self.store.cancel(key_prefix).await.map_err(stored)?;
        // Before it is noted: an attempt that ends between writes it twice, and none leaves it out.
        let target = asked.place.repository.to_string();
        self.record(&asked.place, &asked.author, "cancel", &target, &format!("{count} stopped")).await?;
        progress.stopped = Some(count);
        self.note(job, &progress).await?;
        Ok(count)
    }

    async fn status(&self, asked: &Asked, key_prefix: &str) -> Result<Markdown, Failure> {
        let jobs = self.store.open_jobs(key_prefix).await.map_err(stored)?;
        let here = asked.place.repository.to_string();
        let lines: Vec<Markdown> = jobs
            .iter()
            .map(|job| {
                let said = match job.state.as_str() {
                    "running" => &words().status_running,
                    "retrying" => &words().status_retrying,
                    _ => &words().status_queued,
                };
                let target = job.key.strip_prefix(key_prefix).filter(|target| !target.is_empty()).unwrap_or(&here);
                fill(said, &[("target", target)])
            })
            .collect();
        Ok(if lines.is_empty() { fill(&words().status_idle, &[]) } else { Markdown::joined(lines, "\n") })
    }
}

/// What is said to a command for which nothing has to be looked up; `own` are the organisation's own signals. Public, so
/// that fuzzing (`tests/fuzz`) can try it.
pub fn by_heart(command: &Command, own: &[OwnSignal]) -> Option<Markdown> {
    let said = match command {
        Command::Help => fill(&words().help, &[]),
        Command::Explain(signal) => explain::comment(signal, own).unwrap_or_else(|| no_signal(signal)),
        Command::Unknown { word, nearest } => meant(
            word,
            Some(format!("/review {nearest}")).filter(|_| !nearest.is_empty()),
            &words().unknown,
            &words().strange,
        ),
        _ => return None,
    };
    Some(said)
}

fn no_signal(word: &str) -> Markdown {
    let known: Vec<&str> = Rubric::built_in().weights.keys().map(String::as_str).collect();
    let near = nearest(word, known).first().map(|near| format!("/review explain {near}"));
    meant(word, near, &words().no_signal, &words().strange_signal)
}

/// That nobody knows `word`: in `hint` where it is like something, else in `strange`.
fn meant(word: &str, nearest: Option<String>, hint: &'static str, strange: &'static str) -> Markdown {
    match &nearest {
        Some(nearest) => Markdown::fill(hint, &[("word", Value::Code(word)), ("nearest", Value::Code(nearest))]),
        None => Markdown::fill(strange, &[("word", Value::Code(word))]),
    }
}
