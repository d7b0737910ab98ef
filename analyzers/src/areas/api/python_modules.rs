//! Which file and name an expression of Python means, through imports.

use std::collections::BTreeMap;

use super::routers::RouterId;
use crate::Snapshot;

/// How many files an import may pass a name through.
const HOPS: u8 = 5;

/// The imports of every file with routes, and the modules of the repository.
pub(super) struct Modules<'a> {
    repo: &'a Snapshot,
    /// By file and local name: the module as it is written, and the name in it (none for the module itself).
    imports: BTreeMap<(&'a str, &'a str), (&'a str, Option<&'a str>)>,
}

impl<'a> Modules<'a> {
    pub(super) fn of(repo: &'a Snapshot) -> Self {
        let mut imports = BTreeMap::new();
        for found in repo.code().matches("api.python.import") {
            let Some((file, text)) = repo.tree().get(&found.path).and_then(|file| Some((file, file.text()?))) else {
                continue;
            };
            let statement = text.get(found.bytes.clone()).unwrap_or_default();
            let names = |names: &'a str| {
                names
                    .split(['(', ')', ',', '\n'])
                    .map(|name| name.split('#').next().unwrap_or_default().trim())
                    .filter(|name| !name.is_empty())
                    .map(|name| {
                        name.split_once(" as ").map_or((name, name), |(name, alias)| (name.trim(), alias.trim()))
                    })
            };
            match statement.strip_prefix("from ").and_then(|rest| rest.split_once("import")) {
                Some((module, rest)) => {
                    for (name, alias) in names(rest) {
                        imports.insert((file.path.as_str(), alias), (module.trim(), Some(name)));
                    }
                }
                None => {
                    for (name, alias) in statement.strip_prefix("import ").into_iter().flat_map(names) {
                        imports.insert((file.path.as_str(), alias), (name, None));
                    }
                }
            }
        }
        Modules { repo, imports }
    }

    /// The router that `expression` in `file` means: a name here, or one from the module that it was imported from.
    pub(super) fn router(&self, file: &str, expression: &str) -> Option<RouterId> {
        let expression = expression.trim();
        if let Some(made) = self.made(file, expression) {
            return Some(made);
        }
        if expression.is_empty() || !expression.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
            return None;
        }
        Some(match expression.rsplit_once('.') {
            None => self.name(file, expression, HOPS),
            Some((module, name)) => match self.module_of(file, module) {
                Some(module) => self.name(module, name, HOPS),
                None => (file.to_owned(), expression.to_owned()),
            },
        })
    }

    /// The router that a function makes and returns, or that an object of a class holds: `users(db)`, `Users(db).router`.
    fn made(&self, file: &str, expression: &str) -> Option<RouterId> {
        let (maker, rest) = expression.split_once('(')?;
        let is_name =
            |text: &str| !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let (file, name) = self.router(file, maker).filter(|_| is_name(maker))?;
        let (_, member) = rest.rsplit_once(')')?;
        if let Some(member) = member.strip_prefix('.').filter(|member| is_name(member)) {
            return Some((file, format!("self.{member}")));
        }
        let text = self.repo.text(&file)?;
        let body = text.split_once(&format!("def {name}("))?.1;
        let body = body.split("\ndef ").next().unwrap_or(body);
        let returned = body.lines().rev().find_map(|line| line.trim().strip_prefix("return "))?.trim();
        (member.is_empty() && is_name(returned)).then(|| (file, returned.to_owned()))
    }

    /// The file of the dotted module `module` as seen from `file`; leading dots are relative.
    pub(super) fn file(&self, from: &str, module: &str) -> Option<&'a str> {
        let dots = module.len() - module.trim_start_matches('.').len();
        let name = module.trim_start_matches('.').replace('.', "/");
        let files = self.repo.tree();
        let candidates = |base: &str| {
            let base = base.trim_matches('/');
            [format!("{base}.py"), format!("{base}/__init__.py")]
                .into_iter()
                .map(|path| path.trim_start_matches('/').to_owned())
                .collect::<Vec<_>>()
        };
        let mut folder: Vec<&str> = from.split('/').collect();
        folder.pop();
        if dots > 0 {
            folder.truncate((folder.len() + 1).checked_sub(dots)?);
            let base = if name.is_empty() { folder.join("/") } else { format!("{}/{name}", folder.join("/")) };
            return candidates(&base).iter().find_map(|path| files.get(path).map(|file| file.path.as_str()));
        }
        // The root of the imports may be any folder above the file.
        loop {
            let base = format!("{}/{name}", folder.join("/"));
            if let Some(file) = candidates(&base).iter().find_map(|path| files.get(path)) {
                return Some(&file.path);
            }
            folder.pop()?;
        }
    }

    fn name(&self, file: &str, name: &str, hops: u8) -> RouterId {
        let here = || (file.to_owned(), name.to_owned());
        let Some((module, original)) = self.imports.get(&(file, name)).filter(|_| hops > 0) else {
            // `from config import *`, where the other file is the one that defines the name.
            let star = self.imports.get(&(file, "*")).filter(|_| hops > 0);
            let star = star.and_then(|(module, _)| self.file(file, module)).filter(|star| *star != file);
            return match star {
                Some(star) if self.defines(star, name) && !self.defines(file, name) => self.name(star, name, hops - 1),
                _ => here(),
            };
        };
        match (self.file(file, module), original) {
            (Some(module), Some(original)) if module != file => self.name(module, original, hops - 1),
            _ => here(),
        }
    }

    /// Whether `file` gives `name` a value at its outermost level.
    fn defines(&self, file: &str, name: &str) -> bool {
        let is_value =
            |line: &str| line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['=', ':']));
        self.repo.text(file).is_some_and(|text| text.lines().any(is_value))
    }

    /// The file of the module that `expression` in `file` names.
    fn module_of(&self, file: &str, expression: &str) -> Option<&'a str> {
        match self.imports.get(&(file, expression)) {
            Some((module, None)) => self.file(file, module),
            Some((module, Some(name))) => {
                let dotted = if module.ends_with('.') { format!("{module}{name}") } else { format!("{module}.{name}") };
                self.file(file, &dotted)
            }
            None => expression.contains('.').then(|| self.file(file, expression)).flatten(),
        }
    }
}
