//! Prints the findings on a local repository, for whoever writes an analyzer:
//! `cargo run -p foliolens-analyzers --example findings -- PATH [AREA]`

use std::io::Write;

use foliolens_analyzers::run::{Request, examine};
use foliolens_analyzers::snapshot::NoWatch;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: findings PATH [AREA]")?;
    let area = arguments.next();
    let repo = gix::open_opts(path, gix::open::Options::isolated())?.into_sync();
    let found = examine(&repo, &Request::default(), &NoWatch)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} {:?} {:?} {:?}", found.head, found.kinds, found.frameworks, found.skipped)?;
    for result in found.areas.iter().filter(|result| area.as_deref().is_none_or(|area| area == result.meta.id)) {
        writeln!(out, "\n{}: {:?}", result.meta.id, result.grade)?;
        for finding in &result.findings {
            writeln!(
                out,
                "  {} {:?} {:?}: {}",
                finding.signal(),
                finding.outcome(),
                finding.confidence(),
                finding.summary()
            )?;
            writeln!(out, "    {}", serde_json::Value::Object(finding.facts().clone()))?;
            for place in finding.places() {
                writeln!(out, "    {} {} {:?}", place.commit, place.path, place.lines)?;
            }
        }
    }
    Ok(())
}
