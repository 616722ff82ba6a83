//! A server that takes input that it should refuse, or does not say why it refuses it.

use serde_json::Value;

use super::is_envelope;
use crate::check::finding::{Findings, Severity};
use crate::check::live::{Answer, LiveView, Question, STATUS_TOOL, WRONG_FIELD};
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1020",
    name: "live-bad-input",
    severity: Severity::Error,
    summary: "input that does not fit the schema, or is no JSON, is not refused with what is wrong",
    docs: "Input is checked against the schema before a tool sees it. Over REST, wrong input is 422 with every field \
           that is wrong in `data.errors`, and what is no JSON is 400; over MCP, a tool says what is wrong in its \
           answer, and what is no JSON is error -32700. It is asked with `get_status`, which changes \
           nothing.\n\nBuild and start the server as it is in the repository; a server that mcpgen did not make has \
           to check by itself.",
    check: Check::Live(check),
};

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let mut hold = |question: Question, wrong: fn(&Answer) -> Option<String>, help: &str| {
        if let Some(message) = view.get(question).and_then(wrong) {
            out.add(view.place(question), message).help(help);
        }
    };
    hold(Question::WrongInput, wrong_input, "answer 422, with every field that is wrong in `data.errors`");
    hold(Question::BrokenJson, broken_json, "answer 400");
    hold(Question::WrongInputCall, wrong_call, "answer with `isError`, and name the field in the text");
    hold(Question::BrokenMessage, broken_message, "answer 400 with the JSON-RPC error -32700");
}

fn wrong_input(answer: &Answer) -> Option<String> {
    if answer.status != 422 {
        return Some(format!("wrong input of `{STATUS_TOOL}` is answered with {}, not with 422", answer.status));
    }
    let envelope = answer.json().filter(|json| is_envelope(json, "error"))?;
    let errors = envelope["data"]["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_named = errors.iter().any(|error| error["field"].as_str().is_some_and(|field| field.contains(WRONG_FIELD)));
    (!is_named).then(|| format!("the answer to wrong input of `{STATUS_TOOL}` does not name the field `{WRONG_FIELD}`"))
}

fn broken_json(answer: &Answer) -> Option<String> {
    (answer.status != 400).then(|| format!("a body that is no JSON is answered with {}, not with 400", answer.status))
}

fn wrong_call(answer: &Answer) -> Option<String> {
    let message = answer.message().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().contains(WRONG_FIELD);
    let result = &message["result"];
    let is_told = result["isError"] == true
        && result["content"].as_array().is_some_and(|blocks| blocks.iter().any(|block| text(&block["text"])));
    let is_refused = message["error"].is_object() && message["error"].to_string().contains(WRONG_FIELD);
    (!is_told && !is_refused)
        .then(|| format!("wrong input of `{STATUS_TOOL}` over MCP is no error that names the field `{WRONG_FIELD}`"))
}

fn broken_message(answer: &Answer) -> Option<String> {
    let code = answer.message().and_then(|message| message["error"]["code"].as_i64());
    let is_fine = answer.status == 400 && code == Some(-32700);
    (!is_fine).then(|| {
        let code = code.map_or_else(|| "no JSON-RPC error".to_owned(), |code| format!("the error {code}"));
        format!("a message that is no JSON is answered with {} and {code}", answer.status)
    })
}
