//! What an organisation asks for in a trial: items with a name, each a set of signals.

use foliolens_analyzers::brief::{self, Item};

/// Nobody asks for more within a day.
const MOST_ITEMS: usize = 20;
const MOST_SIGNALS: usize = 20;
const LONGEST_NAME: usize = 100;

/// The items, if they can be checked; else a sentence that says why not.
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
        if let Some(unknown) = item.signals.iter().find(|signal| !brief::signals().any(|known| known == **signal)) {
            let shown: String = unknown.chars().filter(|c| !c.is_control() && *c != '`').take(60).collect();
            let near = super::nearest(unknown, brief::signals());
            let near = near.first().map_or_else(
                || " `foliolens explain` lists them.".to_owned(),
                |near| format!(" Did you mean `{near}`?"),
            );
            return Err(format!("`{}` of the brief names `{shown}`, which is no signal.{near}", item.name));
        }
    }
    Ok(items)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(name: &str, signals: &[&str]) -> Item {
        Item { name: name.to_owned(), signals: signals.iter().map(|&signal| signal.to_owned()).collect() }
    }

    #[test]
    fn an_unknown_signal_is_named_with_the_nearest_known_one() {
        let items = vec![item("Tests", &["tests.exist", "trial.task"]), item("API", &["api.version"])];
        assert_eq!(
            checked(items),
            Err("`API` of the brief names `api.version`, which is no signal. Did you mean `api.versioned`?".to_owned())
        );
        assert!(checked(vec![item("Tests", &["tests.exist", "trial.task"])]).is_ok());
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
