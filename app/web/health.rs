//! Whether the server is alive, and whether it can work.

use axum::extract::State as Extract;
use axum::http::StatusCode;

use super::State;

/// `GET /`: what answers here, for whoever has just set it up.
pub async fn name() -> &'static str {
    concat!("foliolens ", env!("CARGO_PKG_VERSION"), "\n")
}

/// `GET /healthz`: the process answers.
pub async fn alive() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: the database answers, and how the queue is.
pub async fn ready(Extract(state): Extract<State>) -> (StatusCode, String) {
    match state.store.depth().await {
        Ok(depth) => {
            let age = depth.oldest.as_secs();
            let (waiting, running, later) = (depth.waiting, depth.running, depth.later);
            let text =
                format!("database ok\nqueue {waiting} waiting, {running} running, {later} later, oldest {age} s\n");
            (StatusCode::OK, text)
        }
        Err(error) => {
            let error = anyhow::Error::from(error);
            tracing::error!(error = format!("{error:#}"), "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "database failed\n".to_owned())
        }
    }
}
