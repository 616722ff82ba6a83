// Owned by mcpgen: edits are overwritten.
//! As little of an HTTP client as these tests need: one request a connection.

use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer, taken apart.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|cause| panic!("{cause}: {self:?}"))
    }

    /// The value of a header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }
}

/// Sends a request and waits for the end of the answer.
pub async fn send(address: SocketAddr, line: &str, headers: &[&str], body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let mut lines = vec![format!("{line} HTTP/1.1"), "Connection: close".to_owned()];
    if !headers.iter().any(|header| header.starts_with("Host: ")) {
        lines.push("Host: localhost".to_owned());
    }
    lines.extend(headers.iter().map(|&header| header.to_owned()));
    lines.push(format!("Content-Length: {}", body.len()));
    let request = format!("{}\r\n\r\n{body}", lines.join("\r\n"));
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("the server answers");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Answer {
        status: status.expect("an answer has a status"),
        head: head.to_owned(),
        body: body.to_owned(),
    }
}

pub async fn get(address: SocketAddr, path: &str) -> Answer {
    send(address, &format!("GET {path}"), &[], "").await
}

/// Calls a tool over REST.
pub async fn call(address: SocketAddr, tool: &str, input: &Value) -> Answer {
    let line = format!("POST /api/v1/tools/{tool}");
    send(address, &line, &["Content-Type: application/json"], &input.to_string()).await
}

/// Sends a request of MCP as clients before 2026-07-28 do.
pub async fn rpc(address: SocketAddr, method: &str, params: &Value) -> Answer {
    let headers = [
        "Content-Type: application/json",
        "Accept: application/json, text/event-stream",
        "MCP-Protocol-Version: 2025-11-25",
    ];
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    send(address, "POST /mcp", &headers, &body.to_string()).await
}

/// Sends a request of MCP as the current revision wants it.
pub async fn current(address: SocketAddr, method: &str, name: &str, params: Value) -> Answer {
    able(address, &json!({}), method, name, params).await
}

/// The same from a client that can do this.
pub async fn able(
    address: SocketAddr,
    capabilities: &Value,
    method: &str,
    name: &str,
    params: Value,
) -> Answer {
    let (headers, body) = request(capabilities, method, name, params);
    let headers: Vec<_> = headers.iter().map(String::as_str).collect();
    send(address, "POST /mcp", &headers, &body).await
}

/// The headers and the body of a request of the current revision.
pub fn request(
    capabilities: &Value,
    method: &str,
    name: &str,
    mut params: Value,
) -> (Vec<String>, String) {
    let given = params["_meta"].take();
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
        "io.modelcontextprotocol/clientCapabilities": capabilities,
    });
    for (key, value) in given.as_object().into_iter().flatten() {
        params["_meta"][key] = value.clone();
    }
    let mut headers = vec![
        "Content-Type: application/json".to_owned(),
        "Accept: application/json, text/event-stream".to_owned(),
        "MCP-Protocol-Version: 2026-07-28".to_owned(),
        format!("Mcp-Method: {method}"),
    ];
    if !name.is_empty() {
        headers.push(format!("Mcp-Name: {name}"));
    }
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    (headers, body.to_string())
}
