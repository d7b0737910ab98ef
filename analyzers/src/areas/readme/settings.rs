//! `readme.environment` of programs whose settings stand in a framework's configuration file, and not in the environment.

use super::listed;
use crate::environment::Spot;
use crate::environment::settings::{LeftOut, Open, left_out, open, shown_of_spring};
use crate::{Evidence, Finding, Snapshot};

/// More places than this help nobody.
const MOST_PLACES: usize = 10;

/// What is said of settings for which a clone has no value; `None` if each has one, or a stand-in that shows what is meant.
pub(super) fn examine(repo: &Snapshot, signal: &'static str) -> Option<Finding> {
    of_open(repo, signal, &open(repo))
        .or_else(|| of_left_out(repo, signal, left_out(repo)?))
        .or_else(|| of_shown(repo, signal, shown_of_spring(repo)?))
}

fn of_open(repo: &Snapshot, signal: &'static str, open: &[Open]) -> Option<Finding> {
    let file = &open.first()?.place.path;
    let documented: Vec<&Spot> = open.iter().filter_map(|setting| setting.documented.as_ref()).collect();
    let missing: Vec<&Open> = open.iter().filter(|setting| setting.documented.is_none()).collect();
    let evidence = |spots: Vec<&Spot>| {
        Evidence::or_absence(spots.into_iter().take(MOST_PLACES).map(|spot| spot.place(repo)), repo.head())
    };
    let Some(first) = missing.first() else {
        let names = listed(open.iter().map(|setting| setting.key.as_str()), 6);
        let summary = format!("{} shows the settings that {file} leaves open: {names}.", documented.first()?.path);
        return Some(Finding::met(signal, summary, evidence(documented)));
    };
    let names = listed(missing.iter().map(|setting| setting.key.as_str()), 6);
    let remedy = format!("Say in the README what stands in {names} of {}, with harmless values.", first.place.path);
    let places = evidence(missing.iter().map(|setting| &setting.place).collect());
    let said = match documented.as_slice() {
        [] if missing.iter().any(|setting| setting.is_empty) => "none is".to_owned(),
        [] => return None,
        [_] => "1 is".to_owned(),
        several => format!("{} are", several.len()),
    };
    let settings = if open.len() == 1 { "1 setting".to_owned() } else { format!("{} settings", open.len()) };
    let summary = format!(
        "Whoever sets it up has to guess settings: {file} leaves {settings} open, to be filled in; \
                           {said} documented. Missing: {names}."
    );
    let verdict = if documented.is_empty() { Finding::not_met } else { Finding::partly };
    Some(verdict(signal, summary, places).remedy(remedy))
}

fn of_shown(repo: &Snapshot, signal: &'static str, shown: Vec<Spot>) -> Option<Finding> {
    let summary = format!("{} shows the settings of the framework's own file.", shown.first()?.path);
    let places = shown.iter().take(MOST_PLACES).map(|spot| spot.place(repo));
    Some(Finding::met(signal, summary, Evidence::or_absence(places, repo.head())))
}

fn of_left_out(
    repo: &Snapshot,
    signal: &'static str,
    LeftOut { file, ignored, shown, named }: LeftOut,
) -> Option<Finding> {
    let kept = format!("{file}, which holds the settings and is kept out of the repository ({})", ignored.path);
    let remedy = format!("Commit an example of {file} with harmless values, and name it in the README.");
    Some(match (shown, named) {
        (Some(shown), _) => {
            Finding::met(signal, format!("{} shows what stands in {kept}.", shown.path), shown.place(repo))
        }
        (None, Some(named)) => {
            let summary = format!("{} speaks of {kept}, but does not show all that stands in it.", named.path);
            Finding::partly(
                signal,
                summary,
                Evidence::or_absence([named.place(repo), ignored.place(repo)], repo.head()),
            )
            .remedy(remedy)
        }
        (None, None) => {
            let summary = format!("Nothing says what stands in {kept}.");
            Finding::not_met(signal, summary, ignored.place(repo)).remedy(remedy)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::super::environment::examine;
    use crate::Outcome::{self, Met, NotApplicable, NotMet, Partly};
    use crate::snapshot::fixture::Fixture;

    const SPRING: &str = "dependencies {\n    implementation 'org.springframework.boot:spring-boot-starter-web'\n}\n";
    const CONTROLLER: &str = "@RestController class A { @GetMapping(\"/a\") String a() { return \"\"; } }\n";
    const PROPERTIES: &str = "src/main/resources/application.properties";

    fn spring(files: &[(&str, &str)]) -> (Outcome, String) {
        let repo = Fixture::new().file("build.gradle", SPRING).file("src/main/java/A.java", CONTROLLER);
        let finding = examine(&files.iter().fold(repo, |repo, (path, text)| repo.file(path, text)).snapshot());
        (finding.outcome(), finding.summary().to_owned())
    }

    #[test]
    fn a_setting_without_a_value_is_to_be_documented() {
        let url = "spring.datasource.url=jdbc:postgresql://localhost/shop\n";
        let open = format!("{url}spring.datasource.username=\nspring.datasource.password =\n");
        let of = |readme: &str, settings: &str| spring(&[("README.md", readme), (PROPERTIES, settings)]);
        let (found, summary) = of("# Shop\n", &open);
        assert_eq!(found, NotMet, "{summary}");
        assert!(summary.contains("`spring.datasource.username` and `spring.datasource.password`"), "{summary}");
        let shown = "# Shop\n\n    spring.datasource.username=shop\n    spring.datasource.password=shop\n";
        assert_eq!(of(shown, &open).0, Met);
        assert_eq!(of("# Shop\n\nSet SPRING_DATASOURCE_USERNAME.\n", &open).0, Partly);
        for settled in [
            format!("{url}spring.datasource.username=shop\nspring.datasource.password=\n"),
            "spring.datasource.url=jdbc:h2:mem:shop\nspring.datasource.username=\n".to_owned(),
            format!("{url}server.error.path=\n"),
        ] {
            assert_eq!(of("# Shop\n", &settled).0, NotApplicable, "{settled}");
        }
        let profile = (
            "src/main/resources/application-dev.properties",
            "spring.datasource.username=shop\nspring.datasource.password=shop\n",
        );
        assert_eq!(spring(&[("README.md", "# Shop\n"), (PROPERTIES, &open), profile]).0, NotApplicable);
    }

    #[test]
    fn a_stand_in_is_no_value_and_shows_what_is_meant() {
        let settings = "{\n  \"Jwt\": {\n    \"Secret\": \"your-secret-key\",\n    \"Hours\": 60\n  },\n  \"Smtp\": {\n    \"Host\": \"smtp.yourdomain.com\"\n  }\n}\n";
        let of = |readme: &str| {
            let code = "var app = WebApplication.Create();\napp.MapGet(\"/a\", () => \"\");\n";
            let repo =
                Fixture::new().file("Program.cs", code).file("appsettings.json", settings).file("README.md", readme);
            examine(&repo.snapshot())
        };
        let partly = of("# Shop\n\n```json\n{\n  \"Jwt\": {\n    \"Secret\": \"...\"\n  }\n}\n```\n");
        assert_eq!(partly.outcome(), Partly, "{}", partly.summary());
        assert!(partly.summary().ends_with("Missing: `Smtp:Host`."), "{}", partly.summary());
        assert_eq!(of("# Shop\n\nSet `Jwt:Secret` and `Smtp__Host`.\n").outcome(), Met);
        assert_eq!(of("# Shop\n\nIts secret is yours, its host as well.\n").outcome(), NotApplicable);
    }

    #[test]
    fn a_sentence_that_names_all_keys_above_a_setting_documents_it() {
        let settings = "{\n  \"ConnectionStringsData\": {\n    \"ShopDb\": {\n      \"Server\": \"\",\n      \"Password\": \"\"\n    }\n  }\n}\n";
        let of = |readme: &str| {
            let code = "var app = WebApplication.Create();\napp.MapGet(\"/a\", () => \"\");\n";
            let repo =
                Fixture::new().file("Program.cs", code).file("appsettings.json", settings).file("README.md", readme);
            examine(&repo.snapshot()).outcome()
        };
        assert_eq!(of("# Shop\n\nSet the values of `ShopDb` in `ConnectionStringsData`.\n"), Met);
        assert_eq!(of("# Shop\n\nSet the values in `ConnectionStringsData`.\n"), NotMet);
    }

    #[test]
    fn a_connection_string_that_is_asked_for_is_a_setting() {
        let of = |settings: &str, readme: &str| {
            let code = "var app = WebApplication.Create();\nvar a = configuration.GetConnectionString(\"Shop\");\nvar b = configuration.GetConnectionString(\"Cache\") ?? \"localhost\";\napp.MapGet(\"/a\", () => \"\");\n";
            let repo =
                Fixture::new().file("Program.cs", code).file("appsettings.json", settings).file("README.md", readme);
            examine(&repo.snapshot()).outcome()
        };
        let named = |value: &str| format!("{{\n  \"ConnectionStrings\": {{\n    \"Shop\": \"{value}\"\n  }}\n}}\n");
        let shown = "# Shop\n\n```json\n{\n  \"ConnectionStrings\": {\n    \"Shop\": \"yours\"\n  }\n}\n```\n";
        let other = "{\n  \"Logging\": {\n    \"Level\": \"Warning\"\n  }\n}\n";
        assert_eq!(of(other, "# Shop\n"), NotMet);
        assert_eq!(of(other, shown), Met);
        for filled_up in ["Shop", "sample", "YourConnectionString"] {
            assert_eq!(of(&named(filled_up), shown), Met, "{filled_up}");
        }
        assert_eq!(of(&named("Server=localhost"), shown), NotApplicable);
    }

    #[test]
    fn the_readme_may_show_settings_of_spring_that_are_nowhere_else() {
        let of = |readme: &str| spring(&[("README.md", readme), (PROPERTIES, "server.port=1\n")]).0;
        let shown =
            "# Shop\n\n    spring.data.mongodb.host=a\n    spring.data.mongodb.port=1\n    spring.rabbitmq.host=b\n";
        assert_eq!(of(shown), Met);
        assert_eq!(of("# Shop\n\n    spring.profiles.active=dev\n"), NotApplicable);
    }

    #[test]
    fn a_file_that_is_kept_out_is_to_be_shown() {
        let ignored = (".gitignore", "target/\nsrc/main/resources/application.properties\n");
        let of = |readme: &str| spring(&[("README.md", readme), ignored]);
        assert_eq!(
            of("# Shop\n\nMake application.properties:\n\n```\nspring.datasource.url=jdbc:mysql://a\n```\n").0,
            Met
        );
        assert_eq!(of("# Shop\n\nMake application.properties first.\n").0, Partly);
        let (found, summary) = of("# Shop\n");
        assert_eq!(found, NotMet, "{summary}");
        assert!(summary.contains("src/main/resources/application.properties"), "{summary}");
        let tracked = (PROPERTIES, "server.port=1\n");
        assert_eq!(spring(&[("README.md", "# Shop\n"), ignored, tracked]).0, NotApplicable);
        let compose =
            ("docker-compose.yml", "services:\n  a:\n    environment:\n      SPRING_DATASOURCE_URL: jdbc:mysql://a\n");
        assert_eq!(spring(&[("README.md", "# Shop\n"), ignored, compose]).0, NotApplicable);
    }
}
