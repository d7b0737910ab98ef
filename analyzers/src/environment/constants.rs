//! Names of variables that code gives to its functions by a constant.

use crate::Snapshot;
use crate::code::{CodeMatch, string_literal};
use crate::paths;

use super::reads::{is_name, is_name_of_dotnet, is_test};

/// The text of the constant that a read names, in its file or in another one of that language.
pub(super) fn value(repo: &Snapshot, read: &CodeMatch, name: &str) -> Option<String> {
    let is_joint = |c: char| matches!(c, '.' | ':');
    let (qualifier, last) = match name.rsplit_once(is_joint) {
        Some((qualifier, last)) => (qualifier.rsplit(is_joint).find(|part| !part.is_empty()), last.trim()),
        None => (None, name.trim()),
    };
    if last.is_empty() || !last.chars().all(is_part) {
        return None;
    }
    let of_line = |line| of_line(line, last, qualifier.is_some());
    let here = repo.text(&read.path).unwrap_or_default().lines().find_map(of_line);
    here.or_else(|| elsewhere(repo, read, qualifier, last))
}

/// A constant of another file: one whose name is in capitals, one that is called by the name of what holds it, or one of
/// the same package of Go.
fn elsewhere(repo: &Snapshot, read: &CodeMatch, qualifier: Option<&str>, last: &str) -> Option<String> {
    let extension = read.path.rsplit('.').next()?;
    let is_of_all = is_name(last) || qualifier.is_some_and(|it| !matches!(it, "self" | "this" | "cls"));
    if !is_of_all && extension != "go" {
        return None;
    }
    let may_have_it = |path: &str| {
        path.rsplit('.').next() == Some(extension)
            && !is_test(path)
            && (is_of_all || paths::folder(path) == paths::folder(&read.path))
    };
    let is_variable = |value: &String| is_name(value) || &*read.rule == "env.csharp.read" && is_name_of_dotnet(value);
    let texts = repo.tree().own_texts().filter(|(file, text)| may_have_it(&file.path) && text.contains(last));
    // What it is called by is a class or a module, but may be one of another name within a file.
    let texts = texts.filter(|(file, text)| {
        is_name(last) || qualifier.is_none_or(|holder| text.contains(holder) || file.path.contains(holder))
    });
    texts
        .flat_map(|(_, text)| text.lines())
        .filter(|line| declares(line, last))
        .find_map(|line| of_line(line, last, qualifier.is_some()).filter(is_variable))
}

/// Whether a line declares a constant, or a member of what holds several: `API_KEY = "x"`, `apiKey: "x"`.
fn declares(line: &str, name: &str) -> bool {
    const WORDS: &[&str] = &["const ", "static ", "val ", "define(", "final ", "readonly "];
    let opens = || line.trim_start().strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['=', ':']));
    WORDS.iter().any(|word| line.contains(word)) || opens()
}

/// The text that a line gives a name.
fn of_line(line: &str, name: &str, is_member: bool) -> Option<String> {
    line.match_indices(name).find_map(|(at, _)| {
        let rest = &line[at + name.len()..];
        if line[..at].ends_with(is_part) || rest.starts_with(is_part) {
            return None;
        }
        let after = |mark: char| {
            let (between, value) = rest.split_once(mark)?;
            let is_near = between.len() <= 20 && !between.contains('(');
            let value = value.trim().trim_end_matches([';', ',']);
            string_literal(value).filter(|_| is_near).map(str::to_owned)
        };
        after('=').or_else(|| after(':').filter(|_| is_member))
    })
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use crate::environment::Environment;
    use crate::snapshot::fixture::Fixture;

    fn names(files: &[(&str, &str)]) -> Vec<String> {
        let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text)).snapshot();
        Environment::of(&repo).read().iter().map(|variable| variable.name.clone()).collect()
    }

    #[test]
    fn a_constant_of_another_class_is_followed() {
        let keys = "static class Keys\n{\n    public const string LoginOn = \"LOGIN_ON\";\n    public const string Login = \"LOGIN\";\n    public const string Url = \"SHOP_URL\";\n    public const string Title = \"the title\";\n}\n";
        let code = "class A\n{\n    string a = Environment.GetEnvironmentVariable(Keys.Login);\n    string b = builder.Configuration[Keys.Url];\n    bool c = configuration.GetValue<bool>(Keys.LoginOn, false);\n    string d = Environment.GetEnvironmentVariable(Other.Login2);\n}\n";
        assert_eq!(names(&[("Keys.cs", keys), ("A.cs", code)]), ["LOGIN", "LOGIN_ON", "SHOP_URL"]);
        let keys = "export const Keys = {\n  shopUrl: 'SHOP_URL',\n};\n";
        let read = "import { Keys } from './keys';\nconst a = process.env[Keys.shopUrl];\n";
        assert_eq!(names(&[("keys.ts", keys), ("a.ts", read)]), ["SHOP_URL"]);
    }

    #[test]
    fn a_constant_of_the_same_package_of_go_is_followed() {
        let keys = "package shop\n\nconst envUrl = \"SHOP_URL\"\n";
        let code = "package shop\n\nimport \"os\"\n\nfunc url() string { return os.Getenv(envUrl) }\n";
        assert_eq!(names(&[("shop/keys.go", keys), ("shop/url.go", code)]), ["SHOP_URL"]);
        assert_eq!(names(&[("other/keys.go", keys), ("shop/url.go", code)]), [""; 0]);
    }
}
