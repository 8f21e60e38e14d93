//! The client of a request, and as whom limits count it. Addresses are personal data: they go to limits and to providers that want them,
//! never to logs.

use std::net::{IpAddr, SocketAddr};
use std::sync::Once;

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap};

/// Where proxies write whom they forward for.
const FORWARDED: &str = "x-forwarded-for";

/// Done when a proxy was noticed that the configuration does not tell of.
static UNTRUSTED: Once = Once::new();

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    address: Option<IpAddr>,
    who: Option<Who>,
}

/// Who counts as one: an address, the 64 bits of an IPv6 address that one household has, or all of whom our proxies write no address.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Who {
    Household(IpAddr),
    Nameless,
}

impl Client {
    /// The client of a request that came through so many proxies of the merchant's. Each of them adds the address that it sees to the end
    /// of `X-Forwarded-For`; what stands before those, anybody could have written, in any bytes and on any number of lines.
    ///
    /// Without proxies programs on this machine are not counted: they are the merchant's own, or a proxy that the configuration does not
    /// tell of and behind which everybody stands. With them everybody is.
    pub(crate) fn of(headers: &HeaderMap, extensions: &Extensions, proxies: usize) -> Client {
        let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        if proxies == 0 {
            if headers.contains_key(FORWARDED) {
                UNTRUSTED.call_once(|| {
                    tracing::warn!(
                        "X-Forwarded-For is received and ignored; behind proxies, set server.trusted_proxies to how many there are"
                    );
                });
            }
            return peer.map_or_else(Client::unknown, Client::connected);
        }
        match entry(headers, proxies) {
            // It came past the proxies, or they add nothing.
            None => Client::counted(peer),
            Some(written) => Client::counted(address(written)),
        }
    }

    /// Whoever connects by itself.
    pub(crate) fn connected(peer: IpAddr) -> Client {
        let peer = peer.to_canonical();
        Client { address: Some(peer), who: (!peer.is_loopback()).then(|| household(peer)) }
    }

    /// Somebody of whom nothing is known, as whom many are counted.
    pub(crate) fn unknown() -> Client {
        Client::counted(None)
    }

    fn counted(address: Option<IpAddr>) -> Client {
        let address = address.map(|address| address.to_canonical());
        Client { address, who: Some(address.map_or(Who::Nameless, household)) }
    }

    /// Whom to count it as; nobody if it is not counted.
    pub(crate) fn who(&self) -> Option<Who> {
        self.who
    }

    /// The address, for a provider that wants it; empty if unknown.
    pub(crate) fn address(&self) -> String {
        self.address.map(|address| address.to_string()).unwrap_or_default()
    }
}

fn household(address: IpAddr) -> Who {
    Who::Household(match address {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) >> 64 << 64).into()),
        address => address,
    })
}

/// What the outermost of so many proxies has written: its place counts from the right, over all lines.
fn entry(headers: &HeaderMap, proxies: usize) -> Option<&[u8]> {
    let lines = headers.get_all(FORWARDED).iter();
    let entries: Vec<&[u8]> = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).collect();
    entries.len().checked_sub(proxies).map(|at| entries[at])
}

/// An address as proxies write it: plain, with a port, IPv6 in brackets and with a zone, in quotes.
fn address(written: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(written).ok()?.trim().trim_matches('"');
    let bare = || text.strip_prefix('[')?.split_once(']')?.0.split('%').next()?.parse().ok();
    let zoned = || text.split_once('%')?.0.parse().ok();
    text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip())).or_else(bare).or_else(zoned)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderValue, Request};

    use super::*;

    /// Who asks by those lines of the header, from this machine.
    fn asks(lines: &[&[u8]], proxies: usize) -> Client {
        let mut request = Request::builder();
        for line in lines {
            request = request.header(FORWARDED, HeaderValue::from_bytes(line).unwrap());
        }
        let mut parts = request.body(()).unwrap().into_parts().0;
        parts.extensions.insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4711))));
        Client::of(&parts.headers, &parts.extensions, proxies)
    }

    #[test]
    fn an_address_is_read_as_proxies_write_it() {
        let known: IpAddr = "203.0.113.7".parse().unwrap();
        for text in ["203.0.113.7", "203.0.113.7:4711", " 203.0.113.7\t", "\"203.0.113.7:4711\""] {
            assert_eq!(address(text.as_bytes()), Some(known), "{text}");
        }
        let known: IpAddr = "2001:db8::1".parse().unwrap();
        for text in
            ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711", "\"[2001:db8::1]:4711\"", "2001:db8::1%eth0", "[2001:db8::1%eth0]:1"]
        {
            assert_eq!(address(text.as_bytes()), Some(known), "{text}");
        }
        for text in [&b""[..], b"unknown", b"203.0.113", b"[203.0.113.7", b"_hidden", b"\xff", b"203.0.113.7\xff", "é".as_bytes()] {
            assert_eq!(address(text), None);
        }
    }

    #[test]
    fn whatever_others_write_before_it_the_entry_of_our_proxy_counts() {
        let known = Some(Who::Household("203.0.113.7".parse().unwrap()));
        for before in [&b"\xff"[..], "é".as_bytes(), b"127.0.0.1", b"unknown", b",,,", b"\"", b"203.0.113.9, \xfe\xfd", b"[::1]:80"] {
            assert_eq!(asks(&[&[before, b", 203.0.113.7"].concat()], 1).who(), known, "on one line");
            assert_eq!(asks(&[before, b"203.0.113.7"], 1).who(), known, "on two lines");
            assert_eq!(asks(&[before, b"203.0.113.7", b"198.51.100.1"], 2).who(), known, "behind two proxies");
            assert_eq!(asks(&[&[before, b",203.0.113.7 ,198.51.100.1:80"].concat()], 2).who(), known, "behind two proxies on one line");
        }
        assert_eq!(asks(&[b"::ffff:203.0.113.7"], 1).who(), known);
        let home = asks(&[b"2001:db8:1:2::1"], 1).who();
        assert_eq!(asks(&[b"[2001:db8:1:2:ffff::9]:80"], 1).who(), home);
        assert_ne!(asks(&[b"2001:db8:1:3::1"], 1).who(), home);
    }

    #[test]
    fn behind_proxies_nobody_is_uncounted() {
        for lines in [&[][..], &[&b"\xff"[..]], &[b""], &[b"unknown"], &[b"127.0.0.1"], &[b"::1"], &[b"203.0.113.7,"]] {
            for proxies in [1, 2, 3] {
                assert!(asks(lines, proxies).who().is_some(), "{lines:?} {proxies}");
            }
        }
        assert_eq!(asks(&[b"unknown"], 1).who(), asks(&[b"_hidden"], 1).who(), "whoever has no name is one");
        assert_eq!(asks(&[b"unknown"], 1).address(), "", "a provider gets an address or none");
        assert_eq!(asks(&[b"203.0.113.7"], 0).who(), None, "without proxies a program on this machine");
    }
}
