//! A fault of ours costs one sentence, not a page, and never shows what a repository holds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Exit, output};

static SAID: AtomicBool = AtomicBool::new(false);
static TALKS: AtomicBool = AtomicBool::new(false);

/// Replaces the usual message. Unwinding goes on, so temporary folders are removed.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        if !SAID.swap(true, Ordering::Relaxed) {
            output::complain(
                "This is a fault in foliolens, not in the repository; please report it with the command that you ran \
                 and its output with -v.",
            );
        }
        // The message of a panic may quote what was being read, so only the place in our code is told.
        if TALKS.load(Ordering::Relaxed)
            && let Some(place) = info.location()
        {
            output::complain(&format!("foliolens {} failed at {place}", env!("CARGO_PKG_VERSION")));
        }
    }));
}

/// The same for a server, in whose log every fault is a line with its place. Nobody has run a command there.
pub fn log() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        tracing::error!(place, "a fault in foliolens");
    }));
}

/// Whether the place of a fault is told (`-v`).
pub fn talk(talks: bool) {
    TALKS.store(talks, Ordering::Relaxed);
}

/// Runs `command`; a panic in it is the exit code of a repository that could not be read.
pub fn caught(command: impl FnOnce() -> Exit) -> ExitCode {
    catch_unwind(AssertUnwindSafe(command)).unwrap_or(Exit::Unreadable).into()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Seek};

    use super::*;

    #[test]
    fn a_fault_of_a_server_is_a_line_of_json_with_its_place_and_without_what_it_says() {
        let file = tempfile::tempfile().expect("a file");
        let to = file.try_clone().expect("the same");
        let subscriber = tracing_subscriber::fmt().json().flatten_event(true).with_writer(std::sync::Mutex::new(to));
        let before = std::panic::take_hook();
        log();
        let fault = || catch_unwind(|| panic!("what was read"));
        assert!(tracing::subscriber::with_default(subscriber.finish(), fault).is_err());
        std::panic::set_hook(before);
        let (mut file, mut said) = (file, String::new());
        file.rewind().expect("rewound");
        file.read_to_string(&mut said).expect("text");
        let line: serde_json::Value = serde_json::from_str(&said).expect("one line of JSON");
        assert_eq!((&line["level"], &line["message"]), (&"ERROR".into(), &"a fault in foliolens".into()));
        assert!(line["place"].as_str().is_some_and(|place| place.contains("panics.rs:")), "{said}");
        assert!(!said.contains("what was read"), "{said}");
    }
}
