//! What the server answers over HTTP. Knows neither gix nor octocrab.

pub mod health;
pub mod metrics;
pub mod reports;
pub mod router;
pub mod webhook;

pub use router::{State, router};
