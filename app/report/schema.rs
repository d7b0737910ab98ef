//! The JSON Schema of the report.

use super::Report;

/// The JSON Schema (2020-12) that every report in JSON keeps, with a newline at the end. Several targets make an array, of
/// which each entry keeps it.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Report);
    serde_json::to_string_pretty(&schema).expect("a schema has string keys only") + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::{Format, Without, compare, fixture, portfolio, render};
    use super::*;

    #[test]
    fn every_report_keeps_the_schema_and_comes_back_whole() {
        let schema = serde_json::from_str(&schema()).expect("JSON");
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        for report in [fixture::report(), fixture::hostile(), fixture::bare(), fixture::trial()] {
            let text = render(std::slice::from_ref(&report), Format::Json, &fixture::style());
            let json = serde_json::from_str(&text).expect("JSON");
            let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new());
            let back: Report = serde_json::from_str(&text).expect("a report");
            assert_eq!(render(&[back], Format::Json, &fixture::style()), text);
        }
    }

    #[test]
    fn a_target_that_failed_is_an_entry_of_the_list_which_keeps_the_schema() {
        let failed = |position: usize, has_failed: bool| Without {
            position,
            target: format!("./{position}"),
            reason: "there is no such file".to_owned(),
            has_failed,
        };
        // Named: one that failed, a report, the same again, another that failed.
        let without = [failed(0, true), failed(2, false), failed(3, true)];
        let text = portfolio(&[fixture::report()], &without, Format::Json, &fixture::style());
        let list: Vec<serde_json::Value> = serde_json::from_str(&text).expect("a list");
        let targets: Vec<_> = list.iter().map(|entry| entry["failed"]["target"].as_str()).collect();
        assert_eq!(targets, [Some("./0"), None, Some("./3")]);
        let schema = serde_json::from_str(&schema()).expect("JSON");
        assert!(list.iter().all(|entry| jsonschema::is_valid(&schema, entry)), "{text}");
        assert!(schema.to_string().contains("could not be reviewed"), "{schema}");
        // Nothing is compared with it.
        assert_eq!(compare::read(&text).map(|reports| reports.len()), Ok(1));
    }

    #[test]
    fn the_schema_refuses_what_is_no_report() {
        let schema = serde_json::from_str(&schema()).expect("JSON");
        let mut json = serde_json::to_value(fixture::report()).expect("JSON");
        json["areas"][0]["grade"] = "splendid".into();
        assert!(!jsonschema::is_valid(&schema, &json));
    }
}
