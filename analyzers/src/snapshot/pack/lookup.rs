//! Commits and trees by id, for the walk of the history and the comparison of what it finds: each is inflated once, and
//! so is each that it is stored as a delta of.

use std::cell::RefCell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use gix::{oid, zlib};
use gix_object::{Data, Find, Kind};

use super::forest::{Buffer, Forest};
use super::{Packs, delta};
use crate::secrets::Copied;

/// Bytes of commits and trees that are kept; what would go beyond is read anew each time.
const MOST_KEPT: usize = 256 << 20;

/// Of one object, once it was inflated.
type Content = OnceLock<Box<[u8]>>;

/// What was inflated, for all threads.
pub(crate) struct Lookup<'packs> {
    packs: &'packs Packs,
    /// By pack and number of the object.
    known: Vec<Box<[Content]>>,
    kept: AtomicUsize,
}

impl<'packs> Lookup<'packs> {
    pub(crate) fn in_packs(packs: &'packs Packs) -> Self {
        let none_yet = |forest: &Forest| (0..forest.count()).map(|_| OnceLock::new()).collect();
        Lookup { packs, known: packs.0.iter().map(none_yet).collect(), kept: AtomicUsize::new(0) }
    }

    /// The commit or tree with that id; `None` if it is in no pack, too much is kept already, or it is damaged.
    fn find(&self, id: &oid, scratch: &mut Scratch) -> Option<(Kind, &[u8])> {
        let mut packs = self.packs.0.iter().zip(&self.known);
        let (forest, known, number) = packs.find_map(|(forest, known)| Some((forest, known, forest.number_of(id)?)))?;
        let kind = forest.kind(number).filter(|kind| matches!(kind, Kind::Commit | Kind::Tree))?;
        Some((kind, self.content(forest, known, number, scratch)?))
    }

    fn content<'look>(
        &self,
        forest: &Forest,
        known: &'look [Content],
        number: u32,
        scratch: &mut Scratch,
    ) -> Option<&'look [u8]> {
        let Scratch { inflate, buffer, copies, unknown } = scratch;
        unknown.clear();
        let mut next = Some(number);
        while let Some(number) = next.filter(|number| known[*number as usize].get().is_none()) {
            unknown.push(number);
            next = forest.base(number);
        }
        let mut base = next.and_then(|number| known[number as usize].get());
        while let Some(number) = unknown.pop() {
            if self.kept.load(Ordering::Relaxed) > MOST_KEPT {
                return None;
            }
            forest.inflate(number, inflate, buffer)?;
            let content: Box<[u8]> = match base {
                None => buffer.bytes().into(),
                Some(base) => {
                    let (base_size, size, instructions) = delta::sizes(buffer.bytes())?;
                    (base_size == base.len() && size <= MOST_KEPT).then_some(())?;
                    let mut content = vec![0; size];
                    delta::apply(instructions, base, &mut content, copies)?;
                    content.into()
                }
            };
            self.kept.fetch_add(content.len(), Ordering::Relaxed);
            // Another thread may have been quicker, with the same.
            base = Some(known[number as usize].get_or_init(|| content));
        }
        base.map(|content| &**content)
    }
}

/// What is found in the packs of [`Lookup`], and where that has none, in the repository. For one thread.
pub(crate) struct Objects<'look> {
    lookup: &'look Lookup<'look>,
    repo: gix::Repository,
    scratch: RefCell<Scratch>,
}

#[derive(Default)]
struct Scratch {
    inflate: zlib::Inflate,
    buffer: Buffer,
    copies: Vec<Copied>,
    unknown: Vec<u32>,
}

impl<'look> Objects<'look> {
    pub(crate) fn of(lookup: &'look Lookup<'look>, repo: gix::Repository) -> Self {
        Objects { lookup, repo, scratch: RefCell::default() }
    }

    pub(crate) fn repo(&self) -> &gix::Repository {
        &self.repo
    }
}

impl Find for Objects<'_> {
    fn try_find<'a>(&self, id: &oid, buffer: &'a mut Vec<u8>) -> Result<Option<Data<'a>>, gix::Error> {
        match self.lookup.find(id, &mut self.scratch.borrow_mut()) {
            Some((kind, content)) => {
                buffer.clear();
                buffer.extend_from_slice(content);
                Ok(Some(Data { kind, data: buffer, object_hash: self.repo.object_hash() }))
            }
            None => self.repo.objects.try_find(id, buffer),
        }
    }
}
