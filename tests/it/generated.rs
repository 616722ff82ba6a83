//! What is rendered, held to what is promised: rustfmt, clippy and its own tests, for servers of every kind.
//!
//! One workspace of all of them in one target folder that outlives the run; a file is only touched where it changed, so
//! that a second run compiles what changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::sandbox::Sandbox;
use crate::support::spec_gen;

/// The servers of the workspace: a name, and what `new` is given beside it.
const SERVERS: &[(&str, &[&str])] = &[
    ("hello", &["--example", "hello"]),
    ("weather", &["--example", "weather"]),
    ("everything", &["--example", "everything"]),
    ("guarded", &["--example", "guarded"]),
    ("conformance", &["--example", "conformance"]),
    ("golden", &[]),
    ("hostile", &["--spec", "hostile.toml"]),
    ("short", &["--spec", "short.toml"]),
    ("long", &["--spec", "long.toml"]),
    ("basic", &["--spec", "basic.toml"]),
];

#[test]
fn servers_of_every_kind_pass_clippy_and_their_own_tests() {
    let fleet = workspace();
    cargo(&fleet, &["fmt", "--check"]);
    cargo(&fleet, &["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]);
    cargo(&fleet, &["test", "--workspace", "--locked"]);
}

/// The workspace on disk, with every server in it.
fn workspace() -> PathBuf {
    let sandbox = Sandbox::new();
    for fixture in ["hostile", "short", "long", "basic"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/fixtures/{fixture}.toml"));
        sandbox.write(&format!("{fixture}.toml"), &fs::read_to_string(path).unwrap());
    }
    for (name, args) in SERVERS {
        let mut all = vec!["new", name];
        all.extend(*args);
        sandbox.run(&all).fine();
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fleet");
    synchronise(&sandbox.everything(), &target);
    target
}

/// Makes the files of a folder these, and touches no other.
fn synchronise(files: &BTreeMap<String, String>, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for entry in walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap) {
        let inner = entry.path().strip_prefix(folder).unwrap().to_str().unwrap();
        if entry.file_type().is_file() && !files.contains_key(inner) {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    for (inner, text) in files {
        let path = folder.join(inner);
        if fs::read_to_string(&path).ok().as_deref() != Some(text) {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
    }
}

#[track_caller]
fn cargo(fleet: &Path, args: &[&str]) {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(args).current_dir(fleet);
    cargo.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).join("fleet-target"));
    cargo.env("CARGO_PROFILE_DEV_DEBUG", "0").env_remove("RUSTFLAGS");
    let output = cargo.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "`cargo {}` of the rendered fleet failed\n{}\n{}",
        args.join(" "),
        text(&output.stderr),
        text(&output.stdout)
    );
}

/// The same few cases of twenty specs each time by default; as many as `PROPTEST_CASES` says, and others each time, in the
/// slow tier.
fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    let rng_seed = if asked.is_some() { RngSeed::Random } else { RngSeed::Fixed(1) };
    ProptestConfig { cases: asked.unwrap_or(6), rng_seed, ..ProptestConfig::default() }
}

/// Whether the path is that of a test crate: `shop_v2/tests/server.rs`.
fn is_test_file(parts: &[&str]) -> bool {
    matches!(parts, [_, "tests", file] if Path::new(file).extension().is_some_and(|extension| extension == "rs"))
}

proptest! {
    #![proptest_config(config())]

    /// Twenty specs a case, for one start of rustfmt costs more than rendering them all.
    #[test]
    fn any_spec_is_rendered_as_rustfmt_would_write_it(seed in any::<u32>()) {
        let folder = tempfile::tempdir().unwrap();
        let mut roots = Vec::new();
        for i in 0..20_u64 {
            let text = spec_gen::spec(u64::from(seed) * 20 + i, usize::try_from(i % 5).unwrap());
            let spec = mcpgen::spec::read(&text, "server.toml")
                .unwrap_or_else(|problems| panic!("{}\n{text}", problems.render(false)));
            let plan = mcpgen::plan::server(&mcpgen::fleet::Settings::default(), &spec, &text, 9000);
            let tree = mcpgen::template::render(&plan).unwrap();
            for (path, file) in tree.iter() {
                let target = folder.path().join(i.to_string()).join(path.as_str());
                fs::create_dir_all(target.parent().unwrap()).unwrap();
                fs::write(&target, &file.text).unwrap();
                let parts: Vec<&str> = path.as_str().split('/').collect();
                if matches!(parts[..], [_, "src", "lib.rs" | "main.rs"]) || is_test_file(&parts) {
                    roots.push(target);
                }
                for (line, text) in file.text.lines().enumerate() {
                    let is_ours = !path.as_str().ends_with("server.toml");
                    prop_assert!(!(is_ours && text.ends_with(' ')), "{path}:{}: ends with a blank", line + 1);
                }
            }
        }
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/fleet");
        let output = Command::new("rustfmt")
            .args(["--check", "--edition", "2024", "--config-path"]).arg(config).args(&roots).output().unwrap();
        prop_assert!(output.status.success(), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    }
}
