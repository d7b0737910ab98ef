use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::secrets::{FingerprintKey, Scanner, example, scan};

/// A token that its checksum proves.
fn token() -> String {
    let text = example("github-token");
    text.split(" = ").last().expect("as the rule's first positive has it").to_owned()
}

#[track_caller]
fn found(text: impl AsRef<[u8]>, lines: (u32, u32)) {
    let hits = scan(text.as_ref());
    let found: Vec<_> = hits.iter().map(|hit| (hit.rule, hit.lines)).collect();
    assert_eq!(found, [("github-token", lines)], "{}", String::from_utf8_lossy(text.as_ref()));
    assert_eq!(hits[0].fingerprint, scan(token().as_bytes())[0].fingerprint, "the value is the same in every form");
}

#[test]
fn base64_in_either_alphabet_once_and_twice() {
    let once = STANDARD.encode(format!("token: {}\n", token()));
    found(format!("a: 1\n  data: {once}\n"), (2, 2));
    found(URL_SAFE_NO_PAD.encode(format!("??>>{}", token())), (1, 1));
    found(STANDARD.encode(STANDARD.encode(token())), (1, 1));
}

#[test]
fn base64_in_one_line_of_many_megabytes() {
    let text = format!("{}{}\n", "some words ".repeat(800_000), token());
    found(STANDARD.encode(text), (1, 1));
}

#[test]
fn base64_wrapped_over_lines() {
    let text = STANDARD.encode(format!("{}\nkey={}\n{}", "some words ".repeat(9), token(), "more words ".repeat(9)));
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    let last = lines.len() as u32 + 1;
    found(format!("data: |\n{}\n", lines.join("\n")), (2, last));
    found(format!("{}\r\n", lines.join("\r\n")), (1, last - 1));
    found(format!("\"{}\"", lines.join("\\n")), (1, 1));
    found(format!("s = \"{}\"", lines.join("\" \\\n    \"")), (1, last - 1));
}

#[test]
fn hexadecimal_percent_and_string_escapes() {
    let each = |form: fn(u8) -> String| -> String { token().bytes().map(form).collect() };
    found(format!("x = '{}'", each(|byte| format!("{byte:02x}"))), (1, 1));
    found(format!("https://a.io/?q={}&b=1", each(|byte| format!("%{byte:02X}"))), (1, 1));
    found(format!("{{\"t\": \"{}\"}}", each(|byte| format!("\\u{byte:04x}"))), (1, 1));
    found(each(|byte| format!("\\x{byte:02x}")), (1, 1));
    found(format!("q={}", token().replace('_', "%5F")), (1, 1));
}

#[test]
fn two_bytes_a_character_with_and_without_a_mark() {
    let text = format!("first line\r\nGITHUB={}\r\n", token());
    let units = |order: fn(u16) -> [u8; 2]| -> Vec<u8> { text.encode_utf16().flat_map(order).collect() };
    found(units(u16::to_le_bytes), (2, 2));
    found(units(u16::to_be_bytes), (2, 2));
    found([&[0xff, 0xfe][..], &units(u16::to_le_bytes)].concat(), (2, 2));
    found([&[0xfe, 0xff][..], &units(u16::to_be_bytes)].concat(), (2, 2));
}

#[test]
fn one_value_in_two_literals() {
    let token = token();
    let (a, b) = token.split_at(17);
    for joint in ["\" + \"", "\" . \"", "\" \"", "\" +\n    \"", "\"\n    + \"", "\" \\\n  \"", "\\\n"] {
        let lines = 1 + joint.matches('\n').count() as u32;
        found(format!("t = \"{a}{joint}{b}\""), (1, lines));
    }
    found(format!("{a}\n{b}"), (1, 2));
}

#[test]
fn a_literal_within_a_string() {
    let (quoted, hex) = ("\\\"", "9f86d081884c7d659a2feaa0c55ad015");
    let hits = scan(format!("\"source\": [\n \"api_key = {quoted}{hex}{quoted}\\n\",\n").as_bytes());
    assert_eq!(hits.iter().map(|hit| (hit.rule, hit.lines.0)).collect::<Vec<_>>(), [("assigned-secret", 2)]);
}

#[test]
fn many_names_of_literals_within_a_string_are_still_looked_into_in_full() {
    let names: Vec<String> =
        ["secret", "token", "api_key", "password", "access_key"].map(|name| format!(r#""{name}"""#)).into();
    let list = format!("keywords = [{}]\n", names.join(", ").repeat(4));
    let text = list.repeat(5);
    let scanner = Scanner::for_texts(1, FingerprintKey::default());
    let looked = scanner.look_into(text.as_bytes(), &mut scanner.lines(text.as_bytes()));
    assert!(!looked.cut.packed, "all of it is looked into");
}

#[test]
fn what_encodes_no_text_is_left_alone() {
    let image =
        STANDARD.encode((0..6000_u32).flat_map(|at| at.wrapping_mul(2_654_435_761).to_le_bytes()).collect::<Vec<u8>>());
    assert_eq!(scan(format!("\"image/png\": \"{image}\"").as_bytes()), []);
    assert_eq!(scan("src/main/java/com/example/shop/ordersandpayments/OrderController".repeat(40).as_bytes()), []);
    assert_eq!(scan("-".repeat(500).as_bytes()), []);
}

#[test]
fn an_encoded_line_is_found_again_in_the_next_version() {
    let scanner = crate::secrets::Scanner::for_texts(2, crate::secrets::FingerprintKey::default());
    let text = format!("a\ndata: {}\nb\n", STANDARD.encode(format!("token: {}", token())));
    assert_eq!(scanner.scan(text.as_bytes()), scanner.scan(text.as_bytes()));
    assert_eq!(scanner.scan(text.as_bytes()).len(), 1);
}

mod archives {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::{found, token};
    use crate::secrets::{FingerprintKey, Scanner, Unopened, scan, unopened};

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).expect("into memory");
        encoder.finish().expect("into memory")
    }

    fn zip(text: &[u8]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file("folder/.env", options).expect("into memory");
        archive.write_all(text).expect("into memory");
        archive.finish().expect("into memory").into_inner()
    }

    fn tar(text: &[u8]) -> Vec<u8> {
        let mut archive = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_cksum();
        archive.append_data(&mut header, "folder/.env", text).expect("into memory");
        archive.into_inner().expect("into memory")
    }

    #[test]
    fn archives_are_opened() {
        let text = format!("a=b\nTOKEN={}\n", token());
        let twice = text.repeat(20);
        for packed in [gzip(text.as_bytes()), zip(twice.as_bytes()), gzip(&tar(text.as_bytes()))] {
            found(packed, (1, 1));
        }
    }

    #[test]
    fn the_compressed_text_of_an_image() {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(token().as_bytes()).expect("into memory");
        let stream = encoder.finish().expect("into memory");
        let data = [b"Comment\0\0", stream.as_slice()].concat();
        let length = (data.len() as u32).to_be_bytes();
        found([b"\x89PNG\r\n\x1a\n", &length[..], b"zTXt", &data, b"\0\0\0\0"].concat(), (1, 1));
    }

    #[test]
    fn a_bomb_is_cut_short() {
        let bomb = gzip(&vec![0; 64 << 20]);
        assert_eq!(scan(&bomb), []);
    }

    #[test]
    fn what_is_not_opened_is_named() {
        assert_eq!(unopened(b"7z\xbc\xaf\x27\x1c\0\x04"), Some(Unopened::Kind("7z")));
        assert_eq!(unopened(b"BZhave a look"), None);
        let mut locked = zip(b"a=b");
        locked[6] |= 1;
        assert_eq!(unopened(&locked), Some(Unopened::Encrypted));
        assert_eq!(unopened(&zip(b"a=b")), None);
    }

    /// The second of two entries, with `change` in its header at the end of the archive.
    fn unopened_within(change: impl Fn(&mut [u8])) -> Option<Unopened> {
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for name in ["one", "two"] {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("into memory");
            archive.write_all(b"a=b").expect("into memory");
        }
        let mut packed = archive.finish().expect("into memory").into_inner();
        let second = packed.windows(4).rposition(|window| window == b"PK\x01\x02").expect("a header");
        change(&mut packed[second..]);
        let scanner = Scanner::for_texts(1, FingerprintKey::default());
        scanner.look_into(&packed, &mut scanner.lines(&packed)).unopened
    }

    #[test]
    fn an_entry_that_is_not_opened_is_named_wherever_it_stands() {
        assert_eq!(unopened_within(|_| {}), None);
        assert_eq!(unopened_within(|header| header[8] |= 1), Some(Unopened::Encrypted));
        // Its method, which nobody knows.
        assert_eq!(unopened_within(|header| header[10] = 77), Some(Unopened::Method));
        let scanner = Scanner::for_texts(1, FingerprintKey::default());
        let packed = gzip(&tar(b"7z\xbc\xaf\x27\x1c\0\x04"));
        assert_eq!(scanner.look_into(&packed, &mut scanner.lines(&packed)).unopened, Some(Unopened::Kind("7z")));
    }
}
