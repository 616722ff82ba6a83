//! Continuous integration that does not check the fleet.

use super::workflow::{Workflow, in_matrix, workflows};
use crate::check::deployment::scalars;
use crate::check::document::Node;
use crate::check::finding::{Findings, Severity};
use crate::check::roster::{Roster, words};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FleetView, join};

pub static RULE: Rule = Rule {
    id: "MCP902",
    name: "check-not-in-ci",
    severity: Severity::Warning,
    summary: "CI builds or tests the fleet, and does not run `mcpgen check`",
    docs: "What nobody checks decays: an edit to an Owned file or a port changed in one place passes every test and is merged. \
           Where nothing in the repository builds the fleet in CI, this rule is silent.\n\nAdd a step that runs `mcpgen \
           check --output-format github`, or mcpgen's action, or its hook for pre-commit.",
    check: Check::Fleet(check),
};

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let workflows = workflows(fleet);
    if workflows.is_empty() {
        return;
    }
    let roster = Roster::new(fleet.servers);
    let Some(builds) = workflows.iter().find(|workflow| builds_fleet(workflow, fleet, &roster)) else { return };
    if has_hook(fleet) || workflows.iter().any(|workflow| may_check(workflow, fleet)) {
        return;
    }
    out.add(builds.file.whole(), "CI builds the fleet, and never runs `mcpgen check`")
        .help("add a step that runs `mcpgen check --output-format github`");
}

/// Whether a workflow is about the fleet: it names a server, or runs cargo where the fleet is.
fn builds_fleet(workflow: &Workflow<'_, '_>, fleet: &FleetView<'_>, roster: &Roster<'_>) -> bool {
    let is_in_matrix = |(_, matrix): &(&Node, &Node)| !in_matrix(matrix, roster).0.is_empty();
    let runs_there = || {
        let folder = fleet.own.folder;
        workflow.cargo().any(|cargo| folder.is_empty() || cargo.words.iter().any(|word| word.contains(folder)))
    };
    (fleet.servers.iter().any(super::is_ours) && runs_there())
        || !workflow.packages(roster).is_empty()
        || workflow.matrices.iter().any(is_in_matrix)
}

/// Whether a workflow runs `mcpgen check`, or uses something of which nobody can tell here.
fn may_check(workflow: &Workflow<'_, '_>, fleet: &FleetView<'_>) -> bool {
    let is_unseen = |uses: &&Node| {
        let uses = uses.word().unwrap_or_default();
        match uses.strip_prefix("./") {
            Some(path) => mentions_mcpgen(fleet, path).unwrap_or(true),
            // A workflow of another repository.
            None => uses.contains("/.github/workflows/"),
        }
    };
    let in_script = || {
        let scripts = workflow.commands.iter().filter_map(|command| command.word());
        scripts.flat_map(super::workflow::commands).any(|command| {
            let file = match command.first().copied() {
                Some("make") => Some("Makefile"),
                Some("just") => Some("justfile"),
                _ => None,
            };
            let paths = file.into_iter().chain(command.iter().map(|word| word.trim_start_matches("./")));
            paths.filter_map(|path| fleet.own.get(path)).any(|file| is_about_mcpgen(file.text))
        })
    };
    workflow.runs_mcpgen() || workflow.uses.iter().any(is_unseen) || in_script()
}

/// Whether the files of a local action, or a local workflow, name mcpgen; none where they cannot be seen.
fn mentions_mcpgen(fleet: &FleetView<'_>, path: &str) -> Option<bool> {
    let path = path.trim_end_matches('/');
    let candidates = [path.to_owned(), join(path, "action.yml"), join(path, "action.yaml")];
    let file = candidates.iter().find_map(|path| fleet.own.get(path).or_else(|| fleet.around.get(path)))?;
    Some(is_about_mcpgen(file.text))
}

fn is_about_mcpgen(text: &str) -> bool {
    words(text).any(|word| word == "mcpgen")
}

/// Whether pre-commit has a hook of mcpgen's.
fn has_hook(fleet: &FleetView<'_>) -> bool {
    let name = ".pre-commit-config.yaml";
    let files = [fleet.own.get(name), fleet.around.get(name)];
    let mut is_there = false;
    for repository in files.into_iter().flatten().filter_map(|file| file.document()?.get("repos")).flat_map(Node::items)
    {
        for hook in repository.get("hooks").into_iter().flat_map(Node::items) {
            scalars(hook, &mut |node| is_there |= node.word().is_some_and(|word| word.starts_with("mcpgen")));
        }
    }
    is_there
}
