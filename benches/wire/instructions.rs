//! How many instructions a call runs: the difference of two runs with n and 2n calls, divided by n, so that the start
//! does not count. One thread and one connection, so that hardly anything is left to chance.

use std::fs;
use std::path::Path;

use crate::http::{self, Connection};
use crate::servers::{self, Server};
use crate::upstream::Upstream;

const CALLS: usize = 2000;

/// The limits, with a little room: what is sent, and how many instructions the generated server may need for it.
fn limits() -> [(&'static str, Vec<u8>, u64); 4] {
    [
        ("`/health`", http::get("/health"), 25_000),
        ("local tool", http::call("greet", r#"{"name":"Ada"}"#), 58_000),
        ("local tool, 2025-11-25", http::older_call("greet", r#"{"name":"Ada"}"#), 50_000),
        ("cached tool", http::call("remember", r#"{"city":"Oslo"}"#), 66_000),
    ]
}

pub fn gate() {
    let [generated, bare, raw] = [servers::generated(), servers::peer("bare"), servers::peer("raw")];
    println!("instructions for each call, from {CALLS} calls");
    println!("{:24} {:>10}  {:>10}  {:>10}  {:>10}", "", "generated", "limit", "bare rmcp", "raw handler");
    let mut broken = Vec::new();
    for (name, request, limit) in limits() {
        let ours = count(&generated, &request);
        let peer = |binary: &Path| if name == "cached tool" { 0 } else { count(binary, &request) };
        println!("{name:24} {ours:>10}  {limit:>10}  {:>10}  {:>10}", peer(&bare), peer(&raw));
        if ours > limit {
            broken.push(format!("{name} takes {ours} instructions; {limit} are allowed"));
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("; "));
}

fn count(binary: &Path, request: &[u8]) -> u64 {
    let [one, two] = [CALLS, 2 * CALLS].map(|calls| run(binary, request, calls));
    (two - one) / CALLS as u64
}

/// All instructions of a server that answers so many calls.
fn run(binary: &Path, request: &[u8], calls: usize) -> u64 {
    let folder = tempfile::tempdir().expect("a folder for files that come and go");
    let out = folder.path().join("out");
    let valgrind = ["valgrind", "--tool=callgrind", &format!("--callgrind-out-file={}", out.display())];
    let settings = [("TOKIO_WORKER_THREADS", "1"), ("SESSIONS", "off")];
    let mut server = Server::start(binary, Upstream::start().address, &valgrind.map(str::to_owned), &settings);
    let mut connection = Connection::open(server.address).expect("the server listens");
    for _ in 0..calls {
        let (status, body) = connection.ask(request).expect("an answer");
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(body));
    }
    drop(connection);
    server.stop();
    let text = fs::read_to_string(&out).expect("callgrind writes what it counted");
    let totals = text.lines().filter_map(|line| line.strip_prefix("totals: ")?.parse::<u64>().ok());
    totals.sum()
}
