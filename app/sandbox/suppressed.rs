//! What the files of settings suppress: those where the review was asked for, and the one in the commit under review,
//! which may do nothing else.

use foliolens_analyzers::code::own::OwnRules;
use foliolens_analyzers::registry;
use foliolens_analyzers::secrets::Suppression;

use super::protocol::Configured;
use crate::config::suppress::{self, What};
use crate::config::wishes::{LARGEST, Whose, Wishes};
use crate::report::Report;

/// Where a repository says what in it needs no action.
const FILE: &str = ".github/foliolens.toml";
/// How it is called in a report.
const OWN: &str = "the repository's own .github/foliolens.toml";

/// How the one of the command line is called.
const ALONE: &str = "the file of settings";

/// What is suppressed, and by whom.
pub(super) struct Suppressed {
    by: String,
    is_alone: bool,
    asked: Vec<What>,
    own: Vec<What>,
    said: Vec<String>,
}

impl Suppressed {
    /// What was asked for, and what stands in the commit under review.
    pub(super) fn read(
        repository: &gix::ThreadSafeRepository,
        revision: Option<gix::ObjectId>,
        configured: &Configured,
    ) -> Self {
        let read = |(what, why): &(String, String)| What::signal(what, why).or_else(|_| What::value(what, why)).ok();
        let own = if configured.reads_own { file(repository, revision) } else { Ok(None) };
        let wishes = match own {
            Ok(Some(text)) => Wishes::read(&text, Whose::Candidate, "The repository's own .github/foliolens.toml"),
            Ok(None) => Wishes::default(),
            Err(()) => Wishes {
                wrong: vec![
                    "The repository's own .github/foliolens.toml is not read: it is no file of at most 64 KiB."
                        .to_owned(),
                ],
                ..Wishes::default()
            },
        };
        let mut said: Vec<String> = configured.said.iter().cloned().chain(wishes.wrong).collect();
        let own = suppress::in_force(&wishes.suppress, configured.today);
        let mut own: Vec<What> = own.into_iter().map(What::by_owner).collect();
        if configured.own_is_locked && !own.is_empty() {
            said.push(format!("What {OWN} suppresses is not followed: {} does not allow it.", configured.by));
            own.clear();
        }
        Suppressed {
            by: if configured.is_alone { ALONE.to_owned() } else { format!("the configuration of {}", configured.by) },
            is_alone: configured.is_alone,
            asked: configured.suppressed.iter().filter_map(read).collect(),
            own,
            said,
        }
    }

    /// The values that need no action.
    pub(super) fn values(&self) -> Vec<Suppression> {
        suppress::values(&self.all())
    }

    /// Everything, each once.
    pub(super) fn all(&self) -> Vec<What> {
        let mut all = [self.asked.as_slice(), &self.own].concat();
        all.sort();
        all.dedup_by_key(|what| what.written().0);
        all
    }

    /// Has `report` say what was suppressed by whom, and what was not understood.
    pub(super) fn show(self, report: &mut Report, rules: &OwnRules) {
        for (by, all) in [(&*self.by, &self.asked), (OWN, &self.own)] {
            let signals = suppress::signals(all);
            report.suppress(&signals, by);
            let is_known =
                |id: &str| registry::signal(id).is_some() || rules.signals().iter().any(|signal| &*signal.id == id);
            for (id, _) in signals.iter().filter(|(id, _)| !is_known(id)) {
                report.configuration.push(format!(
                    "{by} suppresses {id}, but there is no such signal, and no rule of that name is in force."
                ));
            }
            match suppress::values(all).len() {
                0 => {}
                _ if self.is_alone => {}
                number => report.configuration.push(said_of_values(number, by)),
            }
        }
        report.configuration.extend(self.said);
    }
}

/// What is said of `number` values that `by` suppresses.
fn said_of_values(number: usize, by: &str) -> String {
    let values = if number == 1 { "1 value is" } else { &format!("{number} values are") };
    let counts = if by == OWN { " It says so of itself, so they count as possible." } else { "" };
    format!("{values} suppressed by {by}; where one was found, that is said.{counts}")
}

/// The text of the file at `revision`, else at HEAD, where there is one.
fn file(repository: &gix::ThreadSafeRepository, revision: Option<gix::ObjectId>) -> Result<Option<String>, ()> {
    let local = repository.to_thread_local();
    let commit = match revision {
        Some(id) => local.find_commit(id).ok(),
        None => local.head_commit().ok(),
    };
    let tree = commit.and_then(|commit| commit.tree().ok());
    let Some(entry) = tree.and_then(|tree| tree.lookup_entry_by_path(FILE).ok().flatten()) else { return Ok(None) };
    let size = entry.id().header().map_err(drop)?.size();
    if !entry.mode().is_blob() || size > LARGEST as u64 {
        return Err(());
    }
    let object = entry.object().map_err(drop)?;
    Ok(Some(String::from_utf8_lossy(&object.data).into_owned()))
}
