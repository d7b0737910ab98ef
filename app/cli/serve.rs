//! `foliolens serve`, `foliolens worker` and `foliolens migrate`.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use metrics_exporter_prometheus::PrometheusBuilder;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Exit, output, panics};
use crate::config::server::{Server, Wrong, database};
use crate::github::GitHub;
use crate::queue::Worker;
use crate::review::Reviewer;
use crate::sandbox::{Cage, Strictness};
use crate::store::Store;
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
        with_database(|address| {
            ended(block_on(async {
                let store = Store::open(&address).await?;
                store.migrate().await?;
                Ok(())
            }))
        })
    }
}

fn started(run: impl FnOnce(Server) -> anyhow::Result<()>) -> Exit {
    match Server::read() {
        Ok(settings) => ended(run(settings)),
        Err(wrong) => complained(&wrong),
    }
}

/// Does what needs the database and nothing else of a server.
pub(super) fn with_database(run: impl FnOnce(SecretString) -> Exit) -> Exit {
    database().map_or_else(|wrong| complained(&wrong), run)
}

pub(super) fn complained(Wrong(sentences): &Wrong) -> Exit {
    sentences.iter().for_each(|sentence| output::complain(sentence));
    Exit::Usage
}

fn ended(end: anyhow::Result<()>) -> Exit {
    match end {
        Ok(()) => Exit::Reviewed,
        Err(error) => {
            if error.chain().len() > 1 {
                tracing::error!(error = format!("{error:#}"), "ended");
            }
            output::complain(&format!("{error}."));
            Exit::Unreadable
        }
    }
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
    let store = Store::open(&settings.database).await.context("The database can not be opened; check DATABASE_URL")?;
    if !is_server && !store.is_shared() {
        anyhow::bail!(
            "A worker apart from the server needs PostgreSQL (DATABASE_URL=postgres://...): SQLite is one file on one \
             machine; `foliolens serve` works on it by itself"
        );
    }
    store.migrate().await.context("The tables of the database could not be brought up to date")?;
    let github = Arc::new(
        GitHub::new(&settings.api, settings.key, settings.patience).context("GitHub's address can not be used")?,
    );
    let metrics = PrometheusBuilder::new().install_recorder().context("The metrics could not be started")?;
    let ending = CancellationToken::new();
    let mut roles = tokio::task::JoinSet::new();
    roles.spawn(store.clone().keep_log_short(ending.clone()));
    let state = web::State {
        store: store.clone(),
        webhook_secret: Arc::new(settings.webhook_secret),
        app_id: github.app_id(),
        settings: Arc::new(settings.review.clone()),
        metrics,
    };
    if is_server {
        let listener = TcpListener::bind(settings.listen).await;
        let listener = listener.with_context(|| format!("{} can not be listened on", settings.listen))?;
        tracing::info!(address = %listener.local_addr()?, "listening");
        let router = web::router(state.clone(), settings.metrics_listen.is_none());
        roles.spawn(listen(listener, router, ending.clone()));
        roles.spawn(crate::review::sweep::run(
            github.clone(),
            store.clone(),
            settings.review.retention,
            ending.clone(),
        ));
    }
    if let Some(address) = settings.metrics_listen {
        let listener = TcpListener::bind(address).await.with_context(|| format!("{address} can not be listened on"))?;
        roles.spawn(listen(listener, web::router::machines(state), ending.clone()));
    }
    drop(
        crate::review::clones::folder()
            .context("The temporary folder can not be written; set TMPDIR to one that can")?,
    );
    match crate::review::clones::sweep(&std::env::temp_dir()) {
        0 => {}
        removed => tracing::info!(removed, "removed what a killed process left"),
    }
    let program = std::env::current_exe().context("The program can not find itself")?;
    shut_in(&program, &settings.review).await?;
    let reviewer = Reviewer { github, store: store.clone(), program, settings: settings.review };
    let worker = Worker {
        store,
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
    let all = async { while roles.join_next().await.is_some() {} };
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
            "FOLIOLENS_SANDBOX=require, but this kernel lacks {}; docs/security.md says what each is for",
            missing.join(", ")
        ),
        Strictness::Off => tracing::warn!("FOLIOLENS_SANDBOX=off: reviews are not shut in"),
        _ => missing.iter().for_each(|missing| tracing::warn!("this kernel lacks {missing}")),
    }
    if settings.cgroup.is_none() {
        tracing::info!("FOLIOLENS_CGROUP is not set: memory is limited by rlimits, without a cgroup");
    }
    Ok(())
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
