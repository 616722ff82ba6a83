//! A spec that asks for another port than the server has.

use std::ops::Range;

use super::is_misnamed;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::spec::PortRequest;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP510",
    name: "spec-port",
    severity: Severity::Warning,
    summary: "`port` in `server.toml` is not the port that the registry has",
    docs: "`port` in a spec is a wish for the first allocation; afterwards the registry decides, and a server may be moved when \
           branches meet. A spec that still says the old port misleads who reads it.\n\n`mcpgen check --fix` writes the \
           registry's port to `server.toml`. Or remove the key: `range` asks for any free port.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let (Some(spec), Some(known)) = (server.sound_spec(), server.registered()) else { return };
    let PortRequest::Exact(wanted) = spec.server.port else { return };
    if wanted == known.port || is_misnamed(server) {
        return;
    }
    let Some(file) = server.files.get("server.toml") else { return };
    let is_number =
        |bytes: &Range<usize>| file.text.get(bytes.clone()).and_then(|text| text.parse().ok()) == Some(wanted);
    let node = file.document().and_then(|node| node.at(&["server", "port"])).filter(|node| is_number(&node.span));
    let place = node.map_or_else(|| file.whole(), |node| file.bytes(node.span.clone()));
    let message = format!(
        "the spec asks for port `{wanted}`, and the registry gives {} port `{}`: the registry decides",
        quote(server.id),
        known.port
    );
    let finding = out.add(place, message);
    finding.help(format!("`mcpgen check --fix` writes `port = {}`; or remove the key", known.port));
    if let Some(node) = node {
        let mut text = file.text.to_owned();
        text.replace_range(node.span.clone(), &known.port.to_string());
        finding.fix(file.full_path(), Some(&text));
    }
}
