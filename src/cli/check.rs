//! `mcpgen check` and `mcpgen explain` on the command line.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `mcpgen check`.
#[derive(Debug, Default, Args)]
pub struct CheckArgs {
    /// Fleets, servers, or folders of other servers; without any, the fleet or server around
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to say what was found
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub output_format: OutputFormat,
    /// Only these rules: ids, names, or what ids begin with (`MCP5`)
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// All rules but these
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Let notes count too, such as tools without a body
    #[arg(long)]
    pub strict: bool,
    /// Mend what can be mended without losing anything that somebody wrote
    #[arg(long)]
    pub fix: bool,
    /// With `--fix`: say what would be mended, and change nothing
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
    /// Show how files differ from what was rendered
    #[arg(long)]
    pub diff: bool,
    /// Print the JSON Schema of what `--output-format json` prints
    #[arg(long, exclusive = true)]
    pub schema: bool,
    /// Ask a running server instead, for example `http://127.0.0.1:9004`
    #[arg(long, value_name = "URL", conflicts_with_all = ["fix", "diff"])]
    pub live: Option<String>,
}

/// How `mcpgen check` says what it found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum OutputFormat {
    /// With the line of the source and what to do, for people
    #[default]
    Human,
    /// A line for each finding
    Concise,
    /// JSON, for programs
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// `JUnit` XML, for test reports
    Junit,
}

impl OutputFormat {
    /// Whether a program reads it that expects one JSON document, whatever happens.
    #[must_use]
    pub fn is_for_programs(self) -> bool {
        matches!(self, Self::Json | Self::Sarif)
    }
}

/// `mcpgen explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule, by its id or name; without one, all of them in a list
    #[arg(value_name = "RULE")]
    pub rule: Option<String>,
}
