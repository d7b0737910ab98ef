//! A kernel that lacks what shuts a child in: here it answers one call as a kernel does that has never heard of it. What
//! is missing is named, and the review goes on or not, as the setting has it.

use std::path::PathBuf;
use std::time::Duration;

use foliolens::sandbox::attempt::Act;
use foliolens::sandbox::cage::{Cage, CageError};
use foliolens::sandbox::{Ask, Examine, Strictness};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use crate::support::{Repository, World, foliolens, told};

/// A call, and the argument that it has to have: its place, how it is compared, and with what.
type Call = (i64, Option<(u8, SeccompCmpOp, u64)>);

const LANDLOCK: Call = (libc::SYS_landlock_create_ruleset, None);

/// What `act` comes to in a thread whose kernel lacks `call`, as that of the processes which it starts.
fn without<T: Send>((call, argument): Call, act: impl FnOnce() -> T + Send) -> T {
    let condition =
        |(at, how, with)| SeccompCondition::new(at, SeccompCmpArgLen::Dword, how, with).expect("a condition");
    let rules = argument.map(|argument| SeccompRule::new(vec![condition(argument)]).expect("a rule"));
    let unknown = SeccompAction::Errno(libc::ENOSYS as u32);
    let rules = [(call, rules.into_iter().collect())].into();
    let here = std::env::consts::ARCH.try_into().expect("known");
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, unknown, here).expect("a filter");
    let program: BpfProgram = filter.try_into().expect("compiled");
    let thread = || {
        seccompiler::apply_filter(&program).expect("taken");
        act()
    };
    std::thread::scope(|scope| scope.spawn(thread).join().expect("no panic"))
}

#[test]
fn each_mechanism_that_is_missing_is_named_and_with_require_refused() {
    let repository = Repository::with_commits(1);
    let is = |value: i32| Some((0, SeccompCmpOp::Eq, value as u64));
    for (call, names) in [
        (LANDLOCK, &["Landlock since Linux 6.2 (", "Landlock since Linux 6.7 ("][..]),
        ((libc::SYS_seccomp, None), &["seccomp ("]),
        ((libc::SYS_prctl, is(libc::PR_SET_DUMPABLE)), &["prctl ("]),
        // What comes after it asks for it, too.
        (
            (libc::SYS_prctl, is(libc::PR_SET_NO_NEW_PRIVS)),
            &["no_new_privs (", "Landlock since Linux 6.2 (", "Landlock since Linux 6.7 (", "seccomp ("],
        ),
        // To set a limit, and not to ask for one.
        ((libc::SYS_prlimit64, Some((2, SeccompCmpOp::Ne, 0))), &["rlimits ("]),
    ] {
        let (missing, willing, strict) = without(call, || {
            let runtime = tokio::runtime::Runtime::new().expect("a runtime");
            let cage = |strictness| Cage {
                program: assert_cmd::cargo::cargo_bin!("foliolens").into(),
                wall: Duration::from_secs(20),
                strictness,
                cgroup: None,
            };
            let acts = vec![Act::Read(PathBuf::from("/")), Act::BeSeen];
            let willing = cage(Strictness::BestEffort);
            let ask = Ask::Examine(Box::new(Examine::of(repository.path())));
            (
                runtime.block_on(willing.missing()).expect("an answer"),
                runtime.block_on(willing.attempt(false, "/tmp".into(), acts.clone())),
                (
                    runtime.block_on(cage(Strictness::Require).attempt(false, "/tmp".into(), acts)),
                    runtime.block_on(cage(Strictness::Require).ask(ask, None)).expect("an answer"),
                ),
            )
        });
        let is_named = |text: &str| names.iter().all(|name| text.contains(name));
        assert!(is_named(&missing.join(", ")) && missing.len() == names.len(), "{missing:?} for {names:?}");
        // What the missing one would have closed is open, and no more.
        let is_open = ["Landlock", "prctl"].map(|missing| names.iter().any(|name| name.starts_with(missing)));
        assert_eq!(willing.expect("goes on"), is_open, "{names:?}");
        let (attempted, examined) = strict;
        assert!(matches!(attempted, Err(CageError::Refused(said)) if is_named(&said)), "{names:?}");
        let refused = examined.expect_err("no review");
        assert!(is_named(&refused.sentence) && refused.sentence.contains("FOLIOLENS_SANDBOX=require"), "{refused:?}");
    }
}

#[test]
fn a_kernel_without_landlock_is_said_by_the_server_by_doctor_and_by_a_review() {
    without(LANDLOCK, || {
        let said = |arguments: &[&str], strictness: &str| {
            told(&foliolens(arguments).env("FOLIOLENS_SANDBOX", strictness).output().expect("started"))
        };
        let doctor = said(&["doctor"], "best-effort").1;
        assert_eq!(doctor.matches("MISSING: Landlock since Linux").count(), 2, "{doctor}");
        // Of the cgroup it speaks all the same.
        assert_eq!(doctor.matches("no cgroup, since FOLIOLENS_CGROUP is not set").count(), 1, "{doctor}");
        let repository = Repository::with_commits(1);
        let review = ["review", &repository.target(), "--format", "json"];
        let (code, out, err) = said(&review, "best-effort");
        assert_eq!((code, out.is_empty(), err.matches("This system lacks Landlock").count()), (0, false, 1), "{err}");
        let (code, out, err) = said(&review, "require");
        assert_eq!((code, out.as_str()), (3, ""), "{err}");
        assert!(err.contains("the kernel lacks Landlock") && err.contains("FOLIOLENS_SANDBOX=require"), "{err}");

        let world = World::new();
        let app = world.app_with(&[("FOLIOLENS_SANDBOX", "best-effort")]);
        let lacks = || app.log().matches("this system lacks Landlock since Linux").count();
        app.wait("what is missing to be said", || lacks() == 2);
        assert_eq!(app.deliver("issue_comment", "d-1", &world.comment("rita", "/review ana/shop")), 202);
        app.wait_until_idle();
        assert!(world.reports().concat().contains("How to dispute"), "{}", app.log());
        assert!(app.terminate());
        let (is_good, log) = world.app_in_vain(&[("FOLIOLENS_SANDBOX", "require")]).ended();
        assert!(!is_good && log.contains("FOLIOLENS_SANDBOX=require, but this system lacks Landlock"), "{log}");
    });
}
