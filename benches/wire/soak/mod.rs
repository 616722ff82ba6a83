//! A rendered server under mixed calls for half an hour (`SOAK_SECONDS`), with Debian's `redis-server`.
//!
//! Clients call, vanish, stall, send garbage and cancel; older ones begin sessions, and leave or do not; the upstream fails
//! in bursts; Redis is killed and started again. It fails on a panic, on an answer that nobody meant, on memory, files,
//! threads or sessions that are not given back, and where the counters of `/metrics` differ from what the clients saw.

mod callers;
mod metrics;
mod pests;
mod redis;
mod sessions;

use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

use crate::servers::{self, Server};
use crate::upstream::{Mood, Upstream};
use callers::Seen;
use metrics::Page;
use redis::Redis;
use sessions::Visits;

const SECONDS: u64 = 1800;
const CALLERS: u64 = 4;
const VISITORS: usize = 2;
/// How many clients a server remembers at most.
const MOST_SESSIONS: u64 = 1000;
/// How many seconds a request may take; whoever says nothing for twice as long is forgotten.
const LONGEST_REQUEST: &str = "3";
/// How much more memory it may take at the end than after a fifth of the time, in KiB.
const GROWTH: u64 = 4096;
/// Within this time a server that is left alone must have given everything back.
const REST: Duration = Duration::from_secs(40);

pub fn run() {
    let seconds = env::var("SOAK_SECONDS").map_or(SECONDS, |text| text.parse().expect("`SOAK_SECONDS` is a number"));
    let upstream = Upstream::start();
    let mut redis = Redis::start();
    let url = redis.url();
    let settings = [
        ("CACHE_URL", url.as_str()),
        ("WIRE_MAX_RETRIES", "1"),
        ("REQUEST_TIMEOUT_SECONDS", LONGEST_REQUEST),
        ("SESSION_IDLE_SECONDS", "1"),
    ];
    let mut server =
        Server::start(&servers::generated_with(include_str!("asks.toml")), upstream.address, &[], &settings);
    let (files, threads) = (server.files(), server.status("Threads"));

    let stop = AtomicBool::new(false);
    let begin = Instant::now();
    let (seen, visits, memory, sessions) = thread::scope(|scope| {
        let address = server.address;
        let callers: Vec<_> = (0..CALLERS)
            .map(|seed| {
                scope.spawn({
                    let stop = &stop;
                    move || callers::run(address, seed, stop)
                })
            })
            .collect();
        let visitors: Vec<_> = (0..VISITORS)
            .map(|_| {
                let stop = &stop;
                scope.spawn(move || sessions::run(address, stop))
            })
            .collect();
        for pest in pests::ALL {
            let stop = &stop;
            scope.spawn(move || pest(address, stop));
        }
        let (mut memory, mut sessions) = (0, 0);
        for second in 0..seconds {
            upstream.turn(mood(second));
            // It is away for three seconds of every fifteen.
            match second % 15 {
                6 => redis.kill(),
                9 => redis.restart(),
                _ => {}
            }
            sleep((begin + Duration::from_secs(second + 1)).saturating_duration_since(Instant::now()));
            sessions = sessions.max(Page::of(address).get("mcp_sessions", &[]));
            if second == seconds / 5 {
                memory = server.status("VmRSS");
            }
        }
        upstream.turn(Mood::Fine);
        redis.restart();
        stop.store(true, Ordering::Relaxed);
        let seen = callers.into_iter().map(|caller| caller.join().expect("a caller does not panic"));
        let visits = visitors.into_iter().map(|visitor| visitor.join().expect("a visitor does not panic"));
        let visits = visits.fold(Visits::default(), |all, visits| all.with(&visits));
        (seen.fold(Seen::default(), |all, seen| all.with(&seen)), visits, memory, sessions)
    });

    let page = at_rest(&server, files);
    let (memory_end, files_end, threads_end) = (server.status("VmRSS"), server.files(), server.status("Threads"));
    println!("{seconds} s, {} calls: {seen:?}, {visits:?}", seen.all() + visits.requests());
    println!("sessions: at most {sessions} at once, none at the end");
    println!(
        "memory {memory} KiB, then {memory_end}; files {files}, then {files_end}; threads {threads}, then {threads_end}"
    );
    assert_eq!(server.panics(), 0, "it panicked");
    assert!(memory_end <= memory + GROWTH, "memory grew by {} KiB", memory_end - memory);
    assert!(threads_end <= threads + 1, "threads are not given back");
    assert!((1..=MOST_SESSIONS).contains(&sessions), "{sessions} sessions at once");
    seen.compare(&visits, &page);
    server.stop();
}

/// Mostly fine, and in each half a minute once each of the others.
fn mood(second: u64) -> Mood {
    match second % 30 {
        8..10 => Mood::Failing,
        16..18 => Mood::Gone,
        24..27 => Mood::Slow,
        _ => Mood::Fine,
    }
}

/// The metrics, once nothing runs any more, nobody is remembered and the files of connections are closed. Its pools may
/// keep some.
fn at_rest(server: &Server, files: usize) -> Page {
    const POOLS: usize = 64;
    let begin = Instant::now();
    loop {
        let page = Page::of(server.address);
        // This very request is one.
        let running = page.get("mcp_in_flight_requests", &[]);
        let (open, sessions) = (server.files(), page.get("mcp_sessions", &[]));
        if running == 1 && sessions == 0 && open <= files + POOLS {
            return page;
        }
        assert!(
            begin.elapsed() < REST,
            "{running} requests still run, {sessions} sessions are kept, {open} files are open"
        );
        sleep(Duration::from_millis(200));
    }
}
