// Owned by mcpgen: edits are overwritten.
//! From the settings to what checks tokens.

use std::net::IpAddr;
use std::sync::Arc;

use mcp_base::{Problem, StartError, Tokens, Value};
use reqwest::Url;
use serde::Deserialize;
use serde_json::Map;

use crate::claims::Expected;
use crate::issuer::Issuer;
use crate::keyring::Keyring;
use crate::verifier::JwtVerifier;

/// Where a server says whose tokens it takes (RFC 9728).
const METADATA: &str = "/.well-known/oauth-protected-resource";

/// The settings; `settings.json` beside this file describes them.
#[derive(Debug, Deserialize)]
struct OauthSettings {
    oauth_issuer: String,
    oauth_audience: String,
    oauth_resource: Option<String>,
    oauth_jwks_url: Option<String>,
}

/// Makes what checks tokens. It asks the issuer for nothing before the first token comes.
pub(crate) fn open(settings: &Map<String, Value>) -> Result<Tokens, StartError> {
    let settings = OauthSettings::deserialize(settings)?;
    let mut problems = Vec::new();
    let mut address = |variable: &str, text: &str, help: &str| {
        let url = parse(text);
        if url.is_none() {
            problems.push(Problem {
                field: variable.to_owned(),
                message: format!("must be an address such as `https://{help}`"),
            });
        }
        url
    };
    let issuer = address("OAUTH_ISSUER", &settings.oauth_issuer, "login.example.com");
    let jwks = settings.oauth_jwks_url.as_deref();
    let jwks = jwks.map(|url| address("OAUTH_JWKS_URL", url, "login.example.com/keys"));
    let resource = match &settings.oauth_resource {
        Some(resource) => address("OAUTH_RESOURCE", resource, "mcp.example.com/mcp"),
        None => parse(&settings.oauth_audience).or_else(|| {
            problems.push(Problem {
                field: "OAUTH_RESOURCE".to_owned(),
                message: "is required where `OAUTH_AUDIENCE` is no address; \
                          help: set it to the address of `/mcp` as clients know it"
                    .to_owned(),
            });
            None
        }),
    };
    let (Some(issuer), Some(resource)) = (issuer, resource) else {
        return Err(StartError::settings(&problems));
    };
    let jwks = match jwks {
        Some(None) => return Err(StartError::settings(&problems)),
        given => given.flatten(),
    };
    if [Some(&issuer), jwks.as_ref()].into_iter().flatten().any(is_exposed) {
        tracing::warn!(
            "the issuer of tokens is asked without TLS: who is in between can forge them"
        );
    }
    let metadata = metadata(&resource);
    let expected = Expected {
        issuer: settings.oauth_issuer.clone(),
        audience: settings.oauth_audience,
    };
    let keyring = Keyring::new(Issuer::new(settings.oauth_issuer.clone(), issuer, jwks)?);
    Ok(Tokens {
        issuer: settings.oauth_issuer,
        resource: settings.oauth_resource.unwrap_or_else(|| expected.audience.clone()),
        metadata,
        verifier: Arc::new(JwtVerifier::new(expected, keyring)),
    })
}

/// An address without a query, a fragment or a password.
fn parse(text: &str) -> Option<Url> {
    let url: Url = text.parse().ok()?;
    let is_plain = url.query().or(url.fragment()).or(url.password()).is_none();
    let is_web = matches!(url.scheme(), "http" | "https") && url.username().is_empty();
    (is_plain && is_web).then_some(url)
}

/// Whether what is sent there can be read on the way.
fn is_exposed(url: &Url) -> bool {
    url.scheme() == "http" && !is_loopback(url)
}

/// Whether it is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The address of the metadata: the path of the resource comes after the well-known one.
fn metadata(resource: &Url) -> String {
    let path = resource.path().trim_end_matches('/');
    format!("{}{METADATA}{path}", resource.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn opened(settings: &Value) -> Result<Tokens, String> {
        open(settings.as_object().expect("an object")).map_err(|error| error.to_string())
    }

    #[test]
    fn the_metadata_is_beside_the_resource() {
        for (resource, expected) in [
            ("https://a.example/mcp", "https://a.example/.well-known/oauth-protected-resource/mcp"),
            (
                "https://a.example:8443",
                "https://a.example:8443/.well-known/oauth-protected-resource",
            ),
            ("http://[::1]:1/x/mcp/", "http://[::1]:1/.well-known/oauth-protected-resource/x/mcp"),
        ] {
            assert_eq!(metadata(&parse(resource).expect("an address")), expected);
        }
    }

    #[test]
    fn an_audience_that_is_no_address_needs_a_resource() {
        let issuer = "http://127.0.0.1:1/";
        let error = opened(&json!({ "oauth_issuer": issuer, "oauth_audience": "weather" }));
        assert!(error.is_err_and(|error| error.contains("OAUTH_RESOURCE")));
        let resource = "https://a.example/mcp";
        let tokens = opened(&json!({
            "oauth_issuer": issuer, "oauth_audience": "weather", "oauth_resource": resource,
        }));
        let tokens = tokens.expect("all is said");
        assert_eq!((tokens.issuer.as_str(), tokens.resource.as_str()), (issuer, resource));
    }

    #[test]
    fn all_that_is_no_address_is_reported_at_once() {
        let error = opened(&json!({
            "oauth_issuer": "login", "oauth_audience": "https://a:b@c", "oauth_jwks_url": "ftp://a",
        }));
        let error = error.expect_err("nothing of it is right");
        for variable in ["OAUTH_ISSUER", "OAUTH_RESOURCE", "OAUTH_JWKS_URL"] {
            assert!(error.contains(variable), "{error}");
        }
    }
}
