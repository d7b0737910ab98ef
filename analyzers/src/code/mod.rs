//! What the source code at HEAD says: every file is parsed at most once, and every rule under `rules/` is
//! matched on the way. Analyzers ask for matches by rule id and never see a syntax tree.
//!
//! Comments such as `ast-grep-ignore` in the repository under review switch nothing off.

mod language;
pub mod own;
mod parse;
mod pattern;
mod rules;
mod scan;
mod shipped;

pub use language::Language;
pub use parse::OPERATIONS_OF_A_STEP;
pub use pattern::pattern;
pub use shipped::{RULE_FILES, RuleFile, check_examples};

use crate::Limits;
use own::OwnRules;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Range};
use std::sync::Arc;

/// Lists the rules that files at `paths` are looked at with, which takes some milliseconds a language.
pub fn prepare<'path>(paths: impl Iterator<Item = &'path str>) {
    let languages: BTreeSet<Language> = paths.filter_map(Language::of).collect();
    for language in languages {
        rules::RuleSet::of(language);
    }
}

/// One match of one rule in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeMatch {
    /// The rule's id, such as `api.express.route`.
    pub rule: Arc<str>,
    /// The file's path from the root.
    pub path: Arc<str>,
    /// The language that the file was parsed as.
    pub language: Language,
    /// First and last line, counted from 1.
    pub lines: (u32, u32),
    /// Bytes of the match in the file.
    pub bytes: Range<usize>,
    /// What the rule's meta-variables captured: `$PATH` is `vars["PATH"]`, `$$$ARGS` is the source text from the
    /// first to the last node. Text as in the source, quotes included.
    pub vars: BTreeMap<String, String>,
    /// The classes, functions and blocks with a name that the match is inside of, outermost first.
    pub scopes: Vec<Scope>,
    /// The functions that the match is inside of, with or without a name, outermost first.
    pub functions: Vec<Function>,
}

/// A function, method, lambda or closure that contains a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its bytes in the file.
    pub bytes: Range<usize>,
    /// The bytes of its list of parameters, if it has one.
    pub parameters: Option<Range<usize>>,
    /// The line of its first byte, from 1.
    pub line: u32,
}

impl CodeMatch {
    /// What `$name` captured, as in the source.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str)
    }

    /// What `$name` captured, if it is a plain string literal: without prefix and quotes.
    pub fn string(&self, name: &str) -> Option<&str> {
        self.var(name).and_then(string_literal)
    }
}

/// Something with a name that contains a match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The syntax kind as the grammar names it, such as `function_definition`.
    pub kind: String,
    /// The declared name.
    pub name: String,
    /// Its bytes in the file.
    pub bytes: Range<usize>,
}

/// A source file that a rule might have had something to say on, but that was not parsed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unparsed {
    /// The file's path from the root.
    pub path: String,
    /// Why.
    pub why: Why,
}

/// Why a source file was not parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Larger than [`Limits::source`].
    Large,
    /// Most of it stands in lines as only programs write them: a bundle, or data.
    Bundle,
    /// It has such a line.
    LongLine,
    /// Nested deeper than [`Limits::nesting`].
    Deep,
    /// It takes more than [`Limits::steps`], or has nodes of so many children that no rule gets past them.
    Slow,
}

impl Why {
    /// As it follows "not looked at:".
    pub fn sentence(self, limits: &Limits) -> String {
        match self {
            Why::Large => format!("larger than {} KiB, so they were not read as source code", limits.source >> 10),
            Why::Bundle => "written by a program, in very long lines, so they were not read as source code".to_owned(),
            Why::LongLine => {
                format!("with a line of more than {} characters, so they were not read as source code", limits.line)
            }
            Why::Deep => {
                format!("nested more than {} levels deep, so they were not read as source code", limits.nesting)
            }
            Why::Slow => "made so that reading them as source code would take too long".to_owned(),
        }
    }
}

/// Where a rule of an organisation's own matches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// The file's path from the root.
    pub path: Arc<str>,
    /// First and last line, counted from 1.
    pub lines: (u32, u32),
}

/// All matches at HEAD, in the order of path and position.
#[derive(Debug, Default)]
pub struct Code {
    by_rule: BTreeMap<Arc<str>, Vec<CodeMatch>>,
    own: BTreeMap<Arc<str>, Vec<Spot>>,
    /// Files that were not parsed, in the order of their paths.
    pub unparsed: Vec<Unparsed>,
}

impl Code {
    /// Parses `files` (path and text) on all cores and matches every rule, `own` ones included.
    pub fn scan(files: &[(&str, &str)], own: &OwnRules, limits: &Limits) -> Self {
        scan::scan(files, own, limits)
    }

    /// What of it stands in the lines that `keeps` keeps.
    pub(crate) fn only(&self, keeps: impl Fn(&str, (u32, u32)) -> bool) -> Self {
        let matches = |all: &Vec<CodeMatch>| all.iter().filter(|it| keeps(&it.path, it.lines)).cloned().collect();
        let spots = |all: &Vec<Spot>| all.iter().filter(|it| keeps(&it.path, it.lines)).cloned().collect();
        Code {
            by_rule: self.by_rule.iter().map(|(rule, all)| (rule.clone(), matches(all))).collect(),
            own: self.own.iter().map(|(rule, all)| (rule.clone(), spots(all))).collect(),
            unparsed: self.unparsed.clone(),
        }
    }

    /// Where the organisation's rules called `id` match, in the order of path and position.
    pub fn own(&self, id: &str) -> &[Spot] {
        self.own.get(id).map_or(&[], Vec::as_slice)
    }

    /// The matches of the rule called `id`, in the order of path and position.
    pub fn matches(&self, id: &str) -> &[CodeMatch] {
        self.by_rule.get(id).map_or(&[], Vec::as_slice)
    }

    /// The matches of every rule whose id is `prefix` or begins with `prefix` and a dot, rule by rule.
    pub fn matches_under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a CodeMatch> + 'a {
        self.by_rule
            .range::<str, _>((Bound::Included(prefix), Bound::Unbounded))
            .take_while(move |(id, _)| id.starts_with(prefix))
            .filter(move |(id, _)| id.len() == prefix.len() || id[prefix.len()..].starts_with('.'))
            .flat_map(|(_, matches)| matches)
    }
}

/// The content of a string literal of any of our languages, if `source` is one without interpolation.
pub fn string_literal(source: &str) -> Option<&str> {
    let source = source.trim();
    // Prefixes: Python r"", b"", u""; C# @"" (interpolated f"" and $"" are no plain literals); Rust r#""#.
    let body = source.trim_start_matches(['r', 'R', 'b', 'B', 'u', 'U', '@']);
    let hashes = body.len() - body.trim_start_matches('#').len();
    let (body, closing) = (&body[hashes..], "#".repeat(hashes));
    for quote in ["\"\"\"", "'''", "\"", "'", "`"] {
        if let Some(inner) = body.strip_prefix(quote)
            && let Some(inner) = inner.strip_suffix(closing.as_str())
            && let Some(inner) = inner.strip_suffix(quote)
        {
            let interpolates = (quote == "`" && inner.contains("${")) || inner.contains("#{");
            return (!interpolates && !inner.contains(quote)).then_some(inner);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn string_literals_of_many_languages() {
        for (source, content) in [
            ("'/v1'", Some("/v1")),
            ("\"/v1\"", Some("/v1")),
            ("`/v1`", Some("/v1")),
            ("`/${x}`", None),
            ("r\"^users/$\"", Some("^users/$")),
            ("r#\"a\"#", Some("a")),
            ("f'/{x}'", None),
            ("$\"/{x}\"", None),
            ("prefix", None),
            ("'a' + 'b'", None),
        ] {
            assert_eq!(string_literal(source), content, "{source}");
        }
    }

    #[test]
    fn every_rule_agrees_with_its_examples() {
        let disagreements = check_examples();
        assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
    }

    #[test]
    fn every_rule_file_is_listed() {
        let listed: Vec<_> = RULE_FILES.iter().map(|file| file.path.to_owned()).collect();
        let mut found = Vec::new();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/code");
        for topic in std::fs::read_dir(&root).expect("rules/code").flatten() {
            for file in std::fs::read_dir(topic.path()).expect("a folder of rules").flatten() {
                let path = file.path();
                found.push(path.strip_prefix(&root).expect("below the root").to_string_lossy().into_owned());
            }
        }
        found.sort();
        assert_eq!(listed, found, "RULE_FILES in analyzers/src/code/shipped.rs and the folder differ");
    }

    #[test]
    fn a_comment_in_the_repository_switches_no_rule_off() {
        let code = Code::scan(
            &[("a.py", "# ast-grep-ignore\n\nimport os\nx = os.getenv('A')\n")],
            &OwnRules::default(),
            &Limits::default(),
        );
        assert_eq!(code.matches("env.python.read").len(), 1);
    }
}
