//! Settings that say which answer an error of the program gets.

use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// Where API Platform is told so of the program's own exceptions: `exception_to_status: { App\Missing: 404 }`.
pub(super) fn of_symfony(repo: &Snapshot) -> Option<Place> {
    const LIST: &str = "exception_to_status:";
    let files = repo.tree().own_texts().filter(|(file, text)| {
        (file.path.ends_with(".yaml") || file.path.ends_with(".yml"))
            && file.path.contains("config/")
            && !is_aside(&file.path)
            && text.contains(LIST)
    });
    files.into_iter().find_map(|(file, text)| {
        let start = text.lines().position(|line| line.trim_start().starts_with(LIST))?;
        let indent = |line: &str| line.len() - line.trim_start().len();
        let mut lines = text.lines().skip(start);
        let head = lines.next()?;
        let mut entries = lines.take_while(|line| line.trim().is_empty() || indent(line) > indent(head));
        let is_own = |line: &str| {
            let class = line.trim_start().trim_start_matches(['\'', '"', '\\']);
            // What the framework throws has its answer anyway.
            let others = ["Symfony\\", "ApiPlatform\\", "Doctrine\\"];
            class.contains('\\') && !class.starts_with('#') && !others.iter().any(|other| class.starts_with(other))
        };
        let line = start as u32 + 1;
        entries.any(is_own).then(|| Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn statuses_of_the_programs_own_exceptions() {
        let of = |entry: &str| {
            let settings =
                format!("api_platform:\n    exception_to_status:\n        {entry}\n    other:\n        App\\A: 1\n");
            let repo = Fixture::new().file("config/packages/api_platform.yaml", &settings).snapshot();
            of_symfony(&repo).and_then(|place| place.lines)
        };
        assert_eq!(of("\\App\\Missing: 404"), Some((2, 2)));
        assert_eq!(of("'App\\Missing': 404"), Some((2, 2)));
        assert_eq!(of("Symfony\\Missing: 404"), None);
        assert_eq!(of("# App\\Missing: 404"), None);
    }
}
