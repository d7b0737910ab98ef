//! Rules of an organisation's own: read and tried on their examples, or refused in sentences that say where.

use foliolens_analyzers::code::own::OwnFile;
use foliolens_analyzers::own;

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    match own::read(&[OwnFile { name: "rules.yml".to_owned(), text }]) {
        Ok(rules) => {
            let _ = rules.test();
        }
        Err(wrong) => {
            for wrong in wrong {
                let said = wrong.sentence();
                assert!(said.contains("rules.yml") && !said.chars().any(char::is_control), "{said:?}");
            }
        }
    }
}
