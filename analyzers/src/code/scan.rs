//! Parsing and matching, a file at a time, on all cores.

use std::collections::BTreeMap;
use std::sync::Arc;

use ast_grep_core::matcher::MatcherExt;
use ast_grep_core::meta_var::MetaVariable;
use ast_grep_core::tree_sitter::StrDoc;
use ast_grep_core::{Node, NodeMatch};
use ast_grep_language::SupportLang;
use rayon::prelude::*;

use super::own::OwnRules;
use super::parse::parse;
use super::rules::{Active, RuleSet};
use super::{Code, CodeMatch, Function, Language, Scope, Spot, Unparsed, Why};
use crate::{Limits, paths};

type Syntax<'tree> = Node<'tree, StrDoc<SupportLang>>;

/// Sources beyond [`Limits::source`] are generated or data; parsing one takes a third of a second a megabyte. Nobody
/// writes code that is nested deeper than [`Limits::nesting`]; rules that look at all descendants take quadratic time
/// on it.
pub(super) fn scan(files: &[(&str, &str)], own: &OwnRules, limits: &Limits) -> Code {
    // The largest first, so that no core is left alone with one of them at the end.
    let mut files = files.to_vec();
    files.sort_by_key(|(_, text)| std::cmp::Reverse(text.len()));
    let scanned: Vec<Result<Scanned, Unparsed>> =
        files.par_iter().with_max_len(1).filter_map(|(path, text)| scan_file(path, text, own, limits)).collect();
    let mut by_rule: BTreeMap<Arc<str>, Vec<CodeMatch>> = BTreeMap::new();
    let mut by_own: BTreeMap<Arc<str>, Vec<Spot>> = BTreeMap::new();
    let mut unparsed = Vec::new();
    for file in scanned {
        match file {
            Ok(Scanned { matches, spots }) => {
                for found in matches {
                    by_rule.entry(found.rule.clone()).or_default().push(found);
                }
                for (rule, spot) in spots {
                    by_own.entry(rule).or_default().push(spot);
                }
            }
            Err(file) => unparsed.push(file),
        }
    }
    for matches in by_rule.values_mut() {
        matches.sort_by(|a, b| (&a.path, a.bytes.start, a.bytes.end).cmp(&(&b.path, b.bytes.start, b.bytes.end)));
    }
    for spots in by_own.values_mut() {
        spots.sort();
        // A chain of calls is one place.
        spots.dedup_by(|a, b| a.path == b.path && a.lines.0 == b.lines.0);
    }
    unparsed.sort();
    Code { by_rule, own: by_own, unparsed }
}

/// What one file says.
#[derive(Default)]
struct Scanned {
    matches: Vec<CodeMatch>,
    /// Of the organisation's rules, by id.
    spots: Vec<(Arc<str>, Spot)>,
}

/// `None` if no rule has a chance in the file, `Err` if it is not for parsing.
fn scan_file(path: &str, text: &str, own: &OwnRules, limits: &Limits) -> Option<Result<Scanned, Unparsed>> {
    let language = Language::of(path)?;
    let is_aside = paths::is_aside(path);
    let active = RuleSet::of(language).active(text, is_aside);
    let own_active = own.sets.get(&language).map_or_else(Active::default, |rules| rules.active(text, is_aside));
    if active.is_empty() && own_active.is_empty() {
        return None;
    }
    let set_aside = |why| Some(Err(Unparsed { path: path.to_owned(), why }));
    if text.len() > limits.source {
        return set_aside(Why::Large);
    }
    if text.lines().any(|line| line.len() > limits.line) {
        let is_bundle = paths::is_for_browsers(path) && is_bundle(language, text, limits);
        return set_aside(if is_bundle { Why::Bundle } else { Why::LongLine });
    }
    if has_deep_angles(text, limits.nesting) {
        return set_aside(Why::Deep);
    }
    let Some(tree) = parse(language, text, limits.steps) else { return set_aside(Why::Slow) };
    let is_asked = |node: &Syntax<'_>| {
        let kind = node.kind_id();
        !active.asked_of(kind).is_empty() || !own_active.asked_of(kind).is_empty()
    };
    let asked = match asked(tree.root(), limits.nesting, is_asked) {
        Ok(asked) => asked,
        Err(why) => return set_aside(why),
    };
    let path: Arc<str> = path.into();
    let mut scanned = Scanned::default();
    let mut ids: BTreeMap<&str, (Arc<str>, usize)> = BTreeMap::new();
    for node in asked {
        let kind = node.kind_id();
        for rule in active.asked_of(kind) {
            if let Some(found) = rule.matcher.match_node(node.clone()) {
                scanned.matches.push(code_match(&rule.id, &path, language, text, &found));
            }
        }
        for rule in own_active.asked_of(kind) {
            let (id, count) = ids.entry(&rule.id).or_insert_with(|| (rule.id.as_str().into(), 0));
            // One more than is listed, so that it is said.
            if *count <= limits.places
                && let Some(found) = rule.matcher.match_node(node.clone())
            {
                *count += 1;
                let lines = (line(found.start_pos().line()), line(found.end_pos().line()));
                scanned.spots.push((id.clone(), Spot { path: path.clone(), lines }));
            }
        }
    }
    Some(Ok(scanned))
}

/// Whether only a program writes so: next to nothing but very long lines, in a language for browsers. One such line beside
/// a handler hides it, and is no reason to call the file a bundle.
fn is_bundle(language: Language, text: &str, limits: &Limits) -> bool {
    const FEW_LINES: usize = 5;
    let is_for_browsers = matches!(language, Language::JavaScript | Language::TypeScript | Language::Tsx);
    let others = text.lines().filter(|line| line.len() <= limits.line && !line.trim().is_empty());
    is_for_browsers && others.count() <= FEW_LINES
}

/// Whether there are more than `most` open angle brackets in one statement. Some grammars take quadratic time to find
/// out whether they are brackets at all, so it is asked before.
fn has_deep_angles(text: &str, most: usize) -> bool {
    let mut open = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'<' => open += 1,
            b'>' => open = open.saturating_sub(1),
            b';' | b'{' | b'}' => open = 0,
            _ => {}
        }
        open > most
    })
}

/// The parser finds what is around a node from the root on, child by child. A rule asks for that a few times a node, and
/// a second is enough for some hundred millions of children. Of 284 real repositories no file comes to a tenth of this.
const MOST_PASSED: usize = 100_000_000;

/// The nodes that `is_asked` for, in one pass; an error if the tree is deeper than `most`, by the nodes that are open
/// where another begins, or if the way to all of them is longer than [`MOST_PASSED`].
fn asked<'tree>(
    root: Syntax<'tree>,
    most: usize,
    is_asked: impl Fn(&Syntax<'tree>) -> bool,
) -> Result<Vec<Syntax<'tree>>, Why> {
    // Where each open node ends, and how many of its children have begun.
    let mut open: Vec<(usize, usize)> = Vec::new();
    let mut asked = Vec::new();
    let (mut way, mut passed) = (0, 0_usize);
    for node in root.dfs() {
        let range = node.range();
        while let Some((_, children)) = open.pop_if(|(end, _)| *end <= range.start) {
            way -= children;
        }
        if let Some((_, children)) = open.last_mut() {
            *children += 1;
            way += 1;
        }
        open.push((range.end, 0));
        if open.len() > most {
            return Err(Why::Deep);
        }
        if is_asked(&node) {
            passed += way;
            asked.push(node);
        }
    }
    if passed > MOST_PASSED { Err(Why::Slow) } else { Ok(asked) }
}

fn code_match(
    rule: &str,
    path: &Arc<str>,
    language: Language,
    text: &str,
    found: &NodeMatch<'_, StrDoc<SupportLang>>,
) -> CodeMatch {
    let env = found.get_env();
    let mut vars = BTreeMap::new();
    for variable in env.get_matched_variables() {
        match variable {
            MetaVariable::Capture(name, _) => {
                if let Some(node) = env.get_match(&name) {
                    vars.insert(name, node.text().into_owned());
                }
            }
            // Relational rules leave the nodes that they went past under this name, in the order in which they did.
            MetaVariable::MultiCapture(name) if name == "secondary" => {}
            MetaVariable::MultiCapture(name) => {
                let nodes = env.get_multiple_matches(&name);
                if let (Some(first), Some(last)) = (nodes.first(), nodes.last()) {
                    vars.insert(name, text[first.range().start..last.range().end].to_owned());
                }
            }
            MetaVariable::Dropped(_) | MetaVariable::Multiple => {}
        }
    }
    let ancestors: Vec<Syntax<'_>> = found.ancestors().collect();
    CodeMatch {
        rule: rule.into(),
        path: path.clone(),
        language,
        lines: (line(found.start_pos().line()), line(found.end_pos().line())),
        bytes: found.range(),
        vars,
        scopes: scopes(&ancestors),
        functions: functions(&ancestors),
    }
}

/// Outermost first, as `ancestors` are innermost first.
fn functions(ancestors: &[Syntax<'_>]) -> Vec<Function> {
    ancestors
        .iter()
        .rev()
        .filter(|ancestor| is_function(&ancestor.kind()))
        .map(|function| {
            let list = function
                .field("parameters")
                .or_else(|| function.field("parameter"))
                .or_else(|| function.children().find(|child| child.kind() == "function_value_parameters"));
            Function {
                bytes: function.range(),
                parameters: list.map(|list| list.range()),
                line: line(function.start_pos().line()),
            }
        })
        .collect()
}

/// Whether the grammars call a node of that kind a function. Ruby's methods are `method`; Sinatra's handlers, blocks.
fn is_function(kind: &str) -> bool {
    const KINDS: &[&str] =
        &["function_item", "function_expression", "func_literal", "method", "singleton_method", "do_block"];
    KINDS.contains(&kind)
        || ["function", "method", "constructor"]
            .iter()
            .any(|start| kind.strip_prefix(start).is_some_and(|rest| matches!(rest, "_definition" | "_declaration")))
        || matches!(kind, "lambda" | "lambda_expression" | "lambda_literal" | "closure_expression" | "arrow_function")
        || kind.starts_with("anonymous_")
        || matches!(kind, "generator_function_declaration" | "local_function_statement")
}

fn line(zero_based: usize) -> u32 {
    u32::try_from(zero_based).unwrap_or(u32::MAX - 1) + 1
}

fn scopes(ancestors: &[Syntax<'_>]) -> Vec<Scope> {
    ancestors
        .iter()
        .rev()
        .filter_map(|ancestor| {
            let name = ancestor.field("name").or_else(|| simple_identifier(ancestor))?;
            let kind = ancestor.kind().into_owned();
            [
                "function",
                "method",
                "class",
                "module",
                "impl",
                "interface",
                "object",
                "lambda",
                "namespace",
                "declarator",
                "struct",
                "trait",
                "record",
            ]
            .iter()
            .any(|part| kind.contains(part))
            .then(|| Scope { kind, name: name.text().into_owned(), bytes: ancestor.range() })
        })
        .collect()
}

/// Kotlin's grammar has no `name` fields; Rust's `impl` names its `type`.
fn simple_identifier<'tree>(node: &Syntax<'tree>) -> Option<Syntax<'tree>> {
    match node.kind().as_ref() {
        "impl_item" => node.field("type"),
        "class_declaration" | "function_declaration" | "object_declaration" => {
            node.children().find(|child| matches!(child.kind().as_ref(), "simple_identifier" | "type_identifier"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_aside_says_why() {
        let reads = "import os\nos.getenv('A')\n";
        let code = |text: String, limits: Limits| scan(&[("a.py", &text)], &OwnRules::default(), &limits);
        let all = Limits::default();
        assert!(code(reads.to_owned(), all).unparsed.is_empty());
        for (text, limits, why) in [
            (reads.repeat(50), Limits { source: 100, ..all }, Why::Large),
            (format!("{reads}# {}\n", "x".repeat(all.line)), all, Why::LongLine),
            (format!("{}x = '{}'\n", reads.repeat(1_000), "x".repeat(all.line)), all, Why::LongLine),
            (format!("{reads}a = {}1{}\n", "(".repeat(40), ")".repeat(40)), Limits { nesting: 20, ..all }, Why::Deep),
            (reads.repeat(500), Limits { steps: 5, ..all }, Why::Slow),
            // As wide as a module is of so many statements.
            (reads.repeat(20_000), all, Why::Slow),
        ] {
            let code = code(text, limits);
            assert_eq!(code.unparsed.iter().map(|file| file.why).collect::<Vec<_>>(), [why]);
            assert!(code.matches("env.python.read").is_empty());
        }
    }

    #[test]
    fn only_what_is_next_to_nothing_but_long_lines_for_browsers_is_a_bundle() {
        let long = format!("var a = '{}';\n", "x".repeat(Limits::default().line));
        let app = "const express = require('express');\nprocess.env.A;\n";
        for (path, text, why) in [
            ("public/a.js", format!("// express\n{long}{long}process.env.A;\n"), Why::Bundle),
            ("src/a.js", format!("// express\n{long}{long}process.env.A;\n"), Why::LongLine),
            ("public/a.js", format!("{}{}", app.repeat(4), long.repeat(40)), Why::LongLine),
            ("a.py", format!("import os\nos.getenv('A')\n# {}\n", long.trim_end()), Why::LongLine),
        ] {
            let code = scan(&[(path, &text)], &OwnRules::default(), &Limits::default());
            assert_eq!(code.unparsed, [Unparsed { path: path.to_owned(), why }], "{path}");
        }
    }

    #[test]
    fn deeply_nested_calls_are_set_aside_in_any_language() {
        let calls = |before: &str, open: &str| format!("{before}{}1{}", open.repeat(20_000), ")\n".repeat(20_000));
        for (path, text) in [
            ("a.cs", calls("// .MapGet app.MapGroup(\nvar a = ", "a.MapGet(\n")),
            ("a.go", calls("package a\n// .GET(\"\nvar a = ", "a.GET(\n")),
            ("A.java", calls("// RouterFunction getenv\nclass A { int a = ", "a.path(\n")),
            ("a.js", calls("// express app.get( process.env\nlet a = ", "a.get(\n")),
            ("a.kt", calls("// routing getenv\nval a = ", "a.get(\n")),
            ("a.php", calls("<?php // Route::get( getenv\n$a = ", "get(\n")),
            ("a.py", calls("# flask os.environ getenv\na = ", "a.get(\n")),
            ("a.rb", calls("# Sinatra ENV\na = ", "get(\n")),
            ("a.rs", calls("// axum .route( env::var\nstatic A: i32 = ", "get(\n")),
            ("a.ts", calls("// express app.get( process.env\nlet a = ", "a.get(\n")),
            ("a.tsx", calls("// express app.get( process.env\nlet a = ", "a.get(\n")),
        ] {
            let code = scan(&[(path, &text)], &OwnRules::default(), &Limits::default());
            assert_eq!(code.unparsed, [Unparsed { path: path.to_owned(), why: Why::Deep }]);
        }
    }

    #[test]
    fn deep_trees_are_set_aside_and_named() {
        let deep = format!("import os\na = os.getenv({}1{})\n", "f(".repeat(400), ")".repeat(400));
        let code = scan(
            &[("deep.py", &deep), ("flat.py", "import os\nos.getenv('A')\n")],
            &OwnRules::default(),
            &Limits::default(),
        );
        assert_eq!(code.unparsed, [Unparsed { path: "deep.py".to_owned(), why: Why::Deep }]);
        assert_eq!(code.matches("env.python.read").len(), 1);
    }
}
