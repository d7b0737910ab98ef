//! Texts of two bytes a character.

/// So many bytes say whether a text without a mark is one.
const PROBE: usize = 64;

/// Whether `bytes` are such a text, and which byte comes first.
pub(super) fn order(bytes: &[u8]) -> Option<(Order, usize)> {
    match bytes {
        [0xff, 0xfe, ..] => return Some((Order::Little, 2)),
        [0xfe, 0xff, ..] => return Some((Order::Big, 2)),
        _ => {}
    }
    let probe = &bytes[..bytes.len().min(PROBE)];
    let pairs = probe.len() / 2;
    let text = |byte: u8| byte == b'\t' || byte == b'\n' || byte == b'\r' || (b' '..=b'~').contains(&byte);
    let count = |high: usize| probe.chunks_exact(2).filter(|pair| pair[high] == 0 && text(pair[1 - high])).count();
    // A few characters may be of another script.
    let most = |count: usize| pairs >= 8 && count * 10 >= pairs * 9;
    if most(count(1)) {
        Some((Order::Little, 0))
    } else if most(count(0)) {
        Some((Order::Big, 0))
    } else {
        None
    }
}

/// Which byte of a character comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

/// The text of `bytes`, without its mark, if they are such a text.
pub fn text(bytes: &[u8]) -> Option<String> {
    order(bytes).map(|(order, start)| decode(&bytes[start..], order))
}

/// The text in UTF-8.
pub(super) fn decode(bytes: &[u8], order: Order) -> String {
    let units = bytes.chunks_exact(2).map(|pair| match order {
        Order::Little => u16::from_le_bytes([pair[0], pair[1]]),
        Order::Big => u16::from_be_bytes([pair[0], pair[1]]),
    });
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
