//! Which files hold variables of the environment, by their names.

use crate::paths;

/// Whether `path` is an environment file: every spelling of `.env`, but no example of one and no code.
pub(super) fn is_environment_file(path: &str) -> bool {
    let name = paths::name(path).to_ascii_lowercase();
    // What dotenvx opens encrypted ones with.
    if name == ".env.keys" {
        return true;
    }
    let is_code = [
        ".ts", ".js", ".mjs", ".cjs", ".py", ".rb", ".go", ".d.ts", ".php", ".java", ".kt", ".rs", ".json", ".yml",
        ".yaml", ".md", ".sh", ".vue", ".tsx", ".jsx", ".html", ".cs", ".erb", ".j2", ".tf", ".txt", ".png", ".nix",
        ".toml", ".lock", ".gpg", ".enc", ".age", ".vault", ".ini", ".mako", ".exs", ".ex",
    ]
    .iter()
    .any(|end| name.ends_with(end) && !(*end == ".txt" && name.starts_with(".env")));
    let env = name == ".env"
        || name == ".envrc"
        || name == ".flaskenv"
        || name.starts_with(".env.")
        || name.starts_with(".env_")
        || name.starts_with(".env-")
        // Copies, as editors and people call them: `.env~`, `.env2`, `.env (copy)`.
        || name.strip_prefix(".env").is_some_and(|rest| rest.starts_with(['~', ' ', '1', '2', '3']))
        // Cloudflare's for the own machine, with what its owner uses.
        || name == ".dev.vars"
        || name.starts_with(".dev.vars.")
        || name == "env"
        // As Docker's documentation calls it.
        || name == "env.list"
        || name.ends_with(".env.list")
        || ["env.prod", "env.production", "env.staging", "env.local", "env.dev", "env.development"].contains(&&*name)
        || (name.ends_with(".env") && name.len() > 4);
    let is_example = name.split(['.', '_', '-']).any(|word| {
        matches!(
            word,
            "example"
                | "examples"
                | "exemple"
                | "exemplo"
                | "ejemplo"
                | "sample"
                | "template"
                | "tmpl"
                | "tpl"
                | "dist"
                | "default"
                | "defaults"
                | "schema"
                | "skel"
                | "vault"
                | "keys"
                | "md"
                | "d"
        )
    });
    env && !is_code && !is_example
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environment_files_are_told_from_examples_and_code() {
        for path in [
            ".env",
            "api/.env",
            ".env.production",
            ".env_docker",
            "dev.env",
            "config/.env.local",
            ".env.ci",
            "config/env.list",
            ".env.txt",
            "api/env.production",
            ".env.keys",
            ".env~",
            ".env2",
            "api/.env (copy)",
            ".dev.vars",
            "docker.env.list",
        ] {
            assert!(is_environment_file(path), "{path}");
        }
        for path in [
            ".env.example",
            ".env.sample",
            "src/config/env.ts",
            "env.js",
            "env.txt",
            ".env.dist",
            "example.env",
            "environment.ts",
            "env.rb",
            ".env.template",
            ".environment",
            ".dev.vars.example",
        ] {
            assert!(!is_environment_file(path), "{path}");
        }
    }
}
