// Owned by mcpgen: edits are overwritten.
//! The way of a token: is it known, which key signed it, what does it claim.

use std::fmt;
use std::sync::Arc;

use mcp_base::{Caller, TokenError, Verifier, VerifyFuture};
use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::claims::{self, Expected};
use crate::jwk::Key;
use crate::jwt::Jwt;
use crate::keyring::{Keyring, Keys};

/// How many tokens are remembered: checking a signature costs more than most calls.
const REMEMBERED: usize = 1024;

/// Checks tokens that are signed JWTs.
pub(crate) struct JwtVerifier {
    expected: Expected,
    keyring: Arc<Keyring>,
    /// What was found out about a token, by its digest: the token itself is not kept.
    seen: Cache<[u8; 32], Seen>,
}

#[derive(Clone)]
struct Seen {
    caller: Arc<Caller>,
    until: f64,
    /// Which reading of the keys it was checked with.
    number: u64,
}

/// Which of the keys signed a token.
enum Found<'k> {
    Key(&'k Key),
    Unknown,
    Wrong(&'static str),
}

impl JwtVerifier {
    pub(crate) fn new(expected: Expected, keyring: Keyring) -> Self {
        Self {
            expected,
            keyring: Arc::new(keyring),
            seen: Cache::new(REMEMBERED),
        }
    }

    async fn caller(&self, token: &str) -> Result<Arc<Caller>, TokenError> {
        let digest = Sha256::digest(token).into();
        let known = self.keyring.known();
        if let (Some(keys), Some(seen)) = (&known, self.seen.get(&digest))
            && seen.number == keys.number
            && claims::now() < seen.until
        {
            return Ok(seen.caller);
        }
        let jwt = Jwt::parse(token).map_err(TokenError::Invalid)?;
        let keys = self.keys(&jwt, known).await?;
        let key = match find(&keys, &jwt) {
            Found::Key(key) => key,
            Found::Unknown => {
                return Err(TokenError::Invalid("the token is signed by an unknown key"));
            }
            Found::Wrong(reason) => return Err(TokenError::Invalid(reason)),
        };
        if !key.signed(jwt.signed, &jwt.signature) {
            return Err(TokenError::Invalid("the signature of the token is wrong"));
        }
        let (caller, until) =
            self.expected.check(&jwt.claims, claims::now()).map_err(TokenError::Invalid)?;
        let caller = Arc::new(caller);
        let seen = Seen {
            caller: Arc::clone(&caller),
            until,
            number: keys.number,
        };
        self.seen.insert(digest, seen);
        Ok(caller)
    }

    /// The keys among which that of the token should be: those that are known, or newer ones.
    async fn keys(&self, jwt: &Jwt<'_>, known: Option<Arc<Keys>>) -> Result<Arc<Keys>, TokenError> {
        match known {
            None => self.keyring.newer(None).await.ok_or(TokenError::Unavailable),
            Some(keys) if matches!(find(&keys, jwt), Found::Unknown) => {
                Ok(self.keyring.newer(Some(keys.number)).await.unwrap_or(keys))
            }
            Some(keys) => Ok(keys),
        }
    }
}

impl Verifier for JwtVerifier {
    fn verify<'a>(&'a self, token: &'a str) -> VerifyFuture<'a> {
        Box::pin(self.caller(token))
    }
}

impl fmt::Debug for JwtVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JwtVerifier").field("expected", &self.expected).finish_non_exhaustive()
    }
}

fn find<'k>(keys: &'k Keys, jwt: &Jwt) -> Found<'k> {
    let fits = |key: &&Key| key.algorithm == jwt.algorithm;
    let Some(kid) = &jwt.kid else {
        let mut fitting = keys.keys.iter().filter(fits);
        return match (fitting.next(), fitting.next()) {
            (Some(key), None) => Found::Key(key),
            (None, _) => Found::Unknown,
            (Some(_), Some(_)) => Found::Wrong("the token does not say which key signed it"),
        };
    };
    let mut named = keys.keys.iter().filter(|key| key.kid.as_ref() == Some(kid)).peekable();
    if named.peek().is_none() {
        return Found::Unknown;
    }
    let wrong = Found::Wrong("the token is signed in another way than its key says");
    named.find(fits).map_or(wrong, Found::Key)
}
