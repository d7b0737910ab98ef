//! What continuous integration runs, whatever the service: every command with its file and line.

use serde_json::Value;

use crate::Snapshot;
use crate::paths;
use crate::snapshot::File;

/// Larger pipelines are not read: parsing YAML that was made to be slow must stay cheap.
const LARGEST: usize = 256 * 1024;

/// Keys under which the services keep shell commands, as a text or as a list of texts.
const COMMAND_KEYS: &[&str] = &[
    "run",
    "script",
    "before_script",
    "after_script",
    "after_success",
    "install",
    "before_install",
    "command",
    "commands",
    "bash",
    "pwsh",
    "powershell",
    "build_script",
    "test_script",
    "deploy_script",
    "cmd",
    // CircleCI's first version: `test: {override: [...]}`.
    "override",
    "pre",
    "post",
];

/// One command line of a pipeline.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// The pipeline's file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// The command line, or what stands for one (a service's default).
    pub command: String,
    /// Not written down, but what the service does when nothing is.
    pub implied: bool,
}

/// Every command of every pipeline at HEAD, by file and line.
pub fn steps(repo: &Snapshot) -> Vec<Step> {
    let mut steps = Vec::new();
    for (file, text) in repo.tree().own_texts().filter(|(file, text)| is_read(&file.path, text)) {
        if text.len() > LARGEST {
            repo.leave("pipeline", format!("larger than {} KiB, so it was not read", LARGEST >> 10), &file.path);
            continue;
        }
        if file.name().starts_with("Jenkinsfile") {
            jenkins(file, text, &mut steps);
            continue;
        }
        let documents = documents(text);
        for document in &documents {
            walk(document, &file.path, text, &mut steps);
            if file.name() == ".travis.yml" {
                travis_default(repo, document, &file.path, text, &mut steps);
            }
        }
    }
    steps.sort();
    steps.dedup();
    steps
}

/// Whether the file is a pipeline, by where it lies or by what is in it.
pub fn is_read(path: &str, text: &str) -> bool {
    is_pipeline(path) || is_of_concourse(path, text)
}

/// A task or a pipeline of Concourse, which is told where those lie.
fn is_of_concourse(path: &str, text: &str) -> bool {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    let has = |keys: &[&str]| keys.iter().all(|key| text.lines().any(|line| line.starts_with(key)));
    yaml && !paths::is_aside(path)
        && (has(&["platform:", "run:"]) || has(&["jobs:", "resources:"]) && text.contains("plan:"))
}

/// Whether a service reads its pipeline from `path`. Jenkins and Azure are told where it lies, so it may lie anywhere.
pub fn is_pipeline(path: &str) -> bool {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    let name = paths::name(path);
    (yaml
        && (path.starts_with(".github/workflows/")
            || path.starts_with(".github/actions/")
            || path.starts_with(".gitea/workflows/")
            || path.starts_with(".forgejo/workflows/")
            || path.starts_with(".gitlab/")
            || path.starts_with(".circleci/")
            || path.starts_with(".buildkite/")
            || path.starts_with(".semaphore/")
            || path.starts_with(".woodpecker/")
            || path.starts_with(".azure-pipelines/")
            || path.starts_with(".azure/")
            || path.starts_with("azure-pipelines")
            || name.starts_with("azure-pipelines") && !paths::is_aside(path)))
        || name.starts_with("Jenkinsfile") && !paths::is_aside(path)
        || matches!(
            path,
            ".gitlab-ci.yml"
                | ".travis.yml"
                | ".drone.yml"
                | ".woodpecker.yml"
                | ".cirrus.yml"
                | "appveyor.yml"
                | ".appveyor.yml"
                | "bitbucket-pipelines.yml"
                | "cloudbuild.yaml"
                | "cloudbuild.yml"
                | "circle.yml"
                | "buildspec.yml"
                | "wercker.yml"
                | "shippable.yml"
                | "codeship-steps.yml"
        )
}

fn documents(text: &str) -> Vec<Value> {
    let options = serde_saphyr::options! {
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::LastWins,
        budget: serde_saphyr::budget! { max_depth: 64, max_nodes: 50_000 }
    };
    serde_saphyr::from_multiple_with_options(&without_comments(text), options).unwrap_or_default()
}

/// The same lines without those that are comments: the parser gives up on a long page of them.
fn without_comments(text: &str) -> String {
    let lines = text.lines().map(|line| if line.trim_start().starts_with('#') { "" } else { line });
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Collects the commands below `document`. The depth was limited when it was parsed.
fn walk(document: &Value, file: &str, text: &str, steps: &mut Vec<Step>) {
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(map) => {
                if map.get("if").is_some_and(|condition| {
                    condition == &Value::Bool(false) || condition.as_str().is_some_and(|text| text.trim() == "false")
                }) {
                    continue;
                }
                if let Some(command) =
                    map.get("uses").or_else(|| map.get("task")).and_then(|uses| action(uses.as_str()?, map))
                {
                    push(file, text, uses_needle(map), &command, steps);
                }
                for (key, value) in map {
                    if COMMAND_KEYS.contains(&key.as_str()) || key.ends_with("_script") {
                        commands(value, file, text, steps);
                    }
                    open.push(value);
                }
            }
            _ => {}
        }
    }
}

fn commands(value: &Value, file: &str, text: &str, steps: &mut Vec<Step>) {
    match value {
        Value::String(command) => lines(command, file, text, steps),
        Value::Array(items) => {
            for item in items {
                // CircleCI's first version writes options below the command: `- rspec: {parallel: true}`.
                let with_options = || item.as_object().filter(|map| map.len() == 1)?.keys().next().map(String::as_str);
                if let Some(command) = item.as_str().or_else(with_options) {
                    lines(command, file, text, steps);
                }
            }
        }
        Value::Object(run) => program(run, file, text, steps),
        _ => {}
    }
}

/// What Concourse runs: a program, and what it is given. A shell may be given the script.
fn program(run: &serde_json::Map<String, Value>, file: &str, text: &str, steps: &mut Vec<Step>) {
    let Some(path) = run.get("path").and_then(Value::as_str) else { return };
    let given = run.get("args").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    let given: Vec<&str> = given.collect();
    match given.as_slice() {
        [options @ .., script] if path.ends_with("sh") && options.iter().any(|it| it.starts_with('-')) => {
            lines(script, file, text, steps);
        }
        _ => push(file, text, path, &format!("{path} {}", given.join(" ")), steps),
    }
}

fn lines(command: &str, file: &str, text: &str, steps: &mut Vec<Step>) {
    for line in logical_lines(command) {
        let first = line.split('\n').next().unwrap_or_default().trim().to_owned();
        push(file, text, &first, &line.replace('\n', " "), steps);
    }
}

fn push(file: &str, text: &str, needle: &str, command: &str, steps: &mut Vec<Step>) {
    steps.push(Step {
        file: file.to_owned(),
        line: line_of(text, needle),
        command: command.trim().to_owned(),
        implied: false,
    });
}

/// Lines of a shell script without comments and blank lines; a line that ends in `\` goes on in the next.
pub(super) fn logical_lines(script: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in script.lines() {
        let line = line.trim();
        if !goes_on && (line.is_empty() || line.starts_with('#')) {
            continue;
        }
        let (text, more) = line.strip_suffix('\\').map_or((line, false), |text| (text, true));
        match lines.last_mut() {
            Some(last) if goes_on => {
                last.push('\n');
                last.push_str(text.trim());
            }
            _ => lines.push(text.to_owned()),
        }
        goes_on = more;
    }
    lines
}

/// The line of `text` that holds `needle` outside a comment; the first if there is none.
fn line_of(text: &str, needle: &str) -> u32 {
    text.lines()
        .position(|line| !line.trim_start().starts_with('#') && line.contains(needle))
        .map_or(1, |index| index as u32 + 1)
}

fn uses_needle(map: &serde_json::Map<String, Value>) -> &str {
    map.get("uses").or_else(|| map.get("task")).and_then(Value::as_str).unwrap_or_default()
}

/// The command that a ready-made action stands for.
fn action(uses: &str, step: &serde_json::Map<String, Value>) -> Option<String> {
    let input = |name: &str| {
        let with = step.get("with").or_else(|| step.get("inputs"))?;
        with.get(name)?.as_str()
    };
    let name = uses.split('@').next().unwrap_or_default();
    Some(match name {
        "actions-rs/cargo" => format!("cargo {} {}", input("command")?, input("args").unwrap_or_default()),
        "gradle/gradle-build-action" | "gradle/actions/setup-gradle" | "burrunan/gradle-cache-action" => {
            format!("gradle {}", input("arguments")?)
        }
        "borales/actions-yarn" | "Borales/actions-yarn" => format!("yarn {}", input("cmd")?),
        "cypress-io/github-action" => "cypress run".to_owned(),
        "php-actions/phpunit" => "phpunit".to_owned(),
        "php-actions/composer" => format!("composer {}", input("command")?),
        "robherley/go-test-action" => "go test".to_owned(),
        "DotNetCoreCLI" => {
            let projects = input("projects").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            format!("dotnet {} {projects}", input("command")?)
        }
        "VSTest" => "dotnet test".to_owned(),
        "Maven" => format!("mvn {}", input("goals").unwrap_or("package")),
        "Gradle" => format!("gradle {}", input("tasks").unwrap_or("build")),
        "Npm" => format!("npm {}", input("customCommand")?),
        _ => return None,
    })
}

/// Travis runs a language's usual command when no script is given.
fn travis_default(repo: &Snapshot, document: &Value, file: &str, text: &str, steps: &mut Vec<Step>) {
    let has_script = text.lines().any(|line| line.trim_start().trim_start_matches("- ").starts_with("script:"));
    let language = document.get("language").and_then(|language| {
        language.as_str().or_else(|| language.as_array().and_then(|list| list.first()).and_then(Value::as_str))
    });
    // A file without a language is taken for Ruby.
    let command = match language.unwrap_or("ruby") {
        "ruby" => "rake",
        "java" | "kotlin" | "jvm" if repo.tree().has("pom.xml") => "mvn test",
        "java" | "kotlin" | "groovy" | "android" | "jvm" => "gradle check",
        "node_js" => "npm test",
        "go" => "go test ./...",
        "php" => "phpunit",
        "rust" => "cargo test",
        "scala" => "sbt test",
        "elixir" => "mix test",
        _ => return,
    };
    if !has_script {
        steps.push(Step {
            file: file.to_owned(),
            line: line_of(text, "language"),
            command: command.to_owned(),
            implied: true,
        });
    }
}

/// `sh 'mvn test'`, `bat "..."`, and the lines between triple quotes.
fn jenkins(file: &File, text: &str, steps: &mut Vec<Step>) {
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("//") || line.starts_with('*') {
            continue;
        }
        let command = ["sh ", "sh(", "bat ", "bat(", "powershell "]
            .iter()
            .find_map(|start| line.split_once(start).map(|(_, rest)| rest))
            .unwrap_or(line);
        let command = command.trim_matches(|c: char| matches!(c, '"' | '\'' | '(' | ')' | ' '));
        if !command.is_empty() {
            steps.push(Step {
                file: file.path.clone(),
                line: index as u32 + 1,
                command: command.to_owned(),
                implied: false,
            });
        }
    }
}
