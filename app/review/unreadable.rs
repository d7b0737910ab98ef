//! Why a repository could not be read, as a sentence that says what to do, without its full stop.

use foliolens_analyzers::snapshot::ReadError;

/// The sentence.
pub fn sentence(error: &ReadError) -> String {
    match error {
        ReadError::Interrupted => "interrupted; nothing was written".to_owned(),
        ReadError::Since(_) => since(),
        ReadError::Empty => "it has no commits yet; commit something and review it again".to_owned(),
        ReadError::UnbornBranch(branch) => format!(
            "HEAD points to the branch `{branch}`, which does not exist; check out a branch that does (or set it with \
             `git symbolic-ref HEAD refs/heads/NAME`)"
        ),
        ReadError::Head(id) => format!(
            "the commit under review ({}) is missing or damaged; run `git fsck`, or clone it again and review the clone",
            id.to_hex_with_len(10)
        ),
        ReadError::Alternates => "it borrows objects from another repository, which is not followed; \
             clone it with `git clone --no-local --dissociate` and review the clone"
            .to_owned(),
        ReadError::TooMuch(mib) => {
            format!("all versions of its files together are larger than {mib} MiB, which is more than a review reads")
        }
        ReadError::References(_) => {
            "its branches and tags could not be read; run `git fsck`, or clone it again and review the clone".to_owned()
        }
    }
}

/// The sentence for a `--since` that is not there.
pub fn since() -> String {
    "--since names no commit in the history under review; give an id, a tag or a branch of it".to_owned()
}
