//! Settings of a framework's configuration file for which a clone has no value: they are empty or hold a stand-in, or the
//! whole file is kept out of the repository.

use super::reads::is_test;
use super::{Spot, dotnet};
use crate::Snapshot;
use crate::documents::{Document, Documents, Line};
use crate::paths;
use crate::snapshot::stack::Ecosystem;

/// A setting that somebody has to give a value.
pub(crate) struct Open {
    /// With the keys around it: `spring.datasource.username`, `Jwt:Secret`.
    pub(crate) key: String,
    pub(crate) place: Spot,
    /// The line of a document that names it.
    pub(crate) documented: Option<Spot>,
    /// Whether nothing stands there, not even a stand-in.
    pub(crate) is_empty: bool,
}

/// A configuration file that a list of what is ignored keeps out of the repository.
pub(crate) struct LeftOut {
    pub(crate) file: String,
    /// The line of the list.
    pub(crate) ignored: Spot,
    /// The line of a document that shows what stands in it.
    pub(crate) shown: Option<Spot>,
    /// The line of a document that speaks of it.
    pub(crate) named: Option<Spot>,
}

/// A line of a configuration file.
pub(super) struct Written<'repo> {
    pub(super) path: &'repo str,
    line: u32,
    pub(super) key: String,
    value: &'repo str,
}

/// The settings that every configuration file leaves open: Spring's, and those of ASP.NET.
pub(crate) fn open(repo: &Snapshot) -> Vec<Open> {
    let written = written(repo);
    let is_open = |it: &Written<'_>| {
        it.value.is_empty() && is_needed(it, &written) || is_stand_in(it.value) || is_filled_up(&it.key, it.value)
    };
    let of_all = written.iter().filter(|it| is_for_all(it.path) && is_open(it));
    of_all
        .filter(|it| !written.iter().any(|other| other.key == it.key && !is_open(other)) && !is_set(repo, &it.key))
        .map(|it| Open {
            key: it.key.clone(),
            place: Spot { path: it.path.to_owned(), line: it.line },
            documented: documented(repo, &it.key),
            is_empty: it.value.is_empty(),
        })
        .chain(dotnet::open(repo, &written))
        .collect()
}

/// What the files of settings that are in use say, line by line.
pub(super) fn written(repo: &Snapshot) -> Vec<Written<'_>> {
    repo.tree()
        .own_texts()
        .filter(|(file, _)| is_configuration(&file.path) && !is_test(&file.path) && !paths::is_aside(&file.path))
        .flat_map(|(file, text)| {
            let (separator, is_flat) = (separator(&file.path), file.path.ends_with(".properties"));
            let lines = if is_flat { properties(text) } else { blocks(text, separator) };
            lines.into_iter().map(|(line, key, value)| Written { path: &file.path, line, key, value })
        })
        .collect()
}

/// The lines of the README that show settings of Spring, as many as make a list.
pub(crate) fn shown_of_spring(repo: &Snapshot) -> Option<Vec<Spot>> {
    const FEWEST: usize = 3;
    repo.stack().dependency_under(Ecosystem::Jvm, "org.springframework.boot")?;
    let readme = Documents::of(repo).readme()?;
    let parts = ["data.", "datasource.", "rabbitmq.", "kafka.", "redis.", "mail.", "security.", "r2dbc.", "cloud."];
    let is_setting = |line: &&Line| {
        let key = line.text.trim().strip_prefix("spring.").filter(|rest| rest.contains('='));
        key.is_some_and(|key| parts.iter().any(|part| key.starts_with(part)))
    };
    let shown: Vec<Spot> = readme.code.iter().filter(is_setting).map(|line| spot(readme, line)).collect();
    (shown.len() >= FEWEST).then_some(shown)
}

/// Whether a file holds settings of Spring's program or of ASP.NET's.
fn is_configuration(path: &str) -> bool {
    let name = paths::name(path);
    let is_spring = || {
        name.starts_with("application")
            && path.contains("src/main/resources/")
            && [".properties", ".yml", ".yaml"].iter().any(|end| name.ends_with(end))
    };
    name.starts_with("appsettings.") && name.ends_with(".json") && !dotnet::is_example(path) || is_spring()
}

/// Whether its settings are those of every profile.
fn is_for_all(path: &str) -> bool {
    matches!(paths::name(path), "application.properties" | "application.yml" | "application.yaml" | "appsettings.json")
}

/// What stands between the keys of a setting's name.
fn separator(path: &str) -> &'static str {
    if path.ends_with(".json") { ":" } else { "." }
}

/// Keys and values of Java's files of properties, with their lines.
pub(crate) fn properties(text: &str) -> Vec<(u32, String, &str)> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim_start().starts_with(['#', '!']));
    lines
        .filter_map(|(number, line)| {
            let (key, value) = line.split_once('=')?;
            Some((number, key.trim().to_owned(), value.trim()))
        })
        .collect()
}

/// Keys and values of block mappings, as they are written: with quotes, and lists in brackets. [`blocks`] takes those away.
pub(crate) fn yaml(text: &str) -> Vec<(u32, String, &str)> {
    let mut settings = Vec::new();
    let mut above: Vec<(usize, &str)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let Some((key, value)) = line.split_once(':') else { continue };
        let indent = key.len() - key.trim_start().len();
        let (key, value) = (key.trim(), value.split(" #").next().unwrap_or_default().trim());
        if key.starts_with(['#', '-']) {
            continue;
        }
        above.retain(|(outer, _)| *outer < indent);
        if above.len() >= 16 {
            continue;
        }
        above.push((indent, key));
        if !value.is_empty() {
            settings.push((number, above.iter().map(|(_, key)| *key).collect::<Vec<_>>().join("."), value));
        }
    }
    settings
}

/// Keys and values of block mappings, and of JSON that is written with a line for each.
pub(super) fn blocks<'text>(text: &'text str, separator: &str) -> Vec<(u32, String, &'text str)> {
    const DEEPEST: usize = 16;
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_said = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with(['#', '/']);
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| is_said(line)).peekable();
    let mut settings = Vec::new();
    let mut above: Vec<(usize, &str)> = Vec::new();
    while let Some((number, line)) = lines.next() {
        let Some((key, value)) = line.split_once(':').filter(|_| !line.trim_start().starts_with('-')) else { continue };
        above.retain(|(outer, _)| *outer < indent(line));
        if above.len() >= DEEPEST {
            continue;
        }
        above.push((indent(line), key.trim().trim_matches('"')));
        let value = value.split(" #").next().unwrap_or_default().trim().trim_end_matches(',');
        // A key without a value may have others below it.
        let is_below = |next: &str| indent(next) > indent(line) || next.trim_start().starts_with(['{', '[']);
        let opens = value.is_empty() && lines.peek().is_some_and(|(_, next)| is_below(next));
        if !opens && !value.starts_with(['{', '[']) {
            let keys: Vec<&str> = above.iter().map(|(_, key)| *key).collect();
            settings.push((number, keys.join(separator), value.trim_matches(['"', '\''])));
        }
    }
    settings
}

/// Whether a program can't do without what is empty: who it is to the database, where that is, and what tokens are signed
/// with. A database may let in somebody without a password, and one that is part of the program lets in everybody.
fn is_needed(setting: &Written<'_>, all: &[Written<'_>]) -> bool {
    let key = setting.key.to_ascii_lowercase();
    let (above, last) = key.rsplit_once(['.', ':']).unwrap_or(("", &key));
    let is_beside =
        |other: &&Written<'_>| other.path == setting.path && other.key.to_ascii_lowercase().starts_with(above);
    let is_embedded = || {
        let embedded = ["h2:", "sqlite", "hsqldb", "derby", "in-memory"];
        all.iter()
            .filter(is_beside)
            .any(|other| embedded.iter().any(|name| other.value.to_ascii_lowercase().contains(name)))
    };
    let has_no_user =
        || all.iter().filter(is_beside).any(|other| other.key.ends_with("username") && other.value.is_empty());
    match last {
        "server" | "host" | "database" | "user" | "password" if above.contains("connectionstring") => !is_embedded(),
        "url" | "username" => above.ends_with("datasource") && !is_embedded(),
        "password" => above.ends_with("datasource") && !is_embedded() && has_no_user(),
        "secret" | "secretkey" | "secret-key" | "key" => {
            ["jwt", "token", "auth", "signing"].iter().any(|what| above.contains(what))
        }
        _ => above == "connectionstrings",
    }
}

/// Whether a value only stands where somebody is to put theirs.
fn is_stand_in(value: &str) -> bool {
    const MARKS: &[&str] = &["your-", "your_", "yourdomain", "changeme", "change-me", "change_me", "placeholder", "{{"];
    let lower = value.to_ascii_lowercase();
    let is_angled = value.split_once('<').is_some_and(|(_, rest)| {
        rest.split_once('>').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'))
        })
    });
    is_angled || MARKS.iter().any(|mark| lower.contains(mark))
}

/// Whether a value only fills the place of one: the key's own name, a word for any, or a sentence on whose it is.
fn is_filled_up(key: &str, value: &str) -> bool {
    const WORDS: &[&str] = &["sample", "todo", "tbd", "xxx", "...", "replace_me", "replace-me", "replaceme"];
    let last = key.rsplit([':', '.']).next().unwrap_or(key);
    let is_yours =
        value.strip_prefix("Your").is_some_and(|rest| rest.starts_with(|c: char| c == ' ' || c.is_uppercase()));
    let is_connection = key.to_ascii_lowercase().starts_with("connectionstrings:");
    is_yours || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word)) || is_connection && value == last
}

/// The environment variable that sets a key: `SPRING_DATASOURCE_URL`, `ConnectionStrings__Default`.
fn variable(key: &str) -> String {
    if key.contains(':') { key.replace(':', "__") } else { key.to_uppercase().replace('.', "_").replace('-', "") }
}

/// Whether a file that is no document sets it from the environment.
pub(super) fn is_set(repo: &Snapshot, key: &str) -> bool {
    let name = variable(key);
    repo.tree().own_texts().any(|(file, text)| !file.path.ends_with(".md") && text.contains(&name))
}

/// The key that a line of code opens with: `"Jwt": {`, `username: shop`.
fn opens_with(line: &Line, key: &str) -> bool {
    let first = line.text.split([':', '=']).next().unwrap_or_default();
    first.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '-' | '{')).eq_ignore_ascii_case(key)
}

/// The line of a document that names a setting with the keys around it, or shows it below the key that it belongs to.
pub(super) fn documented(repo: &Snapshot, key: &str) -> Option<Spot> {
    let (above, last) = key.rsplit_once(['.', ':']).unwrap_or(("", key));
    let forms = [key.to_ascii_lowercase(), variable(key).to_ascii_lowercase()];
    let names = |line: &&Line| {
        let text = line.text.to_ascii_lowercase();
        !above.is_empty() && forms.iter().any(|form| text.contains(form.as_str()))
    };
    let in_documents = Documents::of(repo).all().iter().find_map(|document| {
        let parent = above.rsplit(['.', ':']).next().unwrap_or_default();
        let shown = || {
            let is_below = parent.is_empty() || document.code.iter().any(|line| opens_with(line, parent));
            document.code.iter().find(|line| is_below && opens_with(line, last))
        };
        let line = document.code.iter().chain(&document.prose).find(names).or_else(shown)?;
        Some(spot(document, line))
    });
    in_documents.or_else(|| told(repo, above)).or_else(|| dotnet::shown(repo, key))
}

/// The line of a document that names every key above a setting of ASP.NET, of which there are several: "Set the values of
/// `ShopDb` in `Databases`".
fn told(repo: &Snapshot, above: &str) -> Option<Spot> {
    let keys: Vec<&str> = above.split(':').filter(|key| !key.is_empty()).collect();
    let names = |line: &Line, key: &str| {
        line.text.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').any(|word| word == key)
    };
    Documents::of(repo).all().iter().filter(|_| keys.len() > 1).find_map(|document| {
        let all = || document.prose.iter().chain(&document.code);
        let is_named = |at: u32, key: &str| all().any(|line| line.line == at && names(line, key));
        let found = all().filter(|line| names(line, keys[0]));
        found.into_iter().find(|line| keys.iter().all(|key| is_named(line.line, key))).map(|line| spot(document, line))
    })
}

fn spot(document: &Document, line: &Line) -> Spot {
    Spot { path: document.path.clone(), line: line.line }
}

/// The configuration file that is ignored by its name, and without which the program has no settings at all.
pub(crate) fn left_out(repo: &Snapshot) -> Option<LeftOut> {
    left_out_by_name(repo).or_else(|| dotnet::left_out(repo))
}

fn left_out_by_name(repo: &Snapshot) -> Option<LeftOut> {
    let is_spring = repo.stack().dependency_under(Ecosystem::Jvm, "org.springframework.boot").is_some();
    let (names, opening): (&[&str], &str) = if is_spring {
        (&["application.properties", "application.yml", "application.yaml"], "spring")
    } else {
        (&["appsettings.json"], "ConnectionStrings")
    };
    let texts = || repo.tree().own_texts().filter(|(file, _)| !is_test(&file.path));
    let reads = |path: &str, text: &str| path.ends_with(".cs") && text.contains("GetConnectionString(");
    let is_read = is_spring || texts().any(|(file, text)| reads(&file.path, text));
    let (file, ignored) = texts()
        .filter(|(file, _)| is_read && file.name() == ".gitignore")
        .flat_map(|(file, text)| (1..).zip(text.lines()).map(move |(number, line)| (file, number, line.trim())))
        .filter(|(.., line)| names.contains(&paths::name(line)) && !line.starts_with(['#', '!']))
        .map(|(list, line, named)| {
            let path = match named.contains('/') {
                true => paths::join(paths::folder(&list.path), named.trim_start_matches('/')).unwrap_or_default(),
                false => named.to_owned(),
            };
            (path, Spot { path: list.path.clone(), line })
        })
        .find(|(path, _)| repo.tree().get(path).is_none())?;
    let folder = paths::folder(&file);
    // Settings of another profile, or in the environment.
    let has_others = texts().any(|(other, text)| {
        let is_beside = folder.is_empty() || paths::folder(&other.path) == folder;
        let has = match is_spring {
            true => text.contains("datasource") || text.contains("spring"),
            false => text.contains(opening),
        };
        is_configuration(&other.path) && is_beside && has
            || !other.path.ends_with(".md")
                && (text.contains("SPRING_DATASOURCE_") || text.contains("ConnectionStrings__"))
    });
    if has_others {
        return None;
    }
    let find = |is: &dyn Fn(&Document, &Line) -> bool| {
        Documents::of(repo).all().iter().find_map(|document| {
            let line = document.code.iter().chain(&document.prose).find(|line| is(document, line))?;
            Some(spot(document, line))
        })
    };
    let shown = find(&|document, line| {
        let is_setting = line.text.trim_start().starts_with("spring.datasource.") || opens_with(line, opening);
        is_setting && document.code.iter().any(|code| code.line == line.line && code.starts)
    });
    let shown = shown.or_else(|| dotnet::example_of(repo, paths::name(&file)));
    let named = find(&|_, line| {
        let text = line.text.to_ascii_lowercase();
        text.contains(paths::name(&file)) || !is_spring && text.contains("connection string")
    });
    Some(LeftOut { file, ignored, shown, named })
}
