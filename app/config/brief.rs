//! What an organisation asks for in a trial: items with a name, each a set of signals.

use foliolens_analyzers::brief::{self, Item};
use foliolens_analyzers::code::own::OwnSignal;

/// Nobody asks for more within a day.
const MOST_ITEMS: usize = 20;
const MOST_SIGNALS: usize = 20;
const LONGEST_NAME: usize = 100;

/// The items, if each has a name and signals; else a sentence that says why not.
pub fn checked(items: Vec<Item>) -> Result<Vec<Item>, String> {
    if items.is_empty() || items.len() > MOST_ITEMS {
        return Err(format!("a brief has 1 to {MOST_ITEMS} items."));
    }
    for (index, item) in items.iter().enumerate() {
        let length = item.name.trim().chars().count();
        if length == 0 || length > LONGEST_NAME || item.name.chars().any(char::is_control) {
            return Err(format!("item {} of the brief needs a name of up to {LONGEST_NAME} characters.", index + 1));
        }
        if item.signals.is_empty() || item.signals.len() > MOST_SIGNALS {
            return Err(format!("`{}` of the brief rests on 1 to {MOST_SIGNALS} signals.", item.name));
        }
    }
    Ok(items)
}

/// The same, if every signal is ours or one of `own`, of the rules in force; else a sentence on the first that is not.
pub fn known(items: Vec<Item>, own: &[OwnSignal]) -> Result<Vec<Item>, String> {
    let mut all: Vec<&str> = brief::signals().collect();
    all.extend(own.iter().map(|signal| &*signal.id));
    let named = items.iter().flat_map(|item| item.signals.iter().map(move |signal| (item, signal)));
    let Some((item, unknown)) = named.into_iter().find(|(_, signal)| !all.contains(&signal.as_str())) else {
        return Ok(items);
    };
    let shown: String = unknown.chars().filter(|c| !c.is_control() && *c != '`').take(60).collect();
    let near = super::nearest(unknown, all);
    let near = near.first().map_or_else(
        || " `foliolens explain` lists them, and a rule of your own is known where `rules` names its file.".to_owned(),
        |near| format!(" Did you mean `{near}`?"),
    );
    Err(format!("`{}` of the brief names `{shown}`, which is no signal.{near}", item.name))
}

#[cfg(test)]
mod tests {
    use foliolens_analyzers::code::own::OwnFile;
    use foliolens_analyzers::own;

    use super::*;

    fn item(name: &str, signals: &[&str]) -> Item {
        Item { name: name.to_owned(), signals: signals.iter().map(|&signal| signal.to_owned()).collect() }
    }

    #[test]
    fn an_unknown_signal_is_named_with_the_nearest_known_one() {
        let items = vec![item("Tests", &["tests.exist", "trial.task"]), item("API", &["api.version"])];
        assert_eq!(
            known(items, &[]),
            Err("`API` of the brief names `api.version`, which is no signal. Did you mean `api.versioned`?".to_owned())
        );
        assert!(known(vec![item("Tests", &["tests.exist", "trial.task"])], &[]).is_ok());
    }

    #[test]
    fn a_signal_of_ones_own_is_known_where_its_rule_is_in_force() {
        let text = "id: acme.no-print\nlanguage: Python\nrule: {pattern: print($$$)}\nmetadata: {statement: It does not print, remedy: Log.}\n";
        let file = OwnFile { name: "rules.yml".to_owned(), text: text.to_owned() };
        let rules = own::read(&[file]).expect("sound");
        assert!(known(vec![item("Logs", &["acme.no-print"])], rules.signals()).is_ok());
        let wrong = known(vec![item("Logs", &["acme.no-prnt"])], rules.signals()).expect_err("unknown");
        assert_eq!(
            wrong,
            "`Logs` of the brief names `acme.no-prnt`, which is no signal. Did you mean `acme.no-print`?"
        );
        let none = known(vec![item("Logs", &["xyzzy.no"])], &[]).expect_err("unknown");
        assert!(none.ends_with("a rule of your own is known where `rules` names its file."), "{none}");
    }

    #[test]
    fn a_brief_without_items_names_or_signals_is_refused() {
        for items in
            [vec![], vec![item("", &["tests.exist"])], vec![item("a", &[])], vec![item("a", &["tests.exist"]); 21]]
        {
            assert!(checked(items).expect_err("refused").ends_with('.'));
        }
    }
}
