//! Base64 in both alphabets, in one piece or wrapped over lines.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{View, lead, whole};

/// The shortest run that is looked at. A run of 31 holds a whole block wherever it begins, so what is found does not
/// depend on where in the file it stands; shorter values are what generic rules find as they stand.
pub(super) const SHORTEST: usize = 32;

/// The first look takes so many characters, and most runs end there without more.
const GLANCE: usize = 8;

/// So much of a run says what it holds: images, keys and hashes end here, and cost next to nothing.
const PROBE: usize = 48;

/// Encoded texts with more are data; source maps with the sources inside are seldom larger.
const LONGEST: usize = 8 << 20;

/// Tools wrap at 60, 64 or 76 characters; shorter lines are no wrapped encoding.
const NARROWEST: usize = 48;

const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
static STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
static URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, CONFIG);

/// What the run at `run` (and the lines that it continues on) says, if that is a text or can be opened.
pub(super) fn view(bytes: &[u8], run: Range<usize>) -> Option<View> {
    let start = run.start;
    if !begins_well(&bytes[start..start + GLANCE]) {
        return None;
    }
    let probe = decode(&bytes[start..(start + PROBE).min(run.end)])?;
    if !whole::is_worth_a_look(&probe) {
        return None;
    }
    let (joined, end) = join_lines(bytes, start);
    let text = decode(&joined)?;
    let mut view = lead(bytes, start).to_vec();
    // What can be opened must stand at the beginning.
    if !text.first().is_some_and(|byte| byte.is_ascii_graphic() || *byte == b' ') {
        view.clear();
    }
    let lead = view.len();
    view.extend(text);
    Some(View { bytes: view, lead, origin: start..end })
}

/// Whether the first few bytes may be those of something that is worth a look.
fn begins_well(encoded: &[u8]) -> bool {
    let mut start = [0; GLANCE / 4 * 3];
    let decoded = STANDARD.decode_slice_unchecked(encoded, &mut start);
    let is_text = start.iter().all(|byte| whole::is_text(*byte));
    decoded.is_err() || is_text || start[1] == 0 || start[0] == 0 || matches!(start[0], 0x1f | b'P' | 0xfe | 0xff)
}

fn decode(encoded: &[u8]) -> Option<Vec<u8>> {
    // One character more than whole groups says nothing.
    let encoded = &encoded[..encoded.len() - usize::from(encoded.len() % 4 == 1)];
    let url_safe = encoded.iter().any(|byte| matches!(byte, b'-' | b'_'));
    if url_safe { URL_SAFE.decode(encoded) } else { STANDARD.decode(encoded) }.ok()
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

fn length(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| is_base64(**byte)).count()
}

/// The characters from `start` over all lines of the same length, and where they end.
fn join_lines(bytes: &[u8], start: usize) -> (Vec<u8>, usize) {
    let width = length(&bytes[start..]).min(LONGEST);
    let mut joined = bytes[start..start + width].to_vec();
    let mut end = start + width;
    while width >= NARROWEST && joined.len() < LONGEST {
        let Some(next) = next_line(bytes, end) else { break };
        let more = length(&bytes[next..]);
        if more == 0 || more > width {
            break;
        }
        joined.extend_from_slice(&bytes[next..next + more]);
        end = next + more;
        if more < width {
            break;
        }
    }
    (joined, end)
}

/// Where the next line's characters begin, across a line break as it is or as it is written in a string.
fn next_line(bytes: &[u8], end: usize) -> Option<usize> {
    const WIDEST: usize = SHORTEST;
    let rest = &bytes[end..(end + WIDEST).min(bytes.len())];
    let mut at = 0;
    let mut broken = false;
    while let Some(byte) = rest.get(at) {
        match byte {
            b'\n' => broken = true,
            b'\\' if matches!(rest.get(at + 1), Some(b'n' | b'r')) => {
                broken = true;
                at += 1;
            }
            b'\\' | b'\r' | b' ' | b'\t' | b'"' | b'\'' | b',' => {}
            _ => break,
        }
        at += 1;
    }
    (broken && at < rest.len()).then_some(end + at)
}
