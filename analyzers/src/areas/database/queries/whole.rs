//! Whether a query reads a table as a whole, as far as the code around it says.

use super::chain::{arguments, calls, chain};
use crate::Snapshot;
use crate::code::{CodeMatch, Language};

/// Words of a query that narrow what it reads.
const NARROW: &[&str] = &[
    "aggregate",
    "average",
    "avg",
    "maximum",
    "minimum",
    "sum",
    "chunk",
    "count",
    "cursor",
    "distinct",
    "exists",
    "fetchone",
    "first",
    "find_each",
    "func",
    "group_by",
    "groupby",
    "in_batches",
    "last",
    "offset",
    "one",
    "one_or_none",
    "pagy",
    "per",
    "pluck",
    "scalar_one",
    "single",
    "slice",
    "top",
];

/// Beginnings of such words: `whereIn`, `paginate`, `limitTo`.
const NARROW_BEGINNINGS: &[&str] = &[
    "filter",
    "firstor",
    "forpage",
    "limit",
    "maxresults",
    "paginat",
    "scalar_one",
    "setfirst",
    "setmax",
    "skip",
    "take",
    "where",
    "andwhere",
    "having",
];

/// Whether nothing around the call narrows what it reads: `User.find().limit(10)`.
pub(super) fn is_whole(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path) else { return false };
    let (own, rest) = (&text[found.bytes.clone()], &text[found.bytes.end..]);
    // What is only the beginning goes on below.
    if ["StringBuilder(", "StringBuffer("].iter().any(|begins| text[..found.bytes.start].ends_with(begins)) {
        return false;
    }
    // What is done with a query in quotes follows the call that it is given to.
    let is_quoted = own.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '#').starts_with(['"', '\'', '`']);
    let given = if is_quoted { arguments(rest) } else { "" };
    let follows = chain(repo, found, &rest[given.len()..]);
    let said = format!("{own} {given} {follows}");
    let is_narrowed = narrows(&said)
        || found.language == Language::Php && has_own_scope(own)
        || follows.trim_start().starts_with('[')
        || is_script(found.language) && own.contains("...")
        || is_paged_by_parameter(found, rest)
        || is_given_to_pages(text, found);
    !is_narrowed && !is_cut_later(text, found)
}

/// Calls on a lazy query that leave it as long as it is; a scope of the project's own may cut it.
const KEEPS: &[&str] = &[
    "all",
    "annotate",
    "as_json",
    "collect",
    "decorate",
    "defer",
    "each",
    "eager_load",
    "includes",
    "joins",
    "left_joins",
    "map",
    "only",
    "options",
    "order",
    "order_by",
    "prefetch_related",
    "preload",
    "references",
    "reorder",
    "reverse",
    "select_related",
    "to_a",
    "to_json",
    "using",
    "values",
    "values_list",
    "with_attached_image",
    "join",
    "outerjoin",
    "desc",
    "asc",
];

/// Whether a query of Eloquent goes through a scope of the project's own, which may cut it.
fn has_own_scope(own: &str) -> bool {
    const KNOWN: &[&str] = &[
        "get",
        "getArrayResult",
        "getQuery",
        "getRepository",
        "getResult",
        "latest",
        "load",
        "oldest",
        "orderBy",
        "orderByDesc",
        "select",
        "with",
        "withCount",
        "addSelect",
        "addOrderBy",
        "leftJoin",
        "innerJoin",
        "join",
        "createQueryBuilder",
        "getDoctrine",
        "findAll",
        "findBy",
        "all",
        "inRandomOrder",
        "withSum",
        "withTrashed",
        "groupBy",
        "from",
    ];
    let Some((_, chain)) = own.split_once("::").filter(|_| own.contains("->")) else { return false };
    let mut depth = 0_usize;
    let mut rest = chain;
    while let Some(at) = rest.find(['(', ')', '[', ']', '-']) {
        let sign = rest.as_bytes()[at];
        match sign {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        rest = &rest[at + 1..];
        if let (b'-', 0, Some(call)) = (sign, depth, rest.strip_prefix('>')) {
            let length = call.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(call.len());
            if !KNOWN.contains(&&call[..length]) {
                return true;
            }
        }
    }
    false
}

/// Whether what is made of a lazy query is read in the function in which it is made.
pub(super) fn is_read_here(repo: &Snapshot, found: &CodeMatch) -> bool {
    let Some(text) = repo.text(&found.path) else { return false };
    let before = line_before(text, found.bytes.start);
    let own = &text[found.bytes.clone()];
    let mut calls = calls(chain(repo, found, &text[found.bytes.end..]));
    if calls.any(|call| !KEEPS.contains(&call)) {
        return false;
    }
    if found.language == Language::Ruby {
        let is_answered = ["controller", "/api/", "graphql", "component"].iter().any(|word| found.path.contains(word));
        let is_shown = before.trim_start().starts_with('@') || before.contains("render ") || before.contains("json:");
        return is_answered && is_shown;
    }
    let is_of_choices = ["admin", "forms", "serializers", "filters"].iter().any(|word| found.path.contains(word));
    let is_of_framework = found.scopes.last().is_some_and(|scope| scope.name.contains("queryset"));
    if is_of_choices || is_of_framework {
        return false;
    }
    let before = before.trim_end();
    let is_statement = !own.contains(".objects.");
    let is_direct = ["list(", " in", "Serializer("].iter().any(|end| before.ends_with(end))
        || (before.ends_with(':') && before.trim_end_matches(':').ends_with(['"', '\'']))
        || before.contains("context[");
    let reads = |line: &str, name: &str| {
        if is_statement {
            let called = ["execute(", "scalars(", "exec("].iter().any(|call| line.contains(&format!("{call}{name}")));
            return called && !narrows(line);
        }
        let is_shown = ["render(", "many=True", "JsonResponse(", "context", "\": ", "': "];
        line.contains(&format!("list({name})"))
            || line.contains(&format!(" in {name}:"))
            || is_shown.iter().any(|word| line.contains(word)) && has_word(line, name)
    };
    let is_kept = || {
        let name = name_before(before)?;
        let end = found.functions.last().map_or(found.bytes.end, |function| function.bytes.end.max(found.bytes.end));
        text[found.bytes.end..end].lines().find(|line| reads(line, name))
    };
    !is_statement && is_direct || is_kept().is_some()
}

/// Whether a query asks for one record, which is no page of a list: `... LIMIT 1`.
pub(super) fn asks_for_one(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let lower = text.to_ascii_lowercase();
    let Some((_, limit)) = lower.rsplit_once("limit ") else { return false };
    limit.trim_start().strip_prefix('1').is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() || c == ','))
}

/// Whether `line` has `word`, and not only as a part of another one.
pub(super) fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word)
        .any(|(at, _)| !line[..at].ends_with(is_part) && !line[at + word.len()..].starts_with(is_part))
}

fn narrows(said: &str) -> bool {
    let lower = said.to_ascii_lowercase();
    let narrows = |word: &str| {
        NARROW.contains(&word)
            || NARROW_BEGINNINGS.iter().any(|beginning| word.starts_with(beginning))
            // `PageRequest`, and no column such as `page_title`.
            || word.strip_prefix("page").is_some_and(|rest| !rest.starts_with('_'))
    };
    ["fetch next", "fetch first"].iter().any(|words| lower.contains(words))
        || lower.split(|c: char| !c.is_alphanumeric() && c != '_').any(narrows)
}

fn is_script(language: Language) -> bool {
    matches!(language, Language::JavaScript | Language::TypeScript | Language::Tsx)
}

/// Whether the method below a query of Spring Data takes the page to read: `Page<Post> all(Pageable page);`.
fn is_paged_by_parameter(found: &CodeMatch, rest: &str) -> bool {
    let method = rest.split("\n\n").next().unwrap_or_default().split(';').next().unwrap_or_default();
    matches!(found.language, Language::Java | Language::Kotlin)
        && ["Pageable", "PageRequest", "Limit "].iter().any(|parameter| method.contains(parameter))
}

/// Whether the query is what a call that makes pages is given: `Paginator(User.objects.all(), 20)`.
fn is_given_to_pages(text: &str, found: &CodeMatch) -> bool {
    let line = line_before(text, found.bytes.start);
    let above = &text[..found.bytes.start - line.len()];
    let before = if line.trim().is_empty() { above.trim_end().lines().last().unwrap_or_default() } else { line };
    ["aginat", "pagy", "PagedList"].iter().any(|word| before.contains(word))
}

/// Whether what the call gives has a name, and the function takes a page of it further down. Nothing is read before.
fn is_cut_later(text: &str, found: &CodeMatch) -> bool {
    let before = line_before(text, found.bytes.start);
    let Some(name) = name_before(before) else { return false };
    let is_lazy = matches!(found.language, Language::Ruby | Language::Python | Language::Php)
        || is_script(found.language) && !before.contains("await");
    let end = found.functions.last().map_or(found.bytes.end, |function| function.bytes.end.max(found.bytes.end));
    let cuts = |line: &str| {
        const CUTS: &[&str] = &[
            "paginat", ".page(", "limit(", ".per(", ".first(", "pagy(", "[:", ".skip(", ".take(", ".filter(",
            ".where(", ".count(", ".exists(",
        ];
        has_word(line, name) && CUTS.iter().any(|word| line.contains(word))
    };
    // A condition that is added to the text of a query: `sql += " WHERE a = %s"`.
    let narrows = |line: &str| {
        let line = line.trim_start();
        line.strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(['+', '.', '=']))
            && ["where", "limit"].iter().any(|word| line.to_ascii_lowercase().contains(word))
    };
    text[found.bytes.end..end].lines().any(|line| is_lazy && cuts(line) || narrows(line))
}

/// What stands before `at` on its line.
fn line_before(text: &str, at: usize) -> &str {
    &text[text[..at].rfind('\n').map_or(0, |at| at + 1)..at]
}

/// The name that is given to what follows: `const users = await `.
fn name_before(before: &str) -> Option<&str> {
    let before = before.trim().trim_end_matches("await").trim_end();
    let name = before.strip_suffix('=').unwrap_or(before).trim_end_matches(['=', ':', ' ']);
    let name = ["let mut ", "let ", "const ", "var "].iter().find_map(|word| name.strip_prefix(word)).unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '@' | '$'));
    is_name.then_some(name)
}
