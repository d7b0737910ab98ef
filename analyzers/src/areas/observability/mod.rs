//! Observability: whether somebody can see from outside what the running service does.

mod health;
mod logs;
mod prints;
mod request_id;
pub(in crate::areas) mod server;

use self::prints::Printed;
use self::server::Server;
use crate::{Analyzer, AreaMeta, Effort, Finding, Outcome, SignalMeta, Snapshot};

/// The area `observability`.
pub struct Observability;

static META: AreaMeta = AreaMeta {
    id: "observability",
    title: "Monitoring",
    question: "Can somebody see what the running service does?",
    signals: &[
        SignalMeta {
            id: "observability.structured-logs",
            statement: "Machines can search the log",
            looks_at: "How the code writes its log, the record of what the program does: as records with names and \
                values (by structlog, pino, winston, slog, zap, Serilog, tracing, an encoder for JSON, ...), as lines \
                of text, by the framework's own means, or only by printing. It applies to programs that answer \
                requests over HTTP.",
            why: "When something breaks at night, records can be searched by user, order or request; lines of text \
                have to be read.",
            remedy: "Write the log so that machines can search it: with a logger that writes JSON, and values as \
                     fields of their own instead of sentences.",
            effort: Effort::Low,
            dispute: "A service that collects logs may turn the lines into records. Say so in the README.",
        },
        SignalMeta {
            id: "observability.no-print",
            statement: "No notes are left that programmers make while they look for a mistake",
            looks_at: "Calls that print something (print, console.log, fmt.Println, System.out.println, puts, \
                var_dump, dbg!, Console.WriteLine) in code that runs on the server. Tests, scripts, seeds, \
                migrations, tools for the terminal, code for the browser and what a server says when it starts are \
                left out. It applies to programs that answer requests over HTTP.",
            why: "What was printed to find a mistake has no time and no rank beside it, can't be switched off, and \
                may show what nobody should read.",
            remedy: "Delete what was printed to find a mistake, and let the rest go into the log.",
            effort: Effort::Low,
            dispute: "Where a platform collects whatever a program prints, printing on purpose is fine. Say so in the README.",
        },
        SignalMeta {
            id: "observability.request-id",
            statement: "What was done for one visitor can be followed through the log",
            looks_at: "Whether each request gets a number of its own that can stand in the log: by a header such as \
                X-Request-ID or traceparent, by a package, or by tracing such as OpenTelemetry. Frameworks that do so \
                by themselves are fine. It applies to programs that answer requests over HTTP.",
            why: "With many visitors at once, only such a number tells which lines of the log belong to the request \
                that failed.",
            remedy: "Give each request a number, or take the one in its X-Request-ID header, and write it into each \
                     line of the log.",
            effort: Effort::Low,
            dispute: "Another program in front or beside, outside of the repository, may add it. Say so in the README.",
        },
        SignalMeta {
            id: "observability.health",
            statement: "It can be asked whether the service is well",
            looks_at: "Addresses such as /health, /ready and /ping, packages for such checks, and checks in a \
                Dockerfile, a compose file or a Kubernetes manifest. It applies to programs that answer requests over \
                HTTP.",
            why: "Whatever runs the service needs a way to ask whether it is well, to restart it or send visitors elsewhere.",
            remedy: "Add an address such as /health that answers 200, for fine, while the service can do its work, \
                and let whatever runs the service ask there.",
            effort: Effort::Low,
            dispute: "Some platforms only try whether anything answers. Where that is enough, say so in the README.",
        },
    ],
};

impl Analyzer for Observability {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        if !server::answers(repo) {
            if let Some(sentence) = server::unread(repo) {
                return of_unread(repo, &sentence);
            }
            let silence = |signal: &SignalMeta| Finding::not_applicable(signal.id, "The program answers no requests.");
            return META.signals.iter().map(silence).collect();
        }
        let server = Server::of(repo);
        let printed = Printed::of(repo, &server);
        vec![
            logs::finding(repo, &server, &printed),
            prints::finding(repo, &printed),
            request_id::finding(repo, &server),
            health::finding(repo, &server),
        ]
    }
}

/// What can be said of a server whose routes could not be read: which logger it has, if one is seen.
fn of_unread(repo: &Snapshot, sentence: &str) -> Vec<Finding> {
    let server = Server::of(repo);
    let logs = logs::finding(repo, &server, &Printed::of(repo, &server));
    let is_seen = matches!(logs.outcome(), Outcome::Met | Outcome::Partly);
    // In the order of the signals, by which a trial compares them.
    let of = |signal: &SignalMeta| {
        if is_seen && signal.id == logs.signal() {
            logs.clone()
        } else {
            Finding::not_assessable(signal.id, sentence.to_owned())
        }
    };
    META.signals.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{NotApplicable, NotAssessable, Partly};
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_server_whose_routes_are_not_read_may_show_its_logger() {
        let of = |text: &str| {
            let findings = Observability.examine(&Fixture::new().file("main.go", text).snapshot());
            let signals: Vec<&str> = findings.iter().map(Finding::signal).collect();
            assert_eq!(signals, META.signals.iter().map(|signal| signal.id).collect::<Vec<_>>());
            findings.iter().map(Finding::outcome).collect::<Vec<_>>()
        };
        let server = |import: &str| {
            format!("package main\nimport (\n\t{import}\n)\nfunc main() {{ http.ListenAndServe(\":80\", made()) }}\n")
        };
        assert_eq!(of(&server("\"log\"")), [Partly, NotAssessable, NotAssessable, NotAssessable]);
        assert_eq!(of(&server("\"os\"")), [NotAssessable; 4]);
        assert_eq!(of(&server("\"log\"").replace("package main", "package pprof")), [NotApplicable; 4]);
        assert_eq!(of("package main\nimport \"log\"\nfunc main() { log.Print(1) }\n"), [NotApplicable; 4]);
    }
}
