//! Routers that a loop over a list mounts: `list.forEach((it) => router.use(it.path, it.route))`.

use std::sync::LazyLock;

use regex::Regex;

use super::super::routers::RouterId;
use super::super::values::{named, properties, split, text};
use super::Chained;
use crate::code::CodeMatch;

/// The beginning of a loop, with the list and what its function or body calls an element.
static LOOP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?P<list>[\w$]+)\s*\.\s*(?:forEach|map)\(\s*(?:async\s*)?(?:function\s*)?\(?\s*(?P<element>[\w$]+|\{[^{}]*\})|for\s*\(\s*(?:const|let|var)\s+(?P<of>[\w$]+|\{[^{}]*\})\s+of\s+(?P<in>[\w$]+)",
    )
    .expect("a constant")
});

impl Chained<'_> {
    /// Mounts what the elements of the list hold; `false` if the call is in no such loop.
    pub(super) fn mount_each(&mut self, found: &CodeMatch, router: &RouterId, outer: &str, arguments: &[&str]) -> bool {
        let file = &*found.path;
        let ([first, .., last], Some(text_of_file)) = (arguments, self.repo.text(file)) else { return false };
        let Some(before) = text_of_file.get(..found.bytes.start) else { return false };
        let Some(begun) = LOOP.captures_iter(before).last() else { return false };
        let (Some(element), Some(list)) =
            (begun.name("element").or(begun.name("of")), begun.name("list").or(begun.name("in")))
        else {
            return false;
        };
        let (Some(path), Some(child)) = (key(element.as_str(), first), key(element.as_str(), last)) else {
            return false;
        };
        let Some(elements) = elements(text_of_file, list.as_str()) else { return false };
        for element in split(elements, ',') {
            let properties = properties(element);
            let (Some(path), Some(child)) = (named(&properties, path), named(&properties, child)) else { continue };
            if let Some(child) = self.modules.router(file, child).filter(|child| child != router) {
                self.routers.mount(router.clone(), format!("{outer}/{}", text(self.repo, file, path)), child);
            }
        }
        true
    }
}

/// The property of the element that an expression stands for: `it.path`, or `path` where the element is `{ path, route }`.
fn key<'a>(element: &str, expression: &'a str) -> Option<&'a str> {
    if let Some(names) = element.strip_prefix('{') {
        return names.trim_end_matches('}').split(',').any(|name| name.trim() == expression).then_some(expression);
    }
    expression.strip_prefix(element)?.strip_prefix('.')
}

/// What stands between the brackets of the list called `name`.
fn elements<'text>(text: &'text str, name: &str) -> Option<&'text str> {
    let declared = ["const", "let", "var"].iter().find_map(|word| text.find(&format!("{word} {name}")))?;
    let rest = &text[declared..];
    let list = &rest[rest.find("= [")? + 3..];
    let mut depth = 1;
    let end = list.find(|c| {
        match c {
            '[' => depth += 1,
            ']' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    Some(&list[..end])
}
