//! A link to a file that is not there.

use std::collections::HashSet;

use crate::check::finding::{Findings, Severity};
use crate::check::markdown;
use crate::check::rule::{Check, Rule};
use crate::check::view::{FileView, Files, FleetView, ServerView};
use crate::record;
use crate::text::quote;

pub static RULE: Rule = Rule {
    id: "MCP804",
    name: "dead-link",
    severity: Severity::Warning,
    summary: "a link or image in a Markdown file goes to a file or heading that does not exist",
    docs: "Links within the repository die when files are moved or renamed. Only links to files of the same server, or of the \
           fleet, and to headings of the same file are followed: nothing is asked of the network.\n\nCorrect the link, or \
           remove it.",
    check: Check::Both(check_server, check_fleet),
};

fn check_server(server: &ServerView<'_>, out: &mut Findings) {
    report(&server.files, &|_| false, out);
}

fn check_fleet(fleet: &FleetView<'_>, out: &mut Findings) {
    let servers: HashSet<&str> = fleet.servers.iter().map(|server| server.id.as_str()).collect();
    report(&fleet.own, &|folder| servers.contains(folder), out);
}

/// Says which links go nowhere. What is in some folders nobody can tell here.
fn report(files: &Files<'_>, is_unseen: &dyn Fn(&str) -> bool, out: &mut Findings) {
    let mut there: Option<HashSet<&str>> = None;
    let is_markdown = |file: &&FileView<'_>| file.has_extension("md") || file.has_extension("markdown");
    // What was rendered once is kept beside the record, away from what it links to.
    for file in files.suspects().filter(is_markdown).filter(|file| !file.path.starts_with(record::BASE)) {
        let markdown = markdown::read(file.text);
        for link in &markdown.links {
            let (path, anchor) = link.to.split_once('#').unwrap_or((link.to.as_str(), ""));
            let path = path.split('?').next().unwrap_or(path);
            if path.is_empty() {
                if !(anchor.is_empty() || anchor == "top" || markdown.has_anchor(&decoded(anchor))) {
                    let message = format!("no heading of the file is `#{}`", quote(anchor).trim_matches('`'));
                    out.add(file.bytes(link.at.clone()), message)
                        .help("name a heading that is there, or remove the link");
                }
                continue;
            }
            let Some(target) =
                target(file, path).filter(|target| !is_unseen(target.split('/').next().unwrap_or_default()))
            else {
                continue;
            };
            // What is not there any more, another rule says.
            if target == "server.toml" || files.missing.iter().any(|(path, _)| *path == target) {
                continue;
            }
            let there = there.get_or_insert_with(|| all_paths(files));
            let as_page = format!("{target}.md");
            if !there.contains(target.as_str()) && !there.contains(as_page.as_str()) {
                let message = format!("the link goes to {}, which is not there", quote(&target));
                out.add(file.bytes(link.at.clone()), message).help("correct the link, or remove it");
            }
        }
    }
}

/// The path below the folder that a link goes to; none where it leaves the folder, or is no path.
fn target(file: &FileView<'_>, link: &str) -> Option<String> {
    const BUILT: &[&str] = &["target", "node_modules", ".git"];
    // A scheme, another host, the root of a site, or an item of Rust's documentation.
    if link.contains(':') || link.starts_with('/') || link.contains('\\') {
        return None;
    }
    let link = decoded(link);
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty() && !BUILT.contains(&parts[0])).then(|| parts.join("/"))
}

/// All files, and all folders above them. What is missing, and should be there, is another rule's.
fn all_paths<'f>(files: &'f Files<'_>) -> HashSet<&'f str> {
    let found = files.all().iter().map(|file| file.path).chain(files.others.iter().map(|(path, _)| *path));
    let paths = found.chain(files.missing.iter().map(|(path, _)| *path));
    let mut all = HashSet::new();
    for path in paths {
        all.insert(path);
        for (end, _) in path.rmatch_indices('/') {
            if !all.insert(&path[..end]) {
                break;
            }
        }
    }
    all
}

/// The text without percent-encoding.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%').and_then(|code| std::str::from_utf8(code).ok());
        let byte = code.and_then(|code| u8::from_str_radix(code, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn percent_encoding_is_undone() {
        assert_eq!(decoded("a%20b%C3%A9%"), "a bé%");
        assert_eq!(decoded("%zz%2"), "%zz%2");
    }
}
