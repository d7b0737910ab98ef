//! Does running a task twice do harm?

use super::tasks::{Task, Tasks};
use super::word::Meaning;
use crate::{Finding, Snapshot};

const SIGNAL: &str = "jobs.idempotent";

pub(super) fn finding(repo: &Snapshot, tasks: &Tasks<'_>) -> Finding {
    let is_risky = |task: &Task<'_>| task.says(Meaning::Effect) && !task.says(Meaning::Once);
    let (all, careful) = (tasks.all.len(), tasks.saying(Meaning::Once));
    let risky = tasks.all.iter().filter(|task| is_risky(task)).count();
    let for_all = tasks.sets(Meaning::Once);
    let finding = if risky > 0 {
        let what = match risky {
            1 => "one background task sends something or makes a record".to_owned(),
            many => format!("{many} background tasks send something or make records"),
        };
        let summary = format!(
            "Work that is started again may be done twice, such as a mail: {what} without a sign that a second run is \
             noticed ({all} {}). A rule of the database, or a check elsewhere in the code, would do, and may not be \
             recognised.",
            if all == 1 { "was found" } else { "were found" }
        );
        let places = tasks.task_places(repo, is_risky);
        if careful > 0 || for_all {
            Finding::partly(SIGNAL, summary, places)
        } else {
            Finding::not_met(SIGNAL, summary, places)
        }
        .indicative()
    } else if careful > 0 {
        let summary = format!(
            "Running a task twice does no harm: {} a second run, by looking for what is there already, or by something \
             that refuses it (a lock, a unique key).{}",
            match (careful, all) {
                (1, 1) => "the one background task notices".to_owned(),
                (1, _) => format!("one of {all} background tasks notices"),
                (many, _) => format!("{many} of {all} background tasks notice"),
            },
            if careful < all { " In the others, nothing was found that would happen twice." } else { "" }
        );
        Finding::met(SIGNAL, summary, tasks.places(repo, &[Meaning::Once])).indicative()
    } else {
        let whose = if all == 1 { "its" } else { "their" };
        let summary = format!("Whether {} may run twice can't be told from {whose} own lines.", tasks.counted());
        Finding::not_assessable(SIGNAL, summary)
    };
    finding.fact("tasks", all).fact("careful", careful).fact("without_a_check", risky)
}
