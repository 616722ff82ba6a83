// Owned by mcpgen: edits are overwritten.
//! The store behind the cache of running servers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use mcp_base::{
    About, CacheClass, Environment, Error, Hints, Running, Server, StartError, Tool, Value, call,
};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::process::Process;

const SCHEMAS: &str = r#"{ "tools": { "count": {
  "description": "Says how often it ran",
  "input": { "type": "object", "properties": { "city": { "type": "string" } }, "required": ["city"] }
} } }"#;

#[derive(Debug, Deserialize)]
struct CountInput {
    city: String,
}

#[derive(Debug, Serialize)]
struct CountOutput {
    city: String,
    run: usize,
}

#[derive(Default)]
struct Service {
    runs: AtomicUsize,
}

impl Service {
    async fn count(&self, input: CountInput) -> Result<CountOutput, Error> {
        let run = self.runs.fetch_add(1, Ordering::SeqCst) + 1;
        Ok(CountOutput {
            city: input.city,
            run,
        })
    }
}

async fn server(redis: &Process) -> Running {
    let about = About {
        name: "count_v2",
        version: "1.0.0",
        description: "Counts",
        port: 0,
        schemas: SCHEMAS,
    };
    let mut server = Server::new(about, || Ok::<_, StartError>(Service::default()));
    server.tool(Tool {
        name: "count",
        hints: Hints::NONE,
        cache: CacheClass::Medium,
        call: call(Service::count),
    });
    server.extension(crate::extension());
    let environment = Environment::of([("CACHE_URL", redis.url())]);
    server.bind(&environment).await.expect("a server").spawn()
}

/// Sends a request on a connection of its own; gives the body of the answer.
async fn ask(server: &Running, line: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).await.expect("a connection");
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer");
    answer.split_once("\r\n\r\n").expect("a body").1.to_owned()
}

/// Which run of the tool answers for a city.
async fn run(server: &Running, city: &str) -> Value {
    let body = serde_json::json!({ "city": city }).to_string();
    let answer = ask(server, "POST /api/v1/tools/count", &body).await;
    let answer: Value = serde_json::from_str(&answer).expect("JSON");
    assert_eq!(answer["status"], "ok", "{answer}");
    answer["data"]["run"].clone()
}

/// Waits until the server says that its cache is there, or is not.
async fn until(server: &Running, state: &str) {
    let started = Instant::now();
    loop {
        // A dead store is noticed, and a live one found again, by calls that use it.
        run(server, &format!("{:?}", started.elapsed())).await;
        let ready = ask(server, "GET /ready", "").await;
        if ready.contains(&format!("\"{state}\"")) {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "not {state}: {ready}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
#[ignore = "needs `redis-server`"]
async fn replicas_share_answers_and_outlive_their_redis() {
    let mut redis = Process::start();
    let (one, other) = (server(&redis).await, server(&redis).await);
    until(&one, "redis").await;
    until(&other, "redis").await;

    let first = run(&one, "Oslo").await;
    assert_eq!(run(&one, "Oslo").await, first, "from the store");
    assert_eq!(run(&other, "Oslo").await, first, "from the store, too");

    redis.kill();
    until(&one, "degraded").await;
    let second = run(&one, "Oslo").await;
    assert_ne!(second, first, "the store is gone, and what was in it");
    assert_eq!(run(&one, "Oslo").await, second, "from memory");

    redis.restart();
    until(&one, "redis").await;
    let third = run(&one, "Bergen").await;
    assert_eq!(run(&other, "Bergen").await, third, "the replicas share again");
}
