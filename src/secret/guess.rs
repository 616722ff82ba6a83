//! Texts that have something in them that is shaped like a secret.
//!
//! Would rather call a harmless text a secret than the other way round. Knows no keys.

use super::drawn::{is_random, looks_drawn};

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

#[cfg(test)]
mod tests {
    use super::*;

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
