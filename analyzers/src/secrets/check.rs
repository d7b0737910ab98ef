//! What a format promises beyond its pattern: checksums and structure.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::Deserialize;

use super::bytes::distinct;
use super::certificate;
use super::context::Context;
use super::mail_account;
use super::nats;
use super::secret::Secret;
use super::web_token;

/// What else must hold for a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Check {
    /// Nothing.
    #[default]
    None,
    /// The last six characters are the CRC-32 of what stands between the prefix and them, in base 62 (GitHub, npm).
    Crc62,
    /// Three parts of base64 of which the first two are JSON objects.
    Jwt,
    /// The same, for whom the rules of rows of Supabase do not hold.
    ServiceRole,
    /// Base64 that begins as a key in DER or OpenSSH's format does.
    Pem,
    /// The value is as irregular as a generated one.
    Random,
    /// The value decodes to 32 or 16 bytes of base64.
    Key,
    /// Host and password of a connection.
    Connection,
    /// The settings beside a password name a server elsewhere.
    Server,
    /// User and password in base64, for the server that a request nearby goes to.
    Pair,
    /// A password for that server.
    Login,
    /// The text after a dump's heading has rows of data.
    SqlData,
    /// The match stands at the beginning.
    Beginning,
    /// Four groups of four letters that are no words.
    AppPassword,
    /// Letters in a disorder that words do not have.
    Letters,
    /// Sixteen letters that are no words, beside Google's mail server and somebody's account.
    MailAccount,
    /// A certificate that is good for nothing but the own machine.
    OwnMachine,
    /// Base64 of something as irregular as a generated password.
    Wrapped,
    /// A seed of NATS' with the checksum that belongs to it.
    NatsSeed,
    /// As many different characters as a generated value has, which a row of bases of DNA has not.
    Varied,
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// As the format promises.
    Sound,
    /// The form is there, the promise is not kept: made up, cut or altered.
    Unsound,
    /// No credential at all.
    Nothing,
}

impl Check {
    pub(super) fn of(self, value: Secret<'_>, context: &Context<'_>) -> Verdict {
        let bytes = value.bytes();
        let sound = |sound| if sound { Verdict::Sound } else { Verdict::Unsound };
        let needed = |there| if there { Verdict::Sound } else { Verdict::Nothing };
        match self {
            Check::None | Check::Connection | Check::Server | Check::Pair | Check::Login => Verdict::Sound,
            Check::Crc62 => sound(crc62(bytes)),
            Check::Jwt => needed(web_token::is_signed(bytes)),
            Check::ServiceRole => needed(web_token::role(bytes).as_deref() == Some("service_role")),
            Check::Pem => key_body(bytes),
            Check::Random => needed(is_random(bytes)),
            Check::Varied => needed(distinct(bytes) >= 7),
            Check::Key => needed(decode(bytes).is_some_and(|key| matches!(key.len(), 16 | 32 | 64))),
            Check::SqlData => needed(has_rows(&context.text[context.at..])),
            Check::Beginning => needed(context.at == 0),
            Check::AppPassword => needed(is_app_password(bytes)),
            Check::Letters => needed(is_unlike_words_throughout(bytes)),
            Check::MailAccount => needed(mail_account::holds(bytes, context)),
            Check::OwnMachine => needed(certificate::is_for_own_machine(bytes)),
            Check::NatsSeed => needed(nats::is_seed(bytes)),
            Check::Wrapped => needed(decode(bytes).is_some_and(|text| is_generated_text(text.trim_ascii()))),
        }
    }
}

fn crc62(token: &[u8]) -> bool {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let Some(start) = token.iter().position(|byte| *byte == b'_') else { return false };
    let Some((body, sum)) = token[start + 1..].split_last_chunk::<6>() else { return false };
    let mut rest = crc32(body);
    let mut expected = [b'0'; 6];
    for digit in expected.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    *sum == expected
}

pub(super) fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// DER sequences begin with 0x30 and a long length; OpenSSH's own format with its name.
fn key_body(armoured: &[u8]) -> Verdict {
    // No key of any kind is shorter unless it is sound.
    const SHORTEST: usize = 120;
    let mut body = Vec::with_capacity(96);
    let mut other = 0;
    let text = String::from_utf8_lossy(&armoured[..armoured.len().min(4000)]).replace("\\n", "\n").replace("\\r", "");
    for line in text.lines().map(|line| line.trim().trim_matches(['"', '\'', '+', ',', '\\', '>', '|', '#', ' '])) {
        // Headers of an encrypted key (`Proc-Type: 4,ENCRYPTED`) are not part of the body.
        if !line.contains(':') && !line.starts_with('-') {
            other += line
                .bytes()
                .filter(|byte| !matches!(byte, b'+' | b'/' | b'=' | b'_') && !byte.is_ascii_alphanumeric())
                .count();
            body.extend(line.bytes().filter(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')));
        }
        if body.len() >= 64 {
            break;
        }
    }
    // Prose, code and the strings of programs have more between their words.
    if other * 8 > body.len() {
        return Verdict::Nothing;
    }
    body.truncate(body.len() / 4 * 4);
    let is_sound = STANDARD_NO_PAD.decode(&body).is_ok_and(|key| {
        key.len() >= 30 && (key[0] == 0x30 || key.starts_with(b"openssh-key-v1") || !looks_repeated(&key))
    });
    match is_sound {
        true => Verdict::Sound,
        false if body.len() >= 60 && armoured.len() >= SHORTEST => Verdict::Unsound,
        false => Verdict::Nothing,
    }
}

/// Whether a key in OpenSSH's format, in base64, has a passphrase: the cipher stands behind the name of the format.
/// <https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key>
pub(super) fn is_locked_by_openssh(armoured: &[u8]) -> bool {
    const FORMAT: &[u8] = b"b3BlbnNzaC1rZXktdjEA";
    /// The length of the word `none`, and the word.
    const NO_CIPHER: &[u8] = b"AAAABG5vbmU";
    memchr::memmem::find(armoured, FORMAT).is_some_and(|at| !armoured[at + FORMAT.len()..].starts_with(NO_CIPHER))
}

fn looks_repeated(bytes: &[u8]) -> bool {
    distinct(bytes) * 3 < bytes.len()
}

pub(super) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let end = text.iter().rposition(|byte| *byte != b'=')? + 1;
    STANDARD_NO_PAD.decode(&text[..end]).ok()
}

/// Whether what was encoded is one line of characters that somebody can type, in disorder, and no words.
fn is_generated_text(text: &[u8]) -> bool {
    text.len() >= 10
        && text.iter().all(u8::is_ascii_graphic)
        && is_random(text)
        && !super::weak::is_weak(&text.to_ascii_lowercase())
}

/// Whether `value` has digits and letters in disorder, as generated values do and words do not.
pub(super) fn is_random(value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    digits >= 2
        && letters >= 2
        && distinct(value) * 10 >= value.len().min(40) * 3
        && changes(value) >= (value.len().min(60) / 6).max(4)
}

/// Whether one of four groups can be no word, or two can hardly be, nor letters in the order of the alphabet or a keyboard.
fn is_app_password(value: &[u8]) -> bool {
    let letters: Vec<u8> = value.iter().copied().filter(|byte| *byte != b' ').collect();
    let groups = || letters.chunks(4).filter(|group| !is_row(group));
    let has_no_vowel = |group: &[u8]| !group.iter().any(|byte| is_vowel(*byte));
    distinct(value) >= 7 && (groups().any(has_no_vowel) || groups().filter(|group| is_unlike_words(group)).count() >= 2)
}

/// Whether the letters stand in the order of the alphabet or of a keyboard.
pub(super) fn is_row(group: &[u8]) -> bool {
    const ROWS: &[&[u8]] = &[b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
    group.windows(2).all(|pair| pair[1] == pair[0] + 1)
        || ROWS.iter().any(|row| row.windows(group.len()).any(|part| part == group))
}

fn is_vowel(byte: u8) -> bool {
    b"aeiouy".contains(&byte)
}

/// Whether letters begin as no word of a European language does, or have a pair that none has.
fn is_unlike_words(group: &[u8]) -> bool {
    const BEGINNINGS: &[&[u8]] = &[
        b"bl", b"br", b"ch", b"cl", b"cr", b"dr", b"dw", b"fl", b"fr", b"gh", b"gl", b"gn", b"gr", b"kh", b"kl", b"kn",
        b"kr", b"ll", b"pf", b"ph", b"pl", b"pr", b"ps", b"rh", b"sc", b"sh", b"sk", b"sl", b"sm", b"sn", b"sp", b"sq",
        b"st", b"sv", b"sw", b"th", b"tr", b"ts", b"tw", b"vl", b"vr", b"wh", b"wr", b"zw",
    ];
    let begins_strangely = !is_vowel(group[0]) && !is_vowel(group[1]) && !BEGINNINGS.contains(&&group[..2]);
    let is_strange = |pair: &[u8]| {
        let consonants = !is_vowel(pair[0]) && !is_vowel(pair[1]);
        pair[0] == b'q' && pair[1] != b'u' || consonants && (b"jq".contains(&pair[0]) || b"jqx".contains(&pair[1]))
    };
    begins_strangely || group.windows(2).any(is_strange)
}

/// Whether too few of the pairs of letters are such as words have.
fn is_unlike_words_throughout(letters: &[u8]) -> bool {
    distinct(letters) >= 8 && usual_pairs(letters) * 5 < letters.len() * 2
}

/// How many of the pairs of letters are such as words have. Of random ones one in five is.
pub(super) fn usual_pairs(letters: &[u8]) -> usize {
    const PAIRS: &str = "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co \
        me de hi ri ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly \
        nc et ut ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia \
        am fi ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke ui";
    let is_usual = |pair: &&[u8]| PAIRS.split_ascii_whitespace().any(|usual| usual.as_bytes() == *pair);
    letters.windows(2).filter(is_usual).count()
}

/// How often capitals, small letters, digits and signs take turns.
fn changes(value: &[u8]) -> usize {
    let kind = |byte: u8| match byte {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    value.windows(2).filter(|pair| kind(pair[0]) != kind(pair[1])).count()
}

/// A dump that holds rows, not only the schema or the list of migrations that were run.
fn has_rows(dump: &[u8]) -> bool {
    dump.split(|byte| *byte == b'\n').any(|line| {
        let insert = line.starts_with(b"INSERT INTO ") && !contains(line, b"schema_migrations");
        let copy = line.starts_with(b"COPY ") && contains(line, b"FROM stdin");
        (insert || copy) && !contains(line, b"ar_internal_metadata")
    })
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_that_github_published() {
        let example = format!("ghp{}zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ{}", "_", "0mLq17");
        assert!(crc62(example.as_bytes()));
        assert!(!crc62(example.replace("zQW", "zQX").as_bytes()));
    }

    #[test]
    fn a_key_of_openssh_is_locked_where_it_names_a_cipher() {
        let key = |cipher: &str| {
            let length = (cipher.len() as u32).to_be_bytes();
            let derivation = [0, 0, 0, 4, b'n', b'o', b'n', b'e'];
            let head = [&b"openssh-key-v1\0"[..], &length, cipher.as_bytes(), &derivation].concat();
            let random = "k7Qz9Lw2Xv8Rt4Yp6Nb3Mc1Jh5Gd0".repeat(6);
            base64::engine::general_purpose::STANDARD.encode([&head[..], random.as_bytes()].concat())
        };
        assert!(is_locked_by_openssh(key("aes256-ctr").as_bytes()));
        assert!(!is_locked_by_openssh(key("none").as_bytes()));
        let judged = |cipher: &str| {
            let text = [
                "-----",
                "BEGIN OPENSSH PRIVATE KEY-----\n",
                &key(cipher),
                "\n-----",
                "END OPENSSH PRIVATE KEY-----\n",
            ];
            super::super::scan(text.concat().as_bytes()).first().map(|hit| hit.judgement)
        };
        use super::super::Judgement;
        assert_eq!(judged("aes256-ctr"), Some(Judgement::Locked));
        assert_eq!(judged("none"), Some(Judgement::Live));
    }

    #[test]
    fn groups_of_letters_are_told_from_words_by_how_they_begin() {
        let joined = |groups: [&str; 4]| groups.join(" ").into_bytes();
        for groups in
            [["kvxt", "abel", "mona", "rito"], ["mzoe", "qatu", "wexi", "ando"], ["bjua", "sofe", "gkai", "nore"]]
        {
            assert!(is_app_password(&joined(groups)), "{groups:?}");
            assert!(is_app_password(&groups.concat().into_bytes()), "{groups:?}");
        }
        for groups in [
            ["your", "mail", "pass", "word"],
            ["this", "will", "work", "here"],
            ["tres", "casa", "flor", "nube"],
            ["abcd", "efgh", "ijkl", "mnop"],
            ["qwer", "asdf", "zxcv", "tyui"],
        ] {
            assert!(!is_app_password(&joined(groups)), "{groups:?}");
        }
    }

    #[test]
    fn letters_without_blanks_are_told_from_words_by_their_pairs() {
        for letters in ["kvxtabqlmzwaritj", "uhqzdpxkfwgmbvrn", "bjuapofegkaixore"] {
            assert!(is_unlike_words_throughout(letters.as_bytes()), "{letters}");
        }
        for words in
            ["yourmailpassword", "passwordstrength", "mariafernandasol", "schoolprojectapp", "meuprojetofinal1"]
        {
            assert!(!is_unlike_words_throughout(words.as_bytes()), "{words}");
        }
    }

    #[test]
    fn words_are_not_random() {
        for word in ["password123", "somethinglonger", "2024", "createdAt", "v1beta1"] {
            assert!(!is_random(word.as_bytes()), "{word}");
        }
        assert!(is_random(concat!("a3f9", "c01b", "77de", "4451").as_bytes()));
    }
}
