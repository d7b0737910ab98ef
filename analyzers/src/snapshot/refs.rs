//! The references: where to walk from, and what tags and names say themselves.

use std::collections::BTreeMap;

use gix::ObjectId;
use gix::bstr::ByteSlice;
use gix::object::Kind;

use super::read::{ReadError, Skips};
use super::texts::{At, Texts};

/// A tag of a tag of a tag is no tag for people.
const MOST_TAGS_IN_A_ROW: usize = 16;

/// What the references say.
pub(super) struct Refs {
    /// Branches, tags and notes that lead to a commit, by full name (masked).
    pub(super) tips: BTreeMap<String, ObjectId>,
    /// Tags that lead to a file or a folder instead, by full name (masked).
    pub(super) others: Vec<(String, ObjectId, Kind)>,
}

/// Branches, tags and notes; not `refs/pull` and not the stash, which an ordinary clone does not have.
pub(super) fn read(
    repo: &gix::Repository,
    most: usize,
    texts: &mut Texts<'_>,
    skipped: &mut Skips,
) -> Result<Refs, ReadError> {
    let failed = |error: Box<dyn std::error::Error + Send + Sync>| ReadError::References(error);
    let platform = repo.references().map_err(|error| failed(Box::new(error)))?;
    let (mut beyond, mut deep) = (0, 0);
    let mut refs = Refs { tips: BTreeMap::new(), others: Vec::new() };
    for reference in platform.all().map_err(|error| failed(Box::new(error)))?.flatten() {
        let name = reference.name().as_bstr().to_owned();
        if !["refs/heads/", "refs/tags/", "refs/remotes/", "refs/notes/"].iter().any(|kind| name.starts_with_str(kind))
        {
            continue;
        }
        if refs.tips.len() + refs.others.len() >= most {
            beyond += 1;
            continue;
        }
        let mut followed = reference.clone();
        // A reference may lead nowhere, which is the same as none.
        let Ok(id) = followed.follow_to_object() else { continue };
        let (id, kind) = peel(repo, id.detach(), &texts.shown(&name), texts);
        let commit = (kind == Some(Kind::Commit)).then_some(id);
        let name = texts.read(&name, |shown| At::Ref(shown.to_owned(), commit));
        match kind {
            Some(Kind::Commit) => drop(refs.tips.insert(name, id)),
            Some(kind @ (Kind::Blob | Kind::Tree)) => refs.others.push((name, id, kind)),
            // What is followed no further.
            Some(Kind::Tag) => deep += 1,
            None => {}
        }
    }
    skipped.add("branch or tag", format!("beyond the first {most}, by name"), beyond, true);
    skipped.add("tag", format!("of a tag, more than {MOST_TAGS_IN_A_ROW} in a row: not followed"), deep, true);
    refs.others.sort();
    Ok(refs)
}

/// Follows annotated tags, reading each, to what they are about.
fn peel(repo: &gix::Repository, mut id: ObjectId, name: &str, texts: &mut Texts<'_>) -> (ObjectId, Option<Kind>) {
    let mut tags: Vec<Vec<u8>> = Vec::new();
    let mut kind = repo.find_header(id).ok().map(|header| header.kind());
    while kind == Some(Kind::Tag) && tags.len() < MOST_TAGS_IN_A_ROW {
        let Some(mut object) = repo.find_object(id).ok() else { break };
        let Some(target) = gix::objs::TagRefIter::from_bytes(&object.data, repo.object_hash()).target_id().ok() else {
            break;
        };
        tags.push(std::mem::take(&mut object.data));
        id = target;
        kind = repo.find_header(id).ok().map(|header| header.kind());
    }
    let commit = (kind == Some(Kind::Commit)).then_some(id);
    for tag in tags {
        // What the tag is about, who made it, and the message; a signature is noise.
        let end = tag.find(b"-----BEGIN PGP SIGNATURE").unwrap_or(tag.len());
        texts.read(&tag[..end], |_| At::Tag(name.to_owned(), commit));
    }
    (id, kind)
}
