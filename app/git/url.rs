//! Which addresses may be cloned. Parsed at the door; inside, nobody asks again.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use super::resolver::Resolver;

/// What may be cloned from. A value, so that tests can allow a server of their own without a back door in production.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy(Allowed);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Allowed {
    Public,
    Loopback,
    /// The GitHub that the operator runs the app for, wherever it is.
    Operated(Url),
}

impl Policy {
    /// Public hosts, by name, over https.
    pub fn public() -> Self {
        Policy(Allowed::Public)
    }

    /// The repositories of `web`, and nothing else: the GitHub that the app was set up for by whoever operates it. It may
    /// stand in a private network.
    pub fn operated(web: Url) -> Self {
        Policy(Allowed::Operated(web))
    }

    /// Plain http to this machine, and nothing else. For tests; no command or setting leads here.
    pub fn for_tests() -> Self {
        Policy(Allowed::Loopback)
    }

    /// Whether only hosts of the public internet are allowed.
    fn is_public(&self) -> bool {
        self.0 == Allowed::Public
    }

    /// Which addresses the names of hosts may lead to.
    pub(super) fn resolver(&self) -> Resolver {
        if self.is_public() { Resolver::Public } else { Resolver::Operated }
    }

    /// The scheme of the addresses.
    pub(super) fn scheme(&self) -> &str {
        match &self.0 {
            Allowed::Public => "https",
            Allowed::Loopback => "http",
            Allowed::Operated(web) => web.scheme(),
        }
    }
}

/// An address that may be cloned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

/// Why an address may not be cloned, as a sentence that says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It could not be parsed.
    #[error("this is not a web address; write it like https://github.com/OWNER/REPO")]
    Malformed,
    /// http, ssh, git, file and the like.
    #[error("only https:// addresses are cloned; use the repository's https address, or clone it and review the path")]
    Scheme,
    /// A user name or a password in the address.
    #[error("the address holds a user name or password; leave it out, and for a private repository review a clone")]
    Userinfo,
    /// A number instead of a name.
    #[error("the host is an IP address; only hosts with a public name are cloned from")]
    IpAddress,
    /// A name that only makes sense on this machine or network.
    #[error("the host is not a public one; clone the repository yourself and review the path")]
    PrivateHost,
    /// A port that https does not use.
    #[error("the address names a port; only the usual port of https is used")]
    Port,
    /// Something after `?` or `#`.
    #[error("the address has a `?` or `#` part; use the address of the repository alone")]
    Extra,
    /// No repository in it, or a page within one.
    #[error("the address is not that of a repository; write it like https://github.com/OWNER/REPO")]
    NoRepository,
}

impl Address {
    /// Reads an address that `policy` allows.
    pub fn parse(text: &str, policy: Policy) -> Result<Self, Refused> {
        let mut url = Url::parse(text).map_err(|error| match error {
            url::ParseError::RelativeUrlWithoutBase if text.contains('@') => Refused::Scheme,
            _ => Refused::Malformed,
        })?;
        if url.scheme() != policy.scheme() {
            return Err(Refused::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::Userinfo);
        }
        match (&policy.0, url.host()) {
            (Allowed::Operated(web), host) if web.origin() == url.origin() => {
                // A name is looked up when it is connected to, a number never is.
                let ip: Option<IpAddr> = match host {
                    Some(Host::Ipv4(ip)) => Some(ip.into()),
                    Some(Host::Ipv6(ip)) => Some(ip.into()),
                    _ => None,
                };
                if ip.is_some_and(|ip| !Resolver::Operated.allows(ip)) {
                    return Err(Refused::IpAddress);
                }
            }
            (Allowed::Operated(_), _) => return Err(Refused::PrivateHost),
            (Allowed::Loopback, Some(Host::Ipv4(ip))) if ip.is_loopback() => {}
            (Allowed::Public, Some(Host::Domain(name))) => public_name(name)?,
            (Allowed::Loopback, Some(Host::Domain(_))) => return Err(Refused::PrivateHost),
            (_, Some(Host::Ipv4(_) | Host::Ipv6(_))) => return Err(Refused::IpAddress),
            (_, None) => return Err(Refused::Malformed),
        }
        if url.port().is_some() && policy.is_public() {
            return Err(Refused::Port);
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Refused::Extra);
        }
        let path = url.path().trim_end_matches('/').to_owned();
        let depth = path.split('/').filter(|part| !part.is_empty()).count();
        let on_github = matches!(url.host_str(), Some("github.com" | "www.github.com"));
        if depth == 0 || (on_github && depth != 2) {
            return Err(Refused::NoRepository);
        }
        url.set_path(&path);
        Ok(Address(url))
    }

    /// The repository `OWNER/REPO` on GitHub, if `text` has that shape.
    pub fn on_github(text: &str) -> Option<Self> {
        let (owner, name) = text.split_once('/')?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let owner_fits = (1..=39).contains(&owner.len()) && owner.chars().all(plain) && !owner.starts_with('-');
        let name_fits = (1..=100).contains(&name.len())
            && name.chars().all(|c| plain(c) || c == '_' || c == '.')
            && !matches!(name, "." | "..");
        (owner_fits && name_fits)
            .then(|| Address::parse(&format!("https://github.com/{owner}/{name}"), Policy::public()).ok())
            .flatten()
    }

    /// Whether `text` looks like an address at all, and not like a path.
    pub fn is_like(text: &str) -> bool {
        let scp = text.split_once(':').is_some_and(|(host, path)| {
            host.contains('@') && !host.contains(['/', '\\']) && !path.is_empty() && !path.starts_with('\\')
        });
        scp || text.split_once("://").is_some_and(|(scheme, _)| {
            !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        })
    }

    /// The same for every spelling of one repository: `.git` at the end says nothing anywhere, and upper case nothing to
    /// GitHub.
    pub fn identity(&self) -> String {
        let all = self.as_str();
        let all = all.strip_suffix(".git").unwrap_or(all);
        match self.host().strip_prefix("www.").unwrap_or(self.host()) {
            "github.com" => all.replacen("://www.", "://", 1).to_ascii_lowercase(),
            _ => all.to_owned(),
        }
    }

    /// The host.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

fn public_name(name: &str) -> Result<(), Refused> {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let private = [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test", ".invalid", ".onion"];
    if !name.contains('.') || private.iter().any(|ending| name.ends_with(ending)) {
        return Err(Refused::PrivateHost);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_addresses_of_repositories_are_allowed() {
        for text in ["https://github.com/ana/shop", "https://gitlab.com/a/b/c.git", "https://git.example.org/x"] {
            assert_eq!(Address::parse(text, Policy::public()).expect(text).as_str(), text);
        }
        let trimmed = Address::parse("https://github.com/ana/shop/", Policy::public()).expect("allowed");
        assert_eq!(trimmed.as_str(), "https://github.com/ana/shop");
    }

    #[test]
    fn one_repository_has_one_identity_however_it_is_spelt() {
        let identity = |text: &str| Address::parse(text, Policy::public()).expect(text).identity();
        for text in
            ["https://github.com/Ana/Shop.git", "https://www.github.com/ana/shop/", "https://GitHub.com/ana/shop"]
        {
            assert_eq!(identity(text), identity("https://github.com/ana/shop"), "{text}");
        }
        assert_eq!(identity("https://git.example.org/x.git"), identity("https://git.example.org/x"));
        assert_ne!(identity("https://git.example.org/X"), identity("https://git.example.org/x"));
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        for (text, why) in [
            ("http://github.com/a/b", Refused::Scheme),
            ("ssh://git@github.com/a/b", Refused::Scheme),
            ("git@github.com:a/b.git", Refused::Scheme),
            ("file:///etc", Refused::Scheme),
            ("ext::sh -c touch% /tmp/x", Refused::Scheme),
            ("https://user@github.com/a/b", Refused::Userinfo),
            ("https://user:word@github.com/a/b", Refused::Userinfo),
            ("https://127.0.0.1/a/b", Refused::IpAddress),
            ("https://2130706433/a/b", Refused::IpAddress),
            ("https://0x7f.1/a/b", Refused::IpAddress),
            ("https://[::1]/a/b", Refused::IpAddress),
            ("https://localhost/a/b", Refused::PrivateHost),
            ("https://git.internal/a/b", Refused::PrivateHost),
            ("https://github.com:8443/a/b", Refused::Port),
            ("https://github.com/a/b?x=1", Refused::Extra),
            ("https://github.com/a/b#readme", Refused::Extra),
            ("https://github.com/", Refused::NoRepository),
            ("https://github.com/a", Refused::NoRepository),
            ("https://github.com/a/b/tree/main", Refused::NoRepository),
            ("https://", Refused::Malformed),
        ] {
            assert_eq!(Address::parse(text, Policy::public()), Err(why), "{text}");
        }
    }

    #[test]
    fn a_private_host_is_cloned_from_only_where_the_operator_names_it() {
        for (web, own) in [
            ("https://github.corp.internal/", "https://github.corp.internal/ana/shop"),
            ("https://10.1.2.3:8443/", "https://10.1.2.3:8443/ana/shop"),
            ("https://github.example.org/", "https://github.example.org/ana/shop"),
        ] {
            let policy = Policy::operated(web.parse().expect(web));
            assert!(Address::parse(own, policy.clone()).is_ok(), "{own}");
            assert_eq!(Address::parse(own, Policy::public()).is_ok(), web.contains("example.org"), "{own}");
            for (other, why) in [
                ("https://other.corp.internal/ana/shop", Refused::PrivateHost),
                ("https://10.1.2.4/ana/shop", Refused::PrivateHost),
                ("https://169.254.169.254/latest/meta-data", Refused::PrivateHost),
                ("https://localhost/ana/shop", Refused::PrivateHost),
                ("https://github.com/ana/shop", Refused::PrivateHost),
                ("https://github.corp.internal:444/ana/shop", Refused::PrivateHost),
                ("https://10.1.2.3:22/ana/shop", Refused::PrivateHost),
                ("http://github.corp.internal/ana/shop", Refused::Scheme),
            ] {
                assert_eq!(Address::parse(other, policy.clone()), Err(why), "{web}: {other}");
            }
            let with_password = own.replace("https://", "https://user:word@");
            assert_eq!(Address::parse(&with_password, policy), Err(Refused::Userinfo));
        }
        for web in ["https://169.254.169.254/", "https://100.100.100.200/", "https://[fd00:ec2::254]/"] {
            let policy = Policy::operated(web.parse().expect(web));
            assert_eq!(Address::parse(&format!("{web}ana/shop"), policy), Err(Refused::IpAddress));
        }
    }

    #[test]
    fn the_policy_for_tests_reaches_this_machine_only() {
        assert!(Address::parse("http://127.0.0.1:8080/a/b", Policy::for_tests()).is_ok());
        assert!(Address::parse("http://10.0.0.1/a/b", Policy::for_tests()).is_err());
        assert!(Address::parse("https://github.com/a/b", Policy::for_tests()).is_err());
    }

    #[test]
    fn owner_and_name_mean_github() {
        assert_eq!(Address::on_github("ana/shop").expect("fits").as_str(), "https://github.com/ana/shop");
        for text in ["ana", "ana/shop/x", "./shop", "../shop", "ana/..", "a na/shop", "~/shop"] {
            assert_eq!(Address::on_github(text), None, "{text}");
        }
    }

    #[test]
    fn addresses_are_told_from_paths() {
        for text in ["https://x.org/a", "ext::sh://x", "git@github.com:a/b"] {
            assert_eq!(Address::is_like(text), !text.starts_with("ext"), "{text}");
        }
        for text in ["./a", "a/b", "C:\\a", "/srv/a", "a@b"] {
            assert!(!Address::is_like(text), "{text}");
        }
    }
}
