//! Endpoints of Rails and Sinatra: calls nested in blocks. Grape has a file of its own.

mod concerns;
mod grape;
mod pages;
mod sinatra;

use std::collections::{BTreeMap, BTreeSet};

use self::concerns::concerns;
use self::grape::Grape;
use self::sinatra::{declares, extended, mapped};
use super::endpoint::join;
use super::values::{UNKNOWN, known, named, properties, split, words};
use super::{Endpoint, VersionCue};
use crate::Snapshot;
use crate::areas::database::schema::singular;
use crate::code::{CodeMatch, string_literal};
use crate::snapshot::stack::Ecosystem;

/// The seven actions: name, verb, and whether they are of one member.
const ACTIONS: &[(&str, &str, bool)] = &[
    ("index", "GET", false),
    ("create", "POST", false),
    ("show", "GET", true),
    ("update", "PUT", true),
    ("destroy", "DELETE", true),
];

/// The two that only serve forms.
const FORMS: &[(&str, &str)] = &[("new", "new"), ("edit", ":id/edit")];

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    let mut files: BTreeMap<&str, Vec<&CodeMatch>> = BTreeMap::new();
    for found in repo.code().matches("api.ruby.call") {
        files.entry(&found.path).or_default().push(found);
    }
    let uses_sinatra = repo.stack().dependency(Ecosystem::Ruby, "sinatra").is_some()
        && repo.stack().dependency(Ecosystem::Ruby, "rails").is_none();
    let templates = repo.tree().files().iter().map(|file| file.path.as_str());
    let pages: Vec<&str> = templates.filter(|path| path.contains("app/views/") && path.contains(".html")).collect();
    let (mut endpoints, mut mounts) = (Vec::new(), Vec::new());
    let mut mapped = mapped(repo);
    let grape = Grape::of(repo, &files);
    for (path, calls) in files.iter().map(|(path, calls)| (*path, calls.clone())) {
        let Some(text) = repo.text(path) else { continue };
        // What `draw(:api)` draws is read where it is drawn.
        if path.contains("config/routes/") && !text.contains("routes.draw") {
            continue;
        }
        let framework = if text.contains("routes.draw") {
            "Rails"
        } else if grape.has(path) {
            continue;
        } else if text.contains("sinatra") || text.contains("Sinatra") || uses_sinatra && is_served(path) {
            "Sinatra"
        } else {
            continue;
        };
        let mut reader = Reader {
            repo,
            text,
            files: &files,
            framework,
            concerns: concerns(text, &calls),
            pages: &pages,
            depth: 0,
            open: Vec::new(),
            endpoints: Vec::new(),
            mounts: Vec::new(),
            prefix: mapped.iter().find(|(class, _)| declares(text, class)).map_or(String::new(), |it| it.1.clone()),
            receiver: extended(text),
        };
        let mut behind = 0;
        for found in calls {
            // What stands in a concern is a route only where the concern is used.
            if found.bytes.start < behind {
                continue;
            }
            if found.var("METHOD") == Some("concern") {
                behind = found.bytes.end;
            }
            reader.read(found);
        }
        endpoints.append(&mut reader.endpoints);
        mounts.append(&mut reader.mounts);
    }
    mapped.append(&mut mounts);
    endpoints.extend(grape.endpoints(&mapped));
    endpoints
}

pub(super) fn version_cues(repo: &Snapshot) -> Vec<VersionCue> {
    let mut cues = Vec::new();
    for found in repo.code().matches("api.ruby.call") {
        let Some(text) = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())) else { continue };
        let head = head(text);
        let lower = head.to_ascii_lowercase();
        let scheme = match found.var("METHOD") {
            Some("version") if lower.contains(":header") => Some("media-type"),
            Some("version") if lower.contains(":accept_version_header") => Some("header"),
            Some("version") if lower.contains(":param") => Some("query"),
            // constraints: ApiConstraints.new(version: 1) asks the request, whose header names the version.
            Some("scope" | "namespace" | "constraints" | "api_version")
                if lower.contains("version") && (lower.contains("constraint") || lower.contains("header")) =>
            {
                Some("header")
            }
            _ => None,
        };
        cues.extend(scheme.map(|scheme| VersionCue { file: found.path.to_string(), lines: found.lines, scheme }));
    }
    cues
}

/// A block that is open around the call that is read.
struct Block {
    end: usize,
    path: String,
    /// The path of one member, for a block of `resources`.
    member: Option<String>,
    /// What that block is of, after which its controller is named.
    resource: Option<String>,
    /// The module that controllers are in: `api/v1`, or nothing.
    module: String,
}

struct Reader<'a> {
    repo: &'a Snapshot,
    text: &'a str,
    /// The calls of every file.
    files: &'a BTreeMap<&'a str, Vec<&'a CodeMatch>>,
    framework: &'static str,
    /// The calls within each `concern` of Rails, by its name.
    concerns: BTreeMap<String, Vec<&'a CodeMatch>>,
    /// Rails' templates of pages.
    pages: &'a [&'a str],
    /// How many concerns the call that is read stands in.
    depth: u8,
    open: Vec<Block>,
    endpoints: Vec<Endpoint>,
    /// What an extension of Sinatra's calls the application that it adds routes to.
    receiver: Option<&'a str>,
    /// The classes that routes of Rails mount, and where.
    mounts: Vec<(String, String)>,
    /// Where a class of Sinatra's is mapped.
    prefix: String,
}

impl<'a> Reader<'a> {
    fn read(&mut self, found: &CodeMatch) {
        self.within(0, found);
    }

    /// Reads a call in the blocks that are open: the first `around` of them stay so.
    fn within(&mut self, around: usize, found: &CodeMatch) {
        let mut index = 0;
        self.open.retain(|block| {
            index += 1;
            index <= around || found.bytes.end <= block.end
        });
        let Some(source) = self.text.get(found.bytes.clone()) else { return };
        let method = found.var("METHOD").unwrap_or_default();
        let head = head(source);
        // `params.get(:a)` is no route: a route is called on nothing, or on what the routes are added to.
        let called = self.receiver.and_then(|receiver| head.strip_prefix(receiver)?.strip_prefix('.'));
        let Some(rest) = called.unwrap_or(head).strip_prefix(method) else { return };
        let rest = rest.trim().trim_start_matches('(').trim_end_matches(')');
        let arguments = split(rest, ',');
        let above = self.open.last().map_or(self.prefix.clone(), |block| block.path.clone());
        let first = arguments.first().copied();
        let name = first.map(name).unwrap_or_default();
        let option = |name: &str| named(&arguments, name);
        let resource = self.open.last().and_then(|block| block.resource.clone());
        let mut module = self.open.last().map(|block| block.module.clone()).unwrap_or_default();
        if method == "namespace" || method == "scope" {
            let own = option("module").map(self::name).or((method == "namespace").then(|| name.clone()));
            module = own.into_iter().fold(module, |above, own| format!("{above}{own}/"));
        }
        let opens = |path: String, member: Option<String>| Block {
            end: found.bytes.end,
            path,
            member,
            resource: resource.clone(),
            module: module.clone(),
        };
        match method {
            "namespace" | "group" => {
                let path = option("path").map_or(name, self::name);
                self.open.push(opens(join(&above, &path), None));
            }
            "scope" | "constraints" | "api_version" => {
                let positional =
                    first.filter(|first| first.starts_with(['"', '\'', '/']) || is_symbol(first)).map(self::name);
                let path =
                    option("path").map(self::name).or(positional.filter(|_| method == "scope")).unwrap_or_default();
                self.open.push(opens(join(&above, &path), None));
            }
            "member" => {
                let member = self.open.last().and_then(|block| block.member.clone()).unwrap_or(above);
                self.open.push(opens(member, None));
            }
            "collection" => {
                let member = self.open.last().and_then(|block| block.member.clone());
                let path = member.as_deref().map_or(&*above, collection).to_owned();
                self.open.push(opens(path, None));
            }
            // `map '/users'` mounts a class of Sinatra's, `map('/users') { run Users }` in config.ru a block.
            "map" if self.framework == "Sinatra" && source == head => self.prefix = name,
            // Rack::Cors says `resource '/api/*'`, too.
            "resources" | "resource" if self.framework == "Rails" => {
                self.resources(found, &above, method == "resource", &arguments)
            }
            "draw" if self.framework == "Rails" => self.draw(found, &name),
            "concerns" => arguments.iter().for_each(|names| self.concern(names)),
            "mount" if self.framework == "Rails" => {
                let Some((class, at)) = grape::mounted(&arguments) else { return };
                let at = at.map_or(Some(String::new()), |at| known(self.repo, &found.path, at));
                self.mounts.push((class.to_owned(), join(&above, at.as_deref().unwrap_or(UNKNOWN))));
            }
            "devise_for" if self.framework == "Rails" => {
                let prefix = option("path_prefix").map(self::name).unwrap_or_default();
                let users = option("path").map_or(name, self::name);
                self.devise(found, &join(&join(&above, &prefix), &users), &option);
            }
            "root" => {
                let page = self.is_page(rest, &above);
                self.add(found, "GET", above, page);
            }
            "get" | "post" | "put" | "patch" | "delete" => {
                let Some(first) = first else { return };
                let route = first.split("=>").next().unwrap_or(first).trim();
                if !route.starts_with(['"', '\'', ':']) {
                    return;
                }
                let on = |what: &str| option("on").is_some_and(|on| on.contains(what));
                let base = match self.open.last() {
                    Some(Block { member: Some(member), .. }) if on("member") => member.clone(),
                    Some(Block { member: Some(member), .. }) if on("collection") => collection(member).to_owned(),
                    _ => above,
                };
                let path = join(&base, &self::name(route));
                let Some(page) = self.target(&arguments, &path, resource.as_deref()) else { return };
                self.add(found, &method.to_uppercase(), path, page || self.has_template(found));
            }
            "match" => {
                let route = first.map_or("", |first| first.split("=>").next().unwrap_or(first));
                let path = join(&above, &self::name(route));
                let Some(page) = self.target(&arguments, &path, resource.as_deref()) else { return };
                for verb in option("via").map(words).unwrap_or_default() {
                    self.add(found, &verb.to_uppercase(), path.clone(), page);
                }
            }
            _ => {}
        }
    }

    fn resources(&mut self, found: &CodeMatch, above: &str, single: bool, arguments: &[&str]) {
        let only: Option<Vec<&str>> = named(arguments, "only").map(words);
        let except: Vec<&str> = named(arguments, "except").map(words).unwrap_or_default();
        let wanted =
            |action: &str| only.as_ref().is_none_or(|only| only.contains(&action)) && !except.contains(&action);
        for argument in arguments.iter().filter(|argument| is_symbol(argument) || argument.starts_with(['"', '\''])) {
            let resource = name(argument);
            let path = join(above, &named(arguments, "path").map_or(resource.clone(), name));
            let key = named(arguments, "param").map_or("id".to_owned(), name);
            let member = if single { path.clone() } else { join(&path, &format!(":{key}")) };
            let mut seen = BTreeSet::new();
            for (action, verb, of_member) in ACTIONS.iter().filter(|(action, _, _)| wanted(action)) {
                if single && *action == "index" {
                    continue;
                }
                let path = if *of_member { member.clone() } else { path.clone() };
                if seen.insert((verb, path.clone())) {
                    let page = self.is_page(&format!("{resource}#{action}"), &path);
                    self.add(found, verb, path, page);
                }
            }
            for (action, below) in FORMS.iter().filter(|(action, _)| wanted(action)) {
                if self.has_view(&format!("{resource}/{action}")) {
                    self.add(found, "GET", join(&path, below), true);
                }
            }
            let singular = singular(&resource);
            let nested = if single { path.clone() } else { join(&path, &format!(":{singular}_{key}")) };
            let (resource, module) = (Some(resource), self.module().to_owned());
            self.open.push(Block { end: found.bytes.end, path: nested, member: Some(member), resource, module });
            if let Some(names) = named(arguments, "concerns") {
                self.concern(names);
            }
        }
    }

    /// Signing in, out and up, as Devise mounts them.
    fn devise<'b>(&mut self, found: &CodeMatch, users: &str, option: &impl Fn(&str) -> Option<&'b str>) {
        let names = option("path_names").map(properties).unwrap_or_default();
        let called = |action: &str| join(users, &named(&names, action).map_or(action.to_owned(), name));
        let skipped = option("skip").map(words).unwrap_or_default();
        if skipped.contains(&"all") {
            return;
        }
        if !skipped.contains(&"sessions") {
            self.add(found, "POST", called("sign_in"), false);
            self.add(found, "DELETE", called("sign_out"), false);
        }
        if !skipped.contains(&"registrations") {
            self.add(found, "POST", users.to_owned(), false);
        }
    }

    fn add(&mut self, found: &CodeMatch, method: &str, path: String, page: bool) {
        self.endpoints.push(Endpoint {
            file: found.path.to_string(),
            lines: (found.lines.0, found.lines.0),
            method: method.to_owned(),
            path: path.replace("(.:format)", ""),
            framework: self.framework,
            page,
        });
    }
}

/// Specs call `get '/users'` to ask, where an application does so to answer.
fn is_served(path: &str) -> bool {
    !crate::paths::is_aside(path) && !path.ends_with("_helper.rb")
}

/// The call without its block.
fn head(source: &str) -> &str {
    let opens = |at: &usize| {
        let after = source[at + " do".len()..].trim_start_matches([' ', '\t']);
        after.is_empty() || after.starts_with(['\n', '\r', '|', '#', ';'])
    };
    let of_words = source.match_indices(" do").map(|(at, _)| at).find(opens);
    let of_braces = ["{ |", ") {", ") do"].iter().filter_map(|mark| source.find(mark)).min();
    let end = [of_words, of_braces].into_iter().flatten().min().unwrap_or(source.len());
    source[..end].trim()
}

/// The path of all, from that of one.
fn collection(member: &str) -> &str {
    member.rsplit_once("/:").map_or(member, |(all, _)| all)
}

fn is_symbol(source: &str) -> bool {
    source.starts_with(':') && !source.contains("=>")
}

/// The text of a string or a symbol.
fn name(source: &str) -> String {
    let source = source.trim();
    string_literal(source).unwrap_or_else(|| source.trim_start_matches(':')).to_owned()
}

#[cfg(test)]
mod tests;
