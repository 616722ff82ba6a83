//! A store of one object that behaves as badly as a test asks for.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What is wrong with it.
#[derive(Debug, Clone, PartialEq)]
pub enum Quirk {
    None,
    /// Takes every write, whatever its conditions say.
    IgnoresConditions,
    /// Takes a write that is to make the object, though there is one.
    IgnoresIfNoneMatch,
    /// Tells no version of what it has.
    TellsNoVersion,
    /// Answers every write with this status and this code.
    Refuses(u16, &'static str),
    /// Answers everything with this status and this code.
    RefusesAll(u16, &'static str),
    /// Does what the first conditional write asks for, and hangs up instead of saying so.
    LosesAnAnswer,
    /// Before the first write that could succeed, somebody else replaces the object by this text.
    IsFaster(String),
    /// Somebody else replaces the object before every write.
    IsAlwaysFaster,
}

/// The store; it lives as long as the test.
pub struct Fake {
    pub endpoint: String,
    state: Arc<Mutex<State>>,
}

struct State {
    object: Option<Vec<u8>>,
    version: u64,
    quirk: Quirk,
}

impl Fake {
    pub fn new(object: Option<&str>, quirk: Quirk) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let state = State { object: object.map(|text| text.as_bytes().to_vec()), version: 7, quirk };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming() {
                // Whoever hangs up early is not waited for.
                let _ = shared.lock().unwrap().answer(&stream.unwrap());
            }
        });
        Self { endpoint, state }
    }

    pub fn object(&self) -> Option<String> {
        self.state.lock().unwrap().object.clone().map(|bytes| String::from_utf8(bytes).unwrap())
    }
}

impl State {
    fn answer(&mut self, stream: &TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 || line == "\r\n" {
                break;
            }
            lines.push(line.trim().to_owned());
        }
        let header = |name: &str| {
            lines.iter().skip(1).find_map(|line| {
                let (key, value) = line.split_once(": ")?;
                key.eq_ignore_ascii_case(name).then(|| value.to_owned())
            })
        };
        let length = header("content-length").map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let is_put = lines.first().is_some_and(|line| line.starts_with("PUT "));
        let (status, body) = match self.quirk.clone() {
            Quirk::RefusesAll(status, code) => (status, error(code)),
            Quirk::Refuses(status, code) if is_put => (status, error(code)),
            _ if is_put => match self.put(body, header("if-match").as_ref(), header("if-none-match").is_some()) {
                Some(status) => (status, Vec::new()),
                None => return Ok(()),
            },
            _ => self.object.clone().map_or_else(|| (404, error("NoSuchKey")), |object| (200, object)),
        };
        let etag = if self.quirk == Quirk::TellsNoVersion { "X-Nothing" } else { "ETag" };
        let head = format!(
            "HTTP/1.1 {status} Whatever\r\n{etag}: \"{}\"\r\nLast-Modified: Sun, 22 Nov 2026 10:00:00 GMT\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n",
            self.version,
            body.len()
        );
        let mut stream = stream;
        stream.write_all(head.as_bytes())?;
        stream.write_all(&body)
    }

    /// The status to answer with; `None` hangs up.
    fn put(&mut self, body: Vec<u8>, if_match: Option<&String>, if_none_match: bool) -> Option<u16> {
        let meets = |state: &Self| {
            let same = if_match.is_none_or(|tag| *tag == format!("\"{}\"", state.version));
            let exists = state.object.is_some();
            match state.quirk {
                Quirk::IgnoresConditions => true,
                Quirk::IgnoresIfNoneMatch => same,
                _ => same && !(if_none_match && exists) && (exists || if_match.is_none()),
            }
        };
        match self.quirk.clone() {
            Quirk::IsFaster(text) if meets(self) && if_match.is_some() => {
                self.object = Some(text.into_bytes());
                self.version += 1;
                self.quirk = Quirk::None;
            }
            Quirk::IsAlwaysFaster => self.version += 1,
            _ => {}
        }
        if !meets(self) {
            return Some(412);
        }
        self.object = Some(body);
        self.version += 1;
        if self.quirk == Quirk::LosesAnAnswer && if_match.is_some() {
            self.quirk = Quirk::None;
            return None;
        }
        Some(200)
    }
}

fn error(code: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>It says hunter2</Message></Error>").into_bytes()
}
