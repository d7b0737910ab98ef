//! How reading reports its progress and is told to stop. Neither changes what is read.

/// A stage of the work, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Walking the history, in commits.
    Commits,
    /// Comparing trees, in commits.
    Changes,
    /// Reading blobs, in blobs.
    Blobs,
    /// Running analyzers, in areas.
    Areas,
}

/// Told what goes on; called from many threads.
pub trait Watch: Sync {
    /// `stage` begins; `total` is known for all stages but the first.
    fn begin(&self, stage: Stage, total: Option<u64>) {
        let _ = (stage, total);
    }

    /// `units` more of the current stage are done, which took in `bytes` bytes.
    fn advance(&self, units: u64, bytes: u64) {
        let _ = (units, bytes);
    }

    /// Whether to stop as soon as possible; reading then ends with an error.
    fn interrupted(&self) -> bool {
        false
    }
}

/// Nobody watches.
#[derive(Debug, Clone, Copy)]
pub struct NoWatch;

impl Watch for NoWatch {}
