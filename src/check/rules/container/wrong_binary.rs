//! An image that has another server in it than it says.

use parse_dockerfile::{Command, HealthcheckArguments, Instruction, Source};

use super::{Image, shell};
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP610",
    name: "wrong-binary",
    severity: Severity::Error,
    summary: "the image builds, copies or starts another server than its own",
    docs: "A Dockerfile that was copied from another server builds, copies or starts that one: the image answers, with the \
           wrong tools.\n\nName the crate of the folder that the Dockerfile is in.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(image) = Image::of(server).filter(|_| server.is_ours()) else { return };
    let mut report = |name: &str, span: std::ops::Range<usize>, what: &str| {
        let message = format!("the image of {} {what} {}", quote(server.id), quote(name));
        out.add(image.file.bytes(span), message).help(format!("name {} here", quote(server.id)));
    };
    for instruction in image.stages.iter().flat_map(|stage| stage.instructions) {
        match instruction {
            Instruction::Run(run) => {
                for words in shell::commands(run) {
                    if let Some((name, span)) = package(&words).filter(|(name, _)| *name != server.id) {
                        report(name, span, "builds");
                    }
                }
            }
            Instruction::Copy(copy) => {
                for source in &copy.src {
                    if let Source::Path(path) = source
                        && let Some(name) = other(server, &path.value)
                    {
                        report(name, path.span.clone(), "copies");
                    }
                }
            }
            Instruction::Entrypoint(start) => started(server, &start.arguments, &mut report),
            Instruction::Cmd(start) => started(server, &start.arguments, &mut report),
            Instruction::Healthcheck(probe) => {
                if let HealthcheckArguments::Cmd { arguments, .. } = &probe.arguments {
                    started(server, arguments, &mut report);
                }
            }
            _ => {}
        }
    }
}

/// The package that a command compiles.
fn package<'t>(words: &shell::Words<'t>) -> Option<(&'t str, std::ops::Range<usize>)> {
    super::single_stage::compiles(words).filter(|_| !words.iter().any(|(word, _)| *word == "install"))?;
    let at = words.iter().position(|(word, _)| matches!(*word, "-p" | "--package" | "--bin"))?;
    words.get(at + 1).filter(|(name, _)| !name.contains('$')).cloned()
}

fn started(
    server: &ServerView<'_>,
    command: &Command<'_>,
    report: &mut impl FnMut(&str, std::ops::Range<usize>, &str),
) {
    for (word, span) in shell::of(command).into_iter().flatten() {
        if let Some(name) = other(server, word) {
            report(name, span, "starts");
        }
    }
}

/// Another server of the fleet that a path ends in.
fn other<'p>(server: &ServerView<'_>, path: &'p str) -> Option<&'p str> {
    let name = path.rsplit('/').next().filter(|name| *name != server.id)?;
    server.ids.contains(name).then_some(name)
}
