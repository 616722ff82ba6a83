//! Asks a running server what a client would ask.
//!
//! Knows HTTP, and the order in which things are asked; only this module names the client of HTTP. What comes back is
//! plain data in [`Answers`], for the rules to judge. Nothing that a server sends is trusted: every answer is bounded
//! in size and time, no redirect is followed, and nothing but `get_status` is called, with input that is refused.

mod address;
mod client;
mod mcp;

use std::fmt;
use std::time::{Duration, Instant};

use client::{Client, Failed, Request};

pub use address::{Address, WrongAddress};

use crate::check::live::{Answer, Answers, Door, Question, WRONG_FIELD};

/// How long all questions may take together.
const PATIENCE: Duration = Duration::from_mins(1);

/// A name that no server has.
const FOREIGN: &str = "mcpgen.invalid";

/// A key that no server takes.
const WRONG_KEY: &str = "no-key-of-this-server";

/// What opens the doors of a server. Never printed.
#[derive(Clone, Default)]
pub struct Keys {
    /// The key for everything but probes.
    pub auth: Option<String>,
    /// The key for `/metrics`, where that has one of its own.
    pub metrics: Option<String>,
}

impl Keys {
    /// An answer without the keys in it: a server may repeat what it was sent, and findings repeat what it says.
    fn hidden_in(&self, mut answer: Answer) -> Answer {
        for key in [&self.auth, &self.metrics].into_iter().flatten().filter(|key| !key.is_empty()) {
            let texts = answer.headers.iter_mut().map(|(_, value)| value).chain([&mut answer.body]);
            for text in texts.filter(|text| text.contains(key.as_str())) {
                *text = text.replace(key.as_str(), "…");
            }
        }
        answer
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

/// Why a server cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreachable {
    /// There is no connection.
    NoConnection(String),
    /// Whoever is there does not answer.
    NoAnswer(String),
    /// It wants a key, and none was given.
    NeedsKey,
    /// It does not take the key that was given.
    RefusesKey,
    /// It is not to be called by this name.
    RefusesHost,
}

/// Asks everything.
///
/// # Errors
///
/// When there is no server to ask, or it lets nobody in.
pub fn ask(address: &Address, keys: &Keys) -> Result<Answers, Unreachable> {
    let client = Client::new(address);
    let mut asking = Asking { client, keys, answers: Answers::default(), deadline: Instant::now() + PATIENCE };
    asking.introduce()?;
    asking.rest();
    mcp::ask(&mut asking);
    asking.refusals();
    asking.put(Question::Metrics);
    Ok(asking.answers)
}

/// Questions that are being put to a server.
struct Asking<'a> {
    client: Client,
    keys: &'a Keys,
    answers: Answers,
    deadline: Instant,
}

impl Asking<'_> {
    /// Whether there is a server, and whether it lets us in.
    fn introduce(&mut self) -> Result<(), Unreachable> {
        for question in [Question::Health, Question::Info, Question::Ready] {
            let request = self.request(question);
            match self.send(&request) {
                Err(Failed { why, is_unconnected: true }) if self.is_unheard() => {
                    return Err(Unreachable::NoConnection(why));
                }
                other => self.keep(question, other.map_err(|failed| failed.why)),
            }
        }
        if self.is_unheard() {
            let why = self.answers.given.values().find_map(|given| given.as_ref().err().cloned());
            return Err(Unreachable::NoAnswer(why.unwrap_or_default()));
        }
        match self.answers.given.get(&Question::Info) {
            Some(Ok(Answer { status: 401, .. })) if self.keys.auth.is_none() => Err(Unreachable::NeedsKey),
            Some(Ok(Answer { status: 401, .. })) => Err(Unreachable::RefusesKey),
            Some(Ok(Answer { status: 403, body, .. })) if body.contains("`Host`") => Err(Unreachable::RefusesHost),
            _ => Ok(()),
        }
    }

    /// Whether nothing was answered yet.
    fn is_unheard(&self) -> bool {
        self.answers.given.values().all(Result::is_err)
    }

    fn rest(&mut self) {
        use Question::{BrokenJson, OpenApi, Status, TokenMetadata, UnknownPath, UnknownTool, WrongInput};
        for question in [Status, OpenApi, TokenMetadata, UnknownPath, UnknownTool, WrongInput, BrokenJson] {
            self.put(question);
        }
    }

    /// What a server has to refuse.
    fn refusals(&mut self) {
        for door in Door::ALL {
            self.put(Question::NoKey(door));
            self.put(Question::WrongKey(door));
        }
        for door in [Door::Mcp, Door::Info] {
            self.put(Question::ForeignHost(door));
            self.put(Question::ForeignOrigin(door));
        }
    }

    /// Asks, and keeps the answer.
    fn put(&mut self, question: Question) {
        let request = self.request(question);
        self.put_as(question, &request);
    }

    /// Asks with this request, and keeps the answer.
    fn put_as(&mut self, question: Question, request: &Request) {
        if Instant::now() >= self.deadline {
            self.answers.is_cut_short = true;
            return;
        }
        let answer = self.send(request).map_err(|failed| failed.why);
        self.keep(question, answer);
    }

    fn keep(&mut self, question: Question, answer: Result<Answer, String>) {
        self.answers.given.insert(question, answer);
    }

    /// Sends a request; where the server wants to be asked later, does so.
    fn send(&self, request: &Request) -> Result<Answer, Failed> {
        const TIMES: usize = 3;
        for _ in 0..TIMES {
            let answer = self.keys.hidden_in(self.client.send(request, self.deadline)?);
            if !matches!(answer.status, 429 | 503) || answer.header("retry-after").is_none() {
                return Ok(answer);
            }
            let left = self.deadline.saturating_duration_since(Instant::now());
            std::thread::sleep(left.min(Duration::from_secs(1)));
        }
        let why = "it is overloaded, or asks for fewer requests a second";
        Err(Failed { why: why.to_owned(), is_unconnected: false })
    }

    /// The request of a question.
    fn request(&self, question: Question) -> Request {
        let (method, path) = question.asks();
        let mut request = Request::new(method, path);
        if path_is_mcp(&request) {
            request = mcp::greeting(mcp::WIDELY_KNOWN, request);
        }
        match question {
            Question::UnknownTool => request.json("{}"),
            Question::WrongInput => request.json(&format!("{{\"{WRONG_FIELD}\":\"perhaps\"}}")),
            Question::BrokenJson | Question::BrokenMessage => request.json("{"),
            Question::ForeignHost(_) => request.header("Host", FOREIGN),
            Question::ForeignOrigin(_) => request.header("Origin", &format!("https://{FOREIGN}")),
            _ => request,
        }
        .key(self.key(question))
    }

    fn key(&self, question: Question) -> Option<&str> {
        match question {
            Question::Health | Question::Ready | Question::TokenMetadata | Question::NoKey(_) => None,
            Question::WrongKey(_) => Some(WRONG_KEY),
            Question::Metrics => self.keys.metrics.as_deref(),
            _ => self.keys.auth.as_deref(),
        }
    }
}

fn path_is_mcp(request: &Request) -> bool {
    request.path == "/mcp"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_repeats_of_a_key_is_hidden() {
        let keys = Keys { auth: Some("opens-all".to_owned()), metrics: Some(String::new()) };
        let headers = vec![("x-echo".to_owned(), "Bearer opens-all".to_owned())];
        let answer = keys.hidden_in(Answer { status: 500, headers, body: "boo opens-all, opens-all".to_owned() });
        assert_eq!((answer.headers[0].1.as_str(), answer.body.as_str()), ("Bearer …", "boo …, …"));
    }
}
