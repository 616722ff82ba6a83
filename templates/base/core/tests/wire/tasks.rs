// Owned by mcpgen: edits are overwritten.
//! Calls that go on after their first answer.

use std::net::SocketAddr;
use std::time::Duration;

use mcp_base::Value;
use serde_json::json;

use crate::client::{able, current};
use crate::talk;

async fn ask(address: SocketAddr, method: &str, name: &str, params: Value) -> Value {
    let tasks = json!({
        "elicitation": {},
        "extensions": { "io.modelcontextprotocol/tasks": {} },
    });
    able(address, &tasks, method, name, params).await.json()
}

async fn work(address: SocketAddr, arguments: Value) -> String {
    let params = json!({ "name": "work", "arguments": arguments });
    let started = ask(address, "tools/call", "work", params).await;
    assert_eq!(started["result"]["resultType"], "task", "{started}");
    started["result"]["taskId"].as_str().expect("a task has an id").to_owned()
}

/// How a task is, once it is no longer as it was.
async fn not(address: SocketAddr, id: &str, status: &str) -> Value {
    for _ in 0..200 {
        let mut task = ask(address, "tasks/get", id, json!({ "taskId": id })).await;
        if task["result"]["status"] != status {
            return task["result"].take();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the task is still `{status}`");
}

#[tokio::test]
async fn a_call_that_takes_a_while_is_a_task_to_who_knows_tasks() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let id = work(address, json!({ "seconds": 0.2 })).await;
    let running = ask(address, "tasks/get", &id, json!({ "taskId": id })).await;
    assert_eq!(running["result"]["status"], "working", "{running}");
    let done = not(address, &id, "working").await;
    assert_eq!(done["status"], "completed");
    assert_eq!(done["result"]["content"][0]["text"], "done", "{done}");
    let params = json!({ "name": "work", "arguments": {} });
    let plain = current(address, "tools/call", "work", params).await.json();
    assert_eq!(plain["result"]["content"][0]["text"], "done", "{plain}");
}

#[tokio::test]
async fn a_task_outlives_the_time_for_a_call() {
    let server = talk::start(&[("REQUEST_TIMEOUT_SECONDS", "1")]).await;
    let id = work(server.address(), json!({ "seconds": 1.5 })).await;
    assert_eq!(not(server.address(), &id, "working").await["status"], "completed");
}

#[tokio::test]
async fn a_task_asks_by_itself() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let id = work(address, json!({ "asks": true })).await;
    let asking = not(address, &id, "working").await;
    assert_eq!(asking["status"], "input_required", "{asking}");
    assert_eq!(asking["inputRequests"]["name"]["params"]["message"], "Who?");
    let answer = json!({ "name": { "action": "accept", "content": { "name": "Ann" } } });
    ask(address, "tasks/update", &id, json!({ "taskId": id, "inputResponses": answer })).await;
    let mut done = not(address, &id, "input_required").await;
    if done["status"] == "working" {
        done = not(address, &id, "working").await;
    }
    assert_eq!(done["result"]["content"][0]["text"], "Ann", "{done}");
}

#[tokio::test]
async fn a_task_can_be_cancelled() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let id = work(address, json!({ "seconds": 3600 })).await;
    ask(address, "tasks/cancel", &id, json!({ "taskId": id })).await;
    assert_eq!(not(address, &id, "working").await["status"], "cancelled");
    let unknown = ask(address, "tasks/get", "x", json!({ "taskId": "x" })).await;
    assert_eq!(unknown["error"]["code"], -32602);
}

#[tokio::test]
async fn a_tool_that_is_nothing_but_a_task_needs_a_client_that_knows_them() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let params = json!({ "name": "must", "arguments": {} });
    let refused = current(address, "tools/call", "must", params.clone()).await.json();
    assert_eq!(refused["error"]["code"], -32021, "{refused}");
    let required = &refused["error"]["data"]["requiredCapabilities"];
    assert_eq!(required["extensions"], json!({ "io.modelcontextprotocol/tasks": {} }));
    let started = ask(address, "tools/call", "must", params).await;
    let id = started["result"]["taskId"].as_str().expect("even at once it is a task").to_owned();
    let done = not(address, &id, "working").await;
    assert_eq!(done["result"]["content"][0]["text"], "at once");
}

#[tokio::test]
async fn an_error_of_the_protocol_is_one_on_purpose() {
    let server = talk::start(&[]).await;
    let params = json!({ "name": "fails", "arguments": {} });
    let failed = current(server.address(), "tools/call", "fails", params).await.json();
    assert_eq!(failed["error"]["code"], -32603);
    assert_eq!(failed["error"]["message"], "this is meant to fail");
}

#[tokio::test]
async fn of_the_tasks_that_are_done_the_oldest_are_forgotten_first() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let running = work(address, json!({ "seconds": 3600 })).await;
    let mut done = Vec::new();
    for _ in 0..1001 {
        let params = json!({ "name": "must", "arguments": {} });
        let started = ask(address, "tools/call", "must", params).await;
        done.push(started["result"]["taskId"].as_str().expect("it is a task").to_owned());
    }
    let get = async |id: &str| ask(address, "tasks/get", id, json!({ "taskId": id })).await;
    assert_eq!(get(&running).await["result"]["status"], "working");
    assert_eq!(get(&done[0]).await["error"]["code"], -32602);
    assert_eq!(get(&done[1000]).await["result"]["status"], "completed");
}
