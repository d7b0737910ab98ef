//! `foliolens doctor`.

use std::fmt::Write;

use clap::{ArgMatches, Args};

use super::{Exit, output, serve};
use crate::config::flags::Flags;
use crate::config::{self, Setting, Settings, Source, Terminal};
use crate::git::Workdir;
use crate::sandbox::{Cage, Strictness};

/// Says what is configured, from where, and what is missing.
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    flags: Flags,
}

impl Doctor {
    /// Prints it.
    pub fn run(self, matches: &ArgMatches) -> Exit {
        let settings = match Settings::settle(&self.flags, matches) {
            Ok(settings) => settings,
            Err(invalid) => {
                output::complain(&invalid.to_string());
                return Exit::Usage;
            }
        };
        let terminal = Terminal::detect();
        let workdir = Workdir::new();
        let mut text = format!("foliolens {}\n\nSettings\n", env!("CARGO_PKG_VERSION"));
        for (name, value, source) in rows(&settings) {
            line(&mut text, name, &value, &source);
        }
        let file = self.flags.config.as_ref().map_or("none".to_owned(), |path| path.display().to_string());
        line(&mut text, "config", &file, "");
        text.push_str("\nTerminal\n");
        line(&mut text, "width", &terminal.width.to_string(), "columns");
        line(&mut text, "colour", yes(terminal.color), "NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM");
        line(&mut text, "UTF-8", yes(terminal.unicode), "LC_ALL, LC_CTYPE, LANG");
        line(&mut text, "progress", yes(terminal.progress), "only where standard error is a terminal");
        text.push_str("\nNeeds\n");
        line(&mut text, "git", "not needed", "repositories are read and cloned without it");
        let folder = match &workdir {
            Ok(_) => "can be written",
            Err(_) => "MISSING: set TMPDIR to a folder that can be written",
        };
        line(&mut text, "temporary folder", folder, "");
        let network = if settings.offline.value { "not used" } else { "only to clone an address, over https" };
        line(&mut text, "network", network, "no telemetry, no proxy");
        text.push_str("\nWhat shuts a review in\n");
        for said in shut_in(settings.sandbox.value, settings.cgroup.value.clone()) {
            let _ = writeln!(text, "  {said}");
        }
        if config::proxy_is_set() {
            text.push_str("\nA proxy is set, and is not used: behind one, nobody can tell which machine is reached. ");
            text.push_str("Clone with git and review the path.\n");
        }
        for wrong in config::misspelt::misspelt() {
            let _ = writeln!(text, "\n{}", output::plain(&wrong));
        }
        output::print(&text).max(if workdir.is_ok() { Exit::Reviewed } else { Exit::Unreadable })
    }
}

fn rows(settings: &Settings) -> Vec<(&'static str, String, String)> {
    fn row<T>(name: &'static str, setting: &Setting<T>, show: impl Fn(&T) -> String) -> (&'static str, String, String) {
        (name, output::plain(&show(&setting.value)), setting.source.to_string())
    }
    let nothing = || "none".to_owned();
    vec![
        row("format", &settings.format, |format| format.to_report().name().to_owned()),
        row("only", &settings.only, |only| if only.is_empty() { "all areas".to_owned() } else { only.join(", ") }),
        row("profile", &settings.profile, |profile| profile.name().to_owned()),
        row("since", &settings.since, |since| since.clone().unwrap_or_else(nothing)),
        row("template", &settings.template, |template| template.clone().unwrap_or_else(nothing)),
        (
            "brief",
            match settings.brief.len() {
                0 => "the usual".to_owned(),
                1 => "1 item".to_owned(),
                many => format!("{many} items"),
            },
            if settings.brief.is_empty() { Source::Default } else { Source::File }.to_string(),
        ),
        row("rules", &settings.rules, |rules| {
            rules.as_ref().map_or_else(nothing, |folder| folder.display().to_string())
        }),
        row("fail_on", &settings.fail_on, |fail_on| fail_on.map_or_else(nothing, |fail_on| fail_on.name().to_owned())),
        row("offline", &settings.offline, |offline| yes(*offline).to_owned()),
        row("quiet", &settings.quiet, |quiet| yes(*quiet).to_owned()),
        (
            "suppress",
            match settings.suppressed.len() {
                0 => nothing(),
                1 => "1 finding".to_owned(),
                many => format!("{many} findings"),
            },
            if settings.suppressed.is_empty() { Source::Default } else { Source::File }.to_string(),
        ),
        row("clone_mib", &settings.clone_mib, u64::to_string),
        row("clone_seconds", &settings.clone_seconds, u64::to_string),
        row("clone_objects", &settings.clone_objects, u64::to_string),
        row("seconds", &settings.seconds, u64::to_string),
        row("memory_mib", &settings.memory_mib, u64::to_string),
        row("cgroup", &settings.cgroup, |folder| {
            folder.as_ref().map_or_else(nothing, |folder| folder.display().to_string())
        }),
        row("sandbox", &settings.sandbox, |sandbox| sandbox.name().to_owned()),
    ]
}

/// What the kernel lacks, or that it lacks nothing.
fn shut_in(strictness: Strictness, cgroup: Option<std::path::PathBuf>) -> Vec<String> {
    if strictness == Strictness::Off {
        return vec!["nothing: it is off".to_owned()];
    }
    let grouped = match &cgroup {
        Some(_) => "each review in a cgroup of its own (memory and threads)",
        None => "no cgroup, since FOLIOLENS_CGROUP is not set: memory is limited by rlimits, threads are not",
    };
    let asked = serve::block_on(async {
        let program = std::env::current_exe()?;
        let cage = Cage { program, wall: std::time::Duration::from_secs(10), strictness, cgroup };
        Ok(cage.missing().await?)
    });
    match asked {
        Ok(missing) if missing.is_empty() => {
            let all =
                "everything that the kernel has for it: rlimits, no_new_privs, Landlock (files and ports), seccomp";
            vec![all.to_owned(), grouped.to_owned()]
        }
        Ok(missing) => missing.iter().map(|missing| format!("MISSING: {missing}")).collect(),
        Err(error) => vec![format!("UNKNOWN: {error}")],
    }
}

fn line(text: &mut String, name: &str, value: &str, note: &str) {
    let line = format!("  {name:17} {value:22} {note}");
    text.push_str(line.trim_end());
    text.push('\n');
}

fn yes(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}
