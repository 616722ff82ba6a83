//! An image that nobody can ask whether it is well.

use parse_dockerfile::{HealthcheckArguments, Instruction};

use super::{Image, shell};
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP604",
    name: "missing-healthcheck",
    severity: Severity::Error,
    summary: "the image has no `HEALTHCHECK`, or not that of the binary itself",
    docs: "An orchestrator restarts a container that is not healthy, and waits for one that is not yet. The binary asks itself \
           (`weather_v2 healthcheck`): that needs no curl in the image, and knows the port that is really used.\n\nSay \
           `HEALTHCHECK CMD [\"weather_v2\", \"healthcheck\"]`, with an interval. Servers that mcpgen did not make may probe themselves as they can.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(image) = Image::of(server) else { return };
    let probe = image.instructions().find_map(|instruction| match instruction {
        Instruction::Healthcheck(probe) => Some(probe),
        _ => None,
    });
    let help = if server.is_ours() {
        format!("say `HEALTHCHECK CMD [\"{}\", \"healthcheck\"]`", server.id)
    } else {
        "say `HEALTHCHECK CMD` with what asks the server whether it is well".to_owned()
    };
    let Some(probe) = probe else {
        out.add(image.place(), "the image has no `HEALTHCHECK`: nobody sees when the server hangs").help(help);
        return;
    };
    match &probe.arguments {
        HealthcheckArguments::None { none, .. } => {
            let place = image.file.bytes(probe.healthcheck.span.start..none.span.end);
            out.add(place, "`HEALTHCHECK NONE` switches the probe off").help(help);
        }
        HealthcheckArguments::Cmd { cmd, arguments, .. } => {
            let commands = shell::of(arguments);
            let asks_itself = commands.iter().flatten().any(|(word, _)| *word == "healthcheck");
            let first = commands.first().and_then(|words| words.first());
            if let Some((program, span)) = first.filter(|_| server.is_ours() && !asks_itself) {
                let message = format!("the probe is {}, and not that of the binary itself", quote(program));
                out.add(image.file.bytes(cmd.span.start..span.end), message).help(help);
            }
        }
        _ => {}
    }
}
