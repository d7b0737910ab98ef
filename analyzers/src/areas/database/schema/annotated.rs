//! Classes whose members have annotations, decorators or attributes, in languages with braces.

use super::literal::group;

/// A class, a record or an object.
#[derive(Debug, Default)]
pub(super) struct Class {
    pub(super) name: String,
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
    let mut classes: Vec<Class> = Vec::new();
    // What is open, and which class it belongs to if it is its body.
    let mut open: Vec<(char, Option<usize>)> = Vec::new();
    let (mut marks, mut begins) = (String::new(), 0);
    let mut last = None;
    let mut at = 0;
    while let Some(next) = text[at..].find(|c: char| !c.is_whitespace()) {
        at += next;
        let rest = &text[at..];
        if let Some(length) = comment(rest) {
            at += length;
            continue;
        }
        if rest.starts_with(mark) {
            if marks.is_empty() {
                begins = at;
            }
            let length = mark_length(rest, mark);
            marks.push_str(&rest[..length]);
            marks.push('\n');
            at += length;
            continue;
        }
        let is_in_parameters = matches!(open.last(), Some(('(', Some(_))));
        let (length, end) = head(rest, is_in_parameters);
        let words = rest[..length].trim();
        let line = |at: usize| text[..at].matches('\n').count() as u32 + 1;
        let named = class_name(words);
        if let Some(name) = named {
            classes.push(Class { name: name.to_owned(), marks: std::mem::take(&mut marks), members: Vec::new() });
        } else if let (Some((_, Some(class))), false) = (open.last(), words.is_empty()) {
            let first = if marks.is_empty() { line(at) } else { line(begins) };
            let member =
                Member { marks: std::mem::take(&mut marks), head: words.to_owned(), line: first, head_line: line(at) };
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
            None => at = text.len(),
        }
    }
    classes
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

fn mark_length(rest: &str, mark: &str) -> usize {
    if mark.ends_with('[') {
        return mark.len() - 1 + group(&rest[mark.len() - 1..]).max(1);
    }
    let name = rest[1..]
        .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '.' | ':'))
        .map_or(rest.len(), |end| end + 1);
    let after = &rest[name..];
    let gap = after.len() - after.trim_start_matches(' ').len();
    if after[gap..].starts_with('(') { name + gap + group(&after[gap..]).max(1) } else { name }
}

/// How long what is declared is, without its body, and the sign that ends it.
fn head(rest: &str, is_in_parameters: bool) -> (usize, Option<char>) {
    let mut skip = 0;
    for (at, sign) in rest.char_indices() {
        if at < skip {
            continue;
        }
        match sign {
            ';' | '{' | '}' | ')' => return (at, Some(sign)),
            ',' if is_in_parameters => return (at, Some(sign)),
            '\n' if class_name(&rest[..at]).is_none() => return (at, Some(sign)),
            '(' if class_name(&rest[..at]).is_some() => return (at, Some(sign)),
            '(' | '"' | '\'' | '`' => skip = at + group(&rest[at..]).max(1),
            _ => {}
        }
    }
    (rest.len(), None)
}

fn class_name(head: &str) -> Option<&str> {
    let mut words = head.split_whitespace();
    words.find(|word| matches!(*word, "class" | "record" | "object" | "interface" | "enum" | "struct"))?;
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
    fn parameters_of_a_constructor_are_members() {
        let kotlin = "@Entity\ndata class A(\n  @Id val id: Long,\n  val price: Double = 0.5,\n) : B() {\n  @ManyToOne\n  var user: User? = null\n}\n";
        let found = classes(kotlin, "@");
        let heads: Vec<_> = found[0].members.iter().map(|it| it.head.as_str()).collect();
        assert_eq!(heads, ["val id: Long", "val price: Double = 0.5", "var user: User? = null"]);
    }
}
