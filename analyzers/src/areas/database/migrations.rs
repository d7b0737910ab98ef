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
                    "The program talks to a database ({name}), but neither migrations nor a schema were found. Another \
                     repository may own them."
                );
                Finding::not_met(SIGNAL, summary, marks::manifest(repo, dependency)).indicative()
            }
            None => Finding::not_applicable(SIGNAL, "No relational database was found."),
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
                format!("Changes to the schema are kept in {path} ({}, {files}).", migrator.tool),
                place,
            )
        }
        Kind::OrmAuto => {
            let summary = format!(
                "{path} fits the tables to the classes when the program starts; what changed is written down nowhere."
            );
            Finding::partly(SIGNAL, summary, place)
        }
        Kind::Created => {
            let summary =
                format!("{path} makes missing tables from classes; changes to a table that exists are not kept.");
            Finding::partly(SIGNAL, summary, place)
        }
        Kind::SchemaOnly | Kind::InitSql => {
            let summary = format!("The schema is in {path}; how a database that exists is brought up to date is not.");
            Finding::partly(SIGNAL, summary, place)
        }
    };
    finding.fact("tool", migrator.tool).fact("path", migrator.path.as_str())
}
