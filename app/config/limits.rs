//! How much of a repository is looked at, from the environment: for the server and the command line alike.

use std::ffi::OsString;

use foliolens_analyzers::Limits;

use super::terminal;

/// The variables, each with its default, the range that makes sense, and where it goes.
type Limit = (&'static str, u64, std::ops::RangeInclusive<u64>, fn(&mut Limits, u64));

const LIMITS: [Limit; 20] = [
    ("FOLIOLENS_LIMIT_REFS", 200_000, 1..=10_000_000, |limits, to| limits.refs = to as usize),
    ("FOLIOLENS_LIMIT_COMMITS", 500_000, 1..=10_000_000, |limits, to| limits.commits = to as usize),
    ("FOLIOLENS_LIMIT_TREE_ENTRIES", 250_000, 1..=10_000_000, |limits, to| limits.entries = to as usize),
    ("FOLIOLENS_LIMIT_CHANGES", 5_000_000, 1..=100_000_000, |limits, to| limits.changes = to as usize),
    ("FOLIOLENS_LIMIT_TREE_DEPTH", 512, 1..=2_000, |limits, to| limits.depth = to as usize),
    ("FOLIOLENS_LIMIT_PATH_BYTES", 4_096, 64..=65_536, |limits, to| limits.path = to as usize),
    ("FOLIOLENS_LIMIT_BLOB_MIB", 256, 1..=256, |limits, to| limits.blob = (to as usize) << 20),
    ("FOLIOLENS_LIMIT_PACKED_TEXTS", 1_000, 1..=1_000_000, |limits, to| limits.views = to as usize),
    ("FOLIOLENS_LIMIT_PACKED_MIB", 32, 1..=256, |limits, to| limits.unpacked = (to as usize) << 20),
    ("FOLIOLENS_LIMIT_CREDENTIALS", 500, 1..=100_000, |limits, to| limits.credentials = to as usize),
    ("FOLIOLENS_LIMIT_LOOKS", 50_000, 1_000..=10_000_000, |limits, to| limits.looks = to as u32),
    ("FOLIOLENS_LIMIT_DECODED_MIB", 65_536, 1..=1_048_576, |limits, to| limits.decoded = to << 20),
    ("FOLIOLENS_LIMIT_FILE_KIB", 1_024, 1..=1_024, |limits, to| limits.file = to << 10),
    ("FOLIOLENS_LIMIT_TEXT_MIB", 96, 1..=1_024, |limits, to| limits.text = to << 20),
    ("FOLIOLENS_LIMIT_SOURCE_KIB", 1_024, 1..=1_024, |limits, to| limits.source = (to as usize) << 10),
    ("FOLIOLENS_LIMIT_LINE_CHARACTERS", 20_000, 1_000..=1_048_576, |limits, to| limits.line = to as usize),
    ("FOLIOLENS_LIMIT_NESTING", 500, 10..=2_000, |limits, to| limits.nesting = to as usize),
    ("FOLIOLENS_LIMIT_PARSE_STEPS", 1_000_000, 1..=1_000_000_000, |limits, to| limits.steps = to),
    ("FOLIOLENS_LIMIT_PLACES", 1_000, 1..=100_000, |limits, to| limits.places = to as usize),
    ("FOLIOLENS_LIMIT_REPORT_KIB", 8_192, 64..=8_192, |limits, to| limits.report = (to as usize) << 10),
];

/// The names of the variables.
pub fn names() -> impl Iterator<Item = &'static str> {
    LIMITS.iter().map(|(name, ..)| *name)
}

/// The limits that `variable` sets, or what is wrong with them, each in a sentence.
pub fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Limits, Vec<String>> {
    let (mut limits, mut wrong) = (Limits::default(), Vec::new());
    for (name, _, range, set) in &LIMITS {
        let Some(value) = variable(name) else { continue };
        let text = match terminal::text(name, value) {
            Ok(text) => text,
            Err(sentence) => {
                wrong.push(sentence);
                continue;
            }
        };
        match text.trim().parse().ok().filter(|number| range.contains(number)) {
            Some(number) => set(&mut limits, number),
            None => wrong.push(format!("{name} is a number from {} to {}.", range.start(), range.end())),
        }
    }
    if wrong.is_empty() { Ok(limits) } else { Err(wrong) }
}

/// The same from the environment.
pub fn settled() -> Result<Limits, Vec<String>> {
    read(terminal::set)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_set_is_the_default_and_the_example_says_so() {
        assert_eq!(read(|_| None), Ok(Limits::default()));
        let example = include_str!("../../.env.example");
        for (name, default, range, _) in &LIMITS {
            assert!(example.contains(&format!("\n# {name}={default}\n")), "{name} is not in .env.example");
            assert!(range.contains(default), "{name}");
            let set = |wanted: &str| (wanted == *name).then(|| default.to_string().into());
            assert_eq!(read(set), Ok(Limits::default()), "{name}");
            let wrong = |wanted: &str| (wanted == *name).then(|| "-1".into());
            assert!(read(wrong).is_err_and(|wrong| wrong.len() == 1 && wrong[0].contains(name)));
        }
    }
}
