//! Which scripts run in a visitor's browser, where nothing that they do protects the server.

use std::collections::BTreeMap;

use crate::Snapshot;
use crate::code::Language;
use crate::paths;
use crate::snapshot::stack::Ecosystem;

/// Packages for pages that say nothing of a server.
const PAGES: &[&str] = &[
    "react",
    "react-dom",
    "react-scripts",
    "vue",
    "svelte",
    "@angular/core",
    "preact",
    "solid-js",
    "vite",
    "expo",
    "react-native",
];

/// Packages of what runs on a server: they answer requests or draw pages there, ask databases, or work off queues.
pub(in crate::areas) const SERVERS: &[&str] = &[
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
    "h3",
    "next",
    "nuxt",
    "astro",
    "@sveltejs/kit",
    "@remix-run/node",
    "@feathersjs/feathers",
    "@apollo/server",
    "apollo-server",
    "apollo-server-express",
    "graphql-yoga",
    "mercurius",
    "@adonisjs/core",
    "@trpc/server",
    "@fastify/cors",
    "sails",
    "@loopback/core",
    "moleculer",
    "telegraf",
    "serverless",
    "@types/aws-lambda",
    "@azure/functions",
    "firebase-functions",
    "pg",
    "pg-promise",
    "mysql",
    "mysql2",
    "mongodb",
    "mongoose",
    "@prisma/client",
    "typeorm",
    "sequelize",
    "knex",
    "redis",
    "ioredis",
    "bull",
    "bullmq",
    "bee-queue",
    "agenda",
    "amqplib",
    "kafkajs",
];

/// What only a script in a browser says.
const SAID_IN_A_BROWSER: &[&str] = &[
    "@angular/core",
    "ServiceWorkerGlobalScope",
    "self.addEventListener(",
    "document.getElementById(",
    "document.querySelector(",
    "window.location",
    "window.localStorage",
    "localStorage.getItem(",
];

/// What only a script on a server says.
const SAID_ON_A_SERVER: &[&str] =
    &["express", "fastify", "koa", "@nestjs", "hono", ".listen(", "createServer", "node:"];

/// The packages of a repository, by what their scripts are for.
pub(super) struct Browser<'a> {
    repo: &'a Snapshot,
    /// Folders with a `package.json`, and whether it is one of pages alone.
    packages: BTreeMap<&'a str, bool>,
}

impl<'a> Browser<'a> {
    pub(super) fn of(repo: &'a Snapshot) -> Self {
        let mut named: BTreeMap<&str, (bool, bool)> = BTreeMap::new();
        for dependency in repo.stack().dependencies().iter().filter(|it| it.ecosystem == Ecosystem::Npm) {
            let (pages, server) = named.entry(paths::folder(&dependency.path)).or_default();
            *pages |= PAGES.contains(&dependency.name.as_str());
            *server |= SERVERS.contains(&dependency.name.as_str());
        }
        let packages = named.into_iter().map(|(folder, (pages, server))| (folder, pages && !server)).collect();
        Browser { repo, packages }
    }

    /// Whether the script at `path` runs in a browser.
    pub(super) fn runs(&self, path: &str, language: Language) -> bool {
        if !matches!(language, Language::JavaScript | Language::TypeScript | Language::Tsx) {
            return false;
        }
        let name = paths::name(path);
        let is_named_so = [".component.ts", ".component.js", "ngsw-worker.js", "service-worker.js"]
            .iter()
            .any(|end| name.ends_with(end))
            || name == "sw.js";
        is_named_so || self.is_of_pages(path) || self.speaks_so(path)
    }

    /// Whether the nearest package around `path` is one of pages alone.
    fn is_of_pages(&self, path: &str) -> bool {
        let mut folder = paths::folder(path);
        loop {
            if let Some(pages) = self.packages.get(folder) {
                return *pages;
            }
            if folder.is_empty() {
                return false;
            }
            folder = paths::folder(folder);
        }
    }

    fn speaks_so(&self, path: &str) -> bool {
        let text = self.repo.text(path).unwrap_or_default();
        SAID_IN_A_BROWSER.iter().any(|mark| text.contains(mark))
            && !SAID_ON_A_SERVER.iter().any(|mark| text.contains(mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn scripts_of_pages_are_told_from_those_of_the_server() {
        let repo = Fixture::new()
            .file("package.json", r#"{"dependencies": {"express": "4"}}"#)
            .file("web/package.json", r#"{"dependencies": {"react": "18"}}"#)
            .file("web/src/home.js", "const isAdmin = user.isAdmin;\n")
            .file("app/login/login.component.ts", "const isAdmin = user.isAdmin;\n")
            .file("docs/ngsw-worker.js", "try { a(); } catch (e) {}\n")
            .file("app/list.ts", "import { Injectable } from '@angular/core';\n")
            .file("server.js", "const isAdmin = user.isAdmin; // express\n")
            .file("pages.js", "const express = require('express'); send(\"document.getElementById('a')\");\n")
            .snapshot();
        let browser = Browser::of(&repo);
        for path in ["web/src/home.js", "app/login/login.component.ts", "docs/ngsw-worker.js", "app/list.ts"] {
            assert!(browser.runs(path, Language::of(path).expect("a script")), "{path}");
        }
        for path in ["server.js", "pages.js"] {
            assert!(!browser.runs(path, Language::JavaScript), "{path}");
        }
    }
}
