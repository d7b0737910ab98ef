//! SQL in MyBatis' mappers, in XML and in annotations: `#{name}` is a placeholder, `${name}` is written into the text.

use std::sync::{Arc, LazyLock};

use crate::code::pattern;
use regex::Regex;

use super::trace::Origin;
use super::values::NUMERIC;
use super::{BEFORE_VALUE, Query};
use crate::Snapshot;
use crate::areas::security::marks;
use crate::paths;

const STATEMENTS: &[&str] = &["select", "insert", "update", "delete", "sql"];

static TAG: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?s)<!--.*?-->|</?\w[^>]*>"));

/// Where one literal ends and the next begins.
static JOINT: LazyLock<Regex> = LazyLock::new(|| pattern(r#""\s*[+,]\s*""#));

/// Every statement of every mapper.
pub(super) fn queries(repo: &Snapshot) -> Vec<Query> {
    let mut queries = Vec::new();
    for (file, text) in repo.tree().own_texts() {
        if file.name().ends_with(".xml") && text.contains("<mapper") && !paths::is_aside(&file.path) {
            in_xml(repo, &file.path, text, &mut queries);
        }
    }
    built(repo, &mut queries);
    for found in marks::of(repo, "security", "mybatis") {
        let (Some(statement), Some(interface)) = (found.var("ARGS"), repo.text(&found.path)) else { continue };
        let origin = origin(&JOINT.replace_all(statement, " "), interface);
        queries.push(Query { path: found.path.clone(), lines: found.lines, origin });
    }
    queries
}

/// `@SelectProvider(type = UserProvider.class, method = "find")`: a method that puts the text of a statement together.
static PROVIDER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"@(?:Select|Insert|Update|Delete)Provider\(\s*(?:type|value)\s*=\s*([\w.]+?)(?:\.|::)class(?:\.java)?\s*,\s*method\s*=\s*"(\w+)""#,
    )
});

/// What is appended that is no literal.
static APPENDED: LazyLock<Regex> = LazyLock::new(|| pattern(r#"\.append\(\s*([A-Za-z_][\w.]*)"#));

/// The statements that providers put together.
fn built(repo: &Snapshot, queries: &mut Vec<Query>) {
    let is_own = |path: &str| !paths::is_aside(path) && (path.ends_with(".java") || path.ends_with(".kt"));
    let files = || repo.tree().own_texts().filter(|(file, _)| is_own(&file.path));
    for (_, mapper) in files().filter(|(_, text)| text.contains("Provider(")) {
        for found in PROVIDER.captures_iter(mapper) {
            let class = found[1].rsplit('.').next().unwrap_or_default().to_owned();
            let ends = [format!("/{class}.java"), format!("/{class}.kt")];
            let Some((file, text)) = files().find(|(file, _)| ends.iter().any(|end| file.path.ends_with(end.as_str())))
            else {
                continue;
            };
            let Some(start) = text.find(&format!(" {}(", &found[2])) else { continue };
            let rest = &text[start..];
            let body = &rest[..rest.find("\n    }").unwrap_or(rest.len())];
            let is_free = |value: &str| !is_number(text, value) && value.chars().any(char::is_lowercase);
            let origin = match APPENDED.captures_iter(body).any(|appended| is_free(&appended[1])) {
                true => Origin::Parameter,
                false => Origin::Harmless,
            };
            let line = 1 + text[..start].matches('\n').count() as u32;
            queries.push(Query { path: Arc::from(file.path.as_str()), lines: (line, line), origin });
        }
    }
}

fn in_xml(repo: &Snapshot, path: &str, text: &str, queries: &mut Vec<Query>) {
    let namespace = text.split_once("namespace=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default();
    let name = namespace.rsplit('.').next().unwrap_or_default();
    let interfaces = [format!("/{name}.java"), format!("/{name}.kt")];
    let interface = repo.tree().own_texts().find(|(file, _)| interfaces.iter().any(|end| file.path.ends_with(end)));
    let interface = interface.map_or("", |(_, text)| text);
    for tag in STATEMENTS {
        let (open, close) = (format!("<{tag} "), format!("</{tag}>"));
        for (start, _) in text.match_indices(&open) {
            let Some(length) = text[start..].find(&close) else { continue };
            let statement =
                TAG.replace_all(&text[start..start + length], " ").replace("&lt;", "<").replace("&gt;", ">");
            // A fragment is no place that sends SQL, but what is put into one is put into each that includes it.
            let origin = origin(&statement, interface);
            if *tag == "sql" && origin == Origin::Harmless {
                continue;
            }
            let line = |at: usize| 1 + text[..at].matches('\n').count() as u32;
            queries.push(Query { path: Arc::from(path), lines: (line(start), line(start + length)), origin });
        }
    }
}

/// What the worst of the values is that are written into `statement`; `interface` says of which types they are.
fn origin(statement: &str, interface: &str) -> Origin {
    let is_value = |at: usize| {
        let name: String = statement[at + 2..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        // A wrapper of MyBatis-Plus writes placeholders; what begins otherwise is a constant of a class.
        let is_free = name.starts_with(char::is_alphabetic) && name != "ew";
        is_free && BEFORE_VALUE.is_match(&statement[..at]) && !is_number(interface, &name)
    };
    if statement.match_indices("${").any(|(at, _)| is_value(at)) { Origin::Parameter } else { Origin::Harmless }
}

/// Whether `interface` declares a parameter called `name` that can carry no SQL.
fn is_number(interface: &str, name: &str) -> bool {
    interface.match_indices(name).any(|(at, _)| {
        let before = interface[..at].trim_end().rsplit([',', '(', ')', ' ']).next().unwrap_or_default();
        let ends = !interface[at + name.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
        ends && NUMERIC.is_match(before)
    })
}

#[cfg(test)]
mod tests {
    use crate::Outcome::{Met, NotApplicable, Partly};
    use crate::areas::security::sql::finding;
    use crate::snapshot::fixture::Fixture;

    fn outcome(statement: &str) -> crate::Outcome {
        let mapper = format!(
            "<mapper namespace=\"a.UserMapper\">\n<select id=\"find\">\nSELECT * FROM users {statement}\n</select>\n</mapper>\n"
        );
        let interface = "interface UserMapper { List<User> find(@Param(\"size\") int size, String name); }\n";
        let repo = Fixture::new()
            .file("src/main/resources/mapper/UserMapper.xml", &mapper)
            .file("src/main/java/a/UserMapper.java", interface)
            .snapshot();
        finding(&repo).outcome()
    }

    #[test]
    fn what_a_mapper_writes_into_the_text_is_said() {
        for statement in [
            "WHERE name LIKE '%${name}%'",
            "<where><if test=\"name != null\">AND name = ${name}</if></where>",
            "WHERE id IN (${ids})",
        ] {
            assert_eq!(outcome(statement), Partly, "{statement}");
        }
        for statement in [
            "WHERE name = #{name}",
            "ORDER BY ${column}",
            "<if test=\"a\">${ew.customSqlSegment}</if>",
            "WHERE size = ${size}",
            "<!-- WHERE name = '${name}' -->",
        ] {
            assert_eq!(outcome(statement), Met, "{statement}");
        }
    }

    #[test]
    fn annotations_hold_statements_too() {
        let of = |annotation: &str| {
            let source = format!(
                "import org.apache.ibatis.annotations.Select;\ninterface UserMapper {{ {annotation} User find(String name); }}\n"
            );
            finding(&Fixture::new().file("src/main/java/a/UserMapper.java", &source).snapshot()).outcome()
        };
        assert_eq!(of("@Select(\"SELECT * FROM users \" + \"WHERE name = '${name}'\")"), Partly);
        assert_eq!(of("@Select({\"<script>\", \"SELECT * FROM users WHERE name = #{name}\", \"</script>\"})"), Met);
        assert_eq!(of("@Cached(\"name = '${name}'\")"), NotApplicable);
    }

    #[test]
    fn what_a_provider_puts_together_is_looked_at() {
        let with = |line: &str| {
            let mapper = "interface UserMapper {\n    @SelectProvider(type = UserProvider.class, method = \"find\")\n    User find(String name);\n}\n";
            let provider = format!(
                "public class UserProvider {{\n    public String find(String name, Integer id) {{\n        StringBuilder sb = new StringBuilder();\n        {line}\n        return sb.toString();\n    }}\n}}\n"
            );
            let repo = Fixture::new()
                .file("src/main/java/a/UserMapper.java", mapper)
                .file("src/main/java/a/UserProvider.java", &provider)
                .snapshot();
            finding(&repo).outcome()
        };
        assert_eq!(with("sb.append(\"SELECT * FROM users WHERE name = '\").append(name).append(\"'\");"), Partly);
        assert_eq!(with("sb.append(\"SELECT * FROM users WHERE id = \").append(id);"), Met);
        assert_eq!(with("sb.append(\"SELECT * FROM users WHERE name = #{name}\");"), Met);
    }
}
