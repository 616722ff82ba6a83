//! Loads a server from many connections and says what that cost.

use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use crate::http::Connection;
use crate::servers::Server;

/// What a load cost.
pub struct Cost {
    /// Microseconds of CPU for each request.
    pub cpu: f64,
    /// Microseconds that half of the requests took at most, and all but one in a hundred.
    pub p50: f64,
    pub p99: f64,
}

/// Sends the requests in turn, so many in all, over so many connections that are open at once.
pub fn run(server: &Server, requests: &[Vec<u8>], connections: usize, count: usize) -> Cost {
    let each = count.div_ceil(connections);
    let (ready, go) = (Barrier::new(connections + 1), Barrier::new(connections + 1));
    let (mut times, cpu) = thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|worker| {
                let (ready, go) = (&ready, &go);
                let work = move || {
                    let mut connection = Connection::open(server.address).expect("the server listens");
                    ready.wait();
                    go.wait();
                    let send = |turn: usize| {
                        let begin = Instant::now();
                        let (status, body) = connection.ask(&requests[turn % requests.len()]).expect("an answer");
                        let took = begin.elapsed().as_secs_f64() * 1e6;
                        assert_eq!(status, 200, "{}", String::from_utf8_lossy(body));
                        debug_assert!(!body.is_empty());
                        took
                    };
                    (worker..worker + each).map(send).collect::<Vec<_>>()
                };
                thread::Builder::new().stack_size(256 * 1024).spawn_scoped(scope, work).expect("a thread")
            })
            .collect();
        ready.wait();
        let before = server.cpu();
        go.wait();
        let times: Vec<f64> = workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect();
        (times, server.cpu() - before)
    });
    times.sort_unstable_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "a few million at most")]
    let cpu = cpu / times.len() as f64;
    Cost { cpu, p50: times[times.len() / 2], p99: times[times.len() * 99 / 100] }
}

/// The one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
