//! The binary: parse the arguments, run the command, print what it says.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser as _};
use mcpgen::cli::{Cli, Command};
use mcpgen::commands;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match &cli.command {
        Command::New(args) => here().and_then(|here| commands::new::run(args, &here)),
        Command::Spec(args) => Ok(commands::spec::run(args, colour())),
        Command::Init(args) => here().and_then(|here| commands::new::init(args, &here)),
        Command::Ports(args) => here().and_then(|here| commands::ports::run(args, &here)),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "mcpgen", &mut io::stdout());
            Ok(commands::Output::default())
        }
    };
    match result {
        Ok(output) => {
            let _ = io::stderr().write_all(output.stderr.as_bytes());
            let mut stdout = io::stdout();
            match stdout.write_all(output.stdout.as_bytes()).and_then(|()| stdout.flush()) {
                // Whoever stopped reading does not want to hear that nobody listens.
                Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                    let _ = writeln!(io::stderr(), "error: cannot write to standard output: {error}");
                    ExitCode::from(2)
                }
                _ => ExitCode::from(output.code),
            }
        }
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether problems on standard output may have colours.
fn colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn here() -> anyhow::Result<PathBuf> {
    std::env::current_dir().context("this folder does not exist any more")
}
