//! Relations that a mapper loads one by one, in a loop over what one query gave without them.

use std::collections::BTreeMap;

use super::whole::has_word;
use crate::areas::database::schema::plain;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// What tells a query to bring relations along, or to load them at once later.
const EAGER: &[&str] = &[
    "addselect",
    "eager",
    "entitygraph",
    "fetch",
    "includes(",
    "innerjoin",
    "joinedload",
    "leftjoin",
    "load(",
    "options(",
    "preload",
    "selectinload",
    "select_related",
    "strict_loading",
    "subqueryload",
    "values(",
    "values_list(",
    "with(",
];

/// A loop over `things`, each called `thing`.
struct Loop<'a> {
    thing: &'a str,
    things: &'a str,
    body: &'a str,
}

/// A relation of a model, whose name is in plain letters.
struct Relation {
    model: String,
    name: String,
}

/// Where a loop asks for relations that the query before it left out.
pub(super) fn loaded_one_by_one(repo: &Snapshot) -> Vec<Place> {
    let mut relations: BTreeMap<Language, Vec<Relation>> = BTreeMap::new();
    for found in marks::each(repo, "database", "relation").into_iter().filter(|found| !brings_along(repo, found)) {
        relations.entry(found.language).or_default().extend(relations_of(repo, found));
    }
    if relations.is_empty() {
        return Vec::new();
    }
    let walks = marks::each(repo, "database", "walk");
    walks.into_iter().filter_map(|found| first_load(repo, found, relations.get(&found.language)?)).collect()
}

/// What a model declares, and what the other side calls it.
fn relations_of(repo: &Snapshot, found: &CodeMatch) -> Vec<Relation> {
    let own = repo.text(&found.path).and_then(|text| text.get(found.bytes.clone())).unwrap_or_default();
    let class = found.scopes.iter().rev().find(|scope| scope.kind.contains("class")).map(|scope| plain(&scope.name));
    let name = found.var("NAME").unwrap_or_default().trim_start_matches([':', '$']);
    let mut relations: Vec<Relation> =
        class.into_iter().map(|model| Relation { model, name: name.to_owned() }).collect();
    for mark in ["related_name=", "backref="] {
        let is_quote = |c: char| c == '"' || c == '\'';
        let named = own.split_once(mark).and_then(|(_, rest)| rest.trim_start_matches(is_quote).split(is_quote).next());
        let target = own.split_once('=').and_then(|(_, call)| call.split_once('(')).map(|(_, given)| given);
        let target =
            target.and_then(|given| given.split([',', ')']).next()).map(|model| model.trim().trim_matches(is_quote));
        if let (Some(name), Some(target)) = (named.filter(|name| !name.is_empty()), target) {
            let model = plain(target.rsplit('.').next().unwrap_or_default());
            relations.push(Relation { model, name: name.to_owned() });
        }
    }
    relations
}

/// The line on which the loop first loads one of `relations`.
fn first_load(repo: &Snapshot, found: &CodeMatch, relations: &[Relation]) -> Option<Place> {
    let text = repo.text(&found.path)?;
    let own = &text[found.bytes.clone()];
    let walk = walk(own, found.language)?;
    let start = found.functions.last().map_or(0, |function| function.bytes.start);
    let query = query(&text[start..found.bytes.start], walk.things, found.language)?;
    let model = model(query, found.language)?;
    let of_model = relations.iter().filter(|relation| relation.model == model);
    let at = of_model.filter_map(|relation| load(&walk, &relation.name, found.language)).min()?;
    let lower = query.to_ascii_lowercase();
    if EAGER.iter().any(|word| lower.contains(word))
        || matches!(found.language, Language::Java | Language::Kotlin)
            && query.contains("epository")
            && is_joined(repo, query)
    {
        return None;
    }
    let before = &text[..found.bytes.start + (walk.body.as_ptr() as usize - own.as_ptr() as usize) + at];
    let line = before.matches('\n').count() as u32 + 1;
    Some(Place::lines(repo.head(), &*found.path, line, line))
}

/// Whether the model says by itself that the relation comes along: Laravel's `$with`.
fn brings_along(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    match found.language {
        Language::Php => text.contains("$with "),
        Language::Ruby => text.contains("default_scope"),
        _ => false,
    }
}

fn walk(own: &str, language: Language) -> Option<Loop<'_>> {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'));
    let (thing, things, body) = match language {
        Language::Python if own.starts_with("for ") => {
            let (thing, rest) = own.strip_prefix("for ")?.split_once(" in ")?;
            let (things, body) = rest.split_once(":\n")?;
            (thing, things, body)
        }
        Language::Python => {
            // What a comprehension gives may have one of its own.
            let is_outer = |(at, _): &(usize, &str)| {
                let count = |signs: [char; 3]| own[..*at].matches(signs).count();
                count(['(', '[', '{']) == count([')', ']', '}']) + 1
            };
            let (at, mark) = own.match_indices(" for ").find(is_outer)?;
            let (body, rest) = (&own[..at], &own[at + mark.len()..]);
            let (thing, rest) = rest.split_once(" in ")?;
            (thing, rest.split(" if ").next()?.trim_end_matches([']', '}', ')']), body)
        }
        Language::Ruby => {
            let (head, rest) = own.split_once('|')?;
            let (thing, body) = rest.split_once('|')?;
            let head = head.trim_end().trim_end_matches("do").trim_end_matches([' ', '{']);
            (thing, head.rsplit_once('.')?.0, body)
        }
        Language::Php => {
            let (head, body) = own.strip_prefix("foreach")?.trim_start().strip_prefix('(')?.split_once('{')?;
            let (things, thing) = head.trim_end().strip_suffix(')')?.rsplit_once(" as ")?;
            (thing.rsplit("=>").next()?, things, body)
        }
        Language::Kotlin if !own.starts_with("for") => {
            let (head, body) = own.split_once('{')?;
            let (thing, body) = match body.split_once("->") {
                Some((thing, rest)) if !thing.contains('\n') && !thing.contains('(') => (thing, rest),
                _ => ("it", body),
            };
            (thing, head.trim_end().rsplit_once('.')?.0, body)
        }
        _ => {
            let (head, body) = own.strip_prefix("for")?.trim_start().strip_prefix('(')?.split_once('{')?;
            let head = head.trim_end().strip_suffix(')')?;
            let (thing, things) = head.split_once(if language == Language::Kotlin { " in " } else { " : " })?;
            (thing.rsplit(' ').next()?, things, body)
        }
    };
    let (thing, things) = (thing.trim(), things.trim());
    is_name(thing).then_some(Loop { thing, things, body })
}

/// Where the body of a loop loads the relation called `name`.
fn load(walk: &Loop<'_>, name: &str, language: Language) -> Option<usize> {
    let getter = || {
        let mut letters = name.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        format!("get{}{}()", first.map(String::from).unwrap_or_default(), letters.as_str())
    };
    let loads = |at: usize, call: &str| {
        let rest = &walk.body[at + call.len()..];
        let is_own = !walk.body[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '>'));
        // The id of what is pointed to is known without loading it.
        is_own && !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '(')) && !is_of_id(rest)
    };
    let find = |call: &str| walk.body.match_indices(call).map(|(at, _)| at).find(|at| loads(*at, call));
    let thing = walk.thing;
    match language {
        Language::Java => find(&format!("{thing}.{}", getter())),
        Language::Php => find(&format!("{thing}->{name}")).or_else(|| find(&format!("{thing}->{}", getter()))),
        _ => find(&format!("{thing}.{name}")),
    }
}

fn is_of_id(rest: &str) -> bool {
    [".id", ".pk", "->id", ".getId()", "->getId()", " = ", " =\n"].iter().any(|id| {
        rest.strip_prefix(id).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// The query that gave `things`, with what was done with it before the loop.
fn query<'a>(before: &'a str, things: &'a str, language: Language) -> Option<&'a str> {
    let is_name = things.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '@'));
    let query = if is_name {
        let assigned = before.rmatch_indices(things).find(|(at, _)| {
            let rest = before[at + things.len()..].trim_start();
            !before[..*at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'))
                && rest.starts_with('=')
                && !rest.starts_with("==")
        });
        &before[assigned?.0..]
    } else {
        things
    };
    let first = query.split("\n\n").next().unwrap_or_default();
    let says = |words: &[&str]| words.iter().any(|word| first.contains(word));
    let is_query = match language {
        Language::Python => says(&[".objects.", ".query(", ".query.", "select("]),
        Language::Ruby => {
            let names = first.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '_');
            names.into_iter().any(|name| {
                name.starts_with(|c: char| c.is_ascii_uppercase())
                    && [".where", ".all", ".order", ".limit", ".page"].iter().any(|call| name.contains(call))
            })
        }
        Language::Php => says(&[
            "::where(",
            "::orderBy(",
            "::all(",
            "::query(",
            "::latest(",
            "::paginate(",
            "::limit(",
            "::take(",
            "::whereIn(",
            "::select(",
            "->findBy(",
            "->findAll(",
        ]),
        Language::Kotlin => says(&[".all()", ".find {", "epository.find"]),
        _ => ["epository.find", "Repo.find", "epository.get", "Dao.find"].iter().any(|call| first.contains(call)),
    };
    is_query.then_some(query)
}

/// The model that a query asks for, in plain letters.
fn model(query: &str, language: Language) -> Option<String> {
    let before = |mark: &str| -> Option<&str> {
        let (before, _) = query.split_once(mark)?;
        before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()
    };
    let within = |mark: &str| Some(query.split_once(mark)?.1.split([',', ')', '.']).next()?.trim());
    let repository = || {
        let name = ["epository", "Repo", "Dao"]
            .iter()
            .find_map(|end| before(end))
            .map(|name| name.strip_suffix(['r', 'R']).unwrap_or(name))?;
        (!name.is_empty()).then_some(name)
    };
    let name = match language {
        Language::Python => before(".objects.")
            .or_else(|| within("query("))
            .or_else(|| before(".query"))
            .or_else(|| within("select("))?,
        Language::Ruby => query
            .split(|c: char| !c.is_alphanumeric() && c != '.' && c != '_')
            .find(|word| word.starts_with(|c: char| c.is_ascii_uppercase()) && word.contains('.'))?
            .split('.')
            .next()?,
        Language::Php => {
            before("::").filter(|name| name.starts_with(|c: char| c.is_ascii_uppercase())).or_else(repository)?
        }
        Language::Kotlin => {
            before(".all()").or_else(|| before(".find {")).filter(|name| !name.is_empty()).or_else(repository)?
        }
        _ => repository()?,
    };
    Some(plain(name))
}

/// Whether the method of a repository that `query` calls joins something where it is declared, or by its name; or the
/// program loads relations by the dozen anyway.
fn is_joined(repo: &Snapshot, query: &str) -> bool {
    const DECLARED_ABOVE: usize = 400;
    let Some((before, _)) = query.split_once('(') else { return true };
    let method = before.rsplit('.').next().unwrap_or_default();
    let declares = |text: &str| {
        text.match_indices(&format!(" {method}(")).any(|(at, _)| {
            let mut start = at.saturating_sub(DECLARED_ABOVE);
            while !text.is_char_boundary(start) {
                start += 1;
            }
            let above = text[start..at].rsplit(';').next().unwrap_or_default().to_ascii_lowercase();
            above.contains("fetch") || above.contains("entitygraph")
        })
    };
    method.contains("With")
        || method.contains("Join")
        || repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path)).any(|(file, text)| {
            if file.path.ends_with(".java") || file.path.ends_with(".kt") {
                text.contains("interface ") && declares(text)
            } else {
                file.name().starts_with("application") && has_word(text, "default_batch_fetch_size")
            }
        })
}
