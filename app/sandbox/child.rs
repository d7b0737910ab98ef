//! The other side: reads one request from stdin, does it, writes one answer to stdout.

use std::io::{Read, Write};
use std::sync::Arc;
use std::time::Duration;

use foliolens_analyzers::registry;
use foliolens_analyzers::run::{Request, examine};
use foliolens_analyzers::snapshot::{NoWatch, Options};
use rustix::process::{Resource, Rlimit, setrlimit};

use super::protocol::{Answer, Ask, Done, Examine, Fetch, Refusal, VERSION};
use super::suppressed::Suppressed;
use crate::config::{self, Profile};
use crate::git::{self, Address, Budget, FetchError, Policy};
use crate::report::{Origin, Report, Web};
use crate::review::unreadable;
use crate::review::words::{fill, words};

/// The request of a parent is no larger.
const LARGEST: u64 = 1 << 20;

/// Does what stdin asks for. The exit code says whether there is an answer at all.
pub fn run() -> bool {
    let mut asked = Vec::new();
    if std::io::stdin().take(LARGEST).read_to_end(&mut asked).is_err() {
        return false;
    }
    let result = match serde_json::from_slice(&asked) {
        Ok(Ask::Fetch(fetch)) => fetched(&fetch),
        Ok(Ask::Examine(examine)) => examined(&examine),
        Err(_) => return false,
    };
    let Ok(answer) = serde_json::to_vec(&Answer { version: VERSION, result }) else { return false };
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&answer).and_then(|()| stdout.flush()).is_ok()
}

fn fetched(fetch: &Fetch) -> Result<Done, Refusal> {
    let web: url::Url = fetch.web.parse().map_err(|_| never("the address of GitHub is wrong"))?;
    let policy = if web.host_str() == Some("github.com") { Policy::public() } else { Policy::operated(web) };
    let address = Address::parse(&fetch.address, policy.clone()).map_err(|refused| never(&refused.to_string()))?;
    let total = Duration::from_secs(fetch.seconds);
    let budget = Budget { bytes: fetch.bytes, total, ..Budget::default() };
    let budget = Budget { stall: budget.stall.min(total), ..budget };
    let watch = Arc::new(Unwatched);
    match git::fetch_into(&fetch.folder, &address, fetch.token.as_ref(), policy, budget, watch) {
        Ok(_) => Ok(Done::Fetched),
        Err(error) => Err(refusal(&error)),
    }
}

/// What the command line says of options and clones of one's own helps nobody on GitHub.
fn refusal(error: &FetchError) -> Refusal {
    match error {
        FetchError::NotFound | FetchError::Moved => never(&words().not_found),
        FetchError::TooLarge(mib) | FetchError::ObjectTooLarge(mib) => {
            never(&fill(&words().too_large, &[("mib", &mib.to_string())]))
        }
        FetchError::NotPublic(_) => never(&error.to_string()),
        FetchError::Unreachable(_)
        | FetchError::TimedOut(_)
        | FetchError::Failed(..)
        | FetchError::Workdir(_)
        | FetchError::Interrupted => Refusal { sentence: error.to_string(), is_passing: true },
    }
}

fn examined(asked: &Examine) -> Result<Done, Refusal> {
    // What is mapped from the clone does not count, what is allocated does.
    let bytes = Some(asked.memory_mib << 20);
    if setrlimit(Resource::Data, Rlimit { current: bytes, maximum: bytes }).is_err() {
        tracing::warn!("the memory could not be limited");
    }
    let none = Some(0);
    let _ = setrlimit(Resource::Core, Rlimit { current: none, maximum: none });
    let opened = git::open(&asked.folder).map_err(|error| never(&error.to_string()))?;
    let repository = opened.repository;
    let configured = Suppressed::read(&repository, &asked.configured);
    let since = match &asked.since {
        Some(spec) => {
            let local = repository.to_thread_local();
            let object = local.rev_parse_single(spec.as_str()).ok().and_then(|id| id.object().ok());
            let commit = object.and_then(|object| object.peel_to_commit().ok());
            Some(commit.ok_or_else(|| never(&unreadable::since()))?.id)
        }
        None => None,
    };
    let profile = if asked.trial { Profile::Trial } else { Profile::Backend };
    let request = Request {
        options: Options { since, profile: profile.to_rubric(), suppressed: configured.values(), ..Options::default() },
        only: registry::areas().map(|area| area.id).filter(|id| asked.only.iter().any(|only| only == id)).collect(),
        weights: asked.weights.clone(),
        threads: None,
    };
    let examination = examine(&repository, &request, &NoWatch).map_err(|error| never(&unreadable::sentence(&error)))?;
    let web = Web::of_remote(&asked.address).or_else(|| Web::of_github(&asked.address));
    let origin = Origin {
        name: web.as_ref().map(|web| web.name().to_owned()),
        label: asked.address.clone(),
        web,
        config_hash: config::hash(&request.only, profile, asked.since.as_deref(), &configured.all(), &asked.weights),
        note: None,
    };
    let mut report = Report::new(&examination, &origin);
    configured.show(&mut report);
    Ok(Done::Examined(Box::new(report)))
}

fn never(sentence: &str) -> Refusal {
    Refusal { sentence: sentence.to_owned(), is_passing: false }
}

/// Nobody looks on; whoever waits kills us.
struct Unwatched;

impl git::Watch for Unwatched {
    fn received(&self, _bytes: u64) {}

    fn unpacked(&self, _objects: u64, _of: Option<u64>) {}

    fn interrupted(&self) -> bool {
        false
    }
}
