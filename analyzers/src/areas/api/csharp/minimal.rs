//! Minimal APIs: `app.MapGet("/users", ...)`, with groups followed through variables and extension methods.

use std::collections::BTreeMap;
use std::ops::Range;

use super::FRAMEWORK;
use crate::areas::api::Endpoint;
use crate::areas::api::endpoint::join;
use crate::areas::api::routing::constants::Constants;
use crate::areas::api::routing::expression::{Argument, Link, arguments, chain, last_name};
use crate::areas::api::routing::mounts::{Mounts, Router, UNKNOWN};
use crate::areas::api::routing::source::Sources;

/// What `MapIdentityApi<User>()` adds.
const IDENTITY: &[(&str, &str)] = &[
    ("POST", "/register"),
    ("POST", "/login"),
    ("POST", "/refresh"),
    ("GET", "/confirmEmail"),
    ("POST", "/resendConfirmationEmail"),
    ("POST", "/forgotPassword"),
    ("POST", "/resetPassword"),
    ("POST", "/manage/2fa"),
    ("GET", "/manage/info"),
    ("POST", "/manage/info"),
];

/// A method that takes routers.
struct Function<'r> {
    name: &'r str,
    /// The class that it is a method of.
    owner: Option<&'r str>,
    file: usize,
    bytes: Range<usize>,
    /// Type and name of each parameter.
    parameters: Vec<(&'r str, &'r str)>,
    is_extension: bool,
}

struct Program<'r, 's> {
    sources: &'s Sources<'r>,
    constants: &'s Constants<'s>,
    functions: Vec<Function<'r>>,
    /// Where variables that hold groups are defined, by file and name.
    groups: BTreeMap<(usize, &'r str), Vec<usize>>,
}

/// The endpoints of all minimal APIs.
pub(super) fn endpoints(sources: &Sources<'_>, constants: &Constants<'_>) -> Vec<Endpoint> {
    let mut program = Program { sources, constants, functions: functions(sources), groups: BTreeMap::new() };
    for (file, found) in sources.matches("api.csharp.group") {
        if let (Some(name), true) = (found.var("NAME"), sources.matched(file, found).contains(".Map")) {
            program.groups.entry((file, name)).or_default().push(found.bytes.start);
        }
    }
    let mut mounts = Mounts::default();
    for (file, found) in sources.matches("api.csharp.group") {
        let text = sources.matched(file, found);
        let Some((before, value)) = text.split_once('=').filter(|_| text.contains(".Map")) else { continue };
        let (parent, prefix) = program.reached(&chain(value), file, found.bytes.start + before.len());
        mounts.mount(Router::At(file, found.bytes.start), &prefix, parent);
    }
    program.calls(&mut mounts);
    program.modules(&mut mounts);
    let mut endpoints = Vec::new();
    for (file, found) in sources.matches("api.csharp.map") {
        let links = chain(sources.matched(file, found));
        let Some((last, before)) = links.split_last().filter(|(_, before)| !before.is_empty()) else { continue };
        let at = found.bytes.start + last.at;
        let served: Vec<(String, String)> = if last.name.starts_with("MapIdentityApi") {
            IDENTITY.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect()
        } else {
            let Some(path) = program.path(last, file, at) else { continue };
            program.methods(last, file).into_iter().map(|method| (method, path.clone())).collect()
        };
        let (router, prefix) = program.reached(before, file, at);
        let line = sources.line(file, at);
        for within in mounts.prefixes(router) {
            for (method, path) in &served {
                endpoints.push(Endpoint {
                    file: sources.path(file).to_owned(),
                    lines: (line, line),
                    method: method.clone(),
                    path: join(&within, &join(&prefix, path)),
                    framework: FRAMEWORK,
                    page: false,
                });
            }
        }
    }
    mounts.tell(sources.repo(), "ASP.NET Core");
    endpoints
}

impl Program<'_, '_> {
    /// Routers that are passed to methods, as the receiver or as an argument.
    fn calls(&self, mounts: &mut Mounts) {
        for (file, found) in self.sources.matches("api.csharp.call") {
            let links = chain(self.sources.matched(file, found));
            let Some((last, before)) = links.split_last() else { continue };
            let at = found.bytes.start + last.at;
            let receiver = before.last().map(|link| link.name);
            for (index, function) in self.called(last.name, receiver) {
                let receives = function.is_extension && !before.is_empty() && function.owner != receiver;
                if receives {
                    let (parent, prefix) = self.reached(before, file, at);
                    mounts.mount(Router::Parameter(index, 0), &prefix, parent);
                }
                for (position, arg) in last.args.iter().enumerate() {
                    let position = position + usize::from(receives);
                    if function.parameters.get(position).is_some_and(|(kind, _)| is_router_type(kind)) {
                        let (parent, prefix) = self.reached(&chain(arg.text), file, found.bytes.start + arg.at);
                        mounts.mount(Router::Parameter(index, position), &prefix, parent);
                    }
                }
            }
        }
    }

    /// The functions that a call of `name` may mean: those of the class that it is called on, if one has it.
    fn called<'p>(&'p self, name: &str, receiver: Option<&str>) -> Vec<(usize, &'p Function<'p>)> {
        let named: Vec<_> = self.functions.iter().enumerate().filter(|(_, it)| it.name == name).collect();
        let of_class: Vec<_> =
            named.iter().copied().filter(|(_, it)| receiver.is_some() && it.owner == receiver).collect();
        if of_class.is_empty() { named } else { of_class }
    }

    /// Modules of Carter, whose constructor hands the path of all their routes to the base class.
    fn modules(&self, mounts: &mut Mounts) {
        for (index, function) in self.functions.iter().enumerate().filter(|(_, it)| it.name == "AddRoutes") {
            let before = self.sources.text(function.file).get(..function.bytes.start).unwrap_or_default();
            let class = before.rfind(": CarterModule").and_then(|at| before.get(at..)).unwrap_or_default();
            let path = class.split_once("base(").and_then(|(_, rest)| rest.split_once(')'));
            if let Some(path) = path.and_then(|(argument, _)| self.constants.string(argument.trim(), function.file)) {
                mounts.mount(Router::Parameter(index, 0), &path, Router::Root);
            }
        }
    }

    /// The parameter of the function that a variable such as `builder = group is null ? app : group` stands for: the
    /// last one, since a group is given where there is one.
    fn alias(&self, index: usize, name: &str) -> Option<Router> {
        let function = &self.functions[index];
        let text = self.sources.text(function.file).get(function.bytes.clone())?;
        let (_, value) = text.split_once(&format!(" {name} = "))?;
        let value = value.split(';').next().unwrap_or_default();
        let words: Vec<&str> = value.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let position = function
            .parameters
            .iter()
            .rposition(|(kind, parameter)| is_router_type(kind) && words.contains(parameter))?;
        Some(Router::Parameter(index, position))
    }

    /// The router that a chain begins with, and the groups that it opens.
    fn reached(&self, links: &[Link<'_>], file: usize, at: usize) -> (Router, String) {
        let head = links.first().map_or("", |link| link.name);
        let mut prefix = String::new();
        for link in links.iter().filter(|link| link.called && link.name == "MapGroup") {
            let path = self.constants.string(link.arg(0), file).unwrap_or_else(|| UNKNOWN.to_owned());
            prefix = join(&prefix, &path);
        }
        let around = self.around(file, at);
        let region = around.map_or(0..usize::MAX, |index| self.functions[index].bytes.clone());
        let group = self.groups.get(&(file, head)).and_then(|defined| {
            defined.iter().copied().filter(|defined| *defined < at && region.contains(defined)).max()
        });
        let parameter = around.and_then(|index| {
            let position = self.functions[index].parameters.iter().position(|(_, name)| *name == head)?;
            Some(Router::Parameter(index, position))
        });
        let router = match group {
            Some(defined) => Router::At(file, defined),
            None => parameter.or_else(|| self.alias(around?, head)).unwrap_or(Router::Root),
        };
        (router, prefix)
    }

    /// The path of `MapGet(path, handler)`, or of `MapGet(handler, path)` as some projects define it.
    fn path(&self, link: &Link<'_>, file: usize, at: usize) -> Option<String> {
        let own = self.around(file, at).map(|index| &self.functions[index]);
        // A wrapper hands its own parameter on.
        if own.is_some_and(|own| own.parameters.iter().any(|(_, name)| *name == link.arg(0))) {
            return None;
        }
        let of = |index: usize| link.args.get(index).and_then(|arg| self.constants.string(arg.text, file));
        match link.args.len() {
            0 => None,
            1 => Some(of(0).unwrap_or_default()),
            _ => Some(of(0).or_else(|| of(1)).unwrap_or_else(|| UNKNOWN.to_owned())),
        }
    }

    /// The verb in the name of `MapGet`, or those of `MapMethods`, which may be a value of a class.
    fn methods(&self, link: &Link<'_>, file: usize) -> Vec<String> {
        const VERBS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];
        if link.name != "MapMethods" {
            return vec![link.name.trim_start_matches("Map").to_ascii_uppercase()];
        }
        let given = link.arg(1);
        let listed = given.contains(['"', '{', '[']).then_some(given);
        let listed = listed.or_else(|| self.constants.source(given, file)).unwrap_or_default();
        let verbs = listed.split(|c: char| !c.is_alphanumeric()).map(str::to_ascii_uppercase);
        let verbs: Vec<String> = verbs.filter(|verb| VERBS.contains(&verb.as_str())).collect();
        if verbs.is_empty() { vec!["*".to_owned()] } else { verbs }
    }

    fn around(&self, file: usize, at: usize) -> Option<usize> {
        let around = |function: &Function<'_>| function.file == file && function.bytes.contains(&at);
        let found = self.functions.iter().enumerate().filter(|(_, function)| around(function));
        found.max_by_key(|(_, function)| function.bytes.start).map(|(index, _)| index)
    }
}

fn functions<'r>(sources: &Sources<'r>) -> Vec<Function<'r>> {
    let read = |(file, found): (usize, &'r crate::code::CodeMatch)| {
        let list = found.var("PARAMETERS")?;
        let list = list.strip_prefix('(')?.strip_suffix(')')?;
        let parameter = |arg: Argument<'r>| {
            let declared = arg.text.split('=').next().unwrap_or_default().trim();
            declared.rsplit_once(char::is_whitespace).unwrap_or((declared, ""))
        };
        Some(Function {
            name: found.var("NAME")?,
            owner: found.scopes.iter().rev().find(|it| it.kind.contains("class")).map(|it| it.name.as_str()),
            file,
            bytes: found.bytes.clone(),
            parameters: arguments(list, 0).into_iter().map(parameter).collect(),
            is_extension: list.trim_start().starts_with("this "),
        })
    };
    sources.matches("api.csharp.function").filter_map(read).collect()
}

fn is_router_type(kind: &str) -> bool {
    let kind = kind.trim_end_matches('?');
    ["RouteBuilder", "RouteGroupBuilder", "WebApplication"].iter().any(|end| last_name(kind).ends_with(end))
}
