//! The order of reading: commits, changes, blobs. Nothing is checked out, no filter, hook or attribute is run.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use gix::ObjectId;
use gix::bstr::ByteSlice;

use crate::code::{self, Language, own::OwnRules};
use crate::rubric::{Profile, Rubric};
use crate::secrets::{FingerprintKey, Scanner, Suppression};

use super::commits::Links;
use super::comparison::{Comparison, Pairing};
use super::left::Left;
use super::listing::{Listed, list};
use super::once::Once;
use super::pack::{Lookup, Objects, Packs};
use super::texts::Texts;
use super::tree::{File, Mode};
use super::{Blob, BlobId, Commit, History, Skipped, Snapshot, Stage, Template, Tree, Watch, blobs, commits, diff};
use crate::{Limits, paths};

/// The scanner of messages and names makes room for so many; more cost time only.
const MOST_NAMES: usize = 1024;

/// What to read.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The commit to review instead of HEAD.
    pub revision: Option<ObjectId>,
    /// Only what came after this commit is the candidate's.
    pub since: Option<ObjectId>,
    /// What the repository is reviewed as.
    pub profile: Profile,
    /// How much to find out on the way.
    pub depth: Depth,
    /// How much to look at.
    pub limits: Limits,
    /// Credentials that need no action, as the user says.
    pub suppressed: Vec<Suppression>,
    /// Rules that the organisation brought.
    pub own_rules: Arc<OwnRules>,
    /// What was there before the candidate came.
    pub template: Option<Arc<Template>>,
}

/// How much is found out about each file on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Depth {
    /// Everything that any area asks for.
    #[default]
    Everything,
    /// What the area of credentials asks for: no lines are counted, and no text is kept but that of `.gitignore` and of
    /// settings that may replace a key in production.
    Credentials,
}

/// Why there is nothing honest to say about a repository.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no commit yet.
    #[error("the repository has no commits yet")]
    Empty,
    /// HEAD names a branch that does not exist while others do.
    #[error("HEAD points to the branch `{0}`, which does not exist")]
    UnbornBranch(String),
    /// The commit under review, is missing or damaged.
    #[error("the commit {0} could not be read")]
    Head(ObjectId),
    /// [`Options::since`] is not in the history.
    #[error("the commit {0} is not in the history of the branch under review")]
    Since(ObjectId),
    /// The repository borrows objects from elsewhere, which would be read outside of every limit.
    #[error("the repository borrows objects from another one (objects/info/alternates), which is not followed")]
    Alternates,
    /// The references could not be read.
    #[error("the references could not be read")]
    References(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// All versions of all files together are larger than [`Limits::decoded`].
    #[error("the files of the history are larger than {0} MiB together")]
    TooMuch(u64),
    /// [`Watch::interrupted`] said so.
    #[error("interrupted")]
    Interrupted,
}

/// Runs on the rayon pool that it is called in; how many threads that has changes nothing but the time.
pub(super) fn read(
    repo: &gix::ThreadSafeRepository,
    options: &Options,
    watch: &dyn Watch,
) -> Result<Snapshot, ReadError> {
    let repo = &repo.to_thread_local();
    if objects_folder(repo).join("info/alternates").exists() {
        return Err(ReadError::Alternates);
    }
    let scanner = Scanner::for_texts(MOST_NAMES, FingerprintKey::default()).within(&options.limits);
    let mut texts = Texts::new(&scanner);
    let (head, branch) = match options.revision {
        Some(id) => (id, None),
        None => find_head(repo)?,
    };
    let branch = branch.map(|branch| texts.shown(branch.as_bytes()));
    let mut skipped = Skips::default();

    watch.begin(Stage::Commits, None);
    let limits = &options.limits;
    let tree = repo.find_commit(head).ok().and_then(|commit| commit.tree_id().ok());
    let tree = tree.ok_or(ReadError::Head(head))?.detach();
    let listing = list(repo, tree, limits, &mut limits.entries.clone(), &texts, &mut skipped);
    // Nothing else was looked at yet that could have been left out.
    let is_cut = !skipped.is_empty();
    let is_unlisted = listing.is_empty() && is_cut;
    // The walk takes one core; the others compare meanwhile what it has come to, and list what the files will be looked
    // at with.
    let packs = Packs::of(repo);
    let lookup = Lookup::in_packs(&packs);
    let comparison = Comparison::of(repo, &lookup, limits, watch);
    let mut pairing = Pairing::default();
    let objects = Objects::of(&lookup, repo.clone());
    let walked = rayon::in_place_scope(|scope| {
        if options.depth == Depth::Everything {
            scope.spawn(|_| code::prepare(listing.iter().map(|file| file.path.as_str())));
        }
        let mut on_the_way = |commits: &[Commit], links: &[Links], is_all| {
            comparison.begin(&mut pairing, (commits, links), is_all, scope);
        };
        let walked = commits::walk(&objects, head, options, &mut texts, &mut skipped, watch, &mut on_the_way)?;
        comparison.is_shown(walked.commits.len());
        Ok::<_, ReadError>(walked)
    })?;
    if watch.interrupted() {
        return Err(ReadError::Interrupted);
    }
    let compared = comparison.finish(&pairing, &mut skipped);
    drop(lookup);
    let changes = diff::changes(repo, walked, compared, listing, limits, &mut texts, &mut skipped);

    watch.begin(Stage::Blobs, Some(changes.blobs.len() as u64));
    let read = blobs::read(repo, packs, &changes, options, &mut skipped, watch)?;

    let diff::Changes { mut commits, authors, paths: names, refs, blobs: ids, shallow, tagged, listing } = changes;
    for (commit, lines) in commits.iter_mut().zip(read.lines) {
        for (change, (added, deleted)) in commit.changes.iter_mut().zip(lines) {
            (change.added, change.deleted) = (added, deleted);
        }
    }
    for why in texts.cuts.iter().flat_map(|cut| cut.sentences(&options.limits)) {
        skipped.add("message or name", why, 1, true);
    }
    let said = texts.found;
    // Where a template is known, the candidate's work begins after the newest commit that is its.
    let before = commits.iter().find(|commit| commit.on_default_branch && !commit.is_since).map(|commit| commit.id);
    let since = options.since.or(before);
    let lost = |blob: BlobId| read.lost.contains(&blob);
    let is_lost =
        |entry: &Listed| entry.blob.is_some_and(lost) && !paths::is_vendored(&entry.path) && is_read(&entry.path);
    let is_cut = is_cut || listing.iter().any(is_lost);
    let blobs: Vec<Blob> = ids.into_iter().zip(read.blobs).map(|(id, facts)| facts.into_blob(id)).collect();
    let mut texts = read.texts;
    let mut files: Vec<File> = listing
        .into_iter()
        .map(|entry| {
            let content = entry.blob.map(|blob| &blobs[blob.0 as usize]);
            File {
                vendored: paths::is_vendored(&entry.path),
                generated: paths::is_generated(&entry.path) || content.is_some_and(|content| content.generated),
                size: content.map_or(0, |content| content.size),
                text: entry.blob.and_then(|blob| texts.get(&blob).cloned()),
                path: entry.path,
                id: entry.id,
                mode: entry.mode,
            }
        })
        .collect();
    texts.clear();
    for file in files.iter_mut().filter(|file| file.vendored || file.mode == Mode::Submodule) {
        file.text = None;
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| a.path == b.path);
    if options.depth == Depth::Everything {
        let binary = blobs.iter().filter(|blob| blob.binary).map(|blob| blob.id).collect();
        unread(&files, &binary, limits, &mut skipped);
    }
    if options.template.as_ref().is_some_and(|template| template.is_cut()) {
        let why = "larger than is read of one: what is beyond counts as the candidate's";
        skipped.add("template", why.into(), 1, true);
    }
    if shallow {
        skipped.add("history", "the clone is shallow, so older commits are missing".into(), 1, true);
    }
    Ok(Snapshot {
        head,
        branch,
        history: Arc::new(History {
            commits,
            authors,
            paths: names,
            blobs,
            refs: refs.tips,
            tagged,
            texts: said,
            shallow,
            since,
        }),
        tree: Tree { files, is_unlisted, is_cut, names: OnceLock::new() },
        skipped: skipped.into_sorted(),
        thresholds: Rubric::built_in().thresholds(options.profile),
        depth: options.depth,
        limits: options.limits,
        suppressed: options.suppressed.clone(),
        own_rules: options.own_rules.clone(),
        template: options.template.clone(),
        profile: options.profile,
        code: OnceLock::new(),
        stack: OnceLock::new(),
        languages: OnceLock::new(),
        once: Once::default(),
        left: Left::default(),
    })
}

/// What is said of files whose text is not known. Those that an analyzer would have read may hold anything.
fn unread(files: &[File], binary: &HashSet<ObjectId>, limits: &Limits, skipped: &mut Skips) {
    for file in files.iter().filter(|file| file.text.is_none() && file.size > 0) {
        let is_large = file.size > limits.file;
        let is_binary = binary.contains(&file.id);
        let why = if is_large {
            format!("larger than {} KiB", limits.file >> 10)
        } else if is_binary {
            "with a NUL among its first bytes".to_owned()
        } else {
            format!("beyond the first {} MiB of text of one tree", limits.text >> 20)
        };
        if file.is_own() && Language::of(&file.path).is_some() {
            skipped.add("source file", format!("{why}, so they were not read as source code"), 1, true);
        } else if file.is_own() && !is_binary && is_judged(&file.path) {
            skipped.add("text", format!("{why}, so they were only looked into for credentials"), 1, true);
        } else if is_large && Language::of(&file.path).is_none() {
            skipped.add("blob", format!("{why} and only scanned for credentials"), 1, false);
        }
    }
}

/// Whether analyzers read what is at `path`.
fn is_read(path: &str) -> bool {
    Language::of(path).is_some() || is_judged(path) || paths::name(path).to_ascii_lowercase().starts_with("readme")
}

/// Whether analyzers read what is at `path`, source code apart: settings, documents, tables, and what runs and deploys a
/// program. Of other files nothing is said in a report but what looks like a credential.
fn is_judged(path: &str) -> bool {
    const KINDS: &[&str] = &[
        "adoc",
        "cfg",
        "conf",
        "config",
        "csproj",
        "env",
        "gradle",
        "hcl",
        "ini",
        "md",
        "mk",
        "prisma",
        "properties",
        "props",
        "rst",
        "sh",
        "sql",
        "tf",
        "toml",
        "xml",
        "yaml",
        "yml",
    ];
    const JSON: &[&str] = &[
        "app",
        "appsettings",
        "cdk",
        "composer",
        "deno",
        "ecosystem",
        "firebase",
        "function",
        "host",
        "openapi",
        "package",
        "process",
        "railway",
        "swagger",
        "vercel",
    ];
    let name = paths::name(path).to_ascii_lowercase();
    let (stem, kind) = name.rsplit_once('.').unwrap_or((&name, ""));
    let is_of_json = || JSON.contains(&stem.split('.').next().unwrap_or(stem)) || stem.contains("postman");
    !paths::is_aside(path)
        && match kind {
            "" => stem.ends_with("file"),
            "json" => is_of_json(),
            kind => KINDS.contains(&kind) || name.starts_with('.') || stem == "dockerfile",
        }
}

pub(super) fn objects_folder(repo: &gix::Repository) -> PathBuf {
    repo.common_dir().join("objects")
}

fn find_head(repo: &gix::Repository) -> Result<(ObjectId, Option<String>), ReadError> {
    let head = repo.head().map_err(|error| ReadError::References(Box::new(error)))?;
    let branch = head.referent_name().map(|name| name.shorten().to_str_lossy().into_owned());
    match head.id() {
        Some(id) => Ok((id.detach(), branch)),
        None => {
            let others = repo.references().ok().and_then(|refs| refs.all().ok().map(|mut all| all.next().is_some()));
            match (others, branch) {
                (Some(true), Some(branch)) => Err(ReadError::UnbornBranch(branch)),
                _ => Err(ReadError::Empty),
            }
        }
    }
}

/// What was not looked at, gathered on the way.
#[derive(Debug, Default)]
pub(super) struct Skips(HashMap<(&'static str, String, bool), u64>);

impl Skips {
    pub(super) fn add(&mut self, what: &'static str, why: String, count: u64, incomplete: bool) {
        if count > 0 {
            *self.0.entry((what, why, incomplete)).or_default() += count;
        }
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn into_sorted(self) -> Vec<Skipped> {
        let mut all: Vec<_> = self
            .0
            .into_iter()
            .map(|((what, why, incomplete), count)| Skipped { what, why, count, incomplete })
            .collect();
        all.sort();
        all
    }
}
