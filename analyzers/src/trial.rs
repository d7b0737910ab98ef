//! A trial project: of what a template gave, nothing is the candidate's.

use crate::areas::api::Surface;
use crate::areas::security;
use crate::snapshot::{Delta, Snapshot};
use crate::{AreaMeta, Evidence, Finding, Outcome, Place, areas, partial, registry};

/// Areas that ask what the repository as a whole can do: the template's container runs the candidate's code, too. The
/// history knows by itself whose a commit is.
const WHOLE: [&str; 4] = ["commits", "secrets", "deployment", areas::handoff::META.id];

/// What the template documents is documented, whoever reads it, and the tables that it makes are made.
const WHOLE_SIGNALS: [&str; 2] = ["readme.environment", "database.migrations"];

/// What is said of a README that the candidate left as it was given.
const README_IS_GIVEN: &str = "The README is as it was given, but for a line or two at most.";

/// How a sentence begins on what only the template does.
const IS_GIVEN: &str = "It was there before, so it is not counted:";

/// What is said where no code was added, and the template has some.
const NO_CODE: &str = "The candidate added no code, so there is nothing of theirs to test.";

/// How a sentence begins on what was there before, and is not any more.
const REMOVES: &str = "The candidate's work took away";

/// The signals that a guard which went is said of.
const GUARDED: [&str; 2] = ["security.authorization", "trial.authentication"];

/// The fact by which it is known that this was said.
const FACT: &str = "removed";

/// How many places a reader wants to open.
const SHOWN: usize = 10;

/// What the candidate brought to `repo`, where it is known what was there before.
pub(crate) fn delta(repo: &Snapshot) -> Option<Delta> {
    let delta = repo.delta()?;
    // A route stays one although what it is mounted with is the template's.
    delta.repo.set_once(Surface::of(repo).only(|path, lines| delta.has_lines(path, lines)));
    Some(delta)
}

/// Guards that the template had, and that the candidate took away.
#[derive(Debug)]
pub(crate) struct Removed {
    said: String,
    routes: usize,
    places: Vec<Place>,
}

impl Removed {
    /// Those of `delta`, which is of the repository `whole`; nothing where there are none.
    pub(crate) fn of(whole: &Snapshot, delta: &Delta) -> Option<Removed> {
        // A guard may stand in what could not be read.
        if whole.tree().is_cut() {
            return None;
        }
        let lost = security::lost(&delta.before(whole)?, whole);
        let first = lost.first()?;
        let from = match lost.len() {
            1 => format!("`{} {}`", first.method, first.path),
            many => format!("{many} addresses, such as `{} {}`", first.method, first.path),
        };
        let said = format!(
            "{REMOVES} the check of who is calling from {from}: before, there was one, and none was recognised in its \
             place."
        );
        let places = lost.iter().take(SHOWN).map(|open| open.place.clone()).collect();
        Some(Removed { said, routes: lost.len(), places })
    }

    /// `found` with that, if it is about it.
    pub(crate) fn told(&self, found: Finding) -> Finding {
        if !GUARDED.contains(&found.signal()) || found.facts().contains_key(FACT) {
            return found;
        }
        let summary = format!("{} {}", self.said, found.summary());
        let places = self.places.iter().chain(found.places()).cloned();
        let evidence = Evidence::of(places.filter(|place| !place.path.is_empty()));
        let Some(evidence) = evidence else { return found };
        let told = match found.outcome() {
            Outcome::NotMet => Finding::not_met(found.signal(), summary, evidence),
            Outcome::Met | Outcome::Partly => Finding::partly(found.signal(), summary, evidence),
            // What was to be judged, or could not be, is this now.
            _ => Finding::partly(found.signal(), self.said.clone(), evidence),
        };
        let facts = found.facts().iter().map(|(name, fact)| (name.as_str(), fact.clone()));
        facts.fold(told.indicative(), |told, (name, fact)| told.fact(name, fact)).fact(FACT, self.routes)
    }
}

/// What the analyzers find in what the candidate brought; where the whole counts, what they `found` there.
pub(crate) fn in_delta(
    found: &[(&'static AreaMeta, Vec<Finding>)],
    delta: &Delta,
    removed: Option<&Removed>,
) -> Vec<(&'static AreaMeta, Vec<Finding>)> {
    let examine = |(meta, whole): &(&'static AreaMeta, Vec<Finding>)| {
        let analyzer = registry::analyzers().iter().find(|analyzer| analyzer.meta().id == meta.id);
        let Some(analyzer) = analyzer.filter(|_| !WHOLE.contains(&meta.id)) else { return (*meta, whole.clone()) };
        let mut made = partial::findings(*analyzer, &delta.repo);
        let of_whole = |made: &Finding| whole.iter().find(|found| found.signal() == made.signal()).cloned();
        for made in made.iter_mut().filter(|made| WHOLE_SIGNALS.contains(&made.signal())) {
            *made = of_whole(made).unwrap_or_else(|| made.clone());
        }
        if meta.id == "readme" && whole.iter().any(|found| found.signal() == "readme.present" && !is_absence(found)) {
            let of_template =
                |made: &Finding| is_wanting(made) && is_absence(made) && !WHOLE_SIGNALS.contains(&made.signal());
            made.iter_mut()
                .filter(|made| of_template(made))
                .for_each(|made| *made = made.clone().said(README_IS_GIVEN));
        }
        if delta.repo.tree().files().is_empty() {
            made.iter_mut().for_each(|made| *made = of_nothing(meta, made, delta.repo.head()));
        }
        if meta.id == "tests" && whole.iter().any(|found| found.outcome() != Outcome::NotApplicable) {
            made.iter_mut()
                .filter(|made| areas::tests::is_of_no_code(made))
                .for_each(|made| *made = made.clone().said(NO_CODE));
        }
        for made in &mut made {
            let mut shown = made.places().iter().filter(|place| !place.path.is_empty()).peekable();
            // What is read from whole files, such as manifests, may be the template's alone.
            if is_wanting(made) && shown.peek().is_some() && !shown.any(|place| delta.has(place)) {
                *made = given(&of_whole(made).unwrap_or_else(|| made.clone()));
            }
            if let Some(removed) = removed {
                *made = removed.told(made.clone());
            }
        }
        (*meta, made)
    };
    found.iter().map(examine).collect()
}

/// What is `made` of no file at all, where that is not to say that the repository is empty: whoever was asked for a README
/// has not written one.
fn of_nothing(meta: &AreaMeta, made: &Finding, head: gix::ObjectId) -> Finding {
    const SUMMARY: &str = "No file was added, and none was changed in more than a line or two.";
    match (meta.id, made.outcome()) {
        _ if WHOLE_SIGNALS.contains(&made.signal()) => made.clone(),
        ("readme", Outcome::NotApplicable) => Finding::not_met(made.signal(), SUMMARY, Evidence::absence(head)),
        (_, Outcome::NotApplicable | Outcome::Met) => Finding::not_applicable(made.signal(), SUMMARY),
        _ => made.clone(),
    }
}

/// What is said of the candidate, from what was found in the `whole` and in what they `brought`: nothing that only the
/// template does well or badly.
pub(crate) fn settled(whole: &Finding, brought: Finding) -> Finding {
    if brought == *whole {
        return brought;
    }
    if is_wanting(&brought) && is_absence(&brought) && whole.outcome() == Outcome::Met {
        return given(whole);
    }
    let says_whose =
        [README_IS_GIVEN, NO_CODE, IS_GIVEN, REMOVES].iter().any(|words| brought.summary().starts_with(words));
    if brought.summary() == whole.summary() || says_whose {
        return brought;
    }
    // What was not to be judged is not in what they added either.
    if brought.outcome() == Outcome::NotApplicable && whole.outcome() == Outcome::NotApplicable {
        return brought;
    }
    let summary = format!("In what the candidate added: {}", brought.summary());
    brought.said(summary)
}

/// What is said of what only the template does, well or badly.
fn given(found: &Finding) -> Finding {
    Finding::not_applicable(found.signal(), format!("{IS_GIVEN} {}", found.summary()))
        .with_places(found.places().iter().cloned())
}

fn is_wanting(found: &Finding) -> bool {
    matches!(found.outcome(), Outcome::NotMet | Outcome::Partly)
}

/// Whether nothing can be shown for it.
fn is_absence(found: &Finding) -> bool {
    found.places().iter().all(|place| place.path.is_empty())
}

/// A sentence on what was counted.
pub(crate) fn counted(repo: &Snapshot, delta: Option<&Delta>) -> String {
    let Some(delta) = delta else {
        return "No template was named, so everything in the repository counts.".to_owned();
    };
    let since = repo.history().since();
    if delta.given == 0 && since.is_none() {
        return "Nothing of the template was found in this repository, so everything in it counts.".to_owned();
    }
    let commits = repo.history().on_default_branch().filter(|commit| commit.is_since).count();
    let files = repo.tree().files().len();
    let work = match (commits, since) {
        (0, _) => "There is no commit of the candidate's.".to_owned(),
        (commits, Some(since)) => {
            let commits = if commits == 1 { "1 commit".to_owned() } else { format!("{commits} commits") };
            format!(
                "Only the work after the commit that was given last ({}) counts: {commits}.",
                since.to_hex_with_len(7)
            )
        }
        (1, None) => "Its history does not show where the template ends, so its one commit counts.".to_owned(),
        (commits, None) => {
            format!("Its history does not show where the template ends, so all {commits} commits count.")
        }
    };
    if delta.given == 0 {
        return format!("{work} None of the {files} files is as it was given.");
    }
    let (are, they) = if delta.given == 1 { ("is", "it was") } else { ("are", "they were") };
    format!("{work} Of {files} files, {} {are} as {they} given, or nearly so, and {are} not counted.", delta.given)
}
