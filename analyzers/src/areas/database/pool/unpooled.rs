//! Sources of connections that a program sets up itself, and that open a new one each time they are asked.

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use crate::areas::security::marks;
use crate::paths::is_aside;
use crate::{Place, Snapshot};

/// Spring's, which take the place of what Spring Boot would set up, and Exposed's where it is given an address.
static OPENS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?:\bnew|[=(:])\s+(?:DriverManagerDataSource|SimpleDriverDataSource)\(",
        r#"|\bDatabase\.connect\(\s*(?:url\s*=|"jdbc:|[\w.]*[uU]rl\s*[,)])"#
    ))
});

/// What pools elsewhere in the program, without a rule's knowing.
const POOLS: &[&str] = &["DataSourceBuilder", "LazyConnectionDataSourceProxy"];

/// Where such a source is, if the program has no other.
pub(super) fn find(repo: &Snapshot) -> Option<Place> {
    let sources: Vec<_> = (repo.tree().own_texts())
        .filter(|(file, _)| file.path.ends_with(".java") || file.path.ends_with(".kt"))
        .filter(|(file, _)| !is_aside(&file.path) && !marks::is_for_operators(&file.path))
        .collect();
    if sources.iter().any(|(_, text)| POOLS.iter().any(|pool| text.contains(pool))) {
        return None;
    }
    sources
        .into_iter()
        .filter(|(_, text)| {
            text.contains("DriverDataSource(")
                || text.contains("DriverManagerDataSource(")
                || text.contains("Database.connect(")
        })
        .find_map(|(file, text)| {
            let is_code = |at: usize| {
                let line = text[..at].rsplit('\n').next().unwrap_or_default().trim_start();
                !line.starts_with("//") && !line.starts_with('*')
            };
            let at = OPENS.find_iter(text).map(|found| found.start()).find(|at| is_code(*at))?;
            let line = 1 + text[..at].matches('\n').count() as u32;
            Some(Place::lines(repo.head(), file.path.as_str(), line, line))
        })
}

#[cfg(test)]
mod tests {
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_source_of_ones_own_that_opens_anew_is_no_pool() {
        let pom = |name: &str| {
            format!(
                "<project><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-data-jpa</artifactId></dependency><dependency><groupId>{name}</groupId><artifactId>postgresql</artifactId></dependency></dependencies></project>"
            )
        };
        let of = |body: &str| {
            let class = format!("class Config {{\n  @Bean DataSource source() {{\n    {body}\n  }}\n}}\n");
            let repo = Fixture::new().file("pom.xml", &pom("org.postgresql")).file("src/main/java/Config.java", &class);
            super::super::finding(&repo.snapshot()).outcome()
        };
        assert_eq!(of("return new DriverManagerDataSource(url);"), Outcome::NotMet);
        assert_eq!(of("// new DriverManagerDataSource(url)"), Outcome::Met);
        assert_eq!(of("return new HikariDataSource(new DriverManagerDataSource(url));"), Outcome::Met);
        assert_eq!(of("new DriverManagerDataSource(url); return DataSourceBuilder.create().build();"), Outcome::Met);
    }

    #[test]
    fn exposed_opens_a_connection_for_each_transaction_unless_it_is_given_a_pool() {
        let build = "dependencies {\n  implementation(\"com.zaxxer:HikariCP:5.1.0\")\n  implementation(\"org.postgresql:postgresql:42\")\n  implementation(\"org.jetbrains.exposed:exposed-core:0.50\")\n}\n";
        let of = |call: &str| {
            let module = format!("val data = module {{\n  single {{ {call} }}\n}}\n");
            let repo = Fixture::new().file("build.gradle.kts", build).file("src/main/kotlin/Data.kt", &module);
            super::super::finding(&repo.snapshot()).outcome()
        };
        assert_eq!(of("Database.connect(url = config.url, user = config.user)"), Outcome::NotMet);
        assert_eq!(of("Database.connect(config.url, config.driver)"), Outcome::NotMet);
        assert_eq!(of("Database.connect(HikariDataSource(config))"), Outcome::Met);
        assert_eq!(of("Database.connect(source)"), Outcome::NotAssessable, "what is only asked for pools nothing");
    }
}
