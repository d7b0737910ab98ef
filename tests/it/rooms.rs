//! The rooms of `docs/architecture.md`: what each must not know, read off the sources themselves.

use std::path::{Path, PathBuf};

/// A room and the words that must not stand in its code (tests and comments apart).
const ROOMS: &[(&str, &[&str])] = &[
    (
        "analyzers/src",
        &[
            "std::net",
            "std::env::",
            "SystemTime",
            "Instant::now",
            "tokio",
            "reqwest",
            "octocrab",
            "axum",
            "sqlx",
            "Command::new",
        ],
    ),
    ("analyzers/src/areas", &["gix_pack", "gix_object", "gix_diff", "gix::open", "find_object", "rubric::Rubric"]),
    ("analyzers/src/code", &["gix", "crate::areas", "crate::secrets"]),
    ("analyzers/src/secrets", &["gix", "crate::areas", "crate::snapshot", "crate::rubric"]),
    ("analyzers/src/snapshot", &["crate::grade", "crate::registry", "crate::run"]),
    ("app/git", &["crate::report", "crate::cli", "crate::config", "crate::github", "Finding", "Examination"]),
    ("app/github", &["crate::store", "crate::review", "foliolens_analyzers", "askama", "sqlx"]),
    ("app/store", &["crate::review", "crate::github", "crate::queue", "octocrab", "axum"]),
    ("app/queue", &["crate::review", "crate::github", "octocrab", "sqlx", "axum"]),
    ("app/review", &["axum", "sqlx", "octocrab"]),
    ("app/web", &["gix", "octocrab", "sqlx"]),
    ("app/report", &["crate::git", "crate::cli", "crate::config", "std::env::", "std::fs", "std::net", "gix::open"]),
    ("app/config", &["crate::cli", "crate::report::Report", "gix"]),
    ("app/cli", &["std::env::var", "gix_", "find_object"]),
];

#[test]
fn no_room_knows_what_it_must_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut trespasses = Vec::new();
    for (room, banned) in ROOMS {
        let sources = sources(&root.join(room));
        assert!(!sources.is_empty(), "{room} is empty or gone");
        for path in sources {
            let text = std::fs::read_to_string(&path).expect("a readable source");
            let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            for (number, line) in code.lines().enumerate() {
                // What stands in a string is a name of something in the repository under review.
                let line: String = line.split("//").next().unwrap_or_default().split('"').step_by(2).collect();
                for word in banned.iter().filter(|word| line.contains(**word)) {
                    trespasses.push(format!("{}:{}: {room} must not know {word}", path.display(), number + 1));
                }
            }
        }
    }
    assert!(trespasses.is_empty(), "{}", trespasses.join("\n"));
}

#[test]
fn every_file_can_be_held_in_the_head() {
    const LONGEST: usize = 500;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let long: Vec<String> = ["app", "analyzers/src", "tests"]
        .iter()
        .flat_map(|room| sources(&root.join(room)))
        .filter_map(|path| {
            let lines = std::fs::read_to_string(&path).expect("a readable source").lines().count();
            (lines > LONGEST).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "split by one thing a file: {}", long.join(", "));
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && path.file_name().is_some_and(|name| name != "tests.rs")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
