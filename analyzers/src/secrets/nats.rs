//! Seeds of the keys of NATS: in base32 what kind of key it is, 32 random bytes, and a checksum of both.
//! <https://github.com/nats-io/nkeys>

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Whether it has the length of a seed and the checksum that belongs to it.
pub(super) fn is_seed(text: &[u8]) -> bool {
    const LENGTH: usize = 34;
    let bytes = decode(text).unwrap_or_default();
    let Some((body, sum)) = bytes.split_last_chunk::<2>() else { return false };
    body.len() == LENGTH && text.starts_with(b"S") && crc16(body).to_le_bytes() == *sum
}

/// The seed of a key of the kind that a letter stands for, for examples.
pub(super) fn seed(kind: u8, random: &[u8]) -> Option<String> {
    let number = |letter: u8| ALPHABET.iter().position(|known| *known == letter).and_then(|at| u16::try_from(at).ok());
    let prefix = number(b'S')? << 11 | number(kind)? << 6;
    let mut bytes = prefix.to_be_bytes().to_vec();
    bytes.extend(random);
    bytes.extend(crc16(&bytes).to_le_bytes());
    Some(encode(&bytes))
}

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| (crc << 1) ^ (0x1021 & (crc >> 15).wrapping_neg()))
    })
}

/// Without padding; bits that fill no byte are dropped.
fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let (mut bits, mut count) = (0_u32, 0);
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    for letter in text {
        let number = ALPHABET.iter().position(|known| known == letter)?;
        bits = (bits << 5 | number as u32) & 0xfff;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(bytes)
}

fn encode(bytes: &[u8]) -> String {
    let bit = |at: usize| bytes.get(at / 8).map_or(0, |byte| byte >> (7 - at % 8) & 1);
    let letter = |start: usize| (start..start + 5).fold(0, |number, at| number << 1 | bit(at));
    (0..bytes.len() * 8).step_by(5).map(|start| char::from(ALPHABET[usize::from(letter(start))])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_standard() {
        assert_eq!(crc16(b"123456789"), 0x31c3);
    }

    #[test]
    fn a_seed_is_told_from_letters_that_look_like_one() {
        let made = seed(b'U', &[0x5a; 32]).expect("a kind of key");
        assert!(made.starts_with("SUA") && made.len() == 58, "{made}");
        assert!(is_seed(made.as_bytes()));
        let (start, end) = made.split_at(30);
        for other in [
            made.replacen('U', "A", 1),
            format!("{start}{}{}", if end.starts_with('Q') { 'R' } else { 'Q' }, &end[1..]),
        ] {
            assert!(!is_seed(other.as_bytes()), "{other}");
        }
        assert!(!is_seed(&made.as_bytes()[..56]) && !is_seed(b""));
    }
}
