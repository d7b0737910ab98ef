//! Containers of a tool that applies migrations, which do so as soon as they start.

use crate::areas::deployment::dockerfile::resolved;
use crate::areas::deployment::files::is_dockerfile;

/// Words in names of images that hold such a tool.
const TOOLS: &[&str] = &["flyway", "liquibase", "migrate/migrate", "dbmate", "goose"];

/// What such a tool is told to do.
const APPLIES: &[&str] = &["update", "migrate", "up"];

/// The line of a Dockerfile or of a compose file that has such a container apply them.
pub(in crate::areas) fn applying(name: &str, text: &str) -> Option<u32> {
    if !TOOLS.iter().any(|tool| text.contains(tool)) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    if is_dockerfile(name) {
        of_dockerfile(&resolved(name, text))
    } else if lower.contains("compose") && lower.ends_with("ml") {
        of_compose(text)
    } else {
        None
    }
}

fn is_of_tool(image: &str) -> bool {
    TOOLS.iter().any(|tool| image.contains(tool))
}

fn applies(line: &str) -> bool {
    line.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').any(|word| APPLIES.contains(&word))
}

/// The line with the last command of an image that is made from the tool's.
fn of_dockerfile(text: &str) -> Option<u32> {
    let lines = || (1..).zip(text.lines().map(str::trim));
    let (_, base) = lines().filter(|(_, line)| line.starts_with("FROM ")).last()?;
    let starts = |line: &str| line.starts_with("CMD") || line.starts_with("ENTRYPOINT");
    let (number, _) = lines().filter(|(_, line)| starts(line) && applies(line)).last()?;
    is_of_tool(base).then_some(number)
}

/// The line with the tool's image in a service that tells it to.
fn of_compose(text: &str) -> Option<u32> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let index = lines.iter().position(|line| line.trim_start().strip_prefix("image:").is_some_and(is_of_tool))?;
    let is_within = |line: &&&str| line.trim().is_empty() || indent(line) >= indent(lines[index]);
    let before = lines[..index].iter().rev().take_while(is_within);
    let after = lines[index + 1..].iter().take_while(is_within);
    let mut commands = before.chain(after).skip_while(|line| {
        let line = line.trim_start();
        !line.starts_with("command:") && !line.starts_with("entrypoint:") && !line.starts_with("- ")
    });
    let line = text.lines().position(|line| line == lines[index])? as u32 + 1;
    commands.any(|line| applies(line)).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::applying;

    #[test]
    fn an_image_of_a_tool_applies_migrations_when_it_is_told_to() {
        let of = |command: &str| {
            applying("Dockerfile", &format!("FROM liquibase/liquibase:4\nCOPY changes /liquibase\n{command}\n"))
        };
        assert_eq!(of("CMD [\"update\"]"), Some(3));
        assert_eq!(of("CMD [\"status\"]"), None);
        assert_eq!(applying("Dockerfile", "FROM node:20\n# liquibase\nCMD [\"update\"]\n"), None);
    }

    #[test]
    fn a_service_of_a_tool_applies_migrations_when_it_is_told_to() {
        let of = |image: &str, command: &str| {
            let compose = format!(
                "services:\n  db:\n    image: postgres\n  changes:\n    image: {image}\n    volumes:\n      - ./sql:/flyway/sql\n    command: {command}\n"
            );
            applying("docker-compose.yml", &compose)
        };
        assert_eq!(of("flyway/flyway:10", "-url=jdbc:postgresql://db/shop migrate"), Some(5));
        assert_eq!(of("migrate/migrate", "[\"-path\", \"/sql\", \"up\"]"), Some(5));
        assert_eq!(of("flyway/flyway:10", "info"), None);
        assert_eq!(of("shop/api", "migrate"), None);
    }
}
