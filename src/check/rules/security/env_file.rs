//! A file of settings of a running service, which git keeps.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rules::container::is_env_file;
use crate::check::view::Files;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP702",
    name: "env-file",
    severity: Severity::Error,
    summary: "a `.env` file that git does not ignore",
    docs: "`.env` files hold what a service runs with on one machine, secrets among it. One that git does not ignore is \
           committed with the next `git add`. Examples (`.env.example`, `.env.sample`, `.env.template`) are meant to be \
           kept.\n\nName it in `.gitignore`. Where it is committed already, take it out (`git rm --cached`) and make its \
           secrets invalid: the history still has them.",
    check: Check::Files(check),
};

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in files.suspects().filter(|file| is_env_file(file.name())) {
        let message = format!("git does not ignore {}, which holds what nobody else may know", quote(file.name()));
        out.add(file.whole(), message)
            .help(format!("add {} to `.gitignore`; `git rm --cached` if it is committed", quote(file.name())));
    }
}
