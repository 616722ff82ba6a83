//! The lock files that a fleet ships: each is what cargo itself would write for its parts of the base.

use std::fs;
use std::path::Path;
use std::process::Command;

use mcpgen::plan::{self, Part, lock};
use mcpgen::{fleet, template};

/// The parts that bring packages from outside, in every combination; the richest first.
const COMBINATIONS: [&[Part]; 4] = [&[Part::Redis, Part::Upstream], &[Part::Upstream], &[Part::Redis], &[]];

/// Set to write the lock files anew, after a version in `fleet/Cargo.toml.tera` has changed.
const UPDATE: &str = "MCPGEN_UPDATE_LOCKS";

#[test]
fn every_shipped_lock_file_is_what_cargo_would_write() {
    let is_update = std::env::var_os(UPDATE).is_some();
    let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
    let richest = templates.join(lock::tested(COMBINATIONS[0]));
    for extra in COMBINATIONS {
        let mut parts = vec![Part::Core, Part::Docs, Part::Testing];
        parts.extend(extra);
        let folder = tempfile::tempdir().unwrap();
        let tree = template::render(&plan::fleet(&fleet::Settings::default(), true, &parts)).unwrap();
        for (path, file) in tree.iter() {
            let target = folder.path().join(path.as_str());
            fs::create_dir_all(target.parent().unwrap()).unwrap();
            fs::write(target, &file.text).unwrap();
        }
        let shipped = templates.join(lock::tested(&parts));
        let begin = if is_update { &richest } else { &shipped };
        fs::copy(begin, folder.path().join("Cargo.lock")).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["metadata", "--format-version", "1", "--quiet"]).current_dir(folder.path());
        if !is_update {
            cargo.arg("--locked");
        }
        let output = cargo.output().unwrap();
        assert!(
            output.status.success(),
            "`{}` is not current: {}\nhelp: run this test with {UPDATE}=1",
            shipped.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        if is_update {
            fs::copy(folder.path().join("Cargo.lock"), &shipped).unwrap();
        }
    }
}
