//! Whether what Rust's tracing writes has names and values: its subscriber writes lines of text unless it is told otherwise.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;

/// What writes records, and spans that carry the values of what they are around.
const KEEPERS: &[&str] = &[
    ".json()",
    "fmt::format::Json",
    "json_subscriber",
    "tracing_bunyan_formatter",
    "tracing_stackdriver",
    "tracing_logfmt",
    "tracing_loki",
    "tracing_gelf",
    "tracing_opentelemetry",
    "tracing_actix_web",
    "tower_http::trace",
    "instrument(",
    "[instrument]",
];

/// `info!(user = id, "shown")`, `error!(?failed)`, `info_span!("paid", order)`
static FIELDS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#"\b(?:trace|debug|info|warn|error|event|span)!\(\s*(?:Level::\w+\s*,\s*|\w+::Level::\w+\s*,\s*|target:[^,]+,\s*)*"#,
        r#"(?:[%?]\w|[\w.]+\s*=[^=]|[\w.]+\s*,)|\b\w+_span!\(\s*"[^"]*"\s*,"#
    ))
});

/// Whether `found` only sets up what takes the lines of the log.
pub(super) fn is_subscriber(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    found.language == Language::Rust && text.trim_start_matches("use ").starts_with("tracing_subscriber")
}

/// Whether some line of the log has values beside its text, or all are written as records.
pub(super) fn keeps_values(repo: &Snapshot) -> bool {
    repo.tree()
        .own_texts()
        .filter(|(file, _)| file.path.ends_with(".rs") && !is_aside(&file.path))
        .any(|(_, text)| KEEPERS.iter().any(|mark| text.contains(mark)) || FIELDS.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::super::tests::kind;

    #[test]
    fn a_subscriber_alone_writes_lines_of_text() {
        let of = |set_up: &str, line: &str| {
            let main = format!(
                "use log::info;\nasync fn main() {{\n    tracing_subscriber::fmt(){set_up}.init();\n}}\nasync fn show() {{\n    {line}\n}}\n"
            );
            let manifest = "[package]\nname = \"a\"\n[dependencies]\ntracing-subscriber = \"0.3\"\nlog = \"0.4\"\n";
            kind(&[("Cargo.toml", manifest), ("src/main.rs", &main)])
        };
        assert_eq!(of("", "info!(\"GET /a - {}\", id);"), "unstructured");
        assert_eq!(of(".json()", "info!(\"GET /a - {}\", id);"), "structured");
        assert_eq!(of("", "info!(user = id, \"shown\");"), "structured");
        assert_eq!(of("", "info!(target: \"a\", ?user, \"shown\");"), "structured");
        assert_eq!(of("", "info!(target: \"a\", \"shown\");"), "unstructured");
        assert_eq!(of("", "tracing::info!(\"shown\");"), "structured");
    }

    #[test]
    fn rocket_writes_a_log_by_itself() {
        let main = "#[rocket::get(\"/a\")]\nfn a() -> &'static str { \"a\" }\n";
        let of = |package: &str| {
            let manifest = format!("[package]\nname = \"a\"\n[dependencies]\n{package} = \"0.5\"\n");
            kind(&[("Cargo.toml", &manifest), ("src/main.rs", main)])
        };
        assert_eq!(of("rocket"), "framework_default");
        assert_eq!(of("tide"), "none");
    }
}
