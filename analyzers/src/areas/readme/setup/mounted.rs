//! Packages that a fresh clone does not have, where the folder of the project takes the place of what an image holds.

use super::Steps;
use super::gaps::Gap;
use super::references::{composed_by, line_of};
use crate::areas::tests::pipelines::is_pipeline;

/// The folder of the project that Compose mounts into a container of PHP, where nothing in the whole repository installs the
/// packages of Composer.
pub(super) fn packages(steps: &Steps<'_>) -> Option<Gap> {
    // What makes other packages, or Composer's own image, may bring them as well.
    const INSTALLS: &[&str] =
        &["composer install", "composer i", "composer update", "composer require", "composer.phar", "create-project"];
    const IMAGES: &[&str] = &["image: composer", "laravelsail", "image: bitnami", "image: webdevops"];
    let repo = steps.repo;
    let manifest = repo.text("composer.json").filter(|text| text.contains("\"require\""))?;
    let (_, start) = steps.start.first()?;
    // A script of the project may be what brings it up.
    let says_compose = |text: &str| text.contains("docker-compose") || text.contains("docker compose");
    let is_script = || {
        let program = start.text.split_whitespace().next().unwrap_or_default();
        repo.text(program.trim_start_matches("./")).is_some_and(says_compose)
    };
    let (path, text) = (says_compose(&start.text) || is_script()).then(|| composed_by(repo, &start.text)).flatten()?;
    let mounts =
        |line: &str| ["- .:/", "- ./:/", "- \".:/", "- './:/"].iter().any(|it| line.trim_start().starts_with(it));
    let mount = text.lines().find(|line| mounts(line))?;
    let has_packages = !repo.tree().below("vendor").is_empty() || manifest.contains("\"vendor-dir\"");
    let ways = [INSTALLS, IMAGES].concat();
    let is_said = || {
        let mut others = repo.tree().own_texts().filter(|(file, _)| !is_pipeline(&file.path));
        others.any(|(_, text)| ways.iter().any(|way| text.contains(way)))
    };
    if has_packages || is_said() {
        return None;
    }
    Some(Gap {
        what: format!("{path} runs it from the folder of the project, in which no step installs its packages"),
        place: Some(line_of(repo, path, text, mount)),
        remedy: format!("Add the command that installs the packages to {}, such as `composer install`.", steps.path()),
    })
}

#[cfg(test)]
mod tests {
    use crate::Outcome;
    use crate::areas::readme::setup::examine;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn packages_of_a_mounted_folder_have_to_be_installed() {
        let of = |volume: &str, dockerfile: &str| {
            let compose = format!(
                "services:\n  app:\n    build: ./docker\n    volumes:\n      - {volume}\n  db:\n    image: mysql:8\n"
            );
            let repo = Fixture::new()
                .file("README.md", "# Shop\n\n## Setup\n\n```sh\ndocker compose up -d\n```\n")
                .file("composer.json", "{\"require\": {\"symfony/framework-bundle\": \"6.3.*\"}}\n")
                .file(
                    "src/Controller/ItemController.php",
                    "<?php\nclass ItemController {\n    #[Route('/items', methods: ['GET'])]\n    public function all() {}\n}\n",
                )
                .file("docker/Dockerfile", dockerfile)
                .file("docker-compose.yml", &compose);
            let finding = examine(&repo.snapshot());
            (finding.outcome(), finding.summary().contains("no step installs its packages"))
        };
        let bare = "FROM php:8.2-fpm\n";
        assert_eq!(of("./:/var/www", bare), (Outcome::Partly, true));
        assert!(!of("./:/var/www", "FROM php:8.2-fpm\nCMD composer install && php-fpm\n").1);
        assert!(!of("./logs:/var/log", bare).1);
    }
}
