//! What is fuzzed: one file a parser of input from outside. Each takes any bytes, and panics where a promise is broken.
//! Also compiled into the ordinary tests (`tests/it/fuzzed.rs`), which run every kept input through them.

mod address;
mod calendar;
mod commands;
mod compare;
mod configuration;
mod environment;
mod escaper;
mod files;
mod fit;
mod located;
mod messages;
mod objects;
mod pack;
mod readme;
mod references;
mod repository;
mod routes;
mod rules;
mod secrets;
mod webhook;

pub use escaper::harmless_comment;

/// Takes any bytes.
pub type Target = fn(&[u8]);

/// All of them, by name.
pub const TARGETS: &[(&str, Target)] = &[
    ("address", address::run),
    ("calendar", calendar::run),
    ("commands", commands::run),
    ("compare", compare::run),
    ("configuration", configuration::run),
    ("environment", environment::run),
    ("escaper", escaper::run),
    ("files", files::run),
    ("fit", fit::run),
    ("located", located::run),
    ("messages", messages::run),
    ("objects", objects::run),
    ("pack", pack::run),
    ("readme", readme::run),
    ("references", references::run),
    ("routes", routes::run),
    ("rules", rules::run),
    ("secrets", secrets::run),
    ("webhook", webhook::run),
];

/// The first byte chooses one of `all`, the rest is what is read.
fn chosen<'data, T: Copy>(data: &'data [u8], all: &[T]) -> Option<(T, &'data [u8])> {
    let (first, rest) = data.split_first()?;
    Some((all[usize::from(*first) % all.len()], rest))
}

/// The same for text; what is no UTF-8 is replaced, as a review does.
fn chosen_text<T: Copy>(data: &[u8], all: &[T]) -> Option<(T, String)> {
    chosen(data, all).map(|(one, rest)| (one, String::from_utf8_lossy(rest).into_owned()))
}
