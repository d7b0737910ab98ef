//! The one look at the content of every blob: line counts for the history, text for the files at HEAD, and what
//! looks like a credential. A blob is decoded once, whoever asks for it.

mod pairs;

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use gix::bstr::ByteSlice;
use gix::{ObjectId, oid};
use gix_object::Kind;

use self::pairs::Pairs;
use super::diff::Changes;
use super::pack::{self, Base, Packs, Visitor};
use super::read::{Depth, Options, ReadError, Skips};
use super::{Blob, BlobId, Mode, Watch};
use crate::secrets::{self, FingerprintKey, Hit, Lines, Looked, Scanner};
use crate::{Limits, paths};

/// Why the content of a file is not known where its object is not there.
pub(crate) const MISSING: &str = "missing or damaged";

/// Git looks for a NUL in as many bytes to tell text from binary.
const BINARY_PROBE: usize = 8000;

/// The content facts of every blob, and what the changes of every commit came to.
pub(super) struct Read {
    pub(super) blobs: Vec<Facts>,
    /// For each commit and each of its changes: lines added and deleted.
    pub(super) lines: Vec<Vec<(u32, u32)>>,
    pub(super) texts: HashMap<BlobId, String>,
    /// Those that are missing or damaged.
    pub(super) lost: HashSet<BlobId>,
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
    let mut lost: HashSet<BlobId> = HashSet::new();
    let mut refused = 0;
    for id in rest.iter().filter(|_| unread > 0) {
        match reader.index.get(id) {
            _ if is_large(id) => refused += 1,
            Some(blob) if reader.facts[*blob as usize].get().is_none() => {
                lost.insert(BlobId(*blob));
            }
            _ => {}
        }
    }
    let too_large = format!("larger than {} MiB", limits.blob >> 20);
    skipped.add("blob", too_large, reader.large.load(Ordering::Relaxed) + refused, true);
    skipped.add("blob", MISSING.into(), unread.saturating_sub(refused), true);

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
    Ok(Read { blobs, lines, texts: texts.into_inner().expect("no panic while held"), lost })
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

#[cfg(test)]
mod tests {
    use super::*;

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
