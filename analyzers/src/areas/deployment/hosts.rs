//! Files of hosts and process managers that only a look inside tells: Firebase's and PM2's.

use serde_json::Value;

use crate::Snapshot;
use crate::paths;

/// What a deployment to Firebase brings there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ships {
    /// Functions: code that answers.
    Functions,
    /// Pages.
    Pages,
    /// The rules and indexes of its databases.
    Rules,
}

/// Whether `path` names the project of the `firebase.json` beside it.
pub(super) fn names_project(repo: &Snapshot, path: &str) -> bool {
    let described = paths::join(paths::folder(path), "firebase.json");
    paths::name(path) == ".firebaserc" && described.and_then(|described| firebase(repo.text(&described)?)).is_some()
}

/// What Firebase is given by the text of a `firebase.json`.
pub(super) fn firebase(text: &str) -> Option<Ships> {
    let described = serde_json::from_str::<Value>(text).ok()?;
    let has = |keys: &[&str]| keys.iter().any(|key| described.get(key).is_some());
    if has(&["functions", "apphosting"]) {
        return Some(Ships::Functions);
    }
    let has_rules = || has(&["firestore", "database", "storage"]).then_some(Ships::Rules);
    has(&["hosting"]).then_some(Ships::Pages).or_else(has_rules)
}

/// Whether PM2 reads it: by its name, or where others have it as well, by what it lists.
pub(super) fn is_of_pm2(name: &str, text: &str) -> bool {
    const ENDS: &[&str] = &["js", "cjs", "mjs", "ts", "json", "yml", "yaml"];
    let Some((stem, end)) = name.rsplit_once('.') else { return false };
    let lists = || text.contains("apps") && text.contains("script");
    ENDS.contains(&end)
        && (matches!(stem, "ecosystem.config" | "pm2.config")
            || matches!(stem, "ecosystem" | "pm2" | "process" | "processes") && lists())
}

#[cfg(test)]
mod tests {
    use super::is_of_pm2;
    use crate::Outcome::{self, Met, NotMet, Partly};
    use crate::areas::deployment::reproducible;
    use crate::snapshot::fixture::Fixture;

    fn outcome(files: &[(&str, &str)]) -> (Outcome, serde_json::Value) {
        let fixture = Fixture::new().file("api/app.js", "require('express')().listen(1)\n");
        let repo = files.iter().fold(fixture, |fixture, (path, text)| fixture.file(path, text)).snapshot();
        let finding = reproducible::finding(&repo);
        (finding.outcome(), finding.facts()["files"].clone())
    }

    #[test]
    fn what_firebase_is_given_says_how_much_of_the_project_runs_there() {
        let of = |key: &str| outcome(&[("firebase.json", &format!(r#"{{"{key}": {{}}}}"#)), (".firebaserc", "{}")]);
        let both = serde_json::json!([".firebaserc", "firebase.json"]);
        assert_eq!(of("functions"), (Met, both.clone()));
        assert_eq!(of("firestore"), (Partly, both));
        assert_eq!(of("emulators"), (NotMet, serde_json::json!([])));
    }

    #[test]
    fn files_of_pm2_by_name_or_by_what_they_list() {
        let apps = r#"{"apps": [{"name": "web", "script": "build/server.js"}]}"#;
        assert!(is_of_pm2("ecosystem.config.json", apps) && is_of_pm2("process.json", apps));
        assert!(!is_of_pm2("process.json", "{}") && !is_of_pm2("process.py", apps));
        assert_eq!(outcome(&[("ecosystem.config.json", apps)]).0, Met);
    }
}
