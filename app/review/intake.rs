//! From an event to a job, or to nothing. Asks nobody: GitHub waits for its answer.

use std::time::Duration;

use url::Position;

use super::command::{Command, Reader};
use super::request::{Asked, Check, NOBODY, Place, Work};
use super::settings::Settings;
use crate::github::event::Event;
use crate::store::jobs::{NewJob, QUICK};

/// A person waits for a review.
const REVIEW: i64 = 10;
/// Nobody waits.
const PUSH: i64 = 20;

/// The job that `event` asks for. `app` is our own id.
pub fn intake(event: Event, app: u64, settings: &Settings) -> Option<NewJob> {
    match event {
        Event::Commented(commented) => {
            // Bots, us among them, would answer each other for ever.
            if !commented.is_person {
                return None;
            }
            let web = settings.web[Position::BeforeHost..Position::AfterPath].trim_end_matches('/');
            let command = Reader { slug: &settings.slug, web }.read(&commented.body)?;
            let place = Place {
                installation: commented.installation,
                repository: commented.repository,
                id: commented.repository_id,
                is_organisation: commented.is_organisation,
            };
            let asked =
                Asked { place, issue: commented.issue, comment: commented.comment, author: commented.author, command };
            let (author, installation) = (asked.author.clone(), asked.place.installation.0);
            let (place, issue) = (asked.place.id, asked.issue);
            let repository = asked.place.repository.to_string();
            let Command::Review(review) = &asked.command else {
                let key = format!("answer {}", asked.comment);
                return job(key, QUICK, &author, installation, &repository, &Work::Answer(asked));
            };
            let key = format!("review {}", asked.report_key(review));
            let seen = format!("acknowledge {}", asked.comment);
            let seen = job(seen, QUICK, &author, installation, &repository, &Work::Acknowledge(asked.clone()))?;
            let review = job(key, REVIEW, &author, installation, &repository, &Work::Answer(asked))?;
            // They write the same comments of the issue.
            let line = format!("review {}#{}", place, issue);
            Some(NewJob { line, with: vec![seen], ..review })
        }
        Event::CheckAsked(asked) if asked.app == app => {
            let place = Place {
                installation: asked.installation,
                repository: asked.repository,
                id: asked.repository_id,
                is_organisation: asked.is_organisation,
            };
            check_job(Check { place, head: asked.head, author: Some(asked.author) })
        }
        // Whether pushes are reviewed there is in a file that is read when the job is done.
        Event::Pushed(pushed) => {
            let place = Place {
                installation: pushed.installation,
                repository: pushed.repository,
                id: pushed.repository_id,
                is_organisation: pushed.is_organisation,
            };
            let job = check_job(Check { place, head: pushed.head, author: None })?;
            Some(NewJob { delay: settings.push_delay, ..job })
        }
        Event::Uninstalled(installation) => {
            let key = format!("uninstall {installation}");
            job(key, QUICK, NOBODY, installation.0, "", &Work::Uninstall(installation))
        }
        Event::Suspended(installation) => {
            let key = format!("suspend {installation}");
            job(key, QUICK, NOBODY, installation.0, "", &Work::Suspend(installation))
        }
        Event::CheckAsked(_) | Event::Other => None,
    }
}

/// What a job is about, for people: its key, with the name of the repository in which it was asked for in place of the
/// number.
pub fn about(key: &str, repository: &str) -> String {
    let key = key.trim_end();
    let numbered = ["review ", "check ", "push "].into_iter().find_map(|what| Some((what, key.strip_prefix(what)?)));
    match numbered {
        Some((what, rest)) if !repository.is_empty() => {
            format!("{what}{repository}{}", rest.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        _ => key.to_owned(),
    }
}

/// Of pushes, one waits for a repository at most, for the newest commit: quick ones end in one review, of the last. What a
/// person waits for is replaced by no push, by no other commit, and by nobody else, who may not be allowed to ask.
fn check_job(check: Check) -> Option<NewJob> {
    let (place, repository) = (check.place.id, check.place.repository.to_string());
    let (key, actor, priority) = match &check.author {
        Some(author) => (format!("check {place} {} {author}", check.head), author.clone(), REVIEW),
        None => (format!("push {place}"), NOBODY.to_owned(), PUSH),
    };
    job(key, priority, &actor, check.place.installation.0, &repository, &Work::Check(check))
}

fn job(key: String, priority: i64, actor: &str, installation: u64, repository: &str, work: &Work) -> Option<NewJob> {
    let work = serde_json::to_string(work).expect("work has string keys only");
    let line = key.clone();
    Some(NewJob {
        key,
        line,
        installation,
        actor: actor.to_owned(),
        priority,
        repository: repository.to_owned(),
        work,
        delay: Duration::ZERO,
        with: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_called_by_the_name_of_its_repository() {
        for (key, repository, says) in [
            ("review 1000#7 ana/shop", "acme/hiring", "review acme/hiring#7 ana/shop"),
            ("review 1000#7 ", "ana/shop", "review ana/shop#7"),
            ("check 1000 abc ana", "ana/shop", "check ana/shop abc ana"),
            ("push 1000", "ana/shop", "push ana/shop"),
            ("push 1000", "", "push 1000"),
            ("answer 55", "ana/shop", "answer 55"),
        ] {
            assert_eq!(about(key, repository), says);
        }
    }
}
