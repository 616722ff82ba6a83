//! `mcpgen ports` on the command line.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Lazy;

/// `mcpgen ports …`.
#[derive(Debug, Args)]
pub struct PortsArgs {
    /// The registry, where it is not that of the fleet around: a file, or `s3://BUCKET/NAME.json`, `gs://…`, `az://…`
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
    Allocate(Lazy<AllocateArgs>),
    /// Take over registries that other programs or people made
    Import(Lazy<ImportArgs>),
    /// Mark a server as gone; its port is kept from being reused by chance
    Release(Lazy<ReleaseArgs>),
    /// Keep ports from being allocated
    Reserve(Lazy<ReserveArgs>),
    /// Let reserved ports be allocated again
    Unreserve(Lazy<UnreserveArgs>),
    /// Show all servers by port, and how full each range is
    List,
    /// Show one server, or who has a port
    Show {
        /// A server or a port
        #[arg(value_name = "NAME|PORT")]
        what: String,
    },
    /// Add, change, remove and show the ranges that ports are allocated from
    Range(Lazy<RangeArgs>),
    /// Say everything that is wrong with the registry, and which servers have other ports than it says
    Check(Lazy<PortsCheckArgs>),
    /// Mend what merging branches left: conflict markers, ports given twice, servers that must move
    Resolve(Lazy<ResolveArgs>),
    /// Let git merge the registry by its meaning instead of by its lines
    MergeDriver(Lazy<MergeDriverArgs>),
    /// Print the JSON Schema of the registry, for editors and for programs that read it
    Schema,
}

/// `mcpgen ports allocate`.
#[derive(Debug, Args)]
pub struct AllocateArgs {
    /// The server's id: `weather_v2`
    pub name: String,
    /// The range to take a port from; without it, `v2`
    #[arg(long, value_name = "RANGE")]
    pub range: Option<String>,
    /// This port, unless the server has one already
    #[arg(long, conflicts_with = "range", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Skip ports that something on this machine listens on now
    #[arg(long)]
    pub probe: bool,
    /// Take the port of a released server where it is asked for or no other is free
    #[arg(long)]
    pub reuse: bool,
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

/// `mcpgen ports release`.
#[derive(Debug, Args)]
pub struct ReleaseArgs {
    /// The server's id
    pub name: String,
    /// Say what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `mcpgen ports reserve`.
#[derive(Debug, Args)]
pub struct ReserveArgs {
    /// A port, or the first and the last of several: `9050` or `9050-9059`
    #[arg(value_name = "PORTS", value_parser = span)]
    pub ports: Span,
    /// Why, for those who wonder
    #[arg(long)]
    pub reason: Option<String>,
    /// Say what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `mcpgen ports unreserve`.
#[derive(Debug, Args)]
pub struct UnreserveArgs {
    /// A port, or the first and the last of several: `9050` or `9050-9059`
    #[arg(value_name = "PORTS", value_parser = span)]
    pub ports: Span,
    /// Say what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `mcpgen ports range …`.
#[derive(Debug, Args)]
pub struct RangeArgs {
    /// What to do with the ranges.
    #[command(subcommand)]
    pub command: RangeCommand,
}

/// What `mcpgen ports range` can do.
#[derive(Debug, Subcommand)]
pub enum RangeCommand {
    /// Add a range, or give the one of this name other bounds
    Add(Lazy<RangeAddArgs>),
    /// Remove a range that no server is of
    Remove {
        /// The name of the range
        name: String,
        /// Say what would happen, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Show the ranges and how full each is
    List,
}

/// `mcpgen ports range add`.
#[derive(Debug, Args)]
pub struct RangeAddArgs {
    /// The name of the range
    pub name: String,
    /// The first and the last port: `9100-9199`
    #[arg(value_name = "PORTS", value_parser = span)]
    pub ports: Span,
    /// What it is for
    #[arg(long)]
    pub description: Option<String>,
    /// Say what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `mcpgen ports check`.
#[derive(Debug, Args)]
pub struct PortsCheckArgs {
    /// Also tell who listens on allocated ports of this machine now
    #[arg(long)]
    pub probe: bool,
}

/// `mcpgen ports resolve`.
#[derive(Debug, Args)]
pub struct ResolveArgs {
    /// The branch whose servers keep their ports; without it, what git knows as the default branch
    #[arg(long, value_name = "BRANCH", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    pub base: Option<String>,
    /// Say what would happen, and change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// `mcpgen ports merge-driver …`.
#[derive(Debug, Args)]
pub struct MergeDriverArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: MergeDriverCommand,
}

/// What `mcpgen ports merge-driver` can do.
#[derive(Debug, Subcommand)]
pub enum MergeDriverCommand {
    /// Tell git of the driver: once for each clone
    Install {
        /// Say what would happen, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Merge three versions of a registry into the second: what git calls
    Run {
        /// The common ancestor (`%O`)
        base: PathBuf,
        /// The version of this branch, which the result replaces (`%A`)
        ours: PathBuf,
        /// The version of the other branch (`%B`)
        theirs: PathBuf,
        /// The path of the registry in the repository (`%P`)
        path: String,
    },
}

/// Ports that follow each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub start: u16,
    /// The last; not below the first.
    pub end: u16,
}

/// Reads `9050` or `9050-9059`.
fn span(text: &str) -> Result<Span, String> {
    let missing = |side: &str| format!("a port is missing {side} the `-`: write `9050` or `9050-9059`");
    let (start, end) = match text.split_once(['-', '–']) {
        Some((_, end)) if end.trim().is_empty() => return Err(missing("after")),
        Some((start, _)) if start.trim().is_empty() => return Err(missing("before")),
        Some(both) => both,
        None => (text, text),
    };
    let port = |part: &str| {
        let port = part.trim().parse().ok().filter(|&port: &u16| port > 0);
        port.ok_or_else(|| format!("`{}` is no port: they are 1 to 65535", part.escape_debug()))
    };
    let (start, end) = (port(start)?, port(end)?);
    if start > end {
        return Err(format!("it ends at {end}, before its start {start}"));
    }
    Ok(Span { start, end })
}

#[cfg(test)]
mod tests {
    use super::{Span, span};

    #[test]
    fn a_span_is_a_port_or_two() {
        assert_eq!(span("9050"), Ok(Span { start: 9050, end: 9050 }));
        assert_eq!(span("9050-9059"), Ok(Span { start: 9050, end: 9059 }));
        assert_eq!(span("9059-9050"), Err("it ends at 9050, before its start 9059".into()));
        assert!(span("9050-").unwrap_err().starts_with("a port is missing after the `-`"));
        assert!(span("–9050").unwrap_err().starts_with("a port is missing before the `-`"));
        for text in ["", "0", "-1", "1-", "65536", "a-b", "1-2-3"] {
            assert!(span(text).is_err(), "{text}");
        }
    }
}
