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
    // In Spanish, Portuguese, French and German.
    "precio",
    "preco",
    "monto",
    "importe",
    "saldo",
    "sueldo",
    "salario",
    "costo",
    "custo",
    "comision",
    "comissao",
    "prix",
    "montant",
    "solde",
    "preis",
    "betrag",
    "gehalt",
];

/// Words that are of money as well as of any other value: they count where the column holds fractions.
const VALUES: &[&str] = &["valor", "valores"];

/// Of [`MONEY`], what is surely a sum: a text in such a column can't be added up.
const SUMS: &[&str] =
    &["price", "amount", "balance", "subtotal", "total", "precio", "preco", "monto", "importe", "saldo", "montant"];

/// Words that may stand behind `total` where money is summed up: `total_amount`, and not `total_jobs`.
const SUMMED_UP: &[&str] = &[
    "amount", "price", "cost", "costs", "fee", "fees", "paid", "due", "tax", "net", "gross", "discount", "value",
    "balance", "payment", "payments", "revenue", "income", "spent", "cents", "in", "with", "without", "before",
    "after", "incl", "excl", "usd", "eur", "brl",
];

/// Tables that frameworks make for themselves.
const OF_FRAMEWORKS: &[&str] =
    &["job_batches", "jobs", "failed_jobs", "cache", "cache_locks", "sessions", "migrations"];

/// Types that hold text.
const TEXT: &[&str] = &["varchar", "nvarchar", "varchar2", "character", "char", "nchar", "text", "tinytext", "string"];

/// Types that round what they hold.
const ROUNDING: &[&str] = &["float", "double", "real", "float4", "float8", "float32", "float64"];

/// How many of [`EXACT`], the first, hold fractions.
const FRACTIONS: usize = 3;

/// Types that hold money exactly.
const EXACT: &[&str] =
    &["decimal", "numeric", "money", "int", "integer", "bigint", "bigdecimal", "number", "int8", "int4", "int64"];

pub(super) fn finding(repo: &Snapshot, schema: &Schema) -> Finding {
    let is = |column: &Column, types: &[&str]| {
        types.contains(&column.kind.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default())
    };
    let holds_fractions = |column: &Column| is(column, ROUNDING) || is(column, &EXACT[..FRACTIONS]);
    let is_sum = |column: &Column| {
        is_money(&column.name) || column.name.split('_').any(|word| VALUES.contains(&word)) && holds_fractions(column)
    };
    let columns: Vec<_> =
        schema.columns().filter(|(table, _, column)| !OF_FRAMEWORKS.contains(table) && is_sum(column)).collect();
    let rounded: Vec<_> = columns.iter().filter(|(_, _, column)| is(column, ROUNDING)).collect();
    let exact: Vec<_> = columns.iter().filter(|(_, _, column)| is(column, EXACT)).collect();
    let is_named_so = |column: &Column| column.name.rsplit('_').next().is_some_and(|last| SUMS.contains(&last));
    let texts: Vec<_> = columns.iter().filter(|(_, _, column)| is(column, TEXT) && is_named_so(column)).collect();
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
    } else if let Some((table, _, column)) = texts.first() {
        let summary = format!(
            "Sums of money may be compared and added up wrongly: {} of {} columns that look like money are kept as \
             text, such as {} of {table}.",
            texts.len(),
            texts.len() + exact.len(),
            column.name
        );
        Finding::partly(SIGNAL, summary, at(texts.iter().map(|(_, _, column)| column.place(repo)).collect()))
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
    finding.fact("columns", rounded.len() + exact.len()).fact("rounded", rounded.len()).fact("as_text", texts.len())
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
    if let Some((_, behind)) = name.split_once("total_") {
        let next = behind.split('_').next().unwrap_or_default();
        return SUMMED_UP.contains(&next) || MONEY.contains(&next);
    }
    name.split('_').any(|word| MONEY.contains(&word) || word.strip_suffix('s').is_some_and(|one| MONEY.contains(&one)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn what_only_speaks_of_money_is_none() {
        for name in [
            "payment_id",
            "payment_method",
            "refund_status",
            "total_items",
            "total_time",
            "total_downloads",
            "total_jobs",
            "name",
        ] {
            assert!(!is_money(name), "{name}");
        }
        for name in [
            "price",
            "total",
            "payment_amount",
            "refund_cents",
            "deposits",
            "total_amount",
            "order_total",
            "total_with_tax",
            "saldo_inicial",
            "precio",
        ] {
            assert!(is_money(name), "{name}");
        }
    }

    #[test]
    fn text_adds_nothing_up_and_tables_of_frameworks_hold_no_money() {
        use crate::Outcome;
        let of = |sql: &str| {
            let repo = Fixture::new().file("migrations/1.sql", sql).snapshot();
            finding(&repo, Schema::of(&repo)).outcome()
        };
        assert_eq!(of("CREATE TABLE orders (id int, total_amount VARCHAR(255));\n"), Outcome::Partly);
        assert_eq!(of("CREATE TABLE orders (id int, price_label VARCHAR(255));\n"), Outcome::NotApplicable);
        assert_eq!(of("CREATE TABLE orders (id int, total_amount numeric(10,2));\n"), Outcome::Met);
        assert_eq!(of("CREATE TABLE cuentas (id int, valor numeric(10,2));\n"), Outcome::Met);
        assert_eq!(of("CREATE TABLE settings (id int, valor int);\n"), Outcome::NotApplicable);
        assert_eq!(of("CREATE TABLE job_batches (id int, total int, total_jobs int);\n"), Outcome::NotApplicable);
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
