//! The other side: reads one request from stdin, does it, writes one answer to stdout.

use std::collections::BTreeMap;
use std::io::{BufRead, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use foliolens_analyzers::code::own::Wrong;
use foliolens_analyzers::own;
use foliolens_analyzers::run::{Request, examine};
use foliolens_analyzers::snapshot::{Options, ReadError, Template};

use super::attempt::Attempt;
use super::lock::{Lock, Mechanism};
use super::locks::{self, Received};
use super::progress::Teller;
use super::protocol::{Answer, Ask, Done, Examine, Fetch, Refusal, Request as Asked, Said, VERSION};
use super::rules::{self, Trial};
use super::strictness::Strictness;
use super::suppressed::Suppressed;
use crate::config::{self, Profile};
use crate::git::{self, Address, Budget, FetchError, Located, Policy};
use crate::report::{Origin, Report, Web};
use crate::review::unreadable;
use crate::review::words::{plain, words};

/// The request of a parent is no larger.
const LARGEST: u64 = 16 << 20;

/// Does what stdin asks for. The exit code says whether there is an answer at all.
pub fn run() -> bool {
    // Whoever waits for the answer may be killed; then nobody wants it.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    // What is found must not be left in a core, also where nothing else shuts us in. Whether it could be done is asked
    // again with the rest.
    #[cfg(target_os = "linux")]
    super::lock::limits::hide();
    let mut asked = Vec::new();
    if std::io::stdin().lock().take(LARGEST).read_until(b'\n', &mut asked).is_err() {
        return false;
    }
    let Ok(Asked { sandbox, watched, ask }) = serde_json::from_slice(&asked) else { return false };
    let mut locked = Locked { strictness: sandbox, missing: Vec::new() };
    let teller = Arc::new(Teller::new(watched));
    let memory = ask.memory();
    let result = match &ask {
        Ask::Fetch(fetch) => fetched(fetch, memory, &mut locked, teller),
        Ask::Examine(examine) => examined(examine, memory, &mut locked, &teller),
        Ask::Rules(trial) => tried(trial, memory, &mut locked),
        Ask::Attempt(attempt) => attempted(attempt, memory, &mut locked),
    };
    let missing = locked.missing.iter().map(|missing| missing.name().to_owned()).collect();
    let answer = Said::Answer(Box::new(Answer { version: VERSION, missing, result }));
    let Ok(mut answer) = serde_json::to_vec(&answer) else { return false };
    answer.push(b'\n');
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&answer).and_then(|()| stdout.flush()).is_ok()
}

/// How this process is locked.
struct Locked {
    strictness: Strictness,
    missing: Vec<Mechanism>,
}

impl Locked {
    /// Closes `lock`, or refuses to go on without all of it. Threads may be started from here on.
    fn close(&mut self, lock: &Lock) -> Result<(), Refusal> {
        // Where the kernel says how many there are can't be read any more afterwards.
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        if self.strictness != Strictness::Off {
            self.missing = lock.close();
        }
        if self.strictness == Strictness::Require && !self.missing.is_empty() {
            let names: Vec<&str> = self.missing.iter().map(|missing| missing.name()).collect();
            let sentence = format!("the kernel lacks {}, and FOLIOLENS_SANDBOX=require asks for it", names.join(", "));
            return Err(Refusal { sentence, is_passing: true, ..Refusal::default() });
        }
        // It is made once; a second time it stays as it is.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        std::thread::spawn(end_with_parent);
        Ok(())
    }
}

/// Standard input stays open as long as anybody waits for the answer.
fn end_with_parent() {
    let mut rest = [0; 64];
    while std::io::stdin().lock().read(&mut rest).is_ok_and(|read| read > 0) {}
    std::process::exit(1);
}

fn cores() -> u64 {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get) as u64
}

fn fetched(fetch: &Fetch, memory: u64, locked: &mut Locked, teller: Arc<Teller>) -> Result<Done, Refusal> {
    let web: url::Url = fetch.web.parse().map_err(|_| never("the address of GitHub is wrong"))?;
    let port = web.port_or_known_default().unwrap_or(443);
    let policy = if web.host_str() == Some("github.com") { Policy::public() } else { Policy::operated(web) };
    let address = Address::parse(&fetch.address, policy.clone()).map_err(|refused| never(&refused.to_string()))?;
    let total = Duration::from_secs(fetch.seconds);
    let budget = Budget { bytes: fetch.bytes, objects: fetch.objects, total, ..Budget::default() };
    let budget = Budget { stall: budget.stall.min(total), ..budget };
    let received = Received { port, bytes: budget.bytes };
    let counted = (memory, (fetch.seconds + 1) * cores());
    locked.close(&locks::of_clone(&fetch.folder, received, &fetch.certificates, counted))?;
    match git::fetch_into(&fetch.folder, &address, fetch.token.as_ref(), policy, budget, teller) {
        Ok(_) => Ok(Done::Fetched),
        Err(error) if fetch.at_terminal => Err(never(&error.to_string())),
        Err(error) => Err(refusal(&error)),
    }
}

fn tried(trial: &Trial, memory: u64, locked: &mut Locked) -> Result<Done, Refusal> {
    locked.close(&locks::of_trial((memory, (trial.seconds + 1) * cores())))?;
    Ok(Done::Tried(rules::tried(trial)))
}

fn attempted(attempt: &Attempt, memory: u64, locked: &mut Locked) -> Result<Done, Refusal> {
    let (folder, counted) = (&attempt.folder, (memory, 1));
    let lock = if attempt.fetching {
        locks::of_clone(&folder.join("clone"), Received { port: 443, bytes: 1 << 20 }, &BTreeMap::new(), counted)
    } else {
        locks::of_examination(&[&Located { folder: folder.clone(), common: folder.clone() }], counted)
    };
    locked.close(&lock)?;
    Ok(Done::Attempted(attempt.acts.iter().map(|act| act.is_possible(&attempt.folder)).collect()))
}

/// What the command line says of options and clones of one's own helps nobody on GitHub.
fn refusal(error: &FetchError) -> Refusal {
    match error {
        FetchError::NotFound | FetchError::Moved => never(&words().not_found),
        FetchError::Denied => Refusal { is_denied: true, ..never(&words().not_found) },
        FetchError::TooLarge(mib) => never(&plain(&words().too_large, &[("mib", &mib.to_string())])),
        FetchError::ObjectTooLarge(mib) => never(&plain(&words().object_too_large, &[("mib", &mib.to_string())])),
        FetchError::TooMany(objects) => never(&plain(&words().too_many, &[("objects", &objects.to_string())])),
        FetchError::TooSlow(seconds) => never(&plain(&words().clone_too_slow, &[("seconds", &seconds.to_string())])),
        FetchError::NotPublic(_) | FetchError::TooManyNames(_) | FetchError::ObjectFormat | FetchError::Damaged => {
            never(&error.to_string())
        }
        // Nobody but whoever runs the app reads it, in its log.
        FetchError::Workdir(cause) => Refusal { is_passing: true, ..never(&format!("{error} ({cause})")) },
        FetchError::Unreachable(_) => in_trouble(error, None),
        FetchError::TimedOut(_) | FetchError::Broken(_) => Refusal { has_broken: true, ..never(&error.to_string()) },
        FetchError::Busy(_, wait) | FetchError::HostFailed(_, wait) => in_trouble(error, *wait),
        FetchError::Untrusted(_) | FetchError::Failed(..) | FetchError::Interrupted => {
            Refusal { is_passing: true, ..never(&error.to_string()) }
        }
    }
}

fn in_trouble(error: &FetchError, wait: Option<Duration>) -> Refusal {
    let seconds = wait.unwrap_or_default().as_secs();
    Refusal { is_passing: true, trouble: Some(seconds), ..never(&error.to_string()) }
}

fn examined(asked: &Examine, memory: u64, locked: &mut Locked, teller: &Teller) -> Result<Done, Refusal> {
    let located = git::locate(&asked.folder).map_err(|error| never(&error.to_string()))?;
    let template = asked.template.as_ref().map(|folder| git::locate(folder).map_err(|error| no_template(&error)));
    let template = template.transpose()?;
    let folders: Vec<&Located> = [Some(&located), template.as_ref()].into_iter().flatten().collect();
    locked.close(&locks::of_examination(&folders, (memory, (asked.seconds + 1) * cores())))?;
    let opened = located.open().map_err(|error| never(&error.to_string()))?;
    let repository = opened.repository;
    let commit = |spec: &String| {
        let local = repository.to_thread_local();
        let object = local.rev_parse_single(spec.as_str()).ok().and_then(|id| id.object().ok());
        Some(object?.peel_to_commit().ok()?.id)
    };
    let since = asked.since.as_ref().map(|spec| commit(spec).ok_or_else(since_is_nothing)).transpose()?;
    let template = match &template {
        Some(located) => Some(Template::read(&located.open().map_err(|error| no_template(&error))?.repository, &[])),
        // What came before is the template.
        None => since.map(|since| Template::read(&repository, &[since])),
    };
    let gone = || never(&words().gone);
    let revision = asked.revision.as_ref().map(|spec| commit(spec).ok_or_else(gone)).transpose()?;
    let configured = Suppressed::read(&repository, revision, &asked.configured);
    // Read here, shut in, although whoever sent them has looked at them before.
    let own_rules = own::read(&asked.rules).map_err(|wrong| {
        let sentence = wrong.first().map(Wrong::sentence).unwrap_or_default();
        Refusal { is_usage: true, ..never(sentence.trim_end_matches('.')) }
    })?;
    let own_rules = Arc::new(own_rules);
    let profile = if asked.trial { Profile::Trial } else { Profile::Backend };
    let request = Request {
        options: Options {
            since,
            revision,
            profile: profile.to_rubric(),
            limits: asked.limits,
            suppressed: configured.values(),
            own_rules: own_rules.clone(),
            template: template.map(Arc::new),
            ..Options::default()
        },
        only: asked.only.clone(),
        brief: asked.brief.clone(),
        weights: asked.weights.clone(),
        threads: asked.threads,
    };
    let examination = examine(&repository, &request, teller).map_err(|error| match error {
        ReadError::Since(_) => since_is_nothing(),
        error => never(&unreadable::sentence(&error)),
    })?;
    // This process ends with its answer; giving back all that was read, piece by piece, would only hold it up.
    let examination = std::mem::ManuallyDrop::new(examination);
    let web = match &asked.address {
        Some(address) => Web::of_remote(address).or_else(|| Web::of_github(address)),
        None => opened.remote.as_deref().and_then(Web::of_remote),
    };
    let origin = Origin {
        name: web.as_ref().map(|web| web.name().to_owned()),
        label: asked.label.clone(),
        web,
        config_hash: config::hash(
            &request.only.iter().map(String::as_str).collect::<Vec<_>>(),
            profile,
            asked.since.as_deref(),
            &configured.all(),
            &asked.weights,
            &asked.rules,
            (asked.template_name.as_deref(), &asked.brief),
        ),
        note: asked.note.clone(),
    };
    let mut report = Report::new(&examination, &origin);
    configured.show(&mut report, &own_rules);
    fit(&mut report, asked.limits.report)?;
    let web = report.web.clone();
    Ok(Done::Examined(Box::new(report), web))
}

/// What is left of a report that would be larger than `most` bytes: the first places of each signal.
fn fit(report: &mut Report, most: usize) -> Result<(), Refusal> {
    if report.size() <= most {
        return Ok(());
    }
    let of_brief = report.brief.iter_mut().flat_map(|brief| &mut brief.items).flat_map(|item| &mut item.signals);
    for signal in report.areas.iter_mut().flat_map(|area| &mut area.signals).chain(of_brief) {
        signal.places.truncate(FEW_PLACES);
    }
    report.complete = false;
    let why = format!("larger than {} KiB: only {FEW_PLACES} places of each signal are listed", most >> 10);
    report.skipped.push(crate::report::model::Skipped { what: "report".to_owned(), why, count: 1 });
    if report.size() > most { Err(never("the report on it would be too large to read")) } else { Ok(()) }
}

const FEW_PLACES: usize = 20;

fn no_template(error: &git::OpenError) -> Refusal {
    Refusal { is_usage: true, ..never(&format!("the template can not be read: {error}")) }
}

fn since_is_nothing() -> Refusal {
    Refusal { is_usage: true, ..never(&unreadable::since()) }
}

fn never(sentence: &str) -> Refusal {
    Refusal { sentence: sentence.to_owned(), ..Refusal::default() }
}
