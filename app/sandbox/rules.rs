//! An organisation's own rules, read and tried on their examples where they can hurt only themselves: a pattern may take
//! for ever, or all memory.

use serde::{Deserialize, Serialize};

use foliolens_analyzers::code::own::{MOST_FILES, MOST_RULES, OwnFile, OwnSignal};
use foliolens_analyzers::own;

use super::protocol::shortened;
use crate::config::wishes::masked;

/// Rules to try.
#[derive(Debug, Serialize, Deserialize)]
pub struct Trial {
    /// As they were written.
    pub files: Vec<OwnFile>,
    /// MiB of memory at most.
    pub memory_mib: u64,
    /// Seconds at most, by the clock of whoever waits.
    pub seconds: u64,
}

/// What came of it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Tried {
    /// The names of the files that are sound together and do what their examples say.
    pub sound: Vec<String>,
    /// The signals of these.
    pub signals: Vec<OwnSignal>,
    /// What is wrong with the others, each a sentence with file and line.
    pub wrong: Vec<String>,
}

impl Tried {
    /// The same, with no more than rules can come to.
    pub(super) fn bounded(mut self) -> Self {
        self.sound.truncate(MOST_FILES);
        self.signals.truncate(MOST_RULES);
        self.wrong.truncate(MOST_RULES);
        self.wrong = self.wrong.into_iter().map(shortened).collect();
        self
    }
}

pub(super) fn tried(trial: &Trial) -> Tried {
    let (mut files, mut said) = (trial.files.clone(), Vec::new());
    loop {
        let (signals, wrong): (_, Vec<(String, String)>) = match own::read(&files) {
            Ok(rules) => {
                let failed = rules.test().failed.into_iter().filter(|failed| failed.disagrees);
                (rules.signals().to_vec(), failed.map(|failed| (failed.file, failed.sentence)).collect())
            }
            Err(wrong) => (Vec::new(), wrong.into_iter().map(|wrong| (wrong.file.clone(), wrong.sentence())).collect()),
        };
        if wrong.is_empty() {
            return Tried { sound: files.into_iter().map(|file| file.name).collect(), signals, wrong: said };
        }
        files.retain(|file| !wrong.iter().any(|(name, _)| *name == file.name));
        said.extend(wrong.iter().map(|(_, sentence)| masked(sentence)));
    }
}
