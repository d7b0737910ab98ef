//! Where what is put into SQL comes from: back from the query over local variables to the request or a parameter.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::{self, Piece};
use super::names::{declares, is_name, names, sets_member};
use super::steps::{self, built, joined};
use super::values::{self, REQUEST};
use crate::Snapshot;
use crate::areas::api::Surface;
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

/// What a file assigns to its names, and which of its functions answer requests.
pub(super) struct Tracer<'a> {
    repo: &'a Snapshot,
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
        let endpoints = Surface::of(repo).endpoints.iter().filter(|endpoint| endpoint.file == path);
        let declared = endpoints.map(|endpoint| endpoint.lines).collect();
        Some(Tracer { repo, text: repo.text(path)?, language, assigned, declared })
    }

    /// The pieces of `source` at `place`; a name stands for everything that it was set to before.
    pub(super) fn pieces(&self, source: &str, place: &CodeMatch) -> Vec<Piece> {
        let pieces = expression::pieces(built(source), self.language);
        let pieces = match pieces.as_slice() {
            [Piece::Hole(name)] if is_name(built(name)) => {
                let name = built(name);
                let values = self.values(name, place).map(|value| value.var("VALUE").unwrap_or_default());
                let values: Vec<_> = values.chain(self.steps(name, place)).collect();
                values.into_iter().flat_map(|value| expression::pieces(built(value), self.language)).collect()
            }
            _ => pieces,
        };
        pieces.into_iter().flat_map(|piece| self.part(piece, place)).collect()
    }

    /// The pieces of a part of the text that has a name and is a text itself, put together before: `filter` in
    /// `"SELECT … " + filter`. What names anything else is a value.
    fn part(&self, piece: Piece, place: &CodeMatch) -> Vec<Piece> {
        let Piece::Hole(name) = &piece else { return vec![piece] };
        if !is_name(name) {
            return vec![piece];
        }
        let values = self.values(name, place).map(|value| value.var("VALUE").unwrap_or_default());
        let parts: Vec<Piece> = values.flat_map(|value| expression::pieces(built(value), self.language)).collect();
        let is_text = |part: &Piece| matches!(part, Piece::Text(text) if text.contains(' '));
        let is_put_together = parts.iter().any(is_text);
        std::iter::once(piece).chain(parts.into_iter().filter(|_| is_put_together)).collect()
    }

    /// What is added to `name` before `place`, step by step.
    fn steps(&self, name: &str, place: &CodeMatch) -> Vec<&'a str> {
        let function = place.functions.first().map_or(0..self.text.len(), |function| function.bytes.clone());
        let until = function.start..place.bytes.start.max(function.start);
        self.text.get(until).map(|text| steps::added_to(name, text)).unwrap_or_default()
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
        let bare = values::undecoded(&bare).to_owned();
        if let Some(list) = values::imploded(&bare) {
            let mut values = self.values(list, place).map(|value| value.var("VALUE").unwrap_or_default());
            let is_checked = values.any(|value| values::are_checked(self.repo, value));
            return if is_checked { Origin::Harmless } else { self.follow(list, place, left - 1, seen) };
        }
        if let Some(branches) = branches(&bare) {
            return branches
                .iter()
                .map(|branch| self.follow(branch, place, left - 1, seen))
                .max()
                .unwrap_or(Origin::Harmless);
        }
        let is_comparison = ["==", "!=", " in ", " instanceof ", "=>"].iter().any(|sign| bare.contains(sign));
        if is_comparison || self.is_checked(&bare, place) {
            return Origin::Harmless;
        }
        if let Some(parts) = joined(&bare) {
            return self.origin_of_steps(parts, place, left, seen);
        }
        if let Some(table) = looked_up_in(&bare) {
            // What is looked up in a table of our own does not get into the text; what is in a request's does.
            return match self.name(table, place, left, seen) {
                origin @ (Origin::Request | Origin::Handed) => origin,
                Origin::Parameter | Origin::Harmless => Origin::Harmless,
            };
        }
        match values::kind(&bare, self.language) {
            values::Kind::Safe => return Origin::Harmless,
            values::Kind::OfRequest => return Origin::Request,
            values::Kind::MadeOfRequest => return Origin::Handed,
            values::Kind::Unknown => {}
        }
        let is_handed = bare.contains('(') && !bare.starts_with('(') && !values::only_reads(&bare);
        let found = names(&bare).into_iter().map(|name| self.name(name, place, left, seen)).max();
        match found.unwrap_or(Origin::Harmless) {
            Origin::Request if self.is_numeric_member(&bare) => Origin::Harmless,
            Origin::Request if is_handed => Origin::Handed,
            Origin::Parameter if is_handed => Origin::Harmless,
            origin => origin,
        }
    }

    /// The worst of what is added to the list `name`, of which a text is joined.
    fn origin_of_steps(&self, name: &str, place: &CodeMatch, left: usize, seen: &mut BTreeSet<String>) -> Origin {
        let holes = self.steps(name, place).into_iter().flat_map(|step| expression::pieces(step, self.language));
        let holes = holes.filter_map(|piece| match piece {
            Piece::Hole(hole) => Some(hole),
            Piece::Text(_) => None,
        });
        holes.map(|hole| self.follow(&hole, place, left - 1, seen)).max().unwrap_or(Origin::Harmless)
    }

    /// Whether `source` is a member that the file declares as a number: `body.Age` in Go.
    fn is_numeric_member(&self, source: &str) -> bool {
        let Some((_, member)) = source.rsplit_once('.').filter(|(owner, member)| is_name(owner) && is_name(member))
        else {
            return false;
        };
        self.text.lines().map(str::trim).any(|line| {
            line.strip_prefix("pub ")
                .unwrap_or(line)
                .strip_prefix(member)
                .is_some_and(|kind| kind.starts_with([' ', ':', '?', '\t']) && values::NUMERIC.is_match(kind))
        })
    }

    fn name(&self, name: &str, place: &CodeMatch, left: usize, seen: &mut BTreeSet<String>) -> Origin {
        if self.is_checked(name, place) {
            return Origin::Harmless;
        }
        if self.language == Language::Go && self.is_read_from_body(name, place) {
            return Origin::Request;
        }
        let assigned: Vec<_> = self.values(name, place).collect();
        if assigned.is_empty() {
            return self.parameter(name, place);
        }
        // What one member is set to leaves the others as they came.
        let came = assigned.iter().all(|value| sets_member(value, name)).then(|| self.parameter(name, place));
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
        origins.chain(came).max().unwrap_or(Origin::Harmless)
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
            if values::NUMERIC.is_match(parameter)
                || values::is_checked_parameter(parameter)
                || values::is_enum_of(self.repo, parameter, self.language)
            {
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
            let takes_apart = parameter.starts_with('{')
                && matches!(name, "query" | "body" | "params" | "headers" | "cookies")
                && parameters.iter().any(|other| matches!(*other, "res" | "response" | "reply" | "next"));
            if takes_apart {
                return Origin::Request;
            }
            return match () {
                () if values::is_text_of_graphql(self.text, name, self.language) => Origin::Request,
                () if values::is_number_in_address(self.repo, name, self.language) => Origin::Harmless,
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

    /// Whether Go reads the body of a request into `name`: `json.NewDecoder(r.Body).Decode(&name)`, `c.Bind(&name)`.
    fn is_read_from_body(&self, name: &str, place: &CodeMatch) -> bool {
        let Some(function) = place.functions.first() else { return false };
        let before = function.bytes.start..place.bytes.start.max(function.bytes.start);
        self.text.get(before).is_some_and(|text| steps::is_read_from_body(name, text))
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
                    || is_in_a_check(before)
                    || [
                        "in ",
                        "not in ",
                        ".isdigit(",
                        ".isalnum(",
                        ".isdecimal(",
                        ".isnumeric(",
                        ".match(",
                        ".matches(",
                    ]
                    .iter()
                    .any(|check| after.starts_with(check))
                        && !text[..at].trim_end().ends_with("for")
            })
    }
}

/// Whether the parameter called `name` is declared by `parameter`.
/// What a choice between two values chooses from; what it looks at to choose does not get into the text.
fn branches(source: &str) -> Option<Vec<&str>> {
    if let [_, rest] = *expression::split(source, &[" ? "]) {
        return Some(expression::split(rest, &[" : "]));
    }
    let (value, rest) = source.split_once(" if ")?;
    Some(vec![value, rest.split_once(" else ").map_or("", |(_, other)| other)])
}

/// Whether the line so far opens a call that compares a value with a pattern or a list: `re.fullmatch(pattern, `.
fn is_in_a_check(before: &str) -> bool {
    const CHECKS: &[&str] = &[
        "fullmatch(",
        "re.match(",
        "preg_match(",
        "MatchString(",
        "IsMatch(",
        "in_array(",
        "ctype_digit(",
        "ctype_alnum(",
        "slices.Contains(",
        "TryParse(",
    ];
    let line = before.rsplit('\n').next().unwrap_or(before);
    CHECKS.iter().any(|check| line.rsplit_once(check).is_some_and(|(_, rest)| !rest.contains(')')))
}

/// The table that a value is looked up in: `sorts` in `sorts[key]` and `sorts.get(key)`. A constant's is no table at all.
fn looked_up_in(source: &str) -> Option<&str> {
    let end = source.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(source.len());
    let root = &source[..end];
    let is_constant = root.len() > 2 && root.chars().all(|c| c.is_uppercase() || c == '_' || c.is_numeric());
    let by_get = source
        .split_once(".get(")
        .is_some_and(|(table, _)| !table.contains('(') && !REQUEST.is_match(table) && !table.contains("searchParams"));
    let by_index = source
        .split_once('[')
        .is_some_and(|(table, _)| is_name(table) && !table.starts_with('$') && !matches!(table, "params"));
    let is_table =
        is_constant || by_get && !REQUEST.is_match(source.split("get(").next().unwrap_or_default()) || by_index;
    is_table.then_some(root)
}
