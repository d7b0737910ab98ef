//! One review: read the facts, run the analyzers side by side, grade.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use gix::ObjectId;
use rayon::prelude::*;

use crate::brief::{self, Answered, Item};
use crate::code::Why;
use crate::grade::{Grade, grade, is_red_flag};
use crate::interview::{self, Prompt};
use crate::kinds::{self, Kind};
use crate::own::{self, OwnArea};
use crate::rubric::{Profile, Rubric};
use crate::safely::run_safely;
use crate::secrets::{FingerprintKey, Scanner};
use crate::snapshot::{Depth, LanguageShare, Options, ReadError, Skipped, Stage, Watch};
use crate::{Analyzer, AreaMeta, Finding, Outcome, Snapshot, areas, partial, registry, trial};

/// What to examine, and how.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// What to read.
    pub options: Options,
    /// The areas to report on, ours and the organisation's own; empty for all.
    pub only: Vec<String>,
    /// What a trial asks for; empty for the usual.
    pub brief: Vec<Item>,
    /// Weights of signals that differ from the rubric's.
    pub weights: BTreeMap<String, u32>,
    /// How many threads; `None` for one a core. Changes nothing but the time.
    pub threads: Option<usize>,
}

/// Everything that was found out about one repository.
#[derive(Debug)]
pub struct Examination {
    /// The commit under review.
    pub head: ObjectId,
    /// The commit that its history begins with; `None` where that is not there, as in a shallow clone.
    pub root: Option<ObjectId>,
    /// The branch under review; `None` when HEAD is detached.
    pub branch: Option<String>,
    /// Commits that HEAD reaches.
    pub commits: usize,
    /// Authors of those, bots apart.
    pub authors: usize,
    /// When the first and the last of those were written, in seconds since 1970, as their authors' clocks said; bots apart.
    pub dated: Option<(i64, i64)>,
    /// What the repository is.
    pub kinds: Vec<Kind>,
    /// Programming languages, the largest first.
    pub languages: Vec<LanguageShare>,
    /// Web frameworks, by name.
    pub frameworks: Vec<String>,
    /// Whether everything that should be there could be read.
    pub complete: bool,
    /// What was not looked at.
    pub skipped: Vec<Skipped>,
    /// The areas, in the order of the report.
    pub areas: Vec<Area>,
    /// What the organisation's own rules found.
    pub own: Vec<OwnArea>,
    /// Whether what a trial asks for is there.
    pub brief: Option<Answered>,
    /// Outside of a trial: what of the repository was counted, where that is not everything.
    pub counted: Option<String>,
    /// The signals that are red flags, in the rubric's order.
    pub red_flags: Vec<&'static str>,
    /// What to ask about.
    pub prompts: Vec<Prompt>,
}

/// One area's findings and what they come to.
#[derive(Debug)]
pub struct Area {
    /// What the area is.
    pub meta: &'static AreaMeta,
    /// What its findings come to.
    pub grade: Grade,
    /// One finding for each signal.
    pub findings: Vec<Finding>,
}

/// Reviews `repo`.
pub fn examine(
    repo: &gix::ThreadSafeRepository,
    request: &Request,
    watch: &dyn Watch,
) -> Result<Examination, ReadError> {
    let pool = request.threads.and_then(|threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok());
    let alone = request.only == [areas::secrets::ID];
    let depth = if alone { Depth::Credentials } else { request.options.depth };
    let options = Options { depth, ..request.options.clone() };
    let rubric = Rubric::weighted(&request.weights);
    let only: Vec<&str> = request.only.iter().map(String::as_str).collect();
    let run = || Ok(judge(&Snapshot::read(repo, &options, watch)?, &rubric, &only, &request.brief, watch));
    match pool {
        Some(pool) => pool.install(run),
        None => run(),
    }
}

/// Runs the analyzers over facts that are there already.
pub fn judge(snapshot: &Snapshot, rubric: &Rubric, only: &[&str], asked: &[Item], watch: &dyn Watch) -> Examination {
    let is_whole = snapshot.depth() == Depth::Everything;
    let is_trial = is_whole && snapshot.profile() == Profile::Trial;
    let usual = if asked.is_empty() { brief::usual() } else { Vec::new() };
    let asked: Vec<&Item> = asked.iter().chain(&usual).filter(|_| is_trial).collect();
    let needed = needed(only, &asked);
    let analyzers: Vec<&dyn Analyzer> =
        registry::analyzers()
            .iter()
            .copied()
            .filter(|analyzer| {
                if is_whole { needed.contains(analyzer.meta().id) } else { analyzer.meta().id == areas::secrets::ID }
            })
            .collect();
    // What is made on all cores is made before the analyzers share those: a thread that waits within the one making of
    // a fact would take up another analyzer, which would wait for the same fact for ever.
    if is_whole {
        rayon::join(|| snapshot.code(), || snapshot.languages());
    }
    watch.begin(Stage::Areas, Some(analyzers.len() as u64));
    let unread = if is_whole { unread(snapshot) } else { None };
    let mut found: Vec<(&'static AreaMeta, Vec<Finding>)> = analyzers
        .par_iter()
        .map(|analyzer| {
            let mut findings = partial::findings(*analyzer, snapshot);
            if let Some(language) = unread {
                findings = findings.into_iter().map(|finding| unsettled(finding, language)).collect();
            }
            watch.advance(1, 0);
            (analyzer.meta(), findings)
        })
        .collect();
    let derived: Vec<Finding> = found.iter().flat_map(|(_, findings)| findings.iter().cloned()).collect();
    let handoff = &areas::handoff::META;
    if is_whole && needed.contains(handoff.id) {
        found.push((handoff, run_safely(handoff, || areas::handoff::derive(snapshot, &derived))));
    }
    let flagged = flags(rubric, &found);
    let delta = if is_whole { trial::delta(snapshot) } else { None };
    // What is judged: the candidate's.
    let theirs = delta.as_ref().map_or(snapshot, |delta| &delta.repo);
    let removed = delta.as_ref().and_then(|delta| trial::Removed::of(snapshot, delta));
    let brought = delta.as_ref().map(|delta| trial::in_delta(&found, delta, removed.as_ref()));
    let mut own = if is_whole { own::areas(theirs) } else { Vec::new() };
    // A trial's brief says so itself, also where everything counts.
    let counted = delta.as_ref().filter(|_| !is_trial).map(|delta| trial::counted(snapshot, Some(delta)));
    let mut brief = is_trial.then(|| {
        let all = brought.as_ref().unwrap_or(&found).iter().flat_map(|(_, findings)| findings);
        let counted = trial::counted(snapshot, delta.as_ref());
        let mut brief = brief::answer(&asked, &all.collect::<Vec<_>>(), &own, theirs, snapshot, counted);
        if let Some(removed) = &removed {
            brief.tell(removed);
        }
        brief
    });
    for ((_, findings), (_, brought)) in found.iter_mut().zip(brought.unwrap_or_default()) {
        for (finding, brought) in findings.iter_mut().zip(brought) {
            *finding = trial::settled(finding, brought);
        }
    }
    // Whatever an analyzer quotes, nothing that looks like a live credential leaves through a finding.
    let scanner = Scanner::for_texts(1, FingerprintKey::default());
    let mask = |text: &str| {
        let masked = scanner.redact(text.as_bytes()).text?;
        Some(String::from_utf8_lossy(&masked).into_owned())
    };
    for (_, findings) in &mut found {
        *findings = std::mem::take(findings).into_par_iter().map(|finding| finding.masked(&mask)).collect();
    }
    let mut of_brief: Vec<&mut Finding> = brief
        .iter_mut()
        .flat_map(|brief| &mut brief.items)
        .flat_map(|item| &mut item.rests_on)
        .map(|ground| &mut ground.finding)
        .collect();
    for finding in &mut of_brief {
        **finding = finding.clone().masked(&mask);
    }
    let most = snapshot.limits().places;
    let own_findings = own.iter_mut().flat_map(|area| &mut area.findings).map(|(_, finding)| finding);
    let all = found.iter_mut().flat_map(|(_, findings)| findings).chain(own_findings);
    let cut: u64 = all.chain(of_brief).map(|finding| finding.keep_places(most)).sum();
    let prompts = if is_whole {
        let ask = || interview::prompts(theirs, found.iter().flat_map(|(_, findings)| findings), only);
        // A fault in a question takes no report away.
        let prompts = catch_unwind(AssertUnwindSafe(ask)).unwrap_or_default();
        prompts.into_iter().map(|prompt| prompt.masked(&mask)).collect()
    } else {
        Vec::new()
    };
    found.retain(|(meta, _)| only.is_empty() || only.contains(&meta.id));
    own.retain(|area| only.is_empty() || only.contains(&&*area.id));

    // What the template would be flagged for is not the candidate's, nor is what they lack beside the template.
    let is_asked = |flag: &str| !is_trial || is_asked_of_a_trial(flag, &asked);
    let red_flags = flags(rubric, &found).into_iter().filter(|flag| flagged.contains(flag) && is_asked(flag)).collect();
    let mut left_out = if is_whole { unparsed(snapshot) } else { Vec::new() };
    left_out.extend(snapshot.left());
    left_out.extend(beyond(cut, most));
    let history = snapshot.history();
    let people = history.people();
    let by_people = || history.on_default_branch().filter(|commit| !history.authors()[commit.author].is_bot());
    let writers: BTreeSet<usize> = by_people().map(|commit| people[commit.author]).collect();
    // A clock that was never set says 1970.
    let times = || by_people().map(|commit| commit.author_time).filter(|time| *time > 0);
    let dated = times().min().zip(times().max());
    Examination {
        head: snapshot.head(),
        root: history.root(),
        branch: snapshot.branch().map(str::to_owned),
        commits: history.on_default_branch().count(),
        authors: writers.len(),
        dated,
        // What was not read for is not guessed at.
        kinds: if is_whole { kinds::detect(snapshot) } else { Vec::new() },
        languages: if is_whole { snapshot.languages().to_vec() } else { Vec::new() },
        frameworks: if is_whole { kinds::frameworks(snapshot) } else { Vec::new() },
        complete: snapshot.is_complete() && !left_out.iter().any(|skipped| skipped.incomplete),
        skipped: snapshot.skipped().iter().cloned().chain(left_out).collect(),
        areas: found
            .into_iter()
            .map(|(meta, findings)| Area { meta, grade: grade(rubric, &findings), findings })
            .collect(),
        own,
        brief,
        counted,
        red_flags,
        prompts,
    }
}

/// The language of most of the code, where that is none that is read as source code, and where code is asked for.
fn unread(snapshot: &Snapshot) -> Option<&str> {
    const WITHOUT: &[Kind] = &[Kind::Empty, Kind::Documentation, Kind::Dotfiles, Kind::Notebook, Kind::StaticSite];
    let language = areas::tests::unread_language(snapshot)?;
    (!kinds::detect(snapshot).iter().any(|kind| WITHOUT.contains(kind))).then_some(language)
}

/// That nothing was found in code says nothing where most of it is in a language that is not read.
fn unsettled(finding: Finding, language: &str) -> Finding {
    const AREAS: &[&str] = &["api", "database", "errors", "idempotency", "jobs", "observability", "security"];
    const SIGNALS: &[&str] = &["readme.environment", "deployment.migrations", "deployment.configuration"];
    let signal = finding.signal();
    let is_of_code = SIGNALS.contains(&signal) || signal.split('.').next().is_some_and(|area| AREAS.contains(&area));
    if finding.outcome() != Outcome::NotApplicable || !is_of_code {
        return finding;
    }
    finding.unsettled(format!("Most of the code is in {language}, which is not read as source code here."))
}

/// What is said of source files that no rule could look at: what they hold is not known, so the report is not complete.
fn unparsed(snapshot: &Snapshot) -> Vec<Skipped> {
    let mut counted: BTreeMap<Why, u64> = BTreeMap::new();
    snapshot.code().unparsed.iter().for_each(|file| *counted.entry(file.why).or_default() += 1);
    let limits = snapshot.limits();
    let said = |(why, count): (Why, u64)| Skipped {
        what: "source file",
        why: why.sentence(limits),
        count,
        // Nobody wrote a bundle.
        incomplete: why != Why::Bundle,
    };
    counted.into_iter().map(said).collect()
}

/// The areas that are looked at to report on `only` (empty for all): they, and those whose findings others read.
fn needed(only: &[&str], asked: &[&Item]) -> BTreeSet<&'static str> {
    let all = || registry::areas().map(|area| area.id);
    if only.is_empty() {
        return all().collect();
    }
    let handoff = areas::handoff::META.id;
    let read = if only.contains(&handoff) { areas::handoff::READS } else { &[] };
    let named: Vec<&str> =
        asked.iter().flat_map(|item| &item.signals).filter_map(|signal| signal.split('.').next()).collect();
    all()
        .filter(|id| {
            only.contains(id)
                || read.contains(id)
                || named.contains(id)
                || interview::reads(only).any(|read| read == *id)
        })
        .collect()
}

/// The signals that are red flags, in the rubric's order.
fn flags(rubric: &Rubric, found: &[(&'static AreaMeta, Vec<Finding>)]) -> Vec<&'static str> {
    let all = || found.iter().flat_map(|(_, findings)| findings);
    let of = |flag: &String| all().find(|finding| finding.signal() == flag && is_red_flag(rubric, finding));
    rubric.red_flags.iter().filter_map(of).map(Finding::signal).collect()
}

/// Whether a trial can be faulted for `flag`: its brief names it, or it is a credential.
fn is_asked_of_a_trial(flag: &str, asked: &[&Item]) -> bool {
    let is_credential = flag.split('.').next() == Some(areas::secrets::ID);
    is_credential || asked.iter().any(|item| item.signals.iter().any(|signal| signal == flag))
}

/// What is said of places that are counted but not listed.
fn beyond(cut: u64, most: usize) -> Option<Skipped> {
    let why = format!("beyond the first {most} of a signal: counted, but not listed");
    (cut > 0).then_some(Skipped { what: "place", why, count: cut, incomplete: true })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::NoWatch;
    use crate::snapshot::fixture::Fixture;

    #[test]
    fn a_trial_has_red_flags_only_for_what_it_was_asked_for() {
        let item = Item { name: "Tests".to_owned(), signals: vec!["tests.exist".to_owned()] };
        assert!(is_asked_of_a_trial("tests.exist", &[&item]));
        assert!(is_asked_of_a_trial("secrets.history", &[&item]));
        assert!(!is_asked_of_a_trial("api.versioned", &[&item]));
    }

    #[test]
    fn nothing_is_claimed_of_code_in_a_language_that_is_not_read() {
        let outcome = |path: &str, text: &str, signal: &str| {
            let repo = Fixture::new().file(path, text).snapshot();
            let found = judge(&repo, Rubric::built_in(), &[], &[], &NoWatch);
            let mut all = found.areas.iter().flat_map(|area| &area.findings);
            all.find(|finding| finding.signal() == signal).map(Finding::outcome)
        };
        let elixir = ("lib/shop.ex", "defmodule Shop do\n  def total, do: 1\nend\n");
        for signal in ["api.status-codes", "database.pool", "errors.central", "readme.environment"] {
            assert_eq!(outcome(elixir.0, elixir.1, signal), Some(Outcome::NotAssessable), "{signal}");
            assert_ne!(outcome("shop.py", "total = 1\n", signal), Some(Outcome::NotAssessable), "{signal}");
        }
        assert_ne!(outcome("notes.md", "# Notes\n", "errors.central"), Some(Outcome::NotAssessable));
    }

    #[test]
    fn only_the_areas_run_that_the_report_needs() {
        let needed = |only: &[&str]| needed(only, &[]).into_iter().collect::<Vec<_>>();
        assert_eq!(needed(&["tests"]), ["tests"]);
        assert_eq!(needed(&["acme"]), Vec::<&str>::new());
        assert_eq!(needed(&["handoff"]), ["deployment", "handoff", "readme"]);
        assert_eq!(needed(&["api"]), ["api", "database", "idempotency", "jobs"]);
        assert_eq!(needed(&[]).len(), registry::areas().count());
        let item = Item { name: "A README".to_owned(), signals: vec!["readme.setup".to_owned()] };
        assert!(super::needed(&["tests"], &[&item]).contains("readme"));
    }
}
