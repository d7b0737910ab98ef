//! SQL as words: comments are left out, and what is quoted is one word whatever it holds.

/// One word of SQL, and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// In lower case; names without their quotes.
    pub(super) text: String,
    /// What it is.
    pub(super) kind: Kind,
    /// From 1.
    pub(super) line: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or a name.
    Word,
    /// A value in quotes.
    Value,
    /// A single sign.
    Sign,
}

impl Token {
    pub(super) fn is(&self, text: &str) -> bool {
        self.kind != Kind::Value && self.text == text
    }
}

/// The statements of `text`, each as its words; what ends them is left out.
pub(super) fn statements(text: &str) -> Vec<Vec<Token>> {
    let mut statements = Vec::new();
    let mut open: Vec<Token> = Vec::new();
    let mut line = 0;
    let mut tokens = tokens(text).into_iter().peekable();
    while let Some(token) = tokens.next() {
        // SQL Server's tools end a batch with a line that says so.
        let is_alone = token.line != line && tokens.peek().is_none_or(|next| next.line != token.line);
        line = token.line;
        if token.is(";") || token.is("go") && is_alone {
            statements.push(std::mem::take(&mut open));
        } else {
            open.push(token);
        }
    }
    statements.push(open);
    statements.retain(|statement| !statement.is_empty());
    statements
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut line = 1_u32;
    // Some editors begin a file with a mark of its encoding.
    let mut rest = text.trim_start_matches('\u{feff}');
    let mut is_new_line = true;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            // MySQL's comments; elsewhere the sign stands between values.
            '#' if is_new_line => (None, rest.find('\n').unwrap_or(rest.len())),
            '-' if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (None, rest.find("*/").map_or(rest.len(), |end| end + 2)),
            '\'' => (Some(Kind::Value), quoted(rest, '\'')),
            '"' | '`' => (Some(Kind::Word), quoted(rest, first)),
            '[' if rest[1..].starts_with(|c: char| c.is_ascii_alphabetic()) => (Some(Kind::Word), quoted(rest, ']')),
            '$' if dollar(rest).is_some() => (Some(Kind::Value), dollar(rest).unwrap_or(1)),
            _ if is_word(first) => (Some(Kind::Word), rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())),
            _ => (Some(Kind::Sign), first.len_utf8()),
        };
        let (token, after) = rest.split_at(length);
        if let Some(kind) = kind {
            let text = token.trim_matches(['"', '`', '[', ']']).to_lowercase();
            tokens.push(Token { text: if kind == Kind::Sign { token.to_owned() } else { text }, kind, line });
        }
        is_new_line = token.ends_with('\n') || is_new_line && token.trim().is_empty();
        line += token.bytes().filter(|byte| *byte == b'\n').count() as u32;
        rest = after;
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The length of what begins with a quote and ends with `end`; twice the sign stands for itself.
fn quoted(rest: &str, end: char) -> usize {
    let mut signs = rest.char_indices().skip(1).peekable();
    while let Some((at, sign)) = signs.next() {
        if sign == end && signs.next_if(|(_, next)| *next == end).is_none() {
            return at + sign.len_utf8();
        }
    }
    rest.len()
}

/// The length of a body between `$$` or `$name$`.
fn dollar(rest: &str) -> Option<usize> {
    let tag = &rest[..rest[1..].find('$')? + 2];
    let is_tag = tag[1..tag.len() - 1].chars().all(is_word) && !tag[1..].starts_with(|c: char| c.is_ascii_digit());
    let end = rest[tag.len()..].find(tag)?;
    is_tag.then_some(tag.len() * 2 + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_quotes_hide_what_they_hold() {
        let sql = "-- create\nCREATE /* ; */ TABLE \"A b\" (`x` text DEFAULT 'it''s; --');\nDO $$ BEGIN; END $$;";
        let words = |statement: &Vec<Token>| statement.iter().map(|it| it.text.clone()).collect::<Vec<_>>().join(" ");
        let found: Vec<_> = statements(sql).iter().map(words).collect();
        assert_eq!(found, ["create table a b ( x text default 'it''s; --' )", "do $$ begin; end $$"]);
        assert_eq!(statements(sql)[0][0].line, 2);
        let marked = "\u{feff}# as psql\n  # so\nSELECT a #> b;";
        assert_eq!(statements(marked).iter().map(words).collect::<Vec<_>>(), ["select a # > b"]);
    }

    #[test]
    fn what_never_ends_ends_with_the_file() {
        for sql in ["'", "\"a", "/* a", "$$ a", "[a", "-- a", "é'ü"] {
            assert!(statements(sql).len() <= 1, "{sql}");
        }
    }
}
