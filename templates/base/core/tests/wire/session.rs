// Owned by mcpgen: edits are overwritten.
//! A client that has a session, and reads what the server sends as it comes.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::{Answer, send};

/// Longer than any test waits for a message.
const PATIENCE: Duration = Duration::from_secs(20);
const ACCEPT: &str = "Accept: application/json, text/event-stream";

/// A client of 2025-11-25.
pub struct Session {
    address: SocketAddr,
    id: String,
    /// The key that it sends, if it has one.
    key: Option<&'static str>,
    /// What the server said when the client introduced itself.
    pub introduction: Value,
}

impl Session {
    /// Introduces a client that can do this.
    pub async fn start(address: SocketAddr, capabilities: &Value) -> Self {
        Self::start_with(None, address, capabilities).await
    }

    /// The same with a key.
    pub async fn start_with(
        key: Option<&'static str>,
        address: SocketAddr,
        capabilities: &Value,
    ) -> Self {
        let params = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": capabilities,
            "clientInfo": { "name": "test", "version": "1" },
        });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
        let mut headers = vec!["Content-Type: application/json".to_owned(), ACCEPT.to_owned()];
        headers.extend(authorization(key));
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        let answer = send(address, "POST /mcp", &headers, &body.to_string()).await;
        let id = answer.header("mcp-session-id").expect("the server keeps sessions").to_owned();
        let session = Self {
            address,
            id,
            key,
            introduction: messages(&answer.body).remove(0)["result"].take(),
        };
        let done = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        assert_eq!(session.post(&done).await.status, 202);
        session
    }

    /// Another client, with this key, that has learnt the id of the session.
    pub fn stolen(&self, key: &'static str) -> Self {
        Self {
            address: self.address,
            id: self.id.clone(),
            key: Some(key),
            introduction: Value::Null,
        }
    }

    /// The same client with an id that it has made up.
    pub fn made_up(&self) -> Self {
        Self {
            id: "made-up".to_owned(),
            introduction: Value::Null,
            ..*self
        }
    }

    /// Sends any message and waits for the end of the answer.
    pub async fn post(&self, message: &Value) -> Answer {
        let headers = self.headers();
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        send(self.address, "POST /mcp", &headers, &message.to_string()).await
    }

    /// Sends a request and waits for its answer.
    pub async fn ask(&self, method: &str, params: &Value) -> Value {
        let message = json!({ "jsonrpc": "2.0", "id": 5, "method": method, "params": params });
        messages(&self.post(&message).await.body).pop().expect("the server answers")
    }

    /// Sends a request and reads what comes before its answer, too.
    pub async fn open(&self, method: &str, params: &Value) -> Stream {
        let message = json!({ "jsonrpc": "2.0", "id": 6, "method": method, "params": params });
        Stream::open(self.address, "POST /mcp", &self.headers(), &message.to_string()).await
    }

    /// Opens the stream on which the server tells what nobody asked for.
    pub async fn listen(&self) -> Stream {
        Stream::open(self.address, "GET /mcp", &self.headers(), "").await
    }

    /// Answers a request of the server.
    pub async fn answer(&self, asked: &Value, result: &Value) {
        let message = json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result });
        assert_eq!(self.post(&message).await.status, 202);
    }

    /// Leaves.
    pub async fn end(&self) -> Answer {
        let headers = self.headers();
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        send(self.address, "DELETE /mcp", &headers, "").await
    }

    /// Tries to open the stream on which the server tells what nobody asked for.
    pub async fn knock(&self) -> Answer {
        let headers = self.headers();
        let headers: Vec<_> = headers.iter().map(String::as_str).collect();
        send(self.address, "GET /mcp", &headers, "").await
    }

    fn headers(&self) -> Vec<String> {
        let mut headers = vec![
            "Content-Type: application/json".to_owned(),
            ACCEPT.to_owned(),
            "MCP-Protocol-Version: 2025-11-25".to_owned(),
            format!("Mcp-Session-Id: {}", self.id),
        ];
        headers.extend(authorization(self.key));
        headers
    }
}

fn authorization(key: Option<&str>) -> Option<String> {
    key.map(|key| format!("Authorization: Bearer {key}"))
}

/// A stream of events.
pub struct Stream {
    stream: TcpStream,
    read: String,
    /// Where in what is read the next event begins.
    next: usize,
}

impl Stream {
    pub async fn open(address: SocketAddr, line: &str, headers: &[String], body: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.expect("the server listens");
        let mut lines = vec![format!("{line} HTTP/1.1"), "Host: localhost".to_owned()];
        lines.extend_from_slice(headers);
        lines.push(format!("Content-Length: {}", body.len()));
        let request = format!("{}\r\n\r\n{body}", lines.join("\r\n"));
        stream.write_all(request.as_bytes()).await.expect("the server reads");
        Self {
            stream,
            read: String::new(),
            next: 0,
        }
    }

    /// The next message, or nothing once the stream has ended.
    pub async fn next(&mut self) -> Option<Value> {
        loop {
            let rest = &self.read[self.next..];
            if let Some((event, _)) = rest.split_once("\n\n") {
                self.next += event.len() + 2;
                if let Some(message) = messages(event).pop() {
                    return Some(message);
                }
                continue;
            }
            if self.read.ends_with("\r\n0\r\n\r\n") {
                return None;
            }
            let mut bytes = vec![0; 4096];
            let read = timeout(PATIENCE, self.stream.read(&mut bytes)).await;
            match read.expect("the server sends something in time").expect("it can be read") {
                0 => return None,
                length => self.read.push_str(&String::from_utf8_lossy(&bytes[..length])),
            }
        }
    }

    /// The next message of this method; what comes before it is left out.
    pub async fn until(&mut self, method: &str) -> Value {
        loop {
            let message = self.next().await.unwrap_or_else(|| panic!("no `{method}` came"));
            if message["method"] == method {
                return message;
            }
        }
    }
}

/// The messages in the text of an answer: its events, or all of it.
pub fn messages(text: &str) -> Vec<Value> {
    let events = text.lines().filter_map(|line| line.strip_prefix("data:"));
    let found: Vec<_> = events.filter_map(|data| serde_json::from_str(data.trim()).ok()).collect();
    if found.is_empty() { serde_json::from_str(text).into_iter().collect() } else { found }
}
