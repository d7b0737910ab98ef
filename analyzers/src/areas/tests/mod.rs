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
mod gradle;
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
            looks_at: "Tests, which are small programs that try whether the project does what it should, found by \
                reading the code: those of pytest and unittest, Jest and its relatives, `go test`, JUnit, Kotest and \
                Spock, RSpec and Minitest, PHPUnit and Pest, Rust, xUnit, NUnit and MSTest, and examples in comments \
                that are run as tests. Where there are none of these, files of Hurl, Bats, Gherkin, k6 and Postman \
                are looked for. Tests that are switched off or empty, that check nothing, or that a generator left \
                are counted apart. It does not apply where there is no code, or only a static site or notebooks.",
            why: "Tests show that the program does what it should, and let the next person change it without fear. \
                How many there are matters little; that there are none matters.",
            remedy: "Write a first test for what would hurt most if it broke: one request to an important address, \
                     with its answer and what it leaves in the database.",
            effort: Effort::Medium,
            dispute: "Tests that other code makes, or that a home-made program runs, may not be recognised, and those \
                in another repository are not seen. Name the place where they are.",
        },
        SignalMeta {
            id: "tests.in-ci",
            statement: "The tests run by themselves when the code changes",
            looks_at: "The files that tell a service what to do at every change (continuous integration): those of \
                GitHub Actions, GitLab CI, Travis, CircleCI, Azure Pipelines, Bitbucket, Jenkins, Drone, AppVeyor and \
                similar ones. Commands are followed through scripts and Makefiles of the repository; lines in \
                comments do not count. What such a file calls from another repository is not read. It does not apply \
                where there are no tests.",
            why: "Tests that run at every change show at once when something breaks, and that the project works on a \
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
