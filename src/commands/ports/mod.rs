//! `mcpgen ports`: the registry on the command line. A file each for the commands; what they share is here.

mod allocate;
mod import;
mod list;
mod show;
mod table;

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;

use crate::cli::{PortsArgs, PortsCommand};
use crate::commands::Output;
use crate::ports::{Ports, Store};

/// How long to wait for others who change the registry: each needs milliseconds.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The version of everything that `--json` prints.
const JSON_VERSION: u8 = 1;

/// Runs the command; `fleet` is the registry of the fleet around, if there is one.
///
/// # Errors
///
/// When there is no registry to work on, it is not sound, the disk refuses, or the rules say no.
pub fn run(args: &PortsArgs, fleet: Option<&Path>) -> anyhow::Result<Output> {
    let path = args.registry.as_deref().or(fleet);
    let path =
        path.context("there is no fleet around whose registry it could be\n  help: name one with `--registry FILE`")?;
    let store = Store::at(path);
    match &args.command {
        PortsCommand::Allocate(allocate_args) => allocate::run(store, allocate_args, args.json),
        PortsCommand::Import(import_args) => import::run(store, import_args, args.json),
        PortsCommand::List => {
            let known = store.load()?;
            let is_new = known.is_none();
            let mut output = list::run(&known.unwrap_or_default(), args.json);
            if is_new {
                output.stderr = format!("`{}` does not exist yet: the first `allocate` makes it\n", path.display());
            }
            Ok(output)
        }
        PortsCommand::Show { what } => show::run(&store.load()?.unwrap_or_default(), what, args.json),
    }
}

/// Applies a rule to the registry, or in a dry run to what was read of it. The rule says whether it changed anything.
fn change<T>(
    store: Store,
    is_dry_run: bool,
    mut rule: impl FnMut(&mut Ports) -> anyhow::Result<(T, bool)>,
) -> anyhow::Result<T> {
    if is_dry_run {
        return Ok(rule(&mut store.load()?.unwrap_or_default())?.0);
    }
    let locked = store.lock(PATIENCE)?;
    let done = locked.change(rule);
    locked.leave();
    done
}

fn machine(value: &Value) -> String {
    format!("{value:#}\n")
}
