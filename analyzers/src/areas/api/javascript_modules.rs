//! Which file and name an expression of JavaScript or TypeScript means, through imports and exports.

mod files;
mod parameters;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::parameters::first_parameter;
use self::parameters::first_parameters;
use super::routers::RouterId;
use super::values::{properties, split};
use crate::Snapshot;
use crate::code::string_literal;

/// How many files an import may pass a name through.
const HOPS: u8 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Name<'a> {
    Default,
    Named(&'a str),
    Whole,
}

/// The imports and exports of every file that may hold routes.
pub(super) struct Modules<'a> {
    repo: &'a Snapshot,
    imports: BTreeMap<(&'a str, &'a str), (&'a str, Name<'a>)>,
    defaults: BTreeMap<&'a str, &'a str>,
    /// `export * from "./users"`.
    stars: BTreeMap<&'a str, Vec<&'a str>>,
    /// By file and function, of the files that were asked for.
    parameters: RefCell<BTreeMap<&'a str, BTreeMap<&'a str, &'a str>>>,
}

impl<'a> Modules<'a> {
    pub(super) fn of(repo: &'a Snapshot) -> Self {
        let mut modules = Modules {
            repo,
            imports: BTreeMap::new(),
            defaults: BTreeMap::new(),
            stars: BTreeMap::new(),
            parameters: RefCell::default(),
        };
        for found in repo.code().matches("api.javascript.import") {
            let Some((file, text)) = repo.tree().get(&found.path).and_then(|file| Some((file, file.text()?))) else {
                continue;
            };
            modules.read(&file.path, text.get(found.bytes.clone()).unwrap_or_default());
        }
        for found in repo.code().matches("api.javascript.export") {
            if let Some(value) = found.var("VALUE") {
                modules.defaults.insert(&found.path, value.trim_end_matches(';'));
            }
        }
        modules
    }

    /// One statement: `import a, { b as c } from "d"`, `a = require("d")`, `export { a } from "d"`.
    fn read(&mut self, file: &'a str, statement: &'a str) {
        let statement = statement.trim().trim_end_matches(';');
        let (names, module, after) = match statement.rsplit_once("from") {
            Some((names, module)) => {
                let names = names.trim().trim_start_matches("import").trim_start_matches("export").trim();
                (names.strip_prefix("type ").unwrap_or(names), module, "")
            }
            None => match statement.split_once("= require(").or_else(|| statement.split_once("=require(")) {
                Some((names, rest)) => {
                    let (module, after) = rest.split_once(')').unwrap_or((rest, ""));
                    (names.trim(), module, after.trim_start_matches('.'))
                }
                None => return,
            },
        };
        let Some(module) = string_literal(module) else { return };
        if after.contains('(') {
            return; // require("express").Router() makes something; it imports nothing under that name.
        }
        for part in split(names, ',') {
            if let Some(inner) = part.strip_prefix('{') {
                for name in inner.trim_end_matches('}').split(',').map(str::trim).filter(|name| !name.is_empty()) {
                    let (name, alias) =
                        name.split_once(" as ").or_else(|| name.split_once(':')).unwrap_or((name, name));
                    let what = if name.trim() == "default" { Name::Default } else { Name::Named(name.trim()) };
                    self.imports.insert((file, alias.trim()), (module, what));
                }
            } else if part == "*" {
                self.stars.entry(file).or_default().push(module);
            } else if let Some(alias) = part.strip_prefix("* as ") {
                self.imports.insert((file, alias.trim()), (module, Name::Whole));
            } else if !after.is_empty() {
                self.imports.insert((file, part), (module, Name::Named(after)));
            } else {
                self.imports.insert((file, part), (module, Name::Default));
            }
        }
    }

    /// Every file that another one imports.
    pub(super) fn imported(&self) -> BTreeSet<&'a str> {
        let stars = self.stars.iter().flat_map(|(file, modules)| modules.iter().map(move |module| (*file, *module)));
        let named = self.imports.iter().map(|((file, _), (module, _))| (*file, *module));
        stars.chain(named).filter_map(|(file, module)| self.file(file, module)).collect()
    }

    /// Whether `name` is imported into `file`.
    pub(super) fn imports(&self, file: &str, name: &str) -> bool {
        self.imports.contains_key(&(file, name))
    }

    /// The package or file of which `name` in `file` is the default export, or all of it.
    pub(super) fn whole(&self, file: &str, name: &str) -> Option<&'a str> {
        let (module, what) = self.imports.get(&(file, name))?;
        (!matches!(what, Name::Named(_))).then_some(*module)
    }

    /// The file that the name is imported from, if it is one of this repository.
    pub(super) fn origin(&self, file: &str, name: &str) -> Option<&'a str> {
        let (module, _) = self.imports.get(&(file, name))?;
        self.file(file, module)
    }

    /// The router that `expression` in `file` means.
    pub(super) fn router(&self, file: &str, expression: &str) -> Option<RouterId> {
        self.resolve(file, expression, HOPS)
    }

    /// What the function that `file` exports calls the router that it is handed.
    pub(super) fn handed(&self, file: &str) -> Option<RouterId> {
        let value = self.defaults.get(file)?;
        let parameter = first_parameter(value).or_else(|| self.parameter(file, value))?;
        Some((file.to_owned(), parameter))
    }

    fn resolve(&self, file: &str, expression: &str, hops: u8) -> Option<RouterId> {
        if hops == 0 || expression.len() > 500 {
            return None;
        }
        let expression = expression.trim().trim_end_matches(".default");
        let expression = expression.strip_prefix("await ").unwrap_or(expression);
        let expression = expression.strip_prefix("this.").unwrap_or(expression);
        if let Some(made) = made_by(expression).and_then(|maker| self.made(file, maker, hops)) {
            return Some(made);
        }
        if let Some(of_class) = self.of_instance(file, expression) {
            return Some(of_class);
        }
        for suffix in [".routes()", ".middleware()", ".callback()", ".router()", ".getRouter()", "()"] {
            if let Some(rest) = expression.strip_suffix(suffix) {
                return self.resolve(file, rest, hops - 1);
            }
        }
        if let Some(rest) = expression.strip_prefix("new ") {
            let class = rest.split(['(', '.']).next().unwrap_or_default();
            let member = rest.rsplit_once(").").map_or("router", |(_, member)| member);
            let member = member.split('(').next().unwrap_or(member);
            let file = self.origin(file, class).unwrap_or(file);
            return Some((file.to_owned(), self.returned(file, member).unwrap_or(member.to_owned())));
        }
        if let Some(module) = expression.strip_prefix("require(").or_else(|| expression.strip_prefix("import(")) {
            let (module, member) = module.split_once(')')?;
            let target = self.file(file, string_literal(module)?)?;
            return match member.strip_prefix('.') {
                Some(member) => self.export(target, member, hops - 1),
                None => self.default_of(target, hops - 1),
            };
        }
        if !expression.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.')) {
            return None;
        }
        match expression.split_once('.') {
            None => match self.imports.get(&(file, expression)) {
                Some((module, what)) => {
                    let target = self.file(file, module)?;
                    match what {
                        Name::Default | Name::Whole => self.default_of(target, hops - 1),
                        Name::Named(name) => self.export(target, name, hops - 1),
                    }
                }
                None => {
                    let made = self.bound(file, expression).and_then(made_by);
                    let made = made.and_then(|maker| self.made(file, maker, hops - 1));
                    let own = || (file.to_owned(), self.parameter(file, expression).unwrap_or(expression.to_owned()));
                    Some(made.unwrap_or_else(own))
                }
            },
            Some((object, member)) => match self.origin(file, object) {
                Some(target) => self.export(target, member, hops - 1),
                None => Some((file.to_owned(), expression.to_owned())),
            },
        }
    }

    /// `users.router` and `users.getRouter()`, where `users` is said to be, or made as, an instance of one of the classes of
    /// this repository.
    fn of_instance(&self, file: &str, expression: &str) -> Option<RouterId> {
        let (object, member) = expression.split_once('.')?;
        let name = member.trim_end_matches("()");
        let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
        if !is_name(object) || !is_name(name) {
            return None;
        }
        let home = self.origin(file, object).unwrap_or(file);
        let class = class_of(self.repo.text(home)?, object)?;
        let declares = |file: &&str| self.repo.text(file).is_some_and(|text| text.contains(&format!("class {class}")));
        let origin = self.origin(home, class).unwrap_or(home);
        let stars = self.stars.get(origin).into_iter().flatten();
        let starred = stars.filter_map(|module| self.file(origin, module));
        let file = std::iter::once(origin).chain(starred).find(declares)?;
        let router = if name == member { name.to_owned() } else { "router".to_owned() };
        Some((file.to_owned(), self.returned(file, name).unwrap_or(router)))
    }

    /// The router that the function `maker` of `file`, or of a file that it is imported from, makes and returns.
    fn made(&self, file: &str, maker: &str, hops: u8) -> Option<RouterId> {
        let of = |file: &'a str, name: &str| Some((file.to_owned(), self.returned(file, name)?));
        if let Some(module) = maker.strip_prefix("require(").and_then(|rest| rest.strip_suffix(')')) {
            return self.made_by_default(self.file(file, string_literal(module)?)?);
        }
        let (object, member) = maker.split_once('.').map_or((maker, None), |(object, member)| (object, Some(member)));
        let Some((module, what)) = self.imports.get(&(file, object)) else {
            return Some((file.to_owned(), self.returned(file, member.unwrap_or(object))?));
        };
        let target = self.file(file, module)?;
        match (what, member) {
            (_, Some(member)) => of(target, member),
            (Name::Named(name), None) => of(target, name).or_else(|| {
                let starred = self.stars.get(target)?.iter().find_map(|star| of(self.file(target, star)?, name));
                let passed = || self.made(target, name, hops.checked_sub(1).filter(|hops| *hops > 0)?);
                starred.or_else(|| self.imports(target, name).then(passed).flatten())
            }),
            (Name::Default | Name::Whole, None) => self.made_by_default(target),
        }
    }

    /// What a constant or a variable of `file` is set to: `createRouter(users)` of `const v1 = createRouter(users)`.
    fn bound(&self, file: &str, name: &str) -> Option<&'a str> {
        let text = self.repo.text(file)?;
        let set = text.match_indices(name).find_map(|(at, _)| {
            let is_declared = ["const ", "let ", "var "].iter().any(|word| text[..at].ends_with(word));
            let (kind, value) = text[at + name.len()..].split_once('=')?;
            let is_typed = kind.trim().is_empty() || kind.starts_with(':') && !kind.contains(['\n', ';']);
            (is_declared && is_typed).then(|| value.trim_start())
        })?;
        let set = set.lines().next()?.trim_end().trim_end_matches(';');
        Some(set.strip_prefix("await ").unwrap_or(set))
    }

    fn made_by_default(&self, file: &'a str) -> Option<RouterId> {
        let value = self.defaults.get(file)?;
        let router = super::javascript::made::returned_by(value).or_else(|| self.returned(file, value))?;
        Some((file.to_owned(), router))
    }

    /// What the router is called that the function or getter `name` of `file` returns.
    fn returned(&self, file: &str, name: &str) -> Option<String> {
        super::javascript::made::returned(self.repo.text(file)?, name)
    }

    fn default_of(&self, file: &'a str, hops: u8) -> Option<RouterId> {
        let Some(value) = self.defaults.get(file) else {
            let local = self.repo.text(file).and_then(|text| exported_as(text, "default")).unwrap_or("router");
            return self.export(file, local, hops);
        };
        if value.starts_with("new ") && !value.contains("Routes(") && !value.contains("Router(")
            || value.contains("Elysia(")
        {
            return Some((file.to_owned(), "default".to_owned()));
        }
        if let Some(parameter) = first_parameter(value) {
            return Some((file.to_owned(), parameter));
        }
        self.resolve(file, value, hops)
    }

    fn export(&self, file: &'a str, name: &str, hops: u8) -> Option<RouterId> {
        if hops == 0 {
            return None;
        }
        if self.imports.contains_key(&(file, name)) {
            return self.resolve(file, name, hops - 1);
        }
        // module.exports = { users: usersRouter }
        let default = self.defaults.get(file).map(|value| properties(value)).unwrap_or_default();
        if let Some(value) = super::values::named(&default, name) {
            return self.resolve(file, value, hops - 1);
        }
        if let Some(parameter) = self.parameter(file, name) {
            return Some((file.to_owned(), parameter));
        }
        // module.exports = require("./routes")
        if let Some(module) =
            self.defaults.get(file).and_then(|value| value.strip_prefix("require(")?.strip_suffix(')'))
            && let Some(target) = string_literal(module).and_then(|module| self.file(file, module))
        {
            return self.export(target, name, hops - 1);
        }
        if let Some(local) = self.repo.text(file).and_then(|text| exported_as(text, name)).filter(|it| *it != name) {
            return self.resolve(file, local, hops - 1);
        }
        let mentions = self.repo.text(file).is_some_and(|text| text.contains(name));
        let stars = self.stars.get(file).filter(|_| !mentions);
        let starred = stars
            .into_iter()
            .flatten()
            .filter_map(|module| self.file(file, module))
            .find(|target| self.repo.text(target).is_some_and(|text| text.contains(name)));
        match starred {
            Some(target) => self.export(target, name, hops - 1),
            None => Some((file.to_owned(), self.returned(file, name).unwrap_or(name.to_owned()))),
        }
    }

    /// The first parameter of the function called `name` in `file`: what a router is called inside of a plugin.
    fn parameter(&self, file: &str, name: &str) -> Option<String> {
        let (file, text) = self.repo.tree().get(file).and_then(|file| Some((file.path.as_str(), file.text()?)))?;
        let mut known = self.parameters.borrow_mut();
        let of_file = known.entry(file).or_insert_with(|| first_parameters(text));
        of_file.get(name).map(|parameter| (*parameter).to_owned())
    }
}

/// What is called `name` outside of its file: `export { users as name };`.
fn exported_as<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let lists = text.split("export {").skip(1).filter_map(|rest| rest.split_once('}'));
    let of_file = lists.filter(|(_, after)| !after.trim_start().starts_with("from"));
    let mut names = of_file.flat_map(|(list, _)| list.split(',')).filter_map(|name| name.trim().split_once(" as "));
    names.find(|(_, alias)| alias.trim() == name).map(|(local, _)| local.trim())
}

/// `make` of `make(service)` and `require("./users")` of `require("./users")(service)`; none where a router is asked for
/// its routes.
fn made_by(expression: &str) -> Option<&str> {
    let open = opening(expression)?;
    let maker = expression[..open].trim();
    let is_name = maker.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.'));
    let is_required = maker.starts_with("require(") && maker.ends_with(')');
    let asks = [".routes", ".middleware", ".callback", ".router", ".getRouter"].iter().any(|it| maker.ends_with(it));
    (!maker.is_empty() && maker != "require" && (is_name || is_required) && !asks).then_some(maker)
}

/// The class of what is called `name` in `text`: `name: Users`, `name = new Users()`.
fn class_of<'text>(text: &'text str, name: &str) -> Option<&'text str> {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$');
    text.match_indices(name).filter(|(at, _)| !text[..*at].ends_with(is_of_name)).find_map(|(at, _)| {
        let after = text[at + name.len()..].trim_start();
        let class = match after.strip_prefix(':') {
            Some(kind) => kind.trim_start(),
            None => after.strip_prefix('=')?.trim_start().strip_prefix("new ")?,
        };
        let class = &class[..class.find(|c| !is_of_name(c)).unwrap_or(class.len())];
        class.starts_with(char::is_uppercase).then_some(class)
    })
}

/// Where the bracket opens that the expression ends with.
fn opening(expression: &str) -> Option<usize> {
    let mut depth = 0_usize;
    if !expression.ends_with(')') {
        return None;
    }
    expression.char_indices().rev().find_map(|(at, c)| {
        match c {
            ')' => depth += 1,
            '(' => depth = depth.saturating_sub(1),
            _ => return None,
        }
        (depth == 0).then_some(at)
    })
}
