//! Addresses of repositories: whatever is written, what is allowed is https to a public name, without more.

use foliolens::git::{Address, Policy};

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let _ = Address::is_like(&text);
    let web: url::Url = "https://github.corp.internal/".parse().expect("an address");
    if let Ok(address) = Address::parse(&text, Policy::operated(web)) {
        assert!(address.as_str().starts_with("https://github.corp.internal/"), "{address}");
    }
    let parsed = Address::parse(&text, Policy::public()).ok();
    for address in parsed.into_iter().chain(Address::on_github(&text)) {
        let url: url::Url = address.as_str().parse().expect("it was parsed");
        assert_eq!((url.scheme(), url.port(), url.query(), url.fragment()), ("https", None, None, None), "{url}");
        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
        assert!(matches!(url.host(), Some(url::Host::Domain(name)) if name.contains('.')), "{url}");
        assert_eq!(Address::parse(address.as_str(), Policy::public()).as_ref(), Ok(&address));
    }
}
