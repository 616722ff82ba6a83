//! Where a server is.

use std::fmt;

use ureq::http::Uri;

/// The address of a server: scheme, host, port, and the path that its own paths are below of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

/// Why a text is no address of a server. Says nothing of what is in it: that may be a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongAddress {
    /// It is no URL, or one of another kind.
    NoUrl,
    /// It has a name and perhaps a password in it.
    HasUser,
    /// It has something behind a `?`.
    HasQuery,
    /// It is `https://`, which this binary was built without.
    NoTls,
}

impl Address {
    /// Reads a URL; `http://` may be left out, and so may the `/mcp` that a client would be given.
    ///
    /// # Errors
    ///
    /// When it is none that a server can be asked at.
    pub fn parse(text: &str) -> Result<Self, WrongAddress> {
        let text = text.trim();
        let whole = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let uri: Uri = whole.parse().map_err(|_| WrongAddress::NoUrl)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err(WrongAddress::NoUrl);
        };
        if authority.as_str().contains('@') {
            return Err(WrongAddress::HasUser);
        }
        if uri.query().is_some() || whole.contains('#') {
            return Err(WrongAddress::HasQuery);
        }
        match scheme {
            "http" => {}
            "https" if cfg!(feature = "tls") => {}
            "https" => return Err(WrongAddress::NoTls),
            _ => return Err(WrongAddress::NoUrl),
        }
        if authority.host().is_empty() {
            return Err(WrongAddress::NoUrl);
        }
        let path = uri.path().trim_end_matches('/');
        let path = path.strip_suffix("/mcp").unwrap_or(path);
        Ok(Self(format!("{scheme}://{authority}{}", path.trim_end_matches('/'))))
    }

    /// The address, without a `/` at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for WrongAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoUrl => "it is no URL of a server\n  help: write it like `http://127.0.0.1:9004`",
            Self::HasUser => {
                "it has a name in front of `@`, and a server takes no such thing\n  help: leave that out, and give \
                 the key in the environment variable `AUTH_TOKEN`"
            }
            Self::HasQuery => "it has something behind `?` or `#`\n  help: leave that out",
            Self::NoTls => {
                "it is `https://`, and this mcpgen was built without TLS\n  help: ask the server itself, by `http://` \
                 and its port, or build mcpgen with `--features tls`"
            }
        })
    }
}

impl std::error::Error for WrongAddress {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_people_write_it() {
        for (text, read) in [
            ("http://127.0.0.1:9004", "http://127.0.0.1:9004"),
            ("http://127.0.0.1:9004/", "http://127.0.0.1:9004"),
            ("localhost:9004", "http://localhost:9004"),
            ("http://[::1]:9004/mcp", "http://[::1]:9004"),
            ("http://host.example/weather/mcp/", "http://host.example/weather"),
        ] {
            assert_eq!(Address::parse(text).unwrap().as_str(), read);
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for (text, why) in [
            ("", WrongAddress::NoUrl),
            ("http://", WrongAddress::NoUrl),
            ("ftp://host", WrongAddress::NoUrl),
            ("http://a b", WrongAddress::NoUrl),
            ("/mcp", WrongAddress::NoUrl),
            ("http://ann:pw@host", WrongAddress::HasUser),
            ("http://host?token=x", WrongAddress::HasQuery),
            ("http://host/#x", WrongAddress::HasQuery),
        ] {
            assert_eq!(Address::parse(text), Err(why), "{text}");
            assert!(!why.to_string().contains("pw") && why.to_string().contains("help: "));
        }
        let tls = Address::parse("https://host");
        assert_eq!(tls.is_ok(), cfg!(feature = "tls"));
    }
}
