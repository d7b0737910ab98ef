//! Builds of the JVM that run the tests on the way.

use super::{present, reachable};
use crate::Snapshot;
use crate::documents::{Command, Document, Purpose, Topic};

/// The command of a section about tests that builds with Maven or Gradle, and is not told to skip them.
pub(super) fn testing(repo: &Snapshot) -> Option<(&Document, &Command)> {
    reachable(repo).filter(|document| !present::is_assignment(document)).find_map(|document| {
        let about = document.headings.iter().filter(|heading| heading.topics.contains(&Topic::Test));
        let sections: Vec<_> = about.map(|heading| heading.line..document.section_end(heading)).collect();
        let is_within = |line: u32| sections.iter().any(|section| section.contains(&line));
        let mut commands = document.commands.iter().filter(|command| is_within(command.line));
        let command = commands.find(|command| command.is(Purpose::Build) && tests_on_the_way(&command.text))?;
        Some((document, command))
    })
}

/// Whether a build goes on as far as the tests. Only the tools' own switches leave them out.
fn tests_on_the_way(command: &str) -> bool {
    let words: Vec<&str> = command.split_whitespace().collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let skips = has(&["-DskipTests", "-DskipTests=true", "-Dmaven.test.skip", "-Dmaven.test.skip=true"])
        || words.windows(2).any(|pair| matches!(pair, ["-x", "test" | "check"]));
    let program = words.first().map_or("", |word| word.trim_start_matches("./"));
    let reaches = match program {
        "mvn" | "mvnw" | "mvnd" | "mvnw.cmd" => has(&["install", "package", "verify", "deploy"]),
        "gradle" | "gradlew" | "gradlew.bat" => has(&["build", "buildNeeded"]),
        _ => false,
    };
    reaches && !skips
}

#[cfg(test)]
mod tests {
    use super::tests_on_the_way;

    #[test]
    fn a_build_runs_the_tests_unless_it_is_told_to_skip_them() {
        for command in
            ["mvn clean install", "./mvnw package -DskipLinting", "./gradlew build", "mvn install -DskipTests=false"]
        {
            assert!(tests_on_the_way(command), "{command}");
        }
        for command in [
            "mvn clean install -DskipTests",
            "mvn package -Dmaven.test.skip=true",
            "gradle build -x test",
            "mvn compile",
        ] {
            assert!(!tests_on_the_way(command), "{command}");
        }
    }
}
