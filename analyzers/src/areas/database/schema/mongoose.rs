//! Mongoose's schemas. MongoDB has no foreign keys, and its numbers are neither exact nor rounded by their type's name.

use super::annotated::{breaks, classes, near};
use super::literal::{entries, group};
use super::names::{plain, quoted, snake, word};
use super::{Column, Entity, Table};

/// So many schemas of a text are read, and so many mentions of each.
const MOST: usize = 1_000;
/// How far before a schema its name may begin, in bytes.
const NAME: usize = 2_000;

/// Whether a file may declare schemas.
pub(super) fn is_of_schemas(path: &str, text: &str) -> bool {
    [".js", ".ts", ".mjs", ".cjs"].iter().any(|end| path.ends_with(end))
        && (text.contains("Schema(") || text.contains("Schema<"))
        && ["mongoose", "new Schema", "@Prop("].iter().any(|mark| text.contains(mark))
}

/// The schemas of the file.
pub(super) fn read(path: &str, text: &str) -> Vec<Entity> {
    let mut found: Vec<Entity> = (text.match_indices("Schema(").chain(text.match_indices("Schema<")))
        .take(MOST)
        .filter_map(|(at, _)| {
            let open = at + near(&text[at..]).find('(')?;
            let given = &text[open..open + group(near(&text[open..]))];
            let start = given.find('{').filter(|start| given[1..*start].trim().is_empty())?;
            let object = (&given[start..], breaks(&text[..open + start]));
            let before = before(text, at, NAME).trim_end_matches(|c: char| c.is_alphanumeric() || c == '.').trim_end();
            let before = before.strip_suffix("new").unwrap_or(before).trim_end();
            // `model('Order', new Schema({ … }))` has no name of its own.
            let Some(variable) = before.strip_suffix('=') else {
                let name = quoted(before.strip_suffix(',')?.rsplit_once("model(")?.1).next()?;
                return Some(schema(path, text, name, object));
            };
            let line = variable.lines().last()?;
            let variable = line.split(':').next()?.split_whitespace().last()?;
            Some(schema(path, text, variable, object))
        })
        .collect();
    found.extend(of_classes(path, text));
    found
}

/// What stands before `at`, so far as that is read.
fn before(text: &str, at: usize, reach: usize) -> &str {
    &text[text.floor_char_boundary(at.saturating_sub(reach))..at]
}

/// The schema that begins with `object`, above which so many lines are.
fn schema(path: &str, text: &str, variable: &str, (object, above): (&str, u32)) -> Entity {
    let mut table = Table::default();
    let indexed = indexed(text, variable);
    for entry in entries(object, 0) {
        let says = |words: &[&str]| words.iter().any(|word| entry.value.contains(word));
        let column = snake(entry.name);
        let says_so = says(&["index: true", "unique: true", "index: {", "unique: ["]);
        // What is defined elsewhere may be indexed there.
        if indexed.contains(&plain(entry.name)) || says_so || is_reference(entry.value) {
            table.index(column.as_str());
        }
        let kind = entry.value.split_once("type:").map_or(entry.value, |(_, kind)| kind);
        let (first, last) = entry.lines(object);
        table.columns.push(column_of(path, column, kind, (above + first, above + last)));
    }
    // `model('Order', orderSchema)`
    let modelled = text.match_indices(variable).take(MOST).find_map(|(at, _)| {
        let given = before(text, at, 100).rsplit_once("model")?.1;
        quoted(given).next().filter(|_| given.len() < 80 && given.trim_end().ends_with(','))
    });
    let class = modelled.unwrap_or_else(|| variable.trim_end_matches("Schema")).to_owned();
    Entity { class, called: None, table }
}

/// Whether the definition of a field is only a name or a call: `shared.email`, `required(String)`, and no type.
fn is_reference(value: &str) -> bool {
    const TYPES: &[&str] = &[
        "String",
        "Number",
        "Date",
        "Boolean",
        "Buffer",
        "Map",
        "Schema",
        "SchemaTypes",
        "mongoose",
        "Types",
        "ObjectId",
        "BigInt",
        "Decimal128",
        "Mixed",
        "Object",
        "Array",
        "new",
    ];
    value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && !TYPES.contains(&word(value))
}

/// Classes whose members are marked with `@Prop`, as Nest has them.
fn of_classes(path: &str, text: &str) -> Vec<Entity> {
    if !text.contains("@Prop(") {
        return Vec::new();
    }
    let of = |class: &super::annotated::Class| {
        let mut table = Table::default();
        let indexed = indexed(text, &format!("{}Schema", class.name));
        for member in class.members.iter().filter(|member| member.marks.contains("@Prop(")) {
            let Some(name) = member.head.split([':', '?', '!']).next().and_then(|it| it.split_whitespace().last())
            else {
                continue;
            };
            let says = |words: &[&str]| words.iter().any(|word| member.marks.contains(word));
            if indexed.contains(&plain(name)) || says(&["index: true", "unique: true"]) {
                table.index(snake(name));
            }
            let kind = member.head.split_once(':').map_or("", |(_, kind)| kind);
            table.columns.push(column_of(path, snake(name), kind, (member.line, member.head_line)));
        }
        Entity { class: class.name.clone(), called: None, table }
    };
    classes(text, "@").iter().filter(|class| class.marks.contains("@Schema(")).map(of).collect()
}

/// The fields that indexes of the schema begin with: `orderSchema.index({ user: 1 })`.
fn indexed(text: &str, variable: &str) -> Vec<String> {
    let call = format!("{variable}.index(");
    let calls = text.split(call.as_str()).skip(1).take(MOST);
    calls.filter_map(|call| Some(plain(call.split_once('{')?.1.split(':').next()?))).collect()
}

fn column_of(path: &str, name: String, kind: &str, lines: (u32, u32)) -> Column {
    let last = |kind: &str| {
        word(kind.trim_start_matches(['[', ' ', '{']).rsplit('.').next().unwrap_or_default()).to_lowercase()
    };
    let kind = last(kind.split([',', '}', '\n']).next().unwrap_or_default());
    let kind = if kind == "number" { String::new() } else { kind };
    Column { name, called: None, kind, is_foreign: false, path: path.to_owned(), lines }
}
