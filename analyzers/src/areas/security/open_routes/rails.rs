//! Controllers of Rails: which of their actions a filter leaves out.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::Open;
use super::learned::Guards;
use super::unknown;
use super::words::is_guard;
use crate::paths::is_aside;
use crate::snapshot::File;
use crate::{Place, Snapshot};

/// `before_action :authenticate_user!, only: [:create]`, and the words that take it back.
static FILTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?m)^\s*(prepend_before_action|before_action|before_filter|skip_before_action|skip_before_filter)[ (]+:?([^\n]*(?:,\s*\n[^\n]*)*)",
    )
});

static LIST: LazyLock<Regex> = LazyLock::new(|| pattern(r"(only|except):\s*(\[[^\]]*\]|:[a-z_]+|%i\[[^\]]*\])"));

static METHOD: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^([ \t]*)def (create|update|destroy)(?-u:\b)"));

/// A filter that asks who calls.
struct Filter {
    skips: bool,
    only: Option<Vec<String>>,
    except: Vec<String>,
}

impl Filter {
    fn is_for(&self, action: &str) -> bool {
        self.only.as_ref().is_none_or(|only| only.iter().any(|it| it == action))
            && !self.except.iter().any(|it| it == action)
    }
}

/// One controller.
struct Controller<'a> {
    file: &'a File,
    text: &'a str,
    filters: Vec<Filter>,
    /// Whether something else is run before actions of which nobody knows what it does.
    may_guard: bool,
}

/// The actions without a guard, of controllers of which some have one.
pub(super) fn find(repo: &Snapshot) -> Vec<Open> {
    const ACTIONS: [&str; 7] = ["create", "update", "destroy", "index", "show", "new", "edit"];
    let (base, controllers) = controllers(repo);
    // Without a filter of its own nothing tells an exception from a rule.
    let told = controllers.iter().filter(|controller| !controller.filters.is_empty());
    let told = told.filter(|controller| ACTIONS.iter().any(|action| controller.guards(&base, action)));
    let actions = told.flat_map(|controller| controller.actions(repo, &base));
    actions.filter(|(_, is_guarded)| !is_guarded).map(|(open, _)| open).collect()
}

/// Every action that changes something, with whether it has a guard, and whether it may have one.
pub(super) fn actions(repo: &Snapshot) -> Vec<(Open, bool, bool)> {
    let (base, controllers) = controllers(repo);
    let of = |controller: &Controller<'_>| {
        let actions = controller.actions(repo, &base);
        actions.into_iter().map(|(open, is_guarded)| (open, is_guarded, controller.may_guard)).collect::<Vec<_>>()
    };
    controllers.iter().flat_map(of).collect()
}

/// The filters of all controllers, and each controller; who logs in is nobody yet.
fn controllers(repo: &Snapshot) -> (Vec<Filter>, Vec<Controller<'_>>) {
    let mut base = Vec::new();
    let mut controllers = Vec::new();
    let guards = Guards::of(repo);
    let filters = |text: &str| filters(text, &guards);
    for (file, text) in repo.tree().own_texts() {
        if !file.path.ends_with("_controller.rb") || !file.path.contains("controllers/") || is_aside(&file.path) {
            continue;
        }
        if matches!(file.name(), "application_controller.rb" | "base_controller.rb" | "api_controller.rb") {
            base.extend(filters(text));
        }
        let is_for_guests =
            ["session", "registration", "password", "confirmation", "webhook", "auth", "login", "signup", "contact"]
                .iter()
                .any(|word| file.name().contains(word));
        if !is_for_guests {
            controllers.push(Controller { file, text, filters: filters(text), may_guard: may_guard(text) });
        }
    }
    (base, controllers)
}

impl Controller<'_> {
    fn guards(&self, base: &[Filter], action: &str) -> bool {
        let mut all = base.iter().chain(&self.filters);
        all.any(|it| !it.skips && it.is_for(action)) && !self.filters.iter().any(|it| it.skips && it.is_for(action))
    }

    fn actions(&self, repo: &Snapshot, base: &[Filter]) -> Vec<(Open, bool)> {
        let path = route(&self.file.path);
        let action = |found: regex::Captures<'_>| {
            let body = &self.text[found.get(0).map_or(0, |whole| whole.end())..];
            let end = body.find(&format!("\n{}end", &found[1])).unwrap_or(body.len());
            let is_guarded = self.guards(base, &found[2]) || body[..end].lines().any(is_guard);
            let at = found.get(2).map_or(0, |name| name.start());
            let line = self.text[..at].matches('\n').count() as u32 + 1;
            let method = match &found[2] {
                "create" => "POST",
                "update" => "PATCH",
                _ => "DELETE",
            };
            let place = Place::lines(repo.head(), self.file.path.as_str(), line, line);
            (Open { method: method.to_owned(), path: path.clone(), place }, is_guarded)
        };
        METHOD.captures_iter(self.text).map(action).collect()
    }
}

/// `/api/v1/orders` for `app/controllers/api/v1/orders_controller.rb`, as Rails has it by default.
fn route(path: &str) -> String {
    let path = path.rsplit_once("controllers/").map_or(path, |(_, rest)| rest);
    format!("/{}", path.trim_end_matches("_controller.rb"))
}

/// Whether something is run before actions that is no guard by its name, and does not only find what they work with.
fn may_guard(text: &str) -> bool {
    FILTER.captures_iter(text).any(|found| {
        let named = found[2].split([',', ' ', '\n']).next().unwrap_or_default();
        let finds = ["set_", "find_", "load_", "fetch_", "build_"].iter().any(|verb| named.starts_with(verb));
        !found[1].starts_with("skip") && !finds && !is_guard(&format!("{named} ")) && unknown::is_name(named)
    })
}

fn filters(text: &str, guards: &Guards) -> Vec<Filter> {
    let mut filters = Vec::new();
    for found in FILTER.captures_iter(text) {
        let named = found[2].split([',', ' ', '\n']).next().unwrap_or_default();
        if !is_guard(&format!("{named} ")) && !guards.is_in(named) {
            continue;
        }
        let names = |list: &str| {
            list.split(|c: char| !c.is_alphanumeric() && c != '_')
                .filter(|it| !it.is_empty() && *it != "i")
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let mut filter = Filter { skips: found[1].starts_with("skip"), only: None, except: Vec::new() };
        for list in LIST.captures_iter(&found[2]) {
            match &list[1] {
                "only" => filter.only = Some(names(&list[2])),
                _ => filter.except = names(&list[2]),
            }
        }
        filters.push(filter);
    }
    filters
}
