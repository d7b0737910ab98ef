//! What files of settings say about tasks: Spring's, Symfony's and Sidekiq's.

use crate::paths;
use crate::{Place, Snapshot};

/// What was found, and where.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) retry: Option<Place>,
    pub(super) pause: bool,
    pub(super) dead_letter: Option<Place>,
    /// How often a task is tried, where the code tells Delayed Job, and where.
    pub(super) tries: Option<(u32, Place)>,
}

impl Settings {
    pub(super) fn of(repo: &Snapshot) -> Self {
        let mut settings = Settings::default();
        for (file, text) in repo.tree().own_texts().filter(|(file, _)| is_settings(&file.path)) {
            let mut above: Vec<(usize, String)> = Vec::new();
            for (line, words) in (1_u32..).zip(text.lines()) {
                let Some((key, value)) = words.split_once([':', '=']) else { continue };
                let indent = key.len() - key.trim_start().len();
                let (key, value) = (key.trim().to_ascii_lowercase().replace(['-', '_'], ""), value.trim());
                if key.starts_with('#') {
                    continue;
                }
                above.retain(|(outer, _)| *outer < indent);
                let is_of_others = is_of_others(above.iter().map(|(_, key)| key.as_str()).chain([key.as_str()]));
                above.push((indent, key.clone()));
                if is_of_others {
                    continue;
                }
                let place = || Place::lines(repo.head(), file.path.as_str(), line, line);
                let last = key.rsplit('.').next().unwrap_or_default();
                if matches!(last, "retrystrategy" | "maxretries" | "maxattempts") || key.ends_with("retry.enabled") {
                    settings.retry.get_or_insert_with(place);
                }
                settings.pause |= matches!(last, "multiplier" | "delay" | "initialinterval" | "retrystrategy");
                let names_queue =
                    matches!(last, "failuretransport" | "deadletterqueuename" | "deadletterexchange" | "dlqname");
                let switches = matches!(last, "enabledlq" | "autobinddlq" | "republishtodlq") && value == "true";
                if names_queue && !value.is_empty() || switches {
                    settings.dead_letter.get_or_insert_with(place);
                }
            }
        }
        settings.read_delayed_job(repo);
        settings
    }

    /// What an initializer tells Delayed Job: `Delayed::Worker.max_attempts = 5`.
    fn read_delayed_job(&mut self, repo: &Snapshot) {
        let ruby = repo
            .tree()
            .own_texts()
            .filter(|(file, text)| file.path.ends_with(".rb") && text.contains("Delayed::Worker."));
        for (file, text) in ruby.filter(|(file, _)| !paths::is_aside(&file.path)) {
            for (line, words) in (1_u32..).zip(text.lines()) {
                let said = words.trim_start().strip_prefix("Delayed::Worker.").and_then(|said| said.split_once('='));
                let Some((name, value)) = said else { continue };
                let place = || Place::lines(repo.head(), file.path.as_str(), line, line);
                let value = value.split('#').next().unwrap_or_default().trim();
                match name.trim() {
                    "max_attempts" => self.tries = value.parse().ok().map(|tries| (tries, place())),
                    "destroy_failed_jobs" if value == "false" => self.dead_letter = Some(place()),
                    _ => {}
                }
            }
        }
    }
}

/// Whether a key, given with those around it, is about calls and requests, and not about tasks.
fn is_of_others<'a>(keys: impl Iterator<Item = &'a str>) -> bool {
    const OTHERS: &[&str] =
        &["resilience4j", "feign", "gateway", "datasource", "httpclient", "webclient", "redis", "eureka"];
    let mut words = keys.flat_map(|key| key.split('.'));
    words.any(|word| OTHERS.contains(&word))
}

fn is_settings(path: &str) -> bool {
    let name = paths::name(path);
    let ends = [".yml", ".yaml", ".properties"].iter().any(|end| name.ends_with(end));
    ends && (name.starts_with("application") || name.starts_with("messenger") || name.starts_with("sidekiq"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn what_is_set_for_calls_is_nothing_of_tasks() {
        let retries = |path: &str, text: &str| {
            let settings = Settings::of(&Fixture::new().file(path, text).snapshot());
            (settings.retry.is_some(), settings.pause)
        };
        let of_calls =
            "resilience4j:\n  retry:\n    instances:\n      billing:\n        maxAttempts: 3\n        delay: 1s\n";
        assert_eq!(retries("application.yml", of_calls), (false, false));
        let of_tasks = "spring:\n  rabbitmq:\n    listener:\n      simple:\n        retry:\n          max-attempts: 3\n          multiplier: 2\n";
        assert_eq!(retries("application.yml", of_tasks), (true, true));
        assert_eq!(retries("application.yml", &format!("{of_calls}{of_tasks}")), (true, true));
        let line = "spring.rabbitmq.listener.simple.retry.max-attempts=3\n";
        assert_eq!(retries("application.properties", line), (true, false));
        assert_eq!(
            retries("application.properties", &line.replace("spring.rabbitmq.listener.simple", "resilience4j")),
            (false, false)
        );
    }

    #[test]
    fn what_an_initializer_tells_delayed_job_is_read() {
        let text = "Delayed::Worker.destroy_failed_jobs = false\nDelayed::Worker.max_attempts = 5 # tries\n# Delayed::Worker.max_attempts = 1\n";
        let repo = Fixture::new().file("config/initializers/delayed_job.rb", text).snapshot();
        let settings = Settings::of(&repo);
        assert_eq!(settings.tries.map(|(tries, place)| (tries, place.lines)), Some((5, Some((2, 2)))));
        assert!(settings.dead_letter.is_some());
    }
}
