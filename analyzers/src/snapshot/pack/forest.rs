//! Which object of a pack is a delta of which: a forest, known from the headers alone.

use gix::zlib;
use gix_object::Kind;
use gix_pack::data::entry::Header;
use rayon::prelude::*;

use super::{LARGEST, Visitor, delta};
use crate::secrets::Copied;

const NONE: u32 = u32::MAX;

/// A pack whose objects are numbered in the order of storage.
pub(super) struct Forest {
    index: gix_pack::index::File,
    data: gix_pack::data::File,
    entries: Vec<Entry>,
    /// By position in the index.
    numbers: Vec<u32>,
    /// Every object that stands on a whole one, each behind its base.
    order: Vec<u32>,
    /// For each object where in `children` its own begin; one more for the end.
    starts: Vec<u32>,
    children: Vec<u32>,
}

struct Entry {
    offset: u64,
    /// In the index.
    position: u32,
    /// The object that this one is a delta of; itself if it is none, `NONE` if it is missing.
    base: u32,
    kind: Option<Kind>,
    /// What the visitor calls it.
    tag: u32,
}

impl Forest {
    pub(super) fn open(path: &std::path::Path, hash: gix::hash::Kind) -> Option<Self> {
        let index = gix_pack::index::File::at(path, hash).ok()?;
        let data = gix_pack::data::File::at(path.with_extension("pack"), hash).ok()?;
        let mut places: Vec<(u64, u32)> =
            (0..index.num_objects()).map(|position| (index.pack_offset_at_index(position), position)).collect();
        places.par_sort_unstable();
        let end = data.pack_end() as u64;
        let number = |offset: u64| {
            places.binary_search_by_key(&offset, |(offset, _)| *offset).map_or(NONE, |number| number as u32)
        };
        let entries: Vec<Entry> = places
            .par_iter()
            .enumerate()
            .map(|(this, &(offset, position))| {
                // The longest header: a size, and a hash or a distance.
                let header = data.entry_slice(offset..(offset + 48).min(end).max(offset));
                let header = header.and_then(|bytes| gix_pack::data::Entry::from_bytes(bytes, offset, hash).ok());
                let base = match header.as_ref().map(|entry| entry.header) {
                    None => NONE,
                    Some(Header::OfsDelta { base_distance }) => offset.checked_sub(base_distance).map_or(NONE, number),
                    Some(Header::RefDelta { base_id }) => {
                        index.lookup(base_id).map_or(NONE, |base| number(index.pack_offset_at_index(base)))
                    }
                    Some(_) => this as u32,
                };
                // A delta of itself would look like none.
                let delta = header.as_ref().is_some_and(|entry| entry.header.is_delta());
                let base = if delta && base == this as u32 { NONE } else { base };
                let kind = header.and_then(|entry| entry.header.as_kind());
                Entry { offset, position, base, kind, tag: NONE }
            })
            .collect();
        let mut numbers = vec![0; places.len()];
        for (number, (_, position)) in places.iter().enumerate() {
            numbers[*position as usize] = number as u32;
        }
        let mut forest =
            Forest { index, data, entries, numbers, order: Vec::new(), starts: Vec::new(), children: Vec::new() };
        forest.order = forest.bases_first();
        for &this in &forest.order {
            let base = forest.entries[this as usize].base;
            forest.entries[this as usize].kind = forest.entries[base as usize].kind;
        }
        Some(forest)
    }

    /// How many objects there are.
    pub(super) fn count(&self) -> usize {
        self.entries.len()
    }

    /// The number of the object with that id.
    pub(super) fn number_of(&self, id: &gix::oid) -> Option<u32> {
        self.index.lookup(id).map(|position| self.numbers[position as usize])
    }

    /// What `object` is; `None` if it stands on nothing whole.
    pub(super) fn kind(&self, object: u32) -> Option<Kind> {
        self.entries[object as usize].kind
    }

    /// What `object` is a delta of. Only of an object that has a [`kind`](Self::kind), and before [`prune`](Self::prune).
    pub(super) fn base(&self, object: u32) -> Option<u32> {
        Some(self.entries[object as usize].base).filter(|base| *base != object)
    }

    /// Keeps of the forest what leads to an object that `visitor` wants. Returns how many those are.
    pub(super) fn prune(&mut self, visitor: &impl Visitor) -> usize {
        let Forest { index, entries, order, .. } = self;
        entries.par_iter_mut().for_each(|entry| {
            if let Some(kind) = entry.kind {
                entry.tag = visitor.wants(kind, index.oid_at_index(entry.position)).unwrap_or(NONE);
            }
        });
        // How many objects of each tree are wanted. Those beyond `order` hang on nothing or on each other.
        let mut weights = vec![0_u32; entries.len()];
        let mut wanted = 0;
        for &this in order.iter().rev() {
            let entry = &entries[this as usize];
            if entry.tag != NONE {
                wanted += 1;
                weights[this as usize] += 1;
            }
            if entry.base != this {
                weights[entry.base as usize] += weights[this as usize];
            }
        }
        self.link(|this| weights[this] > 0);
        // The heaviest last: its base is let go of before it is gone into, so that along any path no more than
        // the logarithm of the number of objects is held.
        for this in 0..self.entries.len() {
            let children = &mut self.children[self.starts[this] as usize..self.starts[this + 1] as usize];
            let heaviest = (0..children.len()).max_by_key(|at| weights[children[*at] as usize]);
            if let Some(heaviest) = heaviest {
                children[heaviest..].rotate_left(1);
            }
        }
        for (entry, weight) in self.entries.iter_mut().zip(&weights) {
            if *weight == 0 {
                entry.base = NONE;
            }
        }
        wanted
    }

    /// Every object that stands on a whole one, each behind its base.
    fn bases_first(&mut self) -> Vec<u32> {
        self.link(|_| true);
        let mut order: Vec<u32> = self.roots().collect();
        order.reserve(self.entries.len() - order.len());
        let mut next = 0;
        while let Some(&this) = order.get(next) {
            next += 1;
            let this = this as usize;
            order.extend_from_slice(&self.children[self.starts[this] as usize..self.starts[this + 1] as usize]);
        }
        order
    }

    /// Makes the lists of children, of those objects that are `kept`.
    fn link(&mut self, kept: impl Fn(usize) -> bool) {
        let base_of = |(this, entry): (usize, &Entry)| {
            (entry.base != NONE && entry.base != this as u32 && kept(this)).then_some(entry.base as usize)
        };
        let mut ends = vec![0_u32; self.entries.len() + 1];
        for base in self.entries.iter().enumerate().filter_map(base_of) {
            ends[base + 1] += 1;
        }
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        self.starts = ends.clone();
        self.children = vec![0; *ends.last().expect("one more than objects") as usize];
        for pair in self.entries.iter().enumerate() {
            if let Some(base) = base_of(pair) {
                self.children[ends[base] as usize] = pair.0 as u32;
                ends[base] += 1;
            }
        }
    }

    /// The objects that are no deltas, in the order of storage.
    pub(super) fn roots(&self) -> impl Iterator<Item = u32> {
        self.entries.iter().enumerate().filter(|(this, entry)| entry.base == *this as u32).map(|(this, _)| this as u32)
    }

    /// Where in [`child`](Self::child) the deltas of `object` stand.
    pub(super) fn children(&self, object: u32) -> std::ops::Range<u32> {
        self.starts[object as usize]..self.starts[object as usize + 1]
    }

    pub(super) fn child(&self, at: u32) -> u32 {
        self.children[at as usize]
    }

    pub(super) fn tag(&self, object: u32) -> Option<u32> {
        Some(self.entries[object as usize].tag).filter(|tag| *tag != NONE)
    }

    /// Inflates what is stored for `object`: itself, or its delta.
    pub(super) fn inflate(&self, object: u32, inflate: &mut zlib::Inflate, buffer: &mut Buffer) -> Option<()> {
        let offset = self.entries[object as usize].offset;
        let end = self.entries.get(object as usize + 1).map_or(self.data.pack_end() as u64, |next| next.offset);
        let stored = self.data.entry_slice(offset..end.max(offset))?;
        let entry = gix_pack::data::Entry::from_bytes(stored, offset, self.data.object_hash()).ok()?;
        let size = usize::try_from(entry.decompressed_size).ok().filter(|size| *size <= LARGEST)?;
        let stored = &stored[entry.header_size()..];
        // No compression makes a thousandth of a text; who promises more lies, and gets no memory for it.
        (size / 1100 <= stored.len()).then_some(())?;
        inflate.reset();
        let (status, _, written) = inflate.once(stored, buffer.room(size)).ok()?;
        (status == zlib::Status::StreamEnd && written == size).then_some(())
    }
}

/// Bytes that are used again without being wiped.
#[derive(Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    used: usize,
}

impl Buffer {
    /// Room for `size` bytes of any content.
    pub(super) fn room(&mut self, size: usize) -> &mut [u8] {
        if self.bytes.len() < size {
            self.bytes.reserve_exact(size - self.bytes.len());
            self.bytes.resize(size, 0);
        }
        self.used = size;
        &mut self.bytes[..size]
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Fills this with what `delta` makes of `base`, and `copies` with what both have.
    pub(super) fn apply(&mut self, delta: &[u8], base: &[u8], copies: &mut Vec<Copied>) -> Option<()> {
        let (base_size, size, instructions) = delta::sizes(delta)?;
        if base_size != base.len() || size > LARGEST {
            return None;
        }
        delta::apply(instructions, base, self.room(size), copies)
    }
}
