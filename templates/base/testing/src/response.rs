// Owned by mcpgen: edits are overwritten.
//! The answer to a REST call, and what is true of every one: `{status, data, message, timestamp}`.

use serde_json::Value;

use crate::http::{self, Answered};

/// What the server answered.
#[derive(Debug, Clone)]
#[must_use]
pub struct Response {
    asked: String,
    answered: Answered,
}

/// What the server says when it says no.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// Why.
    pub message: String,
    /// More about it; null if there is nothing more.
    pub data: Value,
}

impl Refusal {
    /// The fields that are wrong, sorted.
    #[must_use]
    #[track_caller]
    pub fn fields(&self) -> Vec<String> {
        let Some(errors) = self.data["errors"].as_array() else {
            panic!("`data.errors` is no list: {} ({})", self.data, self.message)
        };
        let mut fields: Vec<_> = errors.iter().map(|error| text(&error["field"])).collect();
        fields.sort();
        fields
    }
}

impl Response {
    pub(crate) fn parse(asked: &str, answer: &[u8]) -> Self {
        let Some(answered) = http::parse(answer) else {
            let answer = String::from_utf8_lossy(answer);
            panic!("`{asked}` is answered with what is not HTTP: {answer:?}")
        };
        Self {
            asked: asked.to_owned(),
            answered,
        }
    }

    /// The status of HTTP.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.answered.status
    }

    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.answered.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    #[track_caller]
    pub fn text(&self) -> &str {
        match std::str::from_utf8(&self.answered.body) {
            Ok(text) => text,
            Err(error) => panic!("{self} is no text: {error}"),
        }
    }

    /// The body as JSON.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        match serde_json::from_slice(&self.answered.body) {
            Ok(value) => value,
            Err(error) => panic!("{self} is no JSON: {error}"),
        }
    }

    /// The `data` of a success; anything else is a failure of the test.
    #[must_use]
    #[track_caller]
    pub fn data(&self) -> Value {
        assert_eq!(self.answered.status, 200, "a success was expected: {self}");
        let mut envelope = self.envelope("ok");
        envelope["data"].take()
    }

    /// Why the server says no; a test fails where it says yes, or says no with another status.
    #[must_use]
    #[track_caller]
    pub fn refusal(&self, status: u16) -> Refusal {
        assert_eq!(
            self.answered.status, status,
            "a refusal with the status {status} was expected: {self}"
        );
        let mut envelope = self.envelope("error");
        Refusal {
            message: text(&envelope["message"]),
            data: envelope["data"].take(),
        }
    }

    #[track_caller]
    fn envelope(&self, status: &str) -> Value {
        let envelope = self.json();
        let keys: Vec<_> =
            envelope.as_object().into_iter().flat_map(|fields| fields.keys()).collect();
        assert_eq!(keys, ["status", "data", "message", "timestamp"], "no envelope: {self}");
        assert_eq!(envelope["status"], status, "the wrong `status`: {self}");
        assert!(envelope["message"].is_string(), "`message` is no text: {self}");
        assert!(is_utc(&text(&envelope["timestamp"])), "`timestamp` is no time in UTC: {self}");
        envelope
    }
}

impl std::fmt::Display for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { asked, answered } = self;
        let Answered { status, body, .. } = answered;
        write!(f, "the answer {status} to `{asked}`: {}", String::from_utf8_lossy(body))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// `2026-07-28T12:00:00Z`, with or without a fraction of the second.
fn is_utc(time: &str) -> bool {
    let Some(time) = time.strip_suffix('Z') else { return false };
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let digit = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    let form: Vec<u8> = time.bytes().map(digit).collect();
    form == b"0000-00-00T00:00:00" && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, body: &str) -> Response {
        Response {
            asked: "GET /".to_owned(),
            answered: Answered {
                status,
                headers: Vec::new(),
                body: body.as_bytes().to_vec(),
            },
        }
    }

    const OK: &str =
        r#"{"status":"ok","data":{"a":1},"message":"ok","timestamp":"2026-07-28T12:00:00.5Z"}"#;

    #[test]
    fn an_envelope_is_opened() {
        assert_eq!(response(200, OK).data(), serde_json::json!({ "a": 1 }));
    }

    #[test]
    #[should_panic(expected = r#"the answer 502 to `GET /`: {"status":"ok""#)]
    fn what_came_instead_is_said() {
        let _ = response(502, OK).data();
    }

    #[test]
    #[should_panic(expected = "no envelope")]
    fn other_json_is_no_envelope() {
        let _ = response(200, r#"{"status":"ok","data":1}"#).data();
    }

    #[test]
    fn times_are_in_utc() {
        assert!(is_utc("2026-07-28T12:00:00Z"));
        assert!(is_utc("2026-07-28T12:00:00.123Z"));
        for wrong in
            ["", "Z", "2026-07-28 12:00:00Z", "2026-07-28T12:00:00", "2026-07-28T12:00:00.xZ"]
        {
            assert!(!is_utc(wrong), "{wrong}");
        }
    }
}
