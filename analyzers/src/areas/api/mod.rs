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
    question: "Can other programs use it, by its API, and rely on it while it changes?",
    signals: &[
        SignalMeta {
            id: "api.versioned",
            statement: "Programs that use it go on working when it changes: its API has versions",
            looks_at: "Every endpoint, found by parsing the code of the web framework, with its prefixes followed through constants, routers and groups. A version may stand in the path, a header, a query parameter or the media type, or be put in front of all paths by a committed OpenAPI description or a proxy's configuration. It does not apply to web applications that answer with pages, GraphQL, gRPC, webhook receivers, or an API built to somebody else's specification.",
            why: "Clients that nobody controls keep calling an API after it changes. A version is the promise that they will not break.",
            remedy: "Begin all its addresses with a version, such as /api/v1, so that the old ones go on working \
                     beside new ones; most frameworks do so in one place.",
            effort: Effort::Low,
            dispute: "If only your own front end calls the API, or the task or a specification gave you the paths, say so in the README. If a version exists and was not found, the list of endpoints shows which prefix was missed.",
        },
        SignalMeta {
            id: "api.status-codes",
            statement: "Callers are told why something failed, by status codes",
            looks_at: "Status codes as numbers, constants, helpers and exceptions in the code (201, 204, 400, 404, 409, 422, ...), and those that the framework sends by itself. Tests are left out. It applies to HTTP APIs only.",
            why: "Status codes tell a client whether to try again, to mend its request, or to give up. An API that says 200 to everything hides its failures.",
            remedy: "Let each answer say what happened: 201 for created, 204 for deleted, 400 or 422 for a bad \
                     request, 404 for what is missing, 409 for a conflict.",
            effort: Effort::Medium,
            dispute: "Codes that are chosen far from the handlers, by a library or a table, may not be found. Point to the place.",
        },
        SignalMeta {
            id: "api.documented",
            statement: "Other programmers can read how to use it: its API is described",
            looks_at: "OpenAPI or Swagger files, packages that generate them, collections for Postman, Insomnia or Bruno, .http files, and documents that list endpoints. It applies to HTTP APIs only.",
            why: "Whoever calls the API, the reviewer first of all, should not have to read its code to make the first request.",
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
