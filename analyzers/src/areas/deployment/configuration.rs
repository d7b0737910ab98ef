//! Does configuration come from the environment, with an example?

use super::{migrators, not_deployed};
use crate::areas::readme::database_driver;
use crate::areas::tests::is_test_path;
use crate::environment::{Environment, Variable};
use crate::paths;
use crate::snapshot::stack::Ecosystem;
use crate::{Evidence, Finding, Place, Snapshot};

const SIGNAL: &str = "deployment.configuration";

pub(super) fn finding(repo: &Snapshot) -> Finding {
    if let Some(why) = not_deployed(repo) {
        return Finding::not_applicable(SIGNAL, why);
    }
    let environment = Environment::of(repo);
    let examples = environment.example_files();
    let finding = if environment.read().is_empty() {
        let env_example = examples.iter().find(|path| paths::name(path).to_ascii_lowercase().contains("env"));
        if let Some(example) = env_example {
            let summary = format!(
                "What differs between machines is set from outside: its frameworks take their settings from there, as \
                 {example} shows."
            );
            Finding::met(SIGNAL, summary, Place::file(repo.head(), example.as_str()))
        } else if !examples.is_empty() || !environment.set_aside().is_empty() {
            let place = examples.first().map(|path| Place::file(repo.head(), path.as_str()));
            let summary = "The code takes no setting of its own from outside, only what frameworks and platforms set.";
            Finding::partly(SIGNAL, summary, Evidence::or_absence(place, repo.head())).indicative()
        } else if let Some((path, framework)) = framework_settings(repo) {
            let summary = format!(
                "Whoever sets it up has to guess which settings to change: they are in {path}, and {framework} lets \
                 each machine replace them from outside, but nothing says which ones must be."
            );
            Finding::partly(SIGNAL, summary, Place::file(repo.head(), path)).indicative()
        } else if migrators::detect(repo).is_some() || database_driver(repo).is_some() {
            let summary = "To run on another machine, its code has to be changed: there is a database, but no setting \
                is taken from outside.";
            Finding::not_met(SIGNAL, summary, Evidence::absence(repo.head())).indicative()
        } else {
            let why = "The code takes no setting from outside, and nothing seems to need one.";
            Finding::not_applicable(SIGNAL, why)
        }
    } else if examples.is_empty()
        && environment.documented().next().is_none()
        && environment.read().iter().all(Variable::is_configured)
    {
        Finding::not_applicable(
            SIGNAL,
            "No setting has to be given: the configuration has a value for each that it reads.",
        )
    } else {
        from_environment(repo, environment)
    };
    finding.fact("read", environment.read().len()).fact("example_files", examples.to_vec())
}

/// The settings file of a framework that looks into the environment for each of them by itself.
fn framework_settings(repo: &Snapshot) -> Option<(&str, &'static str)> {
    repo.tree().own_texts().map(|(file, _)| file).find_map(|file| {
        let folder = paths::folder(&file.path);
        if is_test_path(&file.path) {
            None
        } else if folder.ends_with("src/main/resources")
            && matches!(
                file.name(),
                "application.properties"
                    | "application.yml"
                    | "application.yaml"
                    | "bootstrap.properties"
                    | "bootstrap.yml"
            )
        {
            let is_quarkus = repo.stack().dependency_under(Ecosystem::Jvm, "io.quarkus").is_some();
            Some((file.path.as_str(), if is_quarkus { "Quarkus" } else { "Spring Boot" }))
        } else {
            (file.name() == "appsettings.json").then_some((file.path.as_str(), "ASP.NET Core"))
        }
    })
}

/// What is said of the settings that nothing shows.
fn others(have_default: bool) -> &'static str {
    if have_default { "; the others have a default" } else { "" }
}

fn from_environment(repo: &Snapshot, environment: &Environment) -> Finding {
    let read = environment.read();
    let documented = environment.documented().count();
    let places = read.iter().filter_map(|variable| variable.places.first()).take(3).map(|spot| spot.place(repo));
    let count = if read.len() == 1 { "1 setting".to_owned() } else { format!("{} settings", read.len()) };
    let example = environment.example_files().first();
    let left = environment.missing().all(|variable| variable.has_default);
    if let Some(example) = example.filter(|_| documented > 0 || left) {
        let places = [Place::file(repo.head(), example.as_str())].into_iter().chain(places);
        let shown = match (documented, left) {
            _ if documented == read.len() => format!("as {example} shows"),
            (0, _) => format!("each of which has a default, and none of which {example} shows"),
            (1, _) => format!("1 of which {example} or the documents show{}", others(left)),
            (many, _) => format!("{many} of which {example} or the documents show{}", others(left)),
        };
        let summary = format!(
            "What differs between machines is set from outside: the code takes {count} from the environment, {shown}."
        );
        Finding::met(SIGNAL, summary, Evidence::or_absence(places, repo.head()))
    } else if documented == read.len() {
        let summary = format!(
            "What differs between machines is set from outside: the code takes {count} from there, and the documents \
             name {}.",
            if read.len() == 1 { "it" } else { "all of them" }
        );
        Finding::met(SIGNAL, summary, Evidence::or_absence(places, repo.head()))
    } else {
        let summary = format!(
            "Whoever sets it up has to look for settings in the code: it takes {count} from the environment, {}, and \
             {}.",
            match documented {
                0 if read.len() == 1 => "which is not documented".to_owned(),
                0 => "none of which is documented".to_owned(),
                1 => "1 of which is documented".to_owned(),
                many => format!("{many} of which are documented"),
            },
            match example {
                Some(example) => format!("{example} shows none of them"),
                None => "there is no example file".to_owned(),
            }
        );
        Finding::partly(SIGNAL, summary, Evidence::or_absence(places, repo.head()))
            .remedy("Add an example file, .env.example, that lists these settings, each with a harmless value.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Outcome;
    use crate::snapshot::fixture::Fixture;

    const READS: &str = "import os\nimport flask\nurl = os.environ['SHOP_URL']\n";

    fn outcome(files: &[(&str, &str)]) -> Outcome {
        let repo = files.iter().fold(Fixture::new(), |fixture, (path, text)| fixture.file(path, text)).snapshot();
        finding(&repo).outcome()
    }

    #[test]
    fn an_example_or_a_document_is_asked_for() {
        assert_eq!(outcome(&[("app.py", READS), (".env.example", "SHOP_URL=\n")]), Outcome::Met);
        assert_eq!(outcome(&[("app.py", READS), ("README.md", "# A\n\nSet `SHOP_URL` first.\n")]), Outcome::Met);
        assert_eq!(outcome(&[("app.py", READS)]), Outcome::Partly);
    }

    #[test]
    fn an_example_that_shows_a_part_is_not_said_to_show_all() {
        let summary = |code: &str, example: &str| {
            let repo = Fixture::new().file("app.py", code).file(".env.example", example).snapshot();
            let finding = finding(&repo);
            (finding.outcome(), finding.summary().to_owned())
        };
        let code = "import os\nimport flask\na = os.environ['SHOP_URL']\nb = os.environ['SHOP_KEY']\n";
        let (outcome, said) = summary(code, "SHOP_URL=\n");
        assert_eq!(outcome, Outcome::Met);
        assert!(
            said.ends_with("takes 2 settings from the environment, 1 of which .env.example or the documents show."),
            "{said}"
        );
        let (outcome, said) = summary(code, "OTHER=\n");
        assert_eq!(outcome, Outcome::Partly);
        assert!(said.ends_with("none of which is documented, and .env.example shows none of them."), "{said}");
        assert!(summary(code, "SHOP_URL=\nSHOP_KEY=\n").1.ends_with("as .env.example shows."));
    }

    #[test]
    fn what_has_a_value_already_need_not_be_given() {
        let app = ("Gemfile", "gem 'rails'\n");
        let cable =
            ("config/cable.yml", "production:\n  url: <%= ENV.fetch(\"QUEUE_URL\") { \"redis://localhost\" } %>\n");
        assert_eq!(outcome(&[app, ("app/a.rb", "x = 1\n"), cable]), Outcome::NotApplicable);
    }

    #[test]
    fn settings_of_a_framework_count() {
        let artisan = ("composer.json", r#"{"require":{"laravel/framework":"^11"}}"#);
        assert_eq!(outcome(&[artisan, ("app/A.php", "<?php\n"), (".env.example", "APP_KEY=\n")]), Outcome::Met);
        let settings = ("src/main/resources/application.properties", "server.port=8080\n");
        assert_eq!(outcome(&[settings, ("src/main/java/A.java", "class A {}\n")]), Outcome::Partly);
        let given = ("src/main/resources/bootstrap.properties", "spring.cloud.config.uri=http://localhost:8888\n");
        assert_eq!(outcome(&[given, ("src/main/java/A.java", "class A {}\n")]), Outcome::Partly);
    }

    #[test]
    fn a_database_wants_configuration_and_other_code_may_not() {
        let tables = ("db/init.sql", "CREATE TABLE a (id int);\n");
        assert_eq!(outcome(&[("app.py", "import flask\n"), tables]), Outcome::NotMet);
        assert_eq!(outcome(&[("app.py", "import flask\n")]), Outcome::NotApplicable);
        assert_eq!(outcome(&[("README.md", "# A\n")]), Outcome::NotApplicable);
        let package = ("package.json", r#"{"dependencies":{"express":"4","mongoose":"8"}}"#);
        assert_eq!(outcome(&[package, ("app.js", "mongoose.connect('mongodb://localhost/shop');\n")]), Outcome::NotMet);
    }
}
