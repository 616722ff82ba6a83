//! `mcpgen ports`: the registry on the command line. A file each for the commands; what they share is here.

mod allocate;
mod check;
mod git;
mod import;
mod list;
mod merge_driver;
mod probe;
mod range;
mod release;
mod renumber;
mod reserve;
mod resolve;
mod show;
mod table;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;

use crate::cli::{MergeDriverCommand, PortsArgs, PortsCommand};
use crate::commands::{Output, registry_of};
use crate::disk;
use crate::fleet::{self, Fleet};
use crate::ports::{self, Location, Ports, Store};

/// How long to wait for others who change the registry: each needs milliseconds.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The version of everything that `--json` prints.
const JSON_VERSION: u8 = 1;

/// The registry that a command is about, and the fleet whose it is.
struct Registry {
    store: Store,
    /// None where another registry was named on the command line: it may be anybody's.
    fleet: Option<Fleet>,
}

/// Runs the command in the folder `here`, which may be in a fleet.
///
/// # Errors
///
/// When there is no registry to work on, it is not sound, the disk refuses, or the rules say no.
pub fn run(args: &PortsArgs, here: &Path) -> anyhow::Result<Output> {
    let registry = || Registry::find(args, here);
    let json = args.json;
    match &args.command {
        PortsCommand::Allocate(allocate_args) => allocate::run(&registry()?, allocate_args, json),
        PortsCommand::Release(release_args) => release::run(&registry()?, release_args, json),
        PortsCommand::Reserve(reserve_args) => reserve::reserve(&registry()?, reserve_args, json),
        PortsCommand::Unreserve(unreserve_args) => reserve::unreserve(&registry()?, unreserve_args, json),
        PortsCommand::Import(import_args) => import::run(&registry()?, import_args, json),
        PortsCommand::List => list::run(&registry()?, json),
        PortsCommand::Show { what } => show::run(&registry()?.load()?, what, json),
        PortsCommand::Range(range_args) => range::run(&registry()?, range_args, json),
        PortsCommand::Check(check_args) => check::run(&registry()?, check_args, json),
        PortsCommand::Resolve(resolve_args) => resolve::run(&registry()?, resolve_args, json),
        PortsCommand::MergeDriver(driver) => match &driver.command {
            MergeDriverCommand::Install { dry_run } => merge_driver::install(&registry()?, *dry_run, json),
            MergeDriverCommand::Run { base, ours, theirs, path } => merge_driver::run([base, ours, theirs], path),
        },
        PortsCommand::Schema => Ok(Output { stdout: machine(&ports::schema()), ..Output::default() }),
    }
}

impl Registry {
    fn find(args: &PortsArgs, here: &Path) -> anyhow::Result<Self> {
        if let Some(given) = &args.registry {
            let location = Location::parse(given, Path::new(""))?;
            // The fleet's own registry is that also when it is named. Any other is to be had whatever is wrong around.
            let fleet = fleet::find(here).ok().flatten();
            let fleet = fleet.filter(|fleet| registry_of(fleet).is_ok_and(|own| is_same(&own, &location)));
            return Ok(Self { store: Store::at(location), fleet });
        }
        let fleet = fleet::find(here)?
            .context("there is no fleet around whose registry it could be\n  help: name one with `--registry FILE`")?;
        Ok(Self { store: Store::at(registry_of(&fleet)?), fleet: Some(fleet) })
    }

    /// The registry as it is, or as a new one begins.
    fn load(&self) -> anyhow::Result<Ports> {
        Ok(self.store.load()?.unwrap_or_default())
    }

    /// The folder of a server of the fleet that stands.
    fn folder_of(&self, id: &str) -> Option<PathBuf> {
        let folder = self.fleet.as_ref()?.folder.join(id);
        folder.join("server.toml").exists().then_some(folder)
    }

    /// Applies a rule to the registry, or in a dry run to what was read of it. The rule says whether it changed anything.
    fn change<T>(
        &self,
        is_dry_run: bool,
        mut rule: impl FnMut(&mut Ports) -> anyhow::Result<(T, bool)>,
    ) -> anyhow::Result<T> {
        if is_dry_run {
            return Ok(rule(&mut self.load()?)?.0);
        }
        let locked = self.store.clone().lock(PATIENCE)?;
        let done = locked.change(rule);
        locked.leave();
        done
    }
}

/// Whether two locations are one, symlinks and all.
fn is_same(a: &Location, b: &Location) -> bool {
    match (a, b) {
        (Location::File(a), Location::File(b)) => match (disk::resolve(a), disk::resolve(b)) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        },
        _ => a.spelled() == b.spelled(),
    }
}

/// JSON as `--json` prints it.
fn machine(value: &Value) -> String {
    format!("{value:#}\n")
}
