//! A Rust file that no `mod` leads to.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod};

use crate::check::document::Node;
use crate::check::finding::{Findings, Severity};
use crate::check::rule::{Check, Rule};
use crate::check::rust;
use crate::check::view::{FileView, Files, ServerView, State, join};

pub static RULE: Rule = Rule {
    id: "MCP107",
    name: "unreachable-module",
    severity: Severity::Error,
    summary: "a file below `src` that no `mod` leads to, so that it is not compiled",
    docs: "The compiler reads a file only where a `mod` declares it. One that no `mod` leads to from `lib.rs` or `main.rs` \
           is dead without a word: what it says does not happen, and its mistakes are not seen.\n\nDeclare it with `mod` in \
           the file of the module above, or delete it. What mcpgen rendered is declared by `services/mod.rs`, and by \
           `tools.rs`, `resources.rs`, `prompts.rs` and `completions.rs` beside it: restore those from version control.",
    check: Check::Server(check),
};

fn check(server: &ServerView<'_>, out: &mut Findings) {
    let files = &server.files;
    if !may_be_unreachable(files) {
        return;
    }
    let Some(reached) = reached(files, roots(files)) else { return };
    let is_lost =
        |file: &&FileView<'_>| is_module(file.path) && file.state != State::Orphan && !reached.contains(file.path);
    let lost: Vec<&FileView<'_>> = files.all().iter().filter(is_lost).collect();
    // What a lost file declares is lost for that reason alone.
    let mut below = BTreeSet::new();
    for file in &lost {
        for path in file.rust().map(|source| declared(file.path, source)).unwrap_or_default() {
            below.insert(path);
        }
    }
    for file in lost.iter().filter(|file| !below.contains(file.path)) {
        let parent = rust::parents(file.path).into_iter().find_map(|path| files.get(&path));
        let message = format!("no `mod` leads to `{}`: it is not compiled", file.path);
        // Where the `mod` was lost from a file of ours, that is the file to mend.
        if let Some(parent) = parent.filter(|parent| parent.is_suspect() && was_declared(parent, file.path)) {
            let help = format!("declare it here again, with `mod {};`", rust::module_name(file.path));
            out.add(parent.line(1), message).help(help);
        } else {
            let above = parent.map_or_else(|| "the file of the module above".to_owned(), |it| format!("`{}`", it.path));
            out.add(file.line(1), message).help(format!("declare it in {above}, or delete it"));
        }
    }
}

/// Whether the file is a module of the crate, and no binary of its own.
fn is_module(path: &str) -> bool {
    let is_root = matches!(path, "src/main.rs" | "src/lib.rs") || path.starts_with("src/bin/");
    path.starts_with("src/") && rust::is_source(path) && !is_root
}

/// Whether there is a file that is not rendered, or a declaration of a rendered one was lost: else all is declared.
fn may_be_unreachable(files: &Files<'_>) -> bool {
    files.suspects().filter(|file| file.path.starts_with("src/") && rust::is_source(file.path)).any(|file| {
        if file.expected.is_none() {
            return true;
        }
        let (Some(found), Some(expected)) = (file.rust(), file.expected_rust()) else { return false };
        declared(file.path, expected).difference(&declared(file.path, found)).next().is_some()
    })
}

fn was_declared(parent: &FileView<'_>, path: &str) -> bool {
    parent.expected_rust().is_some_and(|expected| declared(parent.path, expected).contains(path))
}

/// Where compilation begins.
fn roots(files: &Files<'_>) -> Vec<String> {
    let mut roots = vec!["src/main.rs".to_owned(), "src/lib.rs".to_owned(), "build.rs".to_owned()];
    roots.extend(
        files.all().iter().map(|file| file.path).filter(|path| path.starts_with("src/bin/")).map(str::to_owned),
    );
    if let Some(manifest) = files.get("Cargo.toml").and_then(|file| file.document()) {
        let tables = ["bin", "test", "bench", "example"];
        let targets = tables.iter().filter_map(|table| manifest.get(table)).flat_map(Node::items);
        let paths = targets.chain(manifest.get("lib")).filter_map(|target| target.get("path")?.word());
        roots.extend(paths.map(|path| normal(path.trim_start_matches("./"))));
    }
    roots
}

/// All files that modules lead to; none where one of them cannot be read.
fn reached(files: &Files<'_>, roots: Vec<String>) -> Option<BTreeSet<String>> {
    // Tests may take a module of the crate in by its path.
    let others =
        files.all().iter().map(|file| file.path).filter(|path| !path.starts_with("src/") && rust::is_source(path));
    let mut open: Vec<String> = roots.into_iter().chain(others.map(str::to_owned)).collect();
    let mut reached = BTreeSet::new();
    while let Some(path) = open.pop() {
        let Some(file) = files.get(&path) else { continue };
        if !reached.insert(path) || is_a_leaf(file) {
            continue;
        }
        match file.rust() {
            Some(source) => open.extend(declared(file.path, source)),
            None if file.path.starts_with("src/") => return None,
            // What lies in the tests declares nothing below `src`, as a rule.
            None => {}
        }
    }
    Some(reached)
}

/// A rendered file without the word that declares modules.
fn is_a_leaf(file: &FileView<'_>) -> bool {
    !file.is_suspect() && !file.text.contains("mod ")
}

/// The files that a file declares as its modules, wherever they may lie; those that are not there are harmless.
fn declared(path: &str, source: &syn::File) -> BTreeSet<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.strip_suffix(".rs").unwrap_or(name);
    let mut folders = vec![join(folder, stem)];
    // The root of a crate, `mod.rs`, and what a `#[path]` names have their modules beside them.
    let is_bin = folder == "src/bin" || folder.starts_with("src/bin/");
    if matches!(stem, "mod" | "main" | "lib") || is_bin || !folder.starts_with("src") {
        folders.push(folder.to_owned());
    }
    let mut modules = Modules { folder: folder.to_owned(), folders, found: BTreeSet::new() };
    modules.visit_file(source);
    modules.found
}

struct Modules {
    /// Where the file lies.
    folder: String,
    /// Where modules may lie.
    folders: Vec<String>,
    found: BTreeSet<String>,
}

impl Modules {
    fn declare(&mut self, name: &str) {
        for folder in &self.folders {
            self.found.insert(join(folder, &format!("{name}.rs")));
            self.found.insert(join(folder, &format!("{name}/mod.rs")));
        }
    }

    fn name_file(&mut self, path: &str) {
        for folder in self.folders.iter().chain([&self.folder]) {
            self.found.insert(normal(&join(folder, path)));
        }
    }

    /// `mod a;` and `include!("a.rs")` in what a macro is given.
    fn tokens(&mut self, stream: TokenStream) {
        let mut is_after_mod = false;
        for token in stream {
            match token {
                TokenTree::Ident(word) if is_after_mod => {
                    let name = rust::bare_name(&word);
                    self.declare(&name);
                    // Whoever uses the macro may lie elsewhere: beside this file, or at the root.
                    for folder in [self.folder.clone(), "src".to_owned()] {
                        self.found.insert(join(&folder, &format!("{name}.rs")));
                        self.found.insert(join(&folder, &format!("{name}/mod.rs")));
                    }
                    is_after_mod = false;
                }
                TokenTree::Ident(word) => is_after_mod = word == "mod",
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => self.literal(&literal),
                TokenTree::Punct(_) => is_after_mod = false,
            }
        }
    }

    /// A text that may name a file: a module is then not lost.
    fn literal(&mut self, literal: &proc_macro2::Literal) {
        if let Some(path) = rust::text_of_literal(literal)
            && path.rsplit_once('.').is_some_and(|(_, end)| end == "rs")
        {
            self.name_file(&path);
        }
    }
}

impl<'a> Visit<'a> for Modules {
    fn visit_item(&mut self, item: &'a Item) {
        if !rust::is_off(rust::attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_mod(&mut self, module: &'a ItemMod) {
        let name = rust::bare_name(&module.ident);
        for attr in module.attrs.iter().filter(|attr| names_path(attr)) {
            self.tokens(attr.meta.to_token_stream());
        }
        if module.content.is_none() {
            self.declare(&name);
            return;
        }
        let inner = self.folders.iter().map(|folder| join(folder, &name)).collect();
        let before = std::mem::replace(&mut self.folders, inner);
        visit::visit_item_mod(self, module);
        self.folders = before;
    }

    fn visit_macro(&mut self, found: &'a syn::Macro) {
        self.tokens(found.tokens.clone());
    }
}

/// `#[path = "…"]`, and the same under a condition.
fn names_path(attr: &Attribute) -> bool {
    attr.path().is_ident("path") || attr.path().is_ident("cfg_attr")
}

/// A path without `.` and `..` in it.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_found_wherever_they_may_lie() {
        let lead = |path: &str, text: &str, to: &str| declared(path, &syn::parse_file(text).unwrap()).contains(to);
        assert!(lead("src/lib.rs", "pub mod a;", "src/a.rs"));
        assert!(lead("src/lib.rs", "pub mod a;", "src/a/mod.rs"));
        assert!(lead("src/a.rs", "mod b;", "src/a/b.rs"));
        assert!(!lead("src/a.rs", "mod b;", "src/b.rs"));
        assert!(lead("src/a/mod.rs", "mod b;", "src/a/b.rs"));
        assert!(lead("src/lib.rs", "mod a { mod b; }", "src/a/b.rs"));
        assert!(lead("src/lib.rs", "#[path = \"x/../y.rs\"] mod a;", "src/y.rs"));
        assert!(lead("src/lib.rs", "#[cfg_attr(unix, path = \"y.rs\")] mod a;", "src/y.rs"));
        assert!(lead("src/lib.rs", "#[cfg(test)] mod tests;", "src/tests.rs"));
        assert!(lead("src/lib.rs", "include!(\"a.rs\");", "src/a.rs"));
        assert!(lead("src/lib.rs", "cfg_if! { if #[cfg(unix)] { mod a; } }", "src/a.rs"));
        assert!(lead("src/core/root.rs", "macro_rules! root { () => { mod a; } }", "src/core/a.rs"));
        assert!(lead("src/lib.rs", "mod r#type;", "src/type.rs"));
        assert!(lead("tests/all.rs", "#[path = \"../src/a.rs\"] mod a;", "src/a.rs"));
        assert!(!lead("src/lib.rs", "#[cfg(any())] mod a;", "src/a.rs"));
        assert!(!lead("src/lib.rs", "// mod a;", "src/a.rs"));
    }
}
