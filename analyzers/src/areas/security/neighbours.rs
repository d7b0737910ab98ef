//! Records that are looked up by their number alone, where others of the same file go through their owner.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::marks;
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// How a language of the web looks records up: through their owner, and by their number alone.
struct Form {
    extension: &'static str,
    /// Sign that a file has such lookups at all.
    needs: &'static str,
    owner: Regex,
    number: Regex,
}

static FORMS: LazyLock<Vec<Form>> = LazyLock::new(|| {
    let form = |extension, needs, owner: &str, number: &str| Form {
        extension,
        needs,
        owner: pattern(owner),
        number: pattern(number),
    };
    vec![
        form(".rb", "current_user.", r"\bcurrent_user\.([a-z_]+)", r"\b([A-Z]\w*)\.find\(params\[:id\]\)"),
        form(".php", "user()->", r"user\(\)->(\w+)\(\)", r"\b([A-Z]\w*)::find(?:OrFail)?\(\$id\)"),
        form(
            ".py",
            "request.user",
            r"\b([A-Z]\w*)\.objects\.filter\([^)\n]*\b(?:user|owner|author)\s*=\s*(?:self\.)?request\.user\b",
            r"\b([A-Z]\w*)\.objects\.get\((?:pk|id)=\w+\)",
        ),
    ]
});

/// Words that say that somebody asks further down, whose record it is.
const ASKS: &[&str] = &[
    "authorize",
    "olicy",
    "== current_user",
    "!= current_user",
    "current_user.id",
    "user_id ==",
    "user_id !=",
    "cannot(",
    "PermissionDenied",
    "permission_classes",
];

/// What changes a record.
const CHANGES: &[&str] = &[".update(", ".destroy", ".delete", ".save", "->update(", "->delete(", "->save(", "->fill("];

/// The places.
pub(super) fn by_number_alone(repo: &Snapshot) -> Vec<Place> {
    let mut places = Vec::new();
    let texts = repo.tree().own_texts();
    for (file, text) in texts.filter(|(file, _)| !is_aside(&file.path) && !is_run_by_staff(&file.path)) {
        let Some(form) = FORMS.iter().find(|form| file.path.ends_with(form.extension) && text.contains(form.needs))
        else {
            continue;
        };
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(ASKS) || !has(CHANGES) {
            continue;
        }
        let owned: Vec<String> = form.owner.captures_iter(text).map(|found| singular(&found[1])).collect();
        for found in form.number.captures_iter(text).filter(|found| owned.contains(&singular(&found[1]))) {
            let before = &text[..found.get(0).map_or(0, |whole| whole.start())];
            let line = before.matches('\n').count() as u32 + 1;
            places.push(Place::lines(repo.head(), file.path.as_str(), line, line));
        }
    }
    places
}

/// Whoever runs the program reaches what everybody owns.
fn is_run_by_staff(path: &str) -> bool {
    marks::is_for_operators(path) || path.split(['/', '_', '.']).any(|part| part.eq_ignore_ascii_case("admin"))
}

/// `Expense`, `expenses` and `expense` as one.
fn singular(name: &str) -> String {
    let name = name.to_lowercase().replace('_', "");
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => name.strip_suffix('s').unwrap_or(&name).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn what_goes_past_the_owner_is_found_beside_what_does_not() {
        let lines = |path: &str, text: &str| {
            let places = by_number_alone(&Fixture::new().file(path, text).snapshot());
            places.iter().filter_map(|place| place.lines).map(|lines| lines.0).collect::<Vec<_>>()
        };
        let ruby = "class A\n  def index\n    current_user.expenses\n  end\n  def update\n    Expense.find(params[:id]).update(a: 1)\n  end\nend\n";
        assert_eq!(lines("app/controllers/a_controller.rb", ruby), [6]);
        assert!(
            lines("app/controllers/a_controller.rb", &ruby.replace("current_user.expenses", "Expense.all")).is_empty()
        );
        assert!(
            lines("app/controllers/a_controller.rb", &ruby.replace("def update", "def update # authorize")).is_empty()
        );
        assert!(lines("app/admin/expenses_admin.rb", ruby).is_empty());
        let php = "<?php\n$request->user()->orders();\nOrder::findOrFail($id)->delete();\nShop::find($id);\n";
        assert_eq!(lines("app/Http/Controllers/A.php", php), [3]);
        let python =
            "def f(request, pk):\n    Note.objects.filter(owner=request.user)\n    Note.objects.get(pk=pk).delete()\n";
        assert_eq!(lines("notes/views.py", python), [3]);
    }
}
