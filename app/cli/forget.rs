//! `foliolens forget`: what every report promises to somebody in whose repository the app is not installed.

use anyhow::Context;
use clap::Args;

use super::{Exit, output, serve};
use crate::config::server::Server;
use crate::github::{GitHub, RepoName};
use crate::review::forget::{Forgotten, forget_by_operator};
use crate::store::Store;

/// Deletes what is stored and posted about a repository.
#[derive(Debug, Args)]
#[command(after_help = "\
Deletes the stored reports on the repository and the comments that hold one, and empties its check
runs, also those of before it was renamed. Needs the settings of `serve`, and works beside one that
runs. What can not be reached is listed, and the exit code is 3: run it again when that is mended.

To have nothing of an owner reviewed from then on: foliolens optout add OWNER")]
pub struct Forget {
    /// OWNER/REPO
    repository: RepoName,
    /// Its number on GitHub (`gh api repos/OWNER/REPO --jq .id`), under which it is known whatever it was called
    #[arg(long)]
    id: Option<u64>,
}

impl Forget {
    /// Deletes it, and says what was deleted.
    pub fn run(self) -> Exit {
        let settings = match Server::read() {
            Ok(settings) => settings,
            Err(wrong) => return serve::complained(&wrong),
        };
        let forgotten = serve::block_on(async {
            let store = Store::open_existing(&settings.database).await.context(serve::NO_DATABASE)?;
            let github = GitHub::new(&settings.api, settings.key, settings.patience).context(serve::NO_GITHUB)?;
            let done = forget_by_operator(&github, &store, &self.repository, self.id).await;
            store.close().await;
            done.context(serve::NO_DATABASE)
        });
        match forgotten {
            Ok(done) => said(&self.repository, &done),
            Err(error) => serve::failed(&error),
        }
    }
}

fn said(repository: &RepoName, done: &Forgotten) -> Exit {
    let Forgotten { reports, comments, check_runs, remarks_stay, missed } = done;
    let mut text = format!(
        "{repository}: deleted {reports} stored {}, {comments} {}; emptied {check_runs} {}.\n",
        if *reports == 1 { "report" } else { "reports" },
        if *comments == 1 { "comment" } else { "comments" },
        if *check_runs == 1 { "check run" } else { "check runs" },
    );
    if *remarks_stay {
        text.push_str("Remarks that checks put on lines of code stay there: GitHub lets nobody take them back.\n");
    }
    let printed = output::print(&text);
    if missed.is_empty() {
        return printed;
    }
    output::complain(&format!("Still there: {}. Run this again when that is mended.", missed.join("; ")));
    Exit::Unreadable
}
