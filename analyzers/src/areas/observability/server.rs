//! Which files run on the server: not in a browser, not from a terminal.

mod commands;

use std::cell::OnceCell;

use self::commands::Commands;
use crate::Snapshot;
use crate::areas::api::Surface;
use crate::areas::security::{SERVERS, marks};
use crate::code::{CodeMatch, Language};
use crate::kinds::served;
use crate::paths;
use crate::secrets::is_in_test_module;
use crate::snapshot::stack::Ecosystem;

/// Names of folders whose scripts run in a browser.
const BROWSER: &[&str] = &[
    "frontend",
    "front-end",
    "front",
    "client",
    "web-client",
    "webapp",
    "ui",
    "public",
    "static",
    "assets",
    "wwwroot",
    "browser",
    "themes",
    "javascripts",
    "javascript",
    "views",
];

/// Names of folders that do so only where a framework for browsers is there: servers have hooks and stores, too.
const PERHAPS_BROWSER: &[&str] = &["components", "hooks", "stores"];

/// Frameworks for browsers.
const PAGES: &[&str] = &["react", "vue", "svelte", "@angular/core", "preact", "solid-js", "next", "nuxt", "astro"];

/// Names of folders of what is run from a terminal.
const TERMINAL: &[&str] = &[
    "cli",
    "console",
    "hack",
    "docs",
    "doc",
    "demo",
    "demos",
    "playground",
    "notebooks",
    ".github",
    "benchmarks",
    "generators",
    "capistrano",
    "playwright",
];

/// Names of folders of which that is true unless a file says otherwise: an order may have commands, and a hotel a management.
const PERHAPS_TERMINAL: &[&str] = &["commands", "command", "management", "ci", "build", "deployment", "migrate"];

/// What programs for a terminal are made with.
const TERMINAL_MARKS: &[&str] = &[
    "argparse",
    "import click",
    "from click",
    "import typer",
    "sys.argv",
    "process.argv",
    "commander'",
    "commander\"",
    "yargs",
    "flag.Parse()",
    "spf13/cobra",
    "urfave/cli",
    "clap::",
    "ARGV",
    "OptionParser",
    "Console\\Command",
    "$argv",
    "#!/",
    "picocli",
];

/// Whether anything answers requests, over HTTP, GraphQL or gRPC: routes in tests and examples, also in a module of tests beside what it tests, are
/// nobody's.
pub(in crate::areas) fn answers(repo: &Snapshot) -> bool {
    Surface::of(repo).endpoints.iter().any(|endpoint| {
        let is_in_module = || {
            let text = repo.text(&endpoint.file).unwrap_or_default();
            let before: usize =
                text.split_inclusive('\n').take((endpoint.lines.0 as usize).saturating_sub(1)).map(str::len).sum();
            Language::of(&endpoint.file) == Some(Language::Rust) && is_in_test_module(text.as_bytes(), before)
        };
        !paths::is_aside(&endpoint.file) && !is_in_module()
    }) || served::grpc(repo).is_some()
        || served::graphql(repo).is_some()
}

/// What is said of a server whose routes could not be read. One that a package of Go starts belongs to a library, or to
/// whoever looks into a program.
pub(in crate::areas) fn unread(repo: &Snapshot) -> Option<String> {
    let (framework, place) = served::unread(repo)?;
    let is_main = |text: &str| text.lines().any(|line| line.trim_end() == "package main");
    let is_program = || repo.text(&place.path).is_some_and(is_main);
    (!place.path.ends_with(".go") || is_program()).then(|| {
        format!("A server is started with {framework}, in {}, but none of its routes could be read.", place.path)
    })
}

/// The files of a repository that run on its server.
pub(in crate::areas) struct Server<'a> {
    repo: &'a Snapshot,
    /// Folders with a `package.json` of what runs on a server.
    node: Vec<&'a str>,
    /// Whether a framework for browsers is there.
    has_pages: bool,
    /// Folders with a project of .NET, and whether it is a program of its own beside the one that has the routes.
    projects: Vec<(&'a str, bool)>,
    commands: OnceCell<Commands>,
}

impl<'a> Server<'a> {
    /// Finds them.
    pub(in crate::areas) fn of(repo: &'a Snapshot) -> Self {
        let dependencies = repo.stack().dependencies().iter();
        let servers = dependencies.filter(|it| it.ecosystem == Ecosystem::Npm && SERVERS.contains(&it.name.as_str()));
        let mut node: Vec<&str> = servers.map(|it| paths::folder(&it.path)).collect();
        node.dedup();
        let mut packages = repo.stack().dependencies().iter().filter(|it| it.ecosystem == Ecosystem::Npm);
        let has_pages = packages.any(|it| PAGES.contains(&it.name.as_str()));
        Server { repo, node, has_pages, projects: projects(repo), commands: OnceCell::new() }
    }

    /// Whether a file belongs to a program of .NET that answers no requests, or to the pages beside an API.
    fn is_of_another_program(&self, path: &str) -> bool {
        nearest(&self.projects, path).is_some_and(|(_, is_beside)| is_beside)
    }

    /// The matches of `<area>.<language>.<topic>` on the server, one a line.
    pub(in crate::areas) fn matches(&self, area: &str, topic: &str) -> Vec<&'a CodeMatch> {
        let all = marks::of(self.repo, area, topic).into_iter();
        // Old migrations lie in folders of any name.
        let is_migration = |path: &str| paths::folder(path).contains("migration");
        all.filter(|found| !is_migration(&found.path) && !self.is_for_browser(&found.path, found.language))
            .filter(|found| found.language != Language::CSharp || !self.is_of_another_program(&found.path))
            .collect()
    }

    /// Whether the program at `path` is run by hand, from a terminal.
    pub(in crate::areas) fn is_for_terminal(&self, path: &str) -> bool {
        let text = self.repo.text(path).unwrap_or_default();
        let name = paths::name(path).to_ascii_lowercase();
        let stem = name.split('.').next().unwrap_or_default();
        let is_in = |folders: &[&str]| {
            paths::folder(path).split('/').any(|part| folders.contains(&part.to_ascii_lowercase().as_str()))
        };
        is_in(TERMINAL)
            || is_in(PERHAPS_TERMINAL) && !marks::answers(path)
            || name.contains(".config.")
            || name.ends_with(".rake")
            || name.contains(".seed.")
            || name.contains(".seeder.")
            || matches!(
                stem,
                "setup" | "manage" | "gulpfile" | "gruntfile" | "rakefile" | "cli" | "seed" | "seeder" | "build"
            )
            // The log itself has to write somewhere.
            || ["logger", "logging"].iter().any(|log| stem.contains(log))
            || TERMINAL_MARKS.iter().any(|mark| text.contains(mark))
            || self.commands.get_or_init(|| Commands::of(self.repo)).alone_ask_for(path)
    }

    fn is_for_browser(&self, path: &str, language: Language) -> bool {
        let is_device = |part: &str| {
            ["clientapp", "mobile", "android", "ios", "desktop", "maui", "winforms", "wpf"].contains(&part)
        };
        if paths::folder(path).split('/').any(|part| is_device(&part.to_ascii_lowercase())) {
            return true;
        }
        match language {
            Language::Tsx => true,
            Language::JavaScript | Language::TypeScript => {
                let folder = paths::folder(path);
                let in_package =
                    |root: &&str| root.is_empty() || folder == *root || folder.starts_with(&format!("{root}/"));
                path.ends_with(".jsx")
                    || folder.split('/').map(str::to_ascii_lowercase).any(|part| {
                        BROWSER.contains(&part.as_str()) || self.has_pages && PERHAPS_BROWSER.contains(&part.as_str())
                    })
                    || !self.node.iter().any(in_package) && !self.requires_server(path)
            }
            _ => false,
        }
    }

    /// Whether a script without a package of a server says itself that it runs under Node.
    fn requires_server(&self, path: &str) -> bool {
        let text = self.repo.text(path).unwrap_or_default();
        ["require('http')", "require(\"http\")", "node:http", "Bun.serve", "Deno.serve"]
            .iter()
            .any(|mark| text.contains(mark))
    }
}

/// The folders of projects of .NET, each with whether it starts a program and declares none of the routes that another
/// program declares. What starts nothing is a library, which any of them may use.
fn projects(repo: &Snapshot) -> Vec<(&str, bool)> {
    const STARTS: &[&str] = &["Program.cs", "Startup.cs"];
    let files = || repo.tree().own_texts().filter(|(file, _)| !paths::is_aside(&file.path));
    let mut found: Vec<(&str, bool)> = files()
        .filter(|(file, _)| file.path.ends_with(".csproj"))
        .map(|(file, _)| (paths::folder(&file.path), false))
        .collect();
    if found.len() < 2 {
        return found;
    }
    let folder = |path: &str| nearest(&found, path).map(|(folder, _)| folder);
    let starting: Vec<&str> =
        files().filter(|(file, _)| STARTS.contains(&file.name())).filter_map(|(file, _)| folder(&file.path)).collect();
    let routing: Vec<&str> = Surface::of(repo).endpoints.iter().filter_map(|it| folder(&it.file)).collect();
    if routing.iter().any(|folder| starting.contains(folder)) {
        for (folder, is_beside) in &mut found {
            *is_beside = starting.contains(folder) && !routing.contains(folder);
        }
    }
    found
}

/// The innermost of `projects` that a file lies in.
fn nearest<'a>(projects: &[(&'a str, bool)], path: &str) -> Option<(&'a str, bool)> {
    let is_around =
        |folder: &str| folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
    projects.iter().filter(|(folder, _)| is_around(folder)).max_by_key(|(folder, _)| folder.len()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn workers_and_functions_run_on_a_server() {
        let of = |packages: &str| {
            let repo = Fixture::new().file("apps/worker/package.json", packages).snapshot();
            !Server::of(&repo).is_for_browser("apps/worker/src/pay.ts", Language::TypeScript)
        };
        assert!(of(r#"{"dependencies": {"bullmq": "5"}}"#));
        assert!(of(r#"{"devDependencies": {"@types/aws-lambda": "8"}}"#));
        assert!(!of(r#"{"dependencies": {"react": "18"}}"#));
    }

    #[test]
    fn tasks_and_commands_may_be_what_a_program_is_about() {
        let repo = Fixture::new().snapshot();
        let server = Server::of(&repo);
        for path in
            ["src/tasks/tasks.controller.ts", "app/tasks/mail.py", "src/orders/commands/create-order.handler.ts"]
        {
            assert!(!server.is_for_terminal(path), "{path}");
        }
        for path in ["shop/management/commands/fix.py", "src/commands/run.js", "lib/tasks/fix.rake", "cli/main.go"] {
            assert!(server.is_for_terminal(path), "{path}");
        }
    }

    #[test]
    fn a_server_of_grpc_answers_requests() {
        let server = "import grpc\n\nserver = grpc.aio.server()\nlog.info('started')\n";
        assert!(answers(&Fixture::new().file("app/main.py", server).snapshot()));
    }

    #[test]
    fn a_server_of_graphql_answers_requests_without_routes() {
        let of = |text: &str| answers(&Fixture::new().file("src/index.ts", text).snapshot());
        assert!(of("const server = new ApolloServer({ schema });\nserver.listen();\n"));
        assert!(of("app.register(mercurius, { schema });\n"));
        assert!(!of("const client = new ApolloClient({ uri });\n"));
    }

    #[test]
    fn a_program_of_go_is_one_however_its_lines_end() {
        let of = |text: &str| unread(&Fixture::new().file("main.go", text).snapshot()).is_some();
        let program = "package main\nimport (\n\t\"net\"\n)\nfunc main() { http.ListenAndServe(\":80\", made()) }\n";
        assert!(of(program));
        assert!(of(&program.replace('\n', "\r\n")));
        assert!(!of(&program.replace("package main", "package pprof")));
    }

    #[test]
    fn a_library_that_tries_itself_answers_nobody() {
        let manifest = "[package]\nname = \"a\"\n[dependencies]\nactix-web = \"4\"\n";
        let route = "#[actix_web::get(\"/a\")]\nasync fn a() -> impl Responder { \"a\" }\n";
        let with = |text: &str| {
            let repo = Fixture::new().file("Cargo.toml", manifest).file("src/lib.rs", text).snapshot();
            assert!(!Surface::of(&repo).endpoints.is_empty(), "{text}");
            answers(&repo)
        };
        assert!(with(&format!("use actix_web::*;\n{route}")));
        assert!(!with(&format!("pub fn b() {{}}\n\n#[cfg(test)]\nmod tests {{\nuse actix_web::*;\n{route}}}\n")));
    }
}
