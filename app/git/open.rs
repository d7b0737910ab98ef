//! Opening a repository on disk, for reading, without believing anything it says about how to be read.

use std::path::{Path, PathBuf};

use super::locate::{Located, locate};

/// A repository on disk.
#[derive(Debug)]
pub struct Opened {
    /// Opened, for reading.
    pub repository: gix::ThreadSafeRepository,
    /// The address of its remote `origin`, with any user name or password cut out.
    pub remote: Option<String>,
}

/// Why a path can not be read as a repository, as a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No such path.
    #[error("there is no such file or folder; check the path, or give an https:// address or OWNER/REPO")]
    Missing,
    /// A file where a folder is needed.
    #[error("it is a file; give the folder of a git repository")]
    NotAFolder,
    /// Neither the path nor a folder above it.
    #[error("it is not in a git repository; give a folder that `git init` or `git clone` made")]
    NotARepository,
    /// A `.git` file or `commondir` names a git folder that does not say that it belongs together with this one.
    #[error("its git folder lies elsewhere, in {}; review that folder, if it is the one that you mean", .0.display())]
    Elsewhere(PathBuf),
    /// Its objects are partly those of another repository.
    #[error(
        "it borrows objects from another repository, which is not followed; clone it with `git clone --no-local --dissociate` and review the clone"
    )]
    Borrows,
    /// Permissions.
    #[error("it may not be read; give yourself permission to read it and try again")]
    Denied,
    /// `extensions.objectFormat = sha256`.
    #[error("its objects are named by SHA-256, which is not supported yet; review a SHA-1 repository")]
    Sha256,
    /// Anything else; the cause is for `-v`.
    #[error("its git folder is damaged; run `git fsck` in it, or clone it again and review the clone")]
    Damaged(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Opens the repository that `path` is in: the folder itself (bare or not), or one above it.
pub fn open(path: &Path) -> Result<Opened, OpenError> {
    locate(path)?.open()
}

impl Located {
    /// Opens it.
    pub fn open(&self) -> Result<Opened, OpenError> {
        // Whose the folder is makes no difference to us: nothing in it is executed, so there is nothing to trust.
        // What stands in for other objects (`git replace`) would be read under the name of what it hides.
        let options = gix::open::Options::isolated()
            .bail_if_untrusted(false)
            .open_path_as_is(true)
            .config_overrides(["core.useReplaceRefs=false"]);
        match gix::ThreadSafeRepository::open_opts(&self.folder, options) {
            Ok(repository) => {
                let remote = remote(&repository);
                Ok(Opened { repository, remote })
            }
            Err(_) if is_sha256(&self.folder) => Err(OpenError::Sha256),
            Err(error) => {
                tracing::debug!("The repository could not be opened: {error}");
                Err(OpenError::Damaged(Box::new(error)))
            }
        }
    }
}

/// Bytes of the packs in the git folder `common`.
pub fn size(common: &Path) -> u64 {
    let packs = std::fs::read_dir(common.join("objects/pack")).into_iter().flatten().flatten();
    packs.filter_map(|pack| pack.metadata().ok()).map(|pack| pack.len()).sum()
}

/// Read from the text of the configuration, since a repository in a format that is not known does not open.
fn is_sha256(folder: &Path) -> bool {
    let config = |folder: PathBuf| std::fs::read_to_string(folder.join("config")).unwrap_or_default();
    config(folder.to_owned()).lines().any(|line| {
        let line: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        line.eq_ignore_ascii_case("objectformat=sha256")
    })
}

fn remote(repository: &gix::ThreadSafeRepository) -> Option<String> {
    let repository = repository.to_thread_local();
    let address = repository.config_snapshot().string("remote.origin.url")?.to_string();
    Some(without_userinfo(&address))
}

fn without_userinfo(address: &str) -> String {
    match url::Url::parse(address) {
        Ok(mut url) if url.has_host() => {
            // Both fail only for addresses that can't have either.
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.to_string()
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_passwords_are_cut_out_of_remotes() {
        let token = ["ghp", "0123456789"].join("_");
        let cut = without_userinfo(&format!("https://ana:{token}@github.com/ana/shop.git"));
        assert_eq!(cut, "https://github.com/ana/shop.git");
        assert_eq!(without_userinfo("git@github.com:ana/shop.git"), "git@github.com:ana/shop.git");
    }
}
