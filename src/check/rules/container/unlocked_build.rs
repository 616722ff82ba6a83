//! An image that is built from other versions than those that were tested.

use parse_dockerfile::Instruction;

use super::single_stage::compiles;
use super::{Image, shell};
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP603",
    name: "unlocked-build",
    severity: Severity::Error,
    summary: "the image is built without `--locked`",
    docs: "Without `--locked` cargo takes newer versions than `Cargo.lock` has whenever the lock file is not complete: what \
           is shipped is not what was tested.\n\nAdd `--locked` to `cargo build` and `cargo install`.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(image) = Image::of(server) else { return };
    let instructions = image.stages.iter().flat_map(|stage| stage.instructions);
    for instruction in instructions {
        let Instruction::Run(run) = instruction else { continue };
        for words in shell::commands(run) {
            let is_locked = words.iter().any(|(word, _)| matches!(*word, "--locked" | "--frozen"));
            if let Some(span) = compiles(&words).filter(|_| !is_locked) {
                let message = "cargo is called without `--locked`: it may build other versions than were tested";
                out.add(image.file.bytes(span), message).help("add `--locked`");
            }
        }
    }
}
