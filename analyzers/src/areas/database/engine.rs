//! Which database the program talks to, by the packages that it depends on.

use crate::areas::security::marks;
use crate::paths::is_aside;
use crate::snapshot::stack::Dependency;
use crate::snapshot::stack::Ecosystem::{self, Cargo, Go, Jvm, Npm, Nuget, Php, Python, Ruby};
use crate::{Place, Snapshot};

/// Packages that talk to a relational database, and what they are called.
const RELATIONAL: &[(Ecosystem, &str, &str)] = &[
    (Python, "psycopg2", "psycopg"),
    (Python, "psycopg2-binary", "psycopg"),
    (Python, "psycopg", "psycopg"),
    (Python, "asyncpg", "asyncpg"),
    (Python, "sqlalchemy", "SQLAlchemy"),
    (Python, "flask-sqlalchemy", "SQLAlchemy"),
    (Python, "sqlmodel", "SQLModel"),
    (Python, "pymysql", "PyMySQL"),
    (Python, "mysqlclient", "mysqlclient"),
    (Npm, "pg", "pg"),
    (Npm, "pg-promise", "pg-promise"),
    (Npm, "mysql2", "mysql2"),
    (Npm, "typeorm", "TypeORM"),
    (Npm, "sequelize", "Sequelize"),
    (Npm, "knex", "Knex"),
    (Npm, "drizzle-orm", "Drizzle"),
    (Npm, "@mikro-orm/postgresql", "MikroORM"),
    (Npm, "@mikro-orm/mysql", "MikroORM"),
    (Npm, "@mikro-orm/mariadb", "MikroORM"),
    (Npm, "@mikro-orm/mssql", "MikroORM"),
    (Npm, "@mikro-orm/sqlite", "MikroORM"),
    (Go, "github.com/jackc/pgx*", "pgx"),
    (Go, "github.com/lib/pq", "pq"),
    (Go, "github.com/go-pg/pg*", "go-pg"),
    (Go, "github.com/uptrace/bun", "Bun"),
    (Go, "gorm.io/gorm", "GORM"),
    (Jvm, "org.postgresql:postgresql", "PostgreSQL's driver"),
    (Jvm, "com.mysql:*", "MySQL's driver"),
    (Ruby, "pg", "pg"),
    (Ruby, "sequel", "Sequel"),
    (Php, "doctrine/orm", "Doctrine"),
    (Cargo, "sqlx", "sqlx"),
    (Cargo, "diesel", "Diesel"),
    (Nuget, "npgsql*", "Npgsql"),
    (Nuget, "microsoft.entityframeworkcore.sqlserver", "SQL Server"),
    (Nuget, "microsoft.data.sqlclient", "SQL Server"),
    (Nuget, "system.data.sqlclient", "SQL Server"),
    (Nuget, "entityframework", "SQL Server"),
    (Nuget, "microsoft.entityframeworkcore.sqlite*", "SQLite"),
    (Nuget, "pomelo.entityframeworkcore*", "MySQL"),
];

/// Packages that talk to a database of documents.
const DOCUMENTS: &[(Ecosystem, &str, &str)] = &[
    (Python, "pymongo", "MongoDB"),
    (Python, "motor", "MongoDB"),
    (Python, "mongoengine", "MongoDB"),
    (Npm, "mongoose", "MongoDB"),
    (Npm, "@nestjs/mongoose", "MongoDB"),
    (Npm, "mongodb", "MongoDB"),
    (Go, "go.mongodb.org/mongo-driver*", "MongoDB"),
    (Jvm, "org.springframework.boot:spring-boot-starter-data-mongodb*", "MongoDB"),
    (Jvm, "org.litote.kmongo:*", "MongoDB"),
    (Jvm, "org.mongodb:mongodb-driver*", "MongoDB"),
    (Ruby, "mongoid", "MongoDB"),
    (Nuget, "mongodb.driver", "MongoDB"),
    (Nuget, "microsoft.azure.cosmos*", "Cosmos DB"),
    (Nuget, "microsoft.azure.documentdb*", "Cosmos DB"),
    (Npm, "@azure/cosmos", "Cosmos DB"),
    (Python, "azure-cosmos", "Cosmos DB"),
    (Jvm, "com.azure:azure-cosmos", "Cosmos DB"),
];

/// Mappers and frameworks that bring a database along.
const MAPPERS: &[(Ecosystem, &str, &str)] = &[
    (Python, "django", "Django"),
    (Npm, "@prisma/client", "Prisma"),
    (Jvm, "org.springframework.boot:spring-boot-starter-data-*", "Spring Data"),
    (Ruby, "rails", "Active Record"),
    (Php, "laravel/framework", "Eloquent"),
    (Php, "doctrine/orm", "Doctrine"),
    (Cargo, "sea-orm", "SeaORM"),
    (Nuget, "microsoft.entityframeworkcore*", "Entity Framework Core"),
    (Nuget, "entityframework", "Entity Framework"),
];

/// Databases that index foreign keys by themselves.
const MYSQL: &[(Ecosystem, &str, &str)] = &[
    (Python, "pymysql", "MySQL"),
    (Python, "mysqlclient", "MySQL"),
    (Python, "mysql-connector-python", "MySQL"),
    (Python, "aiomysql", "MySQL"),
    (Npm, "mysql2", "MySQL"),
    (Npm, "mysql", "MySQL"),
    (Npm, "@mikro-orm/mysql", "MySQL"),
    (Npm, "@mikro-orm/mariadb", "MySQL"),
    (Go, "github.com/go-sql-driver/mysql", "MySQL"),
    (Go, "gorm.io/driver/mysql", "MySQL"),
    (Jvm, "com.mysql:*", "MySQL"),
    (Jvm, "mysql:*", "MySQL"),
    (Jvm, "com.h2database:*", "H2"),
    (Jvm, "org.mariadb.jdbc:*", "MySQL"),
    (Jvm, "io.quarkus:quarkus-jdbc-mysql", "MySQL"),
    (Jvm, "io.quarkus:quarkus-jdbc-mariadb", "MySQL"),
    (Jvm, "io.quarkus:quarkus-jdbc-h2", "H2"),
    (Ruby, "mysql2", "MySQL"),
    (Nuget, "pomelo.entityframeworkcore.mysql*", "MySQL"),
    (Nuget, "mysql.*", "MySQL"),
    (Nuget, "mysqlconnector*", "MySQL"),
];

/// Crates that talk to MySQL if a feature says so.
const OF_RUST: &[(Ecosystem, &str, &str)] =
    &[(Cargo, "sqlx", "MySQL"), (Cargo, "diesel", "MySQL"), (Cargo, "sea-orm", "MySQL")];

/// Mappers that index foreign keys by themselves.
const INDEXING: &[(Ecosystem, &str, &str)] = &[
    (Python, "django", "Django"),
    (Php, "doctrine/orm", "Doctrine"),
    (Nuget, "microsoft.entityframeworkcore*", "Entity Framework Core"),
    (Nuget, "entityframework", "Entity Framework"),
];

/// Where one of these is there, too, it can't be told which database keeps the tables.
const POSTGRESQL: &[(Ecosystem, &str, &str)] = &[
    (Python, "psycopg*", "PostgreSQL"),
    (Python, "asyncpg", "PostgreSQL"),
    (Npm, "pg", "PostgreSQL"),
    (Npm, "postgres", "PostgreSQL"),
    (Npm, "@mikro-orm/postgresql", "PostgreSQL"),
    (Go, "github.com/go-pg/pg*", "PostgreSQL"),
    (Go, "github.com/uptrace/bun/driver/pgdriver", "PostgreSQL"),
    (Go, "github.com/jackc/pgx*", "PostgreSQL"),
    (Go, "github.com/lib/pq", "PostgreSQL"),
    (Go, "gorm.io/driver/postgres", "PostgreSQL"),
    (Jvm, "org.postgresql:*", "PostgreSQL"),
    (Jvm, "io.quarkus:quarkus-jdbc-postgresql", "PostgreSQL"),
    (Jvm, "com.microsoft.sqlserver:*", "SQL Server"),
    (Jvm, "com.oracle.database*", "Oracle"),
    (Ruby, "pg", "PostgreSQL"),
];

type Package<'a> = (&'a Dependency, &'a &'a str);

pub(in crate::areas) fn relational(repo: &Snapshot) -> Option<Package<'_>> {
    marks::package(repo, RELATIONAL)
}

/// A mapper, which declares tables in a form of its own.
pub(super) fn mapper(repo: &Snapshot) -> Option<Package<'_>> {
    marks::package(repo, MAPPERS)
}

/// Whether the program talks to a database.
pub(super) fn is_used(repo: &Snapshot) -> bool {
    relational(repo).or_else(|| marks::package(repo, DOCUMENTS)).or_else(|| marks::package(repo, MAPPERS)).is_some()
}

/// What indexes foreign keys without being asked.
pub(super) fn indexes_by_itself(repo: &Snapshot) -> Option<Package<'_>> {
    marks::package(repo, INDEXING)
        .or_else(|| marks::package(repo, OF_RUST).filter(|(dependency, _)| takes_mysql_alone(repo, dependency)))
        .or_else(|| marks::package(repo, MYSQL).filter(|_| marks::package(repo, POSTGRESQL).is_none()))
}

/// Whether Entity Framework makes the tables, by its migrations or when the program starts, or MySQL their indexes.
pub(super) fn indexes_by_ef(repo: &Snapshot) -> bool {
    let made_by = [": Migration", "ModelSnapshot", "EnsureCreated", ".Migrate("];
    let sources = repo.tree().files().iter().filter(|file| file.path.ends_with(".cs") && !file.vendored);
    marks::package(repo, MYSQL).is_some()
        || sources.filter_map(|file| file.text()).any(|text| made_by.iter().any(|mark| text.contains(mark)))
}

/// Where a migration of Entity Framework links tables, each link with an index beside it.
pub(super) fn links_of_ef(repo: &Snapshot) -> Option<Place> {
    let sources = repo.tree().files().iter().filter(|file| file.path.ends_with(".cs") && !file.vendored);
    let mut found = sources.filter(|file| !is_aside(&file.path)).filter_map(|file| Some((file, file.text()?)));
    found.find_map(|(file, text)| {
        let links = |line: &str| line.contains("table.ForeignKey(") || line.contains(".AddForeignKey(");
        let line = text.lines().position(links).filter(|_| text.contains(": Migration"))? as u32 + 1;
        Some(Place::lines(repo.head(), file.path.as_str(), line, line))
    })
}

/// Whether the features of a crate name MySQL, and no other server.
fn takes_mysql_alone(repo: &Snapshot, dependency: &Dependency) -> bool {
    const LONGEST: usize = 15;
    let text = repo.text(&dependency.path).unwrap_or_default();
    let is_entry =
        |line: &&str| line.strip_prefix(&*dependency.name).is_some_and(|rest| rest.trim_start().starts_with('='));
    let lines: Vec<&str> = text.lines().skip_while(|line| !is_entry(line)).take(LONGEST).collect();
    // A list of features may go over lines, up to the bracket that ends it.
    let end = lines.iter().position(|line| line.contains(']') || !line.contains('[') && line.trim().is_empty());
    let said = lines[..end.map_or(1, |end| end + 1).min(lines.len())].concat();
    said.contains("mysql") && !said.contains("postgres")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn features_of_crates_say_which_database_it_is() {
        let indexes = |features: &str| {
            let manifest = format!(
                "[package]\nname = \"a\"\n\n[dependencies]\nsqlx = {{ version = \"0.8\", features = {features} }}\n"
            );
            indexes_by_itself(&Fixture::new().file("Cargo.toml", &manifest).snapshot()).is_some()
        };
        assert!(indexes(r#"["mysql", "macros"]"#));
        assert!(indexes("[\n  \"macros\",\n  \"mysql\",\n]"));
        assert!(!indexes(r#"["postgres"]"#));
        assert!(!indexes(r#"["mysql", "postgres"]"#));
        let chosen = "[features]\nmysql = [\"diesel/mysql\"]\n\n[dependencies]\ndiesel = { version = \"2\", features = [\"r2d2\"] }\n";
        assert!(indexes_by_itself(&Fixture::new().file("Cargo.toml", chosen).snapshot()).is_none());
    }
}
