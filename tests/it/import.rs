//! `mcpgen ports import`, as somebody uses it who has inherited a few registries.

use std::fs;

use crate::sandbox::{Ran, Sandbox};

/// Two registries that contradict themselves and each other.
const HARBOUR: &str = r#"{
  "description": "The one and only list of ports",
  "port_ranges": { "sea": "9100-9149", "shore": [9150, 9199] },
  "active_servers": {
    "tide": 9100,
    "reef": 9101,
    "kelp": 9101,
    "old_buoy": 9102,
    "lamp": 3005
  },
  "tide_v2": 9003,
  "gateway": { "gateway_port": 8088, "api_key": "hunter2hunter2" },
  "removed_servers": ["old_buoy", "ELIMINATED"]
}
"#;

const PIER: &str = r#"{
  "mcp_servers": {
    "sea": {
      "Tide": { "port": 9107, "description": "Tides, see https://reader:hunter2@tides.example" },
      "crab": { "port": "9108", "health_port": 9158, "description": "Crabs" }
    }
  },
  "shore": { "kiosk": { "port": 8101, "status": "running" } }
}
"#;

const QUIET: &str = r#"{ "servers": { "crab": { "port": 9008, "description": "Crabs" }, "kiosk": 8101 } }"#;

fn import(sandbox: &Sandbox, args: &[&str]) -> Ran {
    sandbox.run(&[&["ports", "import", "--registry", "ports.json"], args].concat())
}

fn harbour() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("harbour.json", HARBOUR);
    sandbox.write("pier.json", PIER);
    sandbox.write("quiet.json", QUIET);
    sandbox
}

#[test]
fn without_contradictions_it_just_imports_and_twice_is_once() {
    let sandbox = harbour();
    let before = sandbox.everything();
    let dry = import(&sandbox, &["quiet.json", "--dry-run"]).fine();
    assert_eq!(dry.stderr, "would import 1 active server, 1 legacy server into `ports.json`\n");
    assert_eq!(sandbox.everything(), before);

    let done = import(&sandbox, &["quiet.json"]).fine();
    assert!(done.stdout.starts_with("quiet.json: 2 entries, 2 names, 2 ports\n"), "{}", done.stdout);
    assert!(done.stdout.contains("\nNothing contradicts.\n"), "{}", done.stdout);
    let text = sandbox.read("ports.json");
    assert!(text.contains(r#""kiosk": { "port": 8101, "status": "legacy" }"#), "{text}");
    assert!(
        text.contains(r#""crab": { "port": 9008, "range": "v2", "status": "active", "description": "Crabs" }"#),
        "{text}"
    );

    let again = import(&sandbox, &["quiet.json", "--json"]).fine();
    assert_eq!(
        (again.json()["changed"].as_bool(), again.json()["imported"].as_array().map(Vec::len)),
        (Some(false), Some(0))
    );
    assert_eq!(again.stderr, "`ports.json` has all of it already: nothing changed\n");
    assert_eq!(sandbox.read("ports.json"), text);
}

#[test]
fn contradictions_are_reported_planned_and_applied() {
    let sandbox = harbour();
    let before = sandbox.everything();
    let report = import(&sandbox, &["harbour.json", "pier.json"]);
    assert_eq!(report.code, Some(1));
    insta::assert_snapshot!("report", report.stdout);
    insta::assert_snapshot!("outcome", report.stderr);
    let json = import(&sandbox, &["harbour.json", "pier.json", "--json"]);
    assert_eq!((json.code, &json.stderr), (Some(1), &report.stderr));
    assert_eq!(json.json()["contradictions"].as_array().map(Vec::len), Some(5));
    assert_eq!(sandbox.everything(), before);

    let planned = import(&sandbox, &["harbour.json", "pier.json", "--plan", "answers.toml"]).fine();
    let told = "wrote `answers.toml`: proposals for 5 servers; the registry is as it was\n";
    assert!(planned.stderr.starts_with(told), "{}", planned.stderr);
    insta::assert_snapshot!("resolution", sandbox.read("answers.toml"));
    assert!(!sandbox.path("ports.json").exists());
    import(&sandbox, &["harbour.json", "pier.json", "--plan", "answers.toml"])
        .refused("`answers.toml` is there already");

    // What a person changes is what counts.
    let answers = sandbox.read("answers.toml").replace("[server.kelp]\ndo = \"move\"", "[server.kelp]\ndo = \"drop\"");
    sandbox.write("answers.toml", &answers);
    let applied = import(&sandbox, &["harbour.json", "pier.json", "--apply", "answers.toml"]).fine();
    assert_eq!(applied.stderr, "imported 6 active servers, 1 legacy server, 2 ranges into `ports.json`\n");
    insta::assert_snapshot!("registry", sandbox.read("ports.json"));
    let text = sandbox.read("ports.json");
    import(&sandbox, &["harbour.json", "pier.json", "--apply", "answers.toml"]).fine();
    assert_eq!(sandbox.read("ports.json"), text);
    for (name, text) in sandbox.everything() {
        assert!(name == "harbour.json" || name == "pier.json" || !text.contains("hunter2"), "{name}");
    }
}

#[test]
fn answers_for_other_files_or_to_other_questions_are_refused() {
    let sandbox = harbour();
    import(&sandbox, &["harbour.json", "--plan", "answers.toml"]).fine();
    let answers = sandbox.read("answers.toml");
    let refused = |why: &str| {
        import(&sandbox, &["harbour.json", "--apply", "answers.toml"]).refused(why);
        assert!(!sandbox.path("ports.json").exists());
    };
    sandbox.write("answers.toml", &answers.replace("[server.kelp]", "[server.klep]"));
    refused("error: answers.toml: `kelp` is not decided: it has a contradiction\n");
    refused("`klep` is no server of the files\n  help: did you mean `kelp`?\n");
    sandbox.write("answers.toml", &answers.replace("do = \"move\"", "do = \"keep\"\nport = 9101"));
    refused("cannot have port 9101: it is kept for `reef`");
    sandbox.write("answers.toml", &answers.replace("do = \"keep\"", "do = \"kepp\""));
    refused("is not decided: `do` is `keep`, `move`, `drop` or `release`");
    sandbox.write("answers.toml", "not toml");
    refused("error: answers.toml:1: is not TOML");

    sandbox.write("answers.toml", &answers);
    sandbox.write("harbour.json", &HARBOUR.replace("9102", "9103"));
    refused("these have changed since");
    import(&sandbox, &["harbour.json", "--apply", "none.toml"]).refused("cannot read `none.toml`");
}

/// Whatever a hostile file or name holds, a terminal shows it and does nothing else; and the registry stays sound.
#[test]
fn what_is_printed_does_nothing_to_a_terminal() {
    let sandbox = Sandbox::new();
    let evil = "\\u001b]0;x\\u0007\\u202e\\n[server.x]";
    let text = format!(
        "{{\"servers\": {{\"{evil}\": 9001, \"tide\": {{\"port\": 9001, \"{evil}_port\": 9300}}}}, \"{evil}\": {{\"a\": {{\"port\": 70000}}}}, \"port_ranges\": {{\"{evil}\": \"9300-9310\"}}}}"
    );
    sandbox.write("evil.json", &text);
    let quiet = |ran: &Ran| {
        for out in [&ran.stdout, &ran.stderr] {
            assert!(!out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{out}");
        }
    };
    quiet(&import(&sandbox, &["evil.json"]));
    quiet(&import(&sandbox, &["evil.json", "--plan", "answers.toml"]).fine());
    let answers = sandbox.read("answers.toml");
    assert!(!answers.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{answers}");
    quiet(&import(&sandbox, &["evil.json", "--apply", "answers.toml"]).fine());
    sandbox.run(&["ports", "list", "--registry", "ports.json"]).fine();
}

#[test]
fn redirects_are_followed_within_the_repository_and_nowhere_else() {
    let sandbox = harbour();
    let stub = |to: &str| format!(r#"{{ "deprecated": true, "redirect_to": "{to}" }}"#);
    fs::create_dir_all(sandbox.path("repo/.git")).unwrap();
    sandbox.write("repo/config/new.json", QUIET);
    sandbox.write("repo/config/old.json", &stub("config/new.json"));
    let followed = import(&sandbox, &["repo/config/old.json", "--dry-run"]).fine();
    assert!(
        followed.stdout.starts_with(
            "repo/config/old.json: a redirect to `config/new.json`, followed to repo/config/new.json\nrepo/config/new.json: 2 entries"
        ),
        "{}",
        followed.stdout
    );
    let both = import(&sandbox, &["repo/config/old.json", "repo/config/new.json", "--dry-run"]);
    assert_eq!(both.code, Some(0), "{}{}", both.stdout, both.stderr);

    for (to, why) in [
        ("../../quiet.json", "is not followed: only a path downwards is"),
        ("/etc/hosts", "is not followed: only a path downwards is"),
        ("quiet.json", "cannot be followed: there is no such file, neither beside it nor above it up to `repo`"),
        ("config/stub.json", "leads in a circle"),
    ] {
        sandbox.write("repo/config/stub.json", &stub(to));
        let refused = import(&sandbox, &["repo/config/stub.json"]);
        assert_eq!(refused.code, Some(1));
        let told = format!("\nthe redirect to `{to}` {why}\n    {to}  repo/config/stub.json:1:38  redirect_to\n");
        assert!(refused.stdout.contains(&told), "{}", refused.stdout);
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(sandbox.path("quiet.json"), sandbox.path("repo/config/link.json")).unwrap();
        sandbox.write("repo/config/stub.json", &stub("link.json"));
        let refused = import(&sandbox, &["repo/config/stub.json"]);
        assert!(refused.stdout.contains("is not followed: it leads out of `repo`"), "{}", refused.stdout);
    }
    // Whoever cannot mend the stub can say that it is left out.
    import(&sandbox, &["repo/config/stub.json", "quiet.json", "--plan", "answers.toml"]).fine();
    import(&sandbox, &["repo/config/stub.json", "quiet.json", "--apply", "answers.toml"]).fine();
    assert!(sandbox.read("ports.json").contains("\"crab\""));
}

#[test]
fn a_chain_of_redirects_has_an_end() {
    let sandbox = Sandbox::new();
    for n in 0..20 {
        sandbox.write(&format!("{n}.json"), &format!(r#"{{ "redirect_to": "{}.json" }}"#, n + 1));
    }
    let refused = import(&sandbox, &["0.json"]);
    assert!(refused.stdout.contains("the redirect to `9.json` is one too many in a row"), "{}", refused.stdout);
}

#[test]
fn what_cannot_be_read_is_refused_with_all_of_its_places() {
    let sandbox = harbour();
    sandbox.write("broken.json", "{ \"servers\": {\n \"tide\": }\n");
    fs::write(sandbox.path("latin.json"), b"{ \"x\": \"\xe9\" }").unwrap();
    let refused = import(&sandbox, &["broken.json", "latin.json", "none.json", "quiet.json", "."]);
    refused.refused("error: broken.json:2:10: is not JSON: expected value\nerror: latin.json:1:9: is not UTF-8 text from here on\n  help: save it as UTF-8\nerror: none.json: cannot be read: ");
    refused.refused("error: .: cannot be read: it is not a regular file\n");
    import(&sandbox, &["quiet.json", "quiet.json"]).refused("quiet.json: is named twice");
    import(&sandbox, &["quiet.json", "--environment", "live"])
        .refused("there is no environment `live` here, nor any other");
    import(&sandbox, &["quiet.json", "--plan", "a", "--apply", "b"]).refused("cannot be used with");
    sandbox.write("ports.json", QUIET);
    import(&sandbox, &["quiet.json"]).refused("`mcpgen ports import FILE` reads it into a registry of its own");
}

#[test]
fn a_redirect_in_a_circle_is_told_beside_whatever_else_is_read() {
    let sandbox = harbour();
    sandbox.write("a.json", r#"{ "redirect_to": "b.json" }"#);
    sandbox.write("b.json", r#"{ "redirect_to": "a.json" }"#);
    sandbox.write("c.json", r#"{ "redirect_to": "quiet.json" }"#);
    let refused = import(&sandbox, &["quiet.json", "c.json", "a.json"]);
    assert!(refused.stdout.contains("\nthe redirect to `a.json` leads in a circle\n"), "{}", refused.stdout);
    assert!(refused.stdout.contains("\nc.json: a redirect to `quiet.json`, which is among the files\n"));
    assert_eq!(refused.code, Some(1));
}

#[test]
fn a_plan_says_what_it_asks_and_is_not_written_where_it_asks_nothing() {
    let sandbox = harbour();
    let idle = import(&sandbox, &["quiet.json", "--plan", "answers.toml"]).fine();
    assert_eq!(
        idle.stderr,
        "nothing contradicts: there is nothing to decide, and `answers.toml` was not written\n  help: the same command without `--plan` imports\n"
    );
    assert!(!sandbox.path("answers.toml").exists() && !sandbox.path("ports.json").exists());

    sandbox.write("stub.json", r#"{ "redirect_to": "none.json" }"#);
    let asked = import(&sandbox, &["stub.json", "quiet.json", "--json", "--plan", "answers.toml"]).fine();
    assert!(asked.stderr.starts_with("wrote `answers.toml`: proposals for 1 other question; "), "{}", asked.stderr);
    let plan = &asked.json()["plan"];
    assert_eq!(
        (plan["file"].as_str(), plan["servers"].as_u64(), plan["others"].as_u64(), plan["written"].as_bool()),
        (Some("answers.toml"), Some(0), Some(1), Some(true))
    );
    import(&sandbox, &["stub.json", "quiet.json", "--apply", "answers.toml"]).fine();
    assert!(sandbox.read("ports.json").contains("\"kiosk\""));

    // What is there already stays, be it a link that leads nowhere.
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", sandbox.path("link.toml")).unwrap();
        import(&sandbox, &["stub.json", "quiet.json", "--plan", "link.toml"]).refused("`link.toml` is there already");
        assert!(!sandbox.path("nowhere").exists());
    }
}

#[test]
fn an_answer_that_gives_a_name_twice_or_a_port_of_no_file_is_told_with_its_line() {
    let sandbox = Sandbox::new();
    sandbox.write("bay.json", r#"{"servers":{"kelp":9101,"reef":9101,"x":9102}}"#);
    import(&sandbox, &["bay.json", "--plan", "answers.toml"]).fine();
    let answers = sandbox.read("answers.toml");
    let line = |text: &str, what: &str| text.lines().position(|line| line == what).unwrap() + 1;
    let kelp = line(&answers, "[server.kelp]");
    sandbox.write("answers.toml", &answers.replace("do = \"keep\"", "id = \"x\"\ndo = \"keep\""));
    import(&sandbox, &["bay.json", "--apply", "answers.toml"])
        .refused(&format!("error: answers.toml:{kelp}: `kelp` cannot be called `x`: `x` is called so already\n"));
    assert!(!sandbox.path("ports.json").exists());

    sandbox.write("answers.toml", &answers.replace("port = 9101", "port = 22"));
    import(&sandbox, &["bay.json", "--apply", "answers.toml"])
        .refused("`kelp` cannot have port 22: it is reserved (system)");
    sandbox.write("answers.toml", &answers.replace("port = 9101", "port = 9333"));
    let applied = import(&sandbox, &["bay.json", "--apply", "answers.toml", "--json"]).fine();
    let told = format!("remark: answers.toml:{kelp}: no file gives `kelp` port 9333: taken as it was answered\n");
    assert!(applied.stderr.starts_with(&told), "{}", applied.stderr);
    let remarks = applied.json()["remarks"].to_string();
    assert!(remarks.contains("no file gives `kelp` port 9333"), "{remarks}");
}

#[test]
fn a_range_of_an_import_that_nobody_is_asked_about_is_added() {
    let sandbox = Sandbox::new();
    sandbox.write("bay.json", r#"{"port_ranges": {"sea": "9100-9149"}, "servers": {"kelp": 9301}}"#);
    let done = import(&sandbox, &["bay.json"]).fine();
    assert!(done.stdout.contains("port 9301 is in no range: added `ports_9300` (9300–9399)\n"), "{}", done.stdout);
    assert!(done.stdout.contains("\n      1  range\n"), "{}", done.stdout);
}
