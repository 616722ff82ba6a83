// Owned by mcpgen: edits are overwritten.
//! The client inside a running server: what its caller sees, and what is counted.

use mcp_base::{
    About, Auth, CacheClass, Environment, Error, Hints, Running, Secret, Server, StartError, Tool,
    Value, call,
};
use mcp_upstream::{Request, Upstream, UpstreamAuth, UpstreamSettings};
use serde::Deserialize;
use serde_json::json;
use wiremock::matchers::{any, header};
use wiremock::{Mock, MockServer, ResponseTemplate};

const SCHEMAS: &str = r#"{
  "settings": {
    "type": "object",
    "properties": {
      "endpoint": { "type": "string", "x-env": "LOOK_ENDPOINT" },
      "api_key": { "type": "string", "x-env": "LOOK_API_KEY", "x-secret": true },
      "timeout_seconds": { "type": "integer", "default": 1, "x-env": "LOOK_TIMEOUT" },
      "max_retries": { "type": "integer", "default": 1, "x-env": "LOOK_RETRIES" }
    },
    "required": ["endpoint", "api_key"]
  },
  "tools": { "look": { "description": "Looks something up", "input": { "type": "object" } } }
}"#;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

#[derive(Debug, Deserialize)]
struct Settings {
    endpoint: String,
    api_key: Secret,
    timeout_seconds: i64,
    max_retries: i64,
}

struct Service {
    settings: Settings,
    upstream: Upstream,
}

impl Service {
    fn new(settings: Settings) -> Result<Self, StartError> {
        let upstream = Upstream::new(UpstreamSettings {
            user_agent: "look_v2/1.0.0",
            endpoint: &settings.endpoint,
            auth: UpstreamAuth::Query("key", &settings.api_key),
            timeout_seconds: settings.timeout_seconds,
            max_retries: settings.max_retries,
        })?;
        Ok(Self { settings, upstream })
    }

    async fn look(&self) -> Result<Value, Error> {
        let mut request = Request::get("/v1/look");
        request.query("retries", &self.settings.max_retries);
        self.upstream.send(request, "/found").await
    }
}

async fn server(upstream: &MockServer) -> Running {
    let about = About {
        name: "look_v2",
        version: "1.0.0",
        description: "Looks things up",
        port: 0,
        schemas: SCHEMAS,
    };
    let mut server = Server::new(about, Service::new);
    server.auth(Auth::None);
    server.tool(Tool {
        name: "look",
        hints: Hints::NONE,
        cache: CacheClass::None,
        call: call(Service::look),
    });
    let uri = upstream.uri();
    let variables = [("LOOK_ENDPOINT", uri.as_str()), ("LOOK_API_KEY", "hunter2")];
    server.bind(&Environment::of(variables)).await.expect("a server").spawn()
}

fn client() -> reqwest::Client {
    let client = reqwest::Client::builder().tls_certs_only([]).no_proxy();
    client.build().expect("a client")
}

/// Calls the tool, and gives the status and the text of the answer.
async fn look(server: &Running) -> (u16, String) {
    let url = format!("http://{}/api/v1/tools/look", server.address());
    let call = client().post(url).header("traceparent", TRACE).json(&json!({}));
    let answer = call.send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a text"))
}

async fn metrics(server: &Running) -> String {
    let url = format!("http://{}/metrics", server.address());
    client().get(url).send().await.expect("an answer").text().await.expect("a text")
}

#[tokio::test]
async fn an_answer_reaches_the_caller_and_every_attempt_is_counted() {
    let upstream = MockServer::start().await;
    let busy = ResponseTemplate::new(503).insert_header("Retry-After", "0");
    Mock::given(any()).respond_with(busy).up_to_n_times(1).mount(&upstream).await;
    let found = ResponseTemplate::new(200).set_body_json(json!({ "found": { "days": 3 } }));
    Mock::given(header("traceparent", TRACE)).respond_with(found).mount(&upstream).await;
    let server = server(&upstream).await;

    let (status, body) = look(&server).await;
    assert_eq!(status, 200, "{body}");
    assert!(body.contains(r#""days":3"#), "{body}");

    let page = metrics(&server).await;
    for line in [
        r#"mcp_upstream_requests_total{server="look_v2",outcome="ok"} 1"#,
        r#"mcp_upstream_requests_total{server="look_v2",outcome="server_error"} 1"#,
        r#"mcp_upstream_retries_total{server="look_v2"} 1"#,
        r#"mcp_upstream_request_seconds_count{server="look_v2"} 2"#,
    ] {
        assert!(page.lines().any(|one| one == line), "no {line} in\n{page}");
    }
}

#[tokio::test]
async fn a_failure_of_the_upstream_has_its_status_and_tells_nothing() {
    let slow = ResponseTemplate::new(200).set_delay(std::time::Duration::from_secs(9));
    let garbage = ResponseTemplate::new(200).set_body_string("<p>words of the upstream</p>");
    let refused = ResponseTemplate::new(401).set_body_string("words of the upstream");
    for (answer, expected) in [(slow, 504), (garbage, 502), (refused, 502)] {
        let upstream = MockServer::start().await;
        Mock::given(any()).respond_with(answer).mount(&upstream).await;
        let server = server(&upstream).await;
        let (status, body) = look(&server).await;
        assert_eq!(status, expected, "{body}");
        let port = upstream.address().port().to_string();
        for secret in ["words", "hunter2", "/v1/look", &port] {
            assert!(!body.contains(secret), "{body}");
        }
    }
}
