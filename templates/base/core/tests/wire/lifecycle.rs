// Owned by mcpgen: edits are overwritten.
//! How a server starts, does not start, and stops.

use std::time::Duration;

use mcp_base::{Auth, Environment, exit};
use serde_json::json;
use tokio::net::TcpStream;

use crate::client::call;
use crate::sample;

#[tokio::test]
async fn all_wrong_settings_are_told_at_once() {
    let wrong = [("PORT", "many"), ("BIND", "here"), ("LOG", "=="), ("METRICS_TOKEN", ",")];
    let settings = wrong.into_iter().chain([("SAMPLE_API_KEY_FILE", "/nowhere")]);
    let server = sample::server(Auth::Bearer).bind(&Environment::of(settings)).await;
    let error = server.err().expect("the settings are wrong");
    assert_eq!(error.exit_code(), exit::SETTINGS);
    let told = error.to_string();
    let missing = ["AUTH_TOKEN", "SAMPLE_ENDPOINT", "SAMPLE_API_KEY"];
    for setting in wrong.map(|(setting, _)| setting).into_iter().chain(missing) {
        assert!(told.contains(&format!("`{setting}`")), "{setting}: {told}");
    }
}

#[tokio::test]
async fn an_open_server_stays_on_this_machine() {
    let error = sample::bind(Auth::None, &[("BIND", "0.0.0.0")]).await.err();
    let error = error.expect("it would be open to everybody");
    assert_eq!(error.exit_code(), exit::SETTINGS);
    assert!(error.to_string().contains("ALLOW_ANONYMOUS"));
    for (auth, setting) in [
        (Auth::None, ("ALLOW_ANONYMOUS", "true")),
        (Auth::Anonymous, ("DRAIN_SECONDS", "1")),
        (Auth::Bearer, ("AUTH_TOKEN", "one")),
    ] {
        assert!(sample::bind(auth, &[("BIND", "0.0.0.0"), setting]).await.is_ok(), "{auth:?}");
    }
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let server = sample::bind(Auth::None, &[]).await.expect("there is a free port");
    let port = server.address().port().to_string();
    let environment = [("PORT", port.as_str()), ("SAMPLE_ENDPOINT", "https://host.example")];
    let error = sample::server(Auth::None).bind(&Environment::of(environment)).await.err();
    let error = error.expect("the port is taken");
    assert_eq!(error.exit_code(), exit::UNAVAILABLE);
    assert!(error.to_string().contains(&port));
}

#[tokio::test]
async fn a_stopped_server_answers_what_it_has_begun() {
    let server = sample::start(Auth::None, &[]).await;
    let address = server.address();
    let running = tokio::spawn(async move { call(address, "sleeps", &json!({})).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop().await;
    assert_eq!(running.await.expect("the call does not panic").status, 200);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_stopped_server_does_not_wait_for_ever() {
    let server = sample::start(Auth::None, &[("DRAIN_SECONDS", "0")]).await;
    let address = server.address();
    let running = tokio::spawn(async move { call(address, "hangs", &json!({})).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let stopped = tokio::time::timeout(Duration::from_secs(2), server.stop()).await;
    assert!(stopped.is_ok());
    running.abort();
}

#[tokio::test]
async fn a_service_that_cannot_be_made_does_not_start() {
    let environment = [("PORT", "0"), ("SAMPLE_ENDPOINT", "ftp://host.example")];
    let error = sample::server(Auth::None).bind(&Environment::of(environment)).await.err();
    let error = error.expect("the service refuses its settings");
    assert_eq!(error.exit_code(), exit::FAILURE);
    assert_eq!(error.to_string(), "the endpoint must be an `https` address");
}

#[tokio::test]
async fn an_entry_without_its_twin_does_not_start() {
    let mut server = sample::server(Auth::None);
    server.prompt("nothing");
    let environment = [("PORT", "0"), ("SAMPLE_ENDPOINT", "https://host.example")];
    let error = server.bind(&Environment::of(environment)).await.err();
    assert!(error.expect("`schemas.json` has no such prompt").to_string().contains("`nothing`"));
}
