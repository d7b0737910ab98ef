//! Rules of one language, each made ready when a file is first seen that it has a chance in: making one takes a tenth
//! of a millisecond, and of hundreds most repositories need a few dozen.

use std::ops::ControlFlow;
use std::sync::{LazyLock, OnceLock};

use ast_grep_config::{GlobalRules, RuleConfig, from_yaml_string};
use ast_grep_core::matcher::Matcher;
use ast_grep_language::SupportLang;

use super::Language;
use super::shipped::Document;
use crate::keywords::Keywords;

/// Words of fewer bytes are looked for by themselves.
const SHORTEST: usize = 2;

/// The rules of one language.
pub(super) struct RuleSet {
    rules: Vec<Rule>,
    /// Rules that need no word.
    always: Vec<usize>,
    keywords: Keywords,
    /// By keyword: as it is written.
    words: Vec<String>,
    /// By keyword: the rules that need it.
    keyword_rules: Vec<Vec<usize>>,
    /// Words that are too short for keywords, each with a rule that needs it.
    short: Vec<(String, usize)>,
}

/// The rules that have a chance in one file, by the syntax kind of what they match.
#[derive(Default)]
pub(super) struct Active<'rules> {
    by_kind: Vec<Vec<&'rules RuleConfig<SupportLang>>>,
}

impl<'rules> Active<'rules> {
    /// Whether no rule has a chance, so that the file need not be parsed at all.
    pub(super) fn is_empty(&self) -> bool {
        self.by_kind.is_empty()
    }

    /// The rules that can match a node of that kind.
    pub(super) fn asked_of(&self, kind: u16) -> &[&'rules RuleConfig<SupportLang>] {
        self.by_kind.get(usize::from(kind)).map_or(&[], Vec::as_slice)
    }
}

struct Rule {
    /// Whether it is for tests and examples, too.
    runs_aside: bool,
    ready: LazyLock<Ready, Box<dyn FnOnce() -> Ready + Send>>,
}

struct Ready {
    config: RuleConfig<SupportLang>,
    /// The syntax kinds of nodes that it can match.
    kinds: Vec<usize>,
}

impl Ready {
    fn of(config: RuleConfig<SupportLang>) -> Self {
        let kinds =
            config.matcher.potential_kinds().expect("a rule that can match any kind of node is refused by ast-grep");
        let kinds = kinds.iter().collect();
        Ready { config, kinds }
    }

    fn read(path: &str, text: &str) -> Self {
        let mut read = from_yaml_string::<SupportLang>(text, &GlobalRules::default())
            .unwrap_or_else(|error| panic!("the rules are checked by a test: {path}: {error:?}"));
        Ready::of(read.swap_remove(0))
    }
}

impl RuleSet {
    /// The shipped rules of `language`; listed once.
    pub(super) fn of(language: Language) -> &'static RuleSet {
        static SETS: [OnceLock<RuleSet>; Language::ALL.len()] = [const { OnceLock::new() }; Language::ALL.len()];
        SETS[language as usize].get_or_init(|| {
            Self::assemble(Document::all_of(language).map(|document| {
                let (needs, runs_aside) = (document.needs(), document.runs_aside());
                let ready = move || Ready::read(document.path, &document.rule());
                (Rule { runs_aside, ready: LazyLock::new(Box::new(ready)) }, needs)
            }))
        })
    }

    /// Rules that somebody else brings, each with the words that it needs. They run on tests and examples, too.
    pub(super) fn brought(rules: Vec<(RuleConfig<SupportLang>, Vec<String>)>) -> Self {
        Self::assemble(rules.into_iter().map(|(config, needs)| {
            let ready = LazyLock::new(Box::new(|| Ready::of(config)) as Box<_>);
            (Rule { runs_aside: true, ready }, needs)
        }))
    }

    /// Which rules have a chance in `text`, of a file that `is_aside` if it is of a test or an example.
    pub(super) fn active(&self, text: &str, is_aside: bool) -> Active<'_> {
        let mut active = vec![false; self.rules.len()];
        let short = self.short.iter().filter(|(word, _)| text.contains(word.as_str()));
        for &rule in self.always.iter().chain(short.map(|(_, rule)| rule)) {
            active[rule] = true;
        }
        let mut seen = vec![false; self.keyword_rules.len()];
        self.keywords.each(text.as_bytes(), |start, keyword| {
            if !seen[keyword] && text[start..].starts_with(&self.words[keyword]) {
                seen[keyword] = true;
                for &rule in &self.keyword_rules[keyword] {
                    active[rule] = true;
                }
            }
            ControlFlow::Continue(())
        });
        let active = || {
            let all = self.rules.iter().zip(&active);
            all.filter(|(rule, active)| **active && (rule.runs_aside || !is_aside)).map(|(rule, _)| &*rule.ready)
        };
        let most = active().flat_map(|rule| &rule.kinds).max().map_or(0, |most| most + 1);
        let mut by_kind: Vec<Vec<&RuleConfig<SupportLang>>> = vec![Vec::new(); most];
        for rule in active() {
            for &kind in &rule.kinds {
                by_kind[kind].push(&rule.config);
            }
        }
        Active { by_kind }
    }

    /// Sorts rules of one language by the words that they need.
    fn assemble(all: impl IntoIterator<Item = (Rule, Vec<String>)>) -> Self {
        let mut rules: Vec<Rule> = Vec::new();
        let mut always = Vec::new();
        let mut short = Vec::new();
        let mut words: Vec<String> = Vec::new();
        let mut keyword_rules: Vec<Vec<usize>> = Vec::new();
        for (rule, needs) in all {
            let index = rules.len();
            rules.push(rule);
            if needs.is_empty() {
                always.push(index);
            }
            let (keywords, few): (Vec<_>, Vec<_>) = needs.into_iter().partition(|word| word.len() >= SHORTEST);
            short.extend(few.into_iter().map(|word| (word, index)));
            for keyword in keywords {
                let position = words.iter().position(|known| *known == keyword).unwrap_or_else(|| {
                    words.push(keyword);
                    keyword_rules.push(Vec::new());
                    words.len() - 1
                });
                keyword_rules[position].push(index);
            }
        }
        let keywords = Keywords::of(words.iter().map(String::as_str));
        RuleSet { rules, always, keywords, words, keyword_rules, short }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Which of rules that need these words have a chance in `text`.
    fn chances(needs: &[&[&str]], text: &str) -> Vec<bool> {
        let rule = "id: a\nlanguage: php\nrule: { kind: program }\n";
        needs
            .iter()
            .map(|needs| {
                let config = from_yaml_string(rule, &GlobalRules::default()).expect("a rule").swap_remove(0);
                let needs = needs.iter().map(|word| (*word).to_owned()).collect();
                !RuleSet::brought(vec![(config, needs)]).active(text, false).is_empty()
            })
            .collect()
    }

    #[test]
    fn a_rule_has_a_chance_where_a_word_that_it_needs_stands_in_its_case() {
        let needs: &[&[&str]] = &[&["catch", "@"], &["Catch"], &["cat", "dog"], &["x"], &[]];
        assert_eq!(chances(needs, "try { } catch (E $e) { }"), [true, false, true, false, true]);
        assert_eq!(chances(needs, "@unlink($file);"), [true, false, false, false, true]);
        assert_eq!(chances(needs, "unlink($file);"), [false, false, false, false, true]);
    }
}
