//! `foliolens jobs` and `foliolens optout`: what whoever operates the app needs to see and mend.

use clap::{Args, Subcommand};

use super::{Exit, output, serve};
use crate::calendar::written;
use crate::github::identity::is_login;
use crate::review::intake::about;
use crate::store::jobs::JobId;
use crate::store::listing::Listed;

/// Looks at the queue.
#[derive(Debug, Args)]
pub struct Jobs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The newest jobs
    List {
        /// Only those that are queued, retrying, running, done, dead or cancelled
        #[arg(long, value_parser = ["queued", "retrying", "running", "done", "dead", "cancelled"])]
        state: Option<String>,
    },
    /// One job
    Show {
        /// Its number
        id: i64,
    },
    /// Try a dead or cancelled job anew
    Retry {
        /// Its number
        id: i64,
    },
    /// Remove a job that does not run
    Discard {
        /// Its number
        id: i64,
    },
}

/// Owners who do not want to be reviewed.
#[derive(Debug, Args)]
pub struct OptOut {
    #[command(subcommand)]
    what: Who,
}

#[derive(Debug, Subcommand)]
enum Who {
    /// Review nothing of OWNER from now on
    Add {
        /// A login
        #[arg(value_parser = login)]
        owner: String,
    },
    /// Take OWNER off the list
    Remove {
        /// A login
        #[arg(value_parser = unmentioned)]
        owner: String,
    },
    /// The list
    List,
}

impl Jobs {
    /// Prints or changes jobs.
    pub fn run(self) -> Exit {
        serve::with_store(async |store| {
            Ok(match self.what {
                What::List { state } => listed(
                    store.list_jobs(state.as_deref(), 100).await?.iter().map(line).collect(),
                    "There are no such jobs.",
                ),
                What::Show { id } => store.job(JobId(id)).await?.map(|job| show(&job)).ok_or_else(none),
                What::Retry { id } if store.revive(JobId(id)).await? => Ok(format!("{id} is queued.\n")),
                What::Retry { id } => Err(match store.job(JobId(id)).await? {
                    None => none(),
                    Some(job) if !matches!(job.state.as_str(), "dead" | "cancelled") => {
                        format!("{id} is {}; only a dead or cancelled job can be tried anew.", job.state)
                    }
                    Some(_) => "A job for the same is queued already.".to_owned(),
                }),
                What::Discard { id } if store.discard(JobId(id)).await? => Ok(format!("{id} is gone.\n")),
                What::Discard { id } => Err(match store.job(JobId(id)).await? {
                    None => none(),
                    Some(_) => format!("{id} is running."),
                }),
            })
        })
    }
}

fn none() -> String {
    "There is no such job.".to_owned()
}

/// What a list says, on standard output; that it is empty, beside it, where nobody takes it for a line of the list.
fn listed(text: String, empty: &str) -> Result<String, String> {
    if text.is_empty() {
        output::complain(empty);
    }
    Ok(text)
}

impl OptOut {
    /// Prints or changes the list.
    pub fn run(self) -> Exit {
        serve::with_store(async |store| {
            Ok(match self.what {
                Who::Add { owner } => store.opt_out(&owner).await.map(|()| Ok(format!("{owner} is on the list.\n")))?,
                Who::Remove { owner } if store.opt_in(&owner).await? => Ok(format!("{owner} is off the list.\n")),
                Who::Remove { .. } => Err("There is nobody of that name on the list.".to_owned()),
                Who::List => listed(
                    store.opt_outs().await?.iter().map(|owner| format!("{owner}\n")).collect(),
                    "There is nobody on the list.",
                ),
            })
        })
    }
}

/// A login, with the `@` that it is mentioned by or without; what is none would be nobody on the list.
fn login(text: &str) -> Result<String, &'static str> {
    let login = unmentioned(text)?;
    if is_login(&login) { Ok(login) } else { Err("it is no login, such as `ana`") }
}

/// Without the `@`, whatever it is: what is on the list can be taken off.
fn unmentioned(text: &str) -> Result<String, &'static str> {
    Ok(text.strip_prefix('@').unwrap_or(text).to_owned())
}

fn line(job: &Listed) -> String {
    let about = about(&job.key, &job.repository);
    let attempts = if job.attempts == 1 { "attempt" } else { "attempts" };
    let text = format!("{:>8}  {:9}  {about}  {}  {} {attempts}", job.id, job.state, job.actor, job.attempts);
    output::plain(&text) + "\n"
}

fn show(job: &Listed) -> String {
    let is_waiting = matches!(job.state.as_str(), "queued" | "retrying");
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let more = [
        ("asked at", Some(written(job.created_at))),
        ("asked in", given(&job.repository)),
        ("by delivery", given(&job.delivery)),
        ("next attempt", is_waiting.then(|| written(job.run_at))),
        ("ended at", job.finished_at.map(written)),
        ("last error", Some(job.error.clone().unwrap_or_else(|| "none".to_owned()))),
    ];
    let more = more.iter().filter_map(|(what, text)| Some(output::plain(&format!("{what}: {}", text.as_ref()?))));
    line(job) + &more.map(|text| format!("          {text}\n")).collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_shown_with_its_moments_and_what_it_is_about() {
        let mut job = Listed {
            id: 1,
            state: "retrying".to_owned(),
            key: "review 1000#7 ana/shop".to_owned(),
            actor: "rita".to_owned(),
            attempts: 0,
            created_at: 1_468_275_250_000,
            run_at: 1_468_275_260_000,
            finished_at: None,
            delivery: "d-1".to_owned(),
            repository: "acme/hiring".to_owned(),
            error: Some("GitHub did not\nanswer".to_owned()),
        };
        let expected = "       1  retrying   review acme/hiring#7 ana/shop  rita  0 attempts
          asked at: 2016-07-11 22:14:10 UTC
          asked in: acme/hiring
          by delivery: d-1
          next attempt: 2016-07-11 22:14:20 UTC
          last error: GitHub did not\\u{a}answer
";
        assert_eq!(show(&job), expected);
        (job.state, job.attempts, job.finished_at) = ("done".to_owned(), 1, Some(1_468_275_270_000));
        let shown = show(&job);
        assert!(shown.contains("rita  1 attempt\n") && shown.contains("ended at: 2016-07-11 22:14:30 UTC"), "{shown}");
        assert!(!shown.contains("next attempt"), "{shown}");
    }

    #[test]
    fn an_owner_may_be_mentioned_to_be_put_on_the_list_and_to_be_taken_off() {
        for what in ["add", "remove"] {
            let command = OptOut::augment_args(clap::Command::new("optout"));
            let matches = command.try_get_matches_from(["optout", what, "@ana"]).expect("understood");
            let (_, below) = matches.subcommand().expect("a command");
            assert_eq!(below.get_one::<String>("owner").map(String::as_str), Some("ana"), "{what}");
        }
    }
}
