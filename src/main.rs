//! The binary: parse the arguments, run the command, print what it says.

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;
use mcpgen::cli::{Cli, Command};
use mcpgen::commands;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::Ports(args) => commands::ports::run(args, None),
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
