//! The examples of the rules, made of templates so that no valid-looking credential stands in a rule file.
//!
//! In a template `{KIND:LENGTH}` stands for so many characters: `base62`, `alnum` (lower case and digits), `upper`
//! (upper case and digits), `base32`, `hex`, `digits`, `letters`, `base64`, `base64url`; `{crc62:PREFIX}` for a token with a
//! valid checksum, `{jwt}` for a web token, `{pem:LABEL}` for a private key, `{certificate:NAME}` for a certificate, `{nats:KIND}` for a NATS seed, `{key:BYTES}` for base64 of so
//! many bytes, `{wrapped:LENGTH}` for base64 of a generated password; `{=TEXT}` for that text. What is generated differs at each place and is the same in each run.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::Judgement;
use super::check::crc32;
use super::engine::{Engine, Scanner};
use super::fingerprint::FingerprintKey;
use super::nats;
use super::rules::{Rule, rules};

/// A text with made-up credentials.
pub(super) struct Planted {
    pub(super) text: String,
    /// What was made up and is longer than a word.
    pub(super) generated: Vec<String>,
}

/// The positive examples of `rule`.
pub(super) fn planted(rule: &Rule) -> Vec<Planted> {
    rule.positives.iter().map(|template| expand(template)).collect()
}

/// Every way in which a rule and its own examples disagree, one sentence each.
pub fn check_examples() -> Vec<String> {
    let mut disagreements = Vec::new();
    for rule in rules() {
        let scanner = Scanner::over(Engine::of(|other| other.id == rule.id).into(), 1, FingerprintKey::default());
        let hits = |text: &str| scanner.scan(text.as_bytes());
        if rule.positives.is_empty() || rule.keywords.is_empty() {
            disagreements.push(format!("{} has no positives or no keywords", rule.id));
        }
        for (template, planted) in rule.positives.iter().zip(planted(rule)) {
            let expected = rule.judged.unwrap_or(Judgement::Live);
            match hits(&planted.text).as_slice() {
                [] => disagreements.push(format!("{} does not match {template}", rule.id)),
                hits if !hits.iter().any(|hit| hit.judgement == expected) => {
                    disagreements.push(format!("{} judges {template} as {:?}", rule.id, hits[0].judgement));
                }
                _ => {}
            }
        }
        for template in &rule.negatives {
            if hits(&expand(template).text)
                .iter()
                .any(|hit| matches!(hit.judgement, Judgement::Live | Judgement::Malformed))
            {
                disagreements.push(format!("{} matches {template}", rule.id));
            }
        }
    }
    disagreements
}

/// A made-up token of GitHub's, with a checksum that holds.
#[cfg(test)]
pub(crate) fn with_checksum() -> String {
    expand("{crc62:ghp_}").text
}

fn expand(template: &str) -> Planted {
    let mut made = Planted { text: String::new(), generated: Vec::new() };
    let mut dice = Dice(0x2545_f491_4f6c_dd1d ^ u64::from(crc32(template.as_bytes())));
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        made.text.push_str(before);
        let filled = after.split_once('}').and_then(|(inner, after)| Some((fill(inner, &mut dice)?, after)));
        match filled {
            Some((value, after)) => {
                if value.len() >= 16 {
                    made.generated.push(value.clone());
                }
                made.text.push_str(&value);
                rest = after;
            }
            None => {
                made.text.push('{');
                rest = after;
            }
        }
    }
    made.text.push_str(rest);
    made
}

fn fill(inner: &str, dice: &mut Dice) -> Option<String> {
    const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
    const DIGITS: &str = "0123456789";
    if let Some(text) = inner.strip_prefix('=') {
        return Some(text.to_owned());
    }
    let (kind, argument) = inner.split_once(':').unwrap_or((inner, ""));
    let alphabet = match kind {
        "base62" => [UPPER, LOWER, DIGITS].concat(),
        "alnum" => [LOWER, DIGITS].concat(),
        "lower" => LOWER.to_owned(),
        "upper" => [UPPER, DIGITS].concat(),
        "base32" => [UPPER, "234567"].concat(),
        "hex" => "0123456789abcdef".to_owned(),
        "digits" => DIGITS.to_owned(),
        "letters" => [UPPER, LOWER].concat(),
        "base64" => [UPPER, LOWER, DIGITS, "+/"].concat(),
        "wrapped" => {
            let length = argument.parse().ok()?;
            return Some(STANDARD.encode(dice.text(&[UPPER, LOWER, DIGITS].concat(), length)));
        }
        "base64url" => [UPPER, LOWER, DIGITS, "-_"].concat(),
        "crc62" => {
            let body = dice.text(&[UPPER, LOWER, DIGITS].concat(), 30);
            let digits: Vec<u8> = [DIGITS, UPPER, LOWER].concat().into_bytes();
            let mut rest = crc32(body.as_bytes());
            let mut sum = [b'0'; 6];
            for digit in sum.iter_mut().rev() {
                *digit = digits[(rest % 62) as usize];
                rest /= 62;
            }
            return Some(format!("{argument}{body}{}", String::from_utf8_lossy(&sum)));
        }
        "jwt" => {
            let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
            let user = dice.text(DIGITS, 12);
            let claims = part(&format!(r#"{{"sub":"{user}","iat":1516239022}}"#));
            let signature = dice.text(&[UPPER, LOWER, DIGITS].concat(), 43);
            return Some(format!("{}.{claims}.{signature}", part(r#"{"alg":"HS256","typ":"JWT"}"#)));
        }
        "key" => {
            let bytes: Vec<u8> = (0..argument.parse::<usize>().ok()?).map(|_| dice.roll() as u8).collect();
            return Some(STANDARD.encode(bytes));
        }
        "certificate" => {
            let mut bytes = vec![0x30, 0x82, 0x02, 0x00, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, argument.len() as u8];
            bytes.extend(argument.as_bytes());
            bytes.extend((0..300).map(|_| dice.roll() as u8));
            return Some(armoured("CERTIFICATE", &bytes));
        }
        "nats" => {
            let random: Vec<u8> = (0..32).map(|_| dice.roll() as u8).collect();
            return nats::seed(*argument.as_bytes().first()?, &random);
        }
        "pem" => {
            let mut bytes = vec![0x30, 0x82, 0x04, 0xa4, 0x02, 0x01, 0x00];
            bytes.extend((0..600).map(|_| dice.roll() as u8));
            return Some(armoured(argument, &bytes));
        }
        _ => return None,
    };
    Some(dice.text(&alphabet, argument.parse().ok()?))
}

fn armoured(label: &str, bytes: &[u8]) -> String {
    let body = STANDARD.encode(bytes);
    let lines: Vec<String> =
        body.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", lines.join("\n"))
}

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 24
    }

    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let alphabet = alphabet.as_bytes();
        (0..length).map(|_| char::from(alphabet[(self.roll() % alphabet.len() as u64) as usize])).collect()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn rules_agree_with_their_own_examples() {
        let disagreements = super::check_examples();
        assert!(disagreements.is_empty(), "{}", disagreements.join("\n"));
    }

    #[test]
    fn rules_have_ids_of_their_own() {
        let mut ids: Vec<&str> = super::rules().iter().map(|rule| rule.id.as_str()).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(count >= 200, "{count}");
    }
}
