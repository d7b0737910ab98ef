//! What files of settings say about tasks: Spring's, Symfony's and Sidekiq's.

use crate::paths;
use crate::{Place, Snapshot};

/// What was found, and where.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) retry: Option<Place>,
    pub(super) pause: bool,
    pub(super) dead_letter: Option<Place>,
}

impl Settings {
    pub(super) fn of(repo: &Snapshot) -> Self {
        let mut settings = Settings::default();
        for (file, text) in repo.tree().own_texts().filter(|(file, _)| is_settings(&file.path)) {
            for (line, words) in (1_u32..).zip(text.lines().map(str::trim)) {
                let Some((key, value)) = words.split_once([':', '=']) else { continue };
                let (key, value) = (key.trim().to_ascii_lowercase().replace(['-', '_'], ""), value.trim());
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
        settings
    }
}

fn is_settings(path: &str) -> bool {
    let name = paths::name(path);
    let ends = [".yml", ".yaml", ".properties"].iter().any(|end| name.ends_with(end));
    ends && (name.starts_with("application") || name.starts_with("messenger") || name.starts_with("sidekiq"))
}
