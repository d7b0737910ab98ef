//! The table of programs: what a command line does, by its words.

use super::Purpose::{self, Auxiliary, Build, Deploy, Install, Migrate, Start, StartWhole, Test, Tool};
use super::project::Project;
use super::shell;

/// Scripts call scripts; this deep is deep enough.
const DEEPEST: u8 = 4;

/// What a command does, and what it refers to that is not there.
type Answer = Option<(Vec<Purpose>, Option<String>)>;

/// What the command of these words does; `None` if that is not known.
pub(super) fn purposes(words: &[String], project: &Project<'_>, depth: u8) -> Answer {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (&program, rest) = words.split_first()?;
    let operands: Vec<&str> = rest.iter().copied().filter(|word| !word.starts_with('-')).collect();
    let verb = operands.first().copied().unwrap_or_default();
    let noun = operands.get(1).copied().unwrap_or_default();
    let has = |word: &str| rest.contains(&word);
    match program {
        "npm" | "pnpm" | "yarn" | "bun" | "deno" | "ni" | "nr" => node(program, verb, noun, rest, project, depth),
        "node" | "nodemon" | "ts-node" | "ts-node-dev" | "tsx" | "tsnd" | "babel-node" | "coffee" => {
            interpreter(verb, project, depth)
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
        | "locust" | "paratest" | "hurl" | "busted" | "bats" => one(if verb == "install" { Tool } else { Test }),
        "prisma" | "knex" | "sequelize" | "sequelize-cli" | "typeorm" | "drizzle-kit" | "alembic" | "migrate"
        | "goose" | "dbmate" | "flyway" | "liquibase" | "diesel" | "sqlx" | "sea-orm-cli" | "refinery"
        | "node-pg-migrate" | "migrate-mongo" | "yoyo" | "aerich" | "atlas" | "tern" | "soda" | "phinx"
        | "createdb" | "mysql" | "psql" => one(Migrate),
        "python" => python(rest, &operands, project, depth),
        "pip" if verb == "install" => one(pip(rest)),
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
        "go" => one(match verb {
            "run" => StartWhole,
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
        "bin/dev" | "./bin/dev" => one(Start),
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
        "ruby" => interpreter(verb, project, depth),
        "php" => match verb {
            "artisan" => artisan(noun),
            "bin/console" | "bin/hyperf.php" => console(noun),
            "spark" | "yii" | "think" | "bin/cake" => by_verb(noun, rest).and_then(one),
            "vendor/bin/phpunit" | "./vendor/bin/phpunit" | "vendor/bin/pest" | "./vendor/bin/pest" | "phpunit" => {
                one(Test)
            }
            "composer.phar" => composer(noun, project, depth),
            _ if has("-S") => one(Start),
            _ => interpreter(verb, project, depth),
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
            "composer" => composer(noun, project, depth),
            _ => None,
        },
        "composer" => composer(verb, project, depth),
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
            "build" | "buildx" | "image" => one(Build),
            "run" => docker_run(rest, project),
            "stack" | "service" => one(Deploy),
            "start" => one(Auxiliary),
            _ => None,
        },
        "make" | "gmake" | "just" | "task" | "mask" | "mage" => target(program, rest, &operands, project, depth),
        "vagrant" if verb == "up" => one(StartWhole),
        "tilt" | "skaffold" | "garden" | "devspace" => {
            one(if matches!(verb, "run" | "deploy") { Deploy } else { StartWhole })
        }
        "kubectl" | "helm" | "heroku" | "fly" | "flyctl" | "gcloud" | "terraform" | "tofu" | "ansible-playbook"
        | "cap" | "kamal" | "railway" | "eb" | "doctl" | "cdk" | "pulumi" | "copilot" | "dokku" | "az" | "oc"
        | "kustomize" | "eksctl" | "gigalixir" | "zappa" | "chalice" => deploy(program, verb, noun),
        "git" if verb == "push" && matches!(noun, "heroku" | "dokku" | "gigalixir" | "scalingo" | "clever") => {
            one(Deploy)
        }
        "brew" | "apt" | "apt-get" | "yum" | "dnf" | "pacman" | "apk" | "choco" | "scoop" | "winget" | "snap"
        | "port" | "nix-env" | "gem" | "zypper" => {
            let installs = matches!(verb, "install" | "add") || has("-S") || has("-i");
            let own = operands.iter().any(|name| project.own_names.contains(*name));
            installs.then(|| (vec![if own { Install } else { Tool }], None))
        }
        "sh" | "bash" | "zsh" | "source" | "." => shell_script(verb, project, depth),
        _ => path(program, rest, project, depth),
    }
}

fn one(purpose: Purpose) -> Answer {
    Some((vec![purpose], None))
}

/// `true` for words that are to be filled in or end a sentence: `<name>`, `[options]`, `...`.
fn is_placeholder(word: &str) -> bool {
    word.contains(['<', '>', '[', ']', '{', '}', '$', '*', '(', ')', '='])
        || word.contains("...")
        || word.contains("your")
}

/// What a name says about the thing: scripts, targets and files are named after what they do.
fn by_name(name: &str) -> Option<Purpose> {
    let lower = name.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let any = |words: &[&str]| parts.iter().any(|part| words.contains(part));
    if any(&["test", "tests", "spec", "e2e", "itest", "unittest", "pytest", "jest", "coverage", "unit"]) {
        Some(Test)
    } else if any(&[
        "migrate",
        "migration",
        "migrations",
        "seed",
        "seeds",
        "db",
        "migrateup",
        "createdb",
        "seeder",
        "database",
    ]) {
        Some(Migrate)
    } else if any(&["deploy", "publish", "release"]) {
        Some(Deploy)
    } else if any(&["lint", "format", "fmt", "clean", "stop", "down", "logs", "docs", "swagger", "generate"]) {
        None
    } else if any(&[
        "start", "run", "dev", "serve", "server", "up", "watch", "develop", "debug", "app", "main", "wsgi", "launch",
    ]) {
        Some(Start)
    } else if any(&[
        "install",
        "setup",
        "deps",
        "bootstrap",
        "init",
        "dependencies",
        "requirements",
        "venv",
        "configure",
    ]) {
        Some(Install)
    } else if any(&["build", "compile", "bundle"]) {
        Some(Build)
    } else {
        None
    }
}

fn by_verb(verb: &str, rest: &[&str]) -> Option<Purpose> {
    Some(match verb {
        "start" | "dev" | "develop" | "serve" | "s" | "server" | "run" | "preview" | "lift" | "offline"
        | "start:dev" | "emulators:start" | "local" | "run:ios" | "run:android" => Start,
        "test" | "t" | "e2e" => Test,
        "build" | "b" => Build,
        "deploy" | "publish" | "push" | "gh-deploy" => Deploy,
        "install" => Install,
        _ if verb.contains("migrat") || verb.contains("seed") => Migrate,
        "" if rest.is_empty() => return None,
        _ => return None,
    })
}

/// What the lines behind a name do, and what the name itself says.
fn expand(name: &str, lines: &[String], project: &Project<'_>, depth: u8) -> Vec<Purpose> {
    let mut found: Vec<Purpose> = Vec::new();
    if depth < DEEPEST {
        for words in lines.iter().take(100).flat_map(|line| shell::commands(line)) {
            found.extend(purposes(&words, project, depth + 1).into_iter().flat_map(|(purposes, _)| purposes));
        }
    }
    let starts_anything = found.iter().any(|purpose| matches!(purpose, Start | StartWhole | Auxiliary));
    let by_name = by_name(name);
    // The name is what people go by: `npm run build` that also tests is a build; `make test` that starts a database tests.
    match by_name {
        Some(Start) if starts_anything => {}
        Some(purpose @ (Test | Migrate | Deploy | Build)) => found = vec![purpose],
        Some(purpose) => found.push(purpose),
        None => {}
    }
    found
}

fn script(name: &str, project: &Project<'_>, depth: u8) -> Answer {
    Some((expand(name, project.script(name)?, project, depth), None))
}

fn node(program: &str, verb: &str, noun: &str, rest: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    let global = rest.iter().any(|word| matches!(*word, "-g" | "--global")) || verb == "global";
    let named = |name: &str| -> Answer {
        let name = name.trim_end_matches([',', '.', ';', ':']);
        match project.script(name) {
            Some(lines) => Some((expand(name, lines, project, depth), None)),
            None if is_placeholder(name) || name.is_empty() => None,
            None if depth == 0 && project.has_npm => {
                Some((by_name(name).into_iter().collect(), Some(format!("script `{name}` in package.json"))))
            }
            None => Some((by_name(name).into_iter().collect(), None)),
        }
    };
    match verb {
        "install" | "i" | "ci" | "add" if global => one(Tool),
        "install" | "i" | "ci" | "add" | "clean-install" => one(Install),
        "" if program == "yarn" && rest.iter().all(|word| word.starts_with("--")) => one(Install),
        "" if program == "ni" => one(Install),
        "run" | "run-script" | "task" if noun.contains(['.', '/']) && project.script(noun).is_none() => {
            interpreter(noun, project, depth)
        }
        "run" | "run-script" | "task" => named(noun),
        "test" | "t" | "tst" if program == "bun" || program == "deno" => one(Test),
        "test" | "t" | "tst" => match project.script("test") {
            Some(_) => one(Test),
            None if depth == 0 && project.has_npm => Some((vec![Test], Some("script `test` in package.json".into()))),
            None => one(Test),
        },
        "start" if project.script("start").is_none() && project.has_file("server.js") => one(Start),
        "start" => named("start"),
        "stop" | "restart" | "init" | "create" | "link" | "audit" | "update" | "exec" | "publish" | "login"
        | "version" | "lint" => None,
        // npm runs scripts of any other name only with `run`.
        _ if program == "npm" => None,
        _ if verb.ends_with(".ts") || verb.ends_with(".js") => interpreter(verb, project, depth),
        _ if project.script(verb).is_some() => named(verb),
        _ => by_verb(verb, rest).map(|purpose| (vec![purpose], None)),
    }
}

fn interpreter(file: &str, project: &Project<'_>, depth: u8) -> Answer {
    let file = file.trim_end_matches([',', ';', ':']);
    if file.is_empty() || is_placeholder(file) {
        return None;
    }
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let purpose = match by_name(name) {
        Some(purpose @ (Test | Migrate | Deploy)) => purpose,
        Some(Install) => Migrate,
        _ => Start,
    };
    let built = ["dist/", "build/", "out/", "target/", "bin/", ".next/", ".output/", "node_modules/"]
        .iter()
        .any(|folder| file.contains(folder));
    let exists = built
        || project.has_file(file)
        || ["js", "ts", "mjs", "py", "rb"].iter().any(|extension| project.has_file(&format!("{file}.{extension}")))
        || project.has_file(&format!("{file}/index.js"));
    match (exists, depth) {
        (true, _) => one(purpose),
        (false, 0) if file.contains('.') => Some((vec![purpose], Some(format!("file `{file}`")))),
        _ => None,
    }
}

fn python(rest: &[&str], operands: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    if let Some(at) = rest.iter().position(|word| *word == "-m") {
        let module = *rest.get(at + 1)?;
        return match module {
            "venv" | "virtualenv" | "ensurepip" => one(Tool),
            "pip" if rest.contains(&"install") => one(pip(rest)),
            "pip" => None,
            "pytest" | "unittest" | "nose2" | "tox" | "nox" | "coverage" | "doctest" => one(Test),
            "alembic" => one(Migrate),
            "flask" | "http.server" | "uvicorn" | "gunicorn" | "hypercorn" | "streamlit" | "aiohttp.web"
            | "fastapi" => {
                let words: Vec<String> = rest[at + 1..].iter().map(|word| (*word).to_owned()).collect();
                if module == "http.server" { one(Start) } else { purposes(&words, project, depth) }
            }
            _ if by_name(module) == Some(Test) => one(Test),
            _ => {
                let path = module.replace('.', "/");
                let exists = project.has_file(&path) || project.has_file(&format!("{path}.py"));
                exists.then(|| (vec![if by_name(module) == Some(Migrate) { Migrate } else { Start }], None))
            }
        };
    }
    let file = operands.first()?;
    if file.ends_with("manage.py") {
        let purpose = match *operands.get(1)? {
            "runserver" | "runserver_plus" | "run" | "start" | "runsslserver" | "rundev" => Start,
            "test" | "tests" => Test,
            "migrate" | "makemigrations" | "loaddata" | "createsuperuser" | "db" | "create_db" | "seed" | "syncdb"
            | "upgrade" | "seed_db" => Migrate,
            "collectstatic" => Build,
            _ => return None,
        };
        let missing = (depth == 0 && !project.has_file(file)).then(|| format!("file `{file}`"));
        return Some((vec![purpose], missing));
    }
    match (*file, operands.get(1).copied()) {
        ("setup.py", Some("test")) => one(Test),
        ("setup.py", _) => one(Install),
        _ if file.ends_with(".py") => interpreter(file, project, depth),
        _ => (project.has_file(&format!("{file}/__main__.py"))).then(|| (vec![Start], None)),
    }
}

fn pip(rest: &[&str]) -> Purpose {
    let own = rest.iter().any(|word| {
        matches!(*word, "-r" | "-e" | "--requirement" | "--editable") || word.starts_with('.') || word.ends_with(".txt")
    });
    let tools = [
        "pip",
        "virtualenv",
        "poetry",
        "pipenv",
        "pre-commit",
        "uv",
        "--upgrade",
        "-U",
        "wheel",
        "setuptools",
        "tox",
        "pip-tools",
        "pdm",
    ];
    let packages: Vec<&&str> =
        rest.iter().skip_while(|word| **word != "install").skip(1).filter(|word| !tools.contains(word)).collect();
    // The words of a sentence may follow the one package.
    if own || packages.first().is_some_and(|word| !word.starts_with('(')) { Install } else { Tool }
}

fn goals(operands: &[&str], start: &[&str], test: &[&str], build: &[&str]) -> Answer {
    // `:app:bootRun`, and the task of a submodule.
    let is = |table: &[&str]| {
        operands.iter().any(|goal| {
            table.iter().any(|known| {
                goal == known || goal.rsplit(':').next() == Some(known) || goal.ends_with(&format!(":{known}"))
            })
        })
    };
    if is(start) {
        one(StartWhole)
    } else if is(test) {
        one(Test)
    } else if is(build) {
        one(Build)
    } else if operands.iter().any(|goal| goal.contains("flyway") || goal.contains("liquibase")) {
        one(Migrate)
    } else {
        operands.iter().any(|goal| goal.contains("build-image") || goal.contains("jib")).then(|| (vec![Build], None))
    }
}

fn artisan(command: &str) -> Answer {
    one(match command {
        "serve" => Start,
        "octane:start" => Start,
        "test" | "dusk" => Test,
        "key:generate" | "jwt:secret" | "storage:link" | "passport:install" => Install,
        _ if command.starts_with("migrate") || command.starts_with("db:") => Migrate,
        _ if command.starts_with("queue:") || command.starts_with("schedule:") || command == "horizon" => Auxiliary,
        _ => return None,
    })
}

fn console(command: &str) -> Answer {
    one(match command {
        "server:run" | "server:start" => Start,
        _ if command.starts_with("doctrine:") || command.starts_with("d:") || command.starts_with("hautelook") => {
            Migrate
        }
        "lexik:jwt:generate-keypair" | "assets:install" => Install,
        _ => return None,
    })
}

fn composer(verb: &str, project: &Project<'_>, depth: u8) -> Answer {
    match verb {
        "install" | "i" | "update" | "u" | "require" | "create-project" => one(Install),
        "run" | "run-script" | "exec" | "" => None,
        "start" | "serve" | "dev" | "test" | "tests" | "setup" => {
            let lines = project.script(verb).unwrap_or_default();
            Some((expand(verb, lines, project, depth), None))
        }
        _ => script(verb, project, depth),
    }
}

fn compose(rest: &[&str], project: &Project<'_>) -> Answer {
    let mut words = rest.iter().copied();
    let mut services = Vec::new();
    let mut verb = "";
    let mut missing = (!project.has_compose()).then(|| "compose file".to_owned());
    while let Some(word) = words.next() {
        match word {
            "-f" | "--file" => {
                let file = words.next().unwrap_or_default();
                if !file.is_empty() && !is_placeholder(file) && !project.has_file(file) {
                    missing = Some(format!("file `{file}`"));
                }
            }
            "-p" | "--profile" | "--env-file" | "--project-name" | "--scale" | "-t" | "--project-directory" => {
                words.next();
            }
            _ if word.starts_with('-') => {}
            _ if verb.is_empty() => verb = word,
            _ => services.push(word.trim_end_matches([',', '.'])),
        }
    }
    let purpose = match verb {
        "up" | "start" | "watch" | "dev" => {
            // Words that are no services are the rest of a sentence.
            if project.composes_itself(&services) { StartWhole } else { Auxiliary }
        }
        "build" | "pull" => Build,
        _ => return None,
    };
    Some((vec![purpose], missing))
}

fn docker_run(rest: &[&str], project: &Project<'_>) -> Answer {
    let mut words = rest.iter().copied().skip_while(|word| *word != "run").skip(1);
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            let takes_value = !word.contains('=')
                && matches!(
                    word,
                    "-p" | "--publish" | "-e" | "--env" | "-v" | "--volume" | "--name" | "--network" | "--net" | "-w" | "--workdir" | "-u" | "--user"
                        | "--env-file" | "-h" | "--hostname" | "--mount" | "--link" | "--restart" | "--platform" | "-m" | "--memory" | "--cpus"
                        | "--entrypoint" | "-l" | "--label" | "--add-host" | "--gpus" | "--shm-size"
                )
                // `-dp 80:80`
                || (!word.starts_with("--") && word.len() > 2 && word.ends_with(['p', 'v', 'e']));
            if takes_value {
                words.next();
            }
        } else {
            let inner: Vec<&str> = words.collect();
            let tests = inner.iter().any(|word| by_name(word) == Some(Test));
            return one(match project.is_own_image(word) {
                true if tests => Test,
                true => StartWhole,
                false => Auxiliary,
            });
        }
    }
    None
}

fn target(program: &str, rest: &[&str], operands: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    let names: Vec<&str> = operands
        .iter()
        .map(|name| name.trim_end_matches([',', '.', ';', ':']))
        .filter(|name| !name.contains('='))
        .collect();
    let Some(first) = names.first() else {
        let runs_default = project.has_targets() && rest.iter().all(|word| word.starts_with('-'));
        return runs_default.then(|| (vec![Build], None));
    };
    let mut found = Vec::new();
    for name in &names {
        found.extend(project.target(name).into_iter().flat_map(|lines| expand(name, lines, project, depth)));
    }
    if project.target(first).is_some() {
        return Some((found, None));
    }
    // "make sure that ..." is a sentence; `make run` without a Makefile is a promise that is not kept.
    let purpose = by_name(first).filter(|_| depth == 0 && !is_placeholder(first) && names.len() == 1)?;
    let file = match program {
        "just" => "justfile",
        "task" => "Taskfile",
        _ => "Makefile",
    };
    let missing = if project.has_targets() { format!("target `{first}` in the {file}") } else { file.to_owned() };
    Some((vec![purpose], Some(missing)))
}

fn deploy(program: &str, verb: &str, noun: &str) -> Answer {
    one(match (program, verb) {
        ("heroku", "local") => Start,
        ("heroku", "run") if noun.contains("migrat") => Migrate,
        ("kubectl", "apply" | "create" | "rollout" | "set") => Deploy,
        ("kubectl" | "oc", _) => return None,
        (_, "login" | "logs" | "" | "auth" | "status" | "version" | "get") => return None,
        _ => Deploy,
    })
}

fn shell_script(file: &str, project: &Project<'_>, depth: u8) -> Answer {
    let is_script = file.ends_with(".sh") || file.ends_with(".bash") || file.contains('/');
    if !is_script || file.contains("activate") || is_placeholder(file) {
        return None;
    }
    match project.text(file) {
        Some(text) => {
            let lines: Vec<String> = text.lines().map(str::to_owned).collect();
            Some((expand(file, &lines, project, depth), None))
        }
        None if project.has_file(file) => Some((by_name(file).into_iter().collect(), None)),
        None if depth == 0 && file.ends_with(".sh") => {
            Some((by_name(file).into_iter().collect(), Some(format!("file `{file}`"))))
        }
        None => None,
    }
}

/// A program that is called by its path, or the project's own program by its name.
fn path(program: &str, rest: &[&str], project: &Project<'_>, depth: u8) -> Answer {
    if project.own_names.contains(program) && !program.contains('/') && program.len() > 2 {
        return (!rest.is_empty()).then(|| (vec![Start], None));
    }
    let path = program.strip_prefix("./").or_else(|| program.strip_prefix(".\\"))?;
    if path.is_empty() || is_placeholder(path) {
        return None;
    }
    if path.ends_with(".sh") || project.text(path).is_some_and(|text| text.starts_with("#!")) {
        return shell_script(path, project, depth);
    }
    if path.ends_with(".py") || path.ends_with(".js") || path.ends_with(".rb") {
        return interpreter(path, project, depth);
    }
    if path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return None;
    }
    // What a build before it left behind.
    let purpose = by_name(path).unwrap_or(Start);
    one(if matches!(purpose, Test | Migrate) { purpose } else { Start })
}
