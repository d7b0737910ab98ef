//! Whether the messages of a program in C# keep their values apart from their text.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::{Place, Snapshot};

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

/// A call of a logger with a message.
static LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"\.Log(?:Trace|Debug|Information|Warning|Error|Critical)?\(\s*(?:[\w.]+\s*,\s*)*[$@]*""#)
});

/// What gives names to values, or writes JSON, whatever the messages look like.
const BESIDE: &[&str] =
    &["JsonFormatter", "JsonLayout", "AddJsonConsole", "SerilogRequestLogging", ".ForContext(", "PushProperty("];

/// Where Serilog stores records with their time, level and properties, to be searched.
static STORE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"WriteTo\s*\.(?:MSSqlServer|PostgreSQL|MySQL|SQLite|MongoDB\w*|Seq|Elasticsearch|GrafanaLoki|LokiHttp|ApplicationInsights|OpenTelemetry|AmazonCloudWatch|DatadogLogs|Splunk\w*|EventCollector|Graylog|AzureTableStorage|NewRelicLogs)\(",
    )
});

/// The same in its settings.
static STORE_OF_SETTINGS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#""Name"\s*:\s*"(?:MSSqlServer|PostgreSQL|MySQL|SQLite|MongoDB\w*|Seq|Elasticsearch|GrafanaLoki|ApplicationInsights|OpenTelemetry|AmazonCloudWatch|DatadogLogs|Graylog)""#,
    )
});

/// What of NLog's settings keeps names and values, or hands whole events to what does.
const RECORDS_OF_NLOG: &[&str] =
    &["JsonLayout", "event-properties", "event-context", "all-event", "Elastic", "Seq\"", "Gelf", "Loki", "Splunk"];

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
    /// Where Serilog is told to store them.
    stored: Option<Place>,
    /// Whether NLog's settings lay lines of text out.
    nlog_of_text: bool,
    /// The first line that a logger is asked to write.
    written: Option<Place>,
    calls: bool,
}

impl Messages {
    pub(super) fn of(repo: &Snapshot) -> Self {
        let mut found = Messages {
            templates: false,
            built: false,
            beside: false,
            taken: false,
            stored: None,
            nlog_of_text: false,
            written: None,
            calls: false,
        };
        let at = |path: &str, text: &str, byte: usize| {
            let number = text[..byte].matches('\n').count() as u32 + 1;
            Place::lines(repo.head(), path, number, number)
        };
        for (file, text) in repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path)) {
            let path = file.path.as_str();
            let is_settings = file.name().starts_with("appsettings") && path.ends_with(".json");
            if is_settings && text.contains("\"Serilog\"") {
                found.stored = found.stored.or_else(|| Some(at(path, text, STORE_OF_SETTINGS.find(text)?.start())));
            }
            if file.name().eq_ignore_ascii_case("nlog.config") {
                found.nlog_of_text |= text.contains("layout=");
                found.beside |= RECORDS_OF_NLOG.iter().any(|mark| text.contains(mark));
            }
            if !path.ends_with(".cs") {
                continue;
            }
            found.stored = found.stored.or_else(|| Some(at(path, text, STORE.find(text)?.start())));
            found.written = found.written.or_else(|| Some(at(path, text, LINE.find(text)?.start())));
            found.templates |= TEMPLATE.is_match(text);
            found.built |= BUILT.is_match(text);
            found.beside |= BESIDE.iter().any(|mark| text.contains(mark));
            found.calls |= WRITTEN.is_match(text);
            found.taken |= TAKERS.iter().any(|mark| text.contains(mark));
        }
        found
    }

    /// A line that a logger is asked to write.
    pub(super) fn place(&self) -> Option<Place> {
        self.written.clone()
    }

    /// Where records are stored of which each value is part of a sentence.
    pub(super) fn stored_as_sentences(&self) -> Option<Place> {
        self.stored.clone().filter(|_| self.built && !self.templates && !self.beside)
    }

    /// Whether each value is part of a sentence, and nothing keeps when and how bad it was.
    pub(super) fn are_built(&self) -> bool {
        self.built && !self.templates && !self.beside && self.stored.is_none()
    }

    /// Whether the library of that name, which could keep values, is given and told nothing but text.
    pub(super) fn are_text(&self, library: &str) -> bool {
        self.are_built() || library == "NLog" && self.is_nlog_of_text()
    }

    fn is_nlog_of_text(&self) -> bool {
        self.nlog_of_text && !self.templates && !self.beside
    }

    /// Whether `found` is a logger of ASP.NET's that is asked for, and that nothing in the program calls.
    pub(super) fn are_never_written(&self, repo: &Snapshot, found: &CodeMatch) -> bool {
        !self.calls && found.language == Language::CSharp && is_ilogger(repo, found)
    }

    /// Whether `found` is a logger that writes lines of text. ASP.NET's own does, unless a message names its values and
    /// something keeps them.
    pub(super) fn are_plain(&self, repo: &Snapshot, found: &CodeMatch) -> bool {
        found.language == Language::CSharp
            && (self.are_built()
                || self.is_nlog_of_text() && (is_ilogger(repo, found) || is_nlog(repo, found))
                || self.stored.is_none() && !(self.templates && self.taken) && is_ilogger(repo, found))
    }
}

/// Whether `found` asks for NLog.
fn is_nlog(repo: &Snapshot, found: &CodeMatch) -> bool {
    repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).is_some_and(|text| text.contains("NLog"))
}

/// Whether `found` asks for ASP.NET's logger.
pub(super) fn is_ilogger(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone()));
    found.language == Language::CSharp && text.is_some_and(|text| text.starts_with("ILogger"))
}
