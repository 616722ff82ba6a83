//! `mcpgen check` on what nobody meant to be checked: it says what is wrong and never falls over.

use std::fs;
use std::path::Path;

use mcpgen::tree::Owner;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use super::fleet::Fleet;
use crate::sandbox::Sandbox;

/// Every file that mcpgen made in a fleet, with its owner, by the records of the servers and of the fleet.
fn rendered(fleet: &Fleet) -> Vec<(String, Owner)> {
    let mut all = Vec::new();
    for folder in ["", "hello_v2/", "everything_v2/"] {
        let record = mcpgen::record::read(&fleet.read(&format!("{folder}mcpgen.lock"))).unwrap();
        all.extend(record.files.iter().map(|(path, recorded)| (format!("{folder}{path}"), recorded.owner)));
        all.push((format!("{folder}mcpgen.lock"), Owner::Owned));
    }
    all.push(("hello_v2/server.toml".into(), Owner::Seeded));
    all.push(("Cargo.lock".into(), Owner::Merged));
    all.push(("consolidated_mcp_ports.json".into(), Owner::Merged));
    all
}

/// Wherever a file is lost, or a line of an Owned one, something is found, in that file or about it.
#[test]
fn nothing_that_was_rendered_can_be_lost_unseen() {
    let fleet = Fleet::new();
    let mut unseen = Vec::new();
    for (path, owner) in rendered(&fleet) {
        let text = fleet.read(&path);
        let mut broken = vec![("deleted", None)];
        if owner == Owner::Owned {
            let line = text.split_inclusive('\n').filter(|line| !line.trim().is_empty()).nth(2).unwrap_or(&text);
            broken.push(("without a line", Some(text.replacen(line, "", 1))));
        }
        for (how, other) in broken {
            match other {
                Some(other) => fleet.write(&path, &other),
                None => fleet.delete(&path),
            }
            if fleet.findings().is_empty() {
                unseen.push(format!("`{path}` {how}"));
            }
            fleet.write(&path, &text);
        }
    }
    assert!(unseen.is_empty(), "{}", unseen.join("\n"));
}

/// Files cut, stretched and filled with rubbish.
#[test]
fn rubbish_is_told_and_never_panics() {
    let fleet = Fleet::new();
    let paths: Vec<String> = rendered(&fleet).into_iter().map(|(path, _)| path).collect();
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    let rng_seed = if cases.is_some() { RngSeed::Random } else { RngSeed::Fixed(1) };
    let config = ProptestConfig { cases: cases.unwrap_or(40), rng_seed, ..ProptestConfig::default() };
    let strategy = (0..paths.len(), 0.0..1.0_f64, 0..30_usize, any::<Vec<u8>>(), 0..RUBBISH.len());
    let outcome = TestRunner::new(config).run(&strategy, |(index, at, length, bytes, rubbish)| {
        let path = fleet.path(&paths[index]);
        let before = fs::read(&path).unwrap();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a place"
        )]
        let at = (before.len() as f64 * at) as usize;
        let mut text = before[..at].to_vec();
        text.extend(&bytes);
        text.extend(RUBBISH[rubbish].as_bytes());
        text.extend(&before[(at + length).min(before.len())..]);
        fs::write(&path, &text).unwrap();
        let ran = fleet.run(&["check", "--output-format", "concise"]);
        fs::write(&path, &before).unwrap();
        prop_assert!(ran.code.is_some_and(|code| code <= 2), "{:?}: {}", ran.code, ran.stderr);
        prop_assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        Ok(())
    });
    outcome.unwrap();
}

/// What breaks parsers.
const RUBBISH: &[&str] = &[
    "",
    "\u{feff}",
    "\u{202e}\u{0}\u{1b}[31m",
    "{{{{{{{{{{{{{{{{",
    "\"\"\"",
    "r#\"",
    "/*",
    "&a [*a, *a]",
    "<<<<<<< x\n=======\n>>>>>>> y\n",
    "\n[[[[\n",
    "|||||||||||",
];

/// Nesting that takes a parser that calls itself too deep, in every language that is parsed.
#[test]
fn nesting_is_refused_in_every_language() {
    let fleet = Fleet::new();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    for (path, text) in [
        ("hello_v2/src/lib.rs", format!("const A: u8 = {};", deep("(", ")"))),
        ("hello_v2/src/lib.rs", format!("const A: bool = {}true;", "!".repeat(300_000))),
        ("hello_v2/src/lib.rs", format!("const A: u8 = {}1;", "1 + ".repeat(100_000))),
        ("hello_v2/src/lib.rs", format!("fn a() {}", deep("{", "}"))),
        ("hello_v2/src/lib.rs", format!("fn a() {{ {} }}", "if a {} else ".repeat(30_000) + "{}")),
        ("hello_v2/src/lib.rs", format!("type A = {};", deep("&", ""))),
        ("hello_v2/src/lib.rs", format!("fn a() {{ a{}; }}", ".a()".repeat(100_000))),
        ("hello_v2/Cargo.toml", format!("a = {}", deep("[", "]"))),
        ("hello_v2/server.toml", format!("a = {}", deep("[", "]"))),
        ("hello_v2/schemas.json", deep("[", "]")),
        ("hello_v2/README.md", deep("[", "]")),
        ("hello_v2/README.md", deep("> ", "")),
        ("hello_v2/README.md", deep("* ", "")),
        ("hello_v2/Dockerfile", format!("FROM a\nRUN {}", deep("(", ")"))),
        ("compose.yml", deep("- ", "")),
        ("compose.yml", deep("[", "]")),
        ("compose.yml", deep("a: {", "}")),
        ("consolidated_mcp_ports.json", deep("[", "]")),
        ("mcpgen.lock", deep("a.", "a = 1")),
    ] {
        let before = fs::read_to_string(fleet.path(path)).ok();
        fleet.write(path, &text);
        let ran = fleet.run(&["check", "--output-format", "concise"]);
        assert!(ran.code.is_some_and(|code| code <= 2), "{path} {}…: {}", &text[..40], ran.stderr);
        match before {
            Some(before) => fleet.write(path, &before),
            None => fleet.delete(path),
        }
    }
}

/// Crates that mcpgen did not make, folders that are none, and paths that lead nowhere.
#[test]
fn what_is_no_fleet_is_told() {
    let sandbox = Sandbox::new();
    sandbox.run(&["check"]).refused("there is neither a fleet nor a crate around");
    sandbox.run(&["check", "nowhere"]).refused("cannot read `nowhere`");
    sandbox.write("folder/a.txt", "");
    sandbox.run(&["check", "folder"]).refused("is neither in a fleet nor a crate");
    sandbox.write(
        "crate/Cargo.toml",
        "[package]\nname = \"other\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nrmcp = \"3\"\n",
    );
    sandbox.write("crate/src/main.rs", "fn main() {\n    todo!()\n}\n");
    let ran = sandbox.run(&["check", "crate", "--output-format", "concise"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(ran.stdout.contains("[MCP202] missing-spec: `crate` has no `server.toml`"), "{}", ran.stdout);
    sandbox.write("broken/mcpgen.toml", "[[waivers]]\nrule = \"drift\"\n");
    sandbox.run(&["check", "broken"]).refused("is not valid");
    sandbox.run(&["check", "crate", "--select", "MCP99999"]).refused("no rule is `MCP99999`");
}

/// A path of what is no server is no path to check: else a mistake in it would be a check that always passes.
#[test]
fn what_is_no_server_of_a_fleet_is_refused() {
    let fleet = Fleet::new();
    fleet.write("docs/README.md", "# Ours\n");
    for path in ["base", "docs", ".mcpgen", "base/core/src/lib.rs"] {
        let first = path.split('/').next().unwrap();
        for fix in [&[][..], &["--fix"]] {
            fleet.run(&[&["check", path][..], fix].concat()).refused(&format!("`{first}` is no server of the fleet"));
        }
        fleet.run(&["check", "hello_v2", path]).refused(&format!("`{first}` is no server of the fleet"));
    }
    for path in ["hello_v2", "hello_v2/src/lib.rs", "Cargo.toml", "."] {
        fleet.run(&["check", path]).fine();
    }
}

/// What cannot be read is no finding, for it may be as it should; and what that is, is told.
#[cfg(unix)]
#[test]
fn what_cannot_be_read_ends_the_check() {
    use std::os::unix::fs::PermissionsExt as _;
    let fleet = Fleet::new();
    let mode = |path: &str, mode: u32| {
        fs::set_permissions(fleet.path(path), fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("", 0o755);
    let check = || {
        let (mut command, _folder) = crate::sandbox::unprivileged();
        let output = command.args(["check", "--output-format", "concise"]).current_dir(fleet.root()).output().unwrap();
        crate::sandbox::Ran::from(output)
    };
    check().fine();
    for path in ["hello_v2/src/server.rs", "hello_v2/src", "base/core/src", "Cargo.lock", "hello_v2/server.toml"] {
        let before = fleet.path(path).metadata().unwrap().permissions();
        mode(path, 0);
        let ran = check();
        fs::set_permissions(fleet.path(path), before).unwrap();
        let told = format!("{path}`: Permission denied");
        assert!(ran.code == Some(2) && ran.stdout.is_empty() && ran.stderr.contains(&told), "{path}: {ran:?}");
        assert!(ran.stderr.contains("\n  help: "), "{path}: {}", ran.stderr);
    }
}

/// A link out of the repository is not followed, and neither is one that leads in circles.
#[cfg(unix)]
#[test]
fn links_lead_nowhere() {
    use std::os::unix::fs::symlink;
    let fleet = Fleet::new();
    symlink("/", fleet.path("hello_v2/out")).unwrap();
    symlink("..", fleet.path("hello_v2/docs")).unwrap();
    symlink("/etc/passwd", fleet.path("hello_v2/passwd.md")).unwrap();
    symlink(Path::new("hello_v2"), fleet.path("alias")).unwrap();
    assert!(fleet.findings().is_empty());
}
