//! Something that one replica keeps, and the others do not know of.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP212",
    name: "local-state",
    severity: Severity::Warning,
    summary: "a server with several replicas keeps sessions or tasks, of which only one of them knows",
    docs: "A session of a client before 2026-07-28, and a task that is running, are in the memory of the replica that began \
           them. Another one that gets the next request answers that there is no such session or task.\n\nSet `sessions` \
           in `[server]` to `off` (older clients then cannot be asked anything in the middle of a call), leave `task` out, \
           or run one replica; or waive this where whatever stands in front of the replicas leads each client always to \
           the same one.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(spec) = server.sound_spec().filter(|spec| spec.deploy.replicas > 1) else { return };
    let tool = spec.tools.iter().find(|tool| tool.task.is_some());
    if !spec.server.sessions && tool.is_none() {
        return;
    }
    let Some((file, document)) = server.files.get("server.toml").and_then(|file| Some((file, file.document()?))) else {
        return;
    };
    let replicas = spec.deploy.replicas;
    if let Some(sessions) = document.at(&["server", "sessions"]).filter(|_| spec.server.sessions) {
        let message = format!("a session is known to one of the {replicas} replicas only");
        out.add(file.bytes(sessions.span.clone()), message).help("set `sessions` to `off`, or `replicas` to 1");
    }
    if let Some((tool, task)) = tool.and_then(|tool| Some((tool, document.at(&["tools", tool.name.snake(), "task"])?)))
    {
        let message = format!("a task of {} is known to one of the {replicas} replicas only", quote(tool.name.snake()));
        out.add(file.bytes(task.span.clone()), message).help("leave `task` out, or set `replicas` to 1");
    }
}
