//! The languages that are parsed, by file name.

use ast_grep_language::SupportLang;
use serde::{Deserialize, Serialize};

/// A language with a grammar here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Language {
    /// C#
    CSharp,
    /// Go
    Go,
    /// Java
    Java,
    /// JavaScript, JSX included
    JavaScript,
    /// Kotlin
    Kotlin,
    /// PHP
    Php,
    /// Python
    Python,
    /// Ruby
    Ruby,
    /// Rust
    Rust,
    /// TypeScript
    TypeScript,
    /// TypeScript with JSX
    Tsx,
}

impl Language {
    /// Every language, in order.
    pub const ALL: [Language; 11] = [
        Language::CSharp,
        Language::Go,
        Language::Java,
        Language::JavaScript,
        Language::Kotlin,
        Language::Php,
        Language::Python,
        Language::Ruby,
        Language::Rust,
        Language::TypeScript,
        Language::Tsx,
    ];

    /// The language that rules call `name`.
    pub(super) fn named(name: &str) -> Option<Self> {
        Language::ALL.into_iter().find(|language| language.rule_name() == name)
    }

    /// The language of the file at `path`, by its name.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        Some(match extension.to_ascii_lowercase().as_str() {
            "cs" => Language::CSharp,
            "go" => Language::Go,
            "java" => Language::Java,
            "js" | "cjs" | "mjs" | "jsx" => Language::JavaScript,
            "kt" | "kts" => Language::Kotlin,
            "php" => Language::Php,
            "py" => Language::Python,
            "rb" | "rake" | "ru" | "gemspec" => Language::Ruby,
            "rs" => Language::Rust,
            "ts" | "cts" | "mts" => Language::TypeScript,
            "tsx" => Language::Tsx,
            _ if matches!(name, "Rakefile" | "Gemfile") => Language::Ruby,
            _ => return None,
        })
    }

    /// Whether it is JavaScript, with or without types.
    pub(crate) fn is_script(self) -> bool {
        matches!(self, Language::JavaScript | Language::TypeScript | Language::Tsx)
    }

    /// The name that a rule's `language:` line gives.
    pub fn rule_name(self) -> &'static str {
        match self {
            Language::CSharp => "CSharp",
            Language::Go => "Go",
            Language::Java => "Java",
            Language::JavaScript => "JavaScript",
            Language::Kotlin => "Kotlin",
            Language::Php => "Php",
            Language::Python => "Python",
            Language::Ruby => "Ruby",
            Language::Rust => "Rust",
            Language::TypeScript => "TypeScript",
            Language::Tsx => "Tsx",
        }
    }

    pub(crate) fn grammar(self) -> SupportLang {
        match self {
            Language::CSharp => SupportLang::CSharp,
            Language::Go => SupportLang::Go,
            Language::Java => SupportLang::Java,
            Language::JavaScript => SupportLang::JavaScript,
            Language::Kotlin => SupportLang::Kotlin,
            Language::Php => SupportLang::Php,
            Language::Python => SupportLang::Python,
            Language::Ruby => SupportLang::Ruby,
            Language::Rust => SupportLang::Rust,
            Language::TypeScript => SupportLang::TypeScript,
            Language::Tsx => SupportLang::Tsx,
        }
    }
}
