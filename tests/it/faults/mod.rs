//! What goes wrong, and that there is exactly one report afterwards, or one polite sentence.

mod annotations;
mod answers;
mod asleep;
mod clock;
mod commands;
mod database;
mod deliveries;
mod denied;
mod kill;
mod late;
mod outage;
mod sweep;
