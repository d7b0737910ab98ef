//! Whether a command line runs tests, followed through package scripts, Makefiles and shell scripts.

use serde_json::Value;

use super::checks;
use super::makefiles::make;
use super::pipelines::logical_lines;
use super::programs::{DEAF, RUNNERS, WRAPPERS};
use crate::Snapshot;
use crate::paths;

/// How far a command is followed into the repository.
pub(super) const DEEPEST: usize = 4;

/// Of a larger script or Compose file what it runs is not followed, which the report says.
const LARGEST: usize = 64 * 1024;

/// Whether `line` runs tests.
pub fn runs_tests(repo: &Snapshot, line: &str) -> bool {
    follow(repo, line, 0)
}

/// Whether a line that was reached in so many steps runs tests.
pub(super) fn follow(repo: &Snapshot, line: &str, depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    let line = line.split(" #").next().unwrap_or(line);
    let line = &without_expressions(line);
    if line.contains("$(") && line.trim_start().starts_with("echo") {
        return false;
    }
    line.split(['|', ';', '&']).any(|command| command_runs_tests(repo, &words(command), depth))
}

/// The line with `*` for each `${{ ... }}`, which is filled in when a pipeline runs.
fn without_expressions(line: &str) -> String {
    let mut parts = line.split("${{");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        kept.push('*');
        kept.push_str(part.split_once("}}").map_or("", |(_, rest)| rest));
    }
    kept
}

/// Words without the quotes around them.
fn words(command: &str) -> Vec<&str> {
    command
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '`', '(', ')', '{', '}']))
        .filter(|word| !word.is_empty())
        .collect()
}

fn command_runs_tests(repo: &Snapshot, words: &[&str], depth: usize) -> bool {
    let Some((&first, rest)) = words.split_first() else { return false };
    let first = first.trim_start_matches(['@', '-', '\\']);
    let is_assignment = first.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$' || c == ':')
    });
    if first.is_empty() || is_assignment {
        return command_runs_tests(repo, rest, depth);
    }
    let head = first.rsplit(['/', '\\']).next().unwrap_or(first);
    let head = head
        .strip_suffix(".exe")
        .or_else(|| head.strip_suffix(".cmd"))
        .or_else(|| head.strip_suffix(".bat"))
        .unwrap_or(head);
    let has = |word: &str| rest.contains(&word);
    let asks_only = has("--version") || has("--help") || has("--no-run") || has("install") || has("--collect-only");
    // A script of the repository may be called like a program (`./scripts/test`).
    if first.contains('/') && script(repo, first, depth) {
        return true;
    }
    if DEAF.contains(&head) {
        return matches!(head, "source" | ".") && rest.first().is_some_and(|path| script(repo, path, depth));
    }
    if RUNNERS.contains(&head) {
        return !asks_only;
    }
    let goal = rest.iter().find(|word| !word.starts_with(['-', '+'])).copied().unwrap_or_default();
    // `python3.11`
    let is_version = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || c == '.');
    let head = if head.strip_prefix("python").is_some_and(is_version) { "python" } else { head };
    match head {
        "python" | "py" => match rest {
            ["-m", module, ..] if RUNNERS.contains(module) => !asks_only,
            ["-m", _, ..] => command_runs_tests(repo, &rest[1..], depth),
            [file, "test", ..] if file.ends_with("manage.py") || file.ends_with("setup.py") => true,
            _ => rest.iter().any(|file| file.ends_with(".py") && super::cases::is_test_path(file)),
        },
        "manage.py" | "django-admin" | "flask" | "artisan" | "sbt" | "mix" | "swift" | "flutter" | "dart" | "zig"
        | "lein" | "stack" | "cabal" | "bazel" | "ng" | "nx" | "turbo" | "lerna" | "wsrun" | "ace" | "hardhat"
        | "truffle" | "cake" => {
            rest.iter().any(|word| *word == "test" || *word == "--target=test" || word.starts_with("test:"))
        }
        "php" => match rest {
            [file, more @ ..] if file.ends_with("artisan") => more.first().is_some_and(|task| *task == "test"),
            _ => rest
                .iter()
                .position(|word| !word.starts_with('-'))
                .is_some_and(|index| command_runs_tests(repo, &rest[index..], depth)),
        },
        "go" => {
            goal == "test" && !has("-exec=echo")
                || goal == "run" && has("mage") && rest.iter().any(|word| word.contains("est"))
        }
        "cargo" => {
            matches!(goal, "test" | "t" | "nextest" | "tarpaulin" | "llvm-cov" | "insta") && !asks_only
                || matches!(goal, "xtask" | "hack" | "make" | "careful" | "miri" | "xtest")
                    && rest.iter().any(|word| matches!(*word, "test" | "ci" | "nextest"))
        }
        "mvn" | "mvnw" => {
            let skips = rest.iter().any(|word| {
                matches!(*word, "-DskipTests" | "-DskipTests=true" | "-Dmaven.test.skip" | "-Dmaven.test.skip=true")
            });
            !skips
                && rest.iter().any(|goal| {
                    matches!(*goal, "test" | "verify" | "package" | "install" | "deploy" | "integration-test")
                })
        }
        "gradle" | "gradlew" => {
            let excluded = rest.windows(2).any(|pair| matches!(pair, ["-x" | "--exclude-task", "test" | ":test"]));
            !excluded
                && !super::gradle::runs_one(repo, rest)
                && rest.iter().any(|task| {
                    let task = task.rsplit(':').next().unwrap_or(task);
                    matches!(task, "test" | "check" | "build" | "koverXmlReport" | "jacocoTestReport")
                        || task.ends_with("Test")
                })
        }
        "dotnet" => match goal {
            "test" => super::projects::may_exist(repo, rest),
            "vstest" => true,
            // `dotnet coverage collect 'dotnet test'`
            "coverage" => rest.windows(2).any(|pair| pair == ["dotnet", "test"]),
            "run" => rest
                .windows(2)
                .find(|pair| matches!(pair[0], "--project" | "-p"))
                .is_some_and(|pair| build_program_tests(repo, pair[1])),
            "cake" => build_program_tests(repo, ""),
            _ => false,
        },
        "build.sh" | "build.ps1" | "build" if build_program_tests(repo, "") => true,
        "rake" => {
            goal.is_empty()
                || rest.iter().any(|task| {
                    matches!(*task, "test" | "spec" | "default" | "ci")
                        || task.starts_with("test:")
                        || task.starts_with("spec:")
                        || super::rake::runs_tests(repo, task)
                })
        }
        "rails" => matches!(goal, "test" | "spec" | "test:all" | "test:system"),
        "node" | "deno" if rest.contains(&"--test") || head == "deno" && goal == "test" => true,
        "node" => rest.iter().any(|file| super::cases::is_test_path(file) && file.contains('.')) || calls_runner(rest),
        "bun" if goal == "test" => true,
        "playwright" | "newman" | "react-scripts" | "vue-cli-service" | "wp-scripts" | "k6"
            if has("test") || has("test:unit") =>
        {
            true
        }
        "npm" | "yarn" | "pnpm" | "bun" | "npm-run-all" | "run-s" | "run-p" | "deno" => {
            package_script(repo, head, rest, depth)
        }
        "composer" => rest
            .iter()
            .filter(|word| !word.starts_with('-'))
            .any(|name| script_named(repo, "composer.json", name, depth)),
        "make" | "gmake" | "just" | "task" | "mage" => make(repo, head, rest, depth),
        "earthly" => rest.iter().any(|target| target.contains("test")),
        "mise" if super::mise::runs_tests(repo, rest, depth, follow) => true,
        _ if WRAPPERS.contains(&head) => wrapped(repo, head, rest, depth),
        _ => first.contains(['/', '.']) && script(repo, first, depth),
    }
}

/// The command in a line that begins with a wrapper: after its flags and its own words.
fn wrapped(repo: &Snapshot, head: &str, rest: &[&str], depth: usize) -> bool {
    // Installing, building an image, or copying files names programs without running them.
    let installs = matches!(
        rest.first(),
        Some(
            &("install"
                | "add"
                | "build"
                | "pull"
                | "push"
                | "login"
                | "sync"
                | "cp"
                | "config"
                | "export"
                | "lock"
                | "pip")
        )
    );
    if installs {
        return false;
    }
    if matches!(head, "docker" | "docker-compose" | "podman") {
        let test_file = rest.iter().any(|word| word.ends_with("ml") && word.contains("test"));
        if rest.contains(&"up") && (test_file || rest.iter().any(|word| service(repo, word, depth))) {
            return true;
        }
        // `docker compose run --rm test`: what is not said is what the service does by itself.
        let composes = head == "docker-compose" || rest.contains(&"compose");
        if composes && rest.contains(&"run") && rest.last().is_some_and(|word| service(repo, word, depth)) {
            return true;
        }
    }
    // `if [ ... ]; then composer require phpunit/phpunit` names a program without running it.
    let starts = (0..rest.len()).take_while(|&start| !is_installation(&rest[start..]));
    starts.filter(|&start| !rest[start].starts_with('-')).any(|start| {
        // `docker run rake` is a command, `docker compose up task` is a service; `./scripts/test` is a file.
        !matches!(rest[start], "test" | "task" | "build" | "run" | "exec")
            && command_runs_tests(repo, &rest[start..], depth + 1)
    })
}

/// Whether a command fetches what it names.
fn is_installation(words: &[&str]) -> bool {
    let [program, rest @ ..] = words else { return false };
    let verb = rest.iter().find(|word| !word.starts_with('-')).copied().unwrap_or_default();
    match *program {
        "composer" => matches!(verb, "require" | "install" | "update" | "global"),
        "npm" | "pnpm" | "yarn" | "bun" => matches!(verb, "install" | "i" | "ci" | "add" | "global"),
        "pip" | "pip3" | "gem" | "cargo" | "go" | "apt" | "apt-get" | "apk" | "brew" | "bundle" | "poetry" => {
            matches!(verb, "install" | "add" | "get")
        }
        _ => false,
    }
}

/// `npm test`, `yarn workspace api test:ci`, `pnpm --filter api run test`.
fn package_script(repo: &Snapshot, manager: &str, rest: &[&str], depth: usize) -> bool {
    if matches!(rest.first(), Some(&("install" | "i" | "ci" | "add" | "exec" | "dlx" | "x" | "create" | "publish"))) {
        return matches!(rest[0], "exec" | "dlx" | "x") && wrapped(repo, "npx", &rest[1..], depth);
    }
    rest.iter().filter(|word| !word.starts_with('-')).any(|word| {
        let name = if manager == "npm" && matches!(*word, "t" | "tst") { "test" } else { word };
        script_named(repo, "package.json", name, depth)
            || manager != "npm" && RUNNERS.contains(word)
            || manager == "deno" && name.starts_with("test")
    })
}

/// Whether the script called `name` of any manifest with that file name runs tests.
fn script_named(repo: &Snapshot, manifest: &str, name: &str, depth: usize) -> bool {
    // `test:*` of npm-run-all, `test:*:ci` of a pipeline that fills in the middle.
    let pattern = name.split_once('*').filter(|(start, end)| !start.is_empty() || !end.is_empty());
    repo.stack()
        .scripts()
        .iter()
        .filter(|script| paths::name(&script.path) == manifest)
        .filter(|script| {
            pattern.map_or(script.name == name, |(start, end)| {
                script.name.starts_with(start) && script.name[start.len()..].ends_with(end)
            })
        })
        .any(|script| {
            let placeholder = script.command.contains("no test specified");
            // `npm test` runs tests by convention, even through a tool that is not known here.
            !placeholder
                && (script.name == "test" && !is_idle(&script.command)
                    || depth < DEEPEST && follow(repo, &script.command, depth + 1))
        })
}

/// A script of which every part only prints, succeeds, or reads the sources without running them.
fn is_idle(command: &str) -> bool {
    let command = checks::QUOTED.replace_all(command, "''");
    let parts = command.split(['&', ';', '|']).map(words);
    parts.filter(|words| !words.is_empty()).all(|words| {
        let mut words = words.iter().copied().skip_while(|word| matches!(*word, "npx" | "bunx" | "pnpm" | "yarn"));
        let program = words.next().unwrap_or_default();
        matches!(program, "echo" | "printf" | "exit" | "true" | ":")
            || matches!(program, "eslint" | "tsc" | "prettier" | "standard" | "xo" | "tslint" | "biome" | "oxlint")
            || program == "next" && words.next() == Some("lint")
    })
}

/// `node ./node_modules/.bin/jest`, `node --inspect node_modules/mocha/bin/mocha.js`
fn calls_runner(rest: &[&str]) -> bool {
    rest.iter().any(|word| {
        let name = word.rsplit('/').next().unwrap_or_default();
        word.contains("node_modules/") && RUNNERS.contains(&name.strip_suffix(".js").unwrap_or(name))
    })
}

/// A script of the repository, by a path in a command.
fn script(repo: &Snapshot, path: &str, depth: usize) -> bool {
    let path = path.trim_start_matches("./").trim_start_matches("$PWD/").trim_start_matches("../");
    if depth >= DEEPEST || path.is_empty() {
        return false;
    }
    let file = repo.tree().get(path).or_else(|| {
        let suffix = format!("/{path}");
        repo.tree().named(paths::name(path)).find(|file| file.path.ends_with(&suffix))
    });
    // The root of the repository has another name within a container, and where Concourse puts it: `/code/ci/test.sh`,
    // `shop/ci/test.sh`.
    let within = || repo.tree().get(path.strip_prefix('/').unwrap_or(path).split_once('/')?.1);
    let file = file.or_else(within);
    let Some(text) = file.filter(|file| file.is_own()).and_then(|file| file.text()) else { return false };
    let is_shell = path.ends_with(".sh")
        || path.ends_with(".ps1")
        || path.ends_with(".bat")
        || text.lines().next().is_some_and(|line| line.starts_with("#!") && line.contains("sh"));
    if is_shell && text.len() > LARGEST {
        repo.leave("script", format!("larger than {} KiB, so what it runs was not followed", LARGEST >> 10), path);
        return false;
    }
    is_shell && logical_lines(text).iter().any(|line| follow(repo, &called(&line.replace('\n', " ")), depth + 1))
}

/// A line without PowerShell's operator for calls, and what it calls by its name: `& $dotnet test`.
fn called(line: &str) -> String {
    line.trim_start().strip_prefix("& ").map_or(line, |called| called.trim_start_matches(['$', '"'])).to_owned()
}

/// Whether the service called `name` of a Compose file runs tests when it is brought up.
fn service(repo: &Snapshot, name: &str, depth: usize) -> bool {
    let options = || {
        serde_saphyr::options! {
            duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
            budget: serde_saphyr::budget! { max_depth: 32, max_nodes: 10_000 }
        }
    };
    let is_compose = |path: &str| {
        let file = paths::name(path);
        (file.starts_with("docker-compose") || file.starts_with("compose.")) && file.ends_with("ml")
    };
    let key = format!("{name}:");
    depth < DEEPEST
        && name.len() > 2
        && repo
            .tree()
            .own_texts()
            .filter(|(file, text)| is_compose(&file.path) && text.contains(&key))
            .filter(|(file, text)| {
                let is_large = text.len() > LARGEST;
                if is_large {
                    let why = format!("larger than {} KiB, so what it runs was not followed", LARGEST >> 10);
                    repo.leave("script", why, &file.path);
                }
                !is_large
            })
            .filter_map(|(_, text)| serde_saphyr::from_str_with_options::<Value>(text, options()).ok())
            .any(|compose| match &compose["services"][name]["command"] {
                Value::String(command) => follow(repo, command, depth + 1),
                Value::Array(words) => {
                    let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                    follow(repo, &words.join(" "), depth + 1)
                }
                _ => false,
            })
}

/// Build programs of .NET projects (Bullseye, Cake, Nuke) below `folder`: do they call `dotnet test`?
fn build_program_tests(repo: &Snapshot, folder: &str) -> bool {
    let folder = folder.trim_start_matches("./").trim_end_matches('/');
    let folder = if folder.ends_with("proj") { paths::folder(folder) } else { folder };
    repo.tree().own_texts().any(|(file, text)| {
        let name = file.name();
        let in_folder = !folder.is_empty() && file.path.starts_with(&format!("{folder}/")) && name.ends_with(".cs");
        (in_folder || name.ends_with(".cake") || name == "Build.cs")
            && ["dotnet test", "\"test ", "$\"test ", "DotNetTest(", "DotNetCoreTest(", "\"test\", "]
                .iter()
                .any(|mark| text.contains(mark))
    })
}
