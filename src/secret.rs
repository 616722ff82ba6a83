//! What must not be copied or committed: values that look like secrets.
//!
//! Knows the words of keys and the shapes of tokens. There are two ways to ask. [`in_text`] would rather call a harmless
//! text a secret than the other way round, because whoever asks loses little by leaving it out. [`known`](shape::known)
//! and [`is_value`] say it of what nobody would take for anything else, because whoever is told must do something about it.

mod shape;

use std::borrow::Cow;

pub use shape::{Known, LOGIN, known};

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

/// A text without what is known to be secret in it.
#[must_use]
pub fn without(text: &str) -> Cow<'_, str> {
    let known = known(text);
    if known.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut rest = 0;
    let mut clean = String::with_capacity(text.len());
    for Known { span, .. } in known {
        clean.push_str(text.get(rest..span.start).unwrap_or_default());
        clean.push('…');
        rest = rest.max(span.end);
    }
    clean.push_str(text.get(rest..).unwrap_or_default());
    Cow::Owned(clean)
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

/// Whether a text stands where a secret would, and is none: nothing, `${NAME}`, `<password>`, `changeme`, `…`.
fn is_placeholder(text: &str) -> bool {
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

/// Whether a text has something in it that is shaped like a secret.
#[must_use]
pub fn in_text(text: &str) -> bool {
    let ends =
        |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '(' | ')' | '<' | '>' | ',' | ';' | '{' | '}');
    text.split(ends).any(|piece| has_login(piece) || piece.split(['=', ':', '/', '@', '?', '&', '[', ']', '|']).any(is_token))
        // A key of the text form: what it encloses is of no interest.
        || text.contains("PRIVATE KEY-----")
}

/// Whether a URL carries a password: `scheme://user:password@host`.
fn has_login(piece: &str) -> bool {
    piece.split("://").skip(1).any(|rest| {
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        host.rsplit_once('@').is_some_and(|(login, _)| login.contains(':'))
            // A password with a slash in it.
            || rest.rsplit_once('@').is_some_and(|(login, _)| login.split(':').nth(1).is_some_and(|p| p.parse::<u16>().is_err() && !p.is_empty() && !p.contains(' ')))
    })
}

/// How tokens of well-known makers begin, and how long they are at least.
const PREFIXES: &[(&str, usize)] = &[
    ("sk-", 12),
    ("sk_", 12),
    ("pk_", 12),
    ("rk_", 12),
    ("ghp_", 12),
    ("gho_", 12),
    ("ghu_", 12),
    ("ghs_", 12),
    ("ghr_", 12),
    ("github_pat_", 16),
    ("glpat-", 12),
    ("xox", 12),
    ("xapp-", 12),
    ("AKIA", 16),
    ("ASIA", 16),
    ("AIza", 20),
    ("eyJ", 20),
    ("hf_", 12),
    ("npm_", 12),
    ("pypi-", 16),
    ("ya29.", 12),
    ("dop_v1_", 16),
    ("SG.", 16),
    ("lin_api_", 12),
    ("ntn_", 12),
    ("pat-", 20),
];

fn is_token(piece: &str) -> bool {
    let piece = piece.trim_matches(['.', '!', '*']);
    let known = |&(prefix, least): &(&str, usize)| {
        // The rest must look drawn, not chosen: `sk-learn-server` is a name.
        piece.len() >= least && piece.starts_with(prefix) && looks_drawn(&piece[prefix.len()..])
    };
    PREFIXES.iter().any(known) || is_random(piece)
}

fn looks_drawn(rest: &str) -> bool {
    rest.bytes().any(|b| b.is_ascii_digit()) || rest.bytes().any(|b| b.is_ascii_uppercase())
}

/// Whether a text looks drawn at random: long, of every kind of character, few of them twice.
fn is_random(piece: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'_' | b'-' | b'.' | b'~' | b'%');
    if piece.len() < 20 || !piece.bytes().all(allowed) || is_uuid(piece) {
        return false;
    }
    let has = |test: fn(&u8) -> bool| piece.bytes().any(|b| test(&b));
    let digits = piece.bytes().filter(u8::is_ascii_digit).count();
    let hex = piece.len() >= 32 && piece.bytes().all(|b| b.is_ascii_hexdigit()) && has(u8::is_ascii_alphabetic);
    let mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && digits >= 2;
    let one_case = piece.len() >= 32 && digits >= 5 && has(u8::is_ascii_alphabetic) && !piece.contains(['_', '-', '.']);
    (hex || mixed || one_case) && entropy(piece) > 3.3
}

fn is_uuid(piece: &str) -> bool {
    let mut parts = piece.split('-');
    let fits = [8, 4, 4, 4, 12]
        .into_iter()
        .all(|length| parts.next().is_some_and(|p| p.len() == length && p.bytes().all(|b| b.is_ascii_hexdigit())));
    fits && parts.next().is_none()
}

/// Bits for each byte, by how often each occurs.
fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let bits = |count: u32| {
        let share = f64::from(count) / length;
        -share * share.log2()
    };
    counts.into_iter().filter(|&count| count > 0).map(bits).sum()
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
    fn lines_that_give_a_secret_are_known_and_tokens_taken_out() {
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
        let token = concat!("ghp", "_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6");
        assert_eq!(without(&format!("`format` cannot be `{token}`, not {token}")), "`format` cannot be `…`, not …");
        assert_eq!(without("nothing of the kind"), "nothing of the kind");
    }

    #[test]
    fn tokens_are_found_within_texts() {
        // In two parts, so that nobody who looks for secrets in this repository finds these.
        for text in [
            concat!("use sk", "-a1b2c3d4e5f6g7h8 here"),
            concat!("token=ghp", "_A1b2C3d4E5f6G7h8I9j0"),
            concat!("(xox", "b-2222222222-abcdEFGH1234)"),
            concat!("AKIA", "ABCDEFGH12345678"),
            concat!("ey", "JhbGciOiJIUzI1NiJ9.c2lnbmF0dXJl"),
            "postgres://app:hunter2@db:5432/x",
            "redis://:pa/ss@cache",
            "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bD1fG3",
            "0123456789abcdef0123456789abcdef",
            concat!("-----BEGIN PRIVATE", " KEY-----"),
        ] {
            assert!(in_text(text), "{text}");
        }
    }

    #[test]
    fn plain_texts_are_left_in_peace() {
        for text in [
            "Weather for a city (v2), see https://docs.example/weather?x=1",
            "http://192.0.2.1:9000/health",
            "0b7c1f4e-5a54-4a2f-9d0c-3b6b1f4e5a54",
            "2026-11-22T13:39:27.123456Z",
            "config/all_of_our_mcp_ports.json",
            "sk-learn-server",
            "THE_LONG_NAME_OF_A_VARIABLE_2",
            "acme-real_time_chat_mcp",
            "mailto:a@b.example",
        ] {
            assert!(!in_text(text), "{text}");
        }
    }
}
