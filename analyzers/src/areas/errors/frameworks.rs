//! Frameworks that answer unexpected errors by themselves.

use super::excuses::{cleans_up, is_explained};
use crate::Snapshot;
use crate::areas::observability::server::Server;
use crate::areas::security::marks;
use crate::snapshot::stack::Ecosystem;

/// Frameworks that answer unexpected errors by themselves, in the form that their clients expect.
const BY_DEFAULT: &[&str] = &[
    "Django",
    "Django REST framework",
    "Django Ninja",
    "FastAPI",
    "Fastify",
    "NestJS",
    "routing-controllers",
    "Spring",
    "Spring MVC",
    "Spring WebFlux",
    "Rails",
    "Laravel",
    "Symfony",
    "CodeIgniter",
    "ASP.NET Core",
    "ASP.NET",
    "Next.js",
    // Both have a handler for the errors that routes return.
    "Echo",
    "Fiber",
];

/// Frameworks that answer unexpected errors with a page or a line of text, unless the program keeps them from it.
const PLAINLY: &[&str] = &["Koa", "Sinatra", "Grape", "Azure Functions"];

/// Whether `framework` answers by itself what goes wrong, and nothing of the program keeps it from that.
pub(super) fn answers_by_itself(repo: &Snapshot, server: &Server<'_>, framework: &str) -> bool {
    let swallows_nothing = || {
        let mut swallowed = server.matches("errors", "swallowed").into_iter();
        swallowed.all(|found| is_explained(repo, found) || cleans_up(repo, found))
    };
    // From its fifth version on, what the promise of a handler fails with comes to Express.
    let is_express = framework == "Express" && is_express_five(repo);
    BY_DEFAULT.contains(&framework)
        || (PLAINLY.contains(&framework) || is_express) && swallows_nothing()
        || framework == "Slim" && is_slim_before_four(repo)
}

/// Whether what is asked for is Express of the fifth version or later.
fn is_express_five(repo: &Snapshot) -> bool {
    let express = repo.stack().dependency(Ecosystem::Npm, "express");
    express.and_then(|express| marks::major(repo, express)).is_some_and(|major| major >= 5)
}

/// Slim answers errors by itself before its fourth version, which has to be told to.
fn is_slim_before_four(repo: &Snapshot) -> bool {
    let slim = repo.stack().dependency(Ecosystem::Php, "slim/slim");
    slim.and_then(|slim| marks::major(repo, slim)).is_some_and(|major| major < 4)
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::narrow::tests::handling;

    #[test]
    fn slim_answers_errors_by_itself_before_its_fourth_version() {
        let of = |version: &str| {
            let composer = format!("{{\n  \"require\": {{\n    \"slim/slim\": \"{version}\"\n  }}\n}}\n");
            let app = "<?php\n$app = new \\Slim\\App;\n$app->get('/users', function ($request, $response) { return $response; });\n";
            handling(&[("composer.json", &composer), ("public/index.php", app)])
        };
        assert_eq!(of("^3.10"), "framework_default");
        assert_eq!(of("^4.0"), "none");
    }

    #[test]
    fn express_answers_what_handlers_fail_with_from_its_fifth_version_on() {
        let of = |version: &str, body: &str| {
            let package = format!("{{\n  \"dependencies\": {{\n    \"express\": \"{version}\"\n  }}\n}}\n");
            let app = format!(
                "const app = require('express')();\napp.get('/a', async (req, res) => {{\n  const a = await find();\n  {body}\n  res.json(a);\n}});\n"
            );
            handling(&[("package.json", &package), ("app.js", &app)])
        };
        let missing = "if (!a) return res.status(404).end();";
        assert_eq!(of("^5.1.0", missing), "framework_default");
        assert_eq!(of("^4.19.2", missing), "adhoc");
        let caught = "try { await b(a); } catch (e) { return res.status(500).json({ message: e.message }); }";
        assert_eq!(of("^5.1.0", caught), "adhoc");
    }

    #[test]
    fn sinatra_answers_what_nobody_drops() {
        let of = |body: &str| {
            let app = format!("require 'sinatra'\nget('/a') do\n  {body}\nend\n");
            handling(&[("Gemfile", "gem 'sinatra'\n"), ("app.rb", &app)])
        };
        assert_eq!(of("json(all)"), "framework_default");
        assert_eq!(of("begin\n    json(all)\n  rescue => e\n    halt 500, 'no'\n  end"), "adhoc");
        assert_ne!(of("begin\n    json(all)\n  rescue => e\n  end"), "framework_default");
    }
}
