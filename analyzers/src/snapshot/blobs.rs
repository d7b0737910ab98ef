//! The one look at the content of every blob: line counts for the history, text for the files at HEAD, and what
//! looks like a credential. A blob is decoded once, whoever asks for it.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use gix::bstr::ByteSlice;
use gix::{ObjectId, oid};
use gix_object::Kind;
use imara_diff::{Algorithm, Diff, Token};

use super::diff::Changes;
use super::pack::{self, Base, Packs, Visitor};
use super::read::{Depth, Options, ReadError, Skips};
use super::{Blob, BlobId, Change, Mode, Watch};
use crate::secrets::{self, FingerprintKey, Hit, Lines, Looked, Scanner};
use crate::{Limits, paths};

/// Git looks for a NUL in as many bytes to tell text from binary.
const BINARY_PROBE: usize = 8000;

/// The content facts of every blob, and what the changes of every commit came to.
pub(super) struct Read {
    pub(super) blobs: Vec<Facts>,
    /// For each commit and each of its changes: lines added and deleted.
    pub(super) lines: Vec<Vec<(u32, u32)>>,
    pub(super) texts: HashMap<BlobId, String>,
}

/// What one look at a blob said.
#[derive(Debug, Default)]
pub(super) struct Facts {
    size: u64,
    lines: u32,
    binary: bool,
    generated: bool,
    hits: Vec<Hit>,
    unopened: Option<secrets::Unopened>,
    cut: secrets::Cut,
}

impl Facts {
    pub(super) fn into_blob(self, id: ObjectId) -> Blob {
        let Facts { size, lines, binary, generated, hits, .. } = self;
        Blob { id, size, lines, binary, generated, hits }
    }
}

pub(super) fn read(
    repo: &gix::Repository,
    packs: Packs,
    changes: &Changes,
    options: &Options,
    skipped: &mut Skips,
    watch: &dyn Watch,
) -> Result<Read, ReadError> {
    let Options { depth, limits, .. } = *options;
    let pairs = match depth {
        Depth::Everything => Pairs::of(changes),
        Depth::Credentials => Pairs::default(),
    };
    let wanted_texts = wanted_texts(repo, changes, depth, &limits);
    let index: gix::hashtable::HashMap<ObjectId, u32> =
        changes.blobs.iter().enumerate().map(|(index, id)| (*id, index as u32)).collect();
    let reader = Reader {
        index,
        facts: changes.blobs.iter().map(|_| OnceLock::new()).collect(),
        texts: Mutex::default(),
        scanner: Scanner::for_texts(changes.blobs.len(), FingerprintKey::default()).within(&limits),
        wanted_texts,
        pairs,
        no_marks: Arc::default(),
        limits,
        decoded: AtomicU64::new(0),
        large: AtomicU64::new(0),
        watch,
    };
    pack::each_packed(packs, watch, &reader)?;
    let rest: Vec<ObjectId> = (changes.blobs.iter().zip(&reader.facts))
        .filter(|(_, facts)| facts.get().is_none())
        .map(|(id, _)| *id)
        .collect();
    let unread = pack::each_by_id(repo, &rest, watch, &reader)?;
    if reader.decoded.load(Ordering::Relaxed) > limits.decoded {
        return Err(ReadError::TooMuch(limits.decoded >> 20));
    }
    // What is never decoded for its size is known by it.
    let is_large = |id: &ObjectId| repo.find_header(*id).is_ok_and(|header| header.size() > pack::LARGEST as u64);
    let refused = match unread {
        0 => 0,
        _ => rest.iter().filter(|id| is_large(id)).count() as u64,
    };
    let too_large = format!("larger than {} MiB", limits.blob >> 20);
    skipped.add("blob", too_large, reader.large.load(Ordering::Relaxed) + refused, true);
    skipped.add("blob", "missing or damaged".into(), unread.saturating_sub(refused), true);

    let Reader { facts, texts, pairs, .. } = reader;
    let blobs: Vec<Facts> = facts.into_iter().map(|facts| facts.into_inner().unwrap_or_default()).collect();
    for unopened in blobs.iter().filter_map(|blob| blob.unopened) {
        skipped.add("archive", format!("{unopened}: not looked into for credentials"), 1, false);
    }
    for why in blobs.iter().flat_map(|blob| blob.cut.sentences(&limits)) {
        skipped.add("blob", why, 1, true);
    }
    let lines = changes
        .commits
        .iter()
        .enumerate()
        .map(|(commit, made)| {
            made.changes
                .iter()
                .enumerate()
                .map(|(change, made)| match (made.old, made.new) {
                    _ if made.renamed => (0, 0),
                    (None, Some(_)) if made.moved.is_some() => pairs.result(commit, change),
                    (Some(_), None) if made.moved.is_some() => (0, 0),
                    (None, Some(new)) => (blobs[new.0 as usize].lines, 0),
                    (Some(old), None) => (0, blobs[old.0 as usize].lines),
                    _ => pairs.result(commit, change),
                })
                .collect()
        })
        .collect();
    Ok(Read { blobs, lines, texts: texts.into_inner().expect("no panic while held") })
}

/// Whoever looks at the blobs, from many threads.
struct Reader<'read> {
    index: gix::hashtable::HashMap<ObjectId, u32>,
    facts: Vec<OnceLock<Facts>>,
    texts: Mutex<HashMap<BlobId, String>>,
    scanner: Scanner,
    wanted_texts: HashSet<BlobId>,
    pairs: Pairs,
    no_marks: Arc<Vec<u64>>,
    limits: Limits,
    decoded: AtomicU64,
    large: AtomicU64,
    watch: &'read dyn Watch,
}

impl Visitor for Reader<'_> {
    type Left = Lines;

    fn wants(&self, kind: Kind, id: &oid) -> Option<u32> {
        let blob = (kind == Kind::Blob).then(|| self.index.get(id)).flatten()?;
        self.facts[*blob as usize].get().is_none().then_some(*blob)
    }

    fn visit(&self, blob: u32, bytes: &[u8], base: Option<Base<'_, Lines>>) -> Option<Lines> {
        let before = self.decoded.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if before > self.limits.decoded {
            return None;
        }
        if bytes.len() > self.limits.blob {
            let facts = Facts { size: bytes.len() as u64, binary: true, ..Facts::default() };
            if self.facts[blob as usize].set(facts).is_ok() {
                self.large.fetch_add(1, Ordering::Relaxed);
            }
            return None;
        }
        let mut lines = match base {
            Some(Base { left, copies }) => self.scanner.lines_beside(bytes, left, copies),
            None => self.scanner.lines(bytes),
        };
        let facts = look(bytes, &mut lines, &self.scanner);
        let id = BlobId(blob);
        if self.wanted_texts.contains(&id)
            && let Some(text) = text(bytes)
        {
            self.texts.lock().expect("no panic while held").insert(id, text);
        }
        self.pairs.seen(blob, if facts.binary { &self.no_marks } else { lines.marks() });
        // A second visit would say the same.
        let _ = self.facts[blob as usize].set(facts);
        self.watch.advance(1, bytes.len() as u64);
        // Files of next to nothing but line breaks are quicker looked at again than remembered.
        (lines.bytes() <= bytes.len()).then_some(lines)
    }
}

fn look(bytes: &[u8], lines: &mut Lines, scanner: &Scanner) -> Facts {
    let binary = is_binary(bytes);
    let Looked { hits, cut, unopened } = scanner.look_into(bytes, lines);
    Facts {
        size: bytes.len() as u64,
        lines: if binary { 0 } else { u32::try_from(lines.count()).unwrap_or(u32::MAX) },
        binary,
        generated: !binary && paths::says_generated(bytes),
        hits,
        unopened,
        cut,
    }
}

fn is_binary(bytes: &[u8]) -> bool {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    !utf16 && bytes[..bytes.len().min(BINARY_PROBE)].contains(&0)
}

/// What `bytes` say, whichever of Unicode's encodings they are in and without its mark; `None` if they are no text. Git
/// takes two bytes a character for binary where no mark says so, but editors show what people wrote.
pub(super) fn text(bytes: &[u8]) -> Option<String> {
    secrets::text_of_two_bytes(bytes).or_else(|| {
        let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
        (!is_binary(bytes)).then(|| text.to_str_lossy().into_owned())
    })
}

/// Whether the file says what becomes of a credential: that it is ignored, or that production takes it from elsewhere.
fn tells_of_credentials(path: &str) -> bool {
    let name = paths::name(path);
    name == ".gitignore"
        || name.starts_with("application")
        || name.starts_with("appsettings")
        || name.ends_with(".exs")
        || path.ends_with("config/environments/production.rb")
        || path.contains("settings") && name.ends_with(".py")
}

/// The blobs at HEAD whose text is kept: not vendored, not too large, and within the budget in the order of paths.
fn wanted_texts(repo: &gix::Repository, changes: &Changes, depth: Depth, limits: &Limits) -> HashSet<BlobId> {
    let mut budget = limits.text;
    let mut files: Vec<_> = changes
        .listing
        .iter()
        .filter(|entry| matches!(entry.mode, Mode::Regular | Mode::Executable | Mode::Symlink))
        .filter(|entry| !paths::is_vendored(&entry.path))
        .filter(|entry| depth == Depth::Everything || tells_of_credentials(&entry.path))
        .filter_map(|entry| Some((entry.path.as_str(), entry.blob?, entry.id)))
        .collect();
    files.sort_unstable();
    let mut wanted = HashSet::new();
    for (_, blob, id) in files {
        if wanted.contains(&blob) {
            continue;
        }
        let Ok(header) = repo.find_header(id) else { continue };
        if header.size() <= limits.file && header.size() <= budget {
            budget -= header.size();
            wanted.insert(blob);
        }
    }
    wanted
}

/// The modifications of the history. Instead of both contents, a hash of each line is kept, and only until every
/// pair that a blob is part of has been compared.
#[derive(Default)]
struct Pairs {
    /// Old and new blob of each distinct pair.
    ends: Vec<(u32, u32)>,
    /// For each commit, the pair of each change that is a modification.
    by_change: Vec<Vec<Option<u32>>>,
    /// For each blob, the pairs that it is an end of.
    of_blob: Vec<Vec<u32>>,
    /// Added in the upper, deleted in the lower half.
    results: Vec<AtomicU64>,
    waiting: Mutex<HashMap<u32, Waiting>>,
}

struct Waiting {
    marks: Arc<Vec<u64>>,
    open: usize,
}

impl Pairs {
    fn of(changes: &Changes) -> Self {
        let mut ends = Vec::new();
        let mut known: HashMap<(u32, u32), u32> = HashMap::new();
        let mut of_blob: Vec<Vec<u32>> = vec![Vec::new(); changes.blobs.len()];
        let mut pair_of = |change: &Change| {
            let (BlobId(old), BlobId(new)) = (change.old.or(change.moved)?, change.new?);
            Some(*known.entry((old, new)).or_insert_with(|| {
                let pair = ends.len() as u32;
                ends.push((old, new));
                of_blob[old as usize].push(pair);
                of_blob[new as usize].push(pair);
                pair
            }))
        };
        let by_change =
            changes.commits.iter().map(|commit| commit.changes.iter().map(&mut pair_of).collect()).collect();
        let results = ends.iter().map(|_| AtomicU64::new(0)).collect();
        Pairs { ends, by_change, of_blob, results, waiting: Mutex::default() }
    }

    /// Takes in the lines of `blob` (none if it is binary) and compares every pair whose other end was here before.
    fn seen(&self, blob: u32, marks: &Arc<Vec<u64>>) {
        let Some(pairs) = self.of_blob.get(blob as usize).filter(|pairs| !pairs.is_empty()) else { return };
        let mut ready = Vec::new();
        {
            let mut waiting = self.waiting.lock().expect("no panic while held");
            let mut open = pairs.len();
            for &pair in pairs {
                let (old, new) = self.ends[pair as usize];
                let other = if old == blob { new } else { old };
                if let Some(there) = waiting.get_mut(&other) {
                    ready.push((pair, old == blob, there.marks.clone()));
                    open -= 1;
                    there.open -= 1;
                    if there.open == 0 {
                        waiting.remove(&other);
                    }
                }
            }
            if open > 0 {
                waiting.insert(blob, Waiting { marks: marks.clone(), open });
            }
        }
        for (pair, blob_is_old, other) in ready {
            let (added, deleted) = if blob_is_old { count(marks, &other) } else { count(&other, marks) };
            self.results[pair as usize].store(u64::from(added) << 32 | u64::from(deleted), Ordering::Relaxed);
        }
    }

    fn result(&self, commit: usize, change: usize) -> (u32, u32) {
        let pair = self.by_change.get(commit).and_then(|of_commit| *of_commit.get(change)?);
        let Some(pair) = pair else { return (0, 0) };
        let result = self.results[pair as usize].load(Ordering::Relaxed);
        ((result >> 32) as u32, result as u32)
    }
}

/// Marks are hashes already, with a key that nobody outside knows.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        debug_assert!(bytes.is_empty(), "only marks are asked for");
    }

    fn write_u64(&mut self, mark: u64) {
        self.0 = mark;
    }
}

/// Lines added and deleted between two files, given as the marks of their lines.
fn count(old: &[u64], new: &[u64]) -> (u32, u32) {
    let prefix = old.iter().zip(new).take_while(|(a, b)| secrets::same(a, b)).count();
    let (old, new) = (&old[prefix..], &new[prefix..]);
    let suffix = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| secrets::same(a, b)).count();
    let (old, new) = (&old[..old.len() - suffix], &new[..new.len() - suffix]);
    if old.is_empty() || new.is_empty() {
        return (new.len() as u32, old.len() as u32);
    }
    let mut tokens: HashMap<u64, u32, BuildHasherDefault<AsItIs>> =
        HashMap::with_capacity_and_hasher(old.len() + new.len(), BuildHasherDefault::default());
    let mut token = |mark: &u64| {
        let next = tokens.len() as u32;
        Token(*tokens.entry(secrets::identity(*mark)).or_insert(next))
    };
    let before: Vec<Token> = old.iter().map(&mut token).collect();
    let after: Vec<Token> = new.iter().map(&mut token).collect();
    let mut diff = Diff::default();
    diff.compute_with(Algorithm::Myers, &before, &after, tokens.len() as u32);
    (diff.count_additions(), diff.count_removals())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_as_git_counts_them() {
        let scanner = Scanner::for_texts(1, FingerprintKey::default());
        let marks = |text: &str| scanner.lines(text.as_bytes()).marks().clone();
        for (old, new, expected) in [
            ("a\nb\nc\n", "a\nX\nc\n", (1, 1)),
            ("a\nb\n", "a\nb\nc\n", (1, 0)),
            ("a\nb\n", "a\nb", (1, 1)),
            ("a\nb\nc\nd\n", "b\nc\nd\na\n", (1, 1)),
            ("", "a\n", (1, 0)),
        ] {
            assert_eq!(count(&marks(old), &marks(new)), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_nul_among_the_first_bytes_is_binary_but_utf16_is_not() {
        assert!(is_binary(b"a\0b"));
        assert!(!is_binary(b"\xff\xfea\0b\0"));
    }

    #[test]
    fn a_text_is_read_in_the_encoding_that_it_is_in() {
        let of = |order: fn(u16) -> [u8; 2], written: &str| written.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let said = "# Shop\n\nRun `make up`.\n";
        for mark in ["", "\u{feff}"] {
            let written = format!("{mark}{said}");
            for bytes in [of(u16::to_le_bytes, &written), of(u16::to_be_bytes, &written), written.clone().into_bytes()]
            {
                assert_eq!(text(&bytes).as_deref(), Some(said), "{bytes:?}");
            }
        }
        assert_eq!(text(b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"), None);
    }
}
