//! Words where a generated value belongs.

use std::sync::OnceLock;

use super::bytes::distinct;

/// Words that people put where a generated value belongs, the longer ones first.
const WEAK_WORDS: &[&str] = &[
    "qwertyuiop",
    "1234567890",
    "asdfghjkl",
    "123456789",
    "1q2w3e4r",
    "1qaz2wsx",
    "12345678",
    "zaq12wsx",
    "zxcvbnm",
    "1234567",
    "123456",
    "qazwsx",
    "12345",
    "1234",
    "asdf",
    "qwer",
    "zxcv",
    "development",
    "postgresql",
    "localhost",
    "minioadmin",
    "authentication",
    "application",
    "characters",
    "character",
    "encryption",
    "security",
    "minimum",
    "project",
    "service",
    "enough",
    "random",
    "please",
    "secure",
    "change",
    "string",
    "chars",
    "least",
    "production",
    "insecure",
    "password",
    "postgres",
    "database",
    "rabbitmq",
    "keyboard",
    "complex",
    "phrase",
    "default",
    "passord",
    "passwort",
    "contrasena",
    "backend",
    "session",
    "refresh",
    "private",
    "express",
    "welcome",
    "letmein",
    "qwerty",
    "iloveyou",
    "access",
    "secret",
    "signing",
    "django",
    "spring",
    "laravel",
    "symfony",
    "mongodb",
    "docker",
    "cookie",
    "sample",
    "server",
    "simple",
    "nestjs",
    "segredo",
    "senha",
    "admin",
    "super",
    "token",
    "mysql",
    "guest",
    "local",
    "flask",
    "redis",
    "hello",
    "world",
    "myapp",
    "really",
    "strong",
    "should",
    "user",
    "root",
    "pass",
    "some",
    "test",
    "demo",
    "auth",
    "rest",
    "node",
    "mongo",
    "this",
    "that",
    "very",
    "your",
    "long",
    "safe",
    "keep",
    "only",
    "with",
    "must",
    "chave",
    "minha",
    "segura",
    "secreta",
    "clave",
    "rails",
    "jwt",
    "key",
    "dev",
    "app",
    "api",
    "the",
    "and",
    "for",
    "not",
    "pwd",
    "abc",
    "123",
    "sql",
    "env",
    "web",
    "use",
    "my",
    "is",
    "to",
    "be",
    "in",
    "at",
    "of",
    "or",
    "db",
    "pw",
    "a",
    "i",
];

/// The first of the weak words of several letters that `text` begins with.
fn weak_word(text: &[u8]) -> Option<&'static str> {
    static BY_FIRST_BYTE: OnceLock<[Vec<&str>; 256]> = OnceLock::new();
    let by_first_byte = BY_FIRST_BYTE.get_or_init(|| {
        let mut table = [const { Vec::new() }; 256];
        for word in WEAK_WORDS.iter().filter(|word| word.len() > 1) {
            table[usize::from(word.as_bytes()[0])].push(*word);
        }
        table
    });
    let words = &by_first_byte[usize::from(*text.first()?)];
    words.iter().copied().find(|word| text.starts_with(word.as_bytes()))
}

fn is_word_or_number(part: &[u8]) -> bool {
    part.iter().all(u8::is_ascii_alphabetic) || part.len() <= 4 && part.iter().all(u8::is_ascii_digit)
}

/// Words, as they are or with signs that look like their letters, or too short to be more.
pub(super) fn is_weak(lower: &[u8]) -> bool {
    is_mostly_words(lower)
        || is_a_word_repeated(lower)
        || is_typed_at_random(lower)
        || is_called_password(lower)
        || lower.iter().any(|byte| letter_like(*byte) != *byte) && is_mostly_words(&spelt(lower))
}

/// `shop_password`, `mailpass24`: words that say what belongs here, and for what.
fn is_called_password(lower: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[b"password", b"passwd", b"pass", b"pwd"];
    let end = lower.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |last| last + 1);
    let words = &lower[..end];
    words.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.'))
        && NAMES.iter().any(|name| words.ends_with(name))
}

/// With letters for the signs and digits beside letters that look like them.
fn spelt(lower: &[u8]) -> Vec<u8> {
    let is_letter = |at: Option<usize>| at.and_then(|at| lower.get(at)).is_some_and(u8::is_ascii_alphabetic);
    let is_beside = |at: usize| is_letter(at.checked_sub(1)) || is_letter(Some(at + 1));
    let spell = |(at, byte): (usize, &u8)| match byte.is_ascii_digit() && !is_beside(at) {
        true => *byte,
        false => letter_like(*byte),
    };
    lower.iter().enumerate().map(spell).collect()
}

/// `bananabanana`, with a number at the end at most.
fn is_a_word_repeated(lower: &[u8]) -> bool {
    /// No word of a language is much longer.
    const LONGEST: usize = 16;
    let end = lower.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |last| last + 1);
    let letters = &lower[..end];
    (3..=(letters.len() / 2).min(LONGEST)).any(|length| {
        let (word, rest) = letters.split_at(length);
        let (word, rest) = match word.last() {
            // `banana-banana`
            Some(b'-' | b'_' | b'.') => (&word[..length - 1], rest),
            _ => (word, rest),
        };
        word.iter().all(u8::is_ascii_alphabetic)
            && rest.chunks(length).all(|part| {
                part == word
                    || part.len() == length && part.starts_with(word) && !part[length - 1].is_ascii_alphanumeric()
            })
    })
}

/// A row of letters of a hand on a keyboard, which has far fewer different ones than a generator takes.
fn is_typed_at_random(lower: &[u8]) -> bool {
    const SHORTEST: i32 = 16;
    const LETTERS: f64 = 26.0;
    let length = i32::try_from(lower.len()).unwrap_or(i32::MAX);
    if length < SHORTEST || !lower.iter().all(u8::is_ascii_alphabetic) {
        return false;
    }
    // So many different ones are to be expected; with two in five fewer there is one generated row in thousands.
    let expected = LETTERS * (1.0 - (1.0 - 1.0 / LETTERS).powi(length));
    (distinct(lower) as f64) < expected * 0.6
}

/// `p@$$w0rd`
fn letter_like(byte: u8) -> u8 {
    match byte {
        b'@' => b'a',
        b'$' => b's',
        b'0' => b'o',
        b'1' | b'!' => b'i',
        b'3' => b'e',
        b'4' => b'a',
        b'5' => b's',
        other => other,
    }
}

/// Too short to be more, or little is left without words, numbers at the end, and separators.
fn is_mostly_words(lower: &[u8]) -> bool {
    if lower.len() < 8 {
        return true;
    }
    let mut parts = lower.split(|byte| matches!(byte, b'-' | b'_' | b' ' | b'.')).filter(|part| !part.is_empty());
    if parts.clone().count() >= 3 && parts.all(is_word_or_number) {
        return true;
    }
    let mut left = 0;
    let mut at = 0;
    while at < lower.len() {
        match weak_word(&lower[at..]) {
            Some(word) => at += word.len(),
            None => {
                left += usize::from(!matches!(lower[at], b'-' | b'_' | b' ' | b'.' | b':' | b'/'));
                at += 1;
            }
        }
    }
    left <= 4 || left * 4 <= lower.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_weak_however_it_is_spelt() {
        for weak in [
            "password",
            "pa$$word",
            "p@ssw0rd123",
            "s3cret-t0ken",
            "s0mel0ngc0mpl3xs3cr3t",
            "gr33nsh0p-jwt-secret-key-32-chars",
            "library_password",
            "emailpass125",
            "my-jwt-secret",
            "secretsecret",
            "bananabanana",
            "banana-banana-banana1",
            "qwertyuiop12345",
            "asdf1234zxcv",
            "1qaz2wsxqwer",
            "dfjkhgjdfkghkdjfhgkjdfhgkjdhfgkjd",
        ] {
            assert!(is_weak(weak.as_bytes()), "{weak}");
        }
        for strong in ["x7$kq0zr@v1t3w", "0a1b3c$d@e!f01", "bananabxnanq", "k2v9k2v9m1t4", "kvxtabqlmzwaritjohcne"] {
            assert!(!is_weak(strong.as_bytes()), "{strong}");
        }
    }
}
