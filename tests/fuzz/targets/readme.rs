//! What a repository says to people: headings, commands, prose and links, each on a line that is there.

use foliolens_analyzers::documents::Documents;

const NAMES: [&str; 6] = ["README.md", "README.rst", "README.adoc", "README.txt", "README", "docs/INSTALL.md"];

pub fn run(data: &[u8]) {
    let Some((path, text)) = super::chosen_text(data, &NAMES) else { return };
    let repo = super::repository::of(path, &text, false);
    let most = text.lines().count().max(1) as u32 + 1;
    for document in Documents::of(&repo).all() {
        let headings = document.headings.iter().map(|heading| heading.line);
        let lines = document.code.iter().chain(&document.prose).map(|line| line.line);
        for line in headings.chain(lines) {
            assert!((1..=most).contains(&line), "line {line} of {most}");
        }
        let _ = (document.prose_length(), document.links.len());
    }
    super::repository::judged(&repo);
}
