//! Routes that change something without a guard, in a program whose other routes have one.

mod context;
mod handlers;
mod learned;
mod lost;
mod rails;
mod unknown;
mod words;

use std::collections::BTreeMap;

pub(crate) use context::Region;
pub(super) use learned::Guards;
pub(crate) use lost::lost;

use super::login;
use crate::areas::api::Endpoint;
use crate::areas::api::Surface;
use crate::code::Language;
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// One such route.
pub(crate) struct Open {
    /// `DELETE`
    pub(crate) method: String,
    /// `/orders/:id`
    pub(crate) path: String,
    /// Its handler, or its declaration.
    pub(crate) place: Place,
}

/// The routes, by place.
pub(super) fn find(repo: &Snapshot) -> Vec<Open> {
    if is_guarded_as_a_whole(repo) {
        return Vec::new();
    }
    let mut open = rails::find(repo);
    for mut changing in handlers(repo).into_values() {
        changing.retain(|(endpoint, handler)| is_change(endpoint, handler));
        let bare: Vec<_> = changing.iter().filter(|(_, handler)| !handler.is_guarded).collect();
        // A guard is the habit of this file, and these are the exceptions.
        if !bare.is_empty() && 2 * bare.len() <= changing.len() {
            open.extend(bare.into_iter().map(|(endpoint, handler)| Open::of(repo, endpoint, handler)));
        }
    }
    open.sort_by(|a, b| a.place.cmp(&b.place));
    open.dedup_by(|a, b| a.place == b.place);
    open
}

/// Each route with what is known of its handler, by file. Rails' are told by their controllers.
fn handlers(repo: &Snapshot) -> BTreeMap<&str, Vec<(&Endpoint, context::Guarded)>> {
    let mut files: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
    for endpoint in &Surface::of(repo).endpoints {
        files.entry(&endpoint.file).or_default().push(endpoint);
    }
    let guards = if files.is_empty() { Guards::default() } else { Guards::of(repo) };
    let mut found = BTreeMap::new();
    for (file, mut endpoints) in files {
        let (Some(language), Some(text)) = (Language::of(file), repo.text(file)) else { continue };
        if endpoints.iter().any(|endpoint| endpoint.framework == "Rails") {
            continue;
        }
        endpoints.sort_by_key(|endpoint| endpoint.lines);
        let context = context::Context::of(repo, (file, text), language, &guards);
        let handler = |(index, endpoint): (usize, &&Endpoint)| {
            let next = endpoints[index + 1..].iter().map(|next| next.lines.0).find(|first| *first > endpoint.lines.1);
            context.handler(endpoint, next)
        };
        let handlers: Vec<context::Guarded> = endpoints.iter().enumerate().map(handler).collect();
        found.insert(file, endpoints.into_iter().zip(handlers).collect());
    }
    found
}

impl Open {
    fn of(repo: &Snapshot, endpoint: &Endpoint, handler: &context::Guarded) -> Self {
        Open {
            method: endpoint.method.replace('*', "any method on"),
            path: endpoint.path.clone(),
            place: handler.place.clone().unwrap_or_else(|| {
                Place::lines(repo.head(), endpoint.file.as_str(), endpoint.lines.0, endpoint.lines.1)
            }),
        }
    }
}

/// The lines in which the handler of `endpoint` stands.
pub(crate) fn regions(repo: &Snapshot, endpoint: &Endpoint) -> Vec<Region> {
    let (Some(language), Some(text)) = (Language::of(&endpoint.file), repo.text(&endpoint.file)) else {
        return Vec::new();
    };
    let others = Surface::of(repo).endpoints.iter().filter(|other| other.file == endpoint.file);
    let next = others.map(|other| other.lines.0).filter(|first| *first > endpoint.lines.1).min();
    let guards = Guards::default();
    context::Context::of(repo, (&endpoint.file, text), language, &guards).regions(endpoint, next)
}

/// Whether something stands before every route: a filter for all of them, or a setting of the framework.
fn is_guarded_as_a_whole(repo: &Snapshot) -> bool {
    let mut texts = repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
    texts.any(|(file, text)| words::is_for_everything(&file.path, text))
}

/// Whether a route changes something that is not everybody's to change.
fn is_change(endpoint: &Endpoint, handler: &context::Guarded) -> bool {
    const PUBLIC: &[&str] = &[
        "logout",
        "webhook",
        "forgot",
        "reset",
        "contact",
        "subscribe",
        "refresh",
        "search",
        "graphql",
        "password",
        "confirm",
        "activate",
        "feedback",
        "newsletter",
        "verify",
        "callback",
        "ping",
        "health",
        "otp",
        "oauth",
    ];
    let changes = match endpoint.method.as_str() {
        "PUT" | "PATCH" | "DELETE" | "POST" => true,
        "*" => handler.changes,
        _ => false,
    };
    changes
        && !login::is_login(endpoint)
        && !is_sign_up(endpoint)
        && !PUBLIC.iter().any(|word| endpoint.path.to_ascii_lowercase().contains(word))
}

/// Whoever makes an account has none yet.
fn is_sign_up(endpoint: &Endpoint) -> bool {
    let last = endpoint.path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    endpoint.method == "POST" && matches!(last.to_ascii_lowercase().as_str(), "user" | "users" | "account" | "accounts")
}

#[cfg(test)]
mod tests;
