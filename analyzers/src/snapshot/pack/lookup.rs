//! Commits and trees by id, for the walk of the history and the comparison of what it finds: each is inflated once, and
//! so is each that it is stored as a delta of, as long as there is room for them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use gix::{oid, zlib};
use gix_object::{Data, Find, Kind};

use super::forest::{Buffer, Forest};
use super::{LARGEST, Packs, delta};
use crate::secrets::Copied;

/// Bytes of commits and trees that are kept for all threads. With sixteen times as many a history of 30,000 commits takes a
/// quarter more memory and no less time, since versions of one tree are mostly asked for one after the other.
const MOST_KEPT: usize = 16 << 20;

/// Bytes of those beyond that each thread keeps, until there are more.
const MOST_RECENT: usize = 2 << 20;

/// Of one object, once it was inflated.
type Content = Arc<[u8]>;

/// What was inflated, for all threads.
pub(crate) struct Lookup<'packs> {
    packs: &'packs Packs,
    /// By pack and number of the object.
    known: Vec<Box<[OnceLock<Content>]>>,
    kept: AtomicUsize,
    most: usize,
}

impl<'packs> Lookup<'packs> {
    pub(crate) fn in_packs(packs: &'packs Packs) -> Self {
        Self::keeping(MOST_KEPT, packs)
    }

    fn keeping(most: usize, packs: &'packs Packs) -> Self {
        let none_yet = |forest: &Forest| (0..forest.count()).map(|_| OnceLock::new()).collect();
        Lookup { packs, known: packs.0.iter().map(none_yet).collect(), kept: AtomicUsize::new(0), most }
    }

    /// The commit or tree with that id; `None` if it is in no pack or damaged.
    fn find(&self, id: &oid, scratch: &mut Scratch) -> Option<(Kind, Content)> {
        let mut packs = self.packs.0.iter().enumerate();
        let (pack, number) = packs.find_map(|(pack, forest)| Some((pack, forest.number_of(id)?)))?;
        let kind = self.packs.0[pack].kind(number).filter(|kind| matches!(kind, Kind::Commit | Kind::Tree))?;
        Some((kind, self.content(pack, number, scratch)?))
    }

    fn content(&self, pack: usize, number: u32, scratch: &mut Scratch) -> Option<Content> {
        let (forest, known) = (&self.packs.0[pack], &self.known[pack]);
        let Scratch { inflate, buffer, copies, unknown, recent } = scratch;
        unknown.clear();
        let mut next = Some(number);
        let mut base = None;
        while let Some(number) = next {
            base = known[number as usize].get().or_else(|| recent.contents.get(&(pack, number))).cloned();
            if base.is_some() {
                break;
            }
            unknown.push(number);
            next = forest.base(number);
        }
        while let Some(number) = unknown.pop() {
            forest.inflate(number, inflate, buffer)?;
            let content: Content = match &base {
                None => buffer.bytes().into(),
                Some(base) => {
                    let (base_size, size, instructions) = delta::sizes(buffer.bytes())?;
                    (base_size == base.len() && size <= LARGEST).then_some(())?;
                    let mut content = vec![0; size];
                    delta::apply(instructions, base, &mut content, copies)?;
                    content.into()
                }
            };
            base = Some(if self.has_room_for(content.len()) {
                // Another thread may have been quicker, with the same.
                known[number as usize].get_or_init(|| content).clone()
            } else {
                recent.keep((pack, number), content.clone());
                content
            });
        }
        base
    }

    fn has_room_for(&self, bytes: usize) -> bool {
        let is_kept = self.kept.load(Ordering::Relaxed) + bytes <= self.most;
        if is_kept {
            self.kept.fetch_add(bytes, Ordering::Relaxed);
        }
        is_kept
    }
}

/// What is found in the packs of [`Lookup`], and where that has none, in the repository. For one thread.
pub(crate) struct Objects<'look> {
    lookup: &'look Lookup<'look>,
    repo: gix::Repository,
    scratch: RefCell<Scratch>,
}

#[derive(Default)]
struct Scratch {
    inflate: zlib::Inflate,
    buffer: Buffer,
    copies: Vec<Copied>,
    unknown: Vec<u32>,
    recent: Recent,
}

/// What was inflated last and is not kept for all, by pack and number of the object.
#[derive(Default)]
struct Recent {
    contents: HashMap<(usize, u32), Content>,
    bytes: usize,
}

impl Recent {
    fn keep(&mut self, object: (usize, u32), content: Content) {
        if self.bytes + content.len() > MOST_RECENT {
            *self = Recent::default();
        }
        self.bytes += content.len();
        self.contents.insert(object, content);
    }
}

impl<'look> Objects<'look> {
    pub(crate) fn of(lookup: &'look Lookup<'look>, repo: gix::Repository) -> Self {
        Objects { lookup, repo, scratch: RefCell::default() }
    }

    pub(crate) fn repo(&self) -> &gix::Repository {
        &self.repo
    }
}

impl Find for Objects<'_> {
    fn try_find<'a>(&self, id: &oid, buffer: &'a mut Vec<u8>) -> Result<Option<Data<'a>>, gix::Error> {
        match self.lookup.find(id, &mut self.scratch.borrow_mut()) {
            Some((kind, content)) => {
                buffer.clear();
                buffer.extend_from_slice(&content);
                Ok(Some(Data { kind, data: buffer, object_hash: self.repo.object_hash() }))
            }
            None => self.repo.objects.try_find(id, buffer),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::io::Write as _;
    use std::path::Path;
    use std::process::{Command, Stdio};

    use super::*;

    /// A pack in which trees are stored as deltas of trees.
    #[expect(clippy::disallowed_methods, reason = "tests make repositories with git")]
    fn packed(folder: &Path) -> gix::Repository {
        let mut stream = String::new();
        for number in 0..60 {
            let changes = (0..40).filter(|file| number == 0 || *file == number % 40);
            let changes = changes.map(|file| format!("M 644 inline folder/file-{file}\ndata 3\n{number:02}\n\n"));
            let who = "committer A <a@example.com> 1700000000 +0000";
            let _ = writeln!(stream, "commit refs/heads/main\n{who}\ndata 2\nm\n{}", changes.collect::<String>());
        }
        let git = |arguments: &[&str], input: &str| {
            let mut git = Command::new("git");
            git.current_dir(folder).args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
            let mut child = git.spawn().expect("git");
            child.stdin.take().expect("piped").write_all(input.as_bytes()).expect("written");
            assert!(child.wait().expect("ended").success(), "git {arguments:?}");
        };
        git(&["init", "--bare", "."], "");
        git(&["fast-import"], &stream);
        git(&["repack", "-adf", "--depth=50"], "");
        gix::open(folder).expect("a repository")
    }

    #[test]
    fn what_is_not_kept_is_inflated_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let repo = packed(folder.path());
        let packs = Packs::of(&repo);
        let mut met = 0;
        for most in [0, 1000, MOST_KEPT] {
            let lookup = Lookup::keeping(most, &packs);
            let mut scratch = Scratch::default();
            for id in repo.objects.iter().expect("objects").flatten() {
                let expected = repo.find_object(id).expect("there");
                if let Some((kind, content)) = lookup.find(&id, &mut scratch) {
                    assert_eq!((kind, &*content), (expected.kind, expected.data.as_slice()), "{id}");
                    met += 1;
                }
            }
            assert!(lookup.kept.load(Ordering::Relaxed) <= most);
        }
        // Commits, outer and inner trees.
        assert_eq!(met, 3 * 60 * 3);
    }

    #[test]
    fn of_what_was_inflated_last_no_more_is_held_than_there_is_room_for() {
        let mut recent = Recent::default();
        for number in 0..10 {
            recent.keep((0, number), vec![0; MOST_RECENT / 4].into());
            assert!(recent.bytes <= MOST_RECENT);
            assert!(recent.contents.contains_key(&(0, number)));
        }
    }
}
