//! Where what is put into SQL comes from: back from the query over local variables to the request or a parameter.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::expression::{self, Piece};
use crate::Snapshot;
use crate::code::{CodeMatch, Function, Language};

/// Where a value comes from; the later, the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// Constants, numbers, checked values, or nothing that is known.
    Harmless,
    /// A parameter of a function that is no handler.
    Parameter,
    /// A request, by way of another function that may check it.
    Handed,
    /// A request.
    Request,
}

/// How each framework hands out what a request carries.
static REQUEST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(req|request|ctx\.request|c\.req|event)\??\.(body|query|params|param|headers|cookies|args|form|json|values|GET|POST|data|query_params|get_json|queryStringParameters|Form|Query|getParameter|getHeader)\b",
        r"|\bctx\.(query|params|request\.body)\b|\bsearchParams\.get\b",
        r"|\b\w+\.(Param|Query|DefaultQuery|PostForm|FormValue|QueryParam|URLParam|Params|GetQuery|PathValue)\(",
        r"|\bmux\.Vars\(|\bchi\.URLParam\(|\.URL\.Query\(\)",
        r"|\$_(GET|POST|REQUEST|COOKIE)\b|\$request->(input|get|query|post|all|request|route|getParsedBody|getQueryParams|getAttribute|\w+$)|\$args\[",
        r"|\bparams\[:?|\bparams\.(require|permit|fetch)\b",
        r"|\bcall\.(parameters|receive\w*|request)\b|\bRequest\.(Query|Form|Headers|Cookies)\b"
    ))
    .expect("a constant pattern")
});

/// Calls whose answer is a number, a checked value, or a row.
static CHECKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)\b(int|float|number|parseint|parsefloat|bool|uuid|decimal|len|count|str_repeat|intval|floatval|atoi|parseuint|parsebool|toint\w*|parse|valueof|to_i|to_f|date|datetime|strtotime|join|repeat|implode",
        r"|\w*(escape|quote|sanitize|placeholder|validate|allowed|whitelist|identifier|hash|sign|verify)\w*)[!?]?(::<\w+>)?\(",
        r"|\.(to_i|to_f|length|size|id|rows|insertId|rowCount)\b|\(int\)|\(float\)|::<[iu]\d+>",
        r"|\bawait\b|(?i)\b(query|find|fetch|select|execute|load|create|save|first|one|all|session|prepare)\w*\("
    ))
    .expect("a constant pattern")
});

/// Members that make a number of a text.
static NUMBER_OF: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\.(to_i|to_f|toInt\w*|toLong\w*|length|size|Length)\b").expect("a constant pattern"));

static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"[.>:$@]?[\w$]+\(?").expect("a constant pattern"));

/// Types that can carry no SQL.
pub(super) static NUMERIC: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(int|Int|Integer|long|Long|short|bool|boolean|Boolean|float|double|Double|Decimal|decimal|BigDecimal|UUID|Uuid|Guid|i8|i16|i32|i64|u8|u16|u32|u64|usize|int32|int64|uint|uint32|uint64|float64|number|DateTime|LocalDate|date|datetime|time)\b")
        .expect("a constant pattern")
});

/// What a file assigns to its names, and which of its functions answer requests.
pub(super) struct Tracer<'a> {
    text: &'a str,
    language: Language,
    assigned: BTreeMap<&'a str, Vec<&'a CodeMatch>>,
    /// Lines on which handlers of endpoints are declared.
    declared: Vec<(u32, u32)>,
}

/// How many assignments one after another are followed.
const FARTHEST: usize = 6;

impl<'a> Tracer<'a> {
    pub(super) fn new(
        repo: &'a Snapshot,
        path: &str,
        language: Language,
        assignments: &'a [CodeMatch],
    ) -> Option<Self> {
        let mut assigned: BTreeMap<&str, Vec<&CodeMatch>> = BTreeMap::new();
        let first = assignments.partition_point(|assignment| &*assignment.path < path);
        for assignment in assignments[first..].iter().take_while(|assignment| &*assignment.path == path) {
            for name in assignment.var("NAME").into_iter().flat_map(names) {
                assigned.entry(name).or_default().push(assignment);
            }
        }
        let endpoints = repo.surface().endpoints.iter().filter(|endpoint| endpoint.file == path);
        let declared = endpoints.map(|endpoint| endpoint.lines).collect();
        Some(Tracer { text: repo.text(path)?, language, assigned, declared })
    }

    /// The pieces of `source` at `place`; a name stands for everything that it was set to before.
    pub(super) fn pieces(&self, source: &str, place: &CodeMatch) -> Vec<Piece> {
        let pieces = expression::pieces(source, self.language);
        match pieces.as_slice() {
            [Piece::Hole(name)] if is_name(name) => {
                let values = self.values(name, place);
                values
                    .flat_map(|value| expression::pieces(value.var("VALUE").unwrap_or_default(), self.language))
                    .collect()
            }
            _ => pieces,
        }
    }

    /// Where the value of `hole` at `place` comes from.
    pub(super) fn origin(&self, hole: &str, place: &CodeMatch) -> Origin {
        self.follow(hole, place, FARTHEST, &mut BTreeSet::new())
    }

    fn follow(&self, hole: &str, place: &CodeMatch, left: usize, seen: &mut BTreeSet<String>) -> Origin {
        if left == 0 || !seen.insert(hole.to_owned()) {
            return Origin::Harmless;
        }
        let bare = expression::without_strings(hole);
        if let Some(branches) = branches(&bare) {
            return branches
                .iter()
                .map(|branch| self.follow(branch, place, left - 1, seen))
                .max()
                .unwrap_or(Origin::Harmless);
        }
        let is_comparison = ["==", "!=", " in ", " instanceof ", "=>"].iter().any(|sign| bare.contains(sign));
        if is_comparison || is_lookup(&bare) || self.is_checked(&bare, place) {
            return Origin::Harmless;
        }
        let comes_from_request = REQUEST.find(&bare);
        let outside = comes_from_request.map_or(bare.clone(), |found| bare[..found.start()].to_owned());
        if CHECKED.is_match(&outside) || comes_from_request.is_none() && CHECKED.is_match(&bare) {
            return Origin::Harmless;
        }
        if comes_from_request.is_some_and(|found| NUMBER_OF.is_match(&bare[found.end()..])) {
            return Origin::Harmless;
        }
        if comes_from_request.is_some() {
            return if outside.contains('(') { Origin::Handed } else { Origin::Request };
        }
        let is_handed = bare.contains('(') && !bare.starts_with('(');
        let found = names(&bare).into_iter().map(|name| self.name(name, place, left, seen)).max();
        match found.unwrap_or(Origin::Harmless) {
            Origin::Request if is_handed => Origin::Handed,
            Origin::Parameter if is_handed => Origin::Harmless,
            origin => origin,
        }
    }

    fn name(&self, name: &str, place: &CodeMatch, left: usize, seen: &mut BTreeSet<String>) -> Origin {
        if self.is_checked(name, place) {
            return Origin::Harmless;
        }
        let assigned: Vec<_> = self.values(name, place).collect();
        if assigned.is_empty() {
            return self.parameter(name, place);
        }
        let origins = assigned.into_iter().flat_map(|value| {
            let source = value.var("VALUE").unwrap_or_default();
            let holes: Vec<String> = expression::pieces(source, self.language)
                .into_iter()
                .filter_map(|piece| match piece {
                    Piece::Hole(hole) => Some(hole),
                    Piece::Text(_) => None,
                })
                .collect();
            holes.into_iter().map(|hole| self.follow(&hole, value, left - 1, seen)).collect::<Vec<_>>()
        });
        origins.max().unwrap_or(Origin::Harmless)
    }

    /// The assignments to `name` that are seen at `place`: before it, in its function or in one around it.
    fn values(&self, name: &str, place: &'a CodeMatch) -> impl Iterator<Item = &'a CodeMatch> + use<'a, '_> {
        let known = self.assigned.get(name).into_iter().flatten().copied();
        let values: Vec<_> = known
            .filter(|value| value.bytes.end <= place.bytes.start || value.bytes.start > place.bytes.start)
            .filter(|value| value.bytes.start < place.bytes.start)
            .filter(|value| !value.functions.is_empty())
            .filter(|value| value.functions.iter().all(|function| place.functions.contains(function)))
            .collect();
        values.into_iter()
    }

    fn parameter(&self, name: &str, place: &CodeMatch) -> Origin {
        for function in place.functions.iter().rev() {
            let Some(list) = function.parameters.clone().and_then(|range| self.text.get(range)) else { continue };
            let parameters = expression::arguments(list);
            let Some(parameter) = parameters.iter().find(|parameter| declares(parameter, name, self.language)) else {
                continue;
            };
            if NUMERIC.is_match(parameter) {
                return Origin::Harmless;
            }
            let is_request = [
                "@RequestParam",
                "@PathVariable",
                "@RequestBody",
                "@RequestHeader",
                "[From",
                "Path<",
                "Query<",
                "Json<",
                "Form<",
                "@Param(",
                "@Query(",
                "@Body(",
            ]
            .iter()
            .any(|mark| parameter.contains(mark));
            let is_injected = ["Depends(", "[FromServices", "State<", "Data<", "Session", "Connection", "Pool"]
                .iter()
                .any(|mark| parameter.contains(mark));
            return match () {
                () if is_injected || matches!(name, "self" | "this" | "request" | "req") => Origin::Harmless,
                () if is_request || self.is_handler(function, &parameters) => Origin::Request,
                () => Origin::Parameter,
            };
        }
        Origin::Harmless
    }

    /// Whether a framework calls the function with what a request carries.
    fn is_handler(&self, function: &Function, parameters: &[&str]) -> bool {
        let by_endpoint =
            matches!(self.language, Language::Python | Language::Java | Language::Kotlin | Language::CSharp)
                && self.declared.iter().any(|(first, last)| *first <= function.line + 1 && function.line <= last + 3);
        let takes_request = parameters.iter().take(2).any(|parameter| {
            matches!(*parameter, "request" | "$request")
                || parameter.starts_with("request:")
                || parameter.ends_with("Request $request")
        });
        by_endpoint || takes_request && matches!(self.language, Language::Python | Language::Php)
    }

    /// Whether the function around `place` compares `value` with what it allows.
    fn is_checked(&self, value: &str, place: &CodeMatch) -> bool {
        let Some(function) = place.functions.first() else { return false };
        let value = value.trim();
        let Some(text) = self.text.get(function.bytes.clone()) else { return false };
        !value.is_empty()
            && text.match_indices(value).any(|(at, _)| {
                let (before, after) = (text[..at].trim_end(), text[at + value.len()..].trim_start());
                let opens = [
                    "includes(",
                    "in_array(",
                    "contains(",
                    "Contains(",
                    "include?(",
                    "has(",
                    "isNaN(",
                    "test(",
                    "is_numeric(",
                    "isInteger(",
                    "match(",
                    "switch (",
                    "switch(",
                    "switch",
                    "match",
                    "when (",
                    "allowed[",
                    "Allowed[",
                    "preg_match(",
                    "isinstance(",
                    "allowlist[",
                    "ALLOWED[",
                ];
                opens.iter().any(|open| before.ends_with(open))
                    || ["in ", "not in ", ".isdigit(", ".isalnum(", ".match("]
                        .iter()
                        .any(|check| after.starts_with(check))
                        && !text[..at].trim_end().ends_with("for")
            })
    }
}

/// Whether the parameter called `name` is declared by `parameter`.
fn declares(parameter: &str, name: &str, language: Language) -> bool {
    let left = parameter.split(" = ").next().unwrap_or(parameter);
    match language {
        Language::Java | Language::CSharp => left.split_whitespace().last() == Some(name),
        Language::Go => left.split_whitespace().next() == Some(name),
        Language::Php => left.split_whitespace().last() == Some(name),
        _ => names(left.split(": ").next().unwrap_or(left)).contains(&name),
    }
}

/// The names that an expression begins with: no members, no callees, no types.
fn names(source: &str) -> Vec<&str> {
    WORD.find_iter(source)
        .map(|word| word.as_str())
        .filter(|word| !word.starts_with(['.', '>', ':']) && !word.ends_with('('))
        .map(|word| word.trim_start_matches('@'))
        .filter(|word| word.starts_with(|c: char| c.is_lowercase() || c == '_' || c == '$'))
        .filter(|word| {
            !matches!(
                *word,
                "new"
                    | "await"
                    | "or"
                    | "and"
                    | "not"
                    | "if"
                    | "else"
                    | "mut"
                    | "ref"
                    | "let"
                    | "const"
                    | "err"
                    | "nil"
                    | "null"
                    | "true"
                    | "false"
            )
        })
        .collect()
}

fn is_name(source: &str) -> bool {
    !source.is_empty() && source.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$')
}

/// What a choice between two values chooses from; what it looks at to choose does not get into the text.
fn branches(source: &str) -> Option<Vec<&str>> {
    if let [_, rest] = *expression::split(source, &[" ? "]) {
        return Some(expression::split(rest, &[" : "]));
    }
    let (value, rest) = source.split_once(" if ")?;
    Some(vec![value, rest.split_once(" else ").map_or("", |(_, other)| other)])
}

/// A value out of a table of our own: what it is looked up by does not get into the text.
fn is_lookup(source: &str) -> bool {
    let root: String = source.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let is_constant = root.len() > 2 && root.chars().all(|c| c.is_uppercase() || c == '_' || c.is_numeric());
    let by_get = source
        .split_once(".get(")
        .is_some_and(|(table, _)| !table.contains('(') && !REQUEST.is_match(table) && !table.contains("searchParams"));
    let by_index = source
        .split_once('[')
        .is_some_and(|(table, _)| is_name(table) && !table.starts_with('$') && !matches!(table, "params"));
    is_constant || by_get && !REQUEST.is_match(source.split("get(").next().unwrap_or_default()) || by_index
}
