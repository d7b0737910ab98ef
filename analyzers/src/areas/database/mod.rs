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
            looks_at: "Migrations of the known tools, schemas that are made from classes when the program starts, and files \
                       that hold a whole schema. It does not apply without a relational database.",
            why: "A database outlives every version of the program; changes to it that nobody wrote down can't be repeated \
                  on another machine or taken back.",
            remedy: "Let a tool write down each change to the tables, as a migration, and keep that with the code.",
            effort: Effort::Medium,
            dispute: "If another team or repository owns the schema, say so in the README.",
        },
        SignalMeta {
            id: "database.indexes",
            statement: "What is searched for is found quickly, however much there is",
            looks_at: "Foreign keys, and columns by whose values queries look rows up, in migrations and schemas of SQL, in \
                       Prisma's, Rails', Laravel's, Knex's and db-migrate's, and in the classes of SQLAlchemy, Django, \
                       GORM, ent, JPA, TypeORM, Sequelize, Mongoose, Exposed, Doctrine and Entity Framework; and whether \
                       an index, a unique or a primary key begins with them. Frameworks and databases that index foreign \
                       keys by themselves meet it. It does not apply without foreign keys and such queries.",
            why: "Without an index the database reads a whole table to find one row's relations, which is slow as soon as \
                  the table is large.",
            remedy: "Give the database an index, a register, for each link between tables that is followed, and for \
                     whatever entries are often looked up by.",
            effort: Effort::Low,
            dispute: "Tables that stay small need no index, and an index costs at each write. Say which queries there are.",
        },
        SignalMeta {
            id: "database.pool",
            statement: "Connections to the database are kept open and used again",
            looks_at: "Calls that open a connection within a request handler, or within a function that the code for requests \
                       calls; settings of a pool; and what the database's package does by itself (most keep a pool where \
                       nobody asks). It does not apply without a database server, or to PHP.",
            why: "Opening a connection takes longer than most queries, and a database takes only some hundreds at a time.",
            remedy: "Open a pool of connections to the database when the program starts, and take each from there.",
            effort: Effort::Low,
            dispute: "A pool in front of the database, such as PgBouncer, makes opening cheap. Say so in the README.",
        },
        SignalMeta {
            id: "database.queries",
            statement: "Long lists are read page by page, not as a whole or entry by entry",
            looks_at: "Queries inside loops, reads of a whole table without a limit, and signs of pagination, in the code of \
                       nine languages and their mappers. Commands, tasks and migrations are left out. Relations that a \
                       mapper loads one by one are seen where the list is fetched in the same function. It does not apply \
                       without a database.",
            why: "A list that reads everything, or asks the database once for each line, is fast on the first day and takes \
                  minutes with ten thousand records.",
            remedy: "Read long lists page by page, and fetch what belongs together with one question to the database \
                     instead of one for each entry.",
            effort: Effort::Medium,
            dispute: "Tables that stay small, such as countries, may be read whole. Say so beside the query.",
        },
        SignalMeta {
            id: "database.money",
            statement: "Money is kept exactly",
            looks_at: "Columns named like an amount of money (price, amount, balance, ...) and their types, in the schemas \
                       that are read for indexes. It does not apply without such columns.",
            why: "Types such as float and double round what they hold, so sums of money end up a cent off.",
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
