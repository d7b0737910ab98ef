//! Tables that are declared in a form that is not read here.

use super::engine;
use super::schema::Schema;
use crate::Snapshot;
use crate::areas::deployment::migrators::{self, Kind};

/// What declares the tables, where none could be read although there must be some.
pub(super) fn form<'a>(repo: &'a Snapshot, schema: &Schema) -> Option<&'a str> {
    if !schema.tables.is_empty() {
        return None;
    }
    let tool = migrators::detect(repo)
        .filter(|migrator| !matches!(migrator.kind, Kind::InitSql | Kind::Statements))
        .map(|migrator| migrator.tool);
    tool.or_else(|| engine::mapper(repo).map(|(_, name)| *name))
}

pub(super) fn sentence(form: &str) -> String {
    let form = if form == "orm_auto" { "by the program's own classes" } else { form };
    format!(
        "The tables of the database are described in a form that is not read here ({form}), so nothing is said of them."
    )
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{NotApplicable, NotAssessable};
    use crate::areas::database::Database;
    use crate::snapshot::fixture::Fixture;
    use crate::{Analyzer, Outcome};

    #[test]
    fn what_is_not_read_is_not_said_to_be_missing() {
        let outcomes = |path: &str, text: &str| -> Vec<Outcome> {
            let findings = Database.examine(&Fixture::new().file(path, text).snapshot());
            let of = |signal: &str| findings.iter().find(|found| found.signal() == signal).map(|found| found.outcome());
            ["database.indexes", "database.money"].iter().filter_map(|signal| of(signal)).collect()
        };
        let laravel = r#"{"require": {"laravel/framework": "^11"}}"#;
        assert_eq!(outcomes("composer.json", laravel), [NotAssessable, NotAssessable]);
        assert_eq!(outcomes("composer.json", "{}"), [NotApplicable, NotApplicable]);
    }
}
