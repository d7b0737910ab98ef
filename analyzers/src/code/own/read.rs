//! From YAML to rules, or to a sentence on what is wrong and where.

use std::collections::BTreeMap;

use ast_grep_config::{GlobalRules, RuleConfig, SerializableRuleConfig};
use ast_grep_language::SupportLang;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;

use super::super::Language;
use super::super::rules::RuleSet;
use super::super::shipped::runs_on;
use super::culprit;
use super::examples::Examples;
use super::wrong::{Position, Wrong};
use super::yaml::{self, Node, Value};
use super::{DEEPEST, Expect, Globs, LARGEST, LARGEST_TOGETHER, MOST_FILES, MOST_RULES, OwnFile, OwnRules, OwnSignal};
use crate::Effort;

const KEYS: &[&str] = &["id", "language", "rule", "constraints", "utils", "files", "ignores", "metadata"];
const HEADER: &[&str] =
    &["statement", "area", "remedy", "effort", "expect", "in_tests", "needs", "positives", "negatives"];
const LONGEST_ID: usize = 60;
const LONGEST_SENTENCE: usize = 300;
const MOST_EXAMPLES: usize = 50;

/// Whether an id is a signal of ours.
type IsOurs = fn(&str) -> bool;

type Rule = (RuleConfig<SupportLang>, Vec<String>);

pub(super) fn read(files: &[OwnFile], is_ours: IsOurs) -> Result<OwnRules, Vec<Wrong>> {
    let mut reading = Reading { signals: Vec::new(), rules: BTreeMap::new(), examples: Vec::new(), count: 0, is_ours };
    let mut wrong = Vec::new();
    if files.len() > MOST_FILES {
        let why = format!("there are {} files of rules, and {MOST_FILES} are read at most", files.len());
        return Err(vec![Wrong::file(&files[MOST_FILES].name, why)]);
    }
    let mut together = 0;
    for file in files {
        together += file.text.len();
        let why = if file.text.len() > LARGEST {
            Some(format!("it is larger than {} KiB", LARGEST >> 10))
        } else if together > LARGEST_TOGETHER {
            Some(format!("with it, the rules are larger than {} KiB together", LARGEST_TOGETHER >> 10))
        } else {
            None
        };
        let read = match why {
            Some(why) => Err(Wrong::file(&file.name, why)),
            None => reading.file(file),
        };
        wrong.extend(read.err());
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let mut signals = reading.signals;
    signals.sort_by(|a, b| a.id.cmp(&b.id));
    let sets = reading.rules.into_iter().map(|(language, rules)| (language, RuleSet::brought(rules))).collect();
    Ok(OwnRules { signals, rules: reading.count, sets, examples: reading.examples })
}

struct Reading {
    signals: Vec<OwnSignal>,
    rules: BTreeMap<Language, Vec<Rule>>,
    examples: Vec<Examples>,
    count: usize,
    is_ours: IsOurs,
}

impl Reading {
    fn file(&mut self, file: &OwnFile) -> Result<(), Wrong> {
        let documents = yaml::documents(&file.name, &file.text)?;
        let documents: Vec<&Node> =
            documents.iter().filter(|node| !matches!(&node.value, Value::Plain(serde_json::Value::Null))).collect();
        if documents.is_empty() {
            return Err(Wrong::file(&file.name, "it holds no rule"));
        }
        for document in documents {
            self.count += 1;
            if self.count > MOST_RULES {
                return Err(Wrong::file(&file.name, format!("with it there are more than {MOST_RULES} rules")));
            }
            self.rule(&Document { file, node: document, is_ours: self.is_ours })?;
        }
        Ok(())
    }

    fn rule(&mut self, document: &Document<'_>) -> Result<(), Wrong> {
        document.known_keys(document.node, KEYS, "a rule")?;
        let id = document.required(document.node, "id")?;
        let name = document.id(id)?;
        let language = document.language()?;
        let rule = document
            .node
            .get("rule")
            .ok_or_else(|| document.wrong(document.node.at, format!("`{name}` has no `rule`")))?;
        if rule.depth() > DEEPEST {
            return Err(document.wrong(rule.at, format!("the rule is nested deeper than {DEEPEST} levels")));
        }
        let header = document.node.get("metadata").ok_or_else(|| {
            document.wrong(document.node.at, format!("`{name}` has no `metadata` with a statement and a remedy"))
        })?;
        document.known_keys(header, HEADER, "`metadata`")?;
        let signal = document.signal(name, header)?;
        let needs = document.texts(header, "needs", MOST_EXAMPLES)?;
        let runs: Vec<Language> = Language::ALL.into_iter().filter(|on| runs_on(language, *on)).collect();
        for on in &runs {
            let config = document.compiled(name, *on, rule)?;
            self.rules.entry(*on).or_default().push((config, needs.clone()));
        }
        self.examples.push(Examples {
            file: document.file.name.clone(),
            line: id.at.line,
            id: name.to_owned(),
            language,
            positives: document.texts(header, "positives", MOST_EXAMPLES)?,
            negatives: document.texts(header, "negatives", MOST_EXAMPLES)?,
        });
        let globs = Globs { files: document.globs("files")?, ignores: document.globs("ignores")? };
        let globs = runs.iter().map(|on| (*on, globs.clone())).collect();
        self.merge(OwnSignal { languages: runs, globs, ..signal }).map_err(|why| document.wrong(id.at, why))
    }

    /// Rules with one id are one signal, so they say the same.
    fn merge(&mut self, signal: OwnSignal) -> Result<(), String> {
        let Some(known) = self.signals.iter_mut().find(|known| known.id == signal.id) else {
            self.signals.push(signal);
            return Ok(());
        };
        let said = |signal: &OwnSignal| {
            let OwnSignal { statement, area, remedy, effort, expect, in_tests, .. } = signal;
            (statement.clone(), area.clone(), remedy.clone(), *effort, *expect, *in_tests)
        };
        if said(known) != said(&signal) {
            return Err(format!("another rule with the id `{}` has another header; both must say the same", signal.id));
        }
        if let Some(twice) = signal.languages.iter().find(|language| known.languages.contains(language)) {
            return Err(format!("there are two rules with the id `{}` for {}", signal.id, twice.rule_name()));
        }
        known.languages.extend(signal.languages);
        known.globs.extend(signal.globs);
        known.languages.sort();
        Ok(())
    }
}

struct Document<'a> {
    file: &'a OwnFile,
    node: &'a Node,
    is_ours: IsOurs,
}

impl Document<'_> {
    fn wrong(&self, at: Position, why: impl Into<String>) -> Wrong {
        Wrong::at(&self.file.name, &self.file.text, at, why)
    }

    fn known_keys(&self, node: &Node, known: &[&str], what: &str) -> Result<(), Wrong> {
        if !matches!(node.value, Value::Map(_)) {
            return Err(self.wrong(node.at, format!("{what} is written as keys and values")));
        }
        match node.entries().iter().find(|(key, _)| !known.contains(&&*key.name)) {
            Some((key, _)) => {
                Err(self.wrong(key.at, format!("there is no `{}` in {what}; there are {}", key.name, known.join(", "))))
            }
            None => Ok(()),
        }
    }

    fn required<'a>(&self, node: &'a Node, key: &str) -> Result<&'a Node, Wrong> {
        node.get(key).ok_or_else(|| self.wrong(node.at, format!("`{key}` is missing")))
    }

    /// A sentence for people, on one line and of a length that is read.
    fn sentence(&self, node: &Node, key: &str) -> Result<String, Wrong> {
        let found = self.required(node, key)?;
        let text = found.text().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
        let fits = (3..=LONGEST_SENTENCE).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        let why = format!("`{key}` is a sentence of up to {LONGEST_SENTENCE} characters");
        if fits { Ok(text) } else { Err(self.wrong(found.at, why)) }
    }

    fn texts(&self, node: &Node, key: &str, most: usize) -> Result<Vec<String>, Wrong> {
        let Some(found) = node.get(key) else { return Ok(Vec::new()) };
        let why = || self.wrong(found.at, format!("`{key}` is a list of up to {most} texts"));
        let Value::List(all) = &found.value else { return Err(why()) };
        let texts: Option<Vec<String>> =
            all.iter().map(|one| one.text().filter(|text| !text.is_empty()).map(str::to_owned)).collect();
        texts.filter(|texts| texts.len() <= most).ok_or_else(why)
    }

    fn id<'a>(&self, node: &'a Node) -> Result<&'a str, Wrong> {
        let id = node.text().unwrap_or_default();
        let is_one = id.split_once('.').is_some_and(|(area, rest)| is_word(area) && is_word(rest));
        if !is_one || id.len() > LONGEST_ID {
            let why = "an id is an area and a name of small letters, digits and dashes, such as `acme.no-print`";
            return Err(self.wrong(node.at, why));
        }
        if (self.is_ours)(id) {
            return Err(self.wrong(node.at, format!("`{id}` is a signal of foliolens; choose another id")));
        }
        Ok(id)
    }

    fn language(&self) -> Result<Language, Wrong> {
        let node = self.required(self.node, "language")?;
        let name = node.text().unwrap_or_default();
        Language::ALL.into_iter().find(|language| language.rule_name() == name).ok_or_else(|| {
            let all: Vec<&str> = Language::ALL.iter().map(|language| language.rule_name()).collect();
            self.wrong(node.at, format!("there is no language `{name}` here; there are {}", all.join(", ")))
        })
    }

    fn signal(&self, id: &str, header: &Node) -> Result<OwnSignal, Wrong> {
        let choice = |key: &str, known: &[&str]| {
            let Some(node) = header.get(key) else { return Ok(0) };
            let said = node.text().map_or_else(|| node.json().to_string(), str::to_owned);
            let found = known.iter().position(|known| *known == said);
            found.ok_or_else(|| self.wrong(node.at, format!("`{key}` is one of {}", known.join(", "))))
        };
        let area = match header.get("area") {
            None => id.split('.').next().unwrap_or_default().to_owned(),
            Some(node) => match node.text().filter(|area| is_word(area) && area.len() <= LONGEST_ID) {
                Some(area) => area.to_owned(),
                None => return Err(self.wrong(node.at, "an area is a word of small letters, digits and dashes")),
            },
        };
        let statement = self.sentence(header, "statement")?;
        Ok(OwnSignal {
            id: id.to_owned(),
            statement: statement.trim_end_matches('.').to_owned(),
            area,
            remedy: self.sentence(header, "remedy")?,
            effort: [Effort::Low, Effort::Medium, Effort::High][choice("effort", &["low", "medium", "high"])?],
            expect: [Expect::None, Expect::Some][choice("expect", &["none", "some"])?],
            in_tests: choice("in_tests", &["false", "true"])? == 1,
            languages: Vec::new(),
            globs: BTreeMap::new(),
        })
    }

    fn globs(&self, key: &str) -> Result<Option<GlobSet>, Wrong> {
        let Some(node) = self.node.get(key) else { return Ok(None) };
        let mut all = GlobSetBuilder::new();
        for (index, glob) in self.texts(self.node, key, MOST_EXAMPLES)?.into_iter().enumerate() {
            let at = if let Value::List(globs) = &node.value { globs[index].at } else { node.at };
            let built = GlobBuilder::new(&glob).literal_separator(true).build();
            all.add(built.map_err(|_| self.wrong(at, format!("`{glob}` is no pattern of paths")))?);
        }
        all.build().map(Some).map_err(|_| self.wrong(node.at, format!("`{key}` is too much at once")))
    }

    fn compiled(&self, id: &str, language: Language, rule: &Node) -> Result<RuleConfig<SupportLang>, Wrong> {
        let mut json = serde_json::json!({"id": id, "language": language.rule_name(), "rule": rule.json()});
        let mut parts = vec![("rule", rule)];
        for key in ["constraints", "utils"] {
            if let Some(node) = self.node.get(key) {
                if node.depth() > DEEPEST {
                    return Err(self.wrong(node.at, format!("`{key}` is nested deeper than {DEEPEST} levels")));
                }
                json[key] = node.json();
                parts.push((key, node));
            }
        }
        // ast-grep says what is wrong with a rule, but not where.
        compiled(&json).map_err(|why| match culprit::unsound(self.node, language) {
            Some((at, why)) => self.wrong(at, why),
            None => {
                let at = culprit::without_which(&json, &parts, &why).unwrap_or(rule.at);
                self.wrong(at, format!("this rule can not be used: {why}"))
            }
        })
    }
}

/// The rule that ast-grep makes of `json`, or what it has against it.
pub(super) fn compiled(json: &serde_json::Value) -> Result<RuleConfig<SupportLang>, String> {
    let config = SerializableRuleConfig::deserialize(json).map_err(|error| one_line(&error))?;
    RuleConfig::try_from(config, &GlobalRules::default()).map_err(|error| one_line(&error))
}

/// An error and its causes.
pub(super) fn one_line(error: &dyn std::error::Error) -> String {
    let mut why = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        why = format!("{} {error}", why.trim_end_matches(':'));
        cause = error.source();
    }
    why.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches('.').to_owned()
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-')
}
