//! Whether the messages of a program in C# keep their values apart from their text.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;

/// `log.LogInformation("Paid {Order}", id)`, also after an exception: the logger gets the value and its name.
static TEMPLATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r#"{CALL}@?"[^"\n]*\{{[@$]?\w|\bLoggerMessage\b[^;]*?"[^"\n]*\{{\w"#)));

/// `log.LogInformation($"Paid {id}")` and `log.LogInformation("Paid " + id)`: the logger gets a sentence.
static BUILT: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r#"{CALL}(?:\$@?"|@\$"|"[^"\n]*"\s*\+|\w+\s*\+)"#)));

/// A call of a logger, up to its message.
const CALL: &str =
    r"\.(?:Log|(?:Log)?(?:Trace|Verbose|Debug|Information|Warning|Error|Critical|Fatal))\(\s*(?:[\w.]+\s*,\s*)*";

/// Anything that has a logger write a line.
static WRITTEN: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"\.(?:Log|(?:Log)?(?:Trace|Verbose|Debug|Info|Information|Warn|Warning|Error|Critical|Fatal))(?:Async)?\(",
        r"|\bLoggerMessage\b|HttpLogging\b|RequestLogging\b|\bBeginScope\("
    ))
});

/// What gives names to values, or writes JSON, whatever the messages look like.
const BESIDE: &[&str] =
    &["JsonFormatter", "JsonLayout", "AddJsonConsole", "SerilogRequestLogging", ".ForContext(", "PushProperty("];

/// What takes the records of ASP.NET's own logger with their names and values; its console writes lines of text.
const TAKERS: &[&str] = &[
    "AddJsonConsole",
    "ConsoleFormatterNames.Json",
    "Serilog",
    "NLog",
    "log4net",
    "OpenTelemetry",
    "ApplicationInsights",
    "AddSeq(",
    "AddElastic",
    "AddGelf(",
    "AddAWSProvider(",
    "AddServiceDefaults(",
];

/// How a program words what it logs.
pub(super) struct Messages {
    templates: bool,
    built: bool,
    beside: bool,
    taken: bool,
    written: bool,
}

impl Messages {
    pub(super) fn of(repo: &Snapshot) -> Self {
        let mut found = Messages { templates: false, built: false, beside: false, taken: false, written: false };
        let files = repo.tree().own_texts();
        for (_, text) in files.filter(|(file, _)| file.path.ends_with(".cs") && !is_aside(&file.path)) {
            found.templates |= TEMPLATE.is_match(text);
            found.built |= BUILT.is_match(text);
            found.beside |= BESIDE.iter().any(|mark| text.contains(mark));
            found.written |= WRITTEN.is_match(text);
            found.taken |= TAKERS.iter().any(|mark| text.contains(mark));
        }
        found
    }

    /// Whether each value is part of a sentence.
    pub(super) fn are_built(&self) -> bool {
        self.built && !self.templates && !self.beside
    }

    /// Whether `found` is a logger of ASP.NET's that is asked for, and that nothing in the program calls.
    pub(super) fn are_never_written(&self, repo: &Snapshot, found: &CodeMatch) -> bool {
        !self.written && found.language == Language::CSharp && is_ilogger(repo, found)
    }

    /// Whether `found` is a logger that writes lines of text. ASP.NET's own does, unless a message names its values and
    /// something keeps them.
    pub(super) fn are_plain(&self, repo: &Snapshot, found: &CodeMatch) -> bool {
        found.language == Language::CSharp
            && (self.are_built() || !(self.templates && self.taken) && is_ilogger(repo, found))
    }
}

fn is_ilogger(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone()));
    text.is_some_and(|text| text.starts_with("ILogger"))
}
