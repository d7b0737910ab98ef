mod containers;

use super::*;
use crate::Outcome;
use crate::snapshot::fixture::Fixture;

fn node(readme: &str) -> Finding {
    let package = r#"{"name":"shop","scripts":{"start":"node app.js"},"dependencies":{"express":"4"}}"#;
    let repo = Fixture::new()
        .file("app.js", "require('express')().listen(3000)\n")
        .file("package.json", package)
        .file("README.md", readme)
        .snapshot();
    examine(&repo)
}

#[test]
fn both_halves_are_needed() {
    assert_eq!(node("# Shop\n\n```sh\nnpm install\nnpm start\n```\n").outcome(), Outcome::Met);
    assert_eq!(node("# Shop\n\n```sh\nnpm start\n```\n").outcome(), Outcome::Partly);
    assert_eq!(node("# Shop\n\nFirst `npm install`.\n").outcome(), Outcome::Partly);
    assert_eq!(node("# Shop\n\nA shop.\n").outcome(), Outcome::NotMet);
    assert_eq!(node("# Shop\n\n1. npm install\n2. npm start\n").outcome(), Outcome::Met);
}

#[test]
fn a_version_of_a_language_is_no_file_to_run() {
    let repo = Fixture::new()
        .file("app.rb", "require 'sinatra'\nget('/users') { '[]' }\n")
        .file("Gemfile", "source 'https://rubygems.org'\ngem 'sinatra'\n")
        .file("README.md", "# Shop\n\n    ruby 2.6.3\n    bundle install\n    ruby app.rb\n");
    let finding = examine(&repo.snapshot());
    assert_eq!(finding.outcome(), Outcome::Met);
    assert!(!finding.summary().contains("2.6.3"), "{}", finding.summary());
}

#[test]
fn what_a_program_says_of_itself_is_no_file_either() {
    let repo = Fixture::new()
        .file("app.rb", "require 'sinatra'\nget('/users') { '[]' }\n")
        .file("Gemfile", "source 'https://rubygems.org'\ngem 'sinatra'\n")
        .file("README.md", "# Shop\n\n    ruby -v\n    ruby 2.7.2p137\n    bundle install\n    ruby app.rb\n");
    let finding = examine(&repo.snapshot());
    assert_eq!(finding.outcome(), Outcome::Met);
    assert!(!finding.summary().contains("2.7.2"), "{}", finding.summary());
}

#[test]
fn to_write_a_migration_is_no_step_of_a_set_up() {
    let repo = Fixture::new()
        .file("Shop.csproj", "<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>\n")
        .file("Program.cs", "var app = WebApplication.Create();\napp.Run();\n")
        .file("README.md", "# Shop\n\n## Migrations\n\n    dotnet ef migrations add \"<Name>\" --context Shop\n");
    assert_eq!(examine(&repo.snapshot()).outcome(), Outcome::NotMet);
}

#[test]
fn what_gitlab_wrote_tells_nothing_of_a_project() {
    let template = "To make it easy for you to get started with GitLab, here's a list of recommended next steps.";
    let readme = format!("# Shop\n\n{template}\n\n## Installation\n\nInstall the dependencies with node.\n");
    assert_eq!(node(&readme).outcome(), Outcome::NotMet);
    assert_eq!(node(&readme.replace(template, "A shop.")).outcome(), Outcome::Partly);
}

#[test]
fn a_script_that_is_not_there_is_named() {
    let finding = node("# Shop\n\n```sh\nnpm install\nnpm run dev\n```\n");
    assert_eq!(finding.outcome(), Outcome::Partly);
    assert!(finding.summary().contains("script `dev` in package.json"), "{}", finding.summary());
}

#[test]
fn a_file_that_the_reader_of_a_library_makes_is_not_missing() {
    let repo = Fixture::new()
        .file("setup.py", "from setuptools import setup\nsetup(name='lib', packages=['lib'])\n")
        .file("lib/__init__.py", "def add(a, b):\n    return a + b\n")
        .file("README.md", "# Lib\n\n## Usage\n\n    pip install lib\n    python example.py\n")
        .snapshot();
    let finding = examine(&repo);
    assert_eq!(finding.outcome(), Outcome::Met);
    assert!(!finding.summary().contains("does not exist"), "{}", finding.summary());
}

#[test]
fn a_command_that_prepares_and_starts_is_said_once() {
    let repo = Fixture::new()
        .file("main.go", "package main\n\nfunc main() {}\n")
        .file("go.mod", "module shop\n\ngo 1.22\n")
        .file("Makefile", "start:\n\tgo build -o shop .\n\t./shop\n")
        .file("README.md", "# Shop\n\n    make start\n")
        .snapshot();
    let finding = examine(&repo);
    assert_eq!(finding.summary(), "README.md says how to run it: start it with `make start`.");
}

#[test]
fn an_image_called_server_is_the_project_and_a_tool_for_builds_is_not() {
    let started = "# Shop\n\n    docker run --detach --publish 80:80 shop/server:latest\n";
    assert_eq!(node(started).outcome(), Outcome::Met);
    let tool = "# Shop\n\n    docker run --privileged --rm tonistiigi/binfmt --install arm64\n";
    assert_eq!(node(tool).outcome(), Outcome::NotMet);
}

#[test]
fn a_database_alone_is_not_the_project() {
    assert_eq!(
        node("# Shop\n\n    docker run mcr.microsoft.com/mssql/server:2022-latest\n").outcome(),
        Outcome::NotMet
    );
    assert_eq!(node("# Shop\n\n    docker run -d -p 9000:9000 minio/minio server /data\n").outcome(), Outcome::NotMet);
    let repo = Fixture::new()
        .file("main.go", "package main\n")
        .file("docker-compose.yml", "services:\n  db:\n    image: postgres:16\n")
        .file("README.md", "# Shop\n\n    docker compose up -d\n")
        .snapshot();
    assert_eq!(examine(&repo).outcome(), Outcome::NotMet);
}

#[test]
fn one_command_can_be_enough() {
    let repo = Fixture::new()
        .file("Dockerfile", "FROM python\n")
        .file("app.py", "import flask\n")
        .file("requirements.txt", "flask\n")
        .file("docker-compose.yml", "services:\n  web:\n    build: .\n")
        .file("README.md", "# Shop\n\n    docker-compose up\n")
        .snapshot();
    assert_eq!(examine(&repo).outcome(), Outcome::Met);
}

#[test]
fn a_prepared_database_is_half() {
    assert_eq!(node("# Shop\n\n    npx prisma migrate dev\n").outcome(), Outcome::Partly);
}

#[test]
fn what_a_generator_wrote_about_a_part_does_not_count() {
    let text =
        "This is a [Next.js](https://nextjs.org/) project bootstrapped with `create-next-app`.\n\n    npm run dev\n";
    let repo = Fixture::new()
        .file("api/src/main.rs", "fn main() {}\n")
        .file("client/package.json", r#"{"scripts":{"dev":"next dev"},"dependencies":{"next":"1"}}"#)
        .file("client/README.md", text)
        .snapshot();
    assert_eq!(examine(&repo).outcome(), Outcome::NotMet);
}

#[test]
fn words_alone_are_half() {
    assert_eq!(node("# Shop\n\nOpen the project in Visual Studio and run it.\n").outcome(), Outcome::Partly);
    let demanded = "The repository must provide instructions on how to configure, execute and test the project.";
    assert_eq!(node(&format!("# Shop\n\n{demanded}\n")).outcome(), Outcome::NotMet);
}

#[test]
fn an_empty_repository_has_nothing_to_run() {
    assert_eq!(examine(&Fixture::new().snapshot()).outcome(), Outcome::NotApplicable);
}

#[test]
fn what_a_makefile_says_in_another_way_is_not_missing() {
    let says = |makefile: &str| {
        let repo = Fixture::new()
            .file("main.go", "package main\n\nfunc main() {}\n")
            .file("Makefile", makefile)
            .file("README.md", "# Shop\n\n    make compose.up\n");
        examine(&repo.snapshot()).summary().to_owned()
    };
    assert!(says("build:\n\tgo build\n").contains("does not exist"));
    assert!(says("run.%:\n\tdocker compose $*\n").contains("does not exist"));
    for makefile in
        ["compose.%:\n\tdocker compose $*\n", "include ../shared.mk\nbuild:\n\tgo build\n", "$(NAMES):\n\tgo run .\n"]
    {
        assert!(!says(makefile).contains("does not exist"), "{makefile}: {}", says(makefile));
    }
}

#[test]
fn a_word_before_a_command_hides_it_not() {
    let readme = |word: &str| {
        let repo = Fixture::new()
            .file("src/main/java/App.java", "class App { public static void main(String[] a) {} }\n")
            .file("build.gradle", "plugins { id 'org.springframework.boot' version '3' }\n")
            .file(
                "README.md",
                &format!("# Loja\n\n```\n{word} ./gradlew clean build\n{word} ./gradlew bootRun\n```\n"),
            );
        examine(&repo.snapshot()).outcome()
    };
    assert_eq!(readme("Digite"), Outcome::Met);
    assert_eq!(readme("Without"), Outcome::NotMet);
}

#[test]
fn a_languages_image_in_a_compose_file_is_the_project() {
    let with = |image: &str| {
        let repo = Fixture::new()
            .file("index.php", "<?php echo 1;\n")
            .file("composer.json", r#"{"require": {"slim/slim": "4"}}"#)
            .file(
                "docker-compose.yml",
                &format!("services:\n  app:\n    image: {image}\n    command: >\n      php -S a\n"),
            )
            .file("Makefile", "up:\n\tdocker-compose up\n")
            .file("README.md", "# Shop\n\n```\n> make up\n```\n");
        examine(&repo.snapshot()).outcome()
    };
    assert_eq!(with("php:8-alpine"), Outcome::Met);
    assert_ne!(with("redis:7"), Outcome::Met);
}

#[test]
fn a_sentence_that_names_compose_is_half() {
    let with = |path: &str, said: &str| {
        let repo = Fixture::new()
            .file("app.py", "import django\n")
            .file(path, "services:\n  app:\n    build: .\n")
            .file("README.md", &format!("# Blog\n\n{said}\n"));
        examine(&repo.snapshot()).outcome()
    };
    let said = "Just clone this repo on your machine and up docker-compose.";
    assert_eq!(with("docker-compose.yml", said), Outcome::Partly);
    assert_eq!(with("other.yml", said), Outcome::NotMet);
    assert_eq!(with("docker-compose.yml", "It comes with docker-compose."), Outcome::NotMet);
}

#[test]
fn a_set_up_that_leaves_out_the_migrations_is_half() {
    let of = |files: &[(&str, &str)], readme: &str| {
        let repo = Fixture::new()
            .file("manage.py", "import django\n")
            .file("requirements.txt", "django\n")
            .file("README.md", &format!("# Shop\n\n    pip install -r requirements.txt\n{readme}"));
        examine(&files.iter().fold(repo, |repo, (path, text)| repo.file(path, text)).snapshot())
    };
    let start = "    python manage.py runserver\n";
    let migrations = ("shop/migrations/0001_initial.py", "a = 1\n");
    let finding = of(&[migrations], start);
    assert_eq!(finding.outcome(), Outcome::Partly);
    assert!(finding.summary().contains("by the migrations in shop/migrations (django)"), "{}", finding.summary());
    assert!(finding.own_remedy().is_some_and(|remedy| remedy.contains("`python manage.py migrate`")));
    assert_eq!(of(&[], start).outcome(), Outcome::Met);
    assert_eq!(of(&[migrations], &format!("    python manage.py migrate\n{start}")).outcome(), Outcome::Met);
}

#[test]
fn a_variable_without_which_nothing_starts_has_to_be_named() {
    let of = |readme: &str| {
        let repo = Fixture::new()
            .file("app.py", "import os\nfrom flask import Flask\nkey = os.environ['SHOP_KEY']\n")
            .file("requirements.txt", "flask\n")
            .file(
                "README.md",
                &format!("# Shop\n\n    pip install -r requirements.txt\n    python app.py\n\n{readme}"),
            );
        examine(&repo.snapshot())
    };
    let finding = of("");
    assert_eq!(finding.outcome(), Outcome::Partly);
    assert!(finding.summary().contains("`SHOP_KEY`, without which it does not start"), "{}", finding.summary());
    assert_eq!(of("Set `SHOP_KEY` first.\n").outcome(), Outcome::Met);
}

#[test]
fn scripts_of_composer_are_followed() {
    let of = |command: &str| {
        let scripts = r#"{"require": {"laravel/framework": "12"}, "scripts": {"setup": ["composer install", "@php artisan migrate --force"], "dev": ["@php artisan serve"]}}"#;
        let repo = Fixture::new()
            .file("composer.json", scripts)
            .file("database/migrations/2024_01_01_000000_a.php", "<?php return new class extends Migration { };\n")
            .file("README.md", &format!("# Shop\n\n    {command}\n    composer run dev\n"));
        examine(&repo.snapshot()).outcome()
    };
    assert_eq!(of("composer run setup"), Outcome::Met);
    assert_eq!(of("composer setup"), Outcome::Met);
    assert_eq!(of("composer install"), Outcome::Partly);
}

#[test]
fn a_step_that_can_not_be_done_is_named() {
    let scripts =
        r#"{"name":"shop","scripts":{"start":"node app.js","seed":"node seed.js"},"dependencies":{"express":"4"}}"#;
    let of = |readme: &str| {
        let repo = Fixture::new()
            .file("app.js", "require('express')().listen(3000)\n")
            .file("package.json", scripts)
            .file("Makefile", "up:\n\tnpm start\n")
            .file(".env.example", "A=1\n")
            .file("README.md", &format!("# Shop\n\n## Installation\n\n```sh\nnpm install\n{readme}\nnpm start\n```\n"));
        examine(&repo.snapshot())
    };
    for (step, named) in [
        ("npm run sead", "script `sead` in package.json"),
        ("make filled", "target `filled` in the Makefile"),
        ("cp .env.dev .env", "file `.env.dev`"),
    ] {
        let finding = of(step);
        assert_eq!(finding.outcome(), Outcome::Partly, "{step}");
        assert!(finding.summary().contains(named), "{}", finding.summary());
    }
    for step in
        ["npm run seed", "make up", "cp .env.example .env", "cp .env .env.test", "npm run lint", "cp ~/.env.dev .env"]
    {
        assert_eq!(of(step).outcome(), Outcome::Met, "{step}");
    }
    assert_eq!(of("npm start\n```\n\n## Ideas\n\n```\nnpm run sead\n```\n\n## Start\n\n```").outcome(), Outcome::Met);
    let other = "git clone a/shop\ngit clone a/tools\ncp .env.dev .env";
    assert_eq!(of(other).outcome(), Outcome::Met);
}

#[test]
fn a_script_of_composer_that_is_not_there_is_named() {
    let of = |script: &str| {
        let repo = Fixture::new()
            .file("index.php", "<?php echo 1;\n")
            .file("composer.json", r#"{"require": {"slim/slim": "4"}, "scripts": {"start": "php -S localhost:80"}}"#)
            .file(
                "README.md",
                &format!("# Shop\n\n## Setup\n\n    composer install\n    composer {script}\n    composer start\n"),
            );
        examine(&repo.snapshot())
    };
    let finding = of("setup");
    assert_eq!(finding.outcome(), Outcome::Partly);
    assert!(finding.summary().contains("script `setup` in composer.json"), "{}", finding.summary());
    assert_eq!(of("run seed").outcome(), Outcome::Partly);
    assert_eq!(of("dump-autoload").outcome(), Outcome::Met);
}

#[test]
fn a_database_of_rails_that_nobody_makes_is_left_out() {
    let of = |readme: &str, gem: &str| {
        let repo = Fixture::new()
            .file("Gemfile", &format!("gem 'rails'\ngem '{gem}'\n"))
            .file("config/routes.rb", "Rails.application.routes.draw do\n  get '/users', to: 'users#index'\nend\n")
            .file("db/migrate/20200101000000_add_users.rb", "class AddUsers < ActiveRecord::Migration[7.0]\nend\n")
            .file("bin/setup", "#!/usr/bin/env ruby\nsystem! 'bin/rails db:prepare'\n")
            .file(
                "README.md",
                &format!("# Shop\n\n    bundle install\n{readme}    rails db:migrate\n    rails server\n"),
            );
        examine(&repo.snapshot())
    };
    let finding = of("", "pg");
    assert_eq!(finding.outcome(), Outcome::Partly);
    assert!(finding.summary().contains("makes the database"), "{}", finding.summary());
    assert_eq!(of("", "sqlite3").outcome(), Outcome::Met);
    assert_eq!(of("    rails db:create\n", "pg").outcome(), Outcome::Met);
    assert_eq!(of("    bin/setup\n", "pg").outcome(), Outcome::Met);
    assert_eq!(of("    createdb shop\n", "pg").outcome(), Outcome::Met);
}

#[test]
fn a_heading_that_leads_out_of_the_repository_is_half_of_it() {
    let link = "[Quick start](https://github.com/shop/shop/wiki/start)";
    assert_eq!(node(&format!("# Shop\n\nA shop.\n\n## {link}\n")).outcome(), Outcome::Partly);
    assert_eq!(node(&format!("# Shop\n\n## Installation\n\nSee the {link}.\n")).outcome(), Outcome::Partly);
    let tool = "Install [Docker](https://docker.com) and open [it](http://localhost:3000).";
    let said = node(&format!("# Shop\n\n## Setup\n\n{tool}\n"));
    assert!(!said.summary().contains("outside of the repository"), "{}", said.summary());
    assert_eq!(node(&format!("# Shop\n\n## Authors\n\nSee the {link}.\n")).outcome(), Outcome::NotMet);
}

#[test]
fn a_tool_of_administration_and_a_task_runner_start_nothing() {
    let node = |script: &str| {
        let package = r#"{"name":"shop","scripts":{"start":"node app.js"},"dependencies":{"express":"4"}}"#;
        let repo = Fixture::new()
            .file("app.js", "require('express')().listen(3000)\n")
            .file("scripts/add-user.js", "add()\n")
            .file("scripts/server.js", "listen()\n")
            .file("package.json", package)
            .file("README.md", &format!("# Shop\n\n    npm install\n    node {script}\n"));
        examine(&repo.snapshot()).outcome()
    };
    assert_eq!(node("scripts/add-user.js <name>"), Outcome::Partly);
    assert_eq!(node("scripts/server.js"), Outcome::Met);
    assert_eq!(node("app.js"), Outcome::Met);
    let php = |command: &str| {
        let repo = Fixture::new()
            .file("symfony", "#!/usr/bin/env php\n<?php\n")
            .file("web/index.php", "<?php echo 1;\n")
            .file("README", &format!("Shop\n====\n\n    {command}\n"));
        examine(&repo.snapshot()).outcome()
    };
    assert_eq!(php("php symfony cc"), Outcome::NotMet);
    assert_eq!(php("php -S localhost:80 -t web"), Outcome::Met);
}

#[test]
fn a_database_of_another_maker_is_not_the_project() {
    let started = |image: &str| {
        let repo = Fixture::new()
            .file("main.go", "package main\n")
            .file("docker-compose.yml", &format!("services:\n  db:\n    image: {image}\n"))
            .file("README.md", "# Shop\n\n    docker-compose up -d\n");
        examine(&repo.snapshot()).outcome()
    };
    assert_eq!(started("bitnami/postgresql:16"), Outcome::NotMet);
    assert_eq!(started("shop/catalogue:1"), Outcome::Met);
}

#[test]
fn a_line_may_send_the_reader_to_the_whole_set_up() {
    let to = |line: &str| node(&format!("# Shop\n\n{line}\n")).outcome();
    assert_eq!(to("[Gateway](https://example.com/gateway): complete setup instructions are there."), Outcome::Partly);
    assert_eq!(to("It uses [a tool](https://example.com/tool), see its installation guide."), Outcome::NotMet);
    assert_eq!(to("Complete setup instructions follow soon."), Outcome::NotMet);
}

#[test]
fn to_look_at_the_documentation_of_an_interface_is_not_to_run_it() {
    assert_eq!(
        node("# Shop\n\nImport the json file into the editor to see the API documentation.\n").outcome(),
        Outcome::NotMet
    );
    assert_eq!(node("# Shop\n\nImport the project and run the server.\n").outcome(), Outcome::Partly);
}
