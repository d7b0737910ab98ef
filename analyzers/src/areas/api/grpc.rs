//! Services of gRPC, as a repository describes them.

use crate::paths::{self, is_aside};
use crate::{Place, Snapshot};

/// What the descriptions of a repository's own services say.
pub(super) struct Services {
    /// How many calls there are.
    pub(super) calls: usize,
    /// The version in the name of a package with services, and where.
    pub(super) version: Option<(String, Place)>,
}

/// The services of `repo`; those of others, that it copied, are in folders of their names.
pub(super) fn services(repo: &Snapshot) -> Services {
    let mut services = Services { calls: 0, version: None };
    for (file, text) in repo.tree().own_texts() {
        let is_of_others =
            || paths::folder(&file.path).split('/').any(|part| matches!(part, "google" | "envoy" | "validate"));
        if !file.path.ends_with(".proto") || is_aside(&file.path) || is_of_others() {
            continue;
        }
        let calls = text.lines().filter(|line| line.trim_start().starts_with("rpc ")).count();
        services.calls += calls;
        if calls > 0 && services.version.is_none() {
            services.version = version(text)
                .map(|(line, version)| (version.to_owned(), Place::lines(repo.head(), file.path.as_str(), line, line)));
        }
    }
    services
}

/// The line of the package and the version in its name: `package shop.v1;`
fn version(text: &str) -> Option<(u32, &str)> {
    (1..).zip(text.lines()).find_map(|(number, line)| {
        let name = line.trim().strip_prefix("package ")?.split(';').next()?;
        let is_version =
            |part: &&str| part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        Some((number, name.trim().split('.').find(is_version)?))
    })
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{Met, NotApplicable, NotMet};
    use crate::areas::api::versioned::examine;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn an_api_that_is_mostly_grpc_is_judged_by_its_packages() {
        let of = |package: &str, calls: usize| {
            let calls = (0..calls).map(|it| format!("  rpc Call{it}(Request) returns (Answer);\n")).collect::<String>();
            let proto = format!("syntax = \"proto3\";\npackage {package};\nservice Pears {{\n{calls}}}\n");
            let main = "package main\nimport (\n\t\"net/http\"\n\t\"google.golang.org/grpc\"\n)\nfunc main() {\n\tserver := grpc.NewServer()\n\thttp.HandleFunc(\"GET /pears\", all)\n\thttp.HandleFunc(\"POST /pears\", add)\n}\n";
            let repo = Fixture::new().file("proto/pears.proto", &proto).file("main.go", main).snapshot();
            let found = examine(&repo);
            (found.outcome(), found.facts()["style"].clone())
        };
        assert_eq!(of("pears.v1", 5), (Met, "grpc".into()));
        assert_eq!(of("pears", 5), (NotApplicable, "grpc".into()));
        assert_eq!(of("pears.v1", 1), (NotMet, "rest".into()));
    }
}
