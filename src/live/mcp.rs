//! The side of MCP: a client of each revision that introduces itself and asks for the tools; one of them also for what else there is.

use serde_json::{Value, json};

use super::Asking;
use super::client::Request;
use crate::check::live::{CURRENT, NO_TOOL, Offer, Question, REVISIONS, STATUS_TOOL, WRONG_FIELD};

/// The revision that most clients speak: what is to be refused is asked in it.
pub const WIDELY_KNOWN: &str = "2025-06-18";

/// The first revision whose clients repeat in a header which one they speak.
const FIRST_WITH_HEADER: &str = "2025-06-18";

/// A client of one revision.
struct Speaker {
    revision: &'static str,
    session: Option<String>,
}

/// Lets a client of each revision speak, and one of them say what is wrong.
pub fn ask(asking: &mut Asking<'_>) {
    let mut heard = None;
    for revision in REVISIONS {
        let Some(speaker) = Speaker::introduce(asking, revision) else { continue };
        let request = speaker.request(asking, "tools/list", json!({}));
        asking.put_as(Question::Tools(revision), &request);
        match heard {
            None => heard = Some(speaker),
            Some(_) => speaker.leave(asking),
        }
    }
    let Some(speaker) = heard else { return };
    for offer in Offer::ALL {
        let request = speaker.request(asking, offer.method(), json!({}));
        asking.put_as(Question::Offers(offer), &request);
    }
    for (question, params) in [
        (Question::UnknownToolCall, json!({ "name": NO_TOOL, "arguments": {} })),
        (Question::WrongInputCall, json!({ "name": STATUS_TOOL, "arguments": { WRONG_FIELD: "perhaps" } })),
    ] {
        let request = speaker.request(asking, "tools/call", params);
        asking.put_as(question, &request);
    }
    let request = speaker.request(asking, "tools/list", json!({})).json("{");
    asking.put_as(Question::BrokenMessage, &request);
    speaker.leave(asking);
}

/// The first request of a client before the current revision.
pub fn greeting(revision: &str, request: Request) -> Request {
    let params = json!({ "protocolVersion": revision, "capabilities": {}, "clientInfo": client_info() });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params });
    request.header("Accept", "application/json, text/event-stream").json(&message.to_string())
}

impl Speaker {
    /// None where the server does not speak that revision.
    fn introduce(asking: &mut Asking<'_>, revision: &'static str) -> Option<Self> {
        let mut speaker = Self { revision, session: None };
        let question = Question::Greeting(revision);
        if revision == CURRENT {
            let request = speaker.request(asking, "server/discover", json!({}));
            asking.put_as(question, &request);
        } else {
            let request = greeting(revision, Request::new("POST", "/mcp".to_owned()));
            asking.put_as(question, &request.key(asking.keys.auth.as_deref()));
        }
        let answer = asking.answers.given.get(&question)?.as_ref().ok()?;
        answer.message().filter(|message| message["result"].is_object())?;
        speaker.session = answer.header("mcp-session-id").map(str::to_owned);
        if revision != CURRENT {
            let done = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
            let request = speaker.http(asking, "notifications/initialized", &done);
            // Nothing that is judged: what follows shows whether it was heard.
            let _ = asking.send(&request);
        }
        Some(speaker)
    }

    /// A server that keeps sessions need not keep this one.
    fn leave(&self, asking: &Asking<'_>) {
        if let Some(session) = &self.session {
            let request = Request::new("DELETE", "/mcp".to_owned()).header("Mcp-Session-Id", session);
            let _ = asking.send(&request.key(asking.keys.auth.as_deref()));
        }
    }

    fn request(&self, asking: &Asking<'_>, method: &str, mut params: Value) -> Request {
        if self.revision == CURRENT {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": self.revision,
                "io.modelcontextprotocol/clientInfo": client_info(),
                "io.modelcontextprotocol/clientCapabilities": {},
            });
        }
        let message = json!({ "jsonrpc": "2.0", "id": 2, "method": method, "params": params });
        self.http(asking, method, &message)
    }

    /// A message with what this revision wants repeated in headers.
    fn http(&self, asking: &Asking<'_>, method: &str, message: &Value) -> Request {
        let mut request = Request::new("POST", "/mcp".to_owned())
            .header("Accept", "application/json, text/event-stream")
            .key(asking.keys.auth.as_deref())
            .json(&message.to_string());
        if self.revision >= FIRST_WITH_HEADER {
            request = request.header("MCP-Protocol-Version", self.revision);
        }
        if let Some(session) = &self.session {
            request = request.header("Mcp-Session-Id", session);
        }
        if self.revision == CURRENT {
            request = request.header("Mcp-Method", method);
            if let Some(name) = message["params"]["name"].as_str() {
                request = request.header("Mcp-Name", name);
            }
        }
        request
    }
}

fn client_info() -> Value {
    json!({ "name": "mcpgen", "version": env!("CARGO_PKG_VERSION") })
}
