//! Programs in Go whose log has more than one form: `slog` as it comes, and two loggers side by side.

use std::sync::LazyLock;

use regex::Regex;

use crate::code::{CodeMatch, Language, pattern};
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// What gives `slog` a form of its own; without it lines of text are written by Go's `log`.
const HANDLERS: &[&str] =
    &["slog.NewJSONHandler", "slog.NewTextHandler", "slog.SetDefault", "slog.New(", "slog.Handler", "otelslog"];

/// A line of Go's `log` that is written at work; why a program gives up is another matter.
static LINE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\blog\.Print(?:f|ln)?\("));

/// A record of any other logger; `err.Error()` is none.
static RECORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?P<receiver>\w*)(?:\(\))?\.(?:(?:Trace|Debug|Info|Warn|Error)(?:w|f|ln|Context)?\(\s*[^)\s]|(?:Msg|Msgf)\(|Send\(\))",
    )
});

/// Fewer lines say little of a program.
const FEW: usize = 5;

/// Whether anything says in which form `slog` writes.
pub(super) fn slog_has_a_handler(repo: &Snapshot) -> bool {
    texts(repo).any(|(_, text)| HANDLERS.iter().any(|handler| text.contains(handler)))
}

/// A log that is for the most part lines of text.
pub(super) struct Mixed {
    pub(super) lines: usize,
    pub(super) records: usize,
    /// The first of the lines.
    pub(super) place: Place,
}

impl Mixed {
    /// What is mixed, where `found` is a logger of Go and most calls are those of another.
    pub(super) fn of(repo: &Snapshot, found: &CodeMatch) -> Option<Self> {
        if found.language != Language::Go {
            return None;
        }
        let (mut lines, mut records, mut place) = (0, 0, None);
        for (path, text) in texts(repo) {
            let is_plain = text.contains("\"log\"");
            for line in LINE.find_iter(text).filter(|_| is_plain) {
                lines += 1;
                let number = text[..line.start()].matches('\n').count() as u32 + 1;
                place.get_or_insert_with(|| Place::lines(repo.head(), path, number, number));
            }
            let calls = RECORD.captures_iter(text);
            records += calls.filter(|call| !matches!(&call["receiver"], "http" | "t" | "b" | "fmt")).count();
        }
        place.filter(|_| lines > FEW && lines > records).map(|place| Mixed { lines, records, place })
    }
}

fn texts(repo: &Snapshot) -> impl Iterator<Item = (&str, &str)> {
    let sources = repo.tree().own_texts();
    sources.map(|(file, text)| (file.path.as_str(), text)).filter(|(path, _)| path.ends_with(".go") && !is_aside(path))
}

#[cfg(test)]
mod tests {
    use super::super::tests::says;

    #[test]
    fn slog_writes_text_until_it_is_told_otherwise() {
        let with = |body: &str| says("main.go", &format!("package a\nimport \"log/slog\"\n{body}"));
        assert_eq!(with("func f() { slog.Info(\"paid\", \"order\", 1) }\n"), "unstructured");
        assert_eq!(with("var l = slog.New(slog.NewJSONHandler(os.Stdout, nil))\n"), "structured");
        assert_eq!(with("func main() { slog.SetDefault(made()) }\n"), "structured");
    }

    #[test]
    fn a_log_has_the_form_of_most_of_its_lines() {
        let with = |lines: usize| {
            let head = "package a\nimport (\n\t\"log\"\n\t\"github.com/rs/zerolog\"\n)\n";
            let text = format!(
                "{head}func f() {{\n\tz.Info().Str(\"a\", b).Msg(\"paid\")\n\thttp.Error(w, err.Error(), 500)\n{}}}\n",
                "\tlog.Printf(\"paid %s\", id)\n".repeat(lines)
            );
            says("main.go", &text)
        };
        assert_eq!(with(9), "unstructured");
        assert_eq!(with(1), "structured");
    }

    #[test]
    fn a_logger_of_whomsoever_that_is_given_names_and_values_writes_records() {
        let of = |line: &str| {
            says("main.go", &format!("package a\nimport \"example.org/shop/v2/log\"\nfunc f() {{\n\t{line}\n}}\n"))
        };
        assert_eq!(of("log.Info(ctx, \"paid\", log.Data{\"order\": id})"), "structured");
        assert_eq!(of("log.Error(ctx, \"paid\", err)"), "unstructured");
        assert_eq!(of("h.logger.Err(\"not paid\")"), "unstructured");
    }
}
