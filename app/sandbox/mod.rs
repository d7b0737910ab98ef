//! Where a stranger's repository can hurt only itself: fetching and examining it are processes of their own, of this
//! same binary, asked over stdin and answering over stdout. `docs/security.md` says what closes what.
//!
//! The only room that starts processes. What comes back is as hostile as what was read: bounded, versioned, parsed.

pub mod attempt;
pub mod cage;
pub mod cgroup;
pub mod child;
pub mod lock;
mod locks;
mod progress;
pub mod protocol;
pub mod rules;
pub mod strictness;
mod suppressed;

pub use cage::{Cage, CageError};
pub use protocol::{Answer, Ask, Examine, Fetch, Heard, Refusal};
pub use strictness::Strictness;
