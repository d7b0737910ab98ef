//! Classes of Django, SQLAlchemy and SQLModel, and what they extend.

use super::super::literal::group;
use super::{Column, Part};

/// What makes a column.
const MAKES: &[&str] = &["models.", "Column(", "db.Column(", "sa.Column(", "mapped_column(", "Field("];

/// How many lines a function that makes a column has.
const LONGEST: usize = 12;

pub(super) fn read(path: &str, text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut is_within = false;
    let mut start = 0;
    for (line, words) in (1_u32..).zip(text.split_inclusive('\n')) {
        let at = start;
        start += words.len();
        if let Some(rest) = words.strip_prefix("class ") {
            let name = rest.split(['(', ':', '\n']).next().unwrap_or_default().trim();
            let given = words.find('(').map_or("", |open| &text[at + open..at + open + group(&text[at + open..])]);
            let bases = given.split(['(', ')', ',']).map(|base| base.trim().rsplit('.').next().unwrap_or_default());
            let bases: Vec<String> =
                bases.filter(|base| !base.is_empty() && !base.contains('=')).map(str::to_owned).collect();
            parts.push(Part { class: name.to_owned(), path: path.to_owned(), bases, ..Part::default() });
            is_within = true;
        } else if words.starts_with(|c: char| c.is_alphabetic() || c == '@') {
            is_within = false;
        }
        let Some(part) = parts.last_mut().filter(|_| is_within) else { continue };
        let code = words.trim();
        part.is_abstract |= ["abstract = True", "__abstract__ = True"].contains(&code);
        if let Some((name, length)) = field(&text[at..], code).or_else(|| function(&text[at..], code)) {
            let declared = &text[at..at + length];
            part.columns.push(Column {
                name: name.to_lowercase(),
                called: None,
                kind: String::new(),
                is_foreign: ["ForeignKey", "OneToOneField", "foreign_key="].iter().any(|word| declared.contains(word)),
                path: path.to_owned(),
                lines: (line, line + declared.trim_end().matches('\n').count() as u32),
            });
        }
    }
    parts
}

/// `tenant = models.ForeignKey(...)`, `tenant_id: Mapped[int] = mapped_column(...)`: the name, and how long it is.
fn field<'t>(text: &str, code: &'t str) -> Option<(&'t str, usize)> {
    let (name, value) = code.split_once(" = ")?;
    let name = name.split(':').next()?.trim();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let open = text.find('(').filter(|_| is_name && MAKES.iter().any(|make| value.starts_with(make)))?;
    Some((name, open + group(&text[open..])))
}

/// A function that SQLAlchemy asks for the column of each class (`declared_attr`).
fn function<'t>(text: &str, code: &'t str) -> Option<(&'t str, usize)> {
    let name = code.strip_prefix("def ")?.strip_suffix(':')?.split("(cls").next().filter(|name| !name.contains('('))?;
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.split_inclusive('\n').take(LONGEST);
    let head = lines.next()?;
    let body = lines.take_while(|line| line.trim().is_empty() || depth(line) > depth(head));
    let length = head.len() + body.map(str::len).sum::<usize>();
    ["Column(", "mapped_column("].iter().any(|make| text[..length].contains(make)).then_some((name, length))
}
