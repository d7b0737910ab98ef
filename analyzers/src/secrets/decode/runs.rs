//! Long runs of the characters that encodings are made of, found sixteen bytes at a time.

use std::ops::Range;

use super::base64::{self, SHORTEST};
use super::{View, escapes, hex};

const BLOCK: usize = 16;

/// Every view of a run that begins in `range`. Of an encoding that is wrapped over lines, `range` must have the first:
/// going back for it from every line would take the time of all lines for each.
pub(in crate::secrets) fn runs(bytes: &[u8], range: Range<usize>, take: &mut impl FnMut(View)) {
    let (mut at, mut floor) = (range.start, 0);
    while let Some(block) = bytes.get(at..at + BLOCK).filter(|_| at < range.end) {
        if !is_dense(block) {
            at += BLOCK;
            continue;
        }
        let before = bytes[floor..at].iter().rev().take_while(|byte| is_encoding(**byte)).count();
        let mut end = at + BLOCK;
        while bytes.get(end..end + BLOCK).is_some_and(is_dense) {
            end += BLOCK;
        }
        end += bytes[end..].iter().take_while(|byte| is_encoding(**byte)).count();
        let run = at - before..end;
        at = run.end;
        floor = at;
        if run.len() >= SHORTEST
            && let Some(end) = examine(bytes, run, take)
        {
            at = at.max(end);
            floor = at;
        }
    }
}

/// Looks at one run; where the last view of it ends, which may be some lines further down.
fn examine(bytes: &[u8], run: Range<usize>, take: &mut impl FnMut(View)) -> Option<usize> {
    let mut last = None;
    let mut keep = |view: View| {
        last = last.max(Some(view.origin.end));
        take(view);
    };
    if memchr::memchr2(b'%', b'\\', &bytes[run.clone()]).is_some()
        && let Some(view) = escapes::view(bytes, run.clone())
    {
        keep(view);
    }
    let mut start = run.start;
    while start < run.end {
        let end = memchr::memchr2(b'%', b'\\', &bytes[start..run.end]).map_or(run.end, |mark| start + mark);
        if end - start >= SHORTEST
            && let Some(view) = hex::view(bytes, start..end).or_else(|| base64::view(bytes, start..end))
        {
            let seen = view.origin.end;
            keep(view);
            // Of a run that is longer than what is decoded at once, the rest is.
            if (start + 1..end).contains(&seen) {
                start = seen;
                continue;
            }
        }
        // The letter behind a backslash is part of the escape.
        start = end + if bytes.get(end) == Some(&b'\\') { 2 } else { 1 };
    }
    last
}

fn is_encoding(byte: u8) -> bool {
    const TABLE: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            table[byte as usize] =
                byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'%' | b'\\');
            byte += 1;
        }
        table
    };
    TABLE[usize::from(byte)]
}

/// Whether every byte of a block is one of an encoding; without a branch, so that it is done on all at once.
fn is_dense(block: &[u8]) -> bool {
    let Ok(block) = <&[u8; BLOCK]>::try_from(block) else { return false };
    let mut outside = 0;
    for &byte in block {
        let letter = u8::from((byte | 0x20).wrapping_sub(b'a') < 26);
        // The digits and the slash before them.
        let digit = u8::from(byte.wrapping_sub(b'/') < 11);
        let sign = u8::from(byte == b'+') | u8::from(byte == b'-') | u8::from(byte == b'_');
        let mark = u8::from(byte == b'%') | u8::from(byte == b'\\');
        outside |= (letter | digit | sign | mark) ^ 1;
    }
    outside == 0
}
