//! `mcpgen check --fix`: it mends what it says it mends, loses nothing, and has nothing to do the second time.

use std::collections::BTreeMap;

use mcpgen::check::{Finding, Severity, by_selector};

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
        let (fixable, others): (Vec<_>, Vec<_>) = found.iter().partition(|finding| finding.is_fixable());
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

/// The module of the first of a kind is declared in a file that is the user's, where nobody else writes.
#[test]
fn the_first_prompt_and_the_first_completion_need_a_line_of_the_users() {
    let fleet = Fleet::new();
    let prompt = "\n[prompts.meet]\ndescription = \"Meet\"\narguments = { whom = { complete = \"code\" } }\n";
    fleet.append("hello_v2/server.toml", prompt);
    fleet.run(&["check", "--fix"]);
    let unreachable = |fleet: &Fleet| {
        let found = fleet.findings().into_iter().filter(|finding| finding.rule.name == "unreachable-module");
        found.map(|finding| finding.message).collect::<Vec<_>>()
    };
    let found = unreachable(&fleet);
    for module in ["completions", "prompts"] {
        let path = format!("src/services/{module}.rs");
        assert!(found.iter().any(|message| message.contains(&path)), "no `{path}` in {found:?}");
        fleet.append("hello_v2/src/services/mod.rs", &format!("mod {module};\n"));
    }
    assert!(unreachable(&fleet).is_empty(), "{:?}", unreachable(&fleet));
}

/// What helps with an Owned file is the same whoever finds something in it, and it works.
#[test]
fn an_edited_owned_file_comes_back_the_way_that_its_help_says() {
    let fleet = Fleet::new();
    let before = fleet.texts();
    let edits: &[(&str, &str, &str, &str)] = &[
        ("drift", "hello_v2/README.md", "An MCP server in Rust.", "A very fast MCP server."),
        ("edited-base", "base/core/src/clock.rs", "//! ", "//! Our "),
        ("root-user", "hello_v2/Dockerfile", "USER 10001", "USER root"),
        ("ignored-test", "hello_v2/tests/server.rs", "#[test]\n", "#[test]\n#[ignore]\n"),
        ("unsafe-code", "base/core/src/clock.rs", "fn ", "unsafe fn "),
        (
            "unregistered-tool",
            "hello_v2/src/server.rs",
            "    server.tool(Tool {",
            "    #[cfg(any())]\n    server.tool(Tool {",
        ),
    ];
    for (rule, path, from, to) in edits {
        fleet.replace(path, from, to);
        let found = fleet.findings();
        let help = found.iter().find_map(|it| (it.rule.name == *rule).then_some(it.help.as_deref()?));
        let help = help.unwrap_or_else(|| panic!("no `{rule}` in {found:?}"));
        assert!(help.contains("delete") && help.contains("`mcpgen check --fix` renders it again"), "{rule}: {help}");
        fleet.delete(path);
        fleet.run(&["check", "--fix"]).fine();
        assert_eq!(fleet.texts(), before, "{rule}");
    }
}

/// What is rendered includes the files that the spec names, and does not compile without them.
#[test]
fn nothing_is_rendered_while_a_file_that_the_spec_names_is_missing() {
    let fleet = Fleet::new();
    let spec = fleet.read("hello_v2/server.toml");
    let resource = "\n[resources.terms]\nuri = \"hello://terms\"\ndescription = \"The terms\"\nmime_type = \"text/plain\"\nfile = \"assets/new.md\"\n";
    fleet.append("hello_v2/server.toml", resource);
    fleet.delete("hello_v2/Dockerfile");
    let before = fleet.everything();
    let ran = fleet.run(&["check", "--fix", "--output-format", "json"]);
    assert_eq!((ran.code, fleet.everything() == before), (Some(1), true), "{}", ran.stderr);
    let report = ran.json();
    let missing = report["findings"].as_array().unwrap().iter().find(|it| {
        let said = it["message"].as_str().unwrap();
        it["name"] == "missing-file" && said.contains("assets/new.md")
    });
    let missing = missing.unwrap_or_else(|| panic!("{}", ran.stdout));
    let line = spec.lines().count() + resource.lines().count();
    assert_eq!((missing["path"].as_str(), missing["line"].as_u64()), (Some("hello_v2/server.toml"), Some(line as u64)));
    assert!(missing["help"].as_str().unwrap().starts_with("add it, or restore it from version control"));
    assert_eq!(report["summary"]["fixable"], 0);

    fleet.write("hello_v2/assets/new.md", "# Terms\n");
    fleet.run(&["check", "--fix"]);
    assert!(fleet.path("hello_v2/Dockerfile").exists() && fleet.path("hello_v2/schemas.json").exists());
    assert!(fleet.path("hello_v2/src/services/resources/terms.rs").exists());
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

/// What only we wrote goes again with what it was for, whoever owns it: as if the tool had never been there.
#[test]
fn a_tool_that_came_and_went_leaves_nothing() {
    let fleet = Fleet::new();
    let before = fleet.texts();
    let spec = fleet.read("hello_v2/server.toml");
    let tools = "\n[tools.bye]\ndescription = \"Say goodbye\"\n\n[tools.hail]\ndescription = \"Say hail\"\nrespond = { text = \"Hail!\" }\n";
    fleet.write("hello_v2/server.toml", &(spec.clone() + tools));
    fleet.run(&["check", "--fix"]).fine();
    assert!(fleet.path("hello_v2/.mcpgen/base/src/services/tools/bye.rs").exists());
    fleet.write("hello_v2/server.toml", &spec);
    let ran = fleet.run(&["check", "--fix"]).fine();
    for path in ["src/services/tools/bye.rs", "tests/tool_bye.rs", ".mcpgen/base/tests/tool_bye.rs"] {
        assert!(ran.stderr.contains(&format!("deleted `hello_v2/{path}`")), "{path}: {}", ran.stderr);
    }
    let after = fleet.texts();
    let differs: Vec<&String> =
        before.keys().chain(after.keys()).filter(|key| before.get(*key) != after.get(*key)).collect();
    assert!(differs.is_empty(), "{differs:?}");
}

/// What cannot be deleted is not forgotten: then nothing at all has changed, and the next time it goes.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_deleted_keeps_the_rest_from_being_changed() {
    let fleet = Fleet::new();
    let spec = fleet.read("hello_v2/server.toml");
    let tool = "\n[tools.bye]\ndescription = \"Say goodbye\"\nrespond = { text = \"Bye!\" }\n";
    fleet.write("hello_v2/server.toml", &(spec.clone() + tool));
    fleet.run(&["check", "--fix"]).fine();
    fleet.write("hello_v2/server.toml", &spec);
    let before = fleet.texts();
    let change = |flag: &str| {
        let changed =
            std::process::Command::new("chattr").arg(flag).arg(fleet.path("hello_v2/tests/tool_bye.rs")).output();
        changed.is_ok_and(|output| output.status.success())
    };
    // Only root may, and only some file systems can.
    if !change("+i") {
        return;
    }
    let ran = fleet.run(&["check", "--fix"]);
    assert!(change("-i"));
    ran.refused("cannot delete");
    assert_eq!(fleet.texts(), before);
    fleet.run(&["check", "--fix"]).fine();
    assert!(!fleet.path("hello_v2/tests/tool_bye.rs").exists());
}

/// A process that was killed while it deleted is undone by the next one.
#[test]
fn a_deletion_that_was_cut_off_is_undone() {
    let fleet = Fleet::new();
    let before = fleet.texts();
    std::fs::create_dir_all(fleet.path(".mcpgen/pending")).unwrap();
    fleet.rename("hello_v2/README.md", ".mcpgen/pending/old-0");
    let registry = serde_json::to_string(&fleet.path("consolidated_mcp_ports.json")).unwrap();
    let note = format!("{{\"registry\":{registry},\"is_new_registry\":false,\"allocated\":null}}");
    let steps =
        ["hello_v2/README.md", "hello_v2/NOTES.md"].map(|path| serde_json::json!({ "path": path, "replaces": true }));
    let journal = serde_json::json!({ "folder": null, "steps": steps, "made_folders": [], "note": note });
    fleet.write(".mcpgen/pending/journal.json", &journal.to_string());
    fleet.run(&["check", "--fix"]).fine();
    assert_eq!(fleet.texts(), before);
}

/// A record that was never committed comes back, byte for byte, where everything is as rendered; nowhere else.
#[test]
fn a_record_is_written_anew_where_it_can_be() {
    let fleet = Fleet::new();
    let before = fleet.texts();
    for folder in ["", "everything_v2/"] {
        let damage: [&dyn Fn(); 3] = [
            &|| fleet.delete(&format!("{folder}mcpgen.lock")),
            &|| fleet.write(&format!("{folder}mcpgen.lock"), "version = 1\n"),
            &|| fleet.append(&format!("{folder}mcpgen.lock"), "<<<<<<< a\n=======\n>>>>>>> b\n"),
        ];
        for damage in damage {
            damage();
            let ran = fleet.run(&["check", "--output-format", "json"]);
            let (report, summary) = (&ran.json()["findings"], &ran.json()["summary"]);
            let fixable = report.as_array().unwrap().iter().filter(|finding| finding["fixable"] == true).count();
            assert!(fixable == 1 && summary["fixable"] == 1, "{}", ran.stdout);
            assert!(ran.stderr.contains("next: `mcpgen check --fix` mends"), "{}", ran.stderr);
            fleet.run(&["check", "--fix"]).fine();
            assert_eq!(fleet.texts(), before);
        }
    }
    // The bases were lost with it.
    fleet.delete("everything_v2/mcpgen.lock");
    fleet.delete("everything_v2/.mcpgen");
    fleet.run(&["check", "--fix"]).fine();
    assert_eq!(fleet.texts(), before);

    fleet.delete("everything_v2/mcpgen.lock");
    fleet.append("everything_v2/src/server.rs", "// Mine.\n");
    let edited = fleet.texts();
    let ran = fleet.run(&["check", "--fix", "--output-format", "json"]);
    assert_eq!((ran.code, &ran.json()["summary"]["fixable"]), (Some(1), &0.into()), "{}", ran.stdout);
    assert_eq!(fleet.texts(), edited);
}

/// An Owned file that was edited, or that a merge left in pieces, is rendered again once it is deleted, as rules say.
#[test]
fn whatever_is_said_to_be_rendered_again_once_deleted_is() {
    let fleet = Fleet::new();
    let before = fleet.everything();
    let (mut seen, mut wrong) = (0, Vec::new());
    // The rules on code say so, and what a merge left.
    let says_so = |rule: &str| by_selector(rule).is_some_and(|rule| rule.family() == "code" || rule.id == "MCP008");
    for mutation in mutations::all().filter(|mutation| mutation.is_seen && says_so(mutation.rule)) {
        (mutation.edit)(&fleet);
        let found = fleet.findings();
        let says_so = |finding: &&Finding| {
            finding.help.as_ref().is_some_and(|help| help.contains("renders it again") && help.contains("delete"))
        };
        for finding in found.iter().filter(says_so) {
            seen += 1;
            // Several findings may be in one file.
            if fleet.path(&finding.place.path).exists() {
                fleet.delete(&finding.place.path);
            }
        }
        if found.iter().any(|finding| says_so(&finding)) {
            fleet.run(&["check", "--fix"]);
            wrong.extend(fleet.findings().iter().map(|left| format!("{}: {}", mutation.name, left.message)));
        }
        fleet.restore(&before);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 10, "{seen}");
}

/// Nothing is written through a link, neither into what lies elsewhere nor over it.
#[cfg(unix)]
#[test]
fn nothing_is_written_outside_of_the_fleet() {
    use std::os::unix::fs::symlink;
    let fleet = Fleet::new();
    let before = fleet.everything();
    let outside = tempfile::tempdir().unwrap();
    for inner in ["hello_v2/tests", "hello_v2/src", "hello_v2/.mcpgen", "base/core/src", ".mcpgen"] {
        let there = outside.path().join("there");
        std::fs::rename(fleet.path(inner), &there).unwrap();
        symlink(&there, fleet.path(inner)).unwrap();
        // What is missing behind the link, and what differs there.
        for (path, text) in [
            ("server.rs", None),
            ("http/mod.rs", None),
            ("base/src/lib.rs", None),
            ("main.rs", Some("fn main() {}  \n")),
        ] {
            let path = there.join(path);
            match text.filter(|_| path.exists()) {
                Some(text) => std::fs::write(path, text).unwrap(),
                None => drop(std::fs::remove_file(path)),
            }
        }
        fleet.delete("weather_v2/README.md");
        let left = files(&there);
        let ran = fleet.run(&["check", "--fix"]);
        assert!(ran.code.is_some_and(|code| code > 0), "{inner}: {}", ran.stderr);
        assert_eq!(files(&there), left, "{inner}");
        std::fs::remove_dir_all(&there).unwrap();
        fleet.restore(&before);
    }
}

#[cfg(unix)]
fn files(folder: &std::path::Path) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
    let files =
        walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().to_owned(), std::fs::read(entry.path()).unwrap())).collect()
}

/// A server that nobody looks into is still a member of the workspace.
#[cfg(unix)]
#[test]
fn the_workspace_keeps_the_only_server_where_that_is_a_link_or_not_kept_by_git() {
    let sandbox = crate::sandbox::Sandbox::new();
    std::fs::create_dir_all(sandbox.path("fleet")).unwrap();
    let run = |args: &[&str]| {
        crate::sandbox::Ran::from(sandbox.command(args).current_dir(sandbox.path("fleet")).output().unwrap())
    };
    run(&["new", "hello", "--example", "hello"]).fine();
    let manifest = sandbox.read("fleet/Cargo.toml");
    sandbox.write("fleet/.gitignore", "target\nhello_v2\n");
    run(&["check", "--fix"]);
    assert_eq!(sandbox.read("fleet/Cargo.toml"), manifest);
    sandbox.write("fleet/.gitignore", "target\n");
    std::fs::rename(sandbox.path("fleet/hello_v2"), sandbox.path("hello_v2")).unwrap();
    std::os::unix::fs::symlink("../hello_v2", sandbox.path("fleet/hello_v2")).unwrap();
    let ran = run(&["check", "--fix", "--output-format", "concise"]);
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    assert!(
        ran.stdout.starts_with("hello_v2: error[MCP007] no-text: the server `hello_v2` is a link"),
        "{}",
        ran.stdout
    );
    assert_eq!(sandbox.read("fleet/Cargo.toml"), manifest);
}

/// What git would not keep is there all the same: an edit in it is not written over.
#[test]
fn an_edit_that_git_does_not_keep_is_kept() {
    let fleet = Fleet::new();
    for path in ["rustfmt.toml", "hello_v2/README.md"] {
        fleet.append(".gitignore", &format!("/{path}\n"));
        fleet.append(path, "\n# Mine.\n");
    }
    let before = fleet.texts();
    fleet.run(&["check", "--fix"]);
    assert_eq!(fleet.texts(), before);
}

#[test]
fn an_emptied_file_is_as_good_as_a_deleted_one() {
    let fleet = Fleet::new();
    let before = fleet.texts();
    for path in ["hello_v2/README.md", "hello_v2/src/server.rs", "base/core/src/clock.rs"] {
        fleet.write(path, " \n");
    }
    fleet.run(&["check", "--fix"]).fine();
    assert_eq!(fleet.texts(), before);
}

/// A server in no fleet, or in a folder of another name, is looked at, and no fix is promised that would not happen.
#[test]
fn out_of_place_nothing_is_promised() {
    let fleet = Fleet::new();
    let alone = crate::sandbox::Sandbox::new();
    for (path, text) in fleet.texts().iter().filter(|(path, _)| path.starts_with("hello_v2/")) {
        alone.write(path, text);
    }
    std::fs::remove_file(alone.path("hello_v2/src/server.rs")).unwrap();
    let ran = alone.run(&["check", "hello_v2", "--fix", "--output-format", "json"]);
    assert_eq!((ran.code, &ran.json()["summary"]["fixable"]), (Some(1), &0.into()), "{}", ran.stdout);
    assert!(!ran.stderr.contains("next:") && !alone.path("hello_v2/src/server.rs").exists(), "{}", ran.stderr);
    // Nor under another name than the spec's.
    fleet.rename("hello_v2", "greeter_v2");
    fleet.delete("greeter_v2/src/server.rs");
    let before = fleet.texts();
    let ran = fleet.run(&["check", "greeter_v2", "--fix", "--output-format", "json"]);
    assert_eq!((ran.code, &ran.json()["summary"]["fixable"]), (Some(1), &0.into()), "{}", ran.stdout);
    assert_eq!(fleet.texts(), before);
}
