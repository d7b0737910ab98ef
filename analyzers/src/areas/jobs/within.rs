//! Work that a program does beside its answers, without a queue.

use crate::Snapshot;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};

/// Where such work is started.
pub(super) fn find(repo: &Snapshot) -> Vec<&CodeMatch> {
    let mut found = marks::of(repo, "jobs", "within");
    found.retain(|found| !only_sweeps_memory(repo, found));
    found
}

/// Whether a function of Go that runs beside others only throws old entries out of a map, which nobody misses:
/// `go limiter.cleanup()`.
fn only_sweeps_memory(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let call = text.get(found.bytes.clone()).and_then(|call| call.strip_prefix("go "));
    let Some((callee, _)) = call.filter(|_| found.language == Language::Go).and_then(|call| call.split_once('('))
    else {
        return false;
    };
    let name = callee.rsplit('.').next().unwrap_or(callee);
    let declared = [format!(") {name}("), format!("func {name}(")];
    let body = declared.iter().filter_map(|head| text.split_once(head)).find_map(|(before, rest)| {
        let line = before.rsplit('\n').next().unwrap_or_default();
        (line.starts_with("func ") || line.is_empty()).then(|| rest.split("\n}").next().unwrap_or(rest))
    });
    body.is_some_and(|body| {
        let calls = body.matches('(').count();
        let harmless = [
            "delete(",
            ".Lock()",
            ".Unlock()",
            ".RLock()",
            ".RUnlock()",
            "time.Sleep(",
            "time.Since(",
            "time.Now(",
            "time.NewTicker(",
            "time.Duration(",
            ".Stop()",
            ".Sub(",
            ".Add(",
            ".After(",
            ".Before(",
        ];
        let known: usize = harmless.iter().map(|call| body.matches(call).count()).sum();
        // The list of parameters ends before the body begins.
        body.contains("delete(") && body.contains("range ") && calls <= known
    })
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_sweep_of_a_map_is_no_work() {
        let of = |body: &str| {
            let text = format!(
                "package a\nfunc New() *L {{\n\tl := &L{{}}\n\tgo l.cleanup()\n\treturn l\n}}\nfunc (l *L) cleanup() {{\n\tfor {{\n\t\ttime.Sleep(time.Minute)\n\t\tl.mu.Lock()\n\t\tfor ip := range l.seen {{\n\t\t\t{body}\n\t\t}}\n\t\tl.mu.Unlock()\n\t}}\n}}\n"
            );
            find(&Fixture::new().file("a.go", &text).snapshot()).len()
        };
        assert_eq!(of("delete(l.seen, ip)"), 0);
        assert_eq!(of("delete(l.seen, ip)\n\t\t\tl.db.Exec(query)"), 1);
        assert_eq!(of("send(ip)"), 1);
    }
}
