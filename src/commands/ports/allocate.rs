//! `mcpgen ports allocate`.

use std::fmt::Write as _;

use serde_json::json;

use super::probe::is_busy;
use super::{JSON_VERSION, Registry, machine};
use crate::cli::AllocateArgs;
use crate::commands::{Output, today};
use crate::ports::{Allocation, Outcome, Terms};
use crate::spec::PortRequest;

pub fn run(registry: &Registry, args: &AllocateArgs, json: bool) -> anyhow::Result<Output> {
    let request = match args.port {
        Some(port) => PortRequest::Exact(port),
        None => PortRequest::Range(args.range.clone()),
    };
    let path = registry.store.path().display().to_string();
    let allocation = registry.change(args.dry_run, |ports| {
        let terms = Terms { reuse: args.reuse, is_busy: args.probe.then_some(&is_busy) };
        let allocation = ports.allocate_on(&args.name, &request, terms, &today())?;
        let changed = allocation.outcome.changed();
        Ok((allocation, changed))
    })?;
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

/// What `allocate` did, in a sentence.
fn told(allocation: &Allocation, args: &AllocateArgs, path: &str) -> String {
    let Allocation { id, port, outcome, .. } = allocation;
    let of_range = allocation.range.as_ref().map(|range| format!(" of range `{range}`")).unwrap_or_default();
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
    told + "\n"
}
