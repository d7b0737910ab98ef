//! Endpoints and pages of Next.js, which are files: `app/**/route.ts`, `pages/api/**`, `app/**/page.tsx`.

use super::Endpoint;
use crate::Snapshot;
use crate::snapshot::stack::Ecosystem;

pub(super) fn endpoints(repo: &Snapshot) -> Vec<Endpoint> {
    if repo.stack().dependency(Ecosystem::Npm, "next").is_none() {
        return Vec::new();
    }
    let mut endpoints = Vec::new();
    for (file, _) in repo.tree().own_texts() {
        let Some((stem, "ts" | "tsx" | "js" | "jsx" | "mjs")) = file.path.rsplit_once('.') else { continue };
        let make = |method: &str, lines: (u32, u32), path: String, page: bool| Endpoint {
            file: file.path.clone(),
            lines,
            method: method.to_owned(),
            path,
            framework: "Next.js",
            page,
        };
        if let Some(folders) = below(stem, "app") {
            if let Some(folders) = folders.strip_suffix("route") {
                let verbs = repo.code().matches("api.javascript.next").iter().filter(|found| *found.path == *file.path);
                endpoints.extend(
                    verbs.filter_map(|found| Some(make(found.var("METHOD")?, found.lines, path(folders), false))),
                );
            } else if let Some(folders) = folders.strip_suffix("page") {
                endpoints.push(make("GET", (1, 1), path(folders), true));
            }
        } else if let Some(name) = below(stem, "pages") {
            let name = name.strip_suffix("index").unwrap_or(name);
            if name.starts_with("api/") {
                endpoints.push(make("*", (1, 1), path(name), false));
            } else if !name.starts_with('_') {
                endpoints.push(make("GET", (1, 1), path(name), true));
            }
        }
    }
    endpoints
}

/// What follows the folder called `root` at the top, in `src`, or in a package of a monorepo.
fn below<'a>(stem: &'a str, root: &str) -> Option<&'a str> {
    let rest = stem.strip_prefix(&format!("{root}/"));
    rest.or_else(|| stem.split_once(&format!("/{root}/")).map(|(_, rest)| rest))
}

fn path(folders: &str) -> String {
    let parts: Vec<&str> = folders
        .split('/')
        .filter(|part| !part.is_empty() && !part.starts_with('(') && !part.starts_with('@'))
        .collect();
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn route_files_are_endpoints_and_page_files_are_pages() {
        let repo = Fixture::new()
            .file("package.json", r#"{"dependencies":{"next":"15"}}"#)
            .file(
                "src/app/api/v1/users/[id]/route.ts",
                "export async function GET() {}\nexport const DELETE = async () => {};\n",
            )
            .file("src/app/(shop)/cart/page.tsx", "export default function Page() {}\n")
            .file("pages/api/hello.js", "export default function handler(req, res) {}\n")
            .snapshot();
        let shown: Vec<String> = endpoints(&repo)
            .into_iter()
            .map(|it| format!("{} {}{}", it.method, it.path, if it.page { " page" } else { "" }))
            .collect();
        assert_eq!(shown, ["* /api/hello", "GET /cart page", "GET /api/v1/users/[id]", "DELETE /api/v1/users/[id]"]);
    }
}
