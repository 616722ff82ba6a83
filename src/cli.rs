//! The command line: clap types and nothing else.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

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
    New(NewArgs),
    /// Make a fleet: the workspace, the base crates and the registry that servers share
    Init(InitArgs),
    /// Give servers their ports, and look them up
    Ports(PortsArgs),
    /// Print completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Check specs, begin one, or print the schema that editors read
    Spec(SpecArgs),
}

/// `mcpgen new`.
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The server's name: `weather` makes the crate `weather_v2`
    pub name: String,
    /// The spec to make it from; without one, a server that forwards to a service of yours
    #[arg(long, value_name = "FILE")]
    pub spec: Option<PathBuf>,
    /// A spec that comes with mcpgen: hello, weather or everything
    #[arg(long, value_name = "EXAMPLE", conflicts_with = "spec")]
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
    Check(SpecCheckArgs),
    /// Print a commented spec, or an example
    New(SpecNewArgs),
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
    /// A spec that comes with mcpgen: hello, weather or everything
    #[arg(long, value_name = "EXAMPLE")]
    pub example: Option<String>,
}

/// `mcpgen ports …`.
#[derive(Debug, Args)]
pub struct PortsArgs {
    /// The registry, where it is not that of the fleet around
    #[arg(long, value_name = "FILE", global = true)]
    pub registry: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do with the registry.
    #[command(subcommand)]
    pub command: PortsCommand,
}

/// What `mcpgen ports` can do.
#[derive(Debug, Subcommand)]
pub enum PortsCommand {
    /// Give a server a port, or say which it has already
    Allocate(AllocateArgs),
    /// Take over registries that other programs or people made
    Import(ImportArgs),
    /// Show all servers by port, and how full each range is
    List,
    /// Show one server, or who has a port
    Show {
        /// A server or a port
        #[arg(value_name = "NAME|PORT")]
        what: String,
    },
}

/// `mcpgen ports allocate`.
#[derive(Debug, Args)]
pub struct AllocateArgs {
    /// The server's id: `weather_v2`
    pub name: String,
    /// The range to take a port from
    #[arg(long, value_name = "RANGE", default_value = "v2")]
    pub range: String,
    /// This port, unless the server has one already
    #[arg(long, conflicts_with = "range", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Say what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `mcpgen ports import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Registries in JSON, of whatever shape
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Write what could be done about each contradiction to a new file, for you to change
    #[arg(long, value_name = "RESOLUTION", conflicts_with = "apply")]
    pub plan: Option<PathBuf>,
    /// Import, and do about each contradiction what this file says
    #[arg(long, value_name = "RESOLUTION")]
    pub apply: Option<PathBuf>,
    /// Of files with environments, the one to take; without it, the one whose offset is 0
    #[arg(long, value_name = "NAME")]
    pub environment: Option<String>,
    /// Say what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}
