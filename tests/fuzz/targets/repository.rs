//! A repository of a few files: every analyzer looks at it, none fails, and every place that it names is there.

use foliolens_analyzers::rubric::Rubric;
use foliolens_analyzers::run::judge;
use foliolens_analyzers::snapshot::NoWatch;
use foliolens_analyzers::snapshot::fixture::Fixture;
use foliolens_analyzers::{Outcome, Snapshot};

/// What makes the rules for frameworks look.
const MANIFESTS: &[(&str, &str)] = &[
    ("requirements.txt", "fastapi\nflask\ndjango\nsqlalchemy\n"),
    ("package.json", "{\"dependencies\": {\"express\": \"4\", \"@nestjs/core\": \"10\", \"next\": \"14\"}}"),
    ("composer.json", "{\"require\": {\"laravel/framework\": \"10\", \"symfony/routing\": \"6\"}}"),
    ("Gemfile", "gem 'rails'\ngem 'sinatra'\n"),
    ("go.mod", "module a\n\nrequire github.com/gin-gonic/gin v1\n"),
    ("Cargo.toml", "[package]\nname = \"a\"\n\n[dependencies]\naxum = \"0.8\"\nactix-web = \"4\"\n"),
    (
        "pom.xml",
        "<project><dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>",
    ),
    ("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>"),
];

/// The facts of `path`, whose commit says the same, beside manifests of every kind where `with_manifests`.
pub fn of(path: &str, text: &str, with_manifests: bool) -> Snapshot {
    let beside = MANIFESTS.iter().filter(|(name, _)| with_manifests && *name != path);
    let files = beside.fold(Fixture::new(), |fixture, (name, text)| fixture.file(name, text)).file(path, text);
    files.commit("ana", text, &[(path, 3, 1)]).snapshot()
}

/// Has every analyzer look at `repo`.
pub fn judged(repo: &Snapshot) {
    let examination = judge(repo, Rubric::built_in(), &[], &[], &NoWatch);
    for finding in examination.areas.iter().flat_map(|area| &area.findings) {
        assert_ne!(finding.outcome(), Outcome::Error, "{}", finding.signal());
        assert!(!finding.summary().chars().any(|c| c == '\n'), "{}: {:?}", finding.signal(), finding.summary());
        for place in finding.places() {
            let (Some((first, last)), Some(text)) = (place.lines, repo.text(&place.path)) else { continue };
            let lines = text.lines().count().max(1) as u32 + 1;
            assert!(1 <= first && first <= last && last <= lines, "{}: {place:?} of {lines}", finding.signal());
        }
    }
}
