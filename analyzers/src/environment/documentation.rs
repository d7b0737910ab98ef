//! Names that stand in the pages of a documentation's site, which the README need not link to one by one, and those that
//! only a compose file reads, which any page may explain beside it.

use std::collections::{BTreeMap, HashMap};

use super::files::is_compose;
use super::{Spot, Variable};
use crate::Snapshot;
use crate::paths;

/// Notes the first line of a page that names each variable that nothing has named yet.
pub(super) fn document(repo: &Snapshot, found: &mut BTreeMap<String, Variable>) {
    if found.values().all(|variable| variable.documented.is_some()) {
        return;
    }
    let is_page = |path: &str| [".md", ".rst", ".adoc"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
    let is_of_compose = |variable: &Variable| variable.places.iter().all(|spot| is_compose(&spot.path));
    let pages = repo.tree().own_texts().map(|(page, text)| (page, text, paths::is_documentation(&page.path)));
    let mut wanting: HashMap<String, &mut Variable> = found
        .iter_mut()
        .filter(|(_, variable)| variable.documented.is_none())
        .map(|(name, variable)| (name.clone(), variable))
        .collect();
    for (page, text, is_of_site) in pages.filter(|(page, _, is_of_site)| *is_of_site || is_page(&page.path)) {
        let (mut line, mut counted) = (1, 0);
        for (at, name) in names(text) {
            if wanting.get(name).is_none_or(|variable| !is_of_site && !is_of_compose(variable)) {
                continue;
            }
            line += text[counted..at].bytes().filter(|byte| *byte == b'\n').count() as u32;
            counted = at;
            if let Some(variable) = wanting.remove(name) {
                variable.documented = Some(Spot { path: page.path.clone(), line });
            }
        }
    }
}

/// Whatever in `text` may be the whole name of a variable, and where it begins: a word, or several with dots and the like
/// between them.
fn names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    const MOST_WORDS: usize = 16;
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_start = move |(at, c): &(usize, char)| is_part(*c) && !text[..*at].ends_with(is_part);
    text.char_indices().filter(is_start).flat_map(move |(at, _)| {
        let rest = &text[at..];
        let mut end = 0;
        let longer = std::iter::from_fn(move || {
            let more = rest[end..].trim_start_matches(['.', ':', '-']);
            let word = more.len() - more.trim_start_matches(is_part).len();
            end = rest.len() - more.len() + word;
            (word > 0).then(|| (at, &rest[..end]))
        });
        longer.take(MOST_WORDS)
    })
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

    #[test]
    fn the_last_of_very_many_pages_is_read_as_the_first() {
        let page = |fixture: Fixture, index: usize| fixture.file(&format!("docs/{index:04}.md"), "# Page\n\n`OTHER`\n");
        let repo = (0..300)
            .fold(Fixture::new(), page)
            .file("app.py", "import os\na = os.environ['SHOP_URL']\n")
            .file("docs/zz.md", "# Options\n\nSet (shop.SHOP_URL)\n")
            .snapshot();
        let of = Environment::of(&repo);
        assert_eq!(of.missing().count(), 0);
    }

    #[test]
    fn any_page_documents_what_only_a_compose_file_reads() {
        let missing = |path: &str, text: &str| {
            let repo = Fixture::new()
                .file(path, text)
                .file("README.md", "# A\n")
                .file("ops/servers.md", "# Servers\n\nPut the path into SHOP_CERT.\n");
            Environment::of(&repo.snapshot()).missing().count()
        };
        let compose = "services:\n  a:\n    image: nginx\n    volumes:\n      - ${SHOP_CERT}:/cert\n";
        assert_eq!(missing("docker-compose.servers.yml", compose), 0);
        assert_eq!(missing("app.py", "import os\na = os.environ['SHOP_CERT']\n"), 1);
    }
}
