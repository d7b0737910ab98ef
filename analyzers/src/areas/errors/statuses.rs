//! What a program in Python raises for its framework, and what for itself.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::Snapshot;
use crate::paths::is_aside;

/// So many answers that are chosen where they are raised are no exceptions.
const MANY: usize = 10;

/// Whether answers are chosen where they are raised (`raise HTTPException(404)`), and that oftener than errors are raised
/// which anything else may answer.
pub(super) fn are_raised_more(repo: &Snapshot) -> bool {
    static RAISED: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^[ \t]+raise (?:\w+\.)*(\w+)\("));
    let files = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".py") && !is_aside(&file.path));
    let raised = files.flat_map(|(_, text)| RAISED.captures_iter(text));
    let (mut of_statuses, mut of_others) = (0, 0);
    for found in raised {
        match &found[1] {
            "HTTPException" => of_statuses += 1,
            // A programmer's mistake.
            "NotImplementedError" | "AssertionError" => {}
            _ => of_others += 1,
        }
    }
    of_statuses >= MANY && of_statuses > of_others
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::narrow::tests::handling;

    #[test]
    fn answers_that_are_raised_for_fastapi_do_not_come_to_a_handler_of_ones_own() {
        let of = |statuses: usize, handled: &str| {
            let routes: String = (0..statuses)
                .map(|at| format!("@app.get('/{at}')\ndef r{at}():\n    if b():\n        raise HTTPException(404)\n    raise Missing()\n"))
                .collect();
            let app = format!(
                "from fastapi import FastAPI, HTTPException\napp = FastAPI()\nclass Failed(Exception): pass\nclass Missing(Failed): pass\n@app.exception_handler({handled})\ndef failed(request, error):\n    return JSONResponse({{}}, 500)\n{routes}"
            );
            handling(&[("app.py", &app.replacen("    raise Missing()\n", "    pass\n", 3))])
        };
        assert_eq!(of(12, "Failed"), "partial");
        assert_eq!(of(12, "Exception"), "central");
        assert_eq!(of(4, "Failed"), "central");
    }
}
