//! Where the report on something is posted: one comment for all that an issue asks for together, edited from then on, and
//! check runs.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Row};

use super::retention::Subject;
use super::{Store, StoreError, on, signed, within};

/// A comment or a check run that holds a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The issue and the targets, or the check run.
    pub key: String,
    /// By whose installation it was written.
    pub installation: u64,
    /// The repository that was reviewed, as `owner/name`; several with spaces between them.
    pub target: String,
    /// Their numbers, as far as they are known; those of what it has reported on before, too.
    pub ids: Vec<u64>,
    /// The repository of the issue or of the check run.
    pub posted_in: String,
    /// The same, by number; 0 where that was not noted.
    pub posted_in_id: u64,
    /// What holds it.
    pub spot: Spot,
}

/// What holds a text of ours, by its number on GitHub.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// A comment on an issue.
    Comment(u64),
    /// A check run on a commit.
    CheckRun(u64),
}

impl Spot {
    fn number(self) -> u64 {
        match self {
            Spot::Comment(number) | Spot::CheckRun(number) => number,
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Spot::Comment(_) => "comment",
            Spot::CheckRun(_) => "check_run",
        }
    }

    fn read(kind: &str, number: u64) -> Self {
        match kind {
            "check_run" => Spot::CheckRun(number),
            _ => Spot::Comment(number),
        }
    }
}

/// Whether `$1` is or was one of the targets. Names have no spaces; they may have what LIKE takes for something else.
const NAMED: &str = "replace(' ' || lower(ever) || ' ', ' ' || lower($1) || ' ', '') <> ' ' || lower(ever) || ' '";
/// The same of their numbers.
const NUMBERED: &str = "replace(' ' || ever_ids || ' ', ' ' || $1 || ' ', '') <> ' ' || ever_ids || ' '";

impl Store {
    /// The number of what holds `key`, if there is one.
    pub async fn publication(&self, key: &str) -> Result<Option<u64>, StoreError> {
        let number: Option<i64> = on!(self, |pool, _now| {
            let query = sqlx::query("SELECT number FROM publications WHERE key = $1").bind(key);
            query.fetch_optional(pool).await?.map(|row| row.get("number"))
        });
        Ok(number.and_then(|number| u64::try_from(number).ok()))
    }

    /// Notes where the report is posted, and what it is about now: a person has other repositories the next time. What
    /// an edited comment was about is kept in mind, because everybody can read its history.
    pub async fn publish(&self, publication: &Publication) -> Result<(), StoreError> {
        let Publication { key, installation, target, ids, posted_in, posted_in_id, spot } = publication;
        let number = signed(spot.number());
        let ids: Vec<String> = ids.iter().map(u64::to_string).collect();
        within!(self, |tx, now| {
            let query = sqlx::query("SELECT ever, ever_ids FROM publications WHERE key = $1 AND number = $2");
            let before = query.bind(key).bind(number).fetch_optional(&mut *tx).await?;
            let before: (String, String) = before.map(|row| (row.get("ever"), row.get("ever_ids"))).unwrap_or_default();
            let sql = format!(
                "INSERT INTO publications (key, installation, target, posted_in, kind, number, created_at, ever, \
                   ever_ids, posted_in_id) \
                 VALUES ($1, $2, $3, $4, $5, $6, {now}, $7, $8, $9) ON CONFLICT (key) DO UPDATE \
                 SET installation = excluded.installation, number = excluded.number, target = excluded.target, ever = excluded.ever, \
                   ever_ids = excluded.ever_ids, posted_in = excluded.posted_in, posted_in_id = excluded.posted_in_id"
            );
            let query = sqlx::query(AssertSqlSafe(sql)).bind(key).bind(signed(*installation)).bind(target);
            let query = query.bind(posted_in).bind(spot.kind()).bind(number).bind(both(&before.0, target));
            let query = query.bind(both(&before.1, &ids.join(" "))).bind(signed(*posted_in_id));
            query.execute(&mut *tx).await.map(drop)?
        });
        Ok(())
    }

    /// What holds reports on `subject`, among others perhaps, or has held one.
    pub async fn publications_on(&self, subject: &Subject) -> Result<Vec<Publication>, StoreError> {
        let mut found = self.publications_where(NAMED, &subject.name).await?;
        for id in &subject.ids {
            found.extend(self.publications_where(NUMBERED, &id.to_string()).await?);
        }
        let all: BTreeMap<(u64, String), Publication> =
            found.into_iter().map(|one| ((one.spot.number(), one.key.clone()), one)).collect();
        Ok(all.into_values().collect())
    }

    /// The comments whose key begins so and that hold a report, the oldest first.
    pub async fn publications_below(&self, key_prefix: &str) -> Result<Vec<Publication>, StoreError> {
        self.publications_where("substr(key, 1, length($1)) = $1 AND target <> '' AND kind = 'comment'", key_prefix)
            .await
    }

    async fn publications_where(&self, condition: &str, value: &str) -> Result<Vec<Publication>, StoreError> {
        let found = on!(self, |pool, _now| {
            let sql = format!(
                "SELECT key, installation, target, ever_ids, posted_in, posted_in_id, kind, number FROM publications \
                 WHERE {condition} ORDER BY number, key"
            );
            let rows = sqlx::query(AssertSqlSafe(sql)).bind(value).fetch_all(pool).await?;
            rows.iter()
                .map(|row| {
                    let (installation, number): (i64, i64) = (row.get("installation"), row.get("number"));
                    let (ids, posted_in_id): (String, i64) = (row.get("ever_ids"), row.get("posted_in_id"));
                    Publication {
                        key: row.get("key"),
                        installation: installation.unsigned_abs(),
                        target: row.get("target"),
                        ids: ids.split_whitespace().filter_map(|id| id.parse().ok()).collect(),
                        posted_in: row.get("posted_in"),
                        posted_in_id: posted_in_id.unsigned_abs(),
                        spot: Spot::read(row.get("kind"), number.unsigned_abs()),
                    }
                })
                .collect()
        });
        Ok(found)
    }

    /// Nothing of ours stands at `key` any more.
    pub async fn unpublish(&self, key: &str) -> Result<(), StoreError> {
        on!(self, |pool, _now| {
            sqlx::query("DELETE FROM publications WHERE key = $1").bind(key).execute(pool).await.map(drop)?
        });
        Ok(())
    }
}

/// The names in `before`, and those in `now` that are new.
fn both(before: &str, now: &str) -> String {
    let mut names: Vec<&str> = before.split_whitespace().collect();
    for name in now.split_whitespace() {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    names.join(" ")
}
