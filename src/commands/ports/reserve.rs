//! `mcpgen ports reserve` and `unreserve`.

use std::fmt::Write as _;

use serde_json::json;

use super::{JSON_VERSION, Registry, machine};
use crate::cli::{ReserveArgs, Span, UnreserveArgs};
use crate::commands::Output;
use crate::ports::Done;
use crate::text::count;

pub fn reserve(registry: &Registry, args: &ReserveArgs, json: bool) -> anyhow::Result<Output> {
    let Span { start, end } = args.ports;
    let (done, living) = registry.change(args.dry_run, |ports| {
        let done = ports.reserve(start, end, args.reason.as_deref());
        Ok(((done, ports.living_in(start, end)), done.changed()))
    })?;
    let (span, path) = (spelled(args.ports), registry.store.location());
    let mut told = match (done, args.dry_run) {
        (Done::Added, false) => format!("reserved {span} in `{path}`\n"),
        (Done::Added, true) => format!("would reserve {span} in `{path}`\n"),
        (Done::Changed, false) => format!("changed why {span} {} reserved in `{path}`\n", are(args.ports)),
        (Done::Changed, true) => format!("would change why {span} {} reserved in `{path}`\n", are(args.ports)),
        (Done::Removed | Done::Nothing, _) => format!("{span} {} reserved already in `{path}`\n", are(args.ports)),
    };
    if living > 0 && done == Done::Added {
        let verb = if living == 1 { "has a port there and keeps it" } else { "have ports there and keep them" };
        let _ = writeln!(told, "note: {} {verb}", count(living, "server"));
    }
    Ok(output(args.ports, done, args.dry_run, told, json))
}

pub fn unreserve(registry: &Registry, args: &UnreserveArgs, json: bool) -> anyhow::Result<Output> {
    let Span { start, end } = args.ports;
    let done = registry.change(args.dry_run, |ports| {
        let done = ports.unreserve(start, end);
        Ok((done, done.changed()))
    })?;
    let (span, are, path) = (spelled(args.ports), are(args.ports), registry.store.location());
    let told = match (done, args.dry_run) {
        (Done::Nothing, _) => format!("{span} {are} not reserved in `{path}`\n"),
        (_, false) => format!("{span} {are} not reserved any more in `{path}`\n"),
        (_, true) => format!("{span} would not be reserved any more in `{path}`\n"),
    };
    Ok(output(args.ports, done, args.dry_run, told, json))
}

fn output(ports: Span, done: Done, is_dry_run: bool, told: String, json: bool) -> Output {
    let value = json!({
        "version": JSON_VERSION, "start": ports.start, "end": ports.end, "outcome": done.as_str(),
        "dry_run": is_dry_run,
    });
    Output { stdout: if json { machine(&value) } else { String::new() }, stderr: told, code: 0 }
}

fn spelled(Span { start, end }: Span) -> String {
    if start == end { format!("port `{start}`") } else { format!("ports `{start}–{end}`") }
}

fn are(Span { start, end }: Span) -> &'static str {
    if start == end { "is" } else { "are" }
}
