// Owned by mcpgen: edits are overwritten.
//! How a server proves to its upstream who it is.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use mcp_base::{Secret, StartError};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

/// How a server proves to its upstream who it is.
#[derive(Debug, Clone, Copy)]
pub enum UpstreamAuth<'a> {
    /// Not at all.
    None,
    /// `Authorization: Bearer` and the key.
    Bearer(&'a Secret),
    /// `Authorization: Basic` and the key, which is `user:password`.
    Basic(&'a Secret),
    /// The key in a header of this name.
    Header(&'static str, &'a Secret),
    /// The key in a query parameter of this name.
    Query(&'static str, &'a Secret),
}

impl UpstreamAuth<'_> {
    /// The header that every request carries; a request may replace it.
    pub(crate) fn headers(self) -> Result<HeaderMap, StartError> {
        let (name, value) = match self {
            Self::None | Self::Query(..) => return Ok(HeaderMap::new()),
            Self::Bearer(key) => (AUTHORIZATION, format!("Bearer {}", key.expose())),
            Self::Basic(key) if !key.expose().contains(':') => {
                return Err(StartError::setting(
                    "the key of the upstream is wrong; help: it must be `user:password`",
                ));
            }
            Self::Basic(key) => {
                (AUTHORIZATION, format!("Basic {}", BASE64_STANDARD.encode(key.expose())))
            }
            Self::Header(name, key) => {
                (HeaderName::from_bytes(name.as_bytes())?, key.expose().to_owned())
            }
        };
        let mut value = HeaderValue::try_from(value).map_err(|_| {
            StartError::setting("the key of the upstream has characters that no header can hold")
        })?;
        value.set_sensitive(true);
        Ok(HeaderMap::from_iter([(name, value)]))
    }

    /// The query parameter that every request carries.
    pub(crate) fn query(self) -> Option<(&'static str, Secret)> {
        match self {
            Self::Query(name, key) => Some((name, key.clone())),
            _ => None,
        }
    }
}
