//! Are dependencies locked, and is the runtime pinned?

use std::sync::LazyLock;

use crate::code::pattern;
use regex::Regex;

use super::container::{Container, is_pinned};
use super::files::is_dockerfile;
use super::pins::{PINS, Pins};
use super::requirements::{are_exact, is_for_all};
use crate::areas::in_words;
use crate::kinds::{self, Kind};
use crate::paths;
use crate::snapshot::stack::Ecosystem;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "deployment.pinned";

/// Package managers of languages with a smaller share of the code are set aside.
const SMALLEST_SHARE: f64 = 0.15;

/// A range of versions in a manifest of Maven or Gradle.
static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r#":\+|\.\+['"]|latest\.(release|integration)|:(LATEST|RELEASE)['"]|:[\[(]\d[^\])\n]*,"#,
        // Other elements of Maven ask for the version of Maven itself.
        r"|</artifactId>\s*<version>\s*(LATEST|RELEASE|[\[(]\d[^\])\n]*,)",
        // Of Gradle's plugins and packages, not of the project itself, whose version stands alone.
        r#"|:[\w.]+-SNAPSHOT['"]|\bid\b[ (]*['"][\w.-]+['"]\)?\s+version\s+['"][\w.]+-SNAPSHOT['"]"#
    ))
});

/// A range of versions in one of NuGet.
static WILD: LazyLock<Regex> = LazyLock::new(|| pattern(r#"[vV]ersion="[^"\n]*\*"#));

/// What one package manager of the repository has.
struct State {
    language: &'static str,
    lock: Option<Place>,
    /// There is no lock file, but the manifest itself names exact versions.
    exact: bool,
    /// A folder whose manifest no lock covers, though one covers another.
    uncovered: Option<String>,
    runtime: Option<Place>,
}

pub(super) fn finding(repo: &Snapshot) -> Finding {
    let is_library = kinds::detect(repo).first() == Some(&Kind::Library);
    let used = || PINS.iter().filter(|pins| repo.stack().has(pins.ecosystem));
    // A few scripts in another language must not lower the whole.
    let main: Vec<State> =
        used().filter(|pins| share(repo, pins.ecosystem) >= SMALLEST_SHARE).map(|pins| state(repo, pins)).collect();
    let states = if main.is_empty() { used().map(|pins| state(repo, pins)).collect() } else { main };
    if states.is_empty() {
        let imports_frameworks = !kinds::frameworks(repo).is_empty();
        return if imports_frameworks {
            let summary = "Another machine can't know what it needs: the code uses packages of others, such as a web \
                framework, but no file lists them.";
            Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head()))
                .fact("locked", false)
                .fact("runtime", false)
        } else {
            Finding::not_applicable(SIGNAL, "No file lists packages of others that it uses.")
        };
    }
    let unlocked: Vec<String> = states.iter().filter(|_| !is_library).filter_map(State::unlocked).collect();
    let unpinned: Vec<&str> =
        states.iter().filter(|state| state.runtime.is_none()).map(|state| state.language).collect();
    let places: Vec<Place> =
        states.iter().flat_map(|state| [&state.lock, &state.runtime]).flatten().take(5).cloned().collect();
    let evidence = Evidence::or_absence(places, repo.head());
    let all = in_words(&states.iter().map(|state| state.language).collect::<Vec<_>>());
    let finding = match (unlocked.is_empty(), unpinned.is_empty()) {
        (true, true) if is_library => Finding::met(
            SIGNAL,
            format!(
                "A library need not fix the versions of the packages that it uses, and the versions of {all} that it \
                 runs on are named."
            ),
            evidence,
        ),
        (true, true) => Finding::met(
            SIGNAL,
            format!(
                "Another machine gets the same versions: those of the packages that it uses are {} ({}), and that of \
                 {all} is written down ({}).",
                locked(&states),
                files(&states, |state| state.lock.as_ref()),
                files(&states, |state| state.runtime.as_ref())
            ),
            evidence,
        ),
        (true, false) => {
            let summary = format!(
                "Another machine gets the same versions only in part: those of the packages that it uses are {}, but \
                 that of {} is not written down.",
                locked(&states),
                in_words(&unpinned)
            );
            Finding::partly(SIGNAL, summary, evidence).remedy(write_versions(&unpinned))
        }
        (false, true) => {
            let summary = format!(
                "Another machine may get other versions, which may not work: those of the packages that it uses are \
                 not fixed ({}), though that of the language is written down.",
                unlocked.join(", ")
            );
            Finding::partly(SIGNAL, summary, evidence)
        }
        (false, false) if states.iter().any(|state| state.lock.is_some() || state.runtime.is_some()) => {
            let summary = format!(
                "Another machine may get other versions, which may not work: those of the packages that it uses are \
                 not fixed ({}), and that of {} is not written down.",
                unlocked.join(", "),
                in_words(&unpinned)
            );
            Finding::partly(SIGNAL, summary, evidence)
        }
        (false, false) => {
            let summary = format!(
                "Another machine may get other versions, which may not work: those of the packages that it uses are \
                 not fixed, and that of {all} is not written down."
            );
            Finding::not_met(SIGNAL, summary, evidence)
        }
    };
    finding.fact("locked", unlocked.is_empty()).fact("runtime", unpinned.is_empty())
}

/// What holds of the dependencies, as it follows their name.
fn locked(states: &[State]) -> &'static str {
    let with_lock = || states.iter().filter(|state| state.lock.is_some());
    match (with_lock().any(|state| state.exact), with_lock().all(|state| state.exact)) {
        (true, true) => "written down exactly",
        (true, false) => "fixed or written down exactly",
        (false, _) => "fixed",
    }
}

/// The names of the files, each once.
fn files(states: &[State], which: fn(&State) -> Option<&Place>) -> String {
    let mut names: Vec<&str> = states.iter().filter_map(which).map(|place| paths::name(&place.path)).collect();
    names.dedup();
    names.join(", ")
}

fn write_versions(languages: &[&str]) -> String {
    let files = PINS.iter().filter(|pins| languages.contains(&pins.language));
    let files: Vec<&str> =
        files.map(|pins| pins.runtimes.first().copied().unwrap_or("the file that lists its packages")).collect();
    format!("Write the version of {} into {}.", languages.join(" and "), files.join(" and "))
}

impl State {
    /// What is not locked, as it follows "are not locked".
    fn unlocked(&self) -> Option<String> {
        match (&self.lock, &self.uncovered) {
            (None, _) => Some(self.language.to_owned()),
            (Some(_), Some(folder)) => Some(format!("{} in {folder}", self.language)),
            (Some(_), None) => None,
        }
    }
}

/// The share of the code that is in the languages of the package manager.
fn share(repo: &Snapshot, ecosystem: Ecosystem) -> f64 {
    let names: &[&str] = match ecosystem {
        Ecosystem::Npm => &["JavaScript", "TypeScript", "TSX", "Vue", "Svelte", "CoffeeScript", "Astro"],
        Ecosystem::Python => &["Python", "Jupyter Notebook"],
        Ecosystem::Go => &["Go"],
        Ecosystem::Jvm => &["Java", "Kotlin", "Scala", "Groovy", "Clojure"],
        Ecosystem::Ruby => &["Ruby"],
        Ecosystem::Php => &["PHP", "Blade"],
        Ecosystem::Cargo => &["Rust"],
        Ecosystem::Nuget => &["C#", "F#", "Visual Basic .NET"],
    };
    repo.languages()
        .iter()
        .filter(|language| names.contains(&language.name.as_str()))
        .map(|language| language.share)
        .sum()
}

/// A folder with a manifest that neither a lock file in it or above it nor the manifest itself locks.
fn uncovered<'repo>(repo: &'repo Snapshot, pins: &Pins, manifests: &[(&'repo str, &'repo str)]) -> Option<String> {
    let is_locked = |folder: &str| {
        let above = |lock: &str| {
            let place = paths::folder(lock);
            place.is_empty() || place == folder || folder.starts_with(&format!("{place}/"))
        };
        let files = repo.tree().files().iter();
        files.filter(|file| pins.locks.contains(&file.name())).any(|file| above(&file.path))
    };
    let asks_for_nothing = |path: &str, text: &str| match pins.ecosystem {
        Ecosystem::Npm => !text.contains("ependencies\""),
        Ecosystem::Python => {
            are_exact(repo, manifests, paths::folder(path)) && path.ends_with(".txt")
                || path.ends_with(".toml") && !text.contains("dependencies")
        }
        Ecosystem::Go => !text.contains("require"),
        // Versions in these manifests are exact, and a library's Cargo.toml or Gemfile is told elsewhere.
        Ecosystem::Jvm | Ecosystem::Nuget => true,
        Ecosystem::Ruby | Ecosystem::Php | Ecosystem::Cargo => false,
    };
    let is_aside = |path: &str| {
        path.split('/').any(|part| {
            matches!(
                part,
                "docs" | "doc" | "examples" | "example" | "test" | "tests" | "fixtures" | "testdata" | ".github"
            )
        })
    };
    let covered_by_itself = |folder: &str| {
        manifests.iter().any(|(path, text)| paths::folder(path) == folder && asks_for_nothing(path, text))
    };
    manifests
        .iter()
        .map(|(path, _)| (*path, paths::folder(path)))
        .find(|(path, folder)| !is_aside(path) && !is_locked(folder) && !covered_by_itself(folder))
        .map(|(path, folder)| if folder.is_empty() { path.to_owned() } else { format!("{folder}/") })
}

fn state(repo: &Snapshot, pins: &Pins) -> State {
    let head = repo.head();
    let named = |names: &[&str]| {
        repo.tree()
            .files()
            .iter()
            .filter(|file| !file.vendored && names.contains(&file.name()))
            // What lies nearest to the root is the project's own.
            .min_by_key(|file| file.path.matches('/').count())
            .map(|file| Place::file(head, file.path.as_str()))
    };
    let manifests: Vec<(&str, &str)> = repo
        .stack()
        .manifests()
        .iter()
        .filter(|manifest| manifest.ecosystem == pins.ecosystem)
        .filter_map(|manifest| Some((manifest.path.as_str(), repo.text(&manifest.path)?)))
        .collect();
    let exact = || match pins.ecosystem {
        Ecosystem::Python => manifests
            .iter()
            .filter(|(path, _)| is_for_all(path))
            .find(|(path, _)| are_exact(repo, &manifests, paths::folder(path))),
        // Versions in these manifests are exact unless somebody writes a range.
        Ecosystem::Jvm => manifests.first().filter(|_| !manifests.iter().any(|(_, text)| RANGE.is_match(text))),
        Ecosystem::Nuget => manifests.first().filter(|_| !manifests.iter().any(|(_, text)| WILD.is_match(text))),
        // A module without dependencies has no go.sum.
        Ecosystem::Go => manifests.iter().find(|(_, text)| !text.contains("require")),
        Ecosystem::Npm | Ecosystem::Ruby | Ecosystem::Php | Ecosystem::Cargo => None,
    };
    let pattern = pattern(pins.in_manifest);
    let in_manifest = || {
        manifests.iter().find_map(|(path, text)| {
            let line = text[..pattern.find(text)?.end()].lines().count() as u32;
            Some(Place::lines(head, *path, line, line))
        })
    };
    // One file of asdf or mise pins many languages.
    let many = || named(&[".tool-versions", "mise.toml", ".mise.toml", "devbox.json", "flake.nix"]);
    let locked = named(pins.locks);
    let exact = exact().filter(|_| locked.is_none()).map(|(path, _)| Place::file(head, *path));
    let runtime = named(pins.runtimes).or_else(in_manifest).or_else(|| base_image(repo, pins.images)).or_else(many);
    State {
        language: pins.language,
        exact: exact.is_some(),
        lock: locked.or(exact),
        uncovered: uncovered(repo, pins, &manifests),
        runtime,
    }
}

fn base_image(repo: &Snapshot, images: &[&str]) -> Option<Place> {
    repo.tree().own_texts().filter(|(file, _)| is_dockerfile(file.name())).find_map(|(file, text)| {
        let container = Container::read(text)?;
        let fits = container.bases.iter().any(|image| {
            let name = paths::name(image).split([':', '@']).next().unwrap_or_default();
            is_pinned(image) && images.iter().any(|known| name == *known || name.starts_with(&format!("{known}-")))
        });
        fits.then(|| Place::file(repo.head(), file.path.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn both_a_lock_and_a_runtime_are_asked_for() {
        let package = Fixture::new().file("package.json", r#"{"dependencies":{"express":"4"}}"#);
        assert_eq!(finding(&package.snapshot()).outcome(), Outcome::NotMet);
        let locked = Fixture::new().file("package.json", "{}").file("package-lock.json", "{}");
        assert_eq!(finding(&locked.snapshot()).outcome(), Outcome::Partly);
        let pinned = Fixture::new().file("package.json", "{}").file("yarn.lock", "a").file(".nvmrc", "20");
        assert_eq!(finding(&pinned.snapshot()).outcome(), Outcome::Met);
    }

    #[test]
    fn exact_requirements_are_a_lock_and_a_base_image_is_a_runtime() {
        let repo = Fixture::new().file("requirements.txt", "flask==2.0\n").file("Dockerfile", "FROM python:3.12\n");
        assert_eq!(finding(&repo.snapshot()).outcome(), Outcome::Met);
        let repo = Fixture::new().file("requirements.txt", "flask>=2.0\n").file("Dockerfile", "FROM python\n");
        assert_eq!(finding(&repo.snapshot()).outcome(), Outcome::NotMet);
    }

    #[test]
    fn ranges_of_versions_are_not_exact() {
        let gradle = |version: &str| {
            let text = format!("java.version = 21\nimplementation 'com.google.guava:guava:{version}'\n");
            finding(&Fixture::new().file("build.gradle", &text).snapshot()).outcome()
        };
        assert_eq!(gradle("33.0-jre"), Outcome::Met);
        for range in ["33.+", "latest.release", "[30,34)", "+", "33.0-SNAPSHOT"] {
            assert_eq!(gradle(range), Outcome::Partly, "{range}");
        }
        let plugin = |version: &str| {
            let text = format!(
                "plugins {{\n  id 'org.springframework.boot' version '{version}'\n}}\nversion = '0.0.1-SNAPSHOT'\njava.version = 21\n"
            );
            finding(&Fixture::new().file("build.gradle", &text).snapshot()).outcome()
        };
        assert_eq!((plugin("3.1.0"), plugin("3.1.0-SNAPSHOT")), (Outcome::Met, Outcome::Partly));
        let maven = |rest: &str| {
            let text = format!("<java.version>21</java.version>\n<artifactId>guava</artifactId>\n  {rest}\n");
            finding(&Fixture::new().file("pom.xml", &text).snapshot()).outcome()
        };
        assert_eq!(maven("<version>[30,)</version>"), Outcome::Partly);
        assert_eq!(maven("<requireMavenVersion><version>[3.6,)</version></requireMavenVersion>"), Outcome::Met);
        let other = "dependencies {\n    implementation 'a:b:1.+'\n}\n";
        let both =
            Fixture::new().file("build.gradle", "jvmTarget = 21\nint a = all[1]\n").file("b/build.gradle", other);
        assert_eq!(finding(&both.snapshot()).outcome(), Outcome::Partly);
    }

    #[test]
    fn the_version_of_a_package_manager_is_not_that_of_node() {
        let of = |manifest: &str| {
            finding(&Fixture::new().file("package.json", manifest).file("pnpm-lock.yaml", "a").snapshot()).outcome()
        };
        assert_eq!(of(r#"{"packageManager":"pnpm@9.1.0"}"#), Outcome::Partly);
        assert_eq!(of(r#"{"engines":{"npm":">=8"}}"#), Outcome::Partly);
        assert_eq!(of(r#"{"engines":{"npm":">=8","node":"20"}}"#), Outcome::Met);
        assert_eq!(of(r#"{"volta":{"node":"20.1.0"}}"#), Outcome::Met);
    }

    #[test]
    fn a_lock_file_is_told_from_exact_versions() {
        let said = |fixture: Fixture| finding(&fixture.snapshot()).summary().to_owned();
        let exact = Fixture::new().file("requirements.txt", "flask==2.0\n").file(".python-version", "3.12");
        let with = "Another machine gets the same versions: those of the packages that it uses are";
        assert!(said(exact).starts_with(&format!("{with} written down exactly (requirements.txt)")));
        let manifest = r#"{"engines":{"node":"20"}}"#;
        let near = Fixture::new().file("package.json", manifest).file("bench/yarn.lock", "a").file("yarn.lock", "a");
        assert_eq!(finding(&near.snapshot()).places()[0].path, "yarn.lock");
        assert!(
            said(Fixture::new().file("package.json", manifest).file("yarn.lock", "a"))
                .starts_with(&format!("{with} fixed (yarn.lock)"))
        );
    }

    #[test]
    fn each_folder_with_a_manifest_wants_a_lock() {
        let manifest = r#"{"dependencies":{"express":"4"},"engines":{"node":"20"}}"#;
        let api = || Fixture::new().file("api/package.json", manifest).file("api/yarn.lock", "a");
        assert_eq!(finding(&api().snapshot()).outcome(), Outcome::Met);
        let half = api().file("web/package.json", manifest).snapshot();
        assert_eq!(finding(&half).outcome(), Outcome::Partly);
        assert!(finding(&half).summary().contains("web/"), "{}", finding(&half).summary());
        let workspace =
            Fixture::new().file("package.json", manifest).file("yarn.lock", "a").file("web/package.json", manifest);
        assert_eq!(finding(&workspace.snapshot()).outcome(), Outcome::Met);
    }

    #[test]
    fn a_few_scripts_of_another_language_lower_nothing() {
        let code = "package main\n".to_owned() + &"func a() { b() }\n".repeat(50);
        let repo = Fixture::new()
            .file("go.mod", "module a\ngo 1.24\n")
            .file("main.go", &code)
            .file("tools/requirements.txt", "flask\n")
            .file("tools/a.py", "x = 1\n");
        assert_eq!(finding(&repo.snapshot()).outcome(), Outcome::Met);
    }

    #[test]
    fn without_a_package_manager_there_is_nothing_to_pin() {
        let repo = Fixture::new().file("README.md", "# A\n");
        assert_eq!(finding(&repo.snapshot()).outcome(), Outcome::NotApplicable);
    }
}
