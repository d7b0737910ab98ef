//! From a delivery to a report: what was asked for, whether that is allowed, doing it, and posting it once.
//!
//! Uses every room through its door. Knows no SQL, no axum, and none of octocrab's types.

mod admission;
pub mod annotations;
pub mod answer;
mod check;
pub mod command;
pub mod configuration;
mod declined;
mod elements;
pub mod forget;
mod home;
pub mod intake;
mod meanwhile;
mod moved;
mod outcome;
pub mod pages;
pub mod pipeline;
pub mod publish;
mod pushes;
pub mod request;
pub mod rights;
pub mod settings;
mod settle;
mod side_by_side;
pub mod sweep;
pub mod targets;
pub mod unreadable;
pub mod words;

pub use pages::Pages;
pub use pipeline::Reviewer;
pub use pushes::Unwanted;
pub use settings::Settings;
