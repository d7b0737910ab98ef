//! Tasks in TOML: those of mise and of cargo-make, each as the command lines that it runs.

use toml::{Table, Value};

/// The tasks of `mise.toml`; what a task depends on is a command line like any other.
pub(super) fn mise(text: &str) -> Vec<(String, Vec<String>)> {
    tasks(text, |task| {
        let steps = task.get("run").map_or(std::slice::from_ref(task), items);
        let runs = steps.iter().filter_map(|step| Some(step.as_str()?.to_owned()));
        // `run = [{ tasks = ["lint", "test"] }]`
        let nested = steps.iter().filter_map(|step| step.get("tasks")).flat_map(items);
        let needs = ["depends", "depends_post"].iter().filter_map(|key| task.get(key)).flat_map(items);
        let needs = nested.chain(needs).filter_map(|name| Some(format!("mise run {}", name.as_str()?)));
        runs.chain(needs).collect()
    })
}

/// The tasks of `Makefile.toml`.
pub(super) fn cargo_make(text: &str) -> Vec<(String, Vec<String>)> {
    tasks(text, |task| {
        let words = task.get("command").into_iter().chain(task.get("args").into_iter().flat_map(items));
        let command: Vec<&str> = words.filter_map(Value::as_str).collect();
        let script = task.get("script").into_iter().flat_map(items).filter_map(Value::as_str);
        let needs = ["dependencies", "run_task"].iter().filter_map(|key| task.get(key)).flat_map(items);
        let needs = needs.filter_map(|name| Some(format!("cargo make {}", name.as_str()?)));
        let command = (!command.is_empty()).then(|| command.join(" "));
        command.into_iter().chain(script.flat_map(str::lines).map(str::to_owned)).chain(needs).collect()
    })
}

fn tasks(text: &str, lines: impl Fn(&Value) -> Vec<String>) -> Vec<(String, Vec<String>)> {
    let root = text.parse::<Table>().unwrap_or_default();
    let tasks = root.get("tasks").and_then(Value::as_table);
    tasks.into_iter().flatten().map(|(name, task)| (name.clone(), lines(task))).collect()
}

/// A list's items, or the value itself.
fn items(value: &Value) -> &[Value] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_what_it_runs_and_what_it_needs() {
        let text = "[tasks.ci]\ndepends = [\"lint\"]\nrun = [\"pytest\", { tasks = [\"build\"] }]\n[tasks]\nup = \"flask run\"\n";
        let found = mise(text);
        assert_eq!(found[0], ("ci".to_owned(), vec!["pytest".into(), "mise run build".into(), "mise run lint".into()]));
        assert_eq!(found[1], ("up".to_owned(), vec!["flask run".into()]));
        let text = "[tasks.dev]\ncommand = \"cargo\"\nargs = [\"run\", \"--release\"]\ndependencies = [\"db\"]\n";
        assert_eq!(cargo_make(text)[0].1, ["cargo run --release", "cargo make db"]);
    }

    #[test]
    fn other_text_has_no_tasks() {
        assert!(mise("[tools]\nnode = \"22\"\n").is_empty());
        assert!(cargo_make("no: toml").is_empty());
    }
}
