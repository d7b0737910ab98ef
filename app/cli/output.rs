//! Writing: to standard output, to a file at once or not at all, and sentences to standard error.

use std::io::{self, Write};
use std::path::Path;

use super::Exit;

/// Writes to standard output. A reader that has seen enough (`| head`) is no error.
pub fn print(text: &str) -> Exit {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Exit::Reviewed,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Reviewed,
        Err(error) => {
            complain(&format!("Standard output: {}.", unwritten(&error)));
            Exit::Usage
        }
    }
}

/// Writes the file at `path` at once: whoever looks sees the old file or the new one, never half of it.
pub fn write(path: &Path, text: &str) -> Exit {
    match write_at_once(path, text) {
        Ok(()) => Exit::Reviewed,
        Err(error) => {
            complain(&format!("{}: {}.", path.display(), unwritten(&error)));
            Exit::Usage
        }
    }
}

/// Why something can not be written, and what to do.
fn unwritten(error: &io::Error) -> String {
    let what_to_do = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "choose a file in a folder that exists",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "choose one that you may write to",
        io::ErrorKind::IsADirectory => "name a file in this folder",
        _ => "make room, or write somewhere else",
    };
    format!("it can not be written ({error}); {what_to_do}")
}

/// One sentence on standard error. Text from elsewhere in it can't steer the terminal.
pub fn complain(sentence: &str) {
    // With nobody to read it there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "foliolens: {}", plain(sentence));
}

/// The same of several lines, such as a mistake with the line that it is in.
pub fn complain_in_lines(text: &str) {
    let lines: Vec<String> = text.lines().map(plain).collect();
    let _ = writeln!(io::stderr().lock(), "foliolens: {}", lines.join("\n"));
}

/// Control characters and changes of writing direction as escapes.
pub fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        let steers =
            c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
        if steers {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    safe
}

fn write_at_once(path: &Path, text: &str) -> io::Result<()> {
    // A link stays one: what it leads to is written.
    let led_to = path.canonicalize();
    let path = led_to.as_deref().unwrap_or(path);
    match path.metadata() {
        Ok(found) if found.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
        // A device or a pipe, such as /dev/null, is written to and never replaced.
        Ok(found) if !found.is_file() => {
            let mut file = std::fs::OpenOptions::new().write(true).open(path)?;
            return file.write_all(text.as_bytes()).and_then(|()| file.flush());
        }
        _ => {}
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".foliolens-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: what the umask leaves of it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_device_or_a_socket_is_never_replaced() {
        use std::os::unix::fs::FileTypeExt;
        use std::os::unix::net::UnixListener;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("socket");
        let _listener = UnixListener::bind(&path).expect("a socket");
        // Nobody can open a socket like a file, so this fails; what counts is that it is still there.
        assert_eq!(write(&path, "x"), Exit::Usage);
        assert!(path.metadata().expect("there").file_type().is_socket());
        assert_eq!(write(Path::new("/dev/null"), "x"), Exit::Reviewed);
        assert!(Path::new("/dev/null").metadata().expect("there").file_type().is_char_device());
    }

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_behind() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("report.json");
        assert_eq!(write(&path, "old"), Exit::Reviewed);
        assert_eq!(write(&path, "new"), Exit::Reviewed);
        assert_eq!(std::fs::read_to_string(&path).expect("there"), "new");
        assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 1);
        assert_eq!(write(folder.path(), "x"), Exit::Usage);
        #[cfg(unix)]
        {
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&path, &link).expect("a link");
            assert_eq!(write(&link, "by a link"), Exit::Reviewed);
            assert_eq!(std::fs::read_to_string(&path).expect("there"), "by a link");
            assert!(link.is_symlink());
        }
        assert_eq!(write(&folder.path().join("no/such"), "x"), Exit::Usage);
    }

    #[test]
    fn what_the_system_says_is_said_with_what_to_do() {
        let said = |kind: io::ErrorKind| unwritten(&kind.into());
        assert_eq!(
            said(io::ErrorKind::IsADirectory),
            "it can not be written (is a directory); name a file in this folder"
        );
        assert!(said(io::ErrorKind::StorageFull).ends_with("; make room, or write somewhere else"));
        assert!(said(io::ErrorKind::NotFound).ends_with("; choose a file in a folder that exists"));
    }

    #[test]
    fn nothing_that_steers_a_terminal_passes() {
        assert_eq!(plain("a\u{1b}[31m\u{202e}b\n"), "a\\u{1b}[31m\\u{202e}b\\u{a}");
    }
}
