//! A token is found wherever it hides: the 61 places of `tests/hiding/`, in an ordinary clone.

use foliolens_analyzers::secrets::{FingerprintKey, Scanner};

use crate::hiding_places::{NOT_IN_A_CLONE, places, stream};
use crate::support::{Repository, run};

#[test]
fn a_token_is_found_wherever_it_hides() {
    let origin = Repository::with(&["init", "-q", "--bare", "-b", "main"]);
    origin.import(&stream());
    let folder = tempfile::tempdir().expect("a folder");
    let clone = folder.path().join("clone.git").display().to_string();
    origin.git(&["clone", "-q", "--bare", &format!("file://{}", origin.target()), &clone]);
    let (code, out, err) = run(&["review", &clone, "--only", "secrets", "--format", "json"]);
    assert_eq!(code, 0, "{err}");

    let scanner = Scanner::for_texts(1, FingerprintKey::default());
    let (mut missed, mut unexpected, mut found) = (Vec::new(), Vec::new(), 0);
    for hidden in places() {
        let hits = scanner.scan(hidden.token.as_bytes());
        assert_eq!(hits.len(), 1, "{}: a well-formed token", hidden.place);
        assert!(!out.contains(&hidden.token), "{}: a found token is never shown", hidden.place);
        let expected = !NOT_IN_A_CLONE.contains(&hidden.place);
        match (out.contains(&hits[0].fingerprint.to_string()), expected) {
            (true, true) => found += 1,
            (false, true) => missed.push(hidden.place),
            (true, false) => unexpected.push(hidden.place),
            (false, false) => {}
        }
    }
    assert!(missed.is_empty(), "{found} found, not {missed:?}");
    assert!(unexpected.is_empty(), "more is found than this test says: {unexpected:?}");
    assert_eq!(places().len(), 61);
}

#[test]
fn an_archive_that_is_not_opened_is_named() {
    let repository = Repository::with_commits(1);
    std::fs::write(repository.path().join("rows.7z"), b"7z\xbc\xaf\x27\x1c\0\x04").expect("written");
    repository.commit("Pack rows");
    let (code, out, err) = run(&["review", &repository.target(), "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    let archives: Vec<_> = report["skipped"]
        .as_array()
        .expect("a list")
        .iter()
        .filter(|skipped| skipped["what"] == "archive")
        .map(|skipped| (skipped["count"].as_u64(), skipped["why"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(archives, [(Some(1), "7z: not looked into for credentials")]);
}
