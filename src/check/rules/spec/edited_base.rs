//! A file of the base, or of the fleet, that somebody edited or that is not of these templates.

use super::{Stale, drift};
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::FleetView;

pub static RULE: Rule = Rule {
    id: "MCP208",
    name: "edited-base",
    severity: Severity::Error,
    summary: "an Owned file of the base or of the fleet was edited",
    docs: "All servers of a fleet share the crates in `base/`: what is changed there by hand changes every server, and the \
           next update takes it back. Where another error or warning is reported about the file, this one is \
           silent.\n\n`mcpgen check --diff` shows the edit, whichever rule speaks. What your servers need beyond the base \
           belongs into a crate of your own. Then delete the file, and `mcpgen check --fix` renders it again.",
    check: Check::Fleet(check),
};

/// The same for files that nobody edited.
pub static OUTDATED: Rule = Rule {
    id: "MCP210",
    name: "outdated-base",
    severity: Severity::Warning,
    summary: "the base was rendered by an older mcpgen, which would render it otherwise today",
    docs: "The templates of the base have changed since it was rendered. Its files are as they were rendered: nobody edited \
           them.\n\n`mcpgen check --fix` renders it anew. Read the difference before you commit it, and run the tests.",
    check: Check::Fleet(check_outdated),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    for file in fleet.own.suspects() {
        drift::report(file, "a crate of your own", out);
    }
}

fn check_outdated(fleet: &FleetView<'_>, out: &mut Findings) {
    let Some(record) = fleet.record.read() else { return };
    let Some(stale) = Stale::of(&fleet.own, record) else { return };
    let message = format!("{} would be rendered otherwise today, by mcpgen {}", stale.told(), fleet.version);
    stale.report("mcpgen.lock", message, out);
}
