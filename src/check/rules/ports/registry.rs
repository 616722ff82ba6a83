//! A registry that contradicts itself: what `mcpgen ports check` says of it, a rule for each kind of problem.

use super::place_in;
use crate::check::finding::{Findings, Severity};
use crate::check::place::Span;
use crate::check::rule::{Check, Rule};
use crate::check::view::FleetView;
use crate::ports::Code;

pub static INVALID: Rule = Rule {
    id: "MCP504",
    name: "invalid-registry",
    severity: Severity::Error,
    summary: "the ports registry cannot be read, or a merge left its markers in it",
    docs: "While the registry cannot be read, no server can be made, and nobody can say which port is whose. Servers are held \
           against the ports that they were rendered with meanwhile.\n\n`mcpgen ports resolve` makes whole what a merge \
           left in pieces. What somebody edited is restored from version control: only `mcpgen ports` writes the registry.",
    check: Check::Fleet(|fleet, out| report(fleet, &[Code::Malformed, Code::ConflictMarkers], out)),
};

/// Two entries for one server.
pub static DUPLICATE_NAME: Rule = Rule {
    id: "MCP505",
    name: "duplicate-name",
    severity: Severity::Error,
    summary: "two entries of the registry have one name, in one spelling or two",
    docs: "`weather-v2` and `weather_v2` are one server, and it has one port. With two entries, each reader finds the one that \
           it looks for, and they disagree.\n\n`mcpgen ports resolve` keeps one of them.",
    check: Check::Fleet(|fleet, out| report(fleet, &[Code::DuplicateName], out)),
};

/// One port for two servers.
pub static DUPLICATE_PORT: Rule = Rule {
    id: "MCP506",
    name: "duplicate-port",
    severity: Severity::Error,
    summary: "two servers that live have one port",
    docs: "Only one of two servers with one port can be started on a machine. Two branches that each made a server can bring \
           this about without a conflict in git.\n\n`mcpgen ports resolve` moves the newcomer, and renders its files with \
           its new port.",
    check: Check::Fleet(|fleet, out| report(fleet, &[Code::DuplicatePort], out)),
};

/// A port that is not of its range.
pub static OUTSIDE_RANGE: Rule = Rule {
    id: "MCP507",
    name: "outside-range",
    severity: Severity::Error,
    summary: "a server is of a range that does not exist or that its port is not in",
    docs: "Ranges keep generations and teams apart, and firewalls are opened by them. An entry whose port is not in the range \
           that it names was edited by hand.\n\n`mcpgen ports resolve` gives the entry the range that its port is in.",
    check: Check::Fleet(|fleet, out| report(fleet, &[Code::OutsideRange], out)),
};

fn report(fleet: &FleetView<'_>, codes: &[Code], out: &mut Findings) {
    let registry = &fleet.registry;
    let text = registry.text.unwrap_or_default();
    for problem in registry.problems.iter().filter(|problem| codes.contains(&problem.code)) {
        let (line, column) = (problem.line, problem.column);
        let span = Span { line, column, end_line: line, end_column: column };
        let help = problem.help.as_deref().unwrap_or("restore it from version control: only `mcpgen ports` writes it");
        out.add(place_in(registry, text, Some(span)), problem.message.clone()).help(help);
    }
}
