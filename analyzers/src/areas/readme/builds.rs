//! Builds of the JVM that run the tests on the way.

use std::sync::LazyLock;

use regex::Regex;

use super::{present, reachable};
use crate::Snapshot;
use crate::documents::{Command, Document, Purpose, Topic, pattern};

/// A comment in a block is as near to its command as this, and a sentence above the block, with the fence between.
const COMMENT: u32 = 1;
const SENTENCE: u32 = 3;

/// The command that builds with Maven or Gradle and is not told to skip the tests: one of a section about tests, or one
/// of which the line above says that it runs them.
pub(super) fn testing(repo: &Snapshot) -> Option<(&Document, &Command)> {
    reachable(repo).filter(|document| !present::is_assignment(document)).find_map(|document| {
        let about = document.headings.iter().filter(|heading| heading.topics.contains(&Topic::Test));
        let sections: Vec<_> = about.map(|heading| heading.line..document.section_end(heading)).collect();
        let is_within = |line: u32| sections.iter().any(|section| section.contains(&line));
        let mut commands = document
            .commands
            .iter()
            .filter(|command| is_within(command.line) || is_said_to_test(document, command.line));
        let command = commands.find(|command| command.is(Purpose::Build) && tests_on_the_way(&command.text))?;
        Some((document, command))
    })
}

/// Whether what stands above a line of a block says that tests are run: `# build it and run all tests`.
fn is_said_to_test(document: &Document, line: u32) -> bool {
    static RUNS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\b(?:run|runs|running|execut\w+)\b[^.]*\b(?:unit |integration )?tests?\b"));
    static SKIPS: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(?:without|skip\w*|not)\b|n't\b"));
    let says = |text: &str| RUNS.is_match(text) && !SKIPS.is_match(text);
    let is_comment = |text: &str| text.trim_start().starts_with(['#', '/']);
    let above = |at: u32, reach: u32| at < line && line - at <= reach;
    let is_block = document.code.iter().any(|code| code.line == line && code.starts);
    let begins = !document.code.iter().any(|code| code.line + 1 == line && code.starts);
    let mut comments = document.code.iter().filter(|code| above(code.line, COMMENT) && is_comment(&code.text));
    let mut sentences = document.prose.iter().filter(|prose| begins && above(prose.line, SENTENCE));
    is_block && (comments.any(|code| says(&code.text)) || sentences.any(|prose| says(&prose.text)))
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
    use super::{testing, tests_on_the_way};
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_line_above_a_build_may_say_that_it_runs_the_tests() {
        let of = |readme: &str| {
            let repo = Fixture::new().file("pom.xml", "<project/>\n").file("README.md", readme).snapshot();
            testing(&repo).map(|(_, command)| command.line)
        };
        let above = |comment: &str| {
            of(&format!(
                "# A\n\n## Build\n\n```bash\nmvn clean install -DskipTests\n\n{comment}\nmvn clean install\n```\n"
            ))
        };
        assert_eq!(above("# To build it and execute all tests, run instead:"), Some(9));
        assert_eq!(above("# To build it without running the tests:"), None);
        assert_eq!(above("# To build it all:"), None);
        let sentence = |said: &str| of(&format!("# A\n\n## Build\n\n{said}\n\n```\n./mvnw package\n```\n"));
        assert_eq!(sentence("This runs the unit tests as well."), Some(8));
        assert_eq!(sentence("This makes the archive."), None);
    }

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
