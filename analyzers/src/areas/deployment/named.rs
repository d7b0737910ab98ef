//! Files that a container, a compose file or a process file names: what it starts, and the settings that it brings along.

use std::collections::{BTreeSet, HashMap};

use super::files::Describes;
use super::releases::deploys;
use crate::Snapshot;
use crate::areas::tests::pipelines::is_pipeline;
use crate::paths;
use crate::snapshot::stack::Script;

/// Where servers and process managers look for their settings.
const SETTINGS: &[&str] = &[
    "/etc/nginx",
    "/etc/supervisor",
    "/etc/apache2",
    "/etc/httpd",
    "/etc/caddy",
    "/etc/traefik",
    "/etc/haproxy",
    "/usr/local/etc",
    "/docker-entrypoint.d",
];

/// Settings of the program itself, or of a tool beside it, which say nothing of how a host runs them.
const OF_THE_PROGRAM: &[&str] =
    &["puma.rb", "sidekiq.yml", "alembic.ini", "pgbouncer.ini", "userlist.txt", ".air.toml", "air.toml"];

/// A folder that holds more than this is not one of settings.
const MOST: usize = 10;

/// The files that those in `found` name, in order of path, without those that are in `found` themselves.
pub(super) fn find<'a>(repo: &'a Snapshot, found: &[(&'a str, Describes)]) -> Vec<&'a str> {
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for (path, _) in found.iter().filter(|(path, what)| what.runs_it() && names_others(path)) {
        let Some(text) = repo.text(path) else { continue };
        let logical = text.replace("\\\n", " ");
        let is_server = is_of_server(text);
        for line in logical.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            named.extend(started(repo, path, line));
            let Some((from, to)) = brought(line) else { continue };
            if is_of_settings(to) {
                named.extend(from.iter().flat_map(|source| below(repo, path, source)));
            } else {
                // A single file says by its name, or by where it goes, that it is one of settings.
                let is_setting = |source: &&&str| to.starts_with("/etc/") || is_server && is_named_as_setting(source);
                named.extend(from.iter().filter(is_setting).filter_map(|source| file(repo, path, source)));
            }
        }
    }
    for (path, _) in found.iter().filter(|(path, _)| is_pipeline(path)) {
        let lines = repo.text(path).unwrap_or_default().lines().map(str::trim).filter(|line| !line.starts_with('#'));
        let scripts = lines.flat_map(|line| started(repo, path, line));
        named.extend(scripts.filter(|script| repo.text(script).is_some_and(|text| text.lines().any(deploys))));
    }
    let known: BTreeSet<&str> = found.iter().map(|(path, _)| *path).collect();
    let is_key = |path: &str| [".key", ".pem", ".crt", ".cer"].iter().any(|end| path.ends_with(end));
    named.retain(|path| !is_key(path) && !OF_THE_PROGRAM.iter().any(|name| paths::name(path).starts_with(name)));
    named.difference(&known).copied().collect()
}

/// Whether a pipeline starts a script that sends the program to a registry or a host.
pub(super) fn starts_release(repo: &Snapshot, path: &str) -> bool {
    let lines = || repo.text(path).unwrap_or_default().lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let starts = |path: &str, line: &str| {
        let ships =
            |script: &&str| script.ends_with(".sh") && repo.text(script).is_some_and(|text| text.lines().any(deploys));
        line.contains(".sh") && started(repo, path, line).iter().any(ships)
    };
    lines().any(|line| starts(path, line))
        || lines()
            .flat_map(|line| scripts(repo, line))
            .any(|script| deploys(&script.command) || starts(&script.path, &script.command))
}

/// The scripts of packages that a line runs: `npm run deploy:all`, `yarn deploy`.
fn scripts<'a>(repo: &'a Snapshot, line: &str) -> Vec<&'a Script> {
    let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    let Some(at) = words.iter().position(|word| matches!(*word, "npm" | "yarn" | "pnpm" | "bun")) else {
        return Vec::new();
    };
    let known = repo.once(Scripts::read);
    let named: BTreeSet<usize> =
        words[at + 1..].iter().filter_map(|word| known.0.get(*word)).flatten().copied().collect();
    named.into_iter().map(|index| &repo.stack().scripts()[index]).collect()
}

/// The scripts of packages, by name.
struct Scripts(HashMap<String, Vec<usize>>);

impl Scripts {
    fn read(repo: &Snapshot) -> Self {
        let mut names: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, script) in repo.stack().scripts().iter().enumerate() {
            names.entry(script.name.clone()).or_default().push(index);
        }
        Scripts(names)
    }
}

/// Dockerfiles, compose files, Procfiles and supervisor's settings.
fn names_others(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    ["dockerfile", "containerfile", "compose", "procfile", "supervisor"].iter().any(|word| name.contains(word))
}

/// What a line starts, or starts with these settings.
fn started<'a>(repo: &'a Snapshot, path: &str, line: &str) -> Vec<&'a str> {
    let words: Vec<&str> = line
        .split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '[' | ']' | ',' | '=' | ';'))
        .filter(|word| !word.is_empty())
        .collect();
    let is_healthcheck = words.first().is_some_and(|first| *first == "HEALTHCHECK");
    let mut started = Vec::new();
    for (index, word) in words.iter().enumerate().filter(|_| !is_healthcheck) {
        let before = index.checked_sub(1).map_or("", |before| words[before]);
        let is_script = word.ends_with(".sh") && !word.contains("wait-for") && !word.contains("://");
        let is_setting = matches!(before, "-c" | "-C" | "--config") && word.contains('.');
        if is_script || is_setting {
            started.extend(resolved(repo, path, word));
        }
    }
    started
}

/// What `COPY a b /etc/nginx/` and `- ./nginx:/etc/nginx:ro` bring, and where to.
fn brought(line: &str) -> Option<(Vec<&str>, &str)> {
    let is_copied = ["COPY ", "ADD "].iter().find_map(|word| line.strip_prefix(word));
    if let Some(rest) = is_copied {
        let mut words: Vec<&str> = rest.split_whitespace().filter(|word| !word.starts_with("--")).collect();
        let to = words.pop()?;
        return Some((words, to));
    }
    let volume = line.strip_prefix("- ")?.trim().trim_matches(['"', '\'']);
    let (from, to) = volume.split_once(":/")?;
    Some((vec![from], &volume[volume.len() - to.len() - 1..]))
}

fn is_of_settings(to: &str) -> bool {
    SETTINGS.iter().any(|folder| to.starts_with(folder))
}

/// The file that `word` means: from the root, from beside the file that names it, or by the one name where it is a path
/// within the container.
fn resolved<'a>(repo: &'a Snapshot, path: &str, word: &str) -> Option<&'a str> {
    let relative = word.trim_start_matches("./").trim_start_matches('/');
    let is = |wanted: &str| repo.tree().get(wanted).filter(|file| file.is_own()).map(|file| file.path.as_str());
    is(relative).or_else(|| above(path, relative).find_map(|beside| is(&beside))).or_else(|| {
        let is_path = word.starts_with(['/', '.']);
        let own = repo.tree().named(paths::name(relative)).filter(|file| file.is_own() && file.text().is_some());
        let mut own = own.filter(|_| is_path);
        own.next().filter(|_| own.next().is_none()).map(|file| file.path.as_str())
    })
}

/// What a path means in the folder of the file that names it, and in those around it, from which an image may be built.
fn above<'p>(path: &'p str, relative: &'p str) -> impl Iterator<Item = String> + 'p {
    let folders =
        std::iter::successors(Some(paths::folder(path)), |folder| (!folder.is_empty()).then(|| paths::folder(folder)));
    folders.map(move |folder| format!("{folder}/{relative}").trim_start_matches('/').to_owned())
}

/// Whether a Dockerfile makes an image of a server that others wrote, which only settings make the project's.
fn is_of_server(text: &str) -> bool {
    const IMAGES: &[&str] = &["nginx", "haproxy", "traefik", "caddy", "envoy", "httpd", "pgbouncer"];
    let bases = text.lines().filter_map(|line| line.trim().strip_prefix("FROM "));
    bases.into_iter().any(|base| IMAGES.iter().any(|image| base.contains(image)))
}

fn is_named_as_setting(source: &str) -> bool {
    const ENDS: &[&str] = &[".conf", ".ini", ".cfg", ".hcl", ".toml", ".yml", ".yaml", ".tmpl", ".cnf"];
    ENDS.iter().any(|end| source.ends_with(end))
}

/// The file, and no folder, that `source` means.
fn file<'a>(repo: &'a Snapshot, path: &str, source: &str) -> Option<&'a str> {
    let source = source.trim_start_matches("./");
    let file = above(path, source).find_map(|beside| repo.tree().get(&beside))?;
    (file.is_own() && file.text().is_some()).then_some(file.path.as_str())
}

/// The files of the file or folder `source`.
fn below<'a>(repo: &'a Snapshot, path: &str, source: &str) -> Vec<&'a str> {
    let source = source.trim_start_matches("./").trim_end_matches('/');
    if source.is_empty() || source == "." {
        return Vec::new();
    }
    let folder = paths::folder(path);
    // What lies beside comes first: a program has a folder `templates` as well.
    let bases = [format!("{folder}/{source}"), source.to_owned()];
    for base in bases {
        let files = repo.tree().get(&base).into_iter().chain(repo.tree().below(&base));
        let own = files.filter(|file| file.is_own() && file.text().is_some()).map(|file| file.path.as_str());
        let files: Vec<&str> = own.take(MOST + 1).collect();
        if !files.is_empty() {
            return if files.len() <= MOST { files } else { Vec::new() };
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use crate::areas::deployment::files;
    use crate::snapshot::fixture::Fixture;

    fn named(files: &[(&str, &str)]) -> Vec<String> {
        let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
        files::find(&repo).into_iter().map(|(path, _)| path.to_owned()).collect()
    }

    #[test]
    fn what_a_container_starts_and_brings_along() {
        let dockerfile = "FROM python:3\nCOPY ops/supervisord.conf /etc/supervisor/conf.d/\nCOPY --chown=a ops/gunicorn.py /app/\nENTRYPOINT [\"/app/run.sh\"]\n";
        let found = named(&[
            ("Dockerfile", dockerfile),
            ("ops/supervisord.conf", "[program:web]\ncommand=gunicorn -c ops/gunicorn.py app\n"),
            ("ops/gunicorn.py", "workers = 2\n"),
            ("scripts/run.sh", "exec gunicorn\n"),
            ("scripts/lint.sh", "ruff check\n"),
        ]);
        assert_eq!(found, ["Dockerfile", "ops/gunicorn.py", "ops/supervisord.conf", "scripts/run.sh"]);
    }

    #[test]
    fn what_lies_beside_a_dockerfile_is_meant_before_a_folder_of_the_program() {
        let found = named(&[
            ("ops/nginx/Dockerfile", "FROM nginx:1\nCOPY templates /etc/nginx/templates/\nCOPY a.key /etc/nginx/\n"),
            ("ops/nginx/templates/site.template", "server {}\n"),
            ("ops/nginx/a.key", "made up\n"),
            ("templates/page.html", "<p>a</p>\n"),
        ]);
        assert_eq!(found, ["ops/nginx/Dockerfile", "ops/nginx/templates/site.template"]);
    }

    #[test]
    fn what_workloads_of_a_cluster_read_lies_beside_them() {
        let map = ("k8s/config.yaml", "apiVersion: v1\nkind: ConfigMap\ndata: {}\n");
        let pod = ("k8s/api.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {}\n");
        assert_eq!(named(&[map, pod]), ["k8s/api.yaml", "k8s/config.yaml"]);
        assert!(named(&[map]).is_empty());
        let watch = ("k8s/watch.yaml", "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\n");
        assert_eq!(named(&[watch, pod]), ["k8s/api.yaml", "k8s/watch.yaml"]);
        assert_eq!(named(&[watch, pod, ("k8s/values.yaml", "size: 1\n")]).len(), 2);
    }

    #[test]
    fn what_an_application_of_argo_cd_or_flux_has_a_cluster_run() {
        let app = (
            "apps/shop.yaml",
            "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    path: resources/shop\n",
        );
        let queue = ("resources/shop/queue.yaml", "apiVersion: rabbitmq.com/v1beta1\nkind: RabbitmqCluster\n");
        let other = ("resources/other/queue.yaml", "apiVersion: rabbitmq.com/v1beta1\nkind: RabbitmqCluster\n");
        assert_eq!(named(&[app, queue, other]), ["apps/shop.yaml", "resources/shop/queue.yaml"]);
        let release = ("flux/shop.yaml", "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n");
        assert_eq!(named(&[release, queue]), ["flux/shop.yaml"]);
        assert!(named(&[("apps/shop.yaml", "apiVersion: app.k8s.io/v1beta1\nkind: Application\n")]).is_empty());
    }

    #[test]
    fn what_compose_and_process_files_name() {
        let compose = "services:\n  web:\n    build: .\n    entrypoint: ./entry.sh\n    volumes:\n      - ./nginx/conf.d:/etc/nginx/conf.d:ro\n      - ./data:/var/lib/data\n";
        let found = named(&[
            ("docker-compose.yml", compose),
            ("entry.sh", "exec app\n"),
            ("nginx/conf.d/site.conf", "server { }\n"),
            ("data/a.conf", "a\n"),
            ("Procfile", "web: bundle exec unicorn -c ./config/unicorn.rb\n"),
            ("config/unicorn.rb", "worker_processes 2\n"),
            ("config/boot.rb", "a\n"),
        ]);
        assert_eq!(
            found,
            ["Procfile", "config/unicorn.rb", "docker-compose.yml", "entry.sh", "nginx/conf.d/site.conf"]
        );
    }

    #[test]
    fn a_single_file_of_settings_counts_wherever_it_lies() {
        let dockerfile = "FROM nginx:1.27\nCOPY nginx.conf.tmpl rules.hcl page.html /scripts/\n";
        let compose = "services:\n  pool:\n    build: .\n    entrypoint: /bin/bash -c \"./entrypoint.sh;\"\n    volumes:\n      - ./pool/pool.ini:/etc/pool/pool.ini\n      - ./notes.txt:/srv/notes.txt\n";
        let found = named(&[
            ("docker-compose.yml", compose),
            ("nginx/Dockerfile", dockerfile),
            ("nginx/nginx.conf.tmpl", "server { }\n"),
            ("nginx/rules.hcl", "template { }\n"),
            ("nginx/page.html", "<p>\n"),
            ("pool/pool.ini", "a = 1\n"),
            ("notes.txt", "a\n"),
            ("project/entrypoint.sh", "exec app\n"),
        ]);
        let expected = [
            "docker-compose.yml",
            "nginx/Dockerfile",
            "nginx/nginx.conf.tmpl",
            "nginx/rules.hcl",
            "pool/pool.ini",
            "project/entrypoint.sh",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_image_may_be_built_from_a_folder_around_its_dockerfile() {
        let dockerfile = "FROM dunglas/frankenphp\nCOPY docker/Caddyfile /etc/frankenphp/Caddyfile\nCOPY docker/prod/entry.sh /app/entry.sh\n";
        let found = named(&[
            ("server/docker/Dockerfile", dockerfile),
            ("server/docker/Caddyfile", ":80\n"),
            ("server/docker/prod/entry.sh", "exec app\n"),
            ("server/docker/dev/entry.sh", "exec app --watch\n"),
        ]);
        assert_eq!(found, ["server/docker/Caddyfile", "server/docker/Dockerfile", "server/docker/prod/entry.sh"]);
    }

    #[test]
    fn settings_of_the_program_itself_are_none_of_the_host() {
        let found = named(&[
            ("Procfile", "web: bundle exec puma -C config/puma.rb\njobs: sidekiq -C config/sidekiq.yml\n"),
            ("config/puma.rb", "threads 2\n"),
            ("config/sidekiq.yml", ":concurrency: 2\n"),
        ]);
        assert_eq!(found, ["Procfile"]);
    }

    #[test]
    fn a_pipeline_that_deploys_brings_the_script_that_does() {
        let pipeline = "jobs:\n  build:\n    steps:\n      - run: bash .circleci/deploy.sh\n      - run: ./lint.sh\n      - run: docker push a/b\n";
        let found = named(&[
            (".circleci/config.yml", pipeline),
            (".circleci/deploy.sh", "git push heroku main\n"),
            ("lint.sh", "ruff check\n"),
        ]);
        assert_eq!(found, [".circleci/config.yml", ".circleci/deploy.sh"]);
    }

    #[test]
    fn a_pipeline_may_deploy_through_a_script_of_a_package() {
        let pipeline = (".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - run: npm run ship:all\n");
        let of = |script: &str| {
            named(&[
                pipeline,
                ("api/package.json", &format!(r#"{{"scripts": {{"ship:all": "{script}"}}}}"#)),
                ("api/bin/up.sh", "terraform apply plan\n"),
            ])
        };
        assert_eq!(of("bash ./bin/up.sh --all"), [".github/workflows/a.yml", "api/bin/up.sh"]);
        assert_eq!(of("sls deploy"), [".github/workflows/a.yml", "api/bin/up.sh"]);
        assert_eq!(of("tsc"), ["api/bin/up.sh"]);
    }

    #[test]
    fn a_pipeline_that_only_starts_the_script_counts_with_it() {
        let pipeline = "jobs:\n  build:\n    steps:\n      - run: bash ops/update.sh\n";
        let of = |script: &str| named(&[(".github/workflows/a.yml", pipeline), ("ops/update.sh", script)]);
        assert_eq!(of("doctl apps update 1 --spec a.yaml\n"), [".github/workflows/a.yml", "ops/update.sh"]);
        assert!(of("doctl apps list\n").is_empty());
    }
}
