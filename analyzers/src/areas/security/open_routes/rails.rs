//! Controllers of Rails: which of their actions a filter leaves out.

use std::sync::LazyLock;

use regex::Regex;

use super::Open;
use super::words::is_guard;
use crate::snapshot::paths::is_aside;
use crate::{Place, Snapshot};

/// `before_action :authenticate_user!, only: [:create]`, and the words that take it back.
static FILTER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^\s*(prepend_before_action|before_action|before_filter|skip_before_action|skip_before_filter)[ (]+:?([^\n]*(?:,\s*\n[^\n]*)*)").expect("a constant pattern")
});

static LIST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(only|except):\s*(\[[^\]]*\]|:[a-z_]+|%i\[[^\]]*\])").expect("a constant pattern"));

static METHOD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^([ \t]*)def (create|update|destroy)(?-u:\b)").expect("a constant pattern"));

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

pub(super) fn find(repo: &Snapshot) -> Vec<Open> {
    let controllers: Vec<_> = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| {
            file.path.ends_with("_controller.rb") && file.path.contains("controllers/") && !is_aside(&file.path)
        })
        .collect();
    let base: Vec<Filter> = controllers
        .iter()
        .filter(|(file, _)| {
            matches!(file.name(), "application_controller.rb" | "base_controller.rb" | "api_controller.rb")
        })
        .flat_map(|(_, text)| filters(text))
        .collect();
    let mut open = Vec::new();
    for (file, text) in controllers {
        let own = filters(text);
        // Without a filter of its own nothing tells an exception from a rule; who logs in is nobody yet.
        let is_for_guests =
            ["session", "registration", "password", "confirmation", "webhook", "auth", "login", "signup", "contact"]
                .iter()
                .any(|word| file.name().contains(word));
        if own.is_empty() || is_for_guests {
            continue;
        }
        let all: Vec<&Filter> = base.iter().chain(&own).collect();
        let guards = |action: &str| {
            all.iter().any(|it| !it.skips && it.is_for(action)) && !own.iter().any(|it| it.skips && it.is_for(action))
        };
        let actions: Vec<_> = METHOD.captures_iter(text).collect();
        let bare: Vec<_> = actions
            .iter()
            .filter(|found| !guards(&found[2]))
            .filter(|found| {
                let body = &text[found.get(0).map_or(0, |whole| whole.end())..];
                let end = body.find(&format!("\n{}end", &found[1])).unwrap_or(body.len());
                !body[..end].lines().any(is_guard)
            })
            .collect();
        let is_anything_guarded =
            ["create", "update", "destroy", "index", "show", "new", "edit"].iter().any(|action| guards(action));
        if !is_anything_guarded {
            continue;
        }
        let path = route(&file.path);
        open.extend(bare.into_iter().map(|found| {
            let at = found.get(2).map_or(0, |name| name.start());
            let line = text[..at].matches('\n').count() as u32 + 1;
            let method = match &found[2] {
                "create" => "POST",
                "update" => "PATCH",
                _ => "DELETE",
            };
            Open {
                method: method.to_owned(),
                path: path.clone(),
                place: Place::lines(repo.head(), file.path.as_str(), line, line),
            }
        }));
    }
    open
}

/// `/api/v1/orders` for `app/controllers/api/v1/orders_controller.rb`, as Rails has it by default.
fn route(path: &str) -> String {
    let path = path.rsplit_once("controllers/").map_or(path, |(_, rest)| rest);
    format!("/{}", path.trim_end_matches("_controller.rb"))
}

fn filters(text: &str) -> Vec<Filter> {
    let mut filters = Vec::new();
    for found in FILTER.captures_iter(text) {
        let named = found[2].split([',', ' ', '\n']).next().unwrap_or_default();
        if !is_guard(&format!("{named} ")) {
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
