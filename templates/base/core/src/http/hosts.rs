// Owned by mcpgen: edits are overwritten.
//! Under which names a server may be called, and from which web pages.
//!
//! A browser can be led to any address by a name that its attacker owns (DNS rebinding); it then
//! says that name in `Host`, and the page it comes from in `Origin`.

use std::net::IpAddr;

use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Uri};

use super::refusal::Refusal;

/// What may stand in `Host` and `Origin`.
pub(super) struct Hosts {
    bind: IpAddr,
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Hosts {
    pub(super) fn new(bind: IpAddr, hosts: &[String], origins: &[String]) -> Self {
        let lower = |texts: &[String]| {
            let texts = texts.iter().map(|text| text.trim().trim_end_matches('/').to_lowercase());
            texts.filter(|text| !text.is_empty()).collect()
        };
        Self {
            bind,
            hosts: lower(hosts),
            origins: lower(origins),
        }
    }

    pub(super) fn check(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
        if !self.host_is_allowed(uri, headers) {
            return Err(Refusal::forbidden(
                "this `Host` is not allowed; help: name it in `ALLOWED_HOSTS`",
            ));
        }
        match headers.get(ORIGIN) {
            Some(origin) if !origin.to_str().is_ok_and(|origin| self.origin_is_allowed(origin)) => {
                Err(Refusal::forbidden(
                    "this `Origin` is not allowed; help: name it in `ALLOWED_ORIGINS`",
                ))
            }
            _ => Ok(()),
        }
    }

    fn host_is_allowed(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut given = headers.get_all(HOST).iter();
        let host = match (uri.authority(), given.next()) {
            // Two names would let one part of a chain see what the other does not.
            (_, Some(_)) if given.next().is_some() => return false,
            (Some(authority), _) => Some(authority.clone()),
            (None, Some(host)) => host.to_str().ok().and_then(|host| host.parse().ok()),
            (None, None) => None,
        };
        host.is_some_and(|host: Authority| {
            let name = host.host().to_lowercase();
            self.is_local(&name) || self.hosts.iter().any(|known| fits(known, &host, &name))
        })
    }

    fn origin_is_allowed(&self, origin: &str) -> bool {
        let origin = origin.to_lowercase();
        if self.origins.iter().any(|known| *known == origin || known == "*") {
            return true;
        }
        let Some((_, authority)) = origin.split_once("://") else { return false };
        authority.parse().is_ok_and(|host: Authority| {
            // A page of the server itself, under a name that it is known to have. Not under any
            // name at all: with `*` for a host, an attacker's own name would do.
            let is_own = |known: &String| known != "*" && fits(known, &host, host.host());
            self.is_local(host.host()) || self.hosts.iter().any(is_own)
        })
    }

    fn is_local(&self, name: &str) -> bool {
        is_loopback(name) || address(name).is_some_and(|address| address == self.bind)
    }
}

/// `*`, `name`, which is any port of it, or `name:port`.
fn fits(known: &str, host: &Authority, name: &str) -> bool {
    known == "*" || known == name || known == host.as_str().to_lowercase()
}

fn is_loopback(name: &str) -> bool {
    name == "localhost" || address(name).is_some_and(|address| address.is_loopback())
}

fn address(name: &str) -> Option<IpAddr> {
    name.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn allows(header: HeaderName, value: &str) -> bool {
        let hosts = ["Weather.example".to_owned(), "other.example:8443".to_owned()];
        let hosts = Hosts::new([10, 0, 0, 7].into(), &hosts, &["https://app.example/".to_owned()]);
        let mut headers = HeaderMap::new();
        headers.insert(HOST, "localhost".parse().expect("it is a header"));
        headers.insert(header, value.parse().expect("it is a header"));
        hosts.check(&Uri::from_static("/mcp"), &headers).is_ok()
    }

    #[test]
    fn loopback_the_bound_address_and_named_hosts_are_allowed() {
        for host in [
            "localhost:9000",
            "127.0.0.1",
            "[::1]:9000",
            "10.0.0.7:9000",
            "weather.EXAMPLE:1",
            "other.example:8443",
        ] {
            assert!(allows(HOST, host), "{host}");
        }
        for host in
            ["evil.example", "other.example", "10.0.0.8", "localhost.evil.example", "", "a b"]
        {
            assert!(!allows(HOST, host), "{host}");
        }
    }

    #[test]
    fn foreign_pages_are_refused() {
        for origin in [
            "http://localhost:3000",
            "https://app.example",
            "http://[::1]:1",
            "http://10.0.0.7:9004",
            "http://weather.example:9004",
        ] {
            assert!(allows(ORIGIN, origin), "{origin}");
        }
        let any = Hosts::new([10, 0, 0, 7].into(), &["*".to_owned()], &[]);
        assert!(!any.origin_is_allowed("https://evil.example"));
        for origin in [
            "null",
            "https://evil.example",
            "http://app.example",
            "http://localhost.evil",
            "http://10.0.0.8:9004",
        ] {
            assert!(!allows(ORIGIN, origin), "{origin}");
        }
    }
}
