//! `foliolens jobs` and `foliolens optout`: what whoever operates the app needs to see and mend.

use clap::{Args, Subcommand};

use super::{Exit, output, serve};
use crate::github::identity::is_login;
use crate::store::Store;
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
        serve::with_database(|address| {
            said(serve::block_on(async {
                let store = Store::open(&address).await?;
                Ok(match self.what {
                    What::List { state } => {
                        let jobs = store.list_jobs(state.as_deref(), 100).await?;
                        Ok(jobs.iter().map(line).collect())
                    }
                    What::Show { id } => {
                        store.job(JobId(id)).await?.map(|job| show(&job)).ok_or("There is no such job.")
                    }
                    What::Retry { id } if store.revive(JobId(id)).await? => Ok(format!("{id} is queued.\n")),
                    What::Retry { .. } => {
                        Err("Only a dead or cancelled job whose like is not waiting can be tried anew.")
                    }
                    What::Discard { id } if store.discard(JobId(id)).await? => Ok(format!("{id} is gone.\n")),
                    What::Discard { .. } => Err("There is no such job, or it is running."),
                })
            }))
        })
    }
}

impl OptOut {
    /// Prints or changes the list.
    pub fn run(self) -> Exit {
        serve::with_database(|address| {
            said(serve::block_on(async {
                let store = Store::open(&address).await?;
                Ok(match self.what {
                    Who::Add { owner } => {
                        store.opt_out(&owner).await.map(|()| Ok(format!("{owner} is on the list.\n")))?
                    }
                    Who::Remove { owner } if store.opt_in(&owner).await? => Ok(format!("{owner} is off the list.\n")),
                    Who::Remove { .. } => Err("There is nobody of that name on the list."),
                    Who::List => Ok(store.opt_outs().await?.iter().map(|owner| format!("{owner}\n")).collect()),
                })
            }))
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

fn said(answer: anyhow::Result<Result<String, &'static str>>) -> Exit {
    match answer {
        Ok(Ok(text)) => output::print(&text),
        Ok(Err(sentence)) => {
            output::complain(sentence);
            Exit::Usage
        }
        Err(error) => {
            tracing::error!(error = format!("{error:#}"), "failed");
            output::complain("The database can not be used; check DATABASE_URL, and run `foliolens migrate` once.");
            Exit::Unreadable
        }
    }
}

fn line(job: &Listed) -> String {
    output::plain(&format!("{:>8}  {:9}  {}  {}  attempt {}", job.id, job.state, job.key, job.actor, job.attempts))
        + "\n"
}

fn show(job: &Listed) -> String {
    let error = job.error.as_deref().unwrap_or("none");
    line(job) + &output::plain(&format!("          asked at {} ms, last error: {error}", job.created_at)) + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

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
