//! Stubs.

use super::{Mutation, breaks, hold, near};

pub const MUTATIONS: &[Mutation] = &[
    breaks("unimplemented-tool", "a server is made whose tool is not written", |fleet| {
        fleet.write(
            "later.toml",
            "[server]\nname = \"later\"\ndescription = \"Later\"\n\n[tools.later]\ndescription = \"Later\"\n",
        );
        fleet.run(&["new", "later", "--spec", "later.toml"]).fine();
    }),
    near("unimplemented-tool", "a tool is written", |fleet| fleet.replace(BODY, STUB, WRITTEN)),
    breaks("todo-macro", "a tool panics with `todo!`", |fleet| fleet.replace(BODY, STUB, "todo!()")),
    breaks("todo-macro", "a helper panics because it is not implemented", |fleet| {
        fleet.append(CORE, "\nfn help() -> u8 {\n    panic!(\"Not implemented yet: {}\", 1)\n}\n");
    }),
    breaks("todo-macro", "an Owned file gets `unimplemented!`", |fleet| {
        fleet.replace(
            "weather_v2/src/services/tools/list_alerts.rs",
            "let mut request",
            "unimplemented!();\n        let mut request",
        );
    }),
    breaks("todo-macro", "`todo!` is within another macro", |fleet| {
        fleet.append(CORE, "\nfn list() -> Vec<u8> {\n    vec![1, todo!(\"more\")]\n}\n");
    }),
    near("todo-macro", "a comment says what is to be done", |fleet| {
        fleet.append(CORE, "\n// TODO: a longer list, see `todo!` and unimplemented!().\nfn list() -> &'static str {\n    \"todo!()\"\n}\n");
    }),
    near("todo-macro", "a test has `todo!` in it, and a panic says what is wrong", |fleet| {
        fleet.append(
            CORE,
            "\nfn list(n: u8) {\n    assert!(n > 0);\n    if n > 3 {\n        panic!(\"todos are too many\");\n    }\n}\n\n\
             #[cfg(test)]\nmod tests {\n    #[test]\n    #[should_panic]\n    fn later() {\n        todo!()\n    }\n}\n",
        );
    }),
    breaks("placeholder", "a setting was never filled in", |fleet| {
        fleet.write("docs/settings.toml", "[support]\nchannel = \"CHANGE_ME\"\n");
    }),
    breaks("placeholder", "the notes have a hole in them", |fleet| {
        fleet.append("hello_v2/NOTES.md", "\nAsk <YOUR_TEAM> about it.\n");
    }),
    breaks("placeholder", "a README is filled with lorem ipsum", |fleet| {
        fleet.replace("hello_v2/README.md", "An MCP server in Rust.", "Lorem ipsum dolor sit amet.");
    }),
    breaks("placeholder", "a client is configured with a key that is none", |fleet| {
        fleet.write("clients/ours.json", "{\n  \"env\": { \"WEATHER_API_KEY\": \"YOUR_API_KEY\" }\n}\n");
    }),
    breaks("placeholder", "a script was never rendered", |fleet| {
        fleet.write("run.sh", "#!/bin/sh\nexec cargo run -p {{ crate_name }}\n");
    }),
    breaks("placeholder", "code has a text that was to be replaced", |fleet| {
        fleet.append(CORE, "\nconst TEAM: &str = \"<insert team>\";\n");
    }),
    breaks("placeholder", "a value is to be decided", |fleet| {
        fleet.write("docs/owners.yaml", "weather_v2:\n  owner: TBD\n");
    }),
    breaks("placeholder", "a text of a spec was never written", |fleet| {
        fleet.replace("hello_v2/server.toml", "description = \"", "description = \"TBD\" # \"");
        fleet.run(&["check", "--fix"]);
    }),
    near("placeholder", "expressions of others are where they belong", |fleet| {
        fleet.write(
            "ci.yaml",
            "run: echo ${{ github.ref }}\nname: \"{{ $labels.server }}\"\nnode: '{{.Node.Hostname}}'\n",
        );
        fleet.write("cliff.toml", "body = \"{% for it in commits %}{{ version }}{% endfor %}\"\n");
        fleet.write("board.json", "{ \"legendFormat\": \"{{service_name}}\" }\n");
        fleet.append(CORE, "\nfn shown(n: u8) -> String {\n    format!(\"{{ project_name }} {n}\")\n}\n");
    }),
    near("placeholder", "notes and code name a placeholder", |fleet| {
        fleet.append("hello_v2/NOTES.md", "\nSet `CHANGE_ME`, or:\n\n```sh\nexport KEY=YOUR_API_KEY\n```\n");
        fleet.append(CORE, "\n/// Not `CHANGE_ME`.\nfn is_set(key: &str) -> bool {\n    key != \"CHANGE_ME\"\n}\n");
        fleet.write("hello_v2/tests/data/more.json", "{ \"key\": \"CHANGE_ME\" }\n");
        fleet.write(".env.example", "KEY=CHANGE_ME\n");
    }),
    breaks("hollow-tool", "a tool answers with what it makes of nothing", |fleet| {
        fleet.replace(BODY, STUB, "Ok(BrowseCategoriesOutput::default())");
    }),
    breaks("hollow-tool", "a tool answers with a constant", |fleet| {
        fleet.replace(
            BODY,
            STUB,
            "let _ = self;\n        Ok(BrowseCategoriesOutput { root: Category { name: \"root\".to_owned(), parent: None, children: None } })",
        );
    }),
    breaks("hollow-tool", "a resource is empty", |fleet| {
        fleet.replace(
            "everything_v2/src/services/resources/stock.rs",
            "Err(Error::not_implemented(\"stock\"))",
            "Ok(String::new())",
        );
    }),
    near("hollow-tool", "a resource is a fixed text", |fleet| {
        fleet.replace(
            "everything_v2/src/services/resources/stock.rs",
            "Err(Error::not_implemented(\"stock\"))",
            "Ok(String::from(\"Plenty of everything.\"))",
        );
    }),
];

/// A file of a tool that is not written yet.
const BODY: &str = "everything_v2/src/services/tools/browse_categories.rs";
/// What stands in it until then, and what might later.
const STUB: &str = "Err(Error::not_implemented(\"browse_categories\"))";
const WRITTEN: &str = "let name = self.settings.region.clone();\n        \
                       Ok(BrowseCategoriesOutput { root: Category { name, parent: None, children: None } })";
/// A file that is its user's.
const CORE: &str = "weather_v2/src/services/core_service.rs";

#[test]
fn stubs_rules() {
    hold(MUTATIONS);
}
