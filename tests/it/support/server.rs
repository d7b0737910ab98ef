//! A git server over plain http on this machine: `git http-backend` behind a hundred lines of HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

/// How the server behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As a git host.
    Serves,
    /// Takes the connection and says nothing.
    Silent,
    /// Sends a byte now and then.
    Trickles,
    /// Answers every request with this status.
    Status(u16),
    /// Answers every request with this status, and that it wants to be left alone for so many seconds.
    Rests(u16, u64),
    /// Sends everybody elsewhere.
    Redirects,
    /// Serves web pages.
    Web,
    /// Names branches for ever.
    Floods,
    /// As a git host, but ends each pack in its middle: as a connection that breaks, or as if that were all of it.
    Cuts {
        /// Whether the length of the whole was said before.
        is_torn: bool,
    },
}

/// The server; its thread ends with the test process.
pub struct Server {
    port: u16,
}

impl Server {
    /// Starts one that serves the repositories under `root`.
    pub fn start(root: &Path, manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let root: Arc<PathBuf> = Arc::new(root.to_owned());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let root = root.clone();
                std::thread::spawn(move || drop(answer(stream, &root, manner)));
            }
        });
        Server { port }
    }

    /// The address of the repository at `path`.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}/{path}", self.port)
    }
}

fn answer(stream: TcpStream, root: &Path, manner: Manner) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split_whitespace();
    let (method, target) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => headers.push((name.to_ascii_lowercase(), value.trim().to_owned())),
            None => break,
        }
    }
    let header = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    match manner {
        Manner::Silent => std::thread::sleep(Duration::from_secs(60)),
        Manner::Trickles => {
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n")?;
            // The longest line of git's protocol, of which all is waited for.
            stream.write_all(b"fff0")?;
            for _ in 0..600 {
                stream.write_all(b"0")?;
                stream.flush()?;
                std::thread::sleep(Duration::from_millis(100));
            }
        }
        Manner::Status(status) => {
            let ask = if status == 401 { "WWW-Authenticate: Basic realm=\"git\"\r\n" } else { "" };
            write!(stream, "HTTP/1.1 {status} No\r\n{ask}Content-Length: 0\r\nConnection: close\r\n\r\n")?;
        }
        Manner::Rests(status, seconds) => write!(
            stream,
            "HTTP/1.1 {status} No\r\nRetry-After: {seconds}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )?,
        Manner::Redirects => write!(
            stream,
            "HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1{target}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )?,
        Manner::Web => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
            )?;
        }
        Manner::Floods => {
            let line = |text: &str| format!("{:04x}{text}", text.len() + 4);
            let kind = if method == "GET" { "advertisement" } else { "result" };
            let kind = format!("Content-Type: application/x-git-upload-pack-{kind}\r\n");
            write!(stream, "HTTP/1.1 200 OK\r\n{kind}Connection: close\r\n\r\n")?;
            if method == "GET" {
                let able = ["version 2\n", "ls-refs\n", "fetch\n", "object-format=sha1\n"].map(line).concat();
                write!(stream, "{}0000{able}0000", line("# service=git-upload-pack\n"))?;
            } else {
                for number in 0_u64.. {
                    stream.write_all(line(&format!("{number:040x} refs/heads/{number}\n")).as_bytes())?;
                }
            }
        }
        Manner::Serves | Manner::Cuts { .. } => {
            let mut body = Vec::new();
            if header("transfer-encoding").is_some_and(|value| value == "chunked") {
                loop {
                    let mut size = String::new();
                    reader.read_line(&mut size)?;
                    let size = u64::from_str_radix(size.trim(), 16).unwrap_or(0);
                    (&mut reader).take(size).read_to_end(&mut body)?;
                    reader.read_line(&mut String::new())?;
                    if size == 0 {
                        break;
                    }
                }
            } else if let Some(length) = header("content-length").and_then(|length| length.parse().ok()) {
                (&mut reader).take(length).read_to_end(&mut body)?;
            }
            let answer = backend(root, &method, &target, &header, &body)?;
            match manner {
                Manner::Cuts { is_torn } if answer.windows(4).any(|four| four == b"PACK") => {
                    let head = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
                    let (whole, half) = (answer.len() - head, (answer.len() - head) / 2);
                    let (whole, said) = (format!(": {whole}\r"), format!(": {}\r", if is_torn { whole } else { half }));
                    stream.write_all(String::from_utf8_lossy(&answer[..head]).replace(&whole, &said).as_bytes())?;
                    stream.write_all(&answer[head..head + half])?;
                }
                _ => stream.write_all(&answer)?,
            }
        }
    }
    stream.flush()
}

/// CGI in, HTTP out.
#[expect(clippy::disallowed_methods, reason = "tests serve repositories with git")]
pub fn backend(
    root: &Path,
    method: &str,
    target: &str,
    header: &dyn Fn(&str) -> Option<String>,
    body: &[u8],
) -> std::io::Result<Vec<u8>> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut child = Command::new("git")
        .arg("http-backend")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "safe.directory")
        .env("GIT_CONFIG_VALUE_0", "*")
        .env("GIT_PROJECT_ROOT", root)
        .env("GIT_HTTP_EXPORT_ALL", "1")
        .env("REQUEST_METHOD", method)
        .env("PATH_INFO", path)
        .env("QUERY_STRING", query)
        .env("CONTENT_TYPE", header("content-type").unwrap_or_default())
        .env("CONTENT_LENGTH", body.len().to_string())
        .env("HTTP_CONTENT_ENCODING", header("content-encoding").unwrap_or_default())
        .env("GIT_PROTOCOL", header("git-protocol").unwrap_or_default())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().expect("piped");
    let body = body.to_vec();
    let feed = std::thread::spawn(move || drop(input.write_all(&body)));
    let output = child.wait_with_output()?.stdout;
    drop(feed.join());
    let end = output.windows(4).position(|four| four == b"\r\n\r\n").unwrap_or(0);
    let head = String::from_utf8_lossy(&output[..end]).into_owned();
    let status = head.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap_or("200 OK");
    let rest = &output[(end + 4).min(output.len())..];
    let mut answer =
        format!("HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", rest.len())
            .into_bytes();
    answer.extend_from_slice(rest);
    Ok(answer)
}
