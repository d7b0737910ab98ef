//! Earlier reports: what is read as one, and which of several is about the same repository.

use crate::report::model::{Report, SCHEMA};

/// Why a text is no report to compare with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotComparable {
    /// It is no report in JSON.
    NoReport,
    /// It is one of another version.
    OtherVersion,
}

impl std::fmt::Display for NotComparable {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(match self {
            NotComparable::NoReport => {
                "is no report of foliolens; --compare takes what `foliolens review --format json` has written"
            }
            NotComparable::OtherVersion => {
                "is a report of another version; --compare takes reports of foliolens.report/1, so review the older commit again"
            }
        })
    }
}

/// The reports in `text`: one, or an array of several.
pub fn read(text: &str) -> Result<Vec<Report>, NotComparable> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| NotComparable::NoReport)?;
    let all = match value {
        serde_json::Value::Array(all) => all,
        one => vec![one],
    };
    let report = |value: serde_json::Value| {
        match value.get("schema").and_then(serde_json::Value::as_str) {
            Some(SCHEMA) => {}
            Some(schema) if schema.starts_with("foliolens.report/") => return Err(NotComparable::OtherVersion),
            _ => return Err(NotComparable::NoReport),
        }
        let report: Report = serde_json::from_value(value).map_err(|_| NotComparable::NoReport)?;
        // It is shown, so it has to be what it says.
        let head = &report.repository.head;
        let is_commit = (40..=64).contains(&head.len()) && head.bytes().all(|c| c.is_ascii_hexdigit());
        if is_commit { Ok(report) } else { Err(NotComparable::NoReport) }
    };
    let mut reports: Vec<Report> = all.into_iter().map(report).collect::<Result<_, _>>()?;
    // With what could not be reviewed then nothing can be compared.
    reports.retain(|report| report.failed.is_none());
    if reports.is_empty() { Err(NotComparable::NoReport) } else { Ok(reports) }
}

/// For each of `reports` the one of `earlier` that is about the same repository. One is compared with one where nothing
/// tells them apart. Of several, a first commit tells only where no other has it: forks share theirs, and so does what
/// was begun from one template.
pub fn pairs<'a>(reports: &[Report], earlier: &'a [Report]) -> Vec<Option<&'a Report>> {
    if let ([report], [other]) = (reports, earlier) {
        return vec![report.is_about_the_same(other).unwrap_or(true).then_some(other)];
    }
    let pair = |report: &Report| -> Option<&'a Report> {
        let called = earlier.iter().find(|other| report.is_called_the_same(other) == Some(true));
        if called.is_some() {
            return called;
        }
        let same: Vec<&'a Report> =
            earlier.iter().filter(|other| report.is_about_the_same(other) == Some(true)).collect();
        let [other] = *same.as_slice() else { return None };
        let claim = reports.iter().filter(|report| report.is_about_the_same(other) == Some(true)).count();
        (claim == 1).then_some(other)
    };
    reports.iter().map(pair).collect()
}

impl Report {
    /// Whether both have the same name; nothing where one has none.
    fn is_called_the_same(&self, other: &Report) -> Option<bool> {
        alike(self.repository.name.as_deref(), other.repository.name.as_deref())
    }

    /// Whether both are about the same repository, as far as their names tell, or, where one has none, the commits that
    /// they begin with; nothing where neither tells.
    fn is_about_the_same(&self, other: &Report) -> Option<bool> {
        let root = || alike(self.repository.root.as_deref(), other.repository.root.as_deref());
        self.is_called_the_same(other).or_else(root)
    }
}

fn alike(one: Option<&str>, other: Option<&str>) -> Option<bool> {
    Some(one?.eq_ignore_ascii_case(other?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{self, report};

    #[test]
    fn only_a_report_is_compared_with() {
        let json = |report: &Report| serde_json::to_string(report).expect("JSON");
        let good = json(&report());
        assert_eq!(read(&good).map(|all| all.len()), Ok(1));
        assert_eq!(read(&format!("[{good},{good}]")).map(|all| all.len()), Ok(2));
        for bad in ["", "{}", "[]", "null", "[1]", "{\"schema\": \"foliolens.report/1\"}", "<html>"] {
            assert_eq!(read(bad).err(), Some(NotComparable::NoReport), "{bad}");
        }
        let other = good.replacen("foliolens.report/1", "foliolens.report/2", 1);
        assert_eq!(read(&other).err(), Some(NotComparable::OtherVersion));
        let hostile = good.replacen(&fixture::head().to_string(), "<img src=x>", 1);
        assert_eq!(read(&hostile).err(), Some(NotComparable::NoReport));
    }

    fn known_by(name: Option<&str>, root: Option<&str>) -> Report {
        let mut report = report();
        report.repository.name = name.map(str::to_owned);
        report.repository.root = root.map(str::to_owned);
        report
    }

    #[test]
    fn where_a_name_is_missing_the_first_commit_tells_which_repository_it_is() {
        let (one, other) = (Some("1111"), Some("2222"));
        for (a, b, is_same) in [
            ((None, one), (None, one), true),
            ((None, one), (None, other), false),
            ((None, one), (Some("ana/shop"), other), false),
            ((Some("ana/shop"), one), (Some("Ana/Shop"), other), true),
            ((Some("ana/shop"), one), (Some("ana/blog"), one), false),
            // A shallow clone does not know.
            ((None, None), (None, other), true),
        ] {
            let (now, earlier) = ([known_by(a.0, a.1)], [known_by(b.0, b.1)]);
            assert_eq!(pairs(&now, &earlier)[0].is_some(), is_same, "{a:?} {b:?}");
        }
    }

    #[test]
    fn of_several_a_first_commit_tells_only_where_no_other_has_it() {
        let (none, one, other) = (None, Some("1111"), Some("2222"));
        let (shop, blog) = (Some("ana/shop"), Some("ana/blog"));
        for (now, earlier, expected) in [
            (vec![(none, one), (none, other)], vec![(none, other), (none, one)], vec![Some(1), Some(0)]),
            (vec![(shop, one), (blog, one)], vec![(blog, one), (shop, one)], vec![Some(1), Some(0)]),
            (vec![(none, one), (none, one)], vec![(none, one)], vec![None, None]),
            (vec![(shop, one), (none, one)], vec![(shop, one)], vec![Some(0), None]),
            (vec![(none, one)], vec![(none, one), (none, one)], vec![None]),
            // A shallow clone does not know.
            (vec![(none, none), (none, none)], vec![(none, one)], vec![None, None]),
        ] {
            let reports = |all: &[(Option<&str>, Option<&str>)]| -> Vec<Report> {
                all.iter().map(|(name, root)| known_by(*name, *root)).collect()
            };
            let (before, after) = (reports(&earlier), reports(&now));
            let place = |same: &Report| before.iter().position(|one| std::ptr::eq(one, same));
            let found: Vec<Option<usize>> =
                pairs(&after, &before).into_iter().map(|same| same.and_then(place)).collect();
            assert_eq!(found, expected, "{now:?} {earlier:?}");
        }
    }
}
