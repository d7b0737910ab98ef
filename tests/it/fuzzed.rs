//! Every input that fuzzing has found or begins with, through what is fuzzed, so that what was mended stays so.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

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

#[test]
fn every_kept_input_belongs_to_a_target() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/inputs");
    for folder in std::fs::read_dir(root).expect("there").flatten() {
        let name = folder.file_name().to_string_lossy().into_owned();
        assert!(TARGETS.iter().any(|(known, _)| *known == name), "nobody reads {name}");
    }
}
