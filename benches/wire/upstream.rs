//! The upstream that the servers ask. It answers everything alike, until it is told to fail.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::Duration;

const FORECAST: &str = r#"{"summary":"Rain, later sun","low":4.5,"high":11.0}"#;
/// How long a slow answer takes.
const SLOW: Duration = Duration::from_millis(400);

/// What it does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It answers at once.
    Fine,
    /// It says that it is at fault.
    Failing,
    /// It hangs up.
    Gone,
    /// It answers, but takes its time.
    Slow,
}

const MOODS: [Mood; 4] = [Mood::Fine, Mood::Failing, Mood::Gone, Mood::Slow];

/// An upstream that runs until the process ends.
pub struct Upstream {
    pub address: SocketAddr,
    mood: Arc<AtomicU8>,
}

impl Upstream {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let mood = Arc::new(AtomicU8::new(0));
        let shared = Arc::clone(&mood);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let mood = Arc::clone(&shared);
                thread::spawn(move || answer(stream, &mood));
            }
        });
        Self { address, mood }
    }

    pub fn turn(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::Relaxed);
    }
}

fn answer(mut stream: TcpStream, mood: &AtomicU8) {
    let _ = stream.set_nodelay(true);
    let (mut buffer, mut filled) = ([0; 4096], 0);
    while let Ok(read) = stream.read(&mut buffer[filled..]) {
        filled += read;
        // No request of these servers has a body.
        if buffer[..filled].ends_with(b"\r\n\r\n") {
            filled = 0;
            let mood = MOODS[usize::from(mood.load(Ordering::Relaxed))];
            let (status, body) = if mood == Mood::Failing { ("500 Broken", "{}") } else { ("200 OK", FORECAST) };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            );
            if mood == Mood::Slow {
                thread::sleep(SLOW);
            }
            if mood == Mood::Gone || stream.write_all(answer.as_bytes()).is_err() {
                return;
            }
        }
        if read == 0 || filled == buffer.len() {
            return;
        }
    }
}
