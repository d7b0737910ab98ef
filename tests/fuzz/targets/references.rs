//! Names of branches, tags and notes as a host says them: kept each in a line of its own, or refused.

use foliolens::git::references::packed;

/// A name a line.
pub fn run(data: &[u8]) {
    const ID: &str = "1111111111111111111111111111111111111111";
    let names: Vec<&[u8]> = data.split(|byte| *byte == b'\n').collect();
    let Ok(packed) = packed(names.iter().map(|name| (*name, ID))) else { return };
    let packed = packed.strip_suffix(b"\n").expect("a line has an end");
    let mut lines = packed.split(|byte| *byte == b'\n');
    assert!(lines.next().is_some_and(|head| head.starts_with(b"# pack-refs with: ")));
    let mut before: &[u8] = b"";
    for line in lines {
        let name = line.strip_prefix(ID.as_bytes()).and_then(|rest| rest.strip_prefix(b" ")).expect("an id and a name");
        assert!([&b"refs/heads/"[..], b"refs/tags/", b"refs/notes/"].iter().any(|kind| name.starts_with(kind)));
        assert!(names.contains(&name) && before < name, "{:?}", String::from_utf8_lossy(name));
        assert!(!name.iter().any(|byte| byte.is_ascii_control() || *byte == b' '), "{name:?}");
        before = name;
    }
}
