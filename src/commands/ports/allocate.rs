//! `mcpgen ports allocate`.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{anyhow, bail};
use serde_json::json;

use super::probe::{holders, is_busy};
use super::renumber::standing;
use super::{JSON_VERSION, Registry, machine};
use crate::cli::AllocateArgs;
use crate::commands::{Output, today};
use crate::ports::{Allocation, Outcome, PortError, Terms};
use crate::spec::PortRequest;
use crate::text::visible;

/// The range that ports are taken from where none is named.
const RANGE: &str = "v2";

pub fn run(registry: &Registry, args: &AllocateArgs, json: bool) -> anyhow::Result<Output> {
    let request = match args.port {
        Some(port) => PortRequest::Exact(port),
        None => PortRequest::Range(args.range.as_deref().unwrap_or(RANGE).to_owned()),
    };
    not_lost(registry, &args.name)?;
    let path = registry.store.location().to_string();
    let changed = registry.change(args.dry_run, |ports| {
        let terms = Terms { reuse: args.reuse, is_busy: args.probe.then_some(&is_busy) };
        let allocation = ports.allocate_on(&args.name, &request, terms, &today())?;
        let changed = allocation.outcome.changed();
        Ok((allocation, changed))
    });
    let allocation = changed.map_err(with_holder)?;
    let stdout = if json {
        machine(&json!({
            "version": JSON_VERSION,
            "name": allocation.id,
            "port": allocation.port,
            "range": allocation.range,
            "outcome": allocation.outcome.as_str(),
            "dry_run": args.dry_run,
        }))
    } else {
        format!("{}\n", allocation.port)
    };
    Ok(Output { stdout, stderr: told(&allocation, args, &path), code: 0 })
}

/// Refuses where servers stand and the registry that knows their ports is gone: a new one would give their ports away. A
/// server that stands may be recorded again.
fn not_lost(registry: &Registry, name: &str) -> anyhow::Result<()> {
    let Some(fleet) = &registry.fleet else { return Ok(()) };
    if registry.store.file().map_or(true, Path::exists) {
        return Ok(());
    }
    let standing = standing(fleet)?;
    if standing.is_empty() || standing.iter().any(|server| server.id == name) {
        return Ok(());
    }
    bail!(
        "the fleet has servers, but their registry `{}` is gone\n  help: bring it back from version control, or record \
         each of them again: `mcpgen ports allocate {} --port {}`",
        registry.store.location(),
        standing[0].id,
        standing[0].rendered
    )
}

/// The error, with the process that is in the way where that is why: the registry does not know it.
fn with_holder(error: anyhow::Error) -> anyhow::Error {
    let Some(&PortError::Busy { port }) = error.downcast_ref() else { return error };
    let who = match holders().remove(&port) {
        Some(holder) => format!("process {} (`{}`)", holder.pid, visible(&holder.name)),
        None => "a process of another user".to_owned(),
    };
    anyhow!("{who} listens on port `{port}` of this machine\n  help: end it, or leave out the port to get another")
}

/// What `allocate` did, in a sentence.
fn told(allocation: &Allocation, args: &AllocateArgs, path: &str) -> String {
    let Allocation { id, port, outcome, range } = allocation;
    let of_range = range.as_ref().map(|range| format!(" of range `{range}`")).unwrap_or_default();
    let mut told = match (outcome, args.dry_run) {
        (Outcome::Created, false) => format!("gave port `{port}`{of_range} to `{id}` in `{path}`"),
        (Outcome::Created, true) => format!("would give port `{port}`{of_range} to `{id}` in `{path}`"),
        (Outcome::Revived, false) => format!("gave `{id}`, which was released, its port `{port}` back in `{path}`"),
        (Outcome::Revived, true) => {
            format!("would give `{id}`, which was released, its port `{port}` back in `{path}`")
        }
        (Outcome::Existing, _) => format!("`{id}` has port `{port}` already"),
    };
    if *id != args.name {
        let _ = write!(told, " (`{}` is the same name in another spelling)", args.name);
    }
    if let Some(asked) = args.port.filter(|asked| asked != port) {
        let _ = write!(told, ", not the `{asked}` asked for: the registry decides");
    }
    if let Some(asked) = args.range.as_ref().filter(|&asked| Some(asked) != range.as_ref()) {
        let of = range.as_ref().map_or_else(|| "no range".to_owned(), |range| format!("range `{range}`"));
        let _ = write!(told, ", of {of}, not of `{}`: the registry decides", visible(asked));
    }
    told + "\n"
}
