//! An image that does not say on which port it listens.

use parse_dockerfile::Instruction;

use super::Image;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP605",
    name: "missing-expose",
    severity: Severity::Warning,
    summary: "the image does not say which port it listens on",
    docs: "`EXPOSE` tells people and tools which port a container has to be reached on: `docker run -P`, reverse proxies and \
           panels read it.\n\nSay `EXPOSE` with the port of the registry, which `mcpgen ports show NAME` prints.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(image) = Image::of(server) else { return };
    if image.instructions().any(|instruction| matches!(instruction, Instruction::Expose(_))) {
        return;
    }
    let help = match server.registered() {
        Some(known) => format!("say `EXPOSE {}`", known.port),
        None => "say `EXPOSE` with the port that the server listens on".to_owned(),
    };
    out.add(image.place(), "the image exposes no port").help(help);
}
