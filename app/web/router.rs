//! Which address is answered by what.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::map_request;
use axum::routing::{get, post};
use metrics_exporter_prometheus::PrometheusHandle;
use secrecy::SecretString;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;

use super::{health, metrics, reports, webhook};
use crate::review::Settings;
use crate::store::Store;

/// What the handlers share.
#[derive(Clone)]
pub struct State {
    /// Where deliveries are written down.
    pub store: Store,
    /// What they are signed with.
    pub webhook_secret: Arc<SecretString>,
    /// The app's id.
    pub app_id: u64,
    /// What is allowed.
    pub settings: Arc<Settings>,
    /// The numbers.
    pub metrics: PrometheusHandle,
}

/// What GitHub delivers at most. <https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap>
const LARGEST: usize = 25 << 20;
/// GitHub does not wait longer.
const PATIENCE: Duration = Duration::from_secs(10);
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The server's addresses; the metrics only where machines have no listener of their own.
pub fn router(state: State, with_metrics: bool) -> Router {
    let mut router = Router::new()
        .route("/", get(health::name))
        .route("/webhook", post(webhook::receive).layer(DefaultBodyLimit::max(LARGEST)))
        .route("/reports/{job}/{tag}", get(reports::report))
        .merge(health());
    if with_metrics {
        router = router.merge(numbers());
    }
    layered(router, state)
}

/// What machines look at, and nothing else.
pub fn machines(state: State) -> Router {
    layered(health().merge(numbers()), state)
}

/// Also where the webhook is: whoever passes requests on to it asks there.
fn health() -> Router<State> {
    Router::new().route("/healthz", get(health::alive)).route("/readyz", get(health::ready))
}

fn numbers() -> Router<State> {
    Router::new().route("/metrics", get(metrics::metrics))
}

fn layered(router: Router<State>, state: State) -> Router {
    router
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, PATIENCE))
        .layer(CatchPanicLayer::new())
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(map_request(unnamed))
        .with_state(state)
}

/// Requests are named by us alone: what a stranger calls one would stand in the log, and in the answer.
async fn unnamed(mut request: Request) -> Request {
    request.headers_mut().remove(REQUEST_ID);
    request
}
