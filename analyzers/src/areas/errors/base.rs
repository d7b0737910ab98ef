//! A class that controllers are made from, which calls what each of them does and answers what goes wrong.

use std::sync::LazyLock;

use regex::Regex;

use super::wrapper::body;
use crate::snapshot::paths::is_aside;
use crate::{Place, Snapshot};

static CLASS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t]*(?:export )?(?:default )?abstract class (\w+)").expect("a constant pattern")
});

/// What each controller does in its own way.
static OPEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^[ \t]*(?:public |protected )?abstract (?:async )?(\w+)\s*(?:<[^>\n]*>)?\(")
        .expect("a constant pattern")
});

/// Where that class is, if the controllers of most of `endpoints` are made from it.
pub(super) fn find(repo: &Snapshot, endpoints: usize) -> Option<Place> {
    let is_source = |path: &str| path.ends_with(".ts") && !path.ends_with(".d.ts") && !is_aside(path);
    let files = || repo.tree().own_texts().filter(|(file, _)| is_source(&file.path));
    files().filter(|(_, text)| text.contains("abstract ") && text.contains("catch")).find_map(|(file, text)| {
        let found = CLASS.captures(text)?;
        let start = found.get(0)?.start();
        let class = body(&text[start..], false);
        let is_answered = OPEN.captures_iter(class).any(|open| answers(class, &open[1]));
        let extends = format!("extends {} ", &found[1]);
        let controllers = files().filter(|(_, text)| text.contains(&extends)).count();
        let line = 1 + text[..start].matches('\n').count() as u32;
        (is_answered && controllers > 1 && controllers * 2 >= endpoints)
            .then(|| Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}

/// Whether a class calls the method within a `try` and returns an answer for whatever that throws.
fn answers(class: &str, method: &str) -> bool {
    class.match_indices("try {").any(|(at, _)| {
        let tried = body(&class[at..], false);
        let rest = class[at + tried.len()..].trim_start();
        let caught = if rest.starts_with("catch") { body(rest, false) } else { "" };
        tried.contains(&format!("this.{method}("))
            && ["return ", ".status(", ".json("].iter().any(|word| caught.contains(word))
            && !["throw ", "next(", "instanceof"].iter().any(|word| caught.contains(word))
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
