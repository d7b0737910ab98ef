use super::*;
use crate::snapshot::fixture::Fixture;

fn tool(path: &str, text: &str) -> Option<(&'static str, String)> {
    let repo = Fixture::new().file(path, text).snapshot();
    detect(&repo).map(|migrator| (migrator.tool, migrator.path))
}

#[test]
fn tools_are_told_by_their_files() {
    assert_eq!(tool("shop/migrations/0001_initial.py", "x"), Some(("django", "shop/migrations".into())));
    assert_eq!(tool("db/migrate/20200101_users.rb", "x"), Some(("rails", "db/migrate".into())));
    let sequel = "Sequel.migration do\nend\n";
    assert_eq!(tool("db/migrations/001_init.rb", sequel), Some(("sequel", "db/migrations".into())));
    assert_eq!(tool("db/migrations/001_init.rb", "x"), None);
    let rel = "package migrations\nfunc MigrateCreateTodos(schema *rel.Schema) {}\n";
    assert_eq!(tool("db/migrations/20200101000000_todos.go", rel), Some(("rel", "db/migrations".into())));
    let ecto = "defmodule A do\n  use Ecto.Migration\nend\n";
    let folder = "priv/repo/migrations";
    assert_eq!(tool("priv/repo/migrations/20210429195442_user.exs", ecto), Some(("ecto", folder.into())));
    assert_eq!(tool("src/main/resources/db/V1__a.sql", "x"), Some(("flyway", "src/main/resources/db".into())));
    assert_eq!(tool("prisma/migrations/1_a/migration.sql", "x"), Some(("prisma", "prisma/migrations".into())));
    assert_eq!(
        tool("migrations/mysql/2018-01-14-171611_tables/up.sql", "x"),
        Some(("diesel", "migrations/mysql".into()))
    );
    assert_eq!(
        tool("DAL/Migrations/202509191506315_Init.cs", "public partial class Init : DbMigration\n"),
        Some(("ef 6", "DAL/Migrations".into()))
    );
    let schema = "# This file is auto-generated from the current state of the database.\nActiveRecord::Schema.define do\n  create_table \"users\" do |t|\n  end\nend\n";
    assert_eq!(tool("db/schema.rb", schema), Some(("schema_only", "db/schema.rb".into())));
    assert_eq!(tool("m/1_a.up.sql", "x"), Some(("golang-migrate", "m".into())));
    assert_eq!(tool("db.go", "db.AutoMigrate(&User{})"), Some(("orm_auto", "db.go".into())));
    assert_eq!(tool("sql/init.sql", "create table a ();"), Some(("init_sql", "sql/init.sql".into())));
    assert_eq!(tool("db.go", "// db.AutoMigrate(&User{})"), None);
    assert_eq!(tool("corpus/a.sql", "create table a ();"), None);
    assert_eq!(tool(".github/workflows/changelog.yml", "name: Change log"), None);
}

#[test]
fn what_only_tests_fill_a_database_with_holds_the_schema() {
    let kind = |path: &str| {
        let repo = Fixture::new()
            .file("src/main/resources/init.sql", "create table a ();")
            .file(path, "builder.addScript(\"init.sql\");\n");
        detect(&repo.snapshot()).map(|found| found.kind)
    };
    assert_eq!(kind("src/test/java/Configurations.java"), Some(Kind::SchemaOnly));
    assert_eq!(kind("deploy/fill.sh"), Some(Kind::InitSql));
}

#[test]
fn a_script_may_make_the_tables_of_an_empty_database() {
    let kind = |text: &str| detect(&Fixture::new().file("db_setup.py", text).snapshot()).map(|found| found.kind);
    let one = "conn.execute('''\n    CREATE TABLE a (b int)\n''')\n";
    assert_eq!(kind(&one.repeat(2)), Some(Kind::SchemaOnly));
    assert_eq!(kind(one), None);
    assert_eq!(kind("print('CREATE TABLE a')\nprint('CREATE TABLE b')\n"), None);
}

#[test]
fn typeorm_writes_migrations_in_javascript_as_well() {
    let text = "const { MigrationInterface, QueryRunner } = require('typeorm');\nmodule.exports = class A {\n  async up(queryRunner) {}\n}\n";
    let tool = |path: &str| detect(&Fixture::new().file(path, text).snapshot()).map(|found| found.tool);
    assert_eq!(tool("db/1657722229322-users.js"), Some("typeorm"));
    assert_eq!(tool("db/users.js"), None);
}

#[test]
fn a_schema_that_a_container_mounts_is_applied() {
    let kind = |volume: &str| {
        let repo = Fixture::new()
            .file("core/schema.sql", "CREATE TABLE a (b int);\n")
            .file("compose.yml", &format!("services:\n  db:\n    image: mysql:8\n    volumes:\n      - {volume}\n"));
        detect(&repo.snapshot()).map(|migrator| migrator.kind)
    };
    assert_eq!(kind("./core/schema.sql:/docker-entrypoint-initdb.d/1.sql"), Some(Kind::InitSql));
    assert_eq!(kind("./core:/srv"), Some(Kind::SchemaOnly));
}

#[test]
fn a_program_may_have_migrations_of_its_own() {
    let file = "package migrations\nconst change = `ALTER TABLE lists ADD COLUMN note TEXT`\n";
    let one = Fixture::new().file("internal/migrations/v0.4.0.go", file);
    assert!(detect(&one.snapshot()).is_none());
    let two = Fixture::new().file("internal/migrations/v0.4.0.go", file).file("internal/migrations/v0.5.0.go", file);
    let found = detect(&two.snapshot()).expect("two files");
    assert_eq!((found.kind, found.path.as_str(), found.count), (Kind::Tool, "internal/migrations", 2));
}

#[test]
fn gorm_fits_tables_within_migrations_of_gormigrate() {
    let list = "package migrations\nfunc List() []*gormigrate.Migration { return []*gormigrate.Migration{{ID: \"1\", Migrate: m1.Migrate}} }\n";
    let step = "package m1\nfunc Migrate(tx *gorm.DB) error { return tx.AutoMigrate(&User{}) }\n";
    let repo = Fixture::new().file("db/internal/m1/m1.go", step).file("db/migrations/list.go", list).snapshot();
    let found = detect(&repo).expect("migrations");
    assert_eq!((found.kind, found.tool, found.path.as_str()), (Kind::Tool, "gormigrate", "db/migrations"));
    let alone = Fixture::new().file("db/internal/m1/m1.go", step).snapshot();
    assert_eq!(detect(&alone).map(|migrator| migrator.kind), Some(Kind::OrmAuto));
}

#[test]
fn gorm_fits_tables_within_numbered_files_of_the_programs_own() {
    let step =
        "package migrations\nfunc init() { add(1, func(db *gorm.DB) error { return db.AutoMigrate(&User{}) }) }\n";
    let two = Fixture::new().file("migrations/0001_users.go", step).file("migrations/0002_posts.go", step);
    assert_eq!(detect(&two.snapshot()).map(|migrator| migrator.kind), Some(Kind::Tool));
    let one = Fixture::new().file("migrations/migrate.go", step).file("migrations/run.go", step);
    assert_eq!(detect(&one.snapshot()).map(|migrator| migrator.kind), Some(Kind::OrmAuto));
}

#[test]
fn ent_and_the_first_doctrine_are_known() {
    assert_eq!(
        tool("db.go", "err := client.Schema.Create(\n\tctx,\n\tmigrate.WithDropIndex(true),\n)\n"),
        Some(("orm_auto", "db.go".into()))
    );
    assert_eq!(tool("Tables.java", "builder.Schema.Create(name);\n"), None);
    let first = "<?php class Version1 extends Doctrine_Migration_Base { public function up() {} }\n";
    assert_eq!(
        tool("lib/migration/doctrine/1_version1.php", first),
        Some(("doctrine", "lib/migration/doctrine".into()))
    );
    assert_eq!(tool("lib/model/Version1.php", "<?php class Version1 extends Doctrine_Record {}\n"), None);
}

#[test]
fn names_like_those_of_flyway_need_flyway() {
    let sql = "CREATE TABLE pears (id int);\n";
    assert_eq!(tool("sql/V1__Initial_tables.sql", sql), Some(("init_sql", "sql/V1__Initial_tables.sql".into())));
    assert_eq!(tool("migrations/V1__tables.sql", sql), Some(("sql", "migrations".into())));
    let with = |path: &str, text: &str| {
        let repo = Fixture::new().file("sql/V1__Initial_tables.sql", sql).file(path, text).snapshot();
        detect(&repo).map(|migrator| migrator.tool)
    };
    assert_eq!(with("compose.yml", "services:\n  a:\n    image: flyway/flyway:10\n"), Some("flyway"));
    assert_eq!(with("compose.yml", "services:\n  a:\n    image: postgres:16\n"), Some("init_sql"));
}

#[test]
fn migrations_of_ef_core_may_have_any_name() {
    let first = "public partial class First : Migration\n{\n    protected override void Up(MigrationBuilder migrationBuilder) {}\n}\n";
    assert_eq!(tool("Data/Migrations/20230604_First.cs", first), Some(("ef core", "Data/Migrations".into())));
    assert_eq!(tool("Data/First.cs", "public class First { void Up(Builder builder) {} }\n"), None);
}

#[test]
fn a_mapper_that_makes_the_tables_overtakes_migrations_that_make_none() {
    let of = |change: &str| {
        let migration = format!("class A implements MigrationInterface {{ up(q) {{ q.query(`{change}`); }} }}\n");
        let repo = Fixture::new()
            .file("src/migrations/1-a.ts", &migration)
            .file("src/orm.ts", "export const orm = {\n  synchronize: true,\n};\n");
        detect(&repo.snapshot()).map(|migrator| migrator.kind)
    };
    assert_eq!(of("ALTER TABLE a RENAME TO b"), Some(Kind::OrmAuto));
    assert_eq!(of("CREATE TABLE a (b int)"), Some(Kind::Tool));
}

#[test]
fn a_program_may_make_its_tables_by_sql_of_its_own() {
    let start = "package db\nvar tables = []string{\n\t`CREATE TABLE IF NOT EXISTS pears (id INT)`,\n}\n";
    let alone = Fixture::new().file("db/start.go", start);
    let found = detect(&alone.snapshot()).expect("a schema");
    assert_eq!((found.kind, found.path.as_str(), found.tool), (Kind::Statements, "db/start.go", "orm_auto"));
    let beside = Fixture::new().file("db/start.go", start).file("old/schema.sql", "CREATE TABLE pears (id INT);\n");
    assert_eq!(detect(&beside.snapshot()).map(|migrator| migrator.kind), Some(Kind::Statements));
    assert!(tool("db/start.go", "package db\n// CREATE TABLE IF NOT EXISTS pears\n").is_none());
    assert!(tool("db/start_test.go", start).is_none());
}

#[test]
fn a_schema_that_the_program_takes_fills_an_empty_database() {
    let of = |path: &str, code: &str| {
        let repo = Fixture::new().file("db/schema.sql", "CREATE TABLE pears (id int);\n").file(path, code);
        detect(&repo.snapshot()).map(|migrator| migrator.kind)
    };
    assert_eq!(of("db/db.go", "package db\n//go:embed schema.sql\nvar Schema string\n"), Some(Kind::InitSql));
    assert_eq!(of("src/main.rs", "const S: &str = include_str!(\"../db/schema.sql\");\n"), Some(Kind::InitSql));
    let java = "class A { void f() { run(new ClassPathResource(\"schema.sql\")); } }\n";
    assert_eq!(of("src/main/java/A.java", java), Some(Kind::InitSql));
    assert_eq!(of("src/main.rs", "// \"db/schema.sql\" has the tables\n"), Some(Kind::SchemaOnly));
    assert_eq!(of("src/main.rs", "let other = \"old_schema.sql\";\n"), Some(Kind::SchemaOnly));
}

#[test]
fn a_database_that_is_forgotten_has_no_schema() {
    let project = |packages: &str| {
        let project = format!(
            "<Project><ItemGroup><PackageReference Include=\"Microsoft.EntityFrameworkCore.InMemory\" Version=\"8\" />{packages}</ItemGroup></Project>\n"
        );
        let repo = Fixture::new()
            .file("A.csproj", &project)
            .file("Data.cs", "class A { void F() { db.Database.EnsureCreated(); } }\n");
        detect(&repo.snapshot()).map(|migrator| migrator.kind)
    };
    assert_eq!(project(""), None);
    let server = "<PackageReference Include=\"Microsoft.EntityFrameworkCore.SqlServer\" Version=\"8\" />";
    assert_eq!(project(server), Some(Kind::Created));
}

#[test]
fn tools_of_node_and_php_by_what_their_files_hold() {
    let up = "exports.up = function (db) {\n  return db.runSql('create table a ()');\n};\n";
    assert_eq!(tool("migrations/20220918225738-shop.js", up), Some(("db-migrate", "migrations".into())));
    assert_eq!(tool("migrations/20220918225738-shop.js", "seed();\n"), None);
    let pgm = "exports.up = (pgm) => {\n  pgm.createTable('a', {});\n};\n";
    assert_eq!(tool("migrations/1700000000000_shop.js", pgm), Some(("node-pg-migrate", "migrations".into())));
    let php = "<?php\nclass AddItem extends Migration { public function up() {} }\n";
    let folder = "app/Database/Migrations";
    assert_eq!(
        tool("app/Database/Migrations/2022-04-19-154643_AddItem.php", php),
        Some(("codeigniter", folder.into()))
    );
}

#[test]
fn a_template_of_a_tool_without_a_version_gives_way_to_versions_of_another() {
    let template = "${imports}\ndown_revision = ${down}\n";
    let repo = Fixture::new().file("alembic/script.py.mako", template);
    assert_eq!(detect(&repo.snapshot()).map(|found| found.tool), Some("alembic"));
    let repo = Fixture::new().file("alembic/script.py.mako", template).file("shop/migrations/0001_initial.py", "x");
    assert_eq!(detect(&repo.snapshot()).map(|found| found.tool), Some("django"));
}

#[test]
fn what_only_tests_have_makes_no_table_of_the_program() {
    assert_eq!(tool("data/src/it/resources/db/migration/V1__a.sql", "create table a ();"), None);
    let helper = "package store\nimport (\n\t\"testing\"\n)\nfunc Open(t *testing.T) { db.AutoMigrate(&Item{}) }\n";
    assert_eq!(tool("store/container.go", helper), None);
    let repo = Fixture::new().file("store/container.go", helper).file("store/DDL.sql", "CREATE TABLE a (b int);\n");
    assert_eq!(detect(&repo.snapshot()).map(|found| found.kind), Some(Kind::SchemaOnly));
}

#[test]
fn a_file_that_a_container_mounts_comes_before_a_schema_that_nothing_pushes() {
    let with = |package: &str| {
        let repo = Fixture::new()
            .file("prisma/schema.prisma", "datasource db {\n  provider = \"mysql\"\n}\nmodel Item {\n  id Int @id\n}\n")
            .file("ops/init.sql", "CREATE TABLE item (id int);\n")
            .file(
                "ops/compose.yml",
                "services:\n  db:\n    volumes:\n      - ./init.sql:/docker-entrypoint-initdb.d/init.sql\n",
            )
            .file("package.json", package);
        detect(&repo.snapshot()).map(|found| found.kind)
    };
    assert_eq!(with("{}"), Some(Kind::InitSql));
    assert_eq!(with(r#"{"scripts": {"db": "prisma db push"}}"#), Some(Kind::SchemaOnly));
}

#[test]
fn a_file_of_sql_that_nothing_names_is_a_schema_alone() {
    let kind = |compose: &str| {
        let repo =
            Fixture::new().file("database/shop.sql", "CREATE TABLE item (id int);\n").file("compose.yml", compose);
        detect(&repo.snapshot()).map(|found| found.kind)
    };
    assert_eq!(kind("services:\n  db:\n    image: postgres\n"), Some(Kind::SchemaOnly));
    let mounts = "services:\n  db:\n    volumes:\n      - ./database/shop.sql:/docker-entrypoint-initdb.d/1.sql\n";
    assert_eq!(kind(mounts), Some(Kind::InitSql));
}
