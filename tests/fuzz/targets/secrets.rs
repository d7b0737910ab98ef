//! Bytes with credentials in them: what is found stands where it is said to stand, what is masked is gone, and no text
//! around a credential keeps it from being masked.

use foliolens_analyzers::secrets::{FingerprintKey, Scanner, Tier, rule, unopened};

pub fn run(data: &[u8]) {
    let scanner = Scanner::for_texts(1, FingerprintKey::default());
    let redacted = scanner.redact(data);
    let lines = data.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
    for hit in &redacted.hits {
        let (first, last) = hit.lines;
        assert!(1 <= first && first <= last && last <= lines, "{hit:?} of {lines} lines");
    }
    if let Some(text) = &redacted.text {
        let again = scanner.scan(text);
        for hit in redacted.hits.iter().filter(|hit| {
            hit.judgement.innocent().is_none() && rule(hit.rule).is_some_and(|rule| rule.tier != Tier::Marker)
        }) {
            let is_gone = again.iter().all(|other| (other.rule, other.fingerprint) != (hit.rule, hit.fingerprint));
            assert!(is_gone, "{hit:?} is still in {}", String::from_utf8_lossy(text));
        }
    }
    let _ = unopened(data);
    // Made up, and in parts, so that it stands in no file.
    let value = ["gh", "p_", "aZ3kQ9xW7mB5vN1cR8tY4uP6sD2fG0hJLeKo"].concat();
    let around = &data[..data.len().min(2_000)];
    let text = [around, b"\nTOKEN = \"", value.as_bytes(), b"\"\n", around].concat();
    let shown = scanner.redact(&text).shown(&text);
    let is_innocent = scanner.scan(&text).iter().any(|hit| hit.judgement.innocent().is_some());
    assert!(is_innocent || !shown.contains(&value), "{shown}");
}
