//! Every repository of the hostile set, in a child with its lock and through a server (`hostile_served.rs`): an honest
//! report or one clear sentence, within a minute, within its memory, and with nothing changed.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use foliolens::report::model::{Signal, Skipped};
use foliolens::report::{Report, comment, fit};
use foliolens::review::words::words;
use foliolens::sandbox::cage::Excess;
use foliolens::sandbox::protocol::Done;
use foliolens::sandbox::{Ask, Cage, CageError, Examine, Refusal, Strictness};
use foliolens_analyzers::code::own::OwnFile;
use foliolens_analyzers::{Limits, Outcome};

use crate::fuzz_targets::harmless_comment;
use crate::hostile_served::Serving;
use crate::hostile_set::{End, Item, is_full, items};
use crate::support::{Peak, program, setting};

/// Of one review.
const LONGEST: Duration = Duration::from_secs(60);
/// The same, in MiB.
const LARGEST: u64 = 2048;
const SOON: Duration = Duration::from_millis(250);

fn examined(folder: &Path) -> Result<Result<Done, Refusal>, CageError> {
    examined_within(folder, Strictness::Require)
}

fn examined_within(folder: &Path, strictness: Strictness) -> Result<Result<Done, Refusal>, CageError> {
    let cage = Cage { program: program(), wall: LONGEST, strictness, cgroup: None };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(cage.ask(Ask::Examine(Box::new(Examine { seconds: 60, ..Examine::of(folder) })), None))
}

/// A repository of the set, made.
struct Made {
    item: Item,
    outer: tempfile::TempDir,
}

impl Made {
    fn new(item: Item) -> Self {
        let outer = tempfile::tempdir().expect("a folder");
        let folder = outer.path().join("repository.git");
        std::fs::create_dir(&folder).expect("made");
        (item.make)(&folder);
        Made { item, outer }
    }

    fn folder(&self) -> PathBuf {
        self.outer.path().join("repository.git")
    }
}

/// How the review of `made` ended, if not as it had to.
fn failed(made: &Made) -> Option<String> {
    let item = &made.item;
    let before = files(made.outer.path());
    let (began, peak) = (Instant::now(), Peak::below(std::process::id()));
    let ended = examined(&made.folder());
    let (took, mib) = (began.elapsed(), peak.mib());
    let ended = match ended {
        // As the server has it.
        Err(error) if error.excess() == Some(Excess::Memory) => {
            Ok(Err(Refusal { sentence: words().too_much.clone(), ..Refusal::default() }))
        }
        ended => ended,
    };
    let said = match &ended {
        Ok(Ok(Done::Examined(report, _))) => format!("complete {} {}", report.complete, skipped(report)),
        Ok(Ok(other)) => format!("{other:?}"),
        Ok(Err(refusal)) => refusal.sentence.clone(),
        Err(error) => format!("{error} {:?}", error.excess()),
    };
    let said: String = said.chars().take(600).collect();
    let is_right = match (&ended, item.end) {
        (Ok(Ok(Done::Examined(report, _))), End::Report) => report.complete && is_honest(report),
        (Ok(Ok(Done::Examined(report, _))), End::Partial) => !report.complete && is_honest(report),
        (Ok(Err(refusal)), End::Sentence(part)) => refusal.sentence.contains(part) && refusal.sentence.len() < 400,
        (Ok(Ok(Done::Examined(report, _))), End::PartialInFull) => report.complete != is_full() && is_honest(report),
        (Ok(Ok(Done::Examined(report, _))), End::PartialOrMemory) => !report.complete && is_honest(report),
        (Ok(Err(refusal)), End::PartialOrMemory) => refusal.sentence == words().too_much,
        _ => false,
    };
    // A child that is gone at once is seen by no look at the processes, and has hardly used anything.
    let is_right = is_right && mib < LARGEST && (mib > 0 || took < SOON);
    let line = format!("{:32} {:>6} ms {mib:>5} MiB alone  {said}", item.name, took.as_millis());
    // Read with `--nocapture`: the table of what happened.
    let _ = writeln!(std::io::stderr(), "{} {line}", if is_right { "ok " } else { "BAD" });
    if files(made.outer.path()) != before || Path::new("pwned").exists() {
        return Some(format!("{}: something was written", item.name));
    }
    (!is_right).then_some(line)
}

/// No area says that all is well, or that something is not there, where not everything could be looked at, and no fault of
/// ours shows.
fn is_honest(report: &Report) -> bool {
    let mut signals = report.areas.iter().flat_map(|area| &area.signals);
    let is_cut = report.skipped.iter().any(|skipped| matches!(&*skipped.what, "tree" | "file"));
    // Those know of the history, too, and say themselves what is missing.
    let of_files = report.areas.iter().filter(|area| !matches!(&*area.id, "commits" | "secrets"));
    let is_shown = |signal: &Signal| match signal.outcome {
        Outcome::NotApplicable => false,
        Outcome::Met | Outcome::Partly | Outcome::NotMet => signal.places.iter().any(|place| !place.path.is_empty()),
        Outcome::NotAssessable | Outcome::Error => true,
    };
    // What no analyzer would have read is only said.
    let is_beside =
        |why: &str| ["only scanned for credentials", "written by a program"].iter().any(|it| why.contains(it));
    let is_left =
        |skipped: &Skipped| matches!(&*skipped.what, "source file" | "text" | "blob") && !is_beside(&skipped.why);
    let is_unsearched = |skipped: &Skipped| {
        skipped.why.contains("not looked into for credentials") && skipped.what != "archive"
            || skipped.what == "blob" && !is_beside(&skipped.why)
    };
    signals.all(|signal| signal.outcome != Outcome::Error)
        && (report.complete || !report.skipped.is_empty())
        && (!is_cut || of_files.flat_map(|area| &area.signals).all(is_shown))
        && (!report.complete || !report.skipped.iter().any(is_left))
        && (!met(report).contains("secrets.history") || !report.skipped.iter().any(is_unsearched))
}

fn skipped(report: &Report) -> String {
    report.skipped.iter().map(|skipped| format!("[{} {}: {}]", skipped.count, skipped.what, skipped.why)).collect()
}

fn files(folder: &Path) -> Vec<(PathBuf, u64)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let kind = entry.metadata().expect("there");
            found.push((entry.path(), kind.len()));
            if kind.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// The report on a repository of the set.
fn report_on(name: &str) -> Report {
    report_within(name, Strictness::Require)
}

fn report_within(name: &str, strictness: Strictness) -> Report {
    let item = items().into_iter().find(|item| item.name == name).expect("in the table");
    match examined_within(&Made::new(item).folder(), strictness).expect("an answer") {
        Ok(Done::Examined(report, _)) => *report,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn what_attributes_would_hide_is_found() {
    let report = report_on("attributes_that_hide");
    let hidden = |signal: &&Signal| signal.places.iter().any(|place| &*place.path == "src/app.py");
    let found: Vec<&str> = report
        .areas
        .iter()
        .filter(|area| &*area.id == "secrets")
        .flat_map(|area| &area.signals)
        .filter(hidden)
        .map(|signal| &*signal.id)
        .collect();
    assert_eq!((report.complete, found), (true, vec!["secrets.head"]));
    // Nor is it somebody else's, or written by a program.
    assert_eq!(report.repository.languages.iter().map(|it| &*it.name).collect::<Vec<_>>(), ["Python"]);
}

/// A link is a text of its own, also where no lock would keep what it leads to from being read.
#[test]
fn what_links_lead_to_is_in_no_report() {
    let reachable = ["/etc/passwd", "/etc/shadow", "/proc/self/environ"].map(std::fs::read_to_string);
    let texts: Vec<String> = reachable.into_iter().flatten().collect();
    // What is shorter may stand in a report by chance.
    let lines: Vec<&str> =
        texts.iter().flat_map(|text| text.split(['\n', '\0'])).filter(|line| line.len() > 8).collect();
    assert!(lines.iter().any(|line| line.starts_with("root:")), "there is something to be found");
    for strictness in [Strictness::Require, Strictness::Off] {
        let report = report_within("links", strictness);
        let said = serde_json::to_string(&report).expect("JSON") + comment(&[report], fit::COMMENT).as_str();
        // How many, not which: they are this machine's own.
        assert_eq!(lines.iter().filter(|line| said.contains(**line)).count(), 0, "{strictness:?}");
    }
}

#[test]
fn names_that_steer_are_text_in_the_comment() {
    let comment = comment(&[report_on("names_that_steer")], fit::COMMENT);
    let comment = comment.as_str();
    // They are shown, so that there is something to be seen.
    let parts = ["onerror", "everyone", "javascript", "set-output", "x.test", "txt.exe", "script", "7*7", "]0;x"];
    let shown: Vec<&str> = parts.into_iter().filter(|part| comment.contains(part)).collect();
    assert!(shown.len() >= 3, "{shown:?} in {comment}");
    harmless_comment(comment);
}

/// So that no repository is added in silence, or measured under a name that it no longer has.
#[test]
fn the_page_lists_what_the_table_does() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hostile.md");
    let page = std::fs::read_to_string(page).expect("there");
    let listed = |section: &str| -> BTreeSet<String> {
        let rows = section.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" | "));
        rows.map(|(name, _)| name.to_owned()).filter(|name| name != "Repository").collect()
    };
    let (full, eighth) = page.split_once("## An eighth of the size").expect("two tables");
    let all: BTreeSet<String> = items().into_iter().map(|item| item.name.to_owned()).collect();
    assert_eq!(listed(full), all);
    assert_eq!(listed(eighth).difference(&all).next(), None);
}

/// Each is made once, examined alone, and then asked for through a server, which is busy with the one before meanwhile.
#[test]
fn each_ends_as_the_table_says() {
    let only = setting("FOLIOLENS_HOSTILE_ITEM");
    let chosen: Vec<Item> =
        items().into_iter().filter(|item| only.as_ref().is_none_or(|only| item.name == only)).collect();
    let (hand_on, handed) = std::sync::mpsc::sync_channel::<Made>(1);
    let served = std::thread::spawn(move || {
        let server = Serving::new();
        let wrong: Vec<String> =
            handed.into_iter().filter_map(|made| server.failed(&made.item, &made.folder())).collect();
        (wrong, server.ended())
    });
    let mut wrong = Vec::new();
    for item in chosen {
        let made = Made::new(item);
        wrong.extend(failed(&made));
        // It is gone only if the other thread has failed, which is told below.
        let _ = hand_on.send(made);
    }
    drop(hand_on);
    let (served, log) = served.join().expect("no panic");
    wrong.extend(served);
    // What went wrong comes last, where it is not cut off.
    assert!(wrong.is_empty(), "\n{log}\n{}", wrong.join("\n"));
}

/// How the review of an ordinary repository ends within `limits`.
fn within(limits: Limits) -> Result<Done, Refusal> {
    let repository = crate::support::Repository::with_commits(12);
    let said = "Sells things to people who want to have them, and keeps a list of what was bought and when.\n\n";
    repository.write("README.md", &format!("# Shop\n\n{}", said.repeat(4)));
    // As much source as takes the parser some steps.
    repository.write("src/large.py", &"import os\nvalue = os.getenv('NAME')\n".repeat(300)).commit("Add a large file");
    let encoded = data_encoding::BASE64.encode(b"a text that is encoded, and worth a look for what it holds");
    repository.write("encoded.txt", &format!("{encoded}\n").repeat(3)).commit("Add what is encoded");
    // Nothing that counts, but in number.
    let samples = "password = \"changeme\"\n".repeat(21);
    repository.write("settings.example", &samples).commit("Add samples of settings");
    repository.git(&["branch", "another"]);
    asked(Examine { limits, ..Examine::of(repository.path()) })
}

fn asked(examine: Examine) -> Result<Done, Refusal> {
    let cage = Cage { program: program(), wall: LONGEST, strictness: Strictness::Require, cgroup: None };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(cage.ask(Ask::Examine(Box::new(examine)), None)).expect("an answer")
}

/// The signals that are met.
fn met(report: &Report) -> BTreeSet<&str> {
    let signals = report.areas.iter().flat_map(|area| &area.signals);
    signals.filter(|signal| signal.outcome == Outcome::Met).map(|signal| &*signal.id).collect()
}

#[test]
fn a_limit_that_strikes_is_said_and_what_depends_on_it_is_not_met() {
    const HEAD: &str = "secrets.head";
    const HISTORY: &str = "secrets.history";
    const README: &str = "readme.present";
    let all = Limits::default();
    let Ok(Done::Examined(whole, _)) = within(all) else { panic!("no report") };
    assert!(whole.complete && whole.skipped.is_empty(), "{}", skipped(&whole));
    for (limits, sentence, dependent) in [
        (Limits { refs: 1, ..all }, "beyond the first 1, by name", &[HISTORY][..]),
        (Limits { commits: 2, ..all }, "more than 2 of them: older ones were not looked at", &[HISTORY]),
        (Limits { entries: 2, ..all }, "beyond 2 files and folders", &[HEAD, HISTORY]),
        (Limits { changes: 1, ..all }, "older than 1 changes to files", &[HISTORY]),
        (Limits { depth: 1, ..all }, "more than 1 folders deep", &[HEAD, HISTORY]),
        (Limits { path: 9, ..all }, "its path is longer than 9 bytes", &[HEAD, HISTORY]),
        (Limits { blob: 8, ..all }, "larger than 0 MiB", &[HEAD, HISTORY]),
        (Limits { views: 2, ..all }, "more than 2 encoded or packed texts", &[HEAD, HISTORY]),
        (Limits { unpacked: 10, ..all }, "or 0 MiB of them: what is beyond was not looked into", &[HEAD, HISTORY]),
        (Limits { credentials: 2, ..all }, "with more than 2 values that look like credentials", &[HEAD, HISTORY]),
        (Limits { looks: 2, ..all }, "with 2 places or more that a rule looks at", &[HEAD, HISTORY]),
        (Limits { file: 20, ..all }, "larger than 0 KiB, so they were only looked into for credentials", &[README]),
        (Limits { text: 20, ..all }, "beyond the first 0 MiB of text of one tree, so they were only", &[README]),
        (Limits { text: 20, ..all }, "of text of one tree, so they were not read as source code", &[]),
        (Limits { source: 20, ..all }, "larger than 0 KiB, so they were not read as source code", &[]),
        (Limits { line: 20, ..all }, "with a line of more than 20 characters, so they were not", &[]),
        (Limits { nesting: 2, ..all }, "nested more than 2 levels deep, so they were not read as source code", &[]),
        (Limits { steps: 0, ..all }, "reading them as source code would take too long", &[]),
    ] {
        let Ok(Done::Examined(report, _)) = within(limits) else { panic!("{sentence}: no report") };
        assert!(!report.complete && skipped(&report).contains(sentence), "{sentence}: {}", skipped(&report));
        for signal in dependent {
            assert!(met(&whole).contains(signal), "{signal}");
            assert!(!met(&report).contains(signal), "{sentence}: {signal}");
        }
        // Nor is anything met now that was not.
        assert_eq!(met(&report).difference(&met(&whole)).next(), None, "{sentence}");
    }
    let refused = within(Limits { report: 10, ..all }).expect_err("too large");
    assert!(refused.sentence.contains("too large to read"), "{}", refused.sentence);
    let refused = within(Limits { decoded: 10, ..all }).expect_err("too much");
    assert!(refused.sentence.contains("which is more than a review reads"), "{}", refused.sentence);
    let Ok(Done::Examined(report, _)) = within(Limits { places: 1, ..all }) else { panic!("no report") };
    assert!(report.areas.iter().flat_map(|area| &area.signals).all(|signal| signal.places.len() <= 1));
    assert!(!report.complete && skipped(&report).contains("beyond the first 1 of a signal"), "{}", skipped(&report));
}

/// Padding hides no mapper, no settings and no migration; of data nobody says anything.
#[test]
fn what_analyzers_would_read_and_is_too_large_for_it_leaves_a_report_incomplete() {
    let large = " ".repeat((1 << 20) + 1);
    for (path, what) in [
        ("src/main/resources/UserMapper.xml", "text"),
        ("src/main/resources/application.yml", "text"),
        ("appsettings.json", "text"),
        ("migrations/1.sql", "text"),
        ("Dockerfile", "text"),
        ("ListPears/function.json", "text"),
        ("Makefile", "text"),
        (".mailmap", "text"),
        ("app.py", "source file"),
        ("data/rows.json", "blob"),
        ("rows.csv", "blob"),
        ("tests/dump.sql", "blob"),
    ] {
        let repository = crate::support::Repository::with_commits(1);
        repository.write(path, &large).commit("Add a large file");
        let Ok(Done::Examined(report, _)) = asked(Examine::of(repository.path())) else { panic!("{path}: no report") };
        let said: Vec<&str> = report.skipped.iter().map(|skipped| &*skipped.what).collect();
        assert_eq!((said, report.complete), (vec![what], what == "blob"), "{path}: {}", skipped(&report));
        // It was looked into for credentials all the same.
        assert!(met(&report).is_superset(&BTreeSet::from(["secrets.head", "secrets.history"])), "{path}");
    }
}

#[test]
fn of_a_long_message_it_is_said_that_only_its_beginning_is_read() {
    let repository = crate::support::Repository::with_commits(1);
    repository.write("b.py", "b = 1\n").commit(&"Say it at length. ".repeat(4_000));
    let Ok(Done::Examined(report, _)) = asked(Examine::of(repository.path())) else { panic!("no report") };
    let said = skipped(&report);
    assert!(report.complete && said.contains("longer than 64 KiB: what is beyond was only looked into"), "{said}");
}

/// Rules of an organisation's own name more places than ours do.
#[test]
fn a_report_that_is_too_large_lists_fewer_places_and_says_so() {
    let repository = crate::support::Repository::with_commits(1);
    repository.write("server.py", &"print(1)\n".repeat(200)).commit("Serve");
    let rule = "id: acme.no-print\nlanguage: Python\nrule: {pattern: print($A)}\nmetadata:\n  statement: Nothing prints\n  \
                remedy: Log.\n  positives: [print(1)]\n  negatives: [log(1)]\n";
    let report = |limits: Limits| {
        let rules = vec![OwnFile { name: "rules.yml".to_owned(), text: rule.to_owned() }];
        match asked(Examine { limits, rules, ..Examine::of(repository.path()) }) {
            Ok(Done::Examined(report, _)) => *report,
            other => panic!("{other:?}"),
        }
    };
    let most = |report: &Report| {
        report.areas.iter().flat_map(|area| &area.signals).map(|signal| signal.places.len()).max().unwrap_or_default()
    };
    let whole = report(Limits::default());
    assert!(most(&whole) == 200 && whole.complete, "{} places", most(&whole));
    let bytes = serde_json::to_vec(&whole).expect("JSON").len() - 1;
    let fewer = report(Limits { report: bytes, ..Limits::default() });
    let sentence = format!("larger than {} KiB: only 20 places of each signal are listed", bytes >> 10);
    assert!(!fewer.complete && skipped(&fewer).contains(&sentence), "{}", skipped(&fewer));
    assert_eq!(most(&fewer), 20);
}
