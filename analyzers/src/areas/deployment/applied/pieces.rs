//! Scripts, targets and files that can be called by a name, and whether a line calls one.

use std::collections::BTreeSet;

use crate::Snapshot;
use crate::paths;

/// Scripts that package managers run before or after what people type.
const LIFECYCLE: &[&str] = &[
    "preinstall",
    "postinstall",
    "prepare",
    "prestart",
    "predev",
    "prestart:dev",
    "preserve",
    "post-install-cmd",
    "post-update-cmd",
    "post-autoload-dump",
];

/// Programs behind which the name of a script or of a target stands.
const RUNNERS: &[&str] = &[
    "npm",
    "yarn",
    "pnpm",
    "bun",
    "deno",
    "composer",
    "run",
    "run-script",
    "npm-run-all",
    "run-s",
    "run-p",
    "concurrently",
    "turbo",
    "nx",
    "make",
    "gmake",
    "just",
    "rake",
];

/// Files of tasks that are not read one by one, and who runs them.
const TASKS: &[(&str, &[&str])] = &[
    ("taskfile.yml", &["task"]),
    ("taskfile.yaml", &["task"]),
    ("mise.toml", &["mise"]),
    (".mise.toml", &["mise"]),
    ("makefile.toml", &["cargo"]),
    ("deno.json", &["deno"]),
    ("pyproject.toml", &["poe", "pdm", "hatch", "task", "poetry", "uv", "pixi"]),
    ("pipfile", &["pipenv"]),
    ("project.json", &["nx"]),
    ("procfile.dev", &["bin/dev", "foreman", "overmind", "hivemind"]),
];

/// A name behind which others are to be found stands at most so many words behind its runner: `pnpm --filter api migrate`.
const REACH: usize = 4;

/// Something with lines that can be called by its name.
pub(super) struct Piece<'a> {
    kind: Called<'a>,
    pub(super) lines: Vec<String>,
}

enum Called<'a> {
    /// A script of a manifest or a target of a Makefile, by its name; whether it is what a bare `make` does.
    Name(String, bool),
    /// A file, by its path.
    File(&'a str),
    /// Any of a file's tasks, by the programs that run them.
    Tasks(&'a [&'a str]),
}

impl Piece<'_> {
    /// Whether a package manager runs it before or after what people type.
    pub(super) fn is_lifecycle(&self) -> bool {
        matches!(&self.kind, Called::Name(name, _) if LIFECYCLE.contains(&name.as_str()))
    }
}

/// Whether the name of a script or of a target stands behind the program.
pub(super) fn is_runner(program: &str) -> bool {
    RUNNERS.contains(&program)
}

/// Every such thing in `repo`.
pub(super) fn pieces(repo: &Snapshot) -> Vec<Piece<'_>> {
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    for script in repo.stack().scripts() {
        pieces.push(Piece { kind: Called::Name(script.name.clone(), false), lines: vec![script.command.clone()] });
    }
    for (file, text) in repo.tree().own_texts() {
        let name = file.name().to_ascii_lowercase();
        let lines = || text.lines().filter(|line| !line.trim_start().starts_with('#')).map(str::to_owned).collect();
        if matches!(name.as_str(), "makefile" | "gnumakefile" | "justfile" | ".justfile") || name.ends_with(".mk") {
            pieces.extend(targets(text));
        } else if let Some((_, runners)) = TASKS.iter().find(|(known, _)| *known == name) {
            pieces.push(Piece { kind: Called::Tasks(runners), lines: lines() });
        } else if [".sh", ".bash", ".ps1", ".bat", ".cmd"].iter().any(|end| name.ends_with(end))
            || !name.contains('.') && text.starts_with("#!")
        {
            pieces.push(Piece { kind: Called::File(&file.path), lines: lines() });
        }
    }
    pieces
}

/// The targets of a Makefile or the recipes of a justfile, each with what it needs.
fn targets<'a>(text: &str) -> Vec<Piece<'a>> {
    let mut found: Vec<Piece<'a>> = Vec::new();
    let mut open = 0;
    for line in text.lines() {
        if line.starts_with(['\t', ' ']) {
            let start = found.len() - open.min(found.len());
            for piece in &mut found[start..] {
                piece.lines.push(line.replace("$(MAKE)", "make").replace("${MAKE}", "make"));
            }
            continue;
        }
        let Some((names, needs)) = line.split_once(':') else { continue };
        if line.starts_with(['#', '.']) || needs.starts_with('=') || names.contains(['=', '"']) {
            continue;
        }
        let needs: Vec<String> = needs.split_whitespace().map(|need| format!("make {need}")).collect();
        let is_first = found.is_empty();
        let names: Vec<&str> = names.split_whitespace().collect();
        open = names.len();
        let piece = |name: &&str| Piece { kind: Called::Name((*name).to_owned(), is_first), lines: needs.clone() };
        found.extend(names.iter().map(piece));
    }
    found
}

/// Whether a line calls one of the pieces in `applying`.
pub(super) fn calls_any(line: &str, pieces: &[Piece<'_>], applying: &BTreeSet<usize>) -> bool {
    if applying.is_empty() {
        return false;
    }
    let words: Vec<&str> = line
        .split(|c: char| {
            c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | '[' | ']' | '(' | ')' | '=' | ';' | '&')
        })
        .map(|word| word.trim_end_matches(['.', ':']).trim_start_matches("./"))
        .filter(|word| !word.is_empty())
        .collect();
    let runs = |name: &str| {
        words.iter().enumerate().any(|(at, word)| {
            RUNNERS.contains(word) && words[at + 1..].iter().take(REACH).any(|other| *other == name)
                // Composer's and concurrently's way to call a script.
                || word.strip_prefix('@').or_else(|| word.strip_prefix("npm:")) == Some(name)
        })
    };
    applying.iter().any(|index| match &pieces[*index].kind {
        Called::Name(name, is_first) => runs(name) || *is_first && matches!(words.as_slice(), ["make"] | ["$", "make"]),
        Called::Tasks(runners) => words.iter().any(|word| runners.contains(word)),
        Called::File(path) => {
            let name = paths::name(path);
            words.iter().any(|word| match name.contains('.') {
                true => word.ends_with(name),
                // A name without an extension is a word like others, so its folder has to stand before it.
                false => word.contains('/') && (word.ends_with(path) || path.ends_with(word)),
            })
        }
    })
}
