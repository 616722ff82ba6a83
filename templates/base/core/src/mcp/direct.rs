// Owned by mcpgen: edits are overwritten.
//! Answers plain calls of tools itself, for which the SDK needs several times as long.
//!
//! It says yes or nothing. A request that is unusual in any way, and every one that must be
//! refused, is left to the SDK, so that only one place refuses. Wire tests send the same requests
//! both ways and compare.

use std::borrow::Cow;

use axum::http::header::{ACCEPT, AsHeaderName};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use rmcp::ErrorData;
use rmcp::model::{
    CallToolResult, ClientCapabilities, ErrorCode, JsonRpcError, JsonRpcResponse,
    JsonRpcVersion2_0, ProtocolVersion, RequestId, ServerResult,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::convert;
use crate::context::Origin;
use crate::http::json;
use crate::site::Site;
use crate::telemetry;

const CALL: &str = "tools/call";

/// A plain call: nothing can come of it but its answer.
#[derive(Debug)]
pub(super) struct Call<'r> {
    id: RequestId,
    tool: &'r str,
    arguments: Map<String, Value>,
    traceparent: Option<&'r str>,
    is_current: bool,
}

/// A request, as far as it is plain. Whatever else is in it makes it an unusual one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Message<'r> {
    jsonrpc: &'r str,
    id: RequestId,
    method: &'r str,
    #[serde(borrow)]
    params: Params<'r>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params<'r> {
    name: &'r str,
    arguments: Option<Map<String, Value>>,
    #[serde(borrow, rename = "_meta")]
    meta: Option<Meta<'r>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Meta<'r> {
    #[serde(rename = "io.modelcontextprotocol/protocolVersion")]
    version: Option<&'r str>,
    #[serde(borrow, rename = "io.modelcontextprotocol/clientInfo")]
    client: Option<Client<'r>>,
    #[serde(rename = "io.modelcontextprotocol/clientCapabilities")]
    capabilities: Option<Map<String, Value>>,
    traceparent: Option<&'r str>,
}

/// Who a client says it is: read only to know that it can be read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Client<'r> {
    #[serde(borrow, rename = "name")]
    _name: Cow<'r, str>,
    #[serde(borrow, rename = "version")]
    _version: Cow<'r, str>,
    #[serde(borrow, rename = "title")]
    _title: Option<Cow<'r, str>>,
}

impl<'r> Call<'r> {
    /// The call in a request, if it is one that needs no SDK. `older` says whether requests from
    /// before 2026-07-28 belong to no session and can be taken too.
    pub(super) fn read(parts: &Parts, body: &'r [u8], older: bool) -> Option<Self> {
        let headers = &parts.headers;
        if parts.method != Method::POST || !accepts_both(headers) {
            return None;
        }
        // Once for all, because what is skipped would not be checked.
        let message: Message = serde_json::from_str(str::from_utf8(body).ok()?).ok()?;
        if message.jsonrpc != "2.0" || message.method != CALL {
            return None;
        }
        let Params {
            name,
            arguments,
            meta,
        } = message.params;
        let meta = meta.unwrap_or_default();
        let is_current = meta.is_current();
        let fits = if is_current {
            let current = ProtocolVersion::V_2026_07_28;
            is(headers, "mcp-protocol-version", current.as_str())
                && is(headers, "mcp-method", CALL)
                && is(headers, "mcp-name", name)
        } else {
            older && meta.is_older() && is_older(headers)
        };
        fits.then(|| Self {
            id: message.id,
            tool: name,
            arguments: arguments.unwrap_or_default(),
            traceparent: meta.traceparent,
            is_current,
        })
    }

    /// Answers it, if its tool is a plain one.
    pub(super) async fn answer(self, site: &Site, parts: &Parts) -> Option<Response> {
        let toolset = &site.toolset;
        let place = toolset.place(self.tool)?;
        if !toolset.entries()[place].is_plain() {
            return None;
        }
        let mut origin = parts.extensions.get::<Origin>().cloned().unwrap_or_default();
        if self.traceparent.is_some() {
            origin.trace = telemetry::trace(self.traceparent).or(origin.trace);
        }
        // A caller that goes away drops this future, and the guard tells what runs in it.
        let _gone = origin.cancelled.clone().drop_guard();
        let called = toolset.call(self.tool, Value::Object(self.arguments), origin).await;
        let result = match called {
            Ok(reply) => Ok(convert::result(reply)),
            Err(error) => convert::failure(&error, true),
        };
        Some(response(self.id, result, self.is_current))
    }
}

impl Meta<'_> {
    /// Whether it is what the current revision wants in every request.
    fn is_current(&self) -> bool {
        let readable = |capabilities: &Map<String, Value>| {
            capabilities.is_empty() || ClientCapabilities::deserialize(capabilities).is_ok()
        };
        self.version == Some(ProtocolVersion::V_2026_07_28.as_str())
            && self.capabilities.as_ref().is_some_and(readable)
    }

    /// Whether it has nothing that only the current revision knows.
    fn is_older(&self) -> bool {
        self.version.is_none() && self.client.is_none() && self.capabilities.is_none()
    }
}

/// As the SDK sends it.
fn response(
    id: RequestId,
    result: Result<CallToolResult, ErrorData>,
    is_current: bool,
) -> Response {
    let jsonrpc = JsonRpcVersion2_0;
    match result {
        Ok(result) => {
            let mut result = ServerResult::CallToolResult(result);
            if !is_current {
                result.strip_result_type_for_legacy_peer();
                result.strip_non_object_output_for_legacy_peer();
            }
            json(
                StatusCode::OK,
                &JsonRpcResponse {
                    jsonrpc,
                    id,
                    result,
                },
            )
        }
        Err(mut error) => {
            let code = error.code;
            if is_current && code == ErrorCode::RESOURCE_NOT_FOUND {
                error.code = ErrorCode::INVALID_PARAMS;
            }
            json(status(code, is_current), &JsonRpcError::new(Some(id), error))
        }
    }
}

/// Only in the current revision an error has a status of its own.
fn status(code: ErrorCode, is_current: bool) -> StatusCode {
    match code {
        ErrorCode::UNSUPPORTED_PROTOCOL_VERSION
        | ErrorCode::MISSING_REQUIRED_CLIENT_CAPABILITY
        | ErrorCode::HEADER_MISMATCH
            if is_current =>
        {
            StatusCode::BAD_REQUEST
        }
        ErrorCode::METHOD_NOT_FOUND if is_current => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    }
}

/// Whether both forms of an answer are asked for, without weights.
fn accepts_both(headers: &HeaderMap) -> bool {
    let Some(text) = one(headers, ACCEPT) else { return false };
    let named = |kind: &str| text.split(',').any(|part| part.trim().eq_ignore_ascii_case(kind));
    !text.contains([';', '"']) && named("application/json") && named("text/event-stream")
}

/// Whether the version in the header, where there is one, is a known one with sessions.
fn is_older(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all("mcp-protocol-version").iter();
    match (values.next(), values.next()) {
        (None, _) => true,
        (Some(version), None) => {
            let known = ProtocolVersion::KNOWN_VERSIONS.iter();
            let mut older = known.filter(|known| known.has_initialize());
            older.any(|known| version == known.as_str())
        }
        _ => false,
    }
}

fn is(headers: &HeaderMap, name: &'static str, value: &str) -> bool {
    one(headers, name) == Some(value)
}

/// The value of a header that is there once.
fn one(headers: &HeaderMap, name: impl AsHeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    const BODY: &str = r#"{"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"t",
        "arguments":{"x":1},"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28",
        "io.modelcontextprotocol/clientInfo":{"name":"n","version":"1"},
        "io.modelcontextprotocol/clientCapabilities":{"roots":{}}}}}"#;
    const OLDER: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t"}}"#;
    const HEADERS: [(&str, &str); 4] = [
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "t"),
    ];

    fn parts(headers: &[(&str, &str)]) -> Parts {
        let request = headers
            .iter()
            .fold(Request::post("/mcp"), |request, (name, value)| request.header(*name, *value));
        request.body(()).expect("it is a request").into_parts().0
    }

    #[test]
    fn a_plain_call_is_taken() {
        let parts = parts(&HEADERS);
        let call = Call::read(&parts, BODY.as_bytes(), false).expect("it is a plain call");
        assert_eq!((call.tool, call.is_current), ("t", true));
        assert_eq!(Value::Object(call.arguments), serde_json::json!({ "x": 1 }));
    }

    #[test]
    fn an_older_one_is_taken_where_it_has_no_session() {
        for headers in [&HEADERS[..1], &[HEADERS[0], ("mcp-protocol-version", "2025-06-18")]] {
            let parts = parts(headers);
            assert!(Call::read(&parts, OLDER.as_bytes(), true).is_some(), "{headers:?}");
            assert!(Call::read(&parts, OLDER.as_bytes(), false).is_none(), "{headers:?}");
        }
    }

    #[test]
    fn what_is_unusual_is_left_to_the_sdk() {
        for (from, to) in [
            ("\"id\"", "\"more\":1,\"id\""),
            ("\"name\":\"t\"", "\"name\":\"t\",\"task\":{}"),
            ("\"_meta\":{", "\"_meta\":{\"progressToken\":1,"),
            ("\"_meta\":{", "\"_meta\":{\"io.modelcontextprotocol/logLevel\":\"info\","),
            ("tools/call", "tools/list"),
            ("2026-07-28", "2027-01-01"),
            ("{\"roots\":{}}", "{\"roots\":1}"),
        ] {
            let body = BODY.replacen(from, to, 1);
            assert_ne!(body, BODY);
            assert!(Call::read(&parts(&HEADERS), body.as_bytes(), true).is_none(), "{body}");
        }
        let wrong = BODY.as_bytes().iter().map(|&byte| if byte == b'n' { 0xff } else { byte });
        let wrong: Vec<u8> = wrong.collect();
        assert!(Call::read(&parts(&HEADERS), &wrong, true).is_none());
        for (place, header) in HEADERS.into_iter().enumerate() {
            let mut headers = HEADERS.to_vec();
            headers.remove(place);
            assert!(Call::read(&parts(&headers), BODY.as_bytes(), true).is_none(), "{headers:?}");
            headers.extend([header, header]);
            assert!(Call::read(&parts(&headers), BODY.as_bytes(), true).is_none(), "{headers:?}");
        }
    }
}
