//! `templates/comments.toml`: what the app says on GitHub besides the report.

use std::sync::OnceLock;

use serde::Deserialize;

use crate::report::Markdown;
use crate::report::safe::{Value, filled};

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
    moved,
    kept_no_longer,
    one_broken,
    cancelled,
    rights,
    check_rights,
    more_remarks,
    full,
    gone,
    forgotten,
    forgotten_meanwhile,
    opted_out,
    not_found,
    sign_in,
    renamed,
    template_failed,
    template_unused,
    read_by_everybody,
    public_forbidden,
    settings_forbidden,
    empty_portfolio,
    empty_portfolio_so_far,
    rest_of_portfolio,
    portfolio_is_cut,
    more_targets,
    too_many_targets,
    too_large,
    object_too_large,
    too_many,
    clone_too_slow,
    too_slow,
    too_much,
    limit_person,
    limit_person_left,
    limit_installation,
    limit_installation_left,
    check_person,
    check_installation,
    check_permission,
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
    config_row,
    config_wrong,
    rules_run,
);

/// The sentences.
pub fn words() -> &'static Words {
    static WORDS: OnceLock<Words> = OnceLock::new();
    WORDS.get_or_init(|| {
        toml::from_str(include_str!("../../templates/comments.toml")).expect("the file is part of the program")
    })
}

/// `sentence` with its words in braces filled in, as they are: for what is escaped where it is shown.
pub fn plain(sentence: &str, values: &[(&str, &str)]) -> String {
    filled(sentence, |name| values.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
}

/// `sentence` with its words in braces filled in, each escaped.
pub fn fill(sentence: &'static str, values: &[(&str, &str)]) -> Markdown {
    let values: Vec<(&str, Value)> = values.iter().map(|(name, value)| (*name, Value::Text(value))).collect();
    Markdown::fill(sentence, &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_filled_in_can_not_mention_or_link() {
        let said = fill(&words().failed, &[("target", "@ana/x#1"), ("reason", "<img src=x> https://x.y")]);
        let said = said.as_str();
        assert!(!said.contains("@ana") && !said.contains("<img") && !said.contains("https://x"), "{said}");
        assert_eq!(
            plain(&words().template_failed, &[("target", "a/b_c"), ("reason", "gone")]),
            "its template a/b_c can not be looked at: gone"
        );
    }
}
