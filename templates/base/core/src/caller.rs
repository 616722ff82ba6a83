// Owned by mcpgen: edits are overwritten.
//! Who calls: whoever a token was issued for, or has one of the keys.
//!
//! Whatever a client is given to come back with is its caller's own: a session, a task, the state of
//! a call that is not over. To all others it does not exist. What is the same for all callers, such
//! as an answer out of the cache, is made without knowing who calls.

use sha2::{Digest as _, Sha256};

/// Whoever calls, where the server asks for that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    subject: String,
    client: Option<String>,
    scopes: Vec<String>,
}

impl Caller {
    /// The caller that a token names, and the scopes that it was issued for.
    #[must_use]
    pub fn new(subject: impl Into<String>, scopes: Vec<String>) -> Self {
        Self {
            subject: subject.into(),
            client: None,
            scopes,
        }
    }

    /// The same by way of this program.
    #[must_use]
    pub fn through(mut self, client: impl Into<String>) -> Self {
        self.client = Some(client.into());
        self
    }

    /// Whoever has this key: a name that stays the same, and tells nothing of a key that cannot be
    /// guessed.
    pub(crate) fn with_key(key: &str) -> Self {
        let digest =
            Sha256::new_with_prefix("the caller with the key ").chain_update(key).finalize();
        let name =
            digest.iter().take(8).fold("key-".to_owned(), |name, byte| format!("{name}{byte:02x}"));
        Self::new(name, Vec::new())
    }

    /// Who it is: `sub` of an access token, or a name for the key, which is not the key itself but
    /// made of it: whoever sees it can try keys, and finds one that is a word. The same in every
    /// call, and no other caller of this server has it.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The program that calls for it, where the token says so: `client_id` or `azp`. Another one is
    /// another caller: sessions, tasks and states end when an issuer begins to say it.
    #[must_use]
    pub fn client(&self) -> Option<&str> {
        self.client.as_deref()
    }

    /// Whether the token was issued for this scope. A key has none.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|one| one == scope)
    }

    /// Whether the token was issued for all of these scopes.
    pub(crate) fn has(&self, scopes: &[&str]) -> bool {
        scopes.iter().all(|scope| self.has_scope(scope))
    }

    /// Whether two requests come from the same caller by way of the same program, whatever its
    /// token allows by now.
    pub(crate) fn is_same<'a>(one: Option<&'a Self>, other: Option<&'a Self>) -> bool {
        let who = |caller: &'a Self| (&caller.subject, &caller.client);
        one.map(who) == other.map(who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ann() -> Caller {
        Caller::new("ann", vec!["read".to_owned(), "write:all".to_owned()])
    }

    #[test]
    fn a_caller_has_scopes_as_a_whole() {
        let ann = ann();
        assert!(ann.has(&[]) && ann.has(&["read"]) && ann.has(&["write:all", "read"]));
        assert!(!ann.has(&["write"]) && !ann.has(&["read", "delete"]) && !ann.has(&[""]));
    }

    #[test]
    fn a_caller_is_its_subject_and_its_client_and_not_its_scopes() {
        let is_same = |one: &Caller, other: &Caller| Caller::is_same(Some(one), Some(other));
        assert!(is_same(&ann(), &Caller::new("ann", Vec::new())));
        assert!(!is_same(&ann(), &Caller::new("bob", Vec::new())));
        assert!(!is_same(&ann(), &ann().through("editor")));
        assert!(!is_same(&ann().through("shell"), &ann().through("editor")));
        assert!(!Caller::is_same(Some(&ann()), None) && Caller::is_same(None, None));
    }

    #[test]
    fn the_name_for_a_key_is_not_the_key() {
        let named = |key: &str| Caller::with_key(key).subject;
        assert_eq!(named("a secret"), named("a secret"));
        assert_ne!(named("a secret"), named("another"));
        assert!(named("a secret").starts_with("key-") && named("a secret").len() == 20);
    }
}
