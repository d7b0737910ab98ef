//! Source that is nested deeper than anybody writes, in every language that is parsed.

use std::path::Path;

use super::store::Store;
use super::{End, Item, filled, served};

pub const ITEMS: &[Item] = &[
    served("parentheses", |folder| nested(folder, "(", "1", ")"), End::Partial),
    served("brackets", |folder| nested(folder, "[", "1", "]"), End::Partial),
    served("braces", |folder| nested(folder, "{", "", "}"), End::Partial),
    served("calls", |folder| nested(folder, "f(", "", ")"), End::Partial),
    served("members", |folder| nested(folder, "a.", "b", ""), End::Partial),
    served("sums", |folder| nested(folder, "1 + ", "1", ""), End::Partial),
    served("negations", |folder| nested(folder, "!", "a", ""), End::Partial),
    served("arrows", |folder| nested(folder, "a => ", "b", ""), End::PartialOrMemory),
    served("conditions", |folder| nested(folder, "a ? b : ", "c", ""), End::Partial),
    served("generics", |folder| nested(folder, "A<", "B", ">"), End::Partial),
    served("strings", |folder| nested(folder, "\"#{", "a", "}\""), End::Partial),
    served("unclosed", unclosed, End::Partial),
    served("routes_in_routes", routes, End::Report),
];

/// The start of a file of each language, with words that make our rules look into it.
const LANGUAGES: &[(&str, &str)] = &[
    ("a.cs", "// MapGet app.MapGroup Environment.GetEnvironmentVariable\nvar a = "),
    ("a.go", "package a\n// .GET(\"/x\" os.Getenv(\nvar a = "),
    ("A.java", "// RouterFunction @GetMapping System.getenv\nclass A { int a = "),
    ("a.js", "// express app.get( process.env\nlet a = "),
    ("a.jsx", "// express app.get( process.env\nlet a = "),
    ("a.kt", "// routing get( System.getenv\nval a = "),
    ("a.php", "<?php // Route::get( getenv\n$a = "),
    ("a.py", "# flask @app.route os.environ getenv\na = "),
    ("a.rb", "# Sinatra ENV get '/'\na = "),
    ("a.rs", "// axum .route( env::var\nstatic A: i32 = "),
    ("a.ts", "// express app.get( process.env\nlet a = "),
    ("a.tsx", "// express app.get( process.env\nlet a = "),
];

/// Half a megabyte in one line, and a quarter in lines of fifty levels, when in full.
fn nested(folder: &Path, open: &str, middle: &str, close: &str) {
    store(folder, &levels(open, middle, close));
}

/// What is never closed becomes one node of all that follows, as wide as a file of as many statements is.
fn unclosed(folder: &Path) {
    let mut files = levels("if (a) { b(", "", "");
    files.push(("wide/a.js".to_owned(), "process.env.A\n".repeat(20_000)));
    store(folder, &files);
}

fn store(folder: &Path, files: &[(String, String)]) {
    let files: Vec<(&str, &String)> = files.iter().map(|(path, text)| (path.as_str(), text)).collect();
    let mut store = Store::new(folder);
    store.files(&files);
    store.finish();
}

fn levels(open: &str, middle: &str, close: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (name, start) in LANGUAGES {
        let levels = filled(512) / (open.len() + close.len());
        let one = format!("{start}{}{middle}{}\n", open.repeat(levels), close.repeat(levels));
        files.push((format!("one/{name}"), one));
        // Lines that are short enough not to be taken for a bundle.
        let broken = |part: &str, levels: usize| -> String {
            (0..levels).map(|level| if level % 50 == 49 { format!("{part}\n") } else { part.to_owned() }).collect()
        };
        let levels = filled(256) / (open.len() + close.len());
        files.push((
            format!("many/{name}"),
            format!("{start}{}{middle}{}\n", broken(open, levels), broken(close, levels)),
        ));
        // Just below what is set aside.
        let levels = 120;
        let all = format!("{start}{}{middle}{}\n", open.repeat(levels), close.repeat(levels));
        files.push((format!("few/{name}"), all.repeat(1 + filled(256) / all.len())));
    }
    files
}

/// Each a route of the one before, so that what a rule looks at grows with the depth.
fn routes(folder: &Path) {
    let mut store = Store::new(folder);
    let nested = |open: &str, close: &str, start: &str, levels: usize| {
        format!("{start}{}\n{}\n", format!("{open}\n").repeat(levels), format!("{close}\n").repeat(levels))
    };
    let levels = 60;
    let mut files = vec![
        (
            "a.rs".to_owned(),
            nested("Router::new().nest(\"/a\",", ")", "// axum .route(\nfn f() -> Router {", levels) + "}",
        ),
        ("a.kt".to_owned(), nested("route(\"/a\") {", "}", "fun Application.f() { routing {", levels) + "}}"),
        ("a.rb".to_owned(), nested("namespace :a do", "end", "Rails.application.routes.draw do", levels) + "end"),
        ("a.php".to_owned(), nested("Route::prefix('a')->group(function () {", "});", "<?php", levels)),
        (
            "a.js".to_owned(),
            nested("app.use('/a', express.Router().get('/b', ", "))", "const express = require('express');", levels),
        ),
    ];
    for (path, text) in &mut files {
        *text = text.repeat(1 + filled(200) / text.len());
        path.insert_str(0, "src/");
    }
    let files: Vec<(&str, &String)> = files.iter().map(|(path, text)| (path.as_str(), text)).collect();
    store.files(&files);
    store.finish();
}
