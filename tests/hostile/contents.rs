//! What stands in files: bombs for whatever parses them.

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
    served("lines_of_20_mb", lines_of_20_mb, End::Report),
    served("yaml", yaml, End::Report),
    served("json", json, End::Report),
    served("xml", xml, End::Report),
    served("toml", toml, End::Report),
    served("markdown", markdown, End::Report),
    served("scripts", scripts, End::Report),
    served("archives", archives, End::Report),
    served("encodings_in_encodings", encodings, End::Report),
    served("credentials_by_the_thousand", credentials, End::Report),
    served("routes_by_the_thousand", routes, End::Report),
    served("lfs_pointers", lfs_pointers, End::Report),
    served("attributes_that_hide", attributes, End::Report),
    served("texts_of_no_language", texts_of_no_language, End::Report),
];

fn one<T: AsRef<[u8]>>(folder: &Path, files: &[(&str, T)]) {
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

/// Nine levels of nine, as the name has it.
fn laughs() -> String {
    let mut text = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..30 {
        let before = format!("*a{}", level - 1);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 9].join(", ")));
    }
    text.push_str("services: *a29\npaths: *a29\njobs: *a29\non: *a29\n");
    text
}

fn yaml(folder: &Path) {
    let deep = format!("services: {}{}", "[".repeat(400_000), "]".repeat(400_000));
    let maps = format!("jobs: {}x{}", "{a: ".repeat(200_000), "}".repeat(200_000));
    let indented: String = (0..1_300).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let dashes = "- ".repeat(400_000);
    let merge = "a: &a\n  <<: *a\n  b: c\nservices:\n  <<: [*a, *a]\n";
    let keys = "? ".repeat(300_000);
    one(
        folder,
        &[
            (".github/workflows/laughs.yml", laughs()),
            (".github/workflows/deep.yml", deep.clone()),
            (".github/workflows/maps.yml", maps),
            (".github/workflows/dashes.yml", dashes),
            (".gitlab-ci.yml", laughs()),
            ("docker-compose.yml", laughs()),
            ("compose.yaml", deep.clone()),
            ("openapi.yaml", laughs()),
            ("docs/openapi.yml", deep),
            ("config/indented.yml", indented.clone()),
            ("swagger.yaml", indented),
            (".circleci/config.yml", merge.to_owned()),
            ("azure-pipelines.yml", keys.clone()),
            ("k8s/deployment.yaml", keys),
            ("src/main/resources/application.yml", laughs()),
            ("pnpm-workspace.yaml", laughs()),
            ("serverless.yml", "!!python/object/apply:os.system [touch pwned]\n".to_owned()),
        ],
    );
}

fn json(folder: &Path) {
    let deep = format!("{{\"scripts\": {}{}}}", "[".repeat(400_000), "]".repeat(400_000));
    let maps = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let numbers = format!("{{\"version\": {}, \"dependencies\": {{}}}}", "9".repeat(900_000));
    let keys: String = (0..50_000).map(|index| format!("\"k{index}\":\"v\",")).collect();
    one(
        folder,
        &[
            ("package.json", deep.clone()),
            (
                "web/package.json",
                format!("{{\"dependencies\":{{{keys}\"z\":\"1\"}},\"scripts\":{{{keys}\"z\":\"1\"}}}}"),
            ),
            ("a/package.json", numbers),
            ("b/package.json", maps.clone()),
            ("composer.json", maps.clone()),
            ("openapi.json", deep.clone()),
            ("tsconfig.json", deep.clone()),
            ("appsettings.json", maps),
            ("nest-cli.json", deep.clone()),
            ("vercel.json", deep.clone()),
            ("postman_collection.json", deep),
        ],
    );
}

fn xml(folder: &Path) {
    let mut laughs = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE project [\n<!ENTITY a0 \"lol\">\n");
    for level in 1..20 {
        laughs.push_str(&format!("<!ENTITY a{level} \"{}\">\n", format!("&a{};", level - 1).repeat(10)));
    }
    laughs.push_str(
        "<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<project><dependencies>&a19;&x;</dependencies></project>",
    );
    let deep = format!("{}{}", "<dependency>".repeat(40_000), "</dependency>".repeat(40_000));
    let open = "<!--".repeat(200_000);
    one(
        folder,
        &[
            ("pom.xml", laughs.clone()),
            ("a/pom.xml", deep.clone()),
            ("b/pom.xml", open.clone()),
            ("Shop.csproj", laughs),
            ("a/A.csproj", deep),
            ("web.config", open),
        ],
    );
}

fn toml(folder: &Path) {
    let deep = format!("a = {}{}", "[".repeat(300_000), "]".repeat(300_000));
    let tables = format!("{}b = 1\n", "a.".repeat(200_000));
    let inline = format!("a = {}1{}", "{a = ".repeat(100_000), "}".repeat(100_000));
    let header = format!("[{}z]\n", "a.".repeat(300_000));
    let many: String = (0..40_000).map(|index| format!("[[bin]]\nname = \"{index}\"\n")).collect();
    one(
        folder,
        &[
            ("Cargo.toml", deep.clone()),
            ("a/Cargo.toml", tables.clone()),
            ("b/Cargo.toml", inline.clone()),
            ("c/Cargo.toml", many),
            ("pyproject.toml", header),
            ("a/pyproject.toml", deep),
            ("Pipfile", inline),
            ("mise.toml", tables.clone()),
            (".github/foliolens.toml", "a = [".repeat(10_000)),
            ("fly.toml", tables),
        ],
    );
}

fn markdown(folder: &Path) {
    let fill = |part: &str| part.repeat(filled(1 << 10) / part.len() - 1);
    let readmes = [
        "> ",
        "- ",
        "[",
        "![",
        "*a_",
        "**",
        "<b>",
        "`",
        "```\n",
        "[a]: <b>\n",
        "[a][b]",
        "|a|b|\n|-|-|\n",
        "1. ",
        "# a\n",
        "<!--",
        "&amp;",
        "\\",
        "[a](",
        "~~",
        "$",
        "<a href=\"",
        "    a\n",
        "* a\n  ",
        "<details>",
    ];
    let mut files: Vec<(String, String)> =
        readmes.iter().enumerate().map(|(index, part)| (format!("docs/{index}.md"), fill(part))).collect();
    for (index, part) in readmes.iter().enumerate() {
        files.push((format!("part{index}/README.md"), fill(part)));
    }
    files.push(("README.md".to_owned(), format!("# Shop\n\n{}", fill("> - "))));
    files.push(("CONTRIBUTING.md".to_owned(), fill("[a]: b\n[a]")));
    files.push(("docs/tabs.md".to_owned(), fill("\t- ")));
    let files: Vec<(&str, &String)> = files.iter().map(|(path, text)| (path.as_str(), text)).collect();
    one(folder, &files);
}

fn scripts(folder: &Path) {
    let fill = |part: &str| part.repeat(filled(1 << 10) / part.len() - 1);
    one(
        folder,
        &[
            ("Dockerfile", format!("FROM a\n{}", fill("RUN a \\\n"))),
            ("a/Dockerfile", fill("FROM a AS b\n")),
            ("b/Dockerfile", format!("FROM a\nRUN <<A\n{}", fill("<<A\n"))),
            ("c/Dockerfile", format!("FROM a\nCMD {}", fill("["))),
            ("Makefile", fill("a: a b\n\ta\n")),
            ("a/Makefile", fill("define a\n")),
            ("Justfile", fill("a b:\n  c\n")),
            ("run.sh", fill("$(")),
            ("a.sh", fill("if a; then ")),
            ("b.sh", fill("<<A\n")),
            ("README.md", format!("```sh\n{}\n```\n", fill("echo \"$(a \""))),
            ("requirements.txt", fill("a[b,c]>=1;d\n")),
            ("Gemfile", fill("gem 'a' do\n")),
            ("build.gradle", fill("a { ")),
            ("go.mod", fill("require (\n")),
            (".env.example", fill("A=${B:-${")),
            (".gitignore", fill("**/*/**/\n")),
            ("Procfile", fill("web: a\n")),
            ("migrations/1.sql", fill("((")),
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
    for index in 0..filled(200) >> 10 {
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
    let assigned: String = (0..20_000).map(|index| format!("password{index} = \"hT{index}!qWz8pLx\"\n")).collect();
    one(
        folder,
        &[("tokens.py", lines), ("passwords.py", assigned), ("keys.pem", format!("{key}\nMIIE\n").repeat(20_000))],
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
