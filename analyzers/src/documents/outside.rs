//! Lines of code that are typed in another repository: `cd ../infrastructure && ./bootstrap.sh`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::Document;
use super::pattern::pattern;
use super::project::Project;

/// The lines of `document` that go into a folder beside the repository, and those of the same block that follow.
pub(super) fn lines(document: &Document, project: &Project<'_>) -> BTreeSet<u32> {
    static GOES: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bcd\s+(?P<path>[^\s;&|`]+)"));
    let mut outside = BTreeSet::new();
    let (mut is_outside, mut last) = (false, 0);
    for line in &document.code {
        is_outside &= line.starts && line.line <= last + 1;
        last = line.line;
        if let Some(path) = GOES.captures_iter(&line.text).last().and_then(|found| found.name("path")) {
            let beside = path.as_str().strip_prefix("../").map(|rest| rest.trim_start_matches("../"));
            let folder = beside.map(|rest| rest.split('/').next().unwrap_or_default());
            is_outside = folder.is_some_and(|folder| !folder.is_empty() && !project.has_file(folder));
        }
        if is_outside {
            outside.insert(line.line);
        }
    }
    outside
}

#[cfg(test)]
mod tests {
    use crate::documents::Documents;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn what_another_repository_has_is_not_missed_here() {
        let missing = |block: &str| {
            let repo = Fixture::new().file("web/app.js", "").file("README.md", &format!("# A\n\n```\n{block}\n```\n"));
            let repo = repo.snapshot();
            Documents::of(&repo).commands().filter(|(_, command)| command.missing.is_some()).count()
        };
        assert_eq!(missing("cd ../infrastructure/local && ./up.sh"), 0);
        assert_eq!(missing("cd ../infrastructure\n./up.sh"), 0);
        assert_eq!(missing("cd ../web && ./up.sh"), 1);
        assert_eq!(missing("cd ../infrastructure\ncd ../web\n./up.sh"), 1);
        assert_eq!(missing("./up.sh"), 1);
    }
}
