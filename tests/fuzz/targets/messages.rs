//! What a child says is a stranger's: read within bounds, and a report in it is harmless in every format.

use foliolens::report::{Disclosure, Format, Report, Style, comment, fit, render};
use foliolens::review::annotations::annotations;
use foliolens::sandbox::cage::read;
use foliolens::sandbox::protocol::{Done, Request};

pub fn run(data: &[u8]) {
    let _ = serde_json::from_slice::<Request>(data);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let Ok(Some(answer)) = runtime.block_on(read(data, Some(&|_| ()))) else { return };
    let Ok(Done::Examined(mut report, web)) = answer.result else { return };
    report.web = web;
    harmless(&[*report]);
}

/// Asserts that `reports` can be shown in every format, and fit where they have to.
pub fn harmless(reports: &[Report]) {
    for format in Format::ALL {
        let style = Style { width: 80, color: true, unicode: true, verbose: true, disclosure: Disclosure::Private };
        let _ = render(reports, format, &style);
    }
    assert!(fit::COMMENT.holds(comment(reports, fit::COMMENT).as_str()));
    if let [report, ..] = reports {
        let _ = annotations(report, true);
    }
}
