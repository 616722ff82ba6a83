//! Tokens, keys and logins that nobody would take for anything else.
//!
//! Knows how those of well-known makers look: how they begin, which characters they have and how many. Linear in the text.

use std::borrow::Cow;
use std::ops::Range;

use super::drawn::entropy;
use super::value::is_placeholder;

/// Something secret in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What it is: `a token of GitHub`.
    pub kind: &'static str,
    /// Where it is, in bytes.
    pub span: Range<usize>,
}

/// The kind of a URL with a password in it.
pub const LOGIN: &str = "a URL with a password";

/// How the tokens of a maker look.
struct Shape {
    prefix: &'static str,
    /// How many bytes there are behind the prefix, at least.
    least: usize,
    kind: &'static str,
    fits: fn(&str) -> bool,
}

const fn shape(prefix: &'static str, least: usize, kind: &'static str, fits: fn(&str) -> bool) -> Shape {
    Shape { prefix, least, kind, fits }
}

const SHAPES: &[Shape] = &[
    shape("AGE-SECRET-KEY-1", 40, "a private key of age", is_drawn),
    shape("AIza", 35, "a key of Google", is_drawn),
    shape("AKIA", 16, "a key of AWS", is_aws),
    shape("ASIA", 16, "a key of AWS", is_aws),
    shape("SG.", 40, "a key of SendGrid", is_drawn),
    shape("dop_v1_", 60, "a token of DigitalOcean", is_drawn),
    shape("eyJ", 40, "a signed token (JWT)", is_jwt),
    shape("gho_", 30, "a token of GitHub", is_drawn),
    shape("ghp_", 30, "a token of GitHub", is_drawn),
    shape("ghr_", 30, "a token of GitHub", is_drawn),
    shape("ghs_", 30, "a token of GitHub", is_drawn),
    shape("ghu_", 30, "a token of GitHub", is_drawn),
    shape("github_pat_", 30, "a token of GitHub", is_drawn),
    shape("glpat-", 18, "a token of GitLab", is_drawn),
    shape("glsa_", 30, "a token of Grafana", is_drawn),
    shape("hf_", 30, "a token of Hugging Face", is_drawn),
    shape("hvs.", 20, "a token of Vault", is_drawn),
    shape("lin_api_", 32, "a key of Linear", is_drawn),
    shape("npm_", 30, "a token of npm", is_drawn),
    shape("ntn_", 40, "a token of Notion", is_drawn),
    shape("pul-", 40, "a token of Pulumi", is_drawn),
    shape("pypi-", 40, "a token of PyPI", is_drawn),
    shape("rk_live_", 16, "a key of Stripe", is_drawn),
    shape("shpat_", 32, "a token of Shopify", is_drawn),
    shape("sk-", 20, "a key of an AI provider", is_drawn),
    shape("sk_live_", 16, "a key of Stripe", is_drawn),
    shape("sk_test_", 16, "a key of Stripe", is_drawn),
    shape("xapp-", 20, "a token of Slack", is_drawn),
    shape("xoxa-", 20, "a token of Slack", is_drawn),
    shape("xoxb-", 20, "a token of Slack", is_drawn),
    shape("xoxp-", 20, "a token of Slack", is_drawn),
    shape("xoxr-", 20, "a token of Slack", is_drawn),
    shape("xoxs-", 20, "a token of Slack", is_drawn),
    shape("ya29.", 40, "a token of Google", is_drawn),
];

/// Everything in a text that is known to be secret by its shape, in the order of the text.
#[must_use]
pub fn known(text: &str) -> Vec<Known> {
    let mut found = Vec::new();
    let is_part = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !is_part(bytes[at]) {
            at += 1;
            continue;
        }
        let length = bytes[at..].iter().take_while(|b| is_part(**b)).count();
        if length > 16
            && let Some(kind) = token(&text[at..at + length])
        {
            found.push(Known { kind, span: at..at + length });
        }
        at += length;
    }
    found.extend(logins(text));
    found.extend(private_keys(text));
    found.sort_by_key(|known| known.span.start);
    found
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

fn token(piece: &str) -> Option<&'static str> {
    let fits = |shape: &&Shape| {
        piece.strip_prefix(shape.prefix).is_some_and(|rest| rest.len() >= shape.least && (shape.fits)(rest))
    };
    SHAPES.iter().find(fits).map(|shape| shape.kind)
}

/// Whether one part of it is long and has letters and digits mixed: names are made of words.
fn is_drawn(rest: &str) -> bool {
    let is_mixed = |part: &str| {
        let digits = part.bytes().filter(u8::is_ascii_digit).count();
        part.len() >= 12 && digits >= 2 && part.len() - digits >= 2
    };
    rest.split(['-', '_', '.']).any(is_mixed) && entropy(rest) > 2.8
}

/// AWS writes `EXAMPLE` into those of its documentation.
fn is_aws(rest: &str) -> bool {
    rest.len() == 16
        && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && !rest.contains("EXAMPLE")
        && entropy(rest) > 2.8
}

fn is_jwt(rest: &str) -> bool {
    let mut parts = rest.split('.');
    let (head, body, signature) = (parts.next(), parts.next(), parts.next());
    head.is_some_and(|head| head.len() > 8)
        && body.is_some_and(|body| body.starts_with("eyJ"))
        && signature.is_some_and(|signature| signature.len() > 16)
}

/// URLs with a password in them: `scheme://user:password@host`.
fn logins(text: &str) -> impl Iterator<Item = Known> {
    /// Longer ones are none that anybody typed.
    const LONGEST: usize = 512;
    text.match_indices("://").filter_map(|(at, _)| {
        let start = at + 3;
        let rest = &text.as_bytes()[start..];
        let ends =
            |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'?' | b'#' | b'"' | b'\'' | b'`' | b'<' | b'>');
        let authority = rest.iter().take(LONGEST).take_while(|b| !ends(b)).count();
        let authority = text.get(start..start + authority)?;
        let (login, host) = authority.rsplit_once('@')?;
        let (_, password) = login.split_once(':')?;
        let is_secret = password.len() >= 4 && !is_nowhere(host) && !is_placeholder(password);
        is_secret.then(|| Known { kind: LOGIN, span: start..start + login.len() })
    })
}

/// Whether a host is an example's, or the machine itself, whose passwords open nothing elsewhere.
fn is_nowhere(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, port)| if port.parse::<u16>().is_ok() { name } else { host });
    let is_below = |top: &str| name.strip_suffix(top).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    matches!(name, "" | "127.0.0.1" | "[::1]" | "host" | "hostname")
        || ["example", "example.com", "example.net", "example.org", "invalid", "localhost", "test"]
            .into_iter()
            .any(is_below)
}

/// Keys in the text form, with what they enclose: `contains("PRIVATE KEY-----")` is none.
fn private_keys(text: &str) -> impl Iterator<Item = Known> {
    const BEGIN: &str = "-----BEGIN ";
    const END: &str = "PRIVATE KEY-----";
    text.match_indices(BEGIN).filter_map(|(start, _)| {
        let rest = &text.as_bytes()[start + BEGIN.len()..];
        let label = rest.iter().take(48).take_while(|b| b.is_ascii_uppercase() || matches!(b, b' ' | b'-')).count();
        let label = &text[start + BEGIN.len()..start + BEGIN.len() + label];
        let end = start + BEGIN.len() + label.find(END)? + END.len();
        // The line may end as `\n` where the key stands in a text of another language.
        let body = text.as_bytes()[end..].iter().take(256);
        let body =
            body.skip_while(|b| b.is_ascii_whitespace() || matches!(b, b'\\' | b'n' | b'r' | b'"' | b'+' | b'|'));
        let is_inside = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=');
        (body.take_while(is_inside).count() >= 16).then_some(Known { kind: "a private key", span: start..end })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_taken_out() {
        let token = concat!("ghp", "_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6");
        assert_eq!(without(&format!("`format` cannot be `{token}`, not {token}")), "`format` cannot be `…`, not …");
        assert_eq!(without("nothing of the kind"), "nothing of the kind");
    }

    /// In two parts, so that nobody who looks for secrets in this repository finds these.
    const SECRETS: &[&str] = &[
        concat!("ghp", "_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"),
        concat!("token=sk", "-proj-a1b2c3d4e5f6g7h8i9j0k1l2"),
        concat!("xox", "b-222222222222-a1B2c3D4e5F6g7H8"),
        concat!("AKIA", "Q3EGRIT7WJ2K4LZP"),
        concat!("ey", "JhbGciOiJIUzI1NiJ9.", "ey", "JzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlc2lnbmF0dXJl"),
        concat!("pul", "-0123456789abcdef0123456789abcdef01234567"),
        concat!("postgres://app:hun", "ter2x@db.internal:5432/x"),
        concat!("redis://:pa", "55w0rd@cache"),
        concat!("-----BEGIN RSA PRIVATE", " KEY-----\nMIIEpAIBAAKCAQEA1c7"),
        concat!("\"-----BEGIN PRIVATE", " KEY-----\\nMIIEvQIBADANBgkqhkiG\""),
    ];

    #[test]
    fn what_is_known_is_found_where_it_is() {
        for secret in SECRETS {
            let text = format!("é {secret} (so it is)");
            let found = known(&text);
            assert_eq!(found.len(), 1, "{secret}: {found:?}");
            assert!(text.is_char_boundary(found[0].span.start) && text.is_char_boundary(found[0].span.end));
        }
    }

    #[test]
    fn what_only_looks_like_it_is_not() {
        for text in [
            "sk-learn-server-with-many-words-in-its-name",
            "npm_config_registry_of_the_whole_company_2",
            "https://docs.example/weather?x=1",
            "postgres://user:password@localhost/app",
            "redis://:${CACHE_PASSWORD}@cache:6379/0",
            "https://<user>:<password>@host",
            "postgres://app:app12345@localhost:5432/app",
            "https://ann:k33pout@api.example/",
            "https://u:p@cache",
            "http://[::1]:9000/@scope/package",
            "AKIAIOSFODNN7EXAMPLE",
            "text.contains(\"-----BEGIN PRIVATE KEY-----\")",
            "-----BEGIN CERTIFICATE-----\nMIIEpAIBAAKCAQEA1c7",
            "uses: actions/checkout@0123456789abcdef0123456789abcdef01234567",
            "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
            "eyJhbGciOiJIUzI1NiJ9",
            "0b7c1f4e-5a54-4a2f-9d0c-3b6b1f4e5a54",
        ] {
            assert_eq!(known(text), [], "{text}");
        }
    }

    #[test]
    fn a_long_text_takes_no_long_time() {
        let started = std::time::Instant::now();
        for piece in ["a", "://a:b@", "-----BEGIN ", "sk-", "ghp_a1", "é"] {
            let _ = known(&piece.repeat((1 << 20) / piece.len()));
        }
        assert!(started.elapsed().as_secs() < 10);
    }
}
