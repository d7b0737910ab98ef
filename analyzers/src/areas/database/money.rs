//! Is money kept exactly?

use super::schema::{Column, Schema};
use super::unread;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "database.money";

/// Words in the name of a column that holds money.
const MONEY: &[&str] = &[
    "price",
    "amount",
    "balance",
    "salary",
    "cost",
    "fee",
    "total",
    "subtotal",
    "payment",
    "cents",
    "budget",
    "revenue",
    "income",
    "wage",
    "deposit",
    "refund",
    "payout",
    "commission",
];

/// Types that round what they hold.
const ROUNDING: &[&str] = &["float", "double", "real", "float4", "float8", "float32", "float64"];

/// Types that hold money exactly.
const EXACT: &[&str] =
    &["decimal", "numeric", "money", "int", "integer", "bigint", "bigdecimal", "number", "int8", "int4", "int64"];

pub(super) fn finding(repo: &Snapshot, schema: &Schema) -> Finding {
    let is = |column: &Column, types: &[&str]| {
        types.contains(&column.kind.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default())
    };
    let columns: Vec<_> = schema.columns().filter(|(_, _, column)| is_money(&column.name)).collect();
    let rounded: Vec<_> = columns.iter().filter(|(_, _, column)| is(column, ROUNDING)).collect();
    let exact: Vec<_> = columns.iter().filter(|(_, _, column)| is(column, EXACT)).collect();
    let at = |places: Vec<Place>| Evidence::or_absence(places.into_iter().take(10), repo.head());
    let finding = if let Some((table, _, column)) = rounded.first() {
        let summary = format!(
            "Sums of money may end up a cent off: {} of {} columns that look like money are of a kind that rounds, \
             such as {} of {table}.",
            rounded.len(),
            rounded.len() + exact.len(),
            column.name
        );
        Finding::not_met(SIGNAL, summary, at(rounded.iter().map(|(_, _, column)| column.place(repo)).collect()))
            .indicative()
    } else if exact.is_empty()
        && let Some(form) = unread::form(repo, schema)
    {
        Finding::not_assessable(SIGNAL, unread::sentence(form))
    } else if exact.is_empty() {
        Finding::not_applicable(
            SIGNAL,
            "No column that looks like money was recognised where the tables of the database are described.",
        )
    } else {
        let summary = match exact.len() {
            1 => "Money is kept exactly, in the one column that looks like it.".to_owned(),
            2 => "Money is kept exactly, in both columns that look like it.".to_owned(),
            all => format!("Money is kept exactly, in all {all} columns that look like it."),
        };
        Finding::met(SIGNAL, summary, at(exact.iter().map(|(_, _, column)| column.place(repo)).collect()))
    };
    finding.fact("columns", rounded.len() + exact.len()).fact("rounded", rounded.len())
}

/// Words of what is summed up and no money: `total_time`.
const MEASURES: &[&str] = &[
    "time",
    "duration",
    "seconds",
    "minutes",
    "hours",
    "days",
    "ms",
    "count",
    "weight",
    "distance",
    "score",
    "points",
    "size",
    "bytes",
    "percent",
    "percentage",
    "rate",
    "ratio",
    "calories",
    "mileage",
    "length",
    "area",
    "quantity",
];

/// Words at the end of names that only speak of money: `payment_id`, `refund_status`.
const ABOUT: &[&str] = &[
    "id",
    "ids",
    "uuid",
    "key",
    "method",
    "type",
    "status",
    "items",
    "state",
    "number",
    "code",
    "reference",
    "ref",
    "token",
    "intent",
];

fn is_money(name: &str) -> bool {
    let is_about = name.rsplit_once('_').is_some_and(|(_, last)| ABOUT.contains(&last));
    if is_about || name.split('_').any(|word| MEASURES.contains(&word)) {
        return false;
    }
    name.split('_').any(|word| MONEY.contains(&word) || word.strip_suffix('s').is_some_and(|one| MONEY.contains(&one)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn what_only_speaks_of_money_is_none() {
        for name in ["payment_id", "payment_method", "refund_status", "total_items", "total_time", "name"] {
            assert!(!is_money(name), "{name}");
        }
        for name in ["price", "total", "payment_amount", "refund_cents", "deposits"] {
            assert!(is_money(name), "{name}");
        }
    }

    #[test]
    fn a_credential_that_names_a_table_is_not_shown_in_lower_case_either() {
        let value = ["np", "m_", "aZ3kQ9xW7mB5vN1cR8tY4uP6sD2fG0hJLeKo"].concat();
        let sql = format!("CREATE TABLE \"{value}\" (id int, price real);\n");
        let repo = Fixture::new().file("migrations/1.sql", &sql).snapshot();
        let said = finding(&repo, Schema::of(&repo)).summary().to_owned();
        assert!(said.contains("such as price of "), "{said}");
        assert!(!said.to_lowercase().contains(&value[4..].to_lowercase()), "{said}");
    }
}
