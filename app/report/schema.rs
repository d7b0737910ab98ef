//! The JSON Schema of the report.

use super::Report;

/// The JSON Schema (2020-12) that every report in JSON keeps, with a newline at the end.
pub fn schema() -> String {
    let schema = schemars::schema_for!(Report);
    serde_json::to_string_pretty(&schema).expect("a schema has string keys only") + "\n"
}

#[cfg(test)]
mod tests {
    use super::super::{Format, fixture, render};
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
    fn the_schema_refuses_what_is_no_report() {
        let schema = serde_json::from_str(&schema()).expect("JSON");
        let mut json = serde_json::to_value(fixture::report()).expect("JSON");
        json["areas"][0]["grade"] = "splendid".into();
        assert!(!jsonschema::is_valid(&schema, &json));
    }
}
