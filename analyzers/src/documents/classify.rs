//! The table of programs: what a command line does, by its words.

mod containers;
mod files;
mod frameworks;
mod interpreters;
mod migrations;
mod names;

use containers::{compose, docker_build, docker_run};
use files::{copied, deploy, missing_program, path, shell_script, target};
use frameworks::{artisan, composer, console, goals};
use interpreters::{interpreter, missing_requirements, node, pip, python};
use migrations::writes_one;
use names::{by_verb, expand, script};

use super::Purpose::{self, Auxiliary, Build, Deploy, Install, Migrate, Start, StartWhole, Test, Tool};
use super::project::Project;

/// Scripts call scripts; this deep is deep enough.
const DEEPEST: u8 = 4;

/// What a command does, and what it refers to that is not there.
type Answer = Option<(Vec<Purpose>, Option<String>)>;

/// What the command of these words does; `None` if that is not known.
pub(super) fn purposes(words: &[String], project: &Project<'_>, depth: u8) -> Answer {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (&program, rest) = words.split_first()?;
    if writes_one(&words) {
        return None;
    }
    // In Composer's scripts a sign says that it is the same program again.
    let program = program.strip_prefix('@').filter(|name| matches!(*name, "php" | "composer")).unwrap_or(program);
    // What Gradle leaves out is no task that it is asked for.
    let is_left_out =
        |at: usize| program.contains("gradle") && at > 0 && matches!(rest[at - 1], "-x" | "--exclude-task");
    let operands = (0..rest.len()).filter(|at| !rest[*at].starts_with('-') && !is_left_out(*at));
    let operands: Vec<&str> = operands.map(|at| rest[at]).collect();
    let verb = operands.first().copied().unwrap_or_default();
    let noun = operands.get(1).copied().unwrap_or_default();
    let has = |word: &str| rest.contains(&word);
    match program {
        "npm" | "pnpm" | "yarn" | "bun" | "deno" | "ni" | "nr" => node(program, verb, noun, rest, project, depth),
        "node" | "nodemon" | "ts-node" | "ts-node-dev" | "tsx" | "tsnd" | "babel-node" | "coffee" => {
            interpreter(verb, &operands, project, depth)
        }
        "nest" | "next" | "nuxt" | "gatsby" | "vite" | "ng" | "remix" | "astro" | "expo" | "react-scripts"
        | "vue-cli-service" | "strapi" | "adonis" | "ace" | "medusa" | "sails" | "wrangler" | "netlify" | "vercel"
        | "serverless" | "sls" | "hugo" | "jekyll" | "mkdocs" | "hexo" | "docusaurus" | "eleventy" | "trunk" | "dx"
        | "cargo-shuttle" | "shuttle" | "encore" | "func" | "sam" | "firebase" | "amplify" | "loco" | "wails"
        | "tauri" => one(by_verb(verb, rest)?),
        "concurrently" | "npm-run-all" | "run-p" | "run-s" => {
            let lines: Vec<String> = operands.iter().map(|line| (*line).to_owned()).collect();
            Some((expand("", &lines, project, depth), None))
        }
        "pm2" | "forever" | "supervisord" | "foreman" | "overmind" | "hivemind" | "honcho" | "live-server"
        | "http-server" | "serve" | "shotgun" | "rackup" | "puma" | "unicorn" | "thin" | "air" | "fresh" | "reflex"
        | "realize" | "gowatch" | "CompileDaemon" => {
            one(if matches!(verb, "install" | "list" | "logs" | "stop") { return None } else { Start })
        }
        "jest" | "mocha" | "vitest" | "ava" | "tap" | "c8" | "nyc" | "cypress" | "playwright" | "karma" | "newman"
        | "pytest" | "py.test" | "nosetests" | "nose2" | "tox" | "nox" | "behave" | "rspec" | "cucumber"
        | "minitest" | "phpunit" | "pest" | "codecept" | "ctest" | "ginkgo" | "gotestsum" | "coverage" | "k6"
        | "locust" | "paratest" | "hurl" | "busted" | "bats" => one(match verb {
            "install" | "install-deps" => Tool,
            "codegen" | "show-report" => return None,
            _ => Test,
        }),
        "prisma" | "knex" | "sequelize" | "sequelize-cli" | "typeorm" | "drizzle-kit" | "alembic" | "migrate"
        | "goose" | "dbmate" | "flyway" | "liquibase" | "diesel" | "sqlx" | "sea-orm-cli" | "refinery"
        | "node-pg-migrate" | "migrate-mongo" | "yoyo" | "aerich" | "atlas" | "tern" | "soda" | "phinx"
        | "createdb" | "mysql" | "psql" => (!rest.is_empty()).then(|| (vec![Migrate], None)),
        "python" => python(rest, &operands, project, depth),
        "pip" if verb == "install" => Some((vec![pip(rest)], missing_requirements(rest, project, depth))),
        // The console of Visual Studio's package manager.
        "Update-Database" | "update-database" => one(Migrate),
        "pip-sync" | "easy_install" => one(Install),
        "poetry" | "pipenv" | "pdm" | "uv" | "rye" | "hatch" | "conda" | "mamba" | "micromamba" | "pixi" => {
            match verb {
                "install" | "sync" | "update" | "create" | "lock" => one(Install),
                "env" if matches!(noun, "create" | "update") => one(Install),
                "pip" => one(Install),
                "run" => script(operands.get(1)?, project, depth),
                _ => None,
            }
        }
        "manage.py" | "./manage.py" => python(&words, &words, project, depth),
        "flask" => one(match verb {
            "run" => Start,
            "db" | "init-db" | "create-db" | "seed" => Migrate,
            "test" => Test,
            _ => return None,
        }),
        "uvicorn" | "gunicorn" | "hypercorn" | "daphne" | "waitress-serve" | "streamlit" | "sanic" | "litestar"
        | "granian" | "uwsgi" | "chainlit" | "gradio" => (!rest.is_empty()).then(|| (vec![Start], None)),
        "fastapi" if matches!(verb, "dev" | "run") => one(Start),
        "django-admin" if verb == "runserver" => one(Start),
        "celery" | "rq" | "dramatiq" | "sidekiq" => (!rest.is_empty()).then(|| (vec![Auxiliary], None)),
        "go" if verb == "run" => Some((vec![StartWhole], missing_program(noun, project, depth))),
        "go" => one(match verb {
            "build" => Build,
            "test" => Test,
            "get" | "install" if noun.contains('.') && !noun.starts_with('.') => Tool,
            "install" => Build,
            "get" => Install,
            "mod" if matches!(noun, "download" | "tidy" | "vendor") => Install,
            _ => return None,
        }),
        "cargo" => one(match verb {
            "run" | "r" | "watch" | "shuttle" | "leptos" | "lambda" if has("test") => Test,
            "run" | "r" | "watch" | "shuttle" | "leptos" | "lambda" | "bacon" | "loco" => StartWhole,
            "build" | "b" => Build,
            "test" | "t" | "nextest" | "tarpaulin" | "llvm-cov" => Test,
            "install" if has("--path") => Install,
            "install" if project.own_names.contains(noun) => Install,
            "install" | "binstall" => Tool,
            "add" if project.own_names.contains(noun) => Install,
            "make" => return script(operands.iter().skip(1).find(|name| !name.contains('='))?, project, depth),
            "sqlx" | "diesel" => Migrate,
            _ => return None,
        }),
        "java" if has("-jar") || has("-cp") => one(Start),
        "mvn" => goals(
            &operands,
            &[
                "spring-boot:run",
                "quarkus:dev",
                "jetty:run",
                "exec:java",
                "tomcat7:run",
                "micronaut:run",
                "mn:run",
                "liberty:dev",
                "helidon:dev",
            ],
            &["test", "verify", "integration-test", "surefire:test"],
            &["install", "package", "compile", "clean", "build"],
        ),
        "gradle" => goals(
            &operands,
            &["bootRun", "run", "quarkusDev", "appRun", "bootTestRun", "jettyRun", "runServer"],
            &["test", "check", "integrationTest", "koverHtmlReport"],
            &[
                "build",
                "assemble",
                "installDist",
                "clean",
                "shadowJar",
                "bootJar",
                "jar",
                "fatJar",
                "buildFatJar",
                "wrapper",
            ],
        ),
        "sbt" | "lein" | "stack" | "cabal" | "dub" | "swift" | "dart" | "flutter" | "zig" | "gleam" | "clj"
        | "clojure" => one(match verb {
            "run" | "exec" | "ring" | "~reStart" => StartWhole,
            "test" | "midje" | "spec" => Test,
            "build" | "compile" | "deps" | "pub" => Build,
            _ => return None,
        }),
        "dotnet" => one(match verb {
            "run" | "watch" if has("test") => Test,
            "run" | "watch" => StartWhole,
            "restore" => Install,
            "build" | "publish" => Build,
            "test" | "vstest" => Test,
            "ef" | "fm" => Migrate,
            "tool" => Tool,
            dll if dll.ends_with(".dll") => Start,
            _ => return None,
        }),
        "bundle" | "bundler" => matches!(verb, "" | "install" | "update").then(|| (vec![Install], None)),
        "bin/setup" | "./bin/setup" => one(Install),
        "bin/dev" | "./bin/dev" | "bin/shotgun" | "bin/rackup" | "bin/puma" => one(Start),
        "rails" | "bin/rails" | "./bin/rails" => one(match verb {
            "s" | "server" => Start,
            "t" | "test" | "spec" | "test:system" => Test,
            _ if verb.starts_with("db:") => Migrate,
            _ => return None,
        }),
        "rake" | "bin/rake" | "./bin/rake" => match verb {
            "" | "test" | "spec" | "cucumber" => one(Test),
            _ if verb.starts_with("db:") => one(Migrate),
            _ if verb.starts_with("test") || verb.starts_with("spec") => one(Test),
            _ => None,
        },
        "ruby" => interpreter(verb, &operands, project, depth),
        "php" => match verb {
            "artisan" => artisan(noun),
            "bin/console" | "bin/hyperf.php" => console(noun),
            // The task runner of symfony 1.
            "symfony" => one(match noun.split(':').next()? {
                "doctrine" | "propel" => Migrate,
                "test" => Test,
                _ => return None,
            }),
            "spark" | "yii" | "think" | "bin/cake" => by_verb(noun, rest).and_then(one),
            "vendor/bin/phpunit" | "./vendor/bin/phpunit" | "vendor/bin/pest" | "./vendor/bin/pest" | "phpunit" => {
                one(Test)
            }
            "composer.phar" => composer(noun, operands.get(2).copied().unwrap_or_default(), project, depth),
            _ if has("-S") => one(Start),
            _ => interpreter(verb, &operands, project, depth),
        },
        "artisan" => artisan(verb),
        "bin/console" => console(verb),
        "symfony" => match verb {
            "serve" | "server:start" | "local:server:start" => one(Start),
            "console" => console(noun),
            _ => None,
        },
        "sail" => match verb {
            "up" => one(StartWhole),
            "test" | "phpunit" | "pest" => one(Test),
            "artisan" => artisan(noun),
            "composer" => composer(noun, operands.get(2).copied().unwrap_or_default(), project, depth),
            "bin" | "php" | "npm" | "yarn" | "pnpm" | "node" => {
                let behind = rest.iter().skip_while(|word| **word != verb).skip(usize::from(verb == "bin"));
                let behind: Vec<String> = behind.map(|word| (*word).to_owned()).collect();
                purposes(&behind, project, depth)
            }
            _ => None,
        },
        "composer" => composer(verb, noun, project, depth),
        "mix" => one(match verb {
            "phx.server" | "phoenix.server" | "run" => Start,
            "deps.get" | "setup" => Install,
            "test" => Test,
            _ if verb.starts_with("ecto") => Migrate,
            _ => return None,
        }),
        "iex" if has("-S") => one(Start),
        "docker-compose" | "podman-compose" => compose(rest, project),
        "docker" | "podman" | "nerdctl" => match verb {
            "compose" => compose(&rest[rest.iter().position(|word| *word == "compose").unwrap_or(0) + 1..], project),
            "build" | "buildx" | "image" => docker_build(rest, project, depth),
            "run" => docker_run(rest, project, depth),
            "stack" | "service" => one(Deploy),
            "start" => one(Auxiliary),
            _ => None,
        },
        "mise" => match verb {
            "install" | "i" => one(Tool),
            "run" | "r" | "x" | "exec" => script(noun, project, depth),
            _ => script(verb, project, depth),
        },
        "make" | "gmake" | "just" | "task" | "mask" | "mage" => target(program, rest, &operands, project, depth),
        "vagrant" if verb == "up" => one(StartWhole),
        "tilt" | "skaffold" | "garden" | "devspace" => {
            one(if matches!(verb, "run" | "deploy") { Deploy } else { StartWhole })
        }
        "kubectl" | "helm" | "heroku" | "fly" | "flyctl" | "gcloud" | "terraform" | "tofu" | "ansible-playbook"
        | "cap" | "kamal" | "railway" | "eb" | "doctl" | "cdk" | "pulumi" | "copilot" | "dokku" | "az" | "oc"
        | "kustomize" | "eksctl" | "gigalixir" | "zappa" | "chalice" => deploy(program, &operands),
        "git" if verb == "push" && matches!(noun, "heroku" | "dokku" | "gigalixir" | "scalingo" | "clever") => {
            one(Deploy)
        }
        "brew" | "apt" | "apt-get" | "yum" | "dnf" | "pacman" | "apk" | "choco" | "scoop" | "winget" | "snap"
        | "port" | "nix-env" | "gem" | "zypper" => {
            let installs = matches!(verb, "install" | "add") || has("-S") || has("-i");
            let own = operands.iter().any(|name| project.own_names.contains(*name))
                // A gem that the project asks for is a part of it; a package of the system is a tool all the same.
                || (program == "gem" && operands.iter().any(|name| project.dependencies.contains(*name)));
            installs.then(|| (vec![if own { Install } else { Tool }], None))
        }
        "cp" | "copy" if depth == 0 => copied(rest, project),
        "sh" | "bash" | "zsh" | "source" | "." => shell_script(verb, project, depth),
        _ => path(program, rest, project, depth),
    }
}

fn one(purpose: Purpose) -> Answer {
    Some((vec![purpose], None))
}
