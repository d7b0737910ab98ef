use super::super::fixture::Fixture;
use super::*;

fn names(path: &str, text: &str) -> Vec<String> {
    let repo = Fixture::new().file(path, text).snapshot();
    repo.stack().dependencies().iter().map(|dependency| dependency.name.clone()).collect()
}

#[test]
fn dependencies_of_every_ecosystem() {
    assert_eq!(
        names("package.json", r#"{"dependencies":{"express":"4"},"devDependencies":{"jest":"1"}}"#),
        ["express", "jest"]
    );
    assert_eq!(names("requirements.txt", "Flask==2.0\n# no\n-r base.txt\ndjango_rest>=1\n"), ["django-rest", "flask"]);
    assert_eq!(names("pyproject.toml", "[project]\ndependencies = [\"fastapi[all]>=1\"]\n"), ["fastapi"]);
    assert_eq!(
        names("pyproject.toml", "[tool.poetry.dependencies]\npython = \"3\"\nDjango = \"4\"\n"),
        ["django", "python"]
    );
    assert_eq!(
        names("go.mod", "module x\nrequire (\n\tgithub.com/gin-gonic/gin v1.9.0\n)\n"),
        ["github.com/gin-gonic/gin"]
    );
    assert_eq!(names("Gemfile", "gem 'rails', '~> 7'\n"), ["rails"]);
    assert_eq!(names("composer.json", r#"{"require":{"laravel/framework":"10"}}"#), ["laravel/framework"]);
    assert_eq!(names("Cargo.toml", "[dependencies]\naxum = \"0.8\"\n"), ["axum"]);
    assert_eq!(
        names(
            "pom.xml",
            "<dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency>"
        ),
        ["org.springframework.boot:spring-boot-starter-web"]
    );
    assert_eq!(
        names(
            "build.gradle.kts",
            "plugins { id(\"org.springframework.boot\") }\nimplementation(\"io.ktor:ktor-server-core:2\")"
        ),
        ["io.ktor:ktor-server-core", "org.springframework.boot:"]
    );
    assert_eq!(
        names("a.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PackageReference Include=\"xunit\" />"),
        ["microsoft.net.sdk.web", "xunit"]
    );
    assert_eq!(
        names("packages.config", "<packages>\n  <package id=\"EntityFramework\" version=\"6.5.1\" />\n</packages>\n"),
        ["entityframework"]
    );
}

#[test]
fn scripts_carry_their_line() {
    let repo = Fixture::new().file("package.json", "{\n\"scripts\": {\n\"test\": \"jest\"}}").snapshot();
    assert_eq!(
        repo.stack().scripts()[0],
        Script { path: "package.json".into(), name: "test".into(), command: "jest".into(), line: 3 }
    );
}

#[test]
fn a_broken_manifest_is_still_a_manifest() {
    let repo = Fixture::new().file("package.json", "{").snapshot();
    assert!(repo.stack().has(Ecosystem::Npm));
}

#[test]
fn a_dependency_has_the_line_that_asks_for_it() {
    let text = "{\n  \"name\": \"express-samples\",\n  \"dependencies\": {\n    \"express\": \"^5.1.0\"\n  }\n}\n";
    let repo = Fixture::new().file("package.json", text).snapshot();
    assert_eq!(repo.stack().dependencies()[0].line, 4);
}
