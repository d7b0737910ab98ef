//! `POST /webhook`: verified before it is parsed, written down before it is answered.

use std::time::Instant;

use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, StatusCode};

use super::State;
use crate::github::DeliveryId;
use crate::github::event::Event;
use crate::github::signature::is_signed;
use crate::queue::step::millis;
use crate::review::intake::intake;
use crate::store::deliveries::Accepted;
use crate::store::jobs::{JobId, NewJob};

/// An answer, for whoever looks at it on GitHub's page of deliveries.
type Answer = (StatusCode, &'static str);

/// Why a delivery is not taken: a word for the log, and what to do about it.
struct Fault {
    status: StatusCode,
    outcome: &'static str,
    why: &'static str,
    says: &'static str,
}

const UNSIGNED: Fault = Fault {
    status: StatusCode::UNAUTHORIZED,
    outcome: "refused",
    why: "no signature",
    says: "There is no signature (X-Hub-Signature-256). The webhook on GitHub needs a secret, the same as \
           FOLIOLENS_WEBHOOK_SECRET.\n",
};
const ONLY_SHA_1: Fault = Fault {
    why: "only SHA-1",
    says: "There is a signature by SHA-1 only (X-Hub-Signature). X-Hub-Signature-256 is the one that counts.\n",
    ..UNSIGNED
};
const NOT_OURS: Fault = Fault {
    why: "signature does not fit",
    says: "The signature does not fit: the secret of the webhook on GitHub is another one than FOLIOLENS_WEBHOOK_SECRET, \
           or something on the way has changed the body.\n",
    ..UNSIGNED
};
const TOO_LARGE: Fault = Fault {
    status: StatusCode::PAYLOAD_TOO_LARGE,
    why: "too large",
    says: "The body is larger than 25 MiB, which GitHub never delivers.\n",
    ..UNSIGNED
};
const NO_JSON: Fault =
    Fault { status: StatusCode::BAD_REQUEST, outcome: "malformed", why: "no JSON", says: "The body is no JSON.\n" };
const FORM: Fault = Fault {
    why: "a form",
    says: "The body is a form. Set the content type of the webhook on GitHub to application/json.\n",
    ..NO_JSON
};
const NO_ID: Fault = Fault {
    why: "no delivery id",
    says: "There is no id of a delivery (X-GitHub-Delivery), or it is none.\n",
    ..NO_JSON
};
const BROKEN_OFF: Fault = Fault { why: "broken off", says: "The body ended too early.\n", ..NO_JSON };

/// Takes a delivery. Nothing that was sent is ever echoed.
pub async fn receive(
    Extract(state): Extract<State>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let mut known = Known::new(word(&headers, "x-request-id"));
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let body = match body {
        Ok(body) => body,
        Err(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => return known.not_taken(&TOO_LARGE),
        Err(_) => return known.not_taken(&BROKEN_OFF),
    };
    let signature = header("x-hub-signature-256");
    if !is_signed(&state.webhook_secret, &body, signature) {
        let fault = match (signature, header("x-hub-signature")) {
            (Some(_), _) => NOT_OURS,
            (None, Some(_)) => ONLY_SHA_1,
            (None, None) => UNSIGNED,
        };
        return known.not_taken(&fault);
    }
    // Before it is known to be GitHub who says it, nothing of what is said is written down.
    known.event = word(&headers, "x-github-event");
    let Some(id) = header("x-github-delivery").and_then(DeliveryId::parse) else {
        return known.not_taken(&NO_ID);
    };
    known.delivery = Some(id.as_str());
    let name = header("x-github-event").unwrap_or_default();
    let Ok(event) = Event::parse(name, &body) else {
        let is_form = header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
        return known.not_taken(if is_form { &FORM } else { &NO_JSON });
    };
    let Some(job) = intake(event, state.app_id, &state.settings) else {
        return known.answered("ignored", None, (StatusCode::ACCEPTED, "ignored\n"));
    };
    match state.store.accept(id.as_str(), name, &job).await {
        Ok(Accepted::Queued(number)) => {
            Known { job: Some((number, &job)), ..known }.answered("queued", None, (StatusCode::ACCEPTED, "queued\n"))
        }
        Ok(Accepted::Known(number)) => Known { job: Some((number, &job)), ..known }.answered(
            "known",
            None,
            (StatusCode::ACCEPTED, "known: it came before\n"),
        ),
        Err(error) => {
            let error = anyhow::Error::from(error);
            tracing::error!(delivery = %id, error = format!("{error:#}"), "a delivery was not written down");
            // GitHub's log then has it as failed, and the sweep asks for it again.
            let says = "It could not be written down. It will be asked for again.\n";
            known.answered("failed", None, (StatusCode::SERVICE_UNAVAILABLE, says))
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

    fn not_taken(self, fault: &Fault) -> Answer {
        self.answered(fault.outcome, Some(fault.why), (fault.status, fault.says))
    }

    fn answered(self, outcome: &'static str, why: Option<&'static str>, answer: Answer) -> Answer {
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
            why,
            status = answer.0.as_u16(),
            "delivery"
        );
        answer
    }
}

/// A header that is a word of letters, digits, `-` and `_`, and not long; anybody may have sent it.
fn word<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let text = headers.get(name)?.to_str().ok()?;
    let fits = (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    fits.then_some(text)
}
