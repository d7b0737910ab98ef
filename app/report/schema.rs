//! The JSON Schema of the report.

use super::Report;

/// The JSON Schema (2020-12) that every report in JSON keeps, with a newline at the end.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Report);
    serde_json::to_string_pretty(&schema).expect("a schema has string keys only") + "\n"
}
