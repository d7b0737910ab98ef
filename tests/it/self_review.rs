//! The project passes its own review.

use std::path::Path;

use crate::support::run;

#[test]
fn this_repository_has_no_red_flag_and_no_weak_area() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    assert!(
        root.join(".git").exists(),
        "there is no .git in {}: the review of this repository needs its history, so run the tests in a clone",
        root.display()
    );
    let (code, out, err) = run(&["review", &root.display().to_string(), "--format", "json"]);
    assert_eq!(code, 0, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(report["red_flags"], serde_json::json!([]));
    for area in report["areas"].as_array().expect("areas") {
        assert_ne!(area["grade"], "weak", "{}: {}", area["id"], area["summary"]);
    }
}
