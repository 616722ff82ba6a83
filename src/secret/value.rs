//! Values behind keys: which are secret beyond doubt, and which only stand where a secret would.
//!
//! Knows names, places and examples, which are none.

use super::drawn::{entropy, is_uuid};
use super::key::{Key, key, names_one};

/// Whether a text that stands behind a secret key says only where the secret is: `${NAME}`.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether a value behind a key is secret beyond doubt: the key says so, and the value looks drawn or like a password
/// that somebody made up, and not like a name, a path, a sentence or an example.
#[must_use]
pub fn is_value(key_of_value: &str, value: &str) -> bool {
    let value = value.trim();
    if value.len() < 8 {
        return false;
    }
    let count = |test: fn(char) -> bool| value.chars().filter(|c| test(*c)).count();
    let (letters, digits) = (count(char::is_alphabetic), count(|c| c.is_ascii_digit()));
    let signs = count(|c| "!#$%^&*+=?~".contains(c));
    // Most values are told from secrets by this alone, and it costs least.
    if letters == 0 || digits + signs == 0 {
        return false;
    }
    let shows_place = value.starts_with(['/', '.', '~', '$', '@']) || value.contains("://") || value.contains("::");
    if is_placeholder(value) || shows_place || is_uuid(value) || value.contains(char::is_whitespace) {
        return false;
    }
    if is_name(value) || is_elsewhere(value) {
        return false;
    }
    let is_made_up = entropy(value) > 2.5;
    let is_long = value.len() >= 16 && letters > 1 && digits > 1 && entropy(value) > 3.0;
    names_one(key_of_value) && if key(key_of_value) == Key::Anything { is_made_up } else { is_long }
}

/// Whether a value is words and numbers with signs between them, as people name things: `db-password-v2`, `id_ed25519`.
fn is_name(value: &str) -> bool {
    let is_word = |part: &str| {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        letters.chars().all(|c| c.is_ascii_alphabetic())
    };
    value.contains(['-', '_', '.', '+']) && value.split(['-', '_', '.', '+']).all(is_word)
}

/// Whether a value says where the secret is, or is one that nobody can read: `server.pem`, `keyring:db`, `ENC[…]`.
fn is_elsewhere(value: &str) -> bool {
    const FILES: &[&str] = &["crt", "gpg", "jks", "json", "key", "p12", "pem", "pfx", "txt"];
    let is_file = value.rsplit_once('.').is_some_and(|(_, end)| FILES.contains(&end));
    let is_place = value
        .split_once(':')
        .is_some_and(|(store, _)| !store.is_empty() && store.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
    is_file || is_place || value.starts_with("ENC[")
}

/// Whether a line gives a value to a key that says that it is secret: `password: …`, `--token=…`, `Authorization: Bearer …`.
#[must_use]
pub fn is_given_in(line: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`');
    line.match_indices([':', '=']).any(|(at, _)| {
        let before = line[..at].trim_end().trim_end_matches(is_quote);
        let key = &before[before.trim_end_matches(is_part).len()..];
        if !(names_one(key) || key.eq_ignore_ascii_case("authorization")) {
            return false;
        }
        let value = line[at + 1..].trim_start().trim_start_matches(is_quote);
        let value =
            ["Bearer ", "Basic ", "Token "].iter().find_map(|scheme| value.strip_prefix(scheme)).unwrap_or(value);
        let end = value.find(|c: char| c.is_whitespace() || is_quote(c) || matches!(c, ',' | ';' | ')' | '}' | ']'));
        let value = &value[..end.unwrap_or(value.len())];
        // Whoever asks loses a line of a report by a mistake, and no more.
        value.len() >= 6 && !is_placeholder(value) && !value.starts_with(['/', '.', '$', '{', '<'])
    })
}

/// Whether a text stands where a secret would, and is none: nothing, `${NAME}`, `<password>`, `changeme`, `…`.
pub(super) fn is_placeholder(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "changeme",
        "dummy",
        "example",
        "fake",
        "placeholder",
        "redacted",
        "replace",
        "sample",
        "secret",
        "todo",
        "your",
        "xxx",
    ];
    const WHOLE: &[&str] = &[
        "admin", "guest", "hunter2", "pass", "passwd", "password", "postgres", "pw", "pwd", "root", "test", "token",
        "user",
    ];
    let is_reference = |c: char| matches!(c, '{' | '}' | '<' | '>' | '…') || c == '*';
    let lower = text.to_lowercase();
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.is_empty()
        || text.starts_with('$')
        || text.contains(is_reference)
        || lower.contains("...")
        || WORDS.iter().any(|word| lower.contains(word))
        || WHOLE.contains(&lower.as_str())
        // The name of a variable of the environment.
        || (text.contains('_') && text.chars().all(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_says_where_a_secret_is() {
        assert!(is_reference("${DB_PASSWORD}") && !is_reference("${}") && !is_reference("hunter2"));
    }

    #[test]
    fn values_are_secret_only_where_there_is_no_doubt() {
        for (key, value) in [
            ("api_key", concat!("a8f5f167", "f44f4964e6c998dee827110c")),
            ("DB_PASSWORD", concat!("hun", "ter2hunter")),
            ("password", concat!("corr3ct", "-horse")),
            ("authToken", concat!("Zm9vYmFy", "MTIzNDU2Nzg5")),
        ] {
            assert!(is_value(key, value), "{key}");
        }
        for (key, value) in [
            ("api_key", "${WEATHER_API_KEY}"),
            ("api_key", "{config.key2}"),
            ("api_key", "WEATHER_API_KEY_2"),
            ("api_key", "key of the upstream 2"),
            ("password", "changeme123"),
            ("password", "…"),
            ("password_file", "/run/secrets/db2"),
            ("secret", "vault://kv/db-password-2"),
            ("token", "access_token_2"),
            ("token", "0b7c1f4e-5a54-4a2f-9d0c-3b6b1f4e5a54"),
            ("max_tokens", "0123456789abcdef0123456789abcdef"),
            ("checksum", "0123456789abcdef0123456789abcdef"),
            ("api_key_env", "0123456789abcdef0123456789abcdef"),
            ("secret", "hello_token_v2"),
            ("TLS_PRIVATE_KEY", "server-key2.pem"),
            ("private_key", "id_ed25519"),
            ("access_key", "Ctrl+Shift+S"),
            ("api_key", "ENC[AES256_GCM,data:Zm9vYmFyMTI=]"),
            ("password", "keyring:db-main-1"),
        ] {
            assert!(!is_value(key, value), "{key} = {value}");
        }
    }

    #[test]
    fn lines_that_give_a_secret_are_known() {
        for line in [
            concat!("password: corr3ct", "-horse-b4ttery"),
            concat!("RUN cargo build --config token", "=abcd1234EFGH5678"),
            concat!("let h = \"Authorization: Bearer", " Zm9vYmFy\";"),
            concat!("{ \"api_key\": \"", "a8f5f167\" }"),
        ] {
            assert!(is_given_in(line), "{line}");
        }
        for line in ["password: ${DB_PASSWORD}", "let token = next();", "api_key = \"…\"", "max_tokens: 123456"] {
            assert!(!is_given_in(line), "{line}");
        }
    }
}
