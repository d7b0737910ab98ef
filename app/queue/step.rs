//! A line of the log for each step of a job, which can be read alone: which delivery asked for it, which job it is, for
//! whom, in which repository, and how many milliseconds the step has taken.

use std::time::Instant;

/// Whole milliseconds since `began`: a number, where `u128` would be written as text.
pub fn millis(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Says that a step of `$job`, which `$began`, is done.
macro_rules! step {
    ($level:ident, $job:expr, $began:expr, $what:literal $(, $($more:tt)+)?) => {
        tracing::event!(
            tracing::Level::$level,
            delivery = $job.delivery.as_deref(),
            job = $job.id.0,
            installation = $job.installation,
            repository = $job.repository.as_deref(),
            millis = $crate::queue::step::millis($began),
            $($($more)+,)?
            $what
        )
    };
}
pub(crate) use step;
