//! What the signals mean, from the same text for the terminal and for `docs/signals.md`.

use super::Style;

/// All areas and their signals, a line each.
pub fn overview(style: &Style) -> String {
    let _ = style;
    String::new()
}

/// What `signal` looks at, why it matters, how it is weighed, how to mend it and how to dispute it; `None` if there is
/// no such signal. The id of an area explains all its signals.
pub fn signal(signal: &str, style: &Style) -> Option<String> {
    let _ = (signal, style);
    None
}

/// The whole of `docs/signals.md`.
pub fn page() -> String {
    String::new()
}
