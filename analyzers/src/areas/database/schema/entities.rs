//! Tables that only classes declare.

use std::collections::{BTreeMap, BTreeSet};

use super::names::{plain, quoted, word};
use super::{
    Entity, Schema, annotated, beyond, doctrine, efcore, eloquent, exposed, jpa, mapping, masked, mongoose, sequelize,
    sql, typeorm,
};
use crate::Snapshot;
use crate::areas::security::marks;
use crate::paths::is_aside;

/// Adds the tables of classes, by the names of those. Returns that name by what the database calls the table.
pub(super) fn read(schema: &mut Schema, repo: &Snapshot, declared: &[sql::Index]) -> BTreeMap<String, String> {
    // Which files are theirs, whether one holds more than is read, and what it holds.
    type Reader = (fn(&str, &str) -> bool, fn(&str) -> bool, fn(&str, &str) -> Vec<Entity>);
    const READERS: &[Reader] = &[
        (jpa::is_of_entities, |text| annotated::is_beyond(text, "@"), jpa::read),
        (typeorm::is_of_entities, |text| annotated::is_beyond(text, "@"), typeorm::read),
        // Those are asked with the migrations.
        (sequelize::is_of_models, |_| false, sequelize::read),
        (mongoose::is_of_schemas, |text| annotated::is_beyond(text, "@"), mongoose::read),
        (exposed::is_of_tables, |_| false, exposed::read),
        (doctrine::is_of_entities, doctrine::is_beyond, doctrine::read),
        (mapping::is_of_entities, mapping::is_beyond, mapping::read),
    ];
    let texts = || repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path));
    let mut found: Vec<Entity> = Vec::new();
    for (file, text) in texts().filter(|(file, _)| !marks::is_for_operators(&file.path)) {
        for (_, is_beyond, read) in READERS.iter().filter(|(is_theirs, ..)| is_theirs(&file.path, text)) {
            let text = masked(text);
            if is_beyond(&text) {
                beyond(repo, &file.path);
            }
            found.extend(read(&file.path, &text));
        }
    }
    let mut contexts = efcore::Contexts::default();
    texts().filter(|(file, _)| file.path.ends_with(".cs")).for_each(|(_, text)| {
        if efcore::Contexts::MARKS.iter().any(|mark| text.contains(mark)) || text.contains("HasIndex(") {
            contexts.take(text);
        }
    });
    if !contexts.is_empty() {
        for (file, text) in texts().filter(|(file, text)| file.path.ends_with(".cs") && text.contains("get; ")) {
            let text = masked(text);
            let classes = contexts.read(&file.path, &text);
            if !classes.is_empty() && annotated::is_beyond(&text, "[") {
                beyond(repo, &file.path);
            }
            found.extend(classes);
        }
    }
    let indexed = indexed_elsewhere(repo, declared);
    let mut classes = BTreeMap::new();
    for Entity { class, called, mut table } in found {
        let key = class.to_lowercase();
        let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        for name in names {
            if indexed.contains(&plain(&name)) || indexed.contains(&plain(&format!("{name}_id"))) {
                table.index(name);
            }
        }
        classes.insert(called.map_or_else(|| key.clone(), |called| called.to_lowercase()), key.clone());
        schema.tables.entry(key).or_insert(table);
    }
    classes
}

/// What happens to links between tables in Laravel, whose database is said in settings.
pub(super) fn links_of_laravel(repo: &Snapshot) -> eloquent::Links {
    let of = |names: &[&str]| {
        repo.tree().own_texts().any(|(file, text)| {
            let is_settings = file.name().starts_with(".env")
                || file.path == "config/database.php"
                || file.path.ends_with("/config/database.php");
            is_settings && !is_aside(&file.path) && names.iter().any(|name| text.contains(name))
        })
    };
    if of(&["DB_CONNECTION=pgsql", "'DB_CONNECTION', 'pgsql'"]) {
        eloquent::Links::Bare
    } else if of(&["DB_CONNECTION=mysql", "DB_CONNECTION=mariadb"]) {
        eloquent::Links::Indexed
    } else {
        eloquent::Links::Unknown
    }
}

/// The columns, in plain letters, for which migrations in code declare an index. Which table it is of is not asked.
fn indexed_elsewhere(repo: &Snapshot, declared: &[sql::Index]) -> BTreeSet<String> {
    let words = |text: &str| {
        let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric() && c != '_').map(plain).collect();
        words
    };
    let mut found: BTreeSet<String> = declared.iter().map(|index| plain(&index.first)).collect();
    for language in ["csharp", "java", "javascript", "kotlin", "php", "python", "ruby"] {
        for topic in ["index", "unique"] {
            let matches = repo.code().matches(&format!("database.{language}.{topic}"));
            for of in matches.iter().filter(|of| marks::is_for_operators(&of.path)) {
                let text = repo.text(&of.path).and_then(|text| text.get(of.bytes.clone())).unwrap_or_default();
                // Beside the name of a column, TypeORM's migrations say what it is like.
                if text.contains("isUnique") {
                    found.extend(quoted(text).map(plain));
                } else {
                    found.extend(words(text));
                }
            }
        }
    }
    // Liquibase's change logs, in other forms than XML.
    let is_log =
        |path: &str| path.contains("changelog") && [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end));
    for (_, text) in repo.tree().own_texts().filter(|(file, _)| is_log(&file.path)) {
        for change in text.split("createIndex").chain(text.split("addUniqueConstraint")).skip(1) {
            const LONGEST: usize = 20;
            let lines = change.lines().take(LONGEST).filter(|line| line.contains("name") || line.contains("Names"));
            found.extend(
                lines
                    .filter_map(|line| line.split_once(':'))
                    .map(|(_, name)| plain(word(name.trim_start_matches([' ', '"'])))),
            );
        }
    }
    found
}
