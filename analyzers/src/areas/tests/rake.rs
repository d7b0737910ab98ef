//! Whether a task of Rake runs the tests.

use crate::Snapshot;

/// `ci:all`, as `lib/tasks/ci.rake` or the Rakefile defines it: a task that invokes the specs or the tests.
pub(super) fn runs_tests(repo: &Snapshot, task: &str) -> bool {
    let name = task.rsplit(':').next().unwrap_or(task);
    repo.tree().own_texts().filter(|(file, _)| file.path.ends_with(".rake") || file.name() == "Rakefile").any(
        |(_, text)| {
            let defined = [format!("task :{name}"), format!("task {name}:"), format!("task \"{name}\"")];
            let body = text.lines().skip_while(|line| !defined.iter().any(|start| line.trim().starts_with(start)));
            // Up to the next task.
            let body = body.enumerate().take_while(|(index, line)| *index == 0 || !line.trim().starts_with("task "));
            body.map(|(_, line)| line.trim()).filter(|line| !line.starts_with('#')).any(|line| {
                let words = || line.split(|c: char| !c.is_alphanumeric() && c != '_');
                let invokes = line.contains("Rake::Task[") || line.starts_with("task ") || line.starts_with("sh ");
                invokes && words().any(|word| matches!(word, "spec" | "test" | "rspec"))
            })
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_task_is_what_it_invokes() {
        let tasks = "namespace :ci do\n  task :all do\n    Rake::Task[\"rubocop\"].invoke\n    Rake::Task[\"spec\"].invoke\n  end\n\n  task :style do\n    # the spec is elsewhere\n    Rake::Task[\"rubocop\"].invoke\n  end\nend\n";
        let repo = Fixture::new().file("lib/tasks/ci.rake", tasks).snapshot();
        assert!(runs_tests(&repo, "ci:all"));
        assert!(!runs_tests(&repo, "ci:style"));
        assert!(!runs_tests(&repo, "db:migrate"));
    }
}
