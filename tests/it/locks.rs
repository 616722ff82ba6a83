//! The lock files that a fleet ships: together, those of its parts are what cargo itself would write for it.

use std::fs;
use std::path::Path;
use std::process::Command;

use mcpgen::plan::{self, Part, lock};
use mcpgen::{fleet, template};

/// The parts that bring packages from outside; what stands together comes together.
const EXTRAS: [&[Part]; 3] = [&[Part::Issuer, Part::OAuth], &[Part::Redis], &[Part::Upstream]];

/// Set to write the lock files anew, after a version in `fleet/Cargo.toml.tera` has changed.
const UPDATE: &str = "MCPGEN_UPDATE_LOCKS";

#[test]
fn the_shipped_lock_files_of_any_parts_are_what_cargo_would_write() {
    let all = parts(usize::MAX);
    if std::env::var_os(UPDATE).is_some() {
        // The richest is resolved once; the others have the same versions.
        let richest = resolve(&all, &shipped(&all), false);
        for number in [0, 1, 2, 4] {
            let parts = parts(number);
            let path = lock::tested(&parts).pop().unwrap();
            let text = resolve(&parts, &richest, false);
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(path), text).unwrap();
        }
        return;
    }
    for number in 0..1 << EXTRAS.len() {
        let parts = parts(number);
        let shipped = shipped(&parts);
        assert_eq!(resolve(&parts, &shipped, true), shipped, "of {parts:?}");
    }
}

/// The parts of a fleet: what all have, and those extras whose bit is set.
fn parts(number: usize) -> Vec<Part> {
    let extras = EXTRAS.iter().enumerate().filter(|(i, _)| number >> i & 1 == 1).flat_map(|(_, parts)| *parts);
    [Part::Core, Part::Docs, Part::Testing].iter().chain(extras).copied().collect()
}

/// What a fleet of these parts is given.
fn shipped(parts: &[Part]) -> String {
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let read = |path| fs::read_to_string(templates.join(path)).unwrap_or_else(|_| "version = 4\n".to_owned());
    let texts: Vec<String> = lock::tested(parts).into_iter().map(read).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    lock::join(None, &texts, &[], parts).unwrap()
}

/// What cargo makes of a lock file; it must not change it where that is `locked`.
fn resolve(parts: &[Part], text: &str, locked: bool) -> String {
    let folder = tempfile::tempdir().unwrap();
    let tree = template::render(&plan::fleet(&fleet::Settings::default(), true, parts)).unwrap();
    for (path, file) in tree.iter() {
        let target = folder.path().join(path.as_str());
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, &file.text).unwrap();
    }
    let path = folder.path().join("Cargo.lock");
    fs::write(&path, text).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["metadata", "--format-version", "1", "--quiet"]).current_dir(folder.path());
    if locked {
        cargo.arg("--locked");
    }
    let output = cargo.output().unwrap();
    assert!(
        output.status.success(),
        "the lock file of {parts:?} is not current: {}\nhelp: run this test with {UPDATE}=1",
        String::from_utf8_lossy(&output.stderr)
    );
    fs::read_to_string(path).unwrap()
}
