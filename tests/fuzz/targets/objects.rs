//! What stands in the objects of a repository, and in the index that leads to them: trees, commits, tags and `.mailmap` as
//! others write them are read or set aside, and nothing more.

use foliolens::git;
use foliolens_analyzers::Snapshot;
use foliolens_analyzers::snapshot::{NoWatch, Options};

use super::pack::{Objects, hex, name};

const COMMIT: u8 = 1;
const TREE: u8 = 2;
const MAILMAP: u8 = 3;
const TAG: u8 = 4;

#[derive(Clone, Copy)]
enum Form {
    Index,
    Tree,
    Commit,
    Tag,
    Mailmap,
}

/// The first byte chooses what the rest is.
pub fn run(data: &[u8]) {
    let forms = [Form::Index, Form::Tree, Form::Commit, Form::Tag, Form::Mailmap];
    let Some((form, rest)) = super::chosen(data, &forms) else { return };
    let person = "A <a@example.com> 1 +0000";
    let commit = format!("tree {}\nauthor {person}\ncommitter {person}\n\nAdd\n", hex(TREE)).into_bytes();
    let tree = [&b"100644 .mailmap\0"[..], &name(MAILMAP)].concat();
    let tag = format!("object {}\ntype commit\ntag v1\ntagger {person}\n\nOne\n", hex(COMMIT)).into_bytes();
    let mailmap = b"B <b@example.com> <a@example.com>\n".to_vec();
    let given = || rest.to_vec();
    let mut objects = Objects::new();
    objects.add(1, if matches!(form, Form::Commit) { given() } else { commit });
    objects.add(2, if matches!(form, Form::Tree) { given() } else { tree });
    objects.add(3, if matches!(form, Form::Mailmap) { given() } else { mailmap });
    objects.add(4, if matches!(form, Form::Tag) { given() } else { tag });
    let index = if matches!(form, Form::Index) { rest.to_vec() } else { objects.index() };
    let folder = std::env::temp_dir().join(format!("foliolens-fuzz-objects-{}", std::process::id()));
    let written = objects.written(&folder, &index).and_then(|()| {
        std::fs::create_dir_all(folder.join("refs/tags"))?;
        std::fs::write(folder.join("refs/tags/v1"), hex(TAG))
    });
    if written.is_ok()
        && let Ok(opened) = git::open(&folder)
        && let Ok(repo) = Snapshot::read(&opened.repository, &Options::default(), &NoWatch)
    {
        super::repository::judged(&repo);
    }
    let _ = std::fs::remove_dir_all(&folder);
}
