//! The files of settings on GitHub: which are read for a request, and what is said about them.

use std::time::Duration;

use foliolens_analyzers::code::own::{LARGEST, OwnFile, OwnSignal};

use super::command::{Review, Target};
use super::pipeline::{Reviewer, failure, stored};
use super::request::Place;
use super::settings::Settings;
use super::words::{fill, words};
use crate::config::effective::{Effective, Layers, Operator, Said};
use crate::config::suppress::today;
use crate::config::wishes::{Whose, Wishes, masked};
use crate::config::{Area, Only, Profile};
use crate::github::repositories::File;
use crate::github::{GitHubError, RepoName, Site};
use crate::queue::Failure;
use crate::report::Markdown;
use crate::report::safe::Value;
use crate::sandbox::Ask;
use crate::sandbox::protocol::Done;
use crate::sandbox::rules::{Trial, Tried};
use crate::store::jobs::Claimed;

/// In the owner's repository `.github`.
const ORGANISATION: &str = "foliolens.toml";
/// In the repository of the request, and in the one under review.
pub const REPOSITORY: &str = ".github/foliolens.toml";

/// Whether files with rules are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rules {
    Read,
    Leave,
}

/// What the files for a place say.
#[derive(Debug, Clone, Default)]
pub struct Files {
    organisation: Wishes,
    repository: Wishes,
    /// Sound rules of the organisation's own.
    rules: Vec<OwnFile>,
    /// Their signals.
    own: Vec<OwnSignal>,
    /// One that GitHub does not let us read.
    forbidden: Option<String>,
}

impl Reviewer {
    /// Reads the files for `place`, as long as it is where it was asked for.
    pub(super) async fn files(&self, job: &Claimed, place: &Place) -> Result<Files, Failure> {
        let mut files = self.files_with(job, place, Rules::Read).await?;
        files.repository.know(&files.own, &of_repository(place));
        let days = files.organisation.retention_days.map(|days| Duration::from_secs(days * 24 * 60 * 60));
        self.store.keep_for(place.installation.0, days).await.map_err(stored)?;
        Ok(files)
    }

    /// The same without rules, which say nothing of who may ask: nobody who waits for that waits for them.
    pub(super) async fn files_without_rules(&self, job: &Claimed, place: &Place) -> Result<Files, Failure> {
        self.files_with(job, place, Rules::Leave).await
    }

    async fn files_with(&self, job: &Claimed, place: &Place, rules: Rules) -> Result<Files, Failure> {
        let repository = self.github.file(place.site(), REPOSITORY);
        let (stays, organisation, repository) =
            tokio::join!(self.begin_anew_if_moved(job, place), self.organisations_files(place, rules), repository);
        stays?;
        let mut files = organisation?;
        if let Some(file) = repository.map_err(failure)? {
            let name = of_repository(place);
            files.note(&file, &name);
            files.repository = wishes(file, Whose::Repository, &name);
        }
        Ok(files)
    }

    /// The same of the owner alone.
    pub(super) async fn settings_of_owner(&self, place: &Place) -> Result<Files, Failure> {
        self.organisations_files(place, Rules::Leave).await
    }

    /// Those of the owner of `place`.
    async fn organisations_files(&self, place: &Place, rules: Rules) -> Result<Files, Failure> {
        let owner = place.repository.owner();
        let mut files = Files::default();
        let Ok(shared) = format!("{owner}/.github").parse::<RepoName>() else { return Ok(files) };
        let name = format!("{ORGANISATION} of {owner}/.github");
        let found = match self.github.shown(place.installation, &shared).await {
            Ok(Some(found)) if same(&found.full_name.to_string(), &shared.to_string()) => found,
            Ok(_) => return Ok(files),
            Err(GitHubError::Forbidden) => {
                files.note(&File::Forbidden, &name);
                files.organisation = Wishes::forbidden(&name);
                return Ok(files);
            }
            Err(error) => return Err(failure(error)),
        };
        // What is public need not have installed the app: any token reads it, and one for it alone may not be had.
        let id = if found.private { found.id } else { place.id };
        let shared = Site { installation: place.installation, id, name: &shared };
        let Some(file) = self.github.file(shared, ORGANISATION).await.map_err(failure)? else { return Ok(files) };
        files.note(&file, &name);
        files.organisation = wishes(file, Whose::Organisation, &name);
        if rules == Rules::Leave {
            return Ok(files);
        }
        for path in files.organisation.rules.clone().unwrap_or_default() {
            let file = self.github.file(shared, &path).await.map_err(failure)?;
            let name = format!("{path} of {owner}/.github");
            match file {
                Some(File::Text(text)) => files.rules.push(OwnFile { name, text }),
                Some(File::TooLarge) => {
                    let most = LARGEST >> 10;
                    files.organisation.wrong.push(format!("{name}: it is larger than {most} KiB."));
                }
                Some(File::Forbidden) => {
                    files.organisation.wrong.push(format!("{name}: GitHub does not let the app read it."));
                }
                None => files.organisation.wrong.push(format!("{name}: there is no such file.")),
            }
        }
        self.try_rules(&mut files, &name).await?;
        files.organisation.know(&files.own, &name);
        Ok(files)
    }

    /// Leaves of the rules that the file `name` brings those that are sound together and do what their examples say, and
    /// says what is wrong with the others. In a child: a pattern may take for ever.
    async fn try_rules(&self, files: &mut Files, name: &str) -> Result<(), Failure> {
        if files.rules.is_empty() {
            return Ok(());
        }
        let (memory_mib, time) = (self.settings.examine_mib, self.settings.examine_time);
        let trial = Trial { files: std::mem::take(&mut files.rules), memory_mib, seconds: time.as_secs() };
        let rules = trial.files.clone();
        let wrong = match self.done(&self.cage(time), Ask::Rules(trial)).await? {
            Ok(Done::Tried(Tried { sound, signals, wrong })) => {
                files.rules = rules.into_iter().filter(|file| sound.contains(&file.name)).collect();
                files.own = signals;
                wrong
            }
            Ok(_) => return Err(Failure::Retry(anyhow::anyhow!("the child answered something else"))),
            Err(reason) => {
                let reason = reason.sentence();
                vec![format!("{name}: `rules` is not followed: when they were tried on their examples, {reason}.")]
            }
        };
        files.organisation.wrong.extend(wrong.iter().map(|sentence| masked(sentence)));
        Ok(())
    }
}

impl Files {
    /// Notes whether `file` of that name is one that GitHub does not let us read.
    fn note(&mut self, file: &File, name: &str) {
        if *file == File::Forbidden {
            self.forbidden = Some(name.to_owned());
        }
    }

    /// A file that GitHub does not let us read. Nobody knows what it locks and forbids, so that nothing is reviewed.
    pub(super) fn kept_from_us(&self) -> Option<&str> {
        self.forbidden.as_deref()
    }

    /// What is in force for reviewing `target` as `review` asks, in `place`.
    pub(super) fn settle(&self, settings: &Settings, place: &Place, review: &Review, target: &RepoName) -> Effective {
        let is_here = same(&target.to_string(), &place.repository.to_string());
        let areas: Vec<Only> = review.only.iter().filter_map(|area| area.parse().ok()).collect();
        let trial = |is_trial| if is_trial { Profile::Trial } else { Profile::Backend };
        Layers {
            profile: review.trial.map(trial),
            areas: (!areas.is_empty()).then_some(areas),
            // What is under review says nothing about how; what it suppresses is read from the commit itself.
            repository: (!is_here).then_some(&self.repository),
            organisation: Some(&self.organisation),
            is_their_own: !place.is_organisation && same(target.owner(), place.repository.owner()),
            operator: Operator {
                ask: settings.ask,
                review_pushes: settings.review_pushes,
                public_targets: settings.public_targets,
                retention_days: settings.retention.as_secs() / (24 * 60 * 60),
            },
            today: today(),
        }
        .settle()
    }

    /// The same for a request as a whole: of its first target, else of the repository in which it stands.
    pub(super) fn settle_request(&self, settings: &Settings, place: &Place, review: Option<&Review>) -> Effective {
        let nothing = Review::default();
        let first = review.and_then(|review| review.targets.first());
        let target = match (review, first) {
            (Some(_), None) => Some(place.repository.clone()),
            (Some(_), Some(Target::Repository(name))) => Some(name.clone()),
            // Somebody else's, whatever it is called.
            _ => "someone/else".parse().ok(),
        };
        let target = target.unwrap_or_else(|| place.repository.clone());
        self.settle(settings, place, review.unwrap_or(&nothing), &target)
    }

    /// The organisation's own rules for reviewing `target`, and what is said of them. What is under review brings none,
    /// and nobody changes the rules for their own repository.
    pub(super) fn rules(&self, place: &Place, target: &RepoName) -> (Vec<OwnFile>, Option<String>) {
        let owner = place.repository.owner();
        let brings_them = target.to_string().eq_ignore_ascii_case(&format!("{owner}/.github"));
        let is_their_own = !place.is_organisation && target.owner().eq_ignore_ascii_case(owner);
        if self.rules.is_empty() {
            (Vec::new(), None)
        } else if brings_them || is_their_own {
            let why = "`rules` is not followed: nobody brings rules for their own repository.";
            (Vec::new(), Some(why.to_owned()))
        } else {
            let said = format!(
                "Rules of {owner}'s own are in force; what they say is marked, and changes no grade of foliolens."
            );
            (self.rules.clone(), Some(said))
        }
    }

    /// The signals of the organisation's own rules.
    pub(super) fn own(&self) -> &[OwnSignal] {
        &self.own
    }

    /// The first area that `review` names and nobody has: neither we nor the organisation's own rules.
    pub(super) fn unknown_area<'a>(&self, review: &'a Review) -> Option<&'a str> {
        let own = areas_of(&self.own);
        let is_known = |area: &String| area.parse::<Area>().is_ok() || own.contains(&area.as_str());
        review.only.iter().find(|area| !is_known(area)).map(String::as_str)
    }

    /// What `/review config` says.
    pub(super) fn explained(&self, settings: &Settings, place: &Place) -> Markdown {
        let effective = self.settle_request(settings, place, None);
        let limits = [
            ("repositories of a portfolio", settings.portfolio.to_string()),
            ("reviews of a person within a day", settings.per_person.to_string()),
            ("reviews within a day", settings.per_installation.to_string()),
        ];
        let limits = limits.map(|(name, value)| (name, value, "whoever runs the app".to_owned()));
        let rules = self.rules.iter().map(|file| ("rules", file.name.clone(), words().rules_run.clone()));
        explained(&effective, limits.into_iter().chain(rules))
    }
}

/// What is in force, and `more` besides: names, values, and who has said them. Public, so that fuzzing (`tests/fuzz`) can
/// try it.
pub fn explained(effective: &Effective, more: impl IntoIterator<Item = (&'static str, String, String)>) -> Markdown {
    let lock = if effective.suppress_is_locked { ", locked" } else { "" };
    let mut suppressed: Vec<(String, Said)> = effective
        .suppressed
        .iter()
        .map(|(what, said)| {
            let (what, why) = what.written();
            (format!("{what} as {why}"), *said)
        })
        .collect();
    if effective.suppress_is_locked && suppressed.is_empty() {
        suppressed.push(("nothing".to_owned(), Said::Organisation));
    }
    let suppressed = suppressed.into_iter().map(|(value, said)| ("suppress", value, format!("{said}{lock}")));
    let rows = effective.rows().into_iter().chain(more).chain(suppressed).map(|(name, value, said)| {
        let value = shortened(&value);
        let values = [("name", Value::Text(name)), ("value", Value::Code(&value)), ("said", Value::Text(&said))];
        Markdown::fill(&words().config_row, &values)
    });
    let wrong = effective.wrong.iter().map(|wrong| fill(&words().config_wrong, &[("wrong", wrong)]));
    let rows = Markdown::joined(rows.chain(wrong), "\n");
    Markdown::fill(&words().config, &[("rows", Value::Safe(&rows))])
}

/// What the file in the repository of the request is called.
fn of_repository(place: &Place) -> String {
    format!("{REPOSITORY} of {}", place.repository)
}

/// What `file` of that name asks for.
fn wishes(file: File, whose: Whose, name: &str) -> Wishes {
    match file {
        File::Text(text) => Wishes::read(&text, whose, name),
        File::TooLarge => Wishes::too_large(name),
        File::Forbidden => Wishes::forbidden(name),
    }
}

/// Whether that is one name, as GitHub compares them.
fn same(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
}

/// As much of a value as one line shows.
fn shortened(value: &str) -> String {
    const LONGEST: usize = 500;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// The names of the areas under which `own` signals are reported.
pub(super) fn areas_of(own: &[OwnSignal]) -> Vec<&str> {
    own.iter().map(|signal| signal.area.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::github::repositories::Permission;

    #[test]
    fn of_each_key_it_is_said_that_it_is_locked() {
        const KEYS: [&str; 8] =
            ["profile", "areas", "weights", "brief", "ask", "review_on", "public_targets", "suppress"];
        let explained = |file: &str| {
            let organisation = Wishes::read(file, Whose::Organisation, ORGANISATION);
            assert_eq!(organisation.wrong, Vec::<String>::new());
            let layers = Layers {
                profile: None,
                areas: None,
                repository: None,
                organisation: Some(&organisation),
                is_their_own: false,
                operator: Operator {
                    ask: Permission::Write,
                    review_pushes: false,
                    public_targets: true,
                    retention_days: 90,
                },
                today: 20_781,
            };
            super::explained(&layers.settle(), []).to_string()
        };
        for key in KEYS {
            let said = explained(&format!("lock = [\"{key}\"]"));
            let locked: Vec<&str> = said.lines().filter(|line| line.contains(", locked")).collect();
            let name = key.replace('_', "\\_");
            assert!(locked.len() == 1 && locked[0].starts_with(&format!("- {name}: ")), "{key}: {said}");
        }
        let entry = "[[suppress]]\nsignal = \"tests.in-ci\"\nreason = \"elsewhere\"\n";
        let said = explained(&format!("lock = [\"suppress\"]\n{entry}"));
        assert!(said.contains("tests.in-ci as elsewhere` (foliolens.toml in the owner's .github, locked)"), "{said}");
        let said = explained(entry);
        assert!(said.contains("(foliolens.toml in the owner's .github)") && !said.contains("locked"), "{said}");
    }
}
