//! The floor of `benches/wire.rs`: an axum handler that parses the same JSON-RPC, answers it, and knows nothing of MCP.

use std::env;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::TcpListener;

struct Raw {
    http: reqwest::Client,
    endpoint: String,
}

#[derive(Deserialize)]
struct Request {
    id: Value,
    params: Params,
}

#[derive(Deserialize)]
struct Params {
    name: String,
    arguments: Value,
}

#[derive(Deserialize, Serialize)]
struct Forecast {
    summary: String,
    low: f64,
    high: f64,
}

async fn call(State(raw): State<Arc<Raw>>, Json(request): Json<Request>) -> Result<Json<Value>, StatusCode> {
    let arguments = &request.params.arguments;
    let text = |name: &str| arguments[name].as_str().ok_or(StatusCode::BAD_REQUEST);
    let mut result = if request.params.name == "greet" {
        json!({ "content": [{ "type": "text", "text": format!("Hello, {}!", text("name")?) }] })
    } else {
        let url = format!("{}/v1/forecast/{}", raw.endpoint, text("city")?);
        let answer = raw.http.get(url).send().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
        let forecast: Forecast = answer.json().await.map_err(|_| StatusCode::BAD_GATEWAY)?;
        let text = serde_json::to_string(&forecast).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
        json!({ "content": [{ "type": "text", "text": text }], "structuredContent": forecast })
    };
    result["isError"] = json!(false);
    result["resultType"] = json!("complete");
    Ok(Json(json!({ "jsonrpc": "2.0", "id": request.id, "result": result })))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let raw = Raw { http: reqwest::Client::new(), endpoint: env::var("WIRE_ENDPOINT").unwrap_or_default() };
    let health = get(async || ([("content-type", "application/json")], r#"{"status":"healthy"}"#));
    let router = Router::new().route("/health", health).route("/mcp", post(call)).with_state(Arc::new(raw));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("listening on {}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await
}
