// Owned by mcpgen: edits are overwritten.
//! What a token claims: whose it is, and whether that lets anyone in here and now.

use std::time::{SystemTime, UNIX_EPOCH};

use mcp_base::Caller;
use serde::Deserialize;

/// By how many seconds two clocks may differ.
const LEEWAY: f64 = 30.0;

/// What a token must say.
#[derive(Debug, Clone)]
pub(crate) struct Expected {
    pub issuer: String,
    pub audience: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: Option<String>,
    aud: Option<OneOrMore>,
    exp: Option<f64>,
    nbf: Option<f64>,
    sub: Option<String>,
    /// Which program it was issued to (RFC 9068).
    client_id: Option<String>,
    /// The same as some issuers call it.
    azp: Option<String>,
    /// Scopes with blanks between them (RFC 9068).
    scope: Option<OneOrMore>,
    /// The same under another name.
    scp: Option<OneOrMore>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::More(texts) => texts,
        }
    }
}

impl Expected {
    /// Whose token this is, what it allows, and until when.
    pub(crate) fn check(&self, claims: &[u8], now: f64) -> Result<(Caller, f64), &'static str> {
        let claims: Claims =
            serde_json::from_slice(claims).map_err(|_| "the claims of the token are malformed")?;
        if claims.iss.as_ref() != Some(&self.issuer) {
            return Err("the token is of another issuer");
        }
        let audiences = claims.aud.as_ref().map(OneOrMore::texts).unwrap_or_default();
        if !audiences.contains(&self.audience) {
            return Err("the token is issued for another audience");
        }
        let Some(expires) = claims.exp else {
            return Err("the token does not say how long it is valid");
        };
        let until = expires + LEEWAY;
        if now >= until {
            return Err("the token has expired");
        }
        if claims.nbf.is_some_and(|begins| now < begins - LEEWAY) {
            return Err("the token is not valid yet");
        }
        // What is made for one caller is kept from all others, so every caller has a name.
        let Some(subject) = claims.sub.filter(|subject| !subject.is_empty()) else {
            return Err("the token does not say whose it is");
        };
        let scopes = [claims.scope, claims.scp];
        let scopes = scopes.iter().flatten().flat_map(OneOrMore::texts);
        let scopes = scopes.flat_map(|text| text.split_ascii_whitespace()).map(str::to_owned);
        let caller = Caller::new(subject, scopes.collect());
        Ok(match claims.client_id.or(claims.azp) {
            Some(client) => (caller.through(client), until),
            None => (caller, until),
        })
    }
}

/// Seconds since 1970, as tokens count.
pub(crate) fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NOW: f64 = 1_000_000.0;

    fn check(change: impl FnOnce(&mut Value)) -> Result<(Caller, f64), &'static str> {
        let expected = Expected {
            issuer: "https://login.example".to_owned(),
            audience: "weather".to_owned(),
        };
        let mut claims = json!({
            "iss": "https://login.example",
            "aud": "weather",
            "exp": NOW + 60.0,
            "sub": "ann",
        });
        change(&mut claims);
        expected.check(claims.to_string().as_bytes(), NOW)
    }

    #[test]
    fn scopes_may_be_said_in_several_ways() {
        for scopes in [
            json!({ "scope": "read write" }),
            json!({ "scp": ["read", "write"] }),
            json!({ "scp": "read write" }),
            json!({ "scope": ["read", "write"] }),
        ] {
            let checked = check(|claims| {
                for (name, value) in scopes.as_object().expect("it is an object") {
                    claims[name] = value.clone();
                }
            });
            let both = Caller::new("ann", vec!["read".to_owned(), "write".to_owned()]);
            assert_eq!(checked, Ok((both, NOW + 90.0)));
        }
        assert_eq!(check(|_| {}), Ok((Caller::new("ann", Vec::new()), NOW + 90.0)));
    }

    #[test]
    fn a_caller_is_the_subject_by_way_of_a_client() {
        for name in ["client_id", "azp"] {
            let (caller, _) = check(|claims| claims[name] = json!("editor")).expect("it is good");
            assert_eq!((caller.subject(), caller.client()), ("ann", Some("editor")), "{name}");
        }
    }

    #[test]
    fn issuer_audience_and_times_must_fit() {
        let set = |name: &'static str, value: Value| check(|claims| claims[name] = value);
        assert!(set("aud", json!(["other", "weather"])).is_ok());
        assert!(set("exp", json!(NOW - 29.0)).is_ok());
        assert!(set("nbf", json!(NOW + 29.0)).is_ok());
        for (name, value) in [
            ("iss", json!("https://login.example/")),
            ("iss", Value::Null),
            ("aud", json!("weather2")),
            ("aud", json!([])),
            ("aud", Value::Null),
            ("exp", json!(NOW - 31.0)),
            ("exp", Value::Null),
            ("exp", json!("2030-01-01")),
            ("nbf", json!(NOW + 31.0)),
            ("sub", Value::Null),
            ("sub", json!("")),
            ("sub", json!(7)),
        ] {
            assert!(set(name, value.clone()).is_err(), "{name}: {value}");
        }
    }
}
