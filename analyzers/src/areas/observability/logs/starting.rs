//! Loggers that a program has only where it starts.

use std::collections::BTreeSet;

use crate::areas::observability::prints::Printed;
use crate::code::CodeMatch;
use crate::paths;

/// Names of files in which programs start.
const STARTS: &[&str] = &["main", "index", "server", "bootstrap", "program", "startup"];

/// So many places that print, in other files, are how the program says what it does.
const MANY: usize = 3;

/// Whether `logger` stands only where the program starts, while what it does is printed elsewhere.
pub(super) fn are_all(logger: &[&CodeMatch], printed: &Printed<'_>) -> bool {
    let files: BTreeSet<&str> = logger.iter().map(|found| &*found.path).collect();
    let starts = |path: &&str| {
        let stem = paths::name(path).split('.').next().unwrap_or_default().to_ascii_lowercase();
        STARTS.contains(&stem.as_str())
    };
    let elsewhere = || printed.working.iter().chain(&printed.failing).filter(|found| !files.contains(&*found.path));
    !files.is_empty() && files.iter().all(starts) && elsewhere().count() >= MANY
}

#[cfg(test)]
mod tests {
    use super::super::tests::kind;

    #[test]
    fn a_logger_of_the_start_says_less_than_handlers_that_print() {
        let of = |handler: &str, prints: usize| {
            let main = "const logger = new Logger();\napp.listen(80, () => logger.log('ready'));\n";
            let line = "    console.log('opened', event);\n";
            let text = format!(
                "@CommandHandler(A)\nexport class AHandler {{\n  execute(event) {{\n{}{handler}  }}\n}}\n",
                line.repeat(prints)
            );
            let package = r#"{"dependencies": {"@nestjs/core": "10"}}"#;
            kind(&[("package.json", package), ("src/main.ts", main), ("src/a.handler.ts", &text)])
        };
        assert_eq!(of("", 3), "print");
        assert_eq!(of("", 1), "unstructured");
        assert_eq!(of("    new Logger().log('opened');\n", 3), "unstructured");
    }
}
