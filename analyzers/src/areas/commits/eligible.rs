//! Which commits are the candidate's own work, and what is set aside for which reason.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::Snapshot;
use crate::paths;
use crate::snapshot::{Change, Commit, History, PathId};

/// Why a commit is not measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Before `--since`.
    BeforeSince,
    /// Written before the candidate's first commit, by people who never came back.
    Starter,
    /// More than one parent.
    Merge,
    /// Written by a program.
    Bot,
    /// The first commit of the project.
    Import,
    /// Nothing but generated, vendored, binary or lock files, data, more lines than a hand writes, or renames.
    Generated,
    /// The last commit of a shallow clone.
    Shallow,
    /// No change at all.
    Empty,
    /// One of many with the same first line that change the same file.
    Repeated,
}

impl Reason {
    /// Its name in JSON.
    pub(super) fn id(self) -> &'static str {
        match self {
            Reason::BeforeSince => "before_since",
            Reason::Starter => "starter",
            Reason::Merge => "merge",
            Reason::Bot => "bot",
            Reason::Import => "import",
            Reason::Generated => "generated",
            Reason::Shallow => "shallow",
            Reason::Empty => "empty",
            Reason::Repeated => "repeated",
        }
    }

    /// `count` of it in words.
    pub(super) fn words(self, count: usize) -> String {
        let (one, many) = match self {
            Reason::BeforeSince => ("from before the candidate's work", "before the candidate's work"),
            Reason::Starter => (
                "by others, from before whoever wrote most began",
                "by others, from before whoever \
                wrote most began",
            ),
            Reason::Merge => ("merge", "merges"),
            Reason::Bot => ("by a bot", "by bots"),
            Reason::Import => ("initial import", "initial imports"),
            Reason::Generated => (
                "of generated, copied or renamed files, of data, or of more than 5,000 lines at once",
                "of generated, copied or renamed files, of data, or of more than 5,000 lines at once",
            ),
            Reason::Shallow => ("at the edge of what was fetched", "at the edge of what was fetched"),
            Reason::Empty => ("empty", "empty"),
            Reason::Repeated => {
                ("that repeats others word for word", "that repeat each other word for word and change the same file")
            }
        };
        format!("{count} {}", if count == 1 { one } else { many })
    }
}

/// A commit and what it changed, without what is set aside.
#[derive(Debug)]
pub(super) struct Sized<'repo> {
    pub(super) commit: &'repo Commit,
    pub(super) files: u64,
    /// Lines added and deleted.
    pub(super) lines: u64,
    /// Lines added: what the commit brought in. Of one that rewrites as many as it adds, those on balance.
    pub(super) added: u64,
}

/// The commits of the default branch, sorted out.
#[derive(Debug)]
pub(super) struct Selection<'repo> {
    /// Measured, newest first.
    pub(super) eligible: Vec<Sized<'repo>>,
    /// The candidate's first commit, if it began the project; the largest of several.
    pub(super) import: Option<Sized<'repo>>,
    /// Whose messages are read: the eligible ones and those with nothing but generated files.
    pub(super) with_messages: Vec<&'repo Commit>,
    /// Set aside, by reason.
    pub(super) aside: BTreeMap<Reason, usize>,
    /// Most commits are squashed pull requests.
    pub(super) squash_merges: bool,
}

impl<'repo> Selection<'repo> {
    pub(super) fn of(repo: &'repo Snapshot) -> Self {
        let history = repo.history();
        let starters = starter_authors(history);
        let mut selection = Selection {
            eligible: Vec::new(),
            import: None,
            with_messages: Vec::new(),
            aside: BTreeMap::new(),
            squash_merges: false,
        };
        let imports = imports(history, &starters);
        let repeated = repeated(history);
        let mut written = Written::of(repo);
        for commit in history.on_default_branch() {
            let sized = written.size(commit);
            let reason = if commit.is_shallow_boundary {
                Some(Reason::Shallow)
            } else if !commit.is_since {
                Some(Reason::BeforeSince)
            } else if commit.is_merge() {
                Some(Reason::Merge)
            } else if history.authors()[commit.author].is_bot() {
                Some(Reason::Bot)
            } else if starters.contains(&commit.author) {
                Some(Reason::Starter)
            } else if imports.contains(&commit.id) {
                Some(Reason::Import)
            } else if commit.changes.is_empty() {
                Some(Reason::Empty)
            } else if repeated.contains(&commit.id) {
                Some(Reason::Repeated)
            } else if sized.files == 0 {
                Some(Reason::Generated)
            } else {
                None
            };
            match reason {
                None => {
                    selection.with_messages.push(commit);
                    selection.eligible.push(sized);
                }
                Some(reason) => {
                    *selection.aside.entry(reason).or_default() += 1;
                    match reason {
                        Reason::Import if selection.import.as_ref().is_none_or(|other| other.added <= sized.added) => {
                            selection.import = Some(sized);
                        }
                        Reason::Generated => selection.with_messages.push(commit),
                        _ => {}
                    }
                }
            }
        }
        let squashed = selection.eligible.iter().filter(|sized| is_squash_merge(sized.commit)).count();
        selection.squash_merges = squashed * 2 > selection.eligible.len();
        selection
    }

    pub(super) fn excluded(&self) -> usize {
        self.aside.values().sum()
    }
}

/// A second commit of so many files brings in what was made elsewhere.
const FILES_OF_AN_IMPORT: usize = 20;

/// The commits that brought the project in: those without a parent (histories that were joined have several), and the
/// one after a first commit that holds no program, as a host makes it together with the repository.
fn imports(history: &History, starters: &BTreeSet<usize>) -> BTreeSet<gix::ObjectId> {
    let mut imports: BTreeSet<gix::ObjectId> =
        history.on_default_branch().filter(|commit| commit.parents == 0).map(|commit| commit.id).collect();
    let mut oldest = history.on_default_branch().rev();
    if let (Some(first), Some(second), 1) = (oldest.next(), oldest.next(), imports.len())
        && imports.contains(&first.id)
        && !starters.contains(&first.author)
        && !second.is_merge()
        && first.changes.iter().all(|change| is_of_no_program(history, change))
        && second.changes.len() >= FILES_OF_AN_IMPORT
    {
        imports.insert(second.id);
    }
    imports
}

/// What a host puts into a new repository, and empty files.
pub(super) fn is_of_no_program(history: &History, change: &Change) -> bool {
    let name = paths::name(history.path(change.path)).to_ascii_lowercase();
    change.lines() == 0
        || ["readme", "license", "licence", "copying", ".git"].iter().any(|start| name.starts_with(start))
}

/// So many commits with one first line and one file are no coincidence, where they are at least this share of all.
const MANY_ALIKE: usize = 10;
const SHARE_ALIKE: usize = 10;

/// The commits that share their first line with many others and change the same one file of prose, as scripts write them
/// to fill a calendar.
fn repeated(history: &History) -> BTreeSet<gix::ObjectId> {
    let all = history.on_default_branch().count();
    let mut alike: BTreeMap<(&str, &str), Vec<&Commit>> = BTreeMap::new();
    for commit in history.on_default_branch() {
        if let [change] = commit.changes.as_slice() {
            let path = history.path(change.path);
            if [".md", ".txt", ".rst", ".adoc"].iter().any(|end| path.to_ascii_lowercase().ends_with(end)) {
                alike.entry((commit.subject(), path)).or_default().push(commit);
            }
        }
    }
    let many = alike.into_values().filter(|commits| commits.len() > MANY_ALIKE.max(all / SHARE_ALIKE));
    many.flatten().map(|commit| commit.id).collect()
}

/// What somebody wrote by hand, by path and by what a commit did to it.
struct Written<'repo> {
    history: &'repo History,
    /// Whether somebody writes such files; asked once for each path, since histories come back to the same ones.
    paths: HashMap<PathId, bool>,
    dumps: BTreeSet<&'repo str>,
}

/// Who takes out as many lines as come in (but for one in so many), in more files than one thing has, wrote the same
/// anew, as a formatter does.
const FILES_OF_ONE_THING: u64 = 5;
const ALIKE: u64 = 20;

/// Nobody writes more lines of one file in one commit by hand.
const MOST_LINES_BY_HAND: u32 = 5000;

impl<'repo> Written<'repo> {
    fn of(repo: &'repo Snapshot) -> Self {
        Written { history: repo.history(), paths: HashMap::new(), dumps: dumps(repo) }
    }

    fn size(&mut self, commit: &'repo Commit) -> Sized<'repo> {
        let mut sized = Sized { commit, files: 0, lines: 0, added: 0 };
        for change in commit.changes.iter().filter(|change| self.is_own_work(change)) {
            sized.files += 1;
            sized.lines += change.lines();
            sized.added += u64::from(change.added);
        }
        let deleted = sized.lines - sized.added;
        if sized.files > FILES_OF_ONE_THING && sized.added.abs_diff(deleted) * ALIKE <= sized.added {
            sized.added = sized.added.saturating_sub(deleted);
        }
        sized
    }

    /// Not a rename, and not generated, vendored, binary, or data that nobody writes by hand.
    fn is_own_work(&mut self, change: &Change) -> bool {
        let history = self.history;
        let content = change.new.or(change.old).map(|blob| history.blob(blob));
        let by_hand = content.is_none_or(|blob| !blob.binary && !blob.generated);
        let is_left_behind = change.new.is_none() && change.moved.is_some();
        let path = history.path(change.path);
        !change.renamed
            && !is_left_behind
            && by_hand
            && change.added <= MOST_LINES_BY_HAND
            && *self.paths.entry(change.path).or_insert_with(|| is_written(history, path) && !self.dumps.contains(path))
            && !(path.to_ascii_lowercase().ends_with(".sql") && is_dumped(path, change.added))
            && !(change.added > MOST_LINES_OF_A_DESCRIPTION && is_description(path))
    }
}

/// Whether somebody writes files at `path` by hand.
fn is_written(history: &History, path: &str) -> bool {
    !paths::is_vendored(path)
        && !paths::is_generated(path)
        && !is_data(path)
        && !is_exported(history, path)
        && !is_of_visual_studio(path)
}

/// What Visual Studio unpacks, compiles and remembers beside the sources: `packages/System.Linq.4.3.0/`, `bin/Debug/`, `.vs/`.
fn is_of_visual_studio(path: &str) -> bool {
    let folders: Vec<&str> = paths::folder(path).split('/').collect();
    let is_package = |name: &str| {
        let numbers = name.split('.').rev().take_while(|part| part.starts_with(|c: char| c.is_ascii_digit()));
        numbers.count() >= 2 && name.starts_with(|c: char| c.is_ascii_alphabetic())
    };
    folders.contains(&".vs")
        || folders.windows(2).any(|pair| match pair[0] {
            "packages" => is_package(pair[1]),
            "bin" | "obj" => matches!(pair[1], "Debug" | "Release" | "roslyn"),
            _ => false,
        })
}

/// What a tool for trying an API saved, and the description that swag writes beside its `docs.go`.
fn is_exported(history: &History, path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    let is_collection = name.ends_with(".json")
        && ["postman_collection", "postman_environment", ".postman.", "insomnia"]
            .iter()
            .any(|tool| name.contains(tool));
    is_collection
        || matches!(name.as_str(), "swagger.json" | "swagger.yaml") && history.has_path(&beside(path, "docs.go"))
}

/// So many lines of an API's description in JSON at once come out of a tool; by hand people write YAML.
const MOST_LINES_OF_A_DESCRIPTION: u32 = 400;

fn is_description(path: &str) -> bool {
    matches!(&*paths::name(path).to_ascii_lowercase(), "swagger.json" | "openapi.json" | "api-docs.json")
}

/// The path of `name` in the folder of `path`.
fn beside(path: &str, name: &str) -> String {
    format!("{}{name}", &path[..path.len() - paths::name(path).len()])
}

/// Formats that are exported, not written: their lines say nothing about how the work was cut.
fn is_data(path: &str) -> bool {
    let extension = paths::name(path).rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    matches!(
        extension.as_str(),
        "csv" | "tsv" | "svg" | "ipynb" | "geojson" | "dump" | "log" | "drawio" | "ndjson" | "jsonl"
    )
}

/// The files of SQL that say themselves that a database gave them out.
fn dumps(repo: &Snapshot) -> BTreeSet<&str> {
    const MARKS: &[&str] =
        &["MySQL dump", "MariaDB dump", "PostgreSQL database dump", "SQL Dump", "Dumping data", "mysqldump"];
    let of_sql = repo.tree().own_texts().filter(|(file, _)| file.path.to_ascii_lowercase().ends_with(".sql"));
    of_sql
        .filter(|(_, text)| {
            text.lines().take(200).any(|line| line.starts_with("--") && MARKS.iter().any(|mark| line.contains(mark)))
        })
        .map(|(file, _)| file.path.as_str())
        .collect()
}

/// So many lines of SQL at once come out of a database; functions and tables are written in fewer.
const MOST_LINES_OF_SQL: u32 = 400;

/// Whether a file of SQL is what a database gave out, by its name or by how much there came at once. What creates tables
/// and functions is work like any other.
fn is_dumped(path: &str, added: u32) -> bool {
    let lower = path.to_ascii_lowercase();
    let of_data = ["dump", "backup", "backups", "export", "data", "dataset", "sample", "samples", "seed", "seeds"];
    let is_called_so = lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| of_data.contains(&word));
    !lower.contains("migration") && (is_called_so || added > MOST_LINES_OF_SQL)
}

/// GitHub's default subject of a squashed pull request ends with its number.
fn is_squash_merge(commit: &Commit) -> bool {
    let subject = commit.subject();
    subject.ends_with(')')
        && subject.rsplit_once("(#").is_some_and(|(_, number)| {
            let number = &number[..number.len() - 1];
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
}

/// The authors of a template or an employer's starter: everybody who wrote before the main author's first commit and
/// never after it, if the main author wrote most of the rest. One person may write under several addresses.
fn starter_authors(history: &History) -> BTreeSet<usize> {
    let people = history.people();
    let oldest_first: Vec<usize> = history
        .on_default_branch()
        .rev()
        .filter(|commit| !history.authors()[commit.author].is_bot())
        .map(|commit| people[commit.author])
        .collect();
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for person in &oldest_first {
        *counts.entry(*person).or_default() += 1;
    }
    let Some((&main, &most)) = counts.iter().max_by_key(|(person, count)| (**count, std::cmp::Reverse(**person)))
    else {
        return BTreeSet::new();
    };
    let arrival = oldest_first.iter().position(|person| *person == main).unwrap_or(0);
    let (before, after) = oldest_first.split_at(arrival);
    let wrote_most = most * 10 >= after.len() * 6;
    if before.is_empty() || !wrote_most || before.iter().any(|person| after.contains(person)) {
        return BTreeSet::new();
    }
    (0..people.len()).filter(|author| before.contains(&people[*author])).collect()
}

#[cfg(test)]
mod tests {
    use super::is_of_visual_studio;
    use crate::Analyzer;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_long_description_of_an_api_in_json_came_out_of_a_tool() {
        let largest = |path: &str| {
            let start = Fixture::new().file("src/main.rs", "fn main() {}\n");
            let fixture = [30; 12].iter().fold(start, |it, lines| {
                it.commit("a@example.com", "Add a part of the shop", &[("src/main.rs", *lines, 0)])
            });
            let fixture = fixture.commit("a@example.com", "Describe it", &[(path, 1200, 0), ("README.md", 20, 0)]);
            super::super::Commits.examine(&fixture.snapshot())[1].facts()["largest_share"].as_f64().unwrap_or_default()
        };
        assert!(largest("docs/swagger.json") < 0.1);
        assert!(largest("docs/openapi.yaml") > 0.7);
    }

    #[test]
    fn what_visual_studio_leaves_beside_the_sources_is_nobodys_work() {
        for path in [
            "packages/System.Linq.4.3.0/lib/System.Linq.xml",
            "src/packages/Antlr.3.5.0.2/readme.txt",
            "API/bin/Debug/Web.config",
            "API/obj/Release/a.cache",
            ".vs/Shop/config/applicationhost.config",
        ] {
            assert!(is_of_visual_studio(path), "{path}");
        }
        for path in ["packages/shop/src/index.ts", "packages/api.v2/a.json", "bin/main/a.go", "obj/chair.obj"] {
            assert!(!is_of_visual_studio(path), "{path}");
        }
    }
}
