//! What was copied into a repository as a whole and nobody there wrote.

use crate::paths;

/// Whether `lower`, a path in small letters, is a part of such a copy.
pub(super) fn is_brought(lower: &str) -> bool {
    is_of_a_system(lower) || is_of_a_saved_page(lower)
}

/// Whether `lower` is a path of an installed system, as in the copy of a root file system.
fn is_of_a_system(lower: &str) -> bool {
    let rooted = format!("/{lower}");
    ["/usr/bin/", "/usr/sbin/", "/usr/lib/", "/usr/lib64/", "/usr/share/", "/usr/libexec/"]
        .iter()
        .any(|folder| rooted.contains(folder))
        || paths::name(lower).ends_with(".so")
        || paths::name(lower).contains(".so.")
}

/// Whether `lower` is what a browser put beside a page that it saved: a folder with the title of the page.
fn is_of_a_saved_page(lower: &str) -> bool {
    paths::folder(lower).split('/').any(|part| part.contains(' ') && part.ends_with("_files"))
}
