//! What the command line promises.

use std::time::{Duration, Instant};

use crate::support::{Repository, foliolens, refused, run, told};

#[test]
fn help_comes_at_once_and_tells_examples_and_exit_codes() {
    let (code, out, err) = run(&["--help"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for needed in ["Examples:", "foliolens review", "Exit codes:", "3 ", "doctor", "completions"] {
        assert!(out.contains(needed), "{needed}");
    }
    let fastest = (0..20)
        .map(|_| {
            let began = Instant::now();
            let _ = run(&["--help"]);
            began.elapsed()
        })
        .min()
        .expect("twenty");
    // Twenty milliseconds are promised of a release build; this is the slow one, on a busy machine.
    assert!(fastest < Duration::from_millis(60), "{fastest:?}");
}

#[test]
fn a_path_is_reviewed_at_head_and_the_report_says_so() {
    let repository = Repository::with_commits(3);
    repository.write("README.md", "changed and not committed");
    let (code, out, err) = run(&["review", &repository.target()]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("Only what is committed was looked at."), "{out}");
}

#[test]
fn a_folder_within_and_a_bare_clone_read_the_same() {
    let repository = Repository::with_commits(3);
    let bare = tempfile::tempdir().expect("a folder");
    repository.git(&["clone", "-q", "--bare", ".", &bare.path().display().to_string()]);
    let json = |path: &std::path::Path| run(&["review", &path.display().to_string(), "--format", "json"]).1;
    let whole = json(repository.path());
    assert!(whole.contains("foliolens.report/1"));
    assert_eq!(whole, json(&repository.path().join("src")));
    assert_eq!(whole, json(bare.path()));
}

#[test]
fn the_remote_gives_name_and_permalinks_but_never_its_password() {
    let repository = Repository::with_commits(3);
    let token = ["ghp", &"a1B2".repeat(9)].join("_");
    repository.git(&["remote", "add", "origin", &format!("https://ana:{token}@github.com/ana/shop.git")]);
    let (_, out, err) = run(&["-vv", "review", &repository.target(), "--format", "json"]);
    assert!(out.contains("\"ana/shop\""), "{out}");
    assert!(out.contains("https://github.com/ana/shop/"), "{out}");
    assert!(!out.contains(&token) && !err.contains(&token));
}

#[test]
fn several_targets_are_reviewed_and_the_worst_code_wins() {
    let (first, second) = (Repository::with_commits(2), Repository::with_commits(3));
    let (code, out, err) = run(&["review", &first.target(), "/no/such/folder", &second.target(), "--format", "json"]);
    assert_eq!(code, 3);
    assert_eq!(out.matches("\"foliolens.report/1\"").count(), 3, "one that failed has an entry");
    assert_eq!(err.lines().count(), 1, "{err}");
}

#[test]
fn of_several_folders_each_is_told_from_the_others_by_what_it_is_called_and_not_by_where_it_lies() {
    let (first, second) = (Repository::with_commits(2), Repository::with_commits(3));
    let called = |path: &std::path::Path| path.file_name().expect("a name").to_string_lossy().into_owned();
    let inside = first.path().join(".git").display().to_string();
    let (_, out, err) = run(&["review", &inside, &second.target(), "--format", "json"]);
    let reports: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    for (report, repository) in reports.as_array().expect("a list").iter().zip([&first, &second]) {
        let told = &report["repository"];
        assert_eq!(
            (told["name"].is_null(), told["folder"].as_str()),
            (true, Some(&*called(repository.path()))),
            "{err}"
        );
        assert!(!out.contains(&repository.target()), "{out}");
    }
    // One alone is the same wherever it lies, and one with a name needs no other.
    assert!(!run(&["review", &second.target(), "--format", "json"]).1.contains("\"folder\""));
    first.git(&["remote", "add", "origin", "https://github.com/ana/shop.git"]);
    let (_, out, _) = run(&["review", &first.target(), &second.target(), "--format", "json"]);
    assert!(out.contains("\"ana/shop\"") && out.matches("\"folder\"").count() == 1, "{out}");
}

#[test]
fn every_format_can_be_written_to_a_file() {
    let repository = Repository::with_commits(2);
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["terminal", "markdown", "json", "html", "sarif"] {
        let path = folder.path().join(format);
        let (code, out, err) =
            run(&["review", &repository.target(), "--format", format, "--output", &path.display().to_string()]);
        assert_eq!((code, out.as_str(), err.as_str()), (0, "", ""), "{format}");
        assert!(std::fs::metadata(&path).expect("written").len() > 100, "{format}");
    }
}

#[test]
fn fail_on_strikes_with_one() {
    let repository = Repository::with_commits(2);
    let target = repository.target();
    assert_eq!(run(&["review", &target, "--fail-on", "weak"]).0, 1, "no tests, no way to run it");
    assert_eq!(run(&["review", &target, "--only", "commits", "--fail-on", "red-flag"]).0, 0);
}

#[test]
fn since_takes_ids_tags_and_branches() {
    let repository = Repository::with_commits(4);
    repository.git(&["tag", "starter", "HEAD~2"]);
    let short = repository.git(&["rev-parse", "--short", "HEAD~2"]);
    let target = repository.target();
    for since in ["starter", short.trim(), "HEAD~2"] {
        let (code, _, err) = run(&["review", &target, "--since", since, "--format", "json"]);
        assert_eq!(code, 0, "{since}: {err}");
    }
    let (code, _, err) = run(&["review", &target, "--since", "nothing"]);
    assert_eq!(code, 2);
    assert!(err.contains("--since nothing names no commit"), "{err}");
}

#[test]
fn wrong_usage_is_two() {
    assert_eq!(run(&["review"]).0, 2);
    assert_eq!(run(&["review", ".", "--format", "pdf"]).0, 2);
    let (code, _, err) = run(&["review", ".", "--only", "test"]);
    assert_eq!(code, 2);
    assert!(err.contains("did you mean `tests`?"), "{err}");
}

#[test]
fn a_target_that_no_message_could_name_is_refused_in_a_sentence() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let (code, _, err) = run(&["review", ""]);
    assert_eq!((code, err.lines().count()), (2, 1), "{err}");
    assert!(err.contains("A target is empty"), "{err}");
    let repository = Repository::with_commits(1);
    let folder = repository.path().join(OsStr::from_bytes(b"\xff"));
    std::fs::create_dir(&folder).expect("made");
    let (code, _, err) = told(&foliolens(&["review", "."]).current_dir(&folder).output().expect("started"));
    assert!(code == 3 && err.contains(".: its path is not text"), "{err}");
    let (code, _, err) = told(&foliolens(&["review"]).arg(&folder).output().expect("started"));
    assert!(code == 2 && err.contains("its path is not text"), "{err}");
}

#[test]
fn a_variable_that_is_no_setting_is_refused_and_one_that_is_empty_is_unset() {
    let repository = Repository::with_commits(1);
    let target = repository.target();
    let (code, out, err) =
        told(&foliolens(&["review", &target]).env("FOLIOLENS_FROMAT", "json").output().expect("run"));
    let expected = "foliolens: There is no setting FOLIOLENS_FROMAT. Did you mean FOLIOLENS_FORMAT?\n";
    assert_eq!((code, out.as_str(), err.as_str()), (2, "", expected));
    let mut review = foliolens(&["review", &target]);
    for name in ["FORMAT", "ONLY", "PROFILE", "SINCE", "FAIL_ON", "SECONDS", "SANDBOX", "FROMAT"] {
        review.env(format!("FOLIOLENS_{name}"), "");
    }
    let (code, _, err) = told(&review.output().expect("started"));
    assert_eq!((code, err.as_str()), (0, ""));
    let (code, _, err) = told(&foliolens(&["review", &target]).env("FOLIOLENS_SECONDS", "abc").output().expect("run"));
    assert!(code == 2 && err.contains("it is a whole number from 1 to 86400"), "{err}");
}

#[test]
fn the_example_of_an_environment_changes_nothing_here() {
    let example = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example")).expect("there");
    let set: Vec<_> = example.lines().filter(|line| !line.starts_with('#')).filter_map(|l| l.split_once('=')).collect();
    assert!(set.iter().any(|(name, _)| *name == "FOLIOLENS_APP_ID"), "{set:?}");
    let repository = Repository::with_commits(1);
    let review = || foliolens(&["review", &repository.target()]);
    let with = told(&review().envs(set).output().expect("started"));
    assert_eq!(with, told(&review().output().expect("started")));
}

#[test]
fn areas_are_taken_in_any_case_and_found_by_their_titles() {
    let repository = Repository::with_commits(1);
    let only = |only: &str| run(&["review", &repository.target(), "--only", only, "--format", "json"]);
    assert_eq!(only("TESTS,"), only("tests"));
    let (code, _, err) = only("passwords and keys");
    assert!(
        code == 2 && err.contains("--only passwords and keys: there is no such area; did you mean `secrets`?"),
        "{err}"
    );
    let (code, _, err) = run(&["secrets", &repository.target(), "--only", "tests"]);
    assert!(code == 2 && err.contains("--only says nothing here"), "{err}");
}

#[test]
fn what_can_not_be_written_is_said_with_the_systems_reason() {
    let repository = Repository::with_commits(1);
    let (code, _, err) = run(&["review", &repository.target(), "-o", "/dev/full"]);
    assert!(code == 2 && err.contains("No space left") && err.contains("make room"), "{err}");
    let (code, _, err) = run(&["review", &repository.target(), "-o", "/no/such/file"]);
    assert!(code == 2 && err.contains("choose a file in a folder that exists"), "{err}");
}

#[test]
fn a_brief_without_a_trial_is_said_to_wait_for_one() {
    let repository = Repository::with_commits(1);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "[[brief]]\nname = \"A task\"\nsignals = [\"trial.task\"]\n").expect("written");
    let (target, file) = (repository.target(), file.display().to_string());
    let (code, _, err) = run(&["review", &target, "--config", &file]);
    assert!(code == 0 && err.contains("a brief is for --profile trial"), "{err}");
    assert_eq!(run(&["review", &target, "--config", &file, "--profile", "trial"]).2, "");
}

#[test]
fn addresses_that_may_not_be_cloned_are_refused_with_a_reason() {
    refused("http://github.com/ana/shop", 2, "only https:// addresses");
    refused("git@github.com:ana/shop.git", 2, "only https:// addresses");
    refused("https://127.0.0.1/ana/shop", 2, "IP address");
    refused("https://localhost/ana/shop", 2, "not a public one");
    refused("https://github.com/ana/shop/tree/main", 2, "not that of a repository");
    let (_, _, err) = run(&["review", "https://ana:hunter2@github.com/ana/shop"]);
    assert!(err.contains("user name or password") && !err.contains("hunter2"), "{err}");
}

#[test]
fn offline_refuses_addresses() {
    for target in ["https://github.com/ana/shop", "ana/shop"] {
        let (code, _, err) = run(&["review", target, "--offline"]);
        assert_eq!(code, 2);
        assert!(err.contains("--offline forbids"), "{err}");
    }
    let told = told(&foliolens(&["review", "ana/shop"]).env("FOLIOLENS_OFFLINE", "1").output().expect("started"));
    assert_eq!(told.0, 2);
}

#[test]
fn a_file_of_settings_is_obeyed_and_flags_win() {
    let repository = Repository::with_commits(2);
    let file = repository.path().join("settings.toml");
    std::fs::write(&file, "format = \"json\"\nonly = [\"tests\"]\n").expect("written");
    let (target, file) = (repository.target(), file.display().to_string());
    let (code, out, err) = run(&["review", &target, "--config", &file]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with('{') && out.contains("tests.exist") && !out.contains("commits.focused"));
    assert!(!run(&["review", &target, "--config", &file, "--format", "markdown"]).1.starts_with('{'));
}

#[test]
fn an_unknown_setting_is_one_sentence_with_the_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "format = \"json\"\nprofil = \"trial\"\n").expect("written");
    let (code, out, err) = run(&["review", ".", "--config", &file.display().to_string()]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err.lines().count(), 1);
    assert!(err.contains("line 2") && err.contains("did you mean `profile`?"), "{err}");
}

#[test]
fn the_doctor_tells_each_value_and_its_source() {
    let output = foliolens(&["doctor", "--profile", "trial"]).env("FOLIOLENS_FORMAT", "json").output();
    let (code, out, err) = told(&output.expect("started"));
    assert_eq!((code, err.as_str()), (0, ""));
    let line = |name: &str| out.lines().find(|line| line.trim_start().starts_with(name)).unwrap_or_default().to_owned();
    assert!(line("profile").contains("trial") && line("profile").ends_with("flag"), "{out}");
    assert!(line("format").contains("json") && line("format").ends_with("environment"), "{out}");
    assert!(line("clone_mib").ends_with("default"), "{out}");
    assert!(line("git").contains("not needed"), "{out}");
    assert!(!out.contains("There is no setting"), "{out}");
    let mut doctor = foliolens(&["doctor"]);
    doctor.env("FOLIOLENS_APP_ID", "1").env("FOLIOLENS_WORKERS", "2").env("FOLIOLENS_APP_IDS", "3");
    let (_, out, _) = told(&doctor.output().expect("started"));
    assert!(out.contains("There is no setting FOLIOLENS_APP_IDS. Did you mean FOLIOLENS_APP_ID?"), "{out}");
    assert!(out.contains("WRONG: FOLIOLENS_WEBHOOK_SECRET is not set"), "what a server lacks: {out}");
}

#[test]
fn the_doctor_tells_what_shuts_a_review_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let none = "no cgroup, since FOLIOLENS_CGROUP is not set: memory is limited by rlimits, threads are not";
    let all = "everything that the kernel has for it: rlimits, no_new_privs, Landlock (files and ports), seccomp";
    let said = |strictness: &str, cgroup: Option<&std::path::Path>| {
        let mut doctor = foliolens(&["doctor"]);
        doctor.env("FOLIOLENS_SANDBOX", strictness);
        cgroup.map(|folder| doctor.env("FOLIOLENS_CGROUP", folder));
        told(&doctor.output().expect("started")).1
    };
    for strictness in ["best-effort", "require"] {
        let out = said(strictness, None);
        assert!(out.contains(all) && out.contains(none), "{out}");
    }
    let out = said("off", None);
    assert!(out.contains("nothing: it is off") && !out.contains(all) && !out.contains(none), "{out}");
    // An ordinary folder makes none.
    let out = said("best-effort", Some(folder.path()));
    assert!(out.contains("MISSING: cgroup (none can be made in ") && !out.contains(none), "{out}");
    assert!(!out.contains("each review in a cgroup of its own"), "{out}");
}

#[test]
fn the_doctor_goes_on_after_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("settings.toml");
    std::fs::write(&file, "profil = 1\n").expect("written");
    let (code, out, err) = run(&["doctor", "--config", &file.display().to_string()]);
    assert_eq!((code, err.as_str()), (2, ""));
    assert!(out.contains("WRONG: ") && out.contains("did you mean `profile`?"), "{out}");
    assert!(out.contains("temporary folder") && out.contains("to clone, over https  no telemetry"), "{out}");
}

#[test]
fn signals_are_explained_and_misspelt_ones_guessed() {
    let (code, out, _) = run(&["explain"]);
    assert!(code == 0 && out.contains("readme.setup"), "{out}");
    assert!(run(&["explain", "readme.setup"]).1.contains("readme.setup"));
    let (code, out, _) = run(&["explain", "readme.setup", "--format", "markdown"]);
    assert!(code == 0 && out.starts_with("`readme.setup`: "), "{out}");
    let (code, _, err) = run(&["explain", "readme.setp"]);
    assert_eq!(code, 2);
    assert!(err.contains("`readme.setup`"), "{err}");
}

#[test]
fn schema_and_completions_are_printed() {
    assert!(run(&["schema"]).1.contains("$schema"));
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(run(&["completions", shell]).1.contains("foliolens"), "{shell}");
    }
    let bash = run(&["completions", "bash"]).1;
    for offered in ["observability", "readme.setup", "best-effort"] {
        assert!(bash.contains(offered), "{offered}");
    }
}

#[test]
fn a_locale_without_utf8_gets_ascii_and_no_colour_is_honoured() {
    let repository = Repository::with_commits(2);
    let output = foliolens(&["review", &repository.target()]).env("LC_ALL", "C").env("NO_COLOR", "1").output();
    let (_, out, _) = told(&output.expect("started"));
    assert!(out.is_ascii(), "{out}");
    assert!(!out.contains('\u{1b}'));
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    use std::io::Read;
    use std::process::Stdio;
    let binary = assert_cmd::cargo::cargo_bin!("foliolens");
    #[expect(clippy::disallowed_methods, reason = "tests start the program")]
    let mut child = std::process::Command::new(binary)
        .args(["schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut err).expect("read");
    assert_eq!((child.wait().expect("ended").code(), err.as_str()), (Some(0), ""));
}
