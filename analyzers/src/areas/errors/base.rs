//! A class that controllers are made from, which calls what each of them does and answers what goes wrong.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::wrapper::body;
use crate::paths::is_aside;
use crate::{Place, Snapshot};

static CLASS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^[ \t]*(?:export )?(?:default )?abstract class (\w+)"));

/// What each controller does in its own way.
static OPEN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^[ \t]*(?:public |protected )?abstract (?:async )?(\w+)\s*(?:<[^>\n]*>)?\("));

/// So many attempts of a class are read, and so many methods that are left open.
const MOST_ATTEMPTS: usize = 200;
const MOST_OPEN: usize = 50;
/// How many such classes are looked for in all files.
const MOST_CANDIDATES: usize = 50;

/// Where that class is, if the controllers of most of `endpoints` are made from it.
pub(super) fn find(repo: &Snapshot, endpoints: usize) -> Option<Place> {
    let is_source = |path: &str| path.ends_with(".ts") && !path.ends_with(".d.ts") && !is_aside(path);
    let files = || repo.tree().own_texts().filter(|(file, _)| is_source(&file.path));
    let could = files().filter(|(_, text)| text.contains("abstract ") && text.contains("catch"));
    let candidates = could.filter_map(|(file, text)| {
        let found = CLASS.captures(text)?;
        let start = found.get(0)?.start();
        let line = 1 + text[..start].matches('\n').count() as u32;
        answers(body(&text[start..], false)).then(|| (file, format!("extends {} ", &found[1]), line))
    });
    candidates.take(MOST_CANDIDATES).find_map(|(file, extends, line)| {
        let controllers = files().filter(|(_, text)| text.contains(&extends)).count();
        (controllers > 1 && controllers * 2 >= endpoints)
            .then(|| Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}

/// Whether a class calls a method that it leaves open within a `try`, and returns an answer for whatever that throws.
fn answers(class: &str) -> bool {
    let answered = class.match_indices("try {").take(MOST_ATTEMPTS).filter_map(|(at, _)| {
        let tried = body(&class[at..], false);
        let rest = class[at + tried.len()..].trim_start();
        let caught = if rest.starts_with("catch") { body(rest, false) } else { "" };
        let is_answered = ["return ", ".status(", ".json("].iter().any(|word| caught.contains(word))
            && !["throw ", "next(", "instanceof"].iter().any(|word| caught.contains(word));
        is_answered.then_some(tried)
    });
    let answered: Vec<&str> = answered.collect();
    OPEN.captures_iter(class).take(MOST_OPEN).any(|open| {
        let call = format!("this.{}(", &open[1]);
        answered.iter().any(|tried| tried.contains(&call))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn controllers_that_are_made_from_one_that_answers() {
        let base = "import { failed } from './http';\n\nexport abstract class BaseController {\n  abstract execute(request: Request): Promise<Answer>;\n\n  async handle(request: Request): Promise<Answer> {\n    try {\n      return await this.execute(request);\n    } catch (error) {\n      return failed(error);\n    }\n  }\n}\n";
        let made = |name: &str| {
            format!("export class {name} extends BaseController {{\n  async execute() {{ return ok(); }}\n}}\n")
        };
        let at = |base: &str, endpoints: usize| {
            let repo = Fixture::new().file("src/base.ts", base);
            let repo = repo.file("src/add.ts", &made("Add")).file("src/list.ts", &made("List")).snapshot();
            find(&repo, endpoints).map(|place| place.lines)
        };
        assert_eq!(at(base, 3), Some(Some((3, 3))));
        assert_eq!(at(base, 8), None);
        assert_eq!(at(&base.replace("return failed(error)", "throw error"), 3), None);
        assert_eq!(at(&base.replace("await this.execute(request)", "await other(request)"), 3), None);
        assert_eq!(at(&base.replace("return failed(error)", "log(error)"), 3), None);
    }
}
