//! A server that does not stop in order when it is told to.

use super::is_edited;
use super::missing_endpoint::{foreign_sources, main_of};
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RESTORE;
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::{FleetView, ServerView};

pub static RULE: Rule = Rule {
    id: "MCP112",
    name: "unwired-shutdown",
    severity: Severity::Error,
    summary: "a server does not wait for SIGTERM, or cuts off calls that run",
    docs: "An orchestrator stops a server with SIGTERM. The base then takes no new connection and lets running calls end; \
           without that, every deployment cuts off calls in the middle. In a server that mcpgen did not make, any waiting \
           for a signal counts.\n\nRestore the file of the base from version control. For a server that mcpgen did not \
           make, wait for `SIGTERM` and shut down gracefully.",
    check: Check::Both(check, check_base),
};

/// A file of the base, a word that it must have in what runs, and what is lost without.
const PARTS: &[(&str, &str, &str)] = &[
    ("base/core/src/command.rs", "terminate", "nothing waits for SIGTERM: a server dies in the middle of calls"),
    ("base/core/src/command.rs", "run_until", "nothing tells a server to stop: it dies in the middle of calls"),
    ("base/core/src/app.rs", "cancel", "a stop reaches no connection: calls are cut off"),
    ("base/core/src/http/serve.rs", "graceful_shutdown", "connections are not closed in order: calls are cut off"),
    ("base/core/src/http/serve.rs", "wait", "a server does not wait for calls that run: they are cut off"),
];

/// Words by which code waits for a signal.
const SIGNALS: &[&str] =
    &["ctrl_c", "terminate", "SIGTERM", "SIGINT", "signal_hook", "ctrlc", "set_handler", "Signals"];

fn check_base(fleet: &FleetView<'_>, out: &mut Findings) {
    let mut said: Vec<&str> = Vec::new();
    for (path, word, lost) in PARTS {
        let Some(file) = fleet.own.get(path).filter(|file| is_edited(file)) else { continue };
        let Some(source) = file.rust().filter(|_| !said.contains(path)) else { continue };
        let was_there = file.expected_rust().is_some_and(|expected| rust::has_word(expected, word));
        if was_there && !rust::has_word(source, word) {
            // What is lost first makes the rest of no use.
            said.push(path);
            out.add(file.line(1), *lost).help(RESTORE);
        }
    }
}

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(sources) = foreign_sources(server).filter(|sources| !sources.is_empty()) else { return };
    let waits = |source: &&syn::File| SIGNALS.iter().any(|word| rust::has_word(source, word));
    if !sources.iter().any(waits) {
        out.add(
            server.files.place(main_of(&server.files)),
            "nothing waits for a signal: a stop cuts off calls that run",
        )
        .severity(Severity::Warning)
        .help("wait for `SIGTERM`, let running calls end, and only then stop");
    }
}
