//! Node and Python: package managers, scripts of manifests and files that an interpreter runs.

use super::super::Purpose::{self, Build, Deploy, Install, Migrate, Start, Test, Tool};
use super::super::project::Project;
use super::names::{by_name, by_verb, expand, is_placeholder};
use super::{Answer, one, purposes};

pub(super) fn node(program: &str, verb: &str, noun: &str, rest: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    let global = rest.iter().any(|word| matches!(*word, "-g" | "--global")) || verb == "global";
    let named = |name: &str| -> Answer {
        let name = name.trim_end_matches([',', '.', ';', ':']);
        match project.script(name) {
            Some(lines) => Some((expand(name, lines, project, depth), None)),
            None if is_placeholder(name) || name.is_empty() => None,
            None if depth == 0 && project.has_npm => {
                Some((by_name(name).into_iter().collect(), Some(format!("script `{name}` in package.json"))))
            }
            None => Some((by_name(name).into_iter().collect(), None)),
        }
    };
    match verb {
        "install" | "i" | "ci" | "add" if global => one(Tool),
        "install" | "i" | "ci" | "add" | "clean-install" => one(Install),
        "" if program == "yarn" && rest.iter().all(|word| word.starts_with("--")) => one(Install),
        "" if program == "ni" => one(Install),
        "run" | "run-script" | "task" if noun.contains(['.', '/']) && project.script(noun).is_none() => {
            interpreter(noun, rest, project, depth)
        }
        "run" | "run-script" | "task" => named(noun),
        "test" | "t" | "tst" if program == "bun" || program == "deno" => one(Test),
        "test" | "t" | "tst" => match project.script("test") {
            Some(_) => one(Test),
            None if depth == 0 && project.has_npm => Some((vec![Test], Some("script `test` in package.json".into()))),
            None => one(Test),
        },
        "start" if project.script("start").is_none() && project.has_file("server.js") => one(Start),
        "start" => named("start"),
        "stop" | "restart" | "init" | "create" | "link" | "audit" | "update" | "exec" | "publish" | "login"
        | "version" | "lint" => None,
        // npm runs scripts of any other name only with `run`.
        _ if program == "npm" => None,
        _ if verb.ends_with(".ts") || verb.ends_with(".js") => interpreter(verb, rest, project, depth),
        _ if project.script(verb).is_some() => named(verb),
        // Programs of packages are called so as well, but by no such name.
        "dev" | "serve" | "seed" | "migrate" | "setup" if matches!(program, "yarn" | "pnpm") => named(verb),
        _ if program == "yarn" && verb.contains(':') => named(verb),
        _ => by_verb(verb, rest).map(|purpose| (vec![purpose], None)),
    }
}

pub(super) fn interpreter(file: &str, words: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    let file = file.trim_end_matches([',', ';', ':']);
    // `ruby 2.6.3` is a version that is asked for, and `ruby 2.7.2p137` what the program says of itself.
    let is_version = file.starts_with(|first: char| first.is_ascii_digit())
        && file
            .split_once('.')
            .is_none_or(|(_, rest)| rest.starts_with(|next: char| next.is_ascii_digit() || next == 'x'));
    if file.is_empty() || is_placeholder(file) || is_version {
        return None;
    }
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let purpose = match by_name(name) {
        Some(purpose @ (Test | Migrate | Deploy)) => purpose,
        Some(Install) => Migrate,
        _ => Start,
    };
    let built = ["dist/", "build/", "out/", "target/", "bin/", ".next/", ".output/", "node_modules/"]
        .iter()
        .any(|folder| file.contains(folder));
    let exists = built
        || project.has_file(file)
        || ["js", "ts", "mjs", "py", "rb"].iter().any(|extension| project.has_file(&format!("{file}.{extension}")))
        || project.has_file(&format!("{file}/index.js"));
    match (exists, depth) {
        (true, _) if purpose == Start && is_of_administration(file, words, project) => Some((Vec::new(), None)),
        (true, _) => one(purpose),
        (false, 0) if file.contains('.') => Some((vec![purpose], Some(format!("file `{file}`")))),
        _ => None,
    }
}

/// Whether a file is a tool of those who look after the project: it lies where such tools do, is not called after a start,
/// and either wants to be told something or is beside a start of another name.
fn is_of_administration(file: &str, words: &[&str], project: &Project<'_>) -> bool {
    const FOLDERS: &[&str] = &["scripts", "script", "tools", "tasks"];
    let (folder, name) = file.rsplit_once(['/', '\\']).unwrap_or(("", file));
    let has_start =
        || ["start", "dev", "serve", "server", "start:dev"].iter().any(|name| project.script(name).is_some());
    folder.split(['/', '\\']).any(|part| FOLDERS.contains(&part))
        && by_name(name) != Some(Start)
        && (words.iter().any(|word| is_placeholder(word)) || has_start())
}

pub(super) fn python(rest: &[&str], operands: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    if let Some(at) = rest.iter().position(|word| *word == "-m") {
        let module = *rest.get(at + 1)?;
        return match module {
            "venv" | "virtualenv" | "ensurepip" => one(Tool),
            "pip" if rest.contains(&"install") => one(pip(rest)),
            "pip" => None,
            "pytest" | "unittest" | "nose2" | "tox" | "nox" | "coverage" | "doctest" => one(Test),
            "alembic" => one(Migrate),
            "flask" | "http.server" | "uvicorn" | "gunicorn" | "hypercorn" | "streamlit" | "aiohttp.web"
            | "fastapi" => {
                let words: Vec<String> = rest[at + 1..].iter().map(|word| (*word).to_owned()).collect();
                if module == "http.server" { one(Start) } else { purposes(&words, project, depth) }
            }
            _ if by_name(module) == Some(Test) => one(Test),
            _ => {
                let path = module.replace('.', "/");
                let exists = project.has_file(&path) || project.has_file(&format!("{path}.py"));
                exists.then(|| (vec![if by_name(module) == Some(Migrate) { Migrate } else { Start }], None))
            }
        };
    }
    let file = operands.first()?;
    if file.ends_with("manage.py") {
        let purpose = match *operands.get(1)? {
            "runserver" | "runserver_plus" | "run" | "start" | "runsslserver" | "rundev" => Start,
            "test" | "tests" => Test,
            "migrate" | "makemigrations" | "loaddata" | "createsuperuser" | "db" | "create_db" | "seed" | "syncdb"
            | "upgrade" | "seed_db" => Migrate,
            "collectstatic" => Build,
            _ => return None,
        };
        let missing = (depth == 0 && !project.has_file(file)).then(|| format!("file `{file}`"));
        return Some((vec![purpose], missing));
    }
    match (*file, operands.get(1).copied()) {
        // A manager of Flask's by any name.
        (_, Some("db")) if matches!(operands.get(2), Some(&("init" | "migrate" | "upgrade"))) => one(Migrate),
        ("setup.py", Some("test")) => one(Test),
        ("setup.py", _) => one(Install),
        _ if file.ends_with(".py") => interpreter(file, operands, project, depth),
        _ => (project.has_file(&format!("{file}/__main__.py"))).then(|| (vec![Start], None)),
    }
}

/// The list of packages that `-r` names, where there is no such file.
pub(super) fn missing_requirements(rest: &[&str], project: &Project<'_>, depth: u8) -> Option<String> {
    let at = rest.iter().position(|word| matches!(*word, "-r" | "--requirement"))?;
    let file = rest.get(at + 1)?.trim_end_matches([',', ';', ':']);
    let is_gone = file.ends_with(".txt") && !is_placeholder(file) && !project.has_file(file);
    (depth == 0 && is_gone).then(|| format!("file `{file}`"))
}

pub(super) fn pip(rest: &[&str]) -> Purpose {
    let own = rest.iter().any(|word| {
        matches!(*word, "-r" | "-e" | "--requirement" | "--editable") || word.starts_with('.') || word.ends_with(".txt")
    });
    let tools = [
        "pip",
        "virtualenv",
        "poetry",
        "pipenv",
        "pre-commit",
        "uv",
        "--upgrade",
        "-U",
        "wheel",
        "setuptools",
        "tox",
        "pip-tools",
        "pdm",
    ];
    let packages: Vec<&&str> =
        rest.iter().skip_while(|word| **word != "install").skip(1).filter(|word| !tools.contains(word)).collect();
    // The words of a sentence may follow the one package.
    if own || packages.first().is_some_and(|word| !word.starts_with('(')) { Install } else { Tool }
}
