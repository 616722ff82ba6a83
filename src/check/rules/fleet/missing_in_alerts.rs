//! Alerts for some servers of the fleet and not for others.

use super::complete;
use crate::check::deployment::{Kind, alerts, of_kind, scalars};
use crate::check::document::Node;
use crate::check::finding::{Findings, Severity};
use crate::check::roster::{Roster, words};
use crate::check::rule::{Check, Rule};
use crate::check::view::FleetView;

pub static RULE: Rule = Rule {
    id: "MCP905",
    name: "missing-in-alerts",
    severity: Severity::Error,
    summary: "there are alerts for servers of the fleet, and not for all of them",
    docs: "A server without alerts fails unseen. Alerts that name no server are for all of them: where there is one on the \
           metrics of the fleet (`mcp_…`), nothing is missing.\n\nAdd the server's alerts; its README says which error rate \
           and response time it should be called for. Or write one alert for all servers, without naming them.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let documents = of_kind(fleet, Kind::Alerts);
    if documents.is_empty() {
        return;
    }
    let roster = Roster::new(fleet.servers);
    let names_none = |rule: &Node| {
        let mut is_certain = false;
        scalars(rule, &mut |node| is_certain |= roster.certain_in(node.word().unwrap_or_default()).next().is_some());
        !is_certain
    };
    let is_on_fleet = |rule: &Node| {
        let expression = rule.get("expr").and_then(Node::word).unwrap_or_default();
        words(expression).any(|word| word.starts_with("mcp_"))
    };
    if documents.iter().flat_map(|document| alerts(document.list)).any(|rule| is_on_fleet(rule) && names_none(rule)) {
        return;
    }
    complete(
        &documents,
        &roster,
        |document, listed| {
            for rule in alerts(document.list) {
                scalars(rule, &mut |node| {
                    let word = node.word().unwrap_or_default();
                    listed.certain.extend(roster.certain_in(word));
                    listed.there.extend(roster.probable_in(word));
                });
            }
        },
        "the list of alerts",
        "add its alerts: its README says when to call; or write one for all servers, without naming them",
        out,
    );
}
