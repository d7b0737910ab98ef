//! Classes whose members have annotations, decorators or attributes, in languages with braces.

use super::literal::group;

/// How far a bracket or a quote is followed, in bytes.
pub(super) const REACH: usize = 20_000;
/// A head with more bytes or more brackets ends there.
const LONGEST_HEAD: usize = 4_000;
const MOST_BRACKETS: usize = 100;
/// Whether something closes is asked of no more brackets and quotes of a text than of so many that nothing did: each
/// costs the whole of `REACH`.
const MOST_UNCLOSED: usize = 200;

/// A class, a record or an object.
#[derive(Debug, Default)]
pub(super) struct Class {
    pub(super) name: String,
    /// What it extends, implements, or takes over as a trait.
    pub(super) bases: Vec<String>,
    /// What is written above it, with its arguments.
    pub(super) marks: String,
    pub(super) members: Vec<Member>,
}

/// A field, a property, a parameter of a constructor, or the head of a method.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) marks: String,
    pub(super) head: String,
    /// On which the marks begin, from 1.
    pub(super) line: u32,
    /// On which the head does.
    pub(super) head_line: u32,
}

/// The classes of `text`. A mark begins with `mark`: `@`, `[` or `#[`.
pub(super) fn classes(text: &str, mark: &str) -> Vec<Class> {
    scanned(text, mark).0
}

/// Whether something in `text` is larger, or more often left open, than is followed.
pub(super) fn is_beyond(text: &str, mark: &str) -> bool {
    scanned(text, mark).1.is_cut
}

/// What of a text was not followed to its end.
#[derive(Debug, Default)]
struct Followed {
    /// Brackets and quotes that nothing closed.
    unclosed: usize,
    is_cut: bool,
}

fn scanned(text: &str, mark: &str) -> (Vec<Class>, Followed) {
    let mut classes: Vec<Class> = Vec::new();
    // What is open, and which class it belongs to if it is its body.
    let mut open: Vec<(char, Option<usize>)> = Vec::new();
    let (mut marks, mut begins) = (String::new(), 1);
    let mut last: Option<usize> = None;
    let mut followed = Followed::default();
    let mut at = 0;
    // The line of `at`, and up to where its breaks are counted.
    let (mut line, mut counted) = (1, 0);
    while let Some(next) = text[at..].find(|c: char| !c.is_whitespace()) {
        at += next;
        line += breaks(&text[counted..at]);
        counted = at;
        let rest = &text[at..];
        if let Some(length) = comment(rest) {
            at += length;
            continue;
        }
        if rest.starts_with(mark) {
            if marks.is_empty() {
                begins = line;
            }
            let length = mark_length(rest, mark, &mut followed);
            marks.push_str(&rest[..length]);
            marks.push('\n');
            at += length;
            continue;
        }
        let is_in_parameters = matches!(open.last(), Some(('(', Some(_))));
        let (length, end) = head(rest, is_in_parameters, &mut followed);
        let words = rest[..length].trim();
        let named = class_name(words);
        if let Some(name) = named {
            let bases = words.split_once(name).map_or_else(Vec::new, |(_, rest)| names(rest));
            classes.push(Class {
                name: name.to_owned(),
                bases,
                marks: std::mem::take(&mut marks),
                members: Vec::new(),
            });
        } else if let (Some(class), true) = (last, words.starts_with(':')) {
            // `class A(val b: B) : C()`
            classes[class].bases.extend(names(words));
        } else if let (Some((_, Some(class))), false) = (open.last(), words.is_empty()) {
            classes[*class].bases.extend(words.strip_prefix("use ").into_iter().flat_map(names));
            let first = if marks.is_empty() { line } else { begins };
            let member =
                Member { marks: std::mem::take(&mut marks), head: words.to_owned(), line: first, head_line: line };
            classes[*class].members.push(member);
        }
        marks.clear();
        at += length;
        match end {
            Some(sign @ ('{' | '(')) => {
                let continues = last.take().filter(|_| sign == '{' && (words.is_empty() || words.starts_with(':')));
                open.push((sign, named.map(|_| classes.len() - 1).or(continues)));
                at += 1;
            }
            Some('}' | ')') => {
                let closed = open.pop();
                last = closed.filter(|(sign, _)| *sign == '(').and_then(|(_, class)| class);
                at += 1;
            }
            Some(sign) => at += sign.len_utf8(),
            // The text ends, or the head is cut; the rest of it is one of its own.
            None => {}
        }
    }
    (classes, followed)
}

/// `text` as far as brackets are followed.
pub(super) fn near(text: &str) -> &str {
    &text[..text.floor_char_boundary(REACH)]
}

/// How many lines end in `text`.
pub(super) fn breaks(text: &str) -> u32 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u32
}

/// The length of what begins with a bracket or a quote, or of that alone.
fn closed(text: &str, followed: &mut Followed) -> usize {
    if followed.unclosed >= MOST_UNCLOSED {
        followed.is_cut = true;
        return 1;
    }
    let length = group(near(text));
    if length == 0 {
        followed.unclosed += 1;
        // Of what ends with the text there is no more to be read.
        followed.is_cut |= text.len() > REACH;
    }
    length.max(1)
}

fn comment(rest: &str) -> Option<usize> {
    if rest.starts_with("//") {
        Some(rest.find('\n').unwrap_or(rest.len()))
    } else if rest.starts_with("/*") {
        Some(rest.find("*/").map_or(rest.len(), |end| end + 2))
    } else {
        None
    }
}

fn mark_length(rest: &str, mark: &str, followed: &mut Followed) -> usize {
    if mark.ends_with('[') {
        return mark.len() - 1 + closed(&rest[mark.len() - 1..], followed);
    }
    let name = rest[1..]
        .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | ':'))
        .map_or(rest.len(), |end| end + 1);
    let after = &rest[name..];
    let gap = after.len() - after.trim_start_matches(' ').len();
    if after[gap..].starts_with('(') { name + gap + closed(&after[gap..], followed) } else { name }
}

/// How long what is declared is, without its body, and the sign that ends it.
fn head(rest: &str, is_in_parameters: bool, followed: &mut Followed) -> (usize, Option<char>) {
    let mut skip = 0;
    let mut brackets = 0;
    // A head that names a class goes on doing so.
    let mut is_named = false;
    for (at, sign) in rest.char_indices() {
        if at < skip {
            continue;
        }
        if at > LONGEST_HEAD || brackets > MOST_BRACKETS {
            followed.is_cut = true;
            return (at, None);
        }
        match sign {
            ';' | '{' | '}' | ')' => return (at, Some(sign)),
            ',' if is_in_parameters => return (at, Some(sign)),
            '\n' | '(' => {
                is_named = is_named || class_name(&rest[..at]).is_some();
                // A line ends what is no class, and a bracket begins the parameters of what is one.
                if is_named == (sign == '(') {
                    return (at, Some(sign));
                }
                if sign == '(' {
                    brackets += 1;
                    skip = at + closed(&rest[at..], followed);
                }
            }
            '"' | '\'' | '`' => skip = at + closed(&rest[at..], followed),
            _ => {}
        }
    }
    (rest.len(), None)
}

/// The names of classes in what follows a class's own, without their arguments.
fn names(rest: &str) -> Vec<String> {
    let mut depth = 0_u32;
    let outside = |c: &char| {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    let outside: String = rest.chars().filter(outside).collect();
    let words = outside.split(|c: char| c.is_whitespace() || matches!(c, ',' | ':'));
    let names = words.filter_map(|word| word.rsplit(['.', '\\']).next()).filter(|name| !name.is_empty());
    names.filter(|name| !matches!(*name, "extends" | "implements")).map(str::to_owned).collect()
}

fn class_name(head: &str) -> Option<&str> {
    let mut words = head.split_whitespace();
    if !head.starts_with("trait ") {
        words.find(|word| matches!(*word, "class" | "record" | "object" | "interface" | "enum" | "struct"))?;
    } else {
        words.next();
    }
    let name = super::names::word(words.next()?);
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_what_is_written_above_them() {
        let java = "@Entity\n@Table(name = \"a\", indexes = {@Index(columnList = \"b\")})\npublic class A extends B {\n    @Id private Long id;\n    // no\n    @Column(\n        nullable = false)\n    private double price = 0.5;\n    public int f() { int x = 1; return x; }\n}\n";
        let found = classes(java, "@");
        assert_eq!(found.len(), 1);
        assert!(found[0].name == "A" && found[0].marks.contains("columnList"));
        let heads: Vec<_> = found[0].members.iter().map(|it| (it.head.as_str(), it.line, it.head_line)).collect();
        assert_eq!(heads, [("private Long id", 4, 4), ("private double price = 0.5", 6, 8), ("public int f()", 9, 9)]);
    }

    #[test]
    fn classes_name_what_they_are_made_of() {
        for (text, bases) in [
            ("public class A<T> extends x.B<C, D> implements E {\n}\n", vec!["B", "E"]),
            ("public abstract class A : B<C>, D\n{\n}\n", vec!["B", "D"]),
            ("class A(val x: X) : B<C>(x), D {\n}\n", vec!["B", "D"]),
            ("data class A(val x: X) : B()\n", vec!["B"]),
            ("class A extends Y\\B\n{\n    use C, D;\n}\n", vec!["B", "C", "D"]),
            ("trait A\n{\n    use B;\n}\n", vec!["B"]),
        ] {
            let found = classes(text, "@");
            assert_eq!((found.len(), &*found[0].name), (1, "A"), "{text}");
            assert_eq!(found[0].bases, bases, "{text}");
        }
    }

    #[test]
    fn parameters_of_a_constructor_are_members() {
        let kotlin = "@Entity\ndata class A(\n  @Id val id: Long,\n  val price: Double = 0.5,\n) : B() {\n  @ManyToOne\n  var user: User? = null\n}\n";
        let found = classes(kotlin, "@");
        let heads: Vec<_> = found[0].members.iter().map(|it| it.head.as_str()).collect();
        assert_eq!(heads, ["val id: Long", "val price: Double = 0.5", "var user: User? = null"]);
    }
}
