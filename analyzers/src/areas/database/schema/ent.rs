//! Ent's schemas: structs of Go whose methods list fields, edges and indexes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::annotated::breaks;
use super::names::{quoted, snake, word};
use super::{Column, Schema, Table, beyond, masked};
use crate::Snapshot;
use crate::paths::is_aside;

/// The head of a method that lists something: `func (User) Fields() []ent.Field {`.
static METHOD: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^func \((?:\w+ )?\*?(\w+)\) (Fields|Edges|Indexes)\(\) \[\]ent\."));

/// What begins an entry of such a list.
static ENTRY: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:field\.\w+|edge\.(?:To|From)|index\.(?:Fields|Edges))\("));

/// So many methods of a text are read, and so many entries of each.
const MOST_METHODS: usize = 500;
const MOST_ENTRIES: usize = 500;

/// The kind of a column that is there for an edge alone.
const OF_EDGE: &str = "edge";

/// Edges that lead to a single one, by the struct and their name: what points back to them is unique.
type Single = BTreeSet<(String, String)>;

/// Adds the schemas of all files, as tables of the struct's name.
pub(super) fn read(schema: &mut Schema, repo: &Snapshot) {
    let texts =
        || repo.tree().own_texts().filter(|(file, text)| !is_aside(&file.path) && is_of_schemas(&file.path, text));
    let mut single = Single::new();
    for (file, text) in texts() {
        let is_whole = each(text, |name, kind, _, said| {
            if kind == "edge.To" && said.contains(".Unique()") {
                single.insert((name.to_lowercase(), quoted(said).next().unwrap_or_default().to_lowercase()));
            }
        });
        if !is_whole {
            beyond(repo, &file.path);
        }
    }
    for (file, text) in texts() {
        read_file(schema, &file.path, &masked(text), &single);
    }
}

fn is_of_schemas(path: &str, text: &str) -> bool {
    path.ends_with(".go") && text.contains("ent.Schema") && METHOD.is_match(text)
}

fn read_file(schema: &mut Schema, path: &str, text: &str, single: &Single) {
    let mut own = BTreeMap::new();
    each(text, |name, kind, line, said| {
        let table: &mut Table = own.entry(name.to_lowercase()).or_default();
        add(table, (path, line), kind, said, single);
    });
    schema.tables.extend(own.into_iter().filter(|(_, table)| !table.columns.is_empty()));
}

/// Calls `take` with each entry of the lists of `text`: the struct, what kind it is, its line, and what it is given with
/// all that follows. Whether those were all.
fn each(text: &str, mut take: impl FnMut(&str, &str, u32, &str)) -> bool {
    let mut methods: Vec<_> = METHOD.captures_iter(text).take(MOST_METHODS + 1).collect();
    let mut is_whole = methods.len() <= MOST_METHODS;
    methods.truncate(MOST_METHODS);
    // An edge may be of a field that is listed below it.
    for listed in ["Fields", "Edges", "Indexes"] {
        for found in methods.iter().filter(|found| &found[2] == listed) {
            let Some(start) = found.get(0).map(|head| head.end()) else { continue };
            let end = text[start..].find("\n}").map_or(text.len(), |end| start + end);
            let body = &text[start..end];
            let is_said = |at: usize| !body[..at].rsplit('\n').next().unwrap_or_default().contains("//");
            let mut said = ENTRY.find_iter(body).filter(|it| is_said(it.start()));
            let entries: Vec<_> = said.by_ref().take(MOST_ENTRIES).collect();
            is_whole &= said.next().is_none();
            for (index, entry) in entries.iter().enumerate() {
                let end = entries.get(index + 1).map_or(body.len(), |next| next.start());
                let line = 1 + breaks(&text[..start + entry.start()]);
                // What is commented out says nothing.
                let said =
                    body[entry.end()..end].lines().map(|line| line.split("//").next().unwrap_or_default().trim());
                take(&found[1], entry.as_str().trim_end_matches('('), line, &said.collect::<String>());
            }
        }
    }
    is_whole
}

/// One entry of a table.
fn add(table: &mut Table, (path, line): (&str, u32), kind: &str, said: &str, single: &Single) {
    let first = quoted(said).next().unwrap_or_default().to_lowercase();
    let is_unique = said.contains(".Unique()");
    let mut push = |name: String, kind: String, is_foreign: bool| {
        table.columns.push(Column { name, kind, called: None, is_foreign, path: path.to_owned(), lines: (line, line) });
    };
    match kind {
        "edge.From" | "edge.To" => {
            let named =
                |call: &str| said.split_once(call).and_then(|(_, rest)| quoted(rest).next()).map(str::to_lowercase);
            let other = said.split_once(',').map_or("", |(_, rest)| word(rest));
            let back = named(".Ref(");
            let name = match (named(".Field("), &back) {
                (Some(field), _) => {
                    table.columns.iter_mut().filter(|it| it.name == field).for_each(|it| it.is_foreign = true);
                    field
                }
                // The column is called after the edge from the other side.
                (None, Some(back)) if is_unique => {
                    let name = format!("{}_{back}", snake(other));
                    push(name.clone(), OF_EDGE.to_owned(), true);
                    name
                }
                _ => return,
            };
            if back.is_some_and(|back| single.contains(&(other.to_lowercase(), back))) {
                table.index(name);
            }
        }
        "index.Fields" => {
            table.index(first);
            *(if is_unique { &mut table.unique } else { &mut table.declared }) += 1;
        }
        "index.Edges" => {
            let ending = format!("{first}_id");
            let of_edge = |column: &&Column| column.kind == OF_EDGE || column.name.ends_with(&ending);
            let names: Vec<String> =
                table.columns.iter().filter(|it| it.is_foreign).filter(of_edge).map(|it| it.name.clone()).collect();
            names.into_iter().for_each(|name| table.index(name));
            *(if is_unique { &mut table.unique } else { &mut table.declared }) += 1;
        }
        _ => {
            if let Some(kind) = kind.strip_prefix("field.").filter(|_| !first.is_empty()) {
                push(first.clone(), kind.to_lowercase(), false);
                if is_unique {
                    table.index(first);
                    table.unique += 1;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_edges_and_indexes_of_ent() {
        let text = "package schema\n\ntype Post struct {\n\tent.Schema\n}\n\nfunc (Post) Edges() []ent.Edge {\n\treturn []ent.Edge{\n\t\tedge.From(\"author\", User.Type).Ref(\"posts\").Unique().Field(\"author_id\"),\n\t\tedge.From(\"shop\", Shop.Type).\n\t\t\tRef(\"posts\").\n\t\t\tUnique(),\n\t\tedge.To(\"tags\", Tag.Type),\n\t}\n}\n\nfunc (Post) Fields() []ent.Field {\n\treturn append(Common,\n\t\tfield.UUID(\"author_id\", uuid.UUID{}),\n\t\tfield.String(\"slug\").Unique().NotEmpty(),\n\t\t// field.String(\"gone\"),\n\t\tfield.Float(\"price\"),\n\t)\n}\n\nfunc (Post) Indexes() []ent.Index {\n\treturn []ent.Index{\n\t\tindex.Fields(\"price\", \"slug\"),\n\t\tindex.Fields(\"author_id\", \"slug\").Unique(),\n\t}\n}\n";
        assert!(is_of_schemas("ent/schema/post.go", text));
        let mut schema = Schema::default();
        read_file(&mut schema, "ent/schema/post.go", text, &Single::new());
        let table = &schema.tables["post"];
        let links: Vec<_> = table.columns.iter().filter(|it| it.is_foreign).map(|it| &*it.name).collect();
        assert_eq!(links, ["author_id", "shop_posts"]);
        assert!(table.is_indexed("author_id") && !table.is_indexed("shop_posts"));
        assert_eq!((table.declared, table.unique), (1, 2));
        assert_eq!(table.column("price").map(|it| (&*it.kind, it.lines.0)), Some(("float", 22)));
    }

    #[test]
    fn an_edge_between_two_single_ones_is_unique() {
        let of = |unique: &str| {
            let user = format!(
                "package schema\n\ntype User struct {{\n\tent.Schema\n}}\n\nfunc (User) Edges() []ent.Edge {{\n\treturn []ent.Edge{{edge.To(\"card\", Card.Type){unique}}}\n}}\n"
            );
            let card = "package schema\n\ntype Card struct {\n\tent.Schema\n}\n\nfunc (Card) Edges() []ent.Edge {\n\treturn []ent.Edge{edge.From(\"owner\", User.Type).Ref(\"card\").Unique().Required()}\n}\n";
            let repo = crate::snapshot::fixture::Fixture::new().file("ent/schema/user.go", &user);
            let repo = repo.file("ent/schema/card.go", card).snapshot();
            Schema::of(&repo).tables["card"].is_indexed("user_card")
        };
        assert!(of(".Unique()") && !of(""));
    }

    #[test]
    fn a_struct_of_something_else_is_no_schema() {
        assert!(!is_of_schemas("a.go", "type A struct {\n\tent.Schema\n}\n"));
        assert!(!is_of_schemas("a.go", "func (A) Fields() []ent.Field { return nil }\n"));
    }
}
