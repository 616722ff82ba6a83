//! Whether memory stays flat over a million calls.

use std::env;

use crate::servers::{self, Server};
use crate::upstream::Upstream;
use crate::{http, load};

const CALLS: usize = 1_000_000;
const CONNECTIONS: usize = 32;
/// How much more it may take at the end than after the first tenth, in KiB: what the allocator keeps differs by this.
const GROWTH: u64 = 2048;

pub fn gate() {
    let calls = env::var("WIRE_CALLS").map_or(CALLS, |text| text.parse().expect("`WIRE_CALLS` is a number"));
    let upstream = Upstream::start();
    let server = Server::start(&servers::generated(), upstream.address, &[], &[]);
    let requests = [
        http::call("greet", r#"{"name":"Ada"}"#),
        http::call("greet", r#"{"name":""}"#),
        http::call("remember", r#"{"city":"Oslo"}"#),
        http::get("/health"),
        http::get("/metrics"),
        http::call("look_up", r#"{"city":"Oslo"}"#),
    ];
    let memory = |calls| {
        load::run(&server, &requests, CONNECTIONS, calls);
        server.status("VmRSS")
    };
    let first = memory(calls / 10);
    let last = memory(calls - calls / 10);
    println!("after {} calls {first} KiB, after {calls} calls {last} KiB", calls / 10);
    assert!(last <= first + GROWTH, "memory grew by {} KiB", last - first);
}
