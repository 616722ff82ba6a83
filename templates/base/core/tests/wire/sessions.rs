// Owned by mcpgen: edits are overwritten.
//! Clients that are remembered between two requests, and those that are not.

use std::net::SocketAddr;
use std::time::Duration;

use mcp_base::Auth;
use serde_json::json;

use crate::client::{able, get, rpc, send};
use crate::session::{Session, Stream, messages};
use crate::{client, sample, talk};

/// The headers and the body with which an older client introduces itself.
const HEADERS: [&str; 2] =
    ["Content-Type: application/json", "Accept: application/json, text/event-stream"];

fn introduction() -> String {
    let params = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": { "elicitation": {} },
        "clientInfo": { "name": "test", "version": "1" },
    });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params }).to_string()
}

#[tokio::test]
async fn a_session_begins_and_ends() {
    let server = talk::start(&[]).await;
    let client = Session::start(server.address(), &json!({})).await;
    let capabilities = &client.introduction["capabilities"];
    assert_eq!(capabilities["tools"], json!({ "listChanged": true }));
    assert_eq!(capabilities["resources"], json!({ "subscribe": true, "listChanged": true }));
    assert_eq!(capabilities["logging"], json!({}));
    assert_eq!(capabilities["completions"], json!({}));
    assert_eq!(client.introduction["serverInfo"]["icons"][0]["sizes"], json!(["any"]));
    assert!(client.ask("tools/list", &json!({})).await["result"]["tools"].is_array());
    assert_eq!(client.end().await.status, 204);
    let after = client.post(&json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" })).await;
    assert_eq!(after.status, 404);
    assert_eq!(after.json()["error"]["code"], -32600);
}

/// Waits until the server says that it remembers so many clients.
async fn remembers(address: SocketAddr, count: u64) {
    let line = format!("mcp_sessions{{server=\"talk_v2\"}} {count}\n");
    for _ in 0..200 {
        if get(address, "/metrics").await.body.contains(&line) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the server does not remember {count} clients: {:?}", get(address, "/metrics").await);
}

#[tokio::test]
async fn a_client_is_forgotten_when_it_leaves_and_when_it_says_nothing() {
    let settings = [("SESSION_IDLE_SECONDS", "1"), ("REQUEST_TIMEOUT_SECONDS", "1")];
    let server = talk::start(&settings).await;
    let address = server.address();
    remembers(address, 0).await;
    let (one, other) =
        (Session::start(address, &json!({})).await, Session::start(address, &json!({})).await);
    remembers(address, 2).await;
    one.end().await;
    remembers(address, 1).await;
    remembers(address, 0).await;
    let after = other.post(&json!({ "jsonrpc": "2.0", "id": 2, "method": "ping" })).await;
    assert_eq!(after.status, 404);
    let modern = able(address, &json!({}), "tools/list", "", json!({})).await;
    assert!(modern.json()["result"]["tools"].is_array());
    remembers(address, 0).await;
    let none = sample::start(Auth::None, &[]).await;
    assert!(!get(none.address(), "/metrics").await.body.contains("mcp_sessions"));
}

#[tokio::test]
async fn a_server_with_nothing_to_ask_or_tell_keeps_no_sessions() {
    let server = sample::start(Auth::None, &[]).await;
    let answer = send(server.address(), "POST /mcp", &HEADERS, &introduction()).await;
    assert_eq!(answer.header("mcp-session-id"), None);
    assert_eq!(answer.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn without_sessions_nothing_is_promised_that_needs_one() {
    let server = talk::start(&[("SESSIONS", "off")]).await;
    let address = server.address();
    let answer = send(address, "POST /mcp", &HEADERS, &introduction()).await;
    assert_eq!(answer.header("mcp-session-id"), None);
    let capabilities = &answer.json()["result"]["capabilities"];
    assert_eq!(capabilities["tools"], json!({}));
    assert_eq!(capabilities["resources"], json!({}));
    assert!(capabilities.get("logging").is_none());
    let asks = rpc(address, "tools/call", &json!({ "name": "paint", "arguments": {} })).await;
    assert_eq!(asks.json()["error"]["code"], -32021);
    for (method, params) in [
        ("resources/subscribe", json!({ "uri": "talk://news" })),
        ("logging/setLevel", json!({ "level": "info" })),
    ] {
        assert_eq!(rpc(address, method, &params).await.json()["error"]["code"], -32600, "{method}");
    }
    let plain = rpc(address, "tools/call", &json!({ "name": "work", "arguments": {} })).await;
    assert_eq!(plain.json()["result"]["content"][0]["text"], "done");
}

#[tokio::test]
async fn a_client_says_which_log_it_wants() {
    let server = talk::start(&[]).await;
    let client = Session::start(server.address(), &json!({})).await;
    let mut stream = client.listen().await;
    let chat = json!({ "name": "chat", "arguments": {} });
    client.ask("tools/call", &chat).await;
    let first = stream.until("notifications/message").await;
    assert_eq!(first["params"]["data"], json!({ "size": "large" }), "`debug` is too little");
    assert_eq!(first["params"]["logger"], "chat");
    client.ask("logging/setLevel", &json!({ "level": "debug" })).await;
    client.ask("tools/call", &chat).await;
    let all = stream.until("notifications/message").await;
    assert_eq!(all["params"], json!({ "level": "debug", "logger": "chat", "data": "small" }));
}

#[tokio::test]
async fn without_a_session_a_request_says_which_log_it_wants() {
    let server = talk::start(&[]).await;
    let logged = async |meta: serde_json::Value| {
        let params = json!({ "name": "chat", "arguments": {}, "_meta": meta });
        let answer = able(server.address(), &json!({}), "tools/call", "chat", params).await;
        let messages = messages(&answer.body);
        messages.iter().filter(|one| one["method"] == "notifications/message").count()
    };
    assert_eq!(logged(json!({})).await, 0);
    assert_eq!(logged(json!({ "io.modelcontextprotocol/logLevel": "debug" })).await, 2);
    assert_eq!(logged(json!({ "io.modelcontextprotocol/logLevel": "error" })).await, 0);
}

#[tokio::test]
async fn open_streams_do_not_hold_up_the_end_or_take_a_place() {
    let server = talk::start(&[("MAX_CONCURRENCY", "1")]).await;
    let client = Session::start(server.address(), &json!({})).await;
    let mut old = client.listen().await;
    let filter = json!({ "notifications": { "toolsListChanged": true } });
    let (headers, body) = client::request(&json!({}), "subscriptions/listen", "", filter);
    let mut new = Stream::open(server.address(), "POST /mcp", &headers, &body).await;
    new.until("notifications/subscriptions/acknowledged").await;
    assert!(client.ask("ping", &json!({})).await["result"].is_object());
    let stopped = tokio::time::timeout(Duration::from_secs(5), server.stop()).await;
    assert!(stopped.is_ok(), "the server waits for streams");
    let last = new.next().await.expect("the stream ends with an answer");
    assert_eq!(last["id"], 7, "{last}");
    while old.next().await.is_some() {}
}

/// A client that has just begun is not silent: the one too many is refused, whatever revision it
/// says that it speaks.
#[tokio::test]
async fn there_are_never_more_sessions_than_fit() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let body = introduction().replace("2025-11-25", "2026-07-28");
    let headers = [HEADERS[0], HEADERS[1], "MCP-Protocol-Version: 2026-07-28"];
    let introduce = async || send(address, "POST /mcp", &headers, &body).await;
    for _ in 0..1000 {
        let begun = introduce().await;
        assert!(begun.header("mcp-session-id").is_some(), "{begun:?}");
    }
    let refused = introduce().await;
    assert_eq!((refused.status, refused.header("mcp-session-id")), (503, None), "{refused:?}");
    assert_eq!(refused.header("retry-after"), Some("1"));
    remembers(address, 1000).await;
    let modern = able(address, &json!({}), "tools/list", "", json!({})).await;
    assert!(modern.json()["result"]["tools"].is_array(), "{modern:?}");
}

#[tokio::test]
async fn who_waits_for_an_answer_is_not_silent() {
    let settings = [("SESSION_IDLE_SECONDS", "1"), ("REQUEST_TIMEOUT_SECONDS", "3")];
    let server = talk::start(&settings).await;
    let client = Session::start(server.address(), &json!({})).await;
    let work = json!({ "name": "work", "arguments": { "seconds": 2 } });
    let answer = client.ask("tools/call", &work).await;
    assert_eq!(answer["result"]["content"][0]["text"], "done", "{answer}");
}
