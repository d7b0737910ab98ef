//! `foliolens review TARGET...`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgMatches, Args};
use foliolens_analyzers::grade::Grade;
use foliolens_analyzers::snapshot::{Options, ReadError};
use foliolens_analyzers::{Request, examine};
use gix::ObjectId;

use super::progress::Progress;
use super::target::{Ready, Target, TargetError};
use super::{Exit, interrupt, output};
use crate::config::flags::Flags;
use crate::config::suppress;
use crate::config::{Area, FailOn, Settings, Terminal};
use crate::git::{Budget, FetchError};
use crate::report::{self, Report};
use crate::review::unreadable;

/// Reviews repositories.
#[derive(Debug, Args)]
pub struct Review {
    /// A path, an https:// address, or OWNER/REPO on GitHub
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<String>,

    /// Write the report to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    flags: Flags,

    /// How many threads; changes nothing but the time
    #[arg(long, hide = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// The one area of a command that is about one area.
    #[arg(skip)]
    alone: Option<Area>,
}

/// Why one target has no report.
#[derive(Debug, thiserror::Error)]
enum Failed {
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("--since names no commit in it")]
    Since,
}

impl Review {
    /// The same, of the area `id` and no other.
    pub(super) fn of_area(self, id: &'static str) -> Self {
        Review { alone: Some(Area(id)), ..self }
    }

    /// Reviews each target, then writes the report on all.
    pub fn run(self, verbose: u8, matches: &ArgMatches) -> Exit {
        let settings = match Settings::settle(&self.flags, matches) {
            Ok(settings) => settings.on_area(self.alone),
            Err(invalid) => {
                output::complain(&invalid.to_string());
                return Exit::Usage;
            }
        };
        let Some(targets) = self.targets(settings.offline.value) else {
            return Exit::Usage;
        };
        interrupt::listen();
        let terminal = Terminal::detect();
        let mut worst = Exit::Reviewed;
        let mut reports = Vec::new();
        for (text, target) in self.targets.iter().zip(&targets) {
            let progress = Arc::new(Progress::new(terminal, !settings.quiet.value));
            let reviewed = self.review(text, target, &settings, &progress);
            progress.clear();
            match reviewed {
                Ok(report) => {
                    worst = worst.max(verdict(&report, settings.fail_on.value));
                    reports.push(report);
                }
                Err(failed) => {
                    let (sentence, exit) = say(&failed);
                    output::complain(&format!("{text}: {sentence}."));
                    tracing::debug!("{failed:?}");
                    worst = worst.max(exit);
                    if exit == Exit::Interrupted {
                        return exit;
                    }
                }
            }
        }
        if reports.is_empty() {
            return worst;
        }
        let format = settings.format.value.to_report();
        let style = super::style(&terminal, verbose, format.disclosure());
        let style = match &self.output {
            // A file is read elsewhere, by who knows what.
            Some(_) => report::Style { color: false, unicode: true, ..style },
            None => style,
        };
        let text = report::render(&reports, format, &style);
        worst.max(match &self.output {
            Some(path) if path.as_path() != Path::new("-") => output::write(path, &text),
            _ => output::print(&text),
        })
    }

    /// What the targets mean; `None` when one is refused, which has then been said.
    fn targets(&self, offline: bool) -> Option<Vec<Target>> {
        let mut all = Vec::new();
        for text in &self.targets {
            match Target::parse(text) {
                Ok(Target::Address(address)) if offline => {
                    output::complain(&format!(
                        "{text}: --offline forbids to clone {address}; clone it first and review the path."
                    ));
                }
                Ok(target) => all.push(target),
                Err(refused) => output::complain(&format!("{}: {refused}.", without_userinfo(text))),
            }
        }
        (all.len() == self.targets.len()).then_some(all)
    }

    fn review(
        &self,
        text: &str,
        target: &Target,
        settings: &Settings,
        progress: &Arc<Progress>,
    ) -> Result<Report, Failed> {
        let budget = Budget {
            bytes: settings.clone_mib.value << 20,
            total: Duration::from_secs(settings.clone_seconds.value),
            ..Budget::default()
        };
        let budget = Budget { stall: budget.stall.min(budget.total), ..budget };
        tracing::info!("Opening {}", output::plain(text));
        let mut ready = target.open(text, budget, progress.clone())?;
        let since = settings.since.value.as_deref().map(|spec| commit(&ready, spec)).transpose()?;
        let request = Request {
            options: Options {
                since,
                profile: settings.profile.value.to_rubric(),
                suppressed: suppress::values(&settings.suppressed),
                ..Options::default()
            },
            only: settings.only.value.iter().map(|area| area.0).collect(),
            threads: self.threads.map(usize::from),
            ..Request::default()
        };
        let examination = examine(&ready.repository, &request, &**progress)?;
        ready.origin.config_hash = settings.hash();
        let mut report = Report::new(&examination, &ready.origin);
        report.suppress(&suppress::signals(&settings.suppressed), "the file of settings");
        Ok(report)
    }
}

/// The commit that `spec` names: an id, short or not, a tag or a branch.
fn commit(ready: &Ready, spec: &str) -> Result<ObjectId, Failed> {
    let repository = ready.repository.to_thread_local();
    let object = repository.rev_parse_single(spec).ok().and_then(|id| id.object().ok());
    object.and_then(|object| object.peel_to_commit().ok()).map(|commit| commit.id).ok_or(Failed::Since)
}

fn verdict(report: &Report, fail_on: Option<FailOn>) -> Exit {
    let flagged = !report.red_flags.is_empty();
    let weak = report.areas.iter().any(|area| area.grade == Grade::Weak);
    match fail_on {
        Some(FailOn::RedFlag) if flagged => Exit::Struck,
        Some(FailOn::Weak) if flagged || weak => Exit::Struck,
        _ => Exit::Reviewed,
    }
}

/// The sentence for people, without its full stop, and the exit code.
fn say(failed: &Failed) -> (String, Exit) {
    let sentence = match failed {
        Failed::Target(TargetError::Fetch(FetchError::Interrupted)) | Failed::Read(ReadError::Interrupted) => {
            return ("interrupted; nothing was written".to_owned(), Exit::Interrupted);
        }
        Failed::Since | Failed::Read(ReadError::Since(_)) => return (unreadable::since(), Exit::Usage),
        Failed::Target(error) => error.to_string(),
        Failed::Read(error) => unreadable::sentence(error),
    };
    (sentence, Exit::Unreadable)
}

/// What was refused for holding a password is not repeated with it.
fn without_userinfo(text: &str) -> String {
    match text.split_once("://").and_then(|(scheme, rest)| {
        let end = rest.find('/').unwrap_or(rest.len());
        rest[..end].rfind('@').map(|at| format!("{scheme}://{}", &rest[at + 1..]))
    }) {
        Some(cut) => cut,
        None => text.to_owned(),
    }
}
