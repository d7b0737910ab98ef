//! What runs in the background, and may fail halfway?

use super::{Findings, Prompt, files};
use crate::areas::api::Surface;
use crate::areas::jobs::{self, Background};
use crate::{Evidence, Place, Snapshot};

/// Those that say which tasks are wanting.
const SIGNALS: [&str; 2] = ["jobs.retries", "jobs.idempotent"];

/// Ways to begin work, of which whoever begins it may as well wait for the end.
const BEGINS: &[&str] = &["spawn(", "spawn_blocking(", "Task.Run(", "StartNew(", "create_task(", "ensure_future("];

/// Signs in the first line of such work that somebody waits for it.
const WAITS: &[&str] = &["supplyAsync", "run_in_executor"];

/// Signs within a function of Go that runs beside another, that the other waits for it.
const TELLS: &[&str] = &["wg.", " <- ", "close("];

/// Signs of the same around it.
const HEARS: &[&str] = &["wg.", "<-", ".Wait("];

/// How many lines around it are looked at for them.
const AROUND: usize = 5;

pub(super) fn prompt(repo: &Snapshot, findings: &Findings<'_>) -> Option<Prompt> {
    let generic = Some(Prompt::new("task.generic"));
    match jobs::background(repo) {
        Background::Queued(_, tasks) => {
            let tasks = in_files(&tasks);
            // The tasks that are wanting, where it is known which.
            let wanting = SIGNALS.iter().filter_map(|signal| findings.wanting(signal));
            let shown = wanting.map(|finding| files(finding).filter(|place| tasks.contains(place)).collect::<Vec<_>>());
            let shown = shown.into_iter().find(|places| !places.is_empty()).unwrap_or(tasks);
            if shown.is_empty() { generic } else { Some(Prompt::new("task.defined").at(shown)) }
        }
        // Nobody waits for an answer of a program that answers nobody.
        Background::Within(_) if Surface::of(repo).endpoints.is_empty() => generic,
        Background::Within(work) => {
            let left: Vec<Place> = in_files(&work).into_iter().filter(|place| !is_waited_for(repo, place)).collect();
            if left.is_empty() { generic } else { Some(Prompt::new("task.defined").at(left)) }
        }
        Background::Package(name, place) => Some(Prompt::new("task.library").naming("library", name).at([place])),
        Background::None => generic,
    }
}

fn in_files(evidence: &Evidence) -> Vec<Place> {
    // What is handed to browsers works there.
    let is_handed_out = |path: &str| path.split('/').any(|part| matches!(part, "static" | "public" | "wwwroot"));
    let is_shown = |place: &&Place| !place.path.is_empty() && !is_handed_out(&place.path);
    evidence.places().iter().filter(is_shown).cloned().collect()
}

/// Whether whoever began the work at `place` may be waiting for its end.
fn is_waited_for(repo: &Snapshot, place: &Place) -> bool {
    let (Some(text), Some((first, last))) = (repo.text(&place.path), place.lines) else { return true };
    let lines: Vec<&str> = text.lines().skip(first as usize - 1).take((last + 1 - first) as usize).collect();
    let (Some(head), Some(end)) = (lines.first(), lines.last()) else { return true };
    let has = |word: &str| lines.iter().any(|line| line.contains(word));
    let is_kept = BEGINS.iter().filter_map(|begin| head.split_once(begin)).any(|(before, _)| {
        before.contains("await ")
            || before.contains('=') && !before.contains("=>") && !before.trim_start().starts_with("_ =")
    });
    // What is told within a program of Spring's is told at once, unless it says otherwise.
    let is_told = has("EventListener") && !has("@Async");
    let is_go = head.trim_start().starts_with("go ");
    let before = text.lines().take(first as usize - 1).skip((first as usize - 1).saturating_sub(2));
    let mut around = before.chain(text.lines().skip(last as usize).take(AROUND));
    is_kept
        || is_told
        || WAITS.iter().any(|sign| head.contains(sign))
        || lines.len() > 1 && end.trim_start().starts_with(['}', ')']) && end.contains(").await")
        || is_go
            && (TELLS.iter().any(|sign| has(sign)) || around.any(|line| HEARS.iter().any(|sign| line.contains(sign))))
}
