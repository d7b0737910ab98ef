//! An earlier report, as `--compare` and the store hold it: read within its form, and what changed since is harmless.

use foliolens::report::{Report, compare};

pub fn run(data: &[u8]) {
    let Ok(earlier) = compare::read(&String::from_utf8_lossy(data)) else { return };
    let mut reports = earlier.clone();
    let pairs = compare::pairs(&reports, &earlier);
    assert_eq!(pairs.len(), reports.len());
    for (report, pair) in reports.iter_mut().zip(pairs) {
        if let Some(pair) = pair {
            report.compare(pair);
        }
    }
    // With one that has nothing in common, too.
    if let [first, .., last] = reports.as_mut_slice() {
        let other: Report = last.clone();
        first.compare(&other);
    }
    super::messages::harmless(&reports);
}
