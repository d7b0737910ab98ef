//! Rules that an organisation brings: ast-grep's YAML, checked when they are read. They are not run yet.

use ast_grep_config::{GlobalRules, from_yaml_string};
use ast_grep_core::Matcher;
use ast_grep_language::SupportLang;

/// How many rules `text` holds; or why they are unsound, in one line.
pub fn check(text: &str) -> Result<usize, String> {
    let rules = from_yaml_string::<SupportLang>(text, &GlobalRules::default()).map_err(|error| {
        let mut why = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(error) = cause {
            why = format!("{why} {error}");
            cause = error.source();
        }
        why.split_whitespace().collect::<Vec<_>>().join(" ")
    })?;
    match rules.iter().find(|rule| rule.matcher.potential_kinds().is_none()) {
        _ if rules.is_empty() => Err("it holds no rule".to_owned()),
        Some(rule) => Err(format!("{} would be tried on every node; name a kind or a pattern", rule.id)),
        None => Ok(rules.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_rules_are_counted_and_unsound_ones_explained() {
        let sound = "id: no-print\nlanguage: Python\nrule:\n  pattern: print($$$A)\n";
        assert_eq!(check(sound), Ok(1));
        assert_eq!(check(&format!("{sound}---\n{}", sound.replace("no-print", "other"))), Ok(2));
        for text in ["", "id: x", "id: x\nlanguage: Klingon\nrule: {pattern: a}", "rule: [", "&a [*a]"] {
            let why = check(text).expect_err(text);
            assert!(!why.contains('\n') && !why.is_empty(), "{text}: {why}");
        }
        assert!(check(&sound.replace("pattern: print($$$A)", "kind: no_such_kind")).is_err());
    }
}
