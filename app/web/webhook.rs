//! `POST /webhook`: verified before it is parsed, written down before it is answered.

use std::time::Instant;

use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};

use super::State;
use crate::github::DeliveryId;
use crate::github::event::Event;
use crate::github::signature::is_signed;
use crate::queue::step::millis;
use crate::review::intake::intake;
use crate::store::deliveries::Accepted;
use crate::store::jobs::{JobId, NewJob};

/// Takes a delivery. Nothing that was sent is ever echoed.
pub async fn receive(Extract(state): Extract<State>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut known = Known::new(word(&headers, "x-request-id"));
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if !is_signed(&state.webhook_secret, &body, header("x-hub-signature-256")) {
        return known.answered("refused", StatusCode::UNAUTHORIZED);
    }
    // Before it is known to be GitHub who says it, nothing of what is said is written down.
    known.event = word(&headers, "x-github-event");
    let Some(id) = header("x-github-delivery").and_then(DeliveryId::parse) else {
        return known.answered("malformed", StatusCode::BAD_REQUEST);
    };
    known.delivery = Some(id.as_str());
    let name = header("x-github-event").unwrap_or_default();
    let Ok(event) = Event::parse(name, &body) else {
        return known.answered("malformed", StatusCode::BAD_REQUEST);
    };
    let Some(job) = intake(event, state.app_id, &state.settings) else {
        return known.answered("ignored", StatusCode::ACCEPTED);
    };
    match state.store.accept(id.as_str(), name, &job).await {
        Ok(Accepted::Queued(number)) => {
            Known { job: Some((number, &job)), ..known }.answered("queued", StatusCode::ACCEPTED)
        }
        Ok(Accepted::Known(number)) => {
            Known { job: Some((number, &job)), ..known }.answered("known", StatusCode::ACCEPTED)
        }
        Err(error) => {
            let error = anyhow::Error::from(error);
            tracing::error!(delivery = %id, error = format!("{error:#}"), "a delivery was not written down");
            // GitHub's log then has it as failed, and the sweep asks for it again.
            known.answered("failed", StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}

/// What is known of a delivery when it is answered, for its line in the log.
struct Known<'a> {
    began: Instant,
    request: Option<&'a str>,
    delivery: Option<&'a str>,
    event: Option<&'a str>,
    job: Option<(JobId, &'a NewJob)>,
}

impl<'a> Known<'a> {
    fn new(request: Option<&'a str>) -> Self {
        Known { began: Instant::now(), request, delivery: None, event: None, job: None }
    }

    fn answered(self, outcome: &'static str, status: StatusCode) -> StatusCode {
        metrics::counter!("foliolens_deliveries_total", "outcome" => outcome).increment(1);
        let job = self.job.map(|(_, job)| job);
        tracing::info!(
            delivery = self.delivery,
            request = self.request,
            event = self.event,
            job = self.job.map(|(number, _)| number.0),
            installation = job.map(|job| job.installation),
            repository = job.map(|job| job.repository.as_str()).filter(|name| !name.is_empty()),
            millis = millis(self.began),
            outcome,
            status = status.as_u16(),
            "delivery"
        );
        status
    }
}

/// A header that is a word of letters, digits, `-` and `_`, and not long; anybody may have sent it.
fn word<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let text = headers.get(name)?.to_str().ok()?;
    let fits = (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    fits.then_some(text)
}
