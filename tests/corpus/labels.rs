//! The labels file: what a person found in each repository by reading it.

use serde::Deserialize;
use serde_json::Value;

/// One repository. Fields that are absent or null were not judged and are not compared.
#[derive(Debug, Deserialize)]
pub struct Label {
    pub repo: String,
    pub head: String,
    /// The same commit under the id that it has upstream, where `head` was rewritten.
    #[serde(default)]
    pub upstream_head: Option<String>,
    #[serde(default)]
    pub api: Api,
    #[serde(default)]
    pub tests: Tests,
    #[serde(default)]
    pub readme: Readme,
    #[serde(default)]
    pub env_committed: Option<Vec<String>>,
    #[serde(default)]
    pub deploy_files: Option<Vec<String>>,
    #[serde(default)]
    pub migrations: Migrations,
    #[serde(default)]
    pub commit_style: CommitStyle,
    #[serde(default)]
    pub credentials: Option<Vec<Credential>>,
    #[serde(default)]
    pub logging: Logging,
    #[serde(default)]
    pub error_handling: ErrorHandling,
    #[serde(default)]
    pub connection_pool: Judged,
    #[serde(default)]
    pub indexes: Judged,
    #[serde(default)]
    pub sql_string_building: Judged,
    #[serde(default)]
    pub idempotency: Judged,
}

/// true, false, partial or not_applicable
#[derive(Debug, Default, Deserialize)]
pub struct Judged {
    pub value: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Api {
    pub is_http_api: Option<bool>,
    pub framework: Option<String>,
    /// path, header, none or not_applicable
    pub versioning: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Tests {
    /// true, false, stub or not_applicable
    pub present: Option<Value>,
    pub ci_runs_them: Option<bool>,
}

/// Each: true, false, partial, pointer, linked or stub.
#[derive(Debug, Default, Deserialize)]
pub struct Readme {
    pub setup: Option<Value>,
    pub env_vars: Option<Value>,
    pub run_tests: Option<Value>,
    pub deploy: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Migrations {
    /// true, false, schema_only, init_sql, orm_auto or not_applicable
    pub present: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
pub struct CommitStyle {
    pub commits: Option<u64>,
    /// granular, mixed or giant
    pub verdict: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct Logging {
    /// structured, unstructured, print, framework_default, none or not_applicable
    pub kind: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub struct ErrorHandling {
    /// central, partial, adhoc, framework_default, none or not_applicable
    pub value: Option<String>,
}

#[derive(Debug, Deserialize)]
pub struct Credential {
    /// Paths with or without lines, separated by commas; text in parentheses is a remark.
    pub path: String,
    /// head, history, or pull_ref_only (which must not be reported)
    #[serde(rename = "where")]
    pub place: String,
    /// real, or one of the many kinds that are no leak
    pub severity: String,
}

/// Reads the file; the error is a sentence.
pub fn read(path: &std::path::Path) -> Result<Vec<Label>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    // An abbreviated commit such as 3e93866 reads as a number that is too large.
    let options = serde_saphyr::options! { non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::AsString };
    serde_saphyr::from_str_with_options(&text, options).map_err(|error| format!("{}: {error}", path.display()))
}
