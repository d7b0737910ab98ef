//! Stand-ins for a value to come, and values that everybody knows.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

use super::bytes::{distinct, has};
use super::check::Check;
use super::rules::{Rule, Tier};

const STAND_INS: &[&str] = &[
    "changeme",
    "change_me",
    "change-me",
    "change me",
    "change this",
    "changethis",
    "change-this",
    "change_this",
    "replace",
    "overrid",
    "overwrite",
    "set-me",
    "set_me",
    "setme",
    "update-me",
    "update_me",
    "edit-me",
    "edit_me",
    "define-me",
    "define_me",
    "fill-in",
    "fill_in",
    "fill-me",
    "provide",
    "your_",
    "your-",
    "yourpass",
    "yoursecret",
    "yourtoken",
    "yourkey",
    "your ",
    "placeholder",
    "example",
    "dummy",
    "redacted",
    // What BFG puts in the place of what it takes out of a history.
    "***removed",
    "xxxx",
    "****",
    "....",
    "todo",
    "insert",
    "<your",
    "fixme",
    "put_",
    "enter_",
    "enter-",
    "enter your",
    "lorem",
    "foobar",
    "_here",
    "-here",
    " here",
    "notreal",
    "not-real",
    "not_real",
    "fake",
    "sample",
    "1234567890",
    "0123456789abcdef",
    "abcdefghij",
    "000000000",
    "aaaaaaaa",
    "bogus",
    "invalid",
    "deadbeef",
    "secret_goes",
    "generate",
    "tbd",
    "n/a",
    "none",
    "null",
    "undefined",
    "true",
    "false",
    "sua_",
    "seu_",
    "tu_",
    "votre",
    "ihr_",
    "sua-",
    "_aqui",
    "-aqui",
    " aqui",
    // What generators of configurations comment out.
    "_if_auth",
    "_if_required",
    "_if_needed",
];

pub(super) fn is_placeholder(lower: &[u8], rule: &Rule) -> bool {
    let word_like =
        matches!(rule.tier, Tier::Named | Tier::Generic) || matches!(rule.check, Check::Connection | Check::Server);
    let pem = rule.check == Check::Pem;
    // Some tokens have a run of their own.
    let is_run = |word: &str| matches!(word, "aaaaaaaa" | "000000000") && lower.len() >= 40;
    let stands_in = stand_ins().find_overlapping_iter(lower).any(|found| {
        let word = STAND_INS[found.pattern().as_usize()];
        match word.len() {
            _ if is_run(word) => false,
            // Short words stand in only as the whole value: four letters happen in a random one.
            0..=4 if !matches!(word, "xxxx" | "****" | "....") => {
                found.start() == 0 && (found.end() == lower.len() || word.ends_with('_') && word_like)
            }
            _ => word_like || word.len() >= 6 || matches!(word, "xxxx" | "****" | "...."),
        }
    });
    let signs = !lower.iter().any(u8::is_ascii_alphanumeric) && lower.is_ascii();
    let angled = lower.starts_with(b"<") && lower.ends_with(b">") || lower.starts_with(b"[") && lower.ends_with(b"]");
    let monotone = lower.split(|byte| matches!(byte, b'_' | b'-')).any(|part| part.len() >= 16 && distinct(part) <= 3)
        || lower.len() >= 8 && distinct(lower) <= 3;
    let is_of_words = matches!(rule.tier, Tier::Named | Tier::Generic) && !rule.password && !rule.stored;
    !pem && (stands_in || goes_on_in_order(lower) || word_like && is_spelt_in_digits(lower))
        || is_of_words && (says_that_it_is_for_nothing(lower) || warns_of_itself(lower))
        || pem && (has(lower, "....") || has(lower, "xxxx") || has(lower, "example") || has(lower, "abcdefghijkl"))
        || angled
        || signs
        || monotone
        || word_like && has_a_gap(lower)
}

/// Whether something is left out or to be filled in: `k7q[...]2xv`, `shop***`, `##TOKEN##`, or `{token}` as an address
/// has it.
fn has_a_gap(lower: &[u8]) -> bool {
    const GAPS: &[&str] = &["...", "\u{2026}", "***"];
    let is_hedged = || {
        let inner = lower.strip_prefix(b"##").and_then(|rest| rest.strip_suffix(b"##"));
        inner.is_some_and(|inner| inner.iter().any(u8::is_ascii_alphanumeric))
    };
    GAPS.iter().any(|gap| has(lower, gap))
        || is_hedged()
        || ["%7b", "%3c"].iter().any(|start| lower.starts_with(start.as_bytes()))
}

/// "Change me" and the like with digits for letters that look like them: `ch4n63-m3`.
fn is_spelt_in_digits(lower: &[u8]) -> bool {
    const WORDS: &[&str] = &["changeme", "changethis", "replaceme", "replacethis", "placeholder"];
    if !lower.iter().any(u8::is_ascii_digit) {
        return false;
    }
    let letter = |byte: &u8| match byte {
        b'0' => b'o',
        b'1' => b'i',
        b'3' => b'e',
        b'4' | b'@' => b'a',
        b'5' | b'$' => b's',
        b'6' | b'9' => b'g',
        b'7' => b't',
        other => *other,
    };
    let spelt: Vec<u8> = lower.iter().filter(|byte| !matches!(byte, b'-' | b'_' | b'.' | b' ')).map(letter).collect();
    WORDS.iter().any(|word| has(&spelt, word))
}

/// Words joined of which one says that nobody is to rely on the value: `e2e-secret-do-not-use-in-prod`.
fn says_that_it_is_for_nothing(lower: &[u8]) -> bool {
    const SAYING: &[&[u8]] =
        &[b"insecure", b"temporary", b"throwaway", b"unsafe", b"e2e", b"test", b"tests", b"testing"];
    let parts: Vec<&[u8]> =
        lower.split(|byte| matches!(byte, b'-' | b'_' | b'.' | b' ')).filter(|part| !part.is_empty()).collect();
    let is_plain = |part: &&[u8]| {
        part.iter().all(u8::is_ascii_alphabetic)
            || *part == b"e2e"
            || part.len() <= 4 && part.iter().all(u8::is_ascii_digit)
    };
    parts.len() >= 3
        && !lower.starts_with(b"django-insecure")
        && parts.iter().all(is_plain)
        && (parts.iter().any(|part| SAYING.contains(part)) || has(lower, "not") && parts.windows(2).any(is_warning))
}

/// A sentence without gaps that says it: `ThisIsANonSecureKeyDontUseIt`.
fn warns_of_itself(lower: &[u8]) -> bool {
    const WARNINGS: &[&str] =
        &["donotuse", "dontuse", "nonsecure", "notsecure", "unsecure", "notasecret", "notforprod", "neveruse"];
    let letters: Vec<u8> = lower.iter().copied().filter(u8::is_ascii_alphabetic).collect();
    WARNINGS.iter().any(|warning| has(&letters, warning))
}

/// `not-use` of "do not use", `not-for` of "not for production".
fn is_warning(pair: &[&[u8]]) -> bool {
    matches!(pair[0], b"not" | b"dont") && matches!(pair[1], b"use" | b"for" | b"in")
}

fn stand_ins() -> &'static AhoCorasick {
    static STAND_IN: OnceLock<AhoCorasick> = OnceLock::new();
    STAND_IN.get_or_init(|| AhoCorasick::new(STAND_INS).expect("a few short words"))
}

/// The middle of what vendors print in their documentation or ship to everybody, in small letters.
const PUBLISHED: &[&str] = &[
    // What documentation of one-time passwords shows.
    "jbswy3dpehpk3pxp",
    // GitHub's, Amazon's and Stripe's documentation, and the token that jwt.io shows.
    "16c7e42f292c6912e7710c838347ae17",
    "wjalrxutnfemi",
    "4ec39hqlyjwdarjtt1zdp7dc",
    "sflkxwrjsmekkf2qt4fwpmejf36pok6yjv_adqssw5c",
    // Google's keys for tests of reCAPTCHA.
    "jczvrqyhh71umiegnq_mxjizkhi",
    "gg-vfi1tnrwxmznfuojj4wifjwe",
    // Chromium's keys, in every copy of the browser.
    "qjzh-7pa44blaaakh6490hufowx0kcy",
    "r2uxvnv_u85abhhy8xshsiavuw0dc-s",
    "2klwbx3mkfo30om9lufyqhpqloa_bnh",
    // What the pages of Twitter and YouTube send.
    "nnwizuejrcouh5e6i8xnzz4puts",
    "ao_fj2slqu8q4stehlgcilw_y9_11qcw8",
    // Telegram's and Discord's documentation.
    "aahdqtcvch1vgwjxfseofsas0k5paldsaw",
    "abc-def1234ghikl-zyx57w2v1u123ew11",
    "aafd39kkdpwt3ywyrzergyolmajhac60qc",
    "nzkynze1ndu0mtk2mdg4odqy",
    // The key of each emulator of Cosmos DB, and of each Supabase on the own machine.
    "c2y6ydjf5/r+ob0n8a7cgv30vrdjiwehlm",
    "n7und0ugjktvk-uodkm0hg",
    // The accounts that Hardhat and Anvil make, and those of Ganache.
    "ac0974bec39a17e36ba4a6b4",
    "59c6995e998f97a5a0044966",
    "5de4111afa1a4b94908f8310",
    "7c852118294e51e653712a81",
    "47e179ec197488593b187f80",
    "8b3a350cf5c34c9194ca8582",
    "92db14e403b83dfe3df233f8",
    "4bbbf85ce3377467afe5d46f",
    "dbda1821b80551c9d6593932",
    "2a871d0798f97d79848a013d",
    "f214f2b2cd398c806f84e317",
    "701b615bbdfb9de65240bc28",
    "a267530f49f8280200edf313",
    "47c99abed3324a2707c28aff",
    "c526ee95bf44d8fc405a158b",
    "8166f546bab6da521a8369ca",
    "ea6c44ac03bff858b476bba4",
    "689af8efa8c651a91ad28760",
    "de9be858da4a475276426320",
    "df57089febbacf7ba0bc227d",
    "4f3edf983ac636a65a842ce7",
    "6cbed15c793ce57650b9877c",
    "6370fd033278c143179d81c5",
    "646f1ce2fdad0e6deeeb5c7e",
    "add53f9a7e588d003326d1cb",
    "395df67f0c2d2d9fe1ad08d1",
    "e485d098507f54e7733a2054",
    "a453611d9419d0e56f499079",
    "829e924fdf021ba3dbbc4225",
    "b0057716d5917badaf911b19",
];

/// Whether everybody knows the value.
pub(super) fn is_published(lower: &[u8]) -> bool {
    static PARTS: OnceLock<AhoCorasick> = OnceLock::new();
    PARTS.get_or_init(|| AhoCorasick::new(PUBLISHED).expect("a few short texts")).is_match(lower)
}

/// Whether letters and digits go on as the alphabet and numbers do, by turns or in groups, as people and programs that
/// write samples make them up: `a1b2c3d4e5f6`, `abc123def456`.
fn goes_on_in_order(lower: &[u8]) -> bool {
    const SHORTEST: usize = 12;
    const LETTERS: usize = 6;
    let in_order = |all: &[u8], first: u8, count: u8| {
        let number = |byte: u8| byte - first;
        let steps = |by: u8| all.windows(2).filter(|pair| (number(pair[0]) + by) % count == number(pair[1])).count();
        steps(1).max(steps(count - 1)) * 4 >= (all.len() - 1) * 3
    };
    lower.split(|byte| !byte.is_ascii_alphanumeric()).filter(|part| part.len() >= SHORTEST).any(|part| {
        let of = |is: fn(&u8) -> bool| part.iter().copied().filter(is).collect::<Vec<u8>>();
        let (letters, digits) = (of(u8::is_ascii_alphabetic), of(u8::is_ascii_digit));
        letters.len() >= LETTERS
            && letters.len() * 3 >= part.len()
            && (in_order(&letters, b'a', 26) || in_order(&letters, b'a', 6) && letters.iter().all(|byte| *byte <= b'f'))
            && (digits.len() < 2 || in_order(&digits, b'0', 10) || distinct(&digits) == 1)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Judgement, scan};
    use super::{goes_on_in_order, is_published, says_that_it_is_for_nothing};

    #[test]
    fn what_goes_on_as_the_alphabet_does_was_made_up() {
        for value in [
            "sk_live_a1b2c3d4e5f6g7h8i9j0k1l2",
            "abc123def456ghi789jkl012mno345pqr678",
            "a1b2c3d4e5f6a1b2c3d4e5f6a1b2c3d4",
            "9f8e7d6c5b4a",
            "key-1a2b3c4d5e6f7g8h9i0j",
        ] {
            assert!(goes_on_in_order(value.as_bytes()), "{value}");
        }
        for value in ["k7qz9lw2xv8rt4yp6nb3mc1jh5gd0", "3f9ac01b77de4451ab907c22e8d15b6f", "ab3de5gh7jk9mn1pq3st5vw7"] {
            assert!(!goes_on_in_order(value.as_bytes()), "{value}");
        }
    }

    #[test]
    fn what_was_taken_out_and_an_alphabet_in_a_key_stand_in() {
        let judged = |text: String| scan(text.as_bytes()).first().map(|hit| hit.judgement);
        let removed = ["***", "REMOVED", "***"].concat();
        assert_eq!(judged(format!("db_password = \"{removed}\"\n")), Some(Judgement::Placeholder));
        let key = super::super::example("private-key");
        let made_up = key.replacen(&key[60..100], "1234567890abcdefghijklmnopqrstuvwxyz1234", 1);
        assert_eq!((judged(key), judged(made_up)), (Some(Judgement::Live), Some(Judgement::Placeholder)));
        let hash = ["3f9ac01b77de", "4451ab907c22", "e8d15b6f09ae", "41d7"].concat();
        assert_eq!(judged(format!("\"hashed_secret\": \"{hash}\"\n")), Some(Judgement::Encrypted));
    }

    #[test]
    fn change_me_with_digits_for_letters_stands_in() {
        let judged = |value: &str| scan(format!("APP_SECRET={value}\n").as_bytes()).first().map(|hit| hit.judgement);
        for value in ["ch4n63m3pl3453k7", "Ch4ng3-Th15-k7Qz9Lw2", "r3pl4c3_m3_k7Qz9Lw2Xv8"] {
            assert_eq!(judged(value), Some(Judgement::Placeholder), "{value}");
        }
        let generated = ["k7Qz9Lw2", "Xv8Rt4Yp", "6Nb3Mc1J"].concat();
        assert_eq!(judged(&generated), Some(Judgement::Live));
        let secret = ["6LeIxAcT", "AAAAAGG-vFI1TnRW", "xMZNFuojJ4WifJWe"].concat();
        assert_eq!(judged(&secret), Some(Judgement::Example));
    }

    #[test]
    fn what_is_left_out_or_to_be_filled_in_stands_in() {
        let judged = |value: &str| scan(format!("APP_TOKEN={value}\n").as_bytes()).first().map(|hit| hit.judgement);
        let part = ["k7Qz9Lw2", "Xv8R"].concat();
        for value in [format!("{part}[...]{part}"), format!("{part}***{part}"), "##SHOP_TOKEN_1##".to_owned()] {
            assert_eq!(judged(&value), Some(Judgement::Placeholder), "{value}");
        }
        assert_eq!(judged(&format!("{part}{part}")), Some(Judgement::Live));
        assert_eq!(judged(&format!("#{part}{part}#")), Some(Judgement::Live));
    }

    #[test]
    fn what_every_emulator_has_is_published() {
        let account = ["0xac0974bec39a17e3", "6ba4a6b4d238ff94", "4bacb478cbed5efc", "ae784d7bf4f2ff80"].concat();
        assert!(is_published(account.as_bytes()));
        let found = scan(format!("DEPLOYER_PRIVATE_KEY={account}\n").as_bytes());
        assert_eq!(found.first().map(|hit| hit.judgement), Some(Judgement::Example));
    }

    #[test]
    fn a_sentence_that_warns_of_itself_stands_in() {
        let judged = |value: &str| {
            let settings = format!("{{ \"Jwt\": {{ \"Issuer\": \"shop\", \"Key\": \"{value}\" }} }}\n");
            scan(settings.as_bytes()).first().map(|hit| hit.judgement)
        };
        for value in ["GreenShopNonSecureKeyPleaseDontUseItElsewhere!", "DoNotUseThisKeyOfTheGreenShop2024Anywhere"] {
            assert_eq!(judged(value), Some(Judgement::Placeholder), "{value}");
        }
        assert_eq!(judged(&["k7Qz9Lw2Xv8R", "t4Yp6Nb3Mc1J", "d5Wu8Zr2Bq6V"].concat()), Some(Judgement::Live));
    }

    #[test]
    fn words_that_say_what_they_are_not_for_stand_in() {
        for value in [
            "e2e-test-secret-do-not-use-in-prod",
            "temporary-insecure-key-for-dev",
            "a_key_for_testing",
            "not-for-production-key",
        ] {
            assert!(says_that_it_is_for_nothing(value.as_bytes()), "{value}");
        }
        for value in
            ["green-shop-signing-key", "test-k7qz9lw2xv8rt4", "django-insecure-key-words", "contest-winner-key"]
        {
            assert!(!says_that_it_is_for_nothing(value.as_bytes()), "{value}");
        }
    }
}
