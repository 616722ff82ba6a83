//! The binary: parse the arguments, run the command, print what it says.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;
use mcpgen::cli::{Cli, Command};
use mcpgen::{commands, fleet};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::New(args) => here().and_then(|here| commands::new::run(args, &here)),
        Command::Init(args) => here().and_then(|here| commands::new::init(args, &here)),
        Command::Ports(args) => here().and_then(|here| {
            let fleet = fleet::find(&here)?;
            commands::ports::run(args, fleet.map(|fleet| fleet.registry()).as_deref())
        }),
    };
    match result {
        Ok(output) => {
            // Whoever stopped reading does not want to hear that nobody listens.
            let _ = io::stderr().write_all(output.stderr.as_bytes());
            let _ = io::stdout().write_all(output.stdout.as_bytes());
            ExitCode::from(output.code)
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn here() -> anyhow::Result<PathBuf> {
    std::env::current_dir().context("this folder does not exist any more")
}
