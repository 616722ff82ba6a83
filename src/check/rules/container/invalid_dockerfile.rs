//! A Dockerfile that no image can be built from.

use super::suspect;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::visible;

pub static RULE: Rule = Rule {
    id: "MCP609",
    name: "invalid-dockerfile",
    severity: Severity::Error,
    summary: "a Dockerfile cannot be read",
    docs: "A Dockerfile with an unknown instruction, an open quote or no `FROM` builds no image.\n\nMend the place that the \
           finding names; one of ours can be restored from version control.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(file) = suspect(server).filter(|file| file.dockerfile().is_none()) else { return };
    let Err(error) = parse_dockerfile::parse(file.text) else { return };
    // The error says where it is at its end; the place says that better.
    let said = error.to_string();
    let reason = said.split(" at line ").next().unwrap_or_default();
    let place = file.line(error.line().max(1));
    out.add(place, format!("the `Dockerfile` cannot be read: {}", visible(reason)))
        .help("mend it here, or restore it from version control");
}
