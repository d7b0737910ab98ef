//! The command line: one file a command.

mod child;
pub mod completions;
pub mod doctor;
pub mod explain;
pub mod forget;
pub mod interrupt;
pub mod jobs;
pub mod output;
pub mod panics;
pub mod progress;
pub mod review;
pub mod rules;
pub mod schema;
pub mod secrets;
pub mod serve;
pub mod side_by_side;
pub mod target;

use std::process::ExitCode;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::config::Terminal;
use crate::report::{Disclosure, Style};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Everything was reviewed.
    Reviewed = 0,
    /// `--fail-on` struck.
    Struck = 1,
    /// The command was wrong.
    Usage = 2,
    /// A repository could not be read.
    Unreadable = 3,
    /// Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "foliolens", version, about, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Cli {
    /// Say on standard error what goes on (-vv: also why something failed), and show all of a report in a terminal: every
    /// place, and what strong and weak answers contain
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  foliolens review .                               the repository in this folder, as committed
  foliolens review ana/shop                        https://github.com/ana/shop
  foliolens review https://gitlab.com/ana/shop --format html --output shop.html
  foliolens review ana/shop ana/blog --only tests,secrets --format markdown
  foliolens review ana/shop --compare shop.json    and what changed since shop.json was written
  foliolens review ./trial --profile trial --since starter --fail-on red-flag
  foliolens review ana/trial --template acme/trial what ana added to the template, against the brief
  foliolens review ana/shop --rules ./rules        with the rules of your own in that folder
  foliolens secrets ana/shop --fail-on red-flag    credentials only
  foliolens explain readme.setup

Exit codes:
  0    reviewed
  1    reviewed, and --fail-on struck; a rule of your own failed its examples
  2    wrong usage, or the report could not be written
  3    a repository could not be read (of several, the others are reviewed);
       `doctor` misses something, `forget` could not reach all, a server could not start
  130  interrupted

Settings come from flags, then FOLIOLENS_* variables, then the file of --config: see `foliolens doctor`.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Review repositories: what is there, what is missing, where to see it, and how to mend it
    #[command(after_help = AFTER_HELP)]
    Review(review::Review),
    /// Look for credentials only, in everything that branches, tags and notes reach
    Secrets(secrets::Secrets),
    /// What a signal looks at, why it matters, how to mend it and how to dispute it
    Explain(explain::Explain),
    /// Try an organisation's own rules on their examples
    Rules(rules::Rules),
    /// The JSON Schema of the report on one repository (several make an array of such)
    Schema,
    /// Completions for a shell
    Completions(completions::Completions),
    /// What is configured, from where, and what is missing
    Doctor(doctor::Doctor),
    /// Answer GitHub's deliveries, and review what they ask for
    Serve(serve::Serve),
    /// Review what a server elsewhere has taken in (PostgreSQL)
    Worker(serve::Work),
    /// Bring the tables of the server's database up to date
    Migrate(serve::Migrate),
    /// Look at the server's queue
    Jobs(jobs::Jobs),
    /// Delete what the server has stored and posted about a repository, for an owner who can not comment `/review forget`
    Forget(forget::Forget),
    /// Owners who do not want to be reviewed
    Optout(jobs::OptOut),
    /// What the server starts for each repository; asked over standard input
    #[command(hide = true)]
    Child,
}

/// Reads the arguments, and the variables that are set to something.
pub fn parse() -> Result<(Cli, ArgMatches), clap::Error> {
    let command = Cli::command().mut_subcommands(|command| command.mut_args(crate::config::unless_empty));
    let matches = command.try_get_matches()?;
    let cli = Cli::from_arg_matches(&matches)?;
    Ok((cli, matches))
}

/// Starts telling what goes on, if anybody wants to know. Only our own words: what libraries log is not ours to vet.
pub fn trace(cli: &Cli) {
    panics::talk(cli.verbose > 0);
    if matches!(cli.command, Command::Serve(_) | Command::Worker(_)) {
        return serve::log();
    }
    let level = match cli.verbose {
        0 => return,
        1 => "foliolens=info,foliolens_analyzers=info",
        _ => "foliolens=debug,foliolens_analyzers=debug",
    };
    let started = tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::new(level))
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .try_init();
    // It is only started once; a second start in one process keeps the first.
    drop(started);
}

/// Runs the command.
pub fn run(cli: Cli, matches: &ArgMatches) -> Exit {
    let below = matches.subcommand().map_or(matches, |(_, below)| below);
    match cli.command {
        Command::Review(review) => review.run(cli.verbose, below),
        Command::Secrets(secrets) => secrets.run(cli.verbose, below),
        Command::Explain(explain) => explain.run(),
        Command::Rules(rules) => rules.run(),
        Command::Schema => schema::run(),
        Command::Completions(completions) => completions.run(),
        Command::Doctor(doctor) => doctor.run(below),
        Command::Serve(serve) => serve.run(),
        Command::Worker(worker) => worker.run(),
        Command::Migrate(migrate) => migrate.run(),
        Command::Jobs(jobs) => jobs.run(),
        Command::Forget(forget) => forget.run(),
        Command::Optout(opt_out) => opt_out.run(),
        Command::Child => match crate::sandbox::child::run() {
            true => Exit::Reviewed,
            false => Exit::Unreadable,
        },
    }
}

/// How to write for this terminal.
pub fn style(terminal: &Terminal, verbose: u8, disclosure: Disclosure) -> Style {
    Style { width: terminal.width, color: terminal.color, unicode: terminal.unicode, verbose: verbose > 0, disclosure }
}
