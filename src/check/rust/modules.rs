//! Where modules lie, and which of them are there for tests alone.

use syn::Item;

use super::{attributes, bare_name, is_for_tests, is_test_path};
use crate::check::view::Files;

/// Whether all of a file is there for tests: its name says so, or the `mod` that leads to it does.
pub fn is_test_file(files: &Files<'_>, path: &str) -> bool {
    is_test_path(path)
        || parents(path).iter().filter(|parent| *parent != path).any(|parent| {
            declares_for_tests(files, parent, module_name(path)) || (!is_root(parent) && is_test_file(files, parent))
        })
}

/// `#[cfg(test)] mod fakes;`
fn declares_for_tests(files: &Files<'_>, parent: &str, name: &str) -> bool {
    // What is rendered declares nothing of the kind, and is not parsed for it.
    let file = files.get(parent).filter(|file| file.text.contains("test") && file.text.contains(name));
    let items = file.and_then(|file| file.rust()).map(|rust| rust.items.as_slice()).unwrap_or_default();
    items.iter().any(|item| {
        matches!(item, Item::Mod(module) if module.content.is_none() && bare_name(&module.ident) == name)
            && is_for_tests(attributes(item))
    })
}

fn is_root(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("lib.rs" | "main.rs"))
}

/// The files that may declare a file as their module.
pub fn parents(path: &str) -> Vec<String> {
    let Some((mut folder, name)) = path.rsplit_once('/') else { return Vec::new() };
    if name == "mod.rs" {
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    if folder == "src" || folder.ends_with("/src") {
        return vec![format!("{folder}/lib.rs"), format!("{folder}/main.rs")];
    }
    vec![format!("{folder}.rs"), format!("{folder}/mod.rs")]
}

/// The name that a file's `mod` gives it.
pub fn module_name(path: &str) -> &str {
    let path = path.strip_suffix("/mod.rs").or(path.strip_suffix(".rs")).unwrap_or(path);
    path.rsplit('/').next().unwrap_or(path)
}
