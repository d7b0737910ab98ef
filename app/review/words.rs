//! `templates/comments.toml`: what the app says on GitHub besides the report.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::report::escape;

macro_rules! sentences {
    ($($name:ident),* $(,)?) => {
        /// The sentences, by name.
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(missing_docs, reason = "each is named as in the file, which is where it is to be read")]
        pub struct Words {
            $(pub $name: String,)*
        }
    };
}
sentences!(
    reviewing,
    failed,
    broken,
    one_broken,
    cancelled,
    rights,
    check_rights,
    full,
    gone,
    forgotten,
    opted_out,
    not_found,
    template_failed,
    template_unused,
    not_public,
    public_forbidden,
    empty_portfolio,
    too_large,
    object_too_large,
    too_many,
    too_slow,
    too_much,
    limit_person,
    limit_installation,
    unknown,
    strange,
    no_signal,
    strange_signal,
    nothing_to_cancel,
    cancel_asked,
    status_idle,
    status_queued,
    status_running,
    status_retrying,
    forget_denied,
    forget_done,
    forget_remarks,
    forget_missed,
    help,
    config,
    rules_run,
);

/// The sentences.
pub fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        toml::from_str(include_str!("../../templates/comments.toml")).expect("the file is part of the program")
    })
}

/// Characters of what somebody wrote and nobody understands.
const LONGEST_WORD: usize = 100;

/// `sentence` with its words in braces filled in, each escaped.
pub fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    values.iter().fold(sentence.trim_end().to_owned(), |text, (name, value)| {
        let value = match *name {
            // They stand in a code span.
            "word" | "nearest" => escape::terminal(value).replace('`', "").chars().take(LONGEST_WORD).collect(),
            _ => escape::markdown(value),
        };
        text.replace(&format!("{{{name}}}"), &value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_can_not_mention_or_link() {
        let said = fill(&words().failed, &[("target", "@ana/x#1"), ("reason", "<img src=x> https://x.y")]);
        assert!(!said.contains("@ana") && !said.contains("<img") && !said.contains("https://x"), "{said}");
        assert!(fill(&words().unknown, &[("word", "a`b"), ("nearest", "help")]).contains("`ab`"));
        let said = fill(&words().unknown, &[("word", &"\u{202E}evil".repeat(100)), ("nearest", "help")]);
        assert!(!said.contains('\u{202E}') && said.chars().count() < 400, "{said}");
    }
}
