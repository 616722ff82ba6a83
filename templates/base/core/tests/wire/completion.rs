// Owned by mcpgen: edits are overwritten.
//! What lists say, page by page, and what is proposed for an argument.

use std::net::SocketAddr;

use mcp_base::{Auth, Value};
use serde_json::json;

use crate::client::{self, current, get, rpc};
use crate::session::Session;
use crate::{sample, talk};

async fn complete(address: SocketAddr, reference: Value, argument: &str, begun: &str) -> Value {
    complete_beside(address, reference, argument, begun, json!({})).await
}

/// The same where other arguments are filled in already.
async fn complete_beside(
    address: SocketAddr,
    reference: Value,
    argument: &str,
    begun: &str,
    others: Value,
) -> Value {
    let argument = json!({ "name": argument, "value": begun });
    let context = json!({ "arguments": others });
    let params = json!({ "ref": reference, "argument": argument, "context": context });
    current(address, "completion/complete", "", params).await.json()
}

fn prompt(name: &str) -> Value {
    json!({ "type": "ref/prompt", "name": name })
}

fn resource(uri: &str) -> Value {
    json!({ "type": "ref/resource", "uri": uri })
}

#[tokio::test]
async fn arguments_are_completed() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let found = complete(address, prompt("greeting"), "style", "f").await;
    let all = json!({ "values": ["formal", "friendly"], "total": 2, "hasMore": false });
    assert_eq!(found["result"]["completion"], all);
    let found = complete(address, resource("talk://diary/{day}"), "day", "t").await;
    assert_eq!(found["result"]["completion"]["values"], json!(["Tuesday"]));
    let found = complete(address, prompt("picture"), "id", "").await;
    assert_eq!(found["result"]["completion"]["values"], json!([]));
    for (reference, argument) in [
        (prompt("nothing"), "style"),
        (prompt("greeting"), "nothing"),
        (resource("talk://diary/{day}"), "nothing"),
        (resource("talk://nothing"), "day"),
    ] {
        let refused = complete(address, reference, argument, "").await;
        assert_eq!(refused["error"]["code"], -32602, "{refused}");
    }
}

#[tokio::test]
async fn code_proposes_what_it_likes() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let beside = json!({ "style": "formal" });
    let found = complete_beside(address, prompt("greeting"), "whom", "a", beside).await;
    let all = json!({ "values": ["Zoe", "formal"], "total": 2, "hasMore": false });
    assert_eq!(found["result"]["completion"], all);
    let found = complete(address, prompt("greeting"), "whom", "many").await;
    let completion = &found["result"]["completion"];
    assert_eq!(completion["values"].as_array().map(Vec::len), Some(100));
    assert_eq!((&completion["total"], &completion["hasMore"]), (&json!(120), &json!(true)));
    let shelf = resource("talk://shelves/{room}/{shelf}");
    let found = complete(address, shelf.clone(), "shelf", "").await;
    assert_eq!(found["result"]["completion"]["values"], json!(["shelf", "nobody"]));
    let found = complete(address, shelf, "room", "").await;
    assert_eq!(found["result"]["completion"]["values"], json!([]));
}

#[tokio::test]
async fn clients_of_older_revisions_are_proposed_the_same() {
    let server = talk::start(&[("SESSIONS", "off")]).await;
    let argument = json!({ "name": "whom", "value": "" });
    let params = json!({ "ref": prompt("greeting"), "argument": argument });
    let found = rpc(server.address(), "completion/complete", &params).await.json();
    assert_eq!(found["result"]["completion"]["values"], json!(["Zoe", "?"]), "{found}");
}

#[tokio::test]
async fn code_that_fails_is_an_error_of_the_protocol() {
    let server = talk::start(&[("REQUEST_TIMEOUT_SECONDS", "1")]).await;
    let address = server.address();
    for (begun, why) in [("nobody", "there is nobody to greet"), ("slow", "longer than 1 second")] {
        let refused = complete(address, prompt("greeting"), "whom", begun).await;
        assert_eq!(refused["error"]["code"], -32603, "{refused}");
        let message = refused["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(why), "{message}");
    }
    let refused = complete(address, prompt("greeting"), "whom", "panic").await;
    assert_eq!(refused["error"]["code"], -32603);
    assert!(!refused.to_string().contains("secret"), "{refused}");
    let status = get(address, "/api/v1/status").await.json();
    assert_eq!(status["data"]["processed_requests"], 3, "{status}");
}

#[tokio::test]
async fn a_completion_can_ask_nobody() {
    let server = talk::start(&[]).await;
    let shelf = resource("talk://shelves/{room}/{shelf}");
    let params = |begun: &str| {
        let argument = json!({ "name": "shelf", "value": begun });
        json!({ "ref": shelf, "argument": argument })
    };
    let able = json!({ "elicitation": {} });
    let method = "completion/complete";
    let refused = client::able(server.address(), &able, method, "", params("ask")).await.json();
    assert_eq!(refused["error"]["code"], -32603, "{refused}");
    // A client with a session could be sent the question at once: it is not.
    let client = Session::start(server.address(), &able).await;
    let refused = client.ask(method, &params("ask")).await;
    assert_eq!(refused["error"]["code"], -32603, "{refused}");
    let skipped = client.ask(method, &params("perhaps")).await;
    assert_eq!(skipped["result"]["completion"]["values"], json!(["not asked"]), "{skipped}");
}

#[tokio::test]
async fn what_cannot_be_completed_does_not_start() {
    for (wrong, why) in [
        (talk::Wrong::Unknown, "`schemas.json` does not say that code completes it"),
        (talk::Wrong::Fixed, "`schemas.json` does not say that code completes it"),
        (talk::Wrong::Twice, "is completed twice"),
        (talk::Wrong::Missing, "has no function in `server.rs` that completes it"),
    ] {
        let refused = talk::start_wrong(wrong).await.map(|_| ());
        let refused = refused.expect_err("it cannot start").to_string();
        assert!(refused.contains(why), "{refused}");
    }
}

#[tokio::test]
async fn a_server_without_proposals_does_not_know_the_method() {
    let server = sample::start(Auth::None, &[]).await;
    let prompt = json!({ "type": "ref/prompt", "name": "ask" });
    let refused = complete(server.address(), prompt, "what", "").await;
    assert_eq!(refused["error"]["code"], -32601);
}

#[tokio::test]
async fn lists_come_page_by_page() {
    let server = sample::start(Auth::None, &[("LIST_PAGE_SIZE", "4")]).await;
    let address = server.address();
    let (mut names, mut params, mut pages) = (Vec::new(), json!({}), 0);
    loop {
        let list = rpc(address, "tools/list", &params).await.json();
        let tools = list["result"]["tools"].as_array().expect("there is a list").clone();
        assert!(tools.len() <= 4);
        names.extend(tools.iter().map(|tool| tool["name"].clone()));
        pages += 1;
        let next = &list["result"]["nextCursor"];
        if next.is_null() {
            break;
        }
        params = json!({ "cursor": next });
    }
    assert_eq!((names.len(), pages), (11, 3));
    let wrong = rpc(address, "tools/list", &json!({ "cursor": "x" })).await.json();
    assert_eq!(wrong["error"]["code"], -32602);
}

#[tokio::test]
async fn what_is_said_of_an_entry_is_passed_on() {
    let server = talk::start(&[("SESSIONS", "off")]).await;
    let address = server.address();
    let tools = current(address, "tools/list", "", json!({})).await.json();
    assert_eq!(tools["result"]["ttlMs"], 60_000);
    let paint = &tools["result"]["tools"][0];
    assert_eq!(paint["icons"], json!([{ "src": "data:image/png;base64,AA==", "theme": "dark" }]));
    assert_eq!(paint["_meta"], json!({ "example.com/colour": true }));
    let templates = current(address, "resources/templates/list", "", json!({})).await.json();
    let diary = &templates["result"]["resourceTemplates"][0];
    assert_eq!(diary["annotations"], json!({ "audience": ["user"], "priority": 0.5 }));
    let news = rpc(address, "resources/read", &json!({ "uri": "talk://news" })).await.json();
    assert_eq!(news["result"]["contents"][0]["blob"], "bm9uZQ==");
    let asked = json!({ "name": "picture", "arguments": { "id": "7" } });
    let picture = rpc(address, "prompts/get", &asked).await.json();
    let content = &picture["result"]["messages"][0]["content"];
    assert_eq!(content["resource"]["uri"], "talk://7", "{picture}");
    assert_eq!(content["annotations"], json!({ "priority": 1.0 }));
}
