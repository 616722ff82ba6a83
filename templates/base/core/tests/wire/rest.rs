// Owned by mcpgen: edits are overwritten.
//! The endpoints and the statuses of their errors.

use std::time::Duration;

use mcp_base::Auth;
use serde_json::json;

use crate::client::{call, get, send};
use crate::sample;

#[tokio::test]
async fn health_is_exactly_this() {
    let server = sample::start(Auth::None, &[]).await;
    let answer = get(server.address(), "/health").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"status":"healthy"}"#));
}

#[tokio::test]
async fn info_names_what_exists() {
    let server = sample::start(Auth::None, &[]).await;
    let info = get(server.address(), "/info").await.json();
    assert_eq!(info["status"], "ok");
    let data = &info["data"];
    assert_eq!(data["service_name"], "sample_v2");
    assert_eq!(data["port"], server.address().port());
    assert_eq!(data["capabilities"], json!(["tools", "resources", "prompts", "cache"]));
    assert!(data["tools"].as_array().is_some_and(|tools| tools.contains(&json!("get_status"))));
}

#[tokio::test]
async fn a_tool_answers_with_its_defaults() {
    let server = sample::start(Auth::None, &[]).await;
    let answer = call(server.address(), "repeat", &json!({ "text": "ab" })).await;
    assert_eq!((answer.status, &answer.json()["data"]), (200, &json!({ "text": "abab" })));
    assert!(answer.header("x-process-time").is_some_and(|time| time.parse::<f64>().is_ok()));
}

#[tokio::test]
async fn every_error_has_its_status_and_the_envelope() {
    let server = sample::start(Auth::None, &[("MAX_BODY_BYTES", "100")]).await;
    let address = server.address();
    let json = "Content-Type: application/json";
    let repeat = "POST /api/v1/tools/repeat";
    let long = "x".repeat(101);
    for (status, line, headers, body) in [
        (400, repeat, vec![json], "{"),
        (403, "GET /info", vec!["Host: evil.example"], ""),
        (403, "GET /info", vec!["Origin: https://evil.example"], ""),
        (404, "GET /nothing", vec![], ""),
        (404, "POST /api/v1/tools/nothing", vec![json], "{}"),
        (404, "POST /api/v1/tools/%ff", vec![json], "{}"),
        (404, "POST /api/v1/process", vec![json], "{}"),
        (405, "DELETE /info", vec![], ""),
        (413, repeat, vec![json], &long),
        (415, repeat, vec!["Content-Type: text/plain"], "{}"),
        (422, repeat, vec![json], "{}"),
        (422, "POST /api/v1/tools/refuses", vec![json], "{}"),
        (500, "POST /api/v1/tools/panics", vec![json], "{}"),
        (500, "POST /api/v1/tools/breaks", vec![json], "{}"),
        (501, "POST /api/v1/tools/later", vec![json], "{}"),
    ] {
        let answer = send(address, line, &headers, body).await;
        assert_eq!(answer.status, status, "{line}: {answer:?}");
        let envelope = answer.json();
        assert_eq!(envelope["status"], "error", "{line}");
        assert!(envelope["message"].as_str().is_some_and(|text| !text.is_empty()), "{line}");
        assert!(envelope["timestamp"].as_str().is_some_and(|text| text.ends_with('Z')), "{line}");
    }
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let server = sample::start(Auth::None, &[]).await;
    let input = json!({ "text": "", "times": 4, "more": 1 });
    let answer = call(server.address(), "repeat", &input).await;
    let answer = answer.json();
    let errors = answer["data"]["errors"].as_array().expect("the errors are listed");
    let fields: Vec<_> = errors.iter().map(|error| error["field"].clone()).collect();
    assert_eq!(fields, ["text", "times", "more"]);
}

#[tokio::test]
async fn what_broke_inside_stays_inside() {
    let server = sample::start(Auth::None, &[("SAMPLE_API_KEY", "k-123")]).await;
    for tool in ["panics", "breaks"] {
        let answer = call(server.address(), tool, &json!({})).await;
        assert!(!answer.body.contains("k-123") && !answer.body.contains("nowhere"), "{answer:?}");
    }
    let page = get(server.address(), "/metrics").await.body;
    let counted =
        r#"mcp_tool_calls_total{server="sample_v2",tool="panics",outcome="server_error"} 1"#;
    assert!(page.contains(counted), "{page}");
}

#[tokio::test]
async fn the_status_is_measured_and_shows_no_secret() {
    let server = sample::start(Auth::None, &[("SAMPLE_API_KEY", "k-123")]).await;
    let address = server.address();
    call(address, "repeat", &json!({ "text": "a" })).await;
    call(address, "repeat", &json!({})).await;
    call(address, "breaks", &json!({})).await;
    let answer = get(address, "/api/v1/status?detailed=true").await;
    let status = &answer.json()["data"];
    assert_eq!(status["processed_requests"], 3);
    assert_eq!(status["last_error"], "internal_error");
    assert_eq!(status["healthy"], false);
    assert_eq!(status["config"], json!({ "endpoint": "https://host.example" }));
    assert!(status["performance"]["avg_response_time"].as_f64().is_some_and(|time| time > 0.0));
    assert!(!answer.body.contains("k-123"));
}

#[tokio::test]
async fn an_answer_is_kept_and_a_refusal_is_not() {
    let server = sample::start(Auth::None, &[]).await;
    let address = server.address();
    for _ in 0..2 {
        assert_eq!(call(address, "count", &json!({})).await.json()["data"], 0);
        assert_eq!(call(address, "refuses", &json!({})).await.status, 422);
    }
    let page = get(address, "/metrics").await.body;
    for (tool, outcome, count) in
        [("count", "hit", 1), ("count", "miss", 1), ("refuses", "miss", 2)]
    {
        let labels = format!(r#"{{server="sample_v2",tool="{tool}",outcome="{outcome}"}} {count}"#);
        assert!(page.contains(&format!("mcp_cache_requests_total{labels}")), "{labels}: {page}");
    }
}

#[tokio::test]
async fn the_callers_request_and_trace_are_handed_on() {
    let server = sample::start(Auth::None, &[]).await;
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let headers = ["X-Request-Id: abc-1", &format!("traceparent: {trace}")];
    let answer = send(server.address(), "POST /api/v1/tools/reports", &headers, "").await;
    assert_eq!(answer.header("x-request-id"), Some("abc-1"));
    let expected = json!({ "tool": "reports", "id": "abc-1", "trace": trace });
    assert_eq!(answer.json()["data"], expected);
}

#[tokio::test]
async fn openapi_points_only_at_what_is_there() {
    let server = sample::start(Auth::Bearer, &[("AUTH_TOKEN", "one")]).await;
    let line = "GET /openapi.json";
    let document = send(server.address(), line, &["Authorization: Bearer one"], "").await;
    let json = document.json();
    let mut targets = document.body.split(r#""$ref":"#).skip(1);
    assert!(targets.clone().count() > 3);
    let missing = targets.find(|rest| {
        let target = rest.trim_start_matches('"').split('"').next().unwrap_or_default();
        json.pointer(target.trim_start_matches('#')).is_none()
    });
    assert_eq!(missing, None);
}

#[tokio::test]
async fn keys_are_exchanged_while_the_server_runs() {
    let path = std::env::temp_dir().join(format!("mcp-base-{}-wire-keys", std::process::id()));
    let write = |keys: &str| std::fs::write(&path, keys).expect("a file can be written");
    write("old\n");
    let file = path.to_str().expect("a UTF-8 path");
    let server = sample::start(Auth::Bearer, &[("AUTH_TOKEN_FILE", file)]).await;
    let status = async |key: &str| {
        let header = format!("Authorization: Bearer {key}");
        send(server.address(), "GET /info", &[&header], "").await.status
    };
    let becomes = async |key: &str, expected: u16| {
        for _ in 0..100 {
            if status(key).await == expected {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        false
    };
    assert_eq!((status("old").await, status("new").await), (200, 401));
    write("new\nold\n");
    assert!(becomes("new", 200).await);
    assert_eq!(status("old").await, 200);
    write("new\n");
    assert!(becomes("old", 401).await);
    assert_eq!(status("new").await, 200);
    std::fs::remove_file(&path).expect("it is there");
}
