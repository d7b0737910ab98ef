//! Cloning through the library: it works, it stops, and nothing is left behind.

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use foliolens::git::fetch::Cloned;
use foliolens::git::{Address, Budget, FetchError, Policy, Watch, fetch};

use crate::support::{Manner, Repository, Server};

struct Nobody {
    interrupted: bool,
}

impl Watch for Nobody {
    fn received(&self, _bytes: u64) {}

    fn unpacked(&self, _objects: u64, _of: Option<u64>) {}

    fn interrupted(&self) -> bool {
        self.interrupted
    }
}

fn budget() -> Budget {
    Budget { stall: Duration::from_secs(20), total: Duration::from_secs(60), ..Budget::default() }
}

fn clone(url: &str, budget: Budget, interrupted: bool) -> Result<Cloned, FetchError> {
    let address = Address::parse(url, Policy::for_tests()).expect("this machine");
    fetch(&address, Policy::for_tests(), budget, Arc::new(Nobody { interrupted }))
}

fn served(manner: Manner) -> (Repository, String) {
    let repository = Repository::with_commits(12);
    let server = Server::start(repository.path(), manner);
    let url = server.url(".git");
    (repository, url)
}

fn folder_of(cloned: &Cloned) -> &Path {
    cloned.repository.git_dir().parent().expect("a temporary folder")
}

#[test]
fn a_clone_has_every_branch_tag_and_note_and_goes_with_its_owner() {
    let (repository, url) = served(Manner::Serves);
    repository.git(&["tag", "v1"]);
    repository.git(&["branch", "side", "HEAD~1"]);
    repository.git(&["notes", "add", "-m", "noted"]);
    let blob = repository.git(&["notes", "list", "HEAD"]);
    repository.git(&["tag", "on-a-file", blob.trim()]);
    repository.git(&["tag", "-a", "-m", "a tag of a tag", "v1-again", "v1"]);
    repository.git(&["update-ref", "refs/pull/1/head", "HEAD"]);
    let cloned = clone(&url, budget(), false).expect("cloned");
    let folder = folder_of(&cloned).to_owned();
    let local = cloned.repository.to_thread_local();
    assert_eq!(local.head_id().expect("a commit").to_string(), repository.git(&["rev-parse", "HEAD"]).trim());
    assert!(local.find_reference("refs/heads/side").is_ok() && local.find_reference("refs/tags/v1").is_ok());
    assert!(local.find_reference("refs/notes/commits").is_ok() && local.find_reference("refs/tags/on-a-file").is_ok());
    let again = local.find_reference("refs/tags/v1-again").expect("there").peel_to_id().expect("a commit");
    assert_eq!(again, local.head_id().expect("a commit"));
    assert!(local.find_reference("refs/pull/1/head").is_err());
    assert_eq!(local.head_name().expect("read").expect("on a branch").as_bstr(), "refs/heads/main");
    drop(local);
    assert!(folder.exists());
    drop(cloned);
    assert!(!folder.exists());
}

#[test]
fn a_head_that_is_on_no_branch_is_on_none_in_the_clone() {
    let (repository, url) = served(Manner::Serves);
    repository.git(&["checkout", "-q", "--detach", "HEAD~1"]);
    let cloned = clone(&url, budget(), false).expect("cloned");
    let local = cloned.repository.to_thread_local();
    assert!(local.head_name().expect("read").is_none());
    assert_eq!(local.head_id().expect("a commit").to_string(), repository.git(&["rev-parse", "HEAD"]).trim());
}

#[test]
fn what_is_missing_or_private_is_said_so() {
    for status in [401, 403, 404, 410, 451] {
        let (_repository, url) = served(Manner::Status(status));
        let error = clone(&url, budget(), false).expect_err("nothing there");
        // To whoever has shown no token it is the same.
        let is_so = match error {
            FetchError::Denied => matches!(status, 401 | 403),
            FetchError::NotFound => !matches!(status, 401 | 403),
            _ => false,
        };
        assert!(is_so, "{status}: {error:?}");
        assert_eq!(error.to_string(), FetchError::NotFound.to_string(), "{status}");
    }
}

#[test]
fn a_host_that_asks_to_be_left_alone_says_for_how_long() {
    let refused = |manner| {
        let (_repository, url) = served(manner);
        clone(&url, budget(), false).expect_err("no clone")
    };
    for (manner, seconds) in [(Manner::Rests(429, 77), 77), (Manner::Status(429), 60)] {
        let error = refused(manner);
        let is_so = matches!(error, FetchError::Busy(_, Some(wait)) if wait == Duration::from_secs(seconds));
        assert!(is_so, "{manner:?}: {error:?}");
    }
    for (manner, seconds) in
        [(Manner::Rests(503, 77), Some(77)), (Manner::Status(503), None), (Manner::Status(500), None)]
    {
        let error = refused(manner);
        let is_so = matches!(error, FetchError::HostFailed(_, wait) if wait == seconds.map(Duration::from_secs));
        assert!(is_so, "{manner:?}: {error:?}");
    }
}

#[test]
fn redirects_are_not_followed() {
    let (_repository, url) = served(Manner::Redirects);
    let error = clone(&url, budget(), false).expect_err("elsewhere");
    assert!(matches!(error, FetchError::Moved), "{error:?}");
}

#[test]
fn a_web_page_is_no_repository() {
    let (_repository, url) = served(Manner::Web);
    let error = clone(&url, budget(), false).expect_err("no git");
    assert!(matches!(error, FetchError::Failed(..) | FetchError::Moved), "{error:?}");
}

#[test]
fn a_pack_that_is_damaged_is_told_from_a_connection_that_breaks() {
    let (_repository, url) = served(Manner::Cuts { is_torn: true });
    let error = clone(&url, budget(), false).expect_err("a broken connection");
    assert!(matches!(error, FetchError::Broken(_)), "{error:?}");
    let (_repository, url) = served(Manner::Cuts { is_torn: false });
    let error = clone(&url, budget(), false).expect_err("half a pack");
    assert!(matches!(error, FetchError::Damaged), "{error:?}");
}

#[test]
fn a_host_that_never_answers_is_left() {
    let (_repository, url) = served(Manner::Silent);
    let began = Instant::now();
    let error = clone(&url, Budget { stall: Duration::from_secs(1), ..budget() }, false).expect_err("silence");
    assert!(matches!(error, FetchError::TimedOut(_)), "{error:?}");
    assert!(began.elapsed() < Duration::from_secs(15));
}

#[test]
fn a_host_that_trickles_is_left_when_time_is_up() {
    let (_repository, url) = served(Manner::Trickles);
    let began = Instant::now();
    let error = clone(&url, Budget { total: Duration::from_secs(1), ..budget() }, false).expect_err("too slow");
    assert!(matches!(error, FetchError::TooSlow(1)), "{error:?}");
    assert!(error.to_string().contains("longer than 1 s; allow more with --clone-seconds"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(15));
}

/// The policy that is asked at the connection is that of the public; that which let the address pass is not.
#[test]
fn a_name_that_leads_to_this_machine_is_not_connected_to() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    port.set_nonblocking(true).expect("set");
    let web = format!("https://localhost:{}", port.local_addr().expect("bound").port());
    let operated = || Policy::operated(web.parse().expect("an address"));
    let address = Address::parse(&format!("{web}/ana/shop"), operated()).expect("the operator's");
    let nobody = || Arc::new(Nobody { interrupted: false });
    let error = fetch(&address, Policy::public(), budget(), nobody()).expect_err("refused");
    assert!(matches!(&error, FetchError::NotPublic(host) if host == "localhost"), "{error:?}");
    let came = port.accept();
    assert!(came.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock), "nobody knocked");
    // The operator's own host may be this machine.
    let budget = Budget { stall: Duration::from_millis(500), ..budget() };
    let error = fetch(&address, operated(), budget, nobody()).expect_err("silent");
    assert!(!matches!(error, FetchError::NotPublic(_)), "{error:?}");
    assert!(port.accept().is_ok(), "somebody did");
}

#[test]
fn nobody_listens_on_the_port() {
    let error = clone("http://127.0.0.1:1/a/b", budget(), false).expect_err("closed");
    assert!(matches!(error, FetchError::Unreachable(_)), "{error:?}");
}

/// Which is no silence that could be waited out.
#[test]
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a server with a certificate of its own, if there is one"
)]
fn a_certificate_that_nobody_trusts_is_said_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let openssl = |arguments: &str| {
        let mut command = std::process::Command::new("openssl");
        command.current_dir(folder.path()).args(arguments.split(' '));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let made = openssl("req -x509 -newkey rsa:2048 -nodes -keyout key -out own -days 2 -subj /CN=localhost").status();
    if !made.is_ok_and(|made| made.success()) {
        return eprintln!("skipped: there is no openssl");
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("bound").port();
    let mut host =
        openssl(&format!("s_server -accept 127.0.0.1:{port} -cert own -key key -www")).spawn().expect("a host");
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        std::thread::sleep(Duration::from_millis(50));
    }
    let web = format!("https://localhost:{port}");
    let policy = || Policy::operated(web.parse().expect("an address"));
    let address = Address::parse(&format!("{web}/ana/shop"), policy()).expect("the operator's");
    let began = Instant::now();
    let error = fetch(&address, policy(), budget(), Arc::new(Nobody { interrupted: false })).expect_err("a stranger");
    host.kill().expect("killed");
    host.wait().expect("ended");
    assert!(matches!(error, FetchError::Untrusted(_)), "{error:?}");
    assert!(error.to_string().contains("shows a certificate that this machine does not trust"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[test]
fn an_interrupt_ends_a_clone_that_hangs() {
    let (_repository, url) = served(Manner::Silent);
    let error = clone(&url, budget(), true).expect_err("stopped");
    assert!(matches!(error, FetchError::Interrupted), "{error:?}");
}

#[test]
fn more_bytes_than_allowed_end_the_clone() {
    let repository = Repository::new();
    // Bytes that do not compress.
    let mut state = 88172645463325252_u64;
    let noise: String = (0..400_000)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(b'!' + (state % 90) as u8)
        })
        .collect();
    repository.write("noise.txt", &noise).commit("Add noise");
    let url = Server::start(repository.path(), Manner::Serves).url(".git");
    let error = clone(&url, Budget { bytes: 64 << 10, ..budget() }, false).expect_err("too large");
    assert!(matches!(error, FetchError::TooLarge(_)), "{error:?}");
}

#[test]
fn a_host_that_names_branches_for_ever_is_left() {
    let (_repository, url) = served(Manner::Floods);
    let error = clone(&url, Budget { names: 1 << 20, ..budget() }, false).expect_err("too many");
    assert!(matches!(error, FetchError::TooManyNames(1)), "{error:?}");
}

#[test]
fn an_object_that_unpacks_to_more_than_allowed_is_refused() {
    let repository = Repository::new();
    repository.write("zeros.txt", &"0".repeat(3 << 20)).commit("Add zeros");
    let url = Server::start(repository.path(), Manner::Serves).url(".git");
    let error = clone(&url, Budget { object: 1 << 20, ..budget() }, false).expect_err("a bomb");
    assert!(matches!(error, FetchError::ObjectTooLarge(1)), "{error:?}");
}

#[test]
fn a_clone_of_more_objects_than_allowed_stops_and_leaves_nothing() {
    let (_repository, url) = served(Manner::Serves);
    let refused = clone(&url, Budget { objects: 10, ..budget() }, false).expect_err("too many");
    assert!(matches!(refused, FetchError::TooMany(10)), "{refused:?}");
}
