// Owned by mcpgen: edits are overwritten.
//! What a client keeps for a call that is not over: sealed, because the server keeps nothing.
//!
//! The state says what the client has answered so far. Its seal (HMAC with SHA-256) also covers
//! the call itself, so that a state opens only for the tool and the arguments that it was made
//! for, only for the caller that it was made for, and only until its deadline. A client can read
//! it, which tells it only what it said itself.

use std::collections::BTreeMap;
use std::io::{self, Write};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::caller::Caller;
use crate::canonical;
use crate::settings::Secret;
use crate::start_error::StartError;

/// How long a person may take to answer, in seconds.
const LIFETIME: u64 = 3600;
/// The length of a block of SHA-256, into which the key of an HMAC goes.
const BLOCK: usize = 64;

/// What a client has answered to the questions of a call, by their keys.
pub(crate) type Answers = BTreeMap<String, Value>;

/// Which call a state belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Call([u8; 32]);

/// The state of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// What was answered in all rounds before.
    pub answers: Answers,
    /// The keys of the questions that are open.
    pub asked: Vec<String>,
}

/// A state that this server did not make for this call, or not lately.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// Seals states and opens them again.
pub(crate) struct Seal {
    inner: Sha256,
    outer: Sha256,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    state: State,
    /// The second since 1970 in which it ends.
    until: u64,
}

impl Call {
    /// The call of this method and name with these arguments, in whatever order, by this caller.
    pub(crate) fn new(
        method: &str,
        name: &str,
        arguments: &Value,
        caller: Option<&Caller>,
    ) -> Self {
        let mut digest = Digest(Sha256::new());
        let who = [caller.map(Caller::subject), caller.and_then(Caller::client)];
        for text in [Some(method), Some(name)].into_iter().chain(who) {
            // Nobody is another than somebody without a name.
            let length = text.map_or(u64::MAX, |text| text.len() as u64);
            digest.0.update(length.to_be_bytes());
            digest.0.update(text.unwrap_or_default());
        }
        // Writing into a hash cannot fail.
        let _ = canonical::write(&mut digest, arguments);
        Self(digest.0.finalize().into())
    }
}

impl Seal {
    /// A seal with the key of the settings, which all replicas share, or else with one of its own.
    pub(crate) fn new(key: Option<&Secret>) -> Result<Self, StartError> {
        if let Some(key) = key {
            return Ok(Self::with_key(key.expose().as_bytes()));
        }
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|cause| {
            StartError::new(format!(
                "the system gives no random key: {cause}; help: set `STATE_KEY`"
            ))
        })?;
        Ok(Self::with_key(&random))
    }

    fn with_key(key: &[u8]) -> Self {
        let mut block = [0; BLOCK];
        if key.len() > BLOCK {
            block[..32].copy_from_slice(&Sha256::digest(key));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        Self {
            inner: Sha256::new_with_prefix(block.map(|byte| byte ^ 0x36)),
            outer: Sha256::new_with_prefix(block.map(|byte| byte ^ 0x5c)),
        }
    }

    /// The state as a client is given it; `now` in seconds since 1970.
    pub(crate) fn close(
        &self,
        call: Call,
        state: State,
        now: u64,
    ) -> Result<String, serde_json::Error> {
        let until = now + LIFETIME;
        let text = serde_json::to_vec(&Sealed { state, until })?;
        let mac = self.mac(&[&call.0, &text]);
        let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        Ok(format!("{}.{}", encode(&text), encode(&mac)))
    }

    /// The state that a client sends back with this call.
    pub(crate) fn open(&self, call: Call, sealed: &str, now: u64) -> Result<State, Broken> {
        let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| Broken);
        let (text, mac) = sealed.split_once('.').ok_or(Broken)?;
        let (text, mac) = (decode(text)?, decode(mac)?);
        if !same(&self.mac(&[&call.0, &text]), &mac) {
            return Err(Broken);
        }
        let Sealed { state, until } = serde_json::from_slice(&text).map_err(|_| Broken)?;
        if now < until { Ok(state) } else { Err(Broken) }
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut inner = self.inner.clone();
        for part in parts {
            inner.update(part);
        }
        self.outer.clone().chain_update(inner.finalize()).finalize().into()
    }
}

/// Compares all of both: how long it takes tells nothing about a seal.
fn same(expected: &[u8; 32], given: &[u8]) -> bool {
    let differences = expected.iter().zip(given).fold(0, |seen, (a, b)| seen | (a ^ b));
    given.len() == expected.len() && differences == 0
}

struct Digest(Sha256);

impl Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }

    fn state() -> State {
        let answers = [("name".to_owned(), json!({ "action": "accept", "content": { "n": "é" } }))];
        State {
            answers: answers.into(),
            asked: vec!["colour".to_owned()],
        }
    }

    #[test]
    fn the_seal_is_an_hmac_as_rfc_4231_has_it() {
        let mac = |key: &[u8], text: &[u8]| hex(&Seal::with_key(key).mac(&[text]));
        assert_eq!(
            mac(&[0x0b; 20], b"Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            mac(b"Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            mac(&[0xaa; 131], b"Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn a_state_comes_back_for_its_call_and_no_other() {
        let seal = Seal::with_key(&[7; 32]);
        let ann = Caller::new("ann", Vec::new()).through("editor");
        let call = |name, arguments| Call::new("tools/call", name, &arguments, Some(&ann));
        let own = call("delete", json!({ "file": "a", "n": 1 }));
        let sealed = seal.close(own, state(), 1000).expect("a state is JSON");
        assert_eq!(
            seal.open(call("delete", json!({ "n": 1.0, "file": "a" })), &sealed, 1000),
            Ok(state())
        );
        let by = |caller: Option<Caller>| {
            let arguments = json!({ "file": "a", "n": 1 });
            Call::new("tools/call", "delete", &arguments, caller.as_ref())
        };
        assert_eq!(seal.open(by(Some(ann.clone())), &sealed, 1000), Ok(state()));
        for other in [
            by(None),
            by(Some(Caller::new("ann", Vec::new()))),
            by(Some(Caller::new("ann", Vec::new()).through("shell"))),
            by(Some(Caller::new("bob", Vec::new()).through("editor"))),
            by(Some(Caller::new("annedit", Vec::new()).through("or"))),
            call("delete", json!({ "file": "b", "n": 1 })),
            call("delete", json!({})),
            call("create", json!({ "file": "a", "n": 1 })),
            Call::new("prompts/get", "delete", &json!({ "file": "a", "n": 1 }), Some(&ann)),
        ] {
            assert_eq!(seal.open(other, &sealed, 1000), Err(Broken));
        }
        assert_eq!(Seal::with_key(&[8; 32]).open(own, &sealed, 1000), Err(Broken));
    }

    #[test]
    fn a_state_ends_at_its_deadline() {
        let seal = Seal::with_key(b"key");
        let call = Call::new("tools/call", "x", &json!({}), None);
        let sealed = seal.close(call, state(), 1000).expect("a state is JSON");
        assert_eq!(seal.open(call, &sealed, 999 + LIFETIME), Ok(state()));
        assert_eq!(seal.open(call, &sealed, 1000 + LIFETIME), Err(Broken));
    }

    #[test]
    fn whatever_is_done_to_a_state_breaks_it() {
        let seal = Seal::with_key(&[7; 32]);
        let call = Call::new("tools/call", "x", &json!({}), None);
        let sealed = seal.close(call, state(), 1000).expect("a state is JSON");
        for length in 0..sealed.len() {
            assert_eq!(seal.open(call, &sealed[..length], 1000), Err(Broken), "cut at {length}");
        }
        for at in 0..sealed.len() {
            for other in ['A', 'B', '-', '.', '=', '\n'] {
                let mut altered: Vec<char> = sealed.chars().collect();
                if altered[at] == other {
                    continue;
                }
                altered[at] = other;
                let altered: String = altered.into_iter().collect();
                assert_eq!(seal.open(call, &altered, 1000), Err(Broken), "{other:?} at {at}");
            }
        }
        for more in ["A", ".", "=", " ", ".AAAA"] {
            assert_eq!(seal.open(call, &format!("{sealed}{more}"), 1000), Err(Broken), "{more:?}");
        }
        for foreign in ["", ".", "e30.e30", "not a state", "💥.💥"] {
            assert_eq!(seal.open(call, foreign, 1000), Err(Broken), "{foreign:?}");
        }
    }

    #[test]
    fn two_servers_without_a_key_do_not_open_each_others_states() {
        let call = Call::new("tools/call", "x", &json!({}), None);
        let (one, other) = (Seal::new(None), Seal::new(None));
        let (one, other) = (one.expect("there is chance"), other.expect("there is chance"));
        let sealed = one.close(call, state(), 0).expect("a state is JSON");
        assert_eq!(one.open(call, &sealed, 0), Ok(state()));
        assert_eq!(other.open(call, &sealed, 0), Err(Broken));
    }
}
