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
        &areas::deployment::Deployment,
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
