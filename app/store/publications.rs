//! Where the report on something is posted: one comment for each issue and targets, edited from then on.

use sqlx::{AssertSqlSafe, Row};

use super::{Store, StoreError, on};

/// A comment that holds a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The issue and the targets.
    pub key: String,
    /// By whose installation it was written.
    pub installation: u64,
    /// The repository that was reviewed, as `owner/name`; several with spaces between them.
    pub target: String,
    /// The repository of the issue.
    pub posted_in: String,
    /// The comment.
    pub comment: u64,
}

/// Whether `$1` is one of the targets. Names have no spaces; they may have what LIKE takes for something else.
pub(super) const ABOUT: &str =
    "replace(' ' || lower(target) || ' ', ' ' || lower($1) || ' ', '') <> ' ' || lower(target) || ' '";

impl Store {
    /// The comment of `key`, if there is one.
    pub async fn publication(&self, key: &str) -> Result<Option<u64>, StoreError> {
        let comment: Option<i64> = on!(self, |pool, _now| {
            let query = sqlx::query("SELECT comment FROM publications WHERE key = $1").bind(key);
            query.fetch_optional(pool).await?.map(|row| row.get("comment"))
        });
        Ok(comment.and_then(|comment| u64::try_from(comment).ok()))
    }

    /// Notes where the report is posted, and what it is about now: a person has other repositories the next time.
    pub async fn publish(&self, publication: &Publication) -> Result<(), StoreError> {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        on!(self, |pool, now| {
            let sql = format!(
                "INSERT INTO publications (key, installation, target, posted_in, comment, created_at) \
                 VALUES ($1, $2, $3, $4, $5, {now}) ON CONFLICT (key) DO UPDATE \
                 SET comment = excluded.comment, target = excluded.target"
            );
            let query = sqlx::query(AssertSqlSafe(sql)).bind(&publication.key).bind(number(publication.installation));
            let query = query.bind(&publication.target).bind(&publication.posted_in).bind(number(publication.comment));
            query.execute(pool).await.map(drop)?
        });
        Ok(())
    }

    /// The comments that hold reports on `repository`, among others perhaps.
    pub async fn publications_on(&self, repository: &str) -> Result<Vec<Publication>, StoreError> {
        let found = on!(self, |pool, _now| {
            let sql = "SELECT key, installation, target, posted_in, comment FROM publications \
                       WHERE {ABOUT} ORDER BY key";
            let rows =
                sqlx::query(AssertSqlSafe(sql.replace("{ABOUT}", ABOUT))).bind(repository).fetch_all(pool).await?;
            rows.iter()
                .map(|row| {
                    let (installation, comment): (i64, i64) = (row.get("installation"), row.get("comment"));
                    Publication {
                        key: row.get("key"),
                        installation: installation.unsigned_abs(),
                        target: row.get("target"),
                        posted_in: row.get("posted_in"),
                        comment: comment.unsigned_abs(),
                    }
                })
                .collect()
        });
        Ok(found)
    }
}
