//! Links that stay true: pinned to a commit, in the style of the forge that hosts the repository.

use serde::Deserialize as _;
use url::Url;

/// Where a repository can be looked at with a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    base: String,
    forge: Forge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Forge {
    GitHub,
    GitLab,
    Bitbucket,
}

/// What GitHub shows rendered unless told otherwise, so that line anchors lead nowhere.
const RENDERED: &[&str] = &["md", "markdown", "mdx", "rst", "adoc", "asciidoc", "org", "ipynb", "svg"];

impl Web {
    /// The pages of the repository that `remote` (an https, ssh or scp-like address) names; `None` for an unknown host.
    pub fn of_remote(remote: &str) -> Option<Web> {
        let (host, path) = match Url::parse(remote) {
            Ok(url) if matches!(url.scheme(), "https" | "http" | "ssh" | "git") => {
                (url.host_str()?.to_ascii_lowercase(), url.path().trim_matches('/').to_owned())
            }
            _ => {
                let (host, path) = remote.split_once(':')?;
                let host = host.rsplit('@').next().unwrap_or(host);
                (host.to_ascii_lowercase(), path.trim_matches('/').to_owned())
            }
        };
        let forge = match host.trim_start_matches("www.") {
            "github.com" => Forge::GitHub,
            "gitlab.com" => Forge::GitLab,
            "bitbucket.org" => Forge::Bitbucket,
            _ => return None,
        };
        let path = path.strip_suffix(".git").unwrap_or(&path);
        let parts: Vec<&str> = path.split('/').collect();
        let named = |part: &&str| {
            !matches!(*part, "" | "." | "..")
                && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        };
        let deep_enough = if forge == Forge::GitLab { parts.len() >= 2 } else { parts.len() == 2 };
        (deep_enough && parts.iter().all(named))
            .then(|| Web { base: format!("https://{}/{path}", host.trim_start_matches("www.")), forge })
    }

    /// The pages of the repository at `address` (`https://HOST/OWNER/NAME`) on a GitHub of somebody's own.
    pub fn of_github(address: &str) -> Option<Web> {
        let url = Url::parse(address).ok().filter(Url::has_host)?;
        let base = url.as_str().trim_end_matches('/').to_owned();
        (url.path().matches('/').count() == 2).then_some(Web { base, forge: Forge::GitHub })
    }

    /// `owner/name`; with groups on GitLab.
    pub fn name(&self) -> &str {
        self.base.splitn(4, '/').nth(3).unwrap_or_default()
    }

    /// The address of the repository's front page.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The page of a commit: what it changed.
    pub fn commit(&self, commit: &str) -> String {
        let base = &self.base;
        match self.forge {
            Forge::GitHub => format!("{base}/commit/{commit}"),
            Forge::GitLab => format!("{base}/-/commit/{commit}"),
            Forge::Bitbucket => format!("{base}/commits/{commit}"),
        }
    }

    /// The page of the whole tree at a commit.
    pub fn tree(&self, commit: &str) -> String {
        let base = &self.base;
        match self.forge {
            Forge::GitHub => format!("{base}/tree/{commit}"),
            Forge::GitLab => format!("{base}/-/tree/{commit}"),
            Forge::Bitbucket => format!("{base}/src/{commit}/"),
        }
    }

    /// The page of a file at a commit, at `lines` (from 1) if there are any.
    pub fn file(&self, commit: &str, path: &str, lines: Option<(u32, u32)>) -> String {
        let base = &self.base;
        let encoded = encode(path);
        let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
        match (self.forge, lines) {
            (Forge::GitHub, lines) => {
                let plain = if lines.is_some() && RENDERED.contains(&&*extension) { "?plain=1" } else { "" };
                let anchor = match lines {
                    None => String::new(),
                    Some((start, end)) if start == end => format!("#L{start}"),
                    Some((start, end)) => format!("#L{start}-L{end}"),
                };
                format!("{base}/blob/{commit}/{encoded}{plain}{anchor}")
            }
            (Forge::GitLab, lines) => {
                let anchor = match lines {
                    None => String::new(),
                    Some((start, end)) if start == end => format!("#L{start}"),
                    Some((start, end)) => format!("#L{start}-{end}"),
                };
                format!("{base}/-/blob/{commit}/{encoded}{anchor}")
            }
            (Forge::Bitbucket, lines) => {
                let anchor = lines.map_or(String::new(), |(start, end)| format!("#lines-{start}:{end}"));
                format!("{base}/src/{commit}/{encoded}{anchor}")
            }
        }
    }
}

/// An address out of a report that was written by who knows whom: nothing but the plain address of a page is one, which no
/// format has to escape.
pub fn deserialize<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<String>, D::Error> {
    let address = Option::<String>::deserialize(from)?;
    if address.as_deref().is_none_or(is_page) {
        return Ok(address);
    }
    Err(serde::de::Error::custom("an address is not one of a page"))
}

fn is_page(address: &str) -> bool {
    let rest = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~/%:?=#".contains(&byte)))
}

/// Everything but unreserved characters and `/` as `%XX`, so that no path can leave the address.
pub(super) fn encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => encoded.push(byte as char),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn every_spelling_of_a_remote_is_understood() {
        for remote in [
            "https://github.com/ana/shop.git",
            "https://token@github.com/ana/shop",
            "ssh://git@github.com/ana/shop.git",
            "git@github.com:ana/shop.git",
            "https://www.github.com/ana/shop/",
        ] {
            let web = Web::of_remote(remote).expect(remote);
            assert_eq!(web.base(), "https://github.com/ana/shop", "{remote}");
            assert_eq!(web.name(), "ana/shop");
        }
        assert_eq!(Web::of_remote("https://gitlab.com/a/b/c").expect("groups").name(), "a/b/c");
    }

    #[test]
    fn what_has_no_known_page_has_no_link() {
        for remote in [
            "",
            "/srv/git/shop",
            "../shop",
            "C:\\shop",
            "https://example.com/ana/shop",
            "https://github.com/ana",
            "https://github.com/ana/shop/tree",
            "https://github.com/ana/sh%22op",
            "git@github.com:ana/../shop",
        ] {
            assert_eq!(Web::of_remote(remote), None, "{remote}");
        }
    }

    #[test]
    fn only_the_plain_address_of_a_page_is_taken_from_a_report() {
        let read = |address: &str| deserialize(serde_json::Value::from(address));
        let web = Web::of_remote("git@github.com:ana/shop.git").expect("known");
        for page in
            [web.file(SHA, "src/a b#?(1).py", Some((1, 2))), web.commit(SHA), "http://127.0.0.1:8/a/b".to_owned()]
        {
            assert_eq!(read(&page).expect("a page"), Some(page));
        }
        assert_eq!(deserialize(serde_json::Value::Null).expect("none"), None);
        for other in
            ["javascript:alert(1)//", "https://a/b) [c](d", "https://a/\"><b>", "https://a/\u{202e}", "//a/b", ""]
        {
            assert!(read(other).is_err(), "{other}");
        }
    }

    #[test]
    fn links_are_pinned_and_encoded() {
        let hub = Web::of_remote("https://github.com/ana/shop").expect("known");
        assert_eq!(
            hub.file(SHA, "src/a b#?.py", Some((1, 2))),
            format!("https://github.com/ana/shop/blob/{SHA}/src/a%20b%23%3F.py#L1-L2")
        );
        assert_eq!(
            hub.file(SHA, "README.md", Some((3, 3))),
            format!("https://github.com/ana/shop/blob/{SHA}/README.md?plain=1#L3")
        );
        let lab = Web::of_remote("git@gitlab.com:ana/shop.git").expect("known");
        assert_eq!(lab.file(SHA, "a.go", Some((1, 2))), format!("https://gitlab.com/ana/shop/-/blob/{SHA}/a.go#L1-2"));
        let bucket = Web::of_remote("https://bitbucket.org/ana/shop").expect("known");
        assert_eq!(bucket.file(SHA, "é", None), format!("https://bitbucket.org/ana/shop/src/{SHA}/%C3%A9"));
        assert_eq!(bucket.commit(SHA), format!("https://bitbucket.org/ana/shop/commits/{SHA}"));
    }
}
