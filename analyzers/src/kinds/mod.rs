//! What a repository is: nothing is scored bad because it is absent where it does not apply.

mod library;
pub(crate) mod served;

use library::{is_library, is_started_by_itself};
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
    let kinds = of_what_was_read(repo);
    // What has no routes, or no code, may have them in files that could not be read.
    let is_sure = !repo.tree().is_cut() || kinds.iter().any(|kind| matches!(kind, Kind::HttpApi | Kind::WebApp));
    if is_sure { kinds } else { vec![Kind::Other] }
}

fn of_what_was_read(repo: &Snapshot) -> Vec<Kind> {
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
        // Whatever pages lie beside it.
        if answers_graphql(repo) || is_bare_service(repo) {
            kinds.push(Kind::HttpApi);
        } else if is_static_site(repo) {
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
        } else {
            // Whoever starts a server reads options, too.
            let serves = served::unread(repo).is_some() || served::grpc(repo).is_some();
            if is_command_line(repo) && (is_installed(repo) || !serves) && !(serves && is_put_into_service(repo)) {
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
    let is_grpc = served::grpc_alone(repo).is_some();
    let endpoints = Surface::of(repo).endpoints.iter().filter(|_| !is_grpc);
    let mut names: Vec<String> = endpoints.map(|it| it.framework.to_owned()).collect();
    names.extend(served::graphql(repo).map(|(framework, _)| framework.to_owned()));
    // Its resolvers are no routes.
    if repo.stack().dependency(Ecosystem::Npm, "@nestjs/graphql").is_some() {
        names.push("NestJS".to_owned());
    }
    // It puts routes into one of these.
    if names.iter().any(|name| name == "routing-controllers") {
        let below = [("express", "Express"), ("koa", "Koa")];
        let below = below.iter().find(|(package, _)| repo.stack().dependency(Ecosystem::Npm, package).is_some());
        names.extend(below.map(|(_, name)| (*name).to_owned()));
    }
    // Its routes are those of JAX-RS.
    if names.iter().any(|name| name == "JAX-RS")
        && repo.stack().dependency_under(Ecosystem::Jvm, "io.quarkus:").is_some()
    {
        names.push("Quarkus".to_owned());
    }
    if is_grpc && names.is_empty() {
        names.push("gRPC".to_owned());
        if repo.stack().dependency(Ecosystem::Npm, "@nestjs/microservices").is_some() {
            names.push("NestJS".to_owned());
        }
    }
    // Beside GraphQL, what it is put onto answers as well.
    if names.is_empty() || served::graphql(repo).is_some() {
        names.extend(served::without_routes(repo).map(|(framework, _)| framework.to_owned()));
    }
    // The pages beside a server are not what it serves with.
    if names.is_empty() {
        let depended = |package: &str| repo.stack().dependency(Ecosystem::Npm, package).is_some();
        let made = SITE_GENERATORS.iter().filter(|(package, _)| depended(package));
        names.extend(made.map(|(_, name)| (*name).to_owned()));
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
        && !served::speaks_by_itself(repo)
}

/// Whether it is a program that answers over GraphQL, and no package that helps others to.
fn answers_graphql(repo: &Snapshot) -> bool {
    served::graphql(repo).is_some() && !is_installed(repo) && (!is_library(repo) || is_started_by_itself(repo))
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
        && (others || !takes_commands(repo) || is_put_into_service(repo))
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

/// Whether something in the repository keeps it running for others: a unit of systemd, a Procfile with a web process, or
/// an image with a port.
fn is_put_into_service(repo: &Snapshot) -> bool {
    repo.tree().own_texts().any(|(file, text)| match file.name() {
        "Procfile" => text.lines().any(|line| line.starts_with("web:")),
        name if name.ends_with(".service") => text.contains("[Service]"),
        name if name.to_ascii_lowercase().contains("dockerfile") => {
            text.lines().any(|line| line.trim_start().starts_with("EXPOSE "))
        }
        _ => false,
    })
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
        let exported = ("a.js", "const app = express();\nload(app);\napp.listen(1);\nmodule.exports = app;\n");
        assert_eq!(kind(&[("package.json", package), exported]), Kind::Library);
        assert_eq!(kind(&[("package.json", package), exported, ("Dockerfile", "FROM node:22\n")]), Kind::Other);
        assert_eq!(kind(&[("package.json", package), server]), Kind::Other);
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
    fn a_server_of_graphql_answers_with_data_whatever_lies_beside_it() {
        let of = |main: &str| {
            let package = r#"{"dependencies":{"apollo-server":"3","commander":"12"}}"#;
            let repo = Fixture::new().file("server/package.json", package).file("server/index.js", main);
            let repo = repo.file("client/package.json", r#"{"dependencies":{"gatsby":"5"}}"#).snapshot();
            (detect(&repo)[0], frameworks(&repo))
        };
        let server = "const server = new ApolloServer({ typeDefs, resolvers });\nserver.listen(4000);\n";
        assert_eq!(of(server), (Kind::HttpApi, vec!["Apollo Server".to_owned()]));
        assert_eq!(of("run(program.parse());\n"), (Kind::StaticSite, vec!["Gatsby".to_owned()]));
        let onto = format!("const app = express();\n{server}server.applyMiddleware({{ app }});\n");
        assert_eq!(of(&onto).1, ["Apollo Server", "Express"]);
        let package = r#"{"main":"a.js","dependencies":{"graphql-yoga":"5"}}"#;
        let helps = ("a.js", "module.exports = () => createYoga({ schema });\n");
        assert_eq!(kind(&[("package.json", package), helps]), Kind::Library);
    }

    #[test]
    fn a_server_of_grpc_that_reads_options_is_no_tool_for_a_terminal() {
        let of = |body: &str| {
            kind(&[
                ("go.mod", "module a/b\n"),
                ("main.go", &format!("package main\nfunc main() {{\n\tflag.Parse()\n{body}}}\n")),
            ])
        };
        assert_eq!(of("\tgrpc.NewServer().Serve(made)\n"), Kind::Other);
        assert_eq!(of("\trun()\n"), Kind::CommandLine);
        let nest = "const app = NestFactory.createMicroservice(A, { transport: Transport.GRPC });\n";
        let package = r#"{"dependencies":{"@nestjs/core":"10","@nestjs/microservices":"10"}}"#;
        let repo = Fixture::new().file("package.json", package).file("src/main.ts", nest).snapshot();
        assert_eq!(frameworks(&repo), ["NestJS", "gRPC"]);
    }

    #[test]
    fn a_server_of_sockets_is_no_static_site() {
        let package = ("package.json", r#"{"main":"server.js","dependencies":{"express":"4","socket.io":"4"}}"#);
        let page = ("public/index.html", "<script src=client.js></script>\n");
        let of = |server: &str| kind(&[package, page, ("server.js", server), ("public/client.js", "io();\n")]);
        let serves = "const app = require('express')();\napp.use(express.static('public'));\napp.listen(3000);\n";
        assert_eq!(of(&format!("const {{ Server }} = require('socket.io');\n{serves}")), Kind::Other);
        assert_eq!(of(serves), Kind::StaticSite);
        let client = ("client.js", "import { io } from 'socket.io-client';\n");
        assert_eq!(kind(&[package, ("index.html", "<html>\n"), client]), Kind::StaticSite);
    }

    #[test]
    fn a_server_of_json_is_an_api_beside_pages() {
        let package = ("server/package.json", r#"{"dependencies":{"json-server":"0.17","express":"4"}}"#);
        let page = ("package.json", r#"{"dependencies":{"vite":"5"}}"#);
        let of = |made: &str| {
            let text = format!(
                "import jsonServer from 'json-server';\nconst server = {made};\nserver.post('/login', (req, res) => login(req, res));\nserver.use('/api', jsonServer.router(data));\nserver.listen(1);\n"
            );
            kind(&[package, page, ("index.html", "<html>\n"), ("server/server.ts", &text)])
        };
        assert_eq!(of("jsonServer.create()"), Kind::HttpApi);
        assert_eq!(of("jsonServer.defaults()"), Kind::StaticSite);
    }

    #[test]
    fn what_every_new_package_has_makes_no_library() {
        let package = r#"{"name":"bot","main":"index.js","scripts":{"start":"node index.js"}}"#;
        let of = |main: &str, other: (&str, &str)| kind(&[("package.json", package), ("index.js", main), other]);
        let none = ("LICENSE", "MIT\n");
        assert_eq!(of("client.login(process.env.TOKEN);\n", none), Kind::Other);
        assert_eq!(of("module.exports = add;\n", none), Kind::Library);
        assert_eq!(
            of("module.exports = add;\n", ("Dockerfile", "FROM node:22\nCMD [\"node\", \"index.js\"]\n")),
            Kind::Other
        );
        assert_eq!(of("module.exports = add;\n", ("Dockerfile", "FROM node:22\nCMD npm test\n")), Kind::Library);
        let packaged = ("pyproject.toml", "[build-system]\nrequires = []\n");
        assert_eq!(kind(&[packaged, ("bot.py", "run()\n"), ("Procfile", "worker: python bot.py\n")]), Kind::Other);
        let tools = |text: &str| kind(&[("setup.cfg", text), ("bot.py", "run()\n")]);
        assert_eq!(tools("[flake8]\nmax-line-length = 100\n"), Kind::Other);
        assert_eq!(tools("[metadata]\nname = a\n"), Kind::Library);
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
        let image = ("Dockerfile", "FROM node:22\nEXPOSE 80\nCMD [\"node\", \"a.js\"]\n");
        assert_eq!(kind(&[options, ("a.js", called_back), image]), Kind::HttpApi);
        let pyramid = ("app.py", "from pyramid.config import Configurator\nconfig = Configurator()\n");
        let command = ("requirements.txt", "pyramid==2.0\nclick==8.1\n");
        assert_eq!(kind(&[pyramid, command]), Kind::Other);
        let pages = ("client/package.json", r#"{"dependencies":{"@angular/core":"17"}}"#);
        assert_eq!(
            kind(&[
                ("server/package.json", r#"{"dependencies":{"express":"4"}}"#),
                ("server/a.ts", called_back),
                pages
            ]),
            Kind::HttpApi
        );
        let asks = called_back.replace("app.listen", "app.get('/health', ok);\napp.listen");
        assert_eq!(kind(&[options, ("a.js", &asks)]), Kind::HttpApi);
    }
}
