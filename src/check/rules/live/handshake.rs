//! Revisions of MCP that a server does not speak.

use serde_json::Value;

use crate::check::finding::{Findings, Severity};
use crate::check::live::{Answer, CURRENT, LiveView, Question, REVISIONS};
use crate::check::rule::{Check, Rule};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP1011",
    name: "live-handshake",
    severity: Severity::Error,
    summary: "a revision of MCP is not spoken at `/mcp`",
    docs: "Clients of each revision from 2024-11-05 on are answered at `/mcp`: those before 2026-07-28 begin with \
           `initialize` and are told the revision that they asked for, those of 2026-07-28 find out by \
           `server/discover` what the server speaks. All are listed the same tools.\n\nA server that mcpgen rendered \
           speaks all of them. Another one needs a newer SDK, or its MCP mounted at `/mcp`.",
    check: Check::Live(check),
};

const HELP: &str = "mount the server's MCP at `/mcp`, with an SDK that speaks this revision";

fn check(view: &LiveView<'_>, out: &mut Findings) {
    let wrong: Vec<(&str, String)> =
        REVISIONS.into_iter().filter_map(|revision| Some((revision, wrong(view, revision)?))).collect();
    match wrong.as_slice() {
        [(_, first), rest @ ..] if wrong.len() == REVISIONS.len() && rest.iter().all(|(_, why)| why == first) => {
            let place = view.place(Question::Greeting(CURRENT));
            out.add(place, format!("no revision of MCP is spoken at `/mcp`: {first}")).help(HELP);
        }
        _ => {
            for (revision, why) in &wrong {
                let place = view.at("/mcp");
                out.add(place, format!("revision {revision} of MCP is not spoken as it should be: {why}")).help(HELP);
            }
        }
    }
    others(view, out);
}

/// What is wrong with the words of a revision, the first thing alone.
fn wrong(view: &LiveView<'_>, revision: &'static str) -> Option<String> {
    let greeting = view.get(Question::Greeting(revision))?;
    let result = match result(greeting) {
        Ok(result) => result,
        Err(why) => return Some(why),
    };
    if revision == CURRENT {
        let speaks = result["supportedVersions"].as_array().is_some_and(|all| all.iter().any(|one| one == revision));
        if !speaks {
            return Some("`supportedVersions` does not have it".to_owned());
        }
    } else if result["protocolVersion"] != revision {
        let other = result["protocolVersion"].as_str().map_or_else(|| "no revision".to_owned(), quote);
        return Some(format!("it is answered with {other}"));
    } else if !result["serverInfo"]["name"].is_string() {
        return Some("the answer has no `serverInfo`".to_owned());
    }
    if !result["capabilities"]["tools"].is_object() {
        return Some("its `capabilities` have no `tools`".to_owned());
    }
    let tools = result_of(view, revision)?;
    match tools {
        Err(why) => Some(format!("`tools/list`: {why}")),
        Ok(result) if !result["tools"].is_array() => Some("`tools/list` has no `tools`".to_owned()),
        Ok(_) => None,
    }
}

fn result_of(view: &LiveView<'_>, revision: &'static str) -> Option<Result<Value, String>> {
    view.get(Question::Tools(revision)).map(result)
}

/// The result of a JSON-RPC answer, or what came instead.
fn result(answer: &Answer) -> Result<Value, String> {
    let mut message = answer.message().unwrap_or_default();
    if let Some(error) = message["error"].as_object() {
        let said = error.get("message").and_then(Value::as_str).unwrap_or_default();
        return Err(format!("it answers {} with the error {}", answer.status, quote(said)));
    }
    if answer.status == 200 && message["result"].is_object() {
        return Ok(message["result"].take());
    }
    Err(match answer.status {
        200 => "it answers 200 without a result".to_owned(),
        status => format!("it answers {status}"),
    })
}

/// Clients of one revision that are told other tools than those of another.
fn others(view: &LiveView<'_>, out: &mut Findings) {
    let Some(first) = view.tools() else { return };
    for revision in REVISIONS {
        if let Some(listed) = view.tools_of(revision)
            && listed.tools != first.tools
        {
            let message = format!("clients of {revision} are listed other tools than those of {}", first.revision);
            out.add(view.place(Question::Tools(revision)), message).help("list all clients the same tools");
        }
    }
}
