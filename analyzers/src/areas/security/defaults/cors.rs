//! Answers to every other website with a visitor's login (CORS with credentials).

use super::{files, line, matches};
use crate::code::CodeMatch;
use crate::{Place, Snapshot};

/// How far apart the two halves of a setting stand.
const APART: u32 = 40;

/// How far apart they stand in a module of settings, outside of every function.
const APART_IN_SETTINGS: u32 = 400;

/// Words of a list of websites that are let in, near where a header is set.
const LISTS: &[&str] = &[
    "includes(",
    "indexOf(",
    ".has(",
    "in_array",
    "include?",
    "contains(",
    "Contains(",
    "allowedOrigins",
    "allowed_origins",
    "ALLOWED_ORIGINS",
    "allowlist",
    "whitelist",
    "WHITELIST",
    "isAllowed",
    "is_allowed",
    "AllowedOrigins[",
];

/// Where they are: what lets in whoever asks, where credentials are allowed in the same breath.
pub(super) fn places(repo: &Snapshot) -> Vec<Place> {
    let whole = matches(repo, &["cors"]).into_iter().map(|found| line(repo, &found.path, found.lines.0));
    let credentials = matches(repo, &["cors.credentials"]);
    let any = matches(repo, &["cors.any"]);
    let open = any.into_iter().filter(|found| credentials.iter().any(|other| is_one_setting(found, other)));
    let open =
        open.filter(|found| !asks_a_list(repo, found) && !is_own_setting(repo, found) && !is_refused(repo, found));
    let mut places: Vec<Place> = whole.chain(open.map(|found| line(repo, &found.path, found.lines.0))).collect();
    places.extend(in_files(repo));
    places.sort();
    places.dedup();
    places
}

/// Whether two matches are halves of one setting: in the same function of the same file, and near.
fn is_one_setting(any: &CodeMatch, credentials: &CodeMatch) -> bool {
    let function = |found: &CodeMatch| found.functions.last().map(|function| function.bytes.clone());
    let apart = any.lines.0.abs_diff(credentials.lines.0);
    let most = if any.functions.is_empty() { APART_IN_SETTINGS } else { APART };
    any.path == credentials.path && function(any) == function(credentials) && apart <= most
}

/// Whether a header is set from what was looked up in a list before.
fn asks_a_list(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let own = &text[found.bytes.clone()];
    if !own.contains("Access-Control-Allow-Origin") {
        return false;
    }
    let start = found.functions.last().map_or(0, |function| function.bytes.start);
    LISTS.iter().any(|word| text[start..found.bytes.end].contains(word))
}

/// Whether a header is set to the very sign `*`, beside which browsers send no login. What a library makes of it may be
/// something else.
fn is_refused(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let own: String = text[found.bytes.clone()].chars().filter(|c| !c.is_whitespace()).collect();
    own.split_once("Access-Control-Allow-Origin").is_some_and(|(_, rest)| {
        let value = rest.trim_start_matches(['"', '\'', '`', ',', ':', ']', '=']);
        value.starts_with('*') && value[1..].starts_with(['"', '\'', '`'])
    })
}

/// Whether a header is set to a name that no request gave: `origin`, from the environment.
fn is_own_setting(repo: &Snapshot, found: &CodeMatch) -> bool {
    let text = repo.text(&found.path).unwrap_or_default();
    let own = text[found.bytes.clone()].to_ascii_lowercase();
    let is_given = own.contains('*')
        || own.matches("header").count() > 1
        || own.contains("http_origin")
        || own.contains("headers.");
    own.contains("access-control-allow-origin") && !is_given && {
        let lower = text.to_ascii_lowercase();
        !lower.lines().any(|line| {
            line.split_once("origin").is_some_and(|(_, rest)| {
                rest.contains('=')
                    && (rest.contains("header")
                        || rest.contains("http_origin")
                        || rest.contains("origin'")
                        || rest.contains("origin\""))
            }) || line.contains("origin }")
                || line.contains("origin, ")
        })
    }
}

/// The YAML of Symfony's bundle: `allow_origin: ['*']` beside `allow_credentials: true`.
fn in_files(repo: &Snapshot) -> impl Iterator<Item = Place> {
    let settings: Vec<_> = files::settings(repo).filter(|it| it.path.contains("cors")).collect();
    let allows = |path: &str, folder: &str| {
        settings
            .iter()
            .any(|it| it.path == path && it.key == format!("{folder}.allow_credentials") && it.value == "true")
    };
    let open: Vec<Place> = settings
        .iter()
        .filter(|it| {
            let value = it.value.trim_matches(['[', ']', ' ', '"', '\'']);
            it.key.strip_suffix(".allow_origin").is_some_and(|folder| allows(it.path, folder))
                && matches!(value, "*" | ".*" | "^.*$")
        })
        .map(|it| line(repo, it.path, it.line))
        .collect();
    open.into_iter()
}

#[cfg(test)]
mod tests {
    use super::super::tests::lines;

    #[test]
    fn whoever_asks_is_let_in_with_a_login() {
        for (path, text) in [
            ("app.js", "\napp.use(cors({ credentials: true, origin: (origin, callback) => callback(null, true) }));\n"),
            (
                "app.js",
                "app.use((req, res, next) => {\n  res.header('Access-Control-Allow-Origin', req.headers.origin);\n  res.header('Access-Control-Allow-Credentials', 'true');\n  next();\n});\n",
            ),
            ("main.ts", "\napp.enableCors({ origin: true, credentials: true });\n"),
            ("settings.py", "CORS_ALLOW_CREDENTIALS = True\nCORS_ALLOW_ALL_ORIGINS = True\n"),
            (
                "main.py",
                "app.add_middleware(CORSMiddleware,\n    allow_origins=[\"*\"],\n    allow_credentials=True)\n",
            ),
            (
                "main.go",
                "package a\nvar c = cors.Config{AllowOriginFunc: func(o string) bool { return true }, AllowCredentials: true}\n",
            ),
            (
                "src/main/java/com/example/A.java",
                "class A { void f(CorsRegistry r) {\n r.addMapping(\"/**\").allowedOriginPatterns(\"*\").allowCredentials(true); } }\n",
            ),
            ("A.java", "class A { void f() {\n c.addAllowedOriginPattern(\"*\");\n c.setAllowCredentials(true); } }\n"),
            ("App.kt", "fun f() { install(CORS) {\n    anyHost()\n    allowCredentials = true\n} }\n"),
            ("cors.rb", "allow do\n  origins(/.*/)\n  resource '*', credentials: true\nend\n"),
            ("config/cors.php", "<?php return [\n'allowed_origins' => ['*'],\n'supports_credentials' => true];\n"),
            ("main.rs", "fn f() {\n    Cors::default().allow_any_origin().supports_credentials();\n}\n"),
            ("Program.cs", "\np.SetIsOriginAllowed(_ => true).AllowAnyHeader().AllowCredentials();\n"),
        ] {
            assert_eq!(lines(path, text), [2], "{text}");
        }
        let symfony = "nelmio_cors:\n    defaults:\n        allow_origin: ['*']\n        allow_credentials: true\n";
        assert_eq!(lines("config/packages/nelmio_cors.yaml", symfony), [3]);
    }

    #[test]
    fn everyone_without_a_login_and_a_list_are_no_danger() {
        for (path, text) in [
            ("app.js", "app.use(cors({ origin: '*' }));\n"),
            ("app.js", "app.use(cors({ origin: ['https://a.example'], credentials: true }));\n"),
            (
                "app.js",
                "app.use((req, res, next) => {\n  if (allowed.includes(req.headers.origin)) res.header('Access-Control-Allow-Origin', req.headers.origin);\n  res.header('Access-Control-Allow-Credentials', 'true');\n});\n",
            ),
            ("settings.py", "CORS_ALLOW_ALL_ORIGINS = True\n"),
            (
                "A.java",
                "class A { void f() {\n r.setHeader(\"Access-Control-Allow-Origin\", \"*\");\n r.setHeader(\"Access-Control-Allow-Credentials\", \"true\"); } }\n",
            ),
            (
                "main.go",
                "package a\nvar c = cors.Config{AllowOrigins: []string{\"https://a.example\"}, AllowCredentials: true}\n",
            ),
            ("config/cors.php", "<?php return ['allowed_origins' => ['*'], 'supports_credentials' => false];\n"),
            ("main.rs", "fn f() { Cors::default().allow_any_origin(); }\n"),
        ] {
            assert!(lines(path, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn two_settings_are_not_one() {
        let two = "function a() {\n  return cors({ origin: true });\n}\nfunction b() {\n  return cors({ origin: 'https://a.example', credentials: true });\n}\n";
        assert!(lines("app.js", two).is_empty());
    }
}
