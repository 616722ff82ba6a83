// Owned by mcpgen: edits are overwritten.
//! The command line of a server, and what its exit code says.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use crate::app::{Ready, Transport};
use crate::document::Document;
use crate::features::Deprecated;
use crate::plain::plain;
use crate::probe;
use crate::server::{Auth, Server};
use crate::settings::{self, Environment, Row, Table};
use crate::start_error::{StartError, exit};
use crate::telemetry;

/// How long work on other threads may take to end after the server has stopped.
const LAST_WORK: Duration = Duration::from_secs(1);

/// Runs a server as its command line and its environment say: the whole of its `main`.
#[must_use]
pub fn main<S: Send + Sync + 'static>(server: Server<S>) -> ExitCode {
    let name = server.about.name;
    let arguments = std::env::args_os().skip(1);
    match run(server, arguments.map(|argument| argument.to_string_lossy().into_owned())) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            say(&mut io::stderr(), &format!("{name}: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}

fn run<S: Send + Sync + 'static>(
    server: Server<S>,
    mut arguments: impl Iterator<Item = String>,
) -> Result<u8, StartError> {
    let environment = Environment::of_process();
    let command = arguments.next().unwrap_or_else(|| "run".to_owned());
    if let Some(more) = arguments.next() {
        return Err(usage(&format!("`{more}` is too much")));
    }
    match command.as_str() {
        "run" => serve(server.ready(&environment, Transport::Http)?, Transport::Http),
        "--stdio" => serve(server.ready(&environment, Transport::Stdio)?, Transport::Stdio),
        "healthcheck" => probe::healthcheck(&server, &environment),
        "--help" | "-h" | "help" => {
            say(&mut io::stdout(), &help(&server)?);
            Ok(exit::OK)
        }
        "--version" | "-V" => {
            say(&mut io::stdout(), &format!("{} {}", server.about.name, server.about.version));
            Ok(exit::OK)
        }
        unknown => Err(usage(&format!("`{unknown}` is no command"))),
    }
}

fn serve<S: Send + Sync + 'static>(
    ready: Ready<S>,
    transport: Transport,
) -> Result<u8, StartError> {
    telemetry::start(ready.base());
    let runtime = Runtime::new()?;
    let result = runtime.block_on(async {
        match transport {
            Transport::Http => {
                let stopped = stopped()?;
                let app = ready.bind().await?;
                tracing::info!(address = %app.address(), "listening on http://{}", app.address());
                app.run_until(stopped).await;
                Ok(())
            }
            Transport::Stdio => {
                let (stop, stopped) = (CancellationToken::new(), stopped()?);
                let cancel = stop.clone();
                tokio::spawn(async move {
                    stopped.await;
                    cancel.cancel();
                });
                ready.serve_stdio(stop).await
            }
        }
    });
    // A read from stdin cannot be called off, so the end must not wait for it.
    runtime.shutdown_timeout(LAST_WORK);
    result.map(|()| exit::OK)
}

/// Done once the process is asked to stop. Made before anything is announced, so that a signal
/// right after that is not lost.
#[cfg(unix)]
fn stopped() -> Result<impl Future<Output = ()> + Send + 'static, StartError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Done once the process is asked to stop.
#[cfg(not(unix))]
fn stopped() -> Result<impl Future<Output = ()> + Send + 'static, StartError> {
    Ok(async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "the server cannot be interrupted");
            std::future::pending::<()>().await;
        }
    })
}

fn usage(what: &str) -> StartError {
    StartError::new(format!("{what}; help: see `--help`")).with_code(exit::USAGE)
}

fn help<S: Send + Sync + 'static>(server: &Server<S>) -> Result<String, StartError> {
    let about = server.about;
    let document = Document::parse(about.schemas)?;
    let own = Table::new(document.settings_schema())?;
    let tokens = server.token_settings()?.map(Table::new).transpose()?;
    let has_forms = !document.forms.is_empty();
    let base = settings::base_table(&server.defaults(), &server.required(has_forms))?;
    let asks = server.asks(has_forms);
    let base = base.rows().iter().filter(|row| does_something(server, asks, row));
    let mut rows = String::new();
    let tokens = tokens.iter().flat_map(Table::rows);
    for row in own.rows().iter().chain(tokens).chain(base) {
        rows.push_str(&described(row));
    }
    Ok(format!(
        "{}

Usage: {} [COMMAND]

Commands:
  run          serve HTTP (the default)
  --stdio      serve one MCP client on stdin and stdout
  healthcheck  ask the running server whether it is healthy
  --help       print this
  --version    print the version

Settings, from the environment; NAME_FILE names a file that holds the value of NAME:
{rows}
Exit codes: 0 stopped or healthy, 1 failed or not healthy, 64 wrong command line, 69 address \
         taken, 78 wrong settings",
        about.description, about.name
    ))
}

/// Whether a setting that every server has makes a difference to this one.
fn does_something<S: Send + Sync + 'static>(server: &Server<S>, asks: bool, row: &Row) -> bool {
    match row.name.as_str() {
        "auth_token" => server.auth == Auth::Bearer,
        "allow_anonymous" => server.auth == Auth::None,
        "state_key" => asks,
        "sessions" | "session_idle_seconds" => {
            let logs = server.deprecated.contains(&Deprecated::Logging);
            asks || logs || server.changes.any()
        }
        "cache_url" => server.extensions.iter().any(|extension| !extension.stores.is_empty()),
        _ => true,
    }
}

fn described(row: &Row) -> String {
    let default = row.default.as_ref().map(plain).filter(|text| !text.is_empty());
    let note = match default {
        Some(default) => format!(" [{default}]"),
        None if row.required => " (required)".to_owned(),
        None => String::new(),
    };
    format!("  {:<24} {}{note}\n", row.variable, row.description)
}

/// A reader that went away, such as `head`, is no failure.
fn say(to: &mut impl Write, text: &str) {
    let _ = writeln!(to, "{text}");
}
