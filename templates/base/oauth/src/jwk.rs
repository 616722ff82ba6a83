// Owned by mcpgen: edits are overwritten.
//! The public keys of an issuer (RFC 7517), and whether one of them signed something.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde::Deserialize;
use serde_json::Value;

use crate::jwt::Algorithm;

/// A key. What kind it is decides how it signs: a token cannot choose.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub kid: Option<String>,
    pub algorithm: Algorithm,
    material: Material,
}

#[derive(Debug, Clone)]
enum Material {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// A key as the issuer writes it.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The keys in a set with which tokens may be signed; those of other kinds are left out.
pub(crate) fn keys(set: &Value) -> Vec<Key> {
    let keys = set["keys"].as_array().into_iter().flatten();
    keys.filter_map(|key| Key::read(Jwk::deserialize(key).ok()?)).collect()
}

impl Key {
    fn read(jwk: Jwk) -> Option<Self> {
        let bytes = |text: &Option<String>| BASE64_URL_SAFE_NO_PAD.decode(text.as_ref()?).ok();
        let (algorithm, material) = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
            ("RSA", _) => {
                let (n, e) = (unpadded(bytes(&jwk.n)?), unpadded(bytes(&jwk.e)?));
                (Algorithm::Rs256, Material::Rsa { n, e })
            }
            ("EC", Some("P-256")) => {
                // Both coordinates behind a mark that says that neither is left out.
                let point = [vec![4], bytes(&jwk.x)?, bytes(&jwk.y)?].concat();
                (Algorithm::Es256, Material::P256(point))
            }
            ("OKP", Some("Ed25519")) => (Algorithm::EdDsa, Material::Ed25519(bytes(&jwk.x)?)),
            _ => return None,
        };
        let is_other = jwk.alg.is_some_and(|alg| Algorithm::named(&alg) != Some(algorithm));
        if is_other || jwk.usage.is_some_and(|usage| usage != "sig") {
            return None;
        }
        Some(Self {
            kid: jwk.kid,
            algorithm,
            material,
        })
    }

    /// Whether this key signed the message.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match &self.material {
            Material::Rsa { n, e } => RsaPublicKeyComponents { n, e }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                message,
                signature,
            ),
            Material::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(message, signature)
            }
            Material::Ed25519(key) => {
                UnparsedPublicKey::new(&ED25519, key).verify(message, signature)
            }
        };
        verified.is_ok()
    }
}

/// A number without zeros in front, which some issuers write.
fn unpadded(number: Vec<u8>) -> Vec<u8> {
    number.into_iter().skip_while(|byte| *byte == 0).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 7515, appendix A.2: the public key, and a token that was signed with its other half.
    const N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    const SIGNED: &str = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    fn signature() -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD.decode(SIGNATURE).expect("it is base64")
    }

    #[test]
    fn a_signature_of_rsa_is_checked() {
        let set = json!({ "keys": [{ "kty": "RSA", "n": N, "e": "AQAB", "kid": "joe" }] });
        let keys = keys(&set);
        let [key] = keys.as_slice() else { panic!("one key was expected: {keys:?}") };
        assert_eq!((key.algorithm, key.kid.as_deref()), (Algorithm::Rs256, Some("joe")));
        assert!(key.signed(SIGNED.as_bytes(), &signature()));
        assert!(!key.signed(&SIGNED.as_bytes()[1..], &signature()));
        assert!(!key.signed(SIGNED.as_bytes(), &signature()[1..]));
        assert!(!key.signed(SIGNED.as_bytes(), &[]));
    }

    #[test]
    fn keys_that_sign_no_tokens_are_left_out() {
        let set = json!({ "keys": [
            { "kty": "RSA", "n": N, "e": "AQAB", "use": "enc" },
            { "kty": "RSA", "n": N, "e": "AQAB", "alg": "PS256" },
            { "kty": "RSA", "n": "?", "e": "AQAB" },
            { "kty": "RSA", "e": "AQAB" },
            { "kty": "oct", "k": "c2VjcmV0" },
            { "kty": "EC", "crv": "P-384", "x": "AA", "y": "AA" },
            { "kty": "OKP", "crv": "X25519", "x": "AA" },
            "key",
        ] });
        assert!(keys(&set).is_empty());
        assert!(keys(&json!([])).is_empty());
    }

    #[test]
    fn a_key_that_is_no_point_signs_nothing() {
        let set = json!({ "keys": [{ "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA" }] });
        assert!(!keys(&set)[0].signed(b"message", &[0; 64]));
    }
}
