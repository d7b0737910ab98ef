//! Servers that answer without routes, over gRPC or GraphQL: both give every error to who asked, in a form of their own.

use std::collections::BTreeSet;

use super::{catches, in_use, narrow};
use crate::areas::api::Surface;
use crate::areas::observability::server::Server;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
use crate::kinds::served;
use crate::{Finding, Place, Snapshot};

/// So many calls that choose a status themselves are a habit.
const SEVERAL: usize = 3;

/// How such a server answers errors, if the program is one and nothing else.
pub(super) fn finding(signal: &'static str, repo: &Snapshot, server: &Server<'_>) -> Option<Finding> {
    let grpc = served::grpc_alone(repo);
    let graphql = served::graphql(repo).filter(|_| Surface::of(repo).endpoints.is_empty());
    if grpc.is_none() && graphql.is_none() {
        return None;
    }
    let mut central = server.matches("errors", "central");
    if grpc.is_some() {
        central.extend(server.matches("errors", "interceptor"));
    }
    in_use::retain(repo, &mut central);
    central.retain(|found| is_reached(repo, found, grpc.is_some()));
    if let Some(found) = central.first() {
        let at = marks::places(repo, central.iter().copied());
        return Some(if narrow::is_partial(repo, &central) {
            let summary = format!(
                "Unexpected errors all get an answer: those of a few kinds in {}, and the rest by the framework itself.",
                found.path
            );
            Finding::met(signal, summary, at).fact("handling", "partial")
        } else {
            let summary = format!("Unexpected errors are answered in one place, in {}.", found.path);
            Finding::met(signal, summary, at).fact("handling", "central")
        });
    }
    if let Some(place) = grpc {
        return Some(of_grpc(signal, repo, server, place));
    }
    let (framework, place) = graphql?;
    if repo.text(&place.path).is_some_and(|text| text.contains("formatError")) {
        let summary = format!("Unexpected errors are answered in one place: {} says what becomes of each.", place.path);
        return Some(Finding::met(signal, summary, place).fact("handling", "central"));
    }
    let mut own = server.matches("errors", "caught");
    own.retain(|found| is_answered_by_a_resolver(repo, found));
    Some(match own.first() {
        Some(found) => {
            let summary = format!(
                "Unexpected errors get an answer: resolvers give their own in {}, as in {}, and {framework} answers \
                 the rest.",
                super::places(own.len()),
                found.path
            );
            Finding::met(signal, summary, marks::places(repo, own)).indicative().fact("handling", "adhoc")
        }
        None => {
            let summary = format!(
                "Unexpected errors are answered in one place, by {framework} itself; no resolver has an answer of its \
                 own."
            );
            Finding::met(signal, summary, place).by_default().fact("handling", "framework_default")
        }
    })
}

/// What is said of a service of gRPC in which nothing was recognised that answers the errors of all calls.
fn of_grpc(signal: &'static str, repo: &Snapshot, server: &Server<'_>, place: Place) -> Finding {
    let own = server.matches("errors", "status");
    let calls: BTreeSet<_> =
        own.iter().map(|found| (&found.path, found.functions.last().map(|it| it.bytes.start))).collect();
    if calls.len() < SEVERAL {
        // A helper that all calls ask for the status of an error stands in one place as well.
        let summary = "Whether unexpected errors are answered in one place can't be told: no code for this was recognised. \
            gRPC gives whatever a call fails with to who called, as a rule as \"unknown\".";
        return Finding::not_assessable(signal, summary).with_places([place]).fact("handling", "framework_default");
    }
    let summary = format!(
        "What goes wrong may be answered differently everywhere: {} calls choose the status of their errors themselves, \
         as in {}. What one of them forgets, gRPC gives to who called as it is, as a rule as \"unknown\".",
        calls.len(),
        own[0].path
    );
    Finding::partly(signal, summary, marks::places(repo, own)).indicative().fact("handling", "adhoc")
}

/// Whether errors come to a handler: those of a service that Nest puts beside a server of HTTP do so only where it takes
/// over that server's settings.
fn is_reached(repo: &Snapshot, found: &CodeMatch, is_grpc: bool) -> bool {
    let is_beside = |text: &str| text.contains("connectMicroservice") && text.contains("Transport.GRPC");
    let takes_over = |text: &str| text.contains("inheritAppConfig: true");
    let is_script = matches!(found.language, Language::TypeScript | Language::JavaScript);
    let mut texts = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".ts")).map(|(_, text)| text);
    !is_grpc || !is_script || texts.all(|text| !is_beside(text) || takes_over(text))
}

/// Whether a resolver gives something back for what it catches.
fn is_answered_by_a_resolver(repo: &Snapshot, found: &CodeMatch) -> bool {
    const MARKS: &[&str] = &["@Resolver(", "@Query(", "@Mutation(", "@FieldResolver(", "Query: {", "Mutation: {"];
    let is_resolver = || {
        found.path.to_ascii_lowercase().contains("resolver")
            || repo.text(&found.path).is_some_and(|text| MARKS.iter().any(|mark| text.contains(mark)))
    };
    let clause = narrow::source(repo, found);
    (clause.contains("return ") || clause.contains("throw new "))
        && !catches::hands_on(repo, found)
        && !catches::is_of_start(repo, found)
        && is_resolver()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome::{Met, NotAssessable, Partly};
    use crate::areas::errors::narrow::tests::handling;
    use crate::snapshot::fixture::Fixture;

    const SERVER: (&str, &str) = ("src/index.ts", "const server = new ApolloServer({ schema });\nserver.listen();\n");
    const PACKAGE: (&str, &str) = ("package.json", r#"{"dependencies": {"apollo-server": "3"}}"#);

    #[test]
    fn resolvers_that_answer_what_they_catch() {
        let of = |caught: &str| {
            let resolver = format!(
                "@Resolver()\nexport class A {{\n  @Mutation() a() {{ try {{ return b(); }} catch (e) {{ {caught} }} }}\n}}\n"
            );
            handling(&[PACKAGE, SERVER, ("src/graphql/a.ts", &resolver)])
        };
        assert_eq!(of("log(e); return e;"), "adhoc");
        assert_eq!(of("throw new ApolloError('no');"), "adhoc");
        assert_eq!(of("log(e); throw e;"), "framework_default");
        let elsewhere = "export const open = () => { try { return b(); } catch (e) { return null; } };\n";
        assert_eq!(handling(&[PACKAGE, SERVER, ("src/open.ts", elsewhere)]), "framework_default");
    }

    #[test]
    fn a_server_of_graphql_that_says_what_becomes_of_errors() {
        let server = SERVER.1.replace("schema }", "schema, formatError: (e) => ({ message: 'no' }) }");
        assert_eq!(handling(&[PACKAGE, (SERVER.0, &server)]), "central");
        assert_eq!(handling(&[PACKAGE, SERVER]), "framework_default");
    }

    #[test]
    fn a_filter_of_nest_answers_for_grpc_where_the_service_takes_it_over() {
        let of = |settings: &str| {
            let main = format!(
                "const app = await NestFactory.create(A);\napp.useGlobalFilters(new Failed());\napp.connectMicroservice({{ transport: Transport.GRPC }}, {settings});\n"
            );
            let filter = "@Catch()\nexport class Failed implements ExceptionFilter { catch(e, host) { return e; } }\n";
            let package = r#"{"dependencies": {"@nestjs/core": "10", "@nestjs/microservices": "10"}}"#;
            handling(&[("package.json", package), ("src/main.ts", &main), ("src/failed.ts", filter)])
        };
        assert_eq!(of("{ inheritAppConfig: true }"), "central");
        assert_eq!(of("{}"), "framework_default");
    }

    #[test]
    fn a_server_of_grpc_is_not_praised_for_what_grpc_does() {
        let of = |chain: &str, call: &str| {
            let main = format!("package main\n\nfunc main() {{\n\tgrpc.NewServer({chain}).Serve(made)\n}}\n");
            let calls: String = (0..3)
                .map(|at| format!("func (s *Server) Get{at}(ctx context.Context, r *R) (*A, error) {{\n\t{call}\n}}\n"))
                .collect();
            let answer = "package main\n\nfunc answer(ctx context.Context, req any, i *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {\n\tres, err := handler(ctx, req)\n\tif err != nil {\n\t\treturn nil, toStatus(err)\n\t}\n\treturn res, nil\n}\n";
            let repo = Fixture::new().file("main.go", &main).file("calls.go", &format!("package main\n\n{calls}"));
            let repo = if chain.is_empty() { repo } else { repo.file("answer.go", answer) }.snapshot();
            let found = finding("errors.central", &repo, &Server::of(&repo)).expect("a server of gRPC");
            (found.outcome(), found.facts()["handling"].as_str().unwrap_or_default().to_owned())
        };
        assert_eq!(of("", "return s.find(r)"), (NotAssessable, "framework_default".to_owned()));
        assert_eq!(of("", "return nil, status.Error(codes.NotFound, \"none\")"), (Partly, "adhoc".to_owned()));
        let chain = "grpc.UnaryInterceptor(answer)";
        assert_eq!(of(chain, "return nil, status.Error(codes.NotFound, \"none\")"), (Met, "central".to_owned()));
        assert_eq!(of(chain, "return s.find(r)"), (Met, "central".to_owned()));
    }

    #[test]
    fn errors_of_tonic_that_become_a_status_are_answered_in_one_place() {
        let of = |kind: &str| {
            let main = "fn main() { tonic::transport::Server::builder().serve(address); }\n";
            let errors = format!(
                "use tonic::Status;\nimpl From<Failed> for {kind} {{ fn from(failed: Failed) -> Self {{ make(failed) }} }}\nfn get() -> Result<(), Failed> {{ Err(Failed) }}\n"
            );
            handling(&[("src/main.rs", main), ("src/errors.rs", &errors)])
        };
        assert_eq!(of("Status"), "central");
        assert_eq!(of("String"), "framework_default");
    }

    #[test]
    fn a_server_of_grpc_that_shows_its_measurements_answers_errors_by_itself() {
        let of = |path: &str| {
            let main = format!(
                "package main\n\nimport \"net/http\"\n\nfunc main() {{\n\thttp.HandleFunc(\"{path}\", shown)\n\tgrpc.NewServer().Serve(made)\n}}\n"
            );
            handling(&[("main.go", &main)])
        };
        assert_eq!(of("/metrics"), "framework_default");
        assert_eq!(of("/orders"), "none");
    }
}
