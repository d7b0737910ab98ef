//! A database that runs as a server of its own, which a set-up neither starts nor mentions.

use std::sync::LazyLock;

use regex::Regex;

use super::Steps;
use super::gaps::Gap;
use crate::areas::tests::is_test_path;
use crate::documents::{Command, Documents, Purpose, pattern};
use crate::environment::Environment;
use crate::snapshot::stack::{Dependency, Ecosystem};
use crate::{Place, Snapshot};

/// Drivers, by how their names begin (behind the group of the JVM), and the server that each one speaks to.
#[rustfmt::skip]
const DRIVERS: &[(Ecosystem, &[&str], &str)] = &[
    (Ecosystem::Jvm, &["postgresql"], "PostgreSQL"),
    (Ecosystem::Jvm, &["mysql-connector", "mariadb-java-client"], "MySQL"),
    (Ecosystem::Jvm, &["ojdbc"], "Oracle"),
    (Ecosystem::Jvm, &["mssql-jdbc"], "SQL Server"),
    (Ecosystem::Npm, &["pg", "pg-promise", "mysql", "mysql2", "mongoose", "mongodb", "tedious"], "database"),
    (Ecosystem::Python, &["psycopg2", "psycopg2-binary", "psycopg", "asyncpg"], "PostgreSQL"),
    (Ecosystem::Python, &["mysqlclient", "pymysql", "aiomysql"], "MySQL"),
    (Ecosystem::Python, &["pymongo", "motor", "mongoengine"], "MongoDB"),
    (Ecosystem::Go, &["github.com/lib/pq", "github.com/jackc/pgx", "gorm.io/driver/postgres"], "PostgreSQL"),
    (Ecosystem::Go, &["github.com/go-sql-driver/mysql", "gorm.io/driver/mysql"], "MySQL"),
    (Ecosystem::Go, &["go.mongodb.org/mongo-driver"], "MongoDB"),
    (Ecosystem::Cargo, &["tokio-postgres", "mysql_async", "mongodb"], "database"),
    (Ecosystem::Nuget, &["npgsql"], "PostgreSQL"),
    (Ecosystem::Nuget, &["pomelo.entityframeworkcore.mysql", "mysql.data"], "MySQL"),
    (Ecosystem::Nuget, &["mongodb.driver"], "MongoDB"),
    (Ecosystem::Ruby, &["pg", "mysql2", "mongoid"], "database"),
];

/// Packages of databases that are files, are part of the program, or are started by it.
const WITHOUT_SERVER: &[&str] = &[
    "sqlite",
    "h2database",
    "com.h2",
    "hsqldb",
    "derby",
    "pg-mem",
    "pglite",
    "memory-server",
    "embedded-postgres",
    "flapdoodle",
    "docker-compose",
    "io.quarkus",
    "aspire.",
    "embedded-database",
];

/// Whatever says that there is a database: who reads it knows what to look for.
static MENTIONED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(databases?|db|dbs|rdbms|dbms|postgre\w*|pg\w*|psql|mysql\w*|maria ?db|mongo\w*|oracle|ms ?sql\w*|sql ?server\w*|supabase|neon|planetscale|atlas",
        r"|datenbank\w*|banco|bancos|bases? de (dados|datos|donn[ée]es)|veritaban\w*|baz\w+ danych)\b",
        r"|баз\w* данн|\bбд\b|数据库|資料庫|データベース|데이터베이스|디비|_DB_|_DATABASE|DATABASE_|\bDB_"
    ))
});

/// An address of a database that is somebody's in the net, or of a file.
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)mongodb\+srv://|jdbc:(h2|sqlite|hsqldb|derby)|\bsqlite",
        r"|(postgres(ql)?|mysql|mariadb|mongodb|sqlserver|oracle:thin):@?//([^\s/@]*@)?[\w-]+(\.[\w-]+)*\.(com|net|io|app|dev|tech|cloud|org)\b"
    ))
});

/// The server that nothing brings up and that no document mentions.
pub(super) fn no_server(steps: &Steps<'_>) -> Option<Gap> {
    let repo = steps.repo;
    let (driver, server) = driver(repo)?;
    let is_started = Documents::of(repo).commands().any(|(_, command)| may_bring_one(command));
    if is_started || is_mentioned(repo) || is_elsewhere(repo) {
        return None;
    }
    let named = if server == "database" { "a database".to_owned() } else { format!("a database ({server})") };
    Some(Gap {
        what: format!("{named}, for which it has the package `{}`, is neither started nor mentioned", driver.name),
        place: Some(Place::lines(repo.head(), driver.path.clone(), driver.line, driver.line)),
        remedy: format!(
            "Say in {} which database has to run and how it is made, or add a compose file that starts one.",
            steps.path()
        ),
    })
}

/// The package by which the program speaks to a database that is a server of its own, and which one that is.
pub(in crate::areas) fn driver(repo: &Snapshot) -> Option<(&Dependency, &'static str)> {
    let all = repo.stack().dependencies();
    let is_without = |other: &&Dependency| WITHOUT_SERVER.iter().any(|name| other.name.contains(name));
    if all.iter().filter(is_without).any(|other| !is_for_tests(repo, other)) {
        return None;
    }
    all.iter().find_map(|dependency| {
        let artifact = match dependency.ecosystem {
            Ecosystem::Jvm => dependency.name.rsplit(':').next().unwrap_or_default(),
            _ => dependency.name.as_str(),
        };
        // A name of the JVM goes on with a version of Java, one of Go and NuGet with the package within.
        let is = |name: &&str| match dependency.ecosystem {
            Ecosystem::Jvm | Ecosystem::Go | Ecosystem::Nuget => artifact.starts_with(*name),
            _ => artifact == *name,
        };
        let (.., server) =
            DRIVERS.iter().find(|(ecosystem, names, _)| *ecosystem == dependency.ecosystem && names.iter().any(is))?;
        let line = repo.text(&dependency.path)?.lines().nth(dependency.line as usize - 1)?;
        // What others bring along, and what only tests ask for.
        let is_own = !line.contains("// indirect") && !is_for_tests(repo, dependency);
        is_own.then_some((dependency, *server))
    })
}

/// Whether only tests ask for it: in a manifest of theirs, or in their scope.
fn is_for_tests(repo: &Snapshot, dependency: &Dependency) -> bool {
    let text = repo.text(&dependency.path).unwrap_or_default();
    let mut lines = text.lines().skip(dependency.line as usize - 1);
    let is_named_so = |line: &str| line.trim_start().to_lowercase().starts_with("test");
    is_test_path(&dependency.path)
        || lines.next().is_some_and(is_named_so)
        || dependency.ecosystem == Ecosystem::Jvm
            && lines.take(6).take_while(|line| !line.contains("</dependency>")).any(|line| line.contains("<scope>test"))
}

/// Whether a command brings up what the project needs, or might.
fn may_bring_one(command: &Command) -> bool {
    const WAYS: &[&str] = &[
        "compose",
        "sail",
        "vagrant",
        "tilt",
        "skaffold",
        "kubectl",
        "helm",
        "minikube",
        "devcontainer",
        "supabase",
        "make ",
        "just ",
        "task ",
        ".sh",
        "bin/setup",
        "nix",
        "docker start",
    ];
    command.is(Purpose::Auxiliary) || WAYS.iter().any(|way| command.text.contains(way))
}

fn is_mentioned(repo: &Snapshot) -> bool {
    let texts = || Documents::of(repo).all().iter().filter_map(|document| repo.text(&document.path));
    let by_variable =
        || Environment::of(repo).documented().any(|variable| MENTIONED.is_match(&variable.name.replace('_', " ")));
    texts().any(|text| MENTIONED.is_match(text)) || by_variable()
}

/// Whether it is reached elsewhere, or may do without.
fn is_elsewhere(repo: &Snapshot) -> bool {
    let is_document = |path: &str| path.ends_with(".md") || path.ends_with(".lock");
    let is_of_program = |path: &str| !is_document(path) && !is_test_path(path);
    repo.tree().own_texts().any(|(file, text)| is_of_program(&file.path) && ELSEWHERE.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::super::examine;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    const GRADLE: &str = "dependencies {\n    implementation 'org.springframework.boot:spring-boot-starter-web'\n    runtimeOnly 'org.postgresql:postgresql'\n}\n";

    fn outcome(readme: &str, files: &[(&str, &str)]) -> (Outcome, String) {
        let repo = Fixture::new()
            .file("build.gradle", GRADLE)
            .file(
                "src/main/java/A.java",
                "@RestController class A { @GetMapping(\"/a\") String a() { return \"\"; } }\n",
            )
            .file("README.md", readme);
        let repo = files.iter().fold(repo, |repo, (path, text)| repo.file(path, text));
        let finding = examine(&repo.snapshot());
        (finding.outcome(), finding.summary().to_owned())
    }

    #[test]
    fn a_server_that_nothing_starts_or_mentions_is_a_step_that_is_left_out() {
        let (found, summary) = outcome("# Shop\n\n    gradle bootRun\n", &[]);
        assert_eq!(found, Outcome::Partly, "{summary}");
        assert!(summary.contains("a database (PostgreSQL), for which it has the package"), "{summary}");
    }

    #[test]
    fn whoever_is_told_of_it_or_gets_it_started_misses_nothing() {
        let plain = "# Shop\n\n    gradle bootRun\n";
        for readme in [
            "# Shop\n\nIt wants PostgreSQL.\n\n    gradle bootRun\n",
            "# Shop\n\nMake a database first.\n\n    gradle bootRun\n",
            "# Shop\n\nCrie o banco.\n\n    gradle bootRun\n",
            "# Shop\n\n    make services\n    gradle bootRun\n",
        ] {
            let compose = ("Makefile", "services:\n\tdocker compose up -d\n");
            let services = ("docker-compose.yml", "services:\n  a:\n    image: postgres:16\n");
            assert_eq!(outcome(readme, &[compose, services]).0, Outcome::Met, "{readme}");
        }
        let settings = "src/main/resources/application.properties";
        for url in ["jdbc:h2:mem:a", "jdbc:postgresql://db.example.com:5432/a"] {
            assert_eq!(
                outcome(plain, &[(settings, &format!("spring.datasource.url={url}\n"))]).0,
                Outcome::Met,
                "{url}"
            );
        }
        for test in ["src/test/resources/application.properties", "it.tests/application.properties"] {
            assert_eq!(outcome(plain, &[(test, "spring.datasource.url=jdbc:h2:mem:a\n")]).0, Outcome::Partly, "{test}");
        }
        let scoped = |scope: &str| {
            let dependency = format!(
                "<dependencies>\n<dependency>\n<groupId>com.h2database</groupId>\n<artifactId>h2</artifactId>\n<scope>{scope}</scope>\n</dependency>\n</dependencies>"
            );
            outcome(plain, &[("pom.xml", &format!("<project>\n{dependency}\n</project>\n"))]).0
        };
        assert_eq!((scoped("test"), scoped("runtime")), (Outcome::Partly, Outcome::Met));
        let local = "spring.datasource.url=jdbc:postgresql://localhost:5432/shop.example.com\n";
        assert_eq!(outcome(plain, &[(settings, local)]).0, Outcome::Partly);
    }
}
