//! A server that does not say that there is no such tool.

use super::is_envelope;
use crate::check::finding::{Findings, Severity};
use crate::check::live::{LiveView, NO_TOOL, Question};
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1019",
    name: "live-unknown-tool",
    severity: Severity::Error,
    summary: "the call of a tool that does not exist is not answered with 404, or as an error that names it",
    docs: "A model invents names of tools, and a person mistypes them. The answer that names what there is none of is \
           what they learn from: 404 over REST, an error of the protocol over MCP.\n\nBuild and start the server as \
           it is in the repository; a server that mcpgen did not make has to say so by itself.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    if let Some(message) = view.get(Question::UnknownTool).and_then(|answer| {
        let envelope = answer.json().unwrap_or_default();
        let names_it = || envelope["message"].as_str().is_some_and(|message| message.contains(NO_TOOL));
        if answer.status != 404 {
            Some(format!("a tool that does not exist is answered with {}, not with 404", answer.status))
        } else if is_envelope(&envelope, "error") && !names_it() {
            Some("the answer to a tool that does not exist does not name it".to_owned())
        } else {
            None
        }
    }) {
        out.add(view.place(Question::UnknownTool), message).help("answer 404 and name the tool in `message`");
    }
    if let Some(message) = view.get(Question::UnknownToolCall).and_then(|answer| {
        let message = answer.message().unwrap_or_default();
        let said = message["error"]["message"].as_str();
        match said {
            None => Some("`tools/call` of a tool that does not exist is no error of the protocol"),
            Some(said) if !said.contains(NO_TOOL) => Some("the error of a tool that does not exist does not name it"),
            Some(_) => None,
        }
    }) {
        let help = "answer with a JSON-RPC error whose `message` names the tool";
        out.add(view.place(Question::UnknownToolCall), message).help(help);
    }
}
