//! How often one client may ask.
//!
//! A client is an IPv4 address, or an IPv6 network of 64 bits, as the connection or the trusted
//! proxies in front say. Phones of one carrier share addresses, so these limits are wide; what
//! concerns one account is limited by the account.

use std::{
    collections::HashMap,
    convert::Infallible,
    hash::Hash,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{app::App, problem::Problem};

/// One client, as far as its address tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Client {
    V4(Ipv4Addr),
    /// The first 64 bits: what one customer usually has.
    V6(u64),
}

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6(u64::try_from(address.to_bits() >> 64).expect("64 bits are left of 128")),
        }
    }
}

impl Client {
    /// The client behind `proxies` proxies: the entry of `X-Forwarded-For` that the outermost of them
    /// wrote, counted from the right; what stands further left the client may have made up. Headers
    /// of a peer with a public address are not believed, for our own proxies stand near.
    fn behind(peer: IpAddr, headers: &HeaderMap, proxies: usize) -> Self {
        if proxies == 0 || !is_near(peer) {
            return peer.into();
        }
        let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
        let entries: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
        let entry = entries.len().checked_sub(proxies).map(|at| entries[at]);
        entry.and_then(|entry| entry.parse::<IpAddr>().ok()).unwrap_or(peer).into()
    }
}

fn is_near(peer: IpAddr) -> bool {
    match peer.to_canonical() {
        IpAddr::V4(peer) => peer.is_loopback() || peer.is_private(),
        IpAddr::V6(peer) => peer.is_loopback() || peer.is_unique_local(),
    }
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        // Without a connection, as in tests, all are one client.
        let peer =
            parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(Ipv6Addr::UNSPECIFIED.into(), |info| info.0.ip());
        Ok(Self::behind(peer, &parts.headers, app.config().proxies))
    }
}

/// So many requests at once, and one more after every interval.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rate {
    pub burst: u64,
    /// Milliseconds.
    pub interval: u64,
}

/// One key's bucket is the time at which it would be full again, so that idle ones need no place.
pub(crate) struct Buckets<K> {
    rate: Rate,
    full_at: Mutex<HashMap<K, u64>>,
}

/// Beyond this many keys, those that are full again are dropped, and if that does not help, all.
const MAX_KEYS: usize = 100_000;

impl<K: Eq + Hash> Buckets<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, full_at: Mutex::default() }
    }

    /// Takes one; otherwise the answer is a problem that says when there is room again.
    ///
    /// `now`: milliseconds of any clock that does not go back.
    pub(crate) fn take(&self, key: K, now: u64) -> Result<(), Problem> {
        let Rate { burst, interval } = self.rate;
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if MAX_KEYS <= full_at.len() {
            full_at.retain(|_, at| now < *at);
            if MAX_KEYS <= full_at.len() {
                full_at.clear();
            }
        }
        let at = full_at.entry(key).or_insert(0);
        let next = (*at).max(now) + interval;
        let room = now + burst * interval;
        if next <= room {
            *at = next;
            return Ok(());
        }
        Err(Problem::too_many((next - room).div_ceil(1000)))
    }
}

/// The limits of one server.
pub(crate) struct Limits {
    /// Everything but ballots, which have the queue of their poll.
    pub general: Buckets<Client>,
    /// Where somebody could guess: signing in, enrolling, asking for a code.
    pub guesses: Buckets<Client>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            general: Buckets::new(Rate { burst: 600, interval: 10 }),
            guesses: Buckets::new(Rate { burst: 40, interval: 1000 }),
        }
    }
}

/// The layer over everything but ballots.
pub(crate) async fn general(State(app): State<App>, client: Client, request: Request, next: Next) -> Response {
    match app.limits().general.take(client, app.uptime()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

/// The layer over routes where somebody could guess; looking at a form is free.
pub(crate) async fn guesses(State(app): State<App>, client: Client, request: Request, next: Next) -> Response {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    match app.limits().guesses.take(client, app.uptime()) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn behind(peer: &str, forwarded: &[&'static str], proxies: usize) -> Client {
        let peer = peer.parse().expect("an address");
        let headers = forwarded
            .iter()
            .map(|line| ("x-forwarded-for".parse().expect("a name"), line.parse().expect("a value")))
            .collect();
        Client::behind(peer, &headers, proxies)
    }

    fn client(address: &str) -> Client {
        address.parse::<IpAddr>().expect("an address").into()
    }

    #[test]
    fn only_what_our_own_proxies_wrote_is_believed() {
        for (why, peer, forwarded, proxies, expected) in [
            ("no proxy", "10.0.0.1", &["9.9.9.9"][..], 0, "10.0.0.1"),
            ("one proxy", "127.0.0.1", &["9.9.9.9"], 1, "9.9.9.9"),
            ("the client made up the left one", "127.0.0.1", &["6.6.6.6, 9.9.9.9"], 1, "9.9.9.9"),
            ("in a line of its own", "127.0.0.1", &["6.6.6.6", "9.9.9.9"], 1, "9.9.9.9"),
            ("two proxies", "127.0.0.1", &["6.6.6.6, 9.9.9.9, 10.0.0.2"], 2, "9.9.9.9"),
            ("fewer entries than proxies", "127.0.0.1", &["9.9.9.9"], 2, "127.0.0.1"),
            ("not an address", "127.0.0.1", &["unknown"], 1, "127.0.0.1"),
            ("past the proxy", "8.8.8.8", &["9.9.9.9"], 1, "8.8.8.8"),
        ] {
            assert_eq!(behind(peer, forwarded, proxies), client(expected), "{why}");
        }
    }

    #[test]
    fn a_customer_with_many_addresses_is_one_client() {
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff::2"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_eq!(client("::ffff:9.9.9.9"), client("9.9.9.9"));
    }

    #[test]
    fn after_the_burst_there_is_one_per_interval() {
        let buckets = Buckets::new(Rate { burst: 3, interval: 1000 });
        for _ in 0..3 {
            assert!(buckets.take("a", 5000).is_ok());
        }
        let refused = buckets.take("a", 5000).expect_err("over the burst");
        assert_eq!((refused.code, refused.retry_after), ("too_many", Some(1)));
        assert!(buckets.take("b", 5000).is_ok(), "others are not concerned");
        assert!(buckets.take("a", 6000).is_ok());
        assert!(buckets.take("a", 6000).is_err());
    }

    #[test]
    fn a_flood_of_keys_does_not_grow_the_table() {
        let buckets = Buckets::new(Rate { burst: 1, interval: 1 });
        for key in 0..2 * MAX_KEYS {
            let _ = buckets.take(key, 0);
        }
        assert!(buckets.full_at.lock().expect("not poisoned").len() <= MAX_KEYS);
    }
}
