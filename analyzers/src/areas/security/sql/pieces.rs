//! A text that a program makes, taken apart: what is written down, and what is put in.

use super::expression::{arguments, call, split, string_at, within_parentheses};
use crate::code::Language;

/// A part of a text that a program makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    /// What is written in the source.
    Text(String),
    /// The source of what is put in.
    Hole(String),
}

/// The pieces of `source`. A text that a library builds itself from its holes (a tagged template) has none.
fn of(source: &str, language: Language) -> Vec<Piece> {
    read(source, language).0
}

/// The same, and whether calls in it are nested deeper than they are followed.
pub(super) fn read(source: &str, language: Language) -> (Vec<Piece>, bool) {
    let mut reader = Reader { language, pieces: Vec::new(), is_cut: false };
    reader.read(source.trim(), 0);
    (reader.pieces, reader.is_cut)
}

/// The sources of what is put into the text that `source` makes.
pub(super) fn holes(source: &str, language: Language) -> impl Iterator<Item = String> + use<> {
    of(source, language).into_iter().filter_map(|piece| match piece {
        Piece::Hole(hole) => Some(hole),
        Piece::Text(_) => None,
    })
}

/// Calls that put their further arguments into the first, or hand their only one on.
const FORMATTERS: &[&str] = &[
    "Sprintf",
    "format",
    "format!",
    "sprintf",
    "Format",
    "text",
    "raw",
    "Raw",
    "RawSQL",
    "String",
    "from",
    "vsprintf",
    "AssertSqlSafe",
    "dedent",
    "trim",
];

/// How deep calls are followed: many times as deep as anybody nests what makes a text of another. Each level costs a look
/// at all that is within.
const DEEPEST: usize = 64;

struct Reader {
    language: Language,
    pieces: Vec<Piece>,
    is_cut: bool,
}

impl Reader {
    fn read(&mut self, source: &str, depth: usize) {
        if depth > DEEPEST {
            // What is put in there is put in here, whatever stands around it.
            self.is_cut = true;
            self.pieces.push(Piece::Hole(source.to_owned()));
            return;
        }
        let plus: &[&str] = match self.language {
            Language::Php => &["."],
            Language::Ruby => &["+", "<<"],
            _ => &["+"],
        };
        let operands = split(source, plus);
        let has_text = operands.iter().any(|operand| operand.contains(['"', '\'', '`']));
        // In PHP a dot also begins a fraction; without a text there is nothing to join.
        for operand in if has_text || operands.len() == 1 { operands } else { vec![source] } {
            self.operand(operand.trim(), depth);
        }
    }

    fn operand(&mut self, source: &str, depth: usize) {
        let source = source.trim_start_matches(['&', '*']).trim();
        if source.is_empty() {
            return;
        }
        let inner = within_parentheses(source);
        if inner.len() < source.len() {
            return self.read(inner, depth + 1);
        }
        let prefix =
            source.len() - source.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "@$#_".contains(c)).len();
        let marks = &source[..prefix];
        let is_prefix = marks.len() <= 3 && marks.chars().all(|c| "fFrRbBuU@$#".contains(c));
        if is_prefix && let Some(string) = string_at(&source[prefix..]) {
            let text = &source[prefix..][string.content.clone()];
            let rest = source[prefix..][string.end..].trim_start_matches('#').trim();
            // What stands between the entries of a list is not the text.
            if self.language == Language::Python && rest.starts_with(".join(") {
                return self.pieces.push(Piece::Hole(source.to_owned()));
            }
            return self.literal(marks, string.quote, text, rest);
        }
        if prefix > 0 && source[prefix..].starts_with('`') {
            return;
        }
        if let Some((callee, list)) = call(source) {
            let name = callee.rsplit(['.', ':', ' ', '>']).next().unwrap_or(callee);
            // Go's `Sprint` puts one behind the other.
            if callee == "fmt.Sprint" {
                for argument in arguments(list) {
                    self.read(argument, depth + 1);
                }
                return;
            }
            if FORMATTERS.contains(&name) {
                let arguments = arguments(list);
                if let Some((first, rest)) = arguments.split_first() {
                    let before = self.pieces.len();
                    self.read(first, depth + 1);
                    self.fill(before, &rest.join(","), rest);
                }
                return;
            }
        }
        self.pieces.push(Piece::Hole(source.to_owned()));
    }

    /// A literal, and what follows it: `% name`, `.format(name)`, `.formatted(name)`.
    fn literal(&mut self, marks: &str, quote: &str, text: &str, rest: &str) {
        let before = self.pieces.len();
        match self.language {
            Language::Python if marks.contains(['f', 'F']) => self.interpolated(text, "{", "}"),
            Language::CSharp if marks.contains('$') => self.interpolated(text, "{", "}"),
            Language::JavaScript | Language::TypeScript | Language::Tsx if quote == "`" => {
                self.interpolated(text, "${", "}");
            }
            Language::Ruby if quote == "\"" => self.interpolated(text, "#{", "}"),
            Language::Kotlin => self.dollars(text, "${"),
            Language::Php if quote == "\"" => self.dollars(text, "{$"),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
        let arguments = |list: &str| arguments(list).into_iter().map(str::to_owned).collect::<Vec<_>>();
        let values = if let Some(values) = rest.strip_prefix('%') {
            arguments(values)
        } else if let Some((".format" | ".formatted", list)) = call(rest) {
            arguments(list)
        } else {
            return;
        };
        let borrowed: Vec<&str> = values.iter().map(String::as_str).collect();
        self.fill(before, &borrowed.join(","), &borrowed);
    }

    fn interpolated(&mut self, text: &str, open: &str, close: &str) {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(open) {
            self.pieces.push(Piece::Text(before.to_owned()));
            if open == "{" && after.starts_with('{') {
                rest = &after[1..];
                continue;
            }
            let inside = split(after, &[close]);
            let hole = inside.first().copied().unwrap_or_default();
            self.pieces.push(Piece::Hole(hole.split("!r").next().unwrap_or(hole).trim().to_owned()));
            rest = after.get(hole.len() + close.len()..).unwrap_or_default();
        }
        self.pieces.push(Piece::Text(rest.to_owned()));
    }

    /// `$name`, and `${expression}` (Kotlin) or `{$expression}` (PHP).
    fn dollars(&mut self, text: &str, open: &str) {
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            let at = if open == "{$" && rest[..at].ends_with('{') { at - 1 } else { at };
            self.pieces.push(Piece::Text(rest[..at].to_owned()));
            rest = &rest[at..];
            let bracketed = rest.starts_with(open);
            let hole = if bracketed {
                let start = open.find('{').map_or(0, |brace| brace + 1);
                rest[start..].split('}').next().unwrap_or_default().to_owned()
            } else {
                let name: String = rest[1..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let member: String = match rest[1 + name.len()..].strip_prefix("->") {
                    Some(after) if open == "{$" => {
                        format!(
                            "->{}",
                            after.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
                        )
                    }
                    _ => String::new(),
                };
                format!("${name}{member}")
            };
            let length =
                if bracketed { hole.len() + open.len().min(2) + usize::from(open == "${") } else { hole.len() };
            rest = rest.get(length.max(1)..).unwrap_or_default();
            match hole.trim_start_matches('$') {
                // `$1` is a placeholder.
                name if name.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
                    let hole =
                        if self.language == Language::Php { hole } else { hole.trim_start_matches('$').to_owned() };
                    self.pieces.push(Piece::Hole(hole));
                }
                _ => self.pieces.push(Piece::Text(hole)),
            }
        }
        self.pieces.push(Piece::Text(rest.to_owned()));
    }

    /// Puts `values` into the verbs of the texts from `start`: `%s`, `{}`, `{0}`, `{name}`.
    fn fill(&mut self, start: usize, all: &str, values: &[&str]) {
        let texts = self.pieces.split_off(start);
        let mut next = values.iter();
        for piece in texts {
            let Piece::Text(text) = piece else {
                self.pieces.push(piece);
                continue;
            };
            let mut rest = text.as_str();
            while let Some(at) = rest.find(['%', '{']) {
                self.pieces.push(Piece::Text(rest[..at].to_owned()));
                let verb = verb(&rest[at..]);
                match (verb, &rest[at..at + verb]) {
                    (0, _) => {
                        self.pieces.push(Piece::Text(rest[at..=at].to_owned()));
                        rest = &rest[at + 1..];
                        continue;
                    }
                    (_, number) if number.starts_with('%') && number.ends_with(['d', 'i', 'f', 'u']) => {
                        next.next();
                        self.pieces.push(Piece::Text("0".to_owned()));
                    }
                    (_, name) => match named(name) {
                        Some(name) if self.language == Language::Rust && !all.contains('=') => {
                            self.pieces.push(Piece::Hole(name.to_owned()));
                        }
                        _ => {
                            if let Some(value) = next.next().or(values.last()) {
                                let value = value
                                    .split_once('=')
                                    .filter(|(_, after)| !after.starts_with('='))
                                    .map_or(*value, |(_, after)| after);
                                self.pieces.push(Piece::Hole(value.trim().to_owned()));
                            }
                        }
                    },
                }
                rest = &rest[at + verb..];
            }
            self.pieces.push(Piece::Text(rest.to_owned()));
        }
    }
}

/// The length of the verb at the start of `text`; 0 if there is none.
fn verb(text: &str) -> usize {
    if let Some(rest) = text.strip_prefix('{') {
        return rest.find('}').filter(|end| *end < 40 && !rest[..*end].contains([' ', '"'])).map_or(0, |end| end + 2);
    }
    let flags =
        text[1..].len() - text[1..].trim_start_matches(|c: char| c.is_ascii_digit() || "-+.#$*".contains(c)).len();
    let letter = text[1 + flags..].chars().next();
    let mapping = text[1..].strip_prefix('(').and_then(|rest| rest.find(")s")).map(|end| end + 4);
    mapping.unwrap_or(match letter {
        Some('s' | 'd' | 'v' | 'q' | 'f' | 'i' | 'u' | 'x' | 'r') => flags + 2,
        _ => 0,
    })
}

/// The name in `{name}` or `{name:?}`.
fn named(verb: &str) -> Option<&str> {
    let name = verb.strip_prefix('{')?.strip_suffix('}')?.split(':').next()?;
    name.starts_with(|c: char| c.is_alphabetic() || c == '_').then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_into_a_text() {
        for (language, source, expected) in [
            (Language::Python, "f\"SELECT {a} {{}} {b.c!r}\"", vec!["a", "b.c"]),
            (Language::Python, "\"SELECT %s\" % (a,)", vec!["a"]),
            (Language::Python, "\"SELECT {}\".format(a)", vec!["a"]),
            (Language::Python, "\"SELECT %s\"", vec![]),
            (Language::Python, "\"a IN (\" + ','.join(a) + \")\"", vec!["','.join(a)"]),
            (Language::Python, "text(f\"SELECT {a}\")", vec!["a"]),
            (Language::Php, "(int) $request->input('id')", vec!["(int) $request->input('id')"]),
            (Language::Php, "(\"SELECT \" . $a)", vec!["$a"]),
            (Language::Java, "( ((((((((((((\"SELECT (\" + (a) + (b)))))))))))) ) )", vec!["a", "b"]),
            (Language::Java, "(\"SELECT \" + a) + (b)", vec!["a", "b"]),
            (Language::Java, "(((f(a)))) + \"SELECT (\"", vec!["f(a)"]),
            (Language::JavaScript, "`SELECT ${a.b} ` + c", vec!["a.b", "c"]),
            (Language::JavaScript, "`IN (${a.map(n => `'${n}'`)}) ${b}`", vec!["a.map(n => `'${n}'`)", "b"]),
            (Language::JavaScript, "sql`SELECT ${a}`", vec![]),
            (Language::Go, "fmt.Sprintf(\"SELECT %d %s\", a, b)", vec!["b"]),
            (Language::Java, "String.format(\"SELECT %s\", a)", vec!["a"]),
            (Language::Java, "\"SELECT '\" + a + \"'\"", vec!["a"]),
            (Language::Kotlin, "\"SELECT $a ${b.c} $1\"", vec!["a", "b.c"]),
            (Language::Php, "\"SELECT $a {$b->c} $d->e\"", vec!["$a", "$b->c", "$d->e"]),
            (Language::Php, "'SELECT $a ' . $b", vec!["$b"]),
            (Language::Ruby, "\"name = '#{params[:a]}'\"", vec!["params[:a]"]),
            (Language::Rust, "&format!(\"SELECT {a} {}\", b)", vec!["a", "b"]),
            (Language::CSharp, "$\"SELECT {a}\"", vec!["a"]),
            (Language::CSharp, "string.Format(\"SELECT {0}\", a)", vec!["a"]),
        ] {
            assert_eq!(holes(source, language).collect::<Vec<_>>(), expected, "{source}");
        }
    }
}
