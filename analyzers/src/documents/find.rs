//! Which documents to read: the README, what it links to, and the READMEs of parts.

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use regex::Regex;

use super::pattern::pattern;
use super::{Document, Role, markdown, markup, pseudo};
use crate::paths;
use crate::snapshot::{File, Mode, Tree};

/// More documents than this belong to a documentation site, not to somebody who wants to run the project. The report says
/// where there are more; what they might say can only speak for a project.
pub(super) const MOST_DOCUMENTS: usize = 60;

/// A README deeper than this is about a detail.
const DEEPEST_PACKAGE: usize = 3;

/// Where everybody looks, linked or not.
const KNOWN: &[&str] = &[
    "contributing",
    "install",
    "installation",
    "development",
    "developing",
    "hacking",
    "deployment",
    "deploy",
    "setup",
];

/// The documents of `tree`, the main README first, without their commands.
pub(super) fn documents(tree: &Tree) -> Vec<Document> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    if let Some(file) = main_readme(tree) {
        seen.insert(file.path.as_str());
        found.extend(read(tree, file, Role::Readme));
    }
    let mut next = 0;
    while next < found.len() && found.len() < MOST_DOCUMENTS {
        for target in linked(tree, &found[next]) {
            if found.len() < MOST_DOCUMENTS && seen.insert(target.path.as_str()) {
                found.extend(read(tree, target, Role::Linked));
            }
        }
        // Links of links are further than a newcomer goes.
        next = if next == 0 { found.len() } else { next + 1 };
    }
    for file in tree.files().iter().filter(|file| is_known(file)) {
        if found.len() < MOST_DOCUMENTS && seen.insert(file.path.as_str()) {
            found.extend(read(tree, file, Role::Linked));
        }
    }
    for file in tree.files().iter().filter(|file| is_package_readme(file) && !is_of_a_plugin(tree, file)) {
        if found.len() < MOST_DOCUMENTS && seen.insert(file.path.as_str()) {
            found.extend(read(tree, file, Role::Package));
        }
    }
    found
}

/// The README that GitHub shows, or the nearest thing to it.
pub(super) fn main_readme(tree: &Tree) -> Option<&File> {
    let in_folder = |folder: &str| {
        tree.files()
            .iter()
            .filter(|file| paths::folder(&file.path).eq_ignore_ascii_case(folder) && is_readme(file))
            .min_by_key(|file| (markup_rank(file.name()), file.path.as_str()))
    };
    // GitHub prefers .github/, but people write the root's; a profile text in .github/ is a different thing.
    in_folder("").or_else(|| in_folder(".github")).or_else(|| in_folder("docs"))
}

fn is_readme(file: &File) -> bool {
    if file.vendored || matches!(file.mode, Mode::Submodule) {
        return false;
    }
    let name = file.name().to_ascii_lowercase();
    let (stem, extension) = name.split_once('.').unwrap_or((&name, ""));
    let is_readme =
        matches!(stem, "readme" | "read_me" | "read-me" | "leiame" | "leia-me" | "lisezmoi" | "liesmich" | "leggimi");
    // README.pt-br.md is a README, README.html is a page.
    is_readme && is_document_extension(extension.rsplit('.').next().unwrap_or(extension))
}

fn is_document_extension(extension: &str) -> bool {
    matches!(
        extension,
        "" | "md"
            | "markdown"
            | "mkd"
            | "mdown"
            | "mdx"
            | "rst"
            | "adoc"
            | "asciidoc"
            | "asc"
            | "org"
            | "txt"
            | "rest"
            | "textile"
    )
}

/// Markdown before other markup, a plain name before one with a language in it.
fn markup_rank(name: &str) -> (usize, usize) {
    let lower = name.to_ascii_lowercase();
    let rank = match lower.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "md" | "markdown" | "mdown" | "mkd" | "mdx" => 0,
        "rst" | "rest" => 1,
        "adoc" | "asciidoc" | "asc" => 2,
        "org" => 3,
        _ => 4,
    };
    (lower.matches('.').count().max(1), rank)
}

fn is_known(file: &File) -> bool {
    let name = file.name().to_ascii_lowercase();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((&name, ""));
    let folder = paths::folder(&file.path);
    let is_where_all_look = || {
        let is_of_docs = matches!(paths::name(folder), "docs" | "doc") && folder.matches('/').count() < DEEPEST_PACKAGE;
        KNOWN.contains(&stem) && (matches!(folder, "" | ".github") || is_of_docs)
    };
    (is_where_all_look() || is_guide(folder, stem))
        && matches!(extension, "md" | "rst" | "adoc" | "org" | "txt" | "")
        && file.is_own()
        && (!extension.is_empty() || file.name().chars().all(|c| c.is_ascii_uppercase()))
}

/// Whether a document below the folder of them is named after what a newcomer does, among others:
/// `docs/runbook/fullstack-startup.md`. What was decided once tells nobody what to do.
fn is_guide(folder: &str, stem: &str) -> bool {
    const WORDS: &[&str] = &["setup", "startup", "install", "installation", "quickstart"];
    let mut parts = folder.split('/');
    let is_of_docs = parts.next().is_some_and(|first| matches!(first, "docs" | "doc"));
    let is_guide = !parts.any(|part| matches!(part, "adr" | "adrs" | "decisions" | "rfc" | "rfcs" | "archive"));
    is_of_docs && is_guide && stem.split(['-', '_', ' ']).any(|word| WORDS.contains(&word))
}

fn is_package_readme(file: &File) -> bool {
    is_readme(file)
        && file.path.matches('/').count() <= DEEPEST_PACKAGE
        && !paths::folder(&file.path).split('/').any(|part| {
            matches!(part, "test" | "tests" | "testdata" | "fixtures" | "migrations" | "alembic" | "__tests__" | "spec")
        })
}

/// Whether a README came with a package that others wrote: PEAR's description of it lies beside, or the list of what PEAR
/// has installed into the folder above.
fn is_of_a_plugin(tree: &Tree, file: &File) -> bool {
    let folder = paths::folder(&file.path);
    let is_described = || {
        let description = tree.get(&format!("{folder}/package.xml")).and_then(File::text);
        description.is_some_and(|text| text.contains("pear.php.net"))
    };
    let above = format!("{}/.registry", paths::folder(folder));
    !folder.is_empty() && (is_described() || !tree.below(above.trim_start_matches('/')).is_empty())
}

/// A sentence that sends the reader to the folder of documents as a whole.
static DOCS_FOLDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?i)\b(docs?|documentation) (folder|directory)\b|\b(see|in|check out|under) (the )?`?/?docs/?`?[ .,;]*$")
});

/// The documents of the repository that `document` links to, or whose folder it names.
fn linked<'tree>(tree: &'tree Tree, document: &Document) -> Vec<&'tree File> {
    // Many links may lead to one place.
    let mut seen = HashSet::new();
    let targets = document.links.iter().filter_map(|link| target(&document.path, link));
    let by_link = targets.filter(|path| seen.insert(path.clone())).filter_map(|path| at(tree, &path));
    let by_folder = document
        .prose
        .iter()
        .any(|line| DOCS_FOLDER.is_match(&line.text))
        .then(|| tree.files().iter().filter(|file| matches!(paths::folder(&file.path), "docs" | "doc")))
        .into_iter()
        .flatten();
    by_link
        .chain(by_folder)
        .filter(|file| {
            let name = file.name().to_ascii_lowercase();
            let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
            file.text().is_some()
                && !file.vendored
                && is_document_extension(extension)
                && (!extension.is_empty() || is_readme(file) || is_known(file))
                && !name.starts_with("license")
                && !name.starts_with("changelog")
                && !name.contains("requirements") | name.ends_with(".md")
                && !name.starts_with("code_of_conduct")
                // What is yet to come.
                && !name.starts_with("roadmap")
        })
        .collect()
}

/// Where in the repository a link in the document at `from` leads.
fn target(from: &str, link: &str) -> Option<String> {
    let link = link.split(['#', '?']).next().unwrap_or_default().trim();
    let link = link.replace("%20", " ");
    let path = if let Some((_, rest)) = link.split_once("://") {
        // An address on GitHub or GitLab of the shape host/owner/name/blob/branch/path.
        let (_, rest) = rest.split_once("/blob/").or_else(|| rest.split_once("/tree/"))?;
        rest.split_once('/')?.1.to_owned()
    } else if link.is_empty() || link.starts_with("mailto:") {
        return None;
    } else if let Some(absolute) = link.strip_prefix('/') {
        absolute.to_owned()
    } else {
        paths::join(paths::folder(from), &link)?
    };
    Some(path.trim_end_matches('/').to_owned())
}

/// The file at `path`, or the README of the folder there.
fn at<'tree>(tree: &'tree Tree, path: &str) -> Option<&'tree File> {
    let in_folder = || tree.below(path).iter().find(|file| paths::folder(&file.path) == path && is_readme(file));
    tree.get(path).or_else(|| in_folder().filter(|_| !path.is_empty()))
}

fn read(tree: &Tree, file: &File, role: Role) -> Option<Document> {
    // Some READMEs are symbolic links to where a documentation site wants them.
    let file = match file.mode {
        Mode::Symlink => tree.get(&paths::join(paths::folder(&file.path), file.text()?.trim())?)?,
        _ => file,
    };
    let text = file.text()?;
    let name = file.name().to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let mut document = match extension {
        "rst" | "rest" => markup::parse(text, markup::Markup::ReStructuredText),
        "adoc" | "asciidoc" | "asc" => markup::parse(text, markup::Markup::AsciiDoc),
        "org" => markup::parse(text, markup::Markup::Org),
        "txt" | "" => markup::parse(text, markup::Markup::Plain),
        _ => {
            let mut document = markdown::parse(text);
            pseudo::add(&mut document, text);
            document
        }
    };
    document.path = file.path.clone();
    document.role = role;
    Some(document)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn found(files: &[(&str, &str)]) -> Vec<(String, Role)> {
        let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
        documents(repo.tree()).into_iter().map(|document| (document.path, document.role)).collect()
    }

    #[test]
    fn the_main_readme_is_at_the_root_then_in_github_then_in_docs() {
        assert_eq!(found(&[("docs/README.md", "a"), ("readme.MD", "b")])[0], ("readme.MD".into(), Role::Readme));
        assert_eq!(found(&[(".github/README.md", "a"), ("docs/readme.rst", "b")])[0].0, ".github/README.md");
        assert_eq!(found(&[("README.pt-br.md", "a"), ("README.md", "b")])[0].0, "README.md");
        assert_eq!(found(&[("README", "a")])[0].0, "README");
        assert!(found(&[("readme.py", "a")]).is_empty());
    }

    #[test]
    fn the_readme_of_a_package_that_others_wrote_is_not_the_projects() {
        let readme = ("plugins/thumbs/README", "make thumbnails");
        assert_eq!(found(&[readme]).len(), 1);
        assert!(found(&[readme, ("plugins/.registry/thumbs.reg", "a")]).is_empty());
        let description = |text: &str| found(&[readme, ("plugins/thumbs/package.xml", text)]).len();
        assert_eq!(description("<package xmlns=\"http://pear.php.net/dtd/package-2.0\">"), 0);
        assert_eq!(description("<package format=\"3\">"), 1);
    }

    #[test]
    fn linked_documents_are_read_and_others_are_not() {
        let files = [
            ("README.md", "[How to run](./docs/run.md#x), [gone](gone.md), [out](../../etc/passwd)"),
            ("docs/run.md", "run"),
            ("docs/other.md", "other"),
            ("web/README.md", "web"),
        ];
        let expected = [("README.md", Role::Readme), ("docs/run.md", Role::Linked), ("web/README.md", Role::Package)];
        assert_eq!(found(&files), expected.map(|(path, role)| (path.to_owned(), role)));
    }

    #[test]
    fn a_guide_is_read_wherever_it_lies_below_the_documents() {
        let is_read = |path: &str| found(&[("README.md", "a"), (path, "b")]).len() == 2;
        for path in ["docs/runbook/fullstack-startup.md", "docs/dev/local_setup.md", "backend/docs/deployment.md"] {
            assert!(is_read(path), "{path}");
        }
        for path in ["docs/adr/0026-setup.md", "src/local-setup.md", "docs/dev/style.md", "docs/setups.md"] {
            assert!(!is_read(path), "{path}");
        }
    }

    #[test]
    fn a_readme_may_name_the_folder_of_documents_as_a_whole() {
        let found =
            |readme: &str| found(&[("README.md", readme), ("docs/database.md", "a"), ("docs/x/y.md", "b")]).len();
        assert_eq!(found("For more, check out the docs folder."), 2);
        assert_eq!(found("The docs are generated."), 1);
    }

    #[test]
    fn what_is_yet_to_come_is_not_read() {
        assert_eq!(found(&[("README.md", "[plan](ROADMAP.md)"), ("ROADMAP.md", "a")]).len(), 1);
    }
}
