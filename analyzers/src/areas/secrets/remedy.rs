//! What to do about credentials that were found: revoke, then rewrite, with the commands. Never with a value.

use std::collections::{BTreeMap, BTreeSet};

use super::place;
use super::spot::Within;
use super::traces::Trace;
use crate::secrets::{self, Rule};

/// So many providers' steps, and so many paths, a person can take in.
const MOST: usize = 4;

pub(super) fn of(live: &[&Trace]) -> String {
    format!(
        "Make it worthless first: whoever has a copy of the repository has it. {} Then keep it outside of the code (in \
         the environment). Only then rewrite the history, in a fresh clone: {}; then `git remote add origin ADDRESS && \
         git push --force --all && git push --force --tags`, and ask everybody to clone again.",
        revocations(live.iter().filter_map(|trace| secrets::rule(trace.rule))),
        rewrite(live).join("; ")
    )
}

/// What to do first with each kind, in sentences that can be told apart: whose key it is says where "the provider's
/// settings" are.
fn revocations<'rule>(found: impl Iterator<Item = &'rule Rule>) -> String {
    let mut steps: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for rule in found {
        steps.entry((&rule.provider, &rule.revoke)).or_default().insert(&rule.name);
    }
    if let (1, Some(((_, revoke), _))) = (steps.len(), steps.first_key_value()) {
        return (*revoke).to_owned();
    }
    let more = match steps.len().saturating_sub(MOST) {
        0 => String::new(),
        1 => " The same goes for 1 more kind.".to_owned(),
        more => format!(" The same goes for {more} more kinds."),
    };
    let said = |((_, revoke), names): (&(&str, &str), &BTreeSet<&str>)| {
        format!("For {}: {revoke}", names.iter().copied().collect::<Vec<_>>().join(" or "))
    };
    steps.iter().take(MOST).map(said).collect::<Vec<_>>().join(" ") + &more
}

/// The commands for where the values stand.
fn rewrite(live: &[&Trace]) -> Vec<String> {
    let has = |within: &[Within]| live.iter().any(|trace| within.contains(&trace.within));
    let is_whole = |trace: &&&Trace| trace.within == Within::File && place::is_environment_file(&trace.path);
    let mut commands = Vec::new();
    let whole: Vec<String> = live.iter().filter(is_whole).map(|trace| quoted(&trace.path)).collect();
    if let Some(paths) = listed(whole, " --path ") {
        commands.push(format!("`git filter-repo --invert-paths --path {paths}` takes files out that are best gone"));
    }
    let texts = [
        (has(&[Within::File]), " --replace-text ../values.txt"),
        (has(&[Within::Message, Within::Tag]), " --replace-message ../values.txt"),
    ];
    let options: String = texts.iter().filter(|(is_there, _)| *is_there).map(|(_, option)| *option).collect();
    if !options.is_empty() {
        commands.push(format!(
            "`git filter-repo{options}`, where values.txt, outside of the repository, has each value on a line of its own"
        ));
    }
    if has(&[Within::PathName]) {
        commands.push("`git filter-repo --path-rename OLD:NEW` for the files whose names hold it".to_owned());
    }
    if has(&[Within::Person]) {
        commands.push("`git filter-repo --mailmap ../mailmap` for the authors".to_owned());
    }
    if has(&[Within::RefName, Within::Tag]) {
        commands.push("`git push origin --delete NAME` for the branches and tags that hold it".to_owned());
    }
    commands
}

/// As one word of a shell.
fn quoted(path: &str) -> String {
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-+@".contains(&byte));
    if is_plain && !path.starts_with('-') { path.to_owned() } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

fn listed(mut paths: Vec<String>, between: &str) -> Option<String> {
    paths.sort();
    paths.dedup();
    paths.truncate(MOST);
    (!paths.is_empty()).then(|| paths.join(between))
}

#[cfg(test)]
mod tests {
    use super::{quoted, revocations};
    use crate::secrets::rule;

    fn of(ids: &[&str]) -> String {
        revocations(ids.iter().filter_map(|id| rule(id)))
    }

    #[test]
    fn each_kind_has_a_sentence_of_its_own_that_says_whose_it_is() {
        let alone = of(&["postman-key"]);
        assert_eq!(alone, rule("postman-key").map(|rule| rule.revoke.clone()).unwrap_or_default());
        // Both say "the provider's settings".
        let two = of(&["postman-key", "figma-token", "postman-key"]);
        assert_eq!(two.matches("For ").count(), 2, "{two}");
        assert!(two.contains("For a Postman key: ") && two.contains("For a Figma"), "{two}");
        let many = of(&["postman-key", "stripe-live-key", "slack-token", "github-token", "npm-token", "sendgrid-key"]);
        assert!(many.matches("For ").count() == 4 && many.ends_with("The same goes for 2 more kinds."), "{many}");
        let of_one = of(&["github-token", "github-fine-grained-token", "npm-token"]);
        assert!(of_one.contains("For a GitHub token or a fine-grained GitHub token: "), "{of_one}");
    }

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        assert_eq!(quoted("api/.env"), "api/.env");
        assert_eq!(quoted("a b/it's.env"), r"'a b/it'\''s.env'");
        assert_eq!(quoted("-rf"), "'-rf'");
    }
}
