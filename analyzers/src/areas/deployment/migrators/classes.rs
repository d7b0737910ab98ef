//! Mappers that make the tables from the program's classes, or fit them to those.

use std::sync::LazyLock;

use crate::code::pattern;
use crate::paths;
use aho_corasick::AhoCorasick;
use regex::Regex;

use super::{Kind, Migrator, is_aside, is_of_tests};
use crate::{Place, Snapshot};

/// Calls and settings that fit the tables to the classes when the program starts.
const FITS_TABLES: &[&str] = &[
    ".AutoMigrate(",
    ".sync({ alter",
    ".sync({alter",
    "synchronize: true",
    "\"synchronize\": true",
    "ddl-auto: update",
    "ddl-auto=update",
    "hbm2ddl.auto=update",
    "database.generation=update",
    "SchemaUtils.createMissingTablesAndColumns(",
    // Ent's.
    "lient.Schema.Create(",
    ".Schema.Create(ctx",
    "DataMapper.auto_upgrade!",
    "DataMapper.auto_migrate!",
];

/// The variable by which TypeORM is told to do so.
const SYNCHRONIZE: &str = "TYPEORM_SYNCHRONIZE";

/// Calls and settings that make the tables that are missing, and never change one.
const MAKES_TABLES: &[&str] = &[
    ".EnsureCreated(",
    ".EnsureCreatedAsync(",
    "create_all(",
    "create_table_from_entity(",
    "sequelize.sync(",
    ".sync({ force",
    ".sync({force",
    "ddl-auto: create",
    "ddl-auto=create",
    "SchemaUtils.create(",
    "generate_schemas(",
    "db.create_tables(",
    ".create_schema_all(",
    "database.generation=drop-and-create",
    // Sequel's, outside of migrations.
    ".create_table? ",
    ".create_table?(",
    "DB.create_table ",
    "DB.create_table(",
];

/// Where the tables are fitted to the classes when the program starts.
pub(super) fn fitted(repo: &Snapshot) -> Option<Migrator> {
    from_classes(repo, FITS_TABLES, Kind::OrmAuto)
}

/// Where tables that are missing are made from the classes.
pub(super) fn made(repo: &Snapshot) -> Option<Migrator> {
    from_classes(repo, MAKES_TABLES, Kind::Created)
}

/// Whether the program makes its tables when it starts, whatever migrations there are.
pub(in crate::areas::deployment) fn makes_tables(repo: &Snapshot) -> bool {
    fitted(repo).or_else(|| made(repo)).is_some()
}

/// Where the first of `calls` stands that does as `kind` says.
fn from_classes(repo: &Snapshot, calls: &[&str], kind: Kind) -> Option<Migrator> {
    // Read line by line only where one of them stands.
    let marks = calls.iter().chain(&["ddl-auto", "synchronize:", SYNCHRONIZE]);
    let marks = AhoCorasick::new(marks).expect("a few short texts");
    repo.tree().own_texts().filter(|(file, _)| !is_aside(&file.path) && is_code_or_settings(repo, &file.path)).find_map(
        |(file, text)| {
            if !marks.is_match(text) || is_of_tests(&file.path, text) {
                return None;
            }
            let line = text.lines().position(|line| {
                let code = line.trim_start();
                !code.starts_with(['#', '/', '*'])
                    && (calls.iter().any(|call| code.contains(call)) || decides(repo, code, kind))
            })? as u32
                + 1;
            Some(Migrator {
                kind,
                tool: kind.name(),
                path: file.path.clone(),
                count: 1,
                place: Place::lines(repo.head(), file.path.as_str(), line, line),
            })
        },
    )
}

/// Settings that the environment decides: TypeORM's `synchronize: mode !== "production"`, `ddl-auto: ${MODE:update}`.
fn decides(repo: &Snapshot, line: &str, kind: Kind) -> bool {
    let default = line.split_once("ddl-auto").and_then(|(_, value)| {
        let value = value.trim_start_matches([':', '=', ' ', '"']).strip_prefix("${")?;
        Some(value.split_once('}')?.0.split_once(':')?.1)
    });
    match kind {
        Kind::OrmAuto => default == Some("update") || is_synchronized(repo, line) || is_switched_on(line),
        Kind::Created => default.is_some_and(|default| default.starts_with("create")),
        _ => false,
    }
}

fn is_synchronized(repo: &Snapshot, line: &str) -> bool {
    let value = line.strip_prefix("synchronize:").map(str::trim_start);
    value.is_some_and(|value| {
        ["env", "process.", "config", "!"].iter().any(|start| value.starts_with(start)) && !is_left_off(repo, value)
    })
}

/// `TYPEORM_SYNCHRONIZE = true` in `.env`, `TYPEORM_SYNCHRONIZE: "true"` in a compose file.
fn is_switched_on(line: &str) -> bool {
    let value = line.trim_start_matches(['-', ' ', '"']).strip_prefix(SYNCHRONIZE).map(str::trim_start);
    value.and_then(|value| value.strip_prefix(['=', ':'])).is_some_and(|value| {
        value.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).eq_ignore_ascii_case("true")
    })
}

/// Whether a variable has to be set for something to happen, `process.env.DB_SYNC === 'true'`, and no settings that are
/// kept set it.
fn is_left_off(repo: &Snapshot, value: &str) -> bool {
    static ASKED: LazyLock<Regex> = LazyLock::new(|| pattern(r#"^process\.env\.(\w+)\s*={2,3}\s*['"](?:true|1)['"]"#));
    let Some(name) = ASKED.captures(value).and_then(|found| found.get(1)) else { return false };
    let sets = |line: &str| {
        let given = line.split_once(name.as_str()).map(|(_, rest)| rest.trim_start());
        !line.trim_start().starts_with('#')
            && given.filter(|given| !given.starts_with("==")).is_some_and(|given| {
                let given = given.trim_start_matches(['=', ':', ' ', '"', '\'']);
                given.starts_with("true") || given.starts_with('1')
            })
    };
    let mut settings = repo.tree().own_texts().filter(|(_, text)| text.contains(name.as_str()));
    !settings.any(|(_, text)| text.lines().any(sets))
}

fn is_code_or_settings(repo: &Snapshot, path: &str) -> bool {
    // A template speaks for settings that are not in the repository.
    let template = [".example", ".sample", ".dist", ".template"].iter().find_map(|end| path.strip_suffix(end));
    let path = template.filter(|real| repo.tree().get(real).is_none()).unwrap_or(path);
    crate::code::Language::of(path).is_some()
        || matches!(paths::name(path), ".env" | "ormconfig.env")
        || [".yml", ".yaml", ".properties", ".json"].iter().any(|extension| path.ends_with(extension))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::areas::deployment::migrators::detect;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn making_missing_tables_is_the_mappers_own_way() {
        let kind = |path: &str, text: &str| {
            detect(&Fixture::new().file(path, text).snapshot()).map(|migrator| migrator.kind.name())
        };
        assert_eq!(kind("models.py", "Base.metadata.create_all(bind=engine)\n"), Some("orm_auto"));
        assert_eq!(kind("models/link.rb", "DB.create_table? :links do\n  primary_key :id\nend\n"), Some("orm_auto"));
        assert_eq!(kind("models/link.rb", "create_table(:links) { primary_key :id }\n"), None);
        assert_eq!(kind("src/db.rs", "schema.create_table_from_entity(user::Entity);\n"), Some("orm_auto"));
        assert_eq!(kind("Program.cs", "context.Database.EnsureCreated();\n"), Some("orm_auto"));
        assert_eq!(kind("db.go", "db.AutoMigrate(&User{})"), Some("orm_auto"));
        assert_eq!(kind("db/schema.sql", "CREATE TABLE a ();"), Some("schema_only"));
        assert_eq!(kind("m/1_a.up.sql", "x"), Some("tool"));
    }

    #[test]
    fn a_template_speaks_for_settings_that_are_missing() {
        let template =
            ("src/main/resources/application.properties.example", "spring.jpa.hibernate.ddl-auto=create-drop\n");
        let alone = Fixture::new().file(template.0, template.1);
        assert_eq!(detect(&alone.snapshot()).map(|migrator| migrator.kind), Some(Kind::Created));
        let beside =
            Fixture::new().file(template.0, template.1).file("src/main/resources/application.properties", "a=b\n");
        assert!(detect(&beside.snapshot()).is_none());
    }

    #[test]
    fn a_variable_of_the_mapper_may_have_the_tables_fitted() {
        let kind =
            |path: &str, text: &str| detect(&Fixture::new().file(path, text).snapshot()).map(|migrator| migrator.kind);
        assert_eq!(kind(".env", "TYPEORM_SYNCHRONIZE = true\n"), Some(Kind::OrmAuto));
        assert_eq!(kind("compose.yml", "    environment:\n      TYPEORM_SYNCHRONIZE: \"true\"\n"), Some(Kind::OrmAuto));
        assert_eq!(kind("compose.yml", "    environment:\n      - TYPEORM_SYNCHRONIZE=true\n"), Some(Kind::OrmAuto));
        assert_eq!(kind(".env", "TYPEORM_SYNCHRONIZE=false\n"), None);
        assert_eq!(kind(".env", "# TYPEORM_SYNCHRONIZE=true\n"), None);
    }

    #[test]
    fn tables_that_only_a_variable_has_fitted_are_left_alone() {
        let of = |switch: &str, settings: &str| {
            let orm = format!("export const orm = {{\n  synchronize: process.env.{switch},\n}};\n");
            let repo = Fixture::new().file("src/orm.ts", &orm).file(".env.example", settings);
            detect(&repo.snapshot()).map(|migrator| migrator.kind)
        };
        assert_eq!(of("DB_SYNC === 'true'", "PORT=1\n"), None);
        assert_eq!(of("DB_SYNC === 'true'", "DB_SYNC=false\n"), None);
        assert_eq!(of("DB_SYNC === 'true'", "DB_SYNC=true\n"), Some(Kind::OrmAuto));
        assert_eq!(of("NODE_ENV !== 'production'", "PORT=1\n"), Some(Kind::OrmAuto));
    }
}
