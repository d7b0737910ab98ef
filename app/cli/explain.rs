//! `foliolens explain [SIGNAL]`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use foliolens_analyzers::registry;

use super::{Exit, output};
use crate::config::{self, Terminal, rules};
use crate::report::{Disclosure, explain};

/// Prints what signals mean.
#[derive(Debug, Args)]
pub struct Explain {
    /// A signal such as `readme.setup`, or an area such as `readme`; nothing for the list
    signal: Option<String>,

    /// Everything about every signal
    #[arg(long, conflicts_with = "signal")]
    all: bool,

    /// Explain the rules of your own in this folder, too
    #[arg(long, value_name = "DIR", env = "FOLIOLENS_RULES", hide_env_values = true)]
    rules: Option<PathBuf>,

    /// How to write it
    #[arg(long, value_name = "FORMAT", default_value = "terminal", requires_if("markdown", "all"))]
    format: Format,
}

/// How to write what signals mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person at a terminal
    Terminal,
    /// The page docs/signals.md (with --all)
    Markdown,
}

impl Explain {
    /// Prints it.
    pub fn run(self) -> Exit {
        if self.format == Format::Markdown {
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
        if let Some(text) = explain::signal(&id, own, &style) {
            return output::print(&text);
        }
        let ours = registry::areas()
            .flat_map(|area| std::iter::once(area.id).chain(area.signals.iter().map(|signal| signal.id)));
        let known = ours.chain(own.iter().flat_map(|signal| [&*signal.area, &*signal.id]));
        let meant = config::nearest(&id, known).into_iter().map(|id| format!("`{id}`")).collect::<Vec<_>>();
        let hint = if meant.is_empty() { String::new() } else { format!("did you mean {}? ", meant.join(" or ")) };
        output::complain(&format!("There is no signal `{id}`; {hint}`foliolens explain` lists them all."));
        Exit::Usage
    }
}
