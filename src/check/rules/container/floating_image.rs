//! An image that begins with something else every day.

use parse_dockerfile::Instruction;

use super::Image;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP606",
    name: "floating-image",
    severity: Severity::Error,
    summary: "the image is built from one without a tag, or from `latest`",
    docs: "An image without a tag is `latest`: another one tomorrow, with another compiler or another libc. A build that \
           worked cannot be repeated.\n\nName a version (`rust:1.95-slim-trixie`) or a digest.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some(image) = Image::of(server) else { return };
    for (at, stage) in image.stages.iter().enumerate() {
        let from = &stage.from.image;
        let copied = stage.instructions.iter().filter_map(|instruction| match instruction {
            Instruction::Copy(copy) => copy.options.iter().find(|flag| flag.name.value == "from")?.value.as_ref(),
            _ => None,
        });
        for (name, before) in std::iter::once((from, at)).chain(copied.map(|name| (name, image.stages.len()))) {
            let is_stage = image.stage(&name.value, before).is_some() || name.value.parse::<usize>().is_ok();
            if !is_stage && floats(&name.value) {
                let message = format!("{} is another image tomorrow", quote(&name.value));
                out.add(image.file.bytes(name.span.clone()), message).help("name a version, or a digest");
            }
        }
    }
}

fn floats(image: &str) -> bool {
    if image == "scratch" || image.contains(['$', '@']) {
        return false;
    }
    let last = image.rsplit('/').next().unwrap_or_default();
    last.split_once(':').is_none_or(|(_, tag)| tag == "latest")
}
