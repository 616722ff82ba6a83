// Owned by mcpgen: edits are overwritten.
//! A server that runs inside the test, and the ways to call it.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use mcp_base::Running;
use serde_json::{Map, Value, json};

use crate::answers::Answers;
use crate::case::Case;
use crate::expected::Expected;
use crate::faulty;
use crate::files::Files;
use crate::http::Request;
use crate::invalid::Invalid;
use crate::mcp::{Mcp, REVISIONS};
use crate::metrics::Metrics;
use crate::response::Response;
use crate::setup::{secrets, variables};
use crate::stream;
use crate::upstream::{Answer, Upstream};

/// The tools that every server has.
const BUILT_IN: [&str; 2] = ["get_status", "list_capabilities"];

/// What a server was started with.
#[derive(Debug)]
pub(crate) struct Parts {
    pub key: Option<String>,
    pub schemas: Value,
    pub settings: BTreeMap<String, String>,
    pub upstream: Option<Upstream>,
    pub files: Files,
}

/// A running server. It stops with the test that started it.
#[derive(Debug)]
pub struct TestServer {
    running: Running,
    key: Option<String>,
    schemas: Value,
    settings: BTreeMap<String, String>,
    upstream: Option<Upstream>,
    _files: Files,
}

impl TestServer {
    pub(crate) fn new(running: Running, parts: Parts) -> Self {
        Self {
            running,
            key: parts.key,
            schemas: parts.schemas,
            settings: parts.settings,
            upstream: parts.upstream,
            _files: parts.files,
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.running.address()
    }

    /// Stops it as a signal would: calls that run are answered.
    pub async fn stop(self) {
        self.running.stop().await;
    }

    /// Sends a request, with the key of the settings unless it says otherwise.
    pub async fn send(&self, request: Request) -> Response {
        self.with_key(request).send(self.address()).await
    }

    fn with_key(&self, request: Request) -> Request {
        match &self.key {
            Some(key) if request.with_key => {
                request.header("Authorization", &format!("Bearer {key}"))
            }
            _ => request,
        }
    }

    /// `GET`s a path.
    pub async fn get(&self, path: &str) -> Response {
        self.send(Request::get(path)).await
    }

    /// `POST`s JSON to a path.
    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.send(Request::post(path, body)).await
    }

    /// Calls a tool over REST.
    pub async fn call(&self, tool: &str, input: &Value) -> Response {
        self.post(&format!("/api/v1/tools/{tool}"), input).await
    }

    /// The revisions whose clients can be asked what a case asks: those before the current one need
    /// a session for it.
    #[must_use]
    pub fn revisions(&self, case: &Case) -> &'static [&'static str] {
        let all = self.running.keeps_sessions() || case.asks.is_empty();
        if all { &REVISIONS } else { &REVISIONS[..1] }
    }

    /// A client that speaks this revision of MCP.
    pub async fn mcp(&self, revision: &'static str) -> Mcp<'_> {
        Mcp::connect(self, revision).await
    }

    /// A client that speaks this revision of MCP, and answers what a case says that it is asked.
    pub async fn mcp_that_answers(&self, revision: &'static str, case: &Case) -> Mcp<'_> {
        Mcp::that_answers(self, revision, Answers::new(&case.asks)).await
    }

    /// Sends a request, and the answer to whatever the server asks before it answers.
    pub(crate) async fn send_and_answer<'r>(
        &self,
        request: Request,
        answer: impl FnMut(&Value) -> Option<Request> + 'r,
    ) -> Response {
        let mut answer = answer;
        let answer = move |message: &Value| answer(message).map(|request| self.with_key(request));
        stream::send_and_answer(self.with_key(request), self.address(), answer).await
    }

    /// The metrics as they are now.
    pub async fn metrics(&self) -> Metrics {
        Metrics::parse(self.get("/metrics").await.text())
    }

    /// The server's `schemas.json`.
    #[must_use]
    pub fn schemas(&self) -> &Value {
        &self.schemas
    }

    /// A part of `schemas.json`, such as `tools`, by name.
    #[must_use]
    pub fn declared(&self, section: &str) -> Map<String, Value> {
        self.schemas[section].as_object().cloned().unwrap_or_default()
    }

    /// The names in a part of `schemas.json`, sorted.
    #[must_use]
    pub fn names(&self, section: &str) -> Vec<String> {
        let mut names: Vec<_> = self.declared(section).into_iter().map(|(name, _)| name).collect();
        names.sort();
        names
    }

    /// The names of all tools, sorted: those of the server and those that every server has.
    #[must_use]
    pub fn tool_names(&self) -> Vec<String> {
        let mut names = self.names("tools");
        names.extend(BUILT_IN.map(str::to_owned));
        names.sort();
        names
    }

    /// The values of the secrets that it was started with.
    #[must_use]
    pub fn secrets(&self) -> Vec<&str> {
        let variables = secrets(&self.schemas);
        variables
            .iter()
            .filter_map(|variable| Some(self.settings.get(variable)?.as_str()))
            .collect()
    }

    /// Inputs that this tool must refuse: every field wrong, and the required ones missing.
    #[must_use]
    pub fn invalid(&self, tool: &str) -> Vec<Invalid> {
        Invalid::of(&self.schemas["tools"][tool]["input"])
    }

    /// The arguments of a call that its tool wants repeated in headers.
    pub(crate) fn repeated(&self, call: &Value) -> Vec<(String, String)> {
        let tool = call["name"].as_str().unwrap_or_default();
        let fields = self.schemas["tools"][tool]["input"]["properties"].as_object();
        let fields = fields.into_iter().flatten();
        let wanted = fields.filter_map(|(field, schema)| {
            let value = match &call["arguments"][field] {
                Value::String(text) => text.clone(),
                value @ (Value::Bool(_) | Value::Number(_)) => value.to_string(),
                _ => return None,
            };
            Some((schema["x-mcp-header"].as_str()?.to_owned(), value))
        });
        wanted.collect()
    }

    /// The mock of the upstream.
    #[must_use]
    pub fn upstream(&self) -> &Upstream {
        let Some(upstream) = &self.upstream else {
            panic!("no setting in `tests/data/settings.json` has `{{upstream}}` in it")
        };
        upstream
    }

    /// Lets the upstream answer as a case has it; without one in the case, nothing is done.
    pub fn play(&self, case: &Case) {
        if !case.request.is_null() {
            self.upstream().answer(Answer::json(&case.answer));
        }
    }

    /// What the upstream has to be asked for a case, with the values of its input and of the
    /// settings in place.
    #[must_use]
    pub fn expected(&self, case: &Case) -> Expected {
        let mut settings = Map::new();
        for (name, variable) in variables(&self.schemas) {
            let given = self.settings.get(&variable).map(|text| json!(text));
            let default = self.schemas["settings"]["properties"][&name].get("default").cloned();
            settings.extend(given.or(default).map(|value| (name, value)));
        }
        Expected::of(case, &self.schemas, &settings)
    }

    /// Calls a tool `calls` times, of which it fails `failures` times through no fault of the
    /// caller. It is there after [`Setup::add_faulty_tool`](crate::Setup::add_faulty_tool).
    pub async fn call_faulty(&self, failures: usize, calls: usize) {
        for call in 0..calls {
            let fails = call < failures;
            let response = self.call(faulty::NAME, &json!({ "fails": fails })).await;
            assert_eq!(response.status(), if fails { 500 } else { 200 }, "{response}");
        }
    }
}
