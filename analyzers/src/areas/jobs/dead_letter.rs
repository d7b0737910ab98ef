//! Is a task that exhausted its retries kept or reported?

use super::library;
use super::settings::Settings;
use super::tasks::Tasks;
use super::word::Meaning;
use crate::areas::security::marks;
use crate::paths::is_aside;
use crate::{Finding, Place, Snapshot};

const SIGNAL: &str = "jobs.dead-letter";

pub(super) fn finding(repo: &Snapshot, tasks: &Tasks<'_>, settings: &Settings) -> Finding {
    let own = tasks.saying(Meaning::DeadLetter);
    // What sets the queue up is surer than a word.
    let is_told = settings.tries.is_some() && settings.dead_letter.is_some();
    let finding = if own > 0 || tasks.sets(Meaning::DeadLetter) && !is_told {
        let summary =
            format!("What fails for good is not forgotten: it is said what becomes of it, for {}.", tasks.counted());
        Finding::met(SIGNAL, summary, tasks.places(repo, &[Meaning::DeadLetter])).indicative()
    } else if let Some(place) = &settings.dead_letter {
        let summary =
            format!("What fails for good is not forgotten: the settings say where it goes ({}).", tasks.library.name);
        Finding::met(SIGNAL, summary, place.clone())
    } else if let Some(place) = kept_in_memory(repo) {
        let summary = format!(
            "What fails for good is forgotten at the next start: {} keeps it only in memory.",
            tasks.library.name
        );
        Finding::partly(SIGNAL, summary, place)
    } else if let Some(habit) = tasks.library.keeps {
        let summary =
            format!("What fails for good is not forgotten: {} {habit}, unless told otherwise.", tasks.library.name);
        Finding::met(SIGNAL, summary, tasks.library_place(repo)).by_default()
    } else if let Some((dependency, name)) = library::reporter(repo) {
        let summary = format!("What fails for good is not forgotten: all faults are reported to {name}.");
        Finding::met(SIGNAL, summary, marks::manifest(repo, dependency)).indicative()
    } else if tasks.only_hand_on(repo) {
        let summary = format!(
            "What becomes of work that fails for good can't be told: {} only handed on to other code.",
            tasks.counted_being()
        );
        Finding::not_assessable(SIGNAL, summary)
    } else {
        let summary = format!(
            "Work that fails for good may be lost unnoticed: nothing was found that keeps or reports it, for {}. A \
             log that somebody watches, or the queue's server, may do so.",
            tasks.counted()
        );
        Finding::not_met(SIGNAL, summary, tasks.task_places(repo, |_| true)).indicative()
    };
    finding.fact("tasks", tasks.all.len()).fact("handled", own).fact("by_default", tasks.library.keeps.is_some())
}

/// Where Hangfire is told to keep everything in memory.
fn kept_in_memory(repo: &Snapshot) -> Option<Place> {
    let texts = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".cs") && !is_aside(&file.path));
    texts.filter(|(_, text)| text.contains("Hangfire")).find_map(|(file, text)| {
        let is_set = |line: &str| line.contains(".UseMemoryStorage(") || line.contains(".UseInMemoryStorage(");
        let line = text.lines().position(is_set)? as u32 + 1;
        Some(Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}
