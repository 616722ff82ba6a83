//! Clients that do not behave. They count nothing; the server must bear them.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

use crate::http;

type Pest = fn(SocketAddr, &AtomicBool);

pub const ALL: [Pest; 4] = [vanishes, stalls, babbles, cancels];

/// Hangs up at once after a request that takes a while, or in the midst of one.
fn vanishes(address: SocketAddr, stop: &AtomicBool) {
    let request = http::call("look_up", r#"{"city":"Nowhere"}"#);
    for turn in turns(stop, 10) {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        let end = if turn % 2 == 0 { request.len() } else { turn * 31 % request.len() };
        let _ = stream.write_all(&request[..end]);
        sleep(Duration::from_millis(turn as u64 % 4));
    }
}

/// Keeps connections open and says nothing, or half of what it has to say.
fn stalls(address: SocketAddr, stop: &AtomicBool) {
    let request = http::call("look_up", r#"{"city":"Nowhere"}"#);
    let mut open = std::collections::VecDeque::new();
    for turn in turns(stop, 40) {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        let _ = stream.write_all(&request[..turn * 17 % request.len()]);
        open.push_back(stream);
        if open.len() > 50 {
            open.pop_front();
        }
    }
}

/// Sends what is no HTTP, or HTTP with what is no JSON, and reads whatever is answered.
fn babbles(address: SocketAddr, stop: &AtomicBool) {
    let good = http::call("greet", r#"{"name":"Ada"}"#);
    let mut state = 1_u64;
    for turn in turns(stop, 10) {
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state.to_be_bytes()[0]
        };
        let bytes: Vec<u8> = if turn % 2 == 0 {
            (0..=turn % 500).map(|_| noise()).collect()
        } else {
            // The body is what follows the last line break of the head; its length stays what it was.
            let head = good.windows(4).position(|four| four == b"\r\n\r\n").expect("it has a head") + 4;
            good[..head].iter().copied().chain(good[head..].iter().map(|_| noise())).collect()
        };
        let mut stream = TcpStream::connect(address).expect("the server listens");
        let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let status = answer.get(9..10);
        assert!(status != Some(b"5"), "{bytes:?} was answered {}", String::from_utf8_lossy(&answer));
    }
}

/// Begins a call and says that it is cancelled; begins a session and never comes back.
fn cancels(address: SocketAddr, stop: &AtomicBool) {
    let call = http::call("look_up", r#"{"city":"Nowhere"}"#);
    for _ in turns(stop, 30) {
        let mut calling = TcpStream::connect(address).expect("the server listens");
        let _ = calling.write_all(&call);
        for request in [http::cancelled(), http::initialize()] {
            let mut stream = TcpStream::connect(address).expect("the server listens");
            let _ = stream.write_all(&request);
            let _ = stream.set_read_timeout(Some(Duration::from_secs(1)));
            let _ = stream.read(&mut [0; 1024]);
        }
    }
}

/// Counts until it is told to stop, with a pause of so many milliseconds.
fn turns(stop: &AtomicBool, pause: u64) -> impl Iterator<Item = usize> {
    (1..).take_while(move |_| {
        sleep(Duration::from_millis(pause));
        !stop.load(Ordering::Relaxed)
    })
}
