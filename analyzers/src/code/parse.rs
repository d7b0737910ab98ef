//! Parsing within a number of steps: a clock that is the same on every machine, so that a report is, too.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use ast_grep_core::AstGrep;
use ast_grep_core::tree_sitter::{LanguageExt, StrDoc};
use ast_grep_language::SupportLang;
use tree_sitter::{ParseOptions, Parser};

use super::Language;

/// The parser tells of itself each time that it has done so many operations; that is a step.
pub const OPERATIONS_OF_A_STEP: u32 = 100;

thread_local! {
    /// Making one takes longer than parsing a small file.
    static PARSERS: RefCell<BTreeMap<Language, Parser>> = const { RefCell::new(BTreeMap::new()) };
}

/// The syntax of `text`; `None` if it takes more than `most` steps to find it.
pub(super) fn parse(language: Language, text: &str, most: u64) -> Option<AstGrep<StrDoc<SupportLang>>> {
    let grammar = language.grammar();
    let tree = PARSERS.with_borrow_mut(|parsers| {
        let parser = parsers.entry(language).or_insert_with(|| {
            let mut parser = Parser::new();
            parser.set_language(&grammar.get_ts_language()).expect("a grammar that is built in fits the parser");
            parser
        });
        // One that gave up would go on where it was.
        parser.reset();
        let mut steps = 0;
        let mut count = |_: &tree_sitter::ParseState| {
            steps += 1;
            if steps > most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let mut read = |from: usize, _| text.as_bytes().get(from..).unwrap_or_default();
        parser.parse_with_options(&mut read, None, Some(ParseOptions::new().progress_callback(&mut count)))
    })?;
    Some(AstGrep::doc(StrDoc { src: text.to_owned(), lang: grammar, tree }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_takes_too_many_steps_is_given_up_and_the_next_is_not() {
        let text = "a = [1, 2, 3]\n".repeat(500);
        assert!(parse(Language::Python, &text, 3).is_none());
        let tree = parse(Language::Python, "a = 1\n", 3).expect("few steps");
        assert_eq!(tree.root().text(), "a = 1\n");
        assert!(parse(Language::Python, &text, 1_000).is_some());
    }
}
