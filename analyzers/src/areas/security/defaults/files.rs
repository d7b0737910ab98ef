//! Settings that stand in no source code: those of Spring, Ktor and Symfony, and what a deployment gives a program.

use parse_dockerfile::{Instruction, parse};

use super::development;
use crate::Snapshot;
use crate::environment::settings::{properties, yaml};
use crate::paths::is_aside;

/// One setting.
pub(super) struct Setting<'a> {
    pub(super) path: &'a str,
    /// From 1.
    pub(super) line: u32,
    /// With the keys around it: `jwt.secret`.
    pub(super) key: String,
    /// As written.
    pub(super) value: &'a str,
}

/// A line of a file that says how the program is deployed.
pub(super) struct Line<'a> {
    pub(super) path: &'a str,
    /// From 1.
    pub(super) line: u32,
    pub(super) text: &'a str,
}

/// The settings of frameworks.
pub(super) fn settings(repo: &Snapshot) -> impl Iterator<Item = Setting<'_>> {
    repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path)).flat_map(|(file, text)| {
        let name = file.name();
        let settings = match name.rsplit_once('.') {
            Some((stem, "properties")) if stem.starts_with("application") => properties(text),
            Some((stem, "yml" | "yaml")) if stem.starts_with("application") || file.path.contains("config/") => {
                yaml(text)
            }
            Some(("application", "conf")) => hocon(text),
            _ => Vec::new(),
        };
        settings.into_iter().map(|(line, key, value)| Setting { path: &file.path, line, key, value })
    })
}

/// The lines of files of a deployment that may set something: a Dockerfile's last stage, files named for production,
/// and those of platforms.
pub(super) fn deployed(repo: &Snapshot) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    for (file, text) in
        repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path) && !development::is_path(&file.path))
    {
        let name = file.name();
        let path = file.path.as_str();
        if name == "Dockerfile" || name.to_ascii_lowercase().contains("dockerfile.prod") {
            found.extend(last_stage(text).into_iter().map(|(line, text)| Line { path, line, text }));
        } else if is_deployment(name) {
            let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with('#'));
            found.extend(lines.map(|(line, text)| Line { path, line, text }));
        }
    }
    found
}

fn is_deployment(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(lower.as_str(), "procfile" | "fly.toml" | "render.yaml" | "render.yml" | "app.yaml" | "railway.toml")
        || lower.starts_with(".env.prod")
        || lower.contains("compose") && lower.contains("prod")
        || lower.starts_with("appsettings.prod")
}

/// The lines that set something in the stage of a Dockerfile that is run.
fn last_stage(text: &str) -> Vec<(u32, &str)> {
    let Ok(dockerfile) = parse(text) else { return Vec::new() };
    let from = dockerfile.instructions.iter().rposition(|instruction| matches!(instruction, Instruction::From(_)));
    let run = &dockerfile.instructions[from.unwrap_or(0)..];
    let sets = run.iter().filter_map(|instruction| match instruction {
        Instruction::Env(env) => Some(env.env.span.start..env.arguments.span.end),
        _ => None,
    });
    sets.flat_map(|span| {
        let first = text[..span.start].matches('\n').count() as u32 + 1;
        (first..).zip(text[span].lines())
    })
    .collect()
}

/// `jwt { secret = "dev" }`: keys and plain values, which is how these files are written.
fn hocon(text: &str) -> Vec<(u32, String, &str)> {
    let mut settings = Vec::new();
    let mut above: Vec<&str> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        if line.starts_with(['#', '/']) {
            continue;
        }
        // A block on one line begins and ends here; `${?NAME}` is none.
        let opens = line.find('{').filter(|at| !line[..*at].ends_with('$'));
        let (head, inside) = opens.map_or((None, line), |at| (Some(line[..at].trim()), &line[at + 1..]));
        if let Some((key, value)) = inside.split_once(['=', ':']) {
            let within = above.iter().copied().chain(head).chain([key.trim()]);
            let value = if opens.is_some() { value.trim_end_matches([' ', '}']) } else { value };
            settings.push((number, within.collect::<Vec<_>>().join("."), value.trim().trim_end_matches(',')));
        }
        let closes = line.ends_with('}') && !line.contains("${");
        match (head, closes) {
            (Some(head), false) => above.push(head),
            (None, true) => drop(above.pop()),
            _ => {}
        }
        above.truncate(16);
    }
    settings
}
