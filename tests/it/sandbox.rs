//! The lock of a child: each act that is forbidden fails under it, and succeeds without it, so that the trial is one.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use foliolens::sandbox::attempt::Act;
use foliolens::sandbox::cage::{Cage, CageError, Excess};
use foliolens::sandbox::protocol::Done;
use foliolens::sandbox::{Ask, Heard, Strictness};

use crate::support::Repository;

fn cage(strictness: Strictness) -> Cage {
    Cage {
        program: assert_cmd::cargo::cargo_bin!("foliolens").into(),
        wall: Duration::from_secs(20),
        strictness,
        cgroup: None,
    }
}

fn attempt(strictness: Strictness, fetching: bool, folder: &Path, acts: &[Act]) -> Result<Vec<bool>, CageError> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(cage(strictness).attempt(fetching, folder.to_owned(), acts.to_vec()))
}

/// Something to reach: a file elsewhere, a port, a socket, a process.
struct Outside {
    folder: tempfile::TempDir,
    port: std::net::TcpListener,
    _socket: std::os::unix::net::UnixListener,
    _datagrams: std::os::unix::net::UnixDatagram,
}

impl Outside {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("file"), "x").expect("written");
        let socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).expect("bound");
        let datagrams = std::os::unix::net::UnixDatagram::bind(folder.path().join("datagrams")).expect("bound");
        let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        Outside { folder, port, _socket: socket, _datagrams: datagrams }
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What neither child may do.
    fn acts(&self) -> Vec<Act> {
        vec![
            Act::Read(self.at("file")),
            Act::Read("/etc/passwd".into()),
            Act::Read("/proc/1/status".into()),
            Act::Read("/".into()),
            Act::Write(self.at("new")),
            Act::Mode(self.at("file")),
            Act::Date(self.at("file")),
            Act::Link(self.at("link")),
            Act::Connect(self.port.local_addr().expect("bound").port()),
            Act::Listen,
            Act::LocalSocket(self.at("socket")),
            Act::LocalDatagram(self.at("datagrams")),
            Act::Start,
            Act::Signal(std::process::id()),
            Act::Open(1000),
        ]
    }
}

#[test]
fn what_is_forbidden_fails_under_the_lock_and_only_there() {
    for fetching in [false, true] {
        for (strictness, expected) in [(Strictness::Off, true), (Strictness::Require, false)] {
            let (outside, folder) = (Outside::new(), tempfile::tempdir().expect("a folder"));
            let acts = outside.acts();
            let done = attempt(strictness, fetching, folder.path(), &acts).expect("an answer");
            let other: Vec<_> = acts.iter().zip(&done).filter(|(_, done)| **done != expected).collect();
            assert!(other.is_empty(), "fetching: {fetching}, {strictness:?}: {other:?}");
        }
    }
}

#[test]
fn what_is_needed_works_under_the_lock() {
    let folder = tempfile::tempdir().expect("a folder");
    let inside = folder.path().join("file");
    let fetching = [Act::Write(inside.clone()), Act::Read(inside.clone()), Act::Thread, Act::LookUp, Act::Trust];
    assert_eq!(attempt(Strictness::Require, true, folder.path(), &fetching).expect("an answer"), [true; 5]);
    let examining = [Act::Read(inside), Act::Read(folder.path().into()), Act::Thread];
    assert_eq!(attempt(Strictness::Require, false, folder.path(), &examining).expect("an answer"), [true; 3]);
}

#[test]
fn whose_signatures_are_trusted_is_read_and_no_private_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let keys = ["/etc/ssl", "/etc/ssl/private", "/etc/pki", "/etc/pki/tls/private"];
    let acts: Vec<Act> = keys.iter().map(|key| Act::Read(key.into())).chain([Act::Trust]).collect();
    assert_eq!(
        attempt(Strictness::Require, true, folder.path(), &acts).expect("an answer"),
        [false, false, false, false, true]
    );
}

#[test]
fn what_a_clone_may_only_read_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = || PathBuf::from("/etc/hosts");
    let acts = [Act::Read(file()), Act::Mode(file()), Act::Date(file())];
    let done = attempt(Strictness::Require, true, folder.path(), &acts).expect("an answer");
    assert_eq!(done, [true, false, false]);
}

#[test]
fn an_examination_writes_nothing_and_knows_no_network() {
    let folder = tempfile::tempdir().expect("a folder");
    let acts = [Act::Write(folder.path().join("new")), Act::Datagram, Act::LookUp, Act::Trust];
    assert_eq!(attempt(Strictness::Require, false, folder.path(), &acts).expect("an answer"), [false; 4]);
    assert_eq!(attempt(Strictness::Off, false, folder.path(), &acts).expect("an answer"), [true; 4]);
}

#[test]
fn nothing_of_the_parent_is_handed_down() {
    use std::os::fd::AsFd;
    let folder = tempfile::tempdir().expect("a folder");
    // A file that whoever started us forgot to close.
    let left = std::fs::File::open("/etc/passwd").expect("there");
    rustix::io::fcntl_setfd(left.as_fd(), rustix::io::FdFlags::empty()).expect("set");
    let acts = [Act::SeeDescriptors, Act::SeeEnvironment];
    assert_eq!(attempt(Strictness::Off, false, folder.path(), &acts).expect("an answer"), [false; 2]);
}

#[test]
fn others_of_the_same_user_may_not_look_in_shut_in_or_not() {
    let folder = tempfile::tempdir().expect("a folder");
    for (strictness, fetching) in
        [Strictness::Off, Strictness::Require].into_iter().flat_map(|it| [(it, false), (it, true)])
    {
        let seen = attempt(strictness, fetching, folder.path(), &[Act::BeSeen]).expect("an answer");
        assert_eq!(seen, [false], "{strictness:?}, fetching: {fetching}");
    }
}

/// What the kernel tells of the process `id`, by what is at the beginning of a line.
fn told_of(id: u32, file: &str, name: &str) -> String {
    let all = std::fs::read_to_string(format!("/proc/{id}/{file}")).unwrap_or_default();
    all.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
}

#[test]
fn the_kernel_knows_of_the_rights_and_limits_of_a_child() {
    for fetching in [false, true] {
        let ask = serde_json::json!({"sandbox": "require", "watched": false,
            "ask": {"attempt": {"fetching": fetching, "folder": "/tmp", "acts": ["sleep"]}}});
        let (mut child, stdin) = asked(&mut program(), &ask);
        let id = child.id();
        // The last thing that is closed.
        for _ in 0..200 {
            if told_of(id, "status", "Seccomp:") == "2" {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let status = ["NoNewPrivs:", "Seccomp:", "Seccomp_filters:"].map(|name| told_of(id, "status", name));
        let limit = |name: &str| -> Vec<String> {
            told_of(id, "limits", name).split_whitespace().take(2).map(str::to_owned).collect()
        };
        let limits = ["Max address space", "Max data size", "Max open files", "Max core file size"].map(limit);
        child.kill().expect("killed");
        child.wait().expect("ended");
        drop(stdin);
        assert_eq!([&*status[0], &*status[1]], ["1", "2"], "fetching: {fetching}");
        assert!(status[2].parse::<u32>().is_ok_and(|filters| filters >= 2), "{status:?}");
        let data = 256_u64 << 20;
        let mapped = data + (4 << 30) + if fetching { 4 << 20 } else { 0 };
        let both = |most: u64| vec![most.to_string(); 2];
        assert_eq!(limits, [both(mapped), both(data), both(256), both(0)], "fetching: {fetching}");
    }
}

#[test]
fn each_excess_ends_the_child_and_is_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    for (fetching, act, excess) in [
        (false, Act::Allocate(512), Excess::Memory),
        (false, Act::Spin, Excess::Time),
        (true, Act::Fill(128 << 20), Excess::Disk),
    ] {
        let died = attempt(Strictness::Require, fetching, folder.path(), std::slice::from_ref(&act));
        let died = died.expect_err("ended");
        assert_eq!(died.excess(), Some(excess), "{act:?}: {died}");
        if act != Act::Spin {
            assert_eq!(attempt(Strictness::Off, fetching, folder.path(), &[act]).expect("an answer"), [true]);
        }
    }
}

#[test]
fn a_child_that_says_nothing_is_killed_by_the_clock() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let cage = Cage { wall: Duration::from_millis(500), ..cage(Strictness::Require) };
    let began = std::time::Instant::now();
    let ended = runtime.block_on(cage.attempt(false, "/tmp".into(), vec![Act::Sleep])).expect_err("killed");
    assert_eq!(ended.excess(), Some(Excess::Time), "{ended}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_child_that_says_too_much_or_nonsense_is_not_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let much = attempt(Strictness::Require, false, folder.path(), &[Act::Talk(64)]).expect_err("refused");
    assert!(matches!(much, CageError::TooLarge), "{much}");
    let nonsense = attempt(Strictness::Require, false, folder.path(), &[Act::Talk(1)]).expect_err("refused");
    assert!(matches!(nonsense, CageError::Malformed(_)), "{nonsense}");
}

/// A program that answers every request with `line`.
fn liar(folder: &Path, line: &str) -> Cage {
    let program = folder.join("liar");
    std::fs::write(folder.join("line"), format!("{line}\n")).expect("written");
    std::fs::write(&program, format!("#!/bin/sh\nexec /bin/cat {}\n", folder.join("line").display())).expect("written");
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("set");
    Cage { program, ..cage(Strictness::Off) }
}

#[test]
fn a_child_that_was_taken_over_says_a_sentence_at_most_and_no_other_version_is_believed() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let said = |version: u32, sentence: &str| {
        let refusal = serde_json::json!({"sentence": sentence, "is_passing": false});
        let answer = serde_json::json!({"version": version, "missing": [], "result": {"Err": refusal}});
        let liar = liar(folder.path(), &serde_json::json!({ "answer": answer }).to_string());
        runtime.block_on(liar.ask(Ask::Examine(Box::new(foliolens::sandbox::Examine::of("/"))), None))
    };
    let own = foliolens::sandbox::protocol::VERSION;
    let refusal = said(own, &"é ".repeat(1 << 20)).expect("an answer").expect_err("refused");
    assert_eq!(refusal.sentence.chars().count(), 1000);
    let refusal = said(own, "it is gone").expect("an answer").expect_err("refused");
    assert_eq!(refusal.sentence, "it is gone");
    assert!(matches!(said(own + 1, "it is gone"), Err(CageError::Version)));
}

#[test]
fn a_child_that_was_taken_over_names_no_more_mechanisms_than_there_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let lacks = |missing: Vec<String>| {
        let refusal = serde_json::json!({"sentence": "it is gone", "is_passing": false});
        let version = foliolens::sandbox::protocol::VERSION;
        let answer = serde_json::json!({"version": version, "missing": missing, "result": {"Err": refusal}});
        let liar = liar(folder.path(), &serde_json::json!({ "answer": answer }).to_string());
        let heard = std::sync::Mutex::new(Vec::new());
        let hear = |said| heard.lock().expect("no panic").push(said);
        let ask = Ask::Examine(Box::new(foliolens::sandbox::Examine::of("/")));
        runtime.block_on(liar.ask(ask, Some(&hear))).expect("an answer").expect_err("refused");
        let heard = heard.into_inner().expect("no panic");
        heard.into_iter().flat_map(|said| if let Heard::Lacks(names) = said { names } else { Vec::new() }).collect()
    };
    let names: Vec<String> = lacks(vec!["é ".repeat(1000); 1000]);
    assert_eq!((names.len(), names[0].chars().count()), (16, 1000));
    assert_eq!(lacks(vec!["seccomp".to_owned()]), ["seccomp"]);
}

#[test]
fn a_report_that_is_larger_than_what_was_asked_for_is_not_taken() {
    let repository = Repository::with_commits(1);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let ask = |most: usize| {
        let mut examine = foliolens::sandbox::Examine::of(repository.path());
        examine.limits.report = most;
        Ask::Examine(Box::new(examine))
    };
    let done = runtime.block_on(cage(Strictness::Require).ask(ask(8 << 20), None)).expect("an answer");
    let Ok(Done::Examined(report, web)) = done else { panic!("no report, but {done:?}") };
    let version = foliolens::sandbox::protocol::VERSION;
    let result = serde_json::json!({"Ok": {"examined": [&report, web]}});
    let answer = serde_json::json!({"answer": {"version": version, "missing": [], "result": result}});
    let folder = tempfile::tempdir().expect("a folder");
    let liar = liar(folder.path(), &answer.to_string());
    let said = |most| runtime.block_on(liar.ask(ask(most), None));
    assert!(matches!(said(report.size()), Ok(Ok(Done::Examined(..)))));
    let refused = said(report.size() - 1);
    assert!(matches!(refused, Err(CageError::ReportTooLarge(_))), "{refused:?}");
}

/// This program as a child, before it is asked for anything.
#[expect(clippy::disallowed_methods, reason = "tests start the program")]
fn program() -> Command {
    let mut program = Command::new(assert_cmd::cargo::cargo_bin!("foliolens"));
    program.arg("child");
    program
}

/// A child that was asked, and its input: it ends by itself where that is closed.
fn asked(program: &mut Command, ask: &serde_json::Value) -> (Child, ChildStdin) {
    let program = program.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = program.spawn().expect("started");
    let mut stdin = child.stdin.take().expect("piped");
    writeln!(stdin, "{ask}").expect("asked");
    (child, stdin)
}

#[test]
fn a_child_ends_with_whoever_waits_for_it() {
    let ask = serde_json::json!({"sandbox": "require", "watched": false,
        "ask": {"attempt": {"fetching": false, "folder": "/tmp", "acts": ["sleep"]}}});
    let (mut child, stdin) = asked(&mut program(), &ask);
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().expect("asked").is_none(), "it waits");
    drop(stdin);
    for _ in 0..100 {
        if child.try_wait().expect("asked").is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().expect("killed");
    panic!("it outlives whoever asked");
}

#[expect(clippy::disallowed_methods, reason = "tests start the program")]
#[test]
fn a_child_that_crashes_leaves_no_core() {
    use std::os::unix::process::ExitStatusExt;
    for strictness in ["off", "require"] {
        let folder = tempfile::tempdir().expect("a folder");
        let ask = serde_json::json!({"sandbox": strictness, "watched": false,
            "ask": {"attempt": {"fetching": false, "folder": "/tmp", "acts": ["crash"]}}});
        let mut shell = Command::new("/bin/sh");
        // As large a core as this machine lets anybody have, which may be none.
        shell.args(["-c", "ulimit -S -c \"$(ulimit -H -c)\" || exit 7; exec \"$0\" child"]);
        shell.arg(assert_cmd::cargo::cargo_bin!("foliolens")).current_dir(folder.path());
        let (mut child, stdin) = asked(&mut shell, &ask);
        let status = child.wait().expect("ended");
        drop(stdin);
        assert_eq!(status.signal(), Some(6), "{strictness}: {status}");
        // Where cores go is the machine's to say; whether there is one, the kernel tells.
        assert!(!status.core_dumped(), "{strictness}: {status}");
        let left = std::fs::read_dir(folder.path()).expect("there").count();
        assert_eq!(left, 0, "{strictness}");
    }
}

#[test]
fn a_folder_that_makes_no_cgroups_is_said_and_with_require_refused() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let elsewhere = Some(folder.path().join("nothing"));
    let acts = || vec![Act::Thread];
    for (cgroup, strictness, goes_on) in [
        (None, Strictness::Require, true),
        (elsewhere.clone(), Strictness::BestEffort, true),
        (elsewhere.clone(), Strictness::Off, true),
        (elsewhere.clone(), Strictness::Require, false),
    ] {
        let cage = Cage { cgroup: cgroup.clone(), ..cage(strictness) };
        let done = runtime.block_on(cage.attempt(false, "/tmp".into(), acts()));
        assert_eq!(done.is_ok(), goes_on, "{cgroup:?} {strictness:?}: {done:?}");
        let missing = runtime.block_on(cage.missing()).expect("an answer");
        let is_said = missing.iter().any(|missing| missing.starts_with("cgroup (none can be made in "));
        assert_eq!(is_said, cgroup.is_some() && strictness != Strictness::Off, "{missing:?}");
    }
    // An ordinary folder limits nothing.
    let ordinary = Cage { cgroup: Some(folder.path().to_owned()), ..cage(Strictness::BestEffort) };
    let missing = runtime.block_on(ordinary.missing()).expect("an answer");
    assert!(missing.iter().any(|missing| missing.starts_with("cgroup (")), "{missing:?}");
    let requiring = Cage { strictness: Strictness::Require, ..ordinary };
    assert!(runtime.block_on(requiring.attempt(false, "/tmp".into(), acts())).is_err());
    assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 0, "nothing is left there");
}

#[test]
fn this_kernel_lacks_nothing() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let missing = runtime.block_on(cage(Strictness::Require).missing()).expect("an answer");
    assert_eq!(missing, Vec::<String>::new(), "the other tests of this file show nothing on such a kernel");
    // What is asked for over the same way as a review.
    let ask = Ask::Examine(Box::new(foliolens::sandbox::Examine::of("/no/such/folder")));
    let refused = runtime.block_on(cage(Strictness::Require).ask(ask, None)).expect("an answer");
    assert!(refused.is_err_and(|refusal| refusal.sentence.contains("no such file or folder")));
}
