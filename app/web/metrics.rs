//! `GET /metrics`, for Prometheus.

use axum::extract::State as Extract;
use axum::http::StatusCode;

use super::State;

/// The numbers, with those of the queue as they are now.
pub async fn metrics(Extract(state): Extract<State>) -> Result<String, StatusCode> {
    let depth = state.store.depth().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    metrics::gauge!("foliolens_queue_waiting").set(depth.waiting as f64);
    metrics::gauge!("foliolens_queue_running").set(depth.running as f64);
    metrics::gauge!("foliolens_queue_oldest_seconds").set(depth.oldest.as_secs_f64());
    Ok(state.metrics.render())
}
