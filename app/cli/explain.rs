//! `foliolens explain [SIGNAL]`.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use foliolens_analyzers::registry;

use super::{Exit, output};
use crate::config::flags::Offering;
use crate::config::{self, Terminal, rules};
use crate::report::{Disclosure, explain};

/// Prints what signals mean.
#[derive(Debug, Args)]
pub struct Explain {
    /// A signal such as `readme.setup`, or an area such as `readme`; nothing for the list
    #[arg(value_parser = Offering(ours), hide_possible_values = true)]
    signal: Option<String>,

    /// Everything about every signal
    #[arg(long, conflicts_with = "signal")]
    all: bool,

    /// Explain the rules of your own in this folder, too
    #[arg(long, value_name = "DIR", env = "FOLIOLENS_RULES", hide_env_values = true)]
    rules: Option<PathBuf>,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    format: Format,
}

/// How to write what signals mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person at a terminal
    Terminal,
    /// For a page or a comment; without a signal, docs/signals.md
    Markdown,
}

impl Explain {
    /// Prints it.
    pub fn run(self) -> Exit {
        let is_markdown = self.format == Format::Markdown;
        if is_markdown && self.signal.is_none() {
            return output::print(&explain::page());
        }
        let style = super::style(&Terminal::detect(), 0, Disclosure::Private);
        let rules = self.rules.as_deref().map_or(Ok(Vec::new()), rules::read).and_then(|files| rules::check(&files));
        let rules = match rules {
            Ok(rules) => rules,
            Err(invalid) => {
                output::complain_in_lines(&invalid.to_string());
                return Exit::Usage;
            }
        };
        let own = rules.signals();
        if self.all {
            return output::print(&explain::all(own, &style));
        }
        let Some(id) = self.signal else {
            return output::print(&explain::overview(own, &style));
        };
        let text = if is_markdown { explain::markdown(&id, own) } else { explain::signal(&id, own, &style) };
        if let Some(text) = text {
            return output::print(&text);
        }
        let known = ids().map(|(id, _)| id).chain(own.iter().flat_map(|signal| [&*signal.area, &*signal.id]));
        let meant = config::nearest(&id, known).into_iter().map(|id| format!("`{id}`")).collect::<Vec<_>>();
        let hint = if meant.is_empty() { String::new() } else { format!("did you mean {}? ", meant.join(" or ")) };
        output::complain(&format!("There is no signal `{id}`; {hint}`foliolens explain` lists them all."));
        Exit::Usage
    }
}

/// The areas, each with its title, and the signals, each with its statement.
fn ids() -> impl Iterator<Item = (&'static str, &'static str)> {
    registry::areas().flat_map(|area| {
        std::iter::once((area.id, area.title)).chain(area.signals.iter().map(|signal| (signal.id, signal.statement)))
    })
}

fn ours() -> Vec<PossibleValue> {
    ids().map(|(id, about)| PossibleValue::new(id).help(about)).collect()
}
