//! Names are looked up here, at connect time, so that no name can lead to an address that is not for it (nor change its
//! mind between a check and the connection).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Which addresses names may lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolver {
    /// Those of the public internet.
    Public,
    /// Those and private ones, for the host that the operator names; never those that a cloud answers for every machine
    /// of its own, with the keys of that machine.
    Operated,
}

/// A name that leads to an address that is not for it.
#[derive(Debug, thiserror::Error)]
#[error("the host has no public address")]
pub struct NotPublic;

impl Resolver {
    pub(super) fn allows(self, ip: IpAddr) -> bool {
        match self {
            Resolver::Public => is_public(ip),
            Resolver::Operated => !is_of_the_link(ip),
        }
    }
}

impl Resolve for Resolver {
    // The lookup blocks the one thread that the blocking client keeps for its connections, which does nothing else.
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = *self;
        Box::pin(async move {
            let found: Vec<SocketAddr> = (name.as_str(), 0).to_socket_addrs()?.collect();
            if found.is_empty() || !found.iter().all(|address| resolver.allows(address.ip())) {
                return Err(NotPublic.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Whether `ip` is one of the public internet.
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

/// Whether `ip` only means something on this link, or to this machine: where clouds have their metadata.
fn is_of_the_link(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            CLOUDS.contains(&ip) || ip.is_link_local() || ip.is_unspecified() || ip.is_multicast() || ip.is_broadcast()
        }
        IpAddr::V6(ip) => match ip.to_ipv4_mapped().or_else(|| translated(ip)) {
            Some(inner) => is_of_the_link(inner.into()),
            None => {
                let is_of_aws = ip.segments()[..2] == [0xfd00, 0xec2];
                let is_of_a_cloud = is_of_aws || CLOUDS_V6.contains(&ip);
                ip.is_unicast_link_local() || ip.is_unspecified() || ip.is_multicast() || is_of_a_cloud
            }
        },
    }
}

/// Where Azure, Alibaba and Oracle (classic) answer each machine, besides the addresses of the link.
const CLOUDS: [Ipv4Addr; 3] =
    [Ipv4Addr::new(168, 63, 129, 16), Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];
/// The same of Google, Oracle and Scaleway; AWS has a range.
const CLOUDS_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd00, 0xc1, 0, 0, 0, 0, 0xa9fe, 0xa9fe),
    Ipv6Addr::new(0xfd00, 0x42, 0, 0, 0, 0, 0, 0x42),
];

/// What a network without IPv4 translates to: 64:ff9b::/96.
fn translated(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [.., a, b, c, d] = ip.octets();
    (ip.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0]).then(|| Ipv4Addr::new(a, b, c, d))
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(a == 0
        || CLOUDS.contains(&ip)
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || ip.is_multicast()
        || (a == 100 && (64..128).contains(&b)) // shared by carriers
        || (a == 192 && b == 0 && c == 0) // protocol assignments
        || (a == 192 && b == 88 && c == 99) // relays from IPv6
        || (a == 198 && (18..20).contains(&b)) // benchmarks
        || a >= 240) // reserved, and broadcast
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    if let Some(inner) = ip.to_ipv4_mapped() {
        return is_public_v4(inner);
    }
    // Only 2000::/3 is handed out; of that, documentation, tunnels and the ranges that embed an IPv4 address are not.
    (parts[0] & 0xe000) == 0x2000
        && parts[0] != 0x2002
        && !(parts[0] == 0x2001 && (parts[1] < 0x0200 || parts[1] == 0x0db8))
        && !(parts[0] == 0x3fff && parts[1] < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_loopback_and_reserved_ranges_are_not_public() {
        for ip in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.168.1.1",
            "168.63.129.16",
            "198.18.0.1",
            "203.0.113.5",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(ip.parse().expect(ip)), "{ip}");
        }
    }

    #[test]
    fn the_operators_own_host_may_be_private_but_not_where_a_cloud_keeps_its_keys() {
        for ip in ["10.1.2.3", "192.168.1.1", "172.16.0.1", "127.0.0.1", "fc00::1", "::1", "140.82.112.3"] {
            let ip = ip.parse().expect(ip);
            assert!(Resolver::Operated.allows(ip), "{ip}");
            assert_eq!(Resolver::Public.allows(ip), is_public(ip), "{ip}");
        }
        for ip in [
            "169.254.169.254",
            "168.63.129.16",
            "100.100.100.200",
            "192.0.0.192",
            "fe80::1",
            "::ffff:169.254.169.254",
            "::ffff:168.63.129.16",
            "64:ff9b::a9fe:a9fe",
            "fd00:ec2::254",
            "fd00:ec2::23",
            "fd20:ce::254",
            "fd00:c1::a9fe:a9fe",
            "fd00:42::42",
            "0.0.0.0",
            "::",
            "224.0.0.1",
        ] {
            assert!(!Resolver::Operated.allows(ip.parse().expect(ip)), "{ip}");
        }
    }

    #[test]
    fn the_internet_is_public() {
        for ip in ["140.82.112.3", "1.1.1.1", "2606:50c0:8000::153", "::ffff:140.82.112.3"] {
            assert!(is_public(ip.parse().expect(ip)), "{ip}");
        }
    }
}
