//! A class that controllers are made from, which calls what each of them does and answers what goes wrong.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::wrapper::{body, is_cut, leave};
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
    let mut candidates = could.filter_map(|(file, text)| {
        let found = CLASS.captures(text)?;
        let start = found.get(0)?.start();
        let line = 1 + text[..start].matches('\n').count() as u32;
        let class = body(&text[start..], false);
        let (does, is_whole) = answers(class);
        if !does && (!is_whole || is_cut(class, &text[start..])) {
            leave(repo, &file.path);
        }
        does.then(|| (file, format!("extends {} ", &found[1]), line))
    });
    let found = candidates.by_ref().take(MOST_CANDIDATES).find_map(|(file, extends, line)| {
        let controllers = files().filter(|(_, text)| text.contains(&extends)).count();
        (controllers > 1 && controllers * 2 >= endpoints)
            .then(|| Place::lines(repo.head(), file.path.as_str(), line, line))
    });
    if found.is_none()
        && let Some((file, ..)) = candidates.next()
    {
        leave(repo, &file.path);
    }
    found
}

/// Whether a class calls a method that it leaves open within a `try`, and returns an answer for whatever that throws; and
/// whether all of it was asked.
fn answers(class: &str) -> (bool, bool) {
    let mut attempts = class.match_indices("try {");
    let answered = attempts.by_ref().take(MOST_ATTEMPTS).filter_map(|(at, _)| {
        let tried = body(&class[at..], false);
        let rest = class[at + tried.len()..].trim_start();
        let caught = if rest.starts_with("catch") { body(rest, false) } else { "" };
        let is_answered = ["return ", ".status(", ".json("].iter().any(|word| caught.contains(word))
            && !["throw ", "next(", "instanceof"].iter().any(|word| caught.contains(word));
        is_answered.then_some(tried)
    });
    let answered: Vec<&str> = answered.collect();
    let mut open = OPEN.captures_iter(class);
    let does = open.by_ref().take(MOST_OPEN).any(|open| {
        let call = format!("this.{}(", &open[1]);
        answered.iter().any(|tried| tried.contains(&call))
    });
    (does, attempts.next().is_none() && open.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn classes_that_are_not_read_to_their_end_are_told() {
        let told = |open: usize, attempts: usize, padding: usize| {
            let open: String = (0..open).map(|at| format!("  abstract m{at}(): void;\n")).collect();
            let tried = "    try { f(); } catch (error) { return failed(error); }\n".repeat(attempts);
            let padding = "x".repeat(padding);
            let text =
                format!("export abstract class Base {{\n{open}  handle() {{\n{tried}    // {padding}\n  }}\n}}\n");
            let repo = Fixture::new().file("src/base.ts", &text).snapshot();
            find(&repo, 3);
            repo.left().len()
        };
        assert_eq!(told(9, 9, 0), 0);
        assert_eq!((told(51, 9, 0), told(9, 201, 0), told(9, 9, 20_000)), (1, 1, 1));
        let many = |classes: usize| {
            let text = "export abstract class Base {\n  abstract f(): void;\n  g() {\n    try { this.f(); } catch (e) { return failed(e); }\n  }\n}\n";
            let repo =
                (0..classes).fold(Fixture::new(), |repo, at| repo.file(&format!("src/{at}.ts"), text)).snapshot();
            find(&repo, 3);
            repo.left().len()
        };
        assert_eq!((many(50), many(51)), (0, 1));
    }

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
