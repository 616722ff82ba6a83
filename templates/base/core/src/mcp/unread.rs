// Owned by mcpgen: edits are overwritten.
//! Requests that the SDK cannot read as what their method says, and those of unknown methods.
//!
//! The SDK tells them apart no more: to it both are of a method that there is not.

use rmcp::ErrorData;
#[expect(deprecated, reason = "clients before 2026-07-28 set the level so")]
use rmcp::model::SetLevelRequestParams;
use rmcp::model::{
    CallToolRequestParams, CancelTaskParams, CompleteRequestParams, CustomRequest, ErrorCode,
    GetPromptRequestParams, GetTaskParams, InitializeRequestParams, ReadResourceRequestParams,
    SubscribeRequestParams, UnsubscribeRequestParams, UpdateTaskParams,
};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::error::shown;

/// The longest explanation that is repeated; it may have what the client sent in it.
const LONGEST: usize = 200;
/// Methods that 2026-07-28 has no more.
const REMOVED: [&str; 5] =
    ["initialize", "ping", "logging/setLevel", "resources/subscribe", "resources/unsubscribe"];

/// What a client is told of such a request; `is_modern`: it is one of 2026-07-28.
pub(super) fn refused(request: CustomRequest, is_modern: bool) -> ErrorData {
    let CustomRequest { method, params, .. } = request;
    let is_removed = is_modern && REMOVED.contains(&method.as_str());
    let Some(read) = reader(&method).filter(|_| !is_removed) else {
        let message = format!("there is no method `{}`", shown(&method));
        return ErrorData::new(ErrorCode::METHOD_NOT_FOUND, message, None);
    };
    let message = match read(params.unwrap_or_default()) {
        Some(why) if why.len() <= LONGEST => format!("the `params` of `{method}` are wrong: {why}"),
        _ => format!("the `params` of `{method}` are not what it takes"),
    };
    ErrorData::invalid_params(message, None)
}

/// What says why params cannot be read.
type Reader = fn(Value) -> Option<String>;

#[expect(deprecated, reason = "clients before 2026-07-28 set the level so")]
fn reader(method: &str) -> Option<Reader> {
    Some(match method {
        "tools/call" => why::<CallToolRequestParams>,
        "prompts/get" => why::<GetPromptRequestParams>,
        "resources/read" => why::<ReadResourceRequestParams>,
        "resources/subscribe" => why::<SubscribeRequestParams>,
        "resources/unsubscribe" => why::<UnsubscribeRequestParams>,
        "completion/complete" => why::<CompleteRequestParams>,
        "logging/setLevel" => why::<SetLevelRequestParams>,
        "tasks/get" => why::<GetTaskParams>,
        "tasks/update" => why::<UpdateTaskParams>,
        "tasks/cancel" => why::<CancelTaskParams>,
        "initialize" => why::<InitializeRequestParams>,
        // The SDK takes almost anything for these.
        "tools/list"
        | "prompts/list"
        | "resources/list"
        | "resources/templates/list"
        | "ping"
        | "server/discover"
        | "subscriptions/listen" => |_| None,
        _ => return None,
    })
}

fn why<T: DeserializeOwned>(params: Value) -> Option<String> {
    serde_json::from_value::<T>(params).err().map(|cause| cause.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(method: &str, params: Value) -> (i32, String) {
        let error = refused(CustomRequest::new(method, Some(params)), false);
        (error.code.0, error.message.into_owned())
    }

    #[test]
    fn what_is_wrong_with_params_is_told() {
        let (code, message) = told("tools/call", json!({ "name": 5 }));
        assert_eq!(code, -32602);
        assert!(message.contains("expected a string"), "{message}");
        let (code, message) = told("completion/complete", json!({}));
        assert_eq!((code, message.contains("missing field")), (-32602, true), "{message}");
        let long = told("tools/call", json!({ "name": "x", "arguments": "y".repeat(1000) }));
        assert_eq!(long, (-32602, "the `params` of `tools/call` are not what it takes".to_owned()));
        assert_eq!(told("ping", json!(7)).0, -32602);
    }

    #[test]
    fn an_unknown_method_is_named() {
        let expected = (-32601, "there is no method `tools/fly`".to_owned());
        assert_eq!(told("tools/fly", json!({})), expected);
        assert!(told(&"x".repeat(1000), json!({})).1.len() < 100);
        for removed in REMOVED {
            let modern = refused(CustomRequest::new(removed, None), true);
            assert_eq!((modern.code.0, told(removed, json!({})).0), (-32601, -32602), "{removed}");
        }
    }
}
