//! A start from within Visual Studio: the file of the solution to open, and the key or the button to press.

use std::sync::LazyLock;

use regex::Regex;

use super::{Steps, gaps, present, reachable};
use crate::documents::{Role, pattern};
use crate::{Evidence, Finding, paths};

/// What is said where a README tells to open a solution that is there, and to start it.
pub(super) fn finding(steps: &Steps<'_>, signal: &'static str) -> Option<Finding> {
    static OPENS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(r"(?i)\b(open\w*|abr[aei]\w*|ouvr\w+|öffne\w*|load)\b.{0,80}?(?P<solution>[\w./-]+\.(slnx?|csproj))\b")
    });
    static STARTS: LazyLock<Regex> =
        LazyLock::new(|| pattern(r"(?i)\bF5\b|\b(press|click|hit|push)\b.{0,30}\b(run|start|play|debug)\b"));
    /// So many lines below it the start has to stand.
    const REACH: u32 = 8;
    let repo = steps.repo;
    let is_there = |solution: &str| repo.tree().files().iter().any(|file| file.name() == paths::name(solution));
    let mut own = reachable(repo).filter(|it| it.role == Role::Readme && !present::is_assignment(it));
    let (document, line, solution) = own.find_map(|document| {
        document.prose.iter().filter(|line| line.text.len() < 500).find_map(|line| {
            let solution = OPENS.captures(&line.text)?.name("solution")?.as_str();
            let mut behind = document.prose.iter().filter(|it| it.line >= line.line && it.line <= line.line + REACH);
            (is_there(solution) && behind.any(|it| STARTS.is_match(&it.text)))
                .then_some((document, line.line, solution))
        })
    })?;
    let place = document.at(repo, line);
    let how = format!("{} says how to run it: open {solution} in Visual Studio, and start it there", document.path);
    Some(match gaps::first(steps) {
        Some(gap) => {
            let places = std::iter::once(place).chain(gap.place);
            Finding::partly(signal, format!("{how}, but {}.", gap.what), Evidence::or_absence(places, repo.head()))
                .remedy(gap.remedy)
        }
        None => Finding::met(signal, format!("{how}."), place),
    })
}

#[cfg(test)]
mod tests {
    use super::super::examine;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_solution_is_opened_and_started() {
        let of = |readme: &str| {
            let code = "var app = WebApplication.Create();\napp.MapGet(\"/a\", () => \"\");\napp.Run();\n";
            let repo = Fixture::new().file("Shop.sln", "Project\n").file("Shop/Program.cs", code);
            examine(&repo.file("README.md", readme).snapshot()).outcome()
        };
        assert_eq!(
            of("# Shop\n\n- Clone it and open the **Shop.sln** file.\n- Press **F5** to start it.\n"),
            Outcome::Met
        );
        assert_eq!(of("# Shop\n\n- Open `Shop.sln` and click the Run button.\n"), Outcome::Met);
        assert_ne!(of("# Shop\n\n- Open Store.sln.\n- Press F5 to start the solution.\n"), Outcome::Met);
        assert_ne!(of("# Shop\n\n- Open Shop.sln to see how it is made.\n"), Outcome::Met);
    }
}
