//! The functions and variables of a Rust program.

use std::ops::Range;

use crate::areas::api::routing::source::Sources;

pub(super) struct Function<'r> {
    pub name: &'r str,
    pub file: usize,
    pub bytes: Range<usize>,
    pub text: &'r str,
}

pub(super) struct Variable<'r> {
    pub name: &'r str,
    pub file: usize,
    pub bytes: Range<usize>,
    pub value: &'r str,
    pub function: Option<usize>,
}

pub(super) fn in_tests(text: &str, at: usize) -> bool {
    text.match_indices("#[cfg(test)]\nmod ").take_while(|(start, _)| *start < at).any(|(start, _)| {
        let rest = &text[start..];
        let is_inline = rest.find(['{', ';']).is_some_and(|mark| rest[mark..].starts_with('{'));
        is_inline && rest.find("\n}").is_none_or(|end| at < start + end)
    })
}

pub(super) fn functions<'r>(sources: &Sources<'r>) -> Vec<Function<'r>> {
    sources
        .matches("api.rust.function")
        .filter_map(|(file, found)| {
            Some(Function {
                name: found.var("NAME")?,
                file,
                bytes: found.bytes.clone(),
                text: sources.matched(file, found),
            })
        })
        .collect()
}

pub(super) fn variables<'r>(sources: &Sources<'r>) -> Vec<Variable<'r>> {
    let functions = functions(sources);
    sources
        .matches("api.rust.binding")
        .filter_map(|(file, found)| {
            let value = sources.matched(file, found).split_once('=')?.1.trim().trim_end_matches(';');
            let function = functions
                .iter()
                .enumerate()
                .filter(|(_, function)| function.file == file && function.bytes.contains(&found.bytes.start))
                .max_by_key(|(_, function)| function.bytes.start)
                .map(|(index, _)| index);
            Some(Variable { name: found.var("NAME")?, file, bytes: found.bytes.clone(), value, function })
        })
        .collect()
}
