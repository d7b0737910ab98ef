//! What else is parsed, by name: manifests, workflows, containers, tasks, schemas.

const NAMES: [&str; 32] = [
    "package.json",
    "composer.json",
    "Cargo.toml",
    "pyproject.toml",
    "Pipfile",
    "requirements.txt",
    "go.mod",
    "Gemfile",
    "pom.xml",
    "build.gradle",
    "A.csproj",
    "Dockerfile",
    "docker-compose.yml",
    "Makefile",
    "Justfile",
    "mise.toml",
    "Procfile",
    "fly.toml",
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "openapi.yaml",
    "openapi.json",
    "postman_collection.json",
    "migrations/1.sql",
    "schema.prisma",
    "db/schema.rb",
    ".gitignore",
    "tsconfig.json",
    "run.sh",
    "k8s/deployment.yaml",
];

pub fn run(data: &[u8]) {
    let Some((path, text)) = super::chosen_text(data, &NAMES) else { return };
    super::repository::judged(&super::repository::of(path, &text, false));
}
