//! Continuous integration that builds or tests some servers of the fleet and not others.

use std::collections::BTreeSet;

use super::workflow::{Workflow, in_matrix, workflows};
use super::{lacks, some_of};
use crate::check::finding::{Findings, Severity};
use crate::check::roster::Roster;
use crate::check::rule::{Check, Rule};
use crate::check::view::FleetView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP901",
    name: "missing-in-ci",
    severity: Severity::Error,
    summary: "CI names some servers of the fleet, in a matrix or in its commands, and not all",
    docs: "A server that CI does not build and test breaks unseen. Each matrix that has a server of the fleet should have all. \
           Where there is no matrix and no command for the whole workspace, each server should be named by some command.\n\nAdd \
           the server to the matrix; or let cargo run for all of them, with `--workspace`.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let workflows = workflows(fleet);
    if workflows.is_empty() {
        return;
    }
    let roster = Roster::new(fleet.servers);
    let mut has_matrix = false;
    for workflow in &workflows {
        for (key, matrix) in &workflow.matrices {
            let (certain, probable) = in_matrix(matrix, &roster);
            // A name alone may be anything; several of them are servers.
            if certain.is_empty() && probable.len() < 2 {
                continue;
            }
            has_matrix = true;
            let missing = roster.without(&probable, |_| true);
            if !missing.is_empty() {
                lacks(out, workflow.file.bytes(key.span.clone()), "the matrix", &missing).help("add it to the matrix");
            }
        }
    }
    if !has_matrix {
        packages(&workflows, &roster, out);
    }
}

/// Holds the packages that commands name against the servers.
fn packages(workflows: &[Workflow<'_, '_>], roster: &Roster<'_>, out: &mut Findings) {
    if workflows.iter().flat_map(Workflow::cargo).any(|cargo| cargo.is_for_all()) {
        return;
    }
    let named: Vec<BTreeSet<usize>> = workflows.iter().map(|workflow| workflow.packages(roster)).collect();
    let there: BTreeSet<usize> = named.iter().flatten().copied().collect();
    let missing = roster.without(&there, |_| true);
    if there.is_empty() || missing.is_empty() || !workflows.iter().any(|workflow| workflow.cargo().next().is_some()) {
        return;
    }
    let most = workflows.iter().zip(&named).max_by_key(|(_, named)| named.len());
    let Some((workflow, _)) = most else { return };
    let message = format!(
        "{} names servers of the fleet, and no workflow names {}",
        quote(workflow.file.path),
        some_of(&missing)
    );
    out.add(workflow.file.whole(), message).help("add it, or let cargo run for all of them, with `--workspace`");
}
