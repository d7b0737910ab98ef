//! Routers that others include, by name, from a list, by a function of the program's own, or in a way that can't be followed.

use std::collections::BTreeSet;

use super::super::routers::RouterId;
use super::super::values::{UNKNOWN, named, text};
use super::{Micro, handed};
use crate::code::CodeMatch;

/// What was mounted, if that is known, and where.
pub(super) struct Lost {
    child: Option<RouterId>,
    parent: RouterId,
    prefix: String,
}

impl Micro<'_> {
    /// `app.register_blueprint(users, url_prefix="/v1")`, `router.include_router(users, prefix="/v1")`.
    pub(super) fn include(&mut self, found: &CodeMatch, receiver: &str, parent: &RouterId, arguments: &[&str]) {
        let file = &*found.path;
        let under = ["url_prefix", "prefix", "path"].iter().find_map(|name| named(arguments, name));
        let child = named(arguments, "router").or(named(arguments, "blueprint")).or(arguments.first().copied());
        let Some(child) = child else { return };
        let handed = handed::calls(self.repo, found, &[child, under.unwrap_or_default()]);
        for call in &handed {
            let (from, under) = call.meaning(file, under.unwrap_or("\"\""));
            let prefix = text(self.repo, from, under);
            let above = match call.meaning(file, receiver) {
                (_, same) if same == receiver => Some(parent.clone()),
                (from, receiver) => self.modules.router(from, receiver),
            };
            let (from, child) = call.meaning(file, child);
            let child = self.modules.router(from, child);
            self.mount_child(above.unwrap_or_else(|| parent.clone()), prefix, child);
        }
        if !handed.is_empty() {
            return;
        }
        let prefix = under.map(|prefix| text(self.repo, file, prefix)).unwrap_or_default();
        let children = self.looped(found, child);
        if children.is_empty() {
            self.mount_child(parent.clone(), prefix.clone(), None);
        }
        for child in children {
            self.mount_child(parent.clone(), prefix.clone(), Some(child));
        }
    }

    fn mount_child(&mut self, parent: RouterId, prefix: String, child: Option<RouterId>) {
        if child.as_ref().is_none_or(|child| !self.routers.has(child)) {
            self.lost.push(Lost { child: child.clone(), parent: parent.clone(), prefix: prefix.clone() });
        }
        if let Some(child) = child {
            self.routers.mount(parent, prefix, child);
        }
    }

    /// Routers that nothing mounts, where something is mounted that could not be followed: they are what it was. Where
    /// that is in several places, what stands in front of them can't be told.
    pub(super) fn mount_lost(&mut self) {
        let serving = self.routers.serving();
        let is_silent = |lost: &&Lost| lost.child.as_ref().is_none_or(|child| !serving.contains(child));
        let places: BTreeSet<(&RouterId, &str)> =
            self.lost.iter().filter(is_silent).map(|lost| (&lost.parent, lost.prefix.as_str())).collect();
        let mut all = places.into_iter();
        let Some((parent, prefix)) = all.next().map(|(parent, prefix)| (parent.clone(), prefix.to_owned())) else {
            return;
        };
        let (parent, prefix) = match all.next() {
            None => (parent, prefix),
            Some(_) => ((String::new(), UNKNOWN.to_owned()), UNKNOWN.to_owned()),
        };
        for part in &self.parts {
            if !self.routers.is_mounted(part) && !self.routers.is_in(&parent, part) {
                self.routers.mount(parent.clone(), prefix.clone(), part.clone());
            }
        }
    }

    /// The routers that `child` stands for: one, or where it is what a loop calls the elements of a list, all of them.
    fn looped(&self, found: &CodeMatch, child: &str) -> Vec<RouterId> {
        let file = &*found.path;
        let text_of_file = self.repo.text(file).unwrap_or_default();
        let head = format!("for {child} in ");
        let list =
            text_of_file.get(..found.bytes.start).and_then(|before| before.rsplit_once(&head)).map(|(before, _)| {
                let rest = &text_of_file[before.len() + head.len()..];
                rest.split_once(":\n").map_or(rest, |(list, _)| list).trim()
            });
        let Some(list) = list else { return self.modules.router(file, child).into_iter().collect() };
        let (file, list) = match list.starts_with(['[', '(']) {
            true => (file.to_owned(), list.to_owned()),
            false => {
                let Some((file, name)) = self.modules.router(file, list) else { return Vec::new() };
                let text = self.repo.text(&file).unwrap_or_default();
                let Some(value) = listed(text, &name) else { return Vec::new() };
                let value = value.to_owned();
                (file, value)
            }
        };
        let list = list.trim_start_matches(['[', '(']).trim_end_matches([']', ')']);
        list.split(',').filter_map(|element| self.modules.router(&file, element)).collect()
    }
}

/// The list that the variable `name` of `text` holds.
fn listed<'text>(text: &'text str, name: &str) -> Option<&'text str> {
    text.match_indices(name).find_map(|(at, _)| {
        let is_begin = at == 0 || text[..at].ends_with('\n');
        let (kind, value) = text[at + name.len()..].split_once('=').filter(|_| is_begin)?;
        let value = value.trim_start();
        let end = value.find([']', ')'])?;
        (!kind.contains('\n') && value.starts_with(['[', '('])).then_some(&value[..end])
    })
}
