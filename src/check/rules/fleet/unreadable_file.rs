//! A file that lists servers, and that cannot be read.

use super::workflow::is_workflow;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, FleetView};

pub static RULE: Rule = Rule {
    id: "MCP910",
    name: "unreadable-file",
    severity: Severity::Warning,
    summary: "a workflow, compose file, scrape or client configuration does not parse",
    docs: "By its name the file says how the fleet is built, run, watched or called, and it is no YAML or JSON: whoever reads it \
           fails, and no rule can look into it. Indentation, a tab, or the markers of a merge are what it mostly is.\n\n\
           Correct it where the finding points.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    for file in fleet.all().filter(|file| file.is_suspect() && is_meant(file)) {
        if let Some(Err(unreadable)) = file.documents() {
            let message = format!("the file cannot be read: {}", unreadable.message);
            out.add(file.bytes(unreadable.span.clone()), message).help("correct it where the finding points");
        }
    }
}

/// Whether a file's name says what it is for.
fn is_meant(file: &FileView<'_>) -> bool {
    let name = file.name();
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    let is_deployment = stem.is_some_and(|stem| {
        ["compose", "docker-compose", "docker-stack", "stack", "prometheus", "alerts"]
            .iter()
            .any(|known| stem.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-'])))
    });
    is_deployment || is_workflow(file.path) || matches!(name, "mcp.json" | ".mcp.json")
}
