// Owned by mcpgen: edits are overwritten.
//! Asks the issuer for its keys: where they are is a setting, or what its metadata say.

use std::error::Error;
use std::time::Duration;

use mcp_base::{StartError, Value};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use crate::jwk::{self, Key};
use crate::settings::is_loopback;

/// How long one answer may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// More than any metadata or set of keys has.
const LONGEST: usize = 512 * 1024;

pub(crate) type Cause = Box<dyn Error + Send + Sync>;

/// The issuer of tokens.
#[derive(Debug)]
pub(crate) struct Issuer {
    client: Client,
    /// As it calls itself.
    name: String,
    url: Url,
    /// Where its keys are, if that is a setting.
    jwks: Option<Url>,
}

impl Issuer {
    pub(crate) fn new(name: String, url: Url, jwks: Option<Url>) -> Result<Self, StartError> {
        // Fails where another client of this process was first, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .user_agent(concat!("mcp-oauth/", env!("CARGO_PKG_VERSION")))
            .timeout(TIMEOUT)
            // Keys come from the address that was given, and from no other.
            .redirect(Policy::none());
        if url.scheme() == "http" && jwks.as_ref().is_none_or(|url| url.scheme() == "http") {
            // No certificate is ever looked at, so that an image without any will do.
            client = client.tls_certs_only([]);
        }
        if is_loopback(&url) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|cause| {
            StartError::new(format!(
                "the issuer of tokens cannot be asked: {}; help: are the certificates that this \
                 machine trusts installed (`ca-certificates`, or `SSL_CERT_FILE`)?",
                chain(&cause)
            ))
        })?;
        Ok(Self {
            client,
            name,
            url,
            jwks,
        })
    }

    /// The keys that it signs with now.
    pub(crate) async fn keys(&self) -> Result<Vec<Key>, Cause> {
        let jwks = match &self.jwks {
            Some(url) => url.clone(),
            None => self.discover().await?,
        };
        let keys = jwk::keys(&self.get(jwks.clone()).await?);
        if keys.is_empty() {
            return Err(format!("{jwks} has no key for RS256, ES256 or EdDSA").into());
        }
        Ok(keys)
    }

    /// Where it says that its keys are.
    async fn discover(&self) -> Result<Url, Cause> {
        let mut last = Cause::from("it has no address for its metadata");
        for url in metadata(&self.url) {
            let answer = match self.get(url.clone()).await {
                Ok(answer) => answer,
                Err(cause) => {
                    last = cause;
                    continue;
                }
            };
            if answer["issuer"] != self.name.as_str() {
                last =
                    format!("{url} is the metadata of another issuer, {}", answer["issuer"]).into();
                continue;
            }
            let jwks: Url = answer["jwks_uri"].as_str().unwrap_or_default().parse()?;
            if self.url.scheme() == "https" && jwks.scheme() != "https" {
                return Err(
                    format!("{url} has its keys where anyone could change them: {jwks}").into()
                );
            }
            return Ok(jwks);
        }
        Err(last)
    }

    async fn get(&self, url: Url) -> Result<Value, Cause> {
        let response = self.client.get(url.clone()).header("Accept", "application/json").send();
        let mut response = response.await.map_err(|cause| chain(&cause))?;
        if !response.status().is_success() {
            return Err(format!("{url} answers {}", response.status()).into());
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|cause| chain(&cause))? {
            body.extend_from_slice(&chunk);
            if body.len() > LONGEST {
                return Err(format!("the answer of {url} is longer than {LONGEST} bytes").into());
            }
        }
        serde_json::from_slice(&body).map_err(|cause| format!("{url} is not JSON: {cause}").into())
    }
}

/// Where the metadata of an issuer may be: as RFC 8414 has it, and as `OpenID` Connect has it, which
/// puts a path in front and not behind.
fn metadata(issuer: &Url) -> Vec<Url> {
    let path = issuer.path().trim_end_matches('/');
    let mut paths = vec![
        format!("/.well-known/oauth-authorization-server{path}"),
        format!("{path}/.well-known/openid-configuration"),
    ];
    if !path.is_empty() {
        paths.push(format!("/.well-known/openid-configuration{path}"));
    }
    paths.iter().filter_map(|path| issuer.join(path).ok()).collect()
}

/// The text of an error and of everything behind it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_may_be_in_several_places() {
        let places = |issuer: &str| {
            let issuer = issuer.parse().expect("an address");
            metadata(&issuer).into_iter().map(String::from).collect::<Vec<_>>()
        };
        assert_eq!(
            places("https://a.example/"),
            [
                "https://a.example/.well-known/oauth-authorization-server",
                "https://a.example/.well-known/openid-configuration",
            ]
        );
        assert_eq!(
            places("https://a.example/realms/x"),
            [
                "https://a.example/.well-known/oauth-authorization-server/realms/x",
                "https://a.example/realms/x/.well-known/openid-configuration",
                "https://a.example/.well-known/openid-configuration/realms/x",
            ]
        );
    }
}
