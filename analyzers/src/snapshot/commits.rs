//! The one walk of the history.

use std::collections::HashMap;

use gix::bstr::ByteSlice;
use gix::hashtable::HashSet;
use gix::traverse::commit::Simple;
use gix::traverse::commit::simple::{CommitTimeOrder, Sorting};
use gix::{ObjectId, oid};
use gix_object::FindExt;

use super::comparison::RUN;
use super::pack::Objects;
use super::read::{Options, ReadError, Skips};
use super::refs::{self, Refs};
use super::template::Template;
use super::texts::{At, Texts};
use super::{Author, Commit, Watch};

/// Longer messages are cut; a megabyte of message helps no reader.
const LONGEST_MESSAGE: usize = 64 << 10;

/// A template is copied with one of the first commits, if at all.
const EARLY: usize = 5;

/// Bytes of messages that are read together.
const MOST_WAITING: usize = 4 << 20;

/// Of a commit: its tree and its parents.
pub(super) type Links = (ObjectId, Vec<ObjectId>);

/// Told now and then which commits the walk has come to, and at the end.
pub(super) type OnTheWay<'walk> = &'walk mut dyn FnMut(&[Commit], &[Links], bool);

/// The commits, before it is known what each changed.
pub(super) struct Walked {
    pub(super) commits: Vec<Commit>,
    pub(super) authors: Vec<Author>,
    pub(super) refs: Refs,
    pub(super) shallow: bool,
}

pub(super) fn walk(
    objects: &Objects<'_>,
    head: ObjectId,
    options: &Options,
    texts: &mut Texts<'_>,
    skipped: &mut Skips,
    watch: &dyn Watch,
    on_the_way: OnTheWay<'_>,
) -> Result<Walked, ReadError> {
    let repo = objects.repo();
    let refs = refs::read(repo, options.limits.refs, texts, skipped)?;
    let mailmap = mailmap(repo, head, options.limits.file);
    let shallow: HashSet<ObjectId> =
        repo.shallow_commits().ok().flatten().map(|list| list.iter().copied().collect()).unwrap_or_default();
    let mut walk = Walk {
        objects,
        mailmap,
        shallow,
        commits: Vec::new(),
        links: Vec::new(),
        names: HashMap::new(),
        texts,
        on_the_way,
        waiting: Vec::new(),
        waiting_bytes: 0,
        buffer: Vec::new(),
        long: 0,
        missing: 0,
        most: options.limits.commits,
        beyond: false,
    };

    walk.from([head].into(), true, watch)?;
    if walk.commits.first().is_none_or(|commit| commit.id != head) {
        return Err(ReadError::Head(head));
    }
    if let Some(since) = options.since {
        mark_since(&mut walk, since)?;
    }
    let others: Vec<ObjectId> = refs.tips.values().copied().collect::<HashSet<_>>().into_iter().collect();
    walk.from(others, false, watch)?;
    if let Some(template) = &options.template {
        mark_template(&mut walk, template);
    }

    skipped.add(
        "commit",
        "missing or damaged objects: what lies behind them was not looked at".into(),
        walk.missing,
        true,
    );
    let long =
        format!("longer than {} KiB: what is beyond was only looked into for credentials", LONGEST_MESSAGE >> 10);
    skipped.add("message", long, walk.long, false);
    let beyond = format!("more than {} of them: older ones were not looked at", options.limits.commits);
    skipped.add("history", beyond, u64::from(walk.beyond), true);
    let shallow = !walk.shallow.is_empty();
    (walk.on_the_way)(&walk.commits, &walk.links, true);
    let Walk { mut commits, names, .. } = walk;
    let authors = number_authors(&mut commits, names);
    Ok(Walked { commits, authors, refs, shallow })
}

/// From `.mailmap` at the commit under review, never from the machine's configuration. Of one that has more than `most`
/// bytes it is said with the other files that it was not read.
fn mailmap(repo: &gix::Repository, head: ObjectId, most: u64) -> gix::mailmap::Snapshot {
    let read = || -> Option<gix::mailmap::Snapshot> {
        let tree = repo.find_commit(head).ok()?.tree().ok()?;
        let entry = tree.find_entry(".mailmap")?;
        let header = repo.find_header(entry.object_id()).ok()?;
        (header.size() <= most)
            .then(|| entry.object().ok().map(|blob| gix::mailmap::Snapshot::from_bytes(&blob.data)))?
    };
    read().unwrap_or_default()
}

struct Walk<'repo, 'scan> {
    objects: &'repo Objects<'repo>,
    mailmap: gix::mailmap::Snapshot,
    shallow: HashSet<ObjectId>,
    commits: Vec<Commit>,
    links: Vec<Links>,
    names: HashMap<Author, usize>,
    texts: &'repo mut Texts<'scan>,
    on_the_way: OnTheWay<'repo>,
    /// Messages of the newest commits, until they are read.
    waiting: Vec<Vec<u8>>,
    waiting_bytes: usize,
    buffer: Vec<u8>,
    /// Messages of which only the beginning is kept.
    long: u64,
    missing: u64,
    most: usize,
    beyond: bool,
}

impl Walk<'_, '_> {
    fn from(&mut self, mut tips: Vec<ObjectId>, on_default_branch: bool, watch: &dyn Watch) -> Result<(), ReadError> {
        let known: HashSet<ObjectId> = self.commits.iter().map(|commit| commit.id).collect();
        tips.retain(|tip| !known.contains(tip));
        tips.sort();
        if tips.is_empty() {
            return Ok(());
        }
        let mut beyond = self.beyond_the_shallow();
        let mut is_wanted = move |id: &oid| {
            !known.contains(id)
                && match beyond.get_mut(id).filter(|children| **children > 0) {
                    Some(children) => {
                        *children -= 1;
                        false
                    }
                    None => true,
                }
        };
        let walk = Simple::filtered(tips, self.objects, move |id| is_wanted(id))
            .sorting(Sorting::ByCommitTime(CommitTimeOrder::default()));
        let Ok(walk) = walk else {
            self.missing += 1;
            return Ok(());
        };
        for info in walk {
            if watch.interrupted() {
                return Err(ReadError::Interrupted);
            }
            if self.commits.len() >= self.most {
                self.beyond = true;
                break;
            }
            match info.ok().and_then(|info| self.commit(info.id, on_default_branch)) {
                Some(()) => watch.advance(1, 0),
                None => self.missing += 1,
            }
        }
        self.read_messages();
        Ok(())
    }

    /// Reads the messages of the newest commits, which have none yet.
    fn read_messages(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        let first = self.commits.len() - waiting.len();
        let commits = &mut self.commits[first..];
        let messages = self.texts.read_all(&waiting, |index| At::Message(commits[index].id));
        for (commit, message) in commits.iter_mut().zip(messages) {
            self.long += u64::from(message.len() > LONGEST_MESSAGE);
            commit.message = cut(message);
        }
    }

    /// The parents of the last commits of a shallow clone, and of how many of those each is one: they are not there, but
    /// may be reached on another way.
    fn beyond_the_shallow(&self) -> HashMap<ObjectId, usize> {
        let mut beyond = HashMap::new();
        let mut buffer = Vec::new();
        for boundary in &self.shallow {
            let Ok(commit) = self.objects.find_commit_iter(boundary, &mut buffer) else { continue };
            commit.parent_ids().for_each(|parent| *beyond.entry(parent).or_default() += 1);
        }
        beyond
    }

    fn commit(&mut self, id: ObjectId, on_default_branch: bool) -> Option<()> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let read =
            self.objects.find_commit(&id, &mut buffer).ok().map(|commit| self.take_in(id, &commit, on_default_branch));
        self.buffer = buffer;
        read
    }

    fn take_in(&mut self, id: ObjectId, commit: &gix::objs::CommitRef<'_>, on_default_branch: bool) {
        let author = commit.author().ok();
        let committer = commit.committer().ok();
        let is_shallow_boundary = self.shallow.contains(&id);
        self.texts.header(id, commit);
        self.waiting.push(commit.message.to_vec());
        self.waiting_bytes += commit.message.len();
        let links = (commit.tree(), commit.parents().collect::<Vec<_>>());
        let made = Commit {
            id,
            parents: links.1.len(),
            first_parent: links.1.first().copied(),
            author: self.author(author),
            committer: self.author(committer),
            author_time: author.and_then(|who| who.time().ok()).map_or(0, |time| time.seconds),
            commit_time: committer.and_then(|who| who.time().ok()).map_or(0, |time| time.seconds),
            message: String::new(),
            on_default_branch,
            is_shallow_boundary,
            is_since: true,
            changes: Vec::new(),
        };
        self.commits.push(made);
        self.links.push(links);
        if self.waiting_bytes > MOST_WAITING {
            self.read_messages();
        }
        if self.commits.len().is_multiple_of(RUN) {
            (self.on_the_way)(&self.commits, &self.links, false);
        }
    }

    fn author(&mut self, signature: Option<gix::actor::SignatureRef<'_>>) -> usize {
        let author = match signature {
            Some(signature) => {
                let resolved = self.mailmap.resolve_cow(signature);
                Author {
                    name: resolved.name.trim().to_str_lossy().into_owned(),
                    email: resolved.email.trim().to_str_lossy().to_lowercase(),
                }
            }
            None => Author { name: String::new(), email: String::new() },
        };
        let next = self.names.len();
        *self.names.entry(author).or_insert(next)
    }
}

fn cut(mut message: String) -> String {
    message.truncate(message.floor_char_boundary(LONGEST_MESSAGE));
    message
}

/// Everything that `since` reaches is not the candidate's.
fn mark_since(walk: &mut Walk<'_, '_>, since: ObjectId) -> Result<(), ReadError> {
    match walk.commits.iter().position(|commit| commit.id == since) {
        Some(start) => mark(walk, vec![start]),
        None => return Err(ReadError::Since(since)),
    }
    Ok(())
}

/// The template's commits are not the candidate's. Where there is none with the same id, the template was copied: by a
/// commit that holds exactly what one of the template's holds, or early on by one that holds most of it.
fn mark_template(walk: &mut Walk<'_, '_>, template: &Template) {
    let known = |index: &usize| template.has_commit(walk.commits[*index].id);
    let ours = walk.commits.iter().filter(|commit| commit.on_default_branch).count();
    let mut begun: Vec<usize> = (0..walk.commits.len()).filter(known).collect();
    if !begun.iter().any(|index| *index < ours) {
        let oldest_first = || (0..ours).rev();
        let holds = |index: &usize| template.has_tree(walk.links[*index].0);
        // Of the newest commit, at least something is the candidate's.
        let copies = |index: &usize| *index > 0 && template.is_most_of(walk.objects.repo(), walk.links[*index].0);
        begun.extend(oldest_first().find(holds).or_else(|| oldest_first().take(EARLY).find(copies)));
    }
    mark(walk, begun);
}

/// What the commits `from` reach, and they, are not the candidate's.
fn mark(walk: &mut Walk<'_, '_>, from: Vec<usize>) {
    let by_id: HashMap<ObjectId, usize> =
        walk.commits.iter().enumerate().map(|(index, commit)| (commit.id, index)).collect();
    let mut stack = from;
    while let Some(index) = stack.pop() {
        if std::mem::replace(&mut walk.commits[index].is_since, false) {
            stack.extend(walk.links[index].1.iter().filter_map(|parent| by_id.get(parent)));
        }
    }
}

/// Numbers authors by first commit (oldest first), so that "author 1" is stable.
fn number_authors(commits: &mut [Commit], names: HashMap<Author, usize>) -> Vec<Author> {
    let mut by_old: Vec<Option<Author>> = vec![None; names.len()];
    for (author, index) in names {
        by_old[index] = Some(author);
    }
    let mut new_index: Vec<Option<usize>> = vec![None; by_old.len()];
    let mut authors = Vec::new();
    let mut number = |old: usize, authors: &mut Vec<Author>| {
        *new_index[old].get_or_insert_with(|| {
            authors.extend(by_old[old].take());
            authors.len() - 1
        })
    };
    for commit in commits.iter_mut().rev() {
        commit.author = number(commit.author, &mut authors);
        commit.committer = number(commit.committer, &mut authors);
    }
    authors
}
