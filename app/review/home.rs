//! One report for each target in an issue: a request that names what a comment of ours reports on already is answered in
//! that comment, whatever else either is about. See `docs/decisions/0004-one-report-for-each-target.md`.

use super::command::Review;
use super::outcome::{Outcome, outcome, text};
use super::pipeline::{Progress, Reviewer, failure, held, stored};
use super::publish::{Post, Posted};
use super::request::Asked;
use super::words::{fill, words};
use crate::github::{CommentId, RepoName};
use crate::queue::Failure;
use crate::report::Markdown;
use crate::report::safe::Value;
use crate::store::jobs::Claimed;
use crate::store::publications::Publication;

/// The comment that a request is answered in.
struct Home {
    /// The key that it has been found by since it was made.
    key: String,
    /// What it reports on besides, which the request does not ask for.
    others: Vec<String>,
    /// Comments that report on some of that as well, and are to do so no more.
    doubles: Vec<Publication>,
}

impl Reviewer {
    /// Has the comment that reports on `names` say what is said `first` and what came of them, and below what it reports
    /// on besides. Jobs of one issue do so one after another.
    pub(super) async fn say(
        &self,
        job: &Claimed,
        asked: &Asked,
        review: &Review,
        names: &[String],
        first: Option<Markdown>,
        mut outcomes: Vec<(String, Outcome)>,
    ) -> Result<Posted, Failure> {
        let own_key = asked.report_key(review);
        let home = self.home(asked, &own_key, names).await?;
        let mut targets = names.to_vec();
        let is_done = outcomes.iter().any(|(_, outcome)| matches!(outcome, Outcome::Reported(_)));
        for name in home.others {
            if let Some(kept) = self.kept(job, &name, home.key == own_key).await? {
                outcomes.push(kept);
                targets.push(name);
            }
        }
        let closing = if is_done { self.closing(job.id, &words().rights) } else { fill(&words().rights, &[]) };
        let said = text(first, &outcomes, &closing);
        let ids = self.ids_of(job, asked, &targets).await?;
        let post = Post::report(job, asked, home.key, targets.join(" "), ids);
        let posted = post.say(&self.github, &self.store, &said).await?;
        if let Posted::At(comment) = posted {
            let place = &asked.place.repository;
            let address = format!("{place}/issues/{}#issuecomment-{comment}", asked.issue);
            let address = self.settings.web.join(&address).map_err(|error| Failure::Never(error.into()))?;
            let moved = Markdown::fill(&words().moved, &[("address", Value::Address(&address))]);
            for double in &home.doubles {
                post.replaces(double, &self.github, &self.store, &moved).await?;
            }
        }
        Ok(posted)
    }

    /// Where what is to be said was `posted` nowhere: goes on where the issue is now, or else has no comment of ours say for
    /// ever that a review has begun. It is deleted, where that is allowed and it says nothing else. What became of it, for
    /// the audit.
    pub(super) async fn leave_quietly(
        &self,
        job: &Claimed,
        asked: &Asked,
        review: &Review,
        names: &[String],
        progress: &Progress,
        posted: Posted,
    ) -> Result<&'static str, Failure> {
        if posted != Posted::Nowhere {
            return Ok("");
        }
        self.begin_anew_if_moved(job, &asked.place).await?;
        let home = self.home(asked, &asked.report_key(review), names).await?;
        let known = self.store.publication(&home.key).await.map_err(stored)?;
        let Some(comment) = known.filter(|_| progress.begun) else { return Ok("") };
        if !home.others.is_empty() {
            return Ok(", what was begun stays");
        }
        held(&self.store, job).await?;
        match self.github.delete_comment(asked.place.site(), CommentId(comment)).await {
            Err(error) if error.is_passing() => Err(failure(error)),
            Err(error) if !error.is_absence() => Ok(", what was begun stays"),
            _ => {
                self.store.unpublish(&home.key).await.map_err(stored)?;
                Ok(", what was begun is deleted")
            }
        }
    }

    async fn home(&self, asked: &Asked, own_key: &str, names: &[String]) -> Result<Home, Failure> {
        let is_named = |target: &str| names.iter().any(|name| name.eq_ignore_ascii_case(target));
        let mut comments = self.store.publications_below(&asked.issue_key()).await.map_err(stored)?;
        comments.retain(|comment| comment.key == own_key || comment.target.split(' ').any(is_named));
        let mut others: Vec<String> = Vec::new();
        for target in comments.iter().flat_map(|comment| comment.target.split(' ')) {
            let is_known = is_named(target) || others.iter().any(|other| other.eq_ignore_ascii_case(target));
            // What was written down before anything was chosen, such as `@user`, has no report.
            if !is_known && target.parse::<RepoName>().is_ok() {
                others.push(target.to_owned());
            }
        }
        let mut comments = comments.into_iter();
        let key = comments.next().map_or_else(|| own_key.to_owned(), |first| first.key);
        Ok(Home { key, others, doubles: comments.collect() })
    }

    /// The numbers of `targets`, as far as they are known: until something is stored of one, that is where we are.
    async fn ids_of(&self, job: &Claimed, asked: &Asked, targets: &[String]) -> Result<Vec<u64>, Failure> {
        let mut known = self.store.known_in_line(job.id).await.map_err(stored)?;
        known.push((asked.place.repository.to_string(), asked.place.id.0));
        known.retain(|(name, _)| targets.iter().any(|target| target.eq_ignore_ascii_case(name)));
        Ok(known.into_iter().map(|(_, id)| id).collect())
    }

    /// What is stored of `name`, which another request of the issue has asked for. Nothing where it was this one: it is
    /// about something else now, as a person's newest repositories are.
    async fn kept(&self, job: &Claimed, name: &str, is_own: bool) -> Result<Option<(String, Outcome)>, Failure> {
        match self.store.report_beside(job.id, name).await.map_err(stored)? {
            Some((key, _)) if key == job.key => Ok(None),
            Some((_, found)) => outcome(found, &self.settings.web).map(Some).map_err(stored),
            None if is_own => Ok(None),
            None => Ok(Some((name.to_owned(), Outcome::Failed(words().kept_no_longer.clone())))),
        }
    }
}
