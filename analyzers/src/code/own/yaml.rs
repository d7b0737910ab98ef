//! YAML whose every key and value knows where it stands, so that a mistake can be pointed at.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::wrong::{Position, Wrong};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) at: Position,
    pub(super) value: Value,
}

/// A value.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Text(String),
    /// A number, a truth value, or nothing.
    Plain(serde_json::Value),
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

/// A key and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) at: Position,
    pub(super) name: String,
}

/// The documents of `text`, empty ones apart. Nothing refers to anything else: aliases are refused.
pub(super) fn documents(file: &str, text: &str) -> Result<Vec<Node>, Wrong> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        budget: serde_saphyr::budget! { max_aliases: 0, max_depth: DEEPEST, max_documents: MOST_DOCUMENTS, max_nodes: MOST_NODES },
    };
    let all: Vec<Spanned<Raw>> = serde_saphyr::from_multiple_with_options(text, options).map_err(|error| {
        let at = error.location().map_or(Position { line: 1, column: 1 }, position);
        let why = match error.without_snippet() {
            serde_saphyr::Error::Budget { .. } => {
                "it is nested too deeply, too large, or refers to itself with `*`".to_owned()
            }
            error => {
                let text = error.to_string();
                let text = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
                // The place is said beside it.
                let text = text.split(" at line ").next().unwrap_or_default().trim_end_matches(['.', ':']).to_owned();
                format!("this is not YAML: {text}")
            }
        };
        Wrong::at(file, text, at, why)
    })?;
    Ok(all.into_iter().map(node).collect())
}

const DEEPEST: usize = 64;
const MOST_DOCUMENTS: usize = 1000;
const MOST_NODES: usize = 50_000;

impl Node {
    /// The value of `key`, where this is a map.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(known, _)| known.name == key).map(|(_, value)| value)
    }

    /// The entries, where this is a map.
    pub(super) fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text, where this is one.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// How many levels there are below.
    pub(super) fn depth(&self) -> usize {
        let below = |node: &Node| node.depth() + 1;
        match &self.value {
            Value::Text(_) | Value::Plain(_) => 0,
            Value::List(all) => all.iter().map(below).max().unwrap_or(0),
            Value::Map(all) => all.iter().map(|(_, node)| below(node)).max().unwrap_or(0),
        }
    }

    /// The same without places.
    pub(super) fn json(&self) -> serde_json::Value {
        match &self.value {
            Value::Text(text) => text.clone().into(),
            Value::Plain(value) => value.clone(),
            Value::List(all) => all.iter().map(Node::json).collect(),
            Value::Map(all) => {
                serde_json::Value::Object(all.iter().map(|(key, node)| (key.name.clone(), node.json())).collect())
            }
        }
    }
}

fn position(at: Location) -> Position {
    Position { line: at.line() as usize, column: at.column() as usize }
}

fn node(raw: Spanned<Raw>) -> Node {
    let value = match raw.value {
        Raw::Text(text) => Value::Text(text),
        Raw::Plain(value) => Value::Plain(value),
        Raw::List(all) => Value::List(all.into_iter().map(node).collect()),
        Raw::Map(all) => Value::Map(
            all.into_iter()
                .map(|(key, value)| (Key { at: position(key.referenced), name: key.value }, node(value)))
                .collect(),
        ),
    };
    Node { at: position(raw.referenced), value }
}

enum Raw {
    Text(String),
    Plain(serde_json::Value),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Raw;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a value")
            }

            fn visit_bool<E>(self, value: bool) -> Result<Raw, E> {
                Ok(Raw::Plain(value.into()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Raw, E> {
                Ok(Raw::Plain(value.into()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Raw, E> {
                Ok(Raw::Plain(value.into()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Raw, E> {
                Ok(Raw::Plain(value.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
                Ok(Raw::Text(text.to_owned()))
            }

            fn visit_unit<E>(self) -> Result<Raw, E> {
                Ok(Raw::Plain(serde_json::Value::Null))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Raw, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = from.next_element()? {
                    all.push(one);
                }
                Ok(Raw::List(all))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Raw, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = from.next_entry()? {
                    all.push(one);
                }
                Ok(Raw::Map(all))
            }
        }
        from.deserialize_any(Any)
    }
}
