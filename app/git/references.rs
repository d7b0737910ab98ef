//! Which names of a host are cloned, and how they are kept.
//!
//! Written by us and at once: gix would make a file for each name, and follow each tag to its end for every name anew. A
//! hundred thousand tags, or five thousand of which each is about the one before, took it a minute.

use std::collections::BTreeMap;
use std::fmt::Display;

use gix::bstr::ByteSlice;
use gix::error::ResultExt;
use gix::protocol::fetch::RefMap;
use gix::protocol::handshake::Ref;
use gix::refs::FullName;
use gix::refspec::{RefSpec, parse};

/// Branches, tags and notes.
const KEPT: [&str; 3] = ["refs/heads/", "refs/tags/", "refs/notes/"];

/// What is asked for: what is kept, and HEAD, which may be on no branch.
pub(super) fn wanted() -> gix::Result<Vec<RefSpec>> {
    let patterns = KEPT.iter().map(|kind| format!("+{kind}*:{kind}*"));
    let all = patterns.chain(["HEAD".to_owned()]);
    all.map(|spec| Ok(parse(spec.as_bytes().as_bstr(), parse::Operation::Fetch)?.to_owned())).collect()
}

/// Keeps in `repository`, which has no reference yet, what the host says in `map`.
pub(super) fn keep(repository: &gix::Repository, map: &RefMap) -> gix::Result<()> {
    let named = map.mappings.iter();
    let named = named.filter_map(|mapping| Some((mapping.remote.as_name()?.as_bytes(), mapping.remote.as_id()?)));
    std::fs::write(repository.git_dir().join("packed-refs"), packed(named)?).or_error()?;
    match head(map)? {
        Some(head) => std::fs::write(repository.git_dir().join("HEAD"), head).or_error(),
        None => Ok(()),
    }
}

/// The file of those that are kept of `named`, each with what it names. The names are a host's, and may be anything.
pub fn packed<'a>(named: impl IntoIterator<Item = (&'a [u8], impl Display)>) -> gix::Result<Vec<u8>> {
    let mut kept = BTreeMap::new();
    for (name, id) in named {
        if KEPT.iter().any(|kind| name.starts_with_str(kind)) {
            kept.insert(FullName::try_from(name.as_bstr()).or_error()?, id);
        }
    }
    // What a tag is about in the end is left out: whoever reads it finds that out.
    let mut packed = b"# pack-refs with: sorted \n".to_vec();
    for (name, id) in kept {
        packed.extend_from_slice(id.to_string().as_bytes());
        packed.push(b' ');
        packed.extend_from_slice(name.as_bstr());
        packed.push(b'\n');
    }
    Ok(packed)
}

/// What stands in the file HEAD.
fn head(map: &RefMap) -> gix::Result<Option<Vec<u8>>> {
    for named in &map.remote_refs {
        match named {
            Ref::Symbolic { full_ref_name, target, .. } | Ref::Unborn { full_ref_name, target }
                if full_ref_name == "HEAD" =>
            {
                let target = FullName::try_from(target.as_bstr()).or_error()?;
                return Ok(Some([b"ref: ", target.as_bstr().as_bytes(), b"\n"].concat()));
            }
            Ref::Direct { full_ref_name, object } if full_ref_name == "HEAD" => {
                return Ok(Some(format!("{object}\n").into_bytes()));
            }
            _ => {}
        }
    }
    Ok(None)
}
