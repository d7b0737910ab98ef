//! Check runs: a report on the head commit of a repository that installed the app.

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::tokens::Scope;
use super::{CheckRunId, GitHub, GitHubError, Site};
use crate::report::Markdown;

/// The name under which the check run stands.
pub const NAME: &str = "Foliolens";

/// Annotations that GitHub takes in one request. <https://docs.github.com/en/rest/checks/runs>
pub const ANNOTATIONS: usize = 50;

/// What a check run says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Output {
    /// One line.
    pub title: Markdown,
    /// What is to be read.
    pub summary: Markdown,
    /// More of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<Markdown>,
    /// At most [`ANNOTATIONS`]; GitHub appends them to those that were sent before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<Annotation>,
}

/// A remark on lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annotation {
    /// The file.
    pub path: String,
    /// From 1.
    pub start_line: u32,
    /// The last of them.
    pub end_line: u32,
    /// `notice` or `warning`.
    pub annotation_level: &'static str,
    /// One line.
    pub title: String,
    /// What is to be said.
    pub message: String,
}

#[derive(Deserialize)]
struct Made {
    id: CheckRunId,
}

/// A check run as it stands.
#[derive(Deserialize)]
struct Standing {
    output: Remarked,
}

#[derive(Deserialize)]
struct Remarked {
    annotations_count: usize,
}

#[derive(Deserialize)]
struct Listed {
    check_runs: Vec<Run>,
}

/// A check run on a commit.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Run {
    /// Its number.
    pub id: CheckRunId,
    /// What it was begun with.
    #[serde(default)]
    pub external_id: Option<String>,
    #[serde(default)]
    output: Said,
    #[serde(default)]
    status: String,
    #[serde(default)]
    app: Option<ByApp>,
}

/// What a check run says; nothing before anything was said.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
struct Said {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    summary: Option<String>,
}

impl Run {
    /// Whether it is over.
    pub fn is_completed(&self) -> bool {
        self.status == "completed"
    }

    /// Its title without `end`.
    pub fn title_without(&self, end: &str) -> Markdown {
        let title = self.output.title.as_deref().unwrap_or_default();
        Markdown::posted(title.strip_suffix(end).unwrap_or(title))
    }

    /// What it says.
    pub fn summary(&self) -> Markdown {
        Markdown::posted(self.output.summary.as_deref().unwrap_or_default())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct ByApp {
    id: u64,
}

impl GitHub {
    /// Begins a check run on `head`. `external_id` is how it is found again.
    pub async fn begin_check_run(
        &self,
        site: Site<'_>,
        head: &str,
        external_id: &str,
    ) -> Result<CheckRunId, GitHubError> {
        let path = format!("/repos/{}/check-runs", site.name);
        let body = json!({"name": NAME, "head_sha": head, "external_id": external_id, "status": "in_progress"});
        let made: Made =
            self.ask(site.installation, Scope::CheckRuns(site.id), Method::POST, &path, Some(&body)).await?;
        Ok(made.id)
    }

    /// Adds what `output` says; with `conclusion`, the run is over. How many annotations it has then.
    pub async fn update_check_run(
        &self,
        site: Site<'_>,
        run: CheckRunId,
        output: &Output,
        conclusion: Option<&str>,
    ) -> Result<usize, GitHubError> {
        let path = format!("/repos/{}/check-runs/{run}", site.name);
        let mut body = json!({"output": output});
        if let Some(conclusion) = conclusion {
            body["status"] = "completed".into();
            body["conclusion"] = conclusion.into();
            body["actions"] = json!([{
                "label": "Review again",
                "description": "Look at this commit once more.",
                "identifier": "review",
            }]);
        }
        let standing: Standing =
            self.ask(site.installation, Scope::CheckRuns(site.id), Method::PATCH, &path, Some(&body)).await?;
        Ok(standing.output.annotations_count)
    }

    /// How many annotations a check run has.
    pub async fn annotations_of(&self, site: Site<'_>, run: CheckRunId) -> Result<usize, GitHubError> {
        let path = format!("/repos/{}/check-runs/{run}", site.name);
        let standing: Standing =
            self.ask(site.installation, Scope::CheckRuns(site.id), Method::GET, &path, None::<&Value>).await?;
        Ok(standing.output.annotations_count)
    }

    /// The check run of this app on `head` that was begun with `external_id`.
    pub async fn find_check_run(
        &self,
        site: Site<'_>,
        head: &str,
        external_id: &str,
    ) -> Result<Option<CheckRunId>, GitHubError> {
        let runs = self.own_check_runs(site, head, "all").await?;
        Ok(runs.iter().find(|run| run.external_id.as_deref() == Some(external_id)).map(|run| run.id))
    }

    /// The newest check run of this app on `head`.
    pub async fn latest_check_run(&self, site: Site<'_>, head: &str) -> Result<Option<Run>, GitHubError> {
        Ok(self.own_check_runs(site, head, "latest").await?.into_iter().max_by_key(|run| run.id))
    }

    async fn own_check_runs(&self, site: Site<'_>, head: &str, filter: &str) -> Result<Vec<Run>, GitHubError> {
        let name = site.name;
        let path = format!("/repos/{name}/commits/{head}/check-runs?check_name={NAME}&filter={filter}&per_page=100");
        let mut listed: Listed =
            self.ask(site.installation, Scope::CheckRuns(site.id), Method::GET, &path, None::<&Value>).await?;
        listed.check_runs.retain(|run| run.app.as_ref().is_none_or(|app| app.id == self.app_id()));
        Ok(listed.check_runs)
    }
}
