//! The files at the commit under review.

use std::collections::HashMap;
use std::sync::OnceLock;

use gix::ObjectId;

use crate::paths;

/// What kind of entry a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// An ordinary file.
    Regular,
    /// A file with the executable bit.
    Executable,
    /// A symbolic link. It is never followed; its text is its target.
    Symlink,
    /// A submodule. It is never entered.
    Submodule,
}

/// One file at the commit under review.
#[derive(Debug, Clone)]
pub struct File {
    /// Path from the root, with `/`; bytes that are no UTF-8 are replaced.
    pub path: String,
    /// Object id.
    pub id: ObjectId,
    /// Kind of entry.
    pub mode: Mode,
    /// Size in bytes; 0 if the object is missing.
    pub size: u64,
    /// Somebody else's code that lies in the repository (`node_modules`, `vendor`, ...).
    pub vendored: bool,
    /// Written by a program, by its name or its first lines.
    pub generated: bool,
    pub(super) text: Option<String>,
}

impl File {
    /// The text, if the file is text, the candidate's own, and at most [`Limits::file`](crate::Limits::file) bytes.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The last part of the path.
    pub fn name(&self) -> &str {
        paths::name(&self.path)
    }

    /// Whether the file is an ordinary file of the candidate's own.
    pub fn is_own(&self) -> bool {
        matches!(self.mode, Mode::Regular | Mode::Executable) && !self.vendored && !self.generated
    }
}

/// The files at the commit under review, by path.
#[derive(Debug, Default)]
pub struct Tree {
    pub(super) files: Vec<File>,
    pub(super) is_unlisted: bool,
    pub(super) is_cut: bool,
    /// Where the files of each name are.
    pub(super) names: OnceLock<HashMap<String, Vec<usize>>>,
}

impl Tree {
    /// Every file, by path (bytewise).
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// Whether no file is known because the list of files could not be read, and not because there is none.
    pub fn is_unlisted(&self) -> bool {
        self.is_unlisted
    }

    /// Whether some files, or what stands in them, could not be read, so that something may be there that is not seen.
    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// The files of the candidate's own that have text.
    pub fn own_texts(&self) -> impl Iterator<Item = (&File, &str)> {
        self.files.iter().filter(|file| file.is_own()).filter_map(|file| Some((file, file.text()?)))
    }

    /// The file at `path`.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|index| &self.files[index])
    }

    /// The files of that name in any folder, by path.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &File> {
        let names = self.names.get_or_init(|| {
            let mut names: HashMap<String, Vec<usize>> = HashMap::new();
            for (index, file) in self.files.iter().enumerate() {
                names.entry(file.name().to_owned()).or_default().push(index);
            }
            names
        });
        names.get(name).into_iter().flatten().map(|index| &self.files[*index])
    }

    /// The files in `folder` and in what is below it, by path; all of them where it is empty.
    pub fn below(&self, folder: &str) -> &[File] {
        if folder.is_empty() {
            return &self.files;
        }
        let start = format!("{folder}/");
        let rest = &self.files[self.files.partition_point(|file| file.path.as_str() < start.as_str())..];
        &rest[..rest.partition_point(|file| file.path.starts_with(&start))]
    }

    /// Whether there is a file at `path` or a folder of that name.
    pub fn has(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        self.get(path).is_some() || !path.is_empty() && !self.below(path).is_empty()
    }
}
