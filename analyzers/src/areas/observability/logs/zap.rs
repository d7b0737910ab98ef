//! Whether a program gives zap names and values, or has it write JSON. Its console encoder writes lines of text.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::paths::is_aside;

/// What makes every line a record, or takes fields from whoever calls.
const RECORDS: &[&str] =
    &["zap.NewProduction", "zap.NewExample", "NewJSONEncoder", "zap.Field", "zapcore.Field", "ecszap", "\"json\""];

/// A value with its name: `zap.String("order", id)`, `log.Infow("paid", "order", id)`.
static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\bzap\.(?:[A-Z][a-z0-9]+){1,3}\(\s*\x22|\bzap\.Error\(|\.(?:Debug|Info|Warn|Error|DPanic|Panic|Fatal)w\(")
});

/// Where a function or method begins, with its receiver, and its name.
static FUNCTION: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^func (\([^)\n]*\) )?(\w+)"));

/// Whether values keep their names on the way into the log.
pub(super) fn keeps_values(repo: &Snapshot) -> bool {
    let files = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".go") && !is_aside(&file.path));
    let texts: Vec<&str> = files.map(|(_, text)| text).collect();
    texts.iter().filter(|text| text.contains("zap")).any(|text| {
        RECORDS.iter().any(|mark| text.contains(mark))
            || FIELD.find_iter(text).any(|field| is_reached(&texts, &text[..field.start()]))
    })
}

/// Whether anything uses the function that is open at the end of `before`: one that wraps a logger may wait in vain.
fn is_reached(texts: &[&str], before: &str) -> bool {
    let Some(function) = FUNCTION.captures_iter(before).last() else { return true };
    let (name, is_method) = (&function[2], function.get(1).is_some());
    let is_use = |text: &str, at: usize| {
        let is_whole = !text[at + name.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let before = &text[..at];
        is_whole && if is_method { before.ends_with('.') } else { !before.ends_with("func ") && !is_in_a_word(before) }
    };
    matches!(name, "main" | "init") || texts.iter().any(|text| text.match_indices(name).any(|(at, _)| is_use(text, at)))
}

fn is_in_a_word(before: &str) -> bool {
    before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::super::tests::says;

    #[test]
    fn zap_keeps_values_where_it_is_given_fields_that_somebody_passes() {
        let with = |body: &str| {
            let set_up = "package a\nimport \"go.uber.org/zap\"\ntype L interface { Tell(m string, a any) }\n";
            says(
                "log.go",
                &format!("{set_up}var log = zap.New(zapcore.NewCore(zapcore.NewConsoleEncoder(c), w, l))\n{body}"),
            )
        };
        let wrapper = "func (l Z) Tell(m string, a any) { l.z.Info(m, zap.Any(\"a\", a)) }\n";
        assert_eq!(with("func f() { log.Info(\"a\") }\n"), "unstructured");
        assert_eq!(with(wrapper), "unstructured");
        assert_eq!(with(&format!("{wrapper}func f() {{ l.Tell(\"a\", 1) }}\n")), "structured");
        assert_eq!(
            with("func Pay() { log.Info(\"a\", zap.Int(\"order\", 1)) }\nfunc main() { Pay() }\n"),
            "structured"
        );
        assert_eq!(
            says("log.go", "package a\nimport \"go.uber.org/zap\"\nvar l, _ = zap.NewProduction()\n"),
            "structured"
        );
    }
}
