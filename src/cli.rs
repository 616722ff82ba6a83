//! The command line: clap types and nothing else.

mod check;
mod ports;

use std::ops::Deref;
use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches, Parser, Subcommand};

pub use check::*;
pub use ports::*;

/// Scaffolds and keeps fleets of MCP servers.
#[derive(Debug, Parser)]
#[command(name = "mcpgen", version, about)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a server from a spec, and a fleet around it where there is none
    New(Lazy<NewArgs>),
    /// Make a fleet: the workspace, the base crates and the registry that servers share
    Init(Lazy<InitArgs>),
    /// Prove that every server is as it should be, and say what is not
    Check(Lazy<CheckArgs>),
    /// Say what a rule of `check` finds, why, and what to do about it
    Explain(Lazy<ExplainArgs>),
    /// Give servers their ports, and look them up
    Ports(Lazy<PortsArgs>),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Check specs, begin one, or print the schema that editors read
    Spec(Lazy<SpecArgs>),
}

/// What `--example` is for, wherever it stands, with all examples there are.
const EXAMPLE: &str = "A spec that comes with mcpgen: conformance, everything, guarded, hello or weather";

/// `mcpgen new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The server's name: `weather` makes the crate `weather_v2`
    pub name: String,
    /// The spec to make it from; without one, a server that forwards to a service of yours
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// A spec that comes with mcpgen
    #[arg(long, help = EXAMPLE, value_name = "EXAMPLE", conflicts_with = "spec")]
    pub example: Option<String>,
    /// This port and no other
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// The range of the registry to take a port from
    #[arg(long, value_name = "RANGE", conflicts_with = "port")]
    pub range: Option<String>,
    /// Say what would be made, and make nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `mcpgen init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder to make it in; without one, this one
    pub dir: Option<PathBuf>,
    /// Say what would be made, and make nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `mcpgen spec …`.
#[derive(Debug, Args)]
pub struct SpecArgs {
    /// What to do with specs.
    #[command(subcommand)]
    pub command: SpecCommand,
}

/// What `mcpgen spec` can do.
#[derive(Debug, Subcommand)]
pub enum SpecCommand {
    /// Say everything that is wrong with specs
    Check(Lazy<SpecCheckArgs>),
    /// Print a commented spec, or an example
    New(Lazy<SpecNewArgs>),
    /// Print the JSON Schema of specs, for editors
    Schema,
}

/// `mcpgen spec check`.
#[derive(Debug, Args)]
pub struct SpecCheckArgs {
    /// Specs, or folders that hold a server.toml; `-` is standard input; without any, server.toml
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// `mcpgen spec new`.
#[derive(Debug, Args)]
pub struct SpecNewArgs {
    /// The server's name
    pub name: Option<String>,
    /// A spec that comes with mcpgen
    #[arg(long, help = EXAMPLE, value_name = "EXAMPLE")]
    pub example: Option<String>,
}

/// The arguments of a command, described to clap only when that command is called: describing all commands at each start
/// would be much of the time that a short one takes.
#[derive(Debug)]
pub struct Lazy<T>(T);

impl<T> Deref for Lazy<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromArgMatches> FromArgMatches for Lazy<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        T::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

impl<T: Args> Args for Lazy<T> {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.defer(|command| described(command, T::augment_args))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        command.defer(|command| described(command, T::augment_args_for_update))
    }
}

/// The command with its arguments. What it says of itself stays: the description of a type of arguments is for those who
/// read this.
fn described(command: clap::Command, augment: fn(clap::Command) -> clap::Command) -> clap::Command {
    let (about, long_about) = (command.get_about().cloned(), command.get_long_about().cloned());
    let command = augment(command);
    let command = if let Some(about) = about { command.about(about) } else { command };
    if let Some(long_about) = long_about { command.long_about(long_about) } else { command }
}
