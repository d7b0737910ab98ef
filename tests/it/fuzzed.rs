//! Every input that fuzzing has found or begins with, through what is fuzzed, so that what was mended stays so.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use foliolens::sandbox::protocol::Done;

use crate::fuzz_targets::TARGETS;

/// Of one input, in a build that is not optimised, on a machine that does other things too.
const LONGEST: Duration = Duration::from_secs(10);
/// Of all inputs of a target together: they are kept by hand.
const LARGEST: u64 = 64 << 10;

#[test]
fn every_kept_input_is_taken_by_its_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/inputs");
    for (name, run) in TARGETS {
        let mut inputs: Vec<_> = std::fs::read_dir(root.join(name)).expect(name).flatten().collect();
        inputs.sort_by_key(std::fs::DirEntry::path);
        assert!(inputs.len() >= 5, "{name} begins with nothing");
        let size: u64 = inputs.iter().map(|input| input.metadata().expect("there").len()).sum();
        assert!(size <= LARGEST, "{name} keeps {size} bytes");
        for input in inputs {
            let data = std::fs::read(input.path()).expect("there");
            let began = Instant::now();
            // The harness shows the output of a test that fails: the last name is the one.
            let _ = writeln!(std::io::stderr(), "{}", input.path().display());
            run(&data);
            assert!(began.elapsed() < LONGEST, "{} takes {:?}", input.path().display(), began.elapsed());
        }
    }
}

/// What children say is read in our words, so that what is kept of them goes on to be.
#[test]
fn what_children_said_is_kept_in_words_that_they_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/inputs/messages");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let answer = |name: &str| {
        let data = std::fs::read(folder.join(name)).expect("there");
        let answer = runtime.block_on(foliolens::sandbox::cage::read(&data[..], None)).expect(name).expect(name);
        assert_eq!(answer.version, foliolens::sandbox::protocol::VERSION, "{name}");
        answer.result
    };
    assert!(matches!(answer("fetched"), Ok(Done::Fetched)));
    assert!(matches!(answer("attempted"), Ok(Done::Attempted(_))));
    assert!(answer("refused").is_err());
    for (name, is_hostile) in [("report", false), ("report-hostile", true)] {
        let Ok(Done::Examined(report, _)) = answer(name) else { panic!("{name} is no report") };
        assert!(!report.areas.is_empty(), "{name}");
        assert_eq!(report.areas[0].summary.contains("<script>"), is_hostile, "{name}");
    }
    let request = std::fs::read(folder.join("request")).expect("there");
    assert!(serde_json::from_slice::<foliolens::sandbox::protocol::Request>(&request).is_ok());
}

fn target(name: &str) -> fn(&[u8]) {
    TARGETS.iter().find(|(known, _)| *known == name).expect("a target").1
}

proptest! {
    #[test]
    fn no_answer_says_more_than_words_of_what_was_asked(
        command in prop_oneof![Just("/review"), Just("/review explain"), Just("/review ana/shop --only")],
        parts in proptest::collection::vec(
            prop_oneof![
                Just("@ana"), Just("#1"), Just("<b>"), Just("`"), Just("``"), Just("[x]("), Just("https://x.y"), Just(")"),
                Just("![x]"), Just("*"), Just("_"), Just("|"), Just("\\"), Just("\u{202E}"), Just("\u{2066}"), Just("\u{200B}"),
                Just("{word}"), Just("{nearest}"), Just("help"), Just("readme.setup"), Just("-->"), Just("x"), Just(" "),
            ],
            1..12,
        )
    ) {
        target("commands")(format!("{command} {}", parts.concat()).as_bytes());
    }

    #[test]
    fn no_name_in_a_brief_is_more_than_words_where_it_is_shown(name in "[ -~\u{202e}\u{2066}\u{200b}é]{1,99}") {
        let name = toml::Value::String(name);
        let file = format!("[[brief]]\nname = {name}\nsignals = [\"trial.task\"]\n");
        target("configuration")(format!("\0{file}").as_bytes());
    }
}

#[test]
fn every_kept_input_belongs_to_a_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/inputs");
    for folder in std::fs::read_dir(root).expect("there").flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        assert!(TARGETS.iter().any(|(known, _)| *known == name), "nobody reads {name}");
    }
}
