//! What would be copied into the build although it must not be.

use globset::GlobBuilder;

use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::view::{FleetView, State};
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP608",
    name: "ignore-file",
    severity: Severity::Error,
    summary: "the fleet's `.dockerignore` lets secrets, the repository's history or build output into images",
    docs: "The Dockerfiles copy the fleet's folder into the build. `.dockerignore` keeps out what must not be there: \
           `.env` files, which hold secrets, `.git`, which holds whatever once was in the repository, and `target`, which \
           is gigabytes.\n\nHave `**/target`, `**/.git` and `**/.env*` in it, and nothing that takes them back.",
    check: Check::Fleet(check),
};

/// Patterns that must be there, and paths that they keep out.
const KEPT_OUT: &[(&str, &[&str])] = &[
    ("**/target", &["target/release/a", "weather_v2/target/debug/a"]),
    ("**/.git", &[".git/config"]),
    ("**/.env*", &[".env", ".env.production", "weather_v2/.env"]),
];

fn check(fleet: &FleetView<'_>, out: &mut Findings) {
    let file = fleet.own.get(".dockerignore").filter(|file| file.is_suspect() && file.state != State::Outdated);
    let Some(file) = file else { return };
    let patterns: Vec<_> = file.text.lines().filter_map(pattern).collect();
    let is_ignored = |path: &str| {
        let last = patterns.iter().rev().find(|(pattern, _)| ends(path).any(|part| pattern.is_match(part)));
        last.is_some_and(|(_, is_kept_out)| *is_kept_out)
    };
    for (pattern, paths) in KEPT_OUT {
        if let Some(path) = paths.iter().find(|path| !is_ignored(path)) {
            let message = format!("{} would be copied into the images", quote(path));
            out.add(file.whole(), message).help(format!("add `{pattern}`"));
        }
    }
}

/// The path, and each folder that it is in.
fn ends(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(end, _)| end).chain([path.len()]).map(|end| &path[..end])
}

/// A line as a pattern, and whether it keeps out; with a `!` before it, it takes back.
fn pattern(line: &str) -> Option<(globset::GlobMatcher, bool)> {
    let line = line.trim();
    let (text, is_kept_out) = line.strip_prefix('!').map_or((line, true), |text| (text.trim(), false));
    let text = text.trim_start_matches("./").trim_matches('/');
    if text.is_empty() || line.starts_with('#') {
        return None;
    }
    let glob = GlobBuilder::new(text).literal_separator(true).build().ok()?;
    Some((glob.compile_matcher(), is_kept_out))
}
