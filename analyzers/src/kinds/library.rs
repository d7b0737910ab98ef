//! Whether code is for other programs to use, or is a program itself.

use crate::Snapshot;
use crate::paths;
use crate::snapshot::File;
use crate::snapshot::stack::Ecosystem;

/// Whether other programs use what the repository holds.
pub(super) fn is_library(repo: &Snapshot) -> bool {
    repo.tree().own_texts().any(|(file, text)| match file.name() {
        "lib.rs" => paths::folder(&file.path).ends_with("src"),
        // Programs call other things so, too.
        "setup.py" => ["setuptools", "distutils", "setup("].iter().any(|mark| text.contains(mark)),
        // Others keep the settings of their tools in it.
        "setup.cfg" => text.contains("[metadata]") || text.contains("[options]"),
        // Whoever packages a program has a build system, too; migrations of a database are a program's.
        "pyproject.toml" => text.contains("[build-system]") && !migrates(repo) && !is_put_into_service(repo),
        "package.json" => {
            !text.contains("\"private\": true") && (text.contains("\"exports\"") || is_imported(repo, file, text))
        }
        "composer.json" => is_composer_package(repo, &file.path, text),
        name if name.ends_with(".gemspec") => true,
        _ => false,
    }) || repo.stack().has(Ecosystem::Go)
        && !repo.tree().own_texts().any(|(file, text)| {
            file.path.ends_with(".go")
                && !paths::is_aside(&file.path)
                && (text.contains("\npackage main") || text.starts_with("package main"))
        })
}

/// Whether others can import what a package of npm calls its main file. Each new package has that line, also that of a
/// program, whose main file gives nothing out.
fn is_imported(repo: &Snapshot, manifest: &File, text: &str) -> bool {
    let Some((_, rest)) = text.split_once("\"main\"") else { return false };
    let main = rest.split('"').nth(1).unwrap_or_default();
    let Some(main) = paths::join(paths::folder(&manifest.path), main) else { return true };
    let read = ["", ".js", "/index.js"].iter().find_map(|end| repo.text(&format!("{main}{end}")));
    // What is not there is built first.
    read.is_none_or(|text| text.contains("exports") || text.contains("export ")) && !is_put_into_service(repo)
}

/// Whether a file says how the project itself is started where it runs: a process file, or a container with a command.
fn is_put_into_service(repo: &Snapshot) -> bool {
    let starts = |line: &str| {
        ["CMD", "ENTRYPOINT"].iter().any(|word| line.starts_with(word))
            && !["test", "tox", "mkdocs", "bash", "/sh\""].iter().any(|word| line.contains(word))
    };
    repo.tree().own_texts().any(|(file, text)| match file.path.as_str() {
        "Procfile" => true,
        path => path.starts_with("Dockerfile") && text.lines().any(starts),
    })
}

/// Whether something starts the code as a program: a script of its package, a container, a process file, or a program of
/// Rust beside the library.
pub(super) fn is_started_by_itself(repo: &Snapshot) -> bool {
    repo.stack().scripts().iter().any(|script| script.name == "start")
        || repo.tree().own_texts().any(|(file, _)| {
            let name = file.name().to_ascii_lowercase();
            let is_of_container = name.starts_with("dockerfile") || name.contains("compose") && name.ends_with("ml");
            (is_of_container || matches!(name.as_str(), "procfile" | "main.rs")) && !paths::is_aside(&file.path)
        })
}

/// Whether Alembic's migrations are part of the repository.
fn migrates(repo: &Snapshot) -> bool {
    repo.tree().files().iter().any(|file| file.name() == "alembic.ini" && !paths::is_aside(&file.path))
}

/// Composer takes a package without a type for a library; what has an entry point of its own is a program.
fn is_composer_package(repo: &Snapshot, path: &str, text: &str) -> bool {
    let kind = text.split_once("\"type\":").and_then(|(before, rest)| {
        // The type of a repository or a script stands deeper.
        (before.matches('{').count() == before.matches('}').count() + 1).then(|| rest.split('"').nth(1)).flatten()
    });
    let entries = ["artisan", "public/index.php", "index.php", "bin/console", "web/index.php"];
    match kind {
        Some(kind) => kind != "project" && kind != "metapackage",
        None => {
            !path.contains('/')
                && text.contains("\"name\"")
                && text.contains("\"autoload\"")
                && !entries.iter().any(|entry| repo.tree().get(entry).is_some())
        }
    }
}
