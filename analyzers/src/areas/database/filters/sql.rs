//! Lookups in SQL: `SELECT … FROM users WHERE email = $1`.

use super::Lookup;

/// What ends the conditions of a query.
const AFTER_CONDITIONS: &[&str] =
    &[" order by ", " group by ", " limit ", " for update", " offset ", " fetch ", " returning ", " union ", ";"];

/// What a query of one table looks up; `None` if it asks otherwise.
pub(super) fn lookup(text: &str) -> Option<Lookup> {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '#');
    let text =
        text.trim_start_matches(|c: char| c.is_ascii_alphabetic() || matches!(c, '@' | '$')).trim_matches(is_quote);
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = format!("{} ", words.join(" ").to_lowercase());
    if text.matches("select ").count() > 1 || text.contains(" join ") || text.contains(" or ") {
        return None;
    }
    let (_, rest) = text.split_once(" from ")?;
    let (from, conditions) = rest.split_once(" where ")?;
    let mut from = from.split(' ').filter(|word| *word != "as");
    let table = from.next()?.rsplit('.').next()?.trim_matches(is_quote).to_owned();
    if from.count() > 1 || table.contains(',') {
        return None;
    }
    let end = AFTER_CONDITIONS.iter().filter_map(|word| conditions.find(word)).min().unwrap_or(conditions.len());
    Some(Lookup { table, columns: columns(&conditions[..end])? })
}

/// The columns that have to have a given value; `None` if it can't be told, or there are none.
pub(super) fn columns(conditions: &str) -> Option<Vec<String>> {
    let mut columns = Vec::new();
    let lower = format!("{} ", conditions.to_lowercase());
    if lower.contains(" or ") {
        return None;
    }
    for condition in lower.split(" and ") {
        let condition = condition.trim().trim_start_matches('(');
        let named = match condition.find(['=', '<', '>', '!', '~']) {
            Some(at) if condition[at..].starts_with('=') => &condition[..at],
            Some(_) => continue,
            None => match condition.split_once(" in ").or_else(|| condition.split_once(" in(")) {
                Some((name, _)) if !name.ends_with(" not") => name,
                _ => continue,
            },
        };
        let name = named.trim().rsplit('.').next()?.trim_matches(['"', '`', '[', ']', '\\']);
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
            return None;
        }
        columns.push(name.to_owned());
    }
    (!columns.is_empty()).then_some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_query_of_one_table_looks_up() {
        let of = |sql: &str| lookup(sql).map(|found| format!("{}: {}", found.table, found.columns.join(", ")));
        for (sql, found) in [
            ("\"SELECT * FROM users WHERE email = $1\"", Some("users: email")),
            ("'select id from public.users u\n where u.email = %s and age > 5 order by id'", Some("users: email")),
            ("r#\"SELECT id FROM \"users\" WHERE \"org\" IN ($1) AND b = 2 LIMIT 1\"#", Some("users: org, b")),
            ("`SELECT * FROM users WHERE lower(email) = $1`", None),
            ("\"SELECT * FROM users WHERE a = 1 OR b = 2\"", None),
            ("\"SELECT * FROM users u JOIN a ON a.b = u.c WHERE u.d = 1\"", None),
            ("\"SELECT * FROM users WHERE created > $1\"", None),
        ] {
            assert_eq!(of(sql).as_deref(), found, "{sql}");
        }
    }
}
