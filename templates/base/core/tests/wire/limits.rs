// Owned by mcpgen: edits are overwritten.
//! Who may come in, how many at once, and for how long.

use std::time::Duration;

use mcp_base::Auth;
use serde_json::json;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use crate::client::{call, get, send};
use crate::sample;

#[tokio::test]
async fn a_key_is_asked_for_everywhere_but_of_probes() {
    let keys = [("AUTH_TOKEN", "one, two"), ("METRICS_TOKEN", "three")];
    let server = sample::start(Auth::Bearer, &keys).await;
    let address = server.address();
    for line in [
        "GET /info",
        "GET /openapi.json",
        "GET /api/v1/status",
        "POST /api/v1/tools/count",
        "POST /mcp",
        "GET /nothing",
    ] {
        for key in [&[][..], &["Authorization: Bearer wrong"], &["Authorization: Bearer three"]] {
            let answer = send(address, line, key, "").await;
            assert_eq!(answer.status, 401, "{line} {key:?}");
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
        for key in ["Authorization: Bearer one", "Authorization: bearer two"] {
            assert_ne!(send(address, line, &[key], "").await.status, 401, "{line} {key}");
        }
    }
    for (path, status) in [("/health", 200), ("/ready", 200), ("/metrics", 401)] {
        assert_eq!(get(address, path).await.status, status, "{path}");
    }
    let scraper = ["Authorization: Bearer three", "Host: 10.1.2.3:9100"];
    assert_eq!(send(address, "GET /metrics", &scraper, "").await.status, 200);
}

#[tokio::test]
async fn a_named_host_is_let_in() {
    let allowed =
        [("ALLOWED_HOSTS", "weather, other:1"), ("ALLOWED_ORIGINS", "https://app.example")];
    let server = sample::start(Auth::None, &allowed).await;
    let address = server.address();
    for (header, status) in [
        ("Host: weather:9004", 200),
        ("Host: other:1", 200),
        ("Host: other:2", 403),
        ("Origin: https://app.example", 200),
        ("Origin: null", 403),
    ] {
        assert_eq!(send(address, "GET /info", &[header], "").await.status, status, "{header}");
    }
}

#[tokio::test]
async fn one_too_many_is_told_to_come_again() {
    let server = sample::start(Auth::None, &[("MAX_CONCURRENCY", "1")]).await;
    let address = server.address();
    let input = json!({});
    let (first, second) =
        tokio::join!(call(address, "sleeps", &input), call(address, "sleeps", &input));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 503]);
    let refused = if first.status == 503 { first } else { second };
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(call(address, "sleeps", &input).await.status, 200);
}

#[tokio::test]
async fn too_many_in_a_second_are_told_to_come_again() {
    let server = sample::start(Auth::None, &[("MAX_REQUESTS_PER_SECOND", "2")]).await;
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(get(server.address(), "/info").await.status);
    }
    assert_eq!(statuses[..2], [200, 200]);
    assert!(statuses.contains(&429), "{statuses:?}");
    assert_eq!(get(server.address(), "/health").await.status, 200);
}

#[tokio::test]
async fn silent_connections_do_not_pile_up() {
    let server = sample::start(Auth::None, &[("MAX_CONCURRENCY", "1")]).await;
    let address = server.address();
    let mut silent = Vec::new();
    for _ in 0..16 {
        silent.push(TcpStream::connect(address).await.expect("the server listens"));
    }
    let mut next = TcpStream::connect(address).await.expect("the server listens");
    let ended = tokio::time::timeout(Duration::from_secs(10), next.read(&mut [0])).await;
    assert!(matches!(ended, Ok(Ok(0) | Err(_))), "{ended:?}");
    drop(silent);
    // It takes up to half a second until the server looks again.
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(get(address, "/health").await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_takes_too_long_is_cut_off() {
    let server = sample::start(Auth::None, &[("REQUEST_TIMEOUT_SECONDS", "1")]).await;
    assert_eq!(call(server.address(), "hangs", &json!({})).await.status, 504);
    let status = get(server.address(), "/api/v1/status").await.json();
    assert_eq!(status["data"]["last_error"], "timeout");
}
