//! `mcpgen check` says nothing where all is well: on whatever was just made, and after a user's ordinary work.

use std::fs;
use std::process::Command;

use super::fleet::Fleet;
use crate::sandbox::Sandbox;

#[track_caller]
fn silent(fleet: &Fleet) {
    let said: Vec<String> = fleet
        .findings()
        .iter()
        .map(|finding| format!("{} {:?}: {}", finding.rule.name, finding.place, finding.message))
        .collect();
    assert!(said.is_empty(), "{}", said.join("\n"));
}

#[test]
fn every_kind_of_server_is_fine_as_made() {
    let sandbox = Sandbox::new();
    for fixture in ["hostile", "short", "long", "basic"] {
        let path = format!("{}/tests/it/fixtures/{fixture}.toml", env!("CARGO_MANIFEST_DIR"));
        sandbox.write(&format!("{fixture}.toml"), &fs::read_to_string(path).unwrap());
        sandbox.run(&["new", fixture, "--spec", &format!("{fixture}.toml")]).fine();
        fs::remove_file(sandbox.path(&format!("{fixture}.toml"))).unwrap();
    }
    let ran = sandbox.run(&["check", "--output-format", "concise"]);
    let counted: Vec<&str> = ran.stdout.lines().filter(|line| !line.contains(": note[")).collect();
    assert_eq!((ran.code, counted.len()), (Some(0), 0), "{}{}", ran.stdout, ran.stderr);
}

/// A fleet without servers, a fleet in a folder of a repository, and a server seen from inside.
#[test]
fn fleets_of_every_shape_are_fine() {
    let sandbox = Sandbox::new();
    sandbox.run(&["init", "empty"]).fine();
    sandbox.run(&["check", "empty"]).fine();

    fs::create_dir_all(sandbox.path("mono/.git")).unwrap();
    sandbox.write("mono/Cargo.toml", "[workspace]\nmembers = []\nexclude = [\"infra/servers\"]\n");
    sandbox.write("mono/infra/servers/.keep", "");
    let inside = |folder: &str, args: &[&str]| {
        crate::sandbox::Ran::from(sandbox.command(args).current_dir(sandbox.path(folder)).output().unwrap())
    };
    inside("mono/infra/servers", &["new", "hello", "--example", "hello"]).fine();
    inside("mono/infra/servers", &["check"]).fine();
    inside("mono/infra/servers/hello_v2/src", &["check"]).fine();
    inside("mono", &["check", "infra/servers/hello_v2"]).fine();
    sandbox.write("mono/infra/servers/hello_v2/README.md", "# Hello\n");
    let ran = inside("mono", &["check", "infra/servers", "--output-format", "concise"]);
    assert!(ran.stdout.starts_with("infra/servers/hello_v2/README.md"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_checkout_with_other_line_ends_is_fine() {
    let fleet = Fleet::new();
    for (path, bytes) in fleet.everything() {
        // What `.gitattributes` says of JSON, git does, and what is no text it leaves alone.
        if path.extension().is_none_or(|end| end != "json")
            && let Ok(text) = String::from_utf8(bytes)
        {
            fs::write(&path, text.replace('\n', "\r\n")).unwrap();
        }
    }
    silent(&fleet);
}

#[test]
fn formatting_is_fine() {
    let fleet = Fleet::new();
    let ran = Command::new(env!("CARGO")).args(["fmt", "--all"]).current_dir(fleet.root()).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    silent(&fleet);
}

/// Bodies filled in, code, tests, settings and documents added: what people do with a server.
#[test]
fn ordinary_work_is_fine() {
    let fleet = Fleet::new();
    // A body, with a helper in a module of its own and a crate that the lock file has already.
    fleet.write(
        "everything_v2/src/services/tools/browse_categories.rs",
        "//! `browse_categories`: Walk through the tree of categories.\n\n\
         use mcp_base::Error;\n\n\
         use crate::models::{BrowseCategoriesInput, BrowseCategoriesOutput};\n\
         use crate::services::CoreService;\n\
         use crate::services::tree::{self, Tree};\n\n\
         impl CoreService {\n    /// Walk through the tree of categories.\n    ///\n    /// # Errors\n    ///\n    /// When there is no such category.\n    \
         pub async fn browse_categories(\n        &self,\n        input: BrowseCategoriesInput,\n    ) -> Result<BrowseCategoriesOutput, Error> {\n        \
         // TODO: ask the shop, once it has an answer\n        \
         let found = Tree::default().below(&serde_json::to_string(&input).map_err(Error::internal)?);\n        \
         tree::output(found).ok_or_else(|| Error::tool(\"there is no such category\"))\n    }\n}\n",
    );
    fleet.write(
        "everything_v2/src/services/tree.rs",
        "//! The tree of categories.\n\nuse crate::models::BrowseCategoriesOutput;\n\n/// All categories.\n#[derive(Debug, Default)]\npub struct Tree {\n    names: Vec<String>,\n}\n\n\
         impl Tree {\n    /// What lies below one.\n    pub fn below(&self, name: &str) -> Vec<String> {\n        self.names.iter().filter(|known| known.starts_with(name)).cloned().collect()\n    }\n}\n\n\
         /// What was found, as the tool gives it.\npub fn output(found: Vec<String>) -> Option<BrowseCategoriesOutput> {\n    serde_json::from_value(serde_json::json!({ \"categories\": found })).ok()\n}\n\n\
         #[cfg(test)]\nmod tests {\n    use super::Tree;\n\n    #[test]\n    fn an_empty_tree_has_nothing() {\n        assert!(Tree::default().below(\"a\").is_empty());\n    }\n}\n",
    );
    fleet.replace("everything_v2/src/services/mod.rs", "mod tools;\n", "mod tools;\nmod tree;\n");
    // A test that is theirs by now, and one of their own.
    fleet.append(
        "everything_v2/tests/tool_browse_categories.rs",
        "\n#[tokio::test]\nasync fn nothing_is_below_nothing() -> Result<(), Box<dyn std::error::Error>> {\n    let server = common::setup().start().await;\n    server.call(\"browse_categories\", &mcp_testing::json!({})).await.refusal(422);\n    Ok(())\n}\n",
    );
    fleet.write(
        "hello_v2/tests/greetings.rs",
        "//! More greetings.\n\nmod common;\n\nuse mcp_testing::json;\n\n#[tokio::test]\nasync fn it_greets_twice() {\n    let server = common::setup().start().await;\n    for name in [\"Ada\", \"Grace\"] {\n        let response = server.call(\"greet\", &json!({ \"name\": name })).await;\n        assert!(response.text().contains(name), \"{response}\");\n    }\n}\n",
    );
    // A dependency, a version, and the lock file as cargo would write it.
    fleet.replace("hello_v2/Cargo.toml", "version = \"0.1.0\"", "version = \"0.2.0\"");
    fleet.replace(
        "hello_v2/Cargo.toml",
        "[dependencies]\n",
        "[dependencies]\nserde_json.workspace = true # for what is to come\n",
    );
    let lock = fleet.read("Cargo.lock");
    let at = lock.find("name = \"hello_v2\"").unwrap();
    let (before, stanza) = lock.split_at(at);
    let stanza = stanza.replacen("version = \"0.1.0\"", "version = \"0.2.0\"", 1);
    let stanza = if stanza.split("\n\n").next().unwrap().contains("\"serde\",") {
        stanza.replacen(" \"serde\",\n", " \"serde\",\n \"serde_json\",\n", 1)
    } else {
        stanza.replacen(" \"tokio\",\n", " \"serde_json\",\n \"tokio\",\n", 1)
    };
    fleet.write("Cargo.lock", &format!("{before}{stanza}"));
    // The fleet's own.
    fleet.append("Cargo.toml", "\n[profile.bench]\ndebug = true\n\n[workspace.metadata.team]\nname = \"tools\"\n");
    fleet.replace("Cargo.toml", "debug = \"line-tables-only\"", "debug = true");
    fleet.append(".gitignore", "*.swp\n");
    fleet.write(".env.example", "AUTH_TOKEN=\nWEATHER_API_KEY=your key\n");
    fleet.append(
        "hello_v2/NOTES.md",
        "\n## Why\n\nAsk the team; see [the spec](server.toml) and [the code](src/server.rs#L1).\n",
    );
    fleet.write(
        "docs/README.md",
        "# Our servers\n\n* [Hello](../hello_v2/README.md)\n* [Weather](../weather_v2/README.md#tools)\n",
    );
    fleet.write(
        ".github/workflows/ci.yml",
        "name: CI\non: [push]\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: cargo install mcpgen --locked\n      - run: mcpgen check --output-format github\n      - run: cargo test --workspace --locked\n",
    );
    fleet.write("compose.yml", "services:\n  redis:\n    image: redis:8.2\n    ports: [\"6379:6379\"]\n");
    fleet.write("tools/clean.sh", "#!/bin/sh\nrm -rf target\n");
    silent(&fleet);
}
