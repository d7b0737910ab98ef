//! Whether Spring Security heeds what stands above methods: it does only where that is switched on.

use crate::Snapshot;
use crate::code::CodeMatch;
use crate::paths::is_aside;

/// What switches it on: an annotation, a class that one extends, a setting in XML, or what the annotation sets up.
const SWITCHES: &[&str] = &["MethodSecurity", "method-security", "AuthorizationManagerBeforeMethodInterceptor"];

/// Takes out of `permissions` what has no effect, as nothing of the repository switches it on.
pub(super) fn take_idle<'a>(repo: &Snapshot, permissions: &mut Vec<&'a CodeMatch>) -> Vec<&'a CodeMatch> {
    let is_of_spring = |found: &CodeMatch| {
        let text = repo.text(&found.path).unwrap_or_default();
        matches!(&text[found.bytes.clone()], "PreAuthorize" | "PostAuthorize")
            && text.contains("import org.springframework.security")
    };
    if !permissions.iter().any(|found| is_of_spring(found)) || is_switched_on(repo) {
        return Vec::new();
    }
    let (idle, others) = std::mem::take(permissions).into_iter().partition(|found| is_of_spring(found));
    *permissions = others;
    idle
}

/// Whether a line that is neither a comment nor an import says so, in what is not a test.
fn is_switched_on(repo: &Snapshot) -> bool {
    let is_code = |line: &str| {
        let line = line.trim_start();
        !["import ", "//", "*", "/*", "<!--"].iter().any(|begin| line.starts_with(begin))
    };
    let can_say = |path: &str| [".java", ".kt", ".groovy", ".xml"].iter().any(|end| path.ends_with(end));
    let mut texts = repo.tree().own_texts().filter(|(file, _)| can_say(&file.path) && !is_aside(&file.path));
    texts.any(|(_, text)| {
        SWITCHES.iter().any(|switch| text.contains(switch))
            && text.lines().any(|line| is_code(line) && SWITCHES.iter().any(|switch| line.contains(switch)))
    })
}

/// What is said of it.
pub(super) fn summary(idle: &[&CodeMatch]) -> String {
    let places = if idle.len() == 1 { "one place says".to_owned() } else { format!("{} places say", idle.len()) };
    format!(
        "Checks of what a user may do may have no effect: {places} which roles or permissions somebody needs, as in \
         {}, but what makes the program heed that (Spring's method security) is not switched on.",
        idle.first().map_or("", |found| &*found.path)
    )
}

#[cfg(test)]
mod tests {
    use crate::Outcome;
    use crate::areas::security::authorization;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn what_nothing_switches_on_asks_for_no_role() {
        let said = |configuration: &str| {
            let controller = "import org.springframework.security.access.prepost.PreAuthorize;\n@RestController\nclass Users {\n  @DeleteMapping(\"/users/{id}\")\n  @PreAuthorize(\"hasRole('ADMIN')\")\n  void delete(@PathVariable long id) { users.deleteById(id); }\n}\n";
            let imported =
                "import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;\n";
            let configuration = format!("{imported}{configuration}\nclass Security {{ }}\n");
            let repo = Fixture::new().file("src/main/java/Users.java", controller);
            let found = authorization::finding(&repo.file("src/main/java/Security.java", &configuration).snapshot());
            (found.outcome(), found.summary().contains("may have no effect"))
        };
        assert_eq!(said("@EnableMethodSecurity"), (Outcome::Met, false));
        assert_eq!(said("@EnableGlobalMethodSecurity(prePostEnabled = true)"), (Outcome::Met, false));
        assert_eq!(said("// @EnableMethodSecurity"), (Outcome::Partly, true));
        assert_eq!(said(""), (Outcome::Partly, true));
    }
}
