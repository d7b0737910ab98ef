//! A git host that hands out whatever pack it has, as no git would: one side of the protocol in its first version.

use std::path::Path;

/// The answer to a request for `rest` of the bare repository in `folder`, with its content type.
pub fn answer(folder: &Path, rest: &str) -> (Vec<u8>, &'static str) {
    if rest.starts_with("/git-upload-pack") {
        let mut said = line(b"NAK\n");
        for part in pack(folder).chunks(60_000) {
            said.extend(line(&[b"\x01", part].concat()));
        }
        said.extend(b"0000");
        return (said, "application/x-git-upload-pack-result");
    }
    let mut said = line(b"# service=git-upload-pack\n");
    said.extend(b"0000");
    let features = "\0multi_ack_detailed side-band-64k ofs-delta symref=HEAD:refs/heads/main agent=raw\n";
    let refs = std::fs::read(folder.join("packed-refs")).unwrap_or_default();
    let named: Vec<(&[u8], &[u8])> = refs
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.starts_with(b"#") && line.len() > 41)
        .map(|line| (&line[..40], &line[41..]))
        .collect();
    let head = named.iter().find(|(_, name)| *name == b"refs/heads/main");
    let mut is_first = true;
    for (id, name) in head.iter().map(|(id, _)| (*id, &b"HEAD"[..])).chain(named.iter().copied()) {
        let end = if is_first { features.as_bytes() } else { b"\n" };
        said.extend(line(&[id, b" ", name, end].concat()));
        is_first = false;
    }
    if is_first {
        said.extend(line(&[&b"0".repeat(40)[..], b" capabilities^{}", features.as_bytes()].concat()));
    }
    said.extend(b"0000");
    (said, "application/x-git-upload-pack-advertisement")
}

/// The one pack that is there.
fn pack(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder.join("objects/pack")).into_iter().flatten().flatten();
    let mut packs = files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|end| end == "pack"));
    packs.next().map(|path| std::fs::read(path).expect("there")).unwrap_or_default()
}

/// A line of the protocol: its length in front of it.
fn line(text: &[u8]) -> Vec<u8> {
    let mut line = format!("{:04x}", text.len() + 4).into_bytes();
    line.extend_from_slice(text);
    line
}
