//! `mcpgen ports release`.

use std::fmt::Write as _;

use serde_json::json;

use super::show::server_json;
use super::{JSON_VERSION, Registry, machine};
use crate::cli::ReleaseArgs;
use crate::commands::{Output, today};
use crate::ports::Server;
use crate::text::visible;

pub fn run(registry: &Registry, args: &ReleaseArgs, json: bool) -> anyhow::Result<Output> {
    let (server, changed) = registry.change(args.dry_run, |ports| {
        let changed = ports.by_name(&args.name).is_some_and(Server::lives);
        let server = ports.release(&args.name, &today())?.clone();
        Ok(((server, changed), changed))
    })?;
    let (id, port) = (&server.id, server.port);
    let path = registry.store.location();
    let mut told = match (changed, args.dry_run) {
        (true, false) => {
            format!("released `{id}` in `{path}`; port `{port}` stays its own until somebody reuses it on purpose\n")
        }
        (true, true) => format!("would release `{id}`, which has port `{port}`, in `{path}`\n"),
        (false, _) => {
            let date = server.released.as_deref().map(|date| format!(" since {}", visible(date))).unwrap_or_default();
            format!("`{id}` is released already{date} in `{path}`\n")
        }
    };
    if let Some(folder) = registry.folder_of(id).filter(|_| changed) {
        let _ = writeln!(told, "note: its files still stand in `{}`", folder.display());
    }
    if !json {
        return Ok(Output { stderr: told, ..Output::default() });
    }
    let stdout = machine(&json!({
        "version": JSON_VERSION, "server": server_json(&server), "changed": changed, "dry_run": args.dry_run,
    }));
    Ok(Output { stdout, stderr: told, code: 0 })
}
