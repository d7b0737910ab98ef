//! A git folder whose small files lie: found within the folder that was named, or refused with a reason.

use std::path::Path;

use foliolens::git;

/// What is read before a child is shut in, each in the place where it is read from.
const FILES: [&str; 8] = [
    ".git",
    "git/HEAD",
    "git/config",
    "git/packed-refs",
    "git/worktrees/a/commondir",
    "git/worktrees/a/gitdir",
    "git/worktrees/a/HEAD",
    "git/objects/info/alternates",
];

/// The first byte chooses the file.
pub fn run(data: &[u8]) {
    let Some((file, rest)) = super::chosen(data, &FILES) else { return };
    let folder = std::env::temp_dir().join(format!("foliolens-fuzz-located-{}", std::process::id()));
    if written(&folder, file, rest).is_ok() {
        let within = folder.canonicalize().expect("made");
        for path in [folder.clone(), folder.join("git"), folder.join("tree")] {
            match git::locate(&path) {
                Ok(located) => {
                    assert!(located.folder.starts_with(&within) && located.common.starts_with(&within), "{located:?}");
                    let _ = located.open();
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
}

/// A repository with a work tree of its own in `tree`, in which `file` says what is given.
fn written(folder: &Path, file: &str, given: &[u8]) -> std::io::Result<()> {
    for made in ["git/objects/info", "git/refs/heads", "git/worktrees/a", "tree"] {
        std::fs::create_dir_all(folder.join(made))?;
    }
    let tree = folder.join("tree/.git");
    for (name, text) in [
        ("git/HEAD", "ref: refs/heads/main\n".to_owned()),
        ("git/config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n".to_owned()),
        ("git/worktrees/a/HEAD", "ref: refs/heads/main\n".to_owned()),
        ("git/worktrees/a/commondir", "../..\n".to_owned()),
        ("git/worktrees/a/gitdir", format!("{}\n", tree.display())),
        ("tree/.git", format!("gitdir: {}\n", folder.join("git/worktrees/a").display())),
    ] {
        std::fs::write(folder.join(name), text)?;
    }
    std::fs::write(folder.join(file), given)
}
