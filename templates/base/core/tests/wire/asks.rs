// Owned by mcpgen: edits are overwritten.
//! Questions to clients: as requests on a session, and between two requests.

use std::net::SocketAddr;
use std::time::Duration;

use mcp_base::Value;
use serde_json::json;

use crate::client::{able, call, current};
use crate::session::Session;
use crate::talk;

/// Calls a tool as a client that can do everything.
async fn paint(address: SocketAddr, mut more: Value) -> Value {
    more["name"] = json!("paint");
    let all = json!({ "elicitation": {}, "sampling": {}, "roots": {} });
    able(address, &all, "tools/call", "paint", more).await.json()
}

fn accept(content: &Value) -> Value {
    json!({ "action": "accept", "content": content })
}

fn text(answer: &Value) -> &str {
    let text = answer["result"]["content"][0]["text"].as_str();
    text.unwrap_or_else(|| panic!("no text: {answer}"))
}

#[tokio::test]
async fn a_call_is_asked_round_after_round() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let input = json!({ "what": "a wall" });
    let first = paint(address, json!({ "arguments": input })).await;
    assert_eq!(first["result"]["resultType"], "input_required", "{first}");
    let asked = &first["result"]["inputRequests"]["name"];
    assert_eq!(asked["method"], "elicitation/create");
    assert_eq!(asked["params"]["message"], "Who are you?");
    assert_eq!(asked["params"]["requestedSchema"]["properties"]["name"]["minLength"], 1);
    let second = paint(
        address,
        json!({
            "arguments": input,
            "requestState": first["result"]["requestState"],
            "inputResponses": { "name": accept(&json!({ "name": "Ann" })), "more": 3 },
        }),
    )
    .await;
    let requests = second["result"]["inputRequests"].as_object().expect("there is a second round");
    assert_eq!(requests.keys().collect::<Vec<_>>(), ["colour"]);
    assert_ne!(second["result"]["requestState"], first["result"]["requestState"]);
    let last = paint(
        address,
        json!({
            "arguments": input,
            "requestState": second["result"]["requestState"],
            "inputResponses": { "colour": accept(&json!({ "colour": "g" })) },
        }),
    )
    .await;
    assert_eq!(text(&last), "Ann paints a wall g");
}

#[tokio::test]
async fn an_answer_that_does_not_fit_is_asked_for_again() {
    let server = talk::start(&[]).await;
    let first = paint(server.address(), json!({ "arguments": {} })).await;
    let state = &first["result"]["requestState"];
    for (unfit, why) in [
        (json!(12345), "does not say what its user did"),
        (json!({ "action": "accept", "content": { "name": "" } }), "`name`"),
        (json!({ "action": "accept" }), "does not fit its form"),
    ] {
        let more = json!({ "requestState": state, "inputResponses": { "name": unfit } });
        let again = paint(server.address(), more).await;
        let asked = &again["result"]["inputRequests"]["name"]["params"]["message"];
        assert!(asked.as_str().is_some_and(|asked| asked.contains(why)), "{again}");
    }
    for (action, word) in [("decline", "declined"), ("cancel", "closed")] {
        let responses = json!({ "name": { "action": action } });
        let more = json!({ "requestState": state, "inputResponses": responses });
        let refused = paint(server.address(), more).await;
        assert_eq!(refused["result"]["isError"], true, "{refused}");
        assert!(text(&refused).contains(word), "{refused}");
    }
}

#[tokio::test]
async fn a_state_is_good_for_its_own_call_only() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let first = paint(address, json!({ "arguments": { "what": "a" } })).await;
    let state = first["result"]["requestState"].as_str().expect("there is a state").to_owned();
    for (state, arguments) in [
        (format!("{state}A"), json!({ "what": "a" })),
        (state[1..].to_owned(), json!({ "what": "a" })),
        (state.clone(), json!({ "what": "b" })),
        ("made up".to_owned(), json!({ "what": "a" })),
    ] {
        let broken = paint(address, json!({ "arguments": arguments, "requestState": state })).await;
        assert_eq!(broken["error"]["code"], -32602, "{broken}");
    }
    let other = talk::start(&[]).await;
    let more = json!({ "arguments": { "what": "a" }, "requestState": state });
    assert_eq!(paint(other.address(), more).await["error"]["code"], -32602);
}

#[tokio::test]
async fn replicas_with_one_key_open_each_others_states() {
    let key = [("STATE_KEY", "0123456789abcdef0123456789abcdef")];
    let (one, other) = (talk::start(&key).await, talk::start(&key).await);
    let first = paint(one.address(), json!({ "arguments": {} })).await;
    let more = json!({
        "requestState": first["result"]["requestState"],
        "inputResponses": { "name": accept(&json!({ "name": "Ann" })) },
    });
    let second = paint(other.address(), more).await;
    assert!(second["result"]["inputRequests"]["colour"].is_object(), "{second}");
}

#[tokio::test]
async fn a_replica_that_asks_does_not_start_without_the_key_that_all_share() {
    let Err(refusal) = talk::start_replica(&[]).await else { panic!("it started") };
    assert_eq!(refusal.exit_code(), 78);
    assert!(refusal.to_string().contains("`STATE_KEY` is required"), "{refusal}");
    let key = [("STATE_KEY", "0123456789abcdef0123456789abcdef")];
    assert!(talk::start_replica(&key).await.is_ok());
}

#[tokio::test]
async fn several_questions_are_one_round() {
    let server = talk::start(&[]).await;
    let all = json!({ "elicitation": {}, "sampling": {}, "roots": {} });
    let call = async |more: Value| {
        let mut params = more;
        params["name"] = json!("meet");
        able(server.address(), &all, "tools/call", "meet", params).await.json()
    };
    let first = call(json!({})).await;
    let requests = &first["result"]["inputRequests"];
    assert_eq!(requests["word"]["params"]["maxTokens"], 10, "{first}");
    assert_eq!(requests["folders"]["method"], "roots/list");
    let word =
        json!({ "role": "assistant", "model": "m", "content": { "type": "text", "text": "hi" } });
    let responses = json!({
        "name": accept(&json!({ "name": "Ann" })),
        "word": word,
        "folders": { "roots": [{ "uri": "file:///a" }, { "uri": "file:///b" }] },
    });
    let state = &first["result"]["requestState"];
    let last = call(json!({ "requestState": state, "inputResponses": responses })).await;
    assert_eq!(text(&last), "Ann hi file:///a,file:///b");
    // What is missing is asked for again, and what is there is not.
    let responses = json!({ "name": accept(&json!({ "name": "Ann" })) });
    let some = call(json!({ "requestState": state, "inputResponses": responses })).await;
    let left = some["result"]["inputRequests"].as_object().expect("two are missing");
    assert_eq!(left.keys().collect::<Vec<_>>(), ["folders", "word"]);
}

#[tokio::test]
async fn prompts_and_resources_ask_too() {
    let server = talk::start(&[]).await;
    let address = server.address();
    let forms = json!({ "elicitation": {} });
    let ask = async |method: &str, name: &str, params: Value| {
        able(address, &forms, method, name, params).await.json()
    };
    let responses = json!({ "name": accept(&json!({ "name": "Ann" })) });
    let mut params = json!({ "name": "greeting", "arguments": { "style": "warmly" } });
    let first = ask("prompts/get", "greeting", params.clone()).await;
    params["requestState"] = first["result"]["requestState"].clone();
    params["inputResponses"] = responses.clone();
    let last = ask("prompts/get", "greeting", params).await;
    let messages = &last["result"]["messages"];
    assert_eq!(messages[0]["content"]["text"], "Greet Ann warmly", "{last}");
    assert_eq!(messages[0]["content"]["annotations"], json!({ "priority": 0.5 }));
    assert_eq!(messages[1]["content"]["uri"], "talk://news");
    let uri = "talk://diary/monday";
    let mut params = json!({ "uri": uri });
    let first = ask("resources/read", uri, params.clone()).await;
    params["requestState"] = first["result"]["requestState"].clone();
    params["inputResponses"] = responses;
    let last = ask("resources/read", uri, params).await;
    assert_eq!(last["result"]["contents"][0]["text"], "Ann on monday", "{last}");
    assert_eq!(last["result"]["ttlMs"], 5000);
    assert_eq!(last["result"]["cacheScope"], "private", "it may depend on who reads it");
}

#[tokio::test]
async fn a_client_that_cannot_answer_is_told_what_is_missing() {
    let server = talk::start(&[]).await;
    let address = server.address();
    for (tool, missing) in [("paint", "elicitation"), ("think", "sampling")] {
        let params = json!({ "name": tool, "arguments": {} });
        let refused = current(address, "tools/call", tool, params).await;
        assert_eq!(refused.status, 400);
        let error = &refused.json()["error"];
        assert_eq!(error["code"], -32021, "{error}");
        let required = error["data"]["requiredCapabilities"].as_object();
        assert_eq!(
            required.map(|it| it.keys().collect::<Vec<_>>()),
            Some(vec![&missing.to_owned()])
        );
    }
    let params = json!({ "name": "suggest", "arguments": {} });
    let sampling = json!({ "sampling": {} });
    let asked = able(address, &sampling, "tools/call", "suggest", params.clone());
    let asked = asked.await.json();
    let requests = asked["result"]["inputRequests"].as_object().expect("one can be asked");
    assert_eq!(requests.keys().collect::<Vec<_>>(), ["word"]);
    let alone = current(address, "tools/call", "suggest", params).await.json();
    assert_eq!(text(&alone), "false None");
}

#[tokio::test]
async fn nobody_can_be_asked_over_rest_or_for_the_cache() {
    let server = talk::start(&[]).await;
    let answer = call(server.address(), "paint", &json!({})).await;
    assert_eq!(answer.status, 422);
    let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
    assert!(message.contains("client of MCP") && message.contains("elicitation"), "{message}");
    let all = json!({ "elicitation": {}, "roots": {} });
    for tool in ["kept", "twice"] {
        let params = json!({ "name": tool, "arguments": {} });
        let broken = able(server.address(), &all, "tools/call", tool, params).await.json();
        assert_eq!(broken["result"]["isError"], true, "{broken}");
    }
}

#[tokio::test]
async fn a_client_with_a_session_is_asked_in_the_middle_of_its_call() {
    let server = talk::start(&[]).await;
    let client = Session::start(server.address(), &json!({ "elicitation": {} })).await;
    let params = json!({ "name": "paint", "arguments": { "what": "a wall" } });
    let mut answer = client.open("tools/call", &params).await;
    let asked = answer.until("elicitation/create").await;
    assert_eq!(asked["params"]["message"], "Who are you?");
    client.answer(&asked, &accept(&json!({ "name": "Ann" }))).await;
    let asked = answer.until("elicitation/create").await;
    client.answer(&asked, &accept(&json!({ "colour": "r" }))).await;
    let last = answer.next().await.expect("the call is answered");
    assert_eq!(text(&last), "Ann paints a wall r");
}

#[tokio::test]
async fn an_answer_on_a_session_must_fit_as_well() {
    let server = talk::start(&[]).await;
    let client = Session::start(server.address(), &json!({ "elicitation": {} })).await;
    let params = json!({ "name": "paint", "arguments": {} });
    let mut answer = client.open("tools/call", &params).await;
    let asked = answer.until("elicitation/create").await;
    client.answer(&asked, &accept(&json!({ "name": 3 }))).await;
    let last = answer.next().await.expect("the call is answered");
    assert_eq!(last["result"]["isError"], true);
    assert!(text(&last).contains("`name`"), "{last}");
    let unable = client.ask("tools/call", &json!({ "name": "think", "arguments": {} })).await;
    assert_eq!(unable["error"]["code"], -32021, "{unable}");
}

#[tokio::test]
async fn how_long_a_client_thinks_is_not_the_servers_fault() {
    let server = talk::start(&[("REQUEST_TIMEOUT_SECONDS", "1")]).await;
    let client = Session::start(server.address(), &json!({ "elicitation": {} })).await;
    let params = json!({ "name": "paint", "arguments": {} });
    let mut answer = client.open("tools/call", &params).await;
    let asked = answer.until("elicitation/create").await;
    tokio::time::sleep(Duration::from_millis(1500)).await;
    client.answer(&asked, &accept(&json!({ "name": "Ann" }))).await;
    let asked = answer.until("elicitation/create").await;
    client.answer(&asked, &json!({ "action": "decline" })).await;
    let last = answer.next().await.expect("the call is answered");
    assert!(text(&last).contains("declined"), "{last}");
}
