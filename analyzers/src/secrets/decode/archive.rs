//! Zip, gzip and tar, and the compressed texts of PNG, within a budget. Other archives are named, not opened.

use std::fmt;
use std::io::{Cursor, Read};

use flate2::read::{MultiGzDecoder, ZlibDecoder};
use zip::CompressionMethod;
use zip::result::ZipError;

use super::Budget;

/// One file in an archive is read up to here; settings and sources are far smaller.
const LARGEST_ENTRY: u64 = 8 << 20;

/// Why an archive was not looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unopened {
    /// One of a kind that is not read: 7z, rar, xz, bzip2 or zstd.
    Kind(&'static str),
    /// Some of its entries are encrypted.
    Encrypted,
    /// Some of its entries are compressed by a method that is not read.
    Method,
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unopened::Kind(kind) => f.write_str(kind),
            Unopened::Encrypted => f.write_str("encrypted"),
            Unopened::Method => f.write_str("compressed in an unusual way"),
        }
    }
}

const GZIP: &[u8] = &[0x1f, 0x8b, 8];
const ZIP: &[u8] = b"PK\x03\x04";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// Whether something that begins so can be opened, images apart.
pub(super) fn is_one(start: &[u8]) -> bool {
    start.starts_with(GZIP) || start.starts_with(ZIP)
}

/// What is said about an archive that is not opened.
pub(super) fn unopened(bytes: &[u8]) -> Option<Unopened> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07", "rar"),
        (b"\xfd7zXZ\0", "xz"),
        (b"BZh", "bzip2"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
    ];
    if let Some((_, kind)) = KINDS.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        // A text may begin with the three letters of bzip2; its first block has a magic of its own.
        return (*kind != "bzip2" || bytes.get(4..10) == Some(b"\x31\x41\x59\x26\x53\x59"))
            .then_some(Unopened::Kind(kind));
    }
    // Bit 0 of the first entry's flags.
    (bytes.starts_with(ZIP) && bytes.get(6).is_some_and(|flags| flags & 1 == 1)).then_some(Unopened::Encrypted)
}

/// Gives every file in the archive that `bytes` are, if they are one.
pub(super) fn each_entry(bytes: &[u8], budget: &mut Budget, take: &mut dyn FnMut(&[u8], &mut Budget)) {
    if bytes.starts_with(GZIP) {
        let Some(text) = read(MultiGzDecoder::new(bytes), budget) else { return };
        if is_tar(&text) { each_of_tar(&text, budget, take) } else { take(&text, budget) }
    } else if bytes.starts_with(ZIP) {
        each_of_zip(bytes, budget, take);
    } else if is_tar(bytes) {
        each_of_tar(bytes, budget, take);
    } else if bytes.starts_with(PNG) {
        each_text_of_png(bytes, budget, take);
    }
}

pub(super) fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(257..262) == Some(b"ustar")
}

/// What `from` has, cut at what one file may have. What comes before damage counts.
fn read(from: impl Read, budget: &mut Budget) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let most = LARGEST_ENTRY.min(budget.left() as u64);
    let mut from = from.take(most + 1);
    let _damaged = from.read_to_end(&mut text);
    if text.len() as u64 > most {
        budget.exceed();
        text.truncate(most as usize);
    }
    (!text.is_empty() && budget.takes(text.len())).then_some(text)
}

fn each_of_zip(bytes: &[u8], budget: &mut Budget, take: &mut dyn FnMut(&[u8], &mut Budget)) {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return };
    for index in 0..archive.len() {
        if budget.left() == 0 {
            return budget.exceed();
        }
        match archive.by_index(index) {
            Ok(entry) if matches!(entry.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) => {
                if let Some(text) = read(entry, budget) {
                    take(&text, budget);
                }
            }
            Ok(_) => budget.refuses(Some(Unopened::Method)),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => budget.refuses(Some(Unopened::Encrypted)),
            // What is damaged has nothing.
            Err(_) => {}
        }
    }
}

fn each_of_tar(bytes: &[u8], budget: &mut Budget, take: &mut dyn FnMut(&[u8], &mut Budget)) {
    let mut archive = tar::Archive::new(bytes);
    let Ok(entries) = archive.entries() else { return };
    for entry in entries {
        let Ok(entry) = entry else { return };
        if budget.left() == 0 {
            return budget.exceed();
        }
        if entry.header().entry_type().is_file()
            && let Some(text) = read(entry, budget)
        {
            take(&text, budget);
        }
    }
}

/// The chunks of compressed text; what is not compressed is found as it stands.
fn each_text_of_png(bytes: &[u8], budget: &mut Budget, take: &mut dyn FnMut(&[u8], &mut Budget)) {
    let mut at = PNG.len();
    while let Some(header) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes([header[0], header[1], header[2], header[3]]) as usize;
        let Some(data) = bytes.get(at + 8..).and_then(|rest| rest.get(..length)) else { return };
        if matches!(&header[4..], b"zTXt" | b"iTXt")
            && let Some(stream) = compressed(&header[4..], data)
            && let Some(text) = read(ZlibDecoder::new(stream), budget)
        {
            take(&text, budget);
        }
        at += 12 + length;
    }
}

fn compressed<'data>(kind: &[u8], data: &'data [u8]) -> Option<&'data [u8]> {
    let keyword = memchr::memchr(0, data)?;
    if kind == b"zTXt" {
        return data.get(keyword + 2..);
    }
    // A flag and a method, then a language and a translated keyword, each with a NUL at the end.
    let rest = data.get(keyword + 3..).filter(|_| data.get(keyword + 1) == Some(&1))?;
    let language = memchr::memchr(0, rest)?;
    let translated = memchr::memchr(0, &rest[language + 1..])?;
    rest.get(language + translated + 2..)
}
