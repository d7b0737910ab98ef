//! Are logs structured?

mod by_hand;
mod csharp;
mod golang;
mod own;
mod requests;
mod starting;
mod tracing;
mod winston;
mod zap;

use std::cell::LazyCell;
use std::collections::BTreeSet;

use super::prints::Printed;
use super::server::Server;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
use crate::kinds::served;
use crate::paths;
use crate::snapshot::stack::Dependency;
use crate::snapshot::stack::Ecosystem::{self, Cargo, Jvm, Npm, Nuget, Php, Python, Ruby};
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "observability.structured-logs";

/// Packages that make every log of a program structured.
const STRUCTURED: &[(Ecosystem, &str, &str)] = &[
    (Python, "structlog", "structlog"),
    (Python, "django-structlog", "structlog"),
    (Python, "python-json-logger", "python-json-logger"),
    (Npm, "nestjs-pino", "pino"),
    (Jvm, "net.logstash.logback:*", "Logback's encoder for JSON"),
    (Jvm, "co.elastic.logging:*", "Elastic's encoder for JSON"),
    (Jvm, "org.apache.logging.log4j:log4j-layout-template-json", "Log4j's layout for JSON"),
    (Ruby, "lograge", "Lograge"),
    (Ruby, "rails_semantic_logger", "Semantic Logger"),
    (Ruby, "semantic_logger", "Semantic Logger"),
    (Ruby, "ougai", "Ougai"),
    (Nuget, "serilog*", "Serilog"),
    (Nuget, "nlog*", "NLog"),
    (Cargo, "tracing-subscriber", "tracing"),
    (Cargo, "tracing-bunyan-formatter", "tracing"),
    (Cargo, "slog", "slog"),
];

/// Frameworks that write a log of their own where nobody asks for one.
const BY_DEFAULT: &[(Ecosystem, &str, &str)] = &[
    (Ruby, "rails", "Rails"),
    (Php, "laravel/framework", "Laravel"),
    (Php, "laravel/lumen-framework", "Lumen"),
    (Php, "symfony/monolog-bundle", "Symfony"),
    (Php, "codeigniter4/framework", "CodeIgniter"),
    (Php, "symfony/framework-bundle", "Symfony"),
];

/// How many places are shown.
const SHOWN: usize = 10;

/// So many lines that somebody left behind are not what tells of a program.
const FEW: usize = 1;

/// Frameworks and middleware that write a line for each request, and nothing of what the program does.
const BY_THEMSELVES: &[(Ecosystem, &str, &str)] = &[
    (Npm, "morgan", "Morgan"),
    (Npm, "koa-morgan", "Morgan"),
    (Npm, "koa-logger", "Koa's logger"),
    (Python, "django", "Django"),
    (Jvm, "org.springframework.boot*", "Spring Boot"),
    (Nuget, "microsoft.net.sdk.web", "ASP.NET Core"),
    (Cargo, "rocket", "Rocket"),
];

pub(super) fn finding(repo: &Snapshot, server: &Server<'_>, printed: &Printed<'_>) -> Finding {
    let mut structured = server.matches("observability", "structured");
    let winston = structured.iter().copied().filter(|found| is_winston(repo, found));
    let written_as_text: Vec<&CodeMatch> =
        if writes_text(repo, winston.clone()) { winston.collect() } else { Vec::new() };
    let messages = csharp::Messages::of(repo);
    structured.retain(|found| {
        !written_as_text.contains(found) && !is_thrown_away(repo, found) && !messages.are_never_written(repo, found)
    });
    let is_told = LazyCell::new(|| tells_logrus(repo));
    let has_zaps_fields = LazyCell::new(|| zap::keeps_values(repo));
    let has_tracings_fields = LazyCell::new(|| tracing::keeps_values(repo));
    let has_a_handler = LazyCell::new(|| golang::slog_has_a_handler(repo));
    let is_plain = |found: &&CodeMatch| {
        messages.are_plain(repo, found)
            || tracing::is_subscriber(repo, found) && !*has_tracings_fields
            || is_of(repo, found, "logrus") && !*is_told
            || is_of(repo, found, "slog") && !*has_a_handler
            || is_of(repo, found, "go.uber.org/zap") && !*has_zaps_fields
    };
    let (plain, structured): (Vec<_>, Vec<_>) = structured.into_iter().partition(is_plain);
    if let Some(first) = structured.first() {
        if let Some(mixed) = golang::Mixed::of(repo, first) {
            let summary = format!(
                "Machines can search a part of the log: {} of {} lines are written as records with names and values, \
                 as in {}, and the others as plain text, as in {}.",
                mixed.records,
                mixed.records + mixed.lines,
                first.path,
                mixed.place.path
            );
            let at = [mixed.place, marks::at(repo, first)];
            return said(Finding::partly(SIGNAL, summary, Evidence::or_absence(at, repo.head())), "unstructured");
        }
        if let Some(place) = messages.stored_as_sentences().filter(|_| first.language == Language::CSharp) {
            let summary = format!(
                "Machines can search the log: Serilog stores each line as a record, as set up in {}; the values are a \
                 part of its text.",
                place.path
            );
            return said(Finding::met(SIGNAL, summary, place), "structured");
        }
        let (path, at) = shown(repo, &messages, &structured);
        let summary =
            format!("Machines can search the log: it is written as records with names and values, as in {path}.");
        return said(Finding::met(SIGNAL, summary, at), "structured");
    }
    let is_used = |it: &Dependency, name: &str| {
        let is_of_text = match it.ecosystem {
            Nuget => messages.are_text(name),
            Cargo => it.name == "tracing-subscriber" && !*has_tracings_fields,
            _ => false,
        };
        is_used(repo, it, name) && !is_of_text
    };
    if let Some((dependency, name)) = marks::package(repo, STRUCTURED).filter(|(it, name)| is_used(it, name)) {
        let summary =
            format!("Machines can search the log: it is written as records with names and values, by {name}.");
        return said(Finding::met(SIGNAL, summary, marks::manifest(repo, dependency)), "structured");
    }
    let own = own::calls(repo, server);
    if let Some((name, place)) = set_to_json(repo, own.iter().any(|found| !own::is_made(repo, found))) {
        let summary = format!("Machines can search the log: {name} is set to write it as JSON, in {}.", place.path);
        return said(Finding::met(SIGNAL, summary, place), "structured");
    }
    if let Some(place) = by_hand::find(repo) {
        let summary =
            format!("Machines can search the log: a logger of the program's own writes it as JSON, in {}.", place.path);
        return said(Finding::met(SIGNAL, summary, place).indicative(), "structured");
    }
    if own::carry_context(repo, &own) {
        let summary = format!(
            "Machines can search the log: most lines carry names and values beside their text, as \
                               in {}.",
            own[0].path
        );
        return said(Finding::met(SIGNAL, summary, marks::places(repo, own)).indicative(), "structured");
    }
    let with_a_log = marks::package(repo, BY_DEFAULT);
    if let Some((dependency, name)) = with_a_log.filter(|_| own.is_empty()) {
        return said(of_framework(repo, name, dependency, printed), "framework_default");
    }
    if let Some(place) = served::symfony_first(repo).filter(|_| own.is_empty()) {
        return said(by_framework("Symfony", place, printed), "framework_default");
    }
    let of_program = if with_a_log.is_some() { own } else { server.matches("observability", "logger") };
    let requests = requests::Requests::of(repo, server, &of_program);
    let logger = [written_as_text, plain, requests.without(of_program)].concat();
    if !logger.is_empty() && !starting::are_all(&logger, printed) {
        let (path, at) = shown(repo, &messages, &logger);
        let summary = format!(
            "After a failure somebody has to read the log line by line: it is plain text, as in {path}. A service that \
             collects logs may make it searchable."
        );
        return said(Finding::partly(SIGNAL, summary, at).indicative(), "unstructured");
    }
    // Every new project of ASP.NET has these settings, so a program that prints has another way.
    let prints = printed.working.len().max(printed.failing.len()) > FEW;
    if let Some((name, place)) = configured(repo).filter(|(name, _)| *name != "ASP.NET" || !prints) {
        let summary = format!(
            "After a failure somebody has to read the log line by line: it is {name}'s own, in plain text, set up in \
             {}. A service that collects logs may make it searchable.",
            place.path
        );
        return said(Finding::partly(SIGNAL, summary, place).indicative(), "framework_default");
    }
    // Nest writes what it starts, and each error that nobody catches; a program that prints while it works says more.
    let nest = marks::package(repo, &[(Npm, "@nestjs/core", "NestJS")]);
    let events = printed.events(repo);
    if let Some((dependency, name)) = nest.filter(|_| events.len() <= FEW) {
        return said(of_framework(repo, name, dependency, printed), "framework_default");
    }
    if let Some(finding) = requests.finding(repo, printed) {
        return said(finding, "framework_default");
    }
    // What these write is all that there is, unless the program prints while it works.
    if let Some((dependency, name)) = marks::package(repo, BY_THEMSELVES)
        && !requests.is_only_for_development(repo, dependency)
        && printed.working.len() <= FEW
        && (dependency.ecosystem != Npm || printed.failing.is_empty())
    {
        return said(of_framework(repo, name, dependency, printed), "framework_default");
    }
    if let Some(finding) = requests.beside_prints(repo, printed) {
        return said(finding, "unstructured");
    }
    let kinds = [
        (if nest.is_some() { &events } else { &printed.working }, "only prints what it says"),
        (&printed.failing, "only prints errors while it works"),
        (&printed.starting, "only prints that it starts or stops"),
    ];
    if let Some((found, what)) = kinds.into_iter().find(|(found, _)| !found.is_empty()) {
        let summary = format!(
            "After a failure there is little to look into: the program keeps no log and {what} (as in {}).",
            found[0].path
        );
        return said(Finding::not_met(SIGNAL, summary, marks::places(repo, found.iter().copied())), "print");
    }
    let summary = "After a failure there is little to look into: nothing was found in the code that keeps a log, a \
        record of what it does. The framework, or a server in front, may keep one.";
    said(Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).indicative(), "none")
}

/// Where `found` is to be looked at, and in which file first: where a logger of C# is asked for says less than a line that
/// it writes.
fn shown(repo: &Snapshot, messages: &csharp::Messages, found: &[&CodeMatch]) -> (String, Evidence) {
    let first = found.first().filter(|first| csharp::is_ilogger(repo, first)).and_then(|_| messages.place());
    let path = first.as_ref().map(|place| place.path.to_string());
    let path = path.or_else(|| Some(found.first()?.path.to_string())).unwrap_or_default();
    let places = first.into_iter().chain(found.iter().map(|found| marks::at(repo, found)));
    (path, Evidence::or_absence(places.take(SHOWN), repo.head()))
}

/// A log that somebody else's code writes, and the program adds nothing to.
fn of_framework(repo: &Snapshot, name: &str, dependency: &Dependency, printed: &Printed<'_>) -> Finding {
    by_framework(name, marks::manifest(repo, dependency), printed)
}

fn by_framework(name: &str, place: Place, printed: &Printed<'_>) -> Finding {
    let own = match printed.all().next() {
        Some(first) => format!("the program itself only prints, as in {}", first.path),
        None => "the program itself writes nothing".to_owned(),
    };
    let summary = format!(
        "After a failure somebody has to read the log line by line: {name} writes it, in plain text, and {own}. A \
         service that collects logs may make it searchable."
    );
    Finding::partly(SIGNAL, summary, place).indicative()
}

/// What settings make write JSON, and where. What Symfony itself writes into every new project counts where the program
/// has lines of its own.
fn set_to_json(repo: &Snapshot, has_own: bool) -> Option<(&'static str, Place)> {
    repo.tree().own_texts().find_map(|(file, text)| {
        let (path, name) = (file.path.as_str(), file.name());
        let is_yaml = name.ends_with(".yml") || name.ends_with(".yaml");
        let (library, marks): (_, &[&str]) = if is_yaml && path.contains("config/") && text.contains("monolog") {
            ("Monolog", &["monolog.formatter.json", "monolog.formatter.logstash", "JsonFormatter"])
        } else if name.starts_with("application") && name.ends_with(".properties") {
            ("Spring", &["logging.structured.format."])
        } else if matches!(name, "logback-spring.xml" | "logback.xml") {
            ("Logback", &["JsonEncoder", "LogstashEncoder", "EcsEncoder", "JsonLayout", "StructuredLogEncoder"])
        } else if matches!(name, "log4j2-spring.xml" | "log4j2.xml") {
            ("Log4j", &["JsonTemplateLayout", "JsonLayout", "EcsLayout"])
        } else if name.starts_with("appsettings") && name.ends_with(".json") && text.contains("\"Logging\"") {
            ("ASP.NET", &["\"FormatterName\": \"json\""])
        } else {
            return None;
        };
        let says = |line: &str| {
            let line = line.trim_start();
            !line.starts_with(['#', '!']) && !line.starts_with("<!--") && marks.iter().any(|mark| line.contains(mark))
        };
        let is_chosen = |index: &usize| library != "Monolog" || !is_of_the_recipe(text, *index, has_own);
        let mut lines = text.lines().enumerate().filter(|(_, line)| says(line)).map(|(index, _)| index);
        let line = lines.find(is_chosen)? as u32 + 1;
        (!paths::is_aside(path)).then(|| (library, Place::lines(repo.head(), path, line, line)))
    })
}

/// Whether a line of Monolog's settings belongs to a handler that Symfony itself writes into every new project; that for
/// deprecations says nothing of the program.
fn is_of_the_recipe(text: &str, index: usize, has_own: bool) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = text.lines().take(index + 1).collect();
    let Some((last, above)) = lines.split_last() else { return false };
    let handler = above.iter().rev().find(|line| !line.trim().is_empty() && indent(line) < indent(last));
    handler.is_some_and(|handler| handler.trim() == "deprecation:" || handler.trim() == "nested:" && !has_own)
}

/// The framework whose own log settings speak of, and where.
fn configured(repo: &Snapshot) -> Option<(&'static str, Place)> {
    let line =
        |text: &str, is: &dyn Fn(&str) -> bool| Some(text.lines().position(|line| is(line.trim_start()))? as u32 + 1);
    repo.tree().own_texts().find_map(|(file, text)| {
        let name = file.name();
        let (framework, line) = if name.starts_with("appsettings") && name.ends_with(".json") {
            ("ASP.NET", line(text, &|line| line.starts_with("\"Logging\""))?)
        } else if name.starts_with("application") && name.ends_with(".properties") {
            // INFO is what it writes at anyway.
            ("Spring", line(text, &|line| line.starts_with("logging.") && !line.trim_end().ends_with("=INFO"))?)
        } else if name.starts_with("application") && (name.ends_with(".yml") || name.ends_with(".yaml")) {
            ("Spring", line(text, &|line| line.starts_with("logging:"))?)
        } else if matches!(name, "logback-spring.xml" | "logback.xml" | "log4j2.xml" | "log4j2-spring.xml") {
            ("The framework", 1)
        } else if name.ends_with(".py") && text.contains("INSTALLED_APPS") {
            ("Django", line(text, &|line| line.starts_with("LOGGING = {") || line.starts_with("LOGGING: "))?)
        } else {
            return None;
        };
        (!paths::is_aside(&file.path)).then(|| (framework, Place::lines(repo.head(), file.path.as_str(), line, line)))
    })
}

/// Winston leaves the form to whoever sets it up.
fn is_winston(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    text.trim_matches(['\'', '"']) == "winston"
}

/// Whether the files that set Winston up ask for lines of text, and nowhere for JSON.
fn writes_text<'a>(repo: &Snapshot, found: impl Iterator<Item = &'a CodeMatch>) -> bool {
    // Each file once, though it may be found often.
    let texts: BTreeSet<&str> = found.filter_map(|found| repo.text(&found.path)).collect();
    let texts = texts.into_iter().map(|text| winston::without_side_lines(&without_unused(&without_comments(text))));
    let texts: Vec<String> = texts.collect();
    let any = |marks: &[&str]| texts.iter().any(|text| marks.iter().any(|mark| text.contains(mark)));
    if any(&["new winston.Logger(", "new (winston.Logger)("]) || is_before_three(repo) {
        // Its console writes text and its files JSON, unless they are told otherwise.
        let is_file_of_json = any(&["transports.File(", "DailyRotateFile("]) && !any(&["json: false"]);
        let is_formatted = any(&["formatter"]) && any(&["JSON.stringify("]);
        return !(is_file_of_json || is_formatted || any(&["json: true", "logstash: true", "Logstash"]));
    }
    any(&["printf(", "simple()", "prettyPrint(", ".cli("]) && !any(&["json(", "JSON.stringify(", "logstash("])
}

/// Whether what is asked for is a Winston before the third, whose loggers write lines of text.
fn is_before_three(repo: &Snapshot) -> bool {
    let winston = repo.stack().dependency(Npm, "winston");
    winston.and_then(|winston| marks::major(repo, winston)).is_some_and(|major| major < 3)
}

/// `text` without the lines that are comments.
fn without_comments(text: &str) -> String {
    let is_comment = |line: &&str| ["//", "*", "/*"].iter().any(|start| line.trim_start().starts_with(start));
    text.split_inclusive('\n').filter(|line| !is_comment(line)).collect()
}

/// Whether the program names a package at all: in Rust and Python what is only asked for does nothing, and a frozen list
/// has what others ask for, too. Settings of a log may name one instead of the code.
fn is_used(repo: &Snapshot, dependency: &Dependency, name: &str) -> bool {
    let (ends, name): (&[&str], &str) = match dependency.ecosystem {
        Cargo => (&[".rs"], name),
        Python if name == "python-json-logger" => {
            (&[".py", ".ini", ".yaml", ".yml", ".json", ".conf"], "pythonjsonlogger")
        }
        Python => (&[".py", ".ini", ".conf"], name),
        _ => return true,
    };
    let is_theirs = |path: &str| ends.iter().any(|end| path.ends_with(end)) && !path.ends_with("setup.py");
    repo.tree().own_texts().any(|(file, text)| is_theirs(&file.path) && text.contains(name))
}

/// Whether `found` is a library of Go that writes lines of text, unless it is told to write JSON or given fields.
fn is_of(repo: &Snapshot, found: &CodeMatch, library: &str) -> bool {
    let text = || repo.text(&found.path).and_then(|text| text.get(found.bytes.clone()));
    found.language == Language::Go && text().is_some_and(|text| text.contains(library))
}

/// Whether the program tells logrus to write JSON, or gives it fields.
fn tells_logrus(repo: &Snapshot) -> bool {
    let is_told =
        |text: &str| ["JSONFormatter", ".WithField", ".WithError(", "logrus.Fields"].iter().any(|it| text.contains(it));
    repo.tree().own_texts().any(|(file, text)| file.path.ends_with(".go") && is_told(text))
}

/// `text` without its functions of one name that stands nowhere else: a form that is defined and not used.
fn without_unused(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut is_unused = false;
    for line in text.split_inclusive('\n') {
        if !line.starts_with([' ', '\t', '}', ')', '\n', '\r']) {
            let name = ["const ", "let ", "var ", "function "].iter().find_map(|word| line.strip_prefix(word));
            let name =
                name.and_then(|rest| rest.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).next());
            let is_function = line.starts_with("function ") || line.contains("=>") || line.contains("function");
            is_unused = is_function && name.is_some_and(|name| !name.is_empty() && text.matches(name).count() == 1);
        }
        if !is_unused {
            kept.push_str(line);
        }
    }
    kept
}

/// Go's `slog` is imported for more than to write records: a package may only want to be given one that is silent.
fn is_thrown_away(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    found.language == Language::Go
        && text.get(found.bytes.clone()).is_some_and(|import| import.ends_with("slog\""))
        && text.contains("io.Discard")
        && !["slog.Info", "slog.Error", "slog.Warn", "slog.Debug", "slog.Log", "slog.With", "slog.NewJSONHandler"]
            .iter()
            .any(|call| text.contains(call))
}

fn said(finding: Finding, kind: &str) -> Finding {
    finding.fact("logging", kind)
}

#[cfg(test)]
mod tests;
