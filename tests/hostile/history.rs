//! Histories: what is in no file.

use std::path::Path;

use gix::ObjectId;
use gix::objs::Kind;

use super::store::{Store, WHO};
use super::{DAMAGED, End, Item, Through, raw, served};

pub const ITEMS: &[Item] = &[
    served("empty", empty, End::Sentence("no commits yet")),
    served("head_nowhere", head_nowhere, End::Sentence("does not exist")),
    served("only_tags", only_tags, End::Sentence("does not exist")),
    served("sha256", sha256, End::Sentence("SHA-256")),
    served("shallow", shallow, End::Partial),
    served("octopus", octopus, End::Report),
    served("commits_200000", commits_200_000, End::Report),
    served("tags_100000", tags_100_000, End::Report),
    served("tags_of_tags", tags_of_tags, End::Partial),
    served("long_messages", long_messages, End::Report),
    raw("people_missing", people_missing, End::Partial, Through::Partial),
    raw("dates_far_out", dates_far_out, End::Partial, Through::Partial),
    served("authors_20000", authors_20_000, End::Report),
    raw("shell_in_names", shell_in_names, End::Report, DAMAGED),
    served("shell_in_refs", shell_in_refs, End::Report),
    served("replaced", replaced, End::Report),
    served("log_of_gigabytes", log_of_gigabytes, End::Report),
];

fn empty(folder: &Path) {
    Store::new(folder).finish();
}

fn head_nowhere(folder: &Path) {
    let mut store = Store::new(folder);
    let commit = store.files(&[("README.md", "# Shop\n")]);
    store.reference("refs/heads/other", commit);
    store.finish();
    std::fs::write(folder.join("HEAD"), "ref: refs/heads/gone\n").expect("written");
}

fn only_tags(folder: &Path) {
    let mut store = Store::new(folder);
    let blob = store.blob("# Shop\n");
    let tree = store.tree(&[("100644", "README.md", blob)]);
    let commit = store.commit(tree, &[], "Add a README\n");
    store.reference("refs/tags/v1", commit);
    store.finish();
}

fn sha256(folder: &Path) {
    Store::new(folder).finish();
    let config = "[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectformat = sha256\n";
    std::fs::write(folder.join("config"), config).expect("written");
}

fn shallow(folder: &Path) {
    let mut store = Store::new(folder);
    let blob = store.blob("# Shop\n");
    let tree = store.tree(&[("100644", "README.md", blob)]);
    let gone = ObjectId::from_bytes_or_panic(&[7; 20]);
    let first = store.commit(tree, &[gone], "Go on\n");
    let second = store.commit(tree, &[first], "Go on further\n");
    store.reference("refs/heads/main", second);
    store.finish();
    std::fs::write(folder.join("shallow"), format!("{first}\n")).expect("written");
}

fn octopus(folder: &Path) {
    let mut store = Store::new(folder);
    let arms: Vec<ObjectId> = (0..500)
        .map(|arm| {
            let blob = store.blob(format!("arm {arm}\n"));
            let tree = store.tree(&[("100644", format!("arm{arm}"), blob)]);
            store.commit(tree, &[], &format!("Add arm {arm}\n"))
        })
        .collect();
    let blob = store.blob("# Octopus\n");
    let tree = store.tree(&[("100644", "README.md", blob)]);
    let merge = store.commit(tree, &arms, "Merge all of them\n");
    store.reference("refs/heads/main", merge);
    store.finish();
}

fn chain(store: &mut Store, length: usize, mut tree: impl FnMut(&mut Store, usize) -> ObjectId) -> ObjectId {
    let mut parent: Option<ObjectId> = None;
    for index in 0..length {
        let tree = tree(store, index);
        parent = Some(store.commit(tree, parent.as_slice(), &format!("Change {index}\n")));
    }
    parent.expect("one at least")
}

fn commits_200_000(folder: &Path) {
    let mut store = Store::new(folder);
    let both = ["one\n", "two\n"].map(|text| {
        let blob = store.blob(text);
        store.tree(&[("100644", "README.md", blob)])
    });
    let head = chain(&mut store, 200_000, |_, index| both[index % 2]);
    store.reference("refs/heads/main", head);
    store.finish();
}

fn tags_100_000(folder: &Path) {
    let mut store = Store::new(folder);
    let commit = store.files(&[("README.md", "# Shop\n")]);
    for index in 0..100_000 {
        let tag = format!("object {commit}\ntype commit\ntag v{index}\ntagger {WHO}\n\nVersion {index}\n");
        let tag = store.object(Kind::Tag, tag.as_bytes());
        store.reference(format!("refs/tags/v{index:06}"), tag);
    }
    store.finish();
}

fn tags_of_tags(folder: &Path) {
    let mut store = Store::new(folder);
    let mut last = store.files(&[("README.md", "# Shop\n")]);
    let mut kind = "commit";
    for index in 0..5_000 {
        let tag = format!("object {last}\ntype {kind}\ntag v{index}\ntagger {WHO}\n\nVersion {index}\n");
        (last, kind) = (store.object(Kind::Tag, tag.as_bytes()), "tag");
        store.reference(format!("refs/tags/v{index}"), last);
    }
    store.finish();
}

fn long_messages(folder: &Path) {
    let mut store = Store::new(folder);
    let blob = store.blob("# Shop\n");
    let tree = store.tree(&[("100644", "README.md", blob)]);
    let mut parent: Option<ObjectId> = None;
    for (index, part) in ["word ", "\n", "[a](b) ", "co-authored-by: x\n", "a"].iter().enumerate() {
        let message = format!("{index} {}", part.repeat((1 << 20) / part.len()));
        parent = Some(store.commit(tree, parent.as_slice(), &message));
    }
    store.reference("refs/heads/main", parent.expect("some"));
    store.finish();
}

/// A commit for each of `people`, where the others have their authors.
fn by(folder: &Path, people: &[&[u8]]) {
    let mut store = Store::new(folder);
    let mut parent: Option<ObjectId> = None;
    for (index, people) in people.iter().enumerate() {
        let blob = store.blob(format!("# Shop {index}\n"));
        let tree = store.tree(&[("100644", "README.md", blob)]);
        parent = Some(store.commit_by(tree, parent.as_slice(), people, b"Add\n"));
    }
    let blob = store.blob("# Shop\n");
    let tree = store.tree(&[("100644", "README.md", blob)]);
    let head = store.commit(tree, parent.as_slice(), "Go on\n");
    store.reference("refs/heads/main", head);
    store.finish();
}

fn people_missing(folder: &Path) {
    by(
        folder,
        &[
            b"author \ncommitter \n",
            b"author <> 0 +0000\ncommitter <> 0 +0000\n",
            b"author A <a@x\ncommitter B b@x> 5\n",
            b"author \xff\xfe <\xff> 1 +0000\ncommitter \xff <a@x> 1 +0000\n",
            b"author A <<<<a@x>>>> 1 +0000\ncommitter A <a@x> 1 +0000\n",
            b"author A <a@x> 1 +0000\n",
            b"committer A <a@x> 1 +0000\n",
            b"",
        ],
    );
}

fn dates_far_out(folder: &Path) {
    by(
        folder,
        &[
            b"author A <a@x> 9223372036854775807 +0000\ncommitter A <a@x> 9223372036854775807 +0000\n",
            b"author A <a@x> -9223372036854775808 -9999\ncommitter A <a@x> -9223372036854775808 -9999\n",
            b"author A <a@x> 99999999999999999999999999 +0000\ncommitter A <a@x> 0 +99999999999\n",
            b"author A <a@x> yesterday +0000\ncommitter A <a@x> NaN +0000\n",
        ],
    );
}

fn authors_20_000(folder: &Path) {
    let mut store = Store::new(folder);
    let names: String = (0..20_000).map(|index| format!("One <one@x> Name {index} <a{index}@x>\n")).collect();
    let blob = store.blob(names);
    let tree = store.tree(&[("100644", ".mailmap", blob)]);
    let mut parent: Option<ObjectId> = None;
    for index in 0..20_000 {
        let people = format!("author Name {index} <a{index}@x> 1 +0000\ncommitter {WHO}\n");
        parent = Some(store.commit_by(tree, parent.as_slice(), people.as_bytes(), b"Add\n"));
    }
    store.reference("refs/heads/main", parent.expect("some"));
    store.finish();
}

fn shell_in_names(folder: &Path) {
    let mut store = Store::new(folder);
    let commit = store.files(&[("README.md", "# Shop\n")]);
    for name in ["$(touch pwned)", "`touch pwned`", ";rm -rf .", "|sh", "-rf", "--upload-pack=x", "a b", "\u{202e}x"] {
        store.reference(format!("refs/heads/{name}"), commit);
    }
    store.reference(b"refs/heads/\xff\xfe", commit);
    store.reference("refs/heads/../../HEAD", commit);
    store.reference(format!("refs/heads/{}", "a/".repeat(2_000)), commit);
    store.finish();
}

/// Names that git allows, also of the branch under review.
fn shell_in_refs(folder: &Path) {
    let mut store = Store::new(folder);
    let commit = store.files(&[("README.md", "# Shop\n")]);
    let names =
        ["$(touch${IFS}pwned)", "`id`", ";id", "|sh", "&id", "-rf", "--upload-pack=x", "'id'", "\"id\"", "<b>", "%0a"];
    for name in names {
        store.reference(format!("refs/heads/{name}"), commit);
        store.reference(format!("refs/tags/{name}"), commit);
    }
    store.finish();
    std::fs::write(folder.join("HEAD"), format!("ref: refs/heads/{}\n", names[0])).expect("written");
}

fn replaced(folder: &Path) {
    let mut store = Store::new(folder);
    let real = store.files(&[("README.md", "# Real\n")]);
    let blob = store.blob("# Another\n");
    let tree = store.tree(&[("100644", "README.md", blob)]);
    let other = store.commit(tree, &[], "Not this one\n");
    store.reference(format!("refs/replace/{real}"), other);
    store.finish();
    std::fs::write(folder.join("info-grafts"), format!("{real} {other}\n")).expect("written");
    std::fs::create_dir_all(folder.join("info")).expect("made");
    std::fs::rename(folder.join("info-grafts"), folder.join("info/grafts")).expect("moved");
}

/// Two blobs that take turns: a little pack whose `git log -p` is 40 GB.
fn log_of_gigabytes(folder: &Path) {
    let mut store = Store::new(folder);
    let both = ["a", "b"].map(|word| {
        let text: String = (0..1_000_000).map(|line| format!("{word}{}\n", line % 7_919)).collect();
        let blob = store.blob(text);
        store.tree(&[("100644", "data.txt", blob)])
    });
    let head = chain(&mut store, 3_000, |_, index| both[index % 2]);
    store.reference("refs/heads/main", head);
    store.finish();
}
