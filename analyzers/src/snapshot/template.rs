//! What was there before the candidate came: the commits and files of a template repository, or of the history up to a
//! commit.

mod read;

use std::collections::{BTreeMap, HashMap, HashSet};

use gix::ObjectId;
use imara_diff::{Algorithm, Diff, Token};

use self::read::Listed;
use super::Tree;
use super::brought::{Brought, Lines};
use super::tree::File;
use crate::code::Language;
use crate::paths;

/// Commits, whole trees, contents and texts that are not the candidate's.
#[derive(Debug, Default)]
pub struct Template {
    commits: HashSet<ObjectId>,
    trees: HashSet<ObjectId>,
    /// Every content, with a path at which it was.
    files: HashMap<ObjectId, String>,
    /// By name: the texts that files of that name had.
    texts: BTreeMap<String, Vec<Version>>,
    /// Whether there was more of it than is read.
    is_cut: bool,
}

/// A text that the template had.
#[derive(Debug)]
struct Version {
    path: String,
    text: String,
}

impl Version {
    fn lines(&self) -> Vec<&str> {
        lines(&self.text).collect()
    }

    fn filled(&self) -> usize {
        lines(&self.text).filter(|line| !line.is_empty()).count()
    }
}

/// The template's texts with one extension that lie nowhere any more.
#[derive(Debug, Default)]
struct Gone<'a> {
    versions: Vec<&'a Version>,
    /// By line: the indices of those that have it.
    lines: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Gone<'a> {
    fn add(&mut self, version: &'a Version) {
        let index = self.versions.len();
        if index >= MOST_GONE {
            return;
        }
        self.versions.push(version);
        for line in lines(&version.text).filter(|line| !line.is_empty()) {
            let within = self.lines.entry(line).or_default();
            if within.last() != Some(&index) {
                within.push(index);
            }
        }
    }

    /// Those that have the most of `lines`.
    fn nearest(&self, lines: &[&str]) -> Vec<&'a Version> {
        let mut shared = vec![0_usize; self.versions.len()];
        for index in lines.iter().filter_map(|line| self.lines.get(*line)).flatten() {
            shared[*index] += 1;
        }
        let mut nearest: Vec<usize> = (0..shared.len()).filter(|index| shared[*index] >= FEWEST_SHARED).collect();
        nearest.sort_by_key(|index| std::cmp::Reverse(shared[*index]));
        nearest.into_iter().take(NEAREST).map(|index| self.versions[index]).collect()
    }
}

/// From this share of its files on, a commit holds the template, brought in with small changes.
const MOSTLY: f64 = 0.8;
/// A file with so few lines of its own, and so small a share of them, is the template's. A text for people, which may be
/// a title and a sentence, is as long as no more than half of it is new.
const FEW_LINES: usize = 2;
const FEW: f64 = 0.1;
/// A file with this share of the lines of one that is gone is that one, moved: git's own measure of a rename.
/// <https://git-scm.com/docs/git-diff#Documentation/git-diff.txt--Mn>
const SIMILAR: f64 = 0.5;
/// Fewer lines than that any two files may share.
const FEWEST_SHARED: usize = 5;
/// So many texts of a kind that are gone are known by their lines, and so many compared with a file.
const MOST_GONE: usize = 200;
const NEAREST: usize = 3;

impl Template {
    /// Whether there was more of it than is read, so that some of it may count as the candidate's.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Whether a commit is the template's.
    pub(super) fn has_commit(&self, id: ObjectId) -> bool {
        self.commits.contains(&id)
    }

    /// Whether one of the template's commits holds exactly `tree`.
    pub(super) fn has_tree(&self, tree: ObjectId) -> bool {
        self.trees.contains(&tree)
    }

    /// Whether most files of `tree` are the template's.
    pub(super) fn is_most_of(&self, repo: &gix::Repository, tree: ObjectId) -> bool {
        let mut files = HashMap::new();
        Listed::of(repo).add(tree, &mut files);
        let known = files.keys().filter(|file| self.files.contains_key(*file)).count();
        !files.is_empty() && known as f64 >= MOSTLY * files.len() as f64
    }

    /// What of `tree` is the candidate's.
    pub(super) fn beside(&self, tree: &Tree) -> Brought {
        let mut gone: HashMap<&str, Gone<'_>> = HashMap::new();
        for version in self.texts.values().flatten().filter(|version| tree.get(&version.path).is_none()) {
            gone.entry(extension(&version.path)).or_default().add(version);
        }
        let mut brought = Brought::default();
        for file in tree.files() {
            let (lines, from) = self.brought(file, gone.get(extension(&file.path)));
            brought.add(&file.path, lines, from.map(|version| &*version.text));
        }
        brought
    }

    /// What of `file` is the candidate's, where the template's texts in `gone` lie nowhere any more, and what it was made
    /// from.
    fn brought<'a>(&'a self, file: &File, gone: Option<&Gone<'a>>) -> (Lines, Option<&'a Version>) {
        if self.files.contains_key(&file.id) {
            return (Lines::None, None);
        }
        let Some(text) = file.text() else { return (Lines::All, None) };
        let lines: Vec<&str> = lines(text).collect();
        let all = lines.iter().filter(|line| !line.is_empty()).count();
        let versions = self.texts.get(file.name()).map_or(&[][..], Vec::as_slice);
        // The version that it was most likely made from: with the fewest lines added, then with the fewest removed. Of
        // two with as many added the shorter one lost fewer.
        let distance = |version: &Version, new: &[bool]| (count(new), version.path != file.path, version.filled());
        let from = versions.iter().map(|version| (version, added(&version.lines(), &lines)));
        let named = from.min_by_key(|(version, new)| distance(version, new));
        let is_few = |new: &[bool]| {
            let is_small = count(new) as f64 <= FEW * all as f64 || is_prose(&file.path) && is_less(&lines, new);
            count(new) <= FEW_LINES && is_small
        };
        match named {
            Some((version, new)) if is_few(&new) => return (Lines::Few(new), Some(version)),
            Some((version, new)) if version.path == file.path => return (Lines::Some(new), Some(version)),
            // Elsewhere lie other files, which happen to have the same name.
            _ => {}
        }
        let nearest = gone.map(|gone| gone.nearest(&lines)).unwrap_or_default();
        let moved = nearest.into_iter().map(|version| (version, added(&version.lines(), &lines)));
        let is_similar = |(_, new): &(&Version, Vec<bool>)| {
            let shared = all - count(new);
            shared >= FEWEST_SHARED && shared as f64 >= SIMILAR * all as f64
        };
        match moved.min_by_key(|(version, new)| distance(version, new)).filter(is_similar) {
            Some((version, new)) if is_few(&new) => (Lines::Few(new), Some(version)),
            Some((version, new)) => (Lines::Some(new), Some(version)),
            None => (Lines::All, None),
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim)
}

/// Whether what is `new` of the `lines` is not more than what is not, counted in letters.
fn is_less(lines: &[&str], new: &[bool]) -> bool {
    let letters = |which: bool| -> usize {
        lines.iter().zip(new).filter(|(_, new)| **new == which).map(|(line, _)| line.chars().count()).sum()
    };
    letters(true) <= letters(false)
}

fn extension(path: &str) -> &str {
    paths::name(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

fn is_prose(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    name.starts_with("readme") || [".md", ".rst", ".adoc"].iter().any(|end| name.ends_with(end))
}

fn count(flags: &[bool]) -> usize {
    flags.iter().filter(|flag| **flag).count()
}

/// Which of the lines `after` are not among those `before` them, in this order. What stands on no line is nobody's.
fn added(before: &[&str], after: &[&str]) -> Vec<bool> {
    let mut tokens: HashMap<&str, u32> = HashMap::new();
    let mut token = |line| {
        let next = tokens.len() as u32;
        Token(*tokens.entry(line).or_insert(next))
    };
    let old: Vec<Token> = before.iter().map(|line| token(line)).collect();
    let new: Vec<Token> = after.iter().map(|line| token(line)).collect();
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Histogram, &old, &new, tokens.len() as u32);
    after.iter().enumerate().map(|(index, line)| !line.is_empty() && diff.is_added(index as u32)).collect()
}

/// Whether a file is something that a candidate would be asked for: source, schema or prose. What says how the project is
/// built and run is judged as it stands, since the candidate's code needs it.
pub(super) fn is_work(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    let is_build = matches!(&*name, "setup.py" | "gemfile" | "rakefile" | "config.ru" | "manage.py")
        || [".gradle.kts", ".gemspec", ".config.js", ".config.ts", ".config.mjs"].iter().any(|end| name.ends_with(end));
    let is_schema = [".sql", ".prisma"].iter().any(|end| name.ends_with(end));
    !is_build && (Language::of(path).is_some() || is_prose(path) || is_schema)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::Fixture;
    use super::*;

    const APP: &str =
        "import web\n\n@web.get('/')\ndef home():\n    return 'home'\n\nweb.start()\nweb.stop()\n# a\n# b\n# c\n# d\n";

    const GUIDE: &str = "# Trial\n\nTake orders and keep them.\n";

    fn template() -> Template {
        let repo = Fixture::new().file("app.py", APP).file("README.md", "# Begin\n").snapshot();
        let version = |path: &str, text: &str| Version { path: path.to_owned(), text: text.to_owned() };
        Template {
            files: repo.tree().files().iter().map(|file| (file.id, file.path.clone())).collect(),
            texts: [
                ("app.py".to_owned(), vec![version("app.py", APP)]),
                ("GUIDE.md".to_owned(), vec![version("GUIDE.md", GUIDE)]),
            ]
            .into(),
            ..Template::default()
        }
    }

    fn brought(path: &str, text: &str) -> Brought {
        template().beside(Fixture::new().file(path, text).snapshot().tree())
    }

    #[test]
    fn what_is_the_same_or_only_indented_otherwise_is_given() {
        for text in [APP.to_owned(), APP.replace('\n', "\r\n"), APP.replace("    ", "\t")] {
            let all = brought("src/app.py", &text);
            assert!(all.is_given("src/app.py") && !all.has("src/app.py", (1, 99)), "{text:?} {all:?}");
        }
    }

    #[test]
    fn a_file_with_a_line_or_two_is_given_but_the_lines_are_the_candidates() {
        let all = brought("app.py", &format!("{APP}web.use(orders)\n"));
        assert!(all.is_given("app.py"));
        assert!(all.has("app.py", (10, 13)) && !all.has("app.py", (1, 12)));
    }

    #[test]
    fn a_short_text_with_a_changed_line_is_given_unless_most_of_it_is_new() {
        let title = brought("GUIDE.md", &GUIDE.replace("# Trial", "# Ana's trial"));
        assert!(title.is_given("GUIDE.md") && title.has("GUIDE.md", (1, 1)));
        let all = brought("GUIDE.md", &format!("{GUIDE}Run it with `cargo run`, and the tests with `cargo test`.\n"));
        assert!(!all.is_given("GUIDE.md"));
        // Two lines of a short program may be all that was asked for.
        let program = "a = 1\nb = 2\nc = 3\n";
        let short = Template {
            texts: [("a.py".to_owned(), vec![Version { path: "a.py".to_owned(), text: program.to_owned() }])].into(),
            ..Template::default()
        };
        let changed = short.beside(Fixture::new().file("a.py", &program.replace('3', "4")).snapshot().tree());
        assert!(!changed.is_given("a.py"));
    }

    #[test]
    fn a_file_that_was_worked_on_is_the_candidates_as_far_as_it_was() {
        let all = brought("app.py", &format!("{APP}\n@web.post('/orders')\ndef order():\n    return save()\n"));
        assert!(!all.is_given("app.py"));
        assert!(all.has("app.py", (14, 14)) && !all.has("app.py", (3, 5)) && !all.has("other.py", (1, 1)));
        assert!(!brought("README.md", "# Begin\n\nRun it.\n").is_given("README.md"));
    }

    #[test]
    fn a_line_that_the_template_has_once_is_new_the_second_time() {
        let all = brought("app.py", &format!("{APP}\n@web.get('/')\ndef other():\n    return 'home'\n"));
        assert!(all.has("app.py", (14, 14)));
        // Another file of the name, which begins as any does.
        let all = brought("shop/app.py", "import web\n\n@web.get('/')\ndef shop():\n    return 'shop'\n");
        assert!(all.has("shop/app.py", (3, 3)) && !all.is_given("shop/app.py"));
    }

    #[test]
    fn a_file_that_was_moved_or_renamed_and_then_worked_on_is_the_candidates_as_far_as_it_was() {
        let worked_on =
            format!("{}\n@web.post('/orders')\ndef order():\n    return save()\n", APP.replace("    ", "\t"));
        for path in ["src/app.py", "shop.py"] {
            let all = brought(path, &worked_on);
            assert!(all.has(path, (14, 14)) && !all.has(path, (3, 5)), "{path}: {all:?}");
        }
        let renamed = brought("shop.py", &APP.replace("import web", "import web as site"));
        assert!(renamed.is_given("shop.py") && renamed.has("shop.py", (1, 1)) && !renamed.has("shop.py", (3, 5)));
        let other = brought("shop.py", "import shop\n\ndef home():\n    return 1\n\ndef away():\n    return 2\n");
        assert!(other.has("shop.py", (3, 3)));
        // A copy beside the file is new.
        let both = Fixture::new().file("app.py", APP).file("copy.py", &worked_on).snapshot();
        assert!(template().beside(both.tree()).has("copy.py", (3, 5)));
    }

    #[test]
    fn of_versions_with_as_many_lines_added_the_one_that_lost_the_fewest_was_before() {
        let version = |text: &str| Version { path: "app.py".to_owned(), text: text.to_owned() };
        let longer = format!("import gone\nimport lost\n{APP}");
        for versions in [[&*longer, APP], [APP, &*longer]] {
            let template =
                Template { texts: [("app.py".to_owned(), versions.map(version).into())].into(), ..Template::default() };
            let changed = Fixture::new().file("app.py", &format!("{APP}web.use(orders)\n")).snapshot();
            assert_eq!(template.beside(changed.tree()).before("app.py"), Some(APP));
        }
    }

    #[test]
    fn what_says_how_it_is_built_is_no_work() {
        assert!(["src/a.py", "README.md", "db/1.sql"].iter().all(|path| is_work(path)));
        assert!(!["pyproject.toml", "Dockerfile", "setup.py", "jest.config.js"].iter().any(|path| is_work(path)));
    }
}
