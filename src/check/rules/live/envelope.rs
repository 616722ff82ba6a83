//! Answers in another form than all others.

use super::is_envelope;
use crate::check::finding::{Findings, Severity};
use crate::check::live::{Door, LiveView, Question};
use crate::check::rule::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "MCP1014",
    name: "live-envelope",
    severity: Severity::Error,
    summary: "an answer over REST is not `{status, data, message, timestamp}`",
    docs: "Every answer over REST but those of `/health`, `/metrics` and `/openapi.json` has the same form, also \
           where it says no: `status` is `ok` or `error`, `data` what was asked for, `message` a sentence, \
           `timestamp` the time in UTC. A client reads all servers alike.\n\nBuild and start the server as it is in \
           the repository; look at what stands in front of it, such as a proxy that answers by itself.",
    check: Check::Live(check),
};

/// What has an envelope, with the status that it is expected with: with another one, other rules say so.
const ENVELOPED: &[(Question, u16)] = &[
    (Question::Ready, 200),
    (Question::Info, 200),
    (Question::Status, 200),
    (Question::UnknownPath, 404),
    (Question::UnknownTool, 404),
    (Question::WrongInput, 422),
    (Question::BrokenJson, 400),
    (Question::NoKey(Door::Info), 401),
    (Question::NoKey(Door::Rest), 401),
    (Question::ForeignHost(Door::Info), 403),
    (Question::ForeignOrigin(Door::Info), 403),
];

fn check(view: &LiveView<'_>, out: &mut Findings) {
    for (question, status) in ENVELOPED {
        let Some(answer) = view.get(*question).filter(|answer| answer.status == *status) else { continue };
        let said = if *status < 400 { "ok" } else { "error" };
        if !answer.json().is_some_and(|json| is_envelope(&json, said)) {
            let message = format!("the answer {status} to {} is no envelope that says `{said}`", question.told());
            let help = "answer with `{status, data, message, timestamp}`, the time in UTC";
            out.add(view.place(*question), message).help(help);
        }
    }
}
