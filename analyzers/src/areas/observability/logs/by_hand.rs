//! Loggers that a program makes itself, and that write each record as JSON.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// What makes JSON of a record, in Python and in Ruby.
const OF_PYTHON: &[&str] = &["json.dumps("];
const OF_RUBY: &[&str] = &[".to_json", "JSON.generate(", "JSON.dump("];

/// A record of Go that becomes JSON.
static MARSHALLED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\b(\w+)\s*,\s*\w+\s*:?=\s*json\.Marshal\("));

/// A line of a logger of Python, up to its first argument, and whether that is made JSON of there and then.
static LINE_OF_PYTHON: LazyLock<Regex> = LazyLock::new(|| {
    let levels = "debug|info|warning|error|exception|critical";
    pattern(&format!(r"(?i)\b\w*log\w*\.({levels})\(\s*((?-i:json\.|orjson\.)?dumps\()?"))
});

/// The words for how bad it is, as methods that are given what to say.
static LEVEL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^func \(\w+ \*?(\w+)\) (Info|Error)\w*\(\s*([^)\s][^{]*)"));

/// What handlers of requests are given.
const OF_HANDLERS: &[&str] = &["ResponseWriter", "http.Request", "gin.Context", "echo.Context", "fiber.Ctx"];

/// So many records of a text are followed to where they are written.
const MOST_RECORDS: usize = 50;

/// Where such a logger writes.
pub(super) fn find(repo: &Snapshot) -> Option<Place> {
    let sources = repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
    sources.into_iter().find_map(|(file, text)| {
        let at = match file.path.as_str().rsplit_once('.')?.1 {
            "go" => of_go(text),
            "py" => of_python(text).or_else(|| of_lines(text).filter(|_| writes_nowhere_else(repo, &file.path))),
            "rb" => of_ruby(text),
            _ => None,
        }?;
        let line = 1 + text[..at].matches('\n').count() as u32;
        Some(Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}

/// Where a type of Go with levels writes out what it has marshalled.
fn of_go(text: &str) -> Option<usize> {
    if !text.contains("json.Marshal(") {
        return None;
    }
    let levels = LEVEL.captures_iter(text).filter(|found| !OF_HANDLERS.iter().any(|given| found[3].contains(given)));
    let levels: BTreeSet<(&str, &str)> =
        levels.filter_map(|found| Some((found.get(1)?.as_str(), found.get(2)?.as_str()))).collect();
    // Of one and the same type.
    if !levels.iter().any(|(kind, _)| ["Info", "Error"].iter().all(|word| levels.contains(&(*kind, *word)))) {
        return None;
    }
    MARSHALLED.captures_iter(text).take(MOST_RECORDS).find_map(|found| {
        let (record, name) = (found.get(0)?, found.get(1)?.as_str());
        let (as_text, ended) = (format!("string({name})"), format!("append({name}, "));
        let writes = |line: &str| {
            [
                "Println(",
                "Print(",
                "Printf(",
                "Fprintln(",
                "Fprint(",
                "Fprintf(",
                ".Write(",
                ".WriteString(",
                ".Output(",
            ]
            .iter()
            .filter_map(|call| line.split_once(call))
            .any(|(_, rest)| rest.contains(&as_text) || rest.contains(&ended) || rest.starts_with(&format!("{name})")))
        };
        text[record.end()..].lines().any(writes).then(|| record.start())
    })
}

/// Where a formatter of Python makes JSON of a record.
fn of_python(text: &str) -> Option<usize> {
    let is_formatter = ["(logging.Formatter)", "(Formatter)"].iter().any(|base| text.contains(base));
    let mut formats = text.match_indices("def format(self, record").filter(|_| is_formatter).take(MOST_RECORDS);
    formats.find_map(|(at, _)| within(text, at, OF_PYTHON))
}

/// Where a file of Python makes JSON of all that it logs, at more than one level: functions that others log by.
fn of_lines(text: &str) -> Option<usize> {
    if !text.contains("dumps(") {
        return None;
    }
    let lines: Vec<_> = LINE_OF_PYTHON.captures_iter(text).collect();
    let levels: BTreeSet<&str> = lines.iter().filter_map(|line| Some(line.get(1)?.as_str())).collect();
    let first = lines.first()?.get(0)?.start();
    (levels.len() > 1 && lines.iter().all(|line| line.get(2).is_some())).then_some(first)
}

/// Whether no other file of Python has a line that is written as it is.
fn writes_nowhere_else(repo: &Snapshot, path: &str) -> bool {
    let is_other = |other: &str| other != path && other.ends_with(".py") && !is_aside(other);
    !repo.tree().own_texts().any(|(file, text)| {
        is_other(&file.path) && LINE_OF_PYTHON.captures_iter(text).any(|line| line.get(2).is_none())
    })
}

/// Where what is set as a formatter of Ruby makes JSON of a record: a block, or a class in the same file.
fn of_ruby(text: &str) -> Option<usize> {
    if !text.contains("Logger.new(") || !text.contains(".formatter = ") {
        return None;
    }
    [".formatter = ", "def call(sev", "def call(level"]
        .iter()
        .find_map(|start| text.match_indices(start).take(MOST_RECORDS).find_map(|(at, _)| within(text, at, OF_RUBY)))
}

/// Where the first of `marks` stands on the line of `at` or in the block that it opens, which is indented further.
fn within(text: &str, at: usize, marks: &[&str]) -> Option<usize> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let line_start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let own = indent(&text[line_start..at]);
    let mut start = at;
    for line in text[at..].split_inclusive('\n') {
        let is_inside =
            start == at || line.trim().is_empty() || indent(line) > own || line.trim_start().starts_with(')');
        if !is_inside {
            break;
        }
        if let Some(found) = marks.iter().filter_map(|mark| line.find(mark)).min() {
            return Some(start + found);
        }
        start += line.len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn line(path: &str, text: &str) -> Option<u32> {
        find(&Fixture::new().file(path, text).snapshot()).and_then(|place| Some(place.lines?.0))
    }

    #[test]
    fn a_type_of_go_with_levels_prints_what_it_marshals() {
        let logger = "package log\n\nvar out = log.New(os.Stdout, \"\", 0)\n\nfunc (l *Logger) Info(text string) { l.put(\"INFO\", text) }\nfunc (l *Logger) Error(text string) { l.put(\"ERROR\", text) }\nfunc (l *Logger) put(level, text string) {\n\tline, _ := json.Marshal(Line{Level: level, Text: text, Meta: l.fields})\n\tout.Println(string(line))\n}\n";
        assert_eq!(line("pkg/log.go", logger), Some(8));
        assert_eq!(line("pkg/log.go", &logger.replace("out.Println(string(line))", "os.Stdout.Write(line)")), Some(8));
        assert_eq!(line("pkg/log.go", &logger.replace("out.Println(string(line))", "out.Println(text)")), None);
        assert_eq!(line("pkg/log.go", &logger.replace(") Info(", ") Put(")), None);
        assert_eq!(line("pkg/log_test.go", logger), None);
        // An error, a handler, and levels of two types.
        let of = |from: &str, to: &str| line("pkg/log.go", &logger.replace(from, to));
        assert_eq!(of(") Error(text string) { l.put(\"ERROR\", text) }", ") Error() string { return l.text }"), None);
        assert_eq!(of("Info(text string)", "Info(w http.ResponseWriter, text string)"), None);
        assert_eq!(of("(l *Logger) Info", "(l *Other) Info"), None);
        assert_eq!(of("Info(text string)", "Info(\n\ttext string,\n)"), Some(10));
    }

    #[test]
    fn functions_of_python_that_make_json_of_each_line() {
        let logger = "from json import dumps\nlogger = logging.getLogger(__name__)\ndef failed(error):\n    logger.error(dumps({'text': str(error)}))\ndef said(text):\n    logger.info(\n        dumps({'text': text})\n    )\n";
        assert_eq!(line("app/log.py", logger), Some(4));
        assert_eq!(line("app/log.py", &logger.replace(" dumps(", " json.dumps(")), Some(4));
        // One line as it is, here or elsewhere, and a single line with what somebody asked for.
        assert_eq!(line("app/log.py", &format!("{logger}logger.info('ready')\n")), None);
        assert_eq!(line("app/log.py", &logger.replace("logger.info", "put")), None);
        let beside = Fixture::new().file("app/log.py", logger).file("app/pay.py", "log.warning('not paid')\n");
        assert!(find(&beside.snapshot()).is_none());
    }

    #[test]
    fn formatters_of_python_and_ruby_that_write_json() {
        let python = "class Records(logging.Formatter):\n    def format(self, record):\n        return json.dumps({'text': record.getMessage()})\n";
        assert_eq!(line("app/log.py", python), Some(3));
        assert_eq!(line("app/log.py", &python.replace("json.dumps(", "str(")), None);
        assert_eq!(line("app/log.py", &python.replace("json.dumps(", "orjson.dumps(")), Some(3));
        let beside = "def shown(a):\n    return json.dumps(a)\n";
        assert_eq!(line("app/log.py", &format!("{}{beside}", python.replace("json.dumps(", "str("))), None);
        let ruby = "LOG = Logger.new($stdout)\nLOG.formatter = proc do |level, time, name, text|\n  { level: level, text: text }.to_json\nend\n";
        assert_eq!(line("app/log.rb", ruby), Some(3));
        assert_eq!(line("app/log.rb", &ruby.replace(".to_json", ".to_s")), None);
        let beside = "def shown(a)\n  a.to_json\nend\n";
        assert_eq!(line("app/log.rb", &format!("{}{beside}", ruby.replace(".to_json", ".to_s"))), None);
        let class = "class Records\n  def call(severity, time, name, text)\n    { text: text }.to_json\n  end\nend\nLOG = Logger.new($stdout)\nLOG.formatter = Records.new\n";
        assert_eq!(line("app/log.rb", class), Some(3));
    }
}
