//! What a repository is: nothing is scored bad because it is absent where it does not apply.

pub(crate) mod served;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Snapshot;
use crate::areas::api::surface::Surface;
use crate::paths;
use crate::snapshot::stack::Ecosystem;

/// What a repository is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Answers HTTP requests with data.
    HttpApi,
    /// Answers HTTP requests with pages.
    WebApp,
    /// Is used by other programs.
    Library,
    /// Is run from a terminal.
    CommandLine,
    /// Pages made ahead of time or in the browser; no server of its own.
    StaticSite,
    /// Notebooks.
    Notebook,
    /// Prose and data, no code.
    Documentation,
    /// Somebody's configuration files.
    Dotfiles,
    /// Nothing at all.
    Empty,
    /// Code of none of these kinds, or of one that can't be told.
    Other,
}

/// What the repository is; at least one kind, the leading one first.
pub fn detect(repo: &Snapshot) -> Vec<Kind> {
    let tree = repo.tree();
    if tree.files().is_empty() {
        return vec![Kind::Empty];
    }
    let surface = Surface::of(repo);
    let mut kinds = Vec::new();
    if surface.is_http_api() {
        kinds.push(Kind::HttpApi);
    } else if surface.pages() > 0 {
        kinds.push(if is_static_site(repo) { Kind::StaticSite } else { Kind::WebApp });
    }
    if kinds.is_empty() {
        if is_static_site(repo) {
            kinds.push(Kind::StaticSite);
        } else if repo.languages().first().is_some_and(|language| language.name == "Jupyter Notebook") {
            kinds.push(Kind::Notebook);
        } else if is_dotfiles(repo) {
            kinds.push(Kind::Dotfiles);
        } else if repo.languages().is_empty() {
            kinds.push(if tree.own_texts().any(|(file, _)| file.name() == "index.html") {
                Kind::StaticSite
            } else {
                Kind::Documentation
            });
        } else if is_bare_service(repo) {
            kinds.push(Kind::HttpApi);
        } else {
            // Whoever starts a server reads options, too.
            let serves = served::unread(repo).is_some();
            if is_command_line(repo) && (is_installed(repo) || !serves) {
                kinds.push(Kind::CommandLine);
            }
            if is_library(repo) && !(serves && is_started_by_itself(repo)) {
                kinds.push(Kind::Library);
            }
        }
    }
    if kinds.is_empty() {
        kinds.push(Kind::Other);
    }
    kinds
}

/// The web frameworks that the repository serves with, by name, sorted.
pub fn frameworks(repo: &Snapshot) -> Vec<String> {
    let mut names: Vec<String> = Surface::of(repo).endpoints.iter().map(|it| it.framework.to_owned()).collect();
    names.extend(
        SITE_GENERATORS
            .iter()
            .filter(|(package, _)| repo.stack().dependency(Ecosystem::Npm, package).is_some())
            .map(|(_, name)| (*name).to_owned()),
    );
    // Its resolvers are no routes.
    if repo.stack().dependency(Ecosystem::Npm, "@nestjs/graphql").is_some() {
        names.push("NestJS".to_owned());
    }
    if names.is_empty() && served::grpc(repo).is_some() {
        names.push("gRPC".to_owned());
    }
    if names.is_empty() {
        names.extend(served::without_routes(repo).map(|(framework, _)| framework.to_owned()));
    }
    names.sort();
    names.dedup();
    names
}

/// Packages that make pages ahead of time or in the browser, and what they are called.
const SITE_GENERATORS: &[(&str, &str)] = &[
    ("gatsby", "Gatsby"),
    ("astro", "Astro"),
    ("@11ty/eleventy", "Eleventy"),
    ("@docusaurus/core", "Docusaurus"),
    ("vitepress", "VitePress"),
    ("hexo", "Hexo"),
];

/// Packages of pages that run in the browser.
const BROWSER: &[&str] =
    &["react-scripts", "vite", "next", "nuxt", "@vue/cli-service", "@angular/core", "svelte", "react-dom", "parcel"];

/// Whether it is an app for phones, which a store gives out.
pub(crate) fn is_for_phones(repo: &Snapshot) -> bool {
    ["react-native", "expo"].iter().any(|name| repo.stack().dependency(Ecosystem::Npm, name).is_some())
}

fn is_static_site(repo: &Snapshot) -> bool {
    let depends = |name: &str| repo.stack().dependency(Ecosystem::Npm, name).is_some();
    let has = |path: &str| repo.tree().get(path).is_some();
    let is_data = Surface::of(repo).data().next().is_some();
    let generated = SITE_GENERATORS.iter().any(|(package, _)| depends(package))
        || has("_config.yml") && (has("index.md") || has("index.html") || repo.tree().has("_posts"))
        || has("hugo.toml")
        || has("mkdocs.yml") && repo.languages().is_empty();
    // A browser's languages and nothing else, and a package or a page that is for the browser.
    let only_browser = repo.languages().iter().all(|language| {
        matches!(language.name.as_str(), "JavaScript" | "TypeScript" | "Shell" | "Vue" | "Svelte" | "SCSS")
    });
    let is_page = BROWSER.iter().any(|package| depends(package)) || has("index.html") || has("public/index.html");
    let has_package = repo.stack().has(Ecosystem::Npm);
    !is_data
        && !is_for_phones(repo)
        && (generated || only_browser && is_page && (has_package || !repo.languages().is_empty()))
}

fn is_dotfiles(repo: &Snapshot) -> bool {
    const FILES: &[&str] = &[
        ".zshrc",
        ".bashrc",
        ".bash_profile",
        ".vimrc",
        ".tmux.conf",
        ".gitconfig",
        ".profile",
        ".emacs",
        "zshrc",
        "vimrc",
        "bashrc",
        "tmux.conf",
        "init.lua",
        "kitty.conf",
        "alacritty.toml",
        "alacritty.yml",
        "Brewfile",
        "config.fish",
        "starship.toml",
    ];
    let found = repo.tree().files().iter().filter(|file| FILES.contains(&file.name())).count();
    found >= 2 && repo.stack().manifests().is_empty()
}

/// Whether it is a server with an address of its own that no other says more of than health checks do. One that also
/// takes commands may only want to be called back there.
pub(crate) fn is_bare_service(repo: &Snapshot) -> bool {
    let endpoints = || Surface::of(repo).endpoints.iter().filter(|it| !it.page && !paths::is_aside(&it.file));
    let others = endpoints().any(|it| it.path != "/");
    endpoints().any(|it| it.path == "/" && matches!(it.method.as_str(), "GET" | "*"))
        && (others || !takes_commands(repo))
        && served::is_started(repo)
        && !is_installed(repo)
}

/// Whether it depends on what reads commands and options.
fn takes_commands(repo: &Snapshot) -> bool {
    let packages = ["clap", "structopt", "argh", "commander", "yargs", "oclif", "click", "typer", "thor", "picocli"];
    repo.stack().dependencies().iter().any(|dependency| {
        packages.contains(&dependency.name.as_str())
            || ["spf13/cobra", "urfave/cli", "alecthomas/kong", "symfony/console", "info.picocli", "system.commandline"]
                .iter()
                .any(|name| dependency.name.contains(name))
    })
}

fn is_command_line(repo: &Snapshot) -> bool {
    takes_commands(repo)
        || is_installed(repo)
        || repo.tree().own_texts().any(|(file, text)| match file.name() {
            "main.rs" => paths::folder(&file.path).ends_with("src"),
            name if name.ends_with(".py") => text.contains("argparse.ArgumentParser("),
            name if name.ends_with(".go") => text.starts_with("package main") && text.contains("flag.Parse()"),
            _ => false,
        })
}

/// Whether a package gives its users a command.
fn is_installed(repo: &Snapshot) -> bool {
    repo.tree().own_texts().any(|(file, text)| match file.name() {
        "package.json" => text.contains("\"bin\""),
        "pyproject.toml" => text.contains("[project.scripts]") || text.contains("[tool.poetry.scripts]"),
        _ => false,
    })
}

fn is_library(repo: &Snapshot) -> bool {
    repo.tree().own_texts().any(|(file, text)| match file.name() {
        "lib.rs" => paths::folder(&file.path).ends_with("src"),
        // Programs call other things so, too.
        "setup.py" => ["setuptools", "distutils", "setup("].iter().any(|mark| text.contains(mark)),
        "setup.cfg" => true,
        // Whoever packages a program has a build system, too; migrations of a database are a program's.
        "pyproject.toml" => text.contains("[build-system]") && !migrates(repo),
        "package.json" => {
            !text.contains("\"private\": true") && (text.contains("\"exports\"") || text.contains("\"main\""))
        }
        "composer.json" => is_composer_package(repo, &file.path, text),
        name if name.ends_with(".gemspec") => true,
        _ => false,
    }) || repo.stack().has(Ecosystem::Go)
        && !repo.tree().own_texts().any(|(file, text)| {
            file.path.ends_with(".go")
                && !paths::is_aside(&file.path)
                && (text.contains("\npackage main") || text.starts_with("package main"))
        })
}

/// Whether something starts the code as a program: a script of its package, a container, a process file, or a program of
/// Rust beside the library.
fn is_started_by_itself(repo: &Snapshot) -> bool {
    repo.stack().scripts().iter().any(|script| script.name == "start")
        || repo.tree().own_texts().any(|(file, _)| {
            let name = file.name().to_ascii_lowercase();
            let is_of_container = name.starts_with("dockerfile") || name.contains("compose") && name.ends_with("ml");
            (is_of_container || matches!(name.as_str(), "procfile" | "main.rs")) && !paths::is_aside(&file.path)
        })
}

/// Whether Alembic's migrations are part of the repository.
fn migrates(repo: &Snapshot) -> bool {
    repo.tree().files().iter().any(|file| file.name() == "alembic.ini" && !paths::is_aside(&file.path))
}

/// Composer takes a package without a type for a library; what has an entry point of its own is a program.
fn is_composer_package(repo: &Snapshot, path: &str, text: &str) -> bool {
    let kind = text.split_once("\"type\":").and_then(|(before, rest)| {
        // The type of a repository or a script stands deeper.
        (before.matches('{').count() == before.matches('}').count() + 1).then(|| rest.split('"').nth(1)).flatten()
    });
    let entries = ["artisan", "public/index.php", "index.php", "bin/console", "web/index.php"];
    match kind {
        Some(kind) => kind != "project" && kind != "metapackage",
        None => {
            !path.contains('/')
                && text.contains("\"name\"")
                && text.contains("\"autoload\"")
                && !entries.iter().any(|entry| repo.tree().get(entry).is_some())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    fn kind(files: &[(&str, &str)]) -> Kind {
        let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
        detect(&repo)[0]
    }

    #[test]
    fn kinds_of_repositories() {
        let flask =
            "from flask import Flask, render_template\napp = Flask(__name__)\n@app.get('/a')\ndef a():\n    return ";
        assert_eq!(kind(&[]), Kind::Empty);
        assert_eq!(kind(&[("app.py", &format!("{flask}{{}}\n"))]), Kind::HttpApi);
        assert_eq!(kind(&[("app.py", &format!("{flask}render_template('a')\n"))]), Kind::WebApp);
        assert_eq!(kind(&[("README.md", "x"), ("data.csv", "1,2")]), Kind::Documentation);
        assert_eq!(kind(&[("src/lib.rs", "pub fn f() {}"), ("Cargo.toml", "[package]")]), Kind::Library);
        let packaged = ("pyproject.toml", "[build-system]\nrequires = []\n");
        assert_eq!(kind(&[packaged, ("a.py", "x = 1\n")]), Kind::Library);
        assert_eq!(kind(&[("setup.py", "from setuptools import setup\nsetup()\n")]), Kind::Library);
        assert_eq!(kind(&[("src/config/setup.py", "def configure(): pass\n")]), Kind::Other);
        assert_eq!(kind(&[packaged, ("a.py", "x = 1\n"), ("alembic.ini", "[alembic]\n")]), Kind::Other);
        assert_eq!(kind(&[("main.py", "argparse.ArgumentParser()\n")]), Kind::CommandLine);
        let options = ("package.json", r#"{"dependencies":{"commander":"12","express":"4"}}"#);
        let server = ("a.js", "const app = express();\nload(app);\napp.listen(options.port);\n");
        assert_eq!(kind(&[options, ("a.js", "run(program.parse());\n")]), Kind::CommandLine);
        assert_eq!(kind(&[options, server]), Kind::Other);
        let package = r#"{"main":"a.js","dependencies":{"express":"4"}}"#;
        let with_start = r#"{"main":"a.js","scripts":{"start":"node a.js"},"dependencies":{"express":"4"}}"#;
        assert_eq!(kind(&[("package.json", package), server]), Kind::Library);
        assert_eq!(kind(&[("package.json", package), server, ("Dockerfile", "FROM node:22\n")]), Kind::Other);
        assert_eq!(kind(&[("package.json", with_start), server]), Kind::Other);
        assert_eq!(kind(&[("package.json", with_start), ("a.js", "exports.a = 1;\n")]), Kind::Library);
        let repo = Fixture::new().file("package.json", with_start).file(server.0, server.1).snapshot();
        assert_eq!(frameworks(&repo), ["Express"]);
        let command = ("package.json", r#"{"bin":"a.js","dependencies":{"commander":"12","express":"4"}}"#);
        assert_eq!(kind(&[command, server]), Kind::CommandLine);
        assert_eq!(
            kind(&[("package.json", r#"{"dependencies":{"gatsby":"5"}}"#), ("src/a.js", "x()")]),
            Kind::StaticSite
        );
        let for_phones = r#"{"dependencies":{"expo":"51","react-dom":"18"}}"#;
        assert_eq!(kind(&[("package.json", for_phones), ("index.html", ""), ("src/a.js", "x()")]), Kind::Other);
        let package = r#"{"name": "a/b", "autoload": {"psr-4": {"A\\": "src"}}}"#;
        assert_eq!(kind(&[("composer.json", package), ("src/A.php", "<?php class A {}")]), Kind::Library);
        let program = [("composer.json", package), ("src/A.php", "<?php class A {}"), ("index.php", "<?php new A;")];
        assert_eq!(kind(&program), Kind::Other);
        let example = ("_example/main.go", "package main\n\nfunc main() {}\n");
        let module = [("go.mod", "module a/b\n\ngo 1.22\n"), ("b.go", "package b\n")];
        assert_eq!(kind(&[module[0], module[1], example]), Kind::Library);
        assert_eq!(kind(&[module[0], module[1], ("cmd/b/main.go", example.1)]), Kind::Other);
        assert_eq!(kind(&[(".zshrc", "x"), (".vimrc", "y")]), Kind::Dotfiles);
        assert_eq!(kind(&[("a.ipynb", "{\"cells\": []}")]), Kind::Notebook);
        assert_eq!(kind(&[("a.py", "x = 1\n")]), Kind::Other);
    }

    #[test]
    fn a_server_that_only_says_how_it_is_is_a_service() {
        let manifest = ("Cargo.toml", "[package]\nname = \"a\"\n[dependencies]\naxum = \"0.8\"\n");
        let serve = "axum::serve(listener, app).await;";
        let main = format!(
            "use axum::Router;\nasync fn main() {{\n    let app = Router::new().route(\"/\", get(shown)).route(\"/health\", get(health));\n    {serve}\n}}\n"
        );
        let of = |main: &str| kind(&[manifest, ("src/main.rs", main), ("src/lib.rs", "pub fn f() {}")]);
        assert_eq!(of(&main), Kind::HttpApi);
        let repo = Fixture::new().file("src/main.rs", &main).file(manifest.0, manifest.1).snapshot();
        assert!(is_bare_service(&repo) && !Surface::of(&repo).is_http_api());
        assert_eq!(of(&main.replace(serve, "")), Kind::CommandLine);
        assert_eq!(of("fn main() {}\n"), Kind::CommandLine);
        let options = ("package.json", r#"{"dependencies":{"commander":"12","express":"4"}}"#);
        let called_back = "const app = express();\napp.get('/', (req, res) => done(req));\napp.listen(1);\n";
        assert_eq!(kind(&[options, ("a.js", called_back)]), Kind::CommandLine);
        let asks = called_back.replace("app.listen", "app.get('/health', ok);\napp.listen");
        assert_eq!(kind(&[options, ("a.js", &asks)]), Kind::HttpApi);
    }
}
