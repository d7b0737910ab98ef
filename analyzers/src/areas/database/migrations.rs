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
                    "Nobody else can set up its database from here: it uses {name}, but no description of its tables \
                     (schema) or of their changes (migrations) was found. Another repository may have them."
                );
                Finding::not_met(SIGNAL, summary, marks::manifest(repo, dependency)).indicative()
            }
            None => Finding::not_applicable(SIGNAL, "No database with tables was found."),
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
                    "Changes to the tables of the database are kept with the code, as {files} of migrations in {path} \
                     ({}).",
                    migrator.tool
                ),
                place,
            )
        }
        Kind::OrmAuto => {
            let summary = format!(
                "Changes to the database can't be checked or taken back: {path} makes its tables fit the code at each \
                 start. What changed is written down nowhere."
            );
            Finding::partly(SIGNAL, summary, place)
        }
        Kind::Fitted => {
            let summary = format!(
                "Changes to the database can't be checked or taken back: {path} says how its tables are made to fit \
                 the code. What changed is written down nowhere."
            );
            Finding::partly(SIGNAL, summary, place)
        }
        Kind::Embedded => {
            let summary = format!(
                "Changes to the database can't be checked or taken back: {path} brings one that ends with the program, \
                 and its tables are made from the code at each start. What changed is written down nowhere."
            );
            Finding::partly(SIGNAL, summary, place)
        }
        Kind::Created | Kind::Statements => {
            let summary = format!(
                "A database in use can't be brought up to date: {path} makes tables that are missing, but no change to \
                 one that is there is kept."
            );
            Finding::partly(SIGNAL, summary, place)
        }
        Kind::SchemaOnly | Kind::InitSql => {
            let summary = format!(
                "A database in use can't be brought up to date: what its tables look like is kept (the schema, in \
                 {path}), but not what changed."
            );
            Finding::partly(SIGNAL, summary, place)
        }
    };
    finding.fact("tool", migrator.tool).fact("path", migrator.path.as_str())
}
