//! What makes sure that something is paid once without a key: its state, or a unique column.
//!
//! A state that is changed only where it is still open, and of which it is asked whether it was (`UPDATE ... WHERE status =
//! 'pending'`, and the number of rows), lets one of two requests through; so does a check under a lock, and a column that
//! may hold each order once. A check by itself does not: two requests may both look before either writes.

mod unique;

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Regex, bytes};

use self::unique::{refused, replaces, unique};
use super::paths::spelt_out;
use crate::areas::security::marks::is_for_operators;
use crate::areas::security::open_routes::Region;
use crate::code::{Language, pattern};
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// How far before and behind a change of state it is looked for what becomes of it, in bytes.
const BEFORE: usize = 160;
const BEHIND: usize = 480;

/// How something is made sure to be paid once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// By a change that only happens to what is still open.
    Change,
    /// By a check under a lock.
    Lock,
    /// By a column that may hold each value once.
    Unique,
    /// By a check alone.
    Check,
}

/// A state of something that is paid.
const STATE: &str = r"(?:\w+\.)?\w*(?:status|state|paid|captured|refunded|processed|settled)\w*";

/// A change of what is still in one state, in SQL and as mappers write it. Over bytes, since what may stand between its
/// parts is counted: over characters it takes twenty times as long to make ready.
static CHANGE: LazyLock<bytes::Regex> = LazyLock::new(|| {
    let of = |text: &str| text.replace("STATE", STATE);
    let ways = [
        // SQL, and what JPA and Doctrine have for it.
        r#"update\s+["`\[\w.\]\\:]+\s+(?:as\s+)?(?:\w+\s+)?set\b[^;]{0,300}?\bSTATE\s*=[^;]{0,300}?\bwhere\b[^;]{0,300}?\bSTATE["`\]]*\s*(?:=|<>|!=|is\s+null|in\s*\()"#,
        // Django, Rails
        r"\.(?:filter(?:_by)?|where)\([^)]*\bSTATE\s*(?:=|:)[^)]*\)\s*\.update(?:_all)?\(",
        // SQLAlchemy
        r"update\(\w+\)[\s\S]{0,200}?\.where\([\s\S]{0,200}?STATE\s*(?:==|\.is_)[\s\S]{0,200}?\.values\(",
        // Laravel, Knex
        r#"where(?:null)?\(\s*\[?\s*['"]STATE['"][^;]{0,200}?(?:->|\.)update\("#,
        r"\.where\(\s*\{[^}]*\bSTATE\s*[:,}][^;]{0,200}?\.update\(",
        // Prisma, TypeORM, Sequelize, Mongoose
        r"updatemany\(\s*\{\s*where:\s*\{[^}]*\bSTATE\s*[:,}]",
        r"\.update\(\s*\{[^}]*\}\s*,\s*\{\s*where:\s*\{[^}]*\bSTATE\s*[:,}]",
        // TypeORM names first what is to be changed; an object with `where` would be Sequelize's second.
        r"\.update\(\s*(?:\w+,\s*)?\{[^}]*\bSTATE\s*[:,}][^}]*\}\s*,\s*\{\s*(?:[^w\s]|w[^h]|wh[^e])",
        r#"(?:findoneandupdate|updateone|find_one_and_update|update_one)\([^;{]{0,60}\{[^}]*\bSTATE["']?\s*[:,}]"#,
        // TypeORM's builder
        r#"\.update\([^;]{0,200}?where\(\s*['"`][^'"`]*\bSTATE\s*(?:=|is)"#,
        // Go's builders of SQL
        r#"\.update\([^;]{0,200}?\.\s*where\([^;]{0,300}?\b(?:eq|ex)\{[^}]*"STATE"\s*:"#,
        // GORM, Entity Framework, Diesel, Exposed
        r#"\.where\("[^"]*\bSTATE\s*(?:=|is)[^;]{0,300}?\.updates?\("#,
        r"\.where\([^;]{0,200}?\.STATE\s*(?:==|is)[^;]{0,300}?\.executeupdate(?:async)?\(",
        r"update\([^;]{0,200}?filter\([^;]{0,200}?STATE\.eq\(",
        r"\.update\(\s*\{[^}]{0,200}?\.STATE\s+eq\b",
    ];
    let all: Vec<String> = ways.iter().map(|way| of(way)).collect();
    bytes::RegexBuilder::new(&all.join("|"))
        .case_insensitive(true)
        .unicode(false)
        .build()
        .expect("an expression of ours, which a test has made")
});

/// Whether a change happened is asked.
static ASKED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)row_?count|rows?_?affected|affected_?rows?|\baffected\b|\.count\b|modified_?count|matched_?count|\bchanges\b|returning|fetch_optional|@modifying",
        r"|\bif\s*\(?\s*(?:not|!|await|\w*updated|\w*changed|\w*claimed|\w*rows|\w*result)|\bunless\b|[=!]=\s*[01n]\b|[=!]==\s*(?:[01]|null)|[<>]\s*[01]\b|is\s+none|\.zero\?|\.none\?"
    ))
});

/// A row that nobody else may change meanwhile.
static LOCK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)select_for_update|with_for_update|lockforupdate|\bwith_lock\b|\.lock!|\bfor\s+(?:no\s+key\s+)?update\b|pessimistic_?write|clause\.locking|\.for_?update\(",
    )
});

/// A state is looked at.
static CHECK: LazyLock<Regex> = LazyLock::new(|| {
    let states = r"(?:paid|pending|open|new|unpaid|created|draft|captured|completed|charged|refunded|settled|succeeded|done|processed)";
    pattern(&format!(
        r#"(?i)(?:\bif\b|\bunless\b|\bwhen\b|\bmatch\b|\bthrow_?if\b|\babort_?if\b|ensure|assert|require)[^\n;]*?(?:\b\w*(?:status|state)\w*[^\n;]*?{states}|\b(?:is_?|get_?)?(?:already_?)?(?:paid|refunded|captured)(?:_?at)?\b|\?->paid|\.(?:paid|refunded|captured|pending)\?)|\b(?:validate|check|ensure|assert|verify)_?(?:\w*_?(?:paid|payable))\("#
    ))
});

static PAYMENT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)(?:pay(?:ment|out)|charge|refund|transfer)s?\b"));

/// What of it is there, the surest first, and where. `paying` is where money is moved.
pub(super) fn guard(repo: &Snapshot, paying: &[Region]) -> Option<(Way, Place)> {
    let mut found: Vec<(Way, Place)> = Vec::new();
    for (file, text) in repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path)) {
        let at = |at: usize| {
            let line = text[..at].matches('\n').count() as u32 + 1;
            Place::lines(repo.head(), file.path.as_str(), line, line)
        };
        let is_code = Language::of(&file.path).is_some() && !is_for_operators(&file.path);
        let parts = parts(&file.path, text, paying);
        if is_code {
            found.extend(change(text, &parts).map(|start| (Way::Change, at(start))));
        }
        for part in parts.into_iter().filter(|_| is_code) {
            let own = &text[part.clone()];
            let find = |pattern: &Regex| {
                let mut all = pattern.find_iter(own).map(|it| part.start + it.start());
                all.find(|start| !is_no_code(text, *start) && !replaces(text, *start))
            };
            let check = find(&CHECK);
            found.extend(check.and_then(|_| find(&LOCK)).map(|start| (Way::Lock, at(start))));
            found.extend(refused(repo, own, part.start, text).map(|start| (Way::Unique, at(start))));
            found.extend(check.map(|start| (Way::Check, at(start))));
        }
        found.extend(unique(text).map(|start| (Way::Unique, at(start))));
    }
    found.into_iter().min_by_key(|(way, _)| *way)
}

/// What of a file is about paying: where it is known to, or all of a file that is named so.
fn parts(path: &str, text: &str, paying: &[Region]) -> Vec<Range<usize>> {
    let mut starts: Vec<usize> = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    let byte = |line: usize| starts.get(line).copied().unwrap_or(text.len());
    let known = paying.iter().filter(|region| region.path == path);
    let parts: Vec<_> =
        known.map(|it| byte(it.lines.0.saturating_sub(1) as usize)..byte(it.lines.1 as usize)).collect();
    if parts.is_empty() && PAYMENT.is_match(&spelt_out(path).join(" ")) {
        std::iter::once(0..text.len()).collect()
    } else {
        parts
    }
}

/// A change of what is still open, after which is asked whether it happened: in one of `parts`, or to what is a state of
/// paying by its name. Seats are reserved so as well, whatever is paid for them.
fn change(text: &str, parts: &[Range<usize>]) -> Option<usize> {
    static PAYS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)\b(?:is_?)?(?:un)?pa(?:id|ying)|\bpay(?:ment|out|able)|captur|complet|settl|process|refund|charg|succe",
        )
    });
    /// What is asked for, or changed to, may stand behind what was found.
    const REST: usize = 100;
    let is_of_paying = |found: &Range<usize>| {
        let end = text.floor_char_boundary((found.end + REST).min(text.len()));
        let rest = text[found.end..end].split(';').next().unwrap_or_default();
        parts.iter().any(|part| part.contains(&found.start))
            || PAYS.is_match(&text[found.clone()])
            || PAYS.is_match(rest)
    };
    let is_asked = |found: &Range<usize>| {
        let start = text.floor_char_boundary(found.start.saturating_sub(BEFORE));
        let end = text.floor_char_boundary((found.end + BEHIND).min(text.len()));
        // What is written before the change may be what its outcome is compared in.
        let around = [&text[start..found.start], &text[found.end..end], &text[found.clone()]];
        around.iter().any(|part| ASKED.is_match(part)) && !is_no_code(text, found.start)
    };
    // What the next statement sets is no state that this one asks for.
    let is_one = |found: &Range<usize>| {
        let lower = text[found.clone()].to_ascii_lowercase();
        let asked = lower.split_once("where").map_or("", |(_, asked)| asked);
        !lower.starts_with("update") || !asked.split_whitespace().any(|word| word == "set")
    };
    // Each begins with a character of ASCII, and may end with a part of another one.
    let found = CHANGE.find_iter(text.as_bytes()).map(|found| found.start()..text.ceil_char_boundary(found.end()));
    found.filter(is_one).filter(is_of_paying).find(is_asked).map(|found| found.start)
}

/// Whether `at` stands in a comment, or where something is only imported.
fn is_no_code(text: &str, at: usize) -> bool {
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let line = text[start..].trim_start();
    ["//", "#", "*", "--", "import ", "from ", "use ", "using "].iter().any(|sign| line.starts_with(sign))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    pub(super) fn way(path: &str, text: &str) -> Option<(Way, Option<u32>)> {
        let repo = Fixture::new().file(path, text).snapshot();
        let whole = Region { path: path.to_owned(), lines: (1, 100) };
        guard(&repo, &[whole]).map(|(way, place)| (way, place.lines.map(|lines| lines.0)))
    }

    #[test]
    fn a_change_that_only_happens_to_what_is_open_lets_one_of_two_through() {
        for (path, text) in [
            (
                "a.py",
                "cursor.execute(\"UPDATE orders SET status = 'paid' WHERE id = %s AND status = 'pending'\", [id])\nif cursor.rowcount == 0:\n    raise Conflict()\n",
            ),
            (
                "a.py",
                "changed = Order.query.filter_by(id=id, status='open').update({'status': 'paying'})\nif changed == 0:\n    abort(409)\n",
            ),
            (
                "a.py",
                "changed = Order.objects.filter(pk=pk, status='pending').update(status='paid')\nif not changed:\n    return Response(status=409)\n",
            ),
            (
                "a.py",
                "result = db.execute(update(Order).where(Order.id == id, Order.status == 'pending').values(status='paid'))\nif result.rowcount == 0:\n    raise HTTPException(409)\n",
            ),
            (
                "a.js",
                "const { count } = await prisma.order.updateMany({ where: { id, status: 'PENDING' }, data: { status: 'PAID' } });\nif (count === 0) return res.status(409).end();\n",
            ),
            (
                "a.js",
                "const order = await Order.findOneAndUpdate({ _id: id, status: 'pending' }, { status: 'paid' });\nif (!order) return res.status(409).end();\n",
            ),
            (
                "a.ts",
                "const done = await this.orders.update({ id, status: 'pending' }, { status: 'paid' });\nif (done.affected === 0) throw new ConflictException();\n",
            ),
            (
                "a.js",
                "const rows = await db('orders').where({ id, status: 'pending' }).update({ status: 'paid' });\nif (rows === 0) return;\n",
            ),
            (
                "a.js",
                "const [rows] = await Order.update({ status: 'paid' }, { where: { id, status: 'pending' } });\nif (rows === 0) return;\n",
            ),
            (
                "a.go",
                "res, err := db.ExecContext(ctx, `UPDATE orders SET status = 'paid' WHERE id = $1 AND status = 'pending'`, id)\nif n, _ := res.RowsAffected(); n == 0 {\n\treturn ErrPaid\n}\n",
            ),
            (
                "a.go",
                "res := db.Model(&Order{}).Where(\"id = ? AND status = ?\", id, \"pending\").Update(\"status\", \"paid\")\nif res.RowsAffected == 0 {\n",
            ),
            (
                "a.go",
                "sql, args, err := db.Builder.Update(\"orders\").\n\tSet(\"is_paid\", true).\n\tWhere(sq.And{sq.Eq{\"id\": id}, sq.Eq{\"is_paid\": false}}).ToSql()\nres, err := db.Exec(ctx, sql, args...)\nif res.RowsAffected() == 0 {\n\treturn ErrPaid\n}\n",
            ),
            (
                "A.java",
                "@Modifying\n@Query(\"update Order o set o.status = 'PAID' where o.id = :id and o.status = 'PENDING'\")\nint markPaid(Long id);\n",
            ),
            (
                "a.rb",
                "changed = Order.where(id: id, status: 'pending').update_all(status: 'paid')\nreturn head :conflict if changed.zero?\n",
            ),
            (
                "a.php",
                "$changed = Order::where('id', $id)->where('status', 'pending')->update(['status' => 'paid']);\nabort_if($changed === 0, 409);\n",
            ),
            (
                "A.cs",
                "var rows = await db.Orders.Where(o => o.Id == id && o.Status == \"pending\").ExecuteUpdateAsync(s => s.SetProperty(o => o.Status, \"paid\"));\nif (rows == 0) return Conflict();\n",
            ),
            (
                "a.rs",
                "let done = sqlx::query(\"UPDATE orders SET status = 'paid' WHERE id = $1 AND status = 'pending'\").bind(id).execute(&pool).await?;\nif done.rows_affected() == 0 {\n",
            ),
        ] {
            assert_eq!(way(path, text).map(|(way, _)| way), Some(Way::Change), "{text}");
        }
    }

    #[test]
    fn a_change_whose_outcome_nobody_asks_for_is_no_guard() {
        for (path, text) in [
            ("a.py", "Order.objects.filter(pk=pk, status='pending').update(status='paid')\nstripe.charge(total)\n"),
            ("a.js", "await db('orders').where({ id }).update({ status: 'paid' });\ncharge(total);\n"),
            ("a.go", "db.ExecContext(ctx, `UPDATE orders SET status = 'paid' WHERE id = $1`, id)\ncharge(total)\n"),
            (
                "a.js",
                "const [, rows] = await Order.update({ status: 'paid' }, { where: { id }, returning: true });\ncharge(total);\n",
            ),
        ] {
            assert_eq!(way(path, text), None, "{text}");
        }
    }

    #[test]
    fn a_change_of_something_else_guards_no_payment() {
        let of = |status: &str| {
            let seats = format!(
                "rows = db.execute(\"UPDATE ticket SET status = '{status}' WHERE id = $1 AND status = 'available'\", id)\nif rows.rowcount == 0:\n    raise Taken()\n"
            );
            let repo = Fixture::new().file("seats.py", &seats).file("a.py", "def pay():\n    charge()\n").snapshot();
            guard(&repo, &[Region { path: "a.py".to_owned(), lines: (1, 2) }]).map(|(way, _)| way)
        };
        assert_eq!(of("reserved"), None);
        let two = "row = db.execute(\"WITH a AS (UPDATE ticket SET status = 'paid' WHERE id = $1), b AS (UPDATE booking SET status = $2 WHERE id = $3)\")\nif row is None:\n    raise Gone()\n";
        assert_eq!(way("pay.py", two), None);
        assert_eq!(of("paid"), Some(Way::Change));
    }

    #[test]
    fn a_file_may_be_named_after_payments_in_one_word_with_others() {
        let check = "<?php\nif ($order->isPaid()) { return; }\n";
        let of = |path: &str| guard(&Fixture::new().file(path, check).snapshot(), &[]).map(|(way, _)| way);
        assert_eq!(of("src/Service/PaymentService.php"), Some(Way::Check));
        assert_eq!(of("src/Service/OrderService.php"), None);
    }

    #[test]
    fn a_getter_or_a_call_may_check_as_well() {
        let of = |line: &str| way("pay.php", &format!("<?php\n{line}\n")).map(|(way, _)| way);
        assert_eq!(of("if ($order->getPaidAt() !== null) { return; }"), Some(Way::Check));
        assert_eq!(of("$order->validate_can_be_paid();"), Some(Way::Check));
        assert_eq!(of("$order->getTotal();"), None);
    }

    #[test]
    fn a_check_is_sure_under_a_lock_only() {
        let check = "    order = Order.objects.get(pk=pk)\n    if order.status == 'paid':\n        return Response(status=409)\n";
        assert_eq!(way("pay.py", check), Some((Way::Check, Some(2))));
        let locked = check.replace("objects.get", "objects.select_for_update().get");
        assert_eq!(way("pay.py", &locked), Some((Way::Lock, Some(1))));
        assert_eq!(way("pay.rb", "order.with_lock do\n  return if order.paid?\nend\n"), Some((Way::Lock, Some(1))));
    }
}
