//! Loggers that a program makes itself, and that write each record as JSON.

use std::sync::LazyLock;

use regex::Regex;

use crate::snapshot::paths::is_aside;
use crate::{Place, Snapshot};

/// What such a logger of Python or Ruby has in its file: each of these by one of its spellings.
const MARKS: &[(&str, &[&[&str]])] = &[
    (
        ".py",
        &[&["(logging.Formatter)", "(Formatter)"], &["def format(self, record"], &["json.dumps(", "orjson.dumps("]],
    ),
    (".rb", &[&["Logger.new("], &[".formatter = "], &[".to_json", "JSON.generate(", "JSON.dump("]]),
];

/// A record of Go that becomes JSON.
static MARSHALLED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\b(\w+)\s*,\s*\w+\s*:?=\s*json\.Marshal\(").expect("a constant pattern"));

/// The words for how bad it is, as methods.
static LEVEL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^func \(\w+ \*?\w+\) (Info|Error)\w*\(").expect("a constant pattern"));

/// So many records of a text are followed to where they are written.
const MOST_RECORDS: usize = 50;

/// Where such a logger writes.
pub(super) fn find(repo: &Snapshot) -> Option<Place> {
    let sources = repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
    sources.into_iter().find_map(|(file, text)| {
        let at = if file.path.ends_with(".go") {
            of_go(text)?
        } else {
            let (_, marks) = MARKS.iter().find(|(end, _)| file.path.ends_with(end))?;
            let places = marks.iter().map(|any| any.iter().find_map(|mark| text.find(mark)));
            *places.collect::<Option<Vec<usize>>>()?.last()?
        };
        let line = 1 + text[..at].matches('\n').count() as u32;
        Some(Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}

/// Where a type of Go with levels writes out what it has marshalled.
fn of_go(text: &str) -> Option<usize> {
    if !text.contains("json.Marshal(") {
        return None;
    }
    let has_level = |word: &str| LEVEL.captures_iter(text).any(|found| &found[1] == word);
    if !has_level("Info") || !has_level("Error") {
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
    }

    #[test]
    fn formatters_of_python_and_ruby_that_write_json() {
        let python = "class Records(logging.Formatter):\n    def format(self, record):\n        return json.dumps({'text': record.getMessage()})\n";
        assert_eq!(line("app/log.py", python), Some(3));
        assert_eq!(line("app/log.py", &python.replace("json.dumps(", "str(")), None);
        let ruby = "LOG = Logger.new($stdout)\nLOG.formatter = proc do |level, time, name, text|\n  { level: level, text: text }.to_json\nend\n";
        assert_eq!(line("app/log.rb", ruby), Some(3));
        assert_eq!(line("app/log.rb", &ruby.replace(".to_json", ".to_s")), None);
    }
}
