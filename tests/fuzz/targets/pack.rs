//! A pack that lies, over an index that knows where its objects are said to begin: read or set aside, and nothing more.

use std::path::Path;

use foliolens::git;
use foliolens_analyzers::Snapshot;
use foliolens_analyzers::snapshot::{NoWatch, Options};

const COMMIT: u8 = 1;
const TREE: u8 = 2;
/// The files at HEAD.
const BLOBS: std::ops::Range<u8> = 3..7;

/// The first byte chooses: a base and a delta of it, or what stands in the pack behind the commit and its tree, after the
/// places at which its objects begin.
pub fn run(data: &[u8]) {
    let Some((form, rest)) = super::chosen(data, &[false, true]) else { return };
    let mut pack = b"PACK\0\0\0\x02\0\0\0\x06".to_vec();
    let mut offsets = Vec::new();
    let commit = format!("tree {}\nauthor A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n\nAdd\n", hex(TREE));
    let entry = |blob: u8| [format!("100644 {blob}.txt\0").as_bytes(), &name(blob)].concat();
    object(&mut pack, &mut offsets, 1, &[], commit.as_bytes());
    object(&mut pack, &mut offsets, 2, &[], &BLOBS.flat_map(entry).collect::<Vec<u8>>());
    if form {
        let Some((places, rest)) = rest.split_at_checked(BLOBS.len()) else { return };
        offsets.extend(places.iter().map(|place| pack.len() + usize::from(*place)));
        pack.extend_from_slice(rest);
    } else {
        let Some((length, rest)) = rest.split_first() else { return };
        let (base, delta) = rest.split_at(rest.len().min(usize::from(*length)));
        let first = pack.len();
        object(&mut pack, &mut offsets, 3, &[], base);
        // A delta of it by distance, one by name, and one of the first delta.
        let distance = (pack.len() - first) as u8;
        object(&mut pack, &mut offsets, 6, &[distance & 0x7f], delta);
        object(&mut pack, &mut offsets, 7, &name(BLOBS.start), delta);
        object(&mut pack, &mut offsets, 7, &name(BLOBS.start + 1), delta);
    }
    pack.extend([0; 20]);
    let folder = std::env::temp_dir().join(format!("foliolens-fuzz-{}", std::process::id()));
    let read = written(&folder, &pack, &index(&offsets)).map(|()| git::open(&folder));
    if let Ok(Ok(opened)) = read
        && let Ok(repo) = Snapshot::read(&opened.repository, &Options::default(), &NoWatch)
    {
        assert_eq!(repo.tree().files().len(), BLOBS.len());
        super::repository::judged(&repo);
    }
    let _ = std::fs::remove_dir_all(&folder);
}

/// Objects in a pack, by the names 1, 2 and so on, in this order.
pub struct Objects {
    pack: Vec<u8>,
    offsets: Vec<usize>,
}

impl Objects {
    pub fn new() -> Self {
        Objects { pack: b"PACK\0\0\0\x02\0\0\0\0".to_vec(), offsets: Vec::new() }
    }

    /// Adds one of `kind`: commit, tree, blob or tag, from 1.
    pub fn add(&mut self, kind: u8, mut data: Vec<u8>) {
        data.truncate(60_000);
        object(&mut self.pack, &mut self.offsets, kind, &[], &data);
        self.pack[11] += 1;
    }

    pub fn index(&self) -> Vec<u8> {
        index(&self.offsets)
    }

    /// Writes a repository of them, with `index` beside.
    pub fn written(&self, folder: &Path, index: &[u8]) -> std::io::Result<()> {
        written(folder, &[&self.pack[..], &[0; 20]].concat(), index)
    }
}

/// What nobody checks the hash of.
pub fn name(object: u8) -> [u8; 20] {
    [object; 20]
}

pub fn hex(object: u8) -> String {
    format!("{object:02x}").repeat(20)
}

/// Adds one object, with the header of `kind` and whatever names its base.
fn object(pack: &mut Vec<u8>, offsets: &mut Vec<usize>, kind: u8, base: &[u8], data: &[u8]) {
    offsets.push(pack.len());
    let mut rest = data.len() >> 4;
    pack.push((kind << 4) | (data.len() & 15) as u8 | if rest > 0 { 0x80 } else { 0 });
    while rest > 0 {
        pack.push((rest & 0x7f) as u8 | if rest > 0x7f { 0x80 } else { 0 });
        rest >>= 7;
    }
    pack.extend_from_slice(base);
    pack.extend(stored(data));
}

/// A stream of deflate that compresses nothing.
fn stored(data: &[u8]) -> Vec<u8> {
    let length = data.len() as u16;
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in data {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    let sum = (b << 16 | a).to_be_bytes();
    [&[0x78, 1, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), data, &sum].concat()
}

/// An index of the second version.
fn index(offsets: &[usize]) -> Vec<u8> {
    let names = COMMIT..COMMIT + offsets.len() as u8;
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    index.extend(
        (0..=255_u8).flat_map(|first| u32::to_be_bytes(names.clone().filter(|name| *name <= first).count() as u32)),
    );
    index.extend(names.flat_map(name));
    index.extend(offsets.iter().flat_map(|_| [0; 4]));
    index.extend(offsets.iter().flat_map(|offset| u32::to_be_bytes(*offset as u32)));
    index.extend([0; 40]);
    index
}

fn written(folder: &Path, pack: &[u8], index: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(folder.join("objects/pack"))?;
    std::fs::create_dir_all(folder.join("refs/heads"))?;
    std::fs::write(folder.join("config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n")?;
    std::fs::write(folder.join("refs/heads/main"), hex(COMMIT))?;
    std::fs::write(folder.join("HEAD"), "ref: refs/heads/main\n")?;
    std::fs::write(folder.join("objects/pack/pack-1.pack"), pack)?;
    std::fs::write(folder.join("objects/pack/pack-1.idx"), index)
}
