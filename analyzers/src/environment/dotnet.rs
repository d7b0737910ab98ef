//! Settings that a program of ASP.NET asks its configuration for by key, and files that it can't start without.

use std::sync::LazyLock;

use regex::Regex;

use super::Spot;
use super::reads::is_test;
use super::settings::{LeftOut, Open, Written, blocks, documented, is_set, written};
use crate::Snapshot;
use crate::code::pattern;
use crate::documents::Documents;
use crate::paths;

/// A key that code asks for.
struct Asked {
    key: String,
    place: Spot,
    /// Whether the code goes on with something else where there is no value.
    has_other: bool,
}

/// Keys that the code can't do without, and that no file of settings names, where there is such a file.
pub(super) fn open(repo: &Snapshot, written: &[Written<'_>]) -> Vec<Open> {
    if !written.iter().any(|it| paths::name(it.path).starts_with("appsettings.")) {
        return Vec::new();
    }
    let is_named = |key: &str| {
        let (key, section) = (key.to_ascii_lowercase(), format!("{}:", key.to_ascii_lowercase()));
        written.iter().map(|it| it.key.to_ascii_lowercase()).any(|it| it == key || it.starts_with(&section))
    };
    let mut open: Vec<Open> = Vec::new();
    for Asked { key, place, has_other } in asked(repo) {
        let is_known = open.iter().any(|it| it.key.eq_ignore_ascii_case(&key));
        if !has_other && !is_known && !is_named(&key) && !is_set(repo, &key) {
            let documented = documented(repo, &key);
            open.push(Open { key, place, documented, is_empty: true });
        }
    }
    open
}

/// The keys that the code asks for, where the files of settings or the code itself have a value for each.
pub(crate) fn given(repo: &Snapshot) -> Vec<String> {
    let (asked, written) = (asked(repo), written(repo));
    let has_value = |it: &Asked| {
        it.has_other || is_set(repo, &it.key) || written.iter().any(|other| other.key.eq_ignore_ascii_case(&it.key))
    };
    if !asked.iter().all(has_value) {
        return Vec::new();
    }
    let mut keys: Vec<String> = asked.into_iter().map(|it| it.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// `Configuration["Jwt:Key"]`, `GetValue<string>("Jwt:Key")` and `GetConnectionString("Shop")`.
fn asked(repo: &Snapshot) -> Vec<Asked> {
    static ASKED: LazyLock<Regex> = LazyLock::new(|| {
        pattern(concat!(
            r#"(?:\b(?P<connection>GetConnectionString)\(\s*"(?P<name>\w+)"\s*\)"#,
            r#"|(?i:\b_?config(?:uration)?)\[\s*"(?P<key>\w+(?::\w+)+)"\s*\]!?"#,
            r#"|\.GetValue<(?:string\??|Uri)>\(\s*"(?P<value>\w+(?::\w+)+)"\s*\)!?)"#,
            // What is used instead is a value, an error is none; what is set or compared may be missing.
            r"(?P<rest>\s*(?:\?\?\s*(?P<word>\w+)?|\?\.|[=!]=|=|is\b))?"
        ))
    });
    let may_ask = |text: &str| ["onfig", "GetValue<", "GetConnectionString("].iter().any(|it| text.contains(it));
    let sources = repo.tree().own_texts().filter(|(file, text)| {
        file.path.ends_with(".cs") && may_ask(text) && !is_test(&file.path) && !paths::is_aside(&file.path)
    });
    sources
        .flat_map(|(file, text)| {
            ASKED.captures_iter(text).filter_map(move |found| {
                let start = found.get(0)?.start();
                let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
                let before = text[line_start..start].trim_start();
                // Who asks first whether there is one goes on without.
                let is_tried =
                    ["TryParse(", "IsNullOrEmpty(", "IsNullOrWhiteSpace("].iter().any(|it| before.contains(it));
                let key = match (found.name("connection"), found.name("name")) {
                    (Some(_), Some(name)) => format!("ConnectionStrings:{}", name.as_str()),
                    _ => found.name("key").or_else(|| found.name("value"))?.as_str().to_owned(),
                };
                let has_other = is_tried
                    || found.name("rest").is_some() && found.name("word").is_none_or(|it| it.as_str() != "throw");
                let line = text[..start].matches('\n').count() as u32 + 1;
                let place = Spot { path: file.path.clone(), line };
                (!before.starts_with("//")).then_some(Asked { key, place, has_other })
            })
        })
        .collect()
}

/// Whether a file shows what is to stand in one of settings: `appsettings.Example.json`, `appsettings.json.sample`.
pub(super) fn is_example(path: &str) -> bool {
    let lower = paths::name(path).to_ascii_lowercase();
    lower.starts_with("appsettings.") && lower.split(['.', '-', '_']).any(is_word_for_example)
}

fn is_word_for_example(word: &str) -> bool {
    matches!(word, "example" | "sample" | "template" | "dist")
}

/// The line of an example file that shows a key.
pub(super) fn shown(repo: &Snapshot, key: &str) -> Option<Spot> {
    repo.tree().own_texts().filter(|(file, _)| is_example(&file.path)).find_map(|(file, text)| {
        let (line, ..) = blocks(text, ":").into_iter().find(|(_, it, _)| it.eq_ignore_ascii_case(key))?;
        Some(Spot { path: file.path.clone(), line })
    })
}

/// A file that the code asks for by name, that it does not start without, and that a list keeps out of the repository.
pub(super) fn left_out(repo: &Snapshot) -> Option<LeftOut> {
    static NEEDED: LazyLock<Regex> =
        LazyLock::new(|| pattern(r#"\.AddJsonFile\(\s*"(?P<file>[\w./-]+\.json)"\s*(?P<more>[^)]*)\)"#));
    let texts = || repo.tree().own_texts().filter(|(file, _)| !is_test(&file.path));
    let needed = texts().filter(|(file, _)| file.path.ends_with(".cs")).find_map(|(_, text)| {
        NEEDED.captures_iter(text).find_map(|found| {
            let name = paths::name(found.name("file")?.as_str()).to_owned();
            let is_there = repo.tree().files().iter().any(|file| file.name() == name);
            let may_be_missing =
                found["more"].replace("optional:", "").trim_start_matches([',', ' ']).starts_with("true");
            (!is_there && !may_be_missing).then_some(name)
        })
    })?;
    let lists = texts().filter(|(file, _)| file.name() == ".gitignore");
    let (list, line) = lists
        .flat_map(|(file, text)| (1..).zip(text.lines()).map(move |(number, line)| (file, number, line.trim())))
        .find(|(.., line)| paths::name(line) == needed && !line.starts_with(['#', '!']))
        .map(|(file, number, _)| (file, number))?;
    let named = Documents::of(repo).all().iter().find_map(|document| {
        let line = document.code.iter().chain(&document.prose).find(|line| line.text.contains(&needed))?;
        Some(Spot { path: document.path.clone(), line: line.line })
    });
    let shown = example_of(repo, &needed);
    let ignored = Spot { path: list.path.clone(), line };
    Some(LeftOut { file: needed, ignored, shown, named })
}

/// The example of a file of that name: `appsettings.Example.Secrets.json` of `appsettings.Secrets.json`.
pub(super) fn example_of(repo: &Snapshot, name: &str) -> Option<Spot> {
    let without_word = |name: &str| {
        let lower = name.to_ascii_lowercase();
        lower.split('.').filter(|word| !is_word_for_example(word)).collect::<Vec<_>>().join(".")
    };
    let is_one = |other: &str| !other.eq_ignore_ascii_case(name) && without_word(other).eq_ignore_ascii_case(name);
    let (file, _) = repo.tree().own_texts().find(|(file, _)| is_one(file.name()))?;
    Some(Spot { path: file.path.clone(), line: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::environment::settings;
    use crate::snapshot::fixture::Fixture;

    fn repo(code: &str, files: &[(&str, &str)]) -> Snapshot {
        let all = Fixture::new().file("Program.cs", code);
        files.iter().fold(all, |all, (path, text)| all.file(path, text)).snapshot()
    }

    fn open_keys(code: &str, files: &[(&str, &str)]) -> Vec<(String, bool)> {
        let open = settings::open(&repo(code, files));
        open.into_iter().map(|it| (it.key, it.documented.is_some())).collect()
    }

    #[test]
    fn a_key_without_a_value_anywhere_is_open() {
        let settings = ("appsettings.json", "{\n  \"Jwt\": {\n    \"Issuer\": \"shop\"\n  }\n}\n");
        let key = |code: &str| open_keys(code, &[settings]).into_iter().map(|(key, _)| key).collect::<Vec<_>>();
        assert_eq!(key("var a = builder.Configuration[\"JWT:Key\"];\n"), ["JWT:Key"]);
        assert_eq!(key("_key = configuration[\"Ai:Key\"] ?? throw new Error();\n"), ["Ai:Key"]);
        assert_eq!(key("var a = config.GetValue<string>(\"Ai:Key\");\n"), ["Ai:Key"]);
        for code in [
            "var a = builder.Configuration[\"JWT:Issuer\"];\n",
            "var a = configuration[\"Ai:Model\"] ?? \"small\";\n",
            "var a = config.GetValue<bool>(\"Ai:On\");\n",
            "var a = config.GetValue<string>(\"Ai:Model\", \"small\");\n",
            "if (configuration[\"Ai:On\"] == \"true\") {}\n",
            "if (int.TryParse(configuration[\"Ai:Size\"], out var size)) {}\n",
            "// configuration[\"Ai:Key\"]\n",
        ] {
            assert_eq!(key(code), [""; 0], "{code}");
        }
    }

    #[test]
    fn an_example_file_gives_no_value_and_shows_what_is_meant() {
        let code = "var a = builder.Configuration[\"Jwt:Key\"];\n";
        let shown = "{\n  \"Jwt\": {\n    \"Key\": \"example\"\n  }\n}\n";
        let none = ("appsettings.json", "{\n  \"AllowedHosts\": \"*\"\n}\n");
        assert_eq!(open_keys(code, &[none]), [("Jwt:Key".to_owned(), false)]);
        let example = ("appsettings.Example.json", shown);
        assert_eq!(open_keys(code, &[none, example]), [("Jwt:Key".to_owned(), true)]);
        assert_eq!(open_keys(code, &[none, ("appsettings.Development.json", shown)]), []);
    }

    #[test]
    fn what_is_empty_in_a_connection_or_signs_tokens_is_open() {
        let settings = "{\n  \"Data\":\n  {\n    \"Path\": \"\"\n  },\n  \"ConnectionStringsData\":\n  {\n    \"Shop\":\n    {\n      \"Server\": \"\"\n    }\n  },\n  \"Tokens\": {\n    \"Secret\": \"\"\n  }\n}\n";
        let keys = open_keys("", &[("appsettings.json", settings)]);
        let keys: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["ConnectionStringsData:Shop:Server", "Tokens:Secret"]);
    }

    #[test]
    fn a_file_that_is_asked_for_and_ignored_is_left_out() {
        let of = |more: &str, files: &[(&str, &str)]| {
            let ignored = (".gitignore", "bin/\n**/appsettings.Secrets.json\n");
            let code = format!("builder.Configuration.AddJsonFile(\"appsettings.Secrets.json\"{more});\n");
            left_out(&repo(&code, &[files, &[ignored]].concat())).map(|it| it.shown.is_some())
        };
        assert_eq!(of("", &[]), Some(false));
        assert_eq!(of(", optional: false", &[]), Some(false));
        assert_eq!(of(", optional: true, reloadOnChange: true", &[]), None);
        assert_eq!(of("", &[("appsettings.Secrets.json", "{}\n")]), None);
        assert_eq!(of("", &[("appsettings.Secrets.Example.json", "{}\n")]), Some(true));
    }

    #[test]
    fn what_has_a_value_is_no_setting_to_give() {
        let settings = ("appsettings.json", "{\n  \"Jwt\": {\n    \"Key\": \"shop\"\n  }\n}\n");
        assert_eq!(given(&repo("var a = Configuration[\"Jwt:Key\"];\n", &[settings])), ["Jwt:Key"]);
        assert_eq!(given(&repo("var a = Configuration[\"Ai:Key\"];\n", &[settings])), [""; 0]);
        assert_eq!(given(&repo("var a = Configuration[\"Ai:Key\"];\n", &[])), [""; 0]);
    }
}
