//! The server of `benches/wire.rs` as one writes it by hand with rmcp and axum, and as fast as the SDK goes: a static
//! router of tools, no sessions, JSON answers, no delay on small packets. It has no cache, limits, metrics or status.

use std::env;
use std::sync::LazyLock;

use axum::Router;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use rmcp::handler::server::router::tool::ToolRouter;
use rmcp::handler::server::wrapper::{Json, Parameters};
use rmcp::model::{ServerCapabilities, ServerConfig};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, ServerHandler, tool, tool_handler, tool_router};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

static ROUTER: LazyLock<ToolRouter<Bare>> = LazyLock::new(Bare::tool_router);

#[derive(Clone)]
struct Bare {
    http: reqwest::Client,
    endpoint: String,
}

#[derive(Deserialize, JsonSchema)]
struct Greet {
    /// Whom to greet
    name: String,
}

#[derive(Deserialize, JsonSchema)]
struct LookUp {
    /// City name
    city: String,
}

#[derive(Deserialize, Serialize, JsonSchema)]
struct Forecast {
    summary: String,
    low: f64,
    high: f64,
}

#[tool_router]
impl Bare {
    #[tool(description = "Says hello", annotations(read_only_hint = true))]
    async fn greet(&self, Parameters(Greet { name }): Parameters<Greet>) -> String {
        format!("Hello, {name}!")
    }

    #[tool(description = "Asks the upstream", annotations(read_only_hint = true))]
    async fn look_up(&self, Parameters(LookUp { city }): Parameters<LookUp>) -> Result<Json<Forecast>, ErrorData> {
        let url = format!("{}/v1/forecast/{city}", self.endpoint);
        let answer = self.http.get(url).send().await.and_then(reqwest::Response::error_for_status).map_err(failed)?;
        answer.json().await.map(Json).map_err(failed)
    }
}

#[tool_handler(router = ROUTER)]
impl ServerHandler for Bare {
    fn get_info(&self) -> ServerConfig {
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
    }
}

fn failed(error: reqwest::Error) -> ErrorData {
    ErrorData::internal_error(error.to_string(), None)
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let bare = Bare { http: reqwest::Client::new(), endpoint: env::var("WIRE_ENDPOINT").unwrap_or_default() };
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .disable_allowed_hosts();
    let mcp =
        StreamableHttpService::<_, NeverSessionManager>::new(move || Ok(bare.clone()), Default::default(), config);
    let health = get(async || ([("content-type", "application/json")], r#"{"status":"healthy"}"#));
    let router = Router::new().route("/health", health).route_service("/mcp", mcp);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("listening on {}", listener.local_addr()?);
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).await
}
