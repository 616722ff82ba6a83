// Owned by mcpgen: edits are overwritten.
//! Who calls, by an access token: bodies see it, and what is made for one caller is out of reach of
//! all others.

mod common;

use std::time::Duration;

use mcp_base::{CacheClass, Context, Error, Form, Server, TaskSupport, Value, call, sleep};
use mcp_issuer::Issuer;
use mcp_testing::{Request, Response, Setup, TestServer, json};
use serde::Deserialize;

const SCHEMAS: &str = r#"{
  "tools": {
    "who": { "description": "Says who calls", "input": { "type": "object" } },
    "greet": { "description": "Asks for a name", "input": { "type": "object" } },
    "work": { "description": "Takes a while", "input": { "type": "object" } }
  },
  "forms": {
    "name": {
      "type": "object",
      "properties": { "name": { "type": "string" } },
      "required": ["name"]
    }
  }
}"#;

#[derive(Debug, Deserialize)]
struct NameForm {
    name: String,
}

impl Form for NameForm {
    const NAME: &'static str = "name";
}

struct Service;

impl Service {
    async fn who(&self, context: Context) -> Result<Value, Error> {
        Ok(match context.caller() {
            Some(caller) => json!({
                "subject": caller.subject(),
                "client": caller.client(),
                "writes": caller.has_scope("write"),
            }),
            None => json!("nobody"),
        })
    }

    async fn greet(&self, context: Context) -> Result<String, Error> {
        let NameForm { name } = context.elicit("name", "Who are you?").await?.accepted()?;
        Ok(format!("Hello, {name}!"))
    }

    async fn work(&self) -> Result<String, Error> {
        sleep(Duration::from_millis(300)).await;
        Ok("done".to_owned())
    }
}

fn server() -> Server<Service> {
    let tools = [
        ("who", call(Service::who)),
        ("greet", call(Service::greet)),
        ("work", call(Service::work)),
    ];
    let mut server = common::unchecked(|| Service, SCHEMAS, CacheClass::None, tools);
    server.extension(mcp_oauth::extension());
    server.task("work", TaskSupport::Required);
    server
}

async fn start(issuer: &Issuer) -> TestServer {
    let mut setup = Setup::new(server);
    setup.set("OAUTH_ISSUER", issuer.url());
    setup.start().await
}

/// A token of somebody, by way of a program.
fn token(issuer: &Issuer, subject: &str, client: &str) -> String {
    let mut claims = issuer.claims("read");
    claims["sub"] = json!(subject);
    claims["client_id"] = json!(client);
    issuer.sign(&claims)
}

/// Sends a message to `/mcp` as it is.
async fn post(
    server: &TestServer,
    token: &str,
    headers: &[(&str, &str)],
    message: &Value,
) -> Response {
    let request = Request::post("/mcp", message)
        .header("Accept", "application/json, text/event-stream")
        .header("Authorization", &format!("Bearer {token}"));
    server.send(headers.iter().fold(request, |all, (name, value)| all.header(name, value))).await
}

/// Sends a request of the current revision from a client that can do everything.
async fn ask(server: &TestServer, token: &str, method: &str, mut params: Value) -> Value {
    let name = params["name"].as_str().or(params["taskId"].as_str()).unwrap_or_default().to_owned();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": {
            "elicitation": {},
            "extensions": { "io.modelcontextprotocol/tasks": {} },
        },
    });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let headers =
        [("MCP-Protocol-Version", "2026-07-28"), ("Mcp-Method", method), ("Mcp-Name", &name)];
    post(server, token, &headers, &message).await.json()
}

#[tokio::test]
async fn a_body_sees_whose_token_it_is_and_what_it_allows() {
    let issuer = Issuer::start();
    let server = start(&issuer).await;
    let ann = token(&issuer, "ann", "editor");
    let who = ask(&server, &ann, "tools/call", json!({ "name": "who" })).await;
    let expected = json!({ "subject": "ann", "client": "editor", "writes": false });
    assert_eq!(who["result"]["structuredContent"], expected, "{who}");
    let mut claims = issuer.claims("read write");
    claims["azp"] = json!("shell");
    let other = issuer.sign(&claims);
    let who = ask(&server, &other, "tools/call", json!({ "name": "who" })).await;
    let expected = json!({ "subject": "somebody", "client": "shell", "writes": true });
    assert_eq!(who["result"]["structuredContent"], expected, "{who}");
    claims["sub"] = Value::Null;
    let nobody = ask(&server, &issuer.sign(&claims), "tools/call", json!({ "name": "who" })).await;
    assert_eq!(nobody["error"]["message"], "the token does not say whose it is", "{nobody}");
}

#[tokio::test]
async fn a_state_is_good_for_its_caller_only() {
    let issuer = Issuer::start();
    let server = start(&issuer).await;
    let ann = token(&issuer, "ann", "editor");
    let first = ask(&server, &ann, "tools/call", json!({ "name": "greet" })).await;
    let answer = json!({ "action": "accept", "content": { "name": "Ann" } });
    let retry = json!({
        "name": "greet",
        "requestState": first["result"]["requestState"],
        "inputResponses": { "name": answer },
    });
    assert!(retry["requestState"].is_string(), "{first}");
    for (subject, client) in [("bob", "editor"), ("ann", "shell")] {
        let other = token(&issuer, subject, client);
        let refused = ask(&server, &other, "tools/call", retry.clone()).await;
        assert_eq!(refused["error"]["code"], -32602, "{subject}, {client}: {refused}");
    }
    // A token may be renewed in the meantime.
    let mut renewed = issuer.claims("read write");
    renewed["sub"] = json!("ann");
    renewed["client_id"] = json!("editor");
    let last = ask(&server, &issuer.sign(&renewed), "tools/call", retry).await;
    assert_eq!(last["result"]["content"][0]["text"], "Hello, Ann!", "{last}");
}

#[tokio::test]
async fn a_session_is_unknown_to_all_but_its_caller() {
    let issuer = Issuer::start();
    let server = start(&issuer).await;
    let (ann, bob) = (token(&issuer, "ann", "editor"), token(&issuer, "bob", "editor"));
    let hello = json!({
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello });
    let begun = post(&server, &ann, &[], &hello).await;
    let id = begun.header("Mcp-Session-Id").expect("the server keeps sessions").to_owned();
    let headers = [("MCP-Protocol-Version", "2025-11-25"), ("Mcp-Session-Id", id.as_str())];
    let done = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(post(&server, &bob, &headers, &done).await.status(), 404);
    assert_eq!(post(&server, &ann, &headers, &done).await.status(), 202);
    let list = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/list" });
    let leave = async |token: &str| {
        let request =
            Request::new("DELETE", "/mcp").header("Authorization", &format!("Bearer {token}"));
        server
            .send(headers.iter().fold(request, |all, (name, value)| all.header(name, value)))
            .await
    };
    // An id that is unknown is answered like one that has ended.
    assert_eq!(leave(&bob).await.status(), 204);
    assert_eq!(post(&server, &bob, &headers, &list).await.status(), 404);
    assert_eq!(post(&server, &ann, &headers, &list).await.status(), 200);
    assert_eq!(leave(&ann).await.status(), 204);
    assert_eq!(post(&server, &ann, &headers, &list).await.status(), 404);
}

#[tokio::test]
async fn a_task_is_unknown_to_all_but_its_caller() {
    let issuer = Issuer::start();
    let server = start(&issuer).await;
    let (ann, bob) = (token(&issuer, "ann", "editor"), token(&issuer, "bob", "editor"));
    let started = ask(&server, &ann, "tools/call", json!({ "name": "work" })).await;
    let id = started["result"]["taskId"].as_str().expect("it is a task");
    for method in ["tasks/get", "tasks/update", "tasks/cancel"] {
        let params = json!({ "taskId": id, "inputResponses": {} });
        let refused = ask(&server, &bob, method, params).await;
        assert_eq!(refused["error"]["code"], -32602, "{method}: {refused}");
    }
    for _ in 0..100 {
        let task = ask(&server, &ann, "tasks/get", json!({ "taskId": id })).await;
        if task["result"]["status"] == "completed" {
            assert_eq!(task["result"]["result"]["content"][0]["text"], "done");
            return;
        }
        assert_eq!(task["result"]["status"], "working", "{task}");
        sleep(Duration::from_millis(50)).await;
    }
    panic!("the task does not end");
}
