//! Trees: shapes and names.

use std::path::Path;

use gix::ObjectId;

use super::store::Store;
use super::{End, Item, Through, raw, served};

pub const ITEMS: &[Item] = &[
    served("bomb_of_paths", bomb_of_paths, End::Partial),
    served("bomb_of_paths_in_history", bomb_in_history, End::Partial),
    served("deep_2000", |folder| deep(folder, 2_000), End::Partial),
    raw("deep_5000", |folder| deep(folder, 5_000), End::Partial, Through::Partial),
    served("wide_100000", wide, End::Report),
    served("links", links, End::Report),
    raw("names_of_git", names_of_git, End::Report, Through::Report),
    served("submodules", submodules, End::Report),
    served("names_that_steer", names_that_steer, End::Report),
    served("long_names", long_names, End::Partial),
    raw("a_tree_in_itself", a_tree_in_itself, End::Partial, Through::Partial),
    raw("modes_of_nothing", modes_of_nothing, End::Partial, Through::Partial),
];

fn one(folder: &Path, make: impl Fn(&mut Store) -> ObjectId) {
    let mut store = Store::new(folder);
    let tree = make(&mut store);
    let commit = store.commit(tree, &[], "Add everything\n");
    store.reference("refs/heads/main", commit);
    store.finish();
}

/// 10^10 paths in 12 objects.
fn bomb(store: &mut Store) -> ObjectId {
    let mut mode = "100644";
    let mut id = store.blob("boom\n");
    for _ in 0..10 {
        let names: Vec<String> = (0..10).map(|name| name.to_string()).collect();
        let entries: Vec<(&str, &str, ObjectId)> = names.iter().map(|name| (mode, name.as_str(), id)).collect();
        id = store.tree(&entries);
        mode = "40000";
    }
    id
}

fn bomb_of_paths(folder: &Path) {
    one(folder, bomb);
}

/// It is gone at HEAD.
fn bomb_in_history(folder: &Path) {
    let mut store = Store::new(folder);
    let tree = bomb(&mut store);
    let first = store.commit(tree, &[], "Add everything\n");
    let blob = store.blob("# Shop\n");
    let tree = store.tree(&[("100644", "README.md", blob)]);
    let second = store.commit(tree, &[first], "Remove it\n");
    store.reference("refs/heads/main", second);
    store.finish();
}

fn deep(folder: &Path, depth: usize) {
    one(folder, |store| {
        let blob = store.blob("deep\n");
        let mut tree = store.tree(&[("100644", "file", blob)]);
        for _ in 1..depth {
            tree = store.tree(&[("40000", "d", tree)]);
        }
        let readme = store.blob("# Deep\n");
        store.tree(&[("100644", "README.md", readme), ("40000", "d", tree)])
    });
}

fn wide(folder: &Path) {
    one(folder, |store| {
        let entries: Vec<(&str, String, ObjectId)> = (0..100_000)
            .map(|index| ("100644", format!("f{index:06}.py"), store.blob(format!("x = {index}\n"))))
            .collect();
        store.tree(&entries)
    });
}

fn links(folder: &Path) {
    one(folder, |store| {
        let targets = [
            (".env", "/etc/passwd"),
            (".gitignore", "/dev/zero"),
            ("Dockerfile", "/proc/self/environ"),
            ("README.md", "/etc/passwd"),
            ("loop", "loop"),
            ("package.json", "../../../../etc/shadow"),
            ("up", "../../.."),
        ];
        let entries: Vec<(&str, &str, ObjectId)> =
            targets.iter().map(|(name, target)| ("120000", *name, store.blob(target))).collect();
        store.tree(&entries)
    });
}

fn names_of_git(folder: &Path) {
    one(folder, |store| {
        let blob = store.blob("[core]\n\tfsmonitor = touch pwned\n");
        let inner = store.tree(&[("100644", "config", blob)]);
        let named =
            [".", "..", ".GIT", ".git", ".git\u{200c}", "GIT~1", "a/b", "", "../../../../tmp/pwned", "/etc/x", "C:\\x"];
        let mut entries: Vec<(&str, &str, ObjectId)> = named.iter().map(|name| ("40000", *name, inner)).collect();
        entries.extend([("100644", "../up", blob), ("100644", "/abs", blob), ("100644", "x", blob)]);
        store.tree(&entries)
    });
}

fn submodules(folder: &Path) {
    one(folder, |store| {
        let addresses = ["ext::sh -c touch% pwned", "-u./pwned", "file:///etc", "../../..", "ssh://-oProxyCommand=x/y"];
        let text: String = addresses
            .iter()
            .enumerate()
            .map(|(index, url)| format!("[submodule \"s{index}\"]\n\tpath = s{index}\n\turl = {url}\n\tupdate = !sh\n"))
            .collect();
        let modules = store.blob(text);
        let gone = ObjectId::from_bytes_or_panic(&[9; 20]);
        store.tree(&[("100644", ".gitmodules", modules), ("160000", "s0", gone), ("160000", "s1", gone)])
    });
}

fn names_that_steer(folder: &Path) {
    one(folder, |store| {
        // Something to be found in each, so that the report names them.
        let blob = store.blob("def f():\n    try:\n        g()\n    except Exception:\n        pass\n");
        let names: [&[u8]; 12] = [
            b"\x1b[2J\x1b]0;x\x07.py",
            b"\r\n::set-output name=x::y.py",
            b"![x](http://x.test/y).py",
            b"<img src=x onerror=alert(1)>.py",
            b"@everyone #1 GH-1.py",
            b"[click](javascript:alert(1)).py",
            b"`a` | b | c.py",
            b"a\nb.py",
            b"\xe2\x80\xaetxt.exe.py",
            b"\xff\xfe\xc3(.py",
            b"{{7*7}}${x}%s.py",
            b"</td></tr></table><script>x</script>.py",
        ];
        let mut entries: Vec<(&str, &[u8], ObjectId)> = names.iter().map(|name| ("100644", *name, blob)).collect();
        entries.sort_by_key(|(_, name, _)| name.to_vec());
        store.tree(&entries)
    });
}

/// Each longer than any file system takes, and thousands of them.
fn long_names(folder: &Path) {
    one(folder, |store| {
        let blob = store.blob("x = 1\n");
        let names: Vec<String> = (0..500).map(|index| format!("{index:04}{}.py", "n".repeat(100_000))).collect();
        let entries: Vec<(&str, &str, ObjectId)> = names.iter().map(|name| ("100644", name.as_str(), blob)).collect();
        store.tree(&entries)
    });
}

/// Under the wrong name, since the right one can't be computed.
fn a_tree_in_itself(folder: &Path) {
    one(folder, |store| {
        let own = ObjectId::from_bytes_or_panic(&[5; 20]);
        let data = [&b"40000 again\0"[..], own.as_slice(), b"40000 more\0", own.as_slice()].concat();
        store.entry(own, 2, data.len() as u64, &[], &data);
        own
    });
}

fn modes_of_nothing(folder: &Path) {
    one(folder, |store| {
        let blob = store.blob("x = 1\n");
        let none = ObjectId::from_bytes_or_panic(&[0; 20]);
        store.tree(&[
            ("0", "a", blob),
            ("100644", "b", none),
            ("177777", "c", blob),
            ("40000", "d", blob),
            ("99999999999", "e", blob),
        ])
    });
}
