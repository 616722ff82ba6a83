//! `mcpgen ports range`.

use std::fmt::Write as _;

use serde_json::json;

use super::{JSON_VERSION, Registry, list, machine};
use crate::cli::{RangeAddArgs, RangeArgs, RangeCommand};
use crate::commands::Output;
use crate::ports::{Done, Ports};
use crate::text::all_of;

pub fn run(registry: &Registry, args: &RangeArgs, json: bool) -> anyhow::Result<Output> {
    match &args.command {
        RangeCommand::Add(args) => add(registry, args, json),
        RangeCommand::Remove { name, dry_run } => remove(registry, name, *dry_run, json),
        RangeCommand::List => Ok(show(&registry.load()?, json)),
    }
}

fn add(registry: &Registry, args: &RangeAddArgs, json: bool) -> anyhow::Result<Output> {
    let (start, end) = (args.ports.start, args.ports.end);
    let (done, overlaps) = registry.change(args.dry_run, |ports| {
        let done = ports.add_range(&args.name, start, end, args.description.as_deref())?;
        let range = ports.range(&args.name);
        let overlaps: Vec<String> =
            range.into_iter().flat_map(|range| ports.overlaps(range)).map(str::to_owned).collect();
        Ok(((done, overlaps), done.changed()))
    })?;
    let is = match (done, args.dry_run) {
        (Done::Added, false) => "is new",
        (Done::Added, true) => "would be new",
        (Done::Changed, false) => "has changed",
        (Done::Changed, true) => "would change",
        (Done::Removed | Done::Nothing, _) => "is there already",
    };
    let mut told = format!("range `{}` ({start}–{end}) {is}\n", args.name);
    if !overlaps.is_empty() {
        let _ = writeln!(told, "note: it overlaps with {}: a port in both belongs to the first", all_of(&overlaps));
    }
    let value = json!({
        "version": JSON_VERSION, "name": args.name, "start": start, "end": end, "outcome": done.as_str(),
        "overlaps": overlaps, "dry_run": args.dry_run,
    });
    Ok(Output { stdout: if json { machine(&value) } else { String::new() }, stderr: told, code: 0 })
}

fn remove(registry: &Registry, name: &str, is_dry_run: bool, json: bool) -> anyhow::Result<Output> {
    registry.change(is_dry_run, |ports| {
        ports.remove_range(name)?;
        Ok(((), true))
    })?;
    let verb = if is_dry_run { "would remove" } else { "removed" };
    let value = json!({
        "version": JSON_VERSION, "name": name, "outcome": Done::Removed.as_str(), "dry_run": is_dry_run,
    });
    let stdout = if json { machine(&value) } else { String::new() };
    Ok(Output { stdout, stderr: format!("{verb} range `{name}`\n"), code: 0 })
}

fn show(ports: &Ports, json: bool) -> Output {
    let stdout = if json {
        machine(&json!({ "version": JSON_VERSION, "ranges": list::ranges_json(ports) }))
    } else {
        list::ranges_text(ports)
    };
    Output { stdout, ..Output::default() }
}
