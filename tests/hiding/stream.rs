//! A `git fast-import` stream: the same commits, branches and tags every time, in one process.

/// A regular file and a symbolic link.
pub const FILE: &str = "100644";
pub const LINK: &str = "120000";

/// The stream as it grows.
#[derive(Default)]
pub struct Stream {
    bytes: Vec<u8>,
    marks: u32,
}

/// What one commit changes; `None` deletes.
pub type Change = (&'static str, String, Option<Vec<u8>>);

impl Stream {
    /// A commit on `reference`, whose parents are `parents`; its mark.
    pub fn commit(
        &mut self,
        reference: &str,
        author: &str,
        message: &str,
        parents: &[u32],
        changes: Vec<Change>,
    ) -> u32 {
        self.marks += 1;
        let person = |role: &str, name: &str| format!("{role} {name} <ana@example.org> {} +0000\n", 1_760_000_000);
        // Without this, a branch that exists goes on.
        self.line(&format!("reset {reference}\n"));
        self.line(&format!("commit {reference}\nmark :{}\n{}", self.marks, person("author", author)));
        self.line(&person("committer", "Ana"));
        self.data(message.as_bytes());
        for (index, parent) in parents.iter().enumerate() {
            self.line(&format!("{} :{parent}\n", if index == 0 { "from" } else { "merge" }));
        }
        for (mode, path, content) in changes {
            match content {
                Some(content) => {
                    self.line(&format!("M {mode} inline {path}\n"));
                    self.data(&content);
                }
                None => self.line(&format!("D {path}\n")),
            }
        }
        self.marks
    }

    /// A blob; its mark.
    pub fn blob(&mut self, content: &[u8]) -> u32 {
        self.marks += 1;
        self.line(&format!("blob\nmark :{}\n", self.marks));
        self.data(content);
        self.marks
    }

    /// An annotated tag.
    pub fn tag(&mut self, name: &str, of: u32, message: &str) {
        self.line(&format!("tag {name}\nfrom :{of}\ntagger Ana <ana@example.org> 1760000000 +0000\n"));
        self.data(message.as_bytes());
    }

    /// Takes a reference away again, and leaves its commits.
    pub fn forget(&mut self, reference: &str) {
        self.line(&format!("reset {reference}\nfrom {}\n\n", "0".repeat(40)));
    }

    /// The whole of it.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn line(&mut self, line: &str) {
        self.bytes.extend_from_slice(line.as_bytes());
    }

    fn data(&mut self, data: &[u8]) {
        self.line(&format!("data {}\n", data.len()));
        self.bytes.extend_from_slice(data);
        self.line("\n");
    }
}
