// Owned by mcpgen: edits are overwritten.
//! A mock of the service behind a server: answers as it is told and remembers what it was asked.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use percent_encoding::percent_decode_str;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// What the mock answers.
#[derive(Debug, Clone)]
#[must_use]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    delay: Duration,
}

/// A request that the mock was sent.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path as it was on the wire.
    pub path: String,
    /// The parameters behind the `?`, decoded.
    pub query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// A service that listens on a port of its own until its test is over.
#[derive(Debug)]
pub struct Upstream {
    address: SocketAddr,
    script: Arc<Mutex<Script>>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Script {
    next: VecDeque<Answer>,
    always: Answer,
    requests: Vec<Recorded>,
}

impl Answer {
    /// 200 with this JSON.
    pub fn json(value: &Value) -> Self {
        Self::text(&value.to_string()).header("Content-Type", "application/json")
    }

    /// 200 with any text.
    pub fn text(text: &str) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: text.to_owned(),
            delay: Duration::ZERO,
        }
    }

    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        Self::text("").with_status(status)
    }

    /// The same with another status.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, but only after some time.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}

impl Upstream {
    /// Starts a mock that answers 404 until it is told otherwise.
    pub async fn start() -> Self {
        let script = Arc::new(Mutex::new(Script {
            next: VecDeque::new(),
            always: Answer::text("the mock was not told what to answer").with_status(404),
            requests: Vec::new(),
        }));
        let listener = match TcpListener::bind(("127.0.0.1", 0)).await {
            Ok(listener) => listener,
            Err(error) => panic!("the mock of the upstream has no port: {error}"),
        };
        let address = match listener.local_addr() {
            Ok(address) => address,
            Err(error) => panic!("the mock of the upstream has no address: {error}"),
        };
        let task = tokio::spawn(serve(listener, Arc::clone(&script)));
        Self {
            address,
            script,
            task,
        }
    }

    /// Its address, such as `http://127.0.0.1:4711`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it answers from now on.
    pub fn answer(&self, answer: Answer) {
        self.script().always = answer;
    }

    /// What it answers once, before anything else; several are answered in their order.
    pub fn answer_once(&self, answer: Answer) {
        self.script().next.push_back(answer);
    }

    /// Nobody listens at its address any longer.
    pub async fn go_down(&self) {
        self.task.abort();
        while TcpStream::connect(self.address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }

    /// What it was asked so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.script().requests.clone()
    }

    /// How often it was asked so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.script().requests.len()
    }

    /// The one request that it was sent.
    #[must_use]
    #[track_caller]
    pub fn only_request(&self) -> Recorded {
        match <[Recorded; 1]>::try_from(self.requests()) {
            Ok([request]) => request,
            Err(requests) => panic!("one request was expected: {requests:?}"),
        }
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Recorded {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The body as JSON; null if there is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        match serde_json::from_slice(&self.body) {
            Ok(value) => value,
            Err(error) => panic!("the body of {self:?} is no JSON: {error}"),
        }
    }

    async fn read(request: Request<Incoming>) -> Self {
        let (parts, body) = request.into_parts();
        let headers = parts.headers.iter().map(|(name, value)| {
            (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let pairs =
            parts.uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let query = pairs.map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(&name.replace('+', " ")), decoded(&value.replace('+', " ")))
        });
        Self {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: query.collect(),
            headers: headers.collect(),
            body: match body.collect().await {
                Ok(body) => body.to_bytes().to_vec(),
                Err(error) => panic!("the body of a request to the mock breaks off: {error}"),
            },
        }
    }
}

/// A text without its percent-encoding.
pub(crate) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Accepts connections. All of them end with this future, as they do when a service goes down.
async fn serve(listener: TcpListener, script: Arc<Mutex<Script>>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else { continue };
        let script = Arc::clone(&script);
        let answered = service_fn(move |request| answer(Arc::clone(&script), request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answered);
        connections.spawn(connection);
    }
}

async fn answer(
    script: Arc<Mutex<Script>>,
    request: Request<Incoming>,
) -> hyper::http::Result<Response<Full<Bytes>>> {
    let recorded = Recorded::read(request).await;
    let answer = {
        let mut script = script.lock().unwrap_or_else(PoisonError::into_inner);
        script.requests.push(recorded);
        script.next.pop_front().unwrap_or_else(|| script.always.clone())
    };
    tokio::time::sleep(answer.delay).await;
    let mut response = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        response = response.header(name, value);
    }
    response.body(Full::from(answer.body))
}
