//! Manifests, dependencies and scripts: what the project says that it is made of.
//!
//! Manifests are read tolerantly: one that can't be parsed still counts as a manifest, without dependencies.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{File, Tree};
use crate::paths;

/// Whose package manager a manifest belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ecosystem {
    /// npm, yarn, pnpm, bun
    Npm,
    /// pip, poetry, pipenv, uv
    Python,
    /// Go modules
    Go,
    /// Maven and Gradle
    Jvm,
    /// Bundler
    Ruby,
    /// Composer
    Php,
    /// Cargo
    Cargo,
    /// NuGet
    Nuget,
}

/// A file that names dependencies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Manifest {
    /// Whose it is.
    pub ecosystem: Ecosystem,
    /// Its path.
    pub path: String,
}

/// One dependency in one manifest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dependency {
    /// Whose package it is.
    pub ecosystem: Ecosystem,
    /// Lower-case name; `group:artifact` for the JVM, the module path for Go, `_` as `-` for Python.
    pub name: String,
    /// The manifest.
    pub path: String,
    /// Line in the manifest, from 1.
    pub line: u32,
}

/// A command with a name, from `package.json` or `composer.json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The manifest.
    pub path: String,
    /// Name, such as `test`.
    pub name: String,
    /// The command line.
    pub command: String,
    /// Line in the manifest, from 1.
    pub line: u32,
}

/// The manifests of a repository.
#[derive(Debug, Default)]
pub struct Stack {
    manifests: Vec<Manifest>,
    dependencies: Vec<Dependency>,
    scripts: Vec<Script>,
}

impl Stack {
    /// Reads every manifest of the tree.
    pub(super) fn detect(tree: &Tree) -> Self {
        let mut stack = Stack::default();
        for (file, text) in tree.own_texts() {
            if let Some(ecosystem) = ecosystem(file) {
                stack.manifests.push(Manifest { ecosystem, path: file.path.clone() });
                stack.read(ecosystem, file, text);
            }
        }
        stack.dependencies.sort();
        stack.dependencies.dedup();
        stack
    }

    /// The manifests, by path.
    pub fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    /// The dependencies of all manifests.
    pub fn dependencies(&self) -> &[Dependency] {
        &self.dependencies
    }

    /// The first dependency on a package called `name` (as in [`Dependency::name`]).
    pub fn dependency(&self, ecosystem: Ecosystem, name: &str) -> Option<&Dependency> {
        self.dependencies.iter().find(|dependency| dependency.ecosystem == ecosystem && dependency.name == name)
    }

    /// The first dependency whose name begins with `prefix`.
    pub fn dependency_under(&self, ecosystem: Ecosystem, prefix: &str) -> Option<&Dependency> {
        self.dependencies
            .iter()
            .find(|dependency| dependency.ecosystem == ecosystem && dependency.name.starts_with(prefix))
    }

    /// The scripts of all manifests.
    pub fn scripts(&self) -> &[Script] {
        &self.scripts
    }

    /// Whether there is a manifest of `ecosystem`.
    pub fn has(&self, ecosystem: Ecosystem) -> bool {
        self.manifests.iter().any(|manifest| manifest.ecosystem == ecosystem)
    }

    fn read(&mut self, ecosystem: Ecosystem, file: &File, text: &str) {
        let names: Vec<String> = match (ecosystem, file.name()) {
            (Ecosystem::Npm, _) => self.npm(file, text),
            (Ecosystem::Php, _) => self.composer(file, text),
            (Ecosystem::Python, "pyproject.toml") => pyproject(text),
            (Ecosystem::Python, "Pipfile") => toml_keys(text, &["packages", "dev-packages"]),
            (Ecosystem::Python, "setup.py" | "setup.cfg") => quoted_or_indented_requirements(text),
            (Ecosystem::Python, _) => text.lines().filter_map(requirement).collect(),
            (Ecosystem::Cargo, _) => cargo(text),
            (Ecosystem::Go, _) => text.lines().filter_map(go_requirement).collect(),
            (Ecosystem::Ruby, _) => text.lines().filter_map(gem).collect(),
            (Ecosystem::Jvm, "pom.xml") => pom(text),
            (Ecosystem::Jvm, _) => gradle(text),
            (Ecosystem::Nuget, _) => nuget(text),
        };
        for name in names {
            let line = line_of(text, &name);
            let name = match ecosystem {
                Ecosystem::Python => name.to_lowercase().replace('_', "-"),
                _ => name.to_lowercase(),
            };
            self.dependencies.push(Dependency { ecosystem, name, path: file.path.clone(), line });
        }
    }

    fn npm(&mut self, file: &File, text: &str) -> Vec<String> {
        let Ok(package) = serde_json::from_str::<Package>(text) else { return Vec::new() };
        self.add_scripts(file, text, package.scripts);
        [package.dependencies, package.dev_dependencies, package.peer_dependencies]
            .into_iter()
            .flat_map(BTreeMap::into_keys)
            .collect()
    }

    fn composer(&mut self, file: &File, text: &str) -> Vec<String> {
        let Ok(package) = serde_json::from_str::<Composer>(text) else { return Vec::new() };
        self.add_scripts(file, text, package.scripts);
        package.require.into_keys().chain(package.require_dev.into_keys()).collect()
    }

    fn add_scripts(&mut self, file: &File, text: &str, scripts: BTreeMap<String, serde_json::Value>) {
        for (name, command) in scripts {
            let command = match command {
                serde_json::Value::String(command) => command,
                serde_json::Value::Array(commands) => {
                    commands.iter().filter_map(|command| command.as_str()).collect::<Vec<_>>().join(" && ")
                }
                _ => continue,
            };
            let line = line_of(text, &format!("\"{name}\""));
            self.scripts.push(Script { path: file.path.clone(), name, command, line });
        }
    }
}

fn ecosystem(file: &File) -> Option<Ecosystem> {
    let name = file.name();
    Some(match name {
        "package.json" => Ecosystem::Npm,
        "pyproject.toml" | "Pipfile" | "setup.py" | "setup.cfg" => Ecosystem::Python,
        "go.mod" => Ecosystem::Go,
        "pom.xml" | "build.gradle" | "build.gradle.kts" | "libs.versions.toml" => Ecosystem::Jvm,
        "Gemfile" => Ecosystem::Ruby,
        "composer.json" => Ecosystem::Php,
        "Cargo.toml" => Ecosystem::Cargo,
        _ if name.ends_with(".txt")
            && (name.contains("requirements") || paths::folder(&file.path).ends_with("requirements")) =>
        {
            Ecosystem::Python
        }
        _ if name.ends_with(".csproj")
            || name.ends_with(".fsproj")
            || name == "Directory.Packages.props"
            || name == "packages.config" =>
        {
            Ecosystem::Nuget
        }
        _ if name.ends_with(".gemspec") => Ecosystem::Ruby,
        _ => return None,
    })
}

#[derive(Deserialize)]
struct Package {
    #[serde(default)]
    scripts: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    dependencies: BTreeMap<String, serde_json::Value>,
    #[serde(default, rename = "devDependencies")]
    dev_dependencies: BTreeMap<String, serde_json::Value>,
    #[serde(default, rename = "peerDependencies")]
    peer_dependencies: BTreeMap<String, serde_json::Value>,
}

#[derive(Deserialize)]
struct Composer {
    #[serde(default)]
    scripts: BTreeMap<String, serde_json::Value>,
    #[serde(default)]
    require: BTreeMap<String, serde_json::Value>,
    #[serde(default, rename = "require-dev")]
    require_dev: BTreeMap<String, serde_json::Value>,
}

fn pyproject(text: &str) -> Vec<String> {
    let Ok(toml::Value::Table(root)) = text.parse::<toml::Table>().map(toml::Value::Table) else { return Vec::new() };
    let mut names = Vec::new();
    let strings = |value: &toml::Value, names: &mut Vec<String>| {
        names.extend(value.as_array().into_iter().flatten().filter_map(|entry| requirement(entry.as_str()?)));
    };
    if let Some(project) = root.get("project") {
        if let Some(list) = project.get("dependencies") {
            strings(list, &mut names);
        }
        for list in project
            .get("optional-dependencies")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flat_map(toml::Table::values)
        {
            strings(list, &mut names);
        }
    }
    for list in root.get("dependency-groups").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values)
    {
        strings(list, &mut names);
    }
    if let Some(poetry) = root.get("tool").and_then(|tool| tool.get("poetry")) {
        let groups = poetry.get("group").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::values);
        let tables = groups.filter_map(|group| group.get("dependencies"));
        for table in tables.chain(poetry.get("dependencies")).chain(poetry.get("dev-dependencies")) {
            names.extend(table.as_table().into_iter().flat_map(toml::Table::keys).cloned());
        }
    }
    names
}

fn cargo(text: &str) -> Vec<String> {
    let mut names = toml_keys(text, &["dependencies", "dev-dependencies", "build-dependencies"]);
    if let Ok(root) = text.parse::<toml::Table>() {
        let workspace = root.get("workspace").and_then(|workspace| workspace.get("dependencies"));
        names.extend(workspace.and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys).cloned());
    }
    names
}

fn toml_keys(text: &str, tables: &[&str]) -> Vec<String> {
    let Ok(root) = text.parse::<toml::Table>() else { return Vec::new() };
    tables.iter().filter_map(|table| root.get(*table)?.as_table()).flat_map(|table| table.keys().cloned()).collect()
}

/// The package that a line of `requirements.txt`, or a PEP 508 string, names.
fn requirement(line: &str) -> Option<String> {
    let line = line.split('#').next()?.trim();
    let name: String = line.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')).collect();
    (!name.is_empty() && !line.starts_with('-') && name.starts_with(|c: char| c.is_ascii_alphanumeric()))
        .then_some(name)
}

fn quoted_or_indented_requirements(text: &str) -> Vec<String> {
    let quoted = text.split(['"', '\'']).skip(1).step_by(2).filter_map(requirement);
    let indented = text.lines().filter(|line| line.starts_with([' ', '\t'])).filter_map(requirement);
    quoted.chain(indented).collect()
}

fn go_requirement(line: &str) -> Option<String> {
    let line = line.trim().trim_start_matches("require ").trim();
    let (module, version) = line.split_once(' ')?;
    (module.contains('.') && version.starts_with('v')).then(|| module.to_owned())
}

fn gem(line: &str) -> Option<String> {
    let line = line.trim();
    let rest = line
        .strip_prefix("gem ")
        .or_else(|| line.split_once("add_dependency").map(|(_, rest)| rest))
        .or_else(|| line.split_once("add_development_dependency").map(|(_, rest)| rest))?;
    rest.split(['"', '\'']).nth(1).map(str::to_owned)
}

/// `group:artifact` of every dependency, parent and plugin. A pom is read by its tags; entities are not expanded.
fn pom(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for tag in ["dependency", "parent", "plugin"] {
        for block in text.split(&format!("<{tag}>")).skip(1) {
            let block = block.split(&format!("</{tag}>")).next().unwrap_or_default();
            let value = |name: &str| -> Option<&str> {
                Some(block.split_once(&format!("<{name}>"))?.1.split_once("</")?.0.trim())
            };
            if let Some(artifact) = value("artifactId") {
                names.push(format!("{}:{artifact}", value("groupId").unwrap_or_default()));
            }
        }
    }
    names
}

fn gradle(text: &str) -> Vec<String> {
    let quoted = text.split(['"', '\'']).skip(1).step_by(2);
    let mut names: Vec<String> = quoted
        .filter(|text| !text.contains([' ', '/', '\n']))
        .filter_map(|text| {
            let mut parts = text.split(':');
            match (parts.next(), parts.next()) {
                (Some(group), Some(artifact)) if !group.is_empty() && !artifact.is_empty() => {
                    Some(format!("{group}:{artifact}"))
                }
                // A plugin: id 'org.springframework.boot'.
                (Some(plugin), None) if plugin.contains('.') => Some(format!("{plugin}:")),
                _ => None,
            }
        })
        .collect();
    names.dedup();
    names
}

fn nuget(text: &str) -> Vec<String> {
    let mut names: Vec<String> = ["<PackageReference", "<PackageVersion", "<FrameworkReference"]
        .iter()
        .flat_map(|tag| text.split(tag).skip(1))
        .filter_map(|rest| rest.split_once("Include=\"")?.1.split('"').next().map(str::to_owned))
        .collect();
    // `packages.config`, of projects from before.
    let listed = text.split("<package ").skip(1).filter_map(|rest| rest.split('>').next()?.split_once("id=\""));
    names.extend(listed.filter_map(|(_, rest)| rest.split('"').next().map(str::to_owned)));
    names.extend(text.split_once("<Project Sdk=\"").and_then(|(_, rest)| rest.split('"').next()).map(str::to_owned));
    names
}

/// The first line that holds `needle`, or its last part after a colon.
fn line_of(text: &str, needle: &str) -> u32 {
    let needle = needle.rsplit(':').find(|part| !part.is_empty()).unwrap_or(needle);
    let on = |words: &str| text.lines().position(|line| line.contains(words));
    // A manifest in JSON may say the same word elsewhere, as in the project's own name.
    let is_json = text.trim_start().starts_with('{');
    let key = || on(&format!("\"{needle}\":"));
    is_json.then(key).flatten().or_else(|| on(needle)).map_or(1, |index| index as u32 + 1)
}

#[cfg(test)]
mod tests;
