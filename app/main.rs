//! The command line: parse, dispatch, exit code. Nothing is initialised before the arguments are understood.

use std::process::ExitCode;

use foliolens::cli;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    cli::panics::install();
    match cli::parse() {
        Ok((cli, matches)) => {
            cli::trace(&cli);
            cli::panics::caught(|| cli::run(cli, &matches))
        }
        // Help and version are "errors" of clap, with exit code 0.
        Err(answer) => answer.exit(),
    }
}
