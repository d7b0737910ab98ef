//! `foliolens completions SHELL`.

use clap::{Args, CommandFactory};

use super::{Cli, Exit, output};

/// Prints the completions of a shell.
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

impl Completions {
    /// Prints them.
    pub fn run(self) -> Exit {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "foliolens", &mut script);
        output::print(&String::from_utf8_lossy(&script))
    }
}
