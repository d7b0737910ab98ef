//! `templates/questions.toml`: the sentences of the interview kit. Same repository, same questions.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use foliolens_analyzers::interview::Prompt;
use serde::Deserialize;

use super::model::{Place, Question};

/// What is asked on one topic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    topic: String,
    strong: String,
    weak: String,
    asks: BTreeMap<String, String>,
}

/// The question that `prompt` stands for, asked of `places`; `None` when there are no words for it.
pub(super) fn question(prompt: &Prompt, places: Vec<Place>) -> Option<Question> {
    let (topic, variant) = prompt.id.split_once('.')?;
    let topic = topics().get(topic)?;
    let ask = fill(topic.asks.get(variant)?, &prompt.names);
    Some(Question { topic: topic.topic.clone(), ask, strong: topic.strong.clone(), weak: topic.weak.clone(), places })
}

fn topics() -> &'static BTreeMap<String, Topic> {
    static TOPICS: OnceLock<BTreeMap<String, Topic>> = OnceLock::new();
    TOPICS.get_or_init(|| {
        toml::from_str(include_str!("../../templates/questions.toml")).expect("questions.toml is read by every test")
    })
}

/// What stands in braces, filled in at once: what is filled in is never looked at again.
fn fill(sentence: &str, names: &BTreeMap<&'static str, String>) -> String {
    let mut filled = String::with_capacity(sentence.len());
    let mut rest = sentence;
    while let Some((before, name, after)) =
        rest.split_once('{').and_then(|(before, rest)| rest.split_once('}').map(|(name, after)| (before, name, after)))
    {
        filled.push_str(before);
        // A backtick would end the code that it stands in.
        filled.push_str(&names.get(name).map_or(String::new(), |value| value.replace('`', "'")));
        rest = after;
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use foliolens_analyzers::interview::IDS;

    fn prompt(id: &'static str, names: &[(&'static str, &str)]) -> Prompt {
        let names = names.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Prompt { id, names, places: Vec::new() }
    }

    #[test]
    fn every_question_has_words_and_every_word_a_question() {
        for id in IDS {
            assert!(question(&prompt(id, &[]), Vec::new()).is_some(), "{id} has no words in templates/questions.toml");
        }
        let written: usize = topics().values().map(|topic| topic.asks.len()).sum();
        assert_eq!(written, IDS.len(), "templates/questions.toml has a question that is never asked");
    }

    #[test]
    fn what_is_named_is_filled_in_once_and_stays_within_its_code() {
        let names = [("column", "a`b"), ("table", "{column}")];
        let asked = question(&prompt("tenants.owner", &names), Vec::new()).expect("a question").ask;
        assert!(asked.starts_with("The column `a'b` of the table `{column}` says"), "{asked}");
    }

    #[test]
    fn what_answers_tell_is_as_short_as_a_glance() {
        for topic in topics().values() {
            for text in [&topic.strong, &topic.weak] {
                assert!(text.len() < 340, "{}: {text}", topic.topic);
            }
        }
    }
}
