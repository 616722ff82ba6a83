// Owned by mcpgen: edits are overwritten.
//! A pair of keys, made for the test that wants it.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use serde_json::{Value, json};

/// How tokens are signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA over P-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    /// Its name in tokens.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::EdDsa => "EdDSA",
        }
    }
}

#[derive(Debug)]
pub(crate) struct SigningKey {
    pub algorithm: Algorithm,
    pub kid: String,
    pair: Pair,
}

#[derive(Debug)]
enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    pub(crate) fn new(algorithm: Algorithm, kid: String) -> Self {
        let random = SystemRandom::new();
        let pair = match algorithm {
            Algorithm::Es256 => {
                let curve = &ECDSA_P256_SHA256_FIXED_SIGNING;
                EcdsaKeyPair::generate_pkcs8(curve, &random).ok().and_then(|key| {
                    EcdsaKeyPair::from_pkcs8(curve, key.as_ref(), &random).ok().map(Pair::P256)
                })
            }
            Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&random)
                .ok()
                .and_then(|key| Ed25519KeyPair::from_pkcs8(key.as_ref()).ok().map(Pair::Ed25519)),
        };
        let Some(pair) = pair else { panic!("no key can be made") };
        Self {
            algorithm,
            kid,
            pair,
        }
    }

    /// The half that anyone may see.
    pub(crate) fn public(&self) -> Value {
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let (alg, kid) = (self.algorithm.name(), &self.kid);
        match &self.pair {
            Pair::P256(pair) => {
                // A mark, and two coordinates of 32 bytes.
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": alg, "kid": kid,
                        "x": text(x), "y": text(y) })
            }
            Pair::Ed25519(pair) => {
                let x = text(pair.public_key().as_ref());
                json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": alg, "kid": kid, "x": x })
            }
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::P256(pair) => match pair.sign(&SystemRandom::new(), message) {
                Ok(signature) => signature.as_ref().to_vec(),
                Err(error) => panic!("nothing can be signed: {error}"),
            },
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }
}
