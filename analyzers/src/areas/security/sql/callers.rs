//! What callers put into a parameter that becomes SQL, in C#: a layer between controllers and the data writes the fields
//! of a request into a condition, and hands it on as a text.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::expression;
use super::names::declares;
use super::trace::leave;
use crate::Snapshot;
use crate::areas::api::Surface;
use crate::code::{CodeMatch, Language, pattern};
use crate::paths::is_aside;

/// So many callers of a function are looked at, of those that may write a request into a text.
const MOST: usize = 200;

/// The head of a method, with its name and what it takes.
static METHOD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)^[ \t]*(?:public|internal|protected|private)\s[^\n;={}()]*?\b(?P<name>\w+)\s*\((?P<list>[^\n;{}]*)\)")
});

/// A member between the quotes of SQL: `like '" + user.Name + "'`, `= '{user.Name}'`.
static QUOTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"'%?(?:\{|"\s*\+\s*)(?P<owner>\w+)\.(?P<member>\w+)(?:\}|\s*\+)"#));

/// Whether what `hole` at `place` is given comes from a request, by way of a caller that writes it into a text.
pub(super) fn hand_over_a_request(repo: &Snapshot, hole: &str, place: &CodeMatch) -> bool {
    let Some((function, index)) = parameter(repo, hole, place) else { return false };
    let called = format!(".{function}(");
    let writing = sources(repo).filter(|(_, text)| text.contains(&called) && QUOTED.is_match(text));
    let mut callers = writing.flat_map(|(path, text)| text.match_indices(&called).map(move |it| (path, text, it.0)));
    let hands_over = callers.by_ref().take(MOST).any(|(path, text, at)| {
        let given = given(&text[at + called.len() - 1..]).get(index).copied().unwrap_or_default();
        let Some(method) = METHOD.captures_iter(&text[..at]).last().filter(|_| path != &*place.path) else {
            return false;
        };
        let head = method.get(0).map_or(0, |head| head.end());
        let taken = expression::arguments(&method["list"]);
        let is_taken = |name: &str| taken.iter().any(|parameter| declares(parameter, name, Language::CSharp));
        added(given, &text[head..at])
            .flat_map(|line| QUOTED.captures_iter(line))
            .any(|found| is_taken(&found["owner"]) && is_text(repo, &found["member"]))
            && is_called_by_a_controller(repo, &method["name"])
    });
    if !hands_over && callers.next().is_some() {
        leave(repo, &place.path);
    }
    hands_over
}

/// The name of the function around `place` that takes `name`, and as which parameter.
fn parameter(repo: &Snapshot, name: &str, place: &CodeMatch) -> Option<(String, usize)> {
    let text = repo.text(&place.path)?;
    place.functions.iter().rev().find_map(|function| {
        let list = function.parameters.clone()?;
        let taken = expression::arguments(text.get(list.clone())?);
        let index = taken.iter().position(|parameter| declares(parameter, name, Language::CSharp))?;
        let head = text.get(function.bytes.start..list.start)?.trim_end();
        let start = head.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |at| at + 1);
        Some((head[start..].to_owned(), index))
    })
}

/// The lines that set `name` or add to it, unless it doubles the quotes of what it writes.
fn added<'a>(name: &'a str, text: &'a str) -> impl Iterator<Item = &'a str> {
    text.lines().filter(move |line| {
        let rest = line.trim_start().trim_start_matches("string ").trim_start_matches("var ").strip_prefix(name);
        let sets = rest.is_some_and(|rest| rest.trim_start().starts_with("+=") || rest.trim_start().starts_with('='));
        !name.is_empty() && sets && !line.contains(".Replace(") && !line.contains("Escape")
    })
}

/// What a call is given whose list begins `text`.
fn given(text: &str) -> Vec<&str> {
    expression::arguments(text.split(';').next().unwrap_or_default())
}

/// Whether some class has a text of that name.
fn is_text(repo: &Snapshot, member: &str) -> bool {
    let forms = [format!("string {member} "), format!("string? {member} ")];
    sources(repo).any(|(_, text)| forms.iter().any(|form| text.contains(form)))
}

/// Whether a file with routes hands what it takes itself to a function of that name.
fn is_called_by_a_controller(repo: &Snapshot, name: &str) -> bool {
    let files: BTreeSet<&str> = Surface::of(repo).endpoints.iter().map(|it| it.file.as_str()).collect();
    let called = format!(".{name}(");
    files.iter().filter_map(|path| Some((path, repo.text(path)?))).any(|(path, text)| {
        let mut calls = text.match_indices(&called);
        let hands_on = calls.by_ref().take(MOST).any(|(at, _)| {
            let given = given(&text[at + called.len() - 1..]);
            let method = METHOD.captures_iter(&text[..at]).last();
            let taken = method.as_ref().map(|method| expression::arguments(&method["list"])).unwrap_or_default();
            given.iter().any(|given| taken.iter().any(|parameter| declares(parameter, given, Language::CSharp)))
        });
        if !hands_on && calls.next().is_some() {
            leave(repo, path);
        }
        hands_on
    })
}

fn sources(repo: &Snapshot) -> impl Iterator<Item = (&str, &str)> {
    let own = repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".cs") && !is_aside(&file.path));
    own.map(|(file, text)| (file.path.as_str(), text))
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{self, NotMet, Partly};
    use crate::Snapshot;
    use crate::areas::security::sql::finding;
    use crate::snapshot::fixture::Fixture;

    fn of(written: &str, handed: &str) -> Outcome {
        finding(&program(written, handed, 0)).outcome()
    }

    /// One whose service calls that function so often before.
    fn program(written: &str, handed: &str, before: usize) -> Snapshot {
        let before = "        _data.Search(\"\");\n".repeat(before);
        let data = "public class UserData\n{\n    public List<User> Search(string where, Connection c = null)\n    {\n        return c.Query<User>(\"call Shop.SearchUser( '\" + where + \"')\").ToList();\n    }\n}\n";
        let service = format!(
            "public class UserService\n{{\n    public List<User> SearchUsers(User mod)\n    {{\n        string where = \" Where 1=1\";\n{before}        where += {written};\n        return _data.Search(where);\n    }}\n}}\n"
        );
        let controller = format!(
            "[ApiController]\n[Route(\"users\")]\npublic class UsersController : ControllerBase\n{{\n    [HttpPost(\"search\")]\n    public ActionResult Find(User user)\n    {{\n        return Ok(_service.SearchUsers({handed}));\n    }}\n}}\n"
        );
        let model = "public class User\n{\n    public int Id { get; set; }\n    public string Name { get; set; }\n}\n";
        let repo = Fixture::new().file("Data/UserData.cs", data).file("Services/UserService.cs", &service);
        let repo = repo.file("Controllers/UsersController.cs", &controller).file("Models/User.cs", model);
        repo.snapshot()
    }

    #[test]
    fn callers_that_are_not_looked_at_are_told() {
        let told = |before: usize| {
            let repo = program("$\" AND Name like '\" + mod.Name + \"'\"", "user", before);
            (finding(&repo).outcome(), repo.left().len())
        };
        assert_eq!((told(199), told(200)), ((NotMet, 0), (Partly, 1)));
    }

    #[test]
    fn a_layer_between_that_writes_fields_of_a_request_into_a_condition() {
        let name = "$\" AND Name like '\" + mod.Name + \"'\"";
        assert_eq!(of(name, "user"), NotMet);
        assert_eq!(of("$\" AND Name = '{mod.Name}'\"", "user"), NotMet);
        assert_eq!(of(name, "new User()"), Partly);
        assert_eq!(of("$\" AND Id = '{mod.Id}'\"", "user"), Partly, "a number");
        assert_eq!(of("$\" AND Name = '{mod.Name.Replace(\"'\", \"''\")}'\"", "user"), Partly);
        assert_eq!(of("\" AND Name = 'a'\"", "user"), Partly);
    }
}
