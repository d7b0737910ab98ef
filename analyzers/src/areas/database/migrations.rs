//! Is the schema under version control?

use super::engine;
use crate::areas::deployment::migrators::{self, Kind};
use crate::areas::security::marks;
use crate::{Finding, Snapshot};

const SIGNAL: &str = "database.migrations";

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let Some(migrator) = migrators::detect(repo) else {
        return match engine::relational(repo) {
            Some((dependency, name)) => {
                let summary = format!(
                    "The program uses a database ({name}), but neither what its tables look like was found (a schema) nor how they \
                     changed (migrations). Another repository may have it."
                );
                Finding::not_met(SIGNAL, summary, marks::manifest(repo, dependency)).indicative()
            }
            None => Finding::not_applicable(SIGNAL, "No database with tables was found (no relational database)."),
        }
        .fact("tool", serde_json::Value::Null)
        .fact("path", serde_json::Value::Null);
    };
    let (path, place) = (&migrator.path, migrator.place.clone());
    let finding = match migrator.kind {
        Kind::Tool => {
            let files = if migrator.count == 1 { "1 file".to_owned() } else { format!("{} files", migrator.count) };
            Finding::met(
                SIGNAL,
                format!(
                    "Changes to the tables of the database (the schema) are kept in {path} ({}, {files}).",
                    migrator.tool
                ),
                place,
            )
        }
        Kind::OrmAuto => {
            let summary = format!(
                "When the program starts, {path} makes the tables of the database fit the code; what changed is written down nowhere."
            );
            Finding::partly(SIGNAL, summary, place)
        }
        Kind::Fitted => {
            let summary = format!(
                "{path} says how the tables of the database are made to fit the code; what changed is written down nowhere."
            );
            Finding::partly(SIGNAL, summary, place)
        }
        Kind::Created | Kind::Statements => {
            let summary = format!(
                "{path} makes the tables that are missing from the database; changes to one that is there already are not kept."
            );
            Finding::partly(SIGNAL, summary, place)
        }
        Kind::SchemaOnly | Kind::InitSql => {
            let summary = format!(
                "What the tables of the database look like is kept in {path} (the schema); how a database in use is brought up to date is not."
            );
            Finding::partly(SIGNAL, summary, place)
        }
    };
    finding.fact("tool", migrator.tool).fact("path", migrator.path.as_str())
}
