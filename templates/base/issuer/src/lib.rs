// Owned by mcpgen: edits are overwritten.
//! An issuer of access tokens for tests: it listens on a port of its own, publishes the keys that it
//! has made for itself, and signs whatever a test wants it to.
//!
//! Whatever is not as expected panics.

#![expect(clippy::missing_panics_doc, reason = "a helper of tests reports by panicking")]

mod key;
mod serve;

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

pub use self::key::Algorithm;
use self::key::SigningKey;

/// Whom the tokens are issued for.
pub const AUDIENCE: &str = "https://mcp.example/mcp";

/// So that no two keys of a process share a name.
static KEYS: AtomicU64 = AtomicU64::new(0);

/// An issuer. It listens until the process ends.
#[derive(Debug, Clone)]
pub struct Issuer {
    url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    key: SigningKey,
    is_down: bool,
    /// How often it was asked for its keys.
    asked: usize,
}

impl Issuer {
    /// Starts an issuer that signs with ES256.
    #[must_use]
    pub fn start() -> Self {
        let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, 0)) {
            Ok(listener) => listener,
            Err(error) => panic!("the issuer has no port: {error}"),
        };
        let address = match listener.local_addr() {
            Ok(address) => address,
            Err(error) => panic!("the issuer has no address: {error}"),
        };
        let issuer = Self {
            url: format!("http://{address}"),
            state: Arc::new(Mutex::new(State {
                key: new_key(Algorithm::Es256),
                is_down: false,
                asked: 0,
            })),
        };
        let served = issuer.clone();
        std::thread::spawn(move || serve::serve(&listener, &served));
        issuer
    }

    /// Its address, which is its name.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A good token with these scopes, which have blanks between them.
    #[must_use]
    pub fn token(&self, scopes: &str) -> String {
        self.sign(&self.claims(scopes))
    }

    /// The claims of a good token, to be changed and signed.
    #[must_use]
    pub fn claims(&self, scopes: &str) -> Value {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        json!({
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "somebody",
            "iat": now,
            "exp": now + 300,
            "scope": scopes,
        })
    }

    /// A token with these claims.
    #[must_use]
    pub fn sign(&self, claims: &Value) -> String {
        let header = self.header();
        self.sign_with(&header, claims)
    }

    /// What a token says of itself, to be changed and given to [`Issuer::sign_with`].
    #[must_use]
    pub fn header(&self) -> Value {
        let state = self.state();
        json!({ "typ": "at+jwt", "alg": state.key.algorithm.name(), "kid": state.key.kid })
    }

    /// A token that says this of itself, signed with the key of the issuer all the same.
    #[must_use]
    pub fn sign_with(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.state().key.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
    }

    /// Signs with a new key from now on, and publishes it in the place of the old one.
    pub fn rotate(&self, algorithm: Algorithm) {
        self.state().key = new_key(algorithm);
    }

    /// Answers nothing but 503, or is back again.
    pub fn set_down(&self, is_down: bool) {
        self.state().is_down = is_down;
    }

    /// How often it was asked for its keys.
    #[must_use]
    pub fn asked(&self) -> usize {
        self.state().asked
    }

    /// What it answers to this path.
    fn answer(&self, path: &str) -> Option<Value> {
        let mut state = self.state();
        if state.is_down {
            return None;
        }
        match path {
            "/.well-known/oauth-authorization-server" => {
                Some(json!({ "issuer": self.url, "jwks_uri": format!("{}/keys", self.url) }))
            }
            "/keys" => {
                state.asked += 1;
                Some(json!({ "keys": [state.key.public()] }))
            }
            _ => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn new_key(algorithm: Algorithm) -> SigningKey {
    SigningKey::new(algorithm, format!("key {}", KEYS.fetch_add(1, Ordering::Relaxed)))
}
