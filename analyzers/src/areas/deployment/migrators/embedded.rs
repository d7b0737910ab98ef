//! Tables that Spring Boot makes from the entities where it finds nothing but a database within the program.

use super::super::migrations::code;
use super::{Kind, Migrator};
use crate::snapshot::stack::{Dependency, Ecosystem};
use crate::{Place, Snapshot};

const DATABASES: &[&str] = &["com.h2database:h2", "org.hsqldb:hsqldb", "org.apache.derby:derby"];

/// The line that brings the database along, if no settings say where another is or who makes the tables.
pub(super) fn detect(repo: &Snapshot) -> Option<Migrator> {
    let stack = repo.stack();
    let of_jvm = || stack.dependencies().iter().filter(|dependency| dependency.ecosystem == Ecosystem::Jvm);
    if !of_jvm().any(|dependency| dependency.name == "org.springframework.boot:spring-boot-starter-data-jpa")
        || of_jvm().any(|dependency| ["flyway", "liquibase"].iter().any(|tool| dependency.name.contains(tool)))
    {
        return None;
    }
    let database = of_jvm().find(|it| DATABASES.contains(&it.name.as_str()) && !is_for_tests(repo, it))?;
    let is_decided = || {
        let settings = |path: &str| path.contains("src/main/resources/application");
        repo.tree().own_texts().filter(|(file, _)| settings(&file.path)).any(|(_, text)| {
            let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
            lines.map(|line| line.trim_start_matches("spring.datasource.")).any(|line| {
                line.starts_with("url") && line.contains("jdbc:") && !is_in_memory(line)
                    || line.contains("ddl-auto")
                    || line.contains("sql.init")
            })
        })
    };
    let has_entities = || code(repo).any(|(_, text)| text.contains("@Entity"));
    (has_entities() && !is_decided()).then(|| {
        let (kind, path) = (Kind::Embedded, database.path.clone());
        let place = Place::lines(repo.head(), path.as_str(), database.line, database.line);
        Migrator { kind, tool: kind.name(), path, count: 1, place }
    })
}

/// Whether a line names a database that lives in memory, of which Spring Boot makes the tables as of its own.
fn is_in_memory(line: &str) -> bool {
    ["jdbc:h2:mem", "jdbc:hsqldb:mem", "jdbc:derby:memory"].iter().any(|url| line.contains(url))
}

/// Whether only tests have the dependency: by the line of Gradle, by the scope of Maven.
fn is_for_tests(repo: &Snapshot, dependency: &Dependency) -> bool {
    let text = repo.text(&dependency.path).unwrap_or_default();
    let rest = || text.lines().skip(dependency.line.saturating_sub(1) as usize);
    let is_of_gradle = rest().next().is_some_and(|line| line.trim_start().starts_with("test"));
    let mut of_maven = rest().take_while(|line| !line.contains("</dependency>"));
    is_of_gradle || of_maven.any(|line| line.contains("<scope>test</scope>"))
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, detect};
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn spring_makes_the_tables_of_a_database_within_the_program() {
        let kind = |database: &str, settings: &str| {
            let gradle = format!(
                "plugins {{\n    id 'org.springframework.boot' version '3.2.0'\n}}\ndependencies {{\n    implementation 'org.springframework.boot:spring-boot-starter-data-jpa'\n    {database}\n}}\n"
            );
            let repo = Fixture::new()
                .file("build.gradle", &gradle)
                .file("src/main/java/shop/Item.java", "@Entity\nclass Item { @Id Long id; }\n")
                .file("src/main/resources/application.properties", settings);
            detect(&repo.snapshot()).map(|found| (found.kind, found.place.lines))
        };
        let runs = "runtimeOnly 'com.h2database:h2'";
        assert_eq!(kind(runs, "spring.jpa.show-sql=true\n"), Some((Kind::Embedded, Some((6, 6)))));
        let in_memory = "spring.datasource.url=jdbc:h2:mem:shop\n";
        assert_eq!(kind(runs, in_memory), Some((Kind::Embedded, Some((6, 6)))));
        assert_eq!(kind(runs, "spring.datasource.url=jdbc:h2:file:./shop\n"), None);
        assert_eq!(kind("testRuntimeOnly 'com.h2database:h2'", ""), None);
        assert_eq!(kind(runs, "spring.datasource.url=jdbc:postgresql://db/shop\n"), None);
        assert_eq!(kind(runs, "spring.jpa.hibernate.ddl-auto=validate\n"), None);
    }
}
