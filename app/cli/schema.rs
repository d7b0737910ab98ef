//! `foliolens schema`.

use super::{Exit, output};
use crate::report;

/// Prints the JSON Schema of the report.
pub fn run() -> Exit {
    output::print(&report::schema())
}
