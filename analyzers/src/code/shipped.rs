//! The rules under `rules/code/`, a document each, and their examples.
//!
//! A rule file is YAML in ast-grep's form, several documents to a file. `language: JavaScript` also runs on
//! TypeScript and TSX, `language: TypeScript` also on TSX. Beyond ast-grep's own keys, `metadata`, which comes last, holds
//! - `needs`: texts of which a file must contain at least one for the rule to run (the cheap way past most files),
//! - `positives` and `negatives`: sources in which the rule matches and does not.

use serde::Deserialize;

use super::own::OwnRules;
use super::pattern::ascii_classes;
use super::{Code, Language};
use crate::Limits;

/// One file of rules.
#[derive(Debug)]
pub struct RuleFile {
    /// Its path below `rules/code/`.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! rule_files {
    ($($path:literal),* $(,)?) => {
        /// Every file below `rules/code/`, by path.
        pub const RULE_FILES: &[RuleFile] =
            &[$(RuleFile { path: $path, text: include_str!(concat!("../../rules/code/", $path)) }),*];
    };
}

rule_files![
    "api/csharp.yml",
    "api/go.yml",
    "api/java.yml",
    "api/javascript.yml",
    "api/kotlin.yml",
    "api/php.yml",
    "api/python.yml",
    "api/ruby.yml",
    "api/rust.yml",
    "api/typescript.yml",
    "database/csharp.yml",
    "database/go.yml",
    "database/java.yml",
    "database/javascript.yml",
    "database/kotlin.yml",
    "database/php.yml",
    "database/python.yml",
    "database/ruby.yml",
    "database/rust.yml",
    "env/csharp.yml",
    "env/go.yml",
    "env/java.yml",
    "env/javascript.yml",
    "env/kotlin.yml",
    "env/php.yml",
    "env/python.yml",
    "env/ruby.yml",
    "env/rust.yml",
    "errors/csharp.yml",
    "errors/go.yml",
    "errors/java.yml",
    "errors/javascript.yml",
    "errors/kotlin.yml",
    "errors/php.yml",
    "errors/python.yml",
    "errors/ruby.yml",
    "errors/rust.yml",
    "idempotency/csharp.yml",
    "idempotency/go.yml",
    "idempotency/java.yml",
    "idempotency/javascript.yml",
    "idempotency/kotlin.yml",
    "idempotency/php.yml",
    "idempotency/python.yml",
    "idempotency/ruby.yml",
    "idempotency/rust.yml",
    "jobs/csharp.yml",
    "jobs/go.yml",
    "jobs/java.yml",
    "jobs/javascript.yml",
    "jobs/kotlin.yml",
    "jobs/php.yml",
    "jobs/python.yml",
    "jobs/ruby.yml",
    "jobs/rust.yml",
    "observability/csharp.yml",
    "observability/go.yml",
    "observability/java.yml",
    "observability/javascript.yml",
    "observability/kotlin.yml",
    "observability/php.yml",
    "observability/python.yml",
    "observability/ruby.yml",
    "observability/rust.yml",
    "security/csharp.yml",
    "security/go.yml",
    "security/java.yml",
    "security/javascript.yml",
    "security/kotlin.yml",
    "security/php.yml",
    "security/python.yml",
    "security/ruby.yml",
    "security/rust.yml",
    "settings/csharp.yml",
    "settings/go.yml",
    "settings/java.yml",
    "settings/javascript.yml",
    "settings/kotlin.yml",
    "settings/php.yml",
    "settings/python.yml",
    "settings/ruby.yml",
    "settings/rust.yml",
    "status/csharp.yml",
    "status/go.yml",
    "status/java.yml",
    "status/javascript.yml",
    "status/kotlin.yml",
    "status/php.yml",
    "status/python.yml",
    "status/ruby.yml",
    "status/rust.yml",
    "tests/csharp.yml",
    "tests/go.yml",
    "tests/java.yml",
    "tests/javascript.yml",
    "tests/kotlin.yml",
    "tests/php.yml",
    "tests/python.yml",
    "tests/ruby.yml",
    "tests/rust.yml",
];

/// One rule as it stands in its file, for one language.
pub(super) struct Document {
    /// Its file's path below `rules/code/`.
    pub path: &'static str,
    /// ast-grep's part of it.
    rule: &'static str,
    metadata: &'static str,
    named: Language,
    language: Language,
}

impl Document {
    /// The rules that run on `language`.
    pub(super) fn all_of(language: Language) -> impl Iterator<Item = Document> {
        RULE_FILES.iter().flat_map(move |file| {
            file.text.split("\n---\n").filter_map(move |text| {
                let (rule, metadata) = text.split_once("\nmetadata:\n")?;
                let named = Language::named(line_of(rule, "language: ")?)?;
                runs_on(named, language).then_some(Document { path: file.path, rule, metadata, named, language })
            })
        })
    }

    /// What ast-grep reads.
    pub(super) fn rule(&self) -> String {
        let names = |language: Language| format!("language: {}", language.rule_name());
        ascii_classes(&self.rule.replacen(&names(self.named), &names(self.language), 1))
    }

    /// The texts of which a file must contain one. Reading the examples would take many times as long.
    pub(super) fn needs(&self) -> Vec<String> {
        let head = self.metadata.split_once("  positives:").map_or(self.metadata, |(head, _)| head);
        if head.trim().is_empty() { Vec::new() } else { self.read(head).needs }
    }

    /// Whether the rule is for tests and examples, too.
    pub(super) fn runs_aside(&self) -> bool {
        ["tests/", "env/"].iter().any(|topic| self.path.starts_with(topic))
    }

    fn id(&self) -> &'static str {
        line_of(self.rule, "id: ").unwrap_or_default()
    }

    fn read(&self, metadata: &str) -> Metadata {
        serde_saphyr::from_str(metadata)
            .unwrap_or_else(|error| panic!("the rules are checked by a test: {}: {error}", self.path))
    }
}

/// Every way in which a rule and its own examples disagree, one sentence each.
pub fn check_examples() -> Vec<String> {
    let mut disagreements = Vec::new();
    for language in Language::ALL {
        for document in Document::all_of(language) {
            let id = document.id();
            let metadata = document.read(document.metadata);
            let name = format!("{}: {id} ({})", document.path, language.rule_name());
            if metadata.needs != document.needs() {
                disagreements.push(format!("{name}: `needs` has to stand before its examples"));
            }
            if metadata.positives.is_empty() {
                disagreements.push(format!("{name}: has no positives"));
            }
            let file = format!("example.{}", extension(language));
            let hits = |source: &str| {
                Code::scan(&[(&file, source)], &OwnRules::default(), &Limits::default()).matches(id).len()
            };
            for source in metadata.positives.iter().filter(|source| hits(source) == 0) {
                disagreements.push(format!("{name}: does not match its positive: {source}"));
            }
            for source in metadata.negatives.iter().filter(|source| hits(source) > 0) {
                disagreements.push(format!("{name}: matches its negative: {source}"));
            }
        }
    }
    disagreements
}

/// Whether a rule for `named` runs on `language`: what is JavaScript is TypeScript, too.
pub(super) fn runs_on(named: Language, language: Language) -> bool {
    match language {
        Language::TypeScript => matches!(named, Language::JavaScript | Language::TypeScript),
        Language::Tsx => matches!(named, Language::JavaScript | Language::TypeScript | Language::Tsx),
        _ => named == language,
    }
}

/// What a file of `language` is called after its dot.
pub(super) fn extension(language: Language) -> &'static str {
    match language {
        Language::CSharp => "cs",
        Language::Go => "go",
        Language::Java => "java",
        Language::JavaScript => "js",
        Language::Kotlin => "kt",
        Language::Php => "php",
        Language::Python => "py",
        Language::Ruby => "rb",
        Language::Rust => "rs",
        Language::TypeScript => "ts",
        Language::Tsx => "tsx",
    }
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Metadata {
    #[serde(default)]
    needs: Vec<String>,
    #[serde(default)]
    positives: Vec<String>,
    #[serde(default)]
    negatives: Vec<String>,
}

/// What follows `key` on the line that begins with it.
fn line_of<'text>(text: &'text str, key: &str) -> Option<&'text str> {
    text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim)
}
