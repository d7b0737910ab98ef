//! Where a stranger's repository can hurt only itself: fetching and examining it are processes of their own, of this
//! same binary, asked over stdin and answering over stdout.
//!
//! The only room that starts processes. What comes back is as hostile as what was read: bounded, versioned, parsed.

pub mod cage;
pub mod child;
pub mod protocol;
mod suppressed;

pub use cage::{Cage, CageError};
pub use protocol::{Answer, Ask, Examine, Fetch, Refusal};
