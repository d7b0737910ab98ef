//! The tasks of mise: `mise ci`, `mise run test`, followed through `mise.toml`.

use toml::Value;

use crate::Snapshot;

/// Whether a task that `words` name runs tests; `follow` judges its command lines, with their depth.
pub(super) fn runs_tests(
    repo: &Snapshot,
    words: &[&str],
    depth: usize,
    follow: fn(&Snapshot, &str, usize) -> bool,
) -> bool {
    let files = ["mise.toml", ".mise.toml", "mise/config.toml", ".config/mise.toml"];
    let Some(text) = files.iter().find_map(|path| repo.text(path)) else { return false };
    let Ok(document) = text.parse::<toml::Table>() else { return false };
    let Some(tasks) = document.get("tasks").and_then(Value::as_table) else { return false };
    let wanted = words.iter().filter(|word| !word.starts_with('-') && !matches!(**word, "run" | "r"));
    let mut open: Vec<String> = wanted.map(|word| (*word).to_owned()).collect();
    let mut seen = Vec::new();
    while let Some(name) = open.pop() {
        let Some(task) = tasks.get(&name).filter(|_| !seen.contains(&name)) else { continue };
        seen.push(name);
        let keys = [task.get("run"), task.get("depends"), task.get("depends_post")];
        let [run, depends @ ..] = keys;
        for command in run.into_iter().chain(Some(task)).flat_map(items) {
            match command {
                Value::String(line) if follow(repo, line, depth + 1) => return true,
                // `run = [{ tasks = ["lint", "test"] }]`
                Value::Table(step) => open.extend(step.get("tasks").into_iter().flat_map(names)),
                _ => {}
            }
        }
        open.extend(depends.into_iter().flatten().flat_map(names));
    }
    false
}

/// A list's items, or the value itself.
fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn names(value: &Value) -> Vec<String> {
    items(value).iter().filter_map(|name| Some(name.as_str()?.to_owned())).collect()
}
