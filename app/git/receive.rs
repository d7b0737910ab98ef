//! What passes between a host and a clone: who we are, what there is, and one pack of all of it.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gix::odb::pack;
use gix::protocol::fetch::negotiate::{Action, Round, one_round};
use gix::protocol::fetch::{Arguments, Negotiate, RefMap, Response, Shallow, Tags, refmap};
use gix::protocol::transport::client::TransportWithoutIO as _;
use gix::protocol::transport::client::blocking_io::http;
use gix::protocol::transport::client::blocking_io::http::options::FollowRedirects;
use gix::protocol::transport::{Protocol, Service};
use secrecy::{ExposeSecret, SecretString};

use super::budget::{Brake, Meter};
use super::counted::Counted;
use super::{Address, Budget, Policy, references};
use crate::calendar::retry_after;

const AGENT: &str = concat!("foliolens/", env!("CARGO_PKG_VERSION"));

/// Clones `address` into `folder`.
pub(super) fn receive(
    folder: &Path,
    address: &Address,
    token: Option<SecretString>,
    policy: &Policy,
    budget: Budget,
    mut meter: Meter,
    brake: &Arc<Brake>,
) -> gix::Result<gix::ThreadSafeRepository> {
    let (kind, create) = (gix::create::Kind::Bare, gix::create::Options::default());
    let repository = gix::ThreadSafeRepository::init_opts(folder, kind, create, gix::open::Options::isolated())?;
    let local = repository.to_thread_local();
    let url = gix::url::parse(address.as_str())?;
    let mut transport = http::connect_http(Counted::new(brake.clone(), budget), url, Protocol::V2, false);
    transport.configure(&options(policy, budget))?;
    let identity = |action| Ok(token.as_ref().and_then(|token| identity(action, token)));
    let mut handshake =
        gix::protocol::handshake(&mut transport, Service::UploadPack, identity, Vec::new(), &mut meter)?;
    let agent = ("agent", Some(gix::protocol::agent(AGENT)));
    let wanted = refmap::init::Context { fetch_refspecs: references::wanted()?, extra_refspecs: Vec::new() };
    let map = handshake.prepare_lsrefs_or_extract_refmap(agent.clone(), true, wanted)?;
    let map = map.fetch_blocking(&mut meter, &mut transport, false)?;
    let unpacking = pack::bundle::write::Options {
        thread_limit: Some(2),
        alloc_limit_bytes: usize::try_from(budget.object).ok(),
        ..pack::bundle::write::Options::default()
    };
    let packs = local.objects.store_ref().path().join("pack");
    gix::protocol::fetch(
        &mut Everything(&map),
        |pack, meter, stop| {
            let bases = Some(local.objects.clone());
            let hash = local.object_hash();
            pack::Bundle::write_to_directory(pack, Some(&packs), meter, stop, bases, hash, unpacking)?;
            Ok(true)
        },
        meter,
        &brake.stop,
        gix::protocol::fetch::Context {
            handshake: &mut handshake,
            transport: &mut transport,
            user_agent: agent,
            trace_packetlines: false,
        },
        gix::protocol::fetch::Options {
            shallow_file: local.shallow_file()?,
            shallow: &Shallow::NoChange,
            tags: Tags::None,
            reject_shallow_remote: false,
        },
    )?;
    references::keep(&local, &map)?;
    Ok(repository)
}

/// There is nothing yet, so all of it is asked for at once.
struct Everything<'a>(&'a RefMap);

impl Negotiate for Everything<'_> {
    fn mark_complete_and_common_ref(&mut self) -> gix::Result<Action> {
        Ok(Action::MustNegotiate { remote_ref_target_known: Vec::new() })
    }

    fn add_wants(&mut self, arguments: &mut Arguments, _known: &[bool]) -> bool {
        let mut wanted: Vec<&gix::oid> = self.0.mappings.iter().filter_map(|mapping| mapping.remote.as_id()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted.iter().for_each(|id| arguments.want(id));
        !wanted.is_empty()
    }

    fn one_round(
        &mut self,
        _state: &mut one_round::State,
        _arguments: &mut Arguments,
        _previous: Option<&Response>,
    ) -> gix::Result<(Round, bool)> {
        let nothing =
            Round { haves_sent: 0, in_vain: 0, haves_to_send: 0, previous_response_had_at_least_one_in_common: false };
        Ok((nothing, true))
    }
}

/// Who the token of an installation belongs to, as far as git is concerned.
const USER: &str = "x-access-token";

/// How GitHub takes the token of an installation.
/// <https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/authenticating-as-a-github-app-installation>
fn identity(
    action: gix::credentials::helper::Action,
    token: &SecretString,
) -> Option<gix::credentials::protocol::Outcome> {
    let gix::credentials::helper::Action::Get(context) = action else { return None };
    Some(gix::credentials::protocol::Outcome {
        identity: gix::sec::identity::Account {
            username: USER.to_owned(),
            password: token.expose_secret().to_owned(),
            oauth_refresh_token: None,
        },
        next: context.into(),
    })
}

/// Where a host that is too busy does not say how long.
const UNNAMED_REST: Duration = Duration::from_secs(60);
/// How long a host that is in trouble may take to say for how long.
const SHORT: Duration = Duration::from_secs(5);

/// How long the host of `address` asks to be left alone. Of a refused request gix tells the status and none of the
/// headers, so the host is asked once more, for those alone. Nothing where it is well by now, or in trouble without an end.
pub(super) fn rest(
    address: &Address,
    token: Option<&SecretString>,
    policy: &Policy,
    budget: Budget,
) -> Option<Duration> {
    let budget = Budget { stall: budget.stall.min(SHORT), ..budget };
    let client = reqwest::blocking::Client::builder().user_agent(AGENT).redirect(reqwest::redirect::Policy::none());
    let asked = configured(client, policy, budget).build().ok()?;
    let mut asked = asked.get(format!("{}/info/refs?service=git-upload-pack", address.as_str()));
    if let Some(token) = token {
        asked = asked.basic_auth(USER, Some(token.expose_secret()));
    }
    let answer = asked.send().ok()?;
    let header = |name: &str| answer.headers().get(name)?.to_str().ok();
    let named = || retry_after(header("retry-after")?, header("date"));
    match answer.status().as_u16() {
        429 => Some(named().unwrap_or(UNNAMED_REST)),
        503 => named(),
        _ => None,
    }
}

fn configured(
    builder: reqwest::blocking::ClientBuilder,
    policy: &Policy,
    budget: Budget,
) -> reqwest::blocking::ClientBuilder {
    let builder = builder.no_proxy().connect_timeout(budget.stall).timeout(budget.stall);
    builder.https_only(policy.scheme() == "https").dns_resolver(Arc::new(policy.resolver()))
}

fn options(policy: &Policy, budget: Budget) -> http::Options {
    let policy = policy.clone();
    let backend = http::reqwest::Options {
        configure_client: Some(Box::new(move |builder| Ok(configured(builder, &policy, budget)))),
        configure_request: None,
    };
    http::Options {
        follow_redirects: FollowRedirects::None,
        user_agent: Some(AGENT.to_owned()),
        backend: Some(Arc::new(Mutex::new(backend))),
        ..http::Options::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::resolver::NotPublic;

    /// Whether what goes wrong is that the name leads to no public address.
    fn is_not_public(url: &str, policy: &Policy) -> bool {
        let client = reqwest::blocking::Client::builder();
        let client = configured(client, policy, Budget { stall: Duration::from_millis(500), ..Budget::default() });
        let error = client.build().expect("a client").get(url).send().expect_err("no host");
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(error) = cause {
            if error.is::<NotPublic>() {
                return true;
            }
            cause = error.source();
        }
        false
    }

    #[test]
    fn the_client_asks_who_a_name_leads_to() {
        let url = "https://localhost:1/ana/shop";
        assert!(is_not_public(url, &Policy::public()));
        assert!(!is_not_public(url, &Policy::operated("https://localhost:1/".parse().expect("an address"))));
    }
}
