//! A script that a start names, and that lies in a folder into which no step goes.

use super::Steps;
use super::examples::elsewhere;
use super::gaps::Gap;

/// The script of every start, where none is where a start looks for it.
pub(super) fn misplaced(steps: &Steps<'_>) -> Option<Gap> {
    let working = steps.start.iter().filter(|(_, command)| command.missing.is_none());
    // Another start may do.
    let found: Option<Vec<_>> = working
        .map(|(document, command)| {
            let script = script(&command.text)?;
            Some((document, command, script, elsewhere(steps.repo, document, script)?))
        })
        .collect();
    let (document, command, script, folder) = *found.as_ref()?.first()?;
    Some(Gap {
        what: format!("`{}` looks for `{script}` where it is not, but in the folder `{folder}`", command.text),
        place: Some(document.at(steps.repo, command.line)),
        remedy: format!("Add `cd {folder}` before the step, or correct its path in {}.", document.path),
    })
}

/// The script that a command gives to an interpreter: `python app.py`.
fn script(command: &str) -> Option<&str> {
    const INTERPRETERS: &[&str] = &["python", "python3", "py", "node", "nodemon", "ruby", "php", "ts-node", "tsx"];
    const ENDS: &[&str] = &[".py", ".js", ".mjs", ".ts", ".rb", ".php"];
    let mut words = command.split_whitespace();
    words.next().filter(|program| INTERPRETERS.contains(program))?;
    let script = words.next()?.trim_start_matches("./");
    let is_plain = script.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/'));
    (is_plain && ENDS.iter().any(|end| script.ends_with(end)) && !script.starts_with(['/', '-', '.'])).then_some(script)
}

#[cfg(test)]
mod tests {
    use super::super::examine;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_start_looks_for_its_script_where_it_is() {
        let of = |steps: &str, files: &[(&str, &str)]| {
            let readme = format!("# Shop\n\n    pip install -r requirements.txt\n    {steps}\n");
            let code = "from flask import Flask\napp = Flask(__name__)\n@app.get('/a')\ndef a():\n    return {}\n";
            let repo = Fixture::new().file("requirements.txt", "flask\n").file("code/app.py", code);
            let repo = files.iter().fold(repo, |repo, (path, text)| repo.file(path, text));
            let finding = examine(&repo.file("README.md", &readme).snapshot());
            (finding.outcome(), finding.summary().to_owned())
        };
        let (found, summary) = of("python app.py", &[]);
        assert_eq!(found, Outcome::Partly, "{summary}");
        assert!(
            summary.contains("`python app.py` looks for `app.py` where it is not, but in the folder `code`"),
            "{summary}"
        );
        for steps in ["cd code && python app.py", "python code/app.py", "python app.py\n    flask --app code.app run"] {
            assert_eq!(of(steps, &[]).0, Outcome::Met, "{steps}");
        }
        assert_eq!(of("python app.py", &[("app.py", "import code.app\n")]).0, Outcome::Met);
    }
}
