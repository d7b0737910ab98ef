//! What a second row is refused by: a column of the database that may hold each payment, or what is paid, once.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::{PAYMENT, is_no_code};
use crate::Snapshot;
use crate::areas::database::Schema;

/// How many lines above a unique column its table is looked for.
const ABOVE: usize = 15;

/// What a unique key of the database says of a second row.
static REFUSED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)integrity_?error|unique_?violation|duplicate_?key|record_?not_?unique|dataintegrityviolation|unique_?constraint|\bP2002\b|\b23505\b|er_dup_entry|\b11000\b",
        r"|duplicated?entry|on\s+conflict|insert_?or_?ignore|get_or_create|first_?or_?create|find_?or_?create"
    ))
});

/// Of [`REFUSED`], what looks a row up first or names it.
static FOUND_OR_MADE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)create|conflict|ignore"));

/// A column for what is paid, that may hold each value once.
static UNIQUE: LazyLock<Regex> = LazyLock::new(|| {
    let paid = concat!(
        r"(?:(?:order|invoice|booking|reservation|checkout|cart|subscription|bill)(?:_?id)?",
        // What the caller or the provider calls it.
        r"|(?:client_?)?request_?id|external_?(?:id|ref\w*)|(?:merchant|client)_?(?:order|ref\w*|transaction)(?:_?id)?)"
    );
    pattern(&format!(
        // A comma ends a column of SQL, but for one in brackets.
        r"(?i)\b{paid}\b(?:[^\n,()]|\([^\n()]*\))*(?:\([^\n]*)?\bunique(?:=true|: ?true|\(\)|\b)|\bunique\w*[^\n\w]{{1,12}}{paid}\b|\b{paid}\s*=\s*models\.OneToOneField"
    ))
});

/// Where money lies, and whose it is.
static HOLDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)wallet|account|balance|user|customer|client|currenc|asset|carteira|conta\b|contas\b|cuenta|billetera|saldo",
    )
});

/// A movement of money, and what is paid by it.
static MOVEMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)pay|transac|transa[cç]|transfer|charge|refund|withdraw|deposit|order|invoice|booking|subscription|ledger|movement|entr(?:y|ies)|operation|event|idempot|reference|request|pedido|pago|saque|pix",
    )
});

/// The table that a row is put into.
static INTO: LazyLock<Regex> = LazyLock::new(|| pattern(r#"(?i)\binto\s+([\w."`\[\]]+)"#));

/// The program thinks of a new name for each movement.
static NAMES_ITSELF: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)uuid4\(|uuid\.new|newguid\(|randomuuid\(|uuidv[47]\(|uuid\(\)|ulid\(|nanoid\(|cuid2?\(|new_v4\(|securerandom|createid\(",
    )
});

/// Where a second row is refused that stands for a movement of money, and that the caller or the provider named.
pub(super) fn refused(repo: &Snapshot, own: &str, before: usize, text: &str) -> Option<usize> {
    let mut all = REFUSED.find_iter(own).filter(|found| {
        let start = before + found.start();
        let is_caught = !FOUND_OR_MADE.is_match(found.as_str());
        let is_named_anew = || is_caught && NAMES_ITSELF.is_match(own) && refuses_no_movement(repo);
        !(is_no_code(text, start) || replaces(text, start) || is_of_holder(text, start) || is_named_anew())
    });
    all.next().map(|found| before + found.start())
}

/// A unique column of a table of payments for what is paid.
pub(super) fn unique(text: &str) -> Option<usize> {
    UNIQUE.find_iter(text).map(|found| found.start()).find(|start| {
        let mut above = text[..*start].lines().rev().take(ABOVE);
        let own = text[*start..].lines().next().unwrap_or_default();
        let begins = |line: &str| {
            ["class ", "model ", "table", "struct ", "add_index", "create_"]
                .iter()
                .any(|word| line.to_ascii_lowercase().contains(word))
        };
        !is_no_code(text, *start)
            && (PAYMENT.is_match(own)
                || above.find(|line| begins(line)).is_some_and(|line| PAYMENT.is_match(&line.replace('_', " "))))
    })
}

/// Whether what begins at `at` puts the second row in the place of the first, and refuses none: `ON CONFLICT (id) DO UPDATE`.
pub(super) fn replaces(text: &str, at: usize) -> bool {
    const LONGEST: usize = 200;
    let end = text.floor_char_boundary((at + LONGEST).min(text.len()));
    let clause = text[at..end].to_ascii_lowercase();
    let words: Vec<&str> = clause.split_whitespace().collect();
    let says = |word: &str| words.windows(2).position(|pair| pair[0].ends_with("do") && pair[1].starts_with(word));
    clause.starts_with("on")
        && says("update").is_some_and(|update| says("nothing").is_none_or(|nothing| update < nothing))
}

/// Whether what is found, made or inserted there is where money lies, or whose it is: a wallet is made once, and money may
/// be moved out of it twice.
fn is_of_holder(text: &str, at: usize) -> bool {
    const INSERT: usize = 400;
    let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let own = text[line..].lines().next().unwrap_or_default();
    let from = text.floor_char_boundary(at.saturating_sub(INSERT));
    let is_clause = text[at..].get(..2).is_some_and(|word| word.eq_ignore_ascii_case("on"));
    let table = INTO.captures_iter(&text[from..at]).last().filter(|_| is_clause);
    let subject = table.and_then(|table| table.get(1)).map_or(own, |table| table.as_str());
    HOLDER.is_match(subject) && !MOVEMENT.is_match(subject)
}

/// Whether tables of movements are known, and none of them holds a value once that a caller could send again.
fn refuses_no_movement(repo: &Snapshot) -> bool {
    let tables = Schema::of(repo).tables.iter().filter(|(name, _)| MOVEMENT.is_match(name));
    let mut unique = tables.map(|(_, table)| table.unique).peekable();
    unique.peek().is_some() && unique.all(|unique| unique == 0)
}

#[cfg(test)]
mod tests {
    use crate::areas::idempotency::payments::states::tests::way;
    use crate::areas::idempotency::payments::states::{Way, guard};
    use crate::areas::security::open_routes::Region;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_column_that_holds_each_order_once_refuses_the_second_payment() {
        for (path, text, line) in [
            (
                "a/models.py",
                "class Payment(models.Model):\n    order = models.OneToOneField(Order, on_delete=models.CASCADE)\n",
                2,
            ),
            (
                "migrations/1.sql",
                "CREATE TABLE payments (\n  id int,\n  order_id int NOT NULL UNIQUE REFERENCES orders (id)\n);\n",
                3,
            ),
            ("migrations/2.sql", "CREATE TABLE payments (\n  order_id int,\n  UNIQUE (order_id)\n);\n", 3),
            ("schema.prisma", "model Payment {\n  orderId Int @unique\n}\n", 2),
            (
                "payments.py",
                "from a import IntegrityError\ntry:\n    payment.save()\nexcept IntegrityError:\n    return conflict()\n",
                4,
            ),
        ] {
            assert_eq!(way(path, text), Some((Way::Unique, Some(line))), "{text}");
        }
        let one_line = |order: &str| {
            format!("CREATE TABLE payments (order_id INT {order}, price DECIMAL(10, 2), UNIQUE (code));\n")
        };
        assert_eq!(way("migrations/1.sql", &one_line("NOT NULL")), None);
        assert_eq!(way("migrations/1.sql", &one_line("NOT NULL UNIQUE")), Some((Way::Unique, Some(1))));
        assert_eq!(way("migrations/1.sql", "CREATE TABLE shipments (\n  order_id int UNIQUE\n);\n"), None);
        let insert = |then: &str| {
            let text = format!("db.Exec(`INSERT INTO payments (id) VALUES ($1) ON CONFLICT (id)\n  DO {then}`, id)\n");
            way("payments.go", &text).map(|(way, _)| way)
        };
        assert_eq!(insert("NOTHING"), Some(Way::Unique));
        assert_eq!(insert("UPDATE SET token = $2"), None);
    }

    #[test]
    fn a_wallet_that_is_made_once_refuses_no_second_transfer() {
        let made = |what: &str| format!("purse = await {what}.get_or_create(sender.id)\n");
        assert_eq!(way("transfer.py", &made("self.wallets")), None);
        assert_eq!(way("transfer.py", &made("self.payments")), Some((Way::Unique, Some(1))));
        let into = |table: &str| {
            format!("db.exec(`INSERT INTO {table} (owner, amount)\n  VALUES ($1, $2)\n  ON CONFLICT DO NOTHING`)\n")
        };
        assert_eq!(way("transfer.ts", &into("balances")), None);
        assert_eq!(way("transfer.ts", &into("transfers")), Some((Way::Unique, Some(3))));
    }

    #[test]
    fn a_key_that_the_program_thinks_of_anew_tells_no_repetition() {
        let of = |column: &str, id: &str| {
            let table = format!("CREATE TABLE transfers (\n  id uuid PRIMARY KEY,\n  reference text {column}\n);\n");
            let code = format!(
                "try:\n    transfers.add(id={id}, reference=asked)\nexcept IntegrityError:\n    raise Conflict()\n"
            );
            let repo = Fixture::new().file("migrations/1.sql", &table).file("transfer.py", &code).snapshot();
            guard(&repo, &[Region { path: "transfer.py".to_owned(), lines: (1, 100) }]).map(|(way, _)| way)
        };
        assert_eq!(of("NOT NULL", "uuid4()"), None);
        assert_eq!(of("NOT NULL UNIQUE", "uuid4()"), Some(Way::Unique));
        assert_eq!(of("NOT NULL", "asked_id"), Some(Way::Unique), "the caller's");
    }
}
