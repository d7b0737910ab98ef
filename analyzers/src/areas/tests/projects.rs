//! Whether the projects that `dotnet test` is given can be there: a step that was left over tests nothing.

use crate::Snapshot;
use crate::paths;

/// How files of projects end.
const PROJECTS: &[&str] = &[".csproj", ".fsproj", ".vbproj", ".sln", ".slnf", ".slnx"];

/// Whether one of the projects among `words` may be in the tree; `true` where none is named.
pub(super) fn may_exist(repo: &Snapshot, words: &[&str]) -> bool {
    let is_project = |word: &&&str| PROJECTS.iter().any(|end| word.ends_with(end)) && !word.starts_with('!');
    let mut projects = words.iter().filter(is_project).peekable();
    projects.peek().is_none() || projects.any(|word| may_be(repo, word))
}

fn may_be(repo: &Snapshot, word: &str) -> bool {
    let word = word.replace('\\', "/").to_lowercase();
    let word = word.trim_start_matches(['.', '/']);
    let has = |found: &dyn Fn(&str) -> bool| repo.tree().files().iter().any(|file| found(&file.path.to_lowercase()));
    // A name alone may be one of any folder that a step changes to, or be made on the way.
    if word.contains('$') || !word.contains('/') {
        return true;
    }
    match word.split_once(['*', '?', '[', '(']) {
        None => has(&|path| path == word || path.strip_suffix(word).is_some_and(|rest| rest.ends_with('/'))),
        // What stands in front of a pattern is a folder, as seen from somewhere.
        Some((before, _)) => {
            let folder = paths::folder(before);
            let inside = format!("/{folder}/");
            folder.is_empty() || has(&|path| format!("/{path}").contains(&inside))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::commands::runs_tests;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn projects_that_are_gone_are_not_tested() {
        let repo = Fixture::new().file("src/Shop.Tests/Shop.Tests.csproj", "<Project/>\n").snapshot();
        for line in [
            "dotnet test",
            "dotnet test **/*Tests/*.csproj --configuration Release",
            "dotnet test src/Shop.Tests/*.csproj",
            "dotnet test Shop.Tests/Shop.Tests.csproj",
            "dotnet test .\\src\\Shop.Tests\\Shop.Tests.csproj",
            "dotnet test $(tests)/A.csproj",
        ] {
            assert!(runs_tests(&repo, line), "{line}");
        }
        for line in ["dotnet test shop-test/*.csproj", "dotnet test tests/Old.Tests.csproj --no-build"] {
            assert!(!runs_tests(&repo, line), "{line}");
        }
    }

    #[test]
    fn tasks_of_azure_name_their_projects() {
        let pipeline = |projects: &str| {
            let text =
                format!("steps:\n- task: DotNetCoreCLI@2\n  inputs:\n    command: test\n    projects: '{projects}'\n");
            let repo =
                Fixture::new().file("azure-pipelines.yml", &text).file("api-test/A.csproj", "<Project/>\n").snapshot();
            let steps = super::super::pipelines::steps(&repo);
            steps.iter().any(|step| runs_tests(&repo, &step.command))
        };
        assert!(pipeline("api-test/*.csproj") && !pipeline("old-test/*.csproj"));
    }
}
