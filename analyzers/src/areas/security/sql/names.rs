//! Names in expressions, parameters and assignments.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::expression;
use crate::code::{CodeMatch, Language};

static WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"[.>:$@]?[\w$]+\(?"));

/// The names that an expression begins with: no members, no callees, no types.
pub(super) fn names(source: &str) -> Vec<&str> {
    WORD.find_iter(source)
        .map(|word| word.as_str())
        .filter(|word| !word.starts_with(['.', '>', ':']) && !word.ends_with('('))
        .map(|word| word.trim_start_matches('@'))
        .filter(|word| word.starts_with(|c: char| c.is_lowercase() || c == '_' || c == '$'))
        .filter(|word| {
            !matches!(
                *word,
                "new"
                    | "await"
                    | "or"
                    | "and"
                    | "not"
                    | "if"
                    | "else"
                    | "mut"
                    | "ref"
                    | "let"
                    | "const"
                    | "err"
                    | "nil"
                    | "null"
                    | "true"
                    | "false"
            )
        })
        .collect()
}

/// Whether it is a name and nothing else.
pub(super) fn is_name(source: &str) -> bool {
    !source.is_empty() && source.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

/// Whether a parameter is called `name`.
pub(super) fn declares(parameter: &str, name: &str, language: Language) -> bool {
    let left = parameter.split(" = ").next().unwrap_or(parameter);
    match language {
        Language::Java | Language::CSharp => left.split_whitespace().last() == Some(name),
        Language::Go => left.split_whitespace().next() == Some(name),
        Language::Php => left.split_whitespace().last() == Some(name),
        _ => names(left.split(": ").next().unwrap_or(left)).contains(&name),
    }
}

/// The type of a parameter, as far as it is said: neither its name, nor what it is called in an address.
pub(super) fn kind_of(parameter: &str, language: Language) -> String {
    let bare = expression::without_strings(parameter);
    let left = bare.split(" = ").next().unwrap_or_default().trim();
    let kind = match language {
        Language::Java | Language::CSharp | Language::Php => {
            left.rsplit_once(char::is_whitespace).map(|(kind, _)| kind)
        }
        Language::Go => left.split_once(char::is_whitespace).map(|(_, kind)| kind),
        _ => left.split_once(':').map(|(_, kind)| kind),
    };
    kind.unwrap_or_default().to_owned()
}

/// Whether an assignment is to a member of `name` (`filter.page = 1`), and not to it.
pub(super) fn sets_member(assignment: &CodeMatch, name: &str) -> bool {
    let rest = assignment.var("NAME").and_then(|target| target.trim_start_matches('&').strip_prefix(name));
    rest.is_some_and(|rest| rest.starts_with(['.', '[']) || rest.starts_with("->"))
}
