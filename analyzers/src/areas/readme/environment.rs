//! `readme.environment`

use serde_json::Value;

use super::{listed, settings, written};
use crate::documents::{Documents, Role, Topic};
use crate::environment::{Environment, Spot, Variable, dotnet};
use crate::kinds::{self, Kind};
use crate::paths;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "readme.environment";

/// More places than this help nobody.
const MOST_PLACES: usize = 20;

/// From so many in a hundred on, what is missing is the exception.
const NEARLY_ALL: usize = 85;

/// Among so many, a single one that is missing is an oversight.
const MANY: usize = 10;

pub(super) fn examine(repo: &Snapshot) -> Finding {
    let environment = Environment::of(repo);
    let read = environment.read();
    let missing: Vec<&Variable> = environment.missing().collect();
    let documented: Vec<&Variable> = environment.documented().collect();
    let committed = environment.in_committed_file();
    // What a file has that the program loads nobody has to guess.
    let is_loaded = |variable: &Variable| environment.in_loaded_file().iter().any(|(name, _)| *name == variable.name);
    let is_given = |variable: &&Variable| variable.is_optional() || is_loaded(variable);
    let kinds = kinds::detect(repo);
    // What else stands in a configuration file, where no variable has to be set.
    let is_settled =
        read.is_empty() || documented.is_empty() && missing.iter().all(|variable| variable.is_configured());
    let is_of_library = kinds.contains(&Kind::Library) && !kinds.contains(&Kind::HttpApi);
    let of_files = (is_settled && !is_of_library).then(|| settings::examine(repo, SIGNAL)).flatten();
    let finding = if let (true, Some((name, place))) = (read.is_empty(), misnamed(repo, environment.example_files())) {
        let file = environment.example_files().first().map_or("the example file", String::as_str);
        Finding::partly(SIGNAL, format!("The README points to {name} for the settings; the file is {file}."), place)
    } else if let (true, Some((file, place))) = (read.is_empty(), pointer(repo, environment.example_files())) {
        Finding::met(
            SIGNAL,
            format!("The code takes no setting from outside by name; the README points to {file} for the settings."),
            place,
        )
    } else if let Some(finding) = of_files {
        finding
    } else if let (true, Some(spot)) = (read.is_empty(), environment.unnamed()) {
        let Spot { path, line } = spot;
        Finding::not_assessable(
            SIGNAL,
            format!(
                "Which settings there are can't be told: a library takes them from outside, by names that the code \
                 does not show ({path}:{line})."
            ),
        )
    } else if read.is_empty() {
        let summary = match dotnet::given(repo).as_slice() {
            [] => "The code takes no setting of its own from outside, so there is none to document.".to_owned(),
            keys => format!(
                "No setting has to be given: the configuration or the code has a value for {}.",
                listed(keys.iter().map(String::as_str), 6)
            ),
        };
        Finding::not_applicable(SIGNAL, summary)
    } else if !missing.is_empty() && is_of_library {
        Finding::not_applicable(SIGNAL, "A library is configured by the program that uses it.")
    } else if documented.is_empty() && missing.iter().all(|variable| variable.is_configured()) {
        let names = listed(missing.iter().map(|variable| variable.name.as_str()), 6);
        Finding::not_applicable(
            SIGNAL,
            format!("No setting has to be given: the configuration has a value for {names}."),
        )
    } else if missing.iter().all(is_given) && !(committed.is_empty() && environment.in_loaded_file().is_empty()) {
        only_committed(repo, environment, &documented)
    } else if let ([one], true) = (missing.as_slice(), read.len() >= MANY && documented.len() + 1 == read.len())
        && !one.is_demanded
        && !one.is_optional()
    {
        let (files, places) = documenting(repo, &documented);
        let summary = format!(
            "All but one of the {} settings that the code takes from outside are documented in {files}. Missing: `{}`.",
            read.len(),
            one.name
        );
        let of_missing = one.places.first().map(|spot| spot.place(repo));
        Finding::met(SIGNAL, summary, Evidence::or_absence(of_missing.into_iter().chain(places), repo.head()))
    } else if missing.iter().all(|variable| variable.is_optional()) && documented.len() * 2 >= read.len() {
        let (files, places) = documenting(repo, &documented);
        let every = match read.len() {
            1 => "The one setting that the code takes from outside is".to_owned(),
            2 if missing.is_empty() => "Both settings that the code takes from outside are".to_owned(),
            count if missing.is_empty() => format!("All {count} settings that the code takes from outside are"),
            count => format!(
                "Of {count} settings that the code takes from outside, {} a default, and {} are",
                if missing.len() == 1 { "1 has".to_owned() } else { format!("{} have", missing.len()) },
                count - missing.len()
            ),
        };
        Finding::met(SIGNAL, format!("{every} documented in {files}."), Evidence::or_absence(places, repo.head()))
    } else {
        // What a file that the program loads has, nobody has to guess, though it is no description.
        let (loaded, missing): (Vec<&Variable>, Vec<&Variable>) = missing.iter().partition(|it| is_loaded(it));
        let names = listed(missing.iter().map(|variable| variable.name.as_str()), 6);
        let places = missing.iter().filter_map(|variable| variable.places.first()).take(MOST_PLACES);
        let evidence = Evidence::or_absence(places.map(|spot| spot.place(repo)), repo.head());
        let defaults = match missing.iter().filter(|variable| variable.has_default).count() {
            0 => String::new(),
            1 if missing.len() == 1 => " (it has a default)".to_owned(),
            count if count == missing.len() => " (each has a default)".to_owned(),
            count => format!(" ({count} of them with a default)"),
        };
        let count = match documented.len() {
            0 => "none is".to_owned(),
            1 => "1 is".to_owned(),
            count => format!("{count} are"),
        };
        let loaded = match (environment.in_loaded_file().first(), loaded.len()) {
            (Some((_, spot)), 1) => format!(", and 1 is shown only with its real value, in {}", spot.path),
            (Some((_, spot)), count @ 2..) => {
                format!(", and {count} are shown only with their real values, in {}", spot.path)
            }
            _ => String::new(),
        };
        // Nobody has to guess what works without.
        let lead = if missing.iter().all(|variable| variable.has_default) {
            if documented.is_empty() {
                "What can be set is not written down"
            } else {
                "Most of what can be set is not written down"
            }
        } else if documented.len() * 100 >= read.len() * NEARLY_ALL {
            "Nearly all settings are written down"
        } else {
            "Whoever sets it up has to guess settings"
        };
        let summary = format!(
            "{lead}: of {} that the code takes from the environment, {count} documented{loaded}. Missing: {names}{defaults}.",
            read.len(),
        );
        let remedy = match environment.example_files().iter().find(|file| file.contains("env")) {
            Some(file) => {
                let values = if missing.len() == 1 { "a harmless example value" } else { "harmless example values" };
                format!("Add {names} to {file}, with {values}, and mention the file in the README.")
            }
            None => format!(
                "Make a file .env.example that names {names}, {} a harmless value, and mention it in the README.",
                if missing.len() == 1 { "with" } else { "each with" }
            ),
        };
        // A single name that a document happens to hold does not describe the configuration.
        let are_optional = missing.iter().all(|variable| variable.is_optional());
        let is_described = documented.len() * 4 > read.len()
            || are_optional && !documented.is_empty()
            || points_to_code(repo, &missing)
            || missing.iter().all(|variable| variable.is_of_compose()) && shows_settings(repo)
            || pointer(repo, environment.example_files()).is_some()
            || written::makes_settings(repo);
        let verdict = if is_described { Finding::partly } else { Finding::not_met };
        verdict(SIGNAL, summary, evidence).remedy(remedy)
    };
    let names = |variables: &[&Variable]| -> Vec<Value> {
        variables.iter().map(|variable| Value::from(variable.name.as_str())).collect()
    };
    finding
        .fact("read", names(&read.iter().collect::<Vec<_>>()))
        .fact("documented", names(&documented))
        .fact("missing", names(&missing))
        .fact("example_files", environment.example_files().to_vec())
}

/// The files that document variables, as a list, and the first places in them.
fn documenting(repo: &Snapshot, documented: &[&Variable]) -> (String, Vec<Place>) {
    let spots = || documented.iter().filter_map(|variable| variable.documented.as_ref());
    let mut files: Vec<&str> = spots().map(|spot| spot.path.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    (listed(files, 3), spots().take(5).map(|spot| spot.place(repo)).collect())
}

/// What is said where some settings are shown only by a committed file, with the values that are in use.
fn only_committed(repo: &Snapshot, environment: &Environment, documented: &[&Variable]) -> Finding {
    let committed = environment.in_committed_file();
    let is_shown_so = |variable: &&&Variable| committed.contains(&variable.name);
    let pointed_to = documented.iter().filter(is_shown_so);
    let mut shown: Vec<(&str, &Spot)> = pointed_to
        .filter_map(|variable| Some((variable.name.as_str(), variable.documented.as_ref()?)))
        .chain(environment.in_loaded_file().iter().map(|(name, spot)| (name.as_str(), spot)))
        .collect();
    shown.sort_unstable();
    let mut files: Vec<&str> = shown.iter().map(|(_, spot)| spot.path.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let (names, files) = (listed(shown.iter().map(|(name, _)| *name), 6), listed(files, 3));
    let others = match documented.len() - committed.len() {
        0 => String::new(),
        1 => " The other one is documented.".to_owned(),
        count => format!(" The other {count} are documented."),
    };
    let what = match (shown.len(), others.is_empty()) {
        (_, true) => "Settings are shown only with their real values".to_owned(),
        (1, false) => "One setting is shown only with its real value".to_owned(),
        (count, false) => format!("{count} settings are shown only with their real values"),
    };
    let summary = format!("{what}: {files}, which is committed, has {names}.{others}");
    // A file to which nothing points is no description.
    let is_described = !committed.is_empty() || documented.len() * 4 > environment.read().len();
    let verdict = if is_described { Finding::partly } else { Finding::not_met };
    let places = shown.iter().take(5).map(|(_, spot)| spot.place(repo));
    let finding = verdict(SIGNAL, summary, Evidence::or_absence(places, repo.head()));
    match environment.example_files().iter().find(|file| file.contains("env")) {
        Some(file) => finding.remedy(format!("Add {names} to {file}, with harmless values.")),
        None => finding
            .remedy("Put a .env.example with harmless values in place of the .env, and point to it from the README."),
    }
}

/// An example file that the README names, where only one of another name is there.
fn misnamed<'repo>(repo: &'repo Snapshot, files: &[String]) -> Option<(&'repo str, Place)> {
    let document = Documents::of(repo).readme().filter(|_| !files.is_empty() && pointer(repo, files).is_none())?;
    document.code.iter().chain(&document.prose).find_map(|line| {
        let mut words = line.text.split(|c: char| c.is_whitespace() || matches!(c, '`' | '"'));
        let name =
            words.find(|word| matches!(*word, ".env.example" | ".env.sample" | ".env.dist" | ".env.template"))?;
        Some((name, document.at(repo, line.line)))
    })
}

/// Whether the README sends people who look for settings to the source file that reads one of `variables`.
fn points_to_code(repo: &Snapshot, variables: &[&Variable]) -> bool {
    let about = |text: &str| {
        let text = text.to_lowercase();
        ["environment variable", "env var", "configuration", "settings"].iter().any(|word| text.contains(word))
    };
    let readme = Documents::of(repo).readme();
    readme.into_iter().flat_map(|readme| &readme.prose).filter(|line| about(&line.text)).any(|line| {
        variables.iter().flat_map(|variable| &variable.places).any(|spot| line.text.contains(spot.path.as_str()))
    })
}

/// Whether the README has a section on its settings that shows some.
fn shows_settings(repo: &Snapshot) -> bool {
    let mut readme = Documents::of(repo).readme().into_iter();
    readme.any(|readme| {
        let mut about = readme.headings.iter().filter(|it| it.level > 1 && it.topics.contains(&Topic::Configuration));
        about.any(|heading| {
            let end = readme.section_end(heading);
            let mut within = readme.code.iter().filter(|line| line.line > heading.line && line.line < end);
            within.any(|line| line.starts && line.text.contains([':', '=']))
        })
    })
}

/// The example file that a document tells to copy, and where it does.
fn pointer<'repo>(repo: &'repo Snapshot, files: &'repo [String]) -> Option<(&'repo str, Place)> {
    Documents::of(repo).all().iter().filter(|document| document.role == Role::Readme).find_map(|document| {
        let lines = || document.code.iter().chain(&document.prose);
        let named = |file: &&String| {
            let name = paths::name(file);
            let says = |text: &str| {
                text.split(|c: char| c.is_whitespace() || matches!(c, '`' | '"' | '/')).any(|word| word == name)
            };
            lines().find(|line| says(&line.text)).map(|line| document.at(repo, line.line))
        };
        files.iter().find_map(|file| Some((file.as_str(), named(&file)?)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    fn finding(readme: &str, example: &str) -> Finding {
        let repo = Fixture::new()
            .file("app.js", "const url = process.env.DATABASE_URL;\nconst { SECRET } = process.env;\n")
            .file("README.md", readme)
            .file(".env.example", example)
            .snapshot();
        examine(&repo)
    }

    #[test]
    fn the_readme_and_the_example_file_count_alike() {
        assert_eq!(finding("# A\n\nCopy `.env.example`.\n", "DATABASE_URL=\nSECRET=\n").outcome(), Outcome::Met);
        assert_eq!(finding("# A\n\nSet `DATABASE_URL` and `SECRET`.\n", "").outcome(), Outcome::Met);
        let partly = finding("# A\n\nSet `DATABASE_URL`.\n", "");
        assert_eq!(partly.outcome(), Outcome::Partly);
        assert_eq!(partly.facts()["missing"], serde_json::json!(["SECRET"]));
        assert_eq!(partly.places()[0].lines, Some((2, 2)));
        assert_eq!(finding("# A\n", "").outcome(), Outcome::NotMet);
    }

    #[test]
    fn what_a_loaded_file_has_nobody_has_to_guess() {
        let repo = Fixture::new()
            .file("package.json", r#"{"dependencies": {"dotenv": "16"}}"#)
            .file(
                "app.js",
                "require('dotenv').config();\nconst a = process.env.SHOP_URL;\nconst b = process.env.SHOP_KEY;\n",
            )
            .file(".env", "SHOP_URL=http://localhost\n")
            .file("README.md", "# A\n")
            .snapshot();
        let finding = examine(&repo);
        let said = "none is documented, and 1 is shown only with its real value, in .env. Missing: `SHOP_KEY`.";
        assert!(finding.summary().ends_with(said), "{}", finding.summary());
    }

    #[test]
    fn names_in_small_letters_are_read_and_what_has_another_value_need_not_be_known() {
        let facts = |code: &str| {
            let code = format!("fn main() {{\n{code}\n}}\n");
            let repo = Fixture::new().file("src/main.rs", &code).file("README.md", "# A\n\nSet SHOP_KEY.\n");
            examine(&repo.file("src/key.rs", "fn key() { env::var(\"SHOP_KEY\"); }\n").snapshot())
        };
        let of = |code: &str| facts(code).outcome();
        assert_eq!(facts("env::var(\"shop_secret\").unwrap();").facts()["missing"], serde_json::json!(["shop_secret"]));
        assert_eq!(facts("env::var(\"home\").unwrap();").facts()["read"], serde_json::json!(["SHOP_KEY"]));
        assert_eq!(of("env::var(\"SHOP_MODE\").unwrap();"), Outcome::Partly);
        assert_eq!(of("env::var(\"SHOP_MODE\").unwrap_or(\"plain\".into());"), Outcome::Met);
        assert_eq!(of("env::var(\"SHOP_SIZE\").ok().and_then(|it| it.parse().ok()).unwrap_or(5);"), Outcome::Met);
        assert_eq!(of("env::var(\"SHOP_MODE\").unwrap_or_else(|_| panic!());"), Outcome::Partly);
        assert_eq!(of("if let Ok(mode) = env::var(\"SHOP_MODE\") { set(mode) }"), Outcome::Met);
    }

    #[test]
    fn names_with_dots_are_names_and_those_of_tools_are_not_asked_for() {
        let read = |text: &str| {
            let repo = Fixture::new().file("src/main.rs", text).file("README.md", "# A\n").snapshot();
            examine(&repo).facts()["read"].clone()
        };
        assert_eq!(read("fn main() { std::env::var(\"MONGO.URI\"); }\n"), serde_json::json!(["MONGO.URI"]));
        assert_eq!(read("fn main() { std::env::var(\"CDK_DEFAULT_REGION\"); }\n"), serde_json::json!([]));
    }

    #[test]
    fn the_remedy_names_the_example_file_that_is_there_or_asks_for_one() {
        let remedy = |finding: Finding| finding.own_remedy().map(str::to_owned).unwrap_or_default();
        let there = remedy(finding("# A\n\nSet `DATABASE_URL`.\n", "DATABASE_URL=\n"));
        assert!(there.starts_with("Add `SECRET` to .env.example, with "), "{there}");
        let none = Fixture::new().file("app.js", "const url = process.env.DATABASE_URL;\n").file("README.md", "# A\n");
        let none = remedy(examine(&none.snapshot()));
        assert!(none.starts_with("Make a file .env.example that names `DATABASE_URL`, "), "{none}");
    }

    #[test]
    fn what_has_a_default_may_be_left_out() {
        let finding = |code: &str, readme: &str| {
            examine(&Fixture::new().file("app.py", code).file("README.md", readme).snapshot())
        };
        let code = "import os\na = os.environ['DATABASE_URL']\nb = os.getenv('PAGE_SIZE', '20')\n";
        assert_eq!(finding(code, "# A\n\nSet `DATABASE_URL`.\n").outcome(), Outcome::Met);
        assert_eq!(finding(code, "# A\n\nSet `PAGE_SIZE`.\n").outcome(), Outcome::Partly);
        assert_eq!(finding(code, "# A\n").outcome(), Outcome::NotMet);
    }

    #[test]
    fn a_single_one_of_many_that_is_missing_is_named_and_most_of_them_are_too_much() {
        let of = |read: &dyn Fn(usize) -> String, documented: std::ops::Range<usize>| {
            let code: String = (0..12).map(|number| format!("x = {}\n", read(number))).collect();
            let names: Vec<String> = documented.map(|number| format!("SHOP_{number}")).collect();
            let repo = Fixture::new().file("app.py", &format!("import os\n{code}"));
            examine(&repo.file("README.md", &format!("# A\n\nSet {}.\n", names.join(", "))).snapshot())
        };
        let asked = |number: usize| format!("os.getenv('SHOP_{number}')");
        let one = of(&asked, 1..12);
        assert_eq!(one.outcome(), Outcome::Met);
        assert!(one.summary().ends_with("Missing: `SHOP_0`."), "{}", one.summary());
        assert_eq!(of(&asked, 2..12).outcome(), Outcome::Partly);
        let settled = |number: usize| format!("os.getenv('SHOP_{number}', 'x')");
        assert_eq!(of(&settled, 6..12).outcome(), Outcome::Met);
        let few = of(&settled, 8..12);
        assert_eq!(few.outcome(), Outcome::Partly);
        assert!(few.summary().starts_with("Most of what can be set is not written down: of 12 "), "{}", few.summary());
    }

    #[test]
    fn nothing_is_said_of_variables_that_the_code_does_not_name() {
        let code = "package main\n\nimport \"github.com/kelseyhightower/envconfig\"\n\n\
                    type Config struct{ Port int }\n\nfunc main() {\n\tvar c Config\n\tenvconfig.MustProcess(\"app\", &c)\n}\n";
        let finding = examine(&Fixture::new().file("main.go", code).file("README.md", "# A\n").snapshot());
        assert_eq!(finding.outcome(), Outcome::NotAssessable);
        assert!(finding.summary().contains("(main.go:9)"), "{}", finding.summary());
    }

    #[test]
    fn nobody_has_to_guess_what_has_a_default_or_is_the_exception() {
        let said = |code: &str, readme: &str| {
            let repo =
                Fixture::new().file("app.py", &format!("import os\n{code}")).file("README.md", readme).snapshot();
            examine(&repo).summary().to_owned()
        };
        let summary = said("a = os.getenv('PAGE_SIZE', '20')\n", "# A\n");
        assert!(summary.starts_with("What can be set is not written down: of 1 that "), "{summary}");
        let names: Vec<String> = (0..9).map(|number| format!("SHOP_{number}")).collect();
        let code: String = names.iter().map(|name| format!("x = os.environ['{name}']\n")).collect();
        let summary = said(&code, &format!("# A\n\nSet {}.\n", names[1..].join(", ")));
        assert!(summary.starts_with("Nearly all settings are written down: of 9 that "), "{summary}");
        let summary = said(&code, &format!("# A\n\nSet {}.\n", names[4..].join(", ")));
        assert!(summary.starts_with("Whoever sets it up has to guess settings: of 9 that "), "{summary}");
    }

    #[test]
    fn a_file_that_is_to_be_copied_is_the_example_whatever_its_name() {
        let finding = |readme: &str| {
            let repo = Fixture::new().file("app.js", "const url = process.env.SHOP_URL;\n");
            examine(&repo.file(".env-development", "SHOP_URL=x\n").file("README.md", readme).snapshot())
        };
        for readme in [
            "# A\n\n    cp .env-development .env\n",
            "# A\n\nRename the file `.env-development` to `.env`.\n",
            "# A\n\nCopie o arquivo .env-development para .env.\n",
        ] {
            assert_eq!(finding(readme).facts()["example_files"], serde_json::json!([".env-development"]), "{readme}");
        }
        let other = finding("# A\n\nNever copy anything to `.env`.\n");
        assert_eq!(other.facts()["example_files"], serde_json::json!([]));
    }

    #[test]
    fn a_single_setting_with_its_real_value_is_told_from_the_others() {
        let repo = Fixture::new()
            .file("app.js", "const { SHOP_URL, SHOP_KEY } = process.env;\n")
            .file("package.json", r#"{"dependencies": {"dotenv": "16"}}"#)
            .file(".env", "SHOP_KEY=x\n")
            .file(".env.example", "SHOP_URL=x\n")
            .file("README.md", "# A\n\nCopy `.env.example`.\n");
        let finding = examine(&repo.snapshot());
        assert_eq!(finding.outcome(), Outcome::Partly);
        assert_eq!(
            finding.summary(),
            "One setting is shown only with its real value: `.env`, which is committed, has `SHOP_KEY`. The other one is documented."
        );
    }

    #[test]
    fn pointers_that_lead_nearly_there_are_half() {
        let readme = |text: &str, example: &str| {
            let files = Fixture::new().file("main.rs", "fn main() {}\n").file(example, "DATABASE_URL=x\n");
            examine(&files.file("README.md", text).snapshot()).outcome()
        };
        assert_eq!(readme("# A\n\nCopy `.env.example`.\n", ".env.sample"), Outcome::Partly);
        let repo = Fixture::new()
            .file("src/config.js", "const url = process.env.DATABASE_URL;\n")
            .file("README.md", "# A\n\nSee `src/config.js` for the environment variables.\n")
            .snapshot();
        assert_eq!(examine(&repo).outcome(), Outcome::Partly);
    }

    #[test]
    fn what_only_a_compose_file_reads_weighs_less_than_the_settings_that_are_shown() {
        let finding = |readme: &str| {
            let compose = "services:\n  a:\n    build: .\n    volumes:\n      - ${SHOP_FILE}:/shop.yaml\n";
            let repo = Fixture::new().file("main.go", "package main\n").file("docker-compose.yml", compose);
            examine(&repo.file("README.md", readme).snapshot()).outcome()
        };
        assert_eq!(finding("# A\n\n## Configuration\n\n```yaml\nport: 80\n```\n"), Outcome::Partly);
        assert_eq!(finding("# A\n\n## Configuration\n\nThere is a file.\n"), Outcome::NotMet);
    }

    #[test]
    fn code_that_reads_nothing_needs_no_list() {
        let repo = Fixture::new().file("app.js", "process.env.NODE_ENV\n").file("README.md", "# A\n").snapshot();
        assert_eq!(examine(&repo).outcome(), Outcome::NotApplicable);
    }

    #[test]
    fn settings_that_only_a_framework_reads_may_be_copied() {
        let finding = |readme: &str| {
            let files = Fixture::new().file("main.rs", "fn main() {}\n").file(".env.example", "DATABASE_URL=x\n");
            examine(&files.file("README.md", readme).snapshot())
        };
        assert_eq!(finding("# A\n\n    cp .env.example .env\n").outcome(), Outcome::Met);
        assert_eq!(finding("# A\n\nA shop.\n").outcome(), Outcome::NotApplicable);
    }
}
