//! `foliolens serve`, `foliolens worker` and `foliolens migrate`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Exit, output, panics};
use crate::config::server::{Server, Wrong, database};
use crate::git::{Workdir, workdir};
use crate::github::GitHub;
use crate::queue::Worker;
use crate::review::{Reviewer, Unwanted};
use crate::sandbox::{Cage, Strictness};
use crate::store::{Store, StoreError};
use crate::web;

/// Answers GitHub, and reviews.
#[derive(Debug, Args)]
pub struct Serve {}

/// Reviews what a server elsewhere has taken in. Needs PostgreSQL.
#[derive(Debug, Args)]
pub struct Work {}

/// Brings the tables of the database up to date.
#[derive(Debug, Args)]
pub struct Migrate {}

impl Serve {
    /// Runs until SIGTERM or Ctrl-C.
    pub fn run(self) -> Exit {
        started(|settings| block_on_until(serve(settings, true)))
    }
}

impl Work {
    /// Runs until SIGTERM or Ctrl-C.
    pub fn run(self) -> Exit {
        started(|settings| block_on_until(serve(settings, false)))
    }
}

impl Migrate {
    /// Migrates.
    pub fn run(self) -> Exit {
        database().map_or_else(
            |wrong| complained(&wrong),
            |address| {
                ended(block_on(async {
                    let store = Store::open(&address).await.context(NOT_OPENED)?;
                    store.migrate().await.context(NOT_MIGRATED)?;
                    store.close().await;
                    Ok(())
                }))
            },
        )
    }
}

const NOT_OPENED: &str = "The database can not be opened; check DATABASE_URL";
const NOT_MIGRATED: &str = "The tables of the database could not be brought up to date";
/// Why a command that only looks into the database fails, mostly.
pub(super) const NO_DATABASE: &str =
    "The database can not be used; check DATABASE_URL, and run `foliolens migrate` once";
pub(super) const NO_GITHUB: &str = "GitHub can not be asked anything";

fn started(run: impl FnOnce(Server) -> anyhow::Result<()>) -> Exit {
    match Server::read() {
        Ok(settings) => ended(run(settings)),
        Err(wrong) => complained(&wrong),
    }
}

/// Does what needs the database that is there, and nothing else of a server: what to print, or a sentence that says why
/// not.
pub(super) fn with_store(run: impl AsyncFnOnce(&Store) -> Result<Result<String, String>, StoreError>) -> Exit {
    let address = match database() {
        Ok(address) => address,
        Err(wrong) => return complained(&wrong),
    };
    let answer = block_on(async {
        let store = Store::open_existing(&address).await.context(NO_DATABASE)?;
        let answer = run(&store).await;
        store.close().await;
        answer.context(NO_DATABASE)
    });
    match answer {
        Ok(Ok(text)) => output::print(&text),
        Ok(Err(sentence)) => {
            output::complain(&sentence);
            Exit::Usage
        }
        Err(error) => failed(&error),
    }
}

pub(super) fn complained(Wrong(sentences): &Wrong) -> Exit {
    sentences.iter().for_each(|sentence| output::complain(sentence));
    Exit::Usage
}

fn ended(end: anyhow::Result<()>) -> Exit {
    match end {
        Ok(()) => Exit::Reviewed,
        Err(error) => failed(&error),
    }
}

/// Says why, once, with what is behind it.
pub(super) fn failed(error: &anyhow::Error) -> Exit {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // An error of a database repeats what is behind it.
        if !text.ends_with(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    output::complain(&format!("{}.", text.trim_end_matches('.')));
    Exit::Unreadable
}

/// Runs `future` on a runtime of its own.
pub(super) fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    runtime()?.block_on(future)
}

/// The same, and has the runtime end by the moment that comes of it, whatever it still waits for: a name that nobody looks
/// up can take minutes, and is not to be stopped.
fn block_on_until(future: impl Future<Output = anyhow::Result<Instant>>) -> anyhow::Result<()> {
    let runtime = runtime()?;
    let ended = runtime.block_on(future);
    let until = *ended.as_ref().unwrap_or(&Instant::now());
    runtime.shutdown_timeout(until.saturating_duration_since(Instant::now()));
    ended.map(drop)
}

fn runtime() -> anyhow::Result<Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.context("The runtime could not be started")
}

/// Serves until the process is asked to end; by when it has to have ended.
async fn serve(settings: Server, is_server: bool) -> anyhow::Result<Instant> {
    let terminate = signal(SignalKind::terminate()).context("Signals can not be listened to")?;
    let store = Store::open(&settings.database).await.context(NOT_OPENED)?;
    if !is_server && !store.is_shared() {
        anyhow::bail!(
            "A worker apart from the server needs PostgreSQL (DATABASE_URL=postgres://...): SQLite is one file on one \
             machine; `foliolens serve` works on it by itself"
        );
    }
    store.migrate().await.context(NOT_MIGRATED)?;
    let github = Arc::new(GitHub::new(&settings.api, settings.key, settings.patience).context(NO_GITHUB)?);
    let program = std::env::current_exe().context("The program can not find itself")?;
    drop(Workdir::new().context("The temporary folder can not be written; set TMPDIR to one that can")?);
    match workdir::sweep() {
        0 => {}
        removed => tracing::info!(removed, "removed what a killed process left"),
    }
    shut_in(&program, &settings.review).await?;
    let metrics = PrometheusBuilder::new().install_recorder().context("The metrics could not be started")?;
    web::metrics::describe();
    // Last of all that can be wrong: who listens works.
    let machines = match settings.metrics_listen {
        Some(address) => Some(bound(address).await?),
        None => None,
    };
    let ending = CancellationToken::new();
    let mut roles = tokio::task::JoinSet::new();
    let state = web::State {
        store: store.clone(),
        webhook_secret: Arc::new(settings.webhook_secret),
        app_id: github.app_id(),
        settings: Arc::new(settings.review.clone()),
        metrics,
    };
    if is_server {
        let listener = bound(settings.listen).await?;
        tracing::info!(address = %listener.local_addr()?, "listening");
        let router = web::router(state.clone(), machines.is_none());
        roles.spawn(listen(listener, router, ending.clone()));
        roles.spawn(crate::review::sweep::run(
            github.clone(),
            store.clone(),
            settings.review.retention,
            settings.sweep,
            ending.clone(),
        ));
    }
    if let Some(listener) = machines {
        roles.spawn(listen(listener, web::router::machines(state), ending.clone()));
    }
    roles.spawn(store.clone().keep_log_short(ending.clone()));
    let reviewer =
        Reviewer { github, store: store.clone(), program, settings: settings.review, unwanted: Unwanted::default() };
    let worker = Worker {
        store: store.clone(),
        handler: Arc::new(reviewer),
        lease: settings.lease,
        per_installation: settings.per_installation_at_once,
    };
    let at_once = if is_server { settings.workers } else { settings.workers.max(1) };
    tracing::info!(at_once, "working");
    roles.spawn(worker.run(at_once, ending.clone()));
    asked_to_end(terminate).await?;
    tracing::info!("ending");
    let until = Instant::now() + settings.shutdown;
    ending.cancel();
    let all = async {
        while roles.join_next().await.is_some() {}
        store.close().await;
    };
    if tokio::time::timeout_at(until.into(), all).await.is_err() {
        tracing::warn!("not everything ended in time; what is left is taken up again when its lease ends");
    }
    Ok(until)
}

/// Says what the kernel lacks to shut reviews in, or refuses to go on without it.
async fn shut_in(program: &std::path::Path, settings: &crate::review::Settings) -> anyhow::Result<()> {
    let wall = std::time::Duration::from_secs(10);
    let cage =
        Cage { program: program.to_owned(), wall, strictness: settings.sandbox, cgroup: settings.cgroup.clone() };
    let missing = cage.missing().await.context("The program can not start itself for a review")?;
    match settings.sandbox {
        Strictness::Require if !missing.is_empty() => anyhow::bail!(
            "FOLIOLENS_SANDBOX=require, but this system lacks {}; docs/security.md says what each is for",
            missing.join(", ")
        ),
        Strictness::Off => tracing::warn!("FOLIOLENS_SANDBOX=off: reviews are not shut in"),
        _ => missing.iter().for_each(|missing| tracing::warn!("this system lacks {missing}")),
    }
    if settings.cgroup.is_none() {
        tracing::info!("FOLIOLENS_CGROUP is not set: memory is limited by rlimits, without a cgroup");
    }
    Ok(())
}

async fn bound(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("{address} can not be listened on"))
}

async fn listen(listener: TcpListener, router: axum::Router, ending: CancellationToken) {
    let ended = axum::serve(listener, router).with_graceful_shutdown(ending.clone().cancelled_owned()).await;
    if let Err(error) = ended {
        tracing::error!(%error, "the listener failed");
    }
    ending.cancel();
}

async fn asked_to_end(mut terminate: Signal) -> anyhow::Result<()> {
    tokio::select! {
        _ = terminate.recv() => {}
        answer = tokio::signal::ctrl_c() => answer.context("Signals can not be listened to")?,
    }
    Ok(())
}

/// Starts the log of a server: one JSON object a line, or for people on a terminal.
pub fn log() {
    let filter = tracing_subscriber::EnvFilter::new("foliolens=info,foliolens_analyzers=warn");
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = if std::io::IsTerminal::is_terminal(&std::io::stderr()) {
        builder.try_init()
    } else {
        builder.json().flatten_event(true).try_init()
    };
    drop(started);
    panics::log();
}
