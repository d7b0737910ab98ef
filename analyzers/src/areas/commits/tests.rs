use super::*;
use crate::Outcome;
use crate::rubric::Profile;
use crate::snapshot::fixture::Fixture;

/// A program that lies in the tree without a commit that says so would be an import of its own.
fn program() -> Fixture {
    Fixture::new().file("src/app.py", "import sys\n").commit("ana", "Set the project up", &[("src/app.py", 300, 0)])
}

fn small_steps(count: usize) -> Fixture {
    (0..count).fold(program(), |fixture, step| {
        fixture.commit(
            "ana",
            &format!("Add endpoint number {step} for users"),
            &[("src/users.py", 30, 5), ("tests/test_users.py", 20, 0)],
        )
    })
}

fn outcomes(fixture: Fixture) -> Vec<(Outcome, String)> {
    Commits
        .examine(&fixture.snapshot())
        .into_iter()
        .map(|found| (found.outcome(), found.summary().to_owned()))
        .collect()
}

#[test]
fn small_described_steps_are_met() {
    let found = outcomes(small_steps(12));
    assert_eq!(found[0], (Outcome::Met, "Commits are small enough to be checked one by one: 100 % of 12 commits touch at most five files and 100 % change at most a hundred lines. A typical one touches 2 files and changes 55 lines. Set aside: 1 initial import.".into()));
    assert_eq!(
        found[1],
        (
            Outcome::Met,
            "No single commit carries most of the work: even the largest of 12 commits adds 50 lines in 2 files, 8 % of all lines added after the first commit."
                .into()
        )
    );
    assert_eq!(found[2], (Outcome::Met, "All 12 commit messages say something about the change.".into()));
}

#[test]
fn huge_vague_commits_are_not_met() {
    let fixture = (0..12).fold(program(), |fixture, step| {
        fixture.commit("ana", if step % 2 == 0 { "update" } else { "fix" }, &[("src/all.py", 900, 100)])
    });
    let found = outcomes(fixture);
    assert_eq!(found[0].0, Outcome::NotMet);
    assert_eq!(
        found[2],
        (
            Outcome::NotMet,
            "12 of 12 commit messages say little about the change, such as \"fix\" and \"update\".".into()
        )
    );
}

#[test]
fn one_commit_that_holds_the_project_is_a_giant_and_too_few_to_measure() {
    let found = outcomes(program());
    assert_eq!(found[0].0, Outcome::NotAssessable);
    assert_eq!(
        found[1],
        (Outcome::NotMet, "How the work came about can't be seen: the first commit already holds 100 % of all lines, and nothing of substance follows it.".into())
    );
    assert_eq!(found[2].0, Outcome::NotAssessable);
}

#[test]
fn a_project_in_one_commit_is_not_made_in_steps_by_edits_beside_it() {
    let fixture = |path: &str| {
        let first =
            Fixture::new().file("src/app.py", "import sys\n").commit("ana", "Set it up", &[("src/app.py", 4000, 0)]);
        (0..12)
            .fold(first, |fixture, step| fixture.commit("ana", &format!("Say what step {step} does"), &[(path, 3, 0)]))
    };
    let (outcome, said) = outcomes(fixture("README.md")).remove(1);
    assert_eq!(outcome, Outcome::Partly);
    assert_eq!(
        said,
        "How the program came about can't be seen: the first commit already holds 99 % of all lines, and none of the 12 commits after it changes the program."
    );
    let (outcome, said) = outcomes(fixture("src/app.py")).remove(1);
    assert_eq!(outcome, Outcome::Met);
    assert!(said.ends_with("after the first commit. The first commit itself holds 99 % of all lines."), "{said}");
}

#[test]
fn updates_that_name_their_file_say_little() {
    let history = (0..8).fold(program(), |fixture, _| fixture.commit("ana", "Update app.py", &[("src/app.py", 30, 5)]));
    assert_eq!(outcomes(history)[2].0, Outcome::NotMet);
}

#[test]
fn one_of_many_commits_with_most_of_the_lines_is_a_giant() {
    let found = outcomes(small_steps(12).commit("ana", "Add everything else", &[("src/rest.py", 4000, 0)]));
    assert_eq!(found[1].0, Outcome::NotMet);
}

#[test]
fn bots_merges_and_generated_files_are_set_aside_and_counted() {
    let fixture = small_steps(10)
        .commit("dependabot[bot]", "Bump a from 1 to 2", &[("requirements.txt", 1, 1)])
        .merge("ana", "Merge branch 'x'")
        .commit("ana", "Lock the dependencies", &[("package-lock.json", 9000, 0)]);
    let findings = Commits.examine(&fixture.snapshot());
    assert_eq!(findings[0].facts()["eligible"], 10);
    assert_eq!(findings[0].facts()["excluded"], 4);
    assert_eq!(findings[0].facts()["excluded_by_reason"], json!({"bot": 1, "generated": 1, "import": 1, "merge": 1}));
    assert_eq!(findings[0].outcome(), Outcome::Met);
}

#[test]
fn a_starter_by_somebody_else_is_not_the_candidates() {
    let mut fixture = Fixture::new()
        .file("starter.py", "import sys\n")
        .commit("employer", "Initial commit", &[("README.md", 900, 0)])
        .commit("employer2", "Add the starter", &[("starter.py", 2000, 0)]);
    for step in 0..11 {
        fixture = fixture.commit("ana", &format!("Handle case {step} of the brief"), &[("src/a.py", 20, 0)]);
    }
    let findings = Commits.examine(&fixture.snapshot());
    assert_eq!(findings[0].facts()["excluded_by_reason"], json!({"starter": 2}));
    assert_eq!(findings[0].facts()["eligible"], 11);
}

#[test]
fn prose_alone_is_not_measured() {
    let fixture = Fixture::new().file("README.md", "# The brief\n").commit("ana", "update", &[("README.md", 1, 0)]);
    assert!(outcomes(fixture).iter().all(|(outcome, _)| *outcome == Outcome::NotApplicable));
}

/// So many new files of fifty lines each.
fn files(count: usize) -> Vec<(String, u32, u32)> {
    (0..count).map(|index| (format!("src/part{index}.py"), 50, 0)).collect()
}

#[test]
fn what_follows_a_first_commit_without_a_program_may_be_the_import() {
    let aside = |first: &str, count: usize| {
        let many = files(count);
        let many: Vec<(&str, u32, u32)> =
            many.iter().map(|(path, added, gone)| (path.as_str(), *added, *gone)).collect();
        let repo = Fixture::new()
            .file("src/part0.py", "import sys\n")
            .commit("ana", "Initial commit", &[(first, 10, 0)])
            .commit("ana", "Add the shop", &many)
            .commit("ana", "Add the basket", &[("src/part0.py", 20, 0)]);
        Commits.examine(&repo.snapshot())[0].facts()["excluded_by_reason"]["import"].clone()
    };
    assert_eq!(aside("README.md", 30), 2);
    assert_eq!(aside("README.md", 5), 1);
    assert_eq!(aside("src/part0.py", 30), 1);
}

#[test]
fn steps_after_an_import_can_be_followed() {
    let with = |lines: u32| {
        let repo = Fixture::new().file("src/app.py", "import sys\n").commit(
            "ana",
            "Bring the shop in",
            &[("src/app.py", 4500, 0), ("src/users.py", 4500, 0)],
        );
        let repo = (0..12).fold(repo, |repo, step| {
            repo.commit("ana", &format!("Move case {step} out of the handler"), &[("src/app.py", lines, 0)])
        });
        Commits.examine(&repo.snapshot())[0].facts()["style"].clone()
    };
    assert_eq!(with(120), "mixed");
    assert_eq!(with(600), "giant");
}

#[test]
fn a_trial_of_few_commits_is_measured() {
    let findings = Commits.examine(&small_steps(4).profile(Profile::Trial).snapshot());
    assert_eq!(findings[0].outcome(), Outcome::Met);
    assert_eq!(Commits.examine(&small_steps(4).snapshot())[0].outcome(), Outcome::NotAssessable);
}

#[test]
fn squash_merge_histories_are_recognised() {
    let fixture = (0..12).fold(program(), |fixture, step| {
        fixture.commit("ana", &format!("Add the report page (#{step})"), &[("src/a.py", 60, 10)])
    });
    let findings = Commits.examine(&fixture.snapshot());
    assert_eq!(findings[0].facts()["squash_merges"], true);
}

#[test]
fn sql_that_somebody_writes_is_work_and_what_a_database_gives_out_is_not() {
    let measured = |path: &str, lines: u32, text: &str| {
        let fixture = program().file(path, text).commit("ana", "Add the memo's function", &[(path, lines, 0)]);
        let repo = fixture.snapshot();
        Selection::of(&repo).eligible.len()
    };
    let function = "CREATE FUNCTION memo() RETURNS int AS 'SELECT 1' LANGUAGE sql;\n";
    assert_eq!(measured("src/sql/memo.sql", 40, function), 1);
    assert_eq!(measured("src/sql/memo.sql", 4000, function), 0);
    assert_eq!(measured("db/backup.sql", 40, function), 0);
    assert_eq!(measured("db/shop.sql", 40, "-- MySQL dump 10.13\n"), 0);
}
