//! An image that runs as root.

use parse_dockerfile::Instruction;

use super::Image;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;

pub static RULE: Rule = Rule {
    id: "MCP601",
    name: "root-user",
    severity: Severity::Error,
    summary: "the image runs as root",
    docs: "Whoever breaks out of a process that runs as root is root outside too, wherever users are not mapped. The rendered \
           Dockerfile makes a user without a shell and runs as that one.\n\nSay `USER` with a number other than 0 in the last \
           stage, behind everything that needs root.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(image) = Image::of(server) else { return };
    let user = image.instructions().find_map(|instruction| match instruction {
        Instruction::User(user) => Some(user),
        _ => None,
    });
    let help = "say `USER 10001` behind the last instruction that needs root";
    match user {
        Some(user) => {
            let name = user.arguments.value.split(':').next().unwrap_or_default().trim();
            if matches!(name, "root" | "0") {
                let place = image.file.bytes(user.user.span.start..user.arguments.span.end);
                out.add(place, "the image runs as root").help(help);
            }
        }
        // Some images begin with a user of their own, and say so in their name.
        None if image.root().is_some_and(|from| is_rootless(&from.image.value)) => {}
        None => {
            out.add(image.place(), "the image runs as root: its last stage names no `USER`").help(help);
        }
    }
}

fn is_rootless(image: &str) -> bool {
    image.contains("nonroot") || image.contains("rootless") || image.starts_with("cgr.dev/") || image.contains('$')
}
