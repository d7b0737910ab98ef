//! What can be wrong with a repository: one sentence that says what to do, the right code, and no lie.

use std::os::unix::ffi::OsStrExt;

use crate::support::{Repository, foliolens, refused, run, told};

#[test]
fn a_path_that_is_not_there() {
    refused("/no/such/folder", 3, "there is no such file or folder");
}

#[test]
fn a_folder_that_is_no_repository() {
    let folder = tempfile::tempdir().expect("a folder");
    refused(&folder.path().display().to_string(), 3, "not in a git repository");
}

#[test]
fn a_file_instead_of_a_folder() {
    let repository = Repository::with_commits(1);
    refused(&repository.path().join("README.md").display().to_string(), 3, "it is a file");
}

#[test]
fn a_repository_without_commits() {
    refused(&Repository::new().target(), 3, "no commits yet");
}

#[test]
fn a_head_that_names_no_branch() {
    let repository = Repository::with_commits(1);
    repository.git(&["symbolic-ref", "HEAD", "refs/heads/gone"]);
    refused(&repository.target(), 3, "the branch `gone`, which does not exist");
}

#[test]
fn a_detached_head_is_reviewed() {
    let repository = Repository::with_commits(3);
    repository.git(&["checkout", "-q", "--detach", "HEAD~1"]);
    let (code, out, err) = run(&["review", &repository.target(), "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("\"branch\": null"), "{out}");
}

#[test]
fn a_shallow_clone_is_reviewed_and_called_incomplete() {
    let repository = Repository::with_commits(5);
    let clone = tempfile::tempdir().expect("a folder");
    let path = clone.path().display().to_string();
    repository.git(&["clone", "-q", "--depth", "2", &format!("file://{}", repository.target()), &path]);
    let (code, out, err) = run(&["review", &path, "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("\"complete\": false") && out.contains("shallow"), "{out}");
}

#[test]
fn a_repository_of_sha256() {
    let repository = Repository::with(&["init", "-q", "--object-format=sha256"]);
    repository.write("a", "a").commit("Add a");
    refused(&repository.target(), 3, "SHA-256");
}

#[test]
fn a_repository_that_borrows_objects() {
    let repository = Repository::with_commits(2);
    let clone = tempfile::tempdir().expect("a folder");
    let path = clone.path().join("shared").display().to_string();
    repository.git(&["clone", "-q", "--shared", &repository.target(), &path]);
    refused(&path, 3, "borrows objects");
    repository.write(".git/objects/info/alternates", "/somewhere/objects\n");
    refused(&repository.target(), 3, "borrows objects");
}

#[test]
fn a_damaged_configuration() {
    let repository = Repository::with_commits(1);
    repository.write(".git/config", "[core\nrepositoryformatversion = what");
    refused(&repository.target(), 3, "damaged");
}

/// Configuration that has git run `{run}`, at one time or another.
const EVIL: &str = r#"
[core]
    fsmonitor = "{run}"
    pager = "{run}"
    sshCommand = "{run}"
    askPass = "{run}"
    editor = "{run}"
    gitProxy = "{run}"
    alternateRefsCommand = "{run}"
[filter "evil"]
    clean = "{run}"
    smudge = "{run}"
    required = true
[filter "lfs"]
    clean = "{run}"
    smudge = "{run}"
[diff "evil"]
    textconv = "{run}"
    command = "{run}"
[merge "evil"]
    driver = "{run}"
[uploadpack]
    packObjectsHook = "{run}"
[credential]
    helper = "!{run}"
[gpg]
    program = "{run}"
[log]
    showSignature = true
[remote "origin"]
    url = "ext::{run}"
    uploadpack = "{run}"
    promisor = true
    partialclonefilter = blob:none
[submodule "part"]
    url = "ext::{run}"
    update = "!{run}"
    active = true
"#;

#[test]
fn nothing_in_a_repository_is_run_shut_in_or_not() {
    let repository = Repository::with_commits(1);
    let trace = repository.path().join("ran");
    let touches = format!("touch {}", trace.display());
    repository.write(".gitattributes", "* filter=evil diff=evil merge=evil\n*.bin filter=lfs\n");
    repository.write(".gitmodules", &format!("[submodule \"part\"]\n\tpath = part\n\turl = ext::{touches}\n"));
    repository.write("a.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n");
    repository.commit("Add attributes");
    for hook in ["post-checkout", "pre-commit", "post-index-change", "reference-transaction", "pre-auto-gc"] {
        let path = format!(".git/hooks/{hook}");
        repository.write(&path, &format!("#!/bin/sh\n{touches}\n"));
        let file = repository.path().join(path);
        std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("set");
    }
    let config = std::fs::read_to_string(repository.path().join(".git/config")).expect("there");
    repository.write(".git/config", &(config + &EVIL.replace("{run}", &touches)));
    // A child that is shut in could not start a program even if it tried to.
    for sandbox in ["off", "require"] {
        let mut review = foliolens(&["review", &repository.target()]);
        let (code, _, err) = told(&review.env("FOLIOLENS_SANDBOX", sandbox).output().expect("started"));
        assert_eq!((code, trace.exists()), (0, false), "{sandbox}: {err}");
    }
    // It is all alive.
    for command in [&["status"][..], &["add", "--renormalize", "."], &["checkout", "-q", "-B", "other"]] {
        repository.git(command);
        assert!(trace.exists(), "{command:?}");
        std::fs::remove_file(&trace).expect("there");
    }
}

#[test]
fn what_stands_in_for_objects_and_other_files_of_configuration_are_not_followed() {
    let repository = Repository::with_commits(3);
    let reviewed = || run(&["review", &repository.target(), "--format", "json"]).1;
    let before = reviewed();
    let git = |arguments: &[&str]| repository.git(arguments).trim().to_owned();
    let (head, blob) = (repository.head(), git(&["rev-parse", "HEAD:README.md"]));
    let other = git(&["commit-tree", "HEAD~2^{tree}", "-m", "Another one"]);
    let source = git(&["rev-parse", "HEAD:src/part1.py"]);
    repository.git(&["replace", &head, &other]);
    repository.git(&["replace", &blob, &source]);
    repository.write(".git/info/grafts", &format!("{head} {other}\n"));
    let include = "[include]\n\tpath = other\n[includeIf \"gitdir:/\"]\n\tpath = other\n";
    let config = std::fs::read_to_string(repository.path().join(".git/config")).expect("there");
    repository.write(".git/config", &format!("{config}{include}[core]\n\tuseReplaceRefs = true\n"));
    repository.write(".git/other", "[remote \"origin\"]\n\turl = https://github.com/mallory/other\n");
    // Git itself does follow them.
    assert_eq!(git(&["log", "-1", "--format=%s"]), "Another one");
    assert_eq!(git(&["cat-file", "blob", &blob]), git(&["cat-file", "blob", &source]));
    assert_eq!(git(&["config", "remote.origin.url"]), "https://github.com/mallory/other");
    assert_eq!(reviewed(), before);
}

#[test]
fn names_and_messages_that_are_not_utf8_and_dates_out_of_this_world() {
    let repository = Repository::new();
    let mut stream = b"blob\nmark :1\ndata 2\nx\n\n".to_vec();
    stream.extend_from_slice(
        b"commit refs/heads/main\nmark :2\nauthor \xe9 <a@x> 0 +0000\ncommitter \xe9 <a@x> 0 +0000\n",
    );
    stream.extend_from_slice(b"data 4\n\xff\xfe\xe9\n\nM 100644 :1 caf\xe9.py\n\n");
    stream.extend_from_slice(b"commit refs/heads/main\nauthor B <b@x> 4102444800 +0000\n");
    stream.extend_from_slice(b"committer B <b@x> 4102444800 +0000\ndata 4\nlast\nfrom :2\nM 100644 :1 b.py\n\n");
    repository.import(&stream);
    let (code, out, err) = run(&["review", &repository.target(), "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("\"commits\": 2"), "{out}");
}

#[test]
fn a_target_that_is_not_utf8_is_wrong_usage() {
    let target = std::ffi::OsStr::from_bytes(b"caf\xe9");
    let mut command = crate::support::foliolens(&["review"]);
    assert_eq!(command.arg(target).output().expect("started").status.code(), Some(2));
}

#[test]
fn a_setting_that_is_not_utf8_is_said_with_everything_else_that_is_wrong() {
    let no_text = std::ffi::OsStr::from_bytes(b"caf\xe9");
    for role in ["serve", "worker"] {
        let mut command = crate::support::foliolens(&[role]);
        command.env("FOLIOLENS_APP_SLUG", no_text).env("FOLIOLENS_LIMIT_REFS", no_text).env("FOLIOLENS_WORKERS", "x");
        let (code, _, said) = told(&command.output().expect("started"));
        assert_eq!(code, 2, "{said}");
        for name in
            ["FOLIOLENS_APP_SLUG is not text", "FOLIOLENS_LIMIT_REFS is not text", "FOLIOLENS_WORKERS", "_APP_ID"]
        {
            assert_eq!(said.lines().filter(|line| line.contains(name)).count(), 1, "{name}: {said}");
        }
    }
    for arguments in [&["migrate"][..], &["jobs", "list"], &["optout", "list"]] {
        let mut command = crate::support::foliolens(arguments);
        let (code, _, said) = told(&command.env("DATABASE_URL", no_text).output().expect("started"));
        assert_eq!((code, said.lines().count()), (2, 1), "{said}");
        assert!(said.contains("DATABASE_URL is not text"), "{said}");
    }
}

#[test]
fn a_hundred_thousand_files_are_read() {
    let repository = Repository::new();
    let mut stream = String::from("blob\nmark :1\ndata 2\nx\n\ncommit refs/heads/main\n");
    stream.push_str("author A <a@x> 1700000000 +0000\ncommitter A <a@x> 1700000000 +0000\ndata 4\nmany\n");
    for index in 0..100_000 {
        stream.push_str(&format!("M 100644 :1 d{}/f{index}.txt\n", index / 1000));
    }
    stream.push('\n');
    repository.import(stream.as_bytes());
    let (code, _, err) = run(&["review", &repository.target(), "--format", "json"]);
    assert_eq!(code, 0, "{err}");
}

#[test]
fn a_folder_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::with_commits(1);
    std::fs::set_permissions(repository.path(), std::fs::Permissions::from_mode(0o000)).expect("mine");
    // Root reads everything.
    if std::fs::read_dir(repository.path()).is_err() {
        refused(&repository.target(), 3, "may not be read");
    }
    std::fs::set_permissions(repository.path(), std::fs::Permissions::from_mode(0o700)).expect("mine");
}

#[test]
fn what_stands_in_for_another_commit_is_not_read_in_its_place() {
    let repository = Repository::with_commits(6);
    let commits = |what: &str| {
        let (code, out, err) = run(&["review", &repository.target(), "--format", "json", "--only", "commits"]);
        assert_eq!(code, 0, "{what}: {err}");
        let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        report["areas"].clone()
    };
    let before = commits("as it is");
    repository.git(&["replace", "HEAD", "HEAD~4"]);
    assert_eq!(commits("replaced"), before);
    repository.git(&["config", "core.useReplaceRefs", "true"]);
    repository.git(&["pack-refs", "--all"]);
    assert_eq!(commits("packed, and asked for by the repository"), before);
}

#[test]
fn work_trees_and_submodules_are_reviewed_and_a_git_folder_that_knows_nothing_of_it_is_not() {
    let repository = Repository::with_commits(2);
    let around = tempfile::tempdir().expect("a folder");
    let tree = around.path().join("tree").display().to_string();
    repository.git(&["worktree", "add", "-q", "--detach", &tree]);
    let (code, _, err) = run(&["review", &tree, "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let other = Repository::with_commits(2);
    let allowed = "protocol.file.allow=always";
    repository.git(&["-c", allowed, "submodule", "add", "-q", &other.target(), "part"]);
    let part = repository.path().join("part").display().to_string();
    let (code, _, err) = run(&["review", &part, "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let led = around.path().join("led");
    std::fs::create_dir(&led).expect("made");
    std::fs::write(led.join(".git"), format!("gitdir: {}\n", other.path().join(".git").display())).expect("written");
    refused(&led.display().to_string(), 3, "its git folder lies elsewhere");
}

#[test]
fn a_pipe_where_git_keeps_a_file_ends_in_a_sentence() {
    let repository = Repository::with_commits(1);
    let head = repository.path().join(".git/HEAD");
    std::fs::remove_file(&head).expect("there");
    std::os::unix::fs::symlink("/dev/zero", &head).expect("linked");
    refused(&repository.target(), 3, "its git folder is damaged");
}

#[test]
fn what_shuts_a_review_in_and_is_missing_is_said_unless_quiet() {
    let repository = Repository::with_commits(1);
    let ordinary = tempfile::tempdir().expect("a folder");
    for (quiet, lines) in [(false, 1), (true, 0)] {
        let target = repository.target();
        let mut review = foliolens(&["review", &target, "--format", "json"]);
        review.env("FOLIOLENS_CGROUP", ordinary.path()).env("FOLIOLENS_QUIET", u8::from(quiet).to_string());
        let (code, _, err) = told(&review.output().expect("started"));
        assert_eq!((code, err.matches("This system lacks cgroup (").count()), (0, lines), "{err}");
        let (code, _, err) = told(&review.env("FOLIOLENS_SANDBOX", "require").output().expect("started"));
        assert_eq!(code, 3);
        assert!(err.contains("FOLIOLENS_SANDBOX=require asks for it"), "{err}");
    }
}

/// Each hides a file that says `print(os.getenv("A"))` from whoever reads it as source code.
#[test]
fn source_that_can_not_be_read_as_such_makes_the_report_incomplete() {
    let reads = "import os\nprint(os.getenv(\"A\"))\n";
    for (text, why) in [
        (format!("{reads}{}", "# nothing\n".repeat(110_000)), "larger than 1024 KiB"),
        (format!("{reads}#\0\n"), "with a NUL among its first bytes"),
        (format!("{reads}# {}\n", "x".repeat(20_001)), "with a line of more than 20000 characters"),
    ] {
        let repository = Repository::with_commits(2);
        repository.write("app.py", &text).commit("Add the application");
        let (code, out, err) = run(&["review", &repository.target(), "--format", "json"]);
        assert_eq!(code, 0, "{err}");
        let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
        assert_eq!(report["complete"], false, "{why}");
        assert!(report["skipped"].to_string().contains(why), "{}", report["skipped"]);
    }
}
