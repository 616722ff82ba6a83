//! A file with nothing in it.

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, Files};
use crate::tree::Owner;

pub static RULE: Rule = Rule {
    id: "MCP002",
    name: "empty-file",
    severity: Severity::Error,
    summary: "a source, manifest or document is empty",
    docs: "An empty file that should say something is what remains of a write that failed, or of a template that was never \
           filled. The compiler takes an empty module for a fine one.\n\nAn Owned file is rendered again by `mcpgen \
           check --fix`. Restore any other from version control, or delete it where nothing needs it.",
    check: Check::Files(check),
};

/// Endings of files that are there to say something.
const ENDINGS: &[&str] = &["rs", "toml", "md", "json", "yml", "yaml"];

fn check(files: &Files<'_>, out: &mut Findings) {
    for file in files.suspects().filter(|file| file.text.trim().is_empty() && is_meant(file)) {
        let finding = out.add(file.whole(), format!("`{}` is empty", file.path));
        match (file.owner, file.expected) {
            (Some(Owner::Owned), Some(expected)) => {
                finding.help("`mcpgen check --fix` renders it again").fix(file.full_path(), Some(expected));
            }
            (Some(_), _) => _ = finding.help("restore it from version control"),
            (None, _) => _ = finding.help("write it, or delete it where nothing needs it"),
        }
    }
}

fn is_meant(file: &FileView<'_>) -> bool {
    file.name() == "Dockerfile" || ENDINGS.iter().any(|ending| file.has_extension(ending))
}
