//! An image that has the compiler in it.

use parse_dockerfile::Instruction;

use super::{Image, shell};
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP602",
    name: "single-stage",
    severity: Severity::Error,
    summary: "the image is compiled in the stage that is shipped",
    docs: "An image that compiles in its last stage ships the compiler, the sources and what cargo downloaded: a gigabyte \
           that has to be pulled, scanned and patched.\n\nCompile in a stage of its own (`FROM rust:… AS build`), and copy \
           the binary from there (`COPY --from=build`).",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(image) = Image::of(server) else { return };
    let build = image.instructions().find_map(|instruction| match instruction {
        Instruction::Run(run) => shell::commands(run).into_iter().find_map(|words| compiles(&words)),
        _ => None,
    });
    if let Some(span) = build {
        let help = "compile in a stage of its own, and `COPY --from` it";
        out.add(
            image.file.bytes(span),
            "the stage that is shipped compiles: the compiler and the sources are in the image",
        )
        .help(help);
    }
}

/// Where a command compiles with cargo.
pub fn compiles(words: &shell::Words<'_>) -> Option<std::ops::Range<usize>> {
    let cargo = words.iter().position(|(word, _)| *word == "cargo" || word.ends_with("/cargo"))?;
    let (word, span) = words[cargo + 1..].iter().find(|(word, _)| !word.starts_with(['+', '-']))?;
    matches!(*word, "build" | "b" | "install" | "rustc").then(|| words[cargo].1.start..span.end)
}
