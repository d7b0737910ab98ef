//! Names of environment variables: in examples, in code, in what starts a program.

use foliolens_analyzers::environment::Environment;

const NAMES: [&str; 10] = [
    ".env.example",
    ".env",
    "app.py",
    "app.js",
    "main.go",
    "main.rs",
    "docker-compose.yml",
    "Dockerfile",
    "src/main/resources/application.yml",
    "appsettings.json",
];

pub fn run(data: &[u8]) {
    let Some((path, text)) = super::chosen_text(data, &NAMES) else { return };
    let repo = super::repository::of(path, &text, false);
    for variable in Environment::of(&repo).read() {
        assert!(!variable.name.chars().any(|c| c.is_control() || c.is_whitespace()), "{:?}", variable.name);
    }
    super::repository::judged(&repo);
}
