//! Clients of 2025-11-25, which the server remembers: most of them leave, and some vanish without a word.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// What such clients did, and were answered as they should.
#[derive(Debug, Default)]
pub struct Visits {
    pub greeted: u64,
    /// They were asked a question in the middle of a call, and answered it.
    pub introduced: u64,
    pub left: u64,
    pub vanished: u64,
}

/// Comes and goes until it is told to stop.
pub fn run(address: SocketAddr, stop: &AtomicBool) -> Visits {
    let mut visits = Visits::default();
    while !stop.load(Ordering::Relaxed) {
        let client = Client::begin(address);
        client.greet();
        visits.greeted += 1;
        match visits.left + visits.vanished {
            visit if visit % 4 != 3 => {
                client.introduce();
                visits.introduced += 1;
                client.leave();
                visits.left += 1;
                continue;
            }
            // With a stream on which nothing ever comes, in the middle of a question, or at rest.
            visit if visit % 3 == 0 => drop(client.send("GET", "")),
            visit if visit % 3 == 1 => drop(client.is_asked()),
            _ => {}
        }
        visits.vanished += 1;
        // So that there are soon as many as there will ever be: what they take is no growth then.
        sleep(Duration::from_millis(200));
    }
    visits
}

impl Visits {
    pub fn with(mut self, other: &Self) -> Self {
        self.greeted += other.greeted;
        self.introduced += other.introduced;
        self.left += other.left;
        self.vanished += other.vanished;
        self
    }

    pub fn requests(&self) -> u64 {
        self.greeted + self.introduced
    }
}

/// A client with a session.
struct Client {
    address: SocketAddr,
    id: String,
}

impl Client {
    fn begin(address: SocketAddr) -> Self {
        let params = json!({
            "protocolVersion": "2025-11-25",
            "capabilities": { "elicitation": {} },
            "clientInfo": { "name": "wire", "version": "1.0.0" },
        });
        let nobody = Self { address, id: String::new() };
        let answer = nobody.post(&request("initialize", &params));
        let id = answer.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("mcp-session-id").then_some(value)
        });
        let client = Self { address, id: id.unwrap_or_else(|| panic!("no session: {answer}")).to_owned() };
        let answer = client.post(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        assert!(is(&answer, 202), "{answer}");
        client
    }

    fn greet(&self) {
        let answer = self.post(&call("greet", &json!({ "name": "Ada" })));
        assert!(is(&answer, 200) && answer.contains("Hello, Ada!"), "{answer}");
    }

    fn introduce(&self) {
        let (mut stream, asked) = self.is_asked();
        let result = json!({ "action": "accept", "content": { "name": "Ada" } });
        let answer = self.post(&json!({ "jsonrpc": "2.0", "id": asked["id"], "result": result }));
        assert!(is(&answer, 202), "{answer}");
        let mut rest = String::new();
        stream.read_to_string(&mut rest).expect("the call is answered");
        assert!(rest.contains("It is Ada."), "{rest}");
    }

    /// Calls a tool that asks, and stops at its question.
    fn is_asked(&self) -> (TcpStream, Value) {
        let mut stream = self.send("POST", &call("introduce", &json!({})).to_string());
        let (mut read, mut bytes) = (String::new(), [0; 1024]);
        loop {
            let length = stream.read(&mut bytes).expect("the server asks");
            assert!(length > 0, "it does not ask: {read}");
            read.push_str(&String::from_utf8_lossy(&bytes[..length]));
            let data = read.lines().filter_map(|line| line.strip_prefix("data:"));
            let mut messages = data.filter_map(|data| serde_json::from_str::<Value>(data.trim()).ok());
            if let Some(asked) = messages.find(|message| message["method"] == "elicitation/create") {
                return (stream, asked);
            }
        }
    }

    /// Leaves, and is not known any more.
    fn leave(&self) {
        let answer = text(self.send("DELETE", ""));
        assert!(is(&answer, 204), "{answer}");
        let answer = self.post(&call("greet", &json!({ "name": "Ada" })));
        assert!(is(&answer, 404), "{answer}");
    }

    fn post(&self, message: &Value) -> String {
        text(self.send("POST", &message.to_string()))
    }

    /// Sends a request on a connection of its own.
    fn send(&self, method: &str, body: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("it can be set");
        let session = match self.id.as_str() {
            "" => String::new(),
            id => format!("MCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: {id}\r\n"),
        };
        let length = body.len();
        let head = format!(
            "{method} /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
             Accept: application/json, text/event-stream\r\n{session}Content-Length: {length}\r\n\r\n"
        );
        stream.write_all((head + body).as_bytes()).expect("the server reads");
        stream
    }
}

fn request(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

fn call(tool: &str, arguments: &Value) -> Value {
    request("tools/call", &json!({ "name": tool, "arguments": arguments }))
}

/// The whole answer.
fn text(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("the server answers");
    answer
}

/// Whether an answer has this status.
fn is(answer: &str, status: u16) -> bool {
    answer.starts_with(&format!("HTTP/1.1 {status} "))
}
