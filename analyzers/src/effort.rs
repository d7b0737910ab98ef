//! How much work it is to mend something.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How much work a remedy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effort {
    /// Minutes.
    Low,
    /// Hours.
    Medium,
    /// Days.
    High,
}
