//! Comments: what is quoted or code commands nobody, and a command is bounded and can be stored.

use foliolens::report::escape;
use foliolens::review::answer::by_heart;
use foliolens::review::command::{Command, Reader};

const READER: Reader = Reader { slug: "foliolens", web: "github.com" };

pub fn run(data: &[u8]) {
    let comment = String::from_utf8_lossy(data);
    let quoted: String = comment.split(['\n', '\r']).map(|line| format!("> {line}\n")).collect();
    assert_eq!(READER.read(&quoted), None, "{quoted}");
    let Some(command) = READER.read(&comment) else { return };
    match &command {
        Command::Review(review) => {
            assert!(review.targets.len() <= 10 && review.only.len() <= 50, "{review:?}");
            assert!(review.since.as_ref().is_none_or(|since| since.len() <= 200 && !since.starts_with('-')));
        }
        Command::Unknown { word, .. } | Command::Explain(word) => {
            assert!(word.chars().count() <= 60 && escape::terminal(word) == *word, "{word:?}");
        }
        Command::Help | Command::Status | Command::Cancel | Command::Config | Command::Forget => {}
    }
    if let Some(answer) = by_heart(&command, &[]) {
        super::escaper::harmless_answer(answer.as_str());
        assert!(answer.as_str().chars().count() < 4_000, "{answer}");
    }
    let stored = serde_json::to_string(&command).expect("it can be stored");
    assert_eq!(serde_json::from_str::<Command>(&stored).expect("and read again"), command);
}
