//! What the words of a key say of its value.

use crate::name::words_of as words;

/// What a key says of the value behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Nothing.
    Plain,
    /// That a text is secret: `token`. A number is not (`max_tokens`).
    Text,
    /// That whatever is there is secret: `password`.
    Anything,
}

/// What a key says of its value.
#[must_use]
pub fn key(key: &str) -> Key {
    let words = words(key);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let pair = |first: &[&str]| {
        words.windows(2).any(|pair| first.contains(&pair[0].as_str()) && matches!(pair[1].as_str(), "key" | "keys"))
    };
    if has(&["password", "passwords", "passwd", "passphrase", "pwd", "secret", "secrets", "apikey", "apikeys"])
        || pair(&["api", "access", "private", "auth", "secret", "signing", "encryption"])
    {
        Key::Anything
    } else if has(&["token", "tokens", "credential", "credentials", "bearer", "dsn"]) {
        Key::Text
    } else {
        Key::Plain
    }
}

/// Whether a key ends in what is secret whatever it is: `db_password`, but not `password_manager`, which is a name.
#[must_use]
pub fn is_called(key_of_value: &str) -> bool {
    let words = words(key_of_value);
    let end = words.len().saturating_sub(1);
    let is_secret = |from: usize| words.get(from..).is_some_and(|end| key(&end.join("_")) == Key::Anything);
    is_secret(end)
        || (matches!(words.last().map(String::as_str), Some("key" | "keys")) && is_secret(end.saturating_sub(1)))
}

/// Whether a key ends in what says that its value is secret: `db_password` or `auth_token`.
#[must_use]
pub fn names_one(key_of_value: &str) -> bool {
    match key(key_of_value) {
        Key::Anything => is_called(key_of_value),
        Key::Text => ends_in_token(key_of_value),
        Key::Plain => false,
    }
}

/// `auth_token`, but not `token_url` and not `max_tokens`.
fn ends_in_token(key_of_value: &str) -> bool {
    matches!(
        words(key_of_value).last().map(String::as_str),
        Some("token" | "credential" | "credentials" | "bearer" | "dsn")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_hold_secrets_are_known_in_any_spelling() {
        for name in ["api_key", "apiKey", "API-KEY", "db_password", "clientSecret", "x.private_key"] {
            assert_eq!(key(name), Key::Anything, "{name}");
        }
        assert_eq!(
            (key("token"), key("maxTokens"), key("monkey"), key("keyboard")),
            (Key::Text, Key::Text, Key::Plain, Key::Plain)
        );
        assert!(is_called("db_password") && is_called("x_api_key") && is_called("secret"));
        assert!(!is_called("password_manager") && !is_called("api_key_store") && !is_called("") && !is_called("key"));
    }
}
