//! Models of Rails and Mongoid, and the concerns that they include, where no schema says what tables are like.

use super::super::snake;
use super::{Column, Part};

/// What a class extends or includes that makes it a table.
const MODELS: &[&str] = &["ApplicationRecord", "Base", "Document"];

pub(super) fn read(path: &str, text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (line, words) in (1_u32..).zip(text.lines()) {
        let code = words.trim();
        let named = |name: &str| name.trim().rsplit("::").next().unwrap_or_default().to_owned();
        if let Some(rest) = code.strip_prefix("class ") {
            let (name, base) = rest.split_once('<').unwrap_or((rest, ""));
            parts.push(Part { class: named(name), path: path.to_owned(), bases: vec![named(base)], ..Part::default() });
        } else if let Some(name) = code.strip_prefix("module ").filter(|_| path.contains("concerns/")) {
            // A name for others may stand around the concern.
            parts.push(Part { class: named(name), path: path.to_owned(), is_abstract: true, ..Part::default() });
        }
        let Some(part) = parts.last_mut() else { continue };
        if let Some(included) = code.strip_prefix("include ") {
            part.bases.extend(included.split(',').map(named));
        }
        let points =
            ["belongs_to ", "acts_as_tenant ", "acts_as_tenant("].iter().find_map(|call| code.strip_prefix(call));
        if let Some(name) =
            points.and_then(|rest| rest.trim_start_matches([':', '"', '\'']).split([',', '"', '\'', ')']).next())
        {
            part.columns.push(Column {
                name: format!("{}_id", snake(name.trim())),
                called: None,
                kind: String::new(),
                is_foreign: true,
                path: path.to_owned(),
                lines: (line, line),
            });
        }
    }
    parts
}

/// Whether `part`, which is made of `all`, is a table.
pub(super) fn is_model(part: &Part, all: &[&Part]) -> bool {
    let path = all.iter().chain([&part]).find_map(|part| part.columns.first()).map_or("", |column| &column.path);
    let mut bases = all.iter().chain([&part]).flat_map(|part| &part.bases);
    path.ends_with(".rb") && bases.any(|base| MODELS.contains(&&**base))
}
