//! Repositories of several services of Spring, each a process of its own.

use std::collections::BTreeSet;

use crate::Snapshot;
use crate::areas::api::Surface;
use crate::code::{CodeMatch, Language};
use crate::paths::is_aside;

/// Whether a service has routes, and all of `handlers` stand in other services. A module without a class that starts it is
/// a part of those that ask for it.
pub(super) fn are_left_out(repo: &Snapshot, handlers: &[&CodeMatch]) -> bool {
    if !handlers.iter().all(|found| matches!(found.language, Language::Java | Language::Kotlin)) {
        return false;
    }
    let starts = |path: &str, text: &str| {
        (path.ends_with(".java") || path.ends_with(".kt")) && text.contains("@SpringBootApplication") && !is_aside(path)
    };
    let mains = repo.tree().own_texts().filter(|(file, text)| starts(&file.path, text));
    let services: BTreeSet<&str> = mains.filter_map(|(file, _)| module(&file.path)).collect();
    let service_of = |path: &str| module(path).and_then(|module| services.get(module).copied());
    let answered: Option<BTreeSet<&str>> = handlers.iter().map(|found| service_of(&found.path)).collect();
    let Some(answered) = answered.filter(|_| services.len() > 1) else { return false };
    let mut routes = Surface::of(repo).endpoints.iter().filter_map(|endpoint| service_of(&endpoint.file));
    routes.any(|service| !answered.contains(service))
}

/// The folder of Maven's or Gradle's module that a source is of.
fn module(path: &str) -> Option<&str> {
    if path.starts_with("src/main/") { Some("") } else { path.split_once("/src/main/").map(|(module, _)| module) }
}

#[cfg(test)]
mod tests {
    use crate::areas::errors::narrow::tests::handling;

    #[test]
    fn advice_of_one_service_answers_nothing_of_another() {
        let of = |advice: &str, main: &str| {
            let main_class = "@SpringBootApplication\nclass Main { }\n";
            let controller = |path: &str| {
                format!(
                    "import org.springframework.web.bind.annotation.*;\n@RestController\nclass A {{\n  @GetMapping(\"/{path}\") String a() {{ return b(); }}\n}}\n"
                )
            };
            let handler = "import org.springframework.web.bind.annotation.*;\n@RestControllerAdvice\nclass Failed { @ExceptionHandler(Exception.class) ProblemDetail failed(Exception e) { return b(e); } }\n";
            handling(&[
                ("orders/src/main/java/Main.java", main_class),
                (main, main_class),
                ("orders/src/main/java/A.java", &controller("orders")),
                ("shops/src/main/java/A.java", &controller("shops")),
                (advice, handler),
            ])
        };
        let shops = "shops/src/main/java/Main.java";
        assert_eq!(of("orders/src/main/java/Failed.java", shops), "partial");
        assert_eq!(of("common/src/main/java/Failed.java", shops), "central");
        assert_eq!(of("orders/src/main/java/Failed.java", "orders/src/main/java/Other.java"), "central");
    }
}
