use super::*;
use crate::snapshot::fixture::Fixture;

const PRISMA: (&str, &str) = ("prisma/migrations/1_users/migration.sql", "CREATE TABLE users (id int);\n");

/// Whether nothing applies the migrations of a program of Node with these files.
fn is_left_out(readme: &str, files: &[(&str, &str)]) -> bool {
    let repo = Fixture::new()
        .file(PRISMA.0, PRISMA.1)
        .file("app.js", "require('express')().listen(3000)\n")
        .file("README.md", readme);
    left_out(&files.iter().fold(repo, |repo, (path, text)| repo.file(path, text)).snapshot()).is_some()
}

fn package(scripts: &str) -> String {
    format!(r#"{{"name": "shop", "scripts": {{{scripts}}}, "dependencies": {{"express": "4"}}}}"#)
}

const STARTED: &str = "# Shop\n\n```sh\nnpm install\nnpm start\n```\n";

#[test]
fn a_readme_that_names_no_step_leaves_it_out() {
    let start = package(r#""start": "node app.js""#);
    assert!(is_left_out(STARTED, &[("package.json", &start)]));
    assert!(is_left_out("# Shop\n\n```\nnpx prisma generate\nnpm start\n```\n", &[("package.json", &start)]));
    for said in [
        "```\nnpx prisma migrate deploy\n```",
        "Then run the migrations.",
        "Migrations run automatically at start.",
        "Depois, rode as migrations.",
        "Import the file shop.sql first.",
        "`npx prisma migrate dev` creates the tables",
    ] {
        assert!(!is_left_out(&format!("{STARTED}\n{said}\n"), &[("package.json", &start)]), "{said}");
    }
}

#[test]
fn scripts_and_targets_that_are_called_count() {
    let migrate = r#""db:up": "prisma migrate deploy""#;
    let start = |first: &str| package(&format!("\"start\": \"{first}node app.js\", {migrate}"));
    assert!(is_left_out(STARTED, &[("package.json", &start(""))]));
    assert!(!is_left_out(STARTED, &[("package.json", &start("npm run db:up && "))]));
    let before = package(r#""prestart": "prisma migrate deploy", "start": "node app.js""#);
    assert!(!is_left_out(STARTED, &[("package.json", &before)]));
    let made = "setup: install\n\tnpx prisma migrate deploy\n\nrun: setup\n\tnode app.js\n\nlint:\n\teslint .\n";
    let files = [("package.json", &*start("")), ("Makefile", made)];
    assert!(!is_left_out("# Shop\n\n```\nmake run\n```\n", &files));
    assert!(is_left_out("# Shop\n\n```\nmake lint\nnpm start\n```\n", &files));
    let files = [("package.json", &*start("")), ("bin/setup", "#!/bin/sh\nnpx prisma migrate deploy\n")];
    assert!(!is_left_out("# Shop\n\n```\nbin/setup\nnpm start\n```\n", &files));
    assert!(is_left_out("# Shop\n\n## The setup\n\n```\nnpm install\nnpm start\n```\n", &files));
}

#[test]
fn containers_count_where_they_are_brought_up() {
    let up = "# Shop\n\n```\ndocker compose up\n```\n";
    let compose = ("docker-compose.yml", "services:\n  app:\n    build: .\n");
    let plain = ("Dockerfile", "FROM node:22\nCMD [\"node\", \"app.js\"]\n");
    let entry = ("Dockerfile", "FROM node:22\nENTRYPOINT [\"./docker/entry.sh\"]\n");
    let script = ("docker/entry.sh", "npx prisma migrate deploy\nexec node app.js\n");
    let start = package(r#""start": "node app.js""#);
    let manifest = ("package.json", start.as_str());
    assert!(is_left_out(up, &[manifest, compose, plain]));
    assert!(!is_left_out(up, &[manifest, compose, entry, script]));
    assert!(is_left_out(STARTED, &[manifest, compose, entry, script]));
    let pipeline = (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: npx prisma migrate deploy\n");
    assert!(is_left_out(up, &[manifest, compose, plain, pipeline]));
    let elsewhere = ("docker-compose.yml", "services:\n  app:\n    image: me/shop\n");
    assert!(!is_left_out(up, &[manifest, elsewhere]));
    let made = ("Makefile", "run:\n\tnode app.js\n");
    assert!(is_left_out("# Shop\n\n```\nnpm install\nmake run\n```\n", &[manifest, made]));
    let service = ("docker-compose.yml", "services:\n  app:\n    build: .\n  tables:\n    image: flyway/flyway\n");
    assert!(!is_left_out(up, &[manifest, service, plain]));
    let by_name = ("tables/Dockerfile", "FROM node:22\nENV TOOL /bin/goose\nCMD ${TOOL} postgres \"host=db\" up\n");
    assert!(!is_left_out(up, &[manifest, compose, plain, by_name]));
    let manager =
        ("compose.yaml", "services:\n  app:\n    build: .\n  tables:\n    command: python manage.py db upgrade\n");
    assert!(!is_left_out(up, &[manifest, manager, plain]));
}

#[test]
fn code_that_makes_the_tables_is_enough() {
    let start = package(r#""start": "node app.js""#);
    for (path, text) in [
        ("db.js", "execSync('npx prisma migrate deploy');\n"),
        ("db.ts", "await dataSource.runMigrations();\n"),
        ("db.ts", "new DataSource({ synchronize: true });\n"),
        ("data/shop.sqlite", "SQLite format 3\n"),
    ] {
        assert!(!is_left_out(STARTED, &[("package.json", &start), (path, text)]), "{text}");
    }
    assert!(is_left_out(STARTED, &[("package.json", &start), ("db.ts", "// npx prisma migrate deploy\n")]));
}

#[test]
fn every_tool_that_has_to_be_called_is_known_and_frameworks_that_call_theirs_are_left_alone() {
    let of = |files: &[(&str, &str)]| {
        let repo = files.iter().fold(Fixture::new(), |repo, (path, text)| repo.file(path, text));
        left_out(&repo.file("README.md", "# Shop\n\n```\n./start\n```\n").snapshot()).map(|(found, _)| found.tool)
    };
    let laravel = "<?php return new class extends Migration { };\n";
    assert_eq!(of(&[("database/migrations/2024_01_01_000000_a.php", laravel)]), Some("laravel"));
    assert_eq!(of(&[("shop/migrations/0001_initial.py", "a = 1\n")]), Some("django"));
    assert_eq!(of(&[("db/migrate/20240101000000_a.rb", "a\n")]), Some("rails"));
    let sql = ("migrations/0001_a.up.sql", "CREATE TABLE a (id int);\n");
    let module = ("go.mod", "module shop\n\nrequire github.com/golang-migrate/migrate/v4 v4.1.0\n");
    assert_eq!(of(&[sql, module]), Some("golang-migrate"));
    assert_eq!(of(&[sql, module, ("main.go", "package a\n\n//go:embed migrations\nvar f embed.FS\n")]), None);
    let flyway = ("src/main/resources/db/migration/V1__a.sql", "CREATE TABLE a (id int);\n");
    let gradle = ("build.gradle", "implementation 'org.flywaydb:flyway-core:10'\n");
    assert_eq!(of(&[flyway]), Some("flyway"));
    assert_eq!(of(&[flyway, gradle]), None);
}

#[test]
fn other_ways_to_make_the_tables_are_known_and_an_empty_database_is_none() {
    let of = |command: &str, files: &[(&str, &str)]| {
        let repo = Fixture::new()
            .file("db/migrate/20240101000000_users.rb", "class Users < ActiveRecord::Migration[7.0]\nend\n")
            .file("config/routes.rb", "Rails.application.routes.draw do\nend\n")
            .file("README.md", &format!("# Shop\n\n```\nbundle install\n{command}\nrails s\n```\n"));
        left_out(&files.iter().fold(repo, |repo, (path, text)| repo.file(path, text)).snapshot()).is_some()
    };
    for command in ["rails db:create db:schema:load", "rake db:reset", "bin/setup", "make db", "rails db:prepare"] {
        let setup = ("bin/setup", "#!/usr/bin/env ruby\nsystem! 'bin/rails db:prepare'\n");
        assert!(!of(command, &[setup, ("Makefile", "db:\n\trails db:schema:load\n")]), "{command}");
    }
    for command in
        ["rails db:create", "rails db:seed", "rails generate model user", "psql -U postgres", "createdb shop"]
    {
        assert!(of(command, &[]), "{command}");
    }
}

#[test]
fn a_framework_that_applies_its_own_is_left_alone() {
    let knex = ("database/migrations/1_a.js", "module.exports = { up(knex) {} };\n");
    let with = |dependency: &str| {
        let package = format!(r#"{{"scripts": {{"start": "node a"}}, "dependencies": {{"{dependency}": "4"}}}}"#);
        let repo = Fixture::new().file(knex.0, knex.1).file("package.json", &package).file("README.md", STARTED);
        left_out(&repo.snapshot()).is_some()
    };
    assert!(with("express"));
    assert!(!with("@strapi/strapi"));
    let hasura = Fixture::new().file("hasura/migrations/1_a/up.sql", "CREATE TABLE a (id int);\n");
    assert!(left_out(&hasura.file("README.md", STARTED).snapshot()).is_none());
}
