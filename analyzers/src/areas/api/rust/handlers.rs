//! Functions with a route in an attribute: `#[get("/x")]`, `#[utoipa::path(get, path = "/x")]`.

use crate::areas::api::routing::constants::Constants;
use crate::areas::api::routing::expression::{arguments, closing, last_name};
use crate::areas::api::routing::source::Sources;

/// A function with a route.
#[derive(Debug)]
pub(super) struct Handler {
    pub name: String,
    pub file: usize,
    /// Where the attribute begins.
    pub at: usize,
    pub methods: Vec<String>,
    pub path: String,
    /// The attribute is documentation; the route is made elsewhere.
    pub describes: bool,
    /// Mounted somewhere.
    pub served: bool,
}

/// The functions of `sources` that carry a route.
pub(super) fn handlers(sources: &Sources<'_>, constants: &Constants<'_>) -> Vec<Handler> {
    let mut handlers = Vec::new();
    for (file, found) in sources.matches("api.rust.attribute") {
        let source = sources.matched(file, found);
        let Some(open) = source.find('(') else { continue };
        let Some(list) = closing(source, open).and_then(|end| source.get(open + 1..end)) else { continue };
        let kind = last_name(source[..open].trim_start_matches("#["));
        let args = arguments(list, 0);
        let value = |key: &str| {
            args.iter().find_map(|arg| arg.text.strip_prefix(key)?.trim_start().strip_prefix('=').map(str::trim))
        };
        let (methods, path) = match kind {
            "path" => {
                let verb = args.iter().map(|arg| arg.text).find(|text| is_verb(text)).unwrap_or("*");
                (vec![verb.to_ascii_uppercase()], value("path"))
            }
            "route" => {
                let methods = args
                    .iter()
                    .filter_map(|arg| arg.text.strip_prefix("method"))
                    .map(|method| method.trim_matches(|c: char| !c.is_alphabetic()).to_ascii_uppercase());
                (methods.collect(), args.first().map(|arg| arg.text))
            }
            verb => (vec![verb.to_ascii_uppercase()], args.first().map(|arg| arg.text)),
        };
        let Some(path) = path.and_then(|path| constants.string(path, file)) else { continue };
        let after = sources.text(file).get(found.bytes.end..).unwrap_or_default();
        let Some(name) = after.find("fn ").and_then(|at| after.get(at + 3..)) else { continue };
        let name = name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        handlers.push(Handler {
            name: name.to_owned(),
            file,
            at: found.bytes.start,
            methods,
            path: path.split('?').next().unwrap_or_default().to_owned(),
            describes: kind == "path",
            served: false,
        });
    }
    handlers
}

fn is_verb(text: &str) -> bool {
    matches!(text, "get" | "post" | "put" | "patch" | "delete" | "head" | "options")
}
