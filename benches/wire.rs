//! What a call costs a rendered server, beside servers without a base: `cargo bench --bench wire`, on Linux.
//!
//! The server of `wire/server.toml`, as it is deployed and with everything on; one with the same tools that is written by
//! hand with rmcp and axum (`wire/bare`); a handler that parses the same JSON-RPC and knows nothing of MCP (`wire/raw`);
//! and, where there is a Python for it, one with its SDK (`wire/python.py`). All are built for release and loaded in turn,
//! A B C A B C. The CPU time is the kernel's own account of the server's threads; ratios are taken round by round, and
//! their medians count.
//!
//! `cargo bench --bench wire -- instructions` counts the instructions of a call with callgrind: the gate of CI, because
//! they do not depend on what else the machine does. `-- memory` calls the server a million times (`WIRE_CALLS`), and
//! `-- soak` mistreats it for half an hour (`SOAK_SECONDS`).

#[path = "wire/http.rs"]
mod http;
#[path = "wire/instructions.rs"]
mod instructions;
#[path = "wire/load.rs"]
mod load;
#[path = "wire/memory.rs"]
mod memory;
#[path = "wire/servers.rs"]
mod servers;
#[path = "wire/soak/mod.rs"]
mod soak;
#[path = "wire/upstream.rs"]
mod upstream;

use std::env;
use std::path::Path;

use load::{Cost, median};
use servers::Server;
use upstream::Upstream;

const ROUNDS: usize = 5;
const CONNECTIONS: [usize; 3] = [1, 32, 256];
/// Requests in a round, for each server.
const REQUESTS: usize = 2048;

const HEALTH: &str = "`/health`";

/// What is promised: at most this many times the CPU time of the bare server for the same call.
const LIMIT: f64 = 1.15;

/// And at least this many times less than with the official SDK for Python, where `WIRE_PYTHON` names an interpreter that
/// has it (`mcp` 2.3).
const PYTHON_LIMIT: f64 = 20.0;
const PYTHON_REQUESTS: usize = 256;

/// A row: what it is called, what is sent, and whether the bare server and the handler answer that too.
struct Case {
    name: &'static str,
    request: Vec<u8>,
    peers: bool,
}

fn main() {
    let words: Vec<String> = env::args().skip(1).filter(|word| word != "--bench").collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => compare(),
        ["instructions"] => instructions::gate(),
        ["memory"] => memory::gate(),
        ["soak"] => soak::run(),
        _ => panic!("nothing, `instructions`, `memory` or `soak`"),
    }
}

fn cases() -> Vec<Case> {
    let case = |name, request, peers| Case { name, request, peers };
    vec![
        case(HEALTH, http::get("/health"), true),
        case("local tool", http::call("greet", r#"{"name":"Ada"}"#), true),
        case("local tool, 2025-11-25", http::older_call("greet", r#"{"name":"Ada"}"#), true),
        case("upstream tool", http::call("look_up", r#"{"city":"Oslo"}"#), true),
        case("cached tool", http::call("remember", r#"{"city":"Oslo"}"#), false),
    ]
}

fn compare() {
    let upstream = Upstream::start();
    let start = |binary: &Path| Server::start(binary, upstream.address, &[], &settings());
    let servers = [servers::generated(), servers::peer("bare"), servers::peer("raw")].map(|binary| start(&binary));
    println!("{ROUNDS} rounds of {REQUESTS} requests each; medians in microseconds");
    println!("{:24} {:>5}  {:>22}  {:>22}  {:>22}  {:>11}", "", "", "generated", "bare rmcp", "raw handler", "CPU");
    let columns = format!("{:>7}{:>7}{:>8}", "cpu", "p50", "p99");
    println!("{:24} {:>5}  {columns}  {columns}  {columns}  / bare  / raw", "", "conn.");
    let mut broken = Vec::new();
    for connections in CONNECTIONS {
        let mut uncached = f64::INFINITY;
        for case in cases() {
            let rounds: Vec<Vec<Cost>> = (0..ROUNDS).map(|_| round(&servers, &case, connections)).collect();
            let ratio = |peer: usize| {
                case.peers.then(|| median(rounds.iter().map(|costs| costs[0].cpu / costs[peer].cpu).collect()))
            };
            print(&case, connections, &rounds, [ratio(1), ratio(2)]);
            // `/health` is no call; what the base adds to it is shown.
            if let Some(ratio) = ratio(1).filter(|ratio| *ratio > LIMIT && case.name != HEALTH) {
                broken.push(format!("{} takes {ratio:.2} times the bare server's CPU, not {LIMIT}", case.name));
            }
            let cpu = |server: usize| median(rounds.iter().map(|costs| costs[server].cpu).collect());
            match case.name {
                "upstream tool" => uncached = cpu(1),
                "cached tool" if cpu(0) >= uncached => broken.push("a cached call costs more than asking".to_owned()),
                _ => {}
            }
        }
    }
    if let Ok(python) = env::var("WIRE_PYTHON") {
        let binary = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/wire/python.py");
        let theirs = Server::start(&binary, upstream.address, &[python], &[]);
        broken.extend(CONNECTIONS.iter().filter_map(|&connections| beside_python(&servers[0], &theirs, connections)));
    }
    assert!(broken.is_empty(), "{}", broken.join("; "));
}

/// Prints how much less CPU time the local tool needs than in Python, and says so where it is not little enough.
fn beside_python(ours: &Server, theirs: &Server, connections: usize) -> Option<String> {
    let request = [http::call("greet", r#"{"name":"Ada"}"#)];
    let round =
        || [ours, theirs].map(|server| load::run(server, &request, connections, PYTHON_REQUESTS.max(2 * connections)));
    let rounds: Vec<[Cost; 2]> = (0..ROUNDS).map(|_| round()).collect();
    let of = |cost: fn(&Cost) -> f64| median(rounds.iter().map(|[_, theirs]| cost(theirs)).collect());
    let times = median(rounds.iter().map(|[ours, theirs]| theirs.cpu / ours.cpu).collect());
    let (cpu, p50, p99) = (of(|cost| cost.cpu), of(|cost| cost.p50), of(|cost| cost.p99));
    println!("{:24} {connections:>5}  {cpu:.0} {p50:.0} {p99:.0} in Python, {times:.0} times the CPU", "local tool");
    (times < PYTHON_LIMIT).then(|| format!("Python takes {times:.1} times the CPU only, not {PYTHON_LIMIT}"))
}

/// Loads each server once with the same; only the first one, where the others do not have it.
fn round(servers: &[Server], case: &Case, connections: usize) -> Vec<Cost> {
    let servers = if case.peers { servers } else { &servers[..1] };
    let requests = std::slice::from_ref(&case.request);
    servers.iter().map(|server| load::run(server, requests, connections, REQUESTS)).collect()
}

fn print(case: &Case, connections: usize, rounds: &[Vec<Cost>], ratios: [Option<f64>; 2]) {
    let column = |server: usize| {
        let of = |cost: fn(&Cost) -> f64| median(rounds.iter().map(|costs| cost(&costs[server])).collect());
        format!("{:>7.1}{:>7.0}{:>8.0}", of(|cost| cost.cpu), of(|cost| cost.p50), of(|cost| cost.p99))
    };
    let columns: Vec<String> =
        (0..3).map(|at| if at < rounds[0].len() { column(at) } else { " ".repeat(22) }).collect();
    let ratios = ratios.map(|ratio| ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.2}")));
    println!("{:24} {connections:>5}  {}  {:>6}  {:>5}", case.name, columns.join("  "), ratios[0], ratios[1]);
}

/// The servers beside it have no sessions either, and 256 connections are more than all places but one.
fn settings() -> [(&'static str, &'static str); 2] {
    [("SESSIONS", "off"), ("MAX_CONCURRENCY", "1024")]
}
