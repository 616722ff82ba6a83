//! A section that a README should have.

use super::edited;
use crate::check::finding::{Findings, Severity};
use crate::check::owned::RENDER_ANEW;
use crate::check::rule::{Check, Rule};
use crate::check::view::ServerView;
use crate::text::all_of;

pub static RULE: Rule = Rule {
    id: "MCP801",
    name: "readme-section",
    severity: Severity::Error,
    summary: "a section of a server's README is gone",
    docs: "Every README of the fleet answers the same questions in the same places: how the server is run, what it offers, how it \
           is set up, deployed and watched, and whom to ask. Whoever is called at night looks for them there.\n\nRestore the \
           section from version control; `mcpgen check --diff` shows it. Notes of your own belong into `NOTES.md`.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let Some((file, found, expected)) = edited(server) else { return };
    let headings = expected.sections.iter().filter(|section| section.level == 2);
    let missing: Vec<&str> =
        headings.map(|section| section.path.as_str()).filter(|path| found.section(path).is_none()).collect();
    if missing.is_empty() {
        return;
    }
    let noun = if missing.len() == 1 { "section" } else { "sections" };
    out.add(file.whole(), format!("the README has no {noun} {}", all_of(&missing)))
        .help(format!("`mcpgen check --diff` shows what is gone; {RENDER_ANEW}"));
}
