//! Which routes of Rails and Sinatra answer with a page.

use super::{Reader, name};
use crate::areas::api::endpoint::is_api_path;
use crate::areas::api::values::named;
use crate::code::CodeMatch;

impl Reader<'_> {
    /// Whether what a route leads to is a page; `None` if it leads to another address.
    pub(super) fn target(&self, arguments: &[&str], path: &str, resource: Option<&str>) -> Option<bool> {
        let first = arguments.first().copied().unwrap_or_default();
        let target = first.split_once("=>").map(|(_, to)| to).or(named(arguments, "to")).unwrap_or(first).trim();
        if target.starts_with("redirect") {
            return None;
        }
        Some(match resource {
            Some(resource) if !target.contains('#') => self.is_page(&format!("{resource}#{}", name(target)), path),
            _ => self.is_page(target, path),
        })
    }

    /// Whether the target `controller#action` is a page: it has a template, or the controller has some and the action
    /// says nothing of JSON, so that it shows one of theirs or leads back to one.
    pub(super) fn is_page(&self, target: &str, path: &str) -> bool {
        if self.framework != "Rails" {
            return false;
        }
        let target: String = target.chars().filter(|c| !matches!(c, '"' | '\'' | ' ')).collect();
        let target = target.trim_start_matches("to:").trim_start_matches("=>");
        target.split_once('#').is_some_and(|(controller, action)| {
            let action: String = action.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let module = self.module();
            self.has_view(&format!("{controller}/{action}"))
                || !is_api_path(path)
                    && [format!("{module}{controller}"), format!("{module}{controller}s")].iter().any(|controller| {
                        let folder = format!("app/views/{controller}/");
                        self.pages.iter().any(|page| page.contains(&folder)) && !self.says_json(controller, &action)
                    })
        })
    }

    pub(super) fn module(&self) -> &str {
        self.open.last().map_or("", |block| &block.module)
    }

    pub(super) fn has_view(&self, name: &str) -> bool {
        let page = format!("/{name}.html");
        self.pages.iter().any(|path| path.contains(&page))
    }

    fn says_json(&self, controller: &str, action: &str) -> bool {
        let text = self.repo.text(&format!("app/controllers/{controller}_controller.rb")).unwrap_or_default();
        let body = text.split_once(&format!("def {action}\n")).map_or("", |(_, rest)| rest);
        body.split("\n  def ").next().is_some_and(|body| body.contains("json"))
    }

    pub(super) fn has_template(&self, found: &CodeMatch) -> bool {
        self.repo.code().matches("api.ruby.page").iter().any(|page| {
            page.path == found.path && found.bytes.start <= page.bytes.start && page.bytes.end <= found.bytes.end
        })
    }
}
