//! Words run together, as people make a secret up.

use super::bytes::has;

/// Words that begin with capitals, and numbers and abbreviations among them: `GreenShopSigningKey2024`, with lines
/// between some of them at most. Random letters change between small ones and capitals much more often.
pub(super) fn is_in_camel_case(value: &[u8]) -> bool {
    const LONGEST_NUMBER: usize = 4;
    const LONGEST_ABBREVIATION: usize = 5;
    const MOST_SIGNS: usize = 2;
    let end = value.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
    let value = if value.len() - end <= MOST_SIGNS { &value[..end] } else { value };
    let (mut words, mut letters) = (0, 0);
    let pieces = value.split(|byte| matches!(byte, b'_' | b'-')).filter(|piece| !piece.is_empty());
    for part in pieces.flat_map(parts) {
        let is_word = part[0].is_ascii_alphabetic() && part[1..].iter().all(u8::is_ascii_lowercase);
        let is_abbreviation = part.len() <= LONGEST_ABBREVIATION && part.iter().all(u8::is_ascii_uppercase);
        let is_number = part.len() <= LONGEST_NUMBER && part.iter().all(u8::is_ascii_digit);
        let is_spoken = part.len() < 3 || part.iter().any(|byte| b"aeiouyAEIOUY".contains(byte));
        if is_word && is_spoken {
            words += 1;
            letters += part.len();
        } else if !is_abbreviation && !is_number {
            return false;
        }
    }
    // Of many words more are short.
    let are_long = letters >= words * 4 || words >= 6 && letters * 2 >= words * 7;
    words >= 3 && are_long && letters * 5 >= value.len() * 4
}

/// What of `piece` may be words; none is empty.
pub(super) fn parts(piece: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        at = (at + 1..piece.len()).find(|next| starts_a_word(piece, *next)).unwrap_or(piece.len());
        (start < piece.len()).then(|| &piece[start..at])
    })
}

/// A capital behind another letter or before a small one, and the first or last of some digits.
fn starts_a_word(value: &[u8], at: usize) -> bool {
    let (before, here) = (value[at - 1], value[at]);
    let is_capital = here.is_ascii_uppercase()
        && (!before.is_ascii_uppercase() || value.get(at + 1).is_some_and(u8::is_ascii_lowercase));
    is_capital || before.is_ascii_digit() != here.is_ascii_digit()
}

/// Small letters alone, with a year or the like at the end, of which some say that it is a secret: `secretkey` behind
/// the names of somebody or of a project.
pub(super) fn is_run_together(value: &[u8]) -> bool {
    const TELLING: &[&str] =
        &["secret", "token", "password", "passwd", "jwtkey", "signingkey", "apikey", "segredo", "senha"];
    const LONGEST_NUMBER: usize = 4;
    let end = value.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |last| last + 1);
    let (words, number) = value.split_at(end);
    number.len() <= LONGEST_NUMBER
        && words.iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_' | b'.' | b' '))
        && TELLING.iter().any(|word| has(words, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_run_together_are_told_from_random_letters() {
        for words in [
            "GreenShopSigningKey2024",
            "YourVeryStrongKeyThatIsAtLeast32CharactersLong",
            "MyShopJWTSecretForTokens!",
            "LaClaveSecretaMuyLarga2024_GreenShop_Project",
        ] {
            assert!(is_in_camel_case(words.as_bytes()), "{words}");
        }
        for other in
            ["KeyHqTzWpLmXvRbNcGd", "k7QzLw2XvRt4YpNb3McJh5Gd", "GreenShop", "QwErTyUiOpAsDfGhJk", "greenshopkey"]
        {
            assert!(!is_in_camel_case(other.as_bytes()), "{other}");
        }
        for words in ["greenshopfastapisecretkey", "green-shop_token2024", "annasecret"] {
            assert!(is_run_together(words.as_bytes()), "{words}");
        }
        for other in ["greenshop", "kqzvsecretX7", "secret2024070112", "zqkxwvtplmrbncgd"] {
            assert!(!is_run_together(other.as_bytes()), "{other}");
        }
    }
}
