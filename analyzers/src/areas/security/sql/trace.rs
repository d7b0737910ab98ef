//! Where what is put into SQL comes from: back from the query over local variables to the request or a parameter.

mod parameters;

use super::checks;
use super::expression;
use super::lists::{self, Entries, Made};
use super::names::{declares, is_name, names, sets_member};
use super::pieces::{self, Piece};
use super::steps::{self, built, joined};
use super::values::{self, REQUEST};
use crate::Snapshot;
use crate::areas::api::Surface;
use crate::code::{CodeMatch, Function, Language};
use std::collections::{BTreeMap, BTreeSet};

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

/// How many assignments one after another are followed: many times as many as anybody writes. None is followed twice.
const FARTHEST: usize = 64;
/// The same of loops around a query.
const MOST_LOOPS: usize = 1_000;

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

    pub(super) fn repo(&self) -> &'a Snapshot {
        self.repo
    }

    /// The file's.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// The pieces of `source` at `place`; a name stands for everything that it was set to before.
    pub(super) fn pieces(&self, source: &str, place: &CodeMatch) -> Vec<Piece> {
        let pieces = self.taken_apart(built(source), place);
        let pieces = match pieces.as_slice() {
            [Piece::Hole(name)] if is_name(built(name)) => {
                let name = built(name);
                let values = self.values(name, place).map(|value| value.var("VALUE").unwrap_or_default());
                let mut values: Vec<_> = values.chain(self.steps(name, place)).collect();
                if values.is_empty() {
                    values = self.outside(name, place);
                }
                values.into_iter().flat_map(|value| self.taken_apart(built(value), place)).collect()
            }
            _ => pieces,
        };
        pieces.into_iter().flat_map(|piece| self.part(piece, place)).collect()
    }

    /// The pieces of `source`, which is a part of the query at `place`.
    fn taken_apart(&self, source: &str, place: &CodeMatch) -> Vec<Piece> {
        let (pieces, is_cut) = pieces::read(source, self.language);
        if is_cut {
            self.leave(place);
        }
        pieces
    }

    /// Notes that some of what gets into the query at `place` was not followed.
    fn leave(&self, place: &CodeMatch) {
        leave(self.repo, &place.path);
    }

    /// The pieces of a part of the text that has a name and is a text itself, put together before: `filter` in
    /// `"SELECT … " + filter`. What names anything else is a value.
    fn part(&self, piece: Piece, place: &CodeMatch) -> Vec<Piece> {
        let Piece::Hole(name) = &piece else { return vec![piece] };
        if !is_name(name) {
            return vec![piece];
        }
        let values = self.values(name, place).map(|value| value.var("VALUE").unwrap_or_default());
        let parts: Vec<Piece> = values.flat_map(|value| self.taken_apart(built(value), place)).collect();
        let is_text = |part: &Piece| matches!(part, Piece::Text(text) if text.contains(' '));
        let is_put_together = parts.iter().any(is_text);
        std::iter::once(piece).chain(parts.into_iter().filter(|_| is_put_together)).collect()
    }

    /// The list of PHP that a loop around `place` takes `name` from: `foreach ($asked as $name => $value)`.
    fn walked(&self, name: &str, place: &CodeMatch) -> Option<&'a str> {
        if self.language != Language::Php || !name.starts_with('$') || self.assigned.contains_key(name) {
            return None;
        }
        let begins = place.functions.iter().map(|function| function.bytes.start).min().unwrap_or_default();
        let before = self.text.get(begins..place.bytes.start)?;
        let mut loops = before.rmatch_indices("foreach");
        let list = loops.by_ref().take(MOST_LOOPS).find_map(|(at, _)| {
            let (list, names) = before[at..].lines().next()?.split_once(" as ")?;
            let is_name = |word: &str| word.trim_matches(['&', ' ']) == name;
            names
                .split(['=', '>', ')', ','])
                .any(is_name)
                .then(|| list.trim_start_matches("foreach").trim_start_matches([' ', '(']))
        });
        if list.is_none() && loops.next().is_some() {
            self.leave(place);
        }
        list
    }

    /// What `name` is set to outside of all functions, unless one around `place` takes something of that name.
    fn outside(&self, name: &str, place: &CodeMatch) -> Vec<&'a str> {
        let lists = place.functions.iter().filter_map(|function| self.text.get(function.parameters.clone()?));
        let mut parameters = lists.flat_map(expression::arguments);
        if parameters.any(|parameter| declares(parameter, name, self.language)) {
            return Vec::new();
        }
        let known = self.assigned.get(name).into_iter().flatten();
        known.filter(|value| value.functions.is_empty()).filter_map(|value| value.var("VALUE")).collect()
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
        if !seen.insert(hole.to_owned()) {
            return Origin::Harmless;
        }
        if left == 0 {
            self.leave(place);
            return Origin::Harmless;
        }
        let bare = expression::without_strings(hole);
        let bare = values::undecoded(&bare).to_owned();
        if let Some(list) = values::imploded(&bare) {
            let mut values = self.values(list, place).map(|value| value.var("VALUE").unwrap_or_default());
            let is_checked = values.any(|value| values::are_checked(self.repo, value));
            return if is_checked { Origin::Harmless } else { self.follow(list, place, left - 1, seen) };
        }
        if let Some(entries) = lists::entries(hole.trim(), self.language) {
            return self.origin_of_entries(&entries, place, left, seen);
        }
        if let Some(list) = self.walked(&bare, place) {
            return self.follow(list, place, left - 1, seen);
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
            return self.origin_of_list(parts, place, left, seen);
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
            values::Kind::MadeOfRequest if values::is_checked_by_own(self.repo, &bare, self.language) => {
                return Origin::Harmless;
            }
            values::Kind::MadeOfRequest => return Origin::Handed,
            values::Kind::Unknown => {}
        }
        let is_handed = bare.contains('(') && !bare.starts_with('(') && !values::only_reads(&bare);
        let found = names(&bare).into_iter().map(|name| self.name(name, place, left, seen)).max();
        match found.unwrap_or(Origin::Harmless) {
            Origin::Request if self.is_numeric_member(&bare) => Origin::Harmless,
            Origin::Parameter if self.language == Language::Go && self.is_numeric_member(&bare) => Origin::Harmless,
            Origin::Request if is_handed => Origin::Handed,
            Origin::Parameter if is_handed => Origin::Harmless,
            origin => origin,
        }
    }

    /// The worst of what the list `parts`, of which a text is joined, was set to, and of what was added to it.
    fn origin_of_list(&self, parts: &str, place: &CodeMatch, left: usize, seen: &mut BTreeSet<String>) -> Origin {
        if !is_name(parts) {
            return self.follow(parts, place, left - 1, seen);
        }
        let steps = self.origin_of_steps(parts, place, left, seen);
        if self.is_checked(parts, place) || self.is_checked_one_by_one(parts, place) {
            return steps;
        }
        let values: Vec<_> = self.values(parts, place).collect();
        if values.is_empty() {
            return steps.max(self.name(parts, place, left, seen));
        }
        // `parts = append(parts, step)` was seen as a step.
        let sources = values.into_iter().map(|value| (value.var("VALUE").unwrap_or_default(), value));
        let others = sources.filter(|(source, _)| !names(source).contains(&parts));
        let set = others.map(|(source, value)| self.follow(source, value, left - 1, seen)).max();
        steps.max(set.unwrap_or(Origin::Harmless))
    }

    /// The worst of what is made of the entries of a list.
    fn origin_of_entries(
        &self,
        entries: &Entries<'_>,
        place: &CodeMatch,
        left: usize,
        seen: &mut BTreeSet<String>,
    ) -> Origin {
        let (entry, body) = match &entries.made {
            Made::Anew => return Origin::Harmless,
            Made::Itself => return self.origin_of_list(entries.list.trim(), place, left, seen),
            Made::By(entry, body) => (entry, *body),
        };
        let mut worst = Origin::Harmless;
        for hole in pieces::holes(body, self.language) {
            let bare = expression::without_strings(&hole);
            let bare = values::undecoded(&bare);
            let is_entry = names(bare).iter().any(|name| entry.contains(name));
            let is_asked = ["?", "==", "!=", " if "].iter().any(|sign| bare.contains(sign));
            let is_handed = bare.contains('(') && !values::only_reads(bare);
            worst = worst.max(match () {
                () if !is_entry => self.follow(&hole, place, left - 1, seen),
                () if is_asked || is_handed || values::kind(bare, self.language) == values::Kind::Safe => {
                    Origin::Harmless
                }
                () => self.origin_of_list(entries.list.trim(), place, left, seen),
            });
        }
        worst
    }

    /// The worst of what is added to the list `name`, of which a text is joined.
    fn origin_of_steps(&self, name: &str, place: &CodeMatch, left: usize, seen: &mut BTreeSet<String>) -> Origin {
        let holes = self.steps(name, place).into_iter().flat_map(|step| pieces::holes(step, self.language));
        holes.map(|hole| self.follow(&hole, place, left - 1, seen)).max().unwrap_or(Origin::Harmless)
    }

    /// Whether `source` is a member that the file declares as a number: `body.Age` in Go.
    fn is_numeric_member(&self, source: &str) -> bool {
        let Some((_, member)) = source.rsplit_once('.').filter(|(owner, member)| is_name(owner) && is_name(member))
        else {
            return false;
        };
        let declares = |text: &str| {
            text.lines().map(str::trim).any(|line| {
                let kind = line.strip_prefix("pub ").unwrap_or(line).strip_prefix(member);
                // What JSON calls it is no type.
                kind.filter(|kind| kind.starts_with([' ', ':', '?', '\t']))
                    .is_some_and(|kind| values::NUMERIC.is_match(&expression::without_strings(kind)))
            })
        };
        let of_language = |path: &str| Language::of(path) == Some(self.language);
        declares(self.text)
            || self
                .repo
                .tree()
                .own_texts()
                .any(|(file, text)| of_language(&file.path) && text.contains(member) && declares(text))
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
            pieces::holes(source, self.language)
                .map(|hole| self.follow(&hole, value, left - 1, seen))
                .collect::<Vec<_>>()
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

    /// Whether Go reads the body of a request into `name`: `json.NewDecoder(r.Body).Decode(&name)`, `c.Bind(&name)`.
    fn is_read_from_body(&self, name: &str, place: &CodeMatch) -> bool {
        let Some(function) = place.functions.first() else { return false };
        let before = function.bytes.start..place.bytes.start.max(function.bytes.start);
        self.text.get(before).is_some_and(|text| steps::is_read_from_body(name, text))
    }

    /// Whether the function around `place` compares `value` with what it allows.
    fn is_checked(&self, value: &str, place: &CodeMatch) -> bool {
        let function = place.functions.first().and_then(|function| self.text.get(function.bytes.clone()));
        function.is_some_and(|text| checks::is_compared(value, text))
    }

    /// Whether a loop over `list` looks at each entry before.
    fn is_checked_one_by_one(&self, list: &str, place: &CodeMatch) -> bool {
        let before = |function: &Function| function.bytes.start..place.bytes.start.max(function.bytes.start);
        let text = place.functions.first().and_then(|function| self.text.get(before(function)));
        text.is_some_and(|text| checks::are_looked_at(list, text))
    }
}

/// What a choice between two values chooses from; what it looks at to choose does not get into the text.
fn branches(source: &str) -> Option<Vec<&str>> {
    if let [_, rest] = *expression::split(source, &[" ? "]) {
        return Some(expression::split(rest, &[" : "]));
    }
    let (value, rest) = source.split_once(" if ")?;
    Some(vec![value, rest.split_once(" else ").map_or("", |(_, other)| other)])
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

/// Notes that some of what gets into a query of that file was not followed.
pub(super) fn leave(repo: &Snapshot, path: &str) {
    let why = "with SQL that is made in more steps than are followed, so what gets into some of it was not seen";
    repo.leave("source file", why, path);
}
