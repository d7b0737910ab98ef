//! What a path alone says: vendored, generated, lock file.

use std::sync::LazyLock;

use memchr::memmem::{self, Finder};

/// The last part of `path`.
pub fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder that `path` is in; empty at the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What `link`, as it stands in a file of `folder`, leads to; `None` where that is outside of the repository.
pub fn join(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether a file of that name sets up what runs the tests: `playwright.config.ts`, `jest.setup.js`, `pytest.ini`.
pub fn sets_up_tests(name: &str) -> bool {
    const RUNNERS: &[&str] =
        &["playwright", "cypress", "vitest", "jest", "karma", "wdio", "nightwatch", "protractor", "codecept", "ava"];
    let lower = name.to_ascii_lowercase();
    let (stem, rest) = lower.split_once(['.', '-', '_']).unwrap_or((&lower, ""));
    let is_set_up = || rest.split(['.', '-', '_']).any(|word| matches!(word, "config" | "conf" | "setup" | "env"));
    RUNNERS.contains(&stem) && is_set_up()
        || matches!(&*lower, "pytest.ini" | "tox.ini" | "noxfile.py" | "conftest.py" | "behat.yml")
        || stem == "setuptests"
        || lower.starts_with("phpunit.")
        || lower.starts_with(".mocharc")
}

/// Whether `path` lies in a folder of somebody else's code.
pub fn is_vendored(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "node_modules",
        "bower_components",
        "jspm_packages",
        "vendor",
        "third_party",
        "third-party",
        "thirdparty",
        "site-packages",
        ".venv",
        "venv",
        "virtualenv",
        "Pods",
        "Carthage",
        ".yarn",
        ".pnp",
        "__pypackages__",
        ".mvn",
        ".gradle",
        ".vagrant",
        "__pycache__",
    ];
    const FILES: &[&str] = &["gradlew", "gradlew.bat", "mvnw", "mvnw.cmd", ".pnp.cjs", ".pnp.js"];
    let name = name(path);
    folder(path).split('/').any(|part| FOLDERS.contains(&part))
        || path.contains("wwwroot/lib/")
        || FILES.contains(&name)
        || is_known_library(name)
}

/// Whether the path is one of prose in a folder of documentation, at any depth.
pub fn is_documentation(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_folder = |part: &str| matches!(part, "docs" | "doc" | "documentation" | "website" | "site" | "wiki");
    let is_prose = |kind: &str| matches!(kind, "md" | "mdx" | "rst" | "adoc" | "asciidoc" | "org");
    folder.split('/').any(is_folder) && name.rsplit_once('.').is_some_and(|(_, kind)| is_prose(kind))
}

/// Whether a path says that it is a test, an example or a mock: what stands in it nobody serves.
pub fn is_aside(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    if is_mock(&lower) {
        return true;
    }
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", lower.as_str()));
    // Below it are packages, and `com.example` is a name like any other.
    let folder = folder.split("src/main/").next().unwrap_or(folder);
    let stem = name.split('.').next().unwrap_or(name);
    folder.split('/').any(|part| {
        // Go leaves out folders that begin with `_`, so examples are often called so.
        let part = part.strip_prefix('_').filter(|rest| rest.starts_with("example")).unwrap_or(part);
        matches!(
            part,
            "test"
                | "tests"
                | "__tests__"
                | "spec"
                | "specs"
                | "e2e"
                | "example"
                | "examples"
                | "sample"
                | "samples"
                | "fixtures"
                | "testdata"
                | "cypress"
                | "benches"
                | "benchmark"
                | "benchmarks"
                // What assistants that write code are taught, with examples.
                | ".agents"
                | ".claude"
                | ".codex"
                | ".cursor"
                | ".gemini"
        ) || part.ends_with(".tests")
            || part.ends_with("integrationtests")
            || part.ends_with("unittests")
    }) || [".spec.", ".test.", ".e2e-spec.", ".unit.", ".integration.", ".e2e.", ".test-d.", "_test.", "_spec."]
        .iter()
        .any(|mark| name.contains(mark))
        || stem.starts_with("test_")
        || matches!(stem, "conftest" | "tests")
        || ["Test.java", "Tests.java", "IT.java", "Test.kt", "Tests.kt", "Test.cs", "Tests.cs", "Test.php"]
            .iter()
            .any(|suffix| path.ends_with(suffix))
}

/// Whether a path says that what stands in it plays somebody else's part: `mocks/`, `payments-mock/`, `wiremock/`,
/// `fake_server.py`.
pub fn is_mock(path: &str) -> bool {
    const PACKAGES: &[&str] = &["mock", "mocks", "mocker", "mockserver", "fake", "fakes", "wiremock"];
    let lower = path.to_ascii_lowercase();
    let (folder, name) = lower.rsplit_once('/').unwrap_or(("", lower.as_str()));
    let plain = |word: &str| word.chars().filter(|c| !matches!(c, '-' | '_')).collect::<String>();
    // `mock-exams` may be what a program is about; a server that is one has no other use.
    let is_server = |word: &str| {
        let kind = ["mock", "fake", "stub"].iter().find_map(|kind| word.strip_prefix(kind));
        word == "jsonserver" || matches!(kind, Some("server" | "api" | "backend" | "service"))
    };
    let is_part = |part: &str| {
        PACKAGES.contains(&&*plain(part))
            || is_server(&plain(part))
            || matches!(part, "stub" | "stubs")
            || ["-", "_", "."].iter().any(|sign| {
                let last = part.rsplit_once(sign).map_or("", |(_, last)| last);
                matches!(last, "mock" | "mocks" | "mocker" | "mockserver" | "wiremock")
            })
    };
    let (outside, package) = folder.split_once("src/main/").unwrap_or((folder, ""));
    outside.split('/').any(is_part)
        || package.split('/').any(|part| PACKAGES.contains(&part))
        || is_server(&plain(name.split('.').next().unwrap_or(name)))
}

/// Whether a program writes files of that name: bundles, snapshots, generated clients, locks.
pub fn is_generated(path: &str) -> bool {
    let name = name(path);
    let lower = name.to_ascii_lowercase();
    is_lock_file(path)
        || [
            ".min.js",
            ".min.css",
            ".bundle.js",
            ".map",
            ".snap",
            ".pb.go",
            "_pb2.py",
            "_pb2_grpc.py",
            ".pb.cc",
            ".pb.h",
            ".g.cs",
            ".designer.cs",
            ".g.dart",
            "_generated.go",
            ".generated.ts",
            ".gen.go",
            ".gen.ts",
            "_mock.go",
            "_gen.go",
            "_string.go",
            ".tsbuildinfo",
        ]
        .iter()
        .any(|suffix| lower.ends_with(suffix))
        // What an editor reads to know a framework's names.
        || lower.starts_with("_ide_helper") && lower.ends_with(".php")
        || lower == ".phpstorm.meta.php"
        // What a test run measured.
        || matches!(lower.as_str(), "lcov.info" | "coverage-final.json" | "clover.xml" | "cobertura.xml")
        || folder(path).split('/').any(|part| {
            matches!(
                part,
                "__snapshots__" | "__generated__" | "generated" | "dist" | ".next" | ".nuxt" | "target" | "mocks_generated" | "lcov-report" | "htmlcov"
            )
        })
        || is_compiled(path)
}

/// Whether `path` lies where builds write what browsers load, or in a folder that is served as it is.
pub fn is_for_browsers(path: &str) -> bool {
    const FOLDERS: &[&str] = &[
        "assets", "build", "bundles", "dist", "docs", "htdocs", "html", "out", "priv", "public", "release", "site",
        "static", "webroot", "website", "www", "wwwroot",
    ];
    folder(path).split('/').any(|part| FOLDERS.contains(&part))
}

/// Where IntelliJ and Eclipse put what they compile of a program of the JVM, resources included. A source of another
/// language was put there by hand.
fn is_compiled(path: &str) -> bool {
    const FOLDERS: &[&str] = &["out/production/", "out/test/", "bin/main/", "bin/test/"];
    let is_there = FOLDERS.iter().any(|folder| path.starts_with(folder) || path.contains(&format!("/{folder}")));
    let kind = name(path).rsplit_once('.').map_or("", |(_, kind)| kind);
    is_there && !matches!(kind, "" | "go" | "rs" | "py" | "rb" | "js" | "ts" | "php" | "cs" | "c" | "cpp" | "sh")
}

/// Whether `path` is a lock file of a package manager.
pub fn is_lock_file(path: &str) -> bool {
    matches!(
        name(path),
        "package-lock.json"
            | "npm-shrinkwrap.json"
            | "yarn.lock"
            | "pnpm-lock.yaml"
            | "bun.lock"
            | "bun.lockb"
            | "deno.lock"
            | "Cargo.lock"
            | "Gemfile.lock"
            | "composer.lock"
            | "poetry.lock"
            | "Pipfile.lock"
            | "uv.lock"
            | "pdm.lock"
            | "go.sum"
            | "go.work.sum"
            | "mix.lock"
            | "packages.lock.json"
            | "gradle.lockfile"
            | "pubspec.lock"
            | "flake.lock"
            | "paket.lock"
            | ".terraform.lock.hcl"
            | "conda-lock.yml"
    )
}

/// What programs write above the files that they make.
const MARKS: &[&str] = &[
    "Code generated by",
    "@generated",
    "DO NOT EDIT",
    "Do not edit this file",
    "<auto-generated",
    "This file is auto-generated",
    "Autogenerated by",
    "automatically generated by",
];

/// Whether the first bytes of a file say that a program wrote it.
pub fn says_generated(head: &[u8]) -> bool {
    /// One of these stands in each of [`MARKS`].
    static PARTS: LazyLock<[Finder<'static>; 3]> =
        LazyLock::new(|| ["generated", "DO NOT EDIT", "Do not edit"].map(Finder::new));
    let head = &head[..head.len().min(1024)];
    // Asked of every content of the history, so nothing is decoded of the many that have no mark.
    PARTS.iter().any(|part| part.find(head).is_some())
        && MARKS.iter().any(|mark| memmem::find(head, mark.as_bytes()).is_some())
        && String::from_utf8_lossy(head).lines().any(|line| {
            // The tools of .NET begin with the mark of the byte order.
            let line = line.trim_start_matches('\u{feff}').trim_start();
            (line.starts_with(['/', '#', '*', '<', ';']) || line.starts_with("--") || line.starts_with("\"\"\""))
                && ["enerated", "DO NOT EDIT", "Do not edit"].iter().any(|mark| line.contains(mark))
        })
}

/// Libraries that are copied into web projects by hand.
fn is_known_library(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    (lower.ends_with(".js") || lower.ends_with(".css"))
        && [
            "jquery",
            "bootstrap",
            "angular.",
            "angular-",
            "vue.",
            "react.",
            "d3.",
            "moment.",
            "lodash.",
            "underscore.",
            "font-awesome",
            "fontawesome",
            "popper.",
            "modernizr",
            "swagger-ui",
            "highcharts",
            "chart.js",
            "require.js",
            "backbone",
        ]
        .iter()
        .any(|library| lower.starts_with(library))
}

/// The last part of a path that need not be UTF-8.
pub(super) fn name_of_bytes(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_set_up_tests_are_known_by_name() {
        for name in ["playwright.config.ts", "jest.setup.js", "cypress.env.json", "pytest.ini", "setupTests.ts"] {
            assert!(sets_up_tests(name), "{name}");
        }
        for name in ["vite.config.ts", "config.ts", "jest.ts", "setup.py", "next.config.js"] {
            assert!(!sets_up_tests(name), "{name}");
        }
    }

    #[test]
    fn paths_tell_vendored_generated_and_lock_files() {
        assert!(is_vendored("web/node_modules/a/index.js"));
        assert!(is_vendored("public/js/jquery-3.2.1.js"));
        assert!(!is_vendored("src/vendors.py"));
        assert!(is_generated("api/v1/user.pb.go"));
        assert!(is_generated("Cargo.lock"));
        assert!(is_generated("prisma/generated/models/User.ts"));
        assert!(!is_generated("src/generated_reports.ts"));
        assert!(is_generated("_ide_helper_models.php"));
        assert!(is_generated("coverage/lcov-report/src/index.html"));
        assert!(!is_generated("src/main.rs"));
        assert!(is_generated("out/production/resources/schema.sql"));
        assert!(is_generated("api/bin/main/application.yml"));
        assert!(is_generated("target/classes/application.yml"));
        assert!(!is_generated("bin/main/main.go"));
        assert!(!is_generated("layout/production/schema.sql"));
        assert!(says_generated(b"// Code generated by protoc-gen-go. DO NOT EDIT.\npackage x\n"));
        assert!(says_generated("\u{feff}// <auto-generated />\nusing System;\n".as_bytes()));
        assert!(!says_generated(b"fn f() { let s = \"Code generated by\"; }\n"));
    }

    #[test]
    fn what_plays_somebody_elses_part_is_known_by_its_path() {
        for path in [
            "mocker/main.go",
            "internal/mocks/users.go",
            "src/__mocks__/api.ts",
            "mock_server/app.py",
            "fakes/bank.rb",
            "payments-mock/index.js",
            "wiremock/stubs.js",
            "tools/mock-server.js",
            "json-server.js",
            "Bank.Mock/Program.cs",
            "src/main/java/com/bank/mock/MockController.java",
        ] {
            assert!(is_mock(path) && is_aside(path), "{path}");
        }
        for path in [
            "src/mockingbird.ts",
            "mock-exams/routes.py",
            "src/main/java/com/stub/A.java",
            "src/fakers/people.rb",
            "api/stubborn.go",
        ] {
            assert!(!is_mock(path) && !is_aside(path), "{path}");
        }
    }

    #[test]
    fn routes_of_tests_and_examples_are_nobodys() {
        for path in [
            "tests/app.py",
            "src/users.spec.ts",
            "src/users.unit.ts",
            "api/server_test.go",
            "examples/a.js",
            "_example/main.go",
            ".agents/skills/a/app.py",
            "X.Tests/FooTests.cs",
        ] {
            assert!(is_aside(path), "{path}");
        }
        for path in ["src/contest.py", "app/latest.ts", "src/attestation/routes.go", "src/main/java/com/example/A.java"]
        {
            assert!(!is_aside(path), "{path}");
        }
    }
}
