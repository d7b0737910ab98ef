//! What a value looks like to whoever looks for it: as it is, and in the encodings that texts travel in.

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// The ways in which a value can be written, each by name. The first four and the last two characters may be missing:
/// who sees the rest has the value.
pub fn needles(value: &str) -> Vec<(&'static str, Vec<u8>)> {
    let most = &value[4..value.len() - 2];
    let hex: String = most.bytes().map(|byte| format!("{byte:02x}")).collect();
    let percent = |digits: &str| digits.as_bytes().chunks(2).fold(String::new(), |all, two| all + "%" + &text(two));
    let escaped: String = url::form_urlencoded::byte_serialize(most.as_bytes()).collect();
    let mut found: Vec<(&'static str, String)> = vec![
        ("plain", most.to_owned()),
        (LOWER, most.to_lowercase()),
        ("hexadecimal", hex.clone()),
        ("HEXADECIMAL", hex.to_uppercase()),
        ("percent", percent(&hex)),
        ("PERCENT", percent(&hex.to_uppercase())),
        ("form", escaped),
        ("reversed", most.chars().rev().collect()),
    ];
    // What stands before shifts the letters of base64; those of the edges depend on the neighbours.
    for shift in 0..3 {
        let shifted = [&b"\0\0"[..shift], most.as_bytes()].concat();
        for (name, engine) in [("base64", &STANDARD_NO_PAD), ("base64 of addresses", &URL_SAFE_NO_PAD)] {
            let letters = engine.encode(&shifted);
            found.push((name, letters[if shift == 0 { 0 } else { 4 }..letters.len() - 2].to_owned()));
        }
    }
    found.into_iter().map(|(name, text)| (name, text.into_bytes())).collect()
}

/// Looks for all values of a run at once.
pub struct Search {
    all: AhoCorasick,
    lower: AhoCorasick,
    /// The name of the value and how it is written, for each needle.
    said: Vec<(String, &'static str)>,
}

const LOWER: &str = "lower case";

impl Search {
    pub fn of(planted: &[(&str, String)]) -> Self {
        let (mut said, mut needled) = (Vec::new(), Vec::new());
        for (name, value) in planted {
            for (how, needle) in needles(value) {
                said.push(((*name).to_owned(), how));
                needled.push(needle);
            }
        }
        let built = |patterns: Vec<Vec<u8>>| AhoCorasick::new(patterns).expect("a thousand short needles");
        // At the same numbers, with what can not be there for the others.
        let lower = needled
            .iter()
            .zip(&said)
            .map(|(needle, (_, how))| if *how == LOWER { needle.clone() } else { b"\xff\xfe\xff".to_vec() });
        Search { lower: built(lower.collect()), all: built(needled), said }
    }

    /// The values that stand in `hay`, each with how it is written.
    pub fn seen(&self, hay: &[u8]) -> Vec<(&str, &'static str)> {
        let low = hay.to_ascii_lowercase();
        let found = self.all.find_overlapping_iter(hay).chain(self.lower.find_overlapping_iter(&low));
        let mut seen: Vec<_> =
            found.map(|found| &self.said[found.pattern()]).map(|(name, how)| (name.as_str(), *how)).collect();
        seen.sort_unstable();
        seen.dedup();
        seen
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_value_is_seen_however_it_is_written() {
    let planted = [("KEY", ["gh", "p_aZ3kQ9xW7mB5vN1cR8tY4uP6sD2fG0hJLeKo"].concat())];
    let (search, value) = (Search::of(&planted), &planted[0].1);
    let hex = |upper: bool| value.bytes().map(move |b| if upper { format!("{b:02X}") } else { format!("{b:02x}") });
    for (how, hay) in [
        ("plain", format!("a{value}b")),
        ("lower case", value.to_lowercase()),
        ("hexadecimal", hex(false).collect()),
        ("HEXADECIMAL", hex(true).collect()),
        ("percent", hex(false).map(|byte| format!("%{byte}")).collect()),
        ("PERCENT", hex(true).map(|byte| format!("%{byte}")).collect()),
        ("form", format!("?key={value}&")),
        ("reversed", value.chars().rev().collect()),
        ("base64", STANDARD_NO_PAD.encode(format!("password={value} and more"))),
        ("base64", STANDARD_NO_PAD.encode(format!("password ={value}"))),
        ("base64", STANDARD_NO_PAD.encode(format!("password = {value}."))),
        ("base64 of addresses", URL_SAFE_NO_PAD.encode(format!("{value}???"))),
    ] {
        assert!(search.seen(hay.as_bytes()).contains(&("KEY", how)), "{how}: {hay}");
    }
    assert_eq!(search.seen(b"ghp_ and nothing else of it"), []);
}
