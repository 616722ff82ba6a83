//! `mcpgen check --live`: servers of all kinds that answer, that do not, and that mean no good.
//!
//! Real servers are asked in the slow tier; what each rule finds is shown beside the rules.

use std::io::{BufRead as _, BufReader, Read as _, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mcpgen::check::live::REVISIONS;

use crate::sandbox::{Ran, Sandbox};

/// A request, as far as a server of a test reads it.
struct Asked {
    /// `GET /health`.
    line: String,
    head: String,
    body: String,
}

/// A server that answers every request with what it is told to, and closes the connection.
struct Server {
    port: u16,
}

impl Server {
    fn start(answer: impl Fn(&Asked, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answer = Arc::clone(&answer);
                thread::spawn(move || serve(stream, &*answer));
            }
        });
        Self { port }
    }

    /// What `mcpgen check --live` says of it, in a folder of its own.
    fn check(&self) -> Ran {
        Sandbox::new().run(&["check", "--output-format", "concise", "--live", &self.url()])
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn serve(mut stream: TcpStream, answer: &(impl Fn(&Asked, &mut TcpStream) + ?Sized)) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|read| read > 0) {}
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().unwrap_or(0))
    });
    let mut body = vec![0; length.unwrap_or(0)];
    let _ = reader.read_exact(&mut body);
    let line = head.lines().next().unwrap_or_default().trim_end_matches(" HTTP/1.1").to_owned();
    answer(&Asked { line, head, body: String::from_utf8_lossy(&body).into_owned() }, &mut stream);
}

fn send(stream: &mut impl Write, status: &str, headers: &str, body: &str) {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n", body.len());
    // A client may have heard enough.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes()));
}

const HEALTHY: &str = "{\"status\":\"healthy\"}";

/// A server that is healthy, and answers one question in another way.
fn with(question: &'static str, answer: impl Fn(&mut TcpStream) + Send + Sync + 'static) -> Server {
    Server::start(move |asked, stream| match asked.line.as_str() {
        line if line == question => answer(stream),
        "GET /health" => send(stream, "200 OK", "", HEALTHY),
        _ => send(stream, "404 Not Found", "", ""),
    })
}

fn has(ran: &Ran, told: &str) {
    assert!(ran.code == Some(1) && ran.stdout.contains(told), "no `{told}` in: {ran:?}");
}

#[test]
fn what_a_foreign_server_lacks_is_told_and_nothing_fails() {
    let ran = with("GET /health", |stream| send(stream, "200 OK", "", HEALTHY)).check();
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for rule in ["ready", "info", "status", "metrics", "openapi", "handshake", "headers", "envelope", "bad-input"] {
        has(&ran, &format!("live-{rule}: "));
    }
    for silent in ["live-health", "live-no-answer", "live-any-host", "live-auth", "live-tools"] {
        assert!(!ran.stdout.contains(silent), "{ran:?}");
    }
    assert_eq!(ran.stdout.matches("live-handshake").count(), 1, "{ran:?}");
}

#[test]
fn a_server_that_is_not_there_is_no_finding() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let ran = Sandbox::new().run(&["check", "--live", &url]);
    ran.refused(&format!("no server can be reached at `{url}`: nothing listens there"));
    assert!(ran.stderr.contains("help: start it"), "{ran:?}");
    let ran = Sandbox::new().run(&["check", "--output-format", "json", "--live", &url]);
    assert!(ran.json()["error"].as_str().unwrap().contains("nothing listens there"), "{ran:?}");
}

#[test]
fn a_url_that_cannot_be_asked_is_refused_and_not_repeated() {
    for (url, why) in [
        ("ftp://host", "it is no URL of a server"),
        ("http://ann:pass-word@127.0.0.1:1", "it has a name in front of `@`"),
        ("http://127.0.0.1:1/?key=pass-word", "it has something behind `?`"),
    ] {
        let ran = Sandbox::new().run(&["check", "--live", url]);
        ran.refused(why);
        assert!(!ran.stderr.contains("pass-word") && ran.stderr.contains("help: "), "{ran:?}");
    }
    if !cfg!(feature = "tls") {
        Sandbox::new().run(&["check", "--live", "https://127.0.0.1:1"]).refused("was built without TLS");
    }
}

#[test]
fn whoever_speaks_no_http_is_no_server() {
    let garbage = Server::start(|_, stream| {
        let _ = stream.write_all(b"SSH-2.0-OpenSSH_9.9\r\n\x00\x1b[31m");
    });
    garbage.check().refused("no server of HTTP answers at");
    let silent = Server::start(|_, _| {});
    silent.check().refused("the connection was closed before the answer was complete");
}

#[test]
fn a_key_is_sent_where_it_is_asked_for_and_never_shown() {
    let locked = || {
        Server::start(|asked, stream| {
            let is_open = asked.head.to_lowercase().contains("authorization: bearer first-key\r\n");
            match asked.line.as_str() {
                "GET /health" => send(stream, "200 OK", "", HEALTHY),
                _ if is_open => send(stream, "404 Not Found", "", ""),
                _ => send(stream, "401 Unauthorized", "WWW-Authenticate: Bearer\r\n", ""),
            }
        })
    };
    let with_key = |key: &str| {
        let sandbox = Sandbox::new();
        let mut command = sandbox.command(&["check", "--output-format", "concise", "--live", &locked().url()]);
        Ran::from(command.env("AUTH_TOKEN", key).output().unwrap())
    };
    locked().check().refused("asks for a key\n  help: set the environment variable `AUTH_TOKEN`");
    for wrong in ["other-key", "bad\u{1}key"] {
        let ran = with_key(wrong);
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(!ran.stderr.contains(wrong), "{ran:?}");
    }
    let ran = with_key("first-key, second-key");
    has(&ran, "live-info");
    assert!(!format!("{ran:?}").contains("first-key"), "{ran:?}");
}

#[test]
fn what_is_too_long_or_too_slow_is_not_waited_for() {
    let started = Instant::now();
    let servers = [
        (
            "its answer is longer than 1 MiB",
            with("GET /openapi.json", |stream| {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
                while stream.write_all(&[b'x'; 4096]).is_ok() {}
            }),
        ),
        (
            "its headers are longer than 64 KiB",
            with("GET /openapi.json", |stream| {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nX-More: ");
                while stream.write_all(&[b'x'; 4096]).is_ok() {}
            }),
        ),
        (
            "it is not HTTP as it should be",
            with("GET /openapi.json", |stream| {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
                while stream.write_all(b"X-More: and more and more and more\r\n").is_ok() {}
            }),
        ),
        (
            "it took longer than 5 seconds",
            with("GET /openapi.json", |stream| {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
                while stream.write_all(b" ").is_ok() {
                    thread::sleep(Duration::from_millis(50));
                }
            }),
        ),
    ];
    let checks = servers.map(|(told, server)| thread::spawn(move || has(&server.check(), told)));
    for check in checks {
        check.join().unwrap();
    }
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

/// As other SDKs do it: sessions, and streams of events that stay open behind the answer.
#[test]
fn a_server_with_sessions_and_open_streams_is_understood() {
    let ended = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&ended);
    let server = Server::start(move |asked, stream| {
        let has_session = asked.head.to_lowercase().contains("mcp-session-id: s1\r\n");
        let event = |stream: &mut TcpStream, result: &str| {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nMcp-Session-Id: s1\r\n\r\n";
            let _ = write!(stream, "{head}data: {{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{result}}}\n\n");
            thread::sleep(Duration::from_mins(1));
        };
        let revision = REVISIONS.into_iter().find(|revision| asked.body.contains(&format!("\"{revision}\"")));
        match (asked.line.as_str(), revision) {
            ("DELETE /mcp", _) => {
                counted.fetch_add(usize::from(has_session), Ordering::Relaxed);
                send(stream, "202 Accepted", "", "");
            }
            ("POST /mcp", Some(revision)) if asked.body.contains("\"initialize\"") => event(
                stream,
                &format!(
                    "{{\"protocolVersion\":\"{revision}\",\"capabilities\":{{\"tools\":{{}}}},\"serverInfo\":{{\"name\":\"x\"}}}}"
                ),
            ),
            ("POST /mcp", _) if has_session && asked.body.contains("\"tools/list\"") => {
                event(stream, "{\"tools\":[{\"name\":\"add\",\"inputSchema\":{\"type\":\"objet\"}}]}");
            }
            _ => send(stream, "404 Not Found", "", ""),
        }
    });
    let started = Instant::now();
    let ran = server.check();
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
    has(&ran, "live-handshake: revision 2026-07-28 of MCP is not spoken as it should be: it answers 404");
    has(&ran, "live-tools: `get_status` and `list_capabilities` are not listed");
    has(&ran, "live-invalid-schema: `inputSchema` of `add` is no valid schema");
    assert_eq!(ran.stdout.matches("live-handshake").count(), 1, "{ran:?}");
    assert_eq!(ended.load(Ordering::Relaxed), 4, "sessions are left open");
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(|_, stream| send(stream, "200 OK", "", "{\"secret\":1}"));
    let to = format!("Location: {}/info\r\n", elsewhere.url());
    let ran = with("GET /info", move |stream| send(stream, "302 Found", &to, "")).check();
    has(&ran, "live-info: `/info` does not say who the server is: it answers 302");
}

#[test]
fn nothing_that_a_server_says_acts_upon_a_terminal() {
    let envelope =
        "{\"status\":\"error\",\"data\":null,\"message\":\"\u{9b}31m\\u001b[2J\u{202e}\",\"timestamp\":\"\"}";
    let ran = with("GET /info", move |stream| send(stream, "500 Oh", "X: \u{9b}\r\n", envelope)).check();
    has(&ran, "live-info");
    assert!(!ran.stdout.contains(['\u{1b}', '\u{9b}', '\u{202e}']), "{ran:?}");
}

#[test]
fn an_overloaded_server_is_asked_again() {
    let asked = AtomicUsize::new(0);
    let ran = with("GET /ready", move |stream| {
        if asked.fetch_add(1, Ordering::Relaxed) == 0 {
            send(stream, "429 Too Many Requests", "Retry-After: 1\r\n", "");
        } else {
            send(stream, "418 A Teapot", "", "");
        }
    })
    .check();
    has(&ran, "live-ready: `/ready` does not say whether the server is ready: it answers 418");
}

#[test]
fn a_server_is_held_against_the_fleet_around() {
    let sandbox = Sandbox::new();
    sandbox.run(&["new", "hello", "--example", "hello"]).fine();
    sandbox.run(&["new", "golden"]).fine();
    let info = |name: &str, port: u16| {
        format!(
            "{{\"status\":\"ok\",\"data\":{{\"service_name\":\"{name}\",\"port\":{port}}},\"message\":\"ok\",\
             \"timestamp\":\"2026-07-28T12:00:00Z\"}}"
        )
    };
    let ask = |name: &str, port: u16, path: &[&str]| {
        let body = info(name, port);
        let server = with("GET /info", move |stream| send(stream, "200 OK", "", &body));
        sandbox.run(&[&["check", "--output-format", "concise", "--live", &server.url()], path].concat())
    };
    let port = sandbox.ports().by_name("hello_v2").unwrap().port;
    let ran = ask("hello_v2", port, &[]);
    assert!(!ran.stdout.contains("live-port") && !ran.stdout.contains("live-other-server"), "{ran:?}");
    let ran = ask("hello_v2", 1, &[]);
    has(&ran, &format!("live-port: the server listens on 1, and {port} is registered for it"));
    has(&ask("other_v2", 1, &[]), "live-other-server: `other_v2` answers here, which is no server of the fleet");
    has(&ask("hello_v2", port, &["golden_v2"]), "live-other-server: `hello_v2` answers here, not `golden_v2`");
    ask("hello_v2", port, &["hello_v2", "golden_v2"]).refused("`--live` asks one server");
    ask("hello_v2", port, &["base"]).refused("`base` is no server");

    // What is selected and waived counts here as elsewhere, and a waiver that only this needs is not stale.
    let ran = ask("hello_v2", 1, &["--select", "live-port"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (Some(1), 1), "{ran:?}");
    let waiver = "\n[[waivers]]\nrule = \"live-port\"\nreason = \"moves next week\"\nexpires = 2999-01-01\n";
    sandbox.write("mcpgen.toml", &(sandbox.read("mcpgen.toml") + waiver));
    assert_eq!(ask("hello_v2", 1, &["--select", "live-port"]).code, Some(0));
    sandbox.run(&["check"]).fine();

    sandbox.write("hello_v2/server.toml", "[server\n");
    ask("hello_v2", 1, &[]).refused("is not a valid spec, so the server cannot be held against it");
}
