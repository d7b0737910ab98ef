//! `foliolens review TARGET...`.

mod compared;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{ArgMatches, Args};
use foliolens_analyzers::grade::Grade;

use super::child::{self, Cloned, Failed, say};
use super::progress::Progress;
use super::target::{NOT_TEXT, Named, Target, meant, once};
use super::{Exit, interrupt, output, side_by_side};
use crate::config::flags::Flags;
use crate::config::suppress::What;
use crate::config::{Area, FailOn, Profile, Settings, Terminal, misspelt};
use crate::git;
use crate::report::{self, Report, Without};
use crate::sandbox::protocol::{Configured, Done};
use crate::sandbox::{Ask, Examine, Heard};

/// Reviews repositories.
#[derive(Debug, Args)]
pub struct Review {
    /// A path, an https:// address, or OWNER/REPO on GitHub
    #[arg(required = true, value_name = "TARGET")]
    targets: Vec<OsString>,

    /// Write the report to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Say what changed since an earlier review: its report in JSON (of several repositories, an array)
    #[arg(long, value_name = "OLD.json")]
    compare: Option<PathBuf>,

    #[command(flatten)]
    flags: Flags,

    /// How many threads; changes nothing but the time
    #[arg(long, hide = true, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// The one area of a command that is about one area.
    #[arg(skip)]
    alone: Option<Area>,
}

impl Review {
    /// The same, of the area `id` and no other.
    pub(super) fn of_area(self, id: &'static str) -> Self {
        Review { alone: Some(Area(id)), ..self }
    }

    /// Reviews each target, then writes the report on all.
    pub fn run(self, verbose: u8, matches: &ArgMatches) -> Exit {
        // As the server does: whoever wrote it means something that would not be in force.
        let misspelt = misspelt::misspelt();
        if !misspelt.is_empty() {
            misspelt.iter().for_each(|sentence| output::complain(sentence));
            return Exit::Usage;
        }
        let settings = match Settings::settle(&self.flags, matches) {
            Ok(settings) => settings.on_area(self.alone),
            Err(invalid) => {
                output::complain_in_lines(&invalid.to_string());
                return Exit::Usage;
            }
        };
        let Some(targets) = self.targets(&settings) else {
            return Exit::Usage;
        };
        if !settings.brief.is_empty() && settings.profile.value != Profile::Trial && !settings.quiet.value {
            output::complain("The file's [[brief]] is not looked at: a brief is for --profile trial.");
        }
        let earlier = match self.earlier() {
            Ok(earlier) => earlier,
            Err(sentence) => {
                output::complain(&sentence);
                return Exit::Usage;
            }
        };
        interrupt::listen();
        let terminal = Terminal::detect();
        let template = match self.template(&settings, &Arc::new(Progress::new(terminal, !settings.quiet.value))) {
            Ok(template) => template,
            Err(exit) => return exit,
        };
        let (mut worst, mut reports) = (Exit::Reviewed, Vec::new());
        let (targets, mut without) = once(targets);
        for one in &without {
            output::complain(&format!("{}: {}.", output::plain(&one.target), one.reason));
        }
        let reviewed = self.review_all(&targets, template.as_ref(), &settings, terminal);
        for (Named { position, text, target }, reviewed) in targets.iter().zip(reviewed) {
            match reviewed {
                Ok(report) => {
                    worst = worst.max(verdict(&report, settings.fail_on.value));
                    reports.push(report);
                }
                Err(failed) => {
                    let (sentence, exit) = say(&failed);
                    let sentence = meant(sentence, text, target, &settings);
                    output::complain(&format!("{text}: {sentence}."));
                    tracing::debug!("{failed:?}");
                    worst = worst.max(exit);
                    if exit == Exit::Interrupted {
                        return exit;
                    }
                    without.push(Without {
                        position: *position,
                        target: text.clone(),
                        reason: sentence,
                        has_failed: true,
                    });
                }
            }
        }
        let format = settings.format.value.to_report();
        // Machines that asked for several get a list, whatever became of them.
        let is_list = format == report::Format::Json && self.targets.len() > 1;
        if reports.is_empty() && !is_list {
            return worst;
        }
        if let Err(sentence) = self.compare(&mut reports, &earlier) {
            output::complain(&sentence);
            return Exit::Usage;
        }
        without.sort_by_key(|one| one.position);
        let style = super::style(&terminal, verbose, format.disclosure());
        let style = match &self.output {
            // A file is read elsewhere, by who knows what.
            Some(_) => report::Style { color: false, unicode: true, ..style },
            None => style,
        };
        let text = report::portfolio(&reports, &without, format, &style);
        worst.max(match &self.output {
            Some(path) if path.as_path() != Path::new("-") => output::write(path, &text),
            _ => output::print(&text),
        })
    }

    /// What the targets mean; `None` when one is refused, which has then been said.
    fn targets(&self, settings: &Settings) -> Option<Vec<Named>> {
        let mut all = Vec::new();
        for (position, text) in self.targets.iter().enumerate() {
            let Some(text) = text.to_str() else {
                output::complain(&format!("{}: {NOT_TEXT}.", text.display()));
                continue;
            };
            match Target::parse(text) {
                _ if text.is_empty() => {
                    output::complain("A target is empty; name a path, an https:// address, or OWNER/REPO on GitHub.");
                }
                Ok(Target::Path(path)) if holds(&path, settings.rules.value.as_deref()) => {
                    output::complain(&format!(
                        "{text}: the rules lie in the repository under review, which may not bring its own; copy them \
                         elsewhere."
                    ));
                }
                Ok(Target::Address(address)) if settings.offline.value => {
                    output::complain(&format!(
                        "{text}: --offline forbids to clone {address}; clone it first and review the path."
                    ));
                }
                Ok(target) => all.push(Named { position, text: text.to_owned(), target }),
                Err(refused) => output::complain(&format!("{}: {refused}.", without_userinfo(text))),
            }
        }
        (all.len() == self.targets.len()).then_some(all)
    }

    /// Reviews side by side what may together use as much memory as one alone; what needs more than its share has all of
    /// it afterwards.
    fn review_all(
        &self,
        targets: &[Named],
        template: Option<&Cloned>,
        settings: &Settings,
        terminal: Terminal,
    ) -> Vec<Result<Report, Failed>> {
        let is_shown = !settings.quiet.value;
        let at_once = match targets {
            [_] => 1,
            several => std::thread::available_parallelism().map_or(1, usize::from).clamp(1, AT_ONCE).min(several.len()),
        };
        let all = (at_once > 1).then(|| Progress::counting(terminal, is_shown, targets.len()));
        let review = |index: usize, memory_mib: u64, is_shown: bool| {
            let of = if targets.len() > 1 { &*targets[index].text } else { "" };
            let progress = Arc::new(Progress::new(terminal, is_shown).of(of));
            let reviewed = self.review(&targets[index], template, settings, memory_mib, &progress);
            progress.clear();
            if let Some(all) = &all {
                all.hear(Heard::Advanced(1, 0));
            }
            reviewed
        };
        let mut reviewed = side_by_side::each(targets.len(), at_once, |index| {
            // Nothing new is begun once everything is to stop.
            if interrupt::interrupted() {
                return Err(Failed::Interrupted);
            }
            review(index, settings.memory_mib.value / at_once as u64, is_shown && all.is_none())
        });
        if let Some(all) = &all {
            all.clear();
        }
        if at_once > 1 {
            for (index, one) in reviewed.iter_mut().enumerate() {
                if one.as_ref().is_err_and(Failed::is_out_of_memory) && !interrupt::interrupted() {
                    *one = review(index, settings.memory_mib.value, is_shown);
                }
            }
        }
        reviewed
    }

    /// Fetches and examines in processes of their own, as the server does.
    fn review(
        &self,
        Named { text, target, .. }: &Named,
        template: Option<&Cloned>,
        settings: &Settings,
        memory_mib: u64,
        progress: &Arc<Progress>,
    ) -> Result<Report, Failed> {
        tracing::info!("Opening {}", output::plain(text));
        let Cloned { folder, _workdir } = child::opened(target, settings, memory_mib, progress)?;
        let address = match target {
            Target::Path(_) => None,
            Target::Address(address) => Some(address.to_string()),
        };
        let note = "Only what is committed was looked at.".to_owned();
        let (note, label) = match target {
            Target::Path(path) => (Some(note), named(text, path)),
            Target::Address(address) => (None, address.to_string()),
        };
        let suppressed = settings.suppressed.iter().map(What::written).map(|(what, why)| (what, why.to_owned()));
        let ask = Examine {
            address,
            label: label.clone(),
            note: note.clone(),
            only: settings.only.value.clone(),
            trial: settings.profile.value == Profile::Trial,
            since: settings.since.value.clone(),
            configured: Configured { suppressed: suppressed.collect(), is_alone: true, ..Configured::default() },
            template: template.map(|template| template.folder.clone()),
            template_name: settings.template.value.clone(),
            brief: settings.brief.clone(),
            rules: settings.own_rules.clone(),
            limits: settings.limits,
            memory_mib,
            seconds: settings.seconds.value,
            threads: self.threads.map(usize::from),
            ..Examine::of(folder)
        };
        match child::ask(Ask::Examine(Box::new(ask)), settings.seconds.value + 10, settings, progress)? {
            Done::Examined(mut report, web) => {
                // What the JSON of a report leaves out.
                (report.label, report.note, report.web) = (label, note, web);
                // One alone needs none, and is the same wherever it lies.
                if let Target::Path(path) = target
                    && self.targets.len() > 1
                    && report.repository.name.is_none()
                {
                    report.repository.folder = folder_of(path);
                }
                Ok(*report)
            }
            _ => Err(Failed::Cage(None)),
        }
    }

    /// The template, where one was named; why there is none has been said.
    fn template(&self, settings: &Settings, progress: &Arc<Progress>) -> Result<Option<Cloned>, Exit> {
        let Some(text) = &settings.template.value else { return Ok(None) };
        let refuse = |why: &str| {
            let called = settings.template.called("template");
            output::complain(&format!("{called} {}: {why}.", without_userinfo(text)));
            Exit::Usage
        };
        if settings.profile.value != Profile::Trial {
            return Err(refuse("a template is for --profile trial"));
        }
        if settings.since.value.is_some() {
            return Err(refuse(&format!("{} says the same; name one of both", settings.since.called("since"))));
        }
        let target = Target::parse(text).map_err(|refused| refuse(&refused.to_string()))?;
        match &target {
            Target::Address(_) if settings.offline.value => return Err(refuse("--offline forbids to clone it")),
            Target::Path(path) => {
                git::locate(path).map_err(|error| refuse(&error.to_string()))?;
            }
            Target::Address(_) => {}
        }
        let opened = child::opened(&target, settings, settings.memory_mib.value, progress);
        progress.clear();
        opened.map(Some).map_err(|failed| {
            let (sentence, exit) = say(&failed);
            output::complain(&format!("--template {}: {sentence}.", without_userinfo(text)));
            exit
        })
    }
}

/// What to call the repository at a path: as it was written, and the folder where that says nothing.
fn named(text: &str, path: &Path) -> String {
    let is_name = path.file_name().is_some();
    let folder = path.canonicalize().ok().filter(|_| !is_name);
    folder.as_deref().and_then(Path::file_name).map_or(text.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// What the folder of the repository at `path` is called, that of its files where it has some.
fn folder_of(path: &Path) -> Option<String> {
    let path = path.canonicalize().ok()?;
    let folder = if path.file_name()? == ".git" { path.parent()? } else { &path };
    Some(folder.file_name()?.to_string_lossy().into_owned())
}

/// Whether `rules` lies in the repository at `path`.
fn holds(path: &Path, rules: Option<&Path>) -> bool {
    let Some(Ok(rules)) = rules.map(Path::canonicalize) else { return false };
    let Ok(located) = git::locate(path) else { return false };
    // The folder that is worked in holds the git folder; a bare repository is one.
    let folders = [located.folder.canonicalize().ok(), path.canonicalize().ok()];
    folders.into_iter().flatten().any(|folder| {
        let root = if folder.file_name().is_some_and(|name| name == ".git") { folder.parent() } else { None };
        rules.starts_with(root.unwrap_or(&folder))
    })
}

/// Of several repositories, so many at a time, and no more than there are cores: each uses all of them.
const AT_ONCE: usize = 4;

fn verdict(report: &Report, fail_on: Option<FailOn>) -> Exit {
    let flagged = !report.red_flags.is_empty();
    let weak = report.areas.iter().any(|area| area.grade == Grade::Weak);
    match fail_on {
        Some(FailOn::RedFlag) if flagged => Exit::Struck,
        Some(FailOn::Weak) if flagged || weak => Exit::Struck,
        _ => Exit::Reviewed,
    }
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
