// Owned by mcpgen: edits are overwritten.
//! Calls that the base answers itself get what the SDK would have said.
//!
//! Each request is sent twice. The second time its `Accept` has weights, which change nothing but
//! that the SDK answers.

use std::net::SocketAddr;

use mcp_base::{Auth, Value};
use serde_json::json;

use crate::client::{Answer, send};
use crate::dice::{Dice, cases};
use crate::sample;

const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CLIENT: &str = "io.modelcontextprotocol/clientInfo";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// A request but for its `Accept`.
#[derive(Debug, Clone)]
struct Request {
    headers: Vec<String>,
    body: String,
}

/// A call of the current revision that is as good as one can be.
fn current(tool: &str, arguments: &Value) -> (Vec<String>, Value) {
    let meta = json!({
        VERSION: "2026-07-28",
        CLIENT: { "name": "test", "version": "1" },
        CAPABILITIES: {},
    });
    let headers = ["MCP-Protocol-Version: 2026-07-28", "Mcp-Method: tools/call"];
    let mut headers = headers.map(str::to_owned).to_vec();
    headers.push(format!("Mcp-Name: {tool}"));
    let params = json!({ "name": tool, "arguments": arguments, "_meta": meta });
    (headers, json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params }))
}

/// The same from before it.
fn older(tool: &str, arguments: &Value) -> (Vec<String>, Value) {
    let headers = vec!["MCP-Protocol-Version: 2025-11-25".to_owned()];
    let params = json!({ "name": tool, "arguments": arguments });
    (headers, json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": params }))
}

async fn both_ways(address: SocketAddr, request: &Request) -> [(u16, Option<String>, Value); 2] {
    let told = async |accept: &str| {
        let mut headers = vec![accept, "Content-Type: application/json"];
        headers.extend(request.headers.iter().map(String::as_str));
        let answer = send(address, "POST /mcp", &headers, &request.body).await;
        let kind = answer.header("content-type").map(str::to_owned);
        (answer.status, kind, content(&answer))
    };
    let ours = told("Accept: application/json, text/event-stream").await;
    let theirs = told("Accept: application/json;q=1, text/event-stream;q=0.9").await;
    [ours, theirs]
}

/// The JSON of an answer, or of the events of one that is a stream.
fn content(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| Value::String(answer.body.clone()))
}

#[tokio::test]
async fn good_calls_are_answered_as_by_the_sdk() {
    let server = sample::start(Auth::None, &[]).await;
    for make in [current, older] {
        for (tool, arguments) in [
            ("repeat", json!({ "text": "a" })),
            ("repeat", json!({ "text": "é\u{1f980}\n\"", "times": 3.0 })),
            ("repeat", json!({})),
            ("repeat", json!({ "text": "", "times": 9, "more": [] })),
            ("count", json!({})),
            ("refuses", json!({})),
            ("later", json!({})),
            ("panics", json!({})),
            ("breaks", json!({})),
            ("reports", json!({})),
            ("list_capabilities", json!({})),
            ("nothing", json!({})),
        ] {
            let (headers, body) = make(tool, &arguments);
            let body = body.to_string();
            let [mut ours, mut theirs] =
                both_ways(server.address(), &Request { headers, body }).await;
            if tool == "reports" {
                // It says which request it is.
                for told in [&mut ours, &mut theirs] {
                    assert!(told.2["result"]["structuredContent"]["id"].is_string(), "{told:?}");
                    told.2 = Value::Null;
                }
            }
            assert_eq!(ours, theirs, "{tool} {arguments}");
        }
    }
}

#[tokio::test]
async fn generated_calls_are_answered_as_by_the_sdk() {
    let server = sample::start(Auth::None, &[]).await;
    let mut answered = [0; 2];
    for seed in 0..cases(600) {
        let request = generate(&mut Dice::new(seed));
        let [ours, theirs] = both_ways(server.address(), &request).await;
        assert_eq!(ours, theirs, "seed {seed}: {request:?}");
        answered[usize::from(ours.2["result"].is_object())] += 1;
    }
    // Enough of both, or nothing is proved.
    assert!(answered.iter().all(|count| *count > 50), "{answered:?}");
}

fn generate(dice: &mut Dice) -> Request {
    let tool = *dice.pick(&["repeat", "repeat", "count", "refuses", "later", "breaks", "nothing"]);
    let arguments = [json!({ "text": "a" }), json!({}), json!({ "text": 1, "b": {} })];
    let arguments = dice.pick(&arguments);
    let make = *dice.pick(&[current, current, older]);
    let (mut headers, mut body) = make(tool, arguments);
    let changes = *dice.pick(&[0, 1, 1, 1, 2, 3]);
    for _ in 0..changes {
        match dice.below(5) {
            0 => change_headers(dice, &mut headers),
            4 => {}
            _ => change_body(dice, &mut body),
        }
    }
    let mut body = body.to_string();
    if dice.below(6) == 0 {
        body = change_text(dice, &body);
    }
    Request { headers, body }
}

fn change_headers(dice: &mut Dice, headers: &mut Vec<String>) {
    const OTHERS: [&str; 19] = [
        "MCP-Protocol-Version: 2026-07-28",
        "MCP-Protocol-Version: 2025-11-25",
        "MCP-Protocol-Version: 2025-03-26",
        "MCP-Protocol-Version: 2024-11-05",
        "MCP-Protocol-Version: 2027-01-01",
        "MCP-Protocol-Version: DRAFT",
        "MCP-Protocol-Version: ",
        "Mcp-Method: tools/call",
        "Mcp-Method: tools/list",
        "Mcp-Method: TOOLS/CALL",
        "Mcp-Name: repeat",
        "Mcp-Name: count",
        "Mcp-Name: =?base64?cmVwZWF0?=",
        "Mcp-Name: =?base64?!?=",
        "Mcp-Param-Text: a",
        "Mcp-Session-Id: abc",
        "Last-Event-Id: 3",
        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "Accept: text/html",
    ];
    match dice.below(3) {
        0 => {
            let place = dice.below(headers.len());
            if place < headers.len() {
                headers.remove(place);
            }
        }
        1 => {
            let other = *dice.pick(&OTHERS);
            let name = other.split(": ").next().unwrap_or_default();
            headers.retain(|header| !header.starts_with(name));
            headers.push(other.to_owned());
        }
        _ => headers.push((*dice.pick(&OTHERS)).to_owned()),
    }
}

fn change_body(dice: &mut Dice, body: &mut Value) {
    let places: [(&str, &[&str]); 4] = [
        ("", &["jsonrpc", "id", "method", "params", "result", "error", "more"]),
        ("/params", &["name", "arguments", "_meta", "task", "inputResponses", "requestState", "x"]),
        ("/params/arguments", &["text", "times", "x"]),
        (
            "/params/_meta",
            &[
                VERSION,
                CLIENT,
                CAPABILITIES,
                "io.modelcontextprotocol/logLevel",
                "traceparent",
                "x",
            ],
        ),
    ];
    let values = [
        Value::Null,
        json!(true),
        json!(0),
        json!(-9_007_199_254_740_993_i64),
        json!(u64::MAX),
        json!(1.0),
        json!(1.5),
        json!(""),
        json!("a"),
        json!("2.0"),
        json!("tools/call"),
        json!("tools/list"),
        json!("ping"),
        json!("initialize"),
        json!("server/discover"),
        json!("repeat"),
        json!("2026-07-28"),
        json!("2025-11-25"),
        json!("2027-01-01"),
        json!("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
        json!([]),
        json!(["a", { "b": 1 }]),
        json!({}),
        json!({ "text": "b", "times": 1 }),
        json!({ "name": "n", "version": "v", "title": "t" }),
        json!({ "name": "n", "version": "v", "websiteUrl": "https://host.example", "icons": [] }),
        json!({ "elicitation": {}, "sampling": { "tools": {} }, "roots": { "listChanged": true } }),
        json!({ "roots": 1 }),
        json!({ "extensions": { "io.modelcontextprotocol/tasks": {} }, "experimental": {} }),
        json!({ "code": 1, "message": "m" }),
    ];
    let (place, names) = *dice.pick(&places);
    let name = *dice.pick(names);
    let Some(object) = body.pointer_mut(place).and_then(Value::as_object_mut) else { return };
    if dice.below(4) == 0 {
        object.shift_remove(name);
    } else {
        object.insert(name.to_owned(), dice.pick(&values).clone());
    }
}

/// What no value of JSON can say.
fn change_text(dice: &mut Dice, body: &str) -> String {
    let replaced = |what: &str, with: &str| body.replacen(what, with, 1);
    match dice.below(12) {
        0 => body[..body.len() / 2].to_owned(),
        1 => format!("{body}x"),
        2 => format!(" \n{body}\t "),
        3 => format!("\u{feff}{body}"),
        4 => format!("[{body}]"),
        5 => replaced("\"id\":", "\"id\":8,\"id\":"),
        6 => replaced("\"arguments\":{", "\"arguments\":{\"text\":\"first\","),
        7 => replaced("\"name\":", "\"name\":\"count\",\"name\":"),
        8 => replaced("\"test\"", "\"\\ud800\""),
        9 => replaced("\"test\"", "1e999"),
        10 => replaced("\"tools/call\"", "\"tools\\/call\""),
        _ => replaced("\"arguments\":{", &format!("\"arguments\":{{\"x\":{}", "[".repeat(200))),
    }
}
