//! Whether a framework's key in settings that others build on is replaced in production.

use super::place::{self, Class};
use crate::Snapshot;
use crate::snapshot::paths;

/// Whether another module of the same folder takes over everything from the settings at `path` and gives the key a value
/// that is not written down there: `from .base import *` and `SECRET_KEY = os.environ["SECRET_KEY"]`.
pub(super) fn is_replaced(repo: &Snapshot, path: &str) -> bool {
    let Some(module) = paths::name(path).strip_suffix(".py") else { return false };
    let takes_over = format!(".{module} import *");
    repo.tree()
        .own_texts()
        .filter(|(file, _)| file.path != path && file.path.ends_with(".py"))
        .filter(|(file, _)| paths::folder(&file.path) == paths::folder(path))
        .filter(|(file, _)| !place::is_for_development(&file.path) && place::class(&file.path).0 == Class::Production)
        .any(|(_, text)| {
            text.lines().any(|line| line.contains(&takes_over)) && text.lines().any(gives_a_value_from_elsewhere)
        })
}

fn gives_a_value_from_elsewhere(line: &str) -> bool {
    let value = line.trim_start().strip_prefix("SECRET_KEY").and_then(|rest| rest.trim_start().strip_prefix('='));
    value.is_some_and(|value| !value.trim_start().starts_with(['"', '\'', '=']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn settings_for_production_replace_the_key_that_they_take_over() {
        let replaced = |name: &str, text: &str| {
            let repo = Fixture::new().file("shop/settings/base.py", "").file(name, text).snapshot();
            is_replaced(&repo, "shop/settings/base.py")
        };
        let from_elsewhere = "from .base import *\nSECRET_KEY = os.environ['KEY']\n";
        assert!(replaced("shop/settings/prod.py", from_elsewhere));
        assert!(!replaced("shop/settings/dev.py", from_elsewhere));
        assert!(!replaced("shop/settings/prod.py", "from .base import *\nSECRET_KEY = 'written down'\n"));
        assert!(!replaced("shop/settings/prod.py", "SECRET_KEY = os.environ['KEY']\n"));
        assert!(!replaced("other/prod.py", from_elsewhere));
    }
}
