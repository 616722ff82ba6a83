// Owned by mcpgen: edits are overwritten.
//! Whatever comes in at the socket, the server answers or hangs up, and is never at fault.

use std::net::SocketAddr;
use std::time::Duration;

use mcp_base::Auth;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::get;
use crate::dice::{Dice, cases};
use crate::sample;

const PATIENCE: Duration = Duration::from_secs(10);

#[tokio::test]
async fn nothing_from_outside_is_the_servers_fault() {
    for (auth, key) in [(Auth::None, None), (Auth::Bearer, Some(("AUTH_TOKEN", "one")))] {
        let settings: Vec<_> = key.into_iter().chain([("MAX_BODY_BYTES", "5000")]).collect();
        let server = sample::start(auth, &settings).await;
        let address = server.address();
        let mut answered = 0;
        for seed in 0..cases(500) {
            let mut dice = Dice::new(seed);
            let sent = request(&mut dice);
            let answer = exchange(address, &sent).await;
            let told = || format!("seed {seed}: {}\n{answer}", String::from_utf8_lossy(&sent));
            for part in answer.split("HTTP/1.1 ").skip(1) {
                let status: u16 = part.get(..3).and_then(|status| status.parse().ok()).unwrap_or(0);
                // `100` only says to go on. `later` is not written yet, and says so.
                assert!((200..500).contains(&status) || matches!(status, 100 | 501), "{}", told());
                answered += 1;
            }
        }
        assert!(answered > 200, "{answered} answers prove nothing");
        assert_eq!(get(address, "/health").await.status, 200);
        let page = get(address, "/metrics").await.body;
        assert!(page.contains("mcp_in_flight_requests{server=\"sample_v2\"} 1\n"), "{page}");
    }
}

async fn exchange(address: SocketAddr, sent: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    // It may hang up before it has read all of it.
    let _ = stream.write_all(sent).await;
    let _ = stream.shutdown().await;
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(read.is_ok(), "no end comes of {}", String::from_utf8_lossy(sent));
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request, more or less.
fn request(dice: &mut Dice) -> Vec<u8> {
    if dice.below(20) == 0 {
        return noise(dice, 300);
    }
    let method =
        *dice.pick(&["GET", "POST", "POST", "POST", "PUT", "DELETE", "OPTIONS", "get", "A B"]);
    let path = path(dice);
    let version =
        *dice.pick(&["HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2", "HTTP/9.9"]);
    let body = body(dice);
    let mut head = format!("{method} {path} {version}\r\n").into_bytes();
    if dice.below(12) > 0 {
        head.extend(b"Host: localhost\r\nConnection: close\r\n");
    }
    match dice.below(10) {
        0 => {}
        1 => head.extend(b"Content-Length: 99999999999999999999\r\n"),
        2 => head.extend(b"Transfer-Encoding: chunked\r\n"),
        3 => head.extend(format!("Content-Length: {}\r\n", body.len() / 2).as_bytes()),
        4 => head.extend(format!("Content-Length: {}\r\n", body.len() + 9).as_bytes()),
        _ => head.extend(format!("Content-Length: {}\r\n", body.len()).as_bytes()),
    }
    for _ in 0..dice.below(7) {
        header(dice, &mut head);
    }
    head.extend(b"\r\n");
    head.extend(body);
    if dice.below(15) == 0 {
        let place = dice.below(head.len());
        head[place] = byte(dice);
    }
    head
}

fn path(dice: &mut Dice) -> String {
    let path = *dice.pick(&[
        "/mcp",
        "/mcp",
        "/mcp",
        "/mcp/",
        "/health",
        "/ready",
        "/info",
        "/metrics",
        "/openapi.json",
        "/api/v1/status",
        "/api/v1/process",
        "/api/v1/tools/repeat",
        "/api/v1/tools/later",
        "/api/v1/tools/",
        "/api/v1/tools/%00",
        "/api/v1/tools/%ff/x",
        "/api/v1/../../etc/passwd",
        "//",
        "*",
        "http://evil.example/mcp",
        "http://[::1",
    ]);
    match dice.below(8) {
        0 => format!("{path}?{}", "detailed=true&".repeat(dice.below(50))),
        1 => format!("{path}#x"),
        2 => format!("{path}{}", "a".repeat(dice.below(9000))),
        _ => path.to_owned(),
    }
}

fn header(dice: &mut Dice, head: &mut Vec<u8>) {
    const NAMES: [&str; 15] = [
        "Accept",
        "Content-Type",
        "MCP-Protocol-Version",
        "Mcp-Method",
        "Mcp-Name",
        "Mcp-Session-Id",
        "Last-Event-Id",
        "Origin",
        "Host",
        "Authorization",
        "X-Request-Id",
        "traceparent",
        "Expect",
        "Content-Encoding",
        "X y",
    ];
    const VALUES: [&str; 17] = [
        "application/json, text/event-stream",
        "application/json, text/event-stream",
        "text/event-stream",
        "application/json",
        "application/json",
        "application/json; charset=utf-16",
        "2026-07-28",
        "2025-11-25",
        "tools/call",
        "repeat",
        "=?base64?////?=",
        "http://evil.example",
        "Bearer one",
        "Bearer one",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "100-continue",
        "",
    ];
    head.extend(dice.pick(&NAMES).as_bytes());
    head.extend(b": ");
    match dice.below(10) {
        0 => {
            let length = dice.below(2000);
            head.extend(noise(dice, length).iter().filter(|byte| !b"\r\n".contains(byte)));
        }
        _ => head.extend(dice.pick(&VALUES).as_bytes()),
    }
    head.extend(b"\r\n");
}

fn body(dice: &mut Dice) -> Vec<u8> {
    const METHODS: [&str; 16] = [
        "initialize",
        "ping",
        "server/discover",
        "tools/list",
        "tools/call",
        "tools/call",
        "prompts/list",
        "prompts/get",
        "resources/list",
        "resources/templates/list",
        "resources/read",
        "resources/subscribe",
        "completion/complete",
        "logging/setLevel",
        "tasks/get",
        "notifications/cancelled",
    ];
    let meta = concat!(
        r#"{"io.modelcontextprotocol/protocolVersion":"2026-07-28","#,
        r#""io.modelcontextprotocol/clientCapabilities":{}}"#,
    );
    let params = [
        "{}",
        "[]",
        "null",
        r#"{"name":"repeat","arguments":{"text":"a"}}"#,
        r#"{"name":"repeat","arguments":{"text":"a","times":1e400}}"#,
        r#"{"name":"ask","arguments":{"what":"x"},"cursor":"x"}"#,
        r#"{"uri":"sample://files/%2e%2e%2f","level":"debug"}"#,
        r#"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"a"}}"#,
        concat!(
            r#"{"protocolVersion":"2025-11-25","capabilities":{},"#,
            r#""clientInfo":{"name":"a","version":"1"}}"#,
        ),
        r#"{"requestId":1,"reason":"\ud800"}"#,
    ];
    let id = *dice.pick(&["1", "\"a\"", "null", "1.5", "-1", "18446744073709551616", "{}"]);
    let method = *dice.pick(&METHODS);
    let params = *dice.pick(&params);
    let text = match dice.below(9) {
        0 => String::new(),
        1 => params.to_owned(),
        2 => "[".repeat(dice.below(6000)),
        3 => format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params}}}"#),
        4 | 7 if params.len() > 4 => {
            let inside = params.trim_start_matches('{');
            let params = format!(r#"{{"_meta":{meta},{inside}"#);
            format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#)
        }
        5 => format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{params}}}"#),
        _ => format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#),
    };
    let mut body = text.into_bytes();
    match dice.below(10) {
        0 => body.truncate(dice.below(body.len())),
        1 if !body.is_empty() => {
            let place = dice.below(body.len());
            body[place] = byte(dice);
        }
        2 => body.resize(dice.below(8000), b' '),
        _ => {}
    }
    body
}

fn noise(dice: &mut Dice, length: usize) -> Vec<u8> {
    (0..length).map(|_| byte(dice)).collect()
}

fn byte(dice: &mut Dice) -> u8 {
    u8::try_from(dice.below(256)).expect("it is a byte")
}
