//! Git's delta format: a new object as pieces of an old one and what was inserted between them.

use crate::secrets::Copied;

/// The sizes of base and object that `delta` promises, and its instructions.
pub(super) fn sizes(delta: &[u8]) -> Option<(usize, usize, &[u8])> {
    let (base, rest) = size(delta)?;
    let (object, rest) = size(rest)?;
    Some((base, object, rest))
}

fn size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut size: u64 = 0;
    for (index, byte) in bytes.iter().enumerate().take(9) {
        size |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(size).ok()?, &bytes[index + 1..]));
        }
    }
    None
}

/// Follows `instructions` from `base` and fills `object`; puts into `copies` what both have. `None` if they lead out of
/// either, or do not fill it.
pub(super) fn apply(instructions: &[u8], base: &[u8], object: &mut [u8], copies: &mut Vec<Copied>) -> Option<()> {
    copies.clear();
    let (mut rest, mut at) = (instructions, 0);
    while let Some((&command, following)) = rest.split_first() {
        rest = following;
        if command & 0x80 != 0 {
            let (mut from, mut len) = (0, 0);
            for index in 0..7 {
                if command & (1 << index) != 0 {
                    let (&byte, following) = rest.split_first()?;
                    rest = following;
                    match index {
                        0..4 => from |= usize::from(byte) << (8 * index),
                        _ => len |= usize::from(byte) << (8 * (index - 4)),
                    }
                }
            }
            if len == 0 {
                len = 0x10000;
            }
            object.get_mut(at..at + len)?.copy_from_slice(base.get(from..from + len)?);
            match copies.last_mut() {
                // One instruction reaches only so far.
                Some(last) if last.from + last.len == from && last.at + last.len == at => last.len += len,
                _ => copies.push(Copied { from, at, len }),
            }
            at += len;
        } else {
            // 0 is reserved.
            let len = usize::from(command);
            let (literal, following) = rest.split_at_checked(len).filter(|_| len > 0)?;
            object.get_mut(at..at + len)?.copy_from_slice(literal);
            rest = following;
            at += len;
        }
    }
    (at == object.len()).then_some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(instructions: &[u8], base: &[u8], len: usize) -> Option<Vec<u8>> {
        let mut object = vec![0; len];
        apply(instructions, base, &mut object, &mut Vec::new())?;
        Some(object)
    }

    #[test]
    fn pieces_of_the_base_and_what_was_inserted_make_the_object() {
        let delta = [&[0x90, 4, 2][..], b"XY", &[0x91, 4, 4]].concat();
        assert_eq!(applied(&delta, b"abcdefgh", 10), Some(b"abcdXYefgh".to_vec()));
        // The first two and the last two bytes.
        assert_eq!(applied(&[0x90, 2, 0x91, 6, 2], b"abcdefgh", 4), Some(b"abgh".to_vec()));
    }

    #[test]
    fn pieces_that_follow_each_other_in_both_are_one() {
        let (mut object, mut copies) = (vec![0; 8], Vec::new());
        apply(&[0x90, 2, 0x91, 2, 2, 1, b'X', 0x91, 5, 3], b"abcdefgh", &mut object, &mut copies).unwrap();
        assert_eq!(object, b"abcdXfgh");
        assert_eq!(copies, [Copied { from: 0, at: 0, len: 4 }, Copied { from: 5, at: 5, len: 3 }]);
    }

    #[test]
    fn a_delta_that_lies_is_refused() {
        for (delta, len) in [
            (&[0x90, 9][..], 9), // beyond the base
            (&[0x90, 4], 3),     // beyond the object
            (&[0x90, 4], 5),     // does not fill it
            (&[5, b'a'], 5),     // ends within an insertion
            (&[0x91, 4], 4),     // ends within an instruction
            (&[0, 0x90, 4], 4),  // the reserved one
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 4),
        ] {
            assert_eq!(applied(delta, b"abcd", len), None, "{delta:?}");
        }
        assert_eq!(sizes(&[0xff; 12]), None);
        assert_eq!(sizes(&[0x84, 0x01, 0x02, 7]), Some((132, 2, &[7][..])));
    }
}
