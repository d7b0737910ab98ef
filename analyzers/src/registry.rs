//! Every analyzer, in the order of the report. A new area is one line here.

use crate::areas;
use crate::{Analyzer, AreaMeta, SignalMeta};

/// The analyzers, in the order of the report.
pub fn analyzers() -> &'static [&'static dyn Analyzer] {
    &[
        &areas::commits::Commits,
        &areas::readme::Readme,
        &areas::tests::Tests,
        &areas::secrets::Secrets,
        &areas::api::Api,
        &areas::idempotency::Idempotency,
        &areas::deployment::Deployment,
        &areas::errors::Errors,
        &areas::observability::Observability,
        &areas::jobs::Jobs,
        &areas::security::Security,
        &areas::database::Database,
    ]
}

/// Every area that a report may have, the derived `handoff` last.
pub fn areas() -> impl Iterator<Item = &'static AreaMeta> {
    analyzers().iter().map(|analyzer| analyzer.meta()).chain([&areas::handoff::META])
}

/// The signal called `id`, with its area.
pub fn signal(id: &str) -> Option<(&'static AreaMeta, &'static SignalMeta)> {
    areas().find_map(|area| area.signals.iter().find(|signal| signal.id == id).map(|signal| (area, signal)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::rubric::Rubric;

    fn signals() -> impl Iterator<Item = (&'static AreaMeta, &'static SignalMeta)> {
        areas().flat_map(|area| area.signals.iter().map(move |signal| (area, signal)))
    }

    #[test]
    fn every_file_and_folder_of_areas_is_registered() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/areas");
        let on_disk: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("src/areas")
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().trim_end_matches(".rs").to_owned())
            .filter(|name| name != "mod")
            .collect();
        let registered: BTreeSet<String> = areas().map(|area| area.id.to_owned()).collect();
        assert_eq!(on_disk, registered);
    }

    #[test]
    fn ids_are_unique_and_begin_with_their_area() {
        let mut seen = BTreeSet::new();
        for (area, signal) in signals() {
            assert!(signal.id.starts_with(&format!("{}.", area.id)), "{}", signal.id);
            assert!(seen.insert(signal.id), "{} twice", signal.id);
        }
    }

    #[test]
    fn every_signal_is_documented() {
        for (_, signal) in signals() {
            for text in [signal.statement, signal.looks_at, signal.why, signal.remedy, signal.dispute] {
                assert!(text.len() > 15, "{} lacks a text", signal.id);
            }
            assert!(!signal.statement.ends_with('.'), "{}: a statement is no sentence with a full stop", signal.id);
        }
    }

    #[test]
    fn the_rubric_weighs_exactly_the_signals_there_are() {
        let rubric = Rubric::built_in();
        let weighed: BTreeSet<&str> = rubric.weights.keys().map(String::as_str).collect();
        let known: BTreeSet<&str> = signals().map(|(_, signal)| signal.id).collect();
        assert_eq!(weighed, known);
        assert!(rubric.red_flags.iter().all(|flag| known.contains(flag.as_str())));
    }
}
