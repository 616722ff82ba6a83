//! `file`: a file beside the spec, whose content becomes a part of the server.
//!
//! Knows which paths a spec may name. Knows no disk: what is at a path, whoever reads the spec says.

use std::ops::Range;

use super::Check;
use crate::spec::grammar::LONGEST_FILE;
use crate::spec::node::Table;
use crate::spec::types::NamedFile;
use crate::text::quote;
use crate::tree::RelPath;

/// Folders of a server that are not for such files: cargo finds code in them.
const FOLDERS_OF_CODE: &[&str] = &["src", "tests", "benches", "examples"];

/// Files that stand in the folder of every server, so that no folder can have their names.
const FILES_OF_SERVERS: &[&str] =
    &["cargo.toml", "dockerfile", "mcpgen.lock", "notes.md", "readme.md", "schemas.json", "server.toml"];

/// Folders that neither git nor the image nor a check looks into.
const UNSEEN_FOLDERS: &[&str] = &["target", "node_modules"];

/// Media types of text that do not say so by their beginning or end.
const TEXT_TYPES: &[&str] = &["json", "xml", "yaml", "toml", "javascript", "sql", "graphql", "x-sh"];

impl Check<'_> {
    /// The path in `file`; nothing where there is none that can be used.
    pub(super) fn file(&self, table: &Table<'_>, is_text: bool) -> Option<RelPath> {
        // That it is empty or too long is said already.
        let (text, span) = table.text("file").filter(|(text, _)| (1..=LONGEST_FILE).contains(&text.chars().count()))?;
        let path = match RelPath::parse(text) {
            Ok(path) => path,
            Err(error) => {
                let help = match meant(text) {
                    Some(path) => format!("write {}", quote(path.as_str())),
                    None => "write a path below the spec's folder, such as `assets/logo.png`".to_owned(),
                };
                self.say(&span, error.to_string(), help);
                return None;
            }
        };
        if let Some((why, help)) = refusal(&path) {
            self.say(&span, format!("the file {} {why}", quote(text)), help);
            return None;
        }
        self.look_at(NamedFile { path: &path, is_text }, &span);
        Some(path)
    }

    fn look_at(&self, file: NamedFile<'_>, span: &Range<usize>) {
        if let Some(Err(unusable)) = self.look.map(|look| look(file)) {
            self.say(span, unusable.message, unusable.help);
        }
    }
}

/// The path that was meant by one which takes a detour, or is written as Windows does.
fn meant(text: &str) -> Option<RelPath> {
    let text = text.replace('\\', "/");
    let mut parts: Vec<&str> = Vec::new();
    for part in text.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    RelPath::parse(&parts.join("/")).ok().filter(|path| refusal(path).is_none())
}

/// Why a path is no place for such a file, and what to do instead.
fn refusal(path: &RelPath) -> Option<(&'static str, String)> {
    let text = path.as_str();
    let lower = text.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split('/').collect();
    let is_odd = |c: char| !c.is_ascii_alphanumeric() && !"._-".contains(c);
    if text.contains(|c| is_odd(c) && c != '/') {
        return Some(("has characters that are not plain", "use ASCII letters, digits, `.`, `_` and `-`".to_owned()));
    }
    if parts.iter().any(|part| part.starts_with('.')) {
        return Some(("is hidden", "use names that do not begin with a dot".to_owned()));
    }
    if parts.len() == 1 {
        // What has no ending may be a folder.
        let help = if text.contains('.') {
            format!("move it to a folder beside the spec: `assets/{text}`")
        } else {
            "name a file in a folder beside the spec, such as `assets/logo.png`".to_owned()
        };
        return Some(("is in no folder", help));
    }
    if FOLDERS_OF_CODE.contains(&parts[0]) || lower.rsplit_once('.').is_some_and(|(_, end)| end == "rs") {
        return Some(("is where code is", "use a folder such as `assets`, and no ending `.rs`".to_owned()));
    }
    if FILES_OF_SERVERS.contains(&parts[0]) {
        let help = "use a folder such as `assets`".to_owned();
        return Some(("is in a folder with the name of a file that every server has", help));
    }
    if parts.iter().any(|part| UNSEEN_FOLDERS.contains(part)) {
        return Some(("is in a folder of things that are built", "use a folder such as `assets`".to_owned()));
    }
    None
}

/// Whether what has this media type is text.
pub(super) fn is_text(mime_type: &str) -> bool {
    let essence = mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some((kind, subtype)) = essence.split_once('/') else { return false };
    let (first, last) = (subtype.split('+').next(), subtype.rsplit('+').next());
    kind == "text" || [first, last].into_iter().flatten().any(|word| TEXT_TYPES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_media_type_says_whether_it_is_text() {
        for text in ["text/plain", "text/markdown; charset=utf-8", "application/json", "image/svg+xml", "Text/HTML"] {
            assert!(is_text(text), "{text}");
        }
        for other in ["image/png", "application/octet-stream", "application/pdf", "json", "application/vnd.ms-xml-x"] {
            assert!(!is_text(other), "{other}");
        }
    }

    #[test]
    fn the_path_that_was_meant_is_found() {
        for (written, path) in [
            ("./assets/rules.md", Some("assets/rules.md")),
            ("assets/./deep/../rules.md", Some("assets/rules.md")),
            ("assets\\deep\\rules.md", Some("assets/deep/rules.md")),
            ("../assets/rules.md", None),
            ("/assets/rules.md", None),
            ("./rules.md", None),
            ("C:\\assets\\rules.md", None),
        ] {
            assert_eq!(meant(written).as_ref().map(RelPath::as_str), path, "{written}");
        }
    }

    #[test]
    fn paths_that_lead_nowhere_else_are_taken() {
        for path in ["assets/logo.png", "a/b/c", "Deep-1/of_2/x.tar.gz", "texts/README.md"] {
            assert_eq!(refusal(&RelPath::parse(path).unwrap()), None, "{path}");
        }
        for path in [
            "logo.png",
            "build.rs",
            "server.toml",
            "src/a.txt",
            "SRC/a.txt",
            "tests/data/a",
            "a/target/b",
            "target/a",
            "a/.env",
            ".git/config",
            "assets/ä.png",
            "assets/a b.png",
            "assets/a;b",
            "assets/{a}",
            "assets/x.rs",
        ] {
            assert!(refusal(&RelPath::parse(path).unwrap()).is_some(), "{path}");
        }
    }
}
