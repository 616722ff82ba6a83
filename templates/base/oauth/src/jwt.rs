// Owned by mcpgen: edits are overwritten.
//! A signed JWT (RFC 7519) taken apart. Nothing that it says is true before its signature is.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;

/// Longer than any token that is meant for a header.
const LONGEST: usize = 16 * 1024;

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    Rs256,
    Es256,
    EdDsa,
}

impl Algorithm {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// A token in its parts.
pub(crate) struct Jwt<'t> {
    pub algorithm: Algorithm,
    /// Which key signed it.
    pub kid: Option<String>,
    /// What is signed.
    pub signed: &'t [u8],
    pub signature: Vec<u8>,
    /// The claims as JSON.
    pub claims: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<serde::de::IgnoredAny>,
}

impl<'t> Jwt<'t> {
    /// Takes a token apart, or says why it is not one that this server could take.
    pub(crate) fn parse(token: &'t str) -> Result<Self, &'static str> {
        const MALFORMED: &str = "the token is not a signed JWT";
        if token.len() > LONGEST {
            return Err("the token is too long");
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(MALFORMED)?;
        let (header, claims) = signed.split_once('.').ok_or(MALFORMED)?;
        // A part too many has a dot in it, which is not of the alphabet.
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| MALFORMED);
        let (header, claims, signature) = (part(header)?, part(claims)?, part(signature)?);
        let header: Header = serde_json::from_slice(&header).map_err(|_| MALFORMED)?;
        if header.crit.is_some() || !header.typ.as_deref().is_none_or(is_access_token) {
            return Err("the token is of another kind than an access token");
        }
        let algorithm = Algorithm::named(&header.alg);
        Ok(Self {
            algorithm: algorithm.ok_or("the token is signed in a way that is not taken here")?,
            kid: header.kid,
            signed: signed.as_bytes(),
            signature,
            claims,
        })
    }
}

/// `at+jwt` is the type of access tokens; many issuers only say that it is a JWT.
fn is_access_token(typ: &str) -> bool {
    let typ = typ.to_ascii_lowercase();
    matches!(typ.strip_prefix("application/").unwrap_or(&typ), "at+jwt" | "jwt")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(header: &str) -> String {
        let part = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", part(header), part("{}"), part("signature"))
    }

    #[test]
    fn the_header_says_how_it_is_signed_and_by_whom() {
        let token = token(r#"{ "alg": "EdDSA", "kid": "a", "typ": "at+JWT" }"#);
        let jwt = Jwt::parse(&token).expect("it is one");
        assert_eq!((jwt.algorithm, jwt.kid.as_deref()), (Algorithm::EdDsa, Some("a")));
        assert_eq!(
            (jwt.claims.as_slice(), jwt.signature.as_slice()),
            (&b"{}"[..], &b"signature"[..])
        );
        assert!(token.as_bytes().starts_with(jwt.signed));
    }

    #[test]
    fn whatever_else_is_refused() {
        for header in [
            r#"{ "alg": "none" }"#,
            r#"{ "alg": "HS256" }"#,
            r#"{ "alg": "rs256" }"#,
            r#"{ "alg": "RS256", "alg": "RS256" }"#,
            r#"{ "alg": "RS256", "crit": ["b64"] }"#,
            r#"{ "alg": "RS256", "typ": "dpop+jwt" }"#,
            r#"{ "kid": "a" }"#,
            "[]",
            "",
        ] {
            assert!(Jwt::parse(&token(header)).is_err(), "{header}");
        }
        let good = token(r#"{ "alg": "RS256" }"#);
        let long = format!("{good}{}", "A".repeat(LONGEST));
        for token in ["", "..", "a.b.c", &format!("{good}.x"), &format!("{good}="), &long] {
            assert!(Jwt::parse(token).is_err(), "{token}");
        }
    }
}
