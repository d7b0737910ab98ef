//! Tests: whether somebody wrote them, and whether continuous integration runs them.

#[cfg(test)]
mod behaviour;
mod cases;
mod checks;
pub mod commands;
mod doctests;
mod exist;
mod forms;
mod framework;
mod in_ci;
mod makefiles;
mod mise;
pub mod pipelines;
mod programs;
mod projects;
mod rake;
mod scaffold;
mod spock;

pub(crate) use cases::is_test_path;
pub(crate) use exist::{has_no_own, has_none, is_of_no_code, unread_language};

use crate::{Analyzer, AreaMeta, Effort, Finding, SignalMeta, Snapshot};

/// The area `tests`.
pub struct Tests;

static META: AreaMeta = AreaMeta {
    id: "tests",
    title: "Tests",
    question: "Are there real tests, and do they run by themselves?",
    signals: &[
        SignalMeta {
            id: "tests.exist",
            statement: "There are real tests",
            looks_at: "Test functions in the code, found by parsing it: pytest and unittest, Jest and its relatives, \
                       `go test` with its examples, JUnit, Kotest and Spock, RSpec and Minitest, PHPUnit and Pest, `#[test]`, xUnit, NUnit and \
                       MSTest, and examples in comments that are run as tests (Rust, Python). Where there are none of these, files of Hurl, Bats, \
                       Gherkin, k6 and Postman are looked for. Tests that are switched off or empty, those that check nothing, and those that a generator \
                       left, are counted apart. It does not apply where there is no code, or only a static site or notebooks.",
            why: "Tests show that the author checks their own work, and let the next person change it without fear. \
                  How many there are matters little; that there are none matters.",
            remedy: "Write a first test for what would hurt most if it broke: one request to an important address, \
                     with its answer and what it leaves in the database.",
            effort: Effort::Medium,
            dispute: "Tests that are made by a macro or a home-made runner are not recognised, nor are tests that live \
                      in another repository. Name the place where they are.",
        },
        SignalMeta {
            id: "tests.in-ci",
            statement: "The tests run by themselves when the code changes",
            looks_at: "The configuration of GitHub Actions, GitLab CI, Travis, CircleCI, Azure Pipelines, Bitbucket, \
                       Jenkins, Drone, AppVeyor and similar services. Commands are followed through package scripts, \
                       Makefiles and shell scripts of the repository; lines in comments do not count. A pipeline of another repository that one \
                       calls is not read. It does not apply where there are no tests.",
            why: "Tests that run on every change can be trusted to be green, and show that the project works on a \
                  machine that is not its author's.",
            remedy: "Let the tests run by themselves at every change: a workflow, such as \
                     .github/workflows/tests.yml, that installs what the project needs and runs the test command.",
            effort: Effort::Low,
            dispute: "A pipeline that is configured outside the repository, or a command hidden in a container image or \
                      a shared template, is not seen. Say where it runs.",
        },
    ],
};

impl Analyzer for Tests {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        let cases = cases::collect(repo);
        let exist = exist::finding(repo, &cases);
        let in_ci = in_ci::finding(repo, &exist);
        vec![exist, in_ci]
    }
}
