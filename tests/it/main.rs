//! End to end, in one binary (one link): the program as a process, and the git room against a server of ours.

mod bad_input;
mod by_hand;
mod checks;
mod cli_usage;
mod clone;
mod compare;
mod configuration;
mod contract;
mod custom_rules;
mod damaged;
mod determinism;
mod erased;
mod faults;
mod flow;
mod forget;
#[path = "../fuzz/targets/mod.rs"]
mod fuzz_targets;
mod fuzzed;
mod hiding;
#[path = "../hiding/places.rs"]
mod hiding_places;
mod hostile;
mod hostile_served;
#[path = "../hostile/mod.rs"]
mod hostile_set;
#[cfg(target_os = "linux")]
mod lacking;
mod logs;
mod moved;
mod one_report;
mod operation;
mod pages;
mod portfolio;
mod pushes;
mod redaction;
mod requests;
mod rights;
mod roles;
mod rooms;
mod sandbox;
mod secrets;
mod security_page;
mod self_review;
mod support;
mod tokens;
mod trial;
