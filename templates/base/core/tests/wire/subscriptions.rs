// Owned by mcpgen: edits are overwritten.
//! Who is told of changes, in both eras.

use serde_json::json;

use crate::client::{self, able, current};
use crate::session::{Session, Stream};
use crate::talk;

const CHANGES: [&str; 3] = [
    "notifications/tools/list_changed",
    "notifications/prompts/list_changed",
    "notifications/resources/list_changed",
];

#[tokio::test]
async fn a_client_with_a_session_is_told_on_its_stream() {
    let server = talk::start(&[]).await;
    let client = Session::start(server.address(), &json!({})).await;
    let mut stream = client.listen().await;
    let news = json!({ "uri": "talk://news" });
    assert_eq!(client.ask("resources/subscribe", &news).await["result"], json!({}));
    let tell = json!({ "name": "tell", "arguments": {} });
    client.ask("tools/call", &tell).await;
    for change in CHANGES {
        stream.until(change).await;
    }
    let updated = stream.until("notifications/resources/updated").await;
    assert_eq!(updated["params"]["uri"], "talk://news");
    assert_eq!(client.ask("resources/unsubscribe", &news).await["result"], json!({}));
    client.ask("tools/call", &tell).await;
    client.ask("tools/call", &tell).await;
    stream.until(CHANGES[2]).await;
    let next = stream.next().await.expect("the lists change again");
    assert_eq!(next["method"], CHANGES[0], "it is told of a resource that it left");
}

#[tokio::test]
async fn only_what_exists_can_be_subscribed_to() {
    let server = talk::start(&[]).await;
    let client = Session::start(server.address(), &json!({})).await;
    let refused = client.ask("resources/subscribe", &json!({ "uri": "talk://nothing" })).await;
    assert_eq!(refused["error"]["code"], -32002);
    assert_eq!(refused["error"]["data"]["uri"], "talk://nothing");
}

#[tokio::test]
async fn a_client_without_a_session_is_told_what_it_listens_to() {
    let server = talk::start(&[]).await;
    let filter = json!({ "notifications": {
        "toolsListChanged": true,
        "resourceSubscriptions": ["talk://news", "talk://nothing"],
    } });
    let (headers, body) = client::request(&json!({}), "subscriptions/listen", "", filter);
    let mut stream = Stream::open(server.address(), "POST /mcp", &headers, &body).await;
    let begun = stream.until("notifications/subscriptions/acknowledged").await;
    let accepted = json!({ "toolsListChanged": true, "resourceSubscriptions": ["talk://news"] });
    assert_eq!(begun["params"]["notifications"], accepted);
    let tell = json!({ "name": "tell", "arguments": {} });
    able(server.address(), &json!({}), "tools/call", "tell", tell).await;
    assert_eq!(stream.next().await.expect("it is told")["method"], CHANGES[0]);
    let updated = stream.next().await.expect("it is told");
    assert_eq!(updated["params"]["uri"], "talk://news", "{updated}");
}

#[tokio::test]
async fn the_methods_of_one_era_are_none_of_the_other() {
    let server = talk::start(&[]).await;
    let params = json!({ "uri": "talk://news" });
    let answer = current(server.address(), "resources/subscribe", "talk://news", params).await;
    assert_eq!(answer.json()["error"]["code"], -32601);
    let client = Session::start(server.address(), &json!({})).await;
    let listen = client.ask("subscriptions/listen", &json!({ "notifications": {} })).await;
    assert_eq!(listen["error"]["code"], -32601);
}
