//! A server whose files were rendered with another port than the registry has.

use super::value_of;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::ports::Status;
use crate::record;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP502",
    name: "other-port",
    severity: Severity::Error,
    summary: "a server was rendered with another port than the registry has",
    docs: "The registry decides which port a server has; its code, image and documentation say the one that they were \
           rendered with. The two part when a merge moves a server, or when somebody edits the registry.\n\n`mcpgen ports \
           resolve` renders the server's files with the port of the registry.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(known) = server.registered().filter(|known| known.status != Status::Released) else { return };
    let Some(rendered) = server.rendered().and_then(|record| record.inputs.port) else { return };
    if rendered == known.port {
        return;
    }
    let place = server.files.get(record::FILE).map(|file| value_of(file, &["port"]));
    let message = format!(
        "{} has port `{}` in the registry, but its files were rendered with `{rendered}`",
        quote(server.id),
        known.port
    );
    out.add(place.unwrap_or_else(|| server.files.place("")), message)
        .help("`mcpgen ports resolve` renders them with the port of the registry");
}
