//! One request at a time, and no more of its answer than anyone reads.

use std::io::{self, ErrorKind, Read as _};
use std::time::{Duration, Instant};

use ureq::{Agent, AsSendBody, Body, Error, Timeout, http};

use super::address::Address;
use crate::check::live::Answer;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest body that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// The longest head that is read, in bytes.
const LONGEST_HEAD: usize = 64 << 10;

/// A request.
#[derive(Clone)]
pub struct Request {
    pub method: &'static str,
    /// Below the address of the server.
    pub path: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<String>,
}

/// Why there is no answer.
#[derive(Debug)]
pub struct Failed {
    /// The end of a sentence.
    pub why: String,
    /// Whether there was not even a connection.
    pub is_unconnected: bool,
}

impl Request {
    pub fn new(method: &'static str, path: String) -> Self {
        Self { method, path, headers: Vec::new(), body: None }
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn key(self, key: Option<&str>) -> Self {
        match key {
            Some(key) => self.header("Authorization", &format!("Bearer {key}")),
            None => self,
        }
    }

    /// Sets the body, which says that it is JSON.
    pub fn json(mut self, body: &str) -> Self {
        self.headers.retain(|(name, _)| *name != "Content-Type");
        self.body = Some(body.to_owned());
        self.header("Content-Type", "application/json")
    }
}

/// A client of one server.
pub struct Client {
    agent: Agent,
    base: String,
}

impl Client {
    pub fn new(address: &Address) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_response_header_size(LONGEST_HEAD)
            // Each question stands for itself, and nobody stands between.
            .max_idle_connections(0)
            .proxy(None)
            .user_agent(concat!("mcpgen/", env!("CARGO_PKG_VERSION")));
        #[cfg(feature = "tls")]
        let config = config
            .tls_config(ureq::tls::TlsConfig::builder().root_certs(ureq::tls::RootCerts::PlatformVerifier).build());
        Self { agent: config.build().new_agent(), base: address.as_str().to_owned() }
    }

    /// Sends a request and reads its answer, at the latest until `deadline`.
    pub fn send(&self, request: &Request, deadline: Instant) -> Result<Answer, Failed> {
        let mut built = http::Request::builder().method(request.method).uri(format!("{}{}", self.base, request.path));
        for (name, value) in &request.headers {
            built = built.header(*name, value);
        }
        // A key that no header can carry is not repeated.
        let unsent = |_| Failed { why: "the request cannot be sent as HTTP".to_owned(), is_unconnected: false };
        match &request.body {
            Some(body) => self.run(built.body(body.as_str()).map_err(unsent)?, deadline),
            None => self.run(built.body(()).map_err(unsent)?, deadline),
        }
    }

    fn run(&self, request: http::Request<impl AsSendBody>, deadline: Instant) -> Result<Answer, Failed> {
        let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
        let request = self.agent.configure_request(request).timeout_global(Some(left.min(PATIENCE))).build();
        let response = self.agent.run(request).map_err(|error| failed(&error))?;
        read(response)
    }
}

fn read(response: http::Response<Body>) -> Result<Answer, Failed> {
    let (head, body) = response.into_parts();
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    let headers = head.headers.iter().map(header).collect();
    let mut answer = Answer { status: head.status.as_u16(), headers, body: String::new() };
    let mut bytes = Vec::new();
    let mut reader = body.into_reader();
    let mut piece = vec![0; 16 << 10];
    loop {
        match reader.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => bytes.extend_from_slice(&piece[..n]),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(failed(&Error::from(error))),
        }
        if bytes.len() > LONGEST {
            return Err(Failed { why: "its answer is longer than 1 MiB".to_owned(), is_unconnected: false });
        }
        // A stream may stay open behind the answer.
        if answer.is_stream() && bytes.ends_with(b"\n") {
            answer.body = String::from_utf8_lossy(&bytes).into_owned();
            if answer.message().is_some() {
                return Ok(answer);
            }
        }
    }
    answer.body = String::from_utf8_lossy(&bytes).into_owned();
    Ok(answer)
}

fn failed(error: &Error) -> Failed {
    let unconnected = |kind: ErrorKind| {
        use ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkDown, NetworkUnreachable};
        matches!(kind, AddrNotAvailable | ConnectionRefused | HostUnreachable | NetworkDown | NetworkUnreachable)
    };
    let is_unconnected = match error {
        Error::HostNotFound | Error::ConnectionFailed | Error::Timeout(Timeout::Resolve | Timeout::Connect) => true,
        Error::Io(error) => unconnected(error.kind()),
        _ => false,
    };
    Failed { why: why(error), is_unconnected }
}

fn why(error: &Error) -> String {
    match error {
        Error::Timeout(_) => "it took longer than 5 seconds".to_owned(),
        Error::HostNotFound => "there is no host of that name".to_owned(),
        Error::LargeResponseHeader(..) => "its headers are longer than 64 KiB".to_owned(),
        Error::Protocol(error) => format!("it is not HTTP as it should be ({error})"),
        Error::Io(error) => io_why(error),
        other => other.to_string(),
    }
}

fn io_why(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => "nothing listens there".to_owned(),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => "it took longer than 5 seconds".to_owned(),
        ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted => {
            "the connection was closed before the answer was complete".to_owned()
        }
        _ => error.to_string(),
    }
}
