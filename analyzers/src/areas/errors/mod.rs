//! Errors: whether the program expects that things go wrong.

mod absence;
mod answers;
mod base;
mod beside;
mod catches;
mod central;
mod clients;
mod excuses;
mod frameworks;
mod in_use;
mod names;
mod narrow;
mod order;
mod rust;
mod services;
mod settings;
mod statuses;
mod swallowed;
mod tables;
mod thrown;
mod timeouts;
mod unrouted;
mod wrapper;

use crate::areas::observability::server::Server;
use crate::{Analyzer, AreaMeta, Effort, Finding, SignalMeta, Snapshot};

/// The area `errors`.
pub struct Errors;

static META: AreaMeta = AreaMeta {
    id: "errors",
    title: "Error handling",
    question: "Does the code expect that things may go wrong?",
    signals: &[
        SignalMeta {
            id: "errors.not-swallowed",
            statement: "Errors are not silently dropped",
            looks_at: "Places that catch any error at all, or any of files or of the database, and then do nothing, \
                and calls that can fail whose result is thrown away. It is fine where a comment says why, where only \
                one kind of error is caught, or where what may fail only cleans up. Tests, scripts, migrations and \
                code for the browser are left out. It does not apply where nothing catches errors.",
            why: "An error that was dropped shows up later, somewhere else, as wrong data that nobody can explain.",
            remedy: "Drop only errors that are expected, and say why in a comment; write the others into the log, \
                     answer them or pass them on.",
            effort: Effort::Low,
            dispute: "Some errors may be dropped, such as those of cleaning up. Say so in a comment at that place.",
        },
        SignalMeta {
            id: "errors.absence",
            statement: "The program expects that what it looks for may not be there",
            looks_at: "Places that look up one entry, which may not be there, and whether the code asks for that \
                before it uses what it got. Lookups that answer \"not found\" by themselves are fine. In Rust, unwrap \
                and expect in code that answers requests are looked at. It does not apply where no entry is looked \
                up.",
            why: "Whoever asks for something that is gone should read that it is gone, and not that the server is broken.",
            remedy: "After each lookup ask whether anything was found, and if not, answer 404, for \"not found\"; \
                many frameworks have a lookup that does so.",
            effort: Effort::Low,
            dispute: "An entry that must exist, for instance because it was checked before, can't be told from one \
                that may be missing. Say so beside the lookup.",
        },
        SignalMeta {
            id: "errors.timeouts",
            statement: "The program does not wait for other systems without end",
            looks_at: "Calls to other systems over HTTP, and whether anything limits how long they wait. Libraries \
                that give up by themselves are fine. Tests, scripts and code for the browser are left out. It does \
                not apply where no such call is made, and can't be told where only the library of a service or of \
                mail makes them.",
            why: "If the other system hangs, every request that waits for it hangs too, until the whole service stands still.",
            remedy: "Let the program stop waiting after a few seconds: a timeout for each call, or for the client \
                     that makes them.",
            effort: Effort::Low,
            dispute: "The limit may be set around the call or by a proxy. Say so beside the call.",
        },
        SignalMeta {
            id: "errors.central",
            statement: "Unexpected errors are answered in one place",
            looks_at: "Code that answers unexpected errors for the whole program: error middleware, exception \
                handlers, filters, advice, types of errors that know their own answer. Frameworks that answer them by \
                themselves are fine, unless each address catches its own. It applies to programs that answer requests \
                over HTTP, or over gRPC alone, of which nothing is told where such code is missing.",
            why: "Where each address answers errors in its own way, some forget to, and callers can't rely on any \
                form.",
            remedy: "Add one place that takes all errors, writes them into the log and answers in one form.",
            effort: Effort::Low,
            dispute: "Code for this in a package of your own is not seen. Point to it in the README.",
        },
    ],
};

impl Analyzer for Errors {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        let server = Server::of(repo);
        vec![
            swallowed::finding(repo, &server),
            absence::finding(repo, &server),
            timeouts::finding(repo, &server),
            central::finding(repo, &server),
        ]
    }
}

/// `the only lookup`, `both lookups`, `3 of 7 lookups`.
fn part(some: usize, all: usize, noun: &str) -> String {
    match (some, all) {
        (_, 1) => format!("the only {noun}"),
        (2, 2) => format!("both {noun}s"),
        _ if some == all => format!("all {all} {noun}s"),
        _ => format!("{some} of {all} {noun}s"),
    }
}

/// `one place`, `3 places`.
fn places(number: usize) -> String {
    if number == 1 { "one place".to_owned() } else { format!("{number} places") }
}
