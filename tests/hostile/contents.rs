//! What stands in files: large, packed and in great number.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use gix::ObjectId;

use super::store::Store;
use super::{End, Item, Through, filled, served};

pub const ITEMS: &[Item] = &[
    served("blob_of_512_mib", blob_of_512_mib, End::Partial).but(Through::Sentence("a file of more than 256 MiB")),
    served("many_large_blobs", many_large_blobs, End::Report),
    served("lines_of_20_mb", lines_of_20_mb, End::Partial),
    served("archives", archives, End::Partial),
    served("encodings_in_encodings", encodings, End::Partial),
    served("credentials_by_the_thousand", credentials, End::Partial),
    served("placeholders_by_the_thousand", placeholders, End::Partial),
    served("routes_by_the_thousand", routes, End::PartialInFull),
    served("lfs_pointers", lfs_pointers, End::Report),
    served("attributes_that_hide", attributes, End::Report),
    served("texts_of_no_language", texts_of_no_language, End::Partial),
];

/// A repository of these files.
pub fn one<T: AsRef<[u8]>>(folder: &Path, files: &[(&str, T)]) {
    let mut store = Store::new(folder);
    store.files(files);
    store.finish();
}

/// Zeros, deflated as they are made.
fn zeros(mib: usize) -> Vec<u8> {
    let mut deflated = ZlibEncoder::new(Vec::new(), Compression::fast());
    let block = vec![0; 1 << 20];
    (0..mib).for_each(|_| deflated.write_all(&block).expect("in memory"));
    deflated.finish().expect("in memory")
}

fn blob_of_512_mib(folder: &Path) {
    let mut store = Store::new(folder);
    let id = ObjectId::from_hex(b"c36ea7c1a7b5b1a0c5f2a0d6b0e5c0a5d7b1f3e2").expect("a name");
    store.raw(id, 3, 512 << 20, &[], &zeros(512));
    let readme = store.blob("# Shop\n");
    let tree = store.tree(&[("100644", "README.md", readme), ("100644", "data.csv", id)]);
    let commit = store.commit(tree, &[], "Add everything\n");
    store.reference("refs/heads/main", commit);
    store.finish();
}

/// Each allowed, all together not to be held.
fn many_large_blobs(folder: &Path) {
    let mut store = Store::new(folder);
    let mut files = Vec::new();
    for index in 0..5_u8 {
        let mut text = vec![b'a' + index; filled(60 << 10)];
        text.iter_mut().step_by(80).for_each(|byte| *byte = b'\n');
        files.push(("100644", format!("data{index:02}.txt"), store.blob(text)));
    }
    let tree = store.tree(&files);
    let commit = store.commit(tree, &[], "Add everything\n");
    store.reference("refs/heads/main", commit);
    store.finish();
}

fn lines_of_20_mb(folder: &Path) {
    let longest = |part: &str| part.repeat((20 << 20) / part.len());
    let long = |part: &str| part.repeat(filled(20 << 10) / part.len());
    let fits = |part: &str| part.repeat((filled(1 << 10) - 100) / part.len());
    one(
        folder,
        &[
            ("README.md", fits("[a](b) ")),
            ("docs/a.md", fits("`")),
            ("a.py", longest("os.getenv('A');")),
            ("b.py", fits("os.getenv('A');")),
            ("a.js", long("app.get('/a',b);")),
            ("b.js", fits("process.env.A;")),
            ("keys.txt", longest("password=aaaa")),
            ("base.txt", long("QUFBQUFB")),
            ("hex.txt", long("deadbeef")),
            ("a.env", long("A=B ")),
            (".env.example", fits("A=")),
            ("Makefile", fits("a: b ")),
            ("Dockerfile", fits("RUN a && ")),
            ("package.json", fits("{\"a\":")),
        ],
    );
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).expect("in memory");
    gzip.finish().expect("in memory")
}

fn archives(folder: &Path) {
    let bomb = gzip(&vec![0; 200 << 20]);
    let mut nested = bomb.clone();
    (0..50).for_each(|_| nested = gzip(&nested));
    let mut many = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let block = vec![b'a'; 4 << 20];
    for index in 0..200 {
        many.start_file(format!("../../{index}"), zip::write::SimpleFileOptions::default()).expect("started");
        many.write_all(&block).expect("in memory");
    }
    let many = many.finish().expect("in memory").into_inner();
    let mut tiny = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..60_000 {
        tiny.start_file(format!("f{index}"), zip::write::SimpleFileOptions::default()).expect("started");
    }
    let tiny = tiny.finish().expect("in memory").into_inner();
    let zeros = vec![0_u8; 1 << 20];
    one(
        folder,
        &[
            ("bomb.gz", &bomb),
            ("nested.gz", &nested),
            ("bomb.tar.gz", &bomb),
            ("many.zip", &many),
            ("tiny.zip", &tiny),
            ("cut.zip", &many[..many.len() / 2].to_vec()),
            ("zeros.tar", &zeros),
        ],
    );
}

fn encodings(folder: &Path) {
    use base64::Engine;
    let base = base64::engine::general_purpose::STANDARD;
    let mut nested = "password = 'hunter22hunter'".to_owned();
    while nested.len() < 900_000 {
        nested = base.encode(&nested);
    }
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    one(
        folder,
        &[
            ("a.txt", nested.clone()),
            ("b.txt", hex(&hex(&hex(&hex(&"token=abc ".repeat(5_000)))))),
            ("c.py", "\\x41".repeat(250_000)),
            ("d.py", "'a' + ".repeat(170_000)),
            ("e.txt", "%41".repeat(340_000)),
            ("f.txt", format!("{}\n", base.encode("QUJD".repeat(100))).repeat(1_000)),
        ],
    );
}

/// None of them real; the rules take them for ones.
fn credentials(folder: &Path) {
    let token = |index: usize| format!("{}_{index:036}", "ghp").replace('0', "Zk");
    let key = ["-----BEGIN RSA PRIVATE", "KEY-----"].join(" ");
    let lines: String = (0..20_000).map(|index| format!("TOKEN_{index} = \"{}\"\n", token(index))).collect();
    let assigned: String = (0..20_000).map(|index| format!("password = \"hT{index}!qWz8pLx\"\n")).collect();
    one(
        folder,
        &[("tokens.py", lines), ("passwords.py", assigned), ("keys.pem", format!("{key}\nMIIE\n").repeat(20_000))],
    );
}

/// Behind so many that stand for a credential or are none there is room for one.
fn placeholders(folder: &Path) {
    one(
        folder,
        &[
            ("settings.py", "password = \"changeme\"\n".repeat(6_000)),
            ("main.tf", "password = \"${X}\"\n".repeat(60_000)),
        ],
    );
}

fn routes(folder: &Path) {
    let python: String =
        (0..filled(12)).map(|index| format!("@app.get('/a{index}/{{b}}')\ndef f{index}(): pass\n")).collect();
    let javascript: String = (0..filled(15)).map(|index| format!("app.get('/a{index}/:b', f);\n")).collect();
    let names: String = (0..filled(20)).map(|index| format!("x = os.environ['NAME_{index}']\n")).collect();
    let mounts: String = (0..filled(8)).map(|index| format!("r{index}.use('/m{index}', r{});\n", index + 1)).collect();
    one(
        folder,
        &[
            ("app.py", format!("from fastapi import FastAPI\napp = FastAPI()\n{python}")),
            ("app.js", format!("const express = require('express');\nconst app = express();\n{javascript}")),
            ("mounts.js", format!("const express = require('express');\nconst r0 = express.Router();\n{mounts}")),
            ("names.py", format!("import os\n{names}")),
            ("package.json", "{\"dependencies\": {\"express\": \"4\"}}".to_owned()),
            ("requirements.txt", "fastapi\n".to_owned()),
        ],
    );
}

fn lfs_pointers(folder: &Path) {
    let pointer =
        |oid: &str, size: &str| format!("version https://git-lfs.github.com/spec/v1\noid {oid}\nsize {size}\n");
    one(
        folder,
        &[
            ("README.md", pointer(&format!("sha256:{}", "a".repeat(64)), "99999999999999999999")),
            ("a.py", pointer("sha256:../../../etc/passwd", "-1")),
            (".gitattributes", "*.py filter=lfs diff=lfs merge=lfs -text\n".to_owned()),
            (".lfsconfig", "[lfs]\n\turl = http://169.254.169.254/\n".to_owned()),
        ],
    );
}

fn attributes(folder: &Path) {
    let mut hidden = String::from("* linguist-vendored linguist-generated -diff binary export-ignore filter=x\n");
    hidden.push_str("[attr]a b\n[attr]b a\n** a\n");
    hidden.push_str(&"[attr]x ".repeat(10_000));
    one(folder, &[(".gitattributes", hidden), ("src/app.py", "password = 'hunter2hunter2'\n".to_owned())]);
}

fn texts_of_no_language(folder: &Path) {
    let random: Vec<u8> =
        (0..1_000_000_u64).map(|index| (index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect();
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend("os.getenv('A')\n".repeat(10_000).encode_utf16().flat_map(u16::to_le_bytes));
    let files: [(&str, Vec<u8>); 6] = [
        ("a.py", random.clone()),
        ("README.md", random.iter().map(|byte| byte | 0x80).collect()),
        ("b.py", utf16),
        ("c.py", vec![0xff; 900_000]),
        ("d.py", "\u{feff}".repeat(200_000).into_bytes()),
        ("e.py", "e\u{301}\u{200d}".repeat(100_000).into_bytes()),
    ];
    one(folder, &files);
}
