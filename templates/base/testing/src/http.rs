// Owned by mcpgen: edits are overwritten.
//! A plain HTTP/1.1 client: one connection for each request, so that nothing is hidden.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::response::Response;

/// Longer than any test waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request that is not sent yet.
#[derive(Debug, Clone)]
#[must_use]
pub struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    pub(crate) with_key: bool,
}

impl Request {
    /// A request with any method.
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            with_key: true,
        }
    }

    /// A `GET`.
    pub fn get(path: &str) -> Self {
        Self::new("GET", path)
    }

    /// A `POST` of JSON.
    pub fn post(path: &str, body: &Value) -> Self {
        let request = Self::new("POST", path).header("Content-Type", "application/json");
        request.body(body.to_string())
    }

    /// Adds a header. A `Host` stands for the one that would be sent otherwise.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the body, which may be anything.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// Leaves out the key that the server asks for.
    pub fn without_key(mut self) -> Self {
        self.with_key = false;
        self
    }

    /// Sends it and reads the whole answer.
    pub(crate) async fn send(&self, address: SocketAddr) -> Response {
        let asked = self.asked();
        let exchange = async {
            let mut stream = TcpStream::connect(address).await?;
            stream.write_all(&self.bytes(address)).await?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await?;
            std::io::Result::Ok(answer)
        };
        match tokio::time::timeout(PATIENCE, exchange).await {
            Ok(Ok(answer)) => Response::parse(&asked, &answer),
            Ok(Err(error)) => panic!("`{asked}` cannot be sent to {address}: {error}"),
            Err(late) => panic!("`{asked}` is not answered in {PATIENCE:?}: {late}"),
        }
    }

    /// What it asks, for messages.
    pub(crate) fn asked(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub(crate) fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let mut lines = vec![format!("{} {} HTTP/1.1", self.method, self.path)];
        let own_host = self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host"));
        if !own_host {
            lines.push(format!("Host: {address}"));
        }
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.push(format!("Content-Length: {}", self.body.len()));
        lines.push("Connection: close\r\n\r\n".to_owned());
        [lines.join("\r\n").as_bytes(), &self.body].concat()
    }
}

/// An answer taken apart; the names of headers are in lower case.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answered {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// Takes an answer apart; what was sent in chunks is put together again.
pub(crate) fn parse(answer: &[u8]) -> Option<Answered> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let body = &answer[end + 4..];
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let chunked =
        headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    let body = if chunked { unchunked(body)? } else { body.to_vec() };
    Some(Answered {
        status,
        headers,
        body,
    })
}

/// The events in as much of an answer as is there: those that are whole.
pub(crate) fn events(received: &[u8]) -> Vec<Value> {
    let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Vec::new();
    };
    let (head, body) = received.split_at(end + 4);
    let head = String::from_utf8_lossy(head).to_lowercase();
    let body = if head.contains("transfer-encoding: chunked") {
        whole_chunks(body)
    } else {
        body.to_vec()
    };
    let text = String::from_utf8_lossy(&body);
    // The last piece is not an event yet, or empty.
    let mut events: Vec<&str> = text.split("\n\n").collect();
    events.pop();
    let data =
        events.iter().flat_map(|event| event.lines()).filter_map(|line| line.strip_prefix("data:"));
    data.filter_map(|data| serde_json::from_str(data.trim()).ok()).collect()
}

/// The chunks that are there to their ends.
fn whole_chunks(mut body: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&body[..end]).unwrap_or_default();
        let Ok(size) = usize::from_str_radix(size.trim(), 16) else { break };
        let Some(chunk) = body.get(end + 2..end + 2 + size) else { break };
        whole.extend_from_slice(chunk);
        let Some(rest) = body.get(end + 2 + size + 2..) else { break };
        body = rest;
    }
    whole
}

fn unchunked(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::new();
    loop {
        let end = body.windows(2).position(|two| two == b"\r\n")?;
        let size = std::str::from_utf8(&body[..end]).ok()?;
        let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.extend_from_slice(body.get(end + 2..end + 2 + size)?);
        body = body.get(end + 2 + size + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_put_together() {
        let answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        let answered = parse(answer).expect("the answer is well formed");
        assert_eq!((answered.status, answered.body.as_slice()), (200, b"abcde".as_slice()));
        assert_eq!(answered.headers, [("transfer-encoding".to_owned(), "chunked".to_owned())]);
    }

    #[test]
    fn events_are_those_that_are_whole() {
        let received = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\
            11\r\ndata: {\"a\":1}\n\nda\r\n7\r\nta: 2\n\n\r\n9\r\ndata: 3\n";
        assert_eq!(events(received), [serde_json::json!({ "a": 1 }), serde_json::json!(2)]);
        assert_eq!(events(b"HTTP/1.1 200 OK\r\n"), Vec::<Value>::new());
    }

    #[test]
    fn an_answer_that_breaks_off_is_none() {
        assert_eq!(parse(b"HTTP/1.1 200 OK\r\nContent-"), None);
        assert_eq!(parse(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), None);
    }

    #[test]
    fn a_host_of_its_own_replaces_the_usual_one() {
        let address = SocketAddr::from(([127, 0, 0, 1], 9));
        let sent = Request::get("/").header("Host", "evil.example").bytes(address);
        let sent = String::from_utf8(sent).expect("it is text");
        assert_eq!(sent.matches("Host:").count(), 1);
        assert!(sent.contains("Host: evil.example\r\n"));
    }
}
