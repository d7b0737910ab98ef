//! Are background tasks retried with backoff?

use super::settings::Settings;
use super::tasks::Tasks;
use super::word::Meaning;
use crate::{Finding, Snapshot};

const SIGNAL: &str = "jobs.retries";

pub(super) fn finding(repo: &Snapshot, tasks: &Tasks<'_>, settings: &Settings) -> Finding {
    let all = tasks.all.len();
    let own = tasks.saying(Meaning::Retry);
    let never = tasks.all.iter().filter(|task| task.says(Meaning::Never) && !task.says(Meaning::Retry)).count();
    let for_all = tasks.sets(Meaning::Retry) || settings.retry.is_some();
    let pauses = tasks.saying(Meaning::Pause) > 0 || tasks.sets(Meaning::Pause) || settings.pause;
    let said = || {
        let places = tasks.places(repo, &[Meaning::Retry, Meaning::Pause]);
        settings.retry.clone().filter(|_| own == 0 && !tasks.sets(Meaning::Retry)).map_or(places, Into::into)
    };
    let finding = if never == all {
        let summary =
            format!("Work that fails once may be lost: trying again is switched off for {}.", tasks.counted());
        Finding::not_met(SIGNAL, summary, tasks.places(repo, &[Meaning::Never])).indicative()
    } else if let Some((tries, place)) = settings.tries.clone().filter(|_| own == 0) {
        let name = tasks.library.name;
        if tries > 1 {
            let summary = format!("{name} is told to try a failed task up to {tries} times, with growing pauses.");
            Finding::met(SIGNAL, summary, place)
        } else {
            Finding::not_met(SIGNAL, format!("Work that fails once may be lost: {name} is told to try it once."), place)
        }
    } else if let Some(habit) = tasks.library.retries {
        let off = match never {
            0 => String::new(),
            1 => "; for one task it is told not to".to_owned(),
            many => format!("; for {many} of {all} tasks it is told not to"),
        };
        let summary = format!(
            "Background tasks that fail are tried again: {} {habit}, unless told otherwise{off}.",
            tasks.library.name
        );
        if own > 0 {
            Finding::met(SIGNAL, summary, said())
        } else {
            Finding::met(SIGNAL, summary, tasks.library_place(repo)).by_default()
        }
    } else if own == 0 && !for_all && tasks.only_hand_on(repo) {
        let summary = format!(
            "Whether work that fails is tried again can't be told: {} only handed on to other code.",
            tasks.counted_being()
        );
        Finding::not_assessable(SIGNAL, summary)
    } else if own == 0 && !for_all {
        let summary = format!(
            "Work that fails once may be lost: nothing was found that tries it again, for {}, and {} does not do so \
             unasked. Where a task runs on a schedule, the next run may be the second try.",
            tasks.counted(),
            tasks.library.name
        );
        Finding::not_met(SIGNAL, summary, tasks.task_places(repo, |_| true)).indicative()
    } else if !pauses {
        let summary = format!(
            "A service that is down gets no time to recover: failed tasks are tried again, but no pause between the \
             tries was found, for {}.",
            tasks.counted()
        );
        Finding::partly(SIGNAL, summary, said()).indicative()
    } else if !for_all && own * 3 < all {
        let summary = format!(
            "Some work that fails once may be lost: {own} of {all} background tasks ({}) say how they are tried again \
             after a failure. Tasks that run on a schedule, or may be lost, need not.",
            tasks.library.name
        );
        Finding::partly(SIGNAL, summary, said()).indicative()
    } else if for_all {
        let summary = format!("Background tasks that fail are tried again after a pause: {}.", tasks.counted());
        Finding::met(SIGNAL, summary, said())
    } else if own < all {
        let summary = format!(
            "Some work that fails once may be lost: {own} of {all} background tasks ({}) are tried again after a \
             pause, and nothing was found that tries the others. Tasks that run on a schedule, or may be lost, need \
             not.",
            tasks.library.name
        );
        Finding::partly(SIGNAL, summary, tasks.task_places(repo, |task| !task.says(Meaning::Retry))).indicative()
    } else {
        let summary = format!("Background tasks that fail are tried again after a pause: {}.", tasks.counted());
        Finding::met(SIGNAL, summary, said())
    };
    finding
        .fact("library", tasks.library.name)
        .fact("tasks", all)
        .fact("retried", own)
        .fact("never_retried", never)
        .fact("pauses", pauses)
        .fact("by_default", tasks.library.retries.is_some())
}
