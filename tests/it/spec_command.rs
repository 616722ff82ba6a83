//! `mcpgen spec …`.

use std::fs;

use serde_json::json;

use crate::sandbox::Sandbox;

#[test]
fn what_new_prints_is_a_spec() {
    for (args, name) in [
        (&["spec", "new"][..], "my_server"),
        (&["spec", "new", "Big-Shop"], "big_shop"),
        (&["spec", "new", "--example", "weather"], "weather"),
        (&["spec", "new", "climate", "--example", "weather"], "climate"),
        (&["spec", "new", "--example", "everything"], "everything"),
    ] {
        let printed = Sandbox::new().run(args).fine().stdout;
        let spec = mcpgen::spec::read(&printed, "server.toml").unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(spec.server.name.snake(), name);
        assert!(printed.starts_with("#:schema "));
    }
}

#[test]
fn what_new_cannot_do_it_says() {
    Sandbox::new().run(&["spec", "new", "4x"]).refused("the server name `4x` starts with a digit");
    Sandbox::new().run(&["spec", "new", "--example", "wether"]).refused("did you mean `weather`?");
}

#[test]
fn check_tells_the_worst_of_all_files() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("server.toml"), mcpgen::spec::example("hello").unwrap()).unwrap();
    fs::write(sandbox.path("bad.toml"), "[server]\nname = 3\ndescription = \"x\"\n").unwrap();
    fs::write(sandbox.path("bytes.toml"), b"[server]\nname = \"\xff\"").unwrap();

    let fine = sandbox.run(&["spec", "check"]).fine();
    assert_eq!(fine.stdout, "");
    let told = fine.stderr.strip_prefix("server.toml is fine: `hello` with 1 tool\n  its `tools/list`: ").unwrap();
    assert!(told.contains(" tokens by estimate; the largest are `get_status` with "), "{told}");

    let wrong = sandbox.run(&["spec", "check", ".", "bad.toml"]);
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.stdout.contains(" --> bad.toml:2:8\n"), "{}", wrong.stdout);

    let bytes = sandbox.run(&["spec", "check", "bytes.toml"]);
    assert!(bytes.stdout.contains(" --> bytes.toml:2:9\n"), "{}", bytes.stdout);

    let missing = sandbox.run(&["spec", "check", "none.toml", "bad.toml"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.contains("cannot read `none.toml`"), "{}", missing.stderr);
}

#[test]
fn check_prints_json() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("server.toml"), "[server]\nname = 3\ndescription = \"x\"\n").unwrap();
    let report = sandbox.run(&["spec", "check", "--json", "server.toml", "none.toml"]).json();
    assert_eq!((&report["version"], &report["problems"]), (&json!(1), &json!(1)));
    assert_eq!(
        report["files"][0],
        json!({
            "path": "server.toml",
            "problems": [{
                "line": 2,
                "column": 8,
                "end_line": 2,
                "end_column": 9,
                "message": "`name` is an integer, where a string belongs",
                "help": "write it in quotes",
            }],
        })
    );
    assert!(report["files"][1]["error"].is_string());
}

#[test]
fn check_tells_how_large_the_list_of_tools_is_and_when_that_is_too_much() {
    let sandbox = Sandbox::new();
    let hello = mcpgen::spec::example("hello").unwrap();
    fs::write(sandbox.path("server.toml"), hello).unwrap();
    let list = |code| {
        let ran = sandbox.run(&["spec", "check", "--json"]);
        assert_eq!(ran.code, Some(code), "{}", ran.stdout);
        ran.json()["files"][0].clone()
    };
    let spec = mcpgen::spec::read(hello, "server.toml").unwrap();
    let tools = mcpgen::plan::lists(&spec)["tools"].clone();
    let bytes = tools.to_string().len();
    let size = &list(0)["tools_list"];
    assert_eq!((&size["bytes"], &size["estimated_tokens"]), (&json!(bytes), &json!(bytes.div_ceil(4))));
    assert_eq!((&size["budget_bytes"], &size["tools"][0]["name"]), (&json!(null), &json!("get_status")));
    assert_eq!(size["tools"].as_array().unwrap().len(), 3);

    // The fleet around decides for all that say nothing.
    fs::write(sandbox.path("mcpgen.toml"), format!("schema_budget_bytes = {}\n", bytes - 1)).unwrap();
    let file = list(1);
    assert_eq!(file["tools_list"]["budget_bytes"], bytes - 1);
    let message = file["problems"][0]["message"].as_str().unwrap();
    assert!(message.contains(&format!("the budget of the fleet of {} bytes: it has {bytes}", bytes - 1)), "{message}");
    assert_eq!(file["problems"][0]["line"], 3);
    let own = hello.replacen("[server]\n", &format!("[server]\nschema_budget_bytes = {bytes}\n"), 1);
    fs::write(sandbox.path("server.toml"), own).unwrap();
    assert_eq!(list(0)["problems"], json!([]));
    fs::write(sandbox.path("mcpgen.toml"), "schema_budget = 1\n").unwrap();
    let broken = sandbox.run(&["spec", "check"]);
    assert_eq!(broken.code, Some(2));
    assert!(broken.stderr.contains("mcpgen.toml` is not valid"), "{}", broken.stderr);
}

#[test]
fn the_schema_describes_the_examples() {
    let schema = Sandbox::new().run(&["spec", "schema"]).fine().json();
    let schema = jsonschema::draft7::new(&schema).unwrap();
    for name in mcpgen::spec::example_names() {
        let document: toml::Table = mcpgen::spec::example(name).unwrap().parse().unwrap();
        let document = serde_json::to_value(document).unwrap();
        assert!(schema.is_valid(&document), "{name}: {:?}", schema.validate(&document));
    }
}
