//! `GET /reports/JOB/TAG`: reports for those who were given the address.

use axum::extract::{Path, State as Extract};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};

use super::State;

/// What a browser may do with a page: show it, and no more.
const HEADERS: [(HeaderName, HeaderValue); 4] = [
    (CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex")),
];

/// The page.
pub async fn report(Extract(state): Extract<State>, Path((job, tag)): Path<(i64, String)>) -> Response {
    let Some(pages) = &state.settings.pages else { return StatusCode::NOT_FOUND.into_response() };
    match pages.page(&state.store, &state.settings.web, job, &tag).await {
        Ok(Some(page)) => (HEADERS, Html(page)).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            let error = anyhow::Error::from(error);
            tracing::error!(error = format!("{error:#}"), "a report could not be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}
