//! What is done without being asked: deliveries that did not reach us are asked for again, and what is too old is
//! forgotten.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::github::GitHub;
use crate::store::Store;

const EVERY: Duration = Duration::from_secs(5 * 60);
/// GitHub's log has an entry for each attempt.
const ATTEMPTS: usize = 4;

/// Sweeps until `ending`.
pub async fn run(github: Arc<GitHub>, store: Store, retention: Duration, ending: CancellationToken) {
    loop {
        if let Err(error) = deliveries(&github, &store).await {
            tracing::warn!(error = format!("{error:#}"), "the deliveries could not be looked through");
        }
        match store.forget_older(retention).await {
            Ok(0) => {}
            Ok(gone) => tracing::info!(gone, "forgot what is too old"),
            Err(error) => tracing::error!(error = format!("{:#}", anyhow::Error::from(error)), "nothing was forgotten"),
        }
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = ending.cancelled() => return,
        }
    }
}

/// Asks again for what GitHub could not deliver.
pub async fn deliveries(github: &GitHub, store: &Store) -> anyhow::Result<usize> {
    let mut by_guid: BTreeMap<String, Vec<(u64, bool)>> = BTreeMap::new();
    for logged in github.deliveries().await? {
        let has_arrived = logged.has_arrived();
        by_guid.entry(logged.guid).or_default().push((logged.id, has_arrived));
    }
    let mut asked = 0;
    for (guid, attempts) in by_guid {
        let is_lost = attempts.iter().all(|(_, has_arrived)| !has_arrived) && attempts.len() < ATTEMPTS;
        if is_lost && !store.has_arrived(&guid).await? {
            let newest = attempts.iter().map(|(id, _)| *id).max().unwrap_or_default();
            github.redeliver(newest).await?;
            tracing::info!(delivery = guid, "asked for a delivery again");
            asked += 1;
        }
    }
    Ok(asked)
}
