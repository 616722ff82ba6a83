// Owned by mcpgen: edits are overwritten.
//! What is made for one caller does not exist for another.

use std::net::SocketAddr;
use std::time::Duration;

use mcp_base::{Auth, Running, Value};
use serde_json::json;

use crate::client::{request, send};
use crate::session::Session;
use crate::talk;

const ANN: &str = "the key of Ann";
const BOB: &str = "the key of Bob";

async fn start() -> Running {
    talk::start_for(Auth::Bearer, &[("AUTH_TOKEN", "the key of Ann, the key of Bob")]).await
}

/// A request of the current revision from who has this key, and can do everything.
async fn ask(address: SocketAddr, key: &str, method: &str, name: &str, params: Value) -> Value {
    let all = json!({
        "elicitation": {},
        "extensions": { "io.modelcontextprotocol/tasks": {} },
    });
    let (mut headers, body) = request(&all, method, name, params);
    headers.push(format!("Authorization: Bearer {key}"));
    let headers: Vec<_> = headers.iter().map(String::as_str).collect();
    send(address, "POST /mcp", &headers, &body).await.json()
}

async fn call(address: SocketAddr, key: &str, tool: &str, mut params: Value) -> Value {
    params["name"] = json!(tool);
    ask(address, key, "tools/call", tool, params).await
}

fn text(answer: &Value) -> &str {
    let text = answer["result"]["content"][0]["text"].as_str();
    text.unwrap_or_else(|| panic!("no text: {answer}"))
}

#[tokio::test]
async fn a_state_is_good_for_its_caller_only() {
    let server = start().await;
    let address = server.address();
    let ask = async |key: &str, method: &str, name: &str, params: &Value, state: &Value| {
        let mut params = params.clone();
        if !state.is_null() {
            params["requestState"] = state.clone();
            let answer = json!({ "action": "accept", "content": { "name": "Ann" } });
            params["inputResponses"] = json!({ "name": answer });
        }
        ask(address, key, method, name, params).await
    };
    for (method, name, params) in [
        ("tools/call", "paint", json!({ "name": "paint", "arguments": {} })),
        ("prompts/get", "greeting", json!({ "name": "greeting" })),
        ("resources/read", "talk://diary/monday", json!({ "uri": "talk://diary/monday" })),
    ] {
        let first = ask(ANN, method, name, &params, &Value::Null).await;
        assert_eq!(first["result"]["resultType"], "input_required", "{first}");
        let state = &first["result"]["requestState"];
        let stolen = ask(BOB, method, name, &params, state).await;
        assert_eq!(stolen["error"]["code"], -32602, "{stolen}");
        let own = ask(ANN, method, name, &params, state).await;
        assert!(own["result"].is_object(), "{own}");
        assert!(own["result"]["inputRequests"]["name"].is_null(), "it is answered: {own}");
    }
}

#[tokio::test]
async fn a_session_is_unknown_to_all_but_its_caller() {
    let server = start().await;
    let all = json!({ "elicitation": {} });
    let ann = Session::start_with(Some(ANN), server.address(), &all).await;
    let (bob, nobody) = (ann.stolen(BOB), ann.made_up());
    let mut call = ann.open("tools/call", &json!({ "name": "paint", "arguments": {} })).await;
    let asked = call.until("elicitation/create").await;
    let answer = json!({ "action": "accept", "content": { "name": "Bob" } });
    for message in [
        json!({ "jsonrpc": "2.0", "id": 9, "method": "tools/list" }),
        json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 6 } }),
        json!({ "jsonrpc": "2.0", "id": asked["id"], "result": answer }),
    ] {
        let (stolen, unknown) = (bob.post(&message).await, nobody.post(&message).await);
        assert_eq!((stolen.status, stolen.json()), (404, unknown.json()), "{message}");
    }
    let (stolen, unknown) = (bob.knock().await, nobody.knock().await);
    assert_eq!((stolen.status, stolen.json()), (404, unknown.json()));
    assert_eq!(bob.end().await.status, nobody.end().await.status);
    let answer = json!({ "action": "accept", "content": { "name": "Ann" } });
    ann.answer(&asked, &answer).await;
    let asked = call.until("elicitation/create").await;
    ann.answer(&asked, &json!({ "action": "accept", "content": { "colour": "r" } })).await;
    let last = call.next().await.expect("the call goes on");
    assert_eq!(text(&last), "Ann paints  r");
    assert_eq!(ann.end().await.status, 204);
    assert_eq!(ann.knock().await.status, 404);
}

#[tokio::test]
async fn a_task_is_unknown_to_all_but_its_caller() {
    let server = start().await;
    let address = server.address();
    let started = call(address, ANN, "work", json!({ "arguments": { "asks": true } })).await;
    let id = started["result"]["taskId"].as_str().expect("it is a task").to_owned();
    let ask = async |key: &str, method: &str, id: &str| {
        let answer = json!({ "action": "accept", "content": { "name": key } });
        let params = json!({ "taskId": id, "inputResponses": { "name": answer } });
        ask(address, key, method, id, params).await
    };
    let status = async |status: &str| {
        for _ in 0..200 {
            let task = ask(ANN, "tasks/get", &id).await;
            if task["result"]["status"] == status {
                return task;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the task is never `{status}`");
    };
    status("input_required").await;
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let (stolen, unknown) = (ask(BOB, method, &id).await, ask(BOB, method, "made-up").await);
        assert_eq!(stolen["error"]["code"], -32602, "{method}: {stolen}");
        let expected =
            unknown["error"]["message"].as_str().map(|text| text.replace("made-up", &id));
        assert_eq!(stolen["error"]["message"].as_str(), expected.as_deref(), "{method}");
    }
    ask(ANN, "tasks/update", &id).await;
    let done = status("completed").await;
    assert_eq!(done["result"]["result"]["content"][0]["text"], ANN);
}

#[tokio::test]
async fn a_body_sees_who_calls_unless_others_get_its_answer() {
    let server = start().await;
    let address = server.address();
    let who = async |key: &str, tool: &str| {
        text(&call(address, key, tool, json!({ "arguments": {} })).await).to_owned()
    };
    let (ann, bob) = (who(ANN, "who").await, who(BOB, "who").await);
    assert!(ann.starts_with("key-") && bob.starts_with("key-") && ann != bob, "{ann}, {bob}");
    assert_eq!(who(ANN, "who").await, ann);
    let again = start().await;
    let restarted = call(again.address(), ANN, "who", json!({ "arguments": {} })).await;
    assert_eq!(text(&restarted), ann);
    let rest = ["Content-Type: application/json", "Authorization: Bearer the key of Bob"];
    let rest = send(address, "POST /api/v1/tools/who", &rest, "{}").await.json();
    assert_eq!(rest["data"], bob.as_str(), "{rest}");
    assert_eq!(
        (who(ANN, "someone").await, who(BOB, "someone").await),
        ("nobody".into(), "nobody".into())
    );
    let open = talk::start(&[]).await;
    let params = json!({ "arguments": {} });
    assert_eq!(text(&call(open.address(), ANN, "who", params).await), "nobody");
}

#[tokio::test]
async fn code_that_completes_knows_its_caller() {
    let server = start().await;
    let reference = json!({ "type": "ref/resource", "uri": "talk://shelves/{room}/{shelf}" });
    let params = json!({ "ref": reference, "argument": { "name": "shelf", "value": "" } });
    let values = async |key: &str| {
        let found = ask(server.address(), key, "completion/complete", "", params.clone()).await;
        found["result"]["completion"]["values"][1].clone()
    };
    let (ann, bob) = (values(ANN).await, values(BOB).await);
    assert!(ann.is_string() && bob.is_string() && ann != bob, "{ann} and {bob}");
}
