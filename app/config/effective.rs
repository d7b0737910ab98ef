//! What is in force for a request on GitHub, and where each value comes from: the comment over the repository in which
//! it stands, over the organisation, over whoever runs the app. What the organisation locks, only it says.

use std::collections::BTreeMap;
use std::fmt;

use foliolens_analyzers::brief::Item;

use super::flags::{Only, Profile};
use super::suppress::{self, What};
use super::wishes::{Key, Occasion, Wishes};
use crate::github::repositories::Permission;

/// Who has said a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// The comment.
    Comment,
    /// `.github/foliolens.toml` of the repository.
    Repository,
    /// `foliolens.toml` in the organisation's `.github`.
    Organisation,
    /// Whoever runs the app.
    Operator,
    /// Nobody.
    Default,
}

impl fmt::Display for Said {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Said::Comment => "the comment",
            Said::Repository => "this repository's .github/foliolens.toml",
            Said::Organisation => "foliolens.toml in the owner's .github",
            Said::Operator => "whoever runs the app",
            Said::Default => "default",
        })
    }
}

/// A value in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known<T> {
    /// The value.
    pub value: T,
    /// Who has said it.
    pub said: Said,
    /// Whether nobody below the organisation may say otherwise.
    pub is_locked: bool,
}

/// What is in force.
#[derive(Debug, Clone)]
pub struct Effective {
    /// What the repository is reviewed as.
    pub profile: Known<Profile>,
    /// The areas to report on; empty for all.
    pub areas: Known<Vec<Only>>,
    /// Weights that differ from the rubric's.
    pub weights: Known<BTreeMap<String, u32>>,
    /// What one must be allowed to do to ask.
    pub ask: Known<Permission>,
    /// What is reviewed without being asked for.
    pub review_on: Known<Vec<Occasion>>,
    /// Whether public repositories are reviewed that have not installed the app.
    pub public_targets: Known<bool>,
    /// Days for which everything is kept.
    pub retention_days: Known<u64>,
    /// What a trial asks for; empty for the usual.
    pub brief: Known<Vec<Item>>,
    /// What needs no action, as the organisation and the repository of the request say.
    pub suppressed: Vec<(What, Said)>,
    /// Whether the repository under review may not suppress anything.
    pub suppress_is_locked: bool,
    /// What could not be read, and what was not followed.
    pub wrong: Vec<String>,
}

/// What everybody has said.
#[derive(Debug, Clone)]
pub struct Layers<'a> {
    /// In the comment.
    pub profile: Option<Profile>,
    /// In the comment.
    pub areas: Option<Vec<Only>>,
    /// In the repository of the request; nothing where that is under review itself.
    pub repository: Option<&'a Wishes>,
    /// In the owner's `.github`.
    pub organisation: Option<&'a Wishes>,
    /// Whether a person owns both the files and what is under review: nobody changes the rubric for themselves.
    pub is_their_own: bool,
    /// By whoever runs the app.
    pub operator: Operator,
    /// Days since 1970.
    pub today: u64,
}

/// What whoever runs the app has said.
#[derive(Debug, Clone, Copy)]
pub struct Operator {
    /// What one must be allowed to do to ask.
    pub ask: Permission,
    /// Whether pushes are reviewed.
    pub review_pushes: bool,
    /// Whether public repositories are reviewed that have not installed the app.
    pub public_targets: bool,
    /// How long everything is kept.
    pub retention_days: u64,
}

impl Layers<'_> {
    /// Settles them.
    pub fn settle(self) -> Effective {
        let nothing = Wishes::default();
        let repository = self.repository.unwrap_or(&nothing);
        let organisation = self.organisation.unwrap_or(&nothing);
        let mut settling = Settling {
            locked: &organisation.lock,
            is_their_own: self.is_their_own,
            wrong: [organisation, repository].iter().flat_map(|wishes| wishes.wrong.clone()).collect(),
        };
        let Operator { ask, review_pushes, public_targets, retention_days } = self.operator;
        let pushes = if review_pushes { vec![Occasion::Push] } else { Vec::new() };
        let r = repository.clone();
        let o = organisation.clone();
        let by_default = |days| Known { value: days, said: Said::Operator, is_locked: false };
        let retention = match o.retention_days {
            Some(days) if days < retention_days => Known { said: Said::Organisation, ..by_default(days) },
            _ => by_default(retention_days),
        };
        let suppress_is_locked = settling.is_locked(Key::Suppress);
        if suppress_is_locked && !r.suppress.is_empty() {
            settling.refuse(Key::Suppress, "the repository's");
        }
        let own = if suppress_is_locked { &[] } else { r.suppress.as_slice() };
        // The first of two that suppress the same is kept, and the repository wins.
        let by = [(own, Said::Repository), (organisation.suppress.as_slice(), Said::Organisation)];
        let in_force = |(all, said)| suppress::in_force(all, self.today).into_iter().map(move |what| (what, said));
        let mut suppressed: Vec<(What, Said)> = by.into_iter().flat_map(in_force).collect();
        suppressed.sort_by_cached_key(|(what, _)| what.written().0);
        suppressed.dedup_by_key(|(what, _)| what.written().0);
        Effective {
            profile: settling.pick(Key::Profile, self.profile, r.profile, o.profile, (Profile::Backend, Said::Default)),
            areas: settling.pick(Key::Areas, self.areas, r.areas, o.areas, (Vec::new(), Said::Default)),
            weights: settling.pick(Key::Weights, None, r.weights, o.weights, (BTreeMap::new(), Said::Default)),
            brief: settling.pick(Key::Brief, None, r.brief, o.brief, (Vec::new(), Said::Default)),
            ask: settling.pick(Key::Ask, None, r.ask, o.ask, (ask, Said::Operator)),
            review_on: settling.pick(Key::ReviewOn, None, None, o.review_on, (pushes, Said::Operator)),
            // What whoever runs the app forbids, nobody allows.
            public_targets: settling.pick(
                Key::PublicTargets,
                None,
                r.public_targets.filter(|allowed| public_targets || !allowed),
                o.public_targets.filter(|allowed| public_targets || !allowed),
                (public_targets, Said::Operator),
            ),
            retention_days: retention,
            suppressed,
            suppress_is_locked,
            wrong: settling.wrong,
        }
    }
}

struct Settling<'a> {
    locked: &'a [Key],
    is_their_own: bool,
    wrong: Vec<String>,
}

impl Settling<'_> {
    fn is_locked(&self, key: Key) -> bool {
        self.locked.contains(&key)
    }

    fn refuse(&mut self, key: Key, whose: &str) {
        self.wrong.push(format!("{whose} `{}` is not followed: the organisation has locked it.", key.name()));
    }

    fn pick<T>(
        &mut self,
        key: Key,
        comment: Option<T>,
        repository: Option<T>,
        organisation: Option<T>,
        (default, said): (T, Said),
    ) -> Known<T> {
        let is_locked = self.is_locked(key);
        let is_rubric = matches!(key, Key::Profile | Key::Areas | Key::Weights | Key::Brief);
        let (mut comment, mut repository, mut organisation) = (comment, repository, organisation);
        if self.is_their_own && is_rubric && (repository.is_some() || organisation.is_some()) {
            self.wrong
                .push(format!("`{}` is not followed: nobody changes the rules for their own repository.", key.name()));
            (repository, organisation) = (None, None);
        }
        if is_locked && comment.take().is_some() {
            self.refuse(key, "The comment's");
        }
        if is_locked && repository.take().is_some() {
            self.refuse(key, "The repository's");
        }
        let known = |value, said| Known { value, said, is_locked };
        match (comment, repository, organisation) {
            (Some(value), _, _) => known(value, Said::Comment),
            (_, Some(value), _) => known(value, Said::Repository),
            (_, _, Some(value)) => known(value, Said::Organisation),
            _ => known(default, said),
        }
    }
}

impl Effective {
    /// What the files have changed in how repositories are judged, as a sentence.
    pub fn changes(&self) -> Option<String> {
        let by_file = |said| matches!(said, Said::Repository | Said::Organisation);
        let mut changed = Vec::new();
        if by_file(self.profile.said) {
            changed.push(format!("profile {}", self.profile.value.name()));
        }
        if by_file(self.areas.said) {
            changed.push(format!("areas {}", named(&self.areas.value)));
        }
        if by_file(self.weights.said) && !self.weights.value.is_empty() {
            changed.push(format!("weights {}", weighed(&self.weights.value)));
        }
        if by_file(self.brief.said) && self.profile.value == Profile::Trial {
            changed.push(match self.brief.value.len() {
                1 => "a brief of 1 item".to_owned(),
                many => format!("a brief of {many} items"),
            });
        }
        (!changed.is_empty()).then(|| format!("Reviewed as configured where it was asked for: {}.", changed.join("; ")))
    }

    /// Each setting with its value, and who has said it.
    pub fn rows(&self) -> Vec<(&'static str, String, String)> {
        let occasions: Vec<&str> = self.review_on.value.iter().map(|_| "push").collect();
        let or_none = |text: String| if text.is_empty() { "none".to_owned() } else { text };
        let areas = if self.areas.value.is_empty() { "all".to_owned() } else { named(&self.areas.value) };
        vec![
            row("profile", self.profile.value.name().to_owned(), &self.profile),
            row("areas", areas, &self.areas),
            row("weights", or_none(weighed(&self.weights.value)), &self.weights),
            row(
                "brief",
                if self.brief.value.is_empty() { "the usual".to_owned() } else { briefed(&self.brief.value) },
                &self.brief,
            ),
            row("ask", format!("{:?}", self.ask.value).to_lowercase(), &self.ask),
            row("review_on", or_none(occasions.join(", ")), &self.review_on),
            row("public_targets", self.public_targets.value.to_string(), &self.public_targets),
            row("retention_days", self.retention_days.value.to_string(), &self.retention_days),
        ]
    }
}

fn row<T>(name: &'static str, value: String, known: &Known<T>) -> (&'static str, String, String) {
    let lock = if known.is_locked { ", locked" } else { "" };
    (name, value, format!("{}{lock}", known.said))
}

fn named(areas: &[Only]) -> String {
    areas.iter().map(Only::name).collect::<Vec<_>>().join(", ")
}

fn briefed(brief: &[Item]) -> String {
    brief.iter().map(|item| item.name.replace('`', "'")).collect::<Vec<_>>().join(", ")
}

fn weighed(weights: &BTreeMap<String, u32>) -> String {
    weights.iter().map(|(signal, weight)| format!("{signal} {weight}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::wishes::Whose;

    const OPERATOR: Operator =
        Operator { ask: Permission::Write, review_pushes: false, public_targets: true, retention_days: 90 };

    fn settle(organisation: &str, repository: &str, change: impl FnOnce(&mut Layers)) -> Effective {
        let organisation = Wishes::read(organisation, Whose::Organisation, "org");
        let repository = Wishes::read(repository, Whose::Repository, "repo");
        let mut layers = Layers {
            profile: None,
            areas: None,
            repository: Some(&repository),
            organisation: Some(&organisation),
            is_their_own: false,
            operator: OPERATOR,
            today: 20_781,
        };
        change(&mut layers);
        layers.settle()
    }

    #[test]
    fn who_is_nearer_to_the_request_wins() {
        let org = "profile = \"trial\"\nask = \"admin\"\nreview_on = [\"push\"]\n";
        let settled = settle(org, "ask = \"read\"\n", |_| {});
        assert_eq!((settled.profile.value, settled.profile.said), (Profile::Trial, Said::Organisation));
        assert_eq!((settled.ask.value, settled.ask.said), (Permission::Read, Said::Repository));
        assert_eq!((settled.public_targets.value, settled.public_targets.said), (true, Said::Operator));
        assert_eq!(settled.changes().as_deref(), Some("Reviewed as configured where it was asked for: profile trial."));
        let settled = settle(org, "", |layers| layers.profile = Some(Profile::Backend));
        assert_eq!((settled.profile.value, settled.profile.said), (Profile::Backend, Said::Comment));
    }

    #[test]
    fn what_is_locked_only_the_organisation_says() {
        let org = "profile = \"trial\"\nlock = [\"profile\", \"ask\", \"suppress\"]\n";
        let repo = "ask = \"read\"\n[[suppress]]\nsignal = \"tests.exist\"\nreason = \"accepted\"\n";
        let settled = settle(org, repo, |layers| layers.profile = Some(Profile::Backend));
        assert_eq!((settled.profile.value, settled.ask.value), (Profile::Trial, Permission::Write));
        assert!(settled.suppressed.is_empty() && settled.suppress_is_locked);
        assert_eq!(settled.wrong.len(), 3, "{:?}", settled.wrong);
        assert!(settled.rows().iter().any(|row| row.2.ends_with("owner's .github, locked")), "{:?}", settled.rows());
    }

    #[test]
    fn of_what_is_suppressed_it_is_known_who_says_so() {
        let entry = |signal: &str, why: &str| format!("[[suppress]]\nsignal = \"{signal}\"\nreason = \"{why}\"\n");
        let said = |organisation: &str, repository: &str| -> Vec<(String, &'static str, Said)> {
            let settled = settle(organisation, repository, |_| {});
            let written = |(what, said): &(What, Said)| (what.written().0, what.written().1, *said);
            settled.suppressed.iter().map(written).collect()
        };
        let (tests, setup) = (entry("tests.in-ci", "elsewhere"), entry("readme.setup", "elsewhere"));
        let both = [
            ("readme.setup".to_owned(), "elsewhere", Said::Repository),
            ("tests.in-ci".to_owned(), "elsewhere", Said::Organisation),
        ];
        assert_eq!(said(&tests, &setup), both);
        // Whichever reason comes first in the list of them, the repository's counts.
        for (organisation, repository) in [("mistaken", "accepted"), ("accepted", "mistaken")] {
            let said = said(&entry("tests.in-ci", organisation), &entry("tests.in-ci", repository));
            assert_eq!(said, [("tests.in-ci".to_owned(), repository, Said::Repository)]);
        }
    }

    #[test]
    fn nobody_changes_the_rules_for_themselves_or_keeps_longer_than_is_kept() {
        let org = "areas = [\"readme\"]\nretention_days = 300\n[weights]\n\"tests.exist\" = 0\n";
        let settled = settle(org, "profile = \"trial\"\n", |layers| layers.is_their_own = true);
        assert_eq!((settled.areas.value.len(), settled.weights.value.len()), (0, 0));
        assert_eq!((settled.profile.value, settled.changes()), (Profile::Backend, None));
        assert_eq!(settled.wrong.len(), 3);
        assert_eq!(settled.retention_days.value, 90);
        assert_eq!(settle("retention_days = 7", "", |_| {}).retention_days.value, 7);
        let public = |organisation: &str, repository: &str, is_allowed| {
            let settled = settle(organisation, repository, |layers| layers.operator.public_targets = is_allowed);
            (settled.public_targets.value, settled.public_targets.said)
        };
        let (yes, no) = ("public_targets = true", "public_targets = false");
        assert_eq!(public(no, "", true), (false, Said::Organisation));
        assert_eq!(public(no, yes, true), (true, Said::Repository));
        assert_eq!(public(yes, yes, false), (false, Said::Operator), "it is forbidden by nobody else");
        assert_eq!(public(no, yes, false), (false, Said::Organisation));
    }
}
