//! As little of an HTTP client as a load needs: one connection that is kept, one request after the other.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any call may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a client of the current revision says about itself in every request.
const META: &str = concat!(
    r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#,
    r#""io.modelcontextprotocol/clientInfo":{"name":"wire","version":"1.0.0"},"#,
    r#""io.modelcontextprotocol/clientCapabilities":{}}"#,
);

/// A connection that is kept.
pub struct Connection {
    stream: TcpStream,
    /// What came of an answer, and what is free behind it.
    buffer: Vec<u8>,
}

impl Connection {
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; 64 * 1024] })
    }

    /// Sends a request and reads its answer: the status and the body.
    pub fn ask(&mut self, request: &[u8]) -> io::Result<(u16, &[u8])> {
        self.stream.write_all(request)?;
        let mut filled = 0;
        let (status, start, end) = loop {
            if filled == self.buffer.len() {
                self.buffer.resize(2 * filled, 0);
            }
            let read = self.stream.read(&mut self.buffer[filled..])?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            filled += read;
            if let Some((status, start, length)) = head(&self.buffer[..filled])?
                && filled >= start + length
            {
                break (status, start, start + length);
            }
        };
        Ok((status, &self.buffer[start..end]))
    }
}

/// The status, where the body begins and how long it is; nothing while the head is not complete.
fn head(bytes: &[u8]) -> io::Result<Option<(u16, usize, usize)>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let text = str::from_utf8(&bytes[..end]).map_err(io::Error::other)?;
    let status = text.split(' ').nth(1).and_then(|word| word.parse().ok());
    let mut headers = text.lines().filter_map(|line| line.split_once(": "));
    let length = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    match (status, length.and_then(|(_, value)| value.parse().ok())) {
        (Some(status), Some(length)) => Ok(Some((status, end + 4, length))),
        _ => Err(io::Error::other(format!("an answer without a status or a length: {text}"))),
    }
}

/// A `GET` without a body.
pub fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes()
}

/// A call of a tool as the current revision wants it, with what a client says about itself.
pub fn call(tool: &str, arguments: &str) -> Vec<u8> {
    let params = format!(r#"{{"name":"{tool}","arguments":{arguments},"_meta":{META}}}"#);
    let headers = format!("MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n");
    post(&headers, &format!(r#""id":1,"method":"tools/call","params":{params}"#))
}

/// The same as clients before it send it to a server without sessions.
pub fn older_call(tool: &str, arguments: &str) -> Vec<u8> {
    let params = format!(r#"{{"name":"{tool}","arguments":{arguments}}}"#);
    let headers = "MCP-Protocol-Version: 2025-11-25\r\n";
    post(headers, &format!(r#""id":1,"method":"tools/call","params":{params}"#))
}

/// The same over REST.
pub fn rest(tool: &str, arguments: &str) -> Vec<u8> {
    let length = arguments.len();
    format!(
        "POST /api/v1/tools/{tool} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{arguments}"
    )
    .into_bytes()
}

/// Asks for all tools.
pub fn list() -> Vec<u8> {
    let headers = "MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/list\r\n";
    post(headers, &format!(r#""id":1,"method":"tools/list","params":{{"_meta":{META}}}"#))
}

/// Says that a call is cancelled.
pub fn cancelled() -> Vec<u8> {
    let headers = "MCP-Protocol-Version: 2025-11-25\r\n";
    post(headers, r#""method":"notifications/cancelled","params":{"requestId":1}"#)
}

fn post(headers: &str, message: &str) -> Vec<u8> {
    let body = format!(r#"{{"jsonrpc":"2.0",{message}}}"#);
    let length = body.len();
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
