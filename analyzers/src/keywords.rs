//! Where many short words stand in a text.
//!
//! Three bytes of the text say whether any of the words can begin there; of ordinary text hardly one place in twenty
//! passes, and four bytes keep back most of those. An automaton (aho-corasick's) takes more than twice as long, since each
//! of its steps waits for the one before.

use std::ops::ControlFlow;

/// Bytes of a word that are compared at once; what is longer is compared by who asks.
const COMPARED: usize = 8;

/// How many hashes of three bytes are told apart: 4 KiB of bits, which stay in the nearest cache.
const HASHES: usize = 1 << 15;

/// Makes letters small; of other bytes some come to look the same.
const FOLD: u64 = 0x2020_2020_2020_2020;

/// Words to look for, in any case of their letters.
#[derive(Debug)]
pub(crate) struct Keywords {
    /// By hash of three bytes: whether a word begins so.
    filter: Box<[u64; HASHES / 64]>,
    /// By hash of four bytes, or of three for words that have no fourth: the first of the `beginnings` with that hash.
    first: Vec<u32>,
    beginnings: Vec<Beginning>,
    words: Vec<Vec<u8>>,
}

#[derive(Debug)]
struct Beginning {
    bytes: u64,
    mask: u64,
    word: usize,
}

impl Keywords {
    /// Of at least two bytes each; those of two cost as much as 256 others.
    pub(crate) fn of<'word>(words: impl IntoIterator<Item = &'word str>) -> Self {
        let words: Vec<Vec<u8>> = words.into_iter().map(|word| word.as_bytes().to_vec()).collect();
        let mut filter = Box::new([0; HASHES / 64]);
        let mut hashed: Vec<(usize, usize)> = Vec::new();
        for (index, word) in words.iter().enumerate() {
            assert!(word.len() >= 2, "{word:?} is too short to be looked for");
            let mut begins = |beginning: &[u8]| {
                let three = hash_of_three(eight(beginning));
                filter[three / 64] |= 1 << (three % 64);
                hashed.push((if word.len() > 3 { hash_of_four(eight(word)) } else { three }, index));
            };
            match word.get(..3) {
                Some(three) => begins(three),
                None => (0..=u8::MAX).for_each(|third| begins(&[word[0], word[1], third])),
            }
        }
        hashed.sort_unstable();
        hashed.dedup();
        let mut first = vec![0; HASHES + 1];
        for (hash, _) in &hashed {
            first[hash + 1] += 1;
        }
        for hash in 0..HASHES {
            first[hash + 1] += first[hash];
        }
        let beginning = |(_, word): &(usize, usize)| {
            let length = words[*word].len().min(COMPARED);
            let mask = u64::MAX >> (64 - 8 * length);
            Beginning { bytes: eight(&words[*word]) & mask, mask, word: *word }
        };
        Keywords { filter, first, beginnings: hashed.iter().map(beginning).collect(), words }
    }

    /// Tells `told` where in `text` which of the words begins, in the order of the text, until it breaks.
    pub(crate) fn each(&self, text: &[u8], mut told: impl FnMut(usize, usize) -> ControlFlow<()>) {
        let last = text.len().saturating_sub(COMPARED - 1);
        for (start, window) in text.windows(COMPARED).enumerate() {
            let folded = u64::from_le_bytes(window.try_into().expect("a window of eight bytes")) | FOLD;
            if self.passes(folded) && self.tell(text, start, folded, &mut told).is_break() {
                return;
            }
        }
        for start in last..text.len() {
            let folded = eight(&text[start..]);
            if self.passes(folded) && self.tell(text, start, folded, &mut told).is_break() {
                return;
            }
        }
    }

    fn passes(&self, folded: u64) -> bool {
        let hash = hash_of_three(folded);
        self.filter[hash / 64] & (1 << (hash % 64)) != 0
    }

    fn tell(
        &self,
        text: &[u8],
        start: usize,
        folded: u64,
        told: &mut impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let (three, four) = (hash_of_three(folded), hash_of_four(folded));
        self.tell_those_with(three, text, start, folded, told)?;
        if three == four { ControlFlow::Continue(()) } else { self.tell_those_with(four, text, start, folded, told) }
    }

    fn tell_those_with(
        &self,
        hash: usize,
        text: &[u8],
        start: usize,
        folded: u64,
        told: &mut impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        for Beginning { bytes, mask, word } in
            &self.beginnings[self.first[hash] as usize..self.first[hash + 1] as usize]
        {
            let there = || text[start..].get(..self.words[*word].len());
            if folded & mask == *bytes && there().is_some_and(|there| there.eq_ignore_ascii_case(&self.words[*word])) {
                told(start, *word)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// The first eight bytes, folded; what is missing is nothing.
fn eight(bytes: &[u8]) -> u64 {
    let mut eight = [0; COMPARED];
    let there = bytes.len().min(COMPARED);
    eight[..there].copy_from_slice(&bytes[..there]);
    u64::from_le_bytes(eight) | FOLD
}

fn hash_of_three(folded: u64) -> usize {
    hash((folded & 0xff_ffff) as u32)
}

fn hash_of_four(folded: u64) -> usize {
    hash((folded & 0xffff_ffff) as u32)
}

/// The factor is 2^32 by the golden ratio (Knuth, The Art of Computer Programming, 6.4).
fn hash(bytes: u32) -> usize {
    (bytes.wrapping_mul(0x9e37_79b1) >> 17) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(words: &[&str], text: &[u8]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        Keywords::of(words.iter().copied()).each(text, |start, word| {
            found.push((start, word));
            ControlFlow::Continue(())
        });
        found
    }

    #[test]
    fn words_are_found_in_any_case_wherever_they_stand() {
        assert_eq!(found(&["key", "api_key"], b"API_KEY=key"), [(0, 1), (4, 0), (8, 0)]);
        assert_eq!(found(&["sk", "token"], b"sk TOKEN Sk"), [(0, 0), (3, 1), (9, 0)]);
        assert_eq!(found(&["client_secret"], b"a client_secret, a Client_Secre"), [(2, 0)]);
        assert!(found(&["key"], b"").is_empty());
    }

    #[test]
    fn what_only_looks_like_a_word_once_folded_is_none() {
        assert!(found(&["a-b", "_key", "set "], b"a\rb \x7fkey set").is_empty());
    }

    #[test]
    fn who_has_heard_enough_is_told_no_more() {
        let mut times = 0;
        Keywords::of(["key"]).each(b"key key key", |_, _| {
            times += 1;
            ControlFlow::Break(())
        });
        assert_eq!(times, 1);
    }

    proptest! {
        #[test]
        fn finds_what_a_look_at_each_place_finds(
            words in prop::collection::vec("[ak_\r-]{2,10}", 1..20),
            text in "[aAkK_\r\n-]{0,60}",
        ) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let stands = |start: usize, word: &str| {
                text.get(start..start + word.len()).is_some_and(|there| there.eq_ignore_ascii_case(word))
            };
            let expected: Vec<(usize, usize)> = (0..text.len())
                .flat_map(|start| (0..words.len()).map(move |word| (start, word)))
                .filter(|&(start, word)| stands(start, words[word]))
                .collect();
            let mut found = found(&words, text.as_bytes());
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
