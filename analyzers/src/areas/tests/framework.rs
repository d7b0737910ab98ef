//! Which framework runs a test, by the name that people use.

use crate::Snapshot;
use crate::code::{CodeMatch, Language};
use crate::snapshot::stack::Ecosystem;

/// The framework of the test `found` in a file with `text`.
pub(super) fn of(repo: &Snapshot, found: &CodeMatch, text: &str) -> &'static str {
    let stack = repo.stack();
    match found.language {
        Language::Python => {
            if stack.dependency_under(Ecosystem::Python, "pytest").is_some()
                || text.contains("pytest")
                || &*found.rule == "tests.python.function" && !text.contains("unittest") && !is_djangos(repo)
            {
                "pytest"
            } else if text.contains("django.test")
                || text.contains("rest_framework.test")
                || &*found.rule == "tests.python.function" && is_djangos(repo)
            {
                "Django"
            } else {
                "unittest"
            }
        }
        Language::JavaScript | Language::TypeScript | Language::Tsx => javascript(repo, found, text),
        Language::Go => {
            if &*found.rule == "tests.go.spec" {
                "Ginkgo"
            } else {
                "go test"
            }
        }
        Language::Java => {
            if text.contains("org.testng") {
                "TestNG"
            } else {
                "JUnit"
            }
        }
        Language::Kotlin => match () {
            () if text.contains("spekframework") || text.contains("jetbrains.spek") => "Spek",
            () if &*found.rule == "tests.kotlin.spec" => "Kotest",
            () if text.contains("kotlin.test") => "kotlin.test",
            () => "JUnit",
        },
        Language::Ruby => match &*found.rule {
            "tests.ruby.method" => "Minitest",
            _ if found.path.ends_with("_test.rb") || found.var("NAME") == Some("test") => "Minitest",
            _ => "RSpec",
        },
        Language::Php => match () {
            () if &*found.rule == "tests.php.pest" => "Pest",
            () if found.path.ends_with("Cest.php") => "Codeception",
            () => "PHPUnit",
        },
        Language::Rust => "cargo test",
        Language::CSharp => {
            let name = |marks: &[&str]| marks.iter().any(|mark| text.contains(mark));
            if name(&["[TestMethod", "[DataTestMethod", "VisualStudio.TestTools"]) {
                "MSTest"
            } else if name(&["[Fact", "[Theory", "using Xunit", "[SkippableFact", "Fact]"]) {
                "xUnit"
            } else if stack.dependency(Ecosystem::Nuget, "tunit").is_some() {
                "TUnit"
            } else {
                "NUnit"
            }
        }
    }
}

/// Whether the project has Django's own tests, whose helpers may be called like a test of pytest's.
fn is_djangos(repo: &Snapshot) -> bool {
    repo.tree().own_texts().any(|(file, text)| file.path.ends_with(".py") && text.contains("from django.test import"))
}

/// What the file imports says most, then what the project depends on, then what its scripts call.
fn javascript(repo: &Snapshot, found: &CodeMatch, text: &str) -> &'static str {
    const IMPORTS: &[(&str, &str)] = &[
        ("bun:test", "bun test"),
        ("node:test", "node:test"),
        ("@playwright/test", "Playwright"),
        ("@jest/globals", "Jest"),
        ("\"vitest\"", "Vitest"),
        ("'vitest'", "Vitest"),
        ("'ava'", "AVA"),
        ("\"ava\"", "AVA"),
        ("'tap'", "tap"),
        ("\"tap\"", "tap"),
        ("@japa/runner", "Japa"),
        ("'tape'", "tape"),
        ("\"tape\"", "tape"),
        ("QUnit.test", "QUnit"),
        ("Deno.test", "Deno"),
        ("cy.visit(", "Cypress"),
        ("cy.request(", "Cypress"),
    ];
    const PACKAGES: &[(&str, &str)] = &[
        ("vitest", "Vitest"),
        ("jest", "Jest"),
        ("ts-jest", "Jest"),
        ("react-scripts", "Jest"),
        ("mocha", "Mocha"),
        ("jasmine", "Jasmine"),
        ("jasmine-core", "Jasmine"),
        ("@japa/runner", "Japa"),
        ("cypress", "Cypress"),
        ("@playwright/test", "Playwright"),
    ];
    const COMMANDS: &[(&str, &str)] =
        &[("bun test", "bun test"), ("node --test", "node:test"), ("jest", "Jest"), ("mocha", "Mocha")];
    if let Some((_, name)) = IMPORTS.iter().find(|(mark, _)| text.contains(mark)) {
        return name;
    }
    if found.path.contains("cypress/") {
        return "Cypress";
    }
    let stack = repo.stack();
    if let Some((_, name)) = PACKAGES.iter().find(|(package, _)| stack.dependency(Ecosystem::Npm, package).is_some()) {
        return name;
    }
    COMMANDS
        .iter()
        .find(|(mark, _)| stack.scripts().iter().any(|script| script.command.contains(mark)))
        .map_or("JavaScript tests", |(_, name)| name)
}
