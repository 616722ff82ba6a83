//! The binary: parse the arguments, run the command, print what it says.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser as _};
use mcpgen::cli::{Cli, Command, OutputFormat, SpecCommand};
use mcpgen::commands::{self, Output};
use mcpgen::report;
use mcpgen::text::{visible, visible_char};
use serde_json::json;

/// What a line begins with that says what to do about the error above it.
const HELP: &str = "\n  help: ";

/// The exit code of a command that could not do what it was asked for.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let result = match &cli.command {
        Command::New(args) => here().and_then(|here| commands::new::run(args, &here)),
        Command::Spec(args) => Ok(commands::spec::run(args, colour())),
        Command::Init(args) => here().and_then(|here| commands::new::init(args, &here)),
        Command::Check(args) => here().and_then(|here| commands::check::run(args, &here, colour())),
        Command::Explain(args) => commands::explain::run(args),
        Command::Ports(args) => here().and_then(|here| commands::ports::run(args, &here)),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Cli::command(), "mcpgen", &mut io::stdout());
            Ok(Output::default())
        }
    };
    let mut output = result.unwrap_or_else(|error| Output::refused(format!("error: {}\n", told(&error))));
    output.stderr = visible_lines(&output.stderr);
    // A program that asked for JSON gets one document, whatever happens; `spec check` has made its own.
    if is_for_programs(&cli.command) {
        if output.code == FAILED && output.stdout.is_empty() {
            output.stdout = if is_sarif(&cli.command) {
                report::sarif_failed(output.stderr.trim_end())
            } else {
                failure(&output.stderr)
            };
        }
        output.stdout = escaped(output.stdout);
    }
    // What `check` found may be long: how much it is and what to do next is what the terminal shows in the end.
    let is_talk_last = matches!(cli.command, Command::Check(_) | Command::Explain(_));
    print(&output, is_talk_last)
}

fn print(output: &Output, is_talk_last: bool) -> ExitCode {
    let talk = || drop(io::stderr().write_all(output.stderr.as_bytes()));
    if !is_talk_last {
        talk();
    }
    let mut stdout = io::stdout();
    let printed = stdout.write_all(output.stdout.as_bytes()).and_then(|()| stdout.flush());
    if is_talk_last {
        talk();
    }
    match printed {
        // Whoever stopped reading does not want to hear that nobody listens.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "error: cannot write to standard output: {error}");
            ExitCode::from(FAILED)
        }
        _ => ExitCode::from(output.code),
    }
}

/// What clap has to say: help that was asked for, or why the arguments make no sense.
fn usage(error: &clap::Error) -> ExitCode {
    let args: Vec<String> = std::env::args_os().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let text = error.render().to_string();
    if error.use_stderr() && asks_for_json(&args) {
        // Usage and hints at options come after the first blank line.
        let why = text.split("\n\n").next().unwrap_or(&text);
        let _ = io::stdout().write_all(failure(&visible_lines(why)).as_bytes());
    }
    // Clap quotes what it was given as it is: where that could act upon a terminal, colours are given up for safety.
    if !error.use_stderr() || args.iter().all(|arg| visible(arg) == *arg) {
        error.exit();
    }
    let _ = io::stderr().write_all(visible_lines(&text).as_bytes());
    ExitCode::from(FAILED)
}

/// Whether arguments that make no sense ask for JSON all the same.
fn asks_for_json(args: &[String]) -> bool {
    let options = args.split(|arg| arg == "--").next().unwrap_or_default();
    let asks = |arg: &String| arg == "--json" || arg == "--output-format=json";
    options.iter().any(asks) || options.windows(2).any(|pair| pair[0] == "--output-format" && pair[1] == "json")
}

/// The error with its causes, and with what to do where only the system had something to say.
fn told(error: &anyhow::Error) -> String {
    let told = format!("{error:#}");
    let cause = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    let help = match cause {
        Some(ErrorKind::PermissionDenied) => {
            "check who may read and write it and its folder, and as which user this runs"
        }
        Some(ErrorKind::ReadOnlyFilesystem) => "nothing can be written there: work on a copy, or mount it for writing",
        Some(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => "make room there, and try again",
        _ => return told,
    };
    if told.contains(HELP) { told } else { told + HELP + help }
}

/// Text for people with all that a terminal would act upon made visible, but for the ends of its lines: what it quotes
/// comes from arguments, files and names of folders, whoever made those.
fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

/// JSON that says the same, with escapes for what a terminal would act upon: JSON itself escapes only some of it. Such
/// characters stand in strings alone, and all of them have four digits.
fn escaped(json: String) -> String {
    let acts = |c: char| c != '\n' && visible_char(c) != c;
    if !json.contains(acts) {
        return json;
    }
    let escape = |c: char| if acts(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    json.chars().map(escape).collect()
}

/// Whether `--json` was asked for.
fn is_for_programs(command: &Command) -> bool {
    match command {
        Command::New(args) => args.json,
        Command::Init(args) => args.json,
        Command::Ports(args) => args.json,
        Command::Spec(args) => matches!(&args.command, SpecCommand::Check(args) if args.json),
        Command::Check(args) => args.output_format.is_for_programs(),
        Command::Explain(_) | Command::Completions { .. } => false,
    }
}

/// Whether the one document is in SARIF, which has its own way to say what failed.
fn is_sarif(command: &Command) -> bool {
    matches!(command, Command::Check(args) if args.output_format == OutputFormat::Sarif)
}

/// What was said on standard error, for programs. One help at the end stands apart; several belong to lines of their own.
fn failure(told: &str) -> String {
    let told = told.strip_prefix("error: ").unwrap_or(told).trim_end();
    let (error, help) = match told.split_once(HELP) {
        Some((error, help)) if !help.contains('\n') => (error, Some(help)),
        _ => (told, None),
    };
    format!("{:#}\n", json!({ "version": 1, "error": error, "help": help }))
}

/// Whether problems on standard output may have colours.
fn colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

fn here() -> anyhow::Result<PathBuf> {
    std::env::current_dir().context("this folder does not exist any more")
}
