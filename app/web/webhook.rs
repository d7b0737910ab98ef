//! `POST /webhook`: verified before it is parsed, written down before it is answered.

use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};

use super::State;
use crate::github::DeliveryId;
use crate::github::event::Event;
use crate::github::signature::is_signed;
use crate::review::intake::intake;
use crate::store::deliveries::Accepted;

/// Takes a delivery. Nothing that was sent is ever echoed.
pub async fn receive(Extract(state): Extract<State>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let began = std::time::Instant::now();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if !is_signed(&state.webhook_secret, &body, header("x-hub-signature-256")) {
        return counted("refused", StatusCode::UNAUTHORIZED);
    }
    let Some(id) = header("x-github-delivery").and_then(DeliveryId::parse) else {
        return counted("malformed", StatusCode::BAD_REQUEST);
    };
    let name = header("x-github-event").unwrap_or_default();
    let Ok(event) = Event::parse(name, &body) else {
        return counted("malformed", StatusCode::BAD_REQUEST);
    };
    let Some(job) = intake(event, state.app_id, &state.settings) else {
        return counted("ignored", StatusCode::ACCEPTED);
    };
    match state.store.accept(id.as_str(), name, &job).await {
        Ok(accepted) => {
            let (what, number) = match accepted {
                Accepted::Queued(number) => ("queued", number),
                Accepted::Known(number) => ("known", number),
            };
            let millis = began.elapsed().as_millis();
            tracing::info!(
                delivery = %id,
                request = header("x-request-id").unwrap_or_default(),
                event = name,
                job = number.0,
                installation = job.installation,
                millis,
                what,
                "delivery"
            );
            counted(what, StatusCode::ACCEPTED)
        }
        Err(error) => {
            let error = anyhow::Error::from(error);
            tracing::error!(delivery = %id, event = name, error = format!("{error:#}"), "a delivery was not written down");
            // GitHub's log then has it as failed, and the sweep asks for it again.
            counted("failed", StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

fn counted(outcome: &'static str, status: StatusCode) -> StatusCode {
    metrics::counter!("foliolens_deliveries_total", "outcome" => outcome).increment(1);
    status
}
