//! The database: whether its schema is kept, indexed, exact about money, and asked with care.

mod declared;
mod engine;
pub(in crate::areas) mod file;
mod filters;
mod indexes;
mod migrations;
mod money;
mod owners;
#[cfg(test)]
mod planted;
mod pool;
mod queries;
pub(in crate::areas) mod schema;
mod unread;

pub(in crate::areas) use self::engine::relational;
pub(crate) use self::owners::owners;
pub(crate) use self::schema::Schema;
use crate::{Analyzer, AreaMeta, Effort, Finding, SignalMeta, Snapshot};

/// The area `database`.
pub struct Database;

static META: AreaMeta = AreaMeta {
    id: "database",
    title: "Database",
    question: "Is the database made to last?",
    signals: &[
        SignalMeta {
            id: "database.migrations",
            statement: "Changes to the tables of the database are kept with the code",
            looks_at: "Recorded changes to the tables (migrations) of the known tools, tables that the program makes \
                from its own code when it starts, and files that describe all tables (a schema). It does not apply \
                without a database of tables.",
            why: "A database outlives every version of the program. Changes to it that nobody wrote down can't be \
                repeated on another machine or taken back.",
            remedy: "Let a tool write down each change to the tables, as a migration, and keep that with the code.",
            effort: Effort::Medium,
            dispute: "If another team or repository keeps the description of the tables, say so in the README.",
        },
        SignalMeta {
            id: "database.indexes",
            statement: "What is searched for is found quickly, however much there is",
            looks_at: "Links between tables (foreign keys) and columns by which entries are looked up, and whether an \
                index, a register that finds entries without reading the whole table, begins with them. They are read \
                in SQL, in the files of Prisma, Rails, Laravel, Knex and db-migrate, and in the classes of \
                SQLAlchemy, Django, GORM, ent, JPA, TypeORM, Sequelize, Mongoose, Exposed, Doctrine and Entity \
                Framework. Frameworks and databases that make such an index by themselves are fine, and so are columns \
                by which entries are added or changed in one step (upsert), which needs one. It does not apply \
                without such links and lookups.",
            why: "Without an index the database reads a whole table to find what belongs to one entry, which is slow \
                as soon as the table is large.",
            remedy: "Give the database an index, a register, for each link between tables that is followed, and for \
                whatever entries are often looked up by.",
            effort: Effort::Low,
            dispute: "Tables that stay small need no index, and an index costs at each write. Say which queries there are.",
        },
        SignalMeta {
            id: "database.pool",
            statement: "Connections to the database are kept open and used again",
            looks_at: "Whether a connection to the database is opened anew for each request, or taken from a pool \
                that keeps some open: the code that opens them, settings of a pool, and what the database's package \
                does by itself (most keep a pool). It does not apply without a database server, or to PHP.",
            why: "Opening a connection takes longer than most questions to the database, and a database takes only \
                some hundreds at a time.",
            remedy: "Open a pool of connections to the database when the program starts, and take each from there.",
            effort: Effort::Low,
            dispute: "A pool in front of the database, such as PgBouncer, does the same. Say so in the README.",
        },
        SignalMeta {
            id: "database.queries",
            statement: "Long lists are read page by page, not as a whole or entry by entry",
            looks_at: "Code that asks the database again for each entry of a list (in a loop), or for a whole table \
                without a limit, and signs that lists are read page by page, in nine languages and their libraries \
                for databases. Commands, tasks and migrations are left out. What a library fetches entry by entry \
                without being asked is seen where the list is fetched in the same function. It does not apply without \
                a database.",
            why: "A list that reads everything, or asks the database once for each line, is fast on the first day and \
                takes minutes with ten thousand entries.",
            remedy: "Read long lists page by page, and fetch what belongs together with one question to the database \
                     instead of one for each entry.",
            effort: Effort::Medium,
            dispute: "Tables that stay small, such as a list of countries, may be read whole. Say so beside the code \
                that reads them.",
        },
        SignalMeta {
            id: "database.money",
            statement: "Money is kept exactly",
            looks_at: "Columns named like an amount of money (price, amount, balance, ...) and the form in which \
                their values are kept, where the tables are described. It does not apply without such columns.",
            why: "Forms made for measurements (float, double) round what they hold, so sums of money end up a cent \
                off.",
            remedy: "Keep money as a whole number of cents, or as a decimal with two or more places.",
            effort: Effort::Medium,
            dispute: "Estimates and statistics may be rounded. Say so beside the column.",
        },
    ],
};

impl Analyzer for Database {
    fn meta(&self) -> &'static AreaMeta {
        &META
    }

    fn examine(&self, repo: &Snapshot) -> Vec<Finding> {
        let schema = Schema::of(repo);
        vec![
            migrations::finding(repo),
            indexes::finding(repo, schema),
            pool::finding(repo),
            queries::finding(repo),
            money::finding(repo, schema),
        ]
    }
}
