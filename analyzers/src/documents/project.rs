//! What a command can refer to: scripts of manifests, targets of make files, services of compose files, files.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::images::{built_image, image_name, is_auxiliary_image, is_language_image};
use super::{Document, shell, tasks};
use crate::Snapshot;
use crate::paths;
use crate::snapshot::Tree;
use crate::snapshot::stack::Ecosystem;

/// The names that commands in documents can refer to.
pub(super) struct Project<'repo> {
    tree: &'repo Tree,
    places: OnceCell<Places<'repo>>,
    /// Scripts of `package.json` and `composer.json`, tasks of Deno, Pipfile and the like: name to command lines.
    scripts: BTreeMap<String, Vec<String>>,
    /// Targets of make, just and task files: name to the lines of the recipe and the targets that it needs.
    targets: BTreeMap<String, Vec<String>>,
    /// Services of compose files, and whether the project builds them.
    services: BTreeMap<String, bool>,
    has_compose: bool,
    /// Whether one of them is taken where a command names none.
    has_default_compose: bool,
    has_targets: bool,
    /// The target that make takes where none is named.
    default_target: Option<String>,
    /// What the names of pattern rules (`up.%`) begin and end with, and how the recipes go on.
    patterns: Vec<(String, String, Vec<String>)>,
    /// Whether there are targets whose names can't be read: made by variables, or in a file that is not here.
    has_unread_targets: bool,
    /// Names of images that a document says how to build.
    images: BTreeSet<String>,
    /// The folders that `git clone` makes, as documents have it.
    clones: BTreeSet<String>,
    /// The words of documents, but for lines that run an image, where they build one and run one.
    words: BTreeSet<String>,
    /// The project's own packages and programs.
    pub(super) own_names: BTreeSet<String>,
    /// The packages that the project's manifests ask for.
    pub(super) dependencies: BTreeSet<String>,
    pub(super) has_npm: bool,
}

/// Files and folders by their last name: a document names hundreds of paths, and a tree may have a hundred thousand.
struct Places<'repo>(BTreeMap<&'repo str, BTreeSet<&'repo str>>);

impl<'repo> Places<'repo> {
    fn of(tree: &'repo Tree) -> Self {
        let mut places: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for file in tree.files() {
            let mut path = file.path.as_str();
            while !path.is_empty() && places.entry(paths::name(path)).or_default().insert(path) {
                path = paths::folder(path);
            }
        }
        Places(places)
    }

    /// The first file or folder whose path is `path` or ends with it.
    fn find(&self, path: &str) -> Option<&'repo str> {
        let ends = |known: &str| known.strip_suffix(path).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        self.0.get(paths::name(path))?.iter().copied().find(|known| ends(known))
    }
}

impl<'repo> Project<'repo> {
    pub(super) fn of(repo: &'repo Snapshot, documents: &[Document]) -> Self {
        let tree = repo.tree();
        let mut project = Project {
            tree,
            places: OnceCell::new(),
            scripts: BTreeMap::new(),
            targets: BTreeMap::new(),
            services: BTreeMap::new(),
            has_compose: false,
            has_default_compose: false,
            has_targets: false,
            default_target: None,
            patterns: Vec::new(),
            has_unread_targets: false,
            images: BTreeSet::new(),
            clones: BTreeSet::new(),
            words: BTreeSet::new(),
            own_names: BTreeSet::new(),
            dependencies: repo.stack().dependencies().iter().map(|dependency| dependency.name.clone()).collect(),
            has_npm: repo.stack().has(Ecosystem::Npm),
        };
        for script in repo.stack().scripts() {
            project.scripts.entry(script.name.clone()).or_default().push(script.command.clone());
        }
        for line in documents.iter().flat_map(|document| document.code.iter().chain(&document.prose)) {
            project.images.extend(built_image(&line.text).map(str::to_owned));
            project.clones.extend(cloned(&line.text).map(str::to_owned));
            project.has_default_compose |= line.text.contains("COMPOSE_FILE") || makes_compose_file(&line.text);
        }
        if !project.images.is_empty() {
            let lines = documents.iter().flat_map(|document| document.code.iter().chain(&document.prose));
            let words = lines.filter(|line| !line.text.contains(" run ")).flat_map(|line| line.text.split_whitespace());
            project.words =
                words.map(|word| image_name(word.trim_matches(['`', '"', '\'', '.', ','])).to_owned()).collect();
        }
        for (file, text) in tree.own_texts() {
            project.read(file.name(), text);
        }
        project
    }

    fn read(&mut self, name: &str, text: &str) {
        let lower = name.to_ascii_lowercase();
        match lower.as_str() {
            "makefile" | "gnumakefile" | "justfile" | ".justfile" => self.recipes(text),
            _ if lower.ends_with(".mk") => self.recipes(text),
            "taskfile.yml" | "taskfile.yaml" | "taskfile.dist.yml" => self.indented_keys(text, "tasks:"),
            "deno.json" | "deno.jsonc" => {
                for (name, command) in json_strings(text, "tasks") {
                    self.scripts.entry(name).or_default().push(command);
                }
            }
            "mise.toml" | ".mise.toml" => self.tasks(tasks::mise(text)),
            "makefile.toml" => self.tasks(tasks::cargo_make(text)),
            "pipfile" | "pyproject.toml" | "cargo.toml" => self.toml(text),
            "package.json" => {
                let package = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
                self.own_names.extend(package["name"].as_str().map(str::to_owned));
            }
            "go.mod" => {
                let module = text.lines().find_map(|line| line.strip_prefix("module "));
                self.own_names.extend(module.map(|module| paths::name(module.trim()).to_owned()));
            }
            _ if (lower.contains("compose") && (lower.ends_with(".yml") || lower.ends_with(".yaml")))
                && text.contains("services") =>
            {
                self.has_default_compose |=
                    matches!(lower.trim_start_matches("docker-").trim_end_matches("ml"), "compose.y" | "compose.ya");
                self.compose(text);
            }
            // It may name another.
            ".env" => self.has_default_compose |= text.contains("COMPOSE_FILE"),
            _ => {}
        }
    }

    fn tasks(&mut self, tasks: Vec<(String, Vec<String>)>) {
        for (name, lines) in tasks {
            self.scripts.entry(name).or_default().extend(lines);
        }
    }

    fn recipes(&mut self, text: &str) {
        self.has_targets = true;
        let mut current: Vec<String> = Vec::new();
        let mut in_pattern = false;
        for line in &shell::lines(text) {
            if line.starts_with(['\t', ' ']) {
                let command = line.trim().trim_start_matches(['@', '-', '+']);
                let command = &command.replace("$(MAKE)", "make").replace("${MAKE}", "make");
                if let Some((.., lines)) = self.patterns.last_mut().filter(|_| in_pattern) {
                    lines.push(command.to_owned());
                }
                for target in &current {
                    self.targets.entry(target.clone()).or_default().push(command.to_owned());
                }
                continue;
            }
            let included = ["include ", "-include ", "sinclude "].iter().find_map(|word| line.strip_prefix(word));
            if included.is_some_and(|files| files.split_whitespace().any(|file| !self.has_file(file))) {
                self.has_unread_targets = true;
                continue;
            }
            if let Some(goal) = line.strip_prefix(".DEFAULT_GOAL") {
                self.default_target = Some(goal.trim_matches([' ', ':', '?', '=']).to_owned());
                continue;
            }
            let Some((names, needs)) = line.split_once(':') else { continue };
            let is_rule = !names.contains(['=', '#', '"']) && !needs.starts_with('=') && !names.starts_with('.');
            self.has_unread_targets |= is_rule && names.contains('$');
            in_pattern = is_rule && names.contains('%');
            if in_pattern {
                current.clear();
                let halves = names.split_whitespace().filter_map(|name| name.split_once('%'));
                self.patterns.extend(halves.map(|(start, end)| (start.to_owned(), end.to_owned(), Vec::new())));
                continue;
            }
            if names.contains(['=', '#', '$', '%', '"']) || needs.starts_with('=') || names.starts_with('.') {
                continue;
            }
            // A recipe of just has its parameters after its name; make has several targets there. Both are names here.
            current = names.split_whitespace().map(|name| name.trim_start_matches('@').to_owned()).collect();
            self.default_target = self.default_target.take().or_else(|| current.first().cloned());
            for target in &current {
                let lines = self.targets.entry(target.clone()).or_default();
                let needs = needs.split('#').next().unwrap_or_default();
                lines.extend(needs.split_whitespace().map(|need| format!("make {need}")));
            }
        }
    }

    fn indented_keys(&mut self, text: &str, under: &str) {
        self.has_targets = true;
        let mut inside = false;
        let mut current = None;
        for line in text.lines() {
            let depth = line.len() - line.trim_start().len();
            if depth == 0 {
                inside = line.trim_end() == under;
            } else if inside && depth == 2 && line.trim_end().ends_with(':') {
                let name = line.trim().trim_end_matches(':').trim_matches(['"', '\'']).to_owned();
                self.targets.entry(name.clone()).or_default();
                current = Some(name);
            } else if let (true, Some(target)) = (inside, &current) {
                let command = line.trim().trim_start_matches("- ").trim_start_matches("cmd: ");
                self.targets.entry(target.clone()).or_default().push(command.to_owned());
            }
        }
    }

    fn toml(&mut self, text: &str) {
        let Ok(root) = text.parse::<toml::Table>() else { return };
        let tool = root.get("tool").and_then(toml::Value::as_table);
        let own = [root.get("package"), root.get("project"), tool.and_then(|tool| tool.get("poetry"))];
        for table in own.into_iter().flatten() {
            self.own_names.extend(table.get("name").and_then(toml::Value::as_str).map(str::to_owned));
            let scripts = table.get("scripts").and_then(toml::Value::as_table);
            self.own_names.extend(scripts.into_iter().flat_map(toml::Table::keys).cloned());
        }
        for bin in root.get("bin").and_then(toml::Value::as_array).into_iter().flatten() {
            self.own_names.extend(bin.get("name").and_then(toml::Value::as_str).map(str::to_owned));
        }
        let tasks = [
            root.get("scripts"),
            tool.and_then(|tool| tool.get("taskipy")?.get("tasks")),
            tool.and_then(|tool| tool.get("poe")?.get("tasks")),
        ];
        for table in tasks.into_iter().flatten().filter_map(toml::Value::as_table) {
            for (name, command) in table {
                let command = command.as_str().unwrap_or_default().to_owned();
                self.scripts.entry(name.clone()).or_default().push(command);
            }
        }
    }

    fn compose(&mut self, text: &str) {
        self.has_compose = true;
        let mut inside = false;
        let mut step = None;
        let mut service: Option<String> = None;
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#') && !line.trim().is_empty()) {
            let depth = line.len() - line.trim_start().len();
            if depth == 0 {
                inside = line.trim_end() == "services:";
                continue;
            }
            if !inside {
                continue;
            }
            let step = *step.get_or_insert(depth);
            let trimmed = line.trim();
            if depth == step && trimmed.split_once(':').is_some() {
                let name = trimmed.split(':').next().unwrap_or_default().trim_matches(['"', '\'']).to_owned();
                self.services.entry(name.clone()).or_insert(false);
                service = Some(name);
            } else if let Some(name) = &service {
                let image = trimmed.strip_prefix("image:").map(|image| image.trim().trim_matches(['"', '\'']));
                let own = trimmed.starts_with("build:")
                    || trimmed.starts_with("extends:")
                    || image.is_some_and(|image| {
                        is_language_image(image)
                            || !is_auxiliary_image(image) && image.contains('/')
                            || self.images.contains(image_name(image))
                    })
                    // A language's image with the sources mounted is the project, too.
                    || (trimmed.starts_with("command:") && !trimmed.contains("--") && trimmed.split_whitespace().count() > 2);
                if own {
                    self.services.insert(name.clone(), true);
                }
            }
        }
    }

    /// The command lines behind a script of that name; `None` if there is no such script.
    pub(super) fn script(&self, name: &str) -> Option<&[String]> {
        self.scripts.get(name).map(Vec::as_slice)
    }

    /// The lines behind a target of that name; `None` if there is no such target.
    pub(super) fn target(&self, name: &str) -> Option<&[String]> {
        let is_of = |start: &str, end: &str| {
            name.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(|stem| !stem.is_empty())
        };
        let pattern = || self.patterns.iter().find(|(start, end, _)| is_of(start, end)).map(|(.., lines)| lines);
        self.targets.get(name).or_else(pattern).map(Vec::as_slice)
    }

    /// The target that is made where none is named, with the lines behind it.
    pub(super) fn default_target(&self) -> Option<(&str, &[String])> {
        let name = self.default_target.as_deref()?;
        Some((name, self.target(name)?))
    }

    /// Whether there may be targets of other names than those that [`Self::target`] knows.
    pub(super) fn has_unread_targets(&self) -> bool {
        self.has_unread_targets
    }

    /// Whether there is any make, just or task file.
    pub(super) fn has_targets(&self) -> bool {
        self.has_targets
    }

    /// Whether there is any compose file.
    pub(super) fn has_compose(&self) -> bool {
        self.has_compose
    }

    /// Whether there is one that is taken where a command names none.
    pub(super) fn has_default_compose(&self) -> bool {
        self.has_default_compose
    }

    /// Whether bringing up `services` (all if empty) brings up the project itself and not only what it needs.
    pub(super) fn composes_itself(&self, services: &[&str]) -> bool {
        let mut wanted = self
            .services
            .iter()
            .filter(|(name, _)| services.is_empty() || services.contains(&name.as_str()))
            .peekable();
        wanted.peek().is_none() || wanted.any(|(_, own)| *own)
    }

    /// Whether a document says how to build the image.
    pub(super) fn builds(&self, image: &str) -> bool {
        self.images.contains(image_name(image))
    }

    /// Whether an image is the project's own, as far as that can be told.
    pub(super) fn is_own_image(&self, image: &str) -> bool {
        self.images.contains(image_name(image)) || !is_auxiliary_image(image)
    }

    /// Whether an image is made by no step and named by no other file, although a document says how to build one of another
    /// name. One of a registry has the name of whose it is, and a name in capitals stands for the reader's.
    pub(super) fn is_nobodys_image(&self, image: &str) -> bool {
        let name = image_name(image);
        let is_document = |path: &str| [".md", ".rst", ".adoc", ".txt"].iter().any(|end| path.ends_with(end));
        let may_be = || self.images.is_empty() || self.words.contains(name) || self.services.contains_key(name);
        !name.contains(|c: char| c == '/' || c.is_uppercase())
            && !is_language_image(name)
            && !is_auxiliary_image(name)
            && !may_be()
            && !self.tree.own_texts().any(|(file, text)| !is_document(&file.path) && text.contains(name))
    }

    /// Whether there is a file from which an image can be built.
    pub(super) fn has_dockerfile(&self) -> bool {
        self.tree.files().iter().any(|file| {
            let name = file.name().to_ascii_lowercase();
            name.contains("dockerfile") || name.starts_with("containerfile")
        })
    }

    /// Whether a document says how to build the image, and nothing is there to build it from.
    pub(super) fn is_built_from_nothing(&self, image: &str) -> bool {
        self.images.contains(image_name(image)) && !self.has_dockerfile()
    }

    /// Whether `path`, as a document has it, is a file here: at the root, or in some part of the repository.
    pub(super) fn has_file(&self, path: &str) -> bool {
        let path = path.replace('\\', "/");
        let path = path.trim_start_matches("./").trim_end_matches('/');
        let is_there = |path: &str| self.places().find(path).is_some();
        // `pip install -r shop/requirements.txt`, beside the clone.
        let inside = || path.split_once('/').filter(|(folder, _)| self.clones.contains(*folder));
        is_there(path) || inside().is_some_and(|(_, rest)| is_there(rest))
    }

    /// Whether `path` is a folder at the root.
    pub(super) fn has_folder(&self, path: &str) -> bool {
        let inside = format!("{}/", path.trim_matches('/'));
        self.tree.files().iter().any(|file| file.path.starts_with(&inside))
    }

    /// The text of a shell script.
    pub(super) fn text(&self, path: &str) -> Option<&'repo str> {
        let path = path.replace('\\', "/");
        let path = path.trim_start_matches("./");
        let file = self.tree.get(path).or_else(|| self.tree.get(self.places().find(path)?))?;
        file.text()
    }

    fn places(&self) -> &Places<'repo> {
        self.places.get_or_init(|| Places::of(self.tree))
    }
}

/// The folder that a clone makes: `git clone https://example.com/a/shop.git`.
fn cloned(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("git clone ")?;
    let address = rest.split_whitespace().find(|word| word.contains(['/', ':']))?;
    let name = paths::name(address.trim_matches(['`', '"', '\''])).rsplit(':').next()?;
    Some(name.trim_end_matches(".git")).filter(|name| !name.is_empty())
}

/// Whether a step puts a compose file where it is looked for: `cp docker-compose.dev.yml docker-compose.yml`.
fn makes_compose_file(line: &str) -> bool {
    line.contains("compose.y") && ["cp ", "mv ", "ln ", "copy ", "ren "].iter().any(|way| line.contains(way))
}

fn json_strings(text: &str, key: &str) -> Vec<(String, String)> {
    let root = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    let entries = root[key].as_object().into_iter().flatten();
    entries.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned())).collect()
}
