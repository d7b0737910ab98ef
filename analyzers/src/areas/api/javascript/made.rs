//! Routers that a function makes and returns: `export function userRoutes(service) { const router = Router(); ... return router }`.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::super::javascript_modules::first_parameter;
use crate::areas::api::routing::expression::closing;

/// What the router is called that the function, method or getter `name` of `text` returns.
pub(in crate::areas::api) fn returned(text: &str, name: &str) -> Option<String> {
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
    if !is_name || !text.contains("return") && !text.contains("=>") {
        return None;
    }
    text.match_indices(name).filter_map(|(at, _)| returned_by(function(text, at, name)?)).next()
}

/// What the router is called that `function` returns.
pub(in crate::areas::api) fn returned_by(function: &str) -> Option<String> {
    static RETURNED: LazyLock<Regex> = LazyLock::new(|| pattern(r"\breturn\s+(?:this\.)?([\w$]+)\s*(?:;|\n|\}|$)"));
    let open = function.find('(')?;
    let end = closing(function, open)?;
    let rest = &function[end + 1..];
    let head = rest.split(['{', '\n']).next().unwrap_or_default();
    if let Some((_, value)) = head.split_once("=>")
        && !value.trim().is_empty()
    {
        // A function that returns a plugin.
        return first_parameter(rest.split_once("=>")?.1);
    }
    let body = &rest[rest.find('{')?..];
    let body = closing(body, 0).map_or(body, |end| &body[..end]);
    let named = RETURNED.captures_iter(body).map(|found| found[1].to_owned()).find(|name| makes(body, name));
    named.or_else(|| {
        let value = body.split("return ").last().filter(|_| body.contains("return "))?.trim_start();
        let is_chain = ["new Hono", "new OpenAPIHono", "new Elysia"].iter().any(|start| value.starts_with(start));
        if is_chain { Some("default".to_owned()) } else { plugin(value) }
    })
}

/// The text from the parameters on, if a function called `name` is declared at a byte.
fn function<'text>(text: &'text str, at: usize, name: &str) -> Option<&'text str> {
    let before = text[..at].trim_end_matches([' ', '\t']);
    let after = &text[at + name.len()..];
    let is_declared = before.ends_with("function");
    let is_member =
        ["get", "static", "public", "private", "async", "\n", "}"].iter().any(|word| before.ends_with(word));
    let is_bound = ["const", "let", "var"].iter().any(|word| before.ends_with(word));
    if (is_declared || is_member) && after.starts_with('(') {
        let end = closing(after, 0)?;
        // A call is no declaration.
        let follows = after[end + 1..].trim_start();
        return (follows.starts_with('{') || follows.starts_with(':')).then_some(after);
    }
    if !is_bound {
        return None;
    }
    let (kind, value) = after.split_once('=')?;
    let value = value.trim_start();
    let is_function = value.starts_with('(') || value.starts_with("async") || value.starts_with("function");
    (kind.len() < 120 && !kind.contains(['\n', ';']) && is_function).then_some(value)
}

/// Whether `name` is given a router, or is the member of a class.
fn makes(body: &str, name: &str) -> bool {
    static ROUTER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^[^=\n;]{0,120}=\s*(?:await\s+)?(?:new\s+)?(?:\w+\.)?(?:\w*Router|\w*Hono|Elysia|Koa|express|[fF]astify)\b",
        )
    });
    let is_member = body.contains(&format!("return this.{name}"));
    is_member
        || ["const ", "let ", "var "].iter().any(|word| {
            body.match_indices(&format!("{word}{name}")).any(|(at, it)| ROUTER.is_match(&body[at + it.len()..]))
        })
}

/// The first parameter of a function with a router that is returned.
fn plugin(value: &str) -> Option<String> {
    let head = value.split(['{', '\n']).next().unwrap_or_default();
    let takes_fastify = value.starts_with(['f', '(']) && head.to_ascii_lowercase().contains("fastify");
    if takes_fastify || head.starts_with("async") { first_parameter(value) } else { None }
}
