//! Which files run on the server: not in a browser, not from a terminal.

use crate::Snapshot;
use crate::areas::security::marks;
use crate::code::{CodeMatch, Language};
use crate::snapshot::paths;
use crate::snapshot::stack::Ecosystem;

/// Packages that answer requests under Node.
const SERVERS: &[&str] = &[
    "express",
    "fastify",
    "koa",
    "@nestjs/core",
    "@hapi/hapi",
    "hapi",
    "hono",
    "elysia",
    "restify",
    "polka",
    "next",
    "nuxt",
    "@feathersjs/feathers",
    "@apollo/server",
    "apollo-server",
    "apollo-server-express",
    "@adonisjs/core",
    "@trpc/server",
    "@fastify/cors",
    "h3",
    "sails",
    "@remix-run/node",
];

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
    "commands",
    "command",
    "console",
    "management",
    "hack",
    "tasks",
    "docs",
    "doc",
    "demo",
    "demos",
    "playground",
    "notebooks",
    ".github",
    "ci",
    "build",
    "benchmarks",
    "generators",
];

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

/// The files of a repository that run on its server.
pub(in crate::areas) struct Server<'a> {
    repo: &'a Snapshot,
    /// Folders with a `package.json` of a server.
    node: Vec<&'a str>,
    /// Whether a framework for browsers is there.
    has_pages: bool,
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
        Server { repo, node, has_pages }
    }

    /// The matches of `<area>.<language>.<topic>` on the server, one a line.
    pub(in crate::areas) fn matches(&self, area: &str, topic: &str) -> Vec<&'a CodeMatch> {
        let all = marks::of(self.repo, area, topic).into_iter();
        // Old migrations lie in folders of any name.
        let is_migration = |path: &str| paths::folder(path).contains("migration");
        all.filter(|found| !is_migration(&found.path) && !self.is_for_browser(&found.path, found.language)).collect()
    }

    /// Whether the program at `path` is run by hand, from a terminal.
    pub(in crate::areas) fn is_for_terminal(&self, path: &str) -> bool {
        let text = self.repo.text(path).unwrap_or_default();
        let name = paths::name(path).to_ascii_lowercase();
        let stem = name.split('.').next().unwrap_or_default();
        paths::folder(path).split('/').any(|part| TERMINAL.contains(&part.to_ascii_lowercase().as_str()))
            || name.contains(".config.")
            || name.ends_with(".rake")
            || matches!(
                stem,
                "setup" | "manage" | "gulpfile" | "gruntfile" | "rakefile" | "cli" | "seed" | "seeder" | "build"
            )
            // The log itself has to write somewhere.
            || ["logger", "logging"].iter().any(|log| stem.contains(log))
            || TERMINAL_MARKS.iter().any(|mark| text.contains(mark))
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
