//! Expressions over what people write. Their letters are those of the scripts that READMEs are written in: all that
//! Unicode knows take ten times as long to make ready.

use regex::Regex;

/// Latin, Greek, Cyrillic, Hebrew, Arabic, and what is written in East Asia.
const LETTERS: &str = r"0-9A-Za-z_ªµºÀ-ÖØ-öø-ɏͰ-ͽͿ-ԯԱ-Ֆա-ևא-תء-ي٠-٩ٱ-ۓ々ぁ-ゖァ-ヺー-ヿ㐀-䶿一-鿿가-힣";

/// The expression that `text` is, which has to be one of ours.
pub fn pattern(text: &str) -> Regex {
    Regex::new(&with_few_letters(text)).expect("a pattern of ours, which a test has made")
}

/// With classes of letters that are quick to make ready.
fn with_few_letters(expression: &str) -> String {
    let mut few = String::with_capacity(expression.len() * 2);
    let mut rest = expression;
    while let Some((before, escape)) = rest.split_once('\\') {
        few.push_str(before);
        let mut escaped = escape.chars();
        match escaped.next() {
            Some('w') => few.extend(["[", LETTERS, "]"]),
            Some('W') => few.extend(["[^", LETTERS, "]"]),
            Some('d') => few.push_str("[0-9]"),
            Some('D') => few.push_str("[^0-9]"),
            Some(other) => few.extend(['\\', other]),
            None => few.push('\\'),
        }
        rest = escaped.as_str();
    }
    few + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_those_that_people_write_in_and_signs_are_none() {
        for (expression, text, found) in [
            (r"\w+", "🚀 Déployé!", "Déployé"),
            (r"\w+", "— настройка —", "настройка"),
            (r"\w+", "「環境変数」", "環境変数"),
            (r"(?i)\bprodução\b", "em PRODUÇÃO.", "PRODUÇÃO"),
            (r"^\W*[A-Z]\w*", "🚀 **Deploy**", "🚀 **Deploy"),
            (r"[\w.-]+", "é.b-c d", "é.b-c"),
            (r"[^\w\s]+", "é ✅!", "✅!"),
            (r"\\w", r"a\w", r"\w"),
        ] {
            assert_eq!(pattern(expression).find(text).map(|it| it.as_str()), Some(found), "{expression}");
        }
    }
}
