//! The HTTP API: which endpoints there are, whether they are versioned, how they answer, and how they are described.

mod api_platform;
mod asked;
mod azure;
mod contract;
mod csharp;
mod django;
mod django_views;
mod documented;
pub mod endpoint;
mod fronted;
mod generated;
mod go;
mod grpc;
mod javascript;
mod javascript_modules;
mod jvm;
mod nest;
mod next;
mod php;
mod prose;
mod python;
mod python_modules;
mod routers;
mod routing;
mod ruby;
mod rust;
mod statuses;
mod style;
pub(crate) mod surface;
mod symfony;
mod values;
mod versioned;

pub(crate) use endpoint::version_segment;
pub use endpoint::{Endpoint, UnreadMount, VersionCue};
pub(in crate::areas) use statuses::failures;
pub use surface::Surface;

use crate::{Analyzer, AreaMeta, Effort, Finding, SignalMeta, Snapshot};

/// The area `api`.
pub struct Api;

static META: AreaMeta = AreaMeta {
    id: "api",
    title: "Interface",
    question: "Can other programs use it (by its API), and rely on it while it changes?",
    signals: &[
        SignalMeta {
            id: "api.versioned",
            statement: "Programs that use it go on working when it changes: its API has versions",
            looks_at: "Every address (endpoint) at which other programs can call this one, found by reading the code \
                of the web framework. A version, such as v1, may stand in the address, in a header, in a parameter or \
                in the kind of answer that is asked for; a committed OpenAPI description or a proxy's settings may \
                also put it in front. It does not apply to pages for people, to GraphQL and gRPC, to addresses where \
                other systems report news (webhooks), or where somebody else's specification sets the addresses.",
            why: "Programs of others go on calling an address after it changes. A version is the promise that they \
                will not break.",
            remedy: "Begin all its addresses with a version, such as /api/v1, so that the old ones go on working \
                     beside new ones; most frameworks do so in one place.",
            effort: Effort::Low,
            dispute: "If only your own pages call it, or the task or a specification gave you the addresses, say so \
                in the README. If there is a version that was not found, the list of addresses shows where it was \
                missed.",
        },
        SignalMeta {
            id: "api.status-codes",
            statement: "Callers are told why something failed, by status codes",
            looks_at: "Status codes, the numbers that say how a request went (201 for created, 404 for not found, \
                ...), as the code sends them, and those that the framework sends by itself. Tests are left out. It \
                applies only where other programs can call this one over HTTP.",
            why: "By the number a caller knows whether to try again, to mend the request, or to give up. A program \
                that says 200, for fine, to everything hides its failures.",
            remedy: "Let each answer say what happened: 201 for created, 204 for deleted, 400 or 422 for a bad \
                     request, 404 for what is missing, 409 for a conflict.",
            effort: Effort::Medium,
            dispute: "Numbers that are chosen elsewhere, by a library or in a table, may not be found. Point to the \
                place.",
        },
        SignalMeta {
            id: "api.documented",
            statement: "Other programmers can read how to use it: its API is described",
            looks_at: "Descriptions of the addresses that other programs can call: OpenAPI or Swagger files, packages \
                that make them, collections of requests for Postman, Insomnia or Bruno, .http files, and documents \
                that list the addresses. It applies only where other programs can call this one over HTTP.",
            why: "Whoever wants to call it, a reviewer first of all, should not have to read its code to send the \
                first request.",
            remedy: "List each address in the README with an example request and answer, or let the framework make \
                     such a page, in OpenAPI's form.",
            effort: Effort::Low,
            dispute: "If the description lives elsewhere, link it from the README and say what it covers.",
        },
    ],
};

impl Analyzer for Api {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        vec![versioned::examine(repo), statuses::examine(repo), documented::examine(repo)]
    }
}
