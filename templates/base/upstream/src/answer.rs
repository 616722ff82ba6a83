// Owned by mcpgen: edits are overwritten.
//! What the upstream's answer means for the caller.
//!
//! The sentences here are all that a caller learns. The causes are for the log; they hold no
//! address, because that may carry the key.

use mcp_base::{Error, UpstreamOutcome};
use reqwest::{Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Nobody wants to talk about more than this; it is also what one call may cost in memory.
const LARGEST: usize = 8 * 1024 * 1024;
/// A cause in the log may quote the answer, up to this many characters.
const LONGEST_CAUSE: usize = 300;

/// Why an attempt gave no answer at all.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It took too long.
    Timeout,
    /// The upstream could not be reached, or broke off.
    Unreachable(String),
    /// The answer is too large.
    TooLarge,
}

impl Failure {
    pub(crate) fn of(error: reqwest::Error) -> Self {
        // Not reaching the address in time is like not reaching it: nothing was sent.
        if error.is_timeout() && !error.is_connect() {
            return Self::Timeout;
        }
        Self::Unreachable(chain(&error.without_url()))
    }

    pub(crate) const fn outcome(&self) -> UpstreamOutcome {
        match self {
            Self::Timeout => UpstreamOutcome::Timeout,
            Self::Unreachable(_) => UpstreamOutcome::Unreachable,
            Self::TooLarge => UpstreamOutcome::ServerError,
        }
    }

    pub(crate) fn error(self) -> Error {
        match self {
            Self::Timeout => Error::upstream_timeout("the upstream did not answer in time"),
            Self::Unreachable(cause) => {
                Error::upstream("the upstream cannot be reached").with_cause(cause)
            }
            Self::TooLarge => Error::upstream("the upstream's answer is too large")
                .with_cause(format!("it has more than {LARGEST} bytes")),
        }
    }
}

pub(crate) fn outcome(status: StatusCode) -> UpstreamOutcome {
    match status.as_u16() {
        0..400 => UpstreamOutcome::Ok,
        400..500 => UpstreamOutcome::ClientError,
        500.. => UpstreamOutcome::ServerError,
    }
}

/// The body of an answer, read up to a limit.
pub(crate) async fn body(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Failure::of)? {
        if body.len() + chunk.len() > LARGEST {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What a status other than one of success means.
pub(crate) fn refusal(status: StatusCode) -> Error {
    let number = status.as_u16();
    let error = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Error::upstream("the upstream does not accept this server's credentials")
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            Error::tool(format!("the upstream does not have what was asked for (status {number})"))
        }
        StatusCode::TOO_MANY_REQUESTS => Error::upstream("the upstream is asked too often"),
        StatusCode::GATEWAY_TIMEOUT => {
            Error::upstream_timeout("the upstream did not answer in time")
        }
        _ if status.is_client_error() => {
            Error::tool(format!("the upstream refused the call (status {number})"))
        }
        _ if status.is_redirection() => Error::upstream("the upstream points to another address"),
        _ => Error::upstream("the upstream failed"),
    };
    error.with_cause(format!("the upstream answered with status {number}"))
}

/// The part of the answer at a JSON pointer, as the type that the tool promised.
pub(crate) fn result<T: DeserializeOwned>(body: &[u8], pointer: &str) -> Result<T, Error> {
    // An answer without a body, such as one with status 204, is `null`.
    let body = if body.is_empty() { b"null" } else { body };
    let parsed = if pointer.is_empty() {
        serde_json::from_slice(body).map_err(|cause| cause.to_string())
    } else {
        at(body, pointer)
    };
    parsed.map_err(|cause| {
        let cause: String = cause.chars().take(LONGEST_CAUSE).collect();
        Error::upstream("the upstream answered with something unexpected").with_cause(cause)
    })
}

fn at<T: DeserializeOwned>(body: &[u8], pointer: &str) -> Result<T, String> {
    let mut body: Value = serde_json::from_slice(body).map_err(|cause| cause.to_string())?;
    let Some(part) = body.pointer_mut(pointer) else {
        return Err(format!("there is nothing at `{pointer}`"));
    };
    serde_json::from_value(part.take()).map_err(|cause| format!("at `{pointer}`: {cause}"))
}

/// The text of an error and of everything behind it.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use mcp_base::Kind;

    use super::*;

    #[test]
    fn every_status_has_its_kind() {
        let rows = [
            (301, Kind::Upstream),
            (400, Kind::Tool),
            (401, Kind::Upstream),
            (403, Kind::Upstream),
            (404, Kind::Tool),
            (422, Kind::Tool),
            (429, Kind::Upstream),
            (500, Kind::Upstream),
            (503, Kind::Upstream),
            (504, Kind::UpstreamTimeout),
        ];
        for (number, kind) in rows {
            let status = StatusCode::from_u16(number).expect("a status");
            assert_eq!(refusal(status).kind(), kind, "{number}");
        }
    }

    #[test]
    fn a_result_is_a_part_of_the_answer() {
        let body = br#"{"data": {"days": [1, 2]}}"#;
        assert_eq!(result::<Vec<i64>>(body, "/data/days").expect("a list"), [1, 2]);
        assert_eq!(result::<i64>(body, "/data/days/1").expect("a number"), 2);
        assert_eq!(result::<Value>(body, "").expect("all of it")["data"]["days"][0], 1);
        assert_eq!(result::<Option<i64>>(b"", "").expect("nothing"), None);
    }

    #[test]
    fn what_is_unexpected_is_told_to_the_log_only() {
        for (body, pointer, cause) in [
            (&b"<html>secret"[..], "", "expected value"),
            (b"{}", "/data", "there is nothing at `/data`"),
            (br#"{"data": "secret"}"#, "/data", "at `/data`: invalid type"),
            (b"", "/data", "there is nothing at `/data`"),
            (b"\xff\xfe", "", "expected value"),
        ] {
            let error = result::<i64>(body, pointer).expect_err("no number");
            assert_eq!(error.kind(), Kind::Upstream);
            assert_eq!(error.message(), "the upstream answered with something unexpected");
            assert!(error.cause().is_some_and(|told| told.contains(cause)), "{error:?}");
        }
        let long = format!("\"{}\"", "x".repeat(10_000));
        let error = result::<i64>(long.as_bytes(), "").expect_err("no number");
        assert!(error.cause().is_some_and(|cause| cause.len() <= LONGEST_CAUSE));
    }
}
