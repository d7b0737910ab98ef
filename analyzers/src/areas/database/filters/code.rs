//! Lookups in the words of mappers: `User.objects.get(email=email)`, `findByEmail`, `where: { email }`.

use super::{Lookup, sql};
use crate::Snapshot;
use crate::areas::database::queries::chain::chain;
use crate::areas::database::schema::{entries, items, snake};
use crate::code::{CodeMatch, Language};

/// Words in a condition that ask for something else than a value.
const OTHERWISE: &[&str] = &[
    "$ne",
    "$gt",
    "$lt",
    "$regex",
    "$exists",
    "contains:",
    "not:",
    "gt:",
    "gte:",
    "lt:",
    "lte:",
    "startsWith",
    "Op.",
    "Like(",
    "Not(",
    "IsNull",
    "Between(",
    "MoreThan",
    "LessThan",
    "Raw(",
];

/// What the query at `found` looks up; `None` if it can't be told.
pub(super) fn lookup(
    repo: &Snapshot,
    text: &str,
    found: &CodeMatch,
    is_known: &dyn Fn(&str) -> bool,
) -> Option<Lookup> {
    let own = &text[found.bytes.clone()];
    let follows = chain(repo, found, &text[found.bytes.end..]);
    let said = &text[found.bytes.start..found.bytes.end + follows.len()];
    let (table, columns) = match found.language {
        Language::Python => python(said)?,
        Language::JavaScript | Language::TypeScript | Language::Tsx => script(own, text, is_known)?,
        Language::Go => go(said, text, found)?,
        Language::Java | Language::Kotlin if own.contains(" eq ") => exposed(own)?,
        Language::Java | Language::Kotlin => (repository(text, found.bytes.start)?, derived(own)?),
        Language::Php => php(said, text)?,
        Language::Ruby => ruby(said)?,
        Language::Rust => rust(said)?,
        Language::CSharp => csharp(said)?,
    };
    (!columns.is_empty()).then_some(Lookup { table, columns })
}

/// The words of `text` that stand right before `mark`.
fn words_before<'a>(text: &'a str, mark: &'a str) -> impl Iterator<Item = &'a str> {
    text.match_indices(mark).map(|(at, _)| last_word(&text[..at])).filter(|word| !word.is_empty())
}

fn last_word(text: &str) -> &str {
    text.trim_end().rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    &text[..text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len())]
}

/// What the calls named `call` of `said` are given, each without its brackets.
fn given<'a>(said: &'a str, call: &'a str) -> impl Iterator<Item = &'a str> {
    said.match_indices(call).map(move |(at, _)| {
        let open = at + call.len() - 1;
        let length = crate::areas::database::schema::group(&said[open..]);
        &said[open + 1..open + length.max(2) - 1]
    })
}

fn python(said: &str) -> Option<(String, Vec<String>)> {
    if [" | ", "or_(", "Q(", "join(", "~", ".exclude("].iter().any(|word| said.contains(word)) {
        return None;
    }
    let named = |call: &str| -> Option<Vec<String>> {
        given(said, call)
            .flat_map(items)
            .map(|item| {
                let (name, value) = item.split_once('=').filter(|(_, value)| !value.starts_with('='))?;
                let name = name.trim();
                let name = name.strip_suffix("__exact").or_else(|| name.strip_suffix("__in")).unwrap_or(name);
                (!name.contains("__") && !value.is_empty()).then(|| name.to_owned())
            })
            .collect()
    };
    if let Some((class, _)) = said.split_once(".objects.") {
        let columns = [named(".filter(")?, named(".get(")?].concat();
        return Some((last_word(class).to_owned(), columns));
    }
    let mut columns = named(".filter_by(")?;
    let mut class = ["query(", "select("].iter().find_map(|call| Some(last_word(given(said, call).next()?).to_owned()));
    if class.is_none() {
        class = said.split_once(".query").map(|(before, _)| last_word(before).to_owned());
    }
    for (at, _) in said.match_indices("==") {
        let column = last_word(&said[..at]);
        let before = said[..at].trim_end().strip_suffix(column)?.strip_suffix('.')?;
        let of = last_word(before);
        if class.as_deref().is_some_and(|class| class != of) || !of.starts_with(|c: char| c.is_ascii_uppercase()) {
            return None;
        }
        class = Some(of.to_owned());
        columns.push(column.to_owned());
    }
    Some((class?, columns))
}

fn script(own: &str, text: &str, is_known: &dyn Fn(&str) -> bool) -> Option<(String, Vec<String>)> {
    let open = own.find("({").or_else(|| own.find("(\n"))?;
    let (receiver, method) = own[..open].rsplit_once('.')?;
    let name = last_word(receiver);
    let stem = ["Repository", "Repo", "Model"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
    let typed = || {
        ["Repository<", "Model<"].iter().find_map(|kind| {
            let (_, rest) = text.split_once(&format!("{name}: {kind}"))?;
            Some(first_word(rest).trim_end_matches("Document"))
        })
    };
    let table = if is_known(stem) { stem } else { typed()? };
    let is_direct = !own.contains("where:")
        && matches!(
            method,
            "find" | "findOne" | "findOneBy" | "findBy" | "findOneByOrFail" | "countDocuments" | "exists"
        );
    let object = if is_direct {
        open + own[open..].find('{')?
    } else {
        own.find("where:").map(|at| at + own[at..].find('{').unwrap_or(0))?
    };
    if !own[object..].starts_with('{') {
        return None;
    }
    let mut columns = Vec::new();
    for entry in entries(own, object) {
        let is_operator = entry.name.starts_with(['$', '.', '[']) || matches!(entry.name, "OR" | "AND" | "NOT");
        if is_operator || OTHERWISE.iter().any(|word| entry.value.contains(word)) {
            return None;
        }
        if is_direct && matches!(entry.name, "relations" | "order" | "select" | "take" | "skip" | "include" | "limit") {
            return None;
        }
        columns.push(entry.name.to_owned());
    }
    Some((table.to_owned(), columns))
}

fn go(said: &str, text: &str, found: &CodeMatch) -> Option<(String, Vec<String>)> {
    if said.contains(".Or(") || said.contains(".Not(") || said.contains(".Joins(") {
        return None;
    }
    let mut columns = Vec::new();
    for given in given(said, ".Where(") {
        columns.extend(sql::columns(given.strip_prefix('"')?.split('"').next()?)?);
    }
    if let Some((_, model)) = said.split_once("Model(&") {
        return Some((model.split('{').next()?.rsplit('.').next()?.to_owned(), columns));
    }
    let (_, target) = said.rsplit_once('&')?;
    let variable = first_word(target);
    let start = found.functions.last().map_or(0, |function| function.bytes.start);
    let before = &text[start..found.bytes.start];
    let declared = [format!("var {variable} "), format!("{variable} := &"), format!("{variable} := ")];
    let kind = declared.iter().find_map(|mark| Some(before.rsplit_once(mark.as_str())?.1));
    let kind = kind.map_or(variable, |kind| {
        let kind = kind.split(['\n', '{', ' ']).next().unwrap_or_default().trim_start_matches(['[', ']', '*']);
        kind.rsplit('.').next().unwrap_or_default()
    });
    Some((kind.to_owned(), columns))
}

fn exposed(own: &str) -> Option<(String, Vec<String>)> {
    let table = first_word(own);
    let asks_otherwise = [" or ", " neq ", " like ", "exists("].iter().any(|word| own.contains(word));
    let mark = format!("{table}.");
    let body = own.split_once('{')?.1;
    let columns: Vec<String> = body
        .match_indices(&mark)
        .filter_map(|(at, _)| {
            let after = body[at + mark.len()..].trim_start();
            let name = first_word(after);
            let rest = &after[name.len()..];
            [" eq ", " inList "].iter().any(|word| rest.starts_with(word)).then(|| name.to_owned())
        })
        .collect();
    (!asks_otherwise).then(|| (table.to_owned(), columns))
}

/// The entity of the repository around `at`: `interface A extends JpaRepository<User, Long>`.
fn repository(text: &str, at: usize) -> Option<String> {
    let (_, kind) = text[..at].rsplit_once("Repository<")?;
    Some(first_word(kind).to_owned())
}

/// The columns in the name of a method, such as `findByEmailAndShopId`.
fn derived(own: &str) -> Option<Vec<String>> {
    let name = last_word(own[..own.find('(')?].trim_end());
    let asked = name.split_once("By")?.1.split("OrderBy").next()?;
    asked
        .split("And")
        .map(|part| {
            const OTHERWISE: &[&str] = &[
                "Containing",
                "Like",
                "Between",
                "Than",
                "ThanEqual",
                "True",
                "False",
                "IgnoreCase",
                "Null",
                "Not",
                "StartingWith",
                "EndingWith",
                "After",
                "Before",
                "StartsWith",
                "Contains",
                "NotIn",
                "Empty",
            ];
            let has_or = part
                .match_indices("Or")
                .any(|(at, _)| at > 0 && part[at + 2..].starts_with(|c: char| c.is_ascii_uppercase()));
            let is_other = OTHERWISE.iter().any(|end| part.ends_with(end));
            let stem = ["In", "Is", "Equals"].iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part);
            (!has_or && !is_other && !stem.is_empty()).then(|| snake(stem))
        })
        .collect()
}

fn php(said: &str, text: &str) -> Option<(String, Vec<String>)> {
    let quoted = |item: &str| item.trim().strip_prefix(['\'', '"'])?.split(['\'', '"']).next().map(str::to_owned);
    if let Some(call) = ["->findOneBy(", "->findBy("].iter().find(|call| said.contains(**call)) {
        let list = given(said, call).next()?.split_once('[')?.1.split(']').next()?;
        let columns: Option<Vec<String>> = items(list).map(|item| quoted(item.split("=>").next()?)).collect();
        let receiver = last_word(said.split_once(call)?.0.trim_end_matches(')'));
        let class = match receiver.strip_suffix("Repository") {
            Some(class) => class.to_owned(),
            None if receiver == "class" => words_before(said, "::class").next()?.to_owned(),
            None => words_before(text, &format!("Repository ${receiver}")).next()?.to_owned(),
        };
        return Some((class, columns?));
    }
    if ["orWhere", "where(function", "where(fn", "whereHas", "join("].iter().any(|word| said.contains(word)) {
        return None;
    }
    let class = last_word(said.split_once("::")?.0);
    let table = if class == "DB" { quoted(given(said, "::table(").next()?)? } else { class.to_owned() };
    let mut columns = Vec::new();
    for given in given(said, "where(").chain(given(said, "firstWhere(")).chain(given(said, "whereIn(")) {
        let given: Vec<&str> = items(given).collect();
        match given.as_slice() {
            [name, _] | [name, "'='" | " '='" | " \"=\"", _] => columns.push(quoted(name)?),
            [_, _, _] => {}
            _ => return None,
        }
    }
    Some((table, columns))
}

fn ruby(said: &str) -> Option<(String, Vec<String>)> {
    if [".or(", ".not(", ".joins(", "..", ".merge("].iter().any(|word| said.contains(word)) {
        return None;
    }
    let table = last_word(said.split_once('.')?.0).to_owned();
    let mut columns = Vec::new();
    for call in [".where(", ".find_by(", ".find_by!(", ".exists?("] {
        for item in given(said, call).flat_map(items) {
            let (name, value) = item.split_once(':')?;
            let name = name.trim();
            let is_plain =
                !value.trim_start().starts_with('{') && name.chars().all(|c| c.is_alphanumeric() || c == '_');
            columns.push(is_plain.then(|| name.to_owned())?);
        }
    }
    Some((table, columns))
}

fn rust(said: &str) -> Option<(String, Vec<String>)> {
    if [".or(", "or_filter", "_join("].iter().any(|word| said.contains(word)) {
        return None;
    }
    let before = said.split(".filter(").next()?.trim_end();
    let table = before.strip_suffix("::table").unwrap_or(before);
    let columns = words_before(said, ".eq(").map(str::to_owned).collect();
    Some((last_word(table.split('.').next()?).to_owned(), columns))
}

fn csharp(said: &str) -> Option<(String, Vec<String>)> {
    if said.contains("||") || said.contains(".Join(") {
        return None;
    }
    let lambda = said.split_once("=>")?;
    let variable = last_word(lambda.0);
    let mark = format!("{variable}.");
    let table = match said.split_once("Set<") {
        Some((_, kind)) => first_word(kind),
        None => {
            let mut parts = said.split('.').map(|part| part.trim().trim_start_matches("this"));
            parts.find(|part| part.to_lowercase().ends_with("context") || part.to_lowercase().ends_with("db"))?;
            first_word(parts.next()?)
        }
    };
    let columns: Vec<String> = said
        .match_indices(&mark)
        .filter_map(|(at, _)| {
            let after = said[at + mark.len()..].trim_start();
            let name = first_word(after);
            let rest = after[name.len()..].trim_start();
            (rest.starts_with("==") && !said[..at].ends_with(|c: char| c.is_alphanumeric())).then(|| snake(name))
        })
        .collect();
    Some((table.to_owned(), columns))
}
