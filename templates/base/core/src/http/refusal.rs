// Owned by mcpgen: edits are overwritten.
//! An answer that says no: which status, and which form the caller of this path reads.

use std::borrow::Cow;

use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::envelope;
use crate::error::{Error, Kind};
use crate::schema::Problem;

/// A request that is not answered as asked.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    message: Cow<'static, str>,
    problems: Vec<Problem>,
    /// What `WWW-Authenticate` says, where it is more than `Bearer`.
    challenge: Option<HeaderValue>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            message: message.into(),
            problems: Vec::new(),
            challenge: None,
        }
    }

    /// The same, which says with `WWW-Authenticate` what is missing.
    pub(super) fn challenge(mut self, challenge: &str) -> Self {
        self.challenge = HeaderValue::from_str(challenge).ok();
        self
    }

    pub(super) fn not_found(message: &'static str) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "this path does not answer that method")
    }

    pub(super) fn unauthorized(message: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, message)
    }

    /// There is no key, or a wrong one.
    pub(super) fn no_key() -> Self {
        Self::unauthorized("a valid key is required: `Authorization: Bearer …`")
    }

    pub(super) fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, message)
    }

    pub(super) fn too_large(limit: usize) -> Self {
        let message = format!("the body is longer than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    }

    pub(crate) fn overloaded() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "too many requests run at once; try again later")
    }

    pub(super) fn unavailable(message: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, message)
    }

    pub(super) fn too_many() -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too many requests a second; try again later")
    }

    pub(super) fn timeout() -> Self {
        Self::new(StatusCode::GATEWAY_TIMEOUT, "the request took too long")
    }

    /// The same for a caller that speaks JSON-RPC.
    pub(crate) fn into_rpc(self) -> Response {
        let code = match self.status {
            StatusCode::BAD_REQUEST => -32600,
            StatusCode::INTERNAL_SERVER_ERROR => -32603,
            // The range that JSON-RPC leaves to servers.
            _ => -32000,
        };
        let response = rpc_error(self.status, code, &self.message, &Value::Null);
        with_advice(response, self.challenge)
    }
}

/// An error as JSON-RPC has it.
pub(crate) fn rpc_error(status: StatusCode, code: i32, message: &str, id: &Value) -> Response {
    let error = json!({ "code": code, "message": message });
    envelope::json(status, &json!({ "jsonrpc": "2.0", "id": id, "error": error }))
}

/// Says with the status what the caller can do about it.
fn with_advice(mut response: Response, challenge: Option<HeaderValue>) -> Response {
    let (name, value) = match (challenge, response.status()) {
        (Some(challenge), _) => (WWW_AUTHENTICATE, challenge),
        (None, StatusCode::UNAUTHORIZED) => (WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
        (None, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
            (RETRY_AFTER, HeaderValue::from_static("1"))
        }
        _ => return response,
    };
    response.headers_mut().insert(name, value);
    response
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let data = match self.problems.as_slice() {
            [] => Value::Null,
            problems => json!({ "errors": problems }),
        };
        with_advice(envelope::error(self.status, &self.message, &data), self.challenge)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let status = match error.kind() {
            Kind::InvalidInput | Kind::Tool | Kind::InputRequired | Kind::MissingAbility => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::NotImplemented => StatusCode::NOT_IMPLEMENTED,
            Kind::Upstream => StatusCode::BAD_GATEWAY,
            Kind::UpstreamTimeout | Kind::Timeout => StatusCode::GATEWAY_TIMEOUT,
            Kind::Protocol | Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let message = Cow::Owned(error.message().to_owned());
        Self {
            status,
            message,
            problems: error.problems().to_vec(),
            challenge: None,
        }
    }
}
