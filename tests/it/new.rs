//! `mcpgen new` and `mcpgen init`: what they make, what they refuse, and that they never leave half of it.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::Duration;

use mcpgen::ports::Status;

use crate::fault::{self, Fault};
use crate::sandbox::{Ran, Sandbox};

/// A spec that asks for something of everything that `new` writes.
const SPEC: &str =
    "[server]\nname = \"shop\"\ndescription = \"Sells things\"\n\n[tools.buy]\ndescription = \"Buy it\"\n";

#[test]
fn hello_stands_in_an_empty_folder_with_one_command() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["new", "hello", "--example", "hello"]).fine();
    assert_eq!(ran.stdout, "");
    for part in ["made a fleet in `", "/hello_v2`, on port 9044, with 1 tool\n", "cargo test --locked -p hello_v2"] {
        assert!(ran.stderr.contains(part), "no `{part}` in: {}", ran.stderr);
    }
    let made = sandbox.everything();
    let server: Vec<&str> = made.keys().filter_map(|path| path.strip_prefix("hello_v2/")).collect();
    insta::assert_snapshot!("files_of_hello", server.join("\n"));
    insta::assert_snapshot!("hello_server_rs", made["hello_v2/src/server.rs"]);
    insta::assert_snapshot!("hello_schemas_json", made["hello_v2/schemas.json"]);
    let ports = sandbox.ports();
    let entry = ports.by_name("hello_v2").unwrap();
    assert_eq!((entry.port, entry.range.as_deref()), (9044, Some("v2")));
    assert!(made["Cargo.lock"].contains("name = \"hello_v2\""));
}

#[test]
fn without_a_spec_it_makes_the_golden_three() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["new", "orders", "--json"]).fine();
    let server = &ran.json()["server"];
    assert_eq!(server["tools"][0]["name"], "process_request");
    assert_eq!(server["tools"].as_array().unwrap().len(), 1);
    assert_eq!(server["settings"][0]["env"], "ORDERS_ENDPOINT");
    assert!(sandbox.read("orders_v2/server.toml").contains("[tools.process_request]"));
}

/// Without one key, a replica cannot open the state that another has sealed.
#[test]
fn replicas_that_ask_are_told_to_share_a_key() {
    let asking = "[forms.f]\nfields = { a = \"string\" }\n[tools.ask]\ndescription = \"Ask\"\n[tools.ask.respond]\n\
                  text = \"{f.a}\"\nsteps = [{ ask = { f = { form = \"f\", message = \"m\" } } }]\n";
    for (rest, replicas, is_shared) in [(asking, 3, true), (asking, 1, false), ("", 3, false)] {
        let sandbox = Sandbox::new();
        sandbox.write("shop.toml", &format!("{SPEC}{rest}[deploy]\nreplicas = {replicas}\n"));
        let ran = sandbox.run(&["new", "shop", "--spec", "shop.toml"]).fine();
        let told = [
            ran.stderr.contains("STATE_KEY=… cargo run"),
            sandbox.read("shop_v2/README.md").contains("give all replicas the same"),
            sandbox.read("shop_v2/README.md").contains("| `STATE_KEY` | secret | required |"),
            sandbox.read("shop_v2/src/server.rs").contains("server.replicas(3);"),
            sandbox.read("shop_v2/tests/data/settings.json").contains("STATE_KEY"),
        ];
        assert_eq!(told, [is_shared; 5], "{replicas} replicas with `{rest}`: {}", ran.stderr);
    }
}

#[test]
fn the_readme_lists_every_setting_that_does_something() {
    let sandbox = Sandbox::new();
    sandbox.run(&["new", "everything", "--example", "everything"]).fine();
    sandbox.run(&["new", "hello", "--example", "hello"]).fine();
    let settings = |folder: &str| -> Vec<(String, String)> {
        let readme = sandbox.read(&format!("{folder}/README.md"));
        let (_, table) = readme.split_once("| variable |").unwrap();
        let (table, _) = table.split_once("## ").unwrap();
        let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
        let cells = rows.map(|row| row.split(" | ").map(|cell| cell.trim_matches('`').to_owned()).collect::<Vec<_>>());
        cells.map(|cells| (cells[0].clone(), cells[2].clone())).collect()
    };
    let everything = settings("everything_v2");
    let base: serde_json::Value = serde_json::from_str(&sandbox.read("base/core/src/settings/base.json")).unwrap();
    for setting in base["properties"].as_object().unwrap().values() {
        let variable = setting["x-env"].as_str().unwrap();
        let there = everything.iter().any(|(name, _)| name == variable);
        assert_eq!(there, variable != "ALLOW_ANONYMOUS", "`{variable}`");
    }
    for (variable, default) in
        [("AUTH_TOKEN", "required"), ("MAX_CONCURRENCY", "64"), ("LOG", "info,rmcp=error,rmcp::service=off")]
    {
        assert!(everything.contains(&(variable.into(), default.into())), "`{variable}`: {everything:?}");
    }
    let hello = settings("hello_v2");
    assert!(hello.contains(&("ALLOW_ANONYMOUS".into(), "false".into())), "{hello:?}");
    let useless = ["AUTH_TOKEN", "CACHE_URL", "SESSIONS", "SESSION_IDLE_SECONDS", "STATE_KEY"];
    assert!(!hello.iter().any(|(name, _)| useless.contains(&name.as_str())), "{hello:?}");
}

#[test]
fn a_dry_run_says_all_and_does_nothing() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["new", "hello", "--example", "hello", "--dry-run"]).fine();
    assert!(ran.stdout.contains("create  owned   hello_v2/src/server.rs\n"), "{}", ran.stdout);
    assert!(ran.stderr.contains("/hello_v2`, on port 9044, with 1 tool"), "{}", ran.stderr);
    assert_eq!(sandbox.everything(), BTreeMap::new());
    assert_eq!(fs::read_dir(sandbox.root()).unwrap().count(), 0);
}

#[test]
fn the_name_on_the_command_line_wins() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["new", "greeter", "--example", "hello"]).fine();
    assert!(ran.stderr.contains("`server.toml` now says `greeter`"), "{}", ran.stderr);
    assert!(sandbox.read("greeter_v2/server.toml").contains("name = \"greeter\""));
    assert!(sandbox.read("greeter_v2/Cargo.toml").contains("name = \"greeter_v2\""));
}

#[test]
fn a_second_server_joins_the_fleet_and_changes_only_what_it_must() {
    let sandbox = Sandbox::new();
    sandbox.run(&["new", "hello", "--example", "hello"]).fine();
    let before = sandbox.everything();
    sandbox.write("shop.toml", SPEC);
    let inside = sandbox.path("hello_v2/src");
    let ran = sandbox.command(&["new", "shop", "--spec", "../../shop.toml"]).current_dir(inside).output().unwrap();
    Ran::from(ran).fine();
    let after = sandbox.everything();
    let changed: Vec<&str> =
        before.iter().filter(|(path, text)| after.get(*path) != Some(text)).map(|(path, _)| path.as_str()).collect();
    assert_eq!(changed, ["Cargo.lock", "consolidated_mcp_ports.json"]);
    assert!(after.keys().any(|path| path == "shop_v2/src/services/tools/buy.rs"));
}

#[test]
fn init_makes_a_fleet_and_refuses_a_second_one() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "servers"]).fine();
    assert!(sandbox.path("servers/mcpgen.toml").exists());
    assert!(sandbox.path("servers/consolidated_mcp_ports.json").exists());
    let again = sandbox.run(&["init", "servers"]);
    again.refused("is in the fleet of `");
}

#[test]
fn a_fleet_in_another_workspace_names_the_line_that_one_needs() {
    let sandbox = Sandbox::new();
    sandbox.write("Cargo.toml", "[workspace]\nmembers = [\"crates/*\"]\n");
    let ran = sandbox.run(&["init", "infra/servers"]).fine();
    assert!(ran.stderr.contains("add `exclude = [\"infra/servers\"]` to its `[workspace]`"), "{}", ran.stderr);
}

/// What is not known to be an argument may be refused by who uses the server; what clients are offered is not.
#[test]
fn the_tests_of_a_server_call_it_with_what_clients_can_offer() {
    let sandbox = Sandbox::new();
    let rest = r#"
[prompts.complain]
description = "Complain"
messages = [{ text = "{tone}, {name}" }]
[prompts.complain.arguments]
tone = { complete = ["very calm", "angry"] }
name = {}

[resources.van]
description = "A van"
uri = "shop://{site}/{other}/{name}"
text = "{site}"
arguments = { site = { complete = ["a b", "oslo"] }, other = { complete = ["å"] } }
"#;
    sandbox.write("shop.toml", &format!("{SPEC}{rest}"));
    sandbox.run(&["new", "shop", "--spec", "shop.toml"]).fine();
    let case = |path: &str| -> serde_json::Value {
        serde_json::from_str(&sandbox.read(&format!("shop_v2/tests/data/{path}.json"))).unwrap()
    };
    let prompt = case("prompts/complain");
    assert_eq!(prompt["input"], serde_json::json!({ "tone": "very calm", "name": "example" }));
    assert_eq!(prompt["output"][0]["content"]["text"], "very calm, example");
    let resource = case("resources/van");
    assert_eq!(resource["uri"], "shop://oslo/example/example");
    assert_eq!(resource["output"], "oslo");
}

#[test]
fn what_is_in_the_way_stays_and_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("Cargo.toml", "[package]\nname = \"mine\"\n");
    let before = sandbox.everything();
    sandbox.run(&["new", "hello", "--example", "hello"]).refused("`Cargo.toml` in `");
    same(&sandbox.everything(), &before, "refused");

    let sandbox = Sandbox::new();
    sandbox.run(&["init"]).fine();
    sandbox.write("hello_v2/mine.txt", "mine");
    let before = sandbox.everything();
    sandbox.run(&["new", "hello", "--example", "hello"]).refused("exists already");
    same(&sandbox.everything(), &before, "refused");
}

#[test]
fn bad_input_is_refused_with_a_reason_and_nothing_is_made() {
    let sandbox = Sandbox::new();
    sandbox.write("bad.toml", "[server]\nname = \"x\"\ncolour = \"red\"\n[tools.Get]\ndescription = 3\n");
    for (args, why) in [
        (&["new", "../x"][..], "cannot be the name of a server"),
        (&["new", "base"], "is reserved"),
        (&["new", "hello_v2_v2"], "it has the suffix `_v2` twice\n  help: try `hello`"),
        (&["new", "x", "--spec", "missing.toml"], "cannot read the spec `missing.toml`"),
        (&["new", "x", "--spec", "bad.toml"], "unknown key `colour`"),
        (&["new", "x", "--example", "goodbye"], "there is no example `goodbye`"),
        (&["new", "x", "--range", "v9"], "range"),
        (&["new", "x", "--port", "80"], "reserved"),
    ] {
        sandbox.run(args).refused(why);
        assert_eq!(sandbox.everything().len(), 1, "{args:?}");
        assert_eq!(fs::read_dir(sandbox.root()).unwrap().count(), 1, "{args:?} left something");
    }
}

#[test]
fn a_taken_port_and_a_full_range_leave_the_fleet_as_it_was() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "consolidated_mcp_ports.json",
        "{ \"version\": 1, \"ranges\": { \"v2\": { \"start\": 9000, \"end\": 9000 } }, \"servers\": {} }\n",
    );
    sandbox.run(&["new", "hello", "--example", "hello"]).fine();
    let before = sandbox.everything();
    sandbox.run(&["new", "late", "--example", "hello"]).refused("range");
    sandbox.run(&["new", "late", "--example", "hello", "--port", "9000"]).refused("hello_v2");
    same(&sandbox.everything(), &before, "refused");
    sandbox.run(&["new", "late", "--example", "hello", "--port", "9001"]).fine();
}

#[test]
fn a_lost_registry_is_not_begun_anew_under_servers_that_stand() {
    let sandbox = Sandbox::new();
    sandbox.run(&["new", "hello", "--example", "hello"]).fine();
    fs::remove_file(sandbox.path("consolidated_mcp_ports.json")).unwrap();
    sandbox.run(&["new", "late", "--example", "hello"]).refused("is gone");
    assert!(!sandbox.path("late_v2").exists());
}

#[test]
fn a_port_that_is_asked_for_is_had_or_refused() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init"]).fine();
    sandbox.run(&["ports", "allocate", "hello_v2"]).fine();
    sandbox.run(&["new", "hello", "--example", "hello", "--port", "9050"]).refused("has port `9044` in the registry");
    sandbox.run(&["new", "hello", "--example", "hello", "--port", "9044"]).fine();
}

#[test]
fn what_is_to_be_written_is_named() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["new", "everything", "--example", "everything"]).fine();
    for path in [
        "tools/browse_categories.rs",
        "resources/stock.rs",
        "prompts/stocktake.rs",
        "completions/prompt_stocktake_hall.rs",
    ] {
        assert!(ran.stderr.contains(&format!("to be written: `everything_v2/src/services/{path}`")), "{}", ran.stderr);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_said_is_an_error() {
    let sandbox = Sandbox::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = sandbox.command(&["spec", "new", "x"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot write to standard output"));
}

#[cfg(unix)]
#[test]
fn a_file_size_limit_leaves_nothing_behind() {
    let sandbox = Sandbox::new();
    let mut command = std::process::Command::new("sh");
    let line = format!("ulimit -f 1; exec {} new hello --example hello", env!("CARGO_BIN_EXE_mcpgen"));
    command.args(["-c", &line]).current_dir(sandbox.root());
    let ran = Ran::from(command.output().unwrap());
    ran.refused("cannot write");
    assert_eq!(fs::read_dir(sandbox.root()).unwrap().count(), 0, "{:?}", sandbox.everything().keys());
    sandbox.run(&["new", "hello", "--example", "hello"]).fine();
}

#[test]
fn many_at_once_all_succeed() {
    at_once(16);
}

#[test]
#[ignore = "slow: 64 processes"]
fn sixty_four_at_once_all_succeed() {
    at_once(64);
}

/// In a folder that is no fleet yet: one of them makes it.
fn at_once(count: usize) {
    let sandbox = Sandbox::new();
    let children: Vec<_> = (0..count)
        .map(|i| {
            let name = format!("server_{i}");
            let mut command = sandbox.command(&["new", &name, "--example", "hello"]);
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
        })
        .collect();
    for child in children {
        Ran::from(child.wait_with_output().unwrap()).fine();
    }
    let ports = sandbox.ports();
    let mut numbers: Vec<u16> = ports.servers().iter().map(|server| server.port).collect();
    numbers.dedup();
    assert_eq!(numbers.len(), count);
    let (made, lock) = (sandbox.everything(), sandbox.read("Cargo.lock"));
    for i in 0..count {
        complete(&made, &format!("server_{i}_v2"));
        assert!(lock.contains(&format!("name = \"server_{i}_v2\"")));
    }
}

/// Whether nothing changed; names only the files that did.
#[track_caller]
fn same(after: &BTreeMap<String, String>, before: &BTreeMap<String, String>, what: &str) {
    let differs = |path: &&String| after.get(*path) != before.get(*path);
    let changed: std::collections::BTreeSet<&String> = after.keys().chain(before.keys()).filter(differs).collect();
    assert!(changed.is_empty(), "{what}: changed {changed:?}");
}

#[track_caller]
fn complete(made: &BTreeMap<String, String>, id: &str) {
    let record: toml::Table = made[&format!("{id}/mcpgen.lock")].parse().unwrap();
    for (path, _) in record["files"].as_table().unwrap() {
        assert!(made.contains_key(&format!("{id}/{path}")), "`{id}` has no `{path}`");
    }
}

#[test]
fn killed_at_any_moment_the_next_command_finds_a_sound_fleet() {
    let begun = std::time::Instant::now();
    let mut unfinished = 0;
    for round in 0..40 {
        let sandbox = Sandbox::new();
        sandbox.run(&["new", "first", "--example", "hello"]).fine();
        let before = sandbox.everything();
        let mut child =
            sandbox.command(&["new", "shop", "--example", "weather"]).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_micros(400 * round));
        let _ = child.kill();
        let _ = child.wait();
        unfinished += usize::from(sandbox.everything() != before && !sandbox.path("shop_v2/mcpgen.lock").exists());
        sound_after_a_fault(&sandbox, &before, &format!("round {round}"));
        if begun.elapsed() > Duration::from_mins(1) {
            break;
        }
    }
    println!("killed in the middle: {unfinished}");
}

#[test]
#[ignore = "slow: needs strace"]
fn a_full_disk_at_any_call_leaves_the_old_fleet_or_the_new() {
    faulty(Fault::Error("ENOSPC"));
}

#[test]
#[ignore = "slow: needs strace"]
fn a_kill_at_any_call_leaves_the_old_fleet_or_the_new() {
    faulty(Fault::Kill);
}

fn faulty(fault: Fault) {
    let spec = "[server]\nname = \"shop\"\ndescription = \"Sells\"\ndocs = false\n[tools.buy]\ndescription = \"Buy\"\n";
    let current: std::cell::RefCell<Option<(Sandbox, BTreeMap<String, String>)>> = std::cell::RefCell::default();
    let runs = fault::at_every_call(
        fault,
        || {
            let sandbox = Sandbox::new();
            sandbox.write("shop.toml", spec);
            sandbox.run(&["init"]).fine();
            let before = sandbox.everything();
            let command = sandbox.command(&["new", "shop", "--spec", "shop.toml"]);
            current.replace(Some((sandbox, before)));
            command
        },
        |status, what| {
            let (sandbox, before) = current.take().unwrap();
            if matches!(fault, Fault::Error(_)) && !status.success() {
                same(&sandbox.everything(), &before, what);
            }
            sound_after_a_fault(&sandbox, &before, what);
        },
    );
    println!("{runs} faults");
}

/// Whatever happened to `new shop`: another command finds a sound fleet, no port is leaked, and it works when repeated.
#[track_caller]
fn sound_after_a_fault(sandbox: &Sandbox, before: &BTreeMap<String, String>, what: &str) {
    let was_made = sandbox.path("shop_v2").exists();
    sandbox.run(&["new", "other", "--example", "hello"]).fine();
    let ports = sandbox.ports();
    assert_eq!(ports.by_name("shop_v2").is_some(), was_made, "{what}: the registry and the folder disagree");
    if was_made {
        complete(&sandbox.everything(), "shop_v2");
    } else {
        let example = if before.contains_key("shop.toml") { "--spec=shop.toml" } else { "--example=weather" };
        sandbox.run(&["new", "shop", example]).fine();
    }
    let (made, lock) = (sandbox.everything(), sandbox.read("Cargo.lock"));
    for id in ["shop_v2", "other_v2"] {
        complete(&made, id);
        assert!(lock.contains(&format!("name = \"{id}\"")), "{what}: `{id}` is not in the lock file");
        assert_eq!(sandbox.ports().by_name(id).unwrap().status, Status::Active, "{what}");
    }
    assert!(!made.keys().any(|path| path.starts_with(".mcpgen/pending")), "{what}: a journal stayed");
}
