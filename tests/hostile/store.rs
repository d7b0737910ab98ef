//! Writing a repository byte by byte: git itself would refuse most of what is written here.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use gix::ObjectId;
use gix::objs::Kind;

/// A bare repository with one pack and packed references.
pub struct Store {
    folder: PathBuf,
    pack: Vec<u8>,
    entries: BTreeMap<ObjectId, Entry>,
    refs: BTreeMap<Vec<u8>, ObjectId>,
}

#[derive(Clone, Copy)]
struct Entry {
    offset: u64,
    crc: u32,
}

/// What every commit says unless something else is to be shown.
pub const WHO: &str = "A <a@example.org> 1700000000 +0000";

impl Store {
    pub fn new(folder: &Path) -> Self {
        for part in ["objects/pack", "objects/info", "refs/heads", "refs/tags"] {
            std::fs::create_dir_all(folder.join(part)).expect("made");
        }
        let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).expect("written");
        write("HEAD", "ref: refs/heads/main\n");
        // The git that hands it out is not to look for deltas first, which takes it minutes.
        write("config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[pack]\n\twindow = 0\n");
        let pack = b"PACK\0\0\0\x02\0\0\0\0".to_vec();
        Store { folder: folder.to_owned(), pack, entries: BTreeMap::new(), refs: BTreeMap::new() }
    }

    /// Adds an object as it is.
    pub fn object(&mut self, kind: Kind, data: &[u8]) -> ObjectId {
        let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, kind, data).expect("hashed");
        self.entry(id, number(kind), data.len() as u64, &[], data);
        id
    }

    /// Adds what a pack may hold under any name, size and base.
    pub fn entry(&mut self, id: ObjectId, kind: u8, size: u64, base: &[u8], data: &[u8]) {
        if self.entries.contains_key(&id) {
            return;
        }
        let mut deflated = ZlibEncoder::new(Vec::new(), Compression::fast());
        deflated.write_all(data).expect("in memory");
        self.raw(id, kind, size, base, &deflated.finish().expect("in memory"));
    }

    /// The same with what is deflated already, or no deflate stream at all.
    pub fn raw(&mut self, id: ObjectId, kind: u8, size: u64, base: &[u8], deflated: &[u8]) {
        let offset = self.pack.len();
        let mut rest = size >> 4;
        self.pack.push((kind << 4) | (size & 15) as u8 | if rest > 0 { 0x80 } else { 0 });
        while rest > 0 {
            self.pack.push((rest & 0x7f) as u8 | if rest > 0x7f { 0x80 } else { 0 });
            rest >>= 7;
        }
        self.pack.extend_from_slice(base);
        self.pack.extend_from_slice(deflated);
        let mut crc = flate2::Crc::new();
        crc.update(&self.pack[offset..]);
        self.entries.insert(id, Entry { offset: offset as u64, crc: crc.sum() });
    }

    /// Adds `data` as a delta of `base` that is `instructions`.
    pub fn delta(&mut self, base: ObjectId, base_size: usize, data: &[u8], instructions: &[u8]) -> ObjectId {
        let id = gix::objs::compute_hash(gix::hash::Kind::Sha1, Kind::Blob, data).expect("hashed");
        let delta = [&size(base_size as u64)[..], &size(data.len() as u64), instructions].concat();
        let distance = self.pack.len() as u64 - self.entries[&base].offset;
        self.entry(id, 6, delta.len() as u64, &distance_bytes(distance), &delta);
        id
    }

    pub fn blob(&mut self, data: impl AsRef<[u8]>) -> ObjectId {
        self.object(Kind::Blob, data.as_ref())
    }

    /// A tree of `entries` in whatever order they come.
    pub fn tree<N: AsRef<[u8]>>(&mut self, entries: &[(&str, N, ObjectId)]) -> ObjectId {
        let mut data = Vec::new();
        for (mode, name, id) in entries {
            data.extend_from_slice(mode.as_bytes());
            data.push(b' ');
            data.extend_from_slice(name.as_ref());
            data.push(0);
            data.extend_from_slice(id.as_slice());
        }
        self.object(Kind::Tree, &data)
    }

    pub fn commit(&mut self, tree: ObjectId, parents: &[ObjectId], message: &str) -> ObjectId {
        let people = format!("author {WHO}\ncommitter {WHO}\n");
        self.commit_by(tree, parents, people.as_bytes(), message.as_bytes())
    }

    /// A commit whose headers after the parents are `people`.
    pub fn commit_by(&mut self, tree: ObjectId, parents: &[ObjectId], people: &[u8], message: &[u8]) -> ObjectId {
        let mut data = format!("tree {tree}\n").into_bytes();
        for parent in parents {
            data.extend_from_slice(format!("parent {parent}\n").as_bytes());
        }
        data.extend_from_slice(people);
        data.push(b'\n');
        data.extend_from_slice(message);
        self.object(Kind::Commit, &data)
    }

    pub fn reference(&mut self, name: impl AsRef<[u8]>, id: ObjectId) {
        self.refs.insert(name.as_ref().to_vec(), id);
    }

    /// One commit of `files` on `main`, besides one that has a README.
    pub fn files<T: AsRef<[u8]>>(&mut self, files: &[(&str, T)]) -> ObjectId {
        let mut root = Folder::default();
        for (path, text) in files {
            let id = self.blob(text);
            root.insert(path, id);
        }
        let tree = self.folder(&root);
        let commit = self.commit(tree, &[], "Add everything\n");
        self.reference("refs/heads/main", commit);
        commit
    }

    fn folder(&mut self, folder: &Folder) -> ObjectId {
        let mut entries: Vec<(&str, String, ObjectId)> =
            folder.files.iter().map(|(name, id)| ("100644", name.clone(), *id)).collect();
        for (name, inner) in &folder.folders {
            entries.push(("40000", name.clone(), self.folder(inner)));
        }
        entries.sort_by_key(|(mode, name, _)| if *mode == "40000" { format!("{name}/") } else { name.clone() });
        self.tree(&entries)
    }

    /// Writes the pack with its index, and the references. Returns the path of the pack.
    pub fn finish(mut self) -> PathBuf {
        let count = u32::try_from(self.entries.len()).expect("few");
        self.pack[8..12].copy_from_slice(&count.to_be_bytes());
        let sum = hash(&self.pack);
        self.pack.extend_from_slice(sum.as_slice());
        let path = self.folder.join(format!("objects/pack/pack-{sum}.pack"));
        std::fs::write(&path, &self.pack).expect("written");
        std::fs::write(path.with_extension("idx"), self.index(sum)).expect("written");
        let mut packed = b"# pack-refs with: peeled fully-peeled sorted \n".to_vec();
        for (name, id) in &self.refs {
            packed.extend_from_slice(format!("{id} ").as_bytes());
            packed.extend_from_slice(name);
            packed.push(b'\n');
        }
        std::fs::write(self.folder.join("packed-refs"), packed).expect("written");
        path
    }

    /// <https://git-scm.com/docs/pack-format#_version_2_pack_idx_files_support_packs_larger_than_4_gib_and>
    fn index(&self, sum: ObjectId) -> Vec<u8> {
        let mut index = b"\xfftOc\0\0\0\x02".to_vec();
        let mut keys = self.entries.keys().peekable();
        let mut upto = 0_u32;
        for first in 0..=255_u8 {
            while keys.next_if(|id| id.as_slice()[0] <= first).is_some() {
                upto += 1;
            }
            index.extend_from_slice(&upto.to_be_bytes());
        }
        self.entries.keys().for_each(|id| index.extend_from_slice(id.as_slice()));
        self.entries.values().for_each(|entry| index.extend_from_slice(&entry.crc.to_be_bytes()));
        for entry in self.entries.values() {
            index.extend_from_slice(&u32::try_from(entry.offset).expect("below 2 GiB").to_be_bytes());
        }
        index.extend_from_slice(sum.as_slice());
        let own = hash(&index);
        index.extend_from_slice(own.as_slice());
        index
    }
}

#[derive(Default)]
struct Folder {
    files: BTreeMap<String, ObjectId>,
    folders: BTreeMap<String, Folder>,
}

impl Folder {
    fn insert(&mut self, path: &str, id: ObjectId) {
        match path.split_once('/') {
            Some((folder, rest)) => self.folders.entry(folder.to_owned()).or_default().insert(rest, id),
            None => drop(self.files.insert(path.to_owned(), id)),
        }
    }
}

/// A size as a delta has it.
pub fn size(mut size: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while size > 0x7f {
        bytes.push((size & 0x7f) as u8 | 0x80);
        size >>= 7;
    }
    bytes.push(size as u8);
    bytes
}

fn distance_bytes(mut distance: u64) -> Vec<u8> {
    let mut bytes = vec![(distance & 0x7f) as u8];
    while distance > 0x7f {
        distance = (distance >> 7) - 1;
        bytes.push((distance & 0x7f) as u8 | 0x80);
    }
    bytes.reverse();
    bytes
}

fn number(kind: Kind) -> u8 {
    match kind {
        Kind::Commit => 1,
        Kind::Tree => 2,
        Kind::Blob => 3,
        Kind::Tag => 4,
    }
}

fn hash(bytes: &[u8]) -> ObjectId {
    let mut hasher = gix::hash::hasher(gix::hash::Kind::Sha1);
    hasher.update(bytes);
    hasher.try_finalize().expect("no collision")
}
