// Owned by mcpgen: edits are overwritten.
//! A client of MCP over HTTP that shows what is on the wire: each call is one JSON-RPC request.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::answers::Answers;
use crate::http::Request;
use crate::response::Response;
use crate::server::TestServer;

/// The code of JSON-RPC for a question that a server does not know.
const METHOD_NOT_FOUND: i64 = -32601;

/// Its code for a body that fails, or that is not written yet.
const INTERNAL_ERROR: i64 = -32603;

/// A revision of each era: the current one, in which every request says by itself who sends it,
/// and one before it, in which a client introduces itself first.
pub const REVISIONS: [&str; 2] = [CURRENT, "2025-06-18"];

const CURRENT: &str = "2026-07-28";

/// A client that speaks one revision of MCP.
#[derive(Debug)]
pub struct Mcp<'s> {
    server: &'s TestServer,
    revision: &'static str,
    session: Option<String>,
    next_id: AtomicU64,
    /// What it answers, where it can be asked.
    answers: Option<Answers>,
}

/// An error of the protocol, which is not the answer of a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct RpcError {
    /// The status of HTTP.
    pub status: u16,
    /// The number that JSON-RPC or MCP gave to it.
    pub code: i64,
    /// What it says.
    pub message: String,
}

/// The answer of a tool.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolResult {
    /// Whether the tool says that it failed.
    pub is_error: bool,
    /// The blocks of the answer.
    pub content: Vec<Value>,
    /// The value beside them.
    pub structured: Option<Value>,
}

/// What is in a resource: `text`, or `blob`, which is in base64.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contents {
    /// Its address.
    pub uri: String,
    /// Its media type.
    pub mime_type: Option<String>,
    text: Option<String>,
    blob: Option<String>,
}

impl<'s> Mcp<'s> {
    pub(crate) async fn connect(server: &'s TestServer, revision: &'static str) -> Self {
        Self::new(server, revision, None).await
    }

    pub(crate) async fn that_answers(
        server: &'s TestServer,
        revision: &'static str,
        answers: Answers,
    ) -> Self {
        Self::new(server, revision, Some(answers)).await
    }

    async fn new(server: &'s TestServer, revision: &'static str, answers: Option<Answers>) -> Self {
        let mut client = Self {
            server,
            revision,
            session: None,
            next_id: AtomicU64::new(1),
            answers,
        };
        if revision != CURRENT {
            client.introduce_itself().await;
        }
        client
    }

    async fn introduce_itself(&mut self) {
        let params = json!({
            "protocolVersion": self.revision,
            "capabilities": self.capabilities(),
            "clientInfo": client_info(),
        });
        let (response, id) = self.send("initialize", params).await;
        self.session = response.header("mcp-session-id").map(str::to_owned);
        let result = match result(&response, id) {
            Ok(result) => result,
            Err(error) => panic!("`initialize` is refused: {error:?}"),
        };
        assert_eq!(result["protocolVersion"], self.revision, "another revision is spoken");
        let done = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        let response = self.server.send(self.http("notifications/initialized", &done)).await;
        assert_eq!(response.status(), 202, "{response}");
    }

    /// Sends a request and returns its result.
    ///
    /// # Errors
    ///
    /// When the server answers with an error of the protocol.
    pub async fn request(&self, method: &str, params: Value) -> Result<Value, RpcError> {
        let mut call = params.clone();
        loop {
            let (response, id) = self.send(method, call).await;
            let result = result(&response, id)?;
            let asked = self.answers.as_ref().and_then(|answers| answers.next_call(&result));
            let Some(more) = asked else { return Ok(result) };
            call = params.clone();
            for (key, value) in more {
                call[key] = value;
            }
        }
    }

    /// What it says about itself.
    fn capabilities(&self) -> Value {
        self.answers.as_ref().map_or_else(|| json!({}), |_| Answers::capabilities())
    }

    /// All that a list such as `tools`, `resources` or `prompts` has, sorted by name.
    pub async fn list(&self, kind: &str) -> Vec<Value> {
        self.listed(&format!("{kind}/list"), kind).await
    }

    /// The templates of the addresses of resources, sorted by name.
    pub async fn resource_templates(&self) -> Vec<Value> {
        self.listed("resources/templates/list", "resourceTemplates").await
    }

    /// Calls a tool.
    pub async fn call(&self, tool: &str, input: &Value) -> ToolResult {
        let params = json!({ "name": tool, "arguments": input });
        ToolResult::new(self.expect("tools/call", params).await)
    }

    /// Reads a resource.
    pub async fn read(&self, uri: &str) -> Contents {
        let mut result = self.expect("resources/read", json!({ "uri": uri })).await;
        match serde_json::from_value(result["contents"][0].take()) {
            Ok(contents) => contents,
            Err(error) => panic!("`{uri}` has no contents: {error}"),
        }
    }

    /// The messages of a prompt.
    pub async fn prompt(&self, name: &str, arguments: &Value) -> Value {
        let params = json!({ "name": name, "arguments": arguments });
        self.expect("prompts/get", params).await["messages"].take()
    }

    /// Asks for values for an argument of a `prompt` or `resource`, which code completes: the server
    /// answers with values, or with the failure of code that is not written yet. One that knows no
    /// such code does not start.
    pub async fn proposes(&self, kind: &str, name: &str, argument: &str) {
        let reference = if kind == "resource" {
            let uri = &self.server.declared("resources")[name]["uri"];
            json!({ "type": "ref/resource", "uri": uri })
        } else {
            json!({ "type": "ref/prompt", "name": name })
        };
        let argument = json!({ "name": argument, "value": "" });
        let params = json!({ "ref": reference, "argument": argument });
        match self.request("completion/complete", params).await {
            Ok(result) => assert!(result["completion"]["values"].is_array(), "{result}"),
            Err(error) => assert_eq!(error.code, INTERNAL_ERROR, "{error:?}"),
        }
    }

    /// The entries of a list; none where the server does not know the question, as it may if it has
    /// none.
    async fn listed(&self, method: &str, key: &str) -> Vec<Value> {
        let mut result = match self.request(method, json!({})).await {
            Ok(result) => result,
            Err(error) if error.code == METHOD_NOT_FOUND => return Vec::new(),
            Err(error) => panic!("`{method}` is refused in {}: {error:?}", self.revision),
        };
        let Value::Array(mut entries) = result[key].take() else {
            panic!("`{method}` has no list `{key}`: {result}")
        };
        entries.sort_by_key(|entry| entry["name"].to_string());
        entries
    }

    async fn expect(&self, method: &str, params: Value) -> Value {
        match self.request(method, params).await {
            Ok(result) => result,
            Err(error) => panic!("`{method}` is refused in {}: {error:?}", self.revision),
        }
    }

    async fn send(&self, method: &str, mut params: Value) -> (Response, u64) {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        if self.revision == CURRENT {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": self.revision,
                "io.modelcontextprotocol/clientInfo": client_info(),
                "io.modelcontextprotocol/clientCapabilities": self.capabilities(),
            });
        }
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        let request = self.http(method, &message);
        let response = match &self.answers {
            Some(answers) if self.session.is_some() => {
                let answer = |message: &Value| Some(self.http("", &answers.to_request(message)?));
                self.server.send_and_answer(request, answer).await
            }
            _ => self.server.send(request).await,
        };
        (response, id)
    }

    /// The message as a request of HTTP, with what this revision wants repeated in headers.
    fn http(&self, method: &str, message: &Value) -> Request {
        let mut request = Request::post("/mcp", message)
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", self.revision);
        if let Some(session) = &self.session {
            request = request.header("Mcp-Session-Id", session);
        }
        if self.revision == CURRENT {
            request = request.header("Mcp-Method", method);
            let params = &message["params"];
            if let Some(name) = params["name"].as_str().or(params["uri"].as_str()) {
                request = request.header("Mcp-Name", &header_value(name));
            }
            for (name, value) in self.server.repeated(params) {
                request = request.header(&format!("Mcp-Param-{name}"), &header_value(&value));
            }
        }
        request
    }
}

impl ToolResult {
    fn new(mut result: Value) -> Self {
        Self {
            is_error: result["isError"] == true,
            content: result["content"].as_array().cloned().unwrap_or_default(),
            structured: result.get_mut("structuredContent").map(Value::take),
        }
    }

    /// The answer as one value, as REST gives it: the structured value, the only text, or all
    /// blocks. A test fails where the tool says that it failed.
    #[must_use]
    #[track_caller]
    pub fn data(self) -> Value {
        assert!(!self.is_error, "the tool failed: {self:?}");
        if let Some(value) = self.structured {
            return value;
        }
        match self.content.as_slice() {
            [one] if one["type"] == "text" => one["text"].clone(),
            blocks => json!({ "content": blocks }),
        }
    }

    /// The answer of a tool that says that it failed, as one value; a test fails where it did not.
    #[must_use]
    #[track_caller]
    pub fn failure(self) -> Value {
        assert!(self.is_error, "the tool did not fail: {self:?}");
        Self {
            is_error: false,
            ..self
        }
        .data()
    }

    /// What the tool says that went wrong; a test fails where nothing did.
    #[must_use]
    #[track_caller]
    pub fn error(&self) -> &str {
        assert!(self.is_error, "the tool did not fail: {self:?}");
        match self.content.first().and_then(|block| block["text"].as_str()) {
            Some(text) => text,
            None => panic!("the tool does not say what went wrong: {self:?}"),
        }
    }
}

impl Contents {
    /// The contents as one value: JSON as what it is, everything else as text.
    #[must_use]
    pub fn data(self) -> Value {
        let is_json = self.mime_type.is_some_and(|mime_type| mime_type.ends_with("json"));
        let text = self.text.or(self.blob).unwrap_or_default();
        let value = if is_json { serde_json::from_str(&text).ok() } else { None };
        value.unwrap_or(Value::String(text))
    }
}

fn client_info() -> Value {
    json!({ "name": "mcp-testing", "version": env!("CARGO_PKG_VERSION") })
}

/// A name as a header may carry it.
fn header_value(name: &str) -> String {
    let plain = name.bytes().all(|byte| matches!(byte, b' '..=b'~')) && name.trim() == name;
    if plain { name.to_owned() } else { format!("=?base64?{}?=", BASE64_STANDARD.encode(name)) }
}

#[track_caller]
fn result(response: &Response, id: u64) -> Result<Value, RpcError> {
    let mut message = message(response);
    assert_eq!(message["jsonrpc"], "2.0", "no JSON-RPC: {response}");
    if let Some(error) = message.get("error") {
        return Err(RpcError {
            status: response.status(),
            code: error["code"].as_i64().unwrap_or_default(),
            message: error["message"].as_str().unwrap_or_default().to_owned(),
        });
    }
    assert_eq!(message["id"], id, "the answer to another request: {response}");
    assert_eq!(response.status(), 200, "a result with another status: {response}");
    Ok(message["result"].take())
}

/// The message itself, or the last event of a stream, which has it.
#[track_caller]
fn message(response: &Response) -> Value {
    if response.header("content-type") != Some("text/event-stream") {
        return response.json();
    }
    let events = response.text().lines().filter_map(|line| line.strip_prefix("data:"));
    let last = events.filter_map(|data| serde_json::from_str(data.trim()).ok()).next_back();
    match last {
        Some(message) => message,
        None => panic!("a stream without a message: {response}"),
    }
}
