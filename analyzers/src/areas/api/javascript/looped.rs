//! Routers that a loop over a list mounts: `list.forEach((it) => router.use(it.path, it.route))`.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::super::routers::RouterId;
use super::super::values::{known, named, properties, split, text};
use super::Chained;
use crate::code::CodeMatch;

/// The beginning of a loop, with the list and what its function or body calls an element.
static LOOP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?P<list>[\w$]+|\[[^\[\]{}]*\])\s*\.\s*(?:forEach|map)\(\s*(?:async\s*)?(?:function\s*)?\(?\s*(?P<element>[\w$]+|\{[^{}]*\})|for\s*\(\s*(?:const|let|var)\s+(?P<of>[\w$]+|\{[^{}]*\})\s+of\s+(?P<in>[\w$.]+|\[[^\[\]{}]*\])",
    )
});

impl Chained<'_> {
    /// Mounts what the elements of the list hold; `false` if the call is in no such loop.
    pub(super) fn mount_each(&mut self, found: &CodeMatch, router: &RouterId, outer: &str, arguments: &[&str]) -> bool {
        let file = &*found.path;
        let ([first, .., last] | [first @ last], Some(text_of_file)) = (arguments, self.repo.text(file)) else {
            return false;
        };
        let Some(before) = text_of_file.get(..found.bytes.start) else { return false };
        let Some(begun) = LOOP.captures_iter(before).last() else { return false };
        let (Some(element), Some(list)) =
            (begun.name("element").or(begun.name("of")), begun.name("list").or(begun.name("in")))
        else {
            return false;
        };
        let (element, list) = (element.as_str(), list.as_str());
        let elements =
            list.strip_prefix('[').map(|list| list.trim_end_matches(']')).or_else(|| elements(text_of_file, list));
        let path = key(element, first);
        let prefix = if first == last { Some(String::new()) } else { known(self.repo, file, first) };
        let (Some(elements), Some(path), Some(child)) = (elements, path, key(element, last)) else {
            return self.mount_handed(
                router,
                prefix.map(|prefix| format!("{outer}/{prefix}")),
                element,
                last,
                elements,
                file,
            );
        };
        for element in split(elements, ',') {
            let properties = properties(element);
            let (Some(path), Some(child)) = (named(&properties, path), named(&properties, child)) else { continue };
            if let Some(child) = self.modules.router(file, child).filter(|child| child != router) {
                self.routers.mount(router.clone(), format!("{outer}/{}", text(self.repo, file, path)), child);
            }
        }
        true
    }

    /// `list.forEach((it) => app.use("/api", it))` and `.use("/api", it.router)`, with the same prefix for all of a list.
    fn mount_handed(
        &mut self,
        router: &RouterId,
        prefix: Option<String>,
        element: &str,
        child: &str,
        elements: Option<&str>,
        file: &str,
    ) -> bool {
        let member = child.strip_prefix(element).map(|rest| rest.trim_end_matches("()"));
        let (Some(prefix), Some(member)) = (prefix, member) else { return false };
        match (elements, member.strip_prefix('.')) {
            (Some(elements), _) => {
                for element in split(elements, ',') {
                    if let Some(child) = self.modules.router(file, &format!("{element}{member}")) {
                        self.routers.mount(router.clone(), prefix.clone(), child);
                    }
                }
                true
            }
            // Who hands over the list can't be told: all routers of classes that nobody mounts otherwise.
            (None, Some(member)) => {
                self.handed.push((router.clone(), prefix, member.to_owned()));
                true
            }
            (None, None) => false,
        }
    }

    /// Mounts the routers of classes in what a loop over a list mounts that somebody else has made.
    pub(super) fn mount_lists(&mut self) {
        for (parent, prefix, member) in std::mem::take(&mut self.handed) {
            let is_of_class = |id: &RouterId| {
                id.1 == member && id.0 != parent.0 && self.repo.text(&id.0).is_some_and(|it| it.contains("class "))
            };
            let open: Vec<RouterId> =
                self.made.iter().filter(|id| is_of_class(id) && !self.routers.is_mounted(id)).cloned().collect();
            for child in open {
                self.routers.mount(parent.clone(), prefix.clone(), child);
            }
        }
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
