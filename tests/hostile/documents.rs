//! Nested and repeated documents: bombs for whatever parses them.

use std::path::Path;

use super::contents::one;
use super::{End, Item, filled, served};

pub const ITEMS: &[Item] = &[
    served("yaml", yaml, End::Report),
    served("json", json, End::Partial),
    served("xml", xml, End::Report),
    served("toml", toml, End::Report),
    served("markdown", markdown, End::Report),
    served("scripts", scripts, End::Report),
    served("deployments_by_the_thousand", deployments, End::Report),
    served("migrations_that_never_end", migrations, End::Report),
];

/// Nine levels of nine, as the name has it.
fn laughs() -> String {
    let mut text = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for level in 1..30 {
        let before = format!("*a{}", level - 1);
        text.push_str(&format!("a{level}: &a{level} [{}]\n", vec![before; 9].join(", ")));
    }
    text.push_str("services: *a29\npaths: *a29\njobs: *a29\non: *a29\n");
    text
}

fn yaml(folder: &Path) {
    let deep = format!("services: {}{}", "[".repeat(400_000), "]".repeat(400_000));
    let maps = format!("jobs: {}x{}", "{a: ".repeat(200_000), "}".repeat(200_000));
    let indented: String = (0..1_300).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    let dashes = "- ".repeat(400_000);
    let merge = "a: &a\n  <<: *a\n  b: c\nservices:\n  <<: [*a, *a]\n";
    let keys = "? ".repeat(300_000);
    one(
        folder,
        &[
            (".github/workflows/laughs.yml", laughs()),
            (".github/workflows/deep.yml", deep.clone()),
            (".github/workflows/maps.yml", maps),
            (".github/workflows/dashes.yml", dashes),
            (".gitlab-ci.yml", laughs()),
            ("docker-compose.yml", laughs()),
            ("compose.yaml", deep.clone()),
            ("openapi.yaml", laughs()),
            ("docs/openapi.yml", deep),
            ("config/indented.yml", indented.clone()),
            ("swagger.yaml", indented),
            (".circleci/config.yml", merge.to_owned()),
            ("azure-pipelines.yml", keys.clone()),
            ("k8s/deployment.yaml", keys),
            ("src/main/resources/application.yml", laughs()),
            ("pnpm-workspace.yaml", laughs()),
            ("serverless.yml", "!!python/object/apply:os.system [touch pwned]\n".to_owned()),
        ],
    );
}

fn json(folder: &Path) {
    let deep = format!("{{\"scripts\": {}{}}}", "[".repeat(400_000), "]".repeat(400_000));
    let maps = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    let numbers = format!("{{\"version\": {}, \"dependencies\": {{}}}}", "9".repeat(900_000));
    let keys: String = (0..50_000).map(|index| format!("\"k{index}\":\"v\",")).collect();
    one(
        folder,
        &[
            ("package.json", deep.clone()),
            (
                "web/package.json",
                format!("{{\"dependencies\":{{{keys}\"z\":\"1\"}},\"scripts\":{{{keys}\"z\":\"1\"}}}}"),
            ),
            ("a/package.json", numbers),
            ("b/package.json", maps.clone()),
            ("composer.json", maps.clone()),
            ("openapi.json", deep.clone()),
            ("tsconfig.json", deep.clone()),
            ("appsettings.json", maps),
            ("nest-cli.json", deep.clone()),
            ("vercel.json", deep.clone()),
            ("postman_collection.json", deep),
        ],
    );
}

fn xml(folder: &Path) {
    let mut laughs = String::from("<?xml version=\"1.0\"?>\n<!DOCTYPE project [\n<!ENTITY a0 \"lol\">\n");
    for level in 1..20 {
        laughs.push_str(&format!("<!ENTITY a{level} \"{}\">\n", format!("&a{};", level - 1).repeat(10)));
    }
    laughs.push_str(
        "<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<project><dependencies>&a19;&x;</dependencies></project>",
    );
    let deep = format!("{}{}", "<dependency>".repeat(40_000), "</dependency>".repeat(40_000));
    let open = "<!--".repeat(200_000);
    one(
        folder,
        &[
            ("pom.xml", laughs.clone()),
            ("a/pom.xml", deep.clone()),
            ("b/pom.xml", open.clone()),
            ("Shop.csproj", laughs),
            ("a/A.csproj", deep),
            ("web.config", open),
        ],
    );
}

fn toml(folder: &Path) {
    let deep = format!("a = {}{}", "[".repeat(300_000), "]".repeat(300_000));
    let tables = format!("{}b = 1\n", "a.".repeat(200_000));
    let inline = format!("a = {}1{}", "{a = ".repeat(100_000), "}".repeat(100_000));
    let header = format!("[{}z]\n", "a.".repeat(300_000));
    let many: String = (0..40_000).map(|index| format!("[[bin]]\nname = \"{index}\"\n")).collect();
    one(
        folder,
        &[
            ("Cargo.toml", deep.clone()),
            ("a/Cargo.toml", tables.clone()),
            ("b/Cargo.toml", inline.clone()),
            ("c/Cargo.toml", many),
            ("pyproject.toml", header),
            ("a/pyproject.toml", deep),
            ("Pipfile", inline),
            ("mise.toml", tables.clone()),
            (".github/foliolens.toml", "a = [".repeat(10_000)),
            ("fly.toml", tables),
        ],
    );
}

fn markdown(folder: &Path) {
    let fill = |part: &str| part.repeat(filled(1 << 10) / part.len() - 20);
    let readmes = [
        "> ",
        "- ",
        "[",
        "![",
        "*a_",
        "**",
        "<b>",
        "`",
        "```\n",
        "[a]: <b>\n",
        "[a][b]",
        "|a|b|\n|-|-|\n",
        "1. ",
        "# a\n",
        "<!--",
        "&amp;",
        "\\",
        "[a](",
        "~~",
        "$",
        "<a href=\"",
        "    a\n",
        "* a\n  ",
        "<details>",
    ];
    let mut files: Vec<(String, String)> =
        readmes.iter().enumerate().map(|(index, part)| (format!("docs/{index}.md"), fill(part))).collect();
    for (index, part) in readmes.iter().enumerate() {
        files.push((format!("part{index}/README.md"), fill(part)));
    }
    files.push(("README.md".to_owned(), format!("# Shop\n\n{}", fill("> - "))));
    files.push(("CONTRIBUTING.md".to_owned(), fill("[a]: b\n[a]")));
    files.push(("docs/tabs.md".to_owned(), fill("\t- ")));
    let files: Vec<(&str, &String)> = files.iter().map(|(path, text)| (path.as_str(), text)).collect();
    one(folder, &files);
}

fn scripts(folder: &Path) {
    // What stands around it fits as well: all of it is read.
    let fill = |part: &str| part.repeat((1 << 20) / part.len() - 20);
    one(
        folder,
        &[
            ("Dockerfile", format!("FROM a\n{}", fill("RUN a \\\n"))),
            ("a/Dockerfile", fill("FROM a AS b\n")),
            ("b/Dockerfile", format!("FROM a\nRUN <<A\n{}", fill("<<A\n"))),
            ("c/Dockerfile", format!("FROM a\nCMD {}", fill("["))),
            ("Makefile", fill("a: a b\n\ta\n")),
            ("a/Makefile", fill("define a\n")),
            ("Justfile", fill("a b:\n  c\n")),
            ("run.sh", fill("$(")),
            ("a.sh", fill("if a; then ")),
            ("b.sh", fill("<<A\n")),
            ("README.md", format!("```sh\n{}\n```\n", fill("echo \"$(a \""))),
            ("requirements.txt", fill("a[b,c]>=1;d\n")),
            ("Gemfile", fill("gem 'a' do\n")),
            ("build.gradle", fill("a { ")),
            ("go.mod", fill("require (\n")),
            (".env.example", fill("A=${B:-${")),
            (".gitignore", fill("**/*/**/\n")),
            ("Procfile", fill("web: a\n")),
            ("migrations/1.sql", fill("((")),
        ],
    );
}

/// Objects, and whatever names them, in such number that each must be looked up and not looked for.
fn deployments(folder: &Path) {
    let most = filled(8 << 10) >> 8;
    let object = |kind: &str, index: usize| format!("apiVersion: v1\nkind: {kind}\nmetadata:\n  name: n{index}\n");
    let mut files: Vec<(String, String)> =
        (0..most).map(|index| (format!("k8s/c{index}.yaml"), object("ConfigMap", index))).collect();
    files.extend((0..most / 8).map(|index| (format!("infra/{index}.tf"), format!("variable \"a{index}\" {{}}\n"))));
    files.extend((0..most / 8).map(|index| (format!("sites/{index}/vercel.json"), "{}\n".to_owned())));
    let named =
        |part: &str| (0..filled(1 << 10) / 64).map(|index| part.replace('#', &index.to_string())).collect::<String>();
    files.push((
        "Dockerfile".to_owned(),
        format!("FROM nginx:1\n{}", named("COPY k8s# /etc/nginx/conf.d/\nRUN /a/#.sh\n")),
    ));
    files.push((".gitlab-ci.yml".to_owned(), format!("a:\n  script:\n{}", named("    - npm run s#\n"))));
    files.push(("package.json".to_owned(), format!("{{\"scripts\":{{{}\"z\":\"1\"}}}}", named("\"s#\":\"echo\","))));
    one(folder, &files.iter().map(|(path, text)| (path.as_str(), text)).collect::<Vec<_>>());
}

/// What is opened again and again, and never closed.
fn migrations(folder: &Path) {
    let fill = |part: &str| part.repeat(filled(1 << 10) / part.len() - 20);
    let names: String = (0..filled(1 << 10) / 24).map(|index| format!("execute(<<<A{index}\n")).collect();
    one(
        folder,
        &[
            ("changelog/1.xml", fill("<sql>CREATE ") + "</sql>"),
            ("changelog/2.xml", fill("<sql ")),
            ("changelog/3.xml", fill("<rollback><sql>")),
            ("changelog/4.xml", fill("<createIndex a=\"")),
            ("migrations/1.php", names),
            ("migrations/2.php", fill("function down\n")),
            ("migrations/3.py", fill("def downgrade\ndef upgrade\n")),
            ("schema.go", "\"CREATE TABLE IF NOT EXISTS ".to_owned() + &fill("\\\"CREATE INDEX ")),
        ],
    );
}
