//! `mcpgen ports`, and what may happen to a registry that many change at once.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mcpgen::ports::Ports;
use tempfile::TempDir;

use crate::fault::{self, Fault};
use crate::sandbox::Ran;

/// A registry in a folder of its own.
struct Sandbox {
    folder: TempDir,
    path: PathBuf,
}

impl Sandbox {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ports.json");
        Self { folder, path }
    }

    /// With a range of 4,000 ports, so that no test runs out of them.
    fn wide() -> Self {
        let sandbox = Self::new();
        fs::write(
            &sandbox.path,
            "{ \"version\": 1, \"ranges\": { \"v2\": { \"start\": 10000, \"end\": 13999 } }, \"servers\": {} }\n",
        )
        .unwrap();
        sandbox
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mcpgen"));
        command.arg("ports").args(args).arg("--registry").arg(&self.path);
        command
    }

    fn run(&self, args: &[&str]) -> Ran {
        Ran::from(self.command(args).output().unwrap())
    }

    fn read(&self) -> Ports {
        Ports::from_bytes(&fs::read(&self.path).unwrap()).unwrap()
    }

    /// What is in the folder beside the registry and its lock.
    fn strays(&self) -> Vec<String> {
        let names = fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        names
            .map(|name| name.into_string().unwrap())
            .filter(|name| name != "ports.json" && name != "ports.json.lock")
            .collect()
    }
}

#[test]
fn allocate_prints_the_port_and_makes_the_registry() {
    let sandbox = Sandbox::new();
    let dry = sandbox.run(&["allocate", "weather_v2", "--dry-run"]);
    assert_eq!((dry.code, dry.stdout.as_str(), sandbox.path.exists()), (Some(0), "9092\n", false));
    assert!(dry.stderr.starts_with("would give port `9092` of range `v2` to `weather_v2` in `"), "{}", dry.stderr);

    assert_eq!(sandbox.run(&["allocate", "weather_v2"]).stdout, "9092\n");
    let bytes = fs::read(&sandbox.path).unwrap();
    let again = sandbox.run(&["allocate", "Weather-v2", "--port", "9010", "--json"]);
    assert_eq!((again.json()["port"].as_u64(), again.json()["outcome"].as_str()), (Some(9092), Some("existing")));
    assert_eq!(
        again.stderr,
        "`weather_v2` has port `9092` already (`Weather-v2` is the same name in another spelling), not the `9010` asked for: the registry decides\n"
    );
    assert_eq!(fs::read(&sandbox.path).unwrap(), bytes);
}

#[test]
fn list_and_show_answer_for_people_and_programs() {
    let sandbox = Sandbox::new();
    let none = sandbox.run(&["list"]);
    assert_eq!(none.code, Some(0));
    assert!(none.stderr.ends_with("does not exist yet: the first `allocate` makes it\n"), "{}", none.stderr);
    for (name, port) in [("a_v2", "9001"), ("news_v2", "9000"), ("aside", "7777")] {
        sandbox.run(&["allocate", name, "--port", port]);
    }
    let today = sandbox.run(&["show", "a_v2", "--json"]).json()["server"]["allocated"].as_str().unwrap().to_owned();
    assert_eq!(
        sandbox.run(&["list"]).stdout.replace(&today, "DAY"),
        "NAME     PORT  RANGE  STATUS  ALLOCATED\n\
         aside    7777  -      active  DAY\n\
         news_v2  9000  v2     active  DAY\n\
         a_v2     9001  v2     active  DAY\n\
         \n\
         RANGE  PORTS      USED  RELEASED  RESERVED  FREE  FULL  FOR\n\
         v2     9000–9099     2         0         0    98  2 %   V2 servers\n"
    );
    let list = sandbox.run(&["list", "--json"]).json();
    assert_eq!((list["version"].as_u64(), list["servers"][1]["name"].as_str()), (Some(1), Some("news_v2")));
    assert_eq!(list["ranges"][0]["free"].as_u64(), Some(98));

    assert_eq!(sandbox.run(&["show", "9000"]).stdout, sandbox.run(&["show", "NEWS-v2"]).stdout);
    assert_eq!(sandbox.run(&["show", "8080"]).stdout, "port `8080` is reserved: V1 legacy\n");
    assert_eq!(sandbox.run(&["show", "9002", "--json"]).json()["state"].as_str(), Some("free"));
    for command in ["show", "release"] {
        let unknown = sandbox.run(&[command, "newsv2"]);
        assert_eq!((unknown.code, unknown.stdout.as_str()), (Some(2), ""));
        assert_eq!(unknown.stderr, "error: the registry has no server `newsv2`\n  help: did you mean `news_v2`?\n");
    }
    sandbox.run(&["show", "70000"]).refused("`70000` is no port");
}

#[test]
fn what_the_rules_forbid_is_told_and_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.run(&["allocate", "weather_v2", "--port", "9004"]);
    let bytes = fs::read(&sandbox.path).unwrap();
    sandbox.run(&["allocate", "news_v2", "--port", "9004"]).refused("port `9004` belongs to `weather_v2`");
    sandbox
        .run(&["allocate", "news_v2", "--range", "v3"])
        .refused("the registry has no range `v3`\n  help: it has `v2`");
    sandbox.run(&["allocate", "../x"]).refused("`../x` cannot be a server of the registry");
    assert_eq!(fs::read(&sandbox.path).unwrap(), bytes);
}

#[test]
fn what_is_no_sound_registry_is_refused_with_its_place_and_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.run(&["allocate", "weather_v2", "--port", "9004"]);
    let good = fs::read_to_string(&sandbox.path).unwrap();
    let twice = "    \"news_v2\": { \"port\": 9004, \"range\": \"v2\", \"status\": \"active\" },\n    \"weather_v2\"";
    for (text, place) in [
        (String::new(), ":1:1: is empty"),
        (format!("\u{feff}{good}"), ":1:1: begins with a byte order mark"),
        (good.replace('\n', "\r\n"), ":1:2: has line endings other than LF"),
        (
            good.replace("    \"weather_v2\"", twice),
            ":15:29: port `9004` of `weather_v2` is also that of `news_v2` on line 14",
        ),
        (good.replace("\"version\": 1", "\"version\": 7"), ":2:14: is a registry of version 7"),
        (format!("<<<<<<< HEAD\n{good}"), ":1:1: has a merge conflict: `<<<<<<< HEAD`"),
        ("[".repeat(100_000), ":1:100000: is not JSON"),
    ] {
        fs::write(&sandbox.path, &text).unwrap();
        for args in [&["allocate", "mail_v2"][..], &["list"], &["show", "9004"]] {
            sandbox.run(args).refused(place);
        }
        assert_eq!(fs::read_to_string(&sandbox.path).unwrap(), text);
        assert!(sandbox.strays().is_empty());
    }
    let huge = fs::File::create(&sandbox.path).unwrap();
    huge.set_len(mcpgen::ports::MAX_BYTES + 1).unwrap();
    sandbox.run(&["list"]).refused("has more than 50 MB");
}

#[test]
fn what_is_no_file_is_refused_without_waiting_for_it() {
    let refused = |make: &dyn Fn(&Path), why: &str| {
        let sandbox = Sandbox::new();
        make(&sandbox.path);
        let begin = Instant::now();
        for args in [&["allocate", "a"][..], &["list"]] {
            sandbox.run(args).refused(why);
        }
        assert!(begin.elapsed() < Duration::from_secs(5), "{why}");
        assert!(sandbox.strays().is_empty());
    };
    refused(&|path| fs::create_dir(path).unwrap(), "is a folder");
    #[cfg(unix)]
    refused(
        &|path| std::os::unix::fs::symlink("nowhere", path).unwrap(),
        "is a symlink to `nowhere`, which does not exist",
    );
    #[cfg(unix)]
    refused(&|path| assert!(Command::new("mkfifo").arg(path).status().unwrap().success()), "is not a regular file");
    let nowhere = Sandbox { path: PathBuf::from("no/such/folder/ports.json"), ..Sandbox::new() };
    nowhere.run(&["allocate", "a"]).refused("is in a folder that does not exist");
}

#[test]
fn whoever_waits_too_long_learns_for_whom() {
    let sandbox = Sandbox::new();
    let locked = mcpgen::ports::Store::at(&sandbox.path).lock(Duration::ZERO).unwrap();
    let mut waiting = sandbox.command(&["allocate", "a"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(Duration::from_millis(200));
    assert_eq!(waiting.try_wait().unwrap(), None, "it did not wait");
    assert_eq!(sandbox.run(&["list"]).code, Some(0), "readers need no lock");
    drop(locked);
    assert!(waiting.wait().unwrap().success());
}

#[test]
fn a_released_server_keeps_its_port_from_others_until_they_insist() {
    let sandbox = Sandbox::new();
    sandbox.run(&["allocate", "old_v2", "--port", "9004"]).fine();
    let bytes = fs::read(&sandbox.path).unwrap();
    let dry = sandbox.run(&["release", "Old-V2", "--dry-run"]).fine();
    let path = sandbox.path.display();
    assert_eq!(dry.stderr, format!("would release `old_v2`, which has port `9004`, in `{path}`\n"));
    assert_eq!(fs::read(&sandbox.path).unwrap(), bytes);

    let released = sandbox.run(&["release", "Old-V2", "--json"]).fine().json();
    assert_eq!((&released["changed"], &released["server"]["status"]), (&true.into(), &"released".into()));
    assert!(released["server"]["released"].as_str().unwrap().starts_with("20"), "{released}");
    assert!(sandbox.run(&["release", "old_v2"]).fine().stderr.starts_with("`old_v2` is released already since 20"));
    sandbox
        .run(&["release", "older_v2"])
        .refused("the registry has no server `older_v2`\n  help: did you mean `old_v2`?");

    sandbox
        .run(&["allocate", "new_v2", "--port", "9004"])
        .refused("`mcpgen ports allocate NAME --port 9004 --reuse` takes it anyway");
    assert_eq!(sandbox.run(&["allocate", "new_v2", "--port", "9004", "--reuse"]).fine().stdout, "9004\n");
    assert_ne!(sandbox.run(&["allocate", "old_v2"]).fine().stdout, "9004\n", "it is another's now");
}

#[test]
fn ranges_and_reservations_are_made_and_taken_back() {
    let sandbox = Sandbox::new();
    // Whatever changes the registry says which one, in the first line.
    let place = format!("`{}`", sandbox.path.display());
    let said = |args: &[&str]| {
        let told = sandbox.run(args).fine().stderr;
        assert!(args[0] == "check" || told.lines().next().unwrap().ends_with(&place), "{told}");
        told.replace(&place, "HERE")
    };
    sandbox.run(&["allocate", "a_v2", "--port", "9055"]).fine();
    let bytes = fs::read(&sandbox.path).unwrap();
    assert_eq!(
        said(&["reserve", "9050-9059", "--dry-run"]),
        "would reserve ports `9050–9059` in HERE\nnote: 1 server has a port there and keeps it\n"
    );
    assert_eq!(
        said(&["range", "add", "v3", "9100-9199", "--dry-run"]),
        "range `v3` (9100–9199) would be new in HERE\n"
    );
    assert_eq!(fs::read(&sandbox.path).unwrap(), bytes);

    assert_eq!(
        said(&["reserve", "9050-9059", "--reason", "lab"]),
        "reserved ports `9050–9059` in HERE\nnote: 1 server has a port there and keeps it\n"
    );
    assert_eq!(said(&["reserve", "9050-9059"]), "ports `9050–9059` are reserved already in HERE\n");
    sandbox.run(&["allocate", "b_v2", "--port", "9050"]).refused("port `9050` is reserved: lab");
    assert_eq!(said(&["check"]), format!("{}: 1 server in 1 range, nothing is wrong\n", sandbox.path.display()));
    assert_eq!(sandbox.run(&["check"]).stdout, "note: `a_v2` has a reserved port\n");
    assert_eq!(said(&["unreserve", "9050"]), "port `9050` is not reserved any more in HERE\n");
    assert_eq!(said(&["unreserve", "9050"]), "port `9050` is not reserved in HERE\n");
    sandbox.run(&["allocate", "b_v2", "--port", "9050"]).fine();

    assert_eq!(
        said(&["range", "add", "v3", "9090-9199", "--description", "next"]),
        "range `v3` (9090–9199) is new in HERE\nnote: it overlaps with `v2`: a port in both belongs to the first\n"
    );
    assert_eq!(said(&["range", "add", "v3", "9100-9199"]), "range `v3` (9100–9199) has changed in HERE\n");
    sandbox.run(&["allocate", "c_v3", "--range", "v3"]).fine();
    sandbox.run(&["range", "add", "v3", "9300-9399"]).refused(&format!(
        "`c_v3` has port `{0}`, outside of that\n  help: `mcpgen ports range add v3 {0}-9399` keeps all of its servers",
        port_of(&sandbox, "c_v3")
    ));
    sandbox.run(&["range", "remove", "v3"]).refused("range `v3` cannot be removed: `c_v3` is of it");
    assert_eq!(
        sandbox.run(&["range", "list"]).fine().stdout,
        "RANGE  PORTS      USED  RELEASED  RESERVED  FREE  FULL  FOR\n\
         v2     9000–9099     2         0         8    90  10 %  V2 servers\n\
         v3     9100–9199     1         0         0    99  1 %   next\n"
    );
    assert_eq!(sandbox.run(&["range", "list", "--json"]).json()["ranges"][1]["free"], 99);
    assert_eq!(said(&["range", "add", "v4", "9200-9200"]), "range `v4` (9200–9200) is new in HERE\n");
    assert_eq!(said(&["range", "remove", "v4"]), "removed range `v4` in HERE\n");
    said(&["reserve", "9895"]);
    assert_eq!(
        said(&["range", "add", "v5", "9890-9904"]),
        "range `v5` (9890–9904) is new in HERE\nnote: 6 of its 15 ports are reserved\n"
    );
    said(&["reserve", "9902-9910"]);
    assert_eq!(sandbox.run(&["range", "add", "v5", "9890-9905", "--json"]).fine().json()["reserved"], 7);
    assert_eq!(
        said(&["range", "add", "v5", "9900-9905"]),
        "range `v5` (9900–9905) has changed in HERE\nnote: ports `9900–9905` are all reserved: it gives no port to anybody\n  \
         help: `mcpgen ports unreserve 9900-9905`, or choose others\n"
    );
    for (args, why) in [
        (&["reserve", "0"][..], "`0` is no port: they are 1 to 65535"),
        (&["reserve", "9050-"], "a port is missing after the `-`"),
        (&["reserve", "9-5"], "it ends at 5, before its start 9"),
        (&["range", "add", "a b", "1-2"], "range `a b` cannot be added: a name is"),
    ] {
        sandbox.run(args).refused(why);
    }
}

#[test]
fn a_port_that_something_listens_on_is_skipped_and_its_holder_told() {
    let sandbox = Sandbox::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    // Two ports, of which one is taken; the ephemeral ones are reserved by default.
    sandbox.run(&["unreserve", "32768-60999"]).fine();
    let span = format!("{port}-{}", port + 1);
    sandbox.run(&["range", "add", "small", &span]).fine();
    sandbox
        .run(&["allocate", "a", "--port", &port.to_string(), "--probe"])
        .refused(&format!("listens on port `{port}` of this machine\n  help: end it, or leave out the port"));
    let free = sandbox.run(&["allocate", "a", "--range", "small", "--probe"]).fine().stdout;
    assert_eq!(free, format!("{}\n", port + 1));
    sandbox.run(&["allocate", "b", "--range", "small", "--probe"]).refused("something listens on the last of them");
    assert_eq!(sandbox.run(&["allocate", "b", "--range", "small"]).fine().stdout, format!("{port}\n"));

    let held = sandbox.run(&["check", "--probe", "--json"]).fine().json()["held"].clone();
    assert_eq!(held.as_array().unwrap().len(), 1, "{held}");
    assert_eq!((&held[0]["name"], &held[0]["port"]), (&"b".into(), &port.into()));
    if cfg!(target_os = "linux") {
        assert_eq!(held[0]["pid"], std::process::id());
        let refused = sandbox.run(&["allocate", "c", "--port", &port.to_string(), "--reuse", "--probe"]);
        refused.refused("belongs to `b`");
        let told = sandbox.run(&["check", "--probe"]).fine().stdout;
        assert!(told.contains(&format!("port `{port}` of `b`: process {} (`", std::process::id())), "{told}");
    }
    drop(listener);
    assert_eq!(
        sandbox.run(&["check", "--probe"]).fine().stdout,
        "nothing listens on an allocated port of this machine\n"
    );
}

#[test]
fn check_tells_all_that_is_wrong_with_its_place_and_its_code() {
    let sandbox = Sandbox::new();
    sandbox.run(&["check"]).refused("there is no registry");
    fs::write(
        &sandbox.path,
        "{ \"version\": 1, \"ranges\": { \"v2\": { \"start\": 9000, \"end\": 9099 } }, \"servers\": {\n\
         \"a\": { \"port\": 9001, \"status\": \"active\" },\n\
         \"A\": { \"port\": 9002, \"status\": \"active\", \"allocated\": \"2026-11-22\" },\n\
         \"b\": { \"port\": 9001, \"status\": \"active\" },\n\
         \"b\": { \"port\": 9009, \"status\": \"active\" },\n\
         \"c\": { \"port\": 9100, \"range\": \"v2\", \"status\": \"active\" }\n} }\n",
    )
    .unwrap();
    let check = sandbox.run(&["check", "--json"]);
    assert_eq!(check.code, Some(1));
    let json = check.json();
    let findings = json["findings"].as_array().unwrap();
    let seen: Vec<_> = findings.iter().map(|f| (f["line"].as_u64().unwrap(), f["code"].as_str().unwrap())).collect();
    assert_eq!(seen, [(3, "duplicate-name"), (4, "duplicate-port"), (5, "duplicate-name"), (6, "outside-range")]);
    let told = sandbox.run(&["check"]);
    assert_eq!((told.code, told.stderr.as_str()), (Some(1), "4 findings\n"));
    assert!(
        told.stdout.contains(
            ":4:16: port `9001` of `b` is also that of `a` on line 2 [duplicate-port]\n  help: `mcpgen ports resolve`"
        ),
        "{}",
        told.stdout
    );

    let resolved = sandbox.run(&["resolve", "--json"]).fine().json();
    assert_eq!(
        resolved["moves"],
        serde_json::json!([{ "name": "b", "from": 9001, "to": port_of(&sandbox, "b"), "keeper": "a" }])
    );
    assert_eq!(resolved["remarks"].as_array().unwrap().len(), 2, "{resolved}");
    sandbox.run(&["check"]).fine();
}

/// A range that was named and is not the server's is told of like a port: nothing else would tell.
#[test]
fn a_server_that_has_a_port_of_another_range_says_so() {
    let sandbox = Sandbox::new();
    sandbox.run(&["range", "add", "v3", "9100-9199"]).fine();
    sandbox.run(&["allocate", "a", "--port", "9025"]).fine();
    sandbox.run(&["allocate", "b", "--range", "v3"]).fine();
    sandbox.run(&["allocate", "c", "--port", "7777"]).fine();
    let said = |args: &[&str]| sandbox.run(args).fine().stderr;
    for unknown in ["v3", "v9"] {
        assert_eq!(
            said(&["allocate", "a", "--range", unknown]),
            format!("`a` has port `9025` already, of range `v2`, not of `{unknown}`: the registry decides\n")
        );
    }
    assert_eq!(said(&["allocate", "a", "--range", "v2"]), "`a` has port `9025` already\n");
    let b = port_of(&sandbox, "b");
    assert_eq!(said(&["allocate", "b"]), format!("`b` has port `{b}` already\n"), "nobody named a range");
    assert!(said(&["allocate", "b", "--range", "v2"]).contains(", of range `v3`, not of `v2`"));
    assert!(said(&["allocate", "c", "--range", "v2"]).contains(", of no range, not of `v2`"));
}

/// The process in the way is named at once: `check --probe` would not, for no server of the registry has its port.
#[cfg(target_os = "linux")]
#[test]
fn whoever_listens_on_the_port_that_was_asked_for_is_named() {
    let sandbox = Sandbox::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    sandbox.run(&["unreserve", "32768-60999"]).fine();
    let refused = sandbox.run(&["allocate", "a", "--port", &port, "--probe"]);
    refused.refused(&format!("error: process {} (`", std::process::id()));
    assert!(!refused.stderr.contains("--probe"), "{}", refused.stderr);
}

/// What a terminal acts upon: titles, colours, erasing, another order of reading.
const HOSTILE: &str = "a\u{1b}]0;gotcha\u{7}\u{1b}[31m\u{9b}2J\u{202e}b";

/// Nothing but the characters of a text and the ends of its lines.
#[track_caller]
fn is_harmless(text: &str) {
    for line in text.lines() {
        assert_eq!(mcpgen::text::visible(line), line);
    }
}

#[test]
fn nothing_that_was_given_reaches_a_terminal_as_a_command() {
    let sandbox = Sandbox::new();
    for args in [
        &["allocate", "--", HOSTILE][..],
        &["allocate", "a", "--range", HOSTILE],
        &["show", HOSTILE],
        &["release", HOSTILE],
        &["reserve", HOSTILE],
        &["reserve", "9005", "--reason", HOSTILE],
        &["allocate", "a", "--port", "9005"],
        &["range", "add", HOSTILE, "9100-9199"],
        &["range", "remove", HOSTILE],
        &["resolve", "--base", HOSTILE],
        &["import", HOSTILE],
        &["list", HOSTILE],
        &[HOSTILE],
    ] {
        let ran = sandbox.run(args);
        assert!(ran.code == Some(2) || args[0] == "reserve", "{args:?}: {}", ran.stderr);
        assert!(!ran.stderr.is_empty(), "{args:?}");
        is_harmless(&ran.stderr);
        is_harmless(&ran.stdout);
    }
    let line = sandbox.run(&["show", "a\nerror: all is lost"]).stderr;
    assert!(!line.lines().any(|line| line.starts_with("error: all")), "{line}");
}

#[test]
fn nothing_that_a_registry_holds_reaches_a_terminal_as_a_command() {
    let sandbox = Sandbox::new();
    let text = serde_json::to_string(HOSTILE).unwrap();
    let servers = format!(
        "\"a\": {{ \"port\": 9001, \"range\": \"v2\", \"status\": \"active\", \"description\": {text}, \"allocated\": {text} }},\n\
         \"gone\": {{ \"port\": 9002, \"status\": \"released\", \"released\": {text} }}"
    );
    let registry = |ranges: &str, servers: &str| {
        format!(
            "{{ \"version\": 1,\n\"ranges\": {{ {ranges} \"v2\": {{ \"start\": 9000, \"end\": 9099, \"description\": {text} }} }},\n\
             \"reserved\": [ {{ \"start\": 9005, \"end\": 9005, \"reason\": {text} }} ],\n\"servers\": {{\n{servers}\n}} }}\n"
        )
    };
    let hostile_range = format!("{text}: {{ \"start\": 9050, \"end\": 9060 }},");
    let hostile_name = format!("{servers}, {text}: {{ \"port\": 9001, \"status\": {text}, \"range\": {text} }}");
    let hostile_member = format!("{servers}, \"b\": {{ \"port\": {text}, \"status\": \"active\", \"range\": {text} }}");
    for text in [
        registry("", &servers),
        registry(&hostile_range, &servers),
        registry("", &hostile_name),
        registry("", &hostile_member),
        format!("<<<<<<< {HOSTILE}\n{}", registry("", &servers)),
        registry("", &servers).replace("\"version\"", HOSTILE),
    ] {
        for args in [
            &["allocate", "b", "--port", "9002"][..],
            &["allocate", "b", "--port", "9005"],
            &["allocate", "b", "--range", "v9"],
            &["release", "gone"],
            &["release", "a", "--dry-run"],
            &["show", "a"],
            &["show", "9005"],
            &["show", "nobody"],
            &["list"],
            &["range", "list"],
            &["range", "add", "v2", "9010-9020"],
            &["check"],
            &["check", "--probe"],
            &["resolve", "--dry-run"],
        ] {
            fs::write(&sandbox.path, &text).unwrap();
            let ran = sandbox.run(args);
            is_harmless(&ran.stderr);
            is_harmless(&ran.stdout);
            let json = sandbox.run(&[args, &["--json"]].concat());
            is_harmless(&json.stdout);
            is_harmless(&json.stderr);
        }
    }
    fs::write(&sandbox.path, registry("", &servers)).unwrap();
    let shown = sandbox.run(&["show", "a", "--json"]).fine();
    assert_eq!(shown.json()["server"]["description"], HOSTILE, "it says the same");
}

#[cfg(unix)]
#[test]
fn nothing_that_a_fleet_says_reaches_a_terminal_as_a_command() {
    let fleet = crate::sandbox::Sandbox::new();
    let location = HOSTILE.replace('b', "b.json").escape_unicode().to_string();
    // TOML has the escapes of Rust, with another number of digits and no braces.
    let location = location.split("\\u{").filter(|part| !part.is_empty());
    let location: String = location.map(|part| format!("\\U{:0>8}", part.trim_end_matches('}'))).collect();
    fleet.run(&["init"]).fine();
    fleet.write("mcpgen.toml", &format!("registry = \"{location}\"\n"));
    for args in [
        &["ports", "check"][..],
        &["ports", "list"],
        &["ports", "allocate", "a"],
        &["ports", "check"],
        &["ports", "reserve", "9050"],
        &["ports", "unreserve", "9050"],
        &["ports", "range", "add", "v3", "9100-9199"],
        &["ports", "range", "remove", "v3"],
        &["ports", "release", "a"],
        &["ports", "resolve"],
        &["ports", "merge-driver", "install"],
        &["new", "hello", "--example", "hello", "--dry-run"],
        &["new", "hello", "--example", "hello"],
    ] {
        let ran = fleet.run(args);
        assert!(ran.code.is_some() && !(ran.stderr.is_empty() && ran.stdout.is_empty()), "{args:?}");
        is_harmless(&ran.stderr);
        is_harmless(&ran.stdout);
    }
    assert!(fleet.path(&HOSTILE.replace('b', "b.json")).exists(), "it was another location");
}

/// What `check` advises is true for this server and this port: whoever does it is done, or is told to `resolve`.
#[test]
fn the_help_for_servers_that_stand_works() {
    let fleet = crate::sandbox::Sandbox::new();
    fleet.run(&["new", "hello", "--example", "hello"]).fine();
    let sound = fleet.read("consolidated_mcp_ports.json");
    let run = |args: &str| fleet.run(&args.split(' ').collect::<Vec<_>>());
    // Does what the help says, command after command, until nothing is wrong.
    let mend = |code: &str, commands: &[&str]| {
        let told = run("ports check");
        assert_eq!(told.code, Some(1), "{}", told.stdout);
        let (finding, help) = told.stdout.split_once("\n  help: ").unwrap();
        assert!(finding.ends_with(&format!("[{code}]")), "{finding}");
        let quoted: Vec<&str> = help.split('`').skip(1).step_by(2).filter(|text| text.starts_with("mcpgen ")).collect();
        assert_eq!(quoted, commands, "{help}");
        for command in quoted {
            run(command.strip_prefix("mcpgen ").unwrap()).fine();
        }
        assert_eq!(run("ports check").code, Some(0), "{}", run("ports check").stdout);
    };
    let with = |commands: &[&str]| {
        fleet.write("consolidated_mcp_ports.json", &sound);
        for command in commands {
            run(command).fine();
        }
    };
    with(&["ports release hello_v2"]);
    mend("released-server", &["mcpgen ports allocate hello_v2 --port 9044"]);
    with(&["ports release hello_v2", "ports allocate thief --port 9044 --reuse"]);
    mend("released-server", &["mcpgen ports allocate hello_v2", "mcpgen ports resolve"]);

    // The files of this one say another port by now.
    let other = crate::sandbox::Sandbox::new();
    other.run(&["new", "hello", "--example", "hello"]).fine();
    let empty = sound.split("\"servers\"").next().unwrap().to_owned() + "\"servers\": {} }\n";
    other.write("consolidated_mcp_ports.json", &empty);
    let told = other.run(&["ports", "check"]).stdout;
    assert!(told.contains("`mcpgen ports allocate hello_v2 --port 9044` records it"), "{told}");
    for (args, what) in [
        (&["ports", "allocate", "thief", "--port", "9044"][..], "another's"),
        (&["ports", "reserve", "9044"], "reserved"),
    ] {
        other.write("consolidated_mcp_ports.json", &empty);
        other.run(args).fine();
        let told = other.run(&["ports", "check"]).stdout;
        assert!(
            told.contains(
                "[unknown-server]\n  help: port `9044` is not to be had: `mcpgen ports allocate hello_v2` gives it \
                 another, then `mcpgen ports resolve` renders its files with it\n"
            ),
            "{what}: {told}"
        );
    }
    other.run(&["ports", "allocate", "hello_v2"]).fine();
    other.run(&["ports", "resolve"]).fine();
    other.run(&["ports", "check"]).fine();

    fs::remove_file(other.path("consolidated_mcp_ports.json")).unwrap();
    let lost = "help: restore it from version control";
    other.run(&["ports", "check"]).refused(lost);
    assert!(other.run(&["ports", "list"]).fine().stderr.contains(lost));
}

/// Programs read standard output, whatever happened; people read the same on standard error.
#[test]
fn a_failure_is_one_json_document_where_json_was_asked_for() {
    let sandbox = Sandbox::new();
    sandbox.run(&["allocate", "weather_v2", "--port", "9004"]).fine();
    for (args, error, help) in [
        (&["show", "weather"][..], "the registry has no server `weather`", "did you mean `weather_v2`?".into()),
        (
            &["allocate", "b", "--port", "9004"],
            "port `9004` belongs to `weather_v2`",
            "leave out the port to get a free one of the range".into(),
        ),
        (&["show", "70000"], "`70000` is no port: they are 1 to 65535", serde_json::Value::Null),
        (&["frobnicate"], "unrecognized subcommand 'frobnicate'", serde_json::Value::Null),
    ] {
        let silent = sandbox.run(args);
        silent.refused(error);
        let ran = sandbox.run(&[&["--json"], args].concat());
        assert_eq!((ran.code, &ran.stderr), (Some(2), &silent.stderr));
        let json = ran.json();
        assert_eq!((&json["version"], &json["help"]), (&1.into(), &help), "{json}");
        assert_eq!(json["error"], error);
    }
    fs::write(&sandbox.path, "{").unwrap();
    let broken = sandbox.run(&["list", "--json"]).json()["error"].as_str().unwrap().to_owned();
    assert!(broken.contains(":1:1: is not JSON"), "{broken}");

    let fleet = crate::sandbox::Sandbox::new();
    fleet.write("bad.toml", "[server]\n");
    for args in [
        &["new", "!", "--json"][..],
        &["new", "shop", "--spec", "bad.toml", "--json"],
        &["new", "shop", "--spec", "none.toml", "--json"],
        &["init", "bad.toml/x", "--json"],
    ] {
        let ran = fleet.run(args);
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(ran.json()["error"].as_str().is_some_and(|error| !error.is_empty()), "{}", ran.stdout);
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}

/// Each kind of damage comes with a step that mends it.
#[test]
fn whatever_is_wrong_with_a_registry_comes_with_help() {
    let sandbox = Sandbox::new();
    for text in [
        "{",
        "[]",
        "",
        "{\"version\": 1}",
        r#"{"version": 1, "servers": {"a": {"status": "active"}}}"#,
        r#"{"version": 1, "servers": {"": {"port": 1, "status": "active"}}}"#,
        r#"{"version": 1, "servers": {"a\u0007": {"port": 1, "status": "active"}}}"#,
        r#"{"version": 1, "servers": {"a": {"port": 1, "status": "active", "range": 7}}}"#,
        r#"{"version": 1, "ranges": {"v2": {"start": 9, "end": 8}}, "servers": {}}"#,
    ] {
        fs::write(&sandbox.path, text).unwrap();
        let told = sandbox.run(&["list"]);
        told.refused("cannot be trusted as it is");
        let (places, helps) = (told.stderr.matches("ports.json:1:").count(), told.stderr.matches("\n  help: ").count());
        assert!(places > 0 && places == helps, "{text}: {}", told.stderr);
    }
}

fn port_of(sandbox: &Sandbox, name: &str) -> u16 {
    sandbox.read().by_name(name).unwrap().port
}

#[test]
fn the_schema_describes_a_registry() {
    let sandbox = Sandbox::new();
    sandbox.run(&["allocate", "a_v2"]).fine();
    sandbox.run(&["allocate", "b_v2"]).fine();
    sandbox.run(&["release", "b_v2"]).fine();
    let schema =
        Ran::from(Command::new(env!("CARGO_BIN_EXE_mcpgen")).args(["ports", "schema"]).output().unwrap()).json();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut registry: serde_json::Value = serde_json::from_str(&fs::read_to_string(&sandbox.path).unwrap()).unwrap();
    assert!(validator.is_valid(&registry));
    registry["servers"]["a_v2"]["port"] = "9004".into();
    assert!(!validator.is_valid(&registry));
}

/// Every command that changes a registry can be tried without changing it.
#[test]
fn every_command_that_writes_has_a_dry_run() {
    for command in [
        &["allocate"][..],
        &["release"],
        &["reserve"],
        &["unreserve"],
        &["range", "add"],
        &["range", "remove"],
        &["resolve"],
        &["merge-driver", "install"],
    ] {
        let help =
            Command::new(env!("CARGO_BIN_EXE_mcpgen")).arg("ports").args(command).arg("--help").output().unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        for option in ["--dry-run", "--json", "--registry"] {
            assert!(help.contains(option), "{command:?} has no {option}");
        }
    }
}

/// Every one of `processes × each` allocations gets its own port, and whoever reads meanwhile sees a whole registry.
fn all_at_once(processes: usize, each: usize) {
    let sandbox = Sandbox::wide();
    let done = AtomicBool::new(false);
    let ports = thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !done.load(Ordering::Relaxed) {
                sandbox.read();
                reads += 1;
                thread::sleep(Duration::from_millis(5));
            }
            reads
        });
        let sandbox = &sandbox;
        let allocate = |name: String| {
            let ran = sandbox.run(&["allocate", &name]);
            assert_eq!(ran.code, Some(0), "{}", ran.stderr);
            (name, ran.stdout.trim().parse::<u16>().unwrap())
        };
        let writers: Vec<_> = (0..processes)
            .map(|p| scope.spawn(move || (0..each).map(|n| allocate(format!("server_{p}_{n}"))).collect::<Vec<_>>()))
            .collect();
        let ports: Vec<_> = writers.into_iter().map(thread::ScopedJoinHandle::join).collect();
        // Before anything can fail: the reader would go on for ever.
        done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
        ports.into_iter().flat_map(Result::unwrap).collect::<Vec<_>>()
    });
    let registry = sandbox.read();
    let by_port: BTreeMap<u16, &str> = ports.iter().map(|(name, port)| (*port, name.as_str())).collect();
    assert_eq!(by_port.len(), processes * each, "a port was given twice");
    assert_eq!(registry.servers().len(), processes * each, "an allocation was lost");
    for server in registry.servers() {
        assert_eq!(by_port[&server.port], server.id);
    }
    assert!(sandbox.strays().is_empty());
}

#[test]
fn sixty_four_processes_at_once_lose_nothing() {
    all_at_once(64, 5);
}

#[test]
#[ignore = "slow: 3,200 processes"]
fn sixty_four_processes_with_fifty_allocations_each_lose_nothing() {
    all_at_once(64, 50);
}

/// Kills processes at moments that differ from round to round; whoever reported a port keeps it.
///
/// A moment that was too early for all makes the next one later, one too late for any makes it earlier: however slow the
/// machine, most rounds kill in the middle.
fn killed(rounds: usize) {
    let sandbox = Sandbox::wide();
    let mut kept = BTreeMap::new();
    let mut moment = Duration::from_millis(1);
    for round in 0..rounds {
        let kept_before = kept.len();
        let mut writers: Vec<_> = (0..3)
            .map(|n| {
                let name = format!("server_{round}_{n}");
                let child = sandbox.command(&["allocate", &name]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
                (name, child.unwrap())
            })
            .collect();
        thread::sleep(moment);
        for (_, child) in &mut writers {
            child.kill().unwrap();
        }
        for (name, child) in writers {
            let output = child.wait_with_output().unwrap();
            if let Ok(port) = String::from_utf8(output.stdout).unwrap().trim().parse::<u16>() {
                kept.insert(name, port);
            }
        }
        let registry = sandbox.read();
        for (name, port) in &kept {
            assert_eq!(registry.by_name(name).map(|server| server.port), Some(*port), "round {round}");
        }
        assert_eq!(sandbox.run(&["allocate", "after"]).code, Some(0), "round {round}");
        assert!(sandbox.strays().is_empty(), "round {round}");
        moment = if kept.len() == kept_before { moment.mul_f64(1.37) } else { moment.mul_f64(0.83) };
    }
    assert!(!kept.is_empty() && kept.len() < 3 * rounds, "{} were not killed", kept.len());
}

#[test]
fn killed_at_any_moment_it_leaves_the_old_registry_or_the_new() {
    killed(30);
}

#[test]
#[ignore = "slow: 200 rounds"]
fn killed_at_any_of_many_moments_it_leaves_the_old_registry_or_the_new() {
    killed(200);
}

/// After a fault at any call: the registry is the old one or the new one, and the next command works and tidies up.
fn faulty(fault: Fault) {
    let sandbox = Sandbox::new();
    let old = {
        sandbox.run(&["allocate", "old", "--port", "9001"]);
        fs::read_to_string(&sandbox.path).unwrap()
    };
    sandbox.run(&["allocate", "new", "--port", "9002"]);
    let new = fs::read_to_string(&sandbox.path).unwrap();
    let prepare = || {
        fs::write(&sandbox.path, &old).unwrap();
        sandbox.command(&["allocate", "new", "--port", "9002"])
    };
    let (mut failed, mut done) = (0, 0);
    let runs = fault::at_every_call(fault, prepare, |status, at| {
        let text = fs::read_to_string(&sandbox.path).unwrap();
        assert!(text == old || text == new, "{at}: {text}");
        if status.success() {
            done += 1;
            assert_eq!(text, new, "{at}: it said it was done");
        } else {
            failed += 1;
            let ours = matches!(fault, Fault::Error(_)) && status.code() == Some(2) && !at.contains("unlink");
            assert!(!ours || sandbox.strays().is_empty(), "{at}: {:?}", sandbox.strays());
        }
        assert_eq!(sandbox.run(&["allocate", "new", "--port", "9002"]).stdout, "9002\n", "{at}");
        assert!(sandbox.strays().is_empty(), "{at}: {:?}", sandbox.strays());
    });
    assert!(failed > 10 && done > 0, "{runs} runs: {failed} failed, {done} were done");
}

#[test]
#[ignore = "slow: needs strace"]
fn the_new_registry_is_durable_before_it_is_seen_and_seen_for_good_when_it_is_told() {
    let sandbox = Sandbox::new();
    let log = fault::calls(&sandbox.command(&["allocate", "a"]));
    let line = |what: &str| log.lines().position(|line| line.contains(what)).unwrap_or_else(|| panic!("{what}: {log}"));
    let after = |start: usize, what: &str| {
        start
            + 1
            + log
                .lines()
                .skip(start + 1)
                .position(|line| line.contains(what))
                .unwrap_or_else(|| panic!("{what}: {log}"))
    };
    let written = after(line(".tmp\", O_WRONLY"), "write(");
    let durable = after(written, "fsync(");
    let seen = after(durable, "rename(");
    let for_good = after(seen, "fsync(");
    assert_eq!(line("rename("), seen);
    assert!(after(for_good, "write(1, ") > for_good);
}

/// The disk has room for the old registry and a page, not for the new one.
#[test]
#[ignore = "slow: needs leave to mount"]
fn a_disk_that_is_really_full_keeps_the_old_registry() {
    let sandbox = Sandbox::new();
    let script = r#"set -e
        mount -t tmpfs -o size=64k none "$1"
        printf '{ "version": 1, "servers": {}, "x": "%040000d" }' 0 > "$1/ports.json"
        cp "$1/ports.json" "$2/before"
        ! "$3" ports allocate a --port 7777 --registry "$1/ports.json" 2> "$2/error"
        cmp "$1/ports.json" "$2/before"
        ls -A "$1" > "$2/names""#;
    let seen = tempfile::tempdir().unwrap();
    let mut shell = Command::new("unshare");
    shell.args(["--map-root-user", "--mount", "sh", "-c", script, "sh"]);
    shell.arg(sandbox.folder.path()).arg(seen.path()).arg(env!("CARGO_BIN_EXE_mcpgen"));
    assert!(shell.status().unwrap().success());
    let text = |name| fs::read_to_string(seen.path().join(name)).unwrap();
    assert!(text("error").contains("No space left on device"), "{}", text("error"));
    assert_eq!(text("names"), "ports.json\nports.json.lock\n");
}

#[test]
#[ignore = "slow: needs strace"]
fn a_disk_that_is_full_at_any_call_leaves_the_old_registry_or_the_new() {
    faulty(Fault::Error("ENOSPC"));
}

#[test]
#[ignore = "slow: needs strace"]
fn a_kill_at_any_call_leaves_the_old_registry_or_the_new() {
    faulty(Fault::Kill);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

    use super::*;

    const NOBODY: u32 = 65_534;

    fn mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn is_root() -> bool {
        tempfile::tempfile().unwrap().metadata().unwrap().uid() == 0
    }

    /// Runs as a user to whom permissions apply: as another one if this is root.
    fn run_unprivileged(sandbox: &Sandbox, args: &[&str]) -> Ran {
        let (mut command, _folder) = crate::sandbox::unprivileged();
        command.arg("ports").args(args).arg("--registry").arg(&sandbox.path);
        Ran::from(command.output().unwrap())
    }

    #[test]
    fn a_folder_that_cannot_be_written_to_is_an_error_and_nothing_changes() {
        let sandbox = Sandbox::new();
        sandbox.run(&["allocate", "a"]);
        let bytes = fs::read(&sandbox.path).unwrap();
        mode(sandbox.folder.path(), 0o555);
        run_unprivileged(&sandbox, &["allocate", "b"])
            .refused("\n  help: check who may read and write it and its folder");
        run_unprivileged(&sandbox, &["allocate", "b"]).refused("Permission denied");
        assert_eq!(run_unprivileged(&sandbox, &["show", "a"]).code, Some(0));
        fs::remove_file(sandbox.folder.path().join("ports.json.lock")).ok();
        run_unprivileged(&sandbox, &["allocate", "b"]).refused("Permission denied");
        assert_eq!(fs::read(&sandbox.path).unwrap(), bytes);
        mode(sandbox.folder.path(), 0o755);
        assert!(sandbox.strays().is_empty());
    }

    #[test]
    fn the_file_of_another_user_is_not_replaced_through_its_folder() {
        let sandbox = Sandbox::new();
        sandbox.run(&["allocate", "a"]);
        let bytes = fs::read(&sandbox.path).unwrap();
        mode(&sandbox.path, 0o444);
        mode(sandbox.folder.path(), 0o777);
        run_unprivileged(&sandbox, &["allocate", "b"]).refused("Permission denied");
        assert_eq!(fs::read(&sandbox.path).unwrap(), bytes);
        assert!(sandbox.strays().is_empty());
    }

    #[test]
    fn symlink_mode_and_owner_are_kept_and_both_names_share_one_lock() {
        let sandbox = Sandbox::new();
        let shared = tempfile::tempdir().unwrap();
        let real = shared.path().join("real.json");
        let direct = Sandbox { folder: shared, path: real };
        direct.run(&["allocate", "a"]);
        mode(&direct.path, 0o640);
        if is_root() {
            chown(&direct.path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let before = fs::metadata(&direct.path).unwrap();
        symlink(&direct.path, &sandbox.path).unwrap();
        assert_eq!(sandbox.run(&["allocate", "b"]).code, Some(0));
        assert_eq!(fs::read_link(&sandbox.path).unwrap(), direct.path);
        let after = fs::metadata(&direct.path).unwrap();
        assert_ne!(before.ino(), after.ino(), "it was not replaced");
        let kept = |metadata: &fs::Metadata| (metadata.mode(), metadata.uid(), metadata.gid());
        assert_eq!(kept(&before), kept(&after));
        assert_eq!(direct.read().servers().len(), 2);
        let lock = sandbox.path.with_file_name("ports.json.lock");
        assert!(!lock.exists(), "two locks for one registry");
    }

    /// Sixteen blocks of 512 bytes are less than the registry has, whether or not the process survives the signal.
    #[test]
    fn a_limit_on_file_sizes_is_an_error_and_nothing_changes() {
        let sandbox = Sandbox::new();
        let long = "x".repeat(20_000);
        sandbox.run(&["allocate", "a"]);
        let text = fs::read_to_string(&sandbox.path).unwrap().replace("V2 servers", &long);
        fs::write(&sandbox.path, &text).unwrap();
        for trap in ["", "trap '' XFSZ;"] {
            let command = sandbox.command(&["allocate", "b"]);
            let mut shell = Command::new("sh");
            shell.arg("-c").arg(format!("{trap} ulimit -f 16; exec \"$@\"")).arg("sh");
            shell.arg(command.get_program()).args(command.get_args());
            Ran::from(shell.output().unwrap()).refused("file too large");
            assert_eq!(fs::read_to_string(&sandbox.path).unwrap(), text);
            assert!(sandbox.strays().is_empty());
        }
    }
}
