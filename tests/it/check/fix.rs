//! `mcpgen check --fix`: it mends what it says it mends, loses nothing, and has nothing to do the second time.

use std::collections::BTreeMap;

use mcpgen::check::{Finding, Severity};

use super::fleet::Fleet;
use super::mutations;

/// What a fix may never touch: what is the user's.
const USERS: &[&str] =
    &["NOTES.md", "src/lib.rs", "src/services/mod.rs", "src/services/core_service.rs", "server.toml"];

/// The texts of the user's files, but for the port in a spec, which is the registry's to say.
fn users(fleet: &Fleet) -> BTreeMap<String, String> {
    let users = fleet.texts().into_iter().filter(|(path, _)| USERS.iter().any(|end| path.ends_with(end)));
    let is_free = |line: &&str| !line.starts_with("port = ");
    users.map(|(path, text)| (path, text.lines().filter(is_free).collect::<Vec<_>>().join("\n"))).collect()
}

#[test]
fn whatever_has_a_fix_is_mended_by_it_and_nothing_else_is_touched() {
    let fleet = Fleet::new();
    let before = fleet.everything();
    let (mut wrong, mut mended) = (Vec::new(), 0);
    for mutation in mutations::all().filter(|mutation| mutation.is_seen) {
        (mutation.edit)(&fleet);
        let found = fleet.findings();
        let (fixable, others): (Vec<_>, Vec<_>) = found.iter().partition(|finding| !finding.fixes.is_empty());
        if !fixable.is_empty() {
            mended += 1;
            let users = users(&fleet);
            let ran = fleet.run(&["check", "--fix", "--output-format", "concise"]);
            let left = fleet.findings();
            if left.len() > others.len() {
                wrong.push(format!("{}: {:?}\n{}{}", mutation.name, left.len(), ran.stderr, ran.stdout));
            }
            let after = fleet.everything();
            let kept = self::users(&fleet);
            let lost: Vec<_> = users.iter().filter(|(path, text)| kept.get(*path) != Some(text)).collect();
            if !lost.is_empty() {
                wrong.push(format!("{}: it changed {lost:?}", mutation.name));
            }
            fleet.run(&["check", "--fix"]);
            if fleet.everything() != after {
                wrong.push(format!("{}: it has something to do twice", mutation.name));
            }
        }
        fleet.restore(&before);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mended > 3, "{mended}");
}

#[test]
fn a_changed_spec_is_applied_where_nobody_edited() {
    let fleet = Fleet::new();
    let spec = fleet.read("hello_v2/server.toml");
    fleet.write("hello_v2/server.toml", &format!("{spec}\n[upstream]\nbase_url = \"https://api.example\"\nauth = \"none\"\n\n[tools.look]\ndescription = \"Look something up\"\ninput = {{ word = \"string\" }}\nrequest = {{ method = \"GET\", path = \"/words/{{word}}\" }}\n\n[tools.think]\ndescription = \"Think about it\"\n"));
    let ran = fleet.run(&["check", "hello_v2", "--output-format", "concise"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("hello_v2/server.toml: error[MCP205]") && ran.stdout.lines().count() == 1,
        "{}",
        ran.stdout
    );

    let before = fleet.everything();
    let dry = fleet.run(&["check", "--fix", "--dry-run"]);
    assert!(dry.stderr.contains("would write `hello_v2/src/services/tools/think.rs`"), "{}", dry.stderr);
    assert_eq!(fleet.everything(), before);

    fleet.run(&["check", "--fix"]).fine();
    for path in
        ["src/services/tools/look.rs", "src/services/tools/think.rs", ".mcpgen/base/src/services/tools/think.rs"]
    {
        assert!(fleet.path(&format!("hello_v2/{path}")).exists(), "{path}");
    }
    assert!(fleet.read("Cargo.lock").contains("mcp-upstream"));
    let counts = |finding: &Finding| finding.severity != Severity::Note;
    let left: Vec<_> =
        fleet.findings().into_iter().filter(counts).map(|finding| (finding.place, finding.message)).collect();
    assert!(left.is_empty(), "{left:?}");

    // What is the user's stays when its tool goes; what nobody edited goes with it.
    fleet.append("hello_v2/src/services/tools/think.rs", "\n// Mine.\n");
    fleet.write("hello_v2/server.toml", &spec);
    let ran = fleet.run(&["check", "--fix", "--output-format", "concise"]);
    assert!(!fleet.path("hello_v2/src/services/tools/look.rs").exists());
    assert!(fleet.read("hello_v2/src/services/tools/think.rs").ends_with("// Mine.\n"));
    assert!(ran.stdout.contains("hello_v2/src/services/tools/think.rs"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn nothing_is_rendered_over_an_edit() {
    let fleet = Fleet::new();
    fleet.replace("hello_v2/server.toml", "Greets", "Welcomes");
    fleet.replace("hello_v2/README.md", "An MCP server in Rust.", "A very fast MCP server.");
    let before = fleet.everything();
    let ran = fleet.run(&["check", "--fix"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert_eq!(fleet.everything(), before);
}
