//! Rules on a running server: what it answers, held against what every server answers and what its own spec says.
//!
//! What is not there is said once: a rule on the form of an answer is silent where another says that there is none.

mod answers;
mod auth;
mod bad_input;
mod envelope;
mod handshake;
mod headers;
mod health;
mod host;
mod info;
mod json_schema;
mod lists;
mod metrics;
mod name;
mod offers;
mod openapi;
mod origin;
mod port;
mod ready;
mod schemas;
mod status;
#[cfg(test)]
mod tests;
mod tools;
mod unknown_path;
mod unknown_tool;
mod version;

use serde_json::Value;

use crate::check::live::{Answer, LiveView, Question};
use crate::check::rule::Rule;
use crate::text::quote;

/// The rules of this family, in the order of their ids.
pub const RULES: &[&Rule] = &[
    &answers::RULE,
    &name::RULE,
    &health::RULE,
    &ready::RULE,
    &info::RULE,
    &version::RULE,
    &port::RULE,
    &status::RULE,
    &metrics::RULE,
    &openapi::RULE,
    &handshake::RULE,
    &tools::RULE,
    &schemas::RULE,
    &envelope::RULE,
    &headers::RULE,
    &host::RULE,
    &origin::RULE,
    &auth::RULE,
    &unknown_tool::RULE,
    &bad_input::RULE,
    &unknown_path::RULE,
    &offers::RESOURCES,
    &offers::PROMPTS,
];

/// What to do where a server is not as it was rendered.
const REBUILD: &str =
    "build and start the server as it is in the repository; `mcpgen check` says whether that is as it should be";

/// What stands in the envelope of an answer that says yes; none where it says no, or has none.
fn data(view: &LiveView<'_>, question: Question) -> Option<Value> {
    let answer = view.get(question).filter(|answer| answer.status == 200)?;
    let mut envelope = answer.json()?;
    is_envelope(&envelope, "ok").then(|| envelope["data"].take())
}

/// Whether a value is `{status, data, message, timestamp}` with this status.
fn is_envelope(value: &Value, status: &str) -> bool {
    let Some(fields) = value.as_object() else { return false };
    let is_utc = |text: &str| {
        let Some(time) = text.strip_suffix('Z') else { return false };
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let form: Vec<u8> = time.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte }).collect();
        form == b"0000-00-00T00:00:00" && fraction.bytes().all(|byte| byte.is_ascii_digit())
    };
    fields.len() == 4
        && fields.contains_key("data")
        && value["status"] == status
        && value["message"].is_string()
        && value["timestamp"].as_str().is_some_and(is_utc)
}

/// `it answers 404`, with what it says in addition where that is an envelope.
fn says(answer: &Answer) -> String {
    let message = answer.json().and_then(|json| json["message"].as_str().map(quote));
    match message {
        Some(message) => format!("it answers {}: {message}", answer.status),
        None => format!("it answers {}", answer.status),
    }
}

/// The keys that a value does not have.
fn lacking(value: &Value, keys: &[&'static str]) -> Vec<&'static str> {
    keys.iter().copied().filter(|key| value.get(key).is_none()).collect()
}
