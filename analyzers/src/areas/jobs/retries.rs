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
        let summary = format!("A failed task is not tried again (retries are switched off): {}.", tasks.counted());
        Finding::not_met(SIGNAL, summary, tasks.places(repo, &[Meaning::Never])).indicative()
    } else if let Some(habit) = tasks.library.retries {
        let off = match never {
            0 => String::new(),
            1 => "; for one task it is told not to".to_owned(),
            many => format!("; for {many} of {all} tasks it is told not to"),
        };
        let summary = format!("{} {habit}, unless told otherwise{off}.", tasks.library.name);
        if own > 0 {
            Finding::met(SIGNAL, summary, said())
        } else {
            Finding::met(SIGNAL, summary, tasks.library_place(repo)).by_default()
        }
    } else if own == 0 && !for_all {
        let summary = format!(
            "Nothing was found that tries work in the background again after a failure ({}), and {} does not do so unasked. \
             Where a task runs on a schedule, the next run may be the second try.",
            tasks.counted(),
            tasks.library.name
        );
        Finding::not_met(SIGNAL, summary, tasks.task_places(repo, |_| true)).indicative()
    } else if !pauses {
        let summary = format!(
            "Failed tasks are tried again, but no pause between the tries was found ({}), so a service that is down is \
             asked again at once.",
            tasks.counted()
        );
        Finding::partly(SIGNAL, summary, said()).indicative()
    } else if !for_all && own * 3 < all {
        let summary = format!(
            "{own} of {all} background tasks ({}) say how they are tried again after a failure. Tasks that run on a \
             schedule, or may be lost, need not.",
            tasks.library.name
        );
        Finding::partly(SIGNAL, summary, said()).indicative()
    } else if for_all {
        let summary = format!("Failed tasks are tried again after a pause ({}).", tasks.counted());
        Finding::met(SIGNAL, summary, said())
    } else if own < all {
        let summary = format!(
            "{own} of {all} background tasks ({}) are tried again after a pause; of the others nothing was found that tries \
             them again. Tasks that run on a schedule, or may be lost, need not.",
            tasks.library.name
        );
        Finding::partly(SIGNAL, summary, tasks.task_places(repo, |task| !task.says(Meaning::Retry))).indicative()
    } else {
        let summary = format!("Failed tasks are tried again after a pause ({}).", tasks.counted());
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
