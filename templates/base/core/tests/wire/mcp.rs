// Owned by mcpgen: edits are overwritten.
//! MCP over HTTP, in both of its eras.

use mcp_base::{Auth, Value};
use serde_json::json;

use crate::client::{current, get, rpc, send};
use crate::sample;

#[tokio::test]
async fn older_clients_are_answered() {
    let server = sample::start(Auth::None, &[]).await;
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let params = json!({
            "protocolVersion": version,
            "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
        let headers =
            ["Content-Type: application/json", "Accept: application/json, text/event-stream"];
        let answer = send(server.address(), "POST /mcp", &headers, &body.to_string()).await.json();
        let result = &answer["result"];
        assert_eq!(result["protocolVersion"], version);
        assert_eq!(result["instructions"], "Use it for tests.");
        let capabilities = result["capabilities"].as_object().expect("capabilities are an object");
        assert_eq!(capabilities.keys().collect::<Vec<_>>(), ["prompts", "resources", "tools"]);
    }
    let input = json!({ "name": "repeat", "arguments": { "text": "a" } });
    let answer = rpc(server.address(), "tools/call", &input).await.json();
    assert_eq!(answer["result"]["structuredContent"], json!({ "text": "aa" }));
}

#[tokio::test]
async fn current_clients_are_answered() {
    let server = sample::start(Auth::None, &[]).await;
    let address = server.address();
    let found = current(address, "server/discover", "", json!({})).await.json();
    let versions = found["result"]["supportedVersions"].as_array();
    assert!(versions.is_some_and(|versions| versions.contains(&json!("2026-07-28"))), "{found}");
    let listed = current(address, "tools/list", "", json!({})).await.json();
    assert_eq!(listed["result"]["cacheScope"], "public");
    assert_eq!(listed["result"]["ttlMs"], 300_000, "`schemas.json` says nothing else");
    let input = json!({ "name": "repeat", "arguments": { "text": "a" } });
    let answer = current(address, "tools/call", "repeat", input).await.json();
    assert_eq!(answer["result"]["content"][0]["text"], r#"{"text":"aa"}"#);
}

#[tokio::test]
async fn schemas_are_sent_exactly_as_they_are_written() {
    let server = sample::start(Auth::None, &[]).await;
    let written: Value = serde_json::from_str(include_str!("sample.json")).expect("it is JSON");
    let sent = rpc(server.address(), "tools/list", &json!({})).await.json();
    let repeat = &sent["result"]["tools"][0];
    let written = &written["tools"]["repeat"];
    // As text, because the order of the fields counts too.
    assert_eq!(repeat["inputSchema"].to_string(), written["input"].to_string());
    assert_eq!(repeat["outputSchema"].to_string(), written["output"].to_string());
    assert_eq!(repeat["title"], "Repeat");
}

#[tokio::test]
async fn a_failed_tool_is_told_to_the_model_and_an_unknown_one_to_the_client() {
    let server = sample::start(Auth::None, &[]).await;
    let failed = async |name: &str| {
        let params = json!({ "name": name, "arguments": { "times": "x" } });
        rpc(server.address(), "tools/call", &params).await.json()
    };
    let wrong = failed("repeat").await;
    assert_eq!(wrong["result"]["isError"], true);
    let text = wrong["result"]["content"][0]["text"].as_str().expect("a text says why");
    assert!(text.contains("`text`") && text.contains("`times`"), "{text}");
    let unknown = failed("nothing").await;
    assert_eq!(unknown["error"]["code"], -32602);
    assert_eq!(unknown["error"]["message"], "there is no tool `nothing`");
}

#[tokio::test]
async fn what_is_no_request_is_told_so_in_json_rpc() {
    let server = sample::start(Auth::None, &[]).await;
    let json = "Content-Type: application/json";
    let accept = "Accept: application/json, text/event-stream";
    for (status, code, line, headers, body) in [
        (400, -32700, "POST /mcp", vec![json, accept], "{"),
        (400, -32600, "POST /mcp", vec![json, accept], "[]"),
        (406, -32600, "POST /mcp", vec![json], "{}"),
        (415, -32600, "POST /mcp", vec![accept], "{}"),
        (405, -32600, "DELETE /mcp", vec!["Mcp-Session-Id: a"], ""),
        (405, -32600, "GET /mcp", vec!["Accept: text/event-stream"], ""),
        (403, -32000, "POST /mcp", vec![json, accept, "Host: evil.example"], "{}"),
    ] {
        let answer = send(server.address(), line, &headers, body).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.json()["error"]["code"], code, "{answer:?}");
    }
}

#[tokio::test]
async fn params_that_are_wrong_are_not_a_method_that_is_unknown() {
    let server = sample::start(Auth::None, &[]).await;
    let address = server.address();
    for (method, params, why) in [
        ("tools/call", json!({}), "missing field `name`"),
        ("tools/call", json!({ "name": 5 }), "expected a string"),
        ("tools/call", json!({ "name": "repeat", "arguments": [] }), "expected a map"),
        ("prompts/get", json!({}), "missing field `name`"),
        ("resources/read", json!({ "uri": {} }), "expected a string"),
        ("completion/complete", json!({ "argument": { "name": "what", "value": 5 } }), ""),
        ("tasks/get", json!({}), ""),
    ] {
        let refused = rpc(address, method, &params).await.json();
        assert_eq!(refused["error"]["code"], -32602, "{method}: {refused}");
        let message = refused["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(method) && message.contains(why), "{message}");
    }
    let params = json!({ "argument": { "name": "what" } });
    let refused = current(address, "completion/complete", "", params).await.json();
    assert_eq!(refused["error"]["code"], -32602, "{refused}");
    for removed in ["initialize", "ping", "logging/setLevel", "resources/subscribe"] {
        let refused = current(address, removed, "", json!({})).await;
        assert_eq!(refused.status, 404, "{removed}: {refused:?}");
        assert_eq!(refused.json()["error"]["code"], -32601, "{removed}: {refused:?}");
    }
    let unknown = rpc(address, "tools/fly", &json!({})).await.json();
    assert_eq!(unknown["error"]["code"], -32601);
    assert_eq!(unknown["error"]["message"], "there is no method `tools/fly`");
}

#[tokio::test]
async fn a_wrong_argument_of_a_prompt_is_its_callers_fault() {
    let server = sample::start(Auth::None, &[]).await;
    let address = server.address();
    let params = json!({ "name": "ask", "arguments": { "what": 5 } });
    let refused = rpc(address, "prompts/get", &params).await.json();
    assert_eq!(refused["error"]["code"], -32602, "{refused}");
    let message = refused["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("`what` must be a string"), "{message}");
    let status = get(address, "/api/v1/status").await.json();
    assert_eq!(status["data"]["error_rate"], 0.0, "{status}");
}

#[tokio::test]
async fn resources_and_prompts_are_found() {
    let server = sample::start(Auth::None, &[]).await;
    let address = server.address();
    let templates = rpc(address, "resources/templates/list", &json!({})).await.json();
    assert_eq!(templates["result"]["resourceTemplates"][0]["uriTemplate"], "sample://files/{name}");
    let file =
        rpc(address, "resources/read", &json!({ "uri": "sample://files/a%20b" })).await.json();
    let expected =
        json!([{ "uri": "sample://files/a%20b", "mimeType": "text/plain", "text": "file a b" }]);
    assert_eq!(file["result"]["contents"], expected);
    for uri in ["sample://files/none", "sample://nothing"] {
        let missing = rpc(address, "resources/read", &json!({ "uri": uri })).await.json();
        assert_eq!(missing["error"]["code"], -32002, "{missing}");
        assert_eq!(missing["error"]["data"]["uri"], uri);
        let missing = current(address, "resources/read", uri, json!({ "uri": uri })).await.json();
        assert_eq!(missing["error"]["code"], -32602, "{missing}");
    }
    let asked = json!({ "name": "ask", "arguments": { "what": "{x}" } });
    let prompt = rpc(address, "prompts/get", &asked).await.json();
    let messages = &prompt["result"]["messages"];
    assert_eq!(messages[0]["content"]["text"], "What is {x}?");
    assert_eq!(messages[1]["content"]["text"], "{a brace}");
    let wrong = rpc(address, "prompts/get", &json!({ "name": "ask" })).await.json();
    assert_eq!(wrong["error"]["data"]["errors"][0]["field"], "what");
}

#[tokio::test]
async fn who_asks_for_progress_gets_it() {
    let server = sample::start(Auth::None, &[]).await;
    let params = json!({ "name": "reports", "arguments": {}, "_meta": { "progressToken": "p" } });
    let answer = rpc(server.address(), "tools/call", &params).await;
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
    let progress = answer.body.find("notifications/progress").expect("progress is sent");
    let result = answer.body.find(r#""tool\":\"reports"#).expect("the result is sent");
    assert!(progress < result, "{answer:?}");
}
