//! Entity Framework's entities: classes of which a context has sets.

use std::collections::BTreeSet;

use super::annotated::{Class, classes};
use super::names::{plain, quoted, snake, word};
use super::{Column, Entity, Table};

/// What contexts say of entities.
#[derive(Debug, Default)]
pub(super) struct Contexts {
    /// The classes that they have sets of, or are told about.
    sets: BTreeSet<String>,
    /// The properties that indexes begin with, in plain letters.
    indexed: BTreeSet<String>,
}

impl Contexts {
    /// What stands before the class of an entity: in a context, and in classes of their own that say what its table is like.
    pub(super) const MARKS: [&str; 3] = ["DbSet<", "EntityTypeBuilder<", "IEntityTypeConfiguration<"];

    /// Takes in what one file says.
    pub(super) fn take(&mut self, text: &str) {
        for mark in Self::MARKS {
            self.sets.extend(text.split(mark).skip(1).map(|rest| word(rest).to_owned()));
        }
        for call in ["HasIndex(", "HasAlternateKey(", "HasKey("] {
            for given in text.split(call).skip(1) {
                let first =
                    given.split_once("=>").map_or("", |(_, body)| body).split_once('.').map_or("", |(_, name)| name);
                let first = if given.trim_start().starts_with('"') {
                    quoted(given).next().unwrap_or_default()
                } else {
                    word(first)
                };
                self.indexed.insert(plain(first));
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    /// The entities of one file. Entity Framework indexes what points to another table.
    pub(super) fn read(&self, path: &str, text: &str) -> Vec<Entity> {
        let classes = classes(text, "[");
        classes.iter().filter(|class| self.sets.contains(&class.name)).map(|class| self.entity(path, class)).collect()
    }

    /// Whether Entity Framework takes a property for a link to another table: `UserId` where there are users or a `User`
    /// beside it, and that alone.
    fn is_link(&self, class: &Class, name: &str, kind: &str) -> bool {
        let has = |name: &str| {
            let is_it = |head: &str| head.split(['=', '{']).next().unwrap_or_default().trim_end().ends_with(name);
            class.members.iter().any(|member| is_it(&member.head))
        };
        match name.strip_suffix("Id").filter(|other| !other.is_empty() && *other != class.name) {
            Some(other) => self.sets.contains(other) || has(&format!(" {other}")),
            None => self.sets.contains(kind.trim_end_matches('?')) && !has(&format!(" {name}Id")),
        }
    }

    pub(super) fn entity(&self, path: &str, class: &Class) -> Entity {
        let mut table = Table::default();
        let marked: Vec<String> = class
            .marks
            .split("Index(")
            .skip(1)
            .map(|given| plain(word(given.trim_start_matches("nameof(").trim_start_matches('"'))))
            .collect();
        for member in
            class.members.iter().filter(|member| member.head.starts_with("public ") && !member.head.contains('('))
        {
            let words: Vec<&str> =
                member.head.split(['=', '{']).next().unwrap_or_default().split_whitespace().collect();
            let [.., kind, name] = words.as_slice() else { continue };
            if ["static", "const"].iter().any(|word| words.contains(word)) || member.marks.contains("NotMapped") {
                continue;
            }
            let (known, kind) = (plain(name), kind.trim_end_matches('?').to_lowercase());
            if self.indexed.contains(&known)
                || marked.contains(&known)
                || member.marks.contains("[Key")
                || name.ends_with("Id")
            {
                table.index(snake(name));
            }
            let kind = member
                .marks
                .split_once("TypeName")
                .and_then(|(_, rest)| quoted(rest).next())
                .map_or(kind, str::to_lowercase);
            let is_foreign = self.is_link(class, name, words[words.len() - 2]);
            if is_foreign {
                table.index(snake(name));
            }
            table.columns.push(Column {
                name: snake(name),
                kind,
                called: None,
                is_foreign,
                path: path.to_owned(),
                lines: (member.line, member.head_line),
            });
        }
        Entity { class: class.name.clone(), called: None, table }
    }
}
