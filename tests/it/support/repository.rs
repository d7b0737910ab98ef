//! Repositories, made by the git binary in temporary folders, the same bytes every time.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A repository that is removed with the test.
pub struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    /// An empty one, on the branch `main`.
    pub fn new() -> Self {
        Self::with(&["init", "-q", "-b", "main"])
    }

    /// One that `arguments` make.
    pub fn with(arguments: &[&str]) -> Self {
        let repository = Repository { folder: tempfile::tempdir().expect("a folder") };
        repository.git(arguments);
        repository
    }

    /// One with `commits` commits of a small project.
    pub fn with_commits(commits: usize) -> Self {
        let repository = Self::new();
        repository.write("README.md", "# Shop\n\nSells things.\n\n## Run\n\n```\npython app.py\n```\n");
        for index in 0..commits {
            repository.write(&format!("src/part{index}.py"), &format!("def part{index}():\n    return {index}\n"));
            repository.commit(&format!("Add part {index}"));
        }
        repository
    }

    /// A stream of so many commits that to examine them takes a while.
    pub fn many_commits() -> Vec<u8> {
        let mut stream = String::new();
        for number in 0..2_000 {
            let text = format!("def part{number}():\n    return {number}\n").repeat(20);
            stream.push_str(&format!(
                "commit refs/heads/main\ncommitter Ana <ana@example.org> {} +0000\ndata 8\nAdd part\n{}M 100644 inline src/p{number}.py\ndata {}\n{text}\n",
                1_767_323_045 + number,
                if number == 0 { "from refs/heads/main^0\n" } else { "" },
                text.len(),
            ));
        }
        stream.into_bytes()
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder, as an argument.
    pub fn target(&self) -> String {
        self.path().display().to_string()
    }

    /// The commit at HEAD.
    pub fn head(&self) -> String {
        let head = std::fs::read_to_string(self.path().join(".git/refs/heads/main")).expect("a branch");
        head.trim().to_owned()
    }

    /// Writes a file.
    pub fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, text).expect("written");
        self
    }

    /// Commits everything.
    pub fn commit(&self, message: &str) -> &Self {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self
    }

    /// Runs git in the folder.
    pub fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments)
    }

    /// Makes commits from a `git fast-import` stream.
    pub fn import(&self, stream: &[u8]) -> &Self {
        let mut child = command(self.path(), &["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn().expect("git");
        child.stdin.take().expect("piped").write_all(stream).expect("taken");
        assert!(child.wait().expect("ended").success());
        self
    }

    /// The file of an object.
    pub fn loose_object(&self, spec: &str) -> PathBuf {
        let id = self.git(&["rev-parse", spec]);
        let (folder, file) = id.trim().split_at(2);
        self.path().join(".git/objects").join(folder).join(file)
    }
}

/// Runs git in `folder`.
pub fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = command(folder, arguments).output().expect("git is needed for these tests");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The file `path` at HEAD of the repository in `folder`, if there is one.
pub fn file_at_head(folder: &Path, path: &str) -> Option<Vec<u8>> {
    let output = command(folder, &["show", &format!("HEAD:{path}")]).output().expect("git");
    output.status.success().then_some(output.stdout)
}

/// The commit at the head of the repository in `folder`, if it has one.
pub fn head(folder: &Path) -> Option<String> {
    let output = command(folder, &["rev-parse", "--verify", "HEAD"]).output().expect("git");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[expect(clippy::disallowed_methods, reason = "tests make repositories with git")]
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        .current_dir(folder)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "Ana")
        .env("GIT_AUTHOR_EMAIL", "ana@example.org")
        .env("GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z")
        .env("GIT_COMMITTER_NAME", "Ana")
        .env("GIT_COMMITTER_EMAIL", "ana@example.org")
        .env("GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z");
    command
}
