//! Files and variables of settings: what is wrong with them is said in a few sentences of one line each.

use foliolens::config::effective::{Layers, Operator};
use foliolens::config::file::File;
use foliolens::config::wishes::{Whose, Wishes};
use foliolens::config::{limits, server::Server, suppress};
use foliolens::github::repositories::Permission;
use foliolens::review::configuration::explained;

#[derive(Clone, Copy)]
enum Kind {
    Wishes(Whose),
    File,
    Variables,
}

const KINDS: [Kind; 5] = [
    Kind::Wishes(Whose::Organisation),
    Kind::Wishes(Whose::Repository),
    Kind::Wishes(Whose::Candidate),
    Kind::File,
    Kind::Variables,
];

pub fn run(data: &[u8]) {
    let Some((kind, text)) = super::chosen_text(data, &KINDS) else { return };
    match kind {
        Kind::Wishes(whose) => {
            let wishes = Wishes::read(&text, whose, "foliolens.toml");
            assert!(wishes.wrong.len() <= 11, "{:?}", wishes.wrong);
            wishes.wrong.iter().for_each(|sentence| said(sentence));
            if whose == Whose::Candidate {
                let only =
                    Wishes { suppress: wishes.suppress.clone(), wrong: wishes.wrong.clone(), ..Wishes::default() };
                assert_eq!(wishes, only, "the repository under review sets something");
            }
            let operator =
                Operator { ask: Permission::Write, review_pushes: false, public_targets: true, retention_days: 90 };
            let layers = Layers {
                profile: None,
                areas: None,
                repository: (whose == Whose::Repository).then_some(&wishes),
                organisation: (whose == Whose::Organisation).then_some(&wishes),
                is_their_own: false,
                operator,
                today: 20_000,
            };
            super::escaper::harmless_answer(explained(&layers.settle(), []).as_str());
            let held = suppress::in_force(&wishes.suppress, 20_000);
            let _ = (suppress::values(&held), suppress::signals(&held));
        }
        Kind::File => {
            if let Err(wrong) = File::parse(&text) {
                assert!(!wrong.0.contains('\n'), "{wrong}");
            }
        }
        Kind::Variables => {
            let variable = |name: &str| {
                let lines = text.lines().filter_map(|line| line.split_once('='));
                lines.filter(|(known, _)| *known == name).map(|(_, value)| value.into()).next_back()
            };
            if let Err(wrong) = limits::read(variable) {
                wrong.iter().for_each(|sentence| said(sentence));
            }
            if let Err(wrong) = Server::from(variable) {
                wrong.0.iter().for_each(|sentence| said(sentence));
            }
        }
    }
}

/// A sentence that may be shown.
fn said(sentence: &str) {
    assert!(sentence.ends_with(['.', '?']), "{sentence:?}");
    assert!(!sentence.chars().any(char::is_control), "{sentence:?}");
    assert!(sentence.len() < 2_000, "{} bytes: {sentence:?}", sentence.len());
}
