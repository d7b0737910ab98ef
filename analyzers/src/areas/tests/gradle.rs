//! What of the tests Gradle is told to run.

use super::cases::is_test_path;
use crate::Snapshot;
use crate::paths;

/// Whether Gradle is told to run one class of several, `--tests '*SchemaWriterTest'`: that is no run of the tests.
pub(super) fn runs_one(repo: &Snapshot, rest: &[&str]) -> bool {
    let named = rest.windows(2).filter(|pair| pair[0] == "--tests").map(|pair| pair[1]);
    let named: Vec<&str> = named.chain(rest.iter().filter_map(|word| word.strip_prefix("--tests="))).collect();
    let stem = |path: &str| paths::name(path).split('.').next().unwrap_or_default().to_owned();
    let is_one = |pattern: &&str| {
        // A method of it may follow its name.
        let mut parts = pattern.trim_matches(['"', '\'']).rsplit('.');
        let class = parts.find(|part| part.trim_start_matches('*').starts_with(char::is_uppercase)).unwrap_or("*");
        let name = class.trim_start_matches('*');
        let fits = |path: &str| stem(path) == name || class.starts_with('*') && stem(path).ends_with(name);
        let mut all = repo.tree().files().iter().filter(|file| is_test_path(&file.path));
        !name.contains('*') && !name.is_empty() && all.by_ref().filter(|file| fits(&file.path)).count() == 1
    };
    let several = repo.tree().files().iter().filter(|file| is_test_path(&file.path)).count() > 1;
    !named.is_empty() && several && named.iter().all(is_one)
}

#[cfg(test)]
mod tests {
    use crate::areas::tests::commands::runs_tests;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn one_class_of_several_is_not_the_tests() {
        let repo = Fixture::new()
            .file("src/test/java/shop/SchemaWriterTest.java", "class SchemaWriterTest {}\n")
            .file("src/test/java/shop/OrderTest.java", "class OrderTest {}\n")
            .snapshot();
        for line in ["./gradlew test --tests '*SchemaWriterTest'", "gradle test --tests shop.OrderTest.adds"] {
            assert!(!runs_tests(&repo, line), "{line}");
        }
        for line in [
            "./gradlew test",
            "./gradlew test --tests '*Test'",
            "gradle test --tests 'shop.*'",
            "gradle test --tests OrderTest --tests 'shop.*'",
        ] {
            assert!(runs_tests(&repo, line), "{line}");
        }
        let alone = Fixture::new().file("src/test/java/shop/OrderTest.java", "class OrderTest {}\n").snapshot();
        assert!(runs_tests(&alone, "gradle test --tests OrderTest"));
    }
}
