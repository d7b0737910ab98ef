//! Repositories that are damaged, or lie about what they hold.

use std::path::Path;

use gix::ObjectId;
use gix::objs::Kind;

use super::store::{Store, size};
use super::{DAMAGED, End, Item, Through, raw, served};

pub const ITEMS: &[Item] = &[
    served("delta_chain_10000", delta_chain, End::Report),
    served("delta_bomb", delta_bomb, End::Partial).but(Through::Sentence("a file of more than 256 MiB")),
    raw("sizes_that_lie", sizes_that_lie, End::Partial, DAMAGED),
    raw("deltas_that_lie", deltas_that_lie, End::Partial, DAMAGED),
    raw("delta_of_a_terabyte", delta_of_a_terabyte, End::Partial, Through::Sentence("a file of more than 256 MiB")),
    raw("deltas_in_a_circle", deltas_in_a_circle, End::Partial, DAMAGED),
    raw("missing_objects", missing_objects, End::Partial, Through::Partial),
    raw("folders_missing", folders_missing, End::Partial, Through::Partial),
    raw("file_missing", file_missing, End::Partial, Through::Partial),
    raw("corrupt_objects", corrupt_objects, End::Partial, DAMAGED),
    raw("truncated_pack", truncated_pack, End::Sentence("missing or damaged"), DAMAGED),
    raw(
        "index_that_lies",
        index_that_lies,
        End::Sentence("missing or damaged"),
        // Only the pack is cloned.
        Through::Report,
    ),
    raw("alternates", alternates, End::Sentence("borrows objects"), Through::Report),
    raw("hostile_config", hostile_config, End::Report, Through::Report),
    raw("head_of_megabytes", head_of_megabytes, End::Sentence("its git folder is damaged"), Through::Report),
];

fn gone(byte: u8) -> ObjectId {
    ObjectId::from_bytes_or_panic(&[byte; 20])
}

/// A README, `blobs` beside it, and what is done to the pack after it was written.
fn with(folder: &Path, make: impl FnOnce(&mut Store) -> Vec<(String, ObjectId)>) -> std::path::PathBuf {
    let mut store = Store::new(folder);
    let readme = store.blob("# Shop\n\nSells things.\n");
    let mut entries = make(&mut store);
    entries.push(("README.md".to_owned(), readme));
    entries.sort();
    let entries: Vec<(&str, String, ObjectId)> = entries.into_iter().map(|(name, id)| ("100644", name, id)).collect();
    let tree = store.tree(&entries);
    let commit = store.commit(tree, &[], "Add everything\n");
    store.reference("refs/heads/main", commit);
    store.finish()
}

fn delta_chain(folder: &Path) {
    with(folder, |store| {
        let mut text = "line\n".repeat(2_000);
        let mut last = store.blob(&text);
        let mut entries = Vec::new();
        for index in 0..10_000 {
            let added = format!("{index}\n");
            let mut instructions = copy(0, text.len());
            instructions.push(added.len() as u8);
            instructions.extend_from_slice(added.as_bytes());
            let before = text.len();
            text.push_str(&added);
            last = store.delta(last, before, text.as_bytes(), &instructions);
            if index % 100 == 0 {
                entries.push((format!("f{index}"), last));
            }
        }
        entries
    });
}

/// Each ten times as large as what it is made of: a terabyte in a few hundred bytes, under names that are made up.
fn delta_bomb(folder: &Path) {
    with(folder, |store| {
        let mut size_before = 1_usize << 20;
        let mut last = store.blob(vec![b'x'; size_before]);
        let mut entries = Vec::new();
        for level in 0..6_u8 {
            let instructions: Vec<u8> = (0..10).flat_map(|_| whole(size_before)).collect();
            let after = size_before * 10;
            let delta = [&size(size_before as u64)[..], &size(after as u64), &instructions].concat();
            let id = gone(100 + level);
            store.entry(id, 7, delta.len() as u64, last.as_slice(), &delta);
            entries.push((format!("level{level}"), id));
            (last, size_before) = (id, after);
        }
        entries
    });
}

/// Copies all of a base, 16 MiB at most at a time.
fn whole(size: usize) -> Vec<u8> {
    let mut instructions = Vec::new();
    let mut from = 0;
    while from < size && instructions.len() < 4_096 {
        let len = (size - from).min(0xff_ffff);
        instructions.extend(copy(from, len));
        from += len;
    }
    instructions
}

fn copy(from: usize, len: usize) -> Vec<u8> {
    let mut command = vec![0xff];
    command.extend_from_slice(&(from as u32).to_le_bytes());
    command.extend_from_slice(&(len as u32).to_le_bytes()[..3]);
    command
}

fn sizes_that_lie(folder: &Path) {
    with(folder, |store| {
        let sizes = [0, 1, 1 << 20, 1 << 32, 1 << 50, u64::MAX >> 4];
        let entry = |(index, said): (usize, &u64)| {
            let id = gone(50 + index as u8);
            store.entry(id, 3, *said, &[], b"what is really there");
            (format!("lie{index}.txt"), id)
        };
        sizes.iter().enumerate().map(entry).collect()
    });
}

fn deltas_that_lie(folder: &Path) {
    deltas(
        folder,
        &[
            [size(1 << 20), size(5), copy(0, 5)].concat(),
            [size(5), size(5), copy(1 << 30, 5)].concat(),
            [size(5), size(5), vec![0]].concat(),
            vec![0xff; 64],
        ],
    );
}

/// Not among the others: a clone unpacks deltas side by side, so which of two refusals comes first is by chance.
fn delta_of_a_terabyte(folder: &Path) {
    deltas(folder, &[[size(5), size(1 << 40), copy(0, 5)].concat(), [size(1 << 40), size(5), copy(0, 5)].concat()]);
}

/// Files that are these deltas on a file of five bytes.
fn deltas(folder: &Path, deltas: &[Vec<u8>]) {
    with(folder, |store| {
        let base = store.blob("base\n");
        let entry = |(index, delta): (usize, &Vec<u8>)| {
            let id = gone(60 + index as u8);
            store.entry(id, 7, delta.len() as u64, base.as_slice(), delta);
            (format!("delta{index}.txt"), id)
        };
        deltas.iter().enumerate().map(entry).collect()
    });
}

fn deltas_in_a_circle(folder: &Path) {
    with(folder, |store| {
        let delta = [size(5), size(5), copy(0, 5)].concat();
        for (this, base) in [(70, 71), (71, 72), (72, 70), (73, 73)] {
            store.entry(gone(this), 7, delta.len() as u64, gone(base).as_slice(), &delta);
        }
        (70..74).map(|byte| (format!("circle{byte}"), gone(byte))).collect()
    });
}

fn missing_objects(folder: &Path) {
    let mut store = Store::new(folder);
    let blob = store.blob("# Shop\n");
    let tree = store.tree(&[("100644", "README.md", blob), ("100644", "gone.py", gone(1)), ("40000", "lost", gone(2))]);
    let old = store.commit(gone(3), &[gone(4)], "Add what is gone\n");
    let head = store.commit(tree, &[old], "Go on\n");
    store.reference("refs/heads/main", head);
    store.reference("refs/heads/lost", gone(5));
    store.finish();
}

/// A program, and folders of which nobody can tell what is in them: its tests, its settings, its API's next version.
fn folders_missing(folder: &Path) {
    let mut store = Store::new(folder);
    let readme = store.blob("# Shop\n\nSells things.\n");
    let app = store
        .blob("from flask import Flask\napp = Flask(__name__)\n\n@app.get('/orders')\ndef orders():\n    return []\n");
    let inner = store.tree(&[("100644", "app.py", app), ("40000", "v1", gone(6))]);
    let tree = store.tree(&[("100644", "README.md", readme), ("40000", "shop", inner), ("40000", "tests", gone(7))]);
    let head = store.commit(tree, &[], "Add everything\n");
    store.reference("refs/heads/main", head);
    store.finish();
}

/// A program, and a file of which nobody can tell what is in it.
fn file_missing(folder: &Path) {
    let mut store = Store::new(folder);
    let app = store.blob("print('A shop')\n");
    let tree = store.tree(&[("100644", "README.md", gone(8)), ("100644", "app.py", app)]);
    let head = store.commit(tree, &[], "Add everything\n");
    store.reference("refs/heads/main", head);
    store.finish();
}

fn corrupt_objects(folder: &Path) {
    let mut store = Store::new(folder);
    store.raw(gone(80), 3, 100, &[], &[0x78, 0x9c, 1, 2, 3, 4, 5]);
    store.raw(gone(81), 3, 100, &[], b"no deflate at all");
    store.raw(gone(82), 5, 100, &[], b"a kind that does not exist");
    store.raw(gone(83), 2, 3, &[], b"");
    let tag = store.object(Kind::Tag, b"object nothing\ntype what\n\n\xff");
    let blob = store.blob("# Shop\n");
    let tree = store.tree(&[
        ("100644", "README.md", blob),
        ("100644", "a.py", gone(80)),
        ("100644", "b.py", gone(81)),
        ("100644", "c.py", gone(82)),
        ("40000", "d", gone(83)),
    ]);
    let commit = store.commit(tree, &[], "Add everything\n");
    store.reference("refs/heads/main", commit);
    store.reference("refs/tags/odd", tag);
    store.finish();
}

fn truncated_pack(folder: &Path) {
    let pack = with(folder, |store| vec![("x".to_owned(), store.blob("x\n"))]);
    let bytes = std::fs::read(&pack).expect("there");
    std::fs::write(&pack, &bytes[..bytes.len() / 3]).expect("written");
}

fn index_that_lies(folder: &Path) {
    let pack = with(folder, |store| vec![("x".to_owned(), store.blob("x\n"))]);
    let path = pack.with_extension("idx");
    let mut index = std::fs::read(&path).expect("there");
    // Every object lies far behind the end of the pack.
    let count = u32::from_be_bytes(index[8 + 255 * 4..8 + 256 * 4].try_into().expect("four")) as usize;
    let offsets = 8 + 256 * 4 + count * 24;
    index[offsets..offsets + count * 4].fill(0x7f);
    std::fs::write(&path, index).expect("written");
}

fn alternates(folder: &Path) {
    with(folder, |_| Vec::new());
    std::fs::write(folder.join("objects/info/alternates"), "/etc\n../../../..\n").expect("written");
}

fn hostile_config(folder: &Path) {
    with(folder, |store| vec![(".gitattributes".to_owned(), store.blob("* filter=evil diff=evil\n"))]);
    let config = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n\tfsmonitor = touch pwned\n\tpager = touch pwned\n\
         \thooksPath = hooks\n\tsshCommand = touch pwned\n\tgitProxy = touch pwned\n[filter \"evil\"]\n\
         \tsmudge = touch pwned\n\tclean = touch pwned\n[diff \"evil\"]\n\ttextconv = touch pwned\n\
         [include]\n\tpath = /dev/zero\n\tpath = config\n[includeIf \"gitdir:/\"]\n\tpath = config\n\
         [remote \"origin\"]\n\turl = ext::sh -c touch% pwned\n\tuploadpack = touch pwned\n[credential]\n\thelper = !touch pwned\n";
    std::fs::write(folder.join("config"), config).expect("written");
    std::fs::create_dir(folder.join("hooks")).expect("made");
    std::fs::write(folder.join("hooks/post-checkout"), "#!/bin/sh\ntouch pwned\n").expect("written");
}

fn head_of_megabytes(folder: &Path) {
    with(folder, |_| Vec::new());
    std::fs::write(folder.join("HEAD"), format!("ref: refs/heads/{}\n", "x".repeat(8 << 20))).expect("written");
}
