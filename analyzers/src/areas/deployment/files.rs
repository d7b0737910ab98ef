//! Files that describe how the project runs, by name and a look inside.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;
use serde_json::Value;

use super::container::makes_infrastructure;
use super::hosts::Ships;
use super::releases::{brings_up, calls_orb, deploys};
use super::{beside, compose, hosts, infrastructure, named};

use crate::Snapshot;
use crate::areas::tests::pipelines::is_pipeline;
use crate::code::Language;
use crate::paths;
use crate::snapshot::File;

/// What a file says about how the project runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Describes {
    /// A container of the project.
    Container,
    /// Several services, the project among them.
    Services,
    /// How a host, a cluster or a process manager runs it.
    Host,
    /// Only what it needs: a database, a queue.
    Dependencies,
    /// How binaries are built and released.
    Release,
    /// How a host serves one part, such as the documentation's site.
    Part,
    /// Targets for people, none of which deploys.
    Makefile,
    /// What one of the others starts, or brings along.
    Named,
    /// Sources, roles and templates of a tool whose main file lies beside them.
    Beside,
}

impl Describes {
    /// Whether the file alone tells a machine how to run the project.
    pub(super) fn runs_it(self) -> bool {
        matches!(self, Describes::Container | Describes::Services | Describes::Host)
    }

    fn is_compose(self) -> bool {
        matches!(self, Describes::Services | Describes::Dependencies)
    }
}

static WORKLOAD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?m)^kind:\s*(Deployment|StatefulSet|DaemonSet|CronJob|Job|Pod|Service|Ingress|Rollout)\b")
});
/// What tells a cluster which folders to apply: an application of Argo CD, a release or a folder of Flux.
static HANDED_OVER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^kind:\s*(Application|ApplicationSet|HelmRelease|Kustomization)\b"));
/// Of those, the folder.
static HANDED_FOLDER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?m)^[ \t]+(?:-[ \t]+)?path:[ \t]*['"]?(?:\./)?([\w./-]*\w)"#));
/// Any object of a cluster.
static OBJECT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^kind:\s*\w"));
static MAKE_TARGET: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^(run|start|serve|up|dev|deploy|docker|image|compose)[\w.%-]*\s*:([^=]|$)"));
static CARGO_MAKE_TARGET: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^\[tasks\.(run|start|serve|up|dev|deploy|docker|image|compose)[\w.-]*\]"));

static DEPLOY_STAGE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"(?i)^\s*stage\s*\(?\s*['"][^'"]*\b(deploy|deployment|deploying|release|publish)\b"#));
static FABRIC: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^def \w*deploy\w*\(|\b(sudo|put|rsync_project|Connection)\("));
/// Any of Terraform's blocks: a file of variables alone is part of what the others make.
static TERRAFORM: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?m)^\s*(resource|module|variable|output|provider|terraform|data|locals)\b[^=\n]*\{"));
static MAKES_IMAGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(docker|podman|buildah|nerdctl)\b( image| buildx)? (build|push|bake)\b|\bdocker[ -]compose\b[^&;|]* (build|push)\b",
    )
});

/// `docker compose -f $(FILE) up`
static BRINGS_UP: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bdocker[ -]compose [^&;|]*\bup\b"));

/// The folders in which a cluster's workloads lie, or from which it takes what it runs: looked for once, as there may be objects by the thousand beside them.
struct Workloads(BTreeSet<String>);

impl Workloads {
    fn read(repo: &Snapshot) -> Self {
        let is_workload = |text: &str| text.contains("apiVersion:") && WORKLOAD.is_match(text);
        let texts = || repo.tree().own_texts();
        let workloads = texts().filter(|(_, text)| is_workload(text)).map(|(file, _)| paths::folder(&file.path));
        let folders = texts()
            .filter(|(_, text)| hands_over(text))
            .flat_map(|(_, text)| HANDED_FOLDER.captures_iter(text).filter_map(|found| Some(found.get(1)?.as_str())));
        Workloads(workloads.chain(folders).map(str::to_owned).collect())
    }
}

/// Every such file, by path.
pub(super) fn find(repo: &Snapshot) -> Vec<(&str, Describes)> {
    let mut found: Vec<_> = repo
        .tree()
        .own_texts()
        .filter(|(file, _)| !is_aside(&file.path) || is_pipeline(&file.path) || is_beside_pipelines(&file.path))
        .filter(|(_, text)| says_something(text))
        .filter_map(|(file, text)| Some((file.path.as_str(), describes(repo, &file.path, text)?)))
        .collect();
    let paths: Vec<&str> = found.iter().filter(|(_, what)| what.is_compose()).map(|(path, _)| *path).collect();
    for path in compose::brought(repo, &paths) {
        found.retain(|(known, _)| *known != path);
        found.push((path, services(repo, path, repo.text(path).unwrap_or_default())));
    }
    let beside = beside::find(repo, &found);
    found.extend(beside.into_iter().map(|path| (path, Describes::Beside)));
    let named = named::find(repo, &found);
    found.extend(named.into_iter().map(|path| (path, Describes::Named)));
    found.sort_unstable();
    found
}

/// Where what a pipeline hands to a host is kept, such as a task of ECS.
fn is_beside_pipelines(path: &str) -> bool {
    path.starts_with(".github/") && path.ends_with(".json")
}

/// Examples, what only tests start, and containers that only an editor uses. A stage may be called `test` as well.
fn is_aside(path: &str) -> bool {
    let folders: Vec<&str> = paths::folder(path).split('/').collect();
    let is_stage =
        |index: usize| index > 0 && matches!(folders[index - 1], "overlays" | "environments" | "envs" | "stages");
    paths::name(path).starts_with(".gitpod")
        || folders.iter().enumerate().any(|(index, folder)| match *folder {
            ".devcontainer" | ".gitpod" | "examples" | "example" | "testdata" | "fixtures" | ".github" => true,
            "test" | "tests" => !is_stage(index),
            _ => false,
        })
}

/// Whether there is more than blank lines, comments, and the line that opens a YAML document. A file that is there only
/// to be filled in later describes nothing.
fn says_something(text: &str) -> bool {
    let mut in_block = false;
    text.trim_start_matches('\u{feff}').lines().map(str::trim).any(|line| {
        let mut rest = line;
        loop {
            if in_block {
                let Some(end) = rest.find("*/") else { return false };
                (in_block, rest) = (false, rest[end + 2..].trim_start());
            }
            match rest.strip_prefix("/*") {
                Some(block) => (in_block, rest) = (true, block),
                None => {
                    return !rest.is_empty() && rest != "---" && !["#", "//", ";"].iter().any(|c| rest.starts_with(c));
                }
            }
        }
    })
}

/// What a compose file describes.
fn services(repo: &Snapshot, path: &str, text: &str) -> Describes {
    if compose::runs_project(repo, path, text) { Describes::Services } else { Describes::Dependencies }
}

/// Whether a file tells a cluster what to fetch and run.
fn hands_over(text: &str) -> bool {
    let is_known = ["argoproj.io/", "toolkit.fluxcd.io/"].iter().any(|group| text.contains(group));
    is_known && text.contains("apiVersion:") && HANDED_OVER.is_match(text)
}

fn describes(repo: &Snapshot, path: &str, text: &str) -> Option<Describes> {
    let name = paths::name(path);
    let lower = name.to_ascii_lowercase();
    let yaml = lower.ends_with(".yml") || lower.ends_with(".yaml");
    if is_dockerfile(name) {
        return Some(if makes_infrastructure(text) { Describes::Dependencies } else { Describes::Container });
    }
    if is_pipeline(path) {
        // GitLab's folder holds whatever a project wants.
        if is_playbook(path, text) {
            return Some(Describes::Host);
        }
        let is_stage = |line: &str| name.starts_with("Jenkinsfile") && DEPLOY_STAGE.is_match(line);
        let is_release = text.lines().any(|line| deploys(line) || is_stage(line) || calls_orb(path, line))
            || brings_up(path, text)
            || named::starts_release(repo, path);
        return is_release.then_some(Describes::Release);
    }
    if name == "fabfile.py" && FABRIC.is_match(text) {
        return Some(Describes::Release);
    }
    if yaml && compose::is_compose(path, text) {
        return Some(services(repo, path, text));
    }
    let is_script = [".sh", ".bash", ".ps1"].iter().any(|end| lower.ends_with(end));
    if lower.starts_with("deploy") && lower.ends_with(".sh")
        || is_script && (makes_image(text) || does(text, deploys)) && !is_start_script(path, text)
    {
        return Some(Describes::Release);
    }
    // What the workloads beside it read, and what lets them in or watches them.
    let is_object = || yaml && text.contains("apiVersion:") && OBJECT.is_match(text) && !WORKLOAD.is_match(text);
    if is_object() && !is_host_file(path, &lower, yaml, text) {
        return repo.once(Workloads::read).0.contains(paths::folder(path)).then_some(Describes::Part);
    }
    let is_settings = || {
        [".conf", ".conf.example", ".conf.template", ".conf.tmpl", ".conf.j2"].iter().any(|end| lower.ends_with(end))
    };
    if is_settings() && ["proxy_pass", "fastcgi_pass", "uwsgi_pass"].iter().any(|key| text.contains(key)) {
        return Some(Describes::Part);
    }
    if yaml && lower.trim_start_matches('.').starts_with("goreleaser") {
        return Some(Describes::Release);
    }
    #[rustfmt::skip]
    let is_of_tasks = matches!(
        lower.as_str(),
        "makefile" | "gnumakefile" | "justfile" | ".justfile" | "taskfile.yml" | "taskfile.yaml" | "taskfile.dist.yml" | "makefile.toml"
    );
    if is_of_tasks {
        if makes_image(text) || text.lines().any(|line| deploys(line.trim_start().trim_start_matches(['@', '-']))) {
            return Some(Describes::Release);
        }
        let has_target = lower.starts_with("taskfile")
            || MAKE_TARGET.is_match(text)
            || lower == "makefile.toml" && CARGO_MAKE_TARGET.is_match(text)
            || does(text, |line| BRINGS_UP.is_match(line));
        return (has_target && !path.contains('/')).then_some(Describes::Makefile);
    }
    // What a host of pages sends where.
    if matches!(lower.as_str(), "_redirects" | "_headers") && text.lines().any(|line| line.starts_with('/')) {
        return Some(Describes::Part);
    }
    if matches!(lower.as_str(), "vercel.json" | "netlify.toml") && !holds_most_code(repo, paths::folder(path)) {
        return Some(Describes::Part);
    }
    if (yaml || lower.ends_with(".json") || lower.ends_with(".template"))
        && let Some(runs) = infrastructure::template(text)
    {
        return Some(if runs { Describes::Host } else { Describes::Dependencies });
    }
    if lower.ends_with(".tf") && infrastructure::is_storage_only(repo, paths::folder(path)) {
        return Some(Describes::Dependencies);
    }
    if name == "firebase.json" {
        return Some(match hosts::firebase(text)? {
            Ships::Functions => Describes::Host,
            Ships::Pages if holds_most_code(repo, paths::folder(path)) => Describes::Host,
            Ships::Pages => Describes::Part,
            Ships::Rules => Describes::Dependencies,
        });
    }
    if hosts::names_project(repo, path) {
        return Some(Describes::Named);
    }
    is_host_file(path, &lower, yaml, text).then_some(Describes::Host)
}

/// Whether a script or a recipe builds an image of the project, or sends one to a registry.
fn makes_image(text: &str) -> bool {
    does(text, |line| MAKES_IMAGE.is_match(line))
}

/// Whether a line of a script or a recipe does it.
fn does(text: &str, it: impl Fn(&str) -> bool) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start().trim_start_matches(['@', '-']).trim_start();
        // What it says while it works is no command.
        !["#", "echo ", "printf "].iter().any(|start| line.starts_with(start)) && it(line)
    })
}

/// How many files of code there are.
struct AllCode(usize);

/// Whether at least half of the code is below `folder`.
fn holds_most_code(repo: &Snapshot, folder: &str) -> bool {
    let code = |files: &[File]| {
        let own = files.iter().filter(|file| file.is_own() && file.text().is_some());
        own.filter(|file| Language::of(&file.path).is_some()).count()
    };
    let all = repo.once(|repo| AllCode(code(repo.tree().files())));
    code(repo.tree().below(folder)) * 2 >= all.0
}

fn is_host_file(path: &str, name: &str, yaml: bool, text: &str) -> bool {
    #[rustfmt::skip]
    let by_name = matches!(
        name,
        "procfile" | "render.yaml" | "render.yml" | "railway.json" | "railway.toml" | "vercel.json"
            | "netlify.toml" | "nixpacks.toml" | "serverless.yml" | "serverless.yaml" | "serverless.ts"
            | "dockerrun.aws.json" | "apprunner.yaml"
            | "captain-definition" | "wrangler.toml" | "wrangler.jsonc" | "heroku.yml" | "koyeb.yaml" | "skaffold.yaml"
            | "capfile" | "chart.yaml" | "pulumi.yaml" | "cdk.json" | "azure.yaml" | "kustomization.yaml"
            | "kustomization.yml" | "zappa_settings.json" | "shuttle.toml" | ".platform.app.yaml" | "vapor.yml"
    );
    by_name
        || hosts::is_of_pm2(name, text)
        || name.ends_with(".conf") && name.starts_with("supervisor") && text.contains("[program:")
        || matches!(path, "config/deploy.yml" | "config/deploy.rb" | ".do/app.yaml" | "deploy.php")
        || is_of_fly(name) && ["app =", "app=", "service]", "services]"].iter().any(|key| text.contains(key))
        || matches!(name, "app.yaml" | "app.yml") && text.contains("runtime:")
        || name == "manifest.yml" && text.contains("applications:")
        || matches!(name, "appspec.yml" | "appspec.yaml") && text.contains("hooks:")
        || matches!(name, "ecs-params.yml" | "ecs_params.yml") && text.contains("task_definition:")
        // A task of ECS.
        || name.ends_with(".json") && text.contains("\"containerDefinitions\"") && text.contains("\"image\"")
        || path == "app.json" && is_of_heroku(text)
        || name.ends_with(".sh") && is_start_script(path, text)
        || yaml && text.contains("AWS::Serverless")
        || yaml && (text.contains("apiVersion:") && WORKLOAD.is_match(text) || hands_over(text))
        || name.ends_with(".tf") && TERRAFORM.is_match(text)
        || name.ends_with(".service") && text.contains("ExecStart=")
        || name.ends_with(".bicep")
        || is_of_nomad(name, text)
        || is_stage_of_capistrano(path, text)
        || yaml && (is_playbook(path, text) || is_app_spec(text))
        // What a host builds the program with, and what a release of Elixir is made of.
        || name == ".buildpacks"
        || name.ends_with("_buildpack.config")
        || path.ends_with("rel/config.exs") && text.contains("release ")
}

/// Fly's file, of which there may be one for each stage: `fly.toml`, `fly.staging.toml`, `staging.fly.toml`.
fn is_of_fly(name: &str) -> bool {
    name.strip_suffix(".toml").is_some_and(|stem| stem.split('.').any(|part| part == "fly"))
}

/// A job of Nomad, by its ending or by what is in it.
fn is_of_nomad(name: &str, text: &str) -> bool {
    let opens = |word: &str| text.lines().any(|line| line.trim_start().starts_with(word) && line.contains('{'));
    let is_by_name = [".nomad", ".nomad.hcl", ".nomad.tpl"].iter().any(|end| name.ends_with(end));
    (is_by_name || name.ends_with(".hcl")) && opens("job \"") && opens("task \"")
}

/// Plays of Ansible: a list, of which each item names hosts and what is done to them.
pub(super) fn is_playbook(path: &str, text: &str) -> bool {
    static PLAY: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^(-[ \t]+|[ \t]+)hosts:[ \t]*\S"));
    static DOES: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?m)^[ \t]+(tasks|roles):"));
    path.contains("playbook") && text.contains("hosts:")
        || text.lines().any(|line| line.starts_with("- ")) && PLAY.is_match(text) && DOES.is_match(text)
}

/// The description of an app of DigitalOcean's App Platform, whatever it is called.
fn is_app_spec(text: &str) -> bool {
    static PARTS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?m)^(services|workers|jobs|static_sites):[ \t]*\r?\n[ \t]*-"));
    PARTS.is_match(text)
        && ["instance_size_slug:", "dockerfile_path:", "deploy_on_push:"].iter().any(|key| text.contains(key))
}

/// What Capistrano knows of one stage: its servers and what each is for.
fn is_stage_of_capistrano(path: &str, text: &str) -> bool {
    let is_stage = path.strip_prefix("config/deploy/").is_some_and(|name| name.ends_with(".rb"));
    is_stage && text.lines().map(str::trim_start).any(|line| line.starts_with("server ") || line.starts_with("role "))
}

/// Heroku's description of an app; Expo's has the same name and everything below one key.
fn is_of_heroku(text: &str) -> bool {
    let Ok(Value::Object(app)) = serde_json::from_str(text) else { return false };
    !app.contains_key("expo")
        && ["buildpacks", "addons", "formation", "repository", "stack", "env"].iter().any(|key| app.contains_key(*key))
}

/// A script of a folder for deployment that starts something on a machine.
fn is_start_script(path: &str, text: &str) -> bool {
    const STARTS: &[&str] = &[
        "docker run ",
        "docker build ",
        "docker compose up",
        "docker-compose up",
        "docker stack deploy",
        "kubectl apply",
        "systemctl restart",
        "systemctl start",
        "pm2 ",
    ];
    paths::folder(path).split('/').any(|folder| matches!(folder, "deploy" | "deployment"))
        && text.lines().any(|line| {
            let line = line.trim_start();
            !line.starts_with('#') && STARTS.iter().any(|start| line.contains(start))
        })
}

pub(super) fn is_dockerfile(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    // `.env-dockerfile` holds settings, and `dockerfile.rs` source about such files; `Dockerfile.go` is one for Go.
    let is_source = || name.starts_with('d') && Language::of(name).is_some();
    !lower.starts_with(".env") && has_name_of_dockerfile(&lower) && !is_source()
}

fn has_name_of_dockerfile(lower: &str) -> bool {
    lower == "dockerfile"
        || ["dockerfile.", "dockerfile-", "dockerfile_"].iter().any(|start| lower.starts_with(start))
        || [".dockerfile", "-dockerfile", "_dockerfile"].iter().any(|end| lower.ends_with(end))
        || lower == "containerfile"
}

/// Whether a file that builds images names this one, or might: with a Dockerfile around, an image that nobody knows is
/// the project's.
pub(super) fn is_made_here(repo: &Snapshot, image: &str) -> bool {
    repo.tree().own_texts().any(|(file, text)| {
        let name = file.name();
        let builds = is_pipeline(&file.path)
            || name.ends_with(".sh")
            || ["pom.xml", "build.gradle", "build.gradle.kts", "package.json", "Makefile", "skaffold.yaml"]
                .contains(&name);
        is_dockerfile(name) && !is_aside(&file.path) || builds && text.contains(image)
    })
}
