//! `mcpgen ports range`.

use std::fmt::Write as _;

use serde_json::json;

use super::{JSON_VERSION, Registry, list, machine};
use crate::cli::{RangeAddArgs, RangeArgs, RangeCommand};
use crate::commands::Output;
use crate::ports::{Done, Ports};
use crate::text::{all_of, count};

pub fn run(registry: &Registry, args: &RangeArgs, json: bool) -> anyhow::Result<Output> {
    match &args.command {
        RangeCommand::Add(args) => add(registry, args, json),
        RangeCommand::Remove { name, dry_run } => remove(registry, name, *dry_run, json),
        RangeCommand::List => Ok(show(&registry.load()?, json)),
    }
}

fn add(registry: &Registry, args: &RangeAddArgs, json: bool) -> anyhow::Result<Output> {
    let (start, end) = (args.ports.start, args.ports.end);
    let (done, overlaps, reserved) = registry.change(args.dry_run, |ports| {
        let done = ports.add_range(&args.name, start, end, args.description.as_deref())?;
        let range = ports.range(&args.name);
        let overlaps: Vec<String> =
            range.into_iter().flat_map(|range| ports.overlaps(range)).map(str::to_owned).collect();
        Ok(((done, overlaps, reserved(ports, start, end)), done.changed()))
    })?;
    let path = registry.store.location();
    let is = match (done, args.dry_run) {
        (Done::Added, false) => "is new in",
        (Done::Added, true) => "would be new in",
        (Done::Changed, false) => "has changed in",
        (Done::Changed, true) => "would change in",
        (Done::Removed | Done::Nothing, _) => "is there already, in",
    };
    let mut told = format!("range `{}` ({start}–{end}) {is} `{path}`\n", args.name);
    if !overlaps.is_empty() {
        let _ = writeln!(told, "note: it overlaps with {}: a port in both belongs to the first", all_of(&overlaps));
    }
    let size = usize::from(end - start) + 1;
    if reserved == size {
        let these = if start == end { format!("port `{start}`") } else { format!("ports `{start}–{end}`") };
        let span = if start == end { start.to_string() } else { format!("{start}-{end}") };
        let is = if size == 1 { "is" } else { "are all" };
        let _ = writeln!(
            told,
            "note: {these} {is} reserved: it gives no port to anybody\n  help: `mcpgen ports unreserve {span}`, or choose others"
        );
    } else if reserved > 0 {
        let verb = if reserved == 1 { "is" } else { "are" };
        let _ = writeln!(told, "note: {reserved} of its {} {verb} reserved", count(size, "port"));
    }
    let value = json!({
        "version": JSON_VERSION, "name": args.name, "start": start, "end": end, "outcome": done.as_str(),
        "overlaps": overlaps, "reserved": reserved, "dry_run": args.dry_run,
    });
    Ok(Output { stdout: if json { machine(&value) } else { String::new() }, stderr: told, code: 0 })
}

/// How many of the ports from `start` to `end` are reserved, however the reservations overlap.
fn reserved(ports: &Ports, start: u16, end: u16) -> usize {
    let inside = ports.reserved().iter().filter(|known| known.start <= end && start <= known.end);
    let mut spans: Vec<(u32, u32)> =
        inside.map(|known| (u32::from(known.start.max(start)), u32::from(known.end.min(end)) + 1)).collect();
    spans.sort_unstable();
    // Up to where the ports are counted already.
    let mut counted = 0;
    let new = |(first, after): (u32, u32)| {
        let new = after.saturating_sub(first.max(counted));
        counted = counted.max(after);
        new as usize
    };
    spans.into_iter().map(new).sum()
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
    Ok(Output { stdout, stderr: format!("{verb} range `{name}` in `{}`\n", registry.store.location()), code: 0 })
}

fn show(ports: &Ports, json: bool) -> Output {
    let stdout = if json {
        machine(&json!({ "version": JSON_VERSION, "ranges": list::ranges_json(ports) }))
    } else {
        list::ranges_text(ports)
    };
    Output { stdout, ..Output::default() }
}
