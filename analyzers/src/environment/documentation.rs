//! Names that stand in the pages of a documentation's site, which the README need not link to one by one.

use std::collections::BTreeMap;

use super::{Spot, Variable};
use crate::Snapshot;
use crate::paths;

/// So many pages are looked through.
const MOST_PAGES: usize = 200;

/// Notes the first line of a page that names each variable that nothing has named yet.
pub(super) fn document(repo: &Snapshot, found: &mut BTreeMap<String, Variable>) {
    if found.values().all(|variable| variable.documented.is_some()) {
        return;
    }
    let pages = repo.tree().own_texts().filter(|(file, _)| paths::is_documentation(&file.path)).take(MOST_PAGES);
    for (page, text) in pages {
        for (name, variable) in found.iter_mut().filter(|(_, variable)| variable.documented.is_none()) {
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
            let named = text
                .match_indices(name.as_str())
                .find(|(at, _)| !text[..*at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part));
            if let Some((at, _)) = named {
                let line = text[..at].bytes().filter(|byte| *byte == b'\n').count() as u32 + 1;
                variable.documented = Some(Spot { path: page.path.clone(), line });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Environment;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_page_of_the_documentation_documents_a_variable_by_its_whole_name() {
        let repo = Fixture::new()
            .file("app.py", "import os\na = os.environ['SHOP_URL']\nb = os.environ['SHOP']\n")
            .file("site/docs/options.md", "# Options\n\n## `SHOP_URL`\n")
            .snapshot();
        let missing: Vec<&str> = Environment::of(&repo).missing().map(|variable| &*variable.name).collect();
        assert_eq!(missing, ["SHOP"]);
    }
}
