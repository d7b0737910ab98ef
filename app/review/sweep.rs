//! What is done without being asked: deliveries that did not reach us are asked for again, what is too old is forgotten,
//! and whoever does not want to be reviewed is noted by number.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::github::deliveries::Logged;
use crate::github::{GitHub, GitHubError};
use crate::store::Store;

/// GitHub's log has an entry for each attempt.
const ATTEMPTS: usize = 4;
/// Pages of GitHub's log that one sweep reads at most, a hundred deliveries each.
const PAGES: usize = 100;

/// Sweeps once each `period` until `ending`.
pub async fn run(github: Arc<GitHub>, store: Store, retention: Duration, period: Duration, ending: CancellationToken) {
    let mut log = Log::default();
    loop {
        if let Err(error) = log.sweep(&github, &store).await {
            tracing::warn!(error = format!("{error:#}"), "the deliveries could not be looked through");
        }
        match store.forget_older(retention).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "forgot what is too old"),
            Err(error) => tracing::error!(error = format!("{:#}", anyhow::Error::from(error)), "nothing was forgotten"),
        }
        if let Err(error) = number_opt_outs(&github, &store).await {
            tracing::warn!(error = format!("{error:#}"), "an opt-out is known by name alone");
        }
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            () = ending.cancelled() => return,
        }
    }
}

/// Notes the numbers of those who opted out: they want that whatever they are called.
async fn number_opt_outs(github: &GitHub, store: &Store) -> anyhow::Result<()> {
    let owners = store.opt_outs_by_name_alone().await?;
    if owners.is_empty() {
        return Ok(());
    }
    let Some(installation) = github.any_installation().await? else { return Ok(()) };
    for owner in owners {
        let id = github.account(installation, &owner).await?;
        store.number_opt_out(&owner, id.unwrap_or(0)).await?;
    }
    Ok(())
}

/// A page of GitHub's log, and where the next one begins.
type Page = (Vec<Logged>, Option<String>);

/// What is known of GitHub's log of deliveries.
#[derive(Debug, Default)]
struct Log {
    /// The numbers of the entries that were read, the newest ones.
    seen: BTreeSet<u64>,
    /// The entries of each delivery that has not arrived, by its id.
    lost: BTreeMap<String, BTreeSet<u64>>,
}

impl Log {
    /// Reads what is new in the log, and asks again for what GitHub could not deliver.
    async fn sweep(&mut self, github: &GitHub, store: &Store) -> anyhow::Result<()> {
        self.read(|cursor| async move { github.deliveries(cursor.as_deref()).await }).await?;
        let mut failed = None;
        let mut settled = Vec::new();
        for (guid, entries) in &self.lost {
            let is_over = entries.len() >= ATTEMPTS || store.has_arrived(guid).await?;
            if let (false, Some(newest)) = (is_over, entries.last()) {
                match github.redeliver(*newest).await {
                    Ok(()) => tracing::info!(delivery = guid, "asked for a delivery again"),
                    Err(error) if error.is_passing() => {
                        failed = Some(error);
                        break;
                    }
                    Err(error) => {
                        tracing::warn!(delivery = guid, error = format!("{error:#}"), "a delivery is lost");
                        settled.push(guid.clone());
                    }
                }
            } else {
                settled.push(guid.clone());
            }
        }
        self.lost.retain(|guid, _| !settled.contains(guid));
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    /// Reads back to what the last sweep has seen: to a page with nothing new on it, since an entry may come to stand
    /// below one that was there before.
    async fn read<F>(&mut self, page: impl Fn(Option<String>) -> F) -> anyhow::Result<()>
    where
        F: Future<Output = Result<Page, GitHubError>>,
    {
        let (mut read, mut new) = (BTreeSet::new(), Vec::new());
        let mut cursor = None;
        for count in 1.. {
            let (entries, next) = page(cursor).await?;
            read.extend(entries.iter().map(|entry| entry.id));
            let before = new.len();
            new.extend(entries.into_iter().filter(|entry| !self.seen.contains(&entry.id)));
            cursor = next;
            if cursor.is_none() || new.len() == before {
                break;
            }
            if count == PAGES {
                tracing::warn!(PAGES, "GitHub's log of deliveries is longer than a sweep reads");
                break;
            }
        }
        let arrived: BTreeSet<&str> =
            new.iter().filter(|entry| entry.has_arrived()).map(|entry| entry.guid.as_str()).collect();
        self.lost.retain(|guid, _| !arrived.contains(guid.as_str()));
        for entry in new.iter().filter(|entry| !arrived.contains(entry.guid.as_str())) {
            self.lost.entry(entry.guid.clone()).or_default().insert(entry.id);
        }
        self.seen.append(&mut read);
        while self.seen.len() > 2 * PAGES * 100 {
            self.seen.pop_first();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// A log in pages of two, and how many of them were asked for.
    async fn read(log: &mut Log, entries: &[(u64, &str, u16)]) -> usize {
        let asked = Cell::new(0);
        let page = |cursor: Option<String>| {
            asked.set(asked.get() + 1);
            let from = cursor.map_or(0, |cursor| cursor.parse().expect("a number"));
            let logged = |(id, guid, status_code): &(u64, &str, u16)| Logged {
                id: *id,
                guid: (*guid).to_owned(),
                status_code: *status_code,
            };
            let next = (from + 2 < entries.len()).then(|| (from + 2).to_string());
            std::future::ready(Ok((entries.iter().skip(from).take(2).map(logged).collect(), next)))
        };
        log.read(page).await.expect("read");
        asked.get()
    }

    fn lost(log: &Log) -> Vec<(&str, usize)> {
        log.lost.iter().map(|(guid, entries)| (guid.as_str(), entries.len())).collect()
    }

    #[tokio::test]
    async fn the_log_is_read_back_to_what_was_seen_before() {
        let mut log = Log::default();
        let mut entries = vec![(5, "e", 202), (4, "d", 502), (3, "c", 202), (2, "b", 202), (1, "a", 0)];
        assert_eq!(read(&mut log, &entries).await, 3, "all of it the first time");
        assert_eq!(lost(&log), [("a", 1), ("d", 1)]);
        assert_eq!(read(&mut log, &entries).await, 1, "nothing is new");
        assert_eq!(lost(&log), [("a", 1), ("d", 1)], "and nothing is counted twice");
        let newer = [(10, "j", 202), (9, "d", 202), (8, "h", 202), (7, "g", 500), (6, "a", 0)];
        entries.splice(0..0, newer);
        assert_eq!(read(&mut log, &entries).await, 4, "to the first page with nothing new");
        assert_eq!(lost(&log), [("a", 2), ("g", 1)], "one has arrived, one failed again, one is new");
    }

    #[tokio::test]
    async fn what_comes_to_stand_below_others_is_found() {
        let mut log = Log::default();
        read(&mut log, &[(4, "d", 202), (2, "b", 202), (1, "a", 202)]).await;
        read(&mut log, &[(5, "e", 202), (4, "d", 202), (3, "c", 0), (2, "b", 202), (1, "a", 202)]).await;
        assert_eq!(lost(&log), [("c", 1)]);
    }
}
