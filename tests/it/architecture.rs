//! Who may import whom: the invariants of `lib.rs`, as a table.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A module and all modules of ours that it may name.
const ALLOWED: &[(&str, &[&str])] = &[
    ("name", &[]),
    ("text", &[]),
    ("tree", &[]),
    ("pattern", &[]),
    ("escape", &["text"]),
    ("excerpt", &["text"]),
    ("spec", &["escape", "excerpt", "name", "pattern", "text", "tree"]),
    ("fleet", &["text"]),
    ("disk", &["tree"]),
    ("secret", &["name"]),
    ("ports", &["disk", "name", "secret", "spec", "text"]),
    ("record", &["escape", "tree"]),
    ("check", &["fleet", "name", "ports", "record", "secret", "spec", "text", "tree"]),
    ("live", &["check"]),
    ("report", &["check", "excerpt", "text"]),
    ("plan", &["escape", "fleet", "name", "pattern", "spec", "text", "tree"]),
    ("template", &["escape", "plan", "tree"]),
    ("cli", &[]),
    (
        "commands",
        &[
            "check", "cli", "disk", "escape", "excerpt", "fleet", "live", "name", "plan", "ports", "record", "report",
            "spec", "template", "text", "tree",
        ],
    ),
];

/// Words of other crates and of the standard library, and the only modules that may use them.
const KEPT: &[(&str, &[&str])] = &[
    ("clap::", &["cli"]),
    ("tera::", &["template"]),
    ("std::env::", &["commands"]),
    ("SystemTime", &["commands"]),
    ("std::fs", &["commands", "disk", "fleet", "ports"]),
    ("include_dir!", &["spec", "template"]),
    ("object_store::", &["ports"]),
    ("tokio::", &["ports"]),
    ("syn::", &["check"]),
    ("ureq::", &["live"]),
    ("println!", &[]),
    ("unsafe ", &[]),
];

/// The modules of `src` with their sources, without comments and without tests.
fn modules() -> Vec<(String, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = walkdir::WalkDir::new(&src).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files
        .filter_map(|entry| {
            let path = entry.path().strip_prefix(&src).unwrap().to_str().unwrap().replace('\\', "/");
            let module = path.split(['/', '.']).next().unwrap().to_owned();
            let text = fs::read_to_string(entry.path()).unwrap();
            let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
            let code: String = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .flat_map(|line| [line, "\n"])
                .collect();
            let is_test = path.ends_with("properties.rs") || path.ends_with("tests.rs") || path.contains("/tests/");
            (!matches!(module.as_str(), "main" | "lib") && !is_test).then_some((module, path, code))
        })
        .collect()
}

/// The modules of ours that a source names.
fn named(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (i, _) in code.match_indices("crate::") {
        let rest = &code[i + "crate::".len()..];
        let list = rest
            .strip_prefix('{')
            .map_or_else(|| rest.split([':', ';', ',', ' ', ')']).next(), |list| list.split('}').next());
        for item in list.unwrap_or_default().split(',') {
            let name: String = item.trim().chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if !name.is_empty() {
                found.insert(name);
            }
        }
    }
    found
}

#[test]
fn modules_import_only_what_they_may() {
    let mut broken = Vec::new();
    for (module, path, code) in modules() {
        let (_, allowed) = ALLOWED
            .iter()
            .find(|(name, _)| *name == module)
            .unwrap_or_else(|| panic!("`{module}` is not in the table"));
        for other in named(&code) {
            if other != module && !allowed.contains(&other.as_str()) {
                broken.push(format!("`{path}` imports `{other}`"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn what_belongs_to_one_module_stays_there() {
    let mut broken = Vec::new();
    for (module, path, code) in modules() {
        for (word, keepers) in KEPT {
            if code.contains(word) && !keepers.contains(&module.as_str()) {
                broken.push(format!("`{path}` names `{word}`"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn the_table_has_every_module_and_no_other() {
    let there: BTreeSet<String> = modules().into_iter().map(|(module, ..)| module).collect();
    let listed: BTreeSet<String> = ALLOWED.iter().map(|(module, _)| (*module).to_owned()).collect();
    assert_eq!(there, listed);
}
