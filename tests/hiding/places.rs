//! The 61 places in which one well-formed token each is hidden, and the repository that has them.

#[path = "files.rs"]
mod files;
#[path = "stream.rs"]
mod stream;

use self::files::{COMPANIONS, FILES};
use self::stream::{Change, FILE, LINK, Stream};

/// Places that no ordinary clone has.
pub const NOT_IN_A_CLONE: &[&str] = &["git_notes", "refs_pull_only", "stash", "dangling_commit"];

/// Places outside of files at HEAD.
const IN_HISTORY: &[&str] = &[
    "deleted_file",
    "overwritten_line",
    "commit_message_subject",
    "commit_message_body",
    "author_name",
    "other_branch_only",
    "tag_only",
    "annotated_tag_message",
    "tag_to_blob",
    "git_notes",
    "refs_pull_only",
    "stash",
    "dangling_commit",
    "evil_merge_new_file",
    "evil_merge_changed_line",
    "rename_and_modify",
    "orphan_branch",
];

/// One place and the token in it.
pub struct Hidden {
    pub place: &'static str,
    /// A path that only this place has, if it has any.
    pub path: Option<String>,
    pub token: String,
}

/// Every place, in one order.
pub fn places() -> Vec<Hidden> {
    let files = FILES.iter().map(|(place, path, _)| {
        let token = token(place);
        let path = if path.ends_with('/') { format!("{path}{token}.txt") } else { (*path).to_owned() };
        Hidden { place, path: Some(path), token }
    });
    let history = IN_HISTORY.iter().map(|place| Hidden {
        place,
        path: Some(format!("history/{place}.txt")),
        token: token(place),
    });
    files.chain(history).collect()
}

/// The repository as a `git fast-import` stream; its default branch is `main`.
pub fn stream() -> Vec<u8> {
    let mut stream = Stream::default();
    let main = "refs/heads/main";
    let holds = |place: &str| {
        let text = format!("first line\ntoken = {}\nlast line\n", token(place));
        vec![(FILE, format!("history/{place}.txt"), Some(text.into_bytes()))]
    };
    let gone = |place: &str| vec![(FILE, format!("history/{place}.txt"), None)];
    let plain = |path: &str, text: &str| vec![(FILE, path.to_owned(), Some(text.as_bytes().to_vec()))];

    let start = stream.commit(main, "Ana", "Begin", &[], plain("README.md", "# Shop\n"));
    let mut at = start;
    let mut next = |stream: &mut Stream, author: &str, message: &str, changes: Vec<Change>| {
        at = stream.commit(main, author, message, &[at], changes);
        at
    };

    next(&mut stream, "Ana", "Add a file", holds("deleted_file"));
    next(&mut stream, "Ana", "Take it away", gone("deleted_file"));
    next(&mut stream, "Ana", "Add a line", holds("overwritten_line"));
    next(&mut stream, "Ana", "Write over it", plain("history/overwritten_line.txt", "first line\nlast line\n"));
    next(&mut stream, "Ana", &format!("Use {}", token("commit_message_subject")), vec![]);
    next(&mut stream, "Ana", &format!("Use it\n\nThat is {}.\n", token("commit_message_body")), vec![]);
    next(&mut stream, &token("author_name"), "Write as somebody", vec![]);
    next(&mut stream, "Ana", "Add what moves", plain("history/before.txt", &"the same line\n".repeat(30)));
    let moved = format!("{}token = {}\n", "the same line\n".repeat(30), token("rename_and_modify"));
    let renamed = [gone("before"), plain("history/rename_and_modify.txt", &moved)].concat();
    let renamed = next(&mut stream, "Ana", "Move and change", renamed);

    let side = stream.commit("refs/heads/side", "Ana", "Go aside", &[start], plain("history/side.txt", "aside\n"));
    stream.forget("refs/heads/side");
    let lines =
        [holds("evil_merge_new_file"), plain("README.md", &format!("# Shop {}\n", token("evil_merge_changed_line")))];
    let merged = stream.commit(main, "Ana", "Merge branch 'side'", &[renamed, side], lines.concat());
    let cleaned = [gone("evil_merge_new_file"), plain("README.md", "# Shop\n")].concat();
    let cleaned = stream.commit(main, "Ana", "Clean up", &[merged], cleaned);

    let mut files: Vec<Change> = FILES
        .iter()
        .zip(places())
        .map(|((place, _, content), hidden)| {
            let mode = if *place == "symlink_target" { LINK } else { FILE };
            (mode, hidden.path.unwrap_or_default(), Some(content(&hidden.token)))
        })
        .collect();
    files.extend(COMPANIONS.iter().map(|(path, text)| (FILE, (*path).to_owned(), Some(text.as_bytes().to_vec()))));
    let head = stream.commit(main, "Ana", "Add every file", &[cleaned], files);

    stream.commit("refs/heads/other", "Ana", "Try", &[start], holds("other_branch_only"));
    stream.commit("refs/heads/pages", "Ana", "Start anew", &[], holds("orphan_branch"));
    let tagged = stream.commit("refs/heads/tagged", "Ana", "Release", &[start], holds("tag_only"));
    stream.forget("refs/heads/tagged");
    stream.tag("v1", tagged, "Version 1\n");
    stream.tag("v2", head, &format!("Version 2 with {}\n", token("annotated_tag_message")));
    let blob = stream.blob(format!("a key\n{}\n", token("tag_to_blob")).as_bytes());
    stream.tag("key", blob, "A key\n");
    stream.commit("refs/notes/commits", "Ana", "Note", &[], holds("git_notes"));
    stream.commit("refs/pull/1/head", "Ana", "Propose", &[start], holds("refs_pull_only"));
    stream.commit("refs/stash", "Ana", "WIP on main", &[start], holds("stash"));
    stream.commit("refs/heads/lost", "Ana", "Lose", &[start], holds("dangling_commit"));
    stream.forget("refs/heads/lost");
    stream.into_bytes()
}

/// A token of its own for `place`, made up, with the checksum that the format asks for.
fn token(place: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let digit = |number: u64| char::from(DIGITS[(number % 62) as usize]);
    // Fowler, Noll and Vo's hash, then a linear congruence: random enough for a made-up value.
    let seed = place
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mut state = seed;
    let body: String = (0..30)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            digit(state >> 33)
        })
        .collect();
    let mut crc = flate2::Crc::new();
    crc.update(body.as_bytes());
    let mut rest = u64::from(crc.sum());
    let mut sum: Vec<char> = Vec::new();
    for _ in 0..6 {
        sum.push(digit(rest));
        rest /= 62;
    }
    format!("{}_{body}{}", ["gh", "p"].concat(), sum.iter().rev().collect::<String>())
}
