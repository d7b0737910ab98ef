//! Names that stand in the pages of a documentation's site, which the README need not link to one by one, and those that
//! only a compose file reads, which any page may explain beside it.

use std::collections::BTreeMap;

use super::files::is_compose;
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
    let is_page = |path: &str| [".md", ".rst", ".adoc"].iter().any(|end| path.to_ascii_lowercase().ends_with(end));
    let is_of_compose = |variable: &Variable| variable.places.iter().all(|spot| is_compose(&spot.path));
    let pages = repo.tree().own_texts().map(|(page, text)| (page, text, paths::is_documentation(&page.path)));
    let pages = pages.filter(|(page, _, is_of_site)| *is_of_site || is_page(&page.path)).take(MOST_PAGES);
    for (page, text, is_of_site) in pages {
        let wanting = found.iter_mut().filter(|(_, variable)| variable.documented.is_none());
        for (name, variable) in wanting.filter(|(_, variable)| is_of_site || is_of_compose(variable)) {
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
