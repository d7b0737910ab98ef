//! What the names of a Go program stand for: functions, variables that hold routers, and closures.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::Snapshot;
use crate::areas::api::routing::expression::{Argument, arguments, closing, is_name, last_name};
use crate::areas::api::routing::mounts::Router;
use crate::areas::api::routing::source::Sources;
use crate::paths::folder;

/// A function or method.
#[derive(Debug)]
pub(super) struct Function<'r> {
    pub name: &'r str,
    /// The type that it is a method of.
    pub owner: &'r str,
    pub file: usize,
    pub bytes: Range<usize>,
    /// Name and type of each parameter.
    pub parameters: Vec<(&'r str, &'r str)>,
    /// What stands between its parameters and its body.
    pub result: &'r str,
    pub returns_router: bool,
}

/// A name that is given a value.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub at: usize,
    /// Where the name is known.
    pub region: Range<usize>,
    pub router: Option<Router>,
    /// Whether it is surely a router.
    pub sure: bool,
}

/// The functions and variables of a program.
#[derive(Debug, Default)]
pub(super) struct Program<'r> {
    pub functions: Vec<Function<'r>>,
    pub locals: BTreeMap<(usize, String), Vec<Definition>>,
    /// Fields and package variables, by folder and name.
    pub shared: BTreeMap<(String, String), Definition>,
    /// What is declared with `var` outside of functions, by folder and name.
    variables: BTreeSet<(&'r str, &'r str)>,
    /// Folders with files of Go, those without routes among them.
    folders: BTreeSet<&'r str>,
    /// The program's own interfaces that take a path and a handler.
    interfaces: BTreeSet<&'r str>,
}

impl<'r> Program<'r> {
    /// The functions of `sources`.
    pub fn of(repo: &'r Snapshot, sources: &Sources<'r>) -> Self {
        let own = repo.tree().own_texts().map(|(file, _)| file.path.as_str()).filter(|path| path.ends_with(".go"));
        let mut program = Program {
            folders: own.map(folder).collect(),
            interfaces: sources.matches("api.go.interface").filter_map(|(_, found)| found.var("NAME")).collect(),
            variables: sources.files().flat_map(|file| variables(sources, file)).collect(),
            ..Program::default()
        };
        for (file, found) in sources.matches("api.go.function") {
            if let Some(name) = found.var("NAME") {
                let source = sources.matched(file, found);
                let mut function = function(name, file, found.bytes.clone(), source);
                let is_handler = function.result.trim() == "http.Handler" && answers(source);
                function.returns_router = program.returns_router(function.result) && !is_handler;
                program.functions.push(function);
            }
        }
        for index in 0..program.functions.len() {
            let function = &program.functions[index];
            let (file, bytes) = (function.file, function.bytes.clone());
            for (position, (name, kind)) in function.parameters.clone().into_iter().enumerate() {
                let router = program.is_router(kind).then_some(Router::Parameter(index, position));
                let definition = Definition { at: bytes.start, region: bytes.clone(), router, sure: router.is_some() };
                program.locals.entry((file, name.to_owned())).or_default().push(definition);
            }
        }
        program
    }

    /// Whether a value of the type `kind` is a router: one of a framework, or of an interface with the same methods.
    pub fn is_router(&self, kind: &str) -> bool {
        is_router_type(kind) || self.interfaces.contains(last_name(kind.trim_start_matches(['*', '.', ' '])))
    }

    fn returns_router(&self, result: &str) -> bool {
        // `func(http.Handler) http.Handler` is what wraps handlers, not what routes to them.
        !result.trim_start().starts_with("func")
            && result
                .split(['(', ')', ','])
                .map(|part| part.trim().rsplit(' ').next().unwrap_or(""))
                .any(|kind| self.is_router(kind) || kind == "http.Handler")
    }

    /// Whether the package in `folder` declares a variable called `name`.
    pub fn is_variable(&self, folder: &str, name: &str) -> bool {
        self.variables.contains(&(folder, name))
    }

    /// What `name` stands for at a byte of a file.
    pub fn local(&self, file: usize, name: &str, at: usize) -> Option<&Definition> {
        self.locals
            .get(&(file, name.to_owned()))?
            .iter()
            .filter(|definition| definition.region.contains(&at) && definition.at <= at)
            .max_by_key(|definition| (definition.region.start, definition.at))
    }

    /// The function that contains a byte of a file.
    pub fn around(&self, file: usize, at: usize) -> Option<usize> {
        self.functions.iter().position(|function| function.file == file && function.bytes.contains(&at))
    }

    /// The functions that a call of `path` (`Register`, `users.Register`, `h.users.Register`) may mean.
    pub fn called(&self, sources: &Sources<'_>, path: &str, file: usize) -> Vec<usize> {
        let name = last_name(path);
        let before = path.rsplit_once('.').map_or("", |(before, _)| before);
        let candidates: Vec<usize> =
            self.functions.iter().enumerate().filter(|(_, f)| f.name == name).map(|(index, _)| index).collect();
        let text = sources.text(file);
        if candidates.len() < 2 {
            let is_imported = !before.is_empty() && import_path(text, before).is_some();
            return if is_imported { self.imported(sources, &candidates, before, text, true) } else { candidates };
        }
        let folder = |file: usize| folder(sources.path(file));
        let best = |fits: &dyn Fn(&Function<'_>) -> bool| -> Vec<usize> {
            candidates.iter().copied().filter(|index| fits(&self.functions[*index])).collect()
        };
        let hint = last_name(before.split(['{', '(']).next().unwrap_or(before)).to_ascii_lowercase();
        let close = |text: &str| {
            let text = text.to_ascii_lowercase();
            !text.is_empty() && !hint.is_empty() && (text.contains(&hint) || hint.contains(&text))
        };
        let made = made_in(before, text).map(|package| self.imported(sources, &candidates, package, text, false));
        let made = made.unwrap_or_default();
        let narrowed = if before.is_empty() {
            best(&|function| function.owner.is_empty() && folder(function.file) == folder(file))
        } else if !made.is_empty() {
            let of_its_name: Vec<usize> = made.iter().copied().filter(|it| close(self.functions[*it].owner)).collect();
            if of_its_name.is_empty() { made } else { of_its_name }
        } else {
            let package = self.imported(sources, &candidates, before, text, true);
            let exact = best(&|f| f.owner.eq_ignore_ascii_case(&hint));
            let both = best(&|f| close(f.owner) && close(last_folder(folder(f.file))));
            [
                package,
                exact,
                both,
                best(&|f| close(f.owner) || (!f.owner.is_empty() && close(last_folder(folder(f.file))))),
            ]
            .into_iter()
            .find(|found| !found.is_empty())
            .unwrap_or_default()
        };
        let narrowed = if narrowed.is_empty() { candidates } else { narrowed };
        // Methods of the caller's own package come before those that are as close elsewhere.
        let near: Vec<usize> = narrowed
            .iter()
            .copied()
            .filter(|index| {
                let function = &self.functions[*index];
                !function.owner.is_empty() && folder(function.file) == folder(file)
            })
            .collect();
        if near.is_empty() { narrowed } else { near }
    }

    /// Those of `candidates` in the package that a file with this text calls `package`: the folder that ends most like the path
    /// from which it is imported. Functions, or else methods.
    fn imported(
        &self,
        sources: &Sources<'_>,
        candidates: &[usize],
        package: &str,
        text: &str,
        functions: bool,
    ) -> Vec<usize> {
        let path = import_path(text, package).unwrap_or(package);
        let alike =
            |folder: &str| folder.rsplit('/').zip(path.rsplit('/')).take_while(|(one, other)| one == other).count();
        let Some(most) = self.folders.iter().map(|folder| alike(folder)).max().filter(|most| *most > 0) else {
            return Vec::new();
        };
        let fits = |function: &Function<'_>| {
            function.owner.is_empty() == functions && alike(folder(sources.path(function.file))) == most
        };
        candidates.iter().copied().filter(|candidate| fits(&self.functions[*candidate])).collect()
    }
}

/// Whether a value of the type `kind` is a router.
pub(super) fn is_router_type(kind: &str) -> bool {
    let kind = kind.trim_start_matches(['*', '.', ' ']);
    let name = last_name(kind);
    matches!(
        kind,
        "gin.Engine"
            | "gin.IRoutes"
            | "echo.Echo"
            | "echo.Group"
            | "chi.Mux"
            | "fiber.App"
            | "fiber.Group"
            | "bunrouter.Group"
            | "http.ServeMux"
            | "mux.Route"
    ) || ["Router", "IRouter", "RouterGroup", "Mux", "Engine"].iter().any(|end| name.ends_with(end))
}

/// Names and types of a parameter list, without its brackets.
pub(super) fn parameters(list: &str) -> Vec<(&str, &str)> {
    let mut named: Vec<(&str, &str)> = Vec::new();
    for Argument { text, .. } in arguments(list, 0) {
        named.push(text.split_once(char::is_whitespace).map_or((text, ""), |(name, kind)| (name, kind.trim())));
    }
    for index in (0..named.len().saturating_sub(1)).rev() {
        if named[index].1.is_empty() {
            named[index].1 = named[index + 1].1;
        }
    }
    named
}

fn function<'r>(name: &str, file: usize, bytes: Range<usize>, source: &'r str) -> Function<'r> {
    let mut rest = source.strip_prefix("func").unwrap_or(source).trim_start();
    let mut owner = "";
    if rest.starts_with('(')
        && let Some(end) = closing(rest, 0)
    {
        owner = rest[1..end].rsplit([' ', '*']).next().unwrap_or("").split('[').next().unwrap_or("");
        rest = rest[end + 1..].trim_start();
    }
    let name_length = name.len().min(rest.len());
    let name = rest.get(..name_length).unwrap_or("");
    let after = rest.get(name_length..).unwrap_or("");
    let open = after.find('(').unwrap_or(after.len());
    let end = closing(after, open).unwrap_or(after.len());
    let list = after.get(open + 1..end).unwrap_or("");
    let result = after.get(end + 1..).and_then(|rest| rest.split('{').next()).unwrap_or("");
    Function { name, owner, file, bytes, parameters: parameters(list), result, returns_router: false }
}

/// Whether a function that returns an `http.Handler` returns one that answers by itself, not a router.
fn answers(function: &str) -> bool {
    const ROUTERS: &[&str] =
        &["NewRouter(", "NewMux(", "NewServeMux(", ".New(", ".Default(", "router", "Router", "Routes(", ".mux", "mux)"];
    ["http.HandlerFunc(", "return &"].iter().any(|mark| function.contains(mark))
        && !ROUTERS.iter().any(|mark| function.contains(mark))
}

/// What a file declares with `var` outside of functions, with its folder.
fn variables<'r>(sources: &Sources<'r>, file: usize) -> Vec<(&'r str, &'r str)> {
    let folder = folder(sources.path(file));
    let (mut names, mut is_inside) = (Vec::new(), false);
    for line in sources.text(file).lines() {
        let declared = match line.strip_prefix("var ") {
            Some(rest) if rest.starts_with('(') => {
                is_inside = true;
                continue;
            }
            Some(rest) => Some(rest),
            None if line.starts_with(')') => {
                is_inside = false;
                continue;
            }
            None => line.strip_prefix('\t').filter(|_| is_inside),
        };
        let name = declared.and_then(|declared| declared.split(|c: char| !c.is_alphanumeric() && c != '_').next());
        names.extend(name.filter(|name| !name.is_empty()).map(|name| (folder, name)));
    }
    names
}

/// The package in which the value `called` is made: `orders` of `orders.NewHandler(db)`, or of a variable that was given that.
fn made_in<'t>(called: &'t str, text: &'t str) -> Option<&'t str> {
    let value = match is_name(called) {
        true => text.split_once(&format!("{called} := "))?.1,
        false => called,
    };
    Some(value.split_once('(')?.0.split_once('.').filter(|(_, maker)| is_name(maker))?.0)
}

/// The path from which `package` is imported, under its own name or another.
fn import_path<'t>(text: &'t str, package: &str) -> Option<&'t str> {
    let mut imports = text.lines().take_while(|line| !line.starts_with("func ")).filter_map(|line| {
        let (name, rest) = line.trim().strip_prefix("import ").unwrap_or(line.trim()).split_once('"')?;
        Some((name.trim(), rest.split_once('"')?.0))
    });
    let is_it =
        |(name, path): &(&str, &str)| *name == package || name.is_empty() && path.rsplit('/').next() == Some(package);
    imports.find(is_it).map(|(_, path)| path)
}

fn last_folder(folder: &str) -> &str {
    folder.rsplit('/').next().unwrap_or(folder)
}
