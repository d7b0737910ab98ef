//! `GET /metrics`, for Prometheus.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use metrics::{describe_counter, describe_gauge, describe_histogram};

use super::State;

/// Says what each number is, once there is somebody to tell.
pub fn describe() {
    describe_counter!("foliolens_deliveries_total", "Deliveries of GitHub, by what became of them.");
    describe_gauge!("foliolens_queue_waiting", "Jobs that could run now.");
    describe_gauge!("foliolens_queue_running", "Jobs that run.");
    describe_gauge!(
        "foliolens_queue_later",
        "Jobs that are put back: trouble elsewhere, a limit of GitHub's, a pause."
    );
    describe_gauge!("foliolens_queue_oldest_seconds", "For how long the first job that could run has waited.");
    describe_histogram!("foliolens_job_seconds", "How long jobs took, by how they ended.");
    describe_histogram!("foliolens_review_seconds", "How long fetching and examining took.");
    describe_counter!("foliolens_github_requests_total", "Requests to GitHub, by the status of the answer.");
    describe_gauge!(
        "foliolens_github_rate_limit_remaining",
        "Requests that GitHub will still answer, as it said last."
    );
}

/// The numbers, with those of the queue as they are now.
pub async fn metrics(Extract(state): Extract<State>) -> Result<String, StatusCode> {
    let depth = state.store.depth().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    metrics::gauge!("foliolens_queue_waiting").set(depth.waiting as f64);
    metrics::gauge!("foliolens_queue_running").set(depth.running as f64);
    metrics::gauge!("foliolens_queue_later").set(depth.later as f64);
    metrics::gauge!("foliolens_queue_oldest_seconds").set(depth.oldest.as_secs_f64());
    Ok(state.metrics.render())
}
