//! `foliolens doctor`.

use std::fmt::Write;
use std::time::Duration;

use clap::{ArgMatches, Args};

use super::{Exit, output, serve};
use crate::config::flags::Flags;
use crate::config::server::{Server, Wrong};
use crate::config::{self, Setting, Settings, Source, Terminal, misspelt, suppress};
use crate::git::Workdir;
use crate::github::{GitHub, GitHubError};
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
        let (settings, misspelt) = (Settings::settle(&self.flags, matches), misspelt::misspelt());
        let terminal = Terminal::detect();
        let workdir = Workdir::new();
        let mut text = format!("foliolens {}\n\nSettings\n", env!("CARGO_PKG_VERSION"));
        match &settings {
            Ok(settings) => {
                for (name, value, source) in rows(settings) {
                    line(&mut text, name, &value, &source);
                }
            }
            Err(invalid) => list(&mut text, invalid.0.lines().map(|wrong| format!("WRONG: {wrong}"))),
        }
        let file = self.flags.config.as_ref().map_or("none".to_owned(), |path| path.display().to_string());
        line(&mut text, "config", &output::plain(&file), "");
        list(&mut text, misspelt.iter().map(|wrong| format!("WRONG: {wrong}")));
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
        let is_offline = settings.as_ref().is_ok_and(|settings| settings.offline.value);
        let network = if is_offline { "not used" } else { "only to clone, over https" };
        line(&mut text, "network", network, "no telemetry, no proxy");
        text.push_str("\nWhat shuts a review in\n");
        list(&mut text, shut_in(self.flags.sandbox.unwrap_or_default(), self.flags.cgroup.clone()));
        text.push_str("\nThe server (`foliolens serve`)\n");
        list(&mut text, server(&misspelt, is_offline));
        if config::proxy_is_set() {
            text.push_str("\nA proxy is set, and is not used: behind one, nobody can tell which machine is reached. ");
            text.push_str("Clone with git and review the path.\n");
        }
        let found = match (&settings, &workdir) {
            (Err(_), _) => Exit::Usage,
            _ if !misspelt.is_empty() => Exit::Usage,
            (_, Err(_)) => Exit::Unreadable,
            _ => Exit::Reviewed,
        };
        output::print(&text).max(found)
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
            suppressed(settings),
            if settings.suppressed.len() + settings.run_out == 0 { Source::Default } else { Source::File }.to_string(),
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

/// "1 finding, 2 signals, 1 out of date"
fn suppressed(settings: &Settings) -> String {
    let (values, signals) =
        (suppress::values(&settings.suppressed).len(), suppress::signals(&settings.suppressed).len());
    let counts = [(values, "finding", "findings"), (signals, "signal", "signals")];
    let counts = counts.into_iter().filter(|(count, ..)| *count > 0);
    let counts = counts.map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }));
    let run_out = (settings.run_out > 0).then(|| format!("{} out of date", settings.run_out));
    let all: Vec<String> = counts.chain(run_out).collect();
    if all.is_empty() { "none".to_owned() } else { all.join(", ") }
}

/// What a server lacks, where one is to run; that some variables are `misspelt` has been said.
fn server(misspelt: &[String], is_offline: bool) -> Vec<String> {
    if !config::is_to_serve() {
        return vec!["not set up, and not needed for reviews here; .env.example names what it needs".to_owned()];
    }
    let all_is_set = || "everything that it needs is set".to_owned();
    match Server::read() {
        Ok(_) if is_offline => vec![all_is_set()],
        Ok(settings) => {
            let api = settings.api.clone();
            let patience = settings.patience.min(LONGEST_ANSWER);
            let asked = serve::block_on(async { Ok(GitHub::new(&api, settings.key, patience)?.knows_us().await?) });
            vec![all_is_set(), answered(&api.to_string(), asked)]
        }
        Err(Wrong(wrong)) => {
            let wrong = wrong.into_iter().filter(|wrong| !misspelt.contains(wrong));
            let wrong: Vec<String> = wrong.map(|wrong| format!("WRONG: {wrong}")).collect();
            if wrong.is_empty() { vec![all_is_set()] } else { wrong }
        }
    }
}

/// For so long GitHub is waited for here.
const LONGEST_ANSWER: Duration = Duration::from_secs(10);

/// What came of asking GitHub at `api` who we are.
fn answered(api: &str, asked: anyhow::Result<()>) -> String {
    let Err(error) = asked else { return format!("GitHub answers at {api}, and knows the app") };
    match error.downcast_ref::<GitHubError>() {
        Some(GitHubError::Untrusted(_)) => format!("WRONG: {api}: {error}"),
        Some(GitHubError::Unauthorized | GitHubError::NotFound) => {
            format!("WRONG: {api}: {error}: the key in use is none of the app FOLIOLENS_APP_ID")
        }
        _ => format!("UNKNOWN: {api}: {error:#}"),
    }
}

/// What the kernel lacks, or that it lacks nothing.
fn shut_in(strictness: Strictness, cgroup: Option<std::path::PathBuf>) -> Vec<String> {
    if strictness == Strictness::Off {
        return vec!["nothing: it is off".to_owned()];
    }
    let has_folder = cgroup.is_some();
    let asked = serve::block_on(async {
        let program = std::env::current_exe()?;
        let cage = Cage { program, wall: Duration::from_secs(10), strictness, cgroup };
        Ok(cage.missing().await?)
    });
    match asked {
        Ok(missing) => shut_in_by(&missing, has_folder),
        Err(error) => vec![format!("UNKNOWN: {error}")],
    }
}

/// The same, where it is known what is `missing`.
fn shut_in_by(missing: &[String], has_folder: bool) -> Vec<String> {
    let mut lines: Vec<String> = missing.iter().map(|missing| format!("MISSING: {missing}")).collect();
    if lines.is_empty() {
        let all = "everything that the kernel has for it: rlimits, no_new_privs, Landlock (files and ports), seccomp";
        lines.push(all.to_owned());
    }
    let has_group = !missing.iter().any(|missing| missing.starts_with(GROUP));
    match (has_folder, has_group) {
        (true, true) => lines.push("each review in a cgroup of its own (memory and threads)".to_owned()),
        // It is one of what is missing.
        (true, false) => {}
        (false, _) => lines.push(
            "no cgroup, since FOLIOLENS_CGROUP is not set: memory is limited by rlimits, threads are not".to_owned(),
        ),
    }
    lines
}

/// What the mechanism is called where it is missing.
const GROUP: &str = "cgroup (";

fn line(text: &mut String, name: &str, value: &str, note: &str) {
    let line = format!("  {name:17} {value:25}  {note}");
    text.push_str(line.trim_end());
    text.push('\n');
}

fn list(text: &mut String, lines: impl IntoIterator<Item = String>) {
    for line in lines {
        let _ = writeln!(text, "  {}", output::plain(&line));
    }
}

fn yes(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_cgroup_it_speaks_whatever_is_missing() {
        let none = "no cgroup, since FOLIOLENS_CGROUP is not set";
        let each = "each review in a cgroup of its own";
        let said = |missing: &[&str], has_folder| {
            shut_in_by(&missing.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>(), has_folder)
        };
        for (missing, has_folder, first, last) in [
            (&[][..], false, "everything that the kernel has for it", none),
            (&[], true, "everything that the kernel has for it", each),
            (&["seccomp (…)"], false, "MISSING: seccomp (", none),
            (&["seccomp (…)"], true, "MISSING: seccomp (", each),
            (&["seccomp (…)", "cgroup (none can be made)"], true, "MISSING: seccomp (", "MISSING: cgroup ("),
        ] {
            let lines = said(missing, has_folder);
            assert_eq!(lines.len(), 2, "{lines:?}");
            assert!(lines[0].starts_with(first) && lines[1].starts_with(last), "{lines:?}");
        }
        assert_eq!(said(&["cgroup (none can be made)"], true), ["MISSING: cgroup (none can be made)"]);
        assert_eq!(shut_in(Strictness::Off, None), ["nothing: it is off"]);
    }

    #[test]
    fn a_certificate_that_is_not_trusted_and_a_key_of_another_app_are_named() {
        let said = |error: GitHubError| answered("https://github.corp/api/v3", Err(error.into()));
        let untrusted = said(GitHubError::Untrusted("UnknownIssuer".into()));
        assert!(untrusted.starts_with("WRONG: https://github.corp/api/v3: GitHub's certificate is not trusted"));
        assert!(untrusted.contains("SSL_CERT_FILE"), "{untrusted}");
        assert!(said(GitHubError::Unauthorized).contains("FOLIOLENS_APP_ID"));
        let silent = said(GitHubError::Network("no route".into()));
        assert_eq!(silent, "UNKNOWN: https://github.corp/api/v3: GitHub did not answer: no route");
    }
}
