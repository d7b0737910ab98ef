//! The rules under `rules/code/`, made ready for one language when a file of that language is first seen.
//!
//! A rule file is YAML in ast-grep's form, several documents to a file. `language: JavaScript` also runs on
//! TypeScript and TSX, `language: TypeScript` also on TSX. Beyond ast-grep's own keys, `metadata` holds
//! - `needs`: texts of which a file must contain at least one for the rule to run (the cheap way past most files),
//! - `positives` and `negatives`: sources in which the rule matches and does not.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use ast_grep_config::{GlobalRules, RuleConfig, from_yaml_string};
use ast_grep_core::matcher::Matcher;
use ast_grep_language::SupportLang;
use serde::Deserialize;

use super::own::OwnRules;
use super::{Code, Language};
use crate::snapshot::Limits;

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

/// The rules of one language.
pub(super) struct RuleSet {
    rules: Vec<RuleConfig<SupportLang>>,
    /// By syntax kind: the rules that can match a node of that kind.
    by_kind: Vec<Vec<usize>>,
    /// Rules that run on every file.
    always: Vec<usize>,
    keywords: AhoCorasick,
    /// By keyword: the rules that need it.
    keyword_rules: Vec<Vec<usize>>,
}

impl RuleSet {
    /// The rules of `language`; made once.
    pub(super) fn of(language: Language) -> &'static RuleSet {
        static SETS: [OnceLock<RuleSet>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
        SETS[language as usize].get_or_init(|| RuleSet::build(language))
    }

    /// Which rules have a chance in `text`; empty if the file need not be parsed at all.
    pub(super) fn active(&self, text: &str) -> Vec<bool> {
        let mut active = vec![false; self.rules.len()];
        for &rule in &self.always {
            active[rule] = true;
        }
        let mut seen = vec![false; self.keyword_rules.len()];
        for hit in self.keywords.find_overlapping_iter(text) {
            let keyword = hit.pattern().as_usize();
            if !std::mem::replace(&mut seen[keyword], true) {
                for &rule in &self.keyword_rules[keyword] {
                    active[rule] = true;
                }
            }
        }
        if active.contains(&true) { active } else { Vec::new() }
    }

    /// The rules, of those that are `active`, that can match a node of that kind.
    pub(super) fn asked_of<'a>(
        &'a self,
        kind: usize,
        active: &'a [bool],
    ) -> impl Iterator<Item = &'a RuleConfig<SupportLang>> + 'a {
        let rules = self.by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        rules.iter().filter(|&&rule| active.get(rule) == Some(&true)).map(|&rule| &self.rules[rule])
    }

    fn build(language: Language) -> Self {
        let read = documents(language).flat_map(|document| {
            let rules = from_yaml_string::<SupportLang>(&document.text, &GlobalRules::default())
                .unwrap_or_else(|error| panic!("the rules are checked by a test: {}: {error:?}", document.path));
            let needs = document.header.metadata.needs;
            rules.into_iter().map(move |rule| (rule, needs.clone()))
        });
        Self::assemble(read)
    }

    /// Sorts rules of one language, each with the words that it needs, by what they look at.
    pub(super) fn assemble(all: impl IntoIterator<Item = (RuleConfig<SupportLang>, Vec<String>)>) -> Self {
        let mut rules: Vec<RuleConfig<SupportLang>> = Vec::new();
        let mut always = Vec::new();
        let mut keywords: Vec<String> = Vec::new();
        let mut keyword_rules: Vec<Vec<usize>> = Vec::new();
        for (rule, needs) in all {
            let index = rules.len();
            rules.push(rule);
            if needs.is_empty() {
                always.push(index);
            }
            for keyword in needs {
                let position = keywords.iter().position(|known| *known == keyword).unwrap_or_else(|| {
                    keywords.push(keyword);
                    keyword_rules.push(Vec::new());
                    keywords.len() - 1
                });
                keyword_rules[position].push(index);
            }
        }
        let mut by_kind: Vec<Vec<usize>> = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let kinds =
                rule.matcher.potential_kinds().expect("a rule that can match any kind of node is refused by ast-grep");
            for kind in &kinds {
                if by_kind.len() <= kind {
                    by_kind.resize(kind + 1, Vec::new());
                }
                by_kind[kind].push(index);
            }
        }
        let keywords = AhoCorasick::new(&keywords).expect("a few hundred short keywords");
        RuleSet { rules, by_kind, always, keywords, keyword_rules }
    }
}

/// Every way in which a rule and its own examples disagree, one sentence each.
pub fn check_examples() -> Vec<String> {
    let mut disagreements = Vec::new();
    for language in Language::ALL {
        for document in documents(language) {
            let Header { id, metadata, .. } = document.header;
            let name = format!("{}: {id} ({})", document.path, language.rule_name());
            if metadata.positives.is_empty() {
                disagreements.push(format!("{name}: has no positives"));
            }
            let file = format!("example.{}", extension(language));
            let hits = |source: &str| {
                Code::scan(&[(&file, source)], &OwnRules::default(), &Limits::default()).matches(&id).len()
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

struct Document {
    path: &'static str,
    text: String,
    header: Header,
}

#[derive(Deserialize)]
struct Header {
    id: String,
    language: String,
    #[serde(default)]
    metadata: Metadata,
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

fn documents(language: Language) -> impl Iterator<Item = Document> {
    RULE_FILES.iter().flat_map(move |file| {
        file.text.split("\n---\n").filter(|text| text.contains("id:")).filter_map(move |text| {
            let header: Header = serde_saphyr::from_str(text)
                .unwrap_or_else(|error| panic!("the rules are checked by a test: {}: {error}", file.path));
            let named = Language::ALL.into_iter().find(|named| named.rule_name() == header.language);
            named.is_some_and(|named| runs_on(named, language)).then(|| Document {
                path: file.path,
                text: text.replacen(
                    &format!("language: {}", header.language),
                    &format!("language: {}", language.rule_name()),
                    1,
                ),
                header,
            })
        })
    })
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
