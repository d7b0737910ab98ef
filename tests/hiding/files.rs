//! The places that are a file: its path, and what it holds.

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;

/// A place, its file, and the content around a token.
pub type Place = (&'static str, &'static str, fn(&str) -> Vec<u8>);

/// In the order of the table.
pub const FILES: &[Place] = &[
    ("plain_source", "src/plain.py", |t| text(format!("TOKEN = \"{t}\"\n"))),
    ("dotenv", ".env", |t| text(format!("export GITHUB_TOKEN='{t}'\n"))),
    ("base64_text", "data/once.txt", |t| text(base64(&format!("github token: {t}\n")) + "\n")),
    ("base64_twice", "data/twice.txt", |t| text(base64(&base64(t)) + "\n")),
    ("k8s_secret_base64", "deploy/secret.yaml", |t| {
        text(format!("apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\ndata:\n  token: {}\n", base64(t)))
    }),
    ("hex_encoded", "data/hex.txt", |t| text(format!("{}\n", each(t, |byte| format!("{byte:02x}"))))),
    ("percent_encoded", "data/link.txt", |t| {
        text(format!("https://example.org/?q={}&page=1\n", each(t, |byte| format!("%{byte:02X}"))))
    }),
    ("utf16le_bom", "data/little.txt", |t| {
        [&[0xff, 0xfe][..], &wide(&format!("token = {t}\r\n"), u16::to_le_bytes)].concat()
    }),
    ("utf16be_bom", "data/big.txt", |t| {
        [&[0xfe, 0xff][..], &wide(&format!("token = {t}\r\n"), u16::to_be_bytes)].concat()
    }),
    ("invalid_utf8_near", "data/latin.txt", |t| {
        [&b"caf\xe9 \x80\xfe token = "[..], t.as_bytes(), b" \xff\xfe\n"].concat()
    }),
    ("crlf", "data/dos.ini", |t| text(format!("[github]\r\ntoken={t}\r\nuser=ana\r\n"))),
    ("no_newline_at_eof", "data/end.ini", |t| text(format!("[github]\ntoken={t}"))),
    ("notebook_source", "notebooks/source.ipynb", |t| {
        notebook(&format!("\"source\": [\"import os\\n\", \"token = \\\"{t}\\\"\\n\"], \"outputs\": []"))
    }),
    ("notebook_output", "notebooks/output.ipynb", |t| {
        notebook(&format!("\"source\": [], \"outputs\": [{{\"text\": [\"'{t}'\\n\"]}}]"))
    }),
    ("minified_2MB_line", "web/app.min.js", |t| {
        text(format!("{}var k=\"{t}\";{}", "function a(b){return b+1}".repeat(60_000), "a(2);".repeat(100_000)))
    }),
    ("lockfile_url", "package-lock.json", |t| {
        text(format!("{{\"packages\": {{\"a\": {{\"resolved\": \"git+https://{t}@github.com/a/b.git#1\"}}}}}}\n"))
    }),
    ("node_modules", "node_modules/a/index.js", |t| text(format!("exports.token = '{t}';\n"))),
    ("vendor_dir", "vendor/example.org/a/a.go", |t| text(format!("package a\n\nconst token = \"{t}\"\n"))),
    ("test_dir", "tests/test_api.py", |t| text(format!("def test_it():\n    call(\"{t}\")\n"))),
    ("docs_markdown", "docs/guide.md", |t| text(format!("# Guide\n\n    curl -H 'Authorization: token {t}'\n"))),
    ("svg_file", "web/logo.svg", |t| {
        text(format!("<svg xmlns=\"http://www.w3.org/2000/svg\"><desc>{t}</desc></svg>\n"))
    }),
    ("go_sum_file", "go.sum", |t| {
        text(format!("example.org/a v1.0.0 h1:{}=\nexample.org/b v1.0.0 {t}\n", "A".repeat(43)))
    }),
    ("png_binary", "web/image.png", |t| png(t)),
    ("binary_after_nul", "data/blob.bin", |t| [&[0_u8; 512][..], b"\x01\x02", t.as_bytes(), &[0; 64]].concat()),
    ("zip_archive", "data/backup.zip", |t| zip("backup/.env", &format!("A=1\nTOKEN={t}\n{}", "B=2\n".repeat(50)))),
    ("gzip_file", "data/log.gz", |t| gzip(&format!("GET / {t}\n{}", "GET /\n".repeat(50)))),
    ("sqlite_db", "data/app.sqlite3", |t| {
        [&b"SQLite format 3\0\x10\0\x01\x01"[..], &[0; 4000], b"\x81\x0b\x04", t.as_bytes(), &[0; 50]].concat()
    }),
    ("end_of_7MB_file", "data/seven.csv", |t| rows(7, t)),
    ("end_of_36MB_file", "data/thirtysix.csv", |t| rows(36, t)),
    ("in_path_name", "data/", |_| text("The name says it.\n".to_owned())),
    ("symlink_target", "data/link", |t| text(format!("../{t}"))),
    ("split_concat", "src/joined.js", |t| text(format!("const t = \"{}\" + \"{}\";\n", &t[..15], &t[15..]))),
    ("split_two_lines", "src/lines.py", |t| text(format!("T = (\n    \"{}\"\n    \"{}\"\n)\n", &t[..15], &t[15..]))),
    ("glued_prefix", "data/before.txt", |t| text(format!("key{t}\n"))),
    ("glued_suffix_underscore", "data/after.txt", |t| text(format!("{t}_production\n"))),
    ("comment_allow", "src/allowed.py", |t| {
        text(format!(
            "T = \"{t}\"  # gitleaks:allow trufflehog:ignore nosec pragma: allowlist secret foliolens:ignore\n"
        ))
    }),
    ("file_named_gitleaks_toml", ".gitleaks.toml", |t| text(format!("[allowlist]\npaths = ['''.*''']\n# {t}\n"))),
    ("yarn_lock", "yarn.lock", |t| text(format!("a@1:\n  resolved \"https://r.example.org/a.tgz?token={t}\"\n"))),
    ("poetry_lock", "poetry.lock", |t| {
        text(format!("[[package]]\nname = \"a\"\nurl = \"https://{t}@git.example.org/a\"\n"))
    }),
    ("cargo_lock", "Cargo.lock", |t| {
        text(format!("[[package]]\nname = \"a\"\nsource = \"git+https://{t}@git.example.org/a\"\n"))
    }),
    ("source_map", "web/app.js.map", |t| {
        text(format!("{{\"version\":3,\"sourcesContent\":[\"const k = \\\"{t}\\\";\\n\"],\"mappings\":\"AAAA\"}}"))
    }),
    ("gitattributes_minus_diff", "data/hidden.cfg", |t| text(format!("token = {t}\n"))),
    ("gitattributes_binary", "data/masked.cfg", |t| text(format!("token = {t}\n"))),
    ("gitignored_but_committed", "local.settings", |t| text(format!("token = {t}\n"))),
];

/// What stands beside the places and hides them from others.
pub const COMPANIONS: &[(&str, &str)] =
    &[(".gitattributes", "data/hidden.cfg -diff\ndata/masked.cfg binary\n"), (".gitignore", "local.settings\n.env\n")];

fn text(text: String) -> Vec<u8> {
    text.into_bytes()
}

fn base64(text: &str) -> String {
    STANDARD.encode(text)
}

fn each(text: &str, form: fn(u8) -> String) -> String {
    text.bytes().map(form).collect()
}

fn wide(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

fn notebook(cell: &str) -> Vec<u8> {
    text(format!("{{\"cells\": [{{\"cell_type\": \"code\", {cell}}}], \"nbformat\": 4, \"nbformat_minor\": 5}}\n"))
}

fn rows(megabytes: usize, token: &str) -> Vec<u8> {
    let row = "2026-01-01,order,completed,19.99,EUR,Lisbon\n";
    text(row.repeat((megabytes << 20) / row.len()) + &format!("token,{token}\n"))
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text.as_bytes()).expect("into memory");
    encoder.finish().expect("into memory")
}

fn zip(path: &str, text: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file(path, zip::write::SimpleFileOptions::default()).expect("into memory");
    archive.write_all(text.as_bytes()).expect("into memory");
    archive.finish().expect("into memory").into_inner()
}

/// An image of one grey pixel with a comment.
fn png(comment: &str) -> Vec<u8> {
    let chunk = |kind: &[u8], data: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(kind);
        sum.update(data);
        [&(data.len() as u32).to_be_bytes()[..], kind, data, &sum.sum().to_be_bytes()].concat()
    };
    let mut pixels = flate2::write::ZlibEncoder::new(Vec::new(), Compression::default());
    pixels.write_all(&[0, 128]).expect("into memory");
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]),
        chunk(b"tEXt", &[b"Comment\0", comment.as_bytes()].concat()),
        chunk(b"IDAT", &pixels.finish().expect("into memory")),
        chunk(b"IEND", b""),
    ]
    .concat()
}
