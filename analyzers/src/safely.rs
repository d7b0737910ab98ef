//! One analyzer that fails does not take the others with it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{AreaMeta, Finding};

/// A panic in one analyzer costs its own signals only; the panic hook has logged where it happened.
pub(crate) fn run_safely(meta: &'static AreaMeta, examine: impl FnOnce() -> Vec<Finding>) -> Vec<Finding> {
    catch_unwind(AssertUnwindSafe(examine)).unwrap_or_else(|_| {
        meta.signals
            .iter()
            .map(|signal| {
                Finding::error(
                    signal.id,
                    "This could not be examined because of a fault in foliolens, not in the repository.",
                )
            })
            .collect()
    })
}
