//! Source in every language that is parsed: endpoints, queries, guards, tests.

use foliolens_analyzers::areas::api::Surface;

const NAMES: [&str; 14] = [
    "app.py",
    "urls.py",
    "app.js",
    "src/app.controller.ts",
    "app/api/route.tsx",
    "main.go",
    "Shop.java",
    "Shop.kt",
    "routes/web.php",
    "config/routes.rb",
    "main.rs",
    "Program.cs",
    "config/routes.yaml",
    "tests/test_app.py",
];

pub fn run(data: &[u8]) {
    let Some((path, text)) = super::chosen_text(data, &NAMES) else { return };
    let repo = super::repository::of(path, &text, true);
    for endpoint in Surface::of(&repo).data() {
        assert!(!endpoint.path.contains('\n'), "{:?}", endpoint.path);
    }
    super::repository::judged(&repo);
}
