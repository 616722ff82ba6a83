//! What a running server answered, for the rules to judge.
//!
//! Knows what is asked, and how answers of REST and of MCP are read. Knows no network: the answers are handed in, and
//! whoever gave them is not trusted.

use std::collections::BTreeMap;

use serde_json::Value;

use super::finding::Place;
use crate::spec::Spec;

/// The revision of MCP in which every request says by itself who sends it.
pub const CURRENT: &str = "2026-07-28";

/// The revisions of MCP that a server speaks, the newest first.
pub const REVISIONS: [&str; 5] = [CURRENT, "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/// The name of a tool that no server has.
pub const NO_TOOL: &str = "mcpgen_asks_for_no_tool";

/// The tool that every server has and that changes nothing: the only one that is called.
pub const STATUS_TOOL: &str = "get_status";

/// Its argument, which is given a value of another type.
pub const WRONG_FIELD: &str = "detailed";

/// What is asked of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// Whether it is alive.
    Health,
    /// Whether it is ready.
    Ready,
    /// Who it is.
    Info,
    /// How it is.
    Status,
    /// Its REST side in the words of `OpenAPI`.
    OpenApi,
    /// What it counts.
    Metrics,
    /// Whose access tokens it takes, without a key.
    TokenMetadata,
    /// A path that leads nowhere.
    UnknownPath,
    /// A tool that does not exist, over REST.
    UnknownTool,
    /// A tool with input of the wrong type, over REST.
    WrongInput,
    /// A body that is no JSON, over REST.
    BrokenJson,
    /// The first words of a client of this revision.
    Greeting(&'static str),
    /// The list of tools, for a client of this revision.
    Tools(&'static str),
    /// A list of what there is besides tools.
    Offers(Offer),
    /// A tool that does not exist, over MCP.
    UnknownToolCall,
    /// A tool with input of the wrong type, over MCP.
    WrongInputCall,
    /// A message that is no JSON, over MCP.
    BrokenMessage,
    /// A request under a name that is not the server's.
    ForeignHost(Door),
    /// A request from a page of somebody else.
    ForeignOrigin(Door),
    /// A request without a key.
    NoKey(Door),
    /// A request with a key that is none.
    WrongKey(Door),
}

/// What a server may offer besides tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offer {
    /// `resources/list`.
    Resources,
    /// `resources/templates/list`.
    Templates,
    /// `prompts/list`.
    Prompts,
}

impl Offer {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Resources, Self::Templates, Self::Prompts];

    /// The method that lists it.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Self::Resources => "resources/list",
            Self::Templates => "resources/templates/list",
            Self::Prompts => "prompts/list",
        }
    }

    /// What the list is called in an answer.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Resources => "resources",
            Self::Templates => "resourceTemplates",
            Self::Prompts => "prompts",
        }
    }
}

/// Where a request that is to be refused knocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Door {
    /// `POST /mcp`.
    Mcp,
    /// `GET /info`.
    Info,
    /// `GET /api/v1/status`.
    Rest,
}

impl Door {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mcp, Self::Info, Self::Rest];
}

impl Question {
    /// The method and the path of its request.
    #[must_use]
    pub fn asks(self) -> (&'static str, String) {
        let tool = |name: &str| ("POST", format!("/api/v1/tools/{name}"));
        let (method, path) = match self {
            Self::Health => ("GET", "/health"),
            Self::Ready => ("GET", "/ready"),
            Self::Info => ("GET", "/info"),
            Self::OpenApi => ("GET", "/openapi.json"),
            Self::Metrics => ("GET", "/metrics"),
            Self::Status => ("GET", "/api/v1/status"),
            Self::TokenMetadata => ("GET", "/.well-known/oauth-protected-resource"),
            Self::UnknownPath => ("GET", "/mcpgen-asks-for-nothing"),
            Self::UnknownTool => return tool(NO_TOOL),
            Self::WrongInput | Self::BrokenJson => return tool(STATUS_TOOL),
            Self::Greeting(_)
            | Self::Tools(_)
            | Self::Offers(_)
            | Self::UnknownToolCall
            | Self::WrongInputCall
            | Self::BrokenMessage => ("POST", "/mcp"),
            Self::ForeignHost(door) | Self::ForeignOrigin(door) | Self::NoKey(door) | Self::WrongKey(door) => {
                match door {
                    Door::Mcp => ("POST", "/mcp"),
                    Door::Info => ("GET", "/info"),
                    Door::Rest => ("GET", "/api/v1/status"),
                }
            }
        };
        (method, path.to_owned())
    }

    /// What is asked, in words: `` `GET /health` ``.
    #[must_use]
    pub fn told(self) -> String {
        let (method, path) = self.asks();
        match self {
            Self::Greeting(CURRENT) => format!("`server/discover` of {CURRENT}"),
            Self::Greeting(revision) => format!("`initialize` of {revision}"),
            Self::Tools(revision) => format!("`tools/list` of {revision}"),
            Self::Offers(offer) => format!("`{}`", offer.method()),
            Self::UnknownToolCall | Self::WrongInputCall => "`tools/call`".to_owned(),
            _ => format!("`{method} {path}`"),
        }
    }
}

/// An answer, as long as anyone reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The status of HTTP.
    pub status: u16,
    /// The headers, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The value of a header, whose name is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }

    /// The JSON-RPC message: the body, or the last event of a stream that is an answer.
    #[must_use]
    pub fn message(&self) -> Option<Value> {
        if !self.is_stream() {
            return self.json();
        }
        let events = self.body.lines().filter_map(|line| line.strip_prefix("data:"));
        let mut messages = events.filter_map(|data| serde_json::from_str::<Value>(data.trim()).ok());
        messages.rfind(|message| message.get("result").or(message.get("error")).is_some())
    }

    /// Whether it is a stream of events.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"))
    }
}

/// What became of each question that was asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    /// The answer, or why there is none: the end of a sentence.
    pub given: BTreeMap<Question, Result<Answer, String>>,
    /// Whether time was over before everything was asked.
    pub is_cut_short: bool,
}

/// What is known of the server that should be running there.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Its folder's name: `weather_v2`.
    pub id: &'a str,
    /// The version of its crate.
    pub version: Option<&'a str>,
    /// Its port in the registry.
    pub port: Option<u16>,
    /// Its spec.
    pub spec: &'a Spec,
    /// The lists that it answers when it is rendered from that, under the names that they have in answers.
    pub lists: &'a Value,
}

/// A running server.
#[derive(Debug, Clone, Copy)]
pub struct LiveView<'a> {
    /// Its address, without a `/` at the end.
    pub url: &'a str,
    /// What it answered.
    pub answers: &'a Answers,
    /// The servers that it may be: the one that was named, or those of the fleet; empty: any.
    pub known: &'a [String],
    /// What it should be; none where that is not known.
    pub expected: Option<Expected<'a>>,
}

impl LiveView<'_> {
    /// The answer to a question, where there is one.
    #[must_use]
    pub fn get(&self, question: Question) -> Option<&Answer> {
        self.answers.given.get(&question)?.as_ref().ok()
    }

    /// What a question was put to, as a place.
    #[must_use]
    pub fn place(&self, question: Question) -> Place {
        self.at(&question.asks().1)
    }

    /// A path of the server as a place.
    #[must_use]
    pub fn at(&self, path: &str) -> Place {
        Place { path: format!("{}{path}", self.url), span: None, source: None }
    }

    /// Who the server says it is.
    #[must_use]
    pub fn service_name(&self) -> Option<String> {
        service_name(self.answers)
    }

    /// The tools that it lists, to a client of the newest revision that is told any.
    #[must_use]
    pub fn tools(&self) -> Option<Listed> {
        REVISIONS.into_iter().find_map(|revision| self.tools_of(revision))
    }

    /// The tools that it lists to a client of this revision.
    #[must_use]
    pub fn tools_of(&self, revision: &'static str) -> Option<Listed> {
        let (tools, is_whole) = self.list(Question::Tools(revision), "tools")?;
        Some(Listed { revision, tools, is_whole })
    }

    /// What it lists of an offer, and whether that is all.
    #[must_use]
    pub fn offered(&self, offer: Offer) -> Option<(Vec<Value>, bool)> {
        self.list(Question::Offers(offer), offer.key())
    }

    fn list(&self, question: Question, key: &str) -> Option<(Vec<Value>, bool)> {
        let mut message = self.get(question)?.message()?;
        let is_whole = message["result"]["nextCursor"].is_null();
        // An index that may be changed panics where there is no such key.
        let Value::Array(entries) = message.pointer_mut("/result")?.get_mut(key)?.take() else { return None };
        Some((entries, is_whole))
    }
}

/// Who a server says it is.
#[must_use]
pub fn service_name(answers: &Answers) -> Option<String> {
    let info = answers.given.get(&Question::Info)?.as_ref().ok()?.json()?;
    Some(info["data"]["service_name"].as_str()?.to_owned())
}

/// A list of tools.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The revision of MCP that it was asked for in.
    pub revision: &'static str,
    /// The tools.
    pub tools: Vec<Value>,
    /// Whether these are all.
    pub is_whole: bool,
}

impl Listed {
    /// Their names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tools.iter().filter_map(|tool| tool["name"].as_str())
    }

    /// The tool of this name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&Value> {
        self.tools.iter().find(|tool| tool["name"] == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_in_a_stream_is_found_among_other_messages() {
        let stream = |body: &str| Answer {
            status: 200,
            headers: vec![("content-type".into(), "text/event-stream".into())],
            body: body.into(),
        };
        let body = "data:\n\nevent: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n\
                    data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\n\n";
        assert_eq!(stream(body).message().unwrap()["id"], 1);
        assert_eq!(stream("data: {\n\n").message(), None);
        assert_eq!(stream("").message(), None);
    }

    #[test]
    fn questions_say_what_is_asked() {
        assert_eq!(Question::Health.told(), "`GET /health`");
        assert_eq!(Question::Tools(CURRENT).told(), "`tools/list` of 2026-07-28");
        assert_eq!(Question::Offers(Offer::Templates).told(), "`resources/templates/list`");
        assert_eq!(Question::WrongKey(Door::Rest).asks(), ("GET", "/api/v1/status".to_owned()));
    }
}
